package hub

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

func TestRelayDelivers(t *testing.T) {
	onEveryRedis(t, func(t *testing.T, server redisServer, sharded bool) {
		b := openRelay(t, server.Address(), sharded, 0)
		a1 := b.subscribe(t, "map:{ea}:1", 10)
		a2 := b.subscribe(t, "map:{ea}:2", 10)
		z := b.subscribe(t, "map:{ez}:1", 10)
		// Confirmed means that the very next message arrives.
		for i := range 3 {
			b.publish(t, "map:{ea}:1", fmt.Sprint("one ", i))
			b.publish(t, "map:{ez}:1", fmt.Sprint("z ", i))
			receive(t, a1, fmt.Sprint("one ", i))
			receive(t, z, fmt.Sprint("z ", i))
		}
		b.publish(t, "map:{ea}:2", "two")
		receive(t, a2, "two")
		if err := b.Subscribe(context.Background(), "map:{ea}:1", NewMailbox(1)); !errors.Is(err, ErrSubscribed) {
			t.Fatalf("got %v", err)
		}
		b.Unsubscribe("map:{ea}:1")
		b.Unsubscribe("map:{ea}:1")
		b.publish(t, "map:{ea}:1", "to nobody")
		b.publish(t, "map:{ea}:2", "after it")
		receive(t, a2, "after it")
		if len(a1.C) != 0 {
			t.Fatal("a message after Unsubscribe")
		}
		again := b.subscribe(t, "map:{ea}:1", 10)
		b.publish(t, "map:{ea}:1", "again")
		receive(t, again, "again")
		for _, box := range []*Mailbox{a1, a2, z, again} {
			notLost(t, box)
		}
	})
}

func TestRelayFullMailboxSignalsALoss(t *testing.T) {
	onEveryRedis(t, func(t *testing.T, server redisServer, sharded bool) {
		b := openRelay(t, server.Address(), sharded, 0)
		full := b.subscribe(t, "{e}full", 2)
		other := b.subscribe(t, "{e}other", 10)
		for i := range 5 {
			b.publish(t, "{e}full", fmt.Sprint(i))
		}
		b.publish(t, "{e}other", "the reader goes on")
		receive(t, other, "the reader goes on")
		lost(t, full)
		notLost(t, other)
		receive(t, full, "0")
		receive(t, full, "1")
	})
}

func TestRelayManySubscribeAtOnce(t *testing.T) {
	onEveryRedis(t, func(t *testing.T, server redisServer, sharded bool) {
		b := openRelay(t, server.Address(), sharded, 0)
		const channels = 1500
		boxes := make([]*Mailbox, channels)
		var all sync.WaitGroup
		for i := range channels {
			all.Go(func() { boxes[i] = b.subscribe(t, fmt.Sprintf("{e%d}:%d", i%5, i), 4) })
		}
		all.Wait()
		for i := range channels {
			b.publish(t, fmt.Sprintf("{e%d}:%d", i%5, i), fmt.Sprint(i))
		}
		for i, box := range boxes {
			receive(t, box, fmt.Sprint(i))
		}
		for i := range channels {
			all.Go(func() { b.Unsubscribe(fmt.Sprintf("{e%d}:%d", i%5, i)) })
		}
		all.Wait()
	})
}

// TestRelaySubscribeChurn lets goroutines subscribe and unsubscribe the same few channels: a Subscribe that has returned
// must get the next message, however the commands before it overlapped.
func TestRelaySubscribeChurn(t *testing.T) {
	onEveryRedis(t, func(t *testing.T, server redisServer, sharded bool) {
		b := openRelay(t, server.Address(), sharded, 0)
		b.subscribe(t, "{e}keeps the connection", 1)
		var all sync.WaitGroup
		for g := range 4 {
			all.Go(func() {
				channel := fmt.Sprint("{e}", g)
				for i := range 100 {
					box := b.subscribe(t, channel, 4)
					if i%3 > 0 {
						message := fmt.Sprint(g, " ", i)
						b.publish(t, channel, message)
						receive(t, box, message)
					}
					b.Unsubscribe(channel)
				}
			})
		}
		all.Wait()
	})
}

