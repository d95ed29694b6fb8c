package pretix

import (
	"bytes"

	"jari/seatmap"
)

// foreign tells what a file is that cannot be a plan, for whoever has taken it for one.
func foreign(b []byte) error {
	starts := func(with string) bool { return bytes.HasPrefix(b, []byte(with)) }
	switch {
	case len(b) == 0:
		return seatmap.Invalid("file", "is empty")
	case starts("<") && bytes.Contains(b[:min(len(b), 4096)], []byte("<svg")):
		return seatmap.Invalid("file", "is an SVG drawing: it shows where seats are, and not which row, number and category they have. "+
			"Draw the plan in a seating-plan editor that writes the pretix format (JSON), with the drawing as its background")
	case starts("<"):
		return seatmap.Invalid("file", "is XML or HTML: a plan in the pretix format is JSON")
	case starts("PK\x03\x04"):
		return seatmap.Invalid("file", "is a ZIP archive: unpack it first")
	case starts("\x1f\x8b"):
		return seatmap.Invalid("file", "is compressed with gzip: unpack it first")
	case starts("\xff\xfe"), starts("\xfe\xff"):
		return seatmap.Invalid("file", "is UTF-16: save it as UTF-8")
	}
	return nil
}
