package pretix

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"jari/seatmap"
)

// nameSeats gives every seat an id that is its own in the plan: its seat_guid, with a number behind it where that was
// given before.
func (m *importer) nameSeats() {
	ids := newUnique()
	for i := range m.zones {
		for _, at := range m.zones[i].seats {
			ids.taken[at.guid] = true // a made-up id must not take the name of a later seat
		}
	}
	general := map[string]int{}
	for i := range m.plan.Zones {
		if z := &m.plan.Zones[i]; z.Kind == seatmap.KindGeneral {
			general[z.ID] = z.Places
		}
	}
	seen := make(map[string]bool, len(ids.taken))
	for i := range m.zones {
		source, z := &m.zones[i], &m.plan.Zones[i]
		for n := range z.Seats {
			guid, s, why := source.seats[n].guid, &z.Seats[n], ""
			s.ID = shortID(guid)
			switch {
			case s.ID == "":
				s.ID, why = shortID(z.ID+"-"+s.Row+"-"+s.Number), "is empty"
			case seen[guid]:
				why = "is used twice"
			case isPlace(general, s.ID):
				why = "is a place of a general zone"
			case !utf8.ValidString(guid):
				why = "is not UTF-8"
			case s.ID != guid:
				why = "is too long or has control characters"
			}
			if why != "" {
				s.ID = ids.id(s.ID, "~", seatmap.MaxSeatID)
				for isPlace(general, s.ID) {
					s.ID = ids.id(s.ID, "~", seatmap.MaxSeatID)
				}
				m.repair(source.path(n)+".seat_guid", "%.80q %s: now %q", guid, why, s.ID)
			}
			seen[guid] = true
		}
	}
}

// isPlace tells whether an id is that of a place in one of the general zones, given with their places.
func isPlace(general map[string]int, id string) bool {
	zone, number, ok := strings.Cut(id, ":")
	if !ok {
		return false
	}
	n, err := strconv.Atoi(number)
	return err == nil && n >= 1 && n <= general[zone] && strconv.Itoa(n) == number
}
