package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha1" // the handshake of RFC 6455 asks for it
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

const (
	subprotocol      = "jari.v1.json"
	handshakeTimeout = 20 * time.Second
	writeTimeout     = 20 * time.Second
	readBuffer       = 2048 // bytes; thousands of sockets share this process
)

// Socket is one WebSocket as a client sees it, cheap enough to have thousands: no goroutine of its own.
type Socket struct {
	conn net.Conn
	in   *bufio.Reader
	buf  []byte // of the message being read; reused

	mu  sync.Mutex
	out []byte // frame being written, reused; guarded by mu
}

// dialSocket opens the socket of a server at its public address.
func dialSocket(ctx context.Context, base string) (*Socket, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, fmt.Errorf("parse address of the server: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, handshakeTimeout)
	defer cancel()
	conn, err := dialConn(ctx, u)
	if err != nil {
		return nil, fmt.Errorf("dial socket: %w", err)
	}
	s := &Socket{conn: conn, in: bufio.NewReaderSize(conn, readBuffer)}
	if err := s.upgrade(ctx, u); err != nil {
		_ = conn.Close() // the handshake's error is the one that counts
		return nil, err
	}
	return s, nil
}

func dialConn(ctx context.Context, u *url.URL) (net.Conn, error) {
	switch {
	case u.Scheme == "https":
		var d tls.Dialer
		return d.DialContext(ctx, "tcp", withPort(u, "443"))
	default:
		var d net.Dialer
		return d.DialContext(ctx, "tcp", withPort(u, "80"))
	}
}

func withPort(u *url.URL, port string) string {
	if u.Port() != "" {
		port = u.Port()
	}
	return net.JoinHostPort(u.Hostname(), port)
}

func (s *Socket) upgrade(ctx context.Context, u *url.URL) error {
	deadline, _ := ctx.Deadline()
	if err := s.conn.SetDeadline(deadline); err != nil {
		return fmt.Errorf("set deadline of handshake: %w", err)
	}
	nonce := make([]byte, 16)
	if _, err := rand.Read(nonce); err != nil {
		return fmt.Errorf("make handshake key: %w", err)
	}
	key := base64.StdEncoding.EncodeToString(nonce)
	_, err := fmt.Fprintf(s.conn, "GET %s/api/v1/socket HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: %s\r\n\r\n",
		strings.TrimSuffix(u.Path, "/"), u.Host, key, subprotocol)
	if err != nil {
		return fmt.Errorf("write handshake: %w", err)
	}
	res, err := http.ReadResponse(s.in, nil)
	if err != nil {
		return fmt.Errorf("read handshake: %w", err)
	}
	if res.StatusCode != http.StatusSwitchingProtocols {
		body, _ := io.ReadAll(io.LimitReader(res.Body, 4<<10)) // only to tell the reader more
		if tap.answered != nil {
			tap.answered(u.Host, http.MethodGet, "/api/v1/socket", res, body)
		}
		return &handshakeError{Status: res.StatusCode, Body: string(body)}
	}
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	if got := res.Header.Get("Sec-WebSocket-Accept"); got != base64.StdEncoding.EncodeToString(sum[:]) {
		return fmt.Errorf("handshake accepted with a wrong hash %q", got)
	}
	if got := res.Header.Get("Sec-WebSocket-Protocol"); got != subprotocol {
		return fmt.Errorf("handshake chose subprotocol %q", got)
	}
	return s.conn.SetDeadline(time.Time{})
}

// handshakeError is an HTTP answer where a socket was asked for.
type handshakeError struct {
	Status int
	Body   string
}

func (e *handshakeError) Error() string {
	return fmt.Sprintf("handshake answered %d %s", e.Status, e.Body)
}

// close says goodbye and closes.
func (s *Socket) close() {
	_ = s.write(opClose, []byte{0x03, 0xe8}) // 1000; a peer that is gone needs no goodbye
	_ = s.conn.Close()
}

// abort drops the connection as a crash or a lost network would: with a reset, without a goodbye.
func (s *Socket) abort() {
	if t, ok := s.conn.(*net.TCPConn); ok {
		_ = t.SetLinger(0) // without it the end is only less abrupt
	}
	_ = s.conn.Close()
}
