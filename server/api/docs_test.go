package api

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"jari/docs"
	"jari/docs/spec"
	"jari/hub"
)

func readDescriptions(t *testing.T) descriptions {
	t.Helper()
	var d descriptions
	for name, into := range map[string]*tree{spec.HTTP: &d.http, spec.Socket: &d.socket} {
		b, err := docs.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if *into, err = parseTree(b); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// TestDocsPage: all that is described is on the page, has an address of its own there, and no link leads nowhere.
func TestDocsPage(t *testing.T) {
	s := start(t)
	page := string(s.want(200, s.do("GET", "/api/docs", "", "")).body)
	d := readDescriptions(t)
	var want []string
	id := func(format, name string) { want = append(want, fmt.Sprintf(`id="`+format+`"`, name)) }
	d.http.get("paths").each(func(_ string, item tree) {
		item.each(func(_ string, operation tree) {
			if name := operation.get("operationId").text(); name != "" {
				id("%s", name)
			}
		})
	})
	d.http.get("components", "schemas").each(func(name string, _ tree) { id("shape-%s", name) })
	d.socket.get("components", "messages").each(func(name string, _ tree) { id("message-%s", name) })
	for _, code := range d.socket.get("channels", "socket", "x-close-codes").items() {
		id("close-%s", code.get("code").text())
	}
	for _, code := range d.http.get("components", "schemas", "Code", "enum").items() {
		id("%s", code.text())
	}
	for _, part := range append(want, "Idempotency-Key", "Retry-After", "&#34;stalls-C:A-1&#34;", "frame_bytes") {
		if !strings.Contains(page, part) {
			t.Errorf("the page lacks %s", part)
		}
	}
	for _, link := range strings.Split(page, `href="#`)[1:] {
		if to, _, _ := strings.Cut(link, `"`); !strings.Contains(page, `id="`+to+`"`) {
			t.Errorf("#%s leads nowhere", to)
		}
	}
	for _, foreign := range []string{"<script", "http://", "https://", "src=", "@import", "url("} {
		if strings.Contains(page, foreign) {
			t.Errorf("the page has %s", foreign)
		}
	}
}

// TestExamples: the examples of openapi.yaml fit their schemas; those of asyncapi.yaml are the golden messages.
func TestExamples(t *testing.T) {
	d := readDescriptions(t)
	d.http.get("components", "schemas").each(func(name string, schema tree) {
		for _, example := range examplesOf(schema) {
			if err := specOf(t).Check(spec.HTTP+"#/components/schemas/"+name, []byte(example)); err != nil {
				t.Errorf("%s\n%v", example, err)
			}
		}
	})
	files, err := filepath.Glob(goldenMessages + "/*.json")
	if err != nil {
		t.Fatal(err)
	}
	golden := map[string]any{}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		golden[strings.TrimSuffix(filepath.Base(file), ".json")] = decoded(t, b)
	}
	d.socket.get("components", "messages").each(func(_ string, message tree) {
		for _, example := range message.get("examples").items() {
			name := example.get("name").text()
			if got := decoded(t, []byte(example.get("payload").json(""))); !reflect.DeepEqual(got, golden[name]) {
				t.Errorf("example %s is %v, the golden message %v", name, got, golden[name])
			}
			delete(golden, name)
		}
	})
	for name := range golden {
		t.Errorf("golden message %s is no example", name)
	}
}

func decoded(t *testing.T, b []byte) (v any) {
	t.Helper()
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	return v
}

// TestCloseCodesAreDescribed, and say by their hundreds whether to come back.
func TestCloseCodesAreDescribed(t *testing.T) {
	served := map[string]bool{}
	for _, code := range []int{hub.CloseDraining, hub.CloseSlow, hub.CloseIdle, hub.CloseOverloaded, hub.CloseFlood, hub.CloseProtocol,
		hub.CloseToken, hub.CloseOrigin, hub.CloseTooBig} {
		served[fmt.Sprint(code)] = code < hub.CloseProtocol
	}
	described := map[string]bool{}
	for _, code := range readDescriptions(t).socket.get("channels", "socket", "x-close-codes").items() {
		described[code.get("code").text()] = code.get("back").text() == "true"
	}
	if !reflect.DeepEqual(served, described) {
		t.Errorf("served %v, described %v", served, described)
	}
}
