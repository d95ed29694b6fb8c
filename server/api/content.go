package api

import (
	"bytes"
	"compress/gzip"
	"container/list"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"sync"

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

func (c *content) bytes() int { return len(c.plain) + len(c.gzip) + len(c.brotli) }

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
	tag = `"` + tag + `"`
	f.Set(fiber.HeaderETag, tag)
	if matches(f.Get(fiber.HeaderIfNoneMatch), tag) {
		f.Response().Header.Del(fiber.HeaderContentType)
		return f.SendStatus(http.StatusNotModified)
	}
	if encoding != "" {
		f.Set(fiber.HeaderContentEncoding, encoding)
	}
	return f.Send(body)
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

// plans keeps the compressed parts of plans, the ones asked for last, up to a number of bytes.
type plans struct {
	cap int

	mu    sync.Mutex
	parts map[string]*list.Element // of *part, guarded by mu
	order *list.List               // newest first, guarded by mu
	size  int                      // guarded by mu
}

type part struct {
	key  string
	once sync.Once
	c    *content
	err  error
	size int // guarded by plans.mu; 0 until made
}

func newPlans(cap int) *plans {
	return &plans{cap: cap, parts: map[string]*list.Element{}, order: list.New()}
}

// get returns what make makes, made once while many ask.
func (p *plans) get(key string, make func() ([]byte, error)) (*content, error) {
	p.mu.Lock()
	e := p.parts[key]
	if e == nil {
		e = p.order.PushFront(&part{key: key})
		p.parts[key] = e
	} else {
		p.order.MoveToFront(e)
	}
	p.mu.Unlock()
	it := e.Value.(*part)
	it.once.Do(func() {
		var plain []byte
		if plain, it.err = make(); it.err == nil {
			it.c, it.err = newContent(plain)
		}
		p.made(it)
	})
	return it.c, it.err
}

// made counts a part and lets the oldest go; a failure is not kept.
func (p *plans) made(it *part) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := p.parts[it.key]
	if e == nil || e.Value.(*part) != it {
		return // dropped while it was made: nobody finds it any more
	}
	if it.err != nil {
		p.dropLocked(e)
		return
	}
	it.size = it.c.bytes()
	p.size += it.size
	for p.size > p.cap && p.order.Len() > 1 {
		p.dropLocked(p.order.Back())
	}
}

func (p *plans) dropLocked(e *list.Element) {
	it := p.order.Remove(e).(*part)
	delete(p.parts, it.key)
	p.size -= it.size
}
