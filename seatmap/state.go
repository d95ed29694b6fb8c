package seatmap

// State is what a seat is in an event. In Redis, in messages and here it is the ASCII digit of its number.
type State byte

const (
	Available State = '0'
	Held      State = '1' // also while its booking is pending
	Booked    State = '2'
	Blocked   State = '3'
)

// String returns the word for the state.
func (s State) String() string {
	switch s {
	case Available:
		return "available"
	case Held:
		return "held"
	case Booked:
		return "booked"
	case Blocked:
		return "blocked"
	}
	return "unknown"
}
