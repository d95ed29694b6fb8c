package main

import "testing"

// TestAnswersAreToldInWords: whoever reads a report has not read this program.
func TestAnswersAreToldInWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		answer Message
		want   string
	}{
		{Message{Type: "released"}, "released"},
		{Message{Type: "error", Code: "rate_limited", Detail: "too fast"}, "error rate_limited: too fast"},
		{Message{Type: "refused", Code: "seat_unavailable", Seats: []SeatState{{"A", "A-1", 2}, {"B", "B-1", 9}}},
			"refused seat_unavailable, A-1 in zone A is booked, B-1 in zone B is of state 9"},
		{Message{Type: "held", Hold: &Hold{Seats: []HeldSeat{{Zone: "A", Seat: "A-1"}, {Zone: "B", Seat: "B-1"}}}},
			"held, now holds A-1 in zone A, B-1 in zone B"},
		{Message{Type: "held", Hold: &Hold{}}, "held, now holds nothing"},
	} {
		if got := c.answer.told(); got != c.want {
			t.Errorf("told %q, want %q", got, c.want)
		}
	}
}

// TestRaceTellsOddAnswers as sentences, which name the seat.
func TestRaceTellsOddAnswers(t *testing.T) {
	t.Parallel()
	report := mustPlay(t, startFake(t, "busy", 1, 0), "race", &raceScene{Clients: 2, Rounds: 1})
	want := "a hold of A-1 in zone A was answered refused unavailable: not now"
	if notes := report.Metrics["odd_answers"].Notes; len(notes) == 0 || notes[0] != want {
		t.Errorf("noted %q, want %q", notes, want)
	}
}
