package booking

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/google/uuid"
)

// ID is the booking id of a buyer's idempotency key in an event: a UUID (version 8) from their SHA-256, so that a retry names
// the same booking on every node and in every log. Its first two bytes are those of the event's own hash: a booking on its way
// is kept with its event, and is found by its id without asking every event.
func ID(buyer, event, key string) string {
	h := sha256.New()
	for _, part := range []string{buyer, event, key} {
		// With lengths, or ("ab", "c") and ("a", "bc") would be one. Writing to a hash never fails.
		_, _ = h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(part))))
		_, _ = h.Write([]byte(part))
	}
	id := uuid.UUID(h.Sum(nil)[:16])
	mark := eventMark(event)
	id[0], id[1] = mark[0], mark[1]
	id[6] = id[6]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	return id.String()
}

func eventMark(event string) [2]byte {
	sum := sha256.Sum256([]byte(event))
	return [2]byte{sum[0], sum[1]}
}

// mayBeOf reports whether a booking id can be one of the event's.
func mayBeOf(id uuid.UUID, event string) bool {
	return [2]byte{id[0], id[1]} == eventMark(event)
}

// letters has no 0, O, 1 and I: a reference is read aloud and typed from paper.
const letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

// reference is a booking's short name within its event. 40 bits meet by chance once in some hundred thousand bookings:
// then the next attempt is taken.
func reference(id string, attempt int) string {
	sum := sha256.Sum256(append([]byte("reference\x00"+id), byte(attempt)))
	bits := binary.BigEndian.Uint64(sum[:8])
	var out [8]byte
	for i := range out {
		out[i] = letters[bits&31]
		bits >>= 5
	}
	return string(out[:])
}
