package seatmap

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	_ "time/tzdata" // a small container has no zone files, and a plan's zone must mean the same everywhere
	"unicode"
	"unicode/utf8"
)

// Bounds of a sound plan. The largest real houses have some 100,000 seats; beyond these numbers a plan is a mistake or an attack.
const (
	MaxPlaces     = 200_000
	MaxZones      = 500
	MaxCategories = 200
	MaxAreas      = 20_000
	MaxPoints     = 10_000  // of one outline or polygon
	MaxAreaPoints = 500_000 // of all areas together
	MaxSeatID     = 64      // bytes
	MaxLabel      = 200     // bytes, of names, labels, rows and numbers
	MaxCoordinate = 1e7     // plan units from the origin
	MaxPrice      = 1e12    // minor units
)

var (
	idRule       = regexp.MustCompile(`^[A-Za-z0-9_-]{1,32}$`)
	colorRule    = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)
	currencyRule = regexp.MustCompile(`^[A-Z]{3}$`)
)

// IsID tells whether a zone or category may have the id: 1 to 32 of A-Z a-z 0-9 _ -.
func IsID(s string) bool { return idRule.MatchString(s) }

// IsColor tells whether a colour is written as plans have it: #rrggbb.
func IsColor(s string) bool { return colorRule.MatchString(s) }

// IsCurrency tells whether a currency is written as a code of ISO 4217.
func IsCurrency(s string) bool { return currencyRule.MatchString(s) }

// Check returns the first rule that a plan breaks (ids unique and well formed, categories known, counts sane, coordinates
// finite) as a Refusal with code invalid whose detail starts with the place in the plan; nil when it is sound.
func (p *Plan) Check() error {
	for _, rule := range []func(*Plan) error{checkHead, checkCategories, checkAreas, checkZones, checkPlaces} {
		if err := rule(p); err != nil {
			return err
		}
	}
	return nil
}

// Invalid is the Refusal of what breaks a rule at a place, such as zones[3].label.
func Invalid(path, format string, args ...any) error {
	return &Refusal{Code: CodeInvalid, Detail: path + ": " + fmt.Sprintf(format, args...)}
}

func checkHead(p *Plan) error {
	if err := checkText("name", p.Name, MaxLabel); err != nil {
		return err
	}
	if !(p.Width > 0 && p.Width <= MaxCoordinate) || !(p.Height > 0 && p.Height <= MaxCoordinate) {
		return Invalid("width", "%g x %g is not a size", p.Width, p.Height)
	}
	if !IsCurrency(p.Currency) {
		return Invalid("currency", "%q is not an ISO 4217 code", p.Currency)
	}
	if !IsTimeZone(p.TimeZone) {
		return Invalid("time_zone", "%.80q is not an IANA time zone", p.TimeZone)
	}
	return checkPoints("focus", p.Focus)
}

// IsTimeZone tells whether a plan may have the time zone: one of IANA.
func IsTimeZone(zone string) bool {
	_, err := time.LoadLocation(zone)
	return zone != "" && zone != "Local" && err == nil
}

func checkCategories(p *Plan) error {
	if n := len(p.Categories); n == 0 || n > MaxCategories {
		return Invalid("categories", "%d, not 1 to %d", n, MaxCategories)
	}
	seen := make(map[string]bool, len(p.Categories))
	for i, c := range p.Categories {
		path := fmt.Sprintf("categories[%d]", i)
		switch {
		case !IsID(c.ID):
			return Invalid(path+".id", "%q is not 1 to 32 of A-Z a-z 0-9 _ -", c.ID)
		case seen[c.ID]:
			return Invalid(path+".id", "%q is used twice", c.ID)
		case !IsColor(c.Color):
			return Invalid(path+".color", "%q is not #rrggbb", c.Color)
		case c.Price < 0 || c.Price > MaxPrice:
			return Invalid(path+".price", "%d is not a price", c.Price)
		}
		if err := checkText(path+".name", c.Name, MaxLabel); err != nil {
			return err
		}
		seen[c.ID] = true
	}
	return nil
}

func checkAreas(p *Plan) error {
	if len(p.Areas) > MaxAreas {
		return Invalid("areas", "%d are more than %d", len(p.Areas), MaxAreas)
	}
	points := 0
	for i := range p.Areas {
		if points += len(p.Areas[i].Points); points > MaxAreaPoints {
			return Invalid("areas", "more than %d points", MaxAreaPoints)
		}
		if err := p.Areas[i].Check(fmt.Sprintf("areas[%d]", i)); err != nil {
			return err
		}
	}
	return nil
}

// Check returns the first rule that the area breaks, as that of a plan does, by its path there.
func (a *Area) Check(path string) error {
	switch {
	case a.Shape == "polygon" && (len(a.Points) < 3 || len(a.Points) > MaxPoints):
		return Invalid(path+".points", "%d, not 3 to %d", len(a.Points), MaxPoints)
	case a.Shape == "ellipse" && (a.Center == nil || a.Radius == nil || a.Radius.X < 0 || a.Radius.Y < 0):
		return Invalid(path, "an ellipse needs a center and a radius")
	case a.Shape == "text" && (a.Center == nil || a.Text == ""):
		return Invalid(path, "a text needs a center and words")
	case a.Shape != "polygon" && a.Shape != "ellipse" && a.Shape != "text":
		return Invalid(path+".shape", "%q is not polygon, ellipse or text", a.Shape)
	case a.Role != "" && a.Role != "stage":
		return Invalid(path+".role", "%q is not known", a.Role)
	case a.Fill != "" && !IsColor(a.Fill):
		return Invalid(path+".fill", "%q is not #rrggbb", a.Fill)
	case a.Stroke != "" && !IsColor(a.Stroke):
		return Invalid(path+".stroke", "%q is not #rrggbb", a.Stroke)
	case !inPlan(a.Rotation) || !Finite(a.TextSize) || a.TextSize < 0 || a.TextSize > MaxCoordinate:
		return Invalid(path, "rotation or text_size is not a sane number")
	}
	if a.Text != "" {
		if err := checkText(path+".text", a.Text, MaxLabel); err != nil {
			return err
		}
	}
	points := a.Points
	for _, p := range []*Point{a.Center, a.Radius} {
		if p != nil {
			points = append(points[:len(points):len(points)], *p)
		}
	}
	return checkPoints(path, points...)
}

func checkText(path, s string, limit int) error {
	switch {
	case strings.TrimSpace(s) == "":
		return Invalid(path, "is empty")
	case len(s) > limit:
		return Invalid(path, "%d bytes are more than %d", len(s), limit)
	case !Printable(s):
		return Invalid(path, "%q is not UTF-8 text without control characters", s)
	}
	return nil
}

// Printable tells whether a plan may have the text. It also refuses what Unicode calls formats: bidirectional overrides make one
// seat's label read like another's. U+200C and U+200D stay, because Persian and Indic names need them.
func Printable(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, Unprintable) < 0
}

// Unprintable tells whether a text with the character is not printable.
func Unprintable(r rune) bool {
	if r == '\u200c' || r == '\u200d' {
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf) || r == '\u2028' || r == '\u2029'
}

func checkPoints(path string, points ...Point) error {
	for _, p := range points {
		if !inPlan(p.X) || !inPlan(p.Y) {
			return Invalid(path, "(%g, %g) is not within %g units", p.X, p.Y, float64(MaxCoordinate))
		}
	}
	return nil
}

func inPlan(f float64) bool { return f >= -MaxCoordinate && f <= MaxCoordinate }
