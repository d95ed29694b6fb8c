package hub

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// patience bounds every wait for something that must happen; it is never waited out by a passing test.
const patience = 30 * time.Second

type relayBench struct {
	*Relay
	publisher redis.UniversalClient
	sharded   bool
}

// dial connects to one server, or to a cluster of which it is given several.
func dial(address string, retries int) redis.UniversalClient {
	return redis.NewUniversalClient(&redis.UniversalOptions{Addrs: strings.Split(address, ","), MaxRetries: retries})
}

func openRelay(t *testing.T, address string, sharded bool, ping time.Duration) *relayBench {
	t.Helper()
	before := runtime.NumGoroutine()
	b := &relayBench{sharded: sharded}
	client := dial(address, -1)
	b.publisher = dial(address, 0)
	b.Relay = OpenRelay(RelayConfig{
		Client: client, Sharded: sharded, Ping: ping,
		Log: slog.New(slog.DiscardHandler),
	})
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
		if err := errors.Join(client.Close(), b.publisher.Close()); err != nil {
			t.Error(err)
		}
		eventually(t, "goroutines are as before", func() bool { return runtime.NumGoroutine() <= before })
	})
	return b
}

func (b *relayBench) subscribe(t *testing.T, channel string, size int) *Mailbox {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	box := NewMailbox(size)
	if err := b.Subscribe(ctx, channel, box); err != nil {
		t.Fatal(err)
	}
	return box
}

func (b *relayBench) publish(t *testing.T, channel, message string) {
	t.Helper()
	command := b.publisher.Publish
	if b.sharded {
		command = b.publisher.SPublish
	}
	eventually(t, "published", func() bool { return command(context.Background(), channel, message).Err() == nil })
}

func receive(t *testing.T, box *Mailbox, want string) {
	t.Helper()
	select {
	case got := <-box.C:
		if string(got) != want {
			t.Fatalf("got %q, want %q", got, want)
		}
	case <-time.After(patience):
		t.Fatalf("%q has not come", want)
	}
}

func lost(t *testing.T, box *Mailbox) {
	t.Helper()
	select {
	case <-box.Lost:
	case <-time.After(patience):
		t.Fatal("the loss was not signalled")
	}
}

func notLost(t *testing.T, box *Mailbox) {
	t.Helper()
	select {
	case <-box.Lost:
		t.Fatal("a loss was signalled")
	default:
	}
}
