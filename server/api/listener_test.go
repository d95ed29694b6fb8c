package api

import (
	"errors"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"jari/hub"
)

// raw opens a TCP connection and says something.
func (s *server) raw(said string) net.Conn {
	s.t.Helper()
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { c.Close() })
	if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
		s.t.Fatal(err)
	}
	if _, err := io.WriteString(c, said); err != nil {
		s.t.Fatal(err)
	}
	return c
}

// rest reads to the connection's end, which must come. A reset is an end, too.
func (s *server) rest(c net.Conn) string {
	s.t.Helper()
	b, err := io.ReadAll(c)
	if err != nil && !errors.Is(err, syscall.ECONNRESET) {
		s.t.Fatalf("%q, then %v", b, err)
	}
	return string(b)
}

// TestSlowClients: nobody keeps a connection by saying nothing, or little.
func TestSlowClients(t *testing.T) {
	s := start(t, withLimits(Limits{ReadTimeout: 300 * time.Millisecond, IdleTimeout: 300 * time.Millisecond}))
	post := "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\n"
	for name, c := range map[string]struct{ begin, drip, want string }{
		"nothing":                   {"", "", ""},
		"half a line":               {"GET /hea", "", "HTTP/1.1 408 "},
		"a header letter by letter": {"GET /healthz HTTP/1.1\r\nX: ", "a", "HTTP/1.1 408 "},
		"headers without end":       {"GET /healthz HTTP/1.1\r\n", "X: a\r\n", "HTTP/1.1 408 "},
		"a body letter by letter":   {post + "Content-Length: 1000\r\n\r\n", "a", "HTTP/1.1 408 "},
		"a body that does not come": {post + "Content-Length: 1000\r\n\r\n", "", "HTTP/1.1 408 "},
		"chunks without end":        {post + "Transfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n", "HTTP/1.1 408 "},
		"a body after 100":          {post + "Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n", "a", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 408 "},
		"one request, then nothing": {"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", "", "HTTP/1.1 200 "},
	} {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			conn := s.raw(c.begin)
			if c.drip != "" {
				drip(t, conn, []byte(c.drip))
			}
			// The reset of a connection that still sends may overtake the answer.
			if got := s.rest(conn); !strings.HasPrefix(got, c.want) && (got != "" || c.drip == "") {
				t.Errorf("answered %.200s", got)
			}
		})
	}
	eventually(t, "all are gone", func() bool { return s.api.connections.Load() == 0 })
}

// drip writes the same again and again until the other side has gone or the test is over.
func drip(t *testing.T, to io.Writer, what []byte) {
	ended := make(chan struct{})
	t.Cleanup(func() { close(ended) })
	go func() {
		often := time.NewTicker(10 * time.Millisecond)
		defer often.Stop()
		for {
			select {
			case <-ended:
				return
			case <-often.C:
				if _, err := to.Write(what); err != nil {
					return
				}
			}
		}
	}()
}

// TestWhoDoesNotRead: an answer that nobody takes ends the connection.
func TestWhoDoesNotRead(t *testing.T) {
	s := start(t, withLimits(Limits{WriteTimeout: 200 * time.Millisecond}),
		withStatic(builtPage(t, fstest.MapFS{"big.png": {Data: make([]byte, 32<<20)}})))
	s.raw("GET /big.png HTTP/1.1\r\nHost: x\r\n\r\n")
	eventually(t, "it was let in", func() bool { return s.api.connections.Load() == 1 })
	eventually(t, "it is gone", func() bool { return s.api.connections.Load() == 0 })
}