func TestRelayServerRestart(t *testing.T) {
	onOneRedis(t, func(t *testing.T, server redisServer, sharded bool) {
		b := openRelay(t, server.Address(), sharded, 0)
		var boxes []*Mailbox
		for i := range 20 {
			boxes = append(boxes, b.subscribe(t, fmt.Sprint("{e}", i), 10))
		}
		for round := range 3 {
			server.Stop()
			// While it is away: a subscriber waits as long as it likes, others come and go.
			ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
			if err := b.Subscribe(ctx, "{e}impatient", NewMailbox(1)); !errors.Is(err, context.DeadlineExceeded) {
				t.Fatalf("got %v", err)
			}
			cancel()
			gone := fmt.Sprint("{e}", 19-round)
			b.Unsubscribe(gone)
			boxes = boxes[:len(boxes)-1]
			patient := make(chan *Mailbox)
			go func() { patient <- b.subscribe(t, fmt.Sprint("{e}patient", round), 10) }()
			server.Start(t)
			for _, box := range boxes {
				lost(t, box)
			}
			box := <-patient
			for i, box := range boxes {
				b.publish(t, fmt.Sprint("{e}", i), "after the restart")
				receive(t, box, "after the restart")
			}
			b.publish(t, fmt.Sprint("{e}patient", round), "hello")
			receive(t, box, "hello")
			b.Unsubscribe(fmt.Sprint("{e}patient", round))
		}
		for _, box := range boxes {
			notLost(t, box)
		}
	})
}

func TestRelayGivesUpASilentConnection(t *testing.T) {
	onOneRedis(t, func(t *testing.T, server redisServer, sharded bool) {
		proxy := freezable(t, server.Address())
		b := openRelay(t, proxy.listener.Addr().String(), sharded, 500*time.Millisecond)
		box := b.subscribe(t, "{e}", 10)
		b.publish(t, "{e}", "before")
		receive(t, box, "before")
		// Quiet for longer than two periods is no loss.
		proxy.mu.Lock()
		carried := proxy.carried
		proxy.mu.Unlock()
		eventually(t, "pings are answered", func() bool {
			proxy.mu.Lock()
			defer proxy.mu.Unlock()
			return proxy.carried >= carried+2
		})
		notLost(t, box)
		proxy.freeze()
		lost(t, box)
		b.publisher.Close()
		b.publisher = dial(server.Address(), 0)
		b.publish(t, "{e}", "after")
		receive(t, box, "after")
	})
}

func TestRelayCloseWhileRedisIsAway(t *testing.T) {
	before := runtime.NumGoroutine()
	client := redis.NewClient(&redis.Options{Addr: filepath.Join(shortDirectory(t), "nobody"), MaxRetries: -1})
	r := OpenRelay(RelayConfig{Client: client, Log: slog.New(slog.DiscardHandler)})
	waiting := make(chan error)
	go func() { waiting <- r.Subscribe(context.Background(), "c", NewMailbox(1)) }()
	eventually(t, "the link is there", func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return len(r.links) == 1
	})
	if err := errors.Join(r.Close(), r.Close(), client.Close()); err != nil {
		t.Fatal(err)
	}
	if err := <-waiting; !errors.Is(err, ErrRelayClosed) {
		t.Fatalf("got %v", err)
	}
	if err := r.Subscribe(context.Background(), "c", NewMailbox(1)); !errors.Is(err, ErrRelayClosed) {
		t.Fatalf("got %v", err)
	}
	r.Unsubscribe("c")
	eventually(t, "goroutines are as before", func() bool { return runtime.NumGoroutine() <= before })
}

// TestRelayReaderNeverStops floods a mailbox that nobody empties: the server must not be held up, as miniredis would be
// by a subscriber that does not read.
func TestRelayReaderNeverStops(t *testing.T) {
	onEveryRedis(t, func(t *testing.T, server redisServer, sharded bool) {
		b := openRelay(t, server.Address(), sharded, 0)
		box := b.subscribe(t, "{e}", 1)
		message := strings.Repeat("x", 10_000)
		for range 2000 { // 20 MB, more than sockets hold
			b.publish(t, "{e}", message)
		}
		lost(t, box)
		if err := b.publisher.Ping(context.Background()).Err(); err != nil {
			t.Fatal(err)
		}
	})
}

// TestRelayTags checks which channels go together.
func TestRelayTags(t *testing.T) {
	for channel, want := range map[string]string{
		"map:{e}:1": "e", "{e}": "e", "map": "map", "map:{}:1": "map:{}:1", "a{b": "a{b", "{a}{b}": "a",
	} {
		if got := (&Relay{cfg: RelayConfig{Sharded: true}}).tag(channel); got != want {
			t.Errorf("%s goes by %q, want %q", channel, got, want)
		}
		if got := (&Relay{}).tag(channel); got != "" {
			t.Errorf("unsharded, %s goes by %q", channel, got)
		}
	}
}
