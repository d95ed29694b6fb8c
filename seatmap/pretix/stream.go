package pretix

import (
	"encoding/json"
	"errors"
	"fmt"
)

// errBeyond leaves out the rest of a list.
var errBeyond = errors.New("the list is too long")

// beyond reports where a list is too long.
func (d *decoder) beyond(limit int, path, what string) error {
	d.refuse(path, "is beyond %d %s: left out with all that follow", limit, what)
	return errBeyond
}

// value decodes the next value. One of the wrong kind is left out and reported; an error is for what is not JSON.
func (d *decoder) value(path string, to any) error {
	err := d.Decode(to)
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		d.refuse(path, "is a %s, which has no meaning here", kind.Value)
		return nil
	}
	return err
}

// element decodes the next element of a list; nil when it is left out.
func element[T any](d *decoder, path string) (*T, error) {
	var v *T
	err := d.Decode(&v)
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		d.refuse(path, "holds a %s, which has no meaning here", kind.Value)
		return nil, nil
	}
	if err == nil && v == nil {
		d.refuse(path, "is null")
	}
	return v, err
}

// object walks the next value's members. It is false for a value that is no object, which is skipped and reported.
func (d *decoder) object(path string, member func(key string) error) (bool, error) {
	start, err := d.Token()
	if err != nil {
		return false, err
	}
	if start != json.Delim('{') {
		d.refuse(path, "is not an object")
		return false, d.skipFrom(start)
	}
	return true, d.members(member)
}

func (d *decoder) members(member func(key string) error) error {
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return err
		}
		key, ok := token.(string)
		if !ok {
			return fmt.Errorf("a member's name is %v", token)
		}
		if err := member(key); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

// list walks the next value's elements; null is an empty list, and what is no list is skipped and reported.
func (d *decoder) list(path string, each func(path string, n int) error) error {
	_, err := d.isList(path, each)
	return err
}

// isList is list, and whether there is one.
func (d *decoder) isList(path string, each func(path string, n int) error) (bool, error) {
	start, err := d.Token()
	if err != nil || start == nil {
		return false, err
	}
	if start != json.Delim('[') {
		d.refuse(path, "is not a list")
		return false, d.skipFrom(start)
	}
	for n := 0; d.More(); n++ {
		err := each(fmt.Sprintf("%s[%d]", path, n), n)
		if errors.Is(err, errBeyond) {
			return true, d.skipFrom(start)
		}
		if err != nil {
			return true, err
		}
	}
	_, err = d.Token()
	return true, err
}

func (d *decoder) skip() error {
	var ignored json.RawMessage
	return d.Decode(&ignored)
}

// skipFrom skips the rest of a value of which the first token is read.
func (d *decoder) skipFrom(start json.Token) error {
	depth := 0
	for token := start; ; {
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
		var err error
		if token, err = d.Token(); err != nil {
			return err
		}
	}
}
