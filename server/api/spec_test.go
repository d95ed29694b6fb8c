package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"jari/docs"
	"jari/server/protocol"
)

const goldenMessages = "../../seatmap/testdata/messages"

// spec is the two descriptions as the tests hold the server to them: strictly, although readers are told to expect more fields one day.
type spec struct {
	http, socket map[string]any
	compiler     *jsonschema.Compiler

	mu       sync.Mutex
	compiled map[string]*jsonschema.Schema
}

var loadSpec = sync.OnceValues(func() (*spec, error) {
	s := &spec{compiler: jsonschema.NewCompiler(), compiled: map[string]*jsonschema.Schema{}}
	s.compiler.AssertFormat()
	for name, into := range map[string]*map[string]any{"openapi.yaml": &s.http, "asyncapi.yaml": &s.socket} {
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
			return nil, err
		}
		plain, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
		if err != nil {
			return nil, err
		}
		*into = plain.(map[string]any)
		if err := s.compiler.AddResource("https://jari.test/"+name, plain); err != nil {
			return nil, err
		}
	}
	return s, nil
})

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

// check holds a JSON text to the schema at a place of a description, such as asyncapi.yaml#/components/schemas/pong.
func (s *spec) check(place string, text []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	schema := s.compiled[place]
	if schema == nil {
		var err error
		if schema, err = s.compiler.Compile("https://jari.test/" + place); err != nil {
			return err
		}
		s.compiled[place] = schema
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

func specOf(t *testing.T) *spec {
	t.Helper()
	s, err := loadSpec()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// resolve follows a reference within the description.
func resolve(doc map[string]any, node any) (map[string]any, string) {
	m, _ := node.(map[string]any)
	ref, ok := m["$ref"].(string)
	if !ok {
		return m, ""
	}
	at := any(doc)
	for key := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
		at = at.(map[string]any)[key]
	}
	return at.(map[string]any), strings.TrimPrefix(ref, "#")
}

// checkAnswer holds every answer that any test gets to openapi.yaml: its status must be described for the call, its body must fit.
func (s *server) checkAnswer(method, path string, a answer) {
	s.t.Helper()
	sp := specOf(s.t)
	path, _, _ = strings.Cut(path, "?")
	paths := sp.http["paths"].(map[string]any)
	place, operation := "", map[string]any(nil)
	for template, item := range paths {
		if !templateMatches(template, path) {
			continue
		}
		if op, ok := item.(map[string]any)[strings.ToLower(method)].(map[string]any); ok && (operation == nil || !strings.Contains(template, "{file}")) {
			operation, place = op, "/paths/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(template)+"/"+strings.ToLower(method)
		}
	}
	kind, _, _ := mime.ParseMediaType(a.header.Get("Content-Type"))
	if operation == nil { // not an address of the API, or not with this method
		if kind == problemType {
			s.fits("openapi.yaml#/components/schemas/Problem", method, path, a)
		}
		return
	}
	responses := operation["responses"].(map[string]any)
	status := fmt.Sprint(a.status)
	if responses[status] == nil && (a.status >= 500 || a.status == http.StatusRequestHeaderFieldsTooLarge) {
		status = "default"
	}
	if responses[status] == nil {
		s.t.Errorf("%s %s: status %s is not described", method, path, status)
		return
	}
	response, ref := resolve(sp.http, responses[status])
	at := place + "/responses/" + status
	if ref != "" {
		at = ref
	}
	content, _ := response["content"].(map[string]any)
	if content == nil {
		if len(a.body) > 0 {
			s.t.Errorf("%s %s: %s has a body %q that is not described", method, path, status, a.body)
		}
		return
	}
	if content[kind] == nil {
		s.t.Errorf("%s %s: %s has type %q, which is not described", method, path, status, kind)
		return
	}
	if strings.HasSuffix(kind, "json") && a.header.Get("Content-Encoding") == "" && method != http.MethodHead {
		s.fits("openapi.yaml#"+at+"/content/"+strings.ReplaceAll(kind, "/", "~1")+"/schema", method, path, a)
	}
}

func (s *server) fits(place, method, path string, a answer) {
	s.t.Helper()
	if err := specOf(s.t).check(place, a.body); err != nil {
		s.t.Errorf("%s %s: %d %s\n%v", method, path, a.status, a.body, err)
	}
}

func templateMatches(template, path string) bool {
	expression := regexp.MustCompile(`\\\{[a-z]+\\\}`).ReplaceAllString(regexp.QuoteMeta(template), `[^/]+`)
	return regexp.MustCompile("^" + expression + "$").MatchString(path)
}

// checkMessage holds every message that any test's client gets to asyncapi.yaml.
func checkMessage(t *testing.T, b []byte) {
	t.Helper()
	var m struct{ Type, Room string }
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	if m.Room != "" { // of the tests' own rooms
		return
	}
	name := m.Type
	if name == "hold" {
		name = "hold_push"
	}
	if err := specOf(t).check("asyncapi.yaml#/components/schemas/"+name, b); err != nil {
		t.Errorf("%s\n%v", b, err)
	}
}

func TestRoutesAreDescribed(t *testing.T) {
	s := start(t)
	var served []string
	for _, r := range s.api.app.GetRoutes(true) {
		if r.Method == http.MethodHead {
			continue
		}
		path := regexp.MustCompile(`:([a-z]+)`).ReplaceAllString(r.Path, "{$1}")
		served = append(served, r.Method+" "+path)
	}
	var described []string
	for path, item := range specOf(t).http["paths"].(map[string]any) {
		for method := range item.(map[string]any) {
			if method != "parameters" {
				described = append(described, strings.ToUpper(method)+" "+path)
			}
		}
	}
	slices.Sort(served)
	slices.Sort(described)
	if !slices.Equal(served, described) {
		t.Errorf("served:\n%s\ndescribed:\n%s", strings.Join(served, "\n"), strings.Join(described, "\n"))
	}
}

// goTypes are the Go types of the messages, by the name of their schema.
func goTypes() map[string]any {
	return map[string]any{
		"auth": protocol.Request{}, "join": protocol.Request{}, "leave": protocol.Request{}, "hold": protocol.Request{},
		"release": protocol.Request{}, "extend": protocol.Request{}, "ping": protocol.Request{},
		"authed": protocol.Authed{}, "joined": protocol.Joined{}, "left": protocol.Left{}, "held": protocol.HoldMessage{},
		"refused": protocol.Refused{}, "released": protocol.HoldMessage{}, "extended": protocol.HoldMessage{}, "pong": protocol.Pong{},
		"error": protocol.Error{}, "snapshot": protocol.Snapshot{}, "changes": protocol.Changes{}, "overview": protocol.Overview{},
		"zone": protocol.ZoneLive{}, "hold_push": protocol.HoldPush{}, "booking": protocol.BookingPush{},
	}
}

// TestGoldenMessages: every message has a golden file, every golden file fits its schema, and Go reads and writes it without loss.
func TestGoldenMessages(t *testing.T) {
	files, err := filepath.Glob(goldenMessages + "/*.json")
	if err != nil {
		t.Fatal(err)
	}
	schemas := specOf(t).socket["components"].(map[string]any)["messages"].(map[string]any)
	types, seen := goTypes(), map[string]bool{}
	for _, file := range files {
		name, _, _ := strings.Cut(filepath.Base(file), ".")
		t.Run(filepath.Base(file), func(t *testing.T) {
			seen[name] = true
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := specOf(t).check("asyncapi.yaml#/components/schemas/"+name, b); err != nil {
				t.Fatal(err)
			}
			value := reflect.New(reflect.TypeOf(types[name])).Interface()
			if err := json.Unmarshal(b, value); err != nil {
				t.Fatal(err)
			}
			if _, request := value.(*protocol.Request); request {
				return // the server only reads it
			}
			written, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			if string(written) != strings.TrimSpace(string(b)) {
				t.Errorf("read and written again:\n%s\n%s", written, b)
			}
		})
	}
	for name := range schemas {
		if !seen[name] || types[name] == nil {
			t.Errorf("message %s has no golden file or no Go type", name)
		}
	}
}
