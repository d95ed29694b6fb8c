package api

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"jari/seatmap"
	"jari/server/protocol"
)

// docsView is what the page shows.
type docsView struct {
	About, SocketAbout string
	Calls              []docsCall
	Codes              []docsCode
	FromClient         []docsMessage
	FromServer         []docsMessage
	Schemas            []docsSchema
}

type docsCall struct {
	ID, Method, Path, Summary, Description, Statuses string
	Buyer                                            bool
}

type docsCode struct {
	Code   seatmap.Code
	Status int
	Title  string
}

type docsMessage struct {
	Type, Summary, Description string
	Fields                     []docsField
}

type docsField struct {
	Name, Kind, Description string
	Required                bool
}

type docsSchema struct {
	Name, Description string
	Fields            []docsField
}

// schemaText is a schema as far as the page reads it.
type schemaText struct {
	Type        any                   `yaml:"type"`
	Ref         string                `yaml:"$ref"`
	Description string                `yaml:"description"`
	Const       string                `yaml:"const"`
	Enum        []any                 `yaml:"enum"`
	Required    []string              `yaml:"required"`
	Properties  map[string]schemaText `yaml:"properties"`
	Items       yaml.Node             `yaml:"items"`
	AnyOf       []schemaText          `yaml:"anyOf"`
}

type messageText struct {
	Name, Summary string
}

func readDocs(openapi, asyncapi []byte) (*docsView, error) {
	var h struct {
		Info  struct{ Description string }
		Paths yaml.Node
		C     struct {
			Schemas map[string]schemaText
		} `yaml:"components"`
	}
	if err := yaml.Unmarshal(openapi, &h); err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	var s struct {
		Info struct{ Description string }
		C    struct {
			Messages map[string]messageText
			Schemas  map[string]schemaText
		} `yaml:"components"`
	}
	if err := yaml.Unmarshal(asyncapi, &s); err != nil {
		return nil, fmt.Errorf("asyncapi.yaml: %w", err)
	}
	v := &docsView{About: h.Info.Description, SocketAbout: s.Info.Description, Codes: docsCodes()}
	var err error
	if v.Calls, err = readCalls(&h.Paths); err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	for _, name := range sortedKeys(h.C.Schemas) {
		if schema := h.C.Schemas[name]; len(schema.Properties) > 0 {
			v.Schemas = append(v.Schemas, docsSchema{name, schema.Description, fieldsOf(schema)})
		}
	}
	for _, name := range sortedKeys(s.C.Messages) {
		m, schema := s.C.Messages[name], s.C.Schemas[name]
		shown := docsMessage{schema.Properties["type"].Const, m.Summary, schema.Description, fieldsOf(schema)}
		if protocol.IsRequest(name) {
			v.FromClient = append(v.FromClient, shown)
		} else {
			v.FromServer = append(v.FromServer, shown)
		}
	}
	return v, nil
}

func docsCodes() []docsCode {
	codes := []docsCode{}
	for _, code := range []seatmap.Code{seatmap.CodeInvalid, protocol.CodeUnauthorized, protocol.CodeForbidden, seatmap.CodeNotFound,
		seatmap.CodeSeatUnavailable, seatmap.CodeHoldLimit, seatmap.CodeSaleClosed, seatmap.CodeBookingPending, seatmap.CodeHoldExpired,
		seatmap.CodeMismatch, protocol.CodeRateLimited, protocol.CodeInternal, seatmap.CodeUnavailable} {
		k := kindOf(code)
		codes = append(codes, docsCode{code, k.status, k.title})
	}
	return codes
}

// readCalls keeps the order of the file.
func readCalls(paths *yaml.Node) ([]docsCall, error) {
	var calls []docsCall
	for i := 0; i+1 < len(paths.Content); i += 2 {
		item := paths.Content[i+1]
		for j := 0; j+1 < len(item.Content); j += 2 {
			method := item.Content[j].Value
			if method == "parameters" {
				continue
			}
			var operation struct {
				OperationID          string `yaml:"operationId"`
				Summary, Description string
				Security             []map[string]any
				Responses            map[string]any
			}
			if err := item.Content[j+1].Decode(&operation); err != nil {
				return nil, err
			}
			calls = append(calls, docsCall{ID: operation.OperationID, Method: strings.ToUpper(method), Path: paths.Content[i].Value,
				Summary: operation.Summary, Description: operation.Description, Buyer: len(operation.Security) == 1,
				Statuses: strings.Join(sortedKeys(operation.Responses), " ")})
		}
	}
	return calls, nil
}

func fieldsOf(s schemaText) []docsField {
	var fields []docsField
	for _, name := range sortedKeys(s.Properties) {
		p := s.Properties[name]
		fields = append(fields, docsField{name, kindText(p), p.Description, slices.Contains(s.Required, name)})
		for _, inner := range fieldsOf(p) {
			inner.Name = name + "." + inner.Name
			fields = append(fields, inner)
		}
	}
	return fields
}

// kindText names a schema in a word.
func kindText(s schemaText) string {
	switch {
	case s.Ref != "":
		return s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]
	case s.Const != "":
		return `"` + s.Const + `"`
	case len(s.Enum) > 0:
		return strings.Join(strings.Fields(strings.Trim(fmt.Sprint(s.Enum), "[]")), ", ")
	case len(s.AnyOf) > 0:
		var kinds []string
		for _, one := range s.AnyOf {
			kinds = append(kinds, kindText(one))
		}
		return strings.Join(kinds, " or ")
	case s.Type == "array":
		var of schemaText
		if s.Items.Kind == yaml.MappingNode && s.Items.Decode(&of) == nil {
			return "list of " + kindText(of)
		}
		return "list"
	case s.Type == nil:
		return ""
	}
	return fmt.Sprint(s.Type)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
