// Package seatmap holds what is true: plans, seats and their states, holds, and the scripts in Redis
// that are the only way to change them. It knows nothing of sockets, HTTP, Kafka or SQL.
package seatmap

// Kind says how the places of a zone are sold.
type Kind string

const (
	KindSeats   Kind = "seats"   // every place is a numbered seat
	KindGeneral Kind = "general" // places without numbers: buyers see a count
)

// Plan is the seating plan of a venue. It is immutable: its name is its Hash. What Find, Hash, Best and Facts need is
// built on first use and kept, so a Plan is passed by pointer and never copied or changed once in use.
type Plan struct {
	Name       string     `json:"name"`
	Width      float64    `json:"width"`
	Height     float64    `json:"height"`
	Currency   string     `json:"currency"`  // ISO 4217, of the default prices
	TimeZone   string     `json:"time_zone"` // IANA
	Focus      Point      `json:"focus"`     // where the audience looks: seats nearer to it are better
	Categories []Category `json:"categories"`
	Areas      []Area     `json:"areas"`
	Zones      []Zone     `json:"zones"`

	index index       // of Find and Zone
	named planName    // of Hash
	rows  lazyBenches // of Best
	facts lazyFacts   // of Facts
}

// Category is a price class. Price is the plan's default in minor units of Plan.Currency.
type Category struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Color string `json:"color"` // #rrggbb
	Price int64  `json:"price"`
}

// Area is decoration: a stage, a wall, a word. It is drawn and never sold.
// Shape is "polygon" (Points), "ellipse" (Center, Radius) or "text" (Center, Text).
type Area struct {
	Shape    string  `json:"shape"`
	Role     string  `json:"role,omitempty"` // "stage" or empty
	Points   []Point `json:"points,omitempty"`
	Center   *Point  `json:"center,omitempty"`
	Radius   *Point  `json:"radius,omitempty"`
	Rotation float64 `json:"rotation,omitempty"` // degrees clockwise
	Text     string  `json:"text,omitempty"`
	TextSize float64 `json:"text_size,omitempty"` // plan units
	Fill     string  `json:"fill,omitempty"`
	Stroke   string  `json:"stroke,omitempty"`
}

// Zone is a part of a plan that is watched and numbered together.
type Zone struct {
	ID       string  `json:"id"`
	Label    string  `json:"label"`
	Kind     Kind    `json:"kind"`
	Category string  `json:"category,omitempty"` // of a general zone
	Places   int     `json:"places,omitempty"`   // of a general zone; a seats zone has len(Seats)
	Outline  []Point `json:"outline"`
	Seats    []Seat  `json:"seats,omitempty"`
}

// Seat is one numbered place. Its index is its position in its zone's list; its ID is unique in the plan.
type Seat struct {
	ID         string  `json:"id"`
	Row        string  `json:"row"`
	Number     string  `json:"number"`
	X          float64 `json:"x"`
	Y          float64 `json:"y"`
	Category   string  `json:"category"`
	Accessible bool    `json:"accessible,omitempty"`
	Companion  bool    `json:"companion,omitempty"`
}
