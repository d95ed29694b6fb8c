package hub

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"
)

// maxChannels is how many channels one command names.
const maxChannels = 512

// connection subscribes, reads and pings until something fails, and returns what.
func (l *link) connection() error {
	// It connects with the first command, to the node of that command's channel. There must be one before there is a reader, which
	// would connect to any node: a replica would then be listened to, and nothing would tell that its master has died.
	select {
	case <-l.work:
	case <-l.ctx.Done():
		return l.ctx.Err()
	}
	pubsub := l.relay.cfg.Client.Subscribe(l.ctx)
	l.heard.Store(time.Now().UnixNano())
	if err := l.say(pubsub); err != nil {
		return errors.Join(err, pubsub.Close())
	}
	failed := make(chan error, 1)
	go func() { failed <- l.read(pubsub) }()
	err := l.converse(pubsub, failed)
	closing := pubsub.Close() // ends the reader
	ended := <-failed
	if err == nil {
		return ended
	}
	// What the reader says of a connection that was closed is nothing new.
	return errors.Join(err, closing)
}

// converse says what is to be said until something fails. It returns nil when a result of the reader is to be fetched:
// the reader's own, or because the link is to end.
func (l *link) converse(pubsub *redis.PubSub, failed chan error) error {
	period := l.relay.cfg.Ping
	ticker := time.NewTicker(period / 2)
	defer ticker.Stop()
	for {
		var err error
		select {
		case <-l.work:
			err = l.say(pubsub)
		case <-ticker.C:
			silent := time.Since(time.Unix(0, l.heard.Load()))
			if silent >= 2*period {
				err = fmt.Errorf("silent for %v", silent)
			} else if silent >= period {
				err = pubsub.Ping(l.ctx)
			}
		case err = <-failed:
			failed <- err
			return nil
		case <-l.ctx.Done():
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// say tells Redis what is wanted and has not been told.
func (l *link) say(pubsub *redis.PubSub) error {
	on, off := l.unsaid()
	subscribe, unsubscribe := pubsub.Subscribe, pubsub.Unsubscribe
	if l.relay.cfg.Sharded {
		subscribe, unsubscribe = pubsub.SSubscribe, pubsub.SUnsubscribe
	}
	if err := inParts(l.ctx, subscribe, on); err != nil {
		return fmt.Errorf("subscribe: %w", err)
	}
	if err := inParts(l.ctx, unsubscribe, off); err != nil {
		return fmt.Errorf("unsubscribe: %w", err)
	}
	return nil
}

func inParts(ctx context.Context, command func(context.Context, ...string) error, channels []string) error {
	for part := range slices.Chunk(channels, maxChannels) {
		if err := command(ctx, part...); err != nil {
			return err
		}
	}
	return nil
}

// unsaid returns the channels to subscribe and to unsubscribe, and counts them as told.
func (l *link) unsaid() (on, off []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, name := range l.pending {
		ch := l.channels[name]
		if ch == nil {
			continue
		}
		switch wanted := ch.want != nil; {
		case wanted && !ch.told:
			on = append(on, name)
		case !wanted && ch.told:
			off = append(off, name)
		case !wanted && ch.inFlight == 0:
			delete(l.channels, name)
			continue
		default:
			continue
		}
		ch.told = !ch.told
		ch.inFlight++
	}
	l.pending = l.pending[:0]
	return on, off
}

// read copies messages into mailboxes until the connection fails or is closed. It has no read timeout: one that fell into
// the middle of a message would leave the stream in pieces. converse watches the silence instead.
func (l *link) read(pubsub *redis.PubSub) error {
	for {
		message, err := pubsub.Receive(l.ctx)
		if err != nil {
			return fmt.Errorf("receive: %w", err)
		}
		l.heard.Store(time.Now().UnixNano())
		switch m := message.(type) {
		case *redis.Message:
			l.deliver(m)
		case *redis.Subscription:
			if err := l.confirm(m); err != nil {
				return err
			}
		}
	}
}

// deliver holds mu, so that an Unsubscribe that has returned is final.
func (l *link) deliver(m *redis.Message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if ch := l.channels[m.Channel]; ch != nil && ch.want != nil {
		ch.want.box.put(m.Payload)
	}
}

// confirm takes Redis's answer to a command. One that nobody waits for means that the library has changed the connection
// or a cluster has moved the slot: messages may be missing.
func (l *link) confirm(m *redis.Subscription) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	ch := l.channels[m.Channel]
	if ch == nil || ch.inFlight == 0 {
		return fmt.Errorf("unexpected %s of %s", m.Kind, m.Channel)
	}
	ch.inFlight--
	switch {
	case ch.inFlight > 0:
		return nil // it answers an earlier command, the latest decides
	case ch.want == nil && !ch.told:
		delete(l.channels, m.Channel)
	case ch.want != nil && ch.told:
		if !isClosed(ch.want.confirmed) {
			close(ch.want.confirmed)
		}
		if ch.was {
			ch.was = false
			ch.want.box.lose()
		}
	}
	return nil
}
