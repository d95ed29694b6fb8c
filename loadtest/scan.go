package main

import (
	"bytes"
	"errors"
	"fmt"
)

// errJSON: a message is not the JSON object that it must be.
var errJSON = errors.New("not a JSON object")

// fields visits the top-level members of a JSON object without allocating: keys without their quotes, values raw.
// It is what makes thousands of sockets cheap: most messages are looked at only here.
func fields(b []byte, visit func(key, value []byte)) error {
	i := space(b, 0)
	if i >= len(b) || b[i] != '{' {
		return fmt.Errorf("%w: %.80q", errJSON, b)
	}
	i = space(b, i+1)
	if i < len(b) && b[i] == '}' {
		return end(b, i+1)
	}
	for {
		keyEnd := text(b, i)
		if keyEnd < 0 {
			return fmt.Errorf("%w: key at byte %d of %.80q", errJSON, i, b)
		}
		key := b[i+1 : keyEnd-1]
		i = space(b, keyEnd)
		if i >= len(b) || b[i] != ':' {
			return fmt.Errorf("%w: no colon at byte %d of %.80q", errJSON, i, b)
		}
		i = space(b, i+1)
		valueEnd := value(b, i)
		if valueEnd <= i {
			return fmt.Errorf("%w: value at byte %d of %.80q", errJSON, i, b)
		}
		visit(key, b[i:valueEnd])
		i = space(b, valueEnd)
		if i >= len(b) {
			return fmt.Errorf("%w: cut off: %.80q", errJSON, b)
		}
		switch b[i] {
		case ',':
			i = space(b, i+1)
		case '}':
			return end(b, i+1)
		default:
			return fmt.Errorf("%w: byte %d of %.80q", errJSON, i, b)
		}
	}
}

func end(b []byte, i int) error {
	if space(b, i) != len(b) {
		return fmt.Errorf("%w: more after its end: %.80q", errJSON, b)
	}
	return nil
}

func space(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return i
}

// text returns the end of the string that begins at i, -1 when there is none.
func text(b []byte, i int) int {
	if i >= len(b) || b[i] != '"' {
		return -1
	}
	for i++; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

// value returns the end of the value that begins at i, -1 when it has none. It trusts what is inside brackets.
func value(b []byte, i int) int {
	depth := 0
	for i < len(b) {
		switch b[i] {
		case '"':
			if i = text(b, i); i < 0 {
				return -1
			}
			if depth == 0 {
				return i
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',', ' ', '\n', '\t', '\r':
			if depth == 0 {
				return i
			}
		}
		i++
	}
	return -1
}

// integer reads a whole number; ok is false when it is not one.
func integer(b []byte) (n int64, ok bool) {
	negative := len(b) > 0 && b[0] == '-'
	if negative {
		b = b[1:]
	}
	if len(b) == 0 || len(b) > 18 {
		return 0, false
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	if negative {
		n = -n
	}
	return n, true
}

// pairs visits [[a,b],...]; ok is false when it is not that.
func pairs(b []byte, visit func(a, b int64)) (ok bool) {
	if len(b) < 2 || b[0] != '[' || b[len(b)-1] != ']' {
		return false
	}
	var got [2]int64
	at, depth, begun := 0, 0, -1
	for i := 1; i < len(b)-1; i++ {
		switch c := b[i]; {
		case c == '[':
			if depth++; depth != 1 {
				return false
			}
			at, begun = 0, i+1
		case c == ',' && depth == 0, c == ' ':
		case c == ',' || c == ']':
			n, isInt := integer(bytes.TrimSpace(b[max(begun, 0):i]))
			if depth != 1 || at > 1 || !isInt {
				return false
			}
			got[at] = n
			at, begun = at+1, i+1
			if c == ']' {
				if depth = 0; at != 2 {
					return false
				}
				visit(got[0], got[1])
			}
		case depth == 0:
			return false
		}
	}
	return depth == 0
}
