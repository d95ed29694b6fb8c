package pretix

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"jari/seatmap"
)

// clean makes text fit to be shown: control characters become spaces, and what is longer than limit bytes is cut.
func clean(s string, limit int) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	if strings.IndexFunc(s, seatmap.Unprintable) >= 0 {
		s = strings.Map(func(r rune) rune {
			if seatmap.Unprintable(r) {
				return ' '
			}
			return r
		}, s)
	}
	return strings.TrimSpace(cut(strings.TrimSpace(s), limit))
}

// cut shortens text to at most limit bytes, between characters.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}

// shortID makes an id of at most MaxSeatID bytes of any name: a long one keeps its beginning and gets a hash of the whole,
// so that two long names stay two.
func shortID(s string) string {
	id := strings.Map(func(r rune) rune {
		if seatmap.Unprintable(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	if len(id) <= seatmap.MaxSeatID {
		return id
	}
	sum := sha256.Sum256([]byte(s))
	return cut(id, seatmap.MaxSeatID-9) + "~" + hex.EncodeToString(sum[:4])
}

// slug is the part of a name that may be in a zone's or category's id, empty when nothing is.
func slug(name string) string {
	var b strings.Builder
	for _, r := range name {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() == 32 {
			break
		}
	}
	return strings.TrimRight(b.String(), "-")
}

// unique is the id, or the id with the first number that makes it a new one, in at most limit bytes.
type unique struct {
	taken map[string]bool
	next  map[string]int // the number to try next, so that many equal names do not take time squared
}

func newUnique() *unique { return &unique{taken: map[string]bool{}, next: map[string]int{}} }

func (u *unique) id(base, separator string, limit int) string {
	id := base
	for n := max(2, u.next[base]); u.taken[id]; n++ {
		suffix := separator + strconv.Itoa(n)
		id = cut(base, limit-len(suffix)) + suffix
		u.next[base] = n + 1
	}
	u.taken[id] = true
	return id
}

var (
	hexColor = regexp.MustCompile(`^#([0-9a-fA-F]{3}|[0-9a-fA-F]{4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$`)
	rgbColor = regexp.MustCompile(`^rgba?\(\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\b`)
	// cssColors are the sixteen of CSS 1 and orange, the only names seen in plans.
	cssColors = map[string]string{
		"black": "#000000", "silver": "#c0c0c0", "gray": "#808080", "grey": "#808080", "white": "#ffffff", "maroon": "#800000",
		"red": "#ff0000", "purple": "#800080", "fuchsia": "#ff00ff", "green": "#008000", "lime": "#00ff00", "olive": "#808000",
		"yellow": "#ffff00", "navy": "#000080", "blue": "#0000ff", "teal": "#008080", "aqua": "#00ffff", "orange": "#ffa500",
	}
)

// parseColor is the colour as #rrggbb without its transparency, empty when it is none.
func parseColor(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if hexColor.MatchString(s) {
		if len(s) <= 5 {
			return "#" + strings.Repeat(s[1:2], 2) + strings.Repeat(s[2:3], 2) + strings.Repeat(s[3:4], 2)
		}
		return s[:7]
	}
	if m := rgbColor.FindStringSubmatch(s); m != nil {
		color := "#"
		for _, digits := range m[1:] {
			n, err := strconv.Atoi(digits)
			if err != nil || n > 255 {
				return ""
			}
			color += fmt.Sprintf("%02x", n)
		}
		return color
	}
	return cssColors[s]
}

// The format has no field for what a place is or how many there are; the words of those who draw plans say it.
var (
	stageWords = regexp.MustCompile(`(?i)\b(stage|bühne|buehne|scène|escenario|palcoscenico|scena|podium|pitch|field|court|screen)\b|` +
		`무대|스테이지|경기장|그라운드|舞台|ステージ|сцена`)
	accessibleWords = regexp.MustCompile(`(?i)accessib|wheelchair|rollstuhl|disabled|handicap|accesible|fauteuil|휠체어|장애인|車椅子|车轮椅`)
	companionWords  = regexp.MustCompile(`(?i)companion|begleit|accompagn|acompañ|동반|보호자|付き?添`)
	tableWords      = regexp.MustCompile(`(?i)^(?:table|tisch|mesa|tavolo|테이블|テーブル)[\s\p{Zs}]+[^\s\p{Zs}]+$`)
	capacityWords   = regexp.MustCompile(`(?i)(?:capacity|kapazität|capacité|capacidad|aforo|정원|수용|定員)[^0-9]{0,3}([0-9]{1,6})`)
)

// capacityIn is the number of places that one of the texts names, 0 when none does.
func capacityIn(texts ...string) int {
	for _, text := range texts {
		if m := capacityWords.FindStringSubmatch(text); m != nil {
			if n, err := strconv.Atoi(m[1]); err == nil {
				return n
			}
		}
	}
	return 0
}

// namesStage tells whether a text is a word for the stage. In "front of stage" it is a word among others.
func namesStage(text string) bool {
	return 2*len(stageWords.FindString(text)) >= len(text) && text != ""
}