func TestHeadersTooLarge(t *testing.T) {
	s := start(t)
	for name, head := range map[string]string{
		"one":  "X: " + strings.Repeat("a", 2*headerBytes) + "\r\n",
		"many": strings.Repeat("X: a\r\n", headerBytes/3),
	} {
		if got := s.rest(s.raw("GET /healthz HTTP/1.1\r\nHost: x\r\n" + head + "\r\n")); !strings.HasPrefix(got, "HTTP/1.1 431 ") && got != "" {
			t.Errorf("%s: answered %.200s", name, got)
		}
	}
	if got := s.rest(s.raw("GET /" + strings.Repeat("a", 2*headerBytes))); !strings.HasPrefix(got, "HTTP/1.1 431 ") && got != "" {
		t.Errorf("a long address: answered %.200s", got)
	}
	chunk := "8000\r\n" + strings.Repeat("a", 0x8000) + "\r\n"
	got := s.rest(s.raw("POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + strings.Repeat(chunk, 3)))
	if !strings.HasPrefix(got, "HTTP/1.1 413 ") && got != "" {
		t.Errorf("a body in chunks: answered %.200s", got)
	}
}

const probe = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"

func TestConnectionsOfANode(t *testing.T) {
	s := start(t, withLimits(Limits{Connections: 2}))
	first, socket := s.raw(probe), s.rawDial()
	one := make([]byte, 1)
	if _, err := first.Read(one); err != nil {
		t.Fatal(err)
	}
	// A new connection is closed unread; its reset may overtake what it was told.
	if got := s.rest(s.raw("")); !strings.HasPrefix(got, "HTTP/1.1 503 ") && got != "" {
		t.Errorf("the third is told %q", got)
	}
	socket.frame(endFrame, []byte{3, 0xe8})
	if code := socket.closeCode(); code != hub.CloseNormal {
		t.Errorf("the socket was closed with %d", code)
	}
	eventually(t, "the socket's place is free", func() bool { return s.api.connections.Load() == 1 })
	if _, err := s.raw(probe).Read(one); err != nil {
		t.Error(err)
	}
	if !strings.Contains(s.log.String(), "connections are turned away") {
		t.Error("nothing was said of it")
	}
}

// placed is a listener whose connections come from elsewhere, and whose first accepts fail.
type placed struct {
	net.Listener
	from  net.IP
	fails atomic.Int32
}

type placedConn struct {
	net.Conn
	from net.Addr
}

func (c placedConn) RemoteAddr() net.Addr { return c.from }

func (l *placed) Accept() (net.Conn, error) {
	if l.fails.Add(-1) >= 0 {
		return nil, &net.OpError{Op: "accept", Err: syscall.EMFILE}
	}
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return placedConn{c, &net.TCPAddr{IP: l.from, Port: 1}}, nil
}

func newPlaced(t *testing.T, from string) *placed {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return &placed{Listener: ln, from: net.ParseIP(from)}
}

func TestConnectionsOfAnAddress(t *testing.T) {
	for name, c := range map[string]struct {
		limits  Limits
		limited bool
	}{
		"a stranger": {Limits{AddressConnections: 2}, true},
		"exempt":     {Limits{AddressConnections: 2, Exempt: prefixes("192.0.2.0/24")}, false},
		"a proxy":    {Limits{AddressConnections: 2, TrustedProxies: prefixes("192.0.2.0/24")}, false},
		"no limit":   {Limits{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := startOn(t, newPlaced(t, "192.0.2.1"), withLimits(c.limits))
			for range 2 {
				if _, err := s.raw(probe).Read(make([]byte, 1)); err != nil {
					t.Fatal(err)
				}
			}
			third := s.raw("")
			if !c.limited {
				eventually(t, "it is let in", func() bool { return s.api.connections.Load() == 3 })
				return
			}
			if got := s.rest(third); !strings.HasPrefix(got, "HTTP/1.1 429 ") && got != "" {
				t.Errorf("the third is told %q", got)
			}
			if n := s.api.connections.Load(); n != 2 {
				t.Errorf("%d connections are open", n)
			}
		})
	}
}

// TestNoDescriptorsLeft: a node that cannot accept for the moment goes on listening.
func TestNoDescriptorsLeft(t *testing.T) {
	ln := newPlaced(t, "192.0.2.1")
	ln.fails.Store(3)
	s := startOn(t, ln)
	if _, err := s.raw(probe).Read(make([]byte, 1)); err != nil {
		t.Error(err)
	}
	if log := s.log.String(); strings.Count(log, "cannot be accepted") != 1 || !strings.Contains(log, syscall.EMFILE.Error()) {
		t.Errorf("said of it: %s", log)
	}
}

// BenchmarkMeet reads as many proxies as a header can name.
func BenchmarkMeet(b *testing.B) {
	long := strings.TrimSuffix(strings.Repeat("127.0.0.1,", headerBytes/10), ",")
	trusted := prefixes("127.0.0.0/8")
	for b.Loop() {
		clientOf(local, []string{long}, trusted)
	}
}
