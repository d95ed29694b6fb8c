package hub

import (
	"slices"
	"testing"

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

func TestLinkTellsOfARenewalWhenAllIsConfirmed(t *testing.T) {
	r := OpenRelay(RelayConfig{})
	r.cancel() // so that nobody takes from back
	r.work.Wait()
	l := newLink(r)
	for _, channel := range []string{"a", "b", "c"} {
		wants(t, l, channel)
	}
	said(t, l, []string{"a", "b", "c"}, nil)
	confirms(t, l, "subscribe", "a")
	confirms(t, l, "subscribe", "b")
	confirms(t, l, "subscribe", "c")
	fresh := wants(t, l, "fresh")
	if len(r.back) != 0 {
		t.Fatal("a first connection is no renewal")
	}
	l.forget()
	l.unwant("a", nil)
	l.unwant("b", nil)
	l.unwant("c", nil)
	if len(r.back) != 0 {
		t.Fatal("told without a connection")
	}
	a, b, c := wants(t, l, "a"), wants(t, l, "b"), wants(t, l, "c")
	said(t, l, []string{"a", "b", "c", "fresh"}, nil)
	confirms(t, l, "subscribe", "a")
	if len(r.back) != 1 {
		t.Fatal("not told, though nothing is left to be confirmed again")
	}
	<-r.back
	confirms(t, l, "subscribe", "b")
	confirms(t, l, "subscribe", "c")
	l.forget()
	l.forget() // a try that failed
	l.unwant("c", nil)
	said(t, l, []string{"a", "b", "fresh"}, nil)
	confirms(t, l, "subscribe", "fresh")
	confirms(t, l, "subscribe", "b")
	if len(a.box.Lost) != 0 || len(b.box.Lost) != 1 || len(c.box.Lost) != 0 || len(fresh.box.Lost) != 0 {
		t.Fatal("the loss is signalled when the channel is confirmed again, and only where there was something to lose")
	}
	if len(r.back) != 0 {
		t.Fatal("told before all is confirmed")
	}
	confirms(t, l, "subscribe", "a")
	if len(r.back) != 1 || len(a.box.Lost) != 1 {
		t.Fatal("not told")
	}
}
