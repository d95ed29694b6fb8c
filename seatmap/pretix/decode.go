package pretix

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"jari/seatmap"
)

// Bounds of a file. It is read as a stream, element by element: a file of 64 MiB can hold twenty million empty objects,
// and one decoded at once would take gigabytes before anything is counted.
const (
	maxFileBytes = 64 << 20
	maxFileZones = 10_000 // with those left out for being empty
	maxFileRows  = seatmap.MaxPlaces
	maxFileSeats = seatmap.MaxPlaces
	maxFileAreas = seatmap.MaxAreas + seatmap.MaxZones // a plan's decoration, and the shape of each general zone
)

// decoder reads a file into a filePlan, reporting what is not of the format and going on.
type decoder struct {
	*json.Decoder
	*findings
	zones, rows, seats, noSeats int
	areas, points               int // points: of areas
	uuids                       map[string]bool
}

func decode(b []byte, f *findings) (*filePlan, error) {
	if len(b) > maxFileBytes {
		return nil, seatmap.Invalid("file", "%d bytes are more than %d MiB", len(b), maxFileBytes>>20)
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	if err := foreign(bytes.TrimSpace(b)); err != nil {
		return nil, err
	}
	d := &decoder{Decoder: json.NewDecoder(bytes.NewReader(b)), findings: f, uuids: map[string]bool{}}
	p := &filePlan{}
	start, err := d.Token()
	switch {
	case err != nil:
		return nil, seatmap.Invalid("file", "is not JSON: %v", err)
	case start != json.Delim('{'):
		return nil, seatmap.Invalid("file", "is not a JSON object")
	}
	if err := d.members(func(key string) error { return d.plan(p, key) }); err != nil {
		var refusal *seatmap.Refusal
		if errors.As(err, &refusal) {
			return nil, err
		}
		return nil, seatmap.Invalid("file", "is not JSON near byte %d: %v", d.InputOffset(), err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, seatmap.Invalid("file", "goes on after the plan, at byte %d", d.InputOffset())
	}
	p.seats, p.noSeats = d.seats, d.noSeats
	if !p.hasZones {
		return nil, seatmap.Invalid("zones", "are missing: this is not a pretix seating plan")
	}
	return p, nil
}

func (d *decoder) plan(p *filePlan, key string) error {
	switch key {
	case "name":
		return d.value(key, &p.name)
	case "size":
		return d.value(key, &p.size)
	case "categories":
		return d.list(key, func(path string, n int) error {
			if n >= maxFileZones {
				return d.beyond(maxFileZones, path, "categories")
			}
			c, err := element[fileCategory](d, path)
			if c != nil {
				p.categories = append(p.categories, *c)
			}
			return err
		})
	case "zones":
		p.hasZones = true
		return d.list(key, func(path string, n int) error {
			if d.zones++; d.zones > maxFileZones {
				return seatmap.Invalid("zones", "are more than %d", maxFileZones)
			}
			z := fileZone{index: n}
			known, err := d.object(path, func(key string) error { return d.zone(&z, path+"."+key, key) })
			if known {
				p.zones = append(p.zones, z)
			}
			return err
		})
	case "jari":
		p.beside = &fileBeside{}
		_, err := d.object(key, func(key string) error { return d.beside(p.beside, "jari."+key, key) })
		return err
	}
	return d.skip()
}

func (d *decoder) zone(z *fileZone, path, key string) error {
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
			if d.rows++; d.rows > maxFileRows {
				return seatmap.Invalid("zones", "more than %d rows", maxFileRows)
			}
			r := fileRow{index: n}
			known, err := d.object(path, func(key string) error { return d.row(&r, path+"."+key, key) })
			if known {
				z.rows = append(z.rows, r)
			}
			return err
		})
	case "areas":
		return d.list(path, func(path string, n int) error {
			if d.areas++; d.areas > maxFileAreas {
				return d.beyond(maxFileAreas, path, "areas")
			}
			a, err := element[fileArea](d, path)
			if a != nil {
				d.once(path+".uuid", a.UUID)
				a.index = n
				if a.Polygon != nil {
					d.points += len(a.Polygon.Points)
				}
				if d.points > seatmap.MaxAreaPoints {
					return d.beyond(seatmap.MaxAreaPoints, path, "points of areas")
				}
				z.areas = append(z.areas, *a)
			}
			return err
		})
	}
	return d.skip()
}

func (d *decoder) row(r *fileRow, path, key string) error {
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
			if d.seats++; d.seats > maxFileSeats {
				return seatmap.Invalid("zones", "more than %d seats", maxFileSeats)
			}
			s, err := element[fileSeat](d, path)
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

func (d *decoder) uuid(path string) error {
	var id fileText
	err := d.value(path, &id)
	d.once(path, id)
	return err
}

// once reports a uuid that was used before. They are not kept: an export gives everything one of its own.
func (d *decoder) once(path string, id fileText) {
	switch {
	case id == "" || len(id) > seatmap.MaxSeatID:
	case d.uuids[string(id)]:
		d.repair(path, "%q is used before: not kept", string(id))
	default:
		d.uuids[string(id)] = true
	}
}
