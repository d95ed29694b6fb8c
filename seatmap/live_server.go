package seatmap

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// server is the Redis that answers for an event.
type server struct {
	redis.UniversalClient
	id runID
}

// runID is the id of the process at an address, as its last connection has said. It is read when it is needed and no sooner: as the
// argument of a script when that is written to a connection which has been greeted, and for an answer when that is there. So a script
// that had to wait for a new connection is not told the id of the process before.
type runID struct {
	runs    *Runs
	address string
}

func (r runID) String() string {
	id, _ := r.runs.of(r.address)
	return id
}

// MarshalBinary is how the library writes an argument.
func (r runID) MarshalBinary() ([]byte, error) { return []byte(r.String()), nil }

// locate returns the client of the server that holds an event, and the address that Runs know it by.
func (l *Live) locate(ctx context.Context, event string) (client redis.UniversalClient, address string, err error) {
	if l.cluster == nil {
		return l.cfg.Client, "", nil
	}
	master, err := l.cluster.MasterForKey(ctx, metaKey(event))
	if err != nil {
		return nil, "", unavailable("redis does not answer", err)
	}
	return master, master.Options().Addr, nil
}

// identified adds which process answers there. A master that nobody knows yet was promoted a moment ago: it is asked who it is.
func (l *Live) identified(ctx context.Context, client redis.UniversalClient, address string) (server, error) {
	_, known := l.runs.of(address)
	if !known && l.cluster != nil {
		if err := l.identify(ctx, address, client); err != nil {
			return server{}, l.away(err)
		}
		known = true
	}
	if !known {
		return server{}, unavailable("redis does not answer", errors.New("it has not been reached yet"))
	}
	return server{client, runID{l.runs, address}}, nil
}

// on has f ask the server that holds an event, once more when a cluster's server says that another one does by now. Each time f is
// given the run id of the very master that it asks: a promoted replica, which may lack the last writes, is never taken for the
// master before it. Errors are as away makes them.
func (l *Live) on(ctx context.Context, event string, f func(at server) error) error {
	began := time.Now()
	client, address, err := l.locate(ctx, event)
	if err != nil {
		return err
	}
	ask := func() error {
		at, err := l.identified(ctx, client, address)
		if err != nil {
			return err
		}
		return f(at)
	}
	err = ask()
	if l.cluster == nil {
		return l.away(err)
	}
	if to, ok := moved(err); ok {
		l.reload(ctx, began)
		if client, address, err = l.redirected(ctx, event, to); err != nil {
			return err
		}
		err = ask()
	}
	return l.away(err)
}

// byServer has f ask each server that holds some of the events, all at once. It is an error only when none of them answers.
func (l *Live) byServer(ctx context.Context, events []string, f func(at server, events []string) error) error {
	ask := func(client redis.UniversalClient, address string, events []string) error {
		at, err := l.identified(ctx, client, address)
		if err != nil {
			return err
		}
		return l.away(f(at, events))
	}
	if l.cluster == nil {
		return ask(l.cfg.Client, "", events)
	}
	clients, held := map[string]redis.UniversalClient{}, map[string][]string{} // by address
	for _, event := range events {
		client, address, err := l.locate(ctx, event)
		if err != nil {
			return err // nobody knows where the slots are
		}
		clients[address], held[address] = client, append(held[address], event)
	}
	var mu sync.Mutex // guards answered and failed
	var asking sync.WaitGroup
	var failed error
	answered := false
	for address, events := range held {
		asking.Go(func() {
			err := ask(clients[address], address, events)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed = err
				return
			}
			answered = true
		})
	}
	asking.Wait()
	if answered {
		return nil
	}
	return failed
}

// ErrPartAway is told of a cluster of which some masters do not answer: the events of the others go on.
var ErrPartAway = errors.New("a part of redis does not answer")

// Refresh asks each server which process it is; call it once a second. On a cluster it also looks which masters there are.
// When it fails what was known stays: a server that did not answer in time is not yet another server.
func (l *Live) Refresh(ctx context.Context) error {
	if l.cluster == nil {
		return l.identify(ctx, "", l.cfg.Client)
	}
	var mu sync.Mutex // guards answered and failed
	var failed error
	answered := false
	err := l.eachMaster(ctx, func(master *redis.Client) {
		address := master.Options().Addr
		err := l.identify(ctx, address, master)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", address, err))
			return
		}
		answered = true
	})
	switch {
	case err != nil:
		return fmt.Errorf("look for the masters of redis: %w", err)
	case answered && failed != nil:
		return fmt.Errorf("%w: %w", ErrPartAway, failed)
	case !answered && failed == nil:
		return errors.New("the redis cluster has no masters")
	}
	return failed
}

