// Package pretix reads and writes seating plans in the open pretix format. What real files do wrong is repaired and reported with its
// place in the file, and no seat is lost by it; docs/plans.md lists it.
package pretix

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"jari/seatmap"
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

type filePlan struct {
	name       fileText
	size       fileSize
	categories []fileCategory
	zones      []fileZone
	hasZones   bool
	beside     *fileBeside
	seats      int // entries in lists of seats
	noSeats    int // of them, what is none
}

type fileSize struct {
	Width  fileNumber `json:"width"`
	Height fileNumber `json:"height"`
}

type fileCategory struct {
	Name  fileText `json:"name"`
	Color fileText `json:"color"`
}

// fileZone and what it holds know their place in the file, because what is left out moves the others up.
type fileZone struct {
	index    int
	name, id fileText
	position *filePosition
	rows     []fileRow
	areas    []fileArea
}

type fileRow struct {
	index                    int
	number, label, seatLabel fileText
	position                 *filePosition
	seats                    []fileSeat
}

type fileSeat struct {
	index    int
	UUID     fileText      `json:"uuid"`
	GUID     fileText      `json:"seat_guid"`
	Number   fileText      `json:"seat_number"`
	Category fileText      `json:"category"`
	Position *filePosition `json:"position"`
}

type fileArea struct {
	index     int
	UUID      fileText      `json:"uuid"`
	Shape     fileText      `json:"shape"`
	Color     fileText      `json:"color"`
	Border    fileText      `json:"border_color"`
	Rotation  fileNumber    `json:"rotation"`
	Position  *filePosition `json:"position"`
	Rectangle *fileSize     `json:"rectangle"`
	Polygon   *struct {
		Points filePoints `json:"points"`
	} `json:"polygon"`
	Ellipse *struct {
		Radius *filePosition `json:"radius"`
	} `json:"ellipse"`
	Circle *struct {
		Radius fileNumber `json:"radius"`
	} `json:"circle"`
	Text *struct {
		Text     fileText      `json:"text"`
		Color    fileText      `json:"color"`
		Size     fileNumber    `json:"size"`
		Position *filePosition `json:"position"`
	} `json:"text"`
}

type filePosition struct {
	X fileNumber `json:"x"`
	Y fileNumber `json:"y"`
}

// fileText takes what hand-made files write for a string: a number is its digits, anything else is empty.
type fileText string

func (t *fileText) UnmarshalJSON(b []byte) error {
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
		*t = fileText(s)
	case c == '-' || c >= '0' && c <= '9':
		*t = fileText(b)
	}
	return nil
}

// fileNumber takes a number, or a string of one; anything else, and what is too large for a coordinate, is NaN, for the
// importer to repair where it knows the place.
type fileNumber float64

// largestNumber is the largest number believed: a hall of a kilometre, in micrometres, is a thousandth of it.
const largestNumber = 1e12

func (n *fileNumber) UnmarshalJSON(b []byte) error {
	f, err := strconv.ParseFloat(string(bytes.Trim(b, `" `)), 64)
	if err != nil || !(math.Abs(f) <= largestNumber) {
		f = math.NaN()
	}
	*n = fileNumber(f)
	return nil
}

func (p *filePosition) UnmarshalJSON(b []byte) error {
	nan := fileNumber(math.NaN())
	switch b[0] {
	case '{':
		type plain filePosition
		return json.Unmarshal(b, (*plain)(p))
	case '[':
		var xy [3]fileNumber
		if err := json.Unmarshal(b, &xy); err != nil {
			return err
		}
		*p = filePosition{xy[0], xy[1]}
	default:
		*p = filePosition{nan, nan}
	}
	return nil
}

// point is the position, and whether it is one. A missing position is the origin.
func (p *filePosition) point() (seatmap.Point, bool) {
	if p == nil {
		return seatmap.Point{}, true
	}
	at := seatmap.Point{X: float64(p.X), Y: float64(p.Y)}
	if !seatmap.Finite(at.X) || !seatmap.Finite(at.Y) {
		return seatmap.Point{}, false
	}
	return at, true
}

// filePoints are the points of a polygon; reading stops at more than a plan may have.
type filePoints []filePosition

func (l *filePoints) UnmarshalJSON(b []byte) error {
	*l = nil
	if b[0] != '[' {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	if _, err := dec.Token(); err != nil {
		return err
	}
	for dec.More() && len(*l) <= seatmap.MaxPoints {
		var p filePosition
		if err := dec.Decode(&p); err != nil {
			return err
		}
		*l = append(*l, p)
	}
	return nil
}
