package main

import (
	"bufio"
	"bytes"
	"errors"
	"net"
	"strings"
	"testing"
)

// wire is a socket whose server says exactly these bytes.
func wire(t *testing.T, bytesFromServer []byte) *Socket {
	t.Helper()
	client, server := net.Pipe()
	t.Cleanup(func() { _ = client.Close() })
	go func() {
		_, _ = server.Write(bytesFromServer)
		_, _ = bufio.NewReader(server).WriteTo(discard{}) // pongs
	}()
	return &Socket{conn: client, in: bufio.NewReader(client)}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

func frameOf(head byte, payload string) []byte {
	b := []byte{head}
	switch n := len(payload); {
	case n < 126:
		b = append(b, byte(n))
	case n < 1<<16:
		b = append(b, 126, byte(n>>8), byte(n))
	default:
		b = append(b, 127, 0, 0, 0, 0, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	return append(b, payload...)
}

func TestSocketReads(t *testing.T) {
	const fin = 0x80
	long, longer := strings.Repeat("x", 300), strings.Repeat("y", 70_000)
	for _, c := range []struct {
		name string
		in   []byte
		want []string
	}{
		{"one", frameOf(fin|opText, "a"), []string{"a"}},
		{"two and lengths", append(frameOf(fin|opText, long), frameOf(fin|opText, longer)...), []string{long, longer}},
		{"in parts, with a ping between", bytes.Join([][]byte{frameOf(opText, "a"), frameOf(fin|opPing, "?"),
			frameOf(opContinuation, "b"), frameOf(fin|opContinuation, "c")}, nil), []string{"abc"}},
	} {
		s := wire(t, c.in)
		for _, want := range c.want {
			if got, err := s.read(); err != nil || string(got) != want {
				t.Errorf("%s: %.20q %v", c.name, got, err)
			}
		}
	}
}

func TestSocketRefuses(t *testing.T) {
	const fin = 0x80
	for name, in := range map[string][]byte{
		"reserved bits":          {0xC1, 0x01, 'a'},
		"a masked frame":         {0x81, 0x81, 1, 2, 3, 4, 'a'},
		"an unknown opcode":      frameOf(fin|0x3, "a"),
		"binary":                 frameOf(fin|0x2, "a"),
		"a part without a start": frameOf(fin|opContinuation, "a"),
		"two starts":             append(frameOf(opText, "a"), frameOf(fin|opText, "b")...),
		"an absurd size":         {0x81, 127, 1, 0, 0, 0, 0, 0, 0, 0},
	} {
		if _, err := wire(t, in).read(); !errors.Is(err, errFrame) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := wire(t, frameOf(fin|opClose, "\x0f\xa8slow down")).read()
	var closed *closedError
	if !errors.As(err, &closed) || closed.Code != 4008 || closed.Reason != "slow down" {
		t.Errorf("close: %v", err)
	}
}
