package seatmap

// Report is what an importer found, each with its place in the file.
type Report struct {
	Seats, Zones int
	Repaired     []Finding
	Refused      []Finding
}

// Finding is one oddity of a plan file.
type Finding struct {
	Path   string // such as zones[3].rows[2].seats[14].seat_guid
	Detail string
}

// ReadPretix reads a seating plan in the open pretix format. The error is for a file that is not one;
// everything repairable is repaired without losing a seat and reported.
func ReadPretix(b []byte) (*Plan, Report, error) { panic("not yet") }

// WritePretix writes the plan in the pretix format.
func WritePretix(p *Plan) ([]byte, error) { panic("not yet") }

// DemoPlan generates the demonstration venue: the same plan every time.
func DemoPlan() *Plan { panic("not yet") }

// Hash names the plan: hex SHA-256 of its canonical JSON.
func (p *Plan) Hash() string { panic("not yet") }

// Check returns the first rule that a plan breaks (ids unique, categories known, counts sane), nil when it is sound.
func (p *Plan) Check() error { panic("not yet") }

// Zone returns the zone of that id, nil when there is none.
func (p *Plan) Zone(id string) *Zone { panic("not yet") }

// Capacity is how many places the zone has.
func (z *Zone) Capacity() int { panic("not yet") }

// Bounds is the box around the zone's outline.
func (z *Zone) Bounds() Box { panic("not yet") }

// Find returns the place of a seat id in the plan; general places are "<zone>:<n>".
func (p *Plan) Find(seat string) (zone *Zone, index int, ok bool) { panic("not yet") }

// PlaceID is the id of place index of the zone: the seat's own, or "<zone>:<n>" with n from 1 in a general zone.
func (z *Zone) PlaceID(index int) string { panic("not yet") }
