package booking

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"

	"jari/seatmap"
	"jari/server/protocol"
	"jari/server/store"
)

// linkBytes of chance are in a key: 144 bits, 24 characters of base64url without a remainder.
const linkBytes = 18

var linkText = base64.RawURLEncoding

// linkHash is what is kept of a key. Keys are all chance, so there is nothing that salt or a slow hash would protect.
func linkHash(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

// Link makes a key that shows the buyer's booking to whoever has it. It is told this once.
// Codes: not_found, booking_pending, unavailable.
func (d *Desk) Link(ctx context.Context, buyer, id string) (key string, err error) {
	b, err := d.Get(ctx, buyer, id)
	if err != nil {
		return "", err
	}
	if b.Status == protocol.StatusPending {
		return "", refuse(seatmap.CodeBookingPending, "the booking is not decided yet")
	}
	chance := make([]byte, linkBytes)
	_, _ = rand.Read(chance) // never fails: the program ends instead
	key = linkText.EncodeToString(chance)
	if err := d.cfg.Store.AddLink(ctx, id, linkHash(key), d.cfg.Now()); err != nil {
		return "", d.refusal("make a link", err)
	}
	return key, nil
}

// Unlink lets no key open the buyer's booking any more. Repeated: the same. Codes: not_found, unavailable.
func (d *Desk) Unlink(ctx context.Context, buyer, id string) error {
	if _, err := d.Get(ctx, buyer, id); err != nil {
		return err
	}
	if err := d.cfg.Store.DeleteLinks(ctx, id); err != nil {
		return d.refusal("forget links", err)
	}
	return nil
}

// Linked returns the booking that a key opens. A wrong key costs one look at an index, whether or not there is such a booking, and a key
// of another booking is wrong. Codes: not_found, unavailable.
func (d *Desk) Linked(ctx context.Context, id, key string) (protocol.Booking, error) {
	none := refuse(seatmap.CodeNotFound, "no such booking, or the key does not open it")
	if len(key) != linkText.EncodedLen(linkBytes) {
		return protocol.Booking{}, none
	}
	of, err := d.cfg.Store.LinkedBooking(ctx, linkHash(key))
	if errors.Is(err, store.ErrNotFound) || err == nil && of != id {
		return protocol.Booking{}, none
	}
	if err != nil {
		return protocol.Booking{}, d.refusal("read link", err)
	}
	b, err := d.cfg.Store.Booking(ctx, id)
	if err != nil {
		return protocol.Booking{}, d.refusal("read booking", err)
	}
	return b.Public(), nil
}
