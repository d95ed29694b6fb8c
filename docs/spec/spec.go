// Package spec holds what a server answers on HTTP and says on sockets to the two descriptions of the protocol, strictly: fields, statuses
// and headers that are not described are defects, although readers are told to expect more of them one day. Only tests import it.
package spec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"jari/docs"
)

// Names of the descriptions, as the addresses of schemas begin with them: asyncapi.yaml#/components/schemas/pong.
const (
	HTTP   = "openapi.yaml"
	Socket = "asyncapi.yaml"
)

// root stands before the names, for schemas have URLs.
const root = "https://jari.test/"

// Spec is the two descriptions, and what of them was seen. It is safe for concurrent use.
type Spec struct {
	docs     map[string]map[string]any
	paths    []address
	compiler *jsonschema.Compiler

	mu       sync.Mutex
	compiled map[string]*jsonschema.Schema // by address, guarded by mu
	seen     map[string]bool               // as Described names them, guarded by mu
}

// Load reads the descriptions once for the process: what its tests saw is seen together.
var Load = sync.OnceValues(load)

func load() (*Spec, error) {
	s := &Spec{docs: map[string]map[string]any{}, compiler: jsonschema.NewCompiler(),
		compiled: map[string]*jsonschema.Schema{}, seen: map[string]bool{}}
	s.compiler.AssertFormat()
	for _, name := range []string{HTTP, Socket} {
		b, err := docs.Files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var doc any
		if err := yaml.Unmarshal(b, &doc); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		closeObjects(doc)
		asJSON, err := json.Marshal(doc)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		plain, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		s.docs[name] = plain.(map[string]any)
		if err := s.compiler.AddResource(root+name, plain); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	s.paths = addresses(s.docs[HTTP])
	return s, nil
}

// closeObjects forbids fields that are not described.
func closeObjects(doc any) {
	switch v := doc.(type) {
	case map[string]any:
		_, described := v["properties"]
		if _, said := v["additionalProperties"]; described && !said && v["type"] == "object" {
			v["additionalProperties"] = false
		}
		for _, child := range v {
			closeObjects(child)
		}
	case []any:
		for _, child := range v {
			closeObjects(child)
		}
	}
}

// Check holds a JSON text to the schema at an address.
func (s *Spec) Check(address string, text []byte) error {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return s.fits(address, value)
}

func (s *Spec) fits(address string, value any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	schema := s.compiled[address]
	if schema == nil {
		var err error
		if schema, err = s.compiler.Compile(root + address); err != nil {
			return err
		}
		s.compiled[address] = schema
	}
	return schema.Validate(value)
}

// Messages are the names of all messages, as components/messages of asyncapi.yaml has them.
func (s *Spec) Messages() []string { return keys(s.docs[Socket], "components", "messages") }

// keys are the names in the object at a path.
func keys(doc map[string]any, path ...string) []string {
	for _, key := range path {
		doc, _ = doc[key].(map[string]any)
	}
	return slices.Collect(maps.Keys(doc))
}

// resolve follows a reference within openapi.yaml. address is where the node stands, or is referred to.
func (s *Spec) resolve(node any, address string) (resolved map[string]any, at string) {
	m, _ := node.(map[string]any)
	ref, ok := m["$ref"].(string)
	if !ok {
		return m, address
	}
	found := any(s.docs[HTTP])
	for key := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
		found = found.(map[string]any)[key]
	}
	return found.(map[string]any), HTTP + ref
}

// escape makes a key part of a JSON pointer.
func escape(key string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(key) }
