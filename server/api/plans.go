package api

import (
	"bytes"
	"compress/flate"
	"container/list"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"net"
	"net/http"
	"sync"

	"github.com/gofiber/fiber/v2"
)

// plans keeps the seats of zones, events and parts of documents as they are sent, the ones asked for last, up to a number of bytes. Nothing is kept of what zones are
// asked for together, nor made for it: there are more combinations than a node has memory for, and a stranger may ask for all.
type plans struct {
	cap    int
	making sync.Mutex // one part is made at a time: strangers keep one core busy at most

	mu    sync.Mutex
	parts map[string]*list.Element // of *part, guarded by mu
	order *list.List               // newest first, guarded by mu
	size  int                      // guarded by mu
}

type part struct {
	key  string
	once sync.Once
	piece
	err  error
	size int // guarded by plans.mu; 0 until made
}

func newPlans(cap int) *plans {
	return &plans{cap: cap, parts: map[string]*list.Element{}, order: list.New()}
}

// get returns what make makes, made once while many ask.
func (p *plans) get(key string, make func() ([]byte, error)) (piece, error) {
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
		p.making.Lock()
		defer p.making.Unlock()
		var plain []byte
		if plain, it.err = make(); it.err == nil {
			it.piece, it.err = deflate(plain)
		}
		p.made(it)
	})
	return it.piece, it.err
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
	it.size = len(it.plain) + len(it.deflated)
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

// piece is some of an answer, also as blocks of deflate (RFC 1951) that end with a byte and refer to nothing before them: one behind the
// other, the blocks of any pieces are one stream. Brotli has no such blocks.
type piece struct {
	plain, deflated []byte
	sum             [sha256.Size]byte // of plain
}

func deflate(plain []byte) (piece, error) {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err == nil {
		_, err = w.Write(plain)
	}
	if err == nil {
		err = w.Flush() // not Close, which would end the stream
	}
	if err != nil {
		return piece{}, fmt.Errorf("compress: %w", err)
	}
	return piece{plain: plain, deflated: bytes.Clone(out.Bytes()), sum: sha256.Sum256(plain)}, nil
}

// verbatim is a piece that is not worth compressing, of less than 64 KiB.
func verbatim(text string) piece {
	n := uint16(len(text))
	block := binary.LittleEndian.AppendUint16([]byte{0}, n)
	block = binary.LittleEndian.AppendUint16(block, ^n)
	return piece{plain: []byte(text), deflated: append(block, text...), sum: sha256.Sum256([]byte(text))}
}

type pieces []piece

// send answers with the pieces one behind the other, from where they are kept: a client that reads slowly costs no memory. The answer is
// compressed with gzip for a client that takes it, and 304 when the client has it already.
func (p pieces) send(f *fiber.Ctx) error {
	size, sums := 0, sha256.New()
	for _, it := range p {
		size += len(it.plain)
		_, _ = sums.Write(it.sum[:]) // a hash never fails
	}
	tag, encoding, body := hex.EncodeToString(sums.Sum(nil)[:16]), "", p.plain
	if size >= compressFrom {
		f.Vary(fiber.HeaderAcceptEncoding)
		if accepts(f.Get(fiber.HeaderAcceptEncoding), "gzip") {
			tag, encoding, body = tag+"-gz", "gzip", p.gzip
		}
	}
	if f.Response().StatusCode() != http.StatusOK { // nothing that is kept
		if encoding != "" {
			f.Set(fiber.HeaderContentEncoding, encoding)
		}
	} else if known(f, tag, encoding) {
		return f.SendStatus(http.StatusNotModified)
	}
	b := body()
	size = 0
	for _, some := range b {
		size += len(some)
	}
	return f.SendStream(&b, size)
}

func (p pieces) plain() net.Buffers {
	body := make(net.Buffers, len(p))
	for i, it := range p {
		body[i] = it.plain
	}
	return body
}

// gzip is RFC 1952: a header without name and time, the blocks and an empty last one, checksum and size of what was compressed.
func (p pieces) gzip() net.Buffers {
	body := net.Buffers{{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}}
	var sum, size uint32
	for _, it := range p {
		body = append(body, it.deflated)
		sum = crc32.Update(sum, crc32.IEEETable, it.plain)
		size += uint32(len(it.plain))
	}
	tail := binary.LittleEndian.AppendUint32([]byte{1, 0, 0, 0xff, 0xff}, sum)
	return append(body, binary.LittleEndian.AppendUint32(tail, size))
}
