package spec

import (
	"encoding/json"
	"fmt"
)

// pushOfHold is the message that a server pushes under a type that is also a request's.
const pushOfHold = "hold_push"

// Said holds a message of a server to asyncapi.yaml.
func (s *Spec) Said(text []byte) error {
	name, err := nameOf(text)
	if name == "hold" {
		name = pushOfHold
	}
	if err != nil {
		return err
	}
	return s.message(name, text)
}

func nameOf(text []byte) (string, error) {
	var m struct{ Type string }
	if err := json.Unmarshal(text, &m); err != nil {
		return "", fmt.Errorf("%.2000s: %w", text, err)
	}
	return m.Type, nil
}

func (s *Spec) message(name string, text []byte) error {
	if err := s.Check(Socket+"#/components/schemas/"+escape(name), text); err != nil {
		return fmt.Errorf("%.2000s\n%w", text, err)
	}
	s.see(name)
	return nil
}
