package seatmap

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Report is what an importer found, each with its place in the file. The lists hold at most 20,000 findings; a last one
// then says how many there were besides.
type Report struct {
	Seats, Zones int
	InFile       int       // entries in the file's lists of seats
	Meaningless  int       // of them, what is no seat, as null: each is refused
	Repaired     []Finding // what was put right; no seat is lost by it
	Refused      []Finding // what has no meaning and was left out
}

// Lost is how many seats of the file are not in the plan, of those that are seats. It is 0, or the importer has an error.
func (r Report) Lost() int { return r.InFile - r.Meaningless - r.Seats }

// Finding is one oddity of a plan file.
type Finding struct {
	Path   string `json:"path"` // such as zones[3].rows[2].seats[14].seat_guid
	Detail string `json:"detail"`
}

const maxFindings = 20_000

// findings is a report in the making.
type findings struct {
	repaired, refused         []Finding
	moreRepaired, moreRefused int
}

func (f *findings) repair(path, format string, args ...any) {
	if len(f.repaired) == maxFindings {
		f.moreRepaired++
		return
	}
	f.repaired = append(f.repaired, Finding{path, fmt.Sprintf(format, args...)})
}

func (f *findings) refuse(path, format string, args ...any) {
	if len(f.refused) == maxFindings {
		f.moreRefused++
		return
	}
	f.refused = append(f.refused, Finding{path, fmt.Sprintf(format, args...)})
}

func (f *findings) report() Report {
	closed := func(list []Finding, more int) []Finding {
		if more == 0 {
			return list
		}
		return append(list, Finding{"...", fmt.Sprintf("%d more", more)})
	}
	return Report{Repaired: closed(f.repaired, f.moreRepaired), Refused: closed(f.refused, f.moreRefused)}
}

// The format, as https://github.com/pretix/pretix has it in seating-plan.schema.json. Positions of seats are relative to
// their row, those of rows and areas to their zone, those of texts and polygon points to their area.

type pretixPlan struct {
	name       pretixText
	size       pretixSize
	categories []pretixCategory
	zones      []pretixZone
	hasZones   bool
	beside     *pretixBeside
	seats      int // entries in lists of seats
	noSeats    int // of them, what is none
}

type pretixSize struct {
	Width  pretixNumber `json:"width"`
	Height pretixNumber `json:"height"`
}

type pretixCategory struct {
	Name  pretixText `json:"name"`
	Color pretixText `json:"color"`
}

// pretixZone and what it holds know their place in the file, because what is left out moves the others up.
type pretixZone struct {
	index    int
	name, id pretixText
	position *pretixPosition
	rows     []pretixRow
	areas    []pretixArea
}

type pretixRow struct {
	index                    int
	number, label, seatLabel pretixText
	position                 *pretixPosition
	seats                    []pretixSeat
}

type pretixSeat struct {
	index    int
	UUID     pretixText      `json:"uuid"`
	GUID     pretixText      `json:"seat_guid"`
	Number   pretixText      `json:"seat_number"`
	Category pretixText      `json:"category"`
	Position *pretixPosition `json:"position"`
}

type pretixArea struct {
	index     int
	UUID      pretixText      `json:"uuid"`
	Shape     pretixText      `json:"shape"`
	Color     pretixText      `json:"color"`
	Border    pretixText      `json:"border_color"`
	Rotation  pretixNumber    `json:"rotation"`
	Position  *pretixPosition `json:"position"`
	Rectangle *pretixSize     `json:"rectangle"`
	Polygon   *struct {
		Points pretixPoints `json:"points"`
	} `json:"polygon"`
	Ellipse *struct {
		Radius *pretixPosition `json:"radius"`
	} `json:"ellipse"`
	Circle *struct {
		Radius pretixNumber `json:"radius"`
	} `json:"circle"`
	Text *struct {
		Text     pretixText      `json:"text"`
		Color    pretixText      `json:"color"`
		Size     pretixNumber    `json:"size"`
		Position *pretixPosition `json:"position"`
	} `json:"text"`
}

type pretixPosition struct {
	X pretixNumber `json:"x"`
	Y pretixNumber `json:"y"`
}

// pretixText takes what hand-made files write for a string: a number is its digits, anything else is empty.
type pretixText string

func (t *pretixText) UnmarshalJSON(b []byte) error {
	*t = ""
	switch c := b[0]; {
	case c == '"':
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		if !utf8.Valid(b) {
			// The decoder has put U+FFFD for each byte that is none of a character. Undone, it is found and reported where the place is known.
			s = strings.ReplaceAll(s, "\ufffd", "\xff")
		}
		*t = pretixText(s)
	case c == '-' || c >= '0' && c <= '9':
		*t = pretixText(b)
	}
	return nil
}

// pretixNumber takes a number, or a string of one; anything else, and what is too large for a coordinate, is NaN, for the
// importer to repair where it knows the place.
type pretixNumber float64

// pretixLargest is the largest number believed: a hall of a kilometre, in micrometres, is a thousandth of it.
const pretixLargest = 1e12

func (n *pretixNumber) UnmarshalJSON(b []byte) error {
	f, err := strconv.ParseFloat(string(bytes.Trim(b, `" `)), 64)
	if err != nil || !(math.Abs(f) <= pretixLargest) {
		f = math.NaN()
	}
	*n = pretixNumber(f)
	return nil
}

func (p *pretixPosition) UnmarshalJSON(b []byte) error {
	nan := pretixNumber(math.NaN())
	switch b[0] {
	case '{':
		type plain pretixPosition
		return json.Unmarshal(b, (*plain)(p))
	case '[':
		var xy [3]pretixNumber
		if err := json.Unmarshal(b, &xy); err != nil {
			return err
		}
		*p = pretixPosition{xy[0], xy[1]}
	default:
		*p = pretixPosition{nan, nan}
	}
	return nil
}

// point is the position, and whether it is one. A missing position is the origin.
func (p *pretixPosition) point() (Point, bool) {
	if p == nil {
		return Point{}, true
	}
	at := Point{float64(p.X), float64(p.Y)}
	if !finite(at.X) || !finite(at.Y) {
		return Point{}, false
	}
	return at, true
}

// pretixPoints are the points of a polygon; reading stops at more than a plan may have.
type pretixPoints []pretixPosition

func (l *pretixPoints) UnmarshalJSON(b []byte) error {
	*l = nil
	if b[0] != '[' {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	if _, err := dec.Token(); err != nil {
		return err
	}
	for dec.More() && len(*l) <= MaxPoints {
		var p pretixPosition
		if err := dec.Decode(&p); err != nil {
			return err
		}
		*l = append(*l, p)
	}
	return nil
}
