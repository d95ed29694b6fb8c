package deploy_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// crowd is many addresses at nginx's door, with gateways that say yes to everything. The addresses are told as by a load balancer.
type crowd struct {
	door *door
	addr string
}

func openCrowd(t *testing.T, changes ...string) *crowd {
	t.Helper()
	gateway := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(gateway.Close)
	at := gateway.Listener.Addr().String()
	changes = append(changes, "server_tokens off;", "server_tokens off; set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For;")
	url := startNginx(t, compose(t).Services["nginx"], [2]string{at, at}, changes...)
	return &crowd{openDoor(t), strings.TrimPrefix(url, "http://")}
}

// goOn asks for a word before the body; nginx says it once it has counted the request.
const goOn = "\r\nExpect: 100-continue"

// begin sends the headers of a request whose body does not come, and returns the first status that they get.
func (c *crowd) begin(t *testing.T, address, headers string) (status int, conn net.Conn) {
	t.Helper()
	conn, err := net.Dial("tcp", c.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	const path = "/api/v1/events/demo/bookings"
	if _, err := fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: %s\r\n%s\r\n\r\n", path, address, headers); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(conn).Peek(len("HTTP/1.1 100"))
	if err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	if _, err := fmt.Sscanf(string(line), "HTTP/1.1 %d", &status); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	return status, conn
}

func (c *crowd) ask(t *testing.T, method, address, body string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "http://"+c.addr+"/api/v1/events/demo/hold", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Forwarded-For", address)
	res, err := c.door.way.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK { // nginx's own, and described
		c.door.answered(req, res, text)
	}
	return res, string(text)
}

// TestOneAddressAtNginx: who has as many connections as he may is told so, and nobody else is.
func TestOneAddressAtNginx(t *testing.T) {
	c := openCrowd(t, "limit_conn addresses 15000;", "limit_conn addresses 2;", "127.0.0.0/8 yes;", "127.0.0.0/8 yes; 10.0.0.0/8 yes;")
	for name, a := range map[string]struct {
		has, asks string
		crowded   bool
	}{
		"himself":                {"192.0.2.1", "192.0.2.1", true},
		"another":                {"192.0.2.2", "192.0.2.3", false},
		"of the same /64":        {"2001:db8:0:1::1", "2001:db8:0:1:a:0:0:9", true},
		"of another /64":         {"2001:db8:0:2::1", "2001:db8:0:3::1", false},
		"of IPv4 in IPv6":        {"::ffff:192.0.2.4", "::ffff:192.0.2.5", false},
		"himself, of both kinds": {"::ffff:192.0.2.6", "192.0.2.6", true},
		"exempt":                 {"10.0.0.1", "10.0.0.1", false},
		"of this machine":        {"127.0.0.1", "127.0.0.1", false},
	} {
		t.Run(name, func(t *testing.T) {
			var held []net.Conn
			for range 2 {
				status, conn := c.begin(t, a.has, "Content-Length: 10"+goOn)
				if status != http.StatusContinue {
					t.Fatalf("a connection that he may have: %d", status)
				}
				held = append(held, conn)
			}
			res, body := c.ask(t, http.MethodGet, a.asks, "")
			if !a.crowded {
				if res.StatusCode != http.StatusOK {
					t.Errorf("%s %s", res.Status, body)
				}
				return
			}
			if res.StatusCode != http.StatusTooManyRequests || !strings.Contains(body, `"code":"rate_limited"`) ||
				res.Header.Get("Content-Type") != "application/problem+json" || res.Header.Get("Retry-After") == "" {
				t.Errorf("one more: %s %v %s", res.Status, res.Header, body)
			}
			if err := held[0].Close(); err != nil {
				t.Fatal(err)
			}
			eventually(t, "there is a place again", func() error {
				if res, body := c.ask(t, http.MethodGet, a.asks, ""); res.StatusCode != http.StatusOK {
					return fmt.Errorf("%s %s", res.Status, body)
				}
				return nil
			})
		})
	}
}

// TestLongHeadersAtNginx: they are refused as a gateway does, and nginx keeps no more of them than a gateway takes.
func TestLongHeadersAtNginx(t *testing.T) {
	c := openCrowd(t)
	for _, headers := range []string{"X: " + strings.Repeat("a", 16<<10), strings.Repeat("X: "+strings.Repeat("a", 5<<10)+"\r\n", 4) + "Y: b"} {
		if status, _ := c.begin(t, "192.0.2.1", headers); status != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("%d bytes of headers: %d", len(headers), status)
		}
	}
	if status, _ := c.begin(t, "192.0.2.1", "X: "+strings.Repeat("a", 7<<10)+"\r\nY: "+strings.Repeat("b", 7<<10)); status != http.StatusOK {
		t.Errorf("14 KiB of headers: %d", status)
	}
}

