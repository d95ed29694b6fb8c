package page

import (
	_ "embed"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"
	"time"

	"jari/server/protocol"
)

//go:embed still.html
var stillText string

// stills escapes what strangers have named by where it stands.
var stills = template.Must(template.New("").Parse(stillText))

func write(name string, of any) (string, error) {
	var b strings.Builder
	if err := stills.ExecuteTemplate(&b, name, of); err != nil {
		return "", fmt.Errorf("compose %s of the page: %w", name, err)
	}
	return b.String(), nil
}

// head is what stands in a document's head.
type head struct {
	Title, Description, Build string
	Hidden                    bool // from search engines
	Words                     words
}

// Head is the head of what a view shows: of an event where one is given. Nothing in it depends on where the server is.
func (b *Build) Head(v View, l Language, e *protocol.Event) (string, error) {
	h := head{Hidden: v.Private()}
	switch {
	case e != nil:
		h.Title, h.Description = e.Title, e.Venue+" · "+l.dayAndTime(e.StartsAt.Time, e.TimeZone)
	case v.Private():
		h.Title = spoken[l].Bookings
	case v == ViewPrivacy:
		h.Title = spoken[l].Privacy
	}
	return b.head(h, l)
}

// MissingHead is the head of a view that finds nothing to show.
func (b *Build) MissingHead(l Language) (string, error) {
	return b.head(head{Title: spoken[l].Missing, Hidden: true}, l)
}

func (b *Build) head(h head, l Language) (string, error) {
	h.Build, h.Words = b.ID, spoken[l]
	if h.Description == "" {
		h.Description = h.Words.Describe
	}
	return write("head", h)
}

// Origin is the part of the head that names this server to whoever reads it elsewhere: its origin, such as https://tickets.example.
func Origin(origin, path string) (string, error) {
	return write("origin", struct{ Address, Image string }{origin + path, origin + "/og.png"})
}

// Event is the still picture of an event: its facts, and the map of its house.
func Event(l Language, e *protocol.Event) (string, error) {
	type price struct{ Name, Color, Price string }
	w := spoken[l]
	of := struct {
		Event        *protocol.Event
		Phase        string
		Moment, When string
		Doors        string
		Prices       []price
		Words        words
	}{Event: e, Phase: w.Phases[e.Phase], Moment: moment(e), When: l.dayAndTime(e.StartsAt.Time, e.TimeZone), Words: w}
	if e.DoorsAt != nil {
		of.Doors = fmt.Sprintf(w.Doors, l.clock(inZone(e.DoorsAt.Time, e.TimeZone)))
	}
	for _, c := range e.Categories {
		of.Prices = append(of.Prices, price{c.Name, c.Color, money(c.Price)})
	}
	before, err := write("event", of)
	if err != nil {
		return "", err
	}
	after, err := write("event-end", nil)
	return before + House(e, fmt.Sprintf(w.Map, e.Venue)) + after, err
}

func moment(e *protocol.Event) string { return e.StartsAt.UTC().Format(time.RFC3339) }

// Events is the still list of events.
func Events(l Language, list []protocol.Event) (string, error) {
	type card struct {
		ID, Title, Venue, Moment, When string
		Arcs                           []arc
	}
	of := struct {
		Cards []card
		Words words
	}{Words: spoken[l]}
	for i := range list {
		e := &list[i]
		of.Cards = append(of.Cards, card{e.ID, e.Title, e.Venue, moment(e), l.dayAndTime(e.StartsAt.Time, e.TimeZone), poster(e)})
	}
	return write("events", of)
}

// arc is a row of a poster.
type arc struct{ Path, Color string }

// poster is that of EventPoster.vue as rows of dots: arcs of the house in the colours of its categories, the dearest in front.
func poster(e *protocol.Event) []arc {
	const rows, first, step, half, top = 13, 70, 14.2, 1.32, 6
	byPrice := slices.Clone(e.Categories)
	slices.SortStableFunc(byPrice, func(a, b protocol.Category) int { return int(min(1, max(-1, b.Price.Amount-a.Price.Amount))) })
	if len(byPrice) == 0 {
		return nil
	}
	arcs := make([]arc, rows)
	for i := range arcs {
		r := first + step*float64(i)
		x, y := r*math.Sin(half), top+r*math.Cos(half)
		arcs[i] = arc{
			Path:  fmt.Sprintf("M%s %sA%s %s 0 0 0 %s %s", number(200-x), number(y), number(r), number(r), number(200+x), number(y)),
			Color: byPrice[i*len(byPrice)/rows].Color,
		}
	}
	return arcs
}
