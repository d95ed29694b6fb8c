package seatmap

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
		return listOf(d, path, maxPretixZones, func(n int, c besideCategory) {
			c.index = n
			p.categories = append(p.categories, c)
		})
	case "zones":
		return listOf(d, path, maxPretixZones, func(n int, z besideZone) {
			z.index = n
			p.zones = append(p.zones, z)
		})
	case "accessible":
		p.saysWhichAccessible = true
		return listOf(d, path, MaxPlaces, func(_ int, guid pretixText) { p.accessible = append(p.accessible, guid) })
	case "companions":
		p.saysWhichCompanions = true
		return listOf(d, path, MaxPlaces, func(_ int, guid pretixText) { p.companions = append(p.companions, guid) })
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
		return listOf(d, path, MaxAreas, func(n int, a besideArea) {
			a.index = n
			p.Areas = append(p.Areas, a)
		})
	case "outlines":
		return listOf(d, path, MaxZones, func(_ int, o besideOutline) { p.Outlines = append(p.Outlines, o) })
	}
	d.refuse(path, "is not known")
	return d.skip()
}

// listOf reads a list, leaving out what is beyond the limit.
func listOf[T any](d *pretixDecoder, path string, limit int, each func(n int, v T)) error {
	return d.list(path, func(path string, n int) error {
		if n >= limit {
			return d.beyond(n+1, limit, path, "entries")
		}
		v, err := element[T](d, path)
		if v != nil {
			each(n, *v)
		}
		return err
	})
}
