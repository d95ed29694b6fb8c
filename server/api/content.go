package api

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/gofiber/fiber/v2"
)

const (
	// compressFrom: below it the headers weigh more than what is saved.
	compressFrom = 512
	// brotliLevel 6 is within some percent of the best at a tenth of its time.
	brotliLevel = 6
)

// content is bytes that are sent many times: compressed once, with a strong tag for each encoding.
type content struct {
	tag    string // without quotes
	plain  []byte
	gzip   []byte // nil: not worth it
	brotli []byte
}

func newContent(plain []byte) (*content, error) {
	sum := sha256.Sum256(plain)
	c := &content{tag: hex.EncodeToString(sum[:16]), plain: plain}
	if len(plain) < compressFrom {
		return c, nil
	}
	var zipped bytes.Buffer
	zip, err := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	var brotlied bytes.Buffer
	for _, w := range []interface {
		Write([]byte) (int, error)
		Close() error
	}{zip, brotli.NewWriterLevel(&brotlied, brotliLevel)} {
		if _, err := w.Write(plain); err != nil {
			return nil, fmt.Errorf("compress: %w", err)
		}
		if err := w.Close(); err != nil {
			return nil, fmt.Errorf("compress: %w", err)
		}
	}
	if zipped.Len() < len(plain) {
		c.gzip, c.brotli = zipped.Bytes(), brotlied.Bytes()
	}
	return c, nil
}

// send answers with the smallest encoding that the client takes, or 304 when it has it already.
func (c *content) send(f *fiber.Ctx) error {
	body, encoding, tag := c.plain, "", c.tag
	if c.gzip != nil {
		f.Vary(fiber.HeaderAcceptEncoding)
		accepted := f.Get(fiber.HeaderAcceptEncoding)
		switch {
		case accepts(accepted, "br"):
			body, encoding, tag = c.brotli, "br", c.tag+"-br"
		case accepts(accepted, "gzip"):
			body, encoding, tag = c.gzip, "gzip", c.tag+"-gz"
		}
	}
	if known(f, tag, encoding) {
		return f.SendStatus(http.StatusNotModified)
	}
	return f.Send(body)
}

// known puts tag and encoding on an answer, and reports whether the client has it already.
func known(f *fiber.Ctx, tag, encoding string) bool {
	tag = `"` + tag + `"`
	f.Set(fiber.HeaderETag, tag)
	if matches(f.Get(fiber.HeaderIfNoneMatch), tag) {
		f.Response().Header.Del(fiber.HeaderContentType)
		return true
	}
	if encoding != "" {
		f.Set(fiber.HeaderContentEncoding, encoding)
	}
	return false
}

// accepts reads Accept-Encoding: named and not with weight 0.
func accepts(header, encoding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), encoding) {
			continue
		}
		weight = strings.ReplaceAll(weight, " ", "")
		return strings.Trim(strings.TrimPrefix(weight, "q="), "0.") != "" || weight == ""
	}
	return false
}

// matches is If-None-Match, which compares weakly (RFC 9110 section 13.1.2).
func matches(header, tag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimSpace(part)
		if part == "*" || strings.TrimPrefix(part, "W/") == tag {
			return true
		}
	}
	return false
}
