package api

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

// TestFormsAreBodies: what follows the end of a form, within the request's length, is no request of its own. A proxy would hand its
// answer to another client.
func TestFormsAreBodies(t *testing.T) {
	s := start(t)
	const inside = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
	body := "--b--\r\n" + strings.Repeat("a", 16<<10) + inside
	got := s.rest(s.raw(fmt.Sprintf("POST %s/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n\r\n%s"+
		"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", base, len(body), body)))
	if n := strings.Count(got, "HTTP/1.1 "); n != 2 {
		t.Errorf("%d answers to 2 requests: %s", n, got)
	}
}

// TestBodiesAreNotUnpacked: some bytes that unpack to very many are not unpacked.
func TestBodiesAreNotUnpacked(t *testing.T) {
	s := start(t)
	token := s.token()
	huge := append([]byte(`{"zone":"A","seats":["A-5"],"pad":"`), append(bytes.Repeat([]byte("a"), 48<<20), `"}`...)...)
	for encoding, w := range map[string]func(io.Writer) io.WriteCloser{
		"gzip": func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
		"br":   func(w io.Writer) io.WriteCloser { return brotli.NewWriterLevel(w, 1) },
	} {
		var packed bytes.Buffer
		pack := w(&packed)
		if _, err := pack.Write(huge); err != nil {
			t.Fatal(err)
		}
		if err := pack.Close(); err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		s.wantProblem(400, "invalid", s.do("POST", base+"/events/demo/hold", token, packed.String(), "Content-Encoding", encoding))
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > 16<<20 {
			t.Errorf("%s: %d bytes of a body took %d MiB", encoding, packed.Len(), took>>20)
		}
	}
}
