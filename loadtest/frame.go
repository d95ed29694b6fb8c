package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"time"
)

// Opcodes of RFC 6455.
const (
	opContinuation = 0x0
	opText         = 0x1
	opClose        = 0x8
	opPing         = 0x9
	opPong         = 0xA
)

// maxMessage is more than any snapshot of a plan.
const maxMessage = 8 << 20

// closedError is the server's goodbye.
type closedError struct {
	Code   int
	Reason string
}

func (e *closedError) Error() string { return fmt.Sprintf("closed with %d %s", e.Code, e.Reason) }

// errFrame: the bytes on the socket are not frames of a server. Two writers at once look like this.
var errFrame = errors.New("broken frame")

// read returns the next text message, valid until the next read. Pings are answered on the way.
func (s *Socket) read() ([]byte, error) {
	s.buf = s.buf[:0]
	begun := false
	for {
		fin, op, err := s.readFrame()
		if err != nil {
			return nil, err
		}
		switch op {
		case opText, opContinuation:
			if (op == opText) == begun {
				return nil, fmt.Errorf("%w: message begun twice or never", errFrame)
			}
			begun = true
			if fin {
				return s.buf, nil
			}
		case opPing, opPong, opClose:
			// A control payload was appended behind a message in parts; readFrame has taken it off again.
		default:
			return nil, fmt.Errorf("%w: opcode %#x", errFrame, op)
		}
	}
}

// readFrame appends the payload of a data frame to buf and deals with control frames itself.
func (s *Socket) readFrame() (fin bool, op byte, err error) {
	var head [8]byte
	if _, err := io.ReadFull(s.in, head[:2]); err != nil {
		return false, 0, err
	}
	fin, op = head[0]&0x80 != 0, head[0]&0x0f
	if head[0]&0x70 != 0 || head[1]&0x80 != 0 {
		return false, 0, fmt.Errorf("%w: reserved bits or a mask in % x", errFrame, head[:2])
	}
	size := uint64(head[1] & 0x7f)
	switch size {
	case 126:
		if _, err := io.ReadFull(s.in, head[:2]); err != nil {
			return false, 0, err
		}
		size = uint64(binary.BigEndian.Uint16(head[:2]))
	case 127:
		if _, err := io.ReadFull(s.in, head[:8]); err != nil {
			return false, 0, err
		}
		size = binary.BigEndian.Uint64(head[:8])
	}
	if size > maxMessage || uint64(len(s.buf))+size > maxMessage {
		return false, 0, fmt.Errorf("%w: %d bytes", errFrame, size)
	}
	had := len(s.buf)
	s.buf = grow(s.buf, int(size))
	if _, err := io.ReadFull(s.in, s.buf[had:]); err != nil {
		return false, 0, err
	}
	if op < opClose {
		return fin, op, nil
	}
	payload := s.buf[had:]
	s.buf = s.buf[:had]
	return fin, op, s.control(op, payload)
}

func (s *Socket) control(op byte, payload []byte) error {
	switch op {
	case opPing:
		return s.write(opPong, payload)
	case opClose:
		closed := &closedError{Code: 1005}
		if len(payload) >= 2 {
			closed.Code, closed.Reason = int(binary.BigEndian.Uint16(payload)), string(payload[2:])
		}
		return closed
	}
	return nil
}

func grow(b []byte, n int) []byte {
	if cap(b)-len(b) >= n {
		return b[:len(b)+n]
	}
	return append(b, make([]byte, n)...)
}

// send writes one text message.
func (s *Socket) send(message []byte) error { return s.write(opText, message) }

// write sends one masked frame in one write.
func (s *Socket) write(op byte, payload []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out = appendFrame(s.out[:0], op, payload)
	if err := s.conn.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return err
	}
	_, err := s.conn.Write(s.out)
	return err
}

func appendFrame(out []byte, op byte, payload []byte) []byte {
	out = append(out, 0x80|op)
	switch n := len(payload); {
	case n < 126:
		out = append(out, 0x80|byte(n))
	case n <= 0xffff:
		out = append(out, 0x80|126)
		out = binary.BigEndian.AppendUint16(out, uint16(n))
	default:
		out = append(out, 0x80|127)
		out = binary.BigEndian.AppendUint64(out, uint64(n))
	}
	var mask [4]byte
	binary.LittleEndian.PutUint32(mask[:], rand.Uint32())
	out = append(out, mask[:]...)
	for i, c := range payload {
		out = append(out, c^mask[i&3])
	}
	return out
}
