package api

import (
	"bytes"
	"compress/gzip"
	"io"
	"testing"

	"github.com/andybalholm/brotli"
)

func TestContentIsCompressed(t *testing.T) {
	s := start(t)
	s.compressed("/api/docs/openapi.yaml", map[string]func([]byte) (io.Reader, error){
		"gzip": func(b []byte) (io.Reader, error) { return gzip.NewReader(bytes.NewReader(b)) },
		"br":   func(b []byte) (io.Reader, error) { return brotli.NewReader(bytes.NewReader(b)), nil },
	})
}

// compressed asks for a path in each encoding, which has the same content under another tag, and returns it plain.
func (s *server) compressed(path string, encodings map[string]func([]byte) (io.Reader, error)) answer {
	s.t.Helper()
	plain := s.want(200, s.do("GET", path, "", ""))
	tags := map[string]bool{plain.header.Get("ETag"): true}
	if plain.header.Get("Vary") == "" {
		s.t.Errorf("headers %v", plain.header)
	}
	for encoding, open := range encodings {
		a := s.want(200, s.do("GET", path, "", "", "Accept-Encoding", encoding+";q=0.5, other"))
		r, err := open(a.body)
		if err != nil {
			s.t.Fatal(err)
		}
		if b, err := io.ReadAll(r); err != nil || !bytes.Equal(b, plain.body) || a.header.Get("Content-Encoding") != encoding {
			s.t.Errorf("%s: %v, headers %v", encoding, err, a.header)
		}
		tag := a.header.Get("ETag")
		tags[tag] = true
		if again := s.want(304, s.do("GET", path, "", "", "Accept-Encoding", encoding, "If-None-Match", `"x", `+tag)); again.header.Get("ETag") != tag {
			s.t.Errorf("304 headers %v", again.header)
		}
	}
	if len(tags) != 1+len(encodings) {
		s.t.Errorf("tags %v: each encoding has its own", tags)
	}
	s.want(200, s.do("GET", path, "", "", "If-None-Match", `"another"`))
	if a := s.want(200, s.do("GET", path, "", "", "Accept-Encoding", "br;q=0, gzip;q=0.0")); a.header.Get("Content-Encoding") != "" {
		s.t.Error("refused encodings were used")
	}
	return plain
}
