package api

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// rawPeer is a client that may break the rules of WebSocket.
type rawPeer struct {
	t *testing.T
	net.Conn
	r *bufio.Reader
}

func (s *server) rawDial() *rawPeer {
	s.t.Helper()
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		s.t.Fatal(err)
	}
	if _, err := fmt.Fprintf(c, "GET %s/socket HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", base, s.addr); err != nil {
		s.t.Fatal(err)
	}
	p := &rawPeer{s.t, c, bufio.NewReader(c)}
	res, err := http.ReadResponse(p.r, nil)
	if err != nil || res.StatusCode != http.StatusSwitchingProtocols {
		s.t.Fatalf("handshake: %v %v", res, err)
	}
	return p
}

// frame sends a frame masked with zeros: legal, and readable.
func (p *rawPeer) frame(first byte, payload []byte) {
	p.t.Helper()
	b := []byte{first}
	switch n := len(payload); {
	case n <= 125:
		b = append(b, 0x80|byte(n))
	case n <= 0xffff:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 0x80|127), uint64(n))
	}
	b = append(append(b, 0, 0, 0, 0), payload...)
	if _, err := p.Write(b); err != nil {
		p.t.Logf("write: %v", err) // the server may have closed it already
	}
}

// readFrame reads one frame of the server.
func (p *rawPeer) readFrame() (first byte, payload []byte, err error) {
	var head [2]byte
	if _, err := io.ReadFull(p.r, head[:]); err != nil {
		return 0, nil, err
	}
	n := uint64(head[1])
	if n >= 126 {
		wide := make([]byte, map[uint64]int{126: 2, 127: 8}[n])
		if _, err := io.ReadFull(p.r, wide); err != nil {
			return 0, nil, err
		}
		n = 0
		for _, b := range wide {
			n = n<<8 | uint64(b)
		}
	}
	payload = make([]byte, n)
	_, err = io.ReadFull(p.r, payload)
	return head[0], payload, err
}

// closeCode reads until the close frame, then until the end of the TCP connection.
func (p *rawPeer) closeCode() int {
	p.t.Helper()
	for {
		first, payload, err := p.readFrame()
		if err != nil {
			p.t.Fatalf("ended without a close frame: %v", err)
		}
		if first != endFrame {
			continue
		}
		if _, err := p.r.ReadByte(); !errors.Is(err, io.EOF) {
			p.t.Errorf("after the close frame: %v, want the end", err)
		}
		return int(binary.BigEndian.Uint16(payload))
	}
}

func tcpPair(t *testing.T) (client, serverSide net.Conn) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	if client, err = net.Dial("tcp", ln.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if serverSide, err = ln.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close(); serverSide.Close() })
	return client, serverSide
}
