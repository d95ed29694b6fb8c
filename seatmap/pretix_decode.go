package seatmap

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// Bounds of a file. It is read as a stream, element by element: a file of 64 MiB can hold twenty million empty objects,
// and one decoded at once would take gigabytes before anything is counted.
const (
	maxPretixBytes = 64 << 20
	maxPretixZones = 10_000 // with those left out for being empty
	maxPretixRows  = MaxPlaces
	maxPretixSeats = MaxPlaces
	maxPretixAreas = MaxAreas + MaxZones // a plan's decoration, and the shape of each general zone
)

// pretixDecoder reads a file into a pretixPlan, reporting what is not of the format and going on.
type pretixDecoder struct {
	*json.Decoder
	*findings
	zones, rows, seats, noSeats int
	areas, points               int // points: of areas
	uuids                       map[string]bool
}

func decodePretix(b []byte, f *findings) (*pretixPlan, error) {
	if len(b) > maxPretixBytes {
		return nil, invalid("file", "%d bytes are more than %d MiB", len(b), maxPretixBytes>>20)
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	if err := foreign(bytes.TrimSpace(b)); err != nil {
		return nil, err
	}
	d := &pretixDecoder{Decoder: json.NewDecoder(bytes.NewReader(b)), findings: f, uuids: map[string]bool{}}
	p := &pretixPlan{}
	start, err := d.Token()
	switch {
	case err != nil:
		return nil, invalid("file", "is not JSON: %v", err)
	case start != json.Delim('{'):
		return nil, invalid("file", "is not a JSON object")
	}
	if err := d.members(func(key string) error { return d.plan(p, key) }); err != nil {
		var refusal *Refusal
		if errors.As(err, &refusal) {
			return nil, err
		}
		return nil, invalid("file", "is not JSON near byte %d: %v", d.InputOffset(), err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, invalid("file", "goes on after the plan, at byte %d", d.InputOffset())
	}
	p.seats, p.noSeats = d.seats, d.noSeats
	if !p.hasZones {
		return nil, invalid("zones", "are missing: this is not a pretix seating plan")
	}
	return p, nil
}

func (d *pretixDecoder) plan(p *pretixPlan, key string) error {
	switch key {
	case "name":
		return d.value(key, &p.name)
	case "size":
		return d.value(key, &p.size)
	case "categories":
		return d.list(key, func(path string, n int) error {
			if n >= maxPretixZones {
				return d.beyond(maxPretixZones, path, "categories")
			}
			c, err := element[pretixCategory](d, path)
			if c != nil {
				p.categories = append(p.categories, *c)
			}
			return err
		})
	case "zones":
		p.hasZones = true
		return d.list(key, func(path string, n int) error {
			if d.zones++; d.zones > maxPretixZones {
				return invalid("zones", "are more than %d", maxPretixZones)
			}
			z := pretixZone{index: n}
			known, err := d.object(path, func(key string) error { return d.zone(&z, path+"."+key, key) })
			if known {
				p.zones = append(p.zones, z)
			}
			return err
		})
	case "jari":
		p.beside = &pretixBeside{}
		_, err := d.object(key, func(key string) error { return d.beside(p.beside, "jari."+key, key) })
		return err
	}
	return d.skip()
}

func (d *pretixDecoder) zone(z *pretixZone, path, key string) error {
	switch key {
	case "name":
		return d.value(path, &z.name)
	case "zone_id":
		return d.value(path, &z.id)
	case "uuid":
		return d.uuid(path)
	case "position":
		return d.value(path, &z.position)
	case "rows":
		return d.list(path, func(path string, n int) error {
			if d.rows++; d.rows > maxPretixRows {
				return invalid("zones", "more than %d rows", maxPretixRows)
			}
			r := pretixRow{index: n}
			known, err := d.object(path, func(key string) error { return d.row(&r, path+"."+key, key) })
			if known {
				z.rows = append(z.rows, r)
			}
			return err
		})
	case "areas":
		return d.list(path, func(path string, n int) error {
			if d.areas++; d.areas > maxPretixAreas {
				return d.beyond(maxPretixAreas, path, "areas")
			}
			a, err := element[pretixArea](d, path)
			if a != nil {
				d.once(path+".uuid", a.UUID)
				a.index = n
				if a.Polygon != nil {
					d.points += len(a.Polygon.Points)
				}
				if d.points > MaxAreaPoints {
					return d.beyond(MaxAreaPoints, path, "points of areas")
				}
				z.areas = append(z.areas, *a)
			}
			return err
		})
	}
	return d.skip()
}

func (d *pretixDecoder) row(r *pretixRow, path, key string) error {
	switch key {
	case "row_number":
		return d.value(path, &r.number)
	case "uuid":
		return d.uuid(path)
	case "row_label":
		return d.value(path, &r.label)
	case "seat_label":
		return d.value(path, &r.seatLabel)
	case "position":
		return d.value(path, &r.position)
	case "seats":
		return d.list(path, func(path string, n int) error {
			if d.seats++; d.seats > maxPretixSeats {
				return invalid("zones", "more than %d seats", maxPretixSeats)
			}
			s, err := element[pretixSeat](d, path)
			if s == nil {
				d.noSeats++
				return err
			}
			d.once(path+".uuid", s.UUID)
			s.index, s.UUID = n, ""
			r.seats = append(r.seats, *s)
			return err
		})
	}
	return d.skip()
}

func (d *pretixDecoder) uuid(path string) error {
	var id pretixText
	err := d.value(path, &id)
	d.once(path, id)
	return err
}

// once reports a uuid that was used before. They are not kept: an export gives everything one of its own.
func (d *pretixDecoder) once(path string, id pretixText) {
	switch {
	case id == "" || len(id) > MaxSeatID:
	case d.uuids[string(id)]:
		d.repair(path, "%q is used before: not kept", string(id))
	default:
		d.uuids[string(id)] = true
	}
}
