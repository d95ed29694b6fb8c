package hub

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/redis/go-redis/v9"
)

// said checks what a link would tell Redis now.
func said(t *testing.T, l *link, on, off []string) {
	t.Helper()
	gotOn, gotOff := l.unsaid()
	slices.Sort(gotOn)
	if !slices.Equal(gotOn, on) || !slices.Equal(gotOff, off) {
		t.Fatalf("said %v on, %v off; want %v on, %v off", gotOn, gotOff, on, off)
	}
}

func confirms(t *testing.T, l *link, kind, channel string) {
	t.Helper()
	if err := l.confirm(&redis.Subscription{Kind: kind, Channel: channel}); err != nil {
		t.Fatal(err)
	}
}

func wants(t *testing.T, l *link, channel string) *subscription {
	t.Helper()
	s := &subscription{box: NewMailbox(1), confirmed: make(chan struct{}), ended: make(chan struct{})}
	if err := l.want(channel, s); err != nil {
		t.Fatal(err)
	}
	return s
}

// The answer to an earlier SUBSCRIBE must not confirm a later one: between the two lies an UNSUBSCRIBE.
func TestLinkConfirmsTheLatestCommand(t *testing.T) {
	l := newLink(OpenRelay(RelayConfig{}))
	defer l.relay.Close()
	wants(t, l, "c")
	said(t, l, []string{"c"}, nil)
	l.unwant("c", nil)
	said(t, l, nil, []string{"c"})
	second := wants(t, l, "c")
	said(t, l, []string{"c"}, nil)
	confirms(t, l, "subscribe", "c")
	confirms(t, l, "unsubscribe", "c")
	if isClosed(second.confirmed) {
		t.Fatal("confirmed by the answers to earlier commands")
	}
	confirms(t, l, "subscribe", "c")
	if !isClosed(second.confirmed) {
		t.Fatal("not confirmed")
	}

	// Given up and wanted again before anything is said: it is subscribed all the time.
	l.unwant("c", nil)
	third := wants(t, l, "c")
	if !isClosed(third.confirmed) {
		t.Fatal("not confirmed though subscribed")
	}
	said(t, l, nil, nil)

	// The same while the SUBSCRIBE is on its way.
	wants(t, l, "d")
	said(t, l, []string{"d"}, nil)
	l.unwant("d", nil)
	fourth := wants(t, l, "d")
	if isClosed(fourth.confirmed) {
		t.Fatal("confirmed before Redis has said anything")
	}
	said(t, l, nil, nil)
	confirms(t, l, "subscribe", "d")
	if !isClosed(fourth.confirmed) {
		t.Fatal("not confirmed")
	}

	// What nobody asked for means that the connection is another, or the slot has moved.
	if err := l.confirm(&redis.Subscription{Kind: "sunsubscribe", Channel: "d"}); err == nil {
		t.Fatal("taken as if it had been asked for")
	}
}

func TestLinkTellsALossWhenAChannelIsConfirmedAgain(t *testing.T) {
	l := newLink(OpenRelay(RelayConfig{}))
	a, b, c := wants(t, l, "a"), wants(t, l, "b"), wants(t, l, "c")
	said(t, l, []string{"a", "b", "c"}, nil)
	for _, channel := range []string{"a", "b", "c"} {
		confirms(t, l, "subscribe", channel)
	}
	fresh := wants(t, l, "fresh")
	l.forget()
	l.forget() // a try that failed
	l.unwant("c", nil)
	said(t, l, []string{"a", "b", "fresh"}, nil)
	confirms(t, l, "subscribe", "fresh")
	confirms(t, l, "subscribe", "b")
	if len(a.box.Lost) != 0 || len(b.box.Lost) != 1 || len(c.box.Lost) != 0 || len(fresh.box.Lost) != 0 {
		t.Fatal("the loss is signalled when the channel is confirmed again, and only where there was something to lose")
	}
	confirms(t, l, "subscribe", "a")
	if len(a.box.Lost) != 1 {
		t.Fatal("not told")
	}

	// Who comes anew while the connection is away has missed nothing.
	l.forget()
	l.unwant("a", nil)
	again := wants(t, l, "a")
	said(t, l, []string{"a", "b", "fresh"}, nil)
	confirms(t, l, "subscribe", "a")
	if len(again.box.Lost) != 0 {
		t.Fatal("told of a loss that was another's")
	}
}

func TestLinkConnectsForAChannelOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dials := 0
		client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", MaxRetries: -1, Dialer: func(context.Context, string, string) (net.Conn, error) {
			dials++
			return nil, errors.New("nobody is there")
		}})
		defer client.Close()
		l := newLink(OpenRelay(RelayConfig{Client: client, Log: slog.New(slog.DiscardHandler)}))
		defer synctest.Wait()
		defer l.cancel()
		go l.run()
		time.Sleep(time.Minute)
		if dials != 0 {
			t.Fatalf("%d connections of a link that has nothing to subscribe", dials)
		}
		wants(t, l, "a")
		synctest.Wait()
		if dials == 0 {
			t.Fatal("no connection for a channel")
		}
	})
}