// RefreshOf is Refresh for the one server that holds an event.
func (l *Live) RefreshOf(ctx context.Context, event string) error {
	client, address, err := l.locate(ctx, event)
	if err != nil {
		return err
	}
	return l.identify(ctx, address, client)
}

// Server names the server that holds an event, as Times does; empty where one holds all, or nobody knows.
func (l *Live) Server(ctx context.Context, event string) string {
	_, address, err := l.locate(ctx, event)
	if err != nil {
		return ""
	}
	return address
}

// Times has each server tell its time, all at once: hear is called side by side, with what asks it.
func (l *Live) Times(ctx context.Context, hear func(server string, ask func() (time.Time, error))) {
	if l.cluster == nil {
		hear("", func() (time.Time, error) { return l.cfg.Client.Time(ctx).Result() })
		return
	}
	// An error is of all masters, and said by Refresh.
	_ = l.eachMaster(ctx, func(master *redis.Client) {
		hear(master.Options().Addr, func() (time.Time, error) { return master.Time(ctx).Result() })
	})
}

// eachMaster has f ask each master, all at once. To look where they are may take half of the time: a server that hangs is asked that,
// too, and when it was the first one there is time left to ask the masters that were known before.
func (l *Live) eachMaster(ctx context.Context, f func(master *redis.Client)) error {
	looking := ctx
	if until, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		looking, cancel = context.WithTimeout(ctx, time.Until(until)/2)
		defer cancel()
	}
	return l.cluster.ForEachMaster(looking, func(_ context.Context, master *redis.Client) error { f(master); return nil })
}

func (l *Live) identify(ctx context.Context, address string, client redis.UniversalClient) error {
	ask := l.cfg.RunID
	if ask == nil {
		ask = func(ctx context.Context) (string, error) { return readRunID(ctx, client) }
	}
	before, _ := l.runs.of(address)
	id, err := ask(ctx)
	if err != nil {
		return fmt.Errorf("read the run id of redis: %w", err)
	}
	if id == "" {
		return errors.New("read the run id of redis: it is empty")
	}
	l.runs.answered(address, before, id)
	return nil
}

// moved tells the answer of a cluster's server that does not hold the event, and where that sends the asker, if it knows.
func moved(err error) (to string, ok bool) {
	if err == nil {
		return "", false
	}
	words := strings.Fields(err.Error())
	switch {
	case len(words) == 3 && words[0] == "MOVED":
		return words[2], true
	case len(words) > 0 && words[0] == "READONLY":
		return "", true
	}
	return "", false
}

// reload looks where the slots are now, unless somebody has since then. The client does so by itself only in the background.
func (l *Live) reload(ctx context.Context, then time.Time) {
	select {
	case l.reloading <- struct{}{}:
	case <-ctx.Done():
		return // somebody else is at it, with more patience
	}
	defer func() { <-l.reloading }()
	if l.reloaded.After(then) {
		return
	}
	var mu sync.Mutex // guards nodes
	nodes := map[string]*redis.Client{}
	err := l.cluster.ForEachShard(ctx, func(_ context.Context, node *redis.Client) error {
		mu.Lock()
		defer mu.Unlock()
		nodes[node.Options().Addr], nodes[node.Options().NodeAddress] = node, node
		return nil
	})
	if err == nil {
		l.nodes, l.reloaded = nodes, time.Now()
	}
}

// redirected is locate after a reload. Who was asked knows better than who told the client where the slots are.
func (l *Live) redirected(ctx context.Context, event, to string) (client redis.UniversalClient, address string, err error) {
	var node *redis.Client
	select {
	case l.reloading <- struct{}{}:
		node = l.nodes[to]
		<-l.reloading
	case <-ctx.Done():
		return nil, "", unavailable("redis does not answer", ctx.Err())
	}
	if node == nil || to == "" {
		return l.locate(ctx, event)
	}
	return node, node.Options().Addr, nil
}

// away turns an error of the client into a refusal when Redis could not be asked or cannot work now.
// Anything else that Redis answers is a mistake of ours.
func (l *Live) away(err error) error {
	if err == nil {
		return nil
	}
	var refusal *Refusal
	if errors.As(err, &refusal) {
		return err
	}
	if l.cluster != nil {
		l.cluster.ReloadState(context.Background()) // later, and for whoever asks then: perhaps another master holds the event now
	}
	return away(err)
}
