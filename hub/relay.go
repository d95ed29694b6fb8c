package hub

import (
	"context"

	"github.com/redis/go-redis/v9"
)

// Relay carries messages from node to node over Redis pub/sub. Its reader only copies into bounded mailboxes:
// it never waits and never calls Redis.
type Relay struct{}

// RelayConfig is what a Relay needs.
type RelayConfig struct {
	Client  redis.UniversalClient
	Sharded bool // SSUBSCRIBE, one subscription per event
	// OnConnect is called (on its own goroutine) after each resubscription that followed a lost connection.
	OnConnect func()
}

// OpenRelay starts a relay; Close ends it.
func OpenRelay(cfg RelayConfig) *Relay { panic("not yet") }

// Mailbox is a bounded queue of one subscriber. Lost is signalled (capacity 1) when a message did not fit or the subscription was renewed: repair.
type Mailbox struct {
	C    chan []byte
	Lost chan struct{}
}

// NewMailbox makes a mailbox for size messages.
func NewMailbox(size int) *Mailbox {
	return &Mailbox{C: make(chan []byte, size), Lost: make(chan struct{}, 1)}
}

// Subscribe delivers a channel's messages into the mailbox and returns when Redis has confirmed.
func (r *Relay) Subscribe(ctx context.Context, channel string, box *Mailbox) error { panic("not yet") }

// Unsubscribe ends it.
func (r *Relay) Unsubscribe(channel string) { panic("not yet") }

// Close ends the relay.
func (r *Relay) Close() error { panic("not yet") }
