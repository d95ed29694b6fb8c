package api

import (
	"strings"
	"testing"

	"jari/server/protocol"
)

// linked books and makes a link; token is the buyer's.
func (s *server) linked(token, idempotency string) (id, key string) {
	s.t.Helper()
	s.desk.set(protocol.StatusConfirmed, nil)
	var booked protocol.BookingAnswer
	s.want(200, s.do("POST", base+"/events/demo/bookings", token, "", "Idempotency-Key", idempotency)).into(s.t, &booked)
	var link protocol.LinkAnswer
	s.want(201, s.do("POST", base+"/bookings/"+booked.Booking.ID+"/link", token, "")).into(s.t, &link)
	return booked.Booking.ID, link.Key
}

// TestLinkOpensABooking: to whoever has the key, with no token, with another's and with one that is not valid.
func TestLinkOpensABooking(t *testing.T) {
	s := start(t)
	token := s.token()
	id, key := s.linked(token, "k1")
	for _, who := range []string{"", s.token(), token, "nonsense"} {
		var got protocol.BookingAnswer
		a := s.want(200, s.do("GET", base+"/bookings/"+id, who, "", "Booking-Key", key))
		a.into(t, &got)
		if got.Booking.ID != id || a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("opened %+v, %v", got.Booking, a.header)
		}
	}
	s.wantProblem(404, "not_found", s.do("DELETE", base+"/bookings/"+id+"/link", s.token(), ""))
	for range 2 {
		s.want(204, s.do("DELETE", base+"/bookings/"+id+"/link", token, ""))
	}
	s.wantProblem(404, "not_found", s.do("GET", base+"/bookings/"+id, "", "", "Booking-Key", key))
}

func TestLinkOfAPendingBooking(t *testing.T) {
	s := start(t)
	token := s.token()
	var booked protocol.BookingAnswer
	s.want(202, s.do("POST", base+"/events/demo/bookings", token, "", "Idempotency-Key", "k1")).into(t, &booked)
	s.wantProblem(409, "booking_pending", s.do("POST", base+"/bookings/"+booked.Booking.ID+"/link", token, ""))
}

// TestLinkOnlyShows: nothing can be done with a key, and it opens nothing but its booking.
func TestLinkOnlyShows(t *testing.T) {
	s := start(t)
	id, key := s.linked(s.token(), "k1")
	other, otherKey := s.linked(s.token(), "k2")
	for _, c := range []struct{ method, path string }{
		{"POST", "/bookings/" + id + "/cancel"}, {"POST", "/bookings/" + id + "/link"}, {"DELETE", "/bookings/" + id + "/link"},
		{"GET", "/bookings"}, {"GET", "/events/demo/hold"}, {"POST", "/events/demo/bookings"},
	} {
		s.wantProblem(401, "unauthorized", s.do(c.method, base+c.path, "", "", "Booking-Key", key))
		s.wantProblem(401, "unauthorized", s.do(c.method, base+c.path, key, "", "Booking-Key", key)) // a key is no token
	}
	for name, wrong := range map[string]string{"of another booking": otherKey, "cut": key[:len(key)-1], "longer": key + "A", "a space": "x y",
		"a list": key + ", " + otherKey, "two": key + key, "quotes": `' OR 1=1 --`, "long": strings.Repeat("k", 8000), "utf-8": "열쇠"} {
		p := s.wantProblem(404, "not_found", s.do("GET", base+"/bookings/"+id, "", "", "Booking-Key", wrong))
		if p.Detail != "no such booking" {
			t.Errorf("a key that is %s: %+v", name, p)
		}
	}
	none := s.do("GET", base+"/bookings/3f2b1c9e-6d5a-4e0b-9a77-0d6f3c1b2a10", "", "", "Booking-Key", key)
	s.wantProblem(404, "not_found", none)
	s.wantProblem(404, "not_found", s.do("GET", base+"/bookings/1", "", "", "Booking-Key", key))
	s.wantProblem(401, "unauthorized", s.do("GET", base+"/bookings/"+id, "", "", "Booking-Key", "")) // as if none were sent
	s.wantProblem(401, "unauthorized", s.do("GET", base+"/bookings/"+id+"?key="+key, "", ""))        // never in an address
	s.want(200, s.do("GET", base+"/bookings/"+other, "", "", "Booking-Key", otherKey))
}

// TestKeysAreGuessedSlowly: who tries keys is limited as for anything else.
func TestKeysAreGuessedSlowly(t *testing.T) {
	s := proxied(t, Limits{AddressRequests: 3})
	guess := func() answer {
		return s.do("GET", base+"/bookings/3f2b1c9e-6d5a-4e0b-9a77-0d6f3c1b2a10", "", "", append(from("203.0.113.9"), "Booking-Key", "guess")...)
	}
	for range 3 {
		s.wantProblem(404, "not_found", guess())
	}
	s.wantLimited(guess())
}

// TestKeysStaySecret: neither the log nor the metrics have one.
func TestKeysStaySecret(t *testing.T) {
	s := start(t)
	id, key := s.linked(s.token(), "k1")
	s.want(200, s.do("GET", base+"/bookings/"+id, "", "", "Booking-Key", key))
	s.do("GET", base+"/bookings/"+id+"?key="+key, "", "")
	s.do("GET", "/bookings/"+id+"?key="+key, "", "")
	s.desk.set("", errPanic)
	s.want(500, s.do("GET", base+"/bookings/"+id, "", "", "Booking-Key", key))
	log, metrics := s.log.String(), string(s.do("GET", "/metrics", "", "").body)
	if !strings.Contains(log, id) || !strings.Contains(metrics, "jari_http_request_seconds") {
		t.Fatal("nothing is logged or measured, so nothing was looked through")
	}
	if strings.Contains(log, key) || strings.Contains(metrics, key) {
		t.Error("the key is told")
	}
}
