package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"jari/docs/spec"
	"jari/server/protocol"
)

const goldenMessages = "../../seatmap/testdata/messages"

// unseen are the answers and messages that no test of this package gets, each for its reason.
var unseen = []*regexp.Regexp{
	// Made before a call is looked at, by the same lines for all: seen at some of them.
	regexp.MustCompile(` (default|429)$`),
	// The node's, not the edge's: the tests of server/live see them.
	regexp.MustCompile(`^(snapshot|changes|overview|zone|booking)$`),
	// The answer of the upgrade is the WebSocket library's; every test of a socket rests on it.
	regexp.MustCompile(`^GET /api/v1/socket 101$`),
}

// TestMain ends with what no test has seen: a description that nothing proves is a promise that nobody keeps.
func TestMain(m *testing.M) {
	code := m.Run()
	if s, err := spec.Load(); err == nil && code == 0 && spec.WholeRun() {
		for _, what := range s.Unseen(unseen...) {
			fmt.Fprintln(os.Stderr, "described, and seen by no test:", what)
			code = 1
		}
	}
	os.Exit(code)
}

func specOf(t *testing.T) *spec.Spec {
	t.Helper()
	s, err := spec.Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// checkAnswer holds every answer that any test gets to openapi.yaml.
func (s *server) checkAnswer(method, path string, a answer) {
	s.t.Helper()
	if err := specOf(s.t).Answer(spec.Answer{Method: method, Path: path, Status: a.status, Header: a.header, Body: a.body}); err != nil {
		s.t.Error(err)
	}
}

// checkMessage holds every message that any test's client gets to asyncapi.yaml.
func checkMessage(t *testing.T, b []byte) {
	t.Helper()
	var m struct{ Room string }
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	if m.Room != "" { // of the tests' own rooms
		return
	}
	if err := specOf(t).Said(b); err != nil {
		t.Error(err)
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
	slices.Sort(served)
	if described := specOf(t).Operations(); !slices.Equal(served, described) {
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
	types, seen := goTypes(), map[string]bool{}
	for _, file := range files {
		name, _, _ := strings.Cut(filepath.Base(file), ".")
		t.Run(filepath.Base(file), func(t *testing.T) {
			seen[name] = true
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := specOf(t).Check(spec.Socket+"#/components/schemas/"+name, b); err != nil {
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
	for _, name := range specOf(t).Messages() {
		if !seen[name] || types[name] == nil {
			t.Errorf("message %s has no golden file or no Go type", name)
		}
	}
}
