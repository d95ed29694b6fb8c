package demo

import (
	"strings"

	"jari/seatmap"
	"jari/seatmap/layout"
)

// Odd generates a plan of names that programs get wrong: the same plan every time. Each of its seats has an odd id, and the
// same as its number; each row, zone and category has an odd name. All of them are allowed.
func Odd() *seatmap.Plan {
	p := &seatmap.Plan{
		Name: `<b>이상한 "집"</b> & ' \ %s ${x} {{x}}`, Width: 600, Height: 60, Currency: "KRW", TimeZone: "Asia/Seoul", Focus: seatmap.Point{X: 300, Y: 0},
		Categories: []seatmap.Category{
			{ID: "a", Name: "한글 <script>alert(1)</script>", Color: "#AbCdEf", Price: 0},
			{ID: "A", Name: "한글 <script>alert(1)</script>", Color: "#000000", Price: 1},
			{ID: "-", Name: "\u05d0\u05d1 \u0627\u0644", Color: "#ffffff", Price: seatmap.MaxPrice},
			{ID: "__proto__", Name: strings.Repeat("가", seatmap.MaxLabel/3), Color: "#123456", Price: 77_000},
		},
		Areas: []seatmap.Area{{Shape: "text", Center: &seatmap.Point{X: 300, Y: 10}, Text: `"><img src=x onerror=alert(1)>`, TextSize: 9.5, Fill: "#1f2937"}},
	}
	top := 30.0
	for i, group := range oddNames {
		z := seatmap.Zone{ID: group.zone, Label: group.label, Kind: seatmap.KindSeats}
		for n, name := range group.names {
			z.Seats = append(z.Seats, seatmap.Seat{
				ID: name, Row: group.row, Number: name, X: 30 + 10*float64(n%50), Y: top + 12*float64(n/50),
				Category: p.Categories[(i+n)%len(p.Categories)].ID, Accessible: n == 3, Companion: n == 2 || n == 3 && i == 0,
			})
		}
		z.Outline = layout.OutlineOfSeats(z.Seats, margin)
		p.Zones = append(p.Zones, z)
		top += 40
	}
	p.Zones = append(p.Zones, seatmap.Zone{
		ID: "0", Label: "Stehplätze (capacity 9) \u0645", Kind: seatmap.KindGeneral, Category: "__proto__", Places: 12,
		Outline: []seatmap.Point{{X: 30, Y: top}, {X: 200, Y: top}, {X: 200, Y: top + 30}, {X: 30, Y: top + 30}},
	})
	p.Height = top + 60
	return p
}

// oddNames are in groups, in each of which something takes two for one: letter case, spaces at the ends, numbers, forms of one
// character, direction, marks that combine, length, syntax, paths.
var oddNames = []struct {
	zone, label, row string
	names            []string
}{
	{"plain", "a1 ≠ A1 ≠ 'A1 '", " ", []string{
		"a1", "A1", "A1 ", " A1", "a1 ", "A 1", "A  1", "1", "01", "1 ", "1.0", "1e0", "1E0", "+1", "-1", "-0", "0", "00", "0x1", "١", "１", "²", "Ⅰ",
		"NaN", "null", "NULL", "nil", "true", "undefined", " ", "  ", ".", "..", "plain:1", "x:1", "0:01", "0:13", "0:0",
	}},
	{"Plain", "가나다", "가", []string{
		"가-1", "\u1100\u1161-1", "나열 12", "한글좌석", "ㄱ", "座席", "席１", "座位", "ที่นั่ง", "स्थान", "ক\u200dষ", "می\u200cخواهم", "Ωμέγα",
		"Ж-1", "İ", "I", "ı", "i", "ß", "ss", "SS", "ẞ", "ﬁ", "fi", "é", "e\u0301", "Å", "A\u030a", "\u212b", "K", "\u212a", "a\u00a01", "a\u30001",
	}},
	{"-rtl-", "\u0645\u0642\u0639\u062f \u2260 \u05de\u05d5\u05e9\u05d1", "\u05e9\u05d5\u05e8\u05d4 \u05d0", []string{
		"\u0645\u0642\u0639\u062f 1", "\u0645\u0642\u0639\u062f \u0661", "\u05de\u05d5\u05e9\u05d1 1", "\u05d0-1", "1-\u05d0", "A\u05d01", "\u0627\u0644\u0635\u0641",
	}},
	{"__proto__", "🎭 Loge", "👩‍🦽", []string{
		"🎭", "🎭1", "👩‍🦽", "👩🦽", "🇰🇷", "1️⃣", "Z͑ͫ̓ͪ̂ͫ", "a\u0300\u0301\u0302\u0303\u0304", "\U0001d400", "\U0010fffd", "\ue000", "�",
	}},
	{"constructor", `<i>Box</i> & "Co" 'x' \`, `</text><script>alert("row")</script>`, []string{
		"<b>1</b>", "&amp;", "&lt;", `"1"`, "'1'", "`1`", `\1`, `\u0031`, "%31", "%00", "%s", "%d%n", "${1}", "{{1}}", "{1}", "[1]", "1,2", "1;2", "1|2",
		"1=1", "' OR 1=1 --", "*", "?", "#1", "/1", "a/b", "../1", "http://x/", "javascript:1", "@1", "=1+1", "~", "a~2", "^", "$", "1\u20e31",
		"hasOwnProperty", "toString", "__proto__",
	}},
	{"0123456789-abcdefghij_ABCDEFGHIJ", strings.Repeat("Λ", seatmap.MaxLabel/2), strings.Repeat("x", seatmap.MaxLabel), []string{
		strings.Repeat("a", seatmap.MaxSeatID), strings.Repeat("a", seatmap.MaxSeatID-1) + "b", strings.Repeat("a", seatmap.MaxSeatID-1), strings.Repeat("자", seatmap.MaxSeatID/3),
		strings.Repeat("자", seatmap.MaxSeatID/3) + "1", strings.Repeat("𝄞", seatmap.MaxSeatID/4), strings.Repeat(" ", seatmap.MaxSeatID), strings.Repeat("0", seatmap.MaxSeatID),
	}},
}