// TestLargeBodiesAtNginx: few are on their way at once, whoever sends them, and none is larger than a gateway takes.
func TestLargeBodiesAtNginx(t *testing.T) {
	c := openCrowd(t, "limit_conn large 256;", "limit_conn large 2;")
	for i, length := range []string{"Content-Length: 16000", "Transfer-Encoding: chunked"} {
		if status, _ := c.begin(t, fmt.Sprint("192.0.2.", i), length+goOn); status != http.StatusContinue {
			t.Fatalf("%s: %d", length, status)
		}
	}
	for _, length := range []string{"Content-Length: 65536", "Content-Length: 0016000", "Transfer-Encoding: chunked"} {
		if status, _ := c.begin(t, "192.0.2.9", length); status != http.StatusTooManyRequests {
			t.Errorf("%s: %d", length, status)
		}
	}
	if res, body := c.ask(t, http.MethodPost, "192.0.2.9", strings.Repeat("a", 15_999)); res.StatusCode != http.StatusOK {
		t.Errorf("a body as others: %s %s", res.Status, body)
	}
	if res, body := c.ask(t, http.MethodPost, "192.0.2.9", strings.Repeat("a", 65_537)); res.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(body, `"code":"invalid"`) {
		t.Errorf("a body that is too large: %s %s", res.Status, body)
	}
}

// TestLargeBodiesOfAnAddressAtNginx: one address cannot have all places for them.
func TestLargeBodiesOfAnAddressAtNginx(t *testing.T) {
	c := openCrowd(t, "limit_conn large_of_address 16;", "limit_conn large_of_address 1;", "127.0.0.0/8 yes;", "127.0.0.0/8 yes; 10.0.0.0/8 yes;")
	var last net.Conn
	for _, address := range []string{"10.0.0.1", "2001:db8:0:1::1", "192.0.2.1"} {
		status, conn := c.begin(t, address, "Content-Length: 65536"+goOn)
		if status != http.StatusContinue {
			t.Fatalf("%s: %d", address, status)
		}
		last = conn
	}
	for _, address := range []string{"192.0.2.1", "2001:db8:0:1::2"} {
		for _, length := range []string{"Content-Length: 16000", "Transfer-Encoding: chunked"} {
			if status, _ := c.begin(t, address, length); status != http.StatusTooManyRequests {
				t.Errorf("one more of %s, %s: %d", address, length, status)
			}
		}
	}
	for _, address := range []string{"192.0.2.2", "2001:db8:0:2::1", "10.0.0.1"} {
		if status, _ := c.begin(t, address, "Transfer-Encoding: chunked"+goOn); status != http.StatusContinue {
			t.Errorf("%s, who has none yet or is exempt: %d", address, status)
		}
	}
	if res, body := c.ask(t, http.MethodPost, "192.0.2.1", strings.Repeat("a", 15_999)); res.StatusCode != http.StatusOK {
		t.Errorf("a body as others: %s %s", res.Status, body)
	}
	if err := last.Close(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "there is a place again", func() error {
		if res, body := c.ask(t, http.MethodPost, "192.0.2.1", strings.Repeat("a", 16_000)); res.StatusCode != http.StatusOK {
			return fmt.Errorf("%s %s", res.Status, body)
		}
		return nil
	})
}
