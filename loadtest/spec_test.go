//go:build !shows

package main

import (
	"hash/maphash"
	"net/http"
	"strings"
	"sync"
	"testing"

	"jari/docs/spec"
)

// heard are the servers that are held to the descriptions, by host:port; the lying ones of other tests are not.
var heard sync.Map // of *ear

// ear keeps what a server should not have answered or said.
type ear struct {
	seed maphash.Seed

	mu    sync.Mutex
	known map[uint64]bool // messages by their hash: all clients of a room are told the same; guarded by mu
	n     int             // answers and messages; guarded by mu
	wrong []error         // the first ones; guarded by mu
}

// enough is as much as anybody reads.
const enough = 5

// listen has whatever a server under test answers and says held to the descriptions.
func listen() {
	tap.answered = func(host, method, path string, res *http.Response, body []byte) {
		if e := earOf(host); e != nil {
			e.hear(func(s *spec.Spec) error {
				return s.Answer(spec.Answer{Method: method, Path: path, Status: res.StatusCode, Header: res.Header, Body: body})
			})
		}
	}
	tap.said = func(host string, message []byte) {
		if e := earOf(host); e != nil && e.isNew(message) {
			e.hear(func(s *spec.Spec) error { return s.Said(message) })
		}
	}
}

func earOf(host string) *ear {
	e, ok := heard.Load(host)
	if !ok {
		return nil
	}
	return e.(*ear)
}

// listenTo holds a server to the descriptions until the test ends.
func listenTo(t *testing.T, host string) {
	t.Helper()
	e := &ear{seed: maphash.MakeSeed(), known: map[uint64]bool{}}
	heard.Store(host, e)
	t.Cleanup(func() {
		heard.Delete(host)
		e.mu.Lock()
		defer e.mu.Unlock()
		for _, err := range e.wrong {
			t.Errorf("this is not described: %v", err)
		}
		t.Logf("%d answers and messages of %s were held to the descriptions", e.n, host)
	})
}

func (e *ear) isNew(message []byte) bool {
	hash := maphash.Bytes(e.seed, message)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.known[hash] {
		return false
	}
	e.known[hash] = true
	return true
}

func (e *ear) hear(check func(*spec.Spec) error) {
	s, err := spec.Load()
	if err == nil {
		err = check(s)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.n++
	if err != nil && len(e.wrong) < enough {
		e.wrong = append(e.wrong, err)
	}
}

// TestTap: what no description has, in an answer or a message, is kept, the same message once.
func TestTap(t *testing.T) {
	e := &ear{seed: maphash.MakeSeed(), known: map[uint64]bool{}}
	const host = "tap.invalid:1"
	heard.Store(host, e)
	defer heard.Delete(host)
	for range 2 {
		tap.said(host, []byte(`{"type":"pong","id":1,"server_time":"2026-03-01T09:30:00.000Z","more":1}`))
	}
	tap.answered(host, http.MethodGet, "/api/v1/events?limit=1", &http.Response{StatusCode: http.StatusTeapot}, nil)
	tap.said("another.invalid:1", []byte(`{"type":"nothing"}`))
	if len(e.wrong) != 2 || !strings.Contains(e.wrong[0].Error(), "more") || !strings.Contains(e.wrong[1].Error(), "not described") {
		t.Errorf("heard %d, of which wrong %q", e.n, e.wrong)
	}
}
