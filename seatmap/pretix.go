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
