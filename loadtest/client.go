package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Client is a socket with its requests matched to their answers. One goroutine reads; it ends with the socket.
type Client struct {
	sock *Socket
	push func(kind string, raw []byte) // of messages that answer nothing; on the reading goroutine, raw valid during the call
	done chan struct{}                 // closed when reading has ended; err is set before

	mu      sync.Mutex
	lastID  int64                  // guarded by mu
	waiting map[int64]chan Message // guarded by mu
	err     error                  // guarded by mu
}

// errForeign: an answer came to a question that this client never asked.
var errForeign = errors.New("answer to nobody's question")

// answerTimeout is far beyond every promise: an answer that is not there by then is lost.
const answerTimeout = 30 * time.Second

// openClient connects. firstID is where its request ids begin, so that ids can tell clients apart.
func openClient(ctx context.Context, base string, firstID int64, push func(kind string, raw []byte)) (*Client, error) {
	sock, err := dialSocket(ctx, base)
	if err != nil {
		return nil, err
	}
	if push == nil {
		push = func(string, []byte) {}
	}
	c := &Client{sock: sock, push: push, done: make(chan struct{}), lastID: firstID, waiting: map[int64]chan Message{}}
	go c.read()
	return c, nil
}

func (c *Client) read() {
	var err error
	for err == nil {
		var raw []byte
		if raw, err = c.sock.read(); err != nil {
			break
		}
		if tap.said != nil {
			tap.said(c.sock.conn.RemoteAddr().String(), raw)
		}
		err = c.dispatch(raw)
	}
	c.mu.Lock()
	c.err = err
	c.mu.Unlock()
	close(c.done)
}

func (c *Client) dispatch(raw []byte) error {
	kind, id, hasID := "", int64(0), false
	err := fields(raw, func(key, v []byte) {
		switch string(key) {
		case "type":
			kind = kindOf(v)
		case "id":
			id, hasID = integer(v)
		}
	})
	if err != nil {
		return err
	}
	if !hasID {
		c.push(kind, raw)
		return nil
	}
	c.mu.Lock()
	answer := c.waiting[id]
	delete(c.waiting, id)
	c.mu.Unlock()
	if answer == nil {
		return fmt.Errorf("%w: %.200q", errForeign, raw)
	}
	var m Message
	if err := json.Unmarshal(raw, &m); err != nil {
		return fmt.Errorf("decode answer %.200q: %w", raw, err)
	}
	answer <- m
	return nil
}

// kindOf spares an allocation for the messages that come by the thousand.
func kindOf(quoted []byte) string {
	switch string(quoted) {
	case `"changes"`:
		return "changes"
	case `"snapshot"`:
		return "snapshot"
	}
	if len(quoted) < 2 {
		return ""
	}
	return string(quoted[1 : len(quoted)-1])
}

// ask sends a request and waits for its answer, which may be a refusal or an error message.
func (c *Client) ask(ctx context.Context, a Ask) (Message, error) {
	answer := make(chan Message, 1)
	c.mu.Lock()
	c.lastID++
	a.ID = c.lastID
	c.waiting[a.ID] = answer
	c.mu.Unlock()
	b, err := json.Marshal(a)
	if err != nil {
		return Message{}, fmt.Errorf("encode %s: %w", a.Type, err)
	}
	if err := c.sock.send(b); err != nil {
		return Message{}, fmt.Errorf("send %s: %w", a.Type, err)
	}
	late := time.NewTimer(answerTimeout)
	defer late.Stop()
	select {
	case m := <-answer:
		return m, nil
	case <-c.done:
		return Message{}, fmt.Errorf("no answer to %s: %w", a.Type, c.failure())
	case <-late.C:
		return Message{}, fmt.Errorf("no answer to %s within %s", a.Type, answerTimeout)
	case <-ctx.Done():
		return Message{}, ctx.Err()
	}
}

// want is ask for an answer of one type; any other is an error.
func (c *Client) want(ctx context.Context, kind string, a Ask) (Message, error) {
	m, err := c.ask(ctx, a)
	if err == nil && m.Type != kind {
		err = fmt.Errorf("%s was answered %s", a.Type, m.told())
	}
	return m, err
}

// auth names the buyer and returns the socket's limits.
func (c *Client) auth(ctx context.Context, token string) (Message, error) {
	return c.want(ctx, "authed", Ask{Type: "auth", Token: token})
}

// failure is why reading ended; only after done.
func (c *Client) failure() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// close says goodbye and waits until the reader has gone.
func (c *Client) close() {
	c.sock.close()
	<-c.done
}

// abort resets the connection and waits until the reader has gone.
func (c *Client) abort() {
	c.sock.abort()
	<-c.done
}
