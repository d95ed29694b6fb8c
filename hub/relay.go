package hub

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"
)

// RelayConfig is what a Relay needs. Zero values take the defaults named here.
type RelayConfig struct {
	Client  redis.UniversalClient
	Sharded bool // SSUBSCRIBE, one subscription per event
	// Ping is the period of the health check: a connection that is silent for so long is pinged, one that is silent for
	// twice as long is given up; 3 s.
	Ping time.Duration
	Log  *slog.Logger // slog.Default()
}

var (
	// ErrSubscribed: the channel has its subscriber on this node already.
	ErrSubscribed = errors.New("hub: channel is subscribed already")
	// ErrRelayClosed: the relay has been closed, or the subscription was ended while it waited.
	ErrRelayClosed = errors.New("hub: relay is closed")
)

// Mailbox is a bounded queue of one subscriber. Lost is signalled (capacity 1) when a message did not fit or the subscription was renewed: repair.
// What C holds at that moment is older than the loss.
type Mailbox struct {
	C    chan []byte
	Lost chan struct{}
}

// NewMailbox makes a mailbox for size messages.
func NewMailbox(size int) *Mailbox {
	return &Mailbox{C: make(chan []byte, size), Lost: make(chan struct{}, 1)}
}

// put never waits: a message that does not fit is a loss.
func (b *Mailbox) put(message string) {
	select {
	case b.C <- []byte(message):
	default:
		b.lose()
	}
}

func (b *Mailbox) lose() {
	select {
	case b.Lost <- struct{}{}:
	default:
	}
}

// Subscribe delivers a channel's messages into the mailbox and returns when Redis has confirmed; while Redis cannot be
// reached it waits. A channel has one subscriber. Errors: ErrSubscribed, ErrRelayClosed, or the context's, after which
// nothing is subscribed.
func (r *Relay) Subscribe(ctx context.Context, channel string, box *Mailbox) error {
	s := &subscription{box: box, confirmed: make(chan struct{}), ended: make(chan struct{})}
	if err := r.add(channel, s); err != nil {
		return err
	}
	select {
	case <-s.confirmed:
		return nil
	case <-s.ended:
		return ErrRelayClosed
	case <-ctx.Done():
		r.remove(channel, s)
		return ctx.Err()
	}
}

// Unsubscribe ends it. Nothing is put into the mailbox after it has returned.
func (r *Relay) Unsubscribe(channel string) { r.remove(channel, nil) }
