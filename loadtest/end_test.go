package main

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// endsWithin is what a node may take to end, whatever its clients do.
const endsWithin = 30 * time.Second

// A node that is told to end says so, sends the sockets away, lets a booking in flight have its answer, and waits for nobody who does
// not read or never finishes a request.
func TestEndOfANode(t *testing.T) {
	t.Parallel() // it waits more than it works
	n := startNode(t, serverBinary(t), "--data-dir", t.TempDir(), "--drain-time", "2s")
	event := n.createEvent(60, 4)
	api := newAPI(n.url())
	zones := zonesOf(t, api, event)
	out := newStream(t.Context())
	defer out.close()
	var viewers []*viewer
	for range 20 {
		v, err := openViewer(t.Context(), n.url(), event, zones[:1], out, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer v.close()
		viewers = append(viewers, v)
	}
	deaf, err := dialSocket(t.Context(), n.url()) // never reads, so never learns that it was closed
	if err != nil {
		t.Fatal(err)
	}
	defer deaf.abort()
	half := halfRequest(t, n.addr)
	defer half.Close()

	began := time.Now()
	if err := n.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for _, v := range viewers {
		select {
		case <-v.client.done:
		case <-time.After(startPatience):
			t.Fatal("a socket was not sent away")
		}
		var closed *closedError
		if err := v.client.failure(); !errors.As(err, &closed) || closed.Code != 4000 {
			t.Errorf("a socket ended with %v", err)
		}
	}
	log := n.log
	if !n.diesWithin(endsWithin - time.Since(began)) {
		t.Fatalf("the node lives on after %s\n%s", endsWithin, log)
	}
	t.Logf("ended after %s", time.Since(began).Round(time.Millisecond))
}

// What is booked while the sockets leave is decided: the node may be the only one that decides.
func TestBookingsOfADrainAreDecided(t *testing.T) {
	n := startNode(t, serverBinary(t), "--data-dir", t.TempDir(), "--drain-time", "10m")
	event := n.createEvent(60, 4)
	api, out := newAPI(n.url()), newStream(t.Context())
	defer out.close()
	zones := zonesOf(t, api, event)
	for range 2 { // the drain lasts as long as they are there
		v, err := openViewer(t.Context(), n.url(), event, zones[:1], out, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer v.close()
	}
	e, err := api.event(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	free, err := freeIn(t.Context(), api, event, zones[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := n.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	eventually(t, startPatience, "the node drains", n.drains)
	b := &steadyBuyer{gateways: newGateways([]string{n.url()}), seat: free[0], patience: startPatience,
		trip: &trip{api: api, event: e, out: out, told: map[string]Booking{}, keys: map[string]string{}}}
	if err := b.buy(t.Context()); err != nil {
		t.Fatal(err)
	}
	for id, told := range b.told {
		if told.Status != "confirmed" {
			t.Errorf("booking %s is %s", id, told.Status)
		}
	}
	n.kill()
}

// drains is nil when the node says that it is being drained.
func (n *node) drains() error {
	err := n.ready()
	switch {
	case err == nil:
		return errors.New("it is ready")
	case strings.Contains(err.Error(), "draining"):
		return nil
	}
	return err
}

// A second signal ends a node at once.
func TestSecondSignalEndsAtOnce(t *testing.T) {
	n := startNode(t, serverBinary(t), "--data-dir", t.TempDir(), "--drain-time", "10m")
	event := n.createEvent(60, 4)
	out := newStream(t.Context())
	defer out.close()
	for range 2 { // ten minutes apart on average
		v, err := openViewer(t.Context(), n.url(), event, zonesOf(t, newAPI(n.url()), event)[:1], out, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer v.close()
	}
	process, log := n.cmd, n.log
	if err := process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	// Until it has taken the first one, and then as a node that does not take new traffic.
	eventually(t, startPatience, "the node drains", n.drains)
	if _, err := dialSocket(t.Context(), n.url()); !refusedFor(err, http.StatusServiceUnavailable) {
		t.Errorf("a new socket: %v", err)
	}
	if _, err := newAPI(n.url()).event(t.Context(), event); err != nil {
		t.Errorf("a request while the sockets leave: %v", err)
	}
	if err := process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if !n.diesWithin(startPatience) {
		t.Fatalf("the node lives on\n%s", log)
	}
	if status, ok := process.ProcessState.Sys().(syscall.WaitStatus); !ok || !status.Signaled() || status.Signal() != syscall.SIGTERM {
		t.Errorf("it ended with %s", process.ProcessState)
	}
}

func refusedFor(err error, status int) bool {
	var h *handshakeError
	return errors.As(err, &h) && h.Status == status
}

func zonesOf(t *testing.T, api *API, event string) (ids []string) {
	t.Helper()
	e, err := api.event(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	zones, err := seatZones(e, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, z := range zones {
		ids = append(ids, z.ID)
	}
	return ids
}

// halfRequest is a connection that has had one answer and is in the middle of its next request.
func halfRequest(t *testing.T, addr string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintf(c, "GET /healthz HTTP/1.1\r\nHost: %s\r\n\r\n", addr); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatal(res, err)
	}
	if err := res.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintf(c, "POST /api/v1/sessions HTTP/1.1\r\nHost: %s\r\nContent-Length: 10\r\n\r\n{", addr); err != nil {
		t.Fatal(err)
	}
	return c
}
