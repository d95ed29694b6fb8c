package pretix

import "jari/seatmap"

// writtenBeside is the member "jari": what the format cannot say. Reading it is fileBeside.
type writtenBeside struct {
	Version    int               `json:"version"`
	Currency   string            `json:"currency"`
	TimeZone   string            `json:"time_zone"`
	Categories []writtenPrice    `json:"categories"`
	Zones      []writtenCapacity `json:"zones"`
	Accessible []string          `json:"accessible"`
	Companions []string          `json:"companions"`
	Drawn      writtenDrawn      `json:"drawn"`
}

type writtenPrice struct {
	Category string `json:"category"`
	ID       string `json:"id"`
	Name     string `json:"name,omitempty"`
	Price    int64  `json:"price"`
}

type writtenCapacity struct {
	Zone     string `json:"zone"`
	Places   int    `json:"places"`
	Category string `json:"category"`
}

type writtenDrawn struct {
	Width    float64          `json:"width"`
	Height   float64          `json:"height"`
	Focus    seatmap.Point    `json:"focus"`
	Areas    []seatmap.Area   `json:"areas"`
	Outlines []writtenOutline `json:"outlines"`
}

type writtenOutline struct {
	Zone   string          `json:"zone"`
	Points []seatmap.Point `json:"points"`
}

func (w *writer) beside() *writtenBeside {
	p := w.plan
	out := &writtenBeside{
		Version: besideVersion, Currency: p.Currency, TimeZone: p.TimeZone, Accessible: []string{}, Companions: []string{},
		Zones: []writtenCapacity{}, Drawn: writtenDrawn{Width: p.Width, Height: p.Height, Focus: p.Focus, Areas: append([]seatmap.Area{}, p.Areas...)},
	}
	for _, c := range p.Categories {
		price := writtenPrice{Category: w.names[c.ID], ID: c.ID, Price: c.Price}
		if c.Name != price.Category {
			price.Name = c.Name
		}
		out.Categories = append(out.Categories, price)
	}
	for i := range p.Zones {
		z := &p.Zones[i]
		out.Drawn.Outlines = append(out.Drawn.Outlines, writtenOutline{z.ID, z.Outline})
		if z.Kind == seatmap.KindGeneral {
			out.Zones = append(out.Zones, writtenCapacity{z.ID, z.Places, w.names[z.Category]})
		}
		for n := range z.Seats {
			s := &z.Seats[n]
			if s.Accessible {
				out.Accessible = append(out.Accessible, s.ID)
			}
			if s.Companion {
				out.Companions = append(out.Companions, s.ID)
			}
		}
	}
	return out
}
