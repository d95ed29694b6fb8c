package seatmap

import "fmt"

func checkZones(p *Plan) error {
	if n := len(p.Zones); n == 0 || n > MaxZones {
		return Invalid("zones", "%d, not 1 to %d", n, MaxZones)
	}
	known := make(map[string]bool, len(p.Categories))
	for _, c := range p.Categories {
		known[c.ID] = true
	}
	seen := make(map[string]bool, len(p.Zones))
	for i := range p.Zones {
		z, path := &p.Zones[i], fmt.Sprintf("zones[%d]", i)
		switch {
		case !IsID(z.ID):
			return Invalid(path+".id", "%q is not 1 to 32 of A-Z a-z 0-9 _ -", z.ID)
		case seen[z.ID]:
			return Invalid(path+".id", "%q is used twice", z.ID)
		case len(z.Outline) < 3 || len(z.Outline) > MaxPoints:
			return Invalid(path+".outline", "%d points, not 3 to %d", len(z.Outline), MaxPoints)
		}
		seen[z.ID] = true
		if err := checkText(path+".label", z.Label, MaxLabel); err != nil {
			return err
		}
		if err := checkPoints(path+".outline", z.Outline...); err != nil {
			return err
		}
		if err := checkKind(path, z, known); err != nil {
			return err
		}
	}
	return nil
}

func checkKind(path string, z *Zone, known map[string]bool) error {
	switch {
	case z.Kind != KindSeats && z.Kind != KindGeneral:
		return Invalid(path+".kind", "%q is not seats or general", z.Kind)
	case z.Kind == KindGeneral && len(z.Seats) > 0:
		return Invalid(path+".seats", "a general zone has no numbered seats")
	case z.Kind == KindGeneral && !known[z.Category]:
		return Invalid(path+".category", "%q is not declared", z.Category)
	case z.Kind == KindSeats && (z.Places != 0 || z.Category != ""):
		return Invalid(path, "places and category belong to a general zone")
	case z.Capacity() < 1:
		return Invalid(path, "has no places")
	}
	labels := make(map[[2]string]bool, len(z.Seats))
	for i := range z.Seats {
		s := &z.Seats[i]
		label := [2]string{s.Row, s.Number}
		at := func(field string) string { return fmt.Sprintf("%s.seats[%d].%s", path, i, field) }
		switch {
		case !known[s.Category]:
			return Invalid(at("category"), "%q is not declared", s.Category)
		case s.ID == "" || len(s.ID) > MaxSeatID || !Printable(s.ID):
			return Invalid(at("id"), "%q is not 1 to %d bytes of UTF-8 without control characters", s.ID, MaxSeatID)
		case len(s.Row) > MaxLabel || !Printable(s.Row):
			return Invalid(at("row"), "%q is not a label", s.Row)
		case len(s.Number) > MaxLabel || !Printable(s.Number):
			return Invalid(at("number"), "%q is not a label", s.Number)
		case labels[label]: // a ticket leads to one seat
			return Invalid(at("number"), "row %q has seat %q twice", s.Row, s.Number)
		case !inPlan(s.X) || !inPlan(s.Y):
			return Invalid(at("x"), "(%g, %g) is not within %g units", s.X, s.Y, float64(MaxCoordinate))
		}
		labels[label] = true
	}
	return nil
}

// checkPlaces holds for the plan as a whole: the sum of places, and every place's id its own, general places included.
func checkPlaces(p *Plan) error {
	total := 0
	for i := range p.Zones {
		if c := p.Zones[i].Capacity(); c > MaxPlaces || total+c > MaxPlaces {
			return Invalid("zones", "more than %d places", MaxPlaces)
		}
		total += p.Zones[i].Capacity()
	}
	seen := make(map[string]bool, total)
	for i := range p.Zones {
		z := &p.Zones[i]
		for n := range z.Capacity() {
			id := z.PlaceID(n)
			if seen[id] {
				return Invalid(fmt.Sprintf("zones[%d].seats[%d].id", i, n), "%q is used twice", id)
			}
			seen[id] = true
		}
	}
	return nil
}
