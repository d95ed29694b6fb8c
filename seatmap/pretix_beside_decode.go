package seatmap

import "fmt"

// beside reads a member of "jari". Its lists are read one by one, as those of the plan.
func (d *pretixDecoder) beside(p *pretixBeside, path, key string) error {
	switch key {
	case "version":
		return d.value(path, &p.version)
	case "currency":
		return d.value(path, &p.currency)
	case "time_zone":
		return d.value(path, &p.timeZone)
	case "categories":
		return listOf(d, path, maxPretixZones, func(n int, c besideCategory) error {
			c.index = n
			p.categories = append(p.categories, c)
			return nil
		})
	case "zones":
		return listOf(d, path, maxPretixZones, func(n int, z besideZone) error {
			z.index = n
			p.zones = append(p.zones, z)
			return nil
		})
	case "accessible":
		p.saysWhichAccessible = true
		return listOf(d, path, MaxPlaces, func(_ int, guid pretixText) error {
			p.accessible = append(p.accessible, guid)
			return nil
		})
	case "companions":
		p.saysWhichCompanions = true
		return listOf(d, path, MaxPlaces, func(_ int, guid pretixText) error {
			p.companions = append(p.companions, guid)
			return nil
		})
	case "drawn":
		p.drawn = &besideDrawn{}
		_, err := d.object(path, func(key string) error { return d.drawn(p.drawn, path+"."+key, key) })
		return err
	}
	d.refuse(path, "is not known")
	return d.skip()
}

func (d *pretixDecoder) drawn(p *besideDrawn, path, key string) error {
	switch key {
	case "width":
		return d.value(path, &p.Width)
	case "height":
		return d.value(path, &p.Height)
	case "focus":
		return d.value(path, &p.Focus)
	case "areas":
		points := 0
		return listOf(d, path, MaxAreas, func(n int, a besideArea) error {
			a.index = n
			if points += len(a.Points); points > MaxAreaPoints {
				return d.beyond(MaxAreaPoints, fmt.Sprintf("%s[%d]", path, n), "points of areas")
			}
			p.Areas = append(p.Areas, a)
			return nil
		})
	case "outlines":
		return listOf(d, path, MaxZones, func(_ int, o besideOutline) error {
			p.Outlines = append(p.Outlines, o)
			return nil
		})
	}
	d.refuse(path, "is not known")
	return d.skip()
}

// listOf reads a list, leaving out what is beyond the limit.
func listOf[T any](d *pretixDecoder, path string, limit int, each func(n int, v T) error) error {
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
