package api

import (
	"encoding/binary"
	"unicode/utf8"
)

// Opcodes of RFC 6455 section 5.2, with the bit that says: this frame is the whole message.
const (
	final     = 0x80
	textFrame = final | 0x1
	endFrame  = final | 0x8
	pingFrame = final | 0x9
	pongFrame = final | 0xA
)

// controlBytes is the most that a control frame carries (RFC 6455 section 5.5).
const controlBytes = 125

// Wire is a message as an unmasked WebSocket text frame, for hub.Config.Wire: made once for all clients that get it.
func Wire(message []byte) []byte { return frame(textFrame, message) }

func frame(first byte, payload []byte) []byte {
	n := len(payload)
	b := make([]byte, 0, n+10)
	switch {
	case n <= 125:
		b = append(b, first, byte(n))
	case n <= 0xffff:
		b = append(b, first, 126)
		b = binary.BigEndian.AppendUint16(b, uint16(n))
	default:
		b = append(b, first, 127)
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	return append(b, payload...)
}

// closeFrame carries the code and the reason, cut at a character where it is too long.
func closeFrame(code int, reason string) []byte {
	if most := controlBytes - 2; len(reason) > most {
		reason = reason[:most]
		for reason != "" && !utf8.ValidString(reason) {
			reason = reason[:len(reason)-1]
		}
	}
	return frame(endFrame, append(binary.BigEndian.AppendUint16(nil, uint16(code)), reason...))
}
