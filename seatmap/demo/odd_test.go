package demo

import "testing"

// TestOddHasOddNames: two seats that programs take for one are two, whatever case, spaces, zeros and accents they differ in.
func TestOddHasOddNames(t *testing.T) {
	p := Odd()
	if err := p.Check(); err != nil {
		t.Fatal(err)
	}
	seats := 0
	for i := range p.Zones {
		z := &p.Zones[i]
		seats += len(z.Seats)
		for n, s := range z.Seats {
			if zone, index, ok := p.Find(s.ID); !ok || zone != z || index != n {
				t.Errorf("%q is found at %d of %v, not at %d of %s", s.ID, index, zone, n, z.ID)
			}
		}
	}
	for _, id := range []string{"a1", "A1", "A1 ", "1", "01", "1e0", "é", "e\u0301", "가-1", "\u1100\u1161-1"} {
		if zone, index, ok := p.Find(id); !ok || zone.Seats[index].ID != id {
			t.Errorf("%q is not found", id)
		}
	}
	if seats < 100 {
		t.Errorf("%d seats", seats)
	}
}
