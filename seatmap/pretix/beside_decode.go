package pretix

import (
	"fmt"

	"jari/seatmap"
)

// beside reads a member of "jari". Its lists are read one by one, as those of the plan.
func (d *decoder) beside(p *fileBeside, path, key string) error {
	switch key {
	case "version":
		return d.value(path, &p.version)
	case "currency":
		return d.value(path, &p.currency)
	case "time_zone":
		return d.value(path, &p.timeZone)
	case "categories":
		return listOf(d, path, maxFileZones, func(n int, c besideCategory) error {
			c.index = n
			p.categories = append(p.categories, c)
			return nil
		})
	case "zones":
		return listOf(d, path, maxFileZones, func(n int, z besideZone) error {
			z.index = n
			p.zones = append(p.zones, z)
			return nil
		})
	case "accessible":
		return d.besideSeats(path, &p.accessible)
	case "companions":
		return d.besideSeats(path, &p.companions)
	case "drawn":
		p.drawn = &besideDrawn{}
		_, err := d.object(path, func(key string) error { return d.drawn(p.drawn, path+"."+key, key) })
		return err
	}
	d.refuse("jari", "%.80q is not known here", key)
	return d.skip()
}

func (d *decoder) drawn(p *besideDrawn, path, key string) error {
	switch key {
	case "width":
		return d.value(path, &p.Width)
	case "height":
		return d.value(path, &p.Height)
	case "focus":
		return d.value(path, &p.Focus)
	case "areas":
		points := 0
		return listOf(d, path, seatmap.MaxAreas, func(n int, a besideArea) error {
			a.index = n
			if points += len(a.Points); points > seatmap.MaxAreaPoints {
				return d.beyond(seatmap.MaxAreaPoints, fmt.Sprintf("%s[%d]", path, n), "points of areas")
			}
			p.Areas = append(p.Areas, a)
			return nil
		})
	case "outlines":
		return listOf(d, path, seatmap.MaxZones, func(_ int, o besideOutline) error {
			p.Outlines = append(p.Outlines, o)
			return nil
		})
	}
	d.refuse("jari.drawn", "%.80q is not known here", key)
	return d.skip()
}

// besideSeats reads seats by their seat_guid. The list is nil only where there is none.
func (d *decoder) besideSeats(path string, to *[]besideSeat) error {
	seats := []besideSeat{}
	is, err := d.isList(path, func(path string, n int) error {
		if n >= seatmap.MaxPlaces {
			return d.beyond(seatmap.MaxPlaces, path, "entries")
		}
		guid, err := element[fileText](d, path)
		if guid != nil {
			seats = append(seats, besideSeat{n, string(*guid)})
		}
		return err
	})
	if is {
		*to = seats
	}
	return err
}

// listOf reads a list, leaving out what is beyond the limit.
func listOf[T any](d *decoder, path string, limit int, each func(n int, v T) error) error {
	return d.list(path, func(path string, n int) error {
		if n >= limit {
			return d.beyond(limit, path, "entries")
		}
		v, err := element[T](d, path)
		if err != nil || v == nil {
			return err
		}
		return each(n, *v)
	})
}
