package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// tree is a part of a description, in the order of its file. The zero tree is what is not there.
type tree struct{ node *yaml.Node }

func parseTree(text []byte) (tree, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return tree{}, err
	}
	return tree{doc.Content[0]}, nil
}

func (t tree) there() bool { return t.node != nil }

func (t tree) get(path ...string) tree {
	for _, name := range path {
		found := tree{}
		t.each(func(key string, value tree) {
			if key == name {
				found = value
			}
		})
		t = found
	}
	return t
}

func (t tree) text() string {
	if t.node == nil || t.node.Kind != yaml.ScalarNode {
		return ""
	}
	return t.node.Value
}

// each goes through an object's fields.
func (t tree) each(f func(key string, value tree)) {
	if t.node == nil || t.node.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(t.node.Content); i += 2 {
		f(t.node.Content[i].Value, tree{t.node.Content[i+1]})
	}
}

func (t tree) items() []tree {
	if t.node == nil || t.node.Kind != yaml.SequenceNode {
		return nil
	}
	items := make([]tree, len(t.node.Content))
	for i, n := range t.node.Content {
		items[i] = tree{n}
	}
	return items
}

func (t tree) has(item string) bool {
	for _, i := range t.items() {
		if i.text() == item {
			return true
		}
	}
	return false
}

// exampleWidth is how long a line of an example may be: a phone shows about 40 letters without scrolling.
const exampleWidth = 60

// json writes an example as people read it: short parts on a line, long ones on several.
func (t tree) json(indent string) string {
	flat := t.flat()
	if len(indent)+len(flat) <= exampleWidth {
		return flat
	}
	inner := indent + "  "
	var parts []string
	t.each(func(key string, value tree) { parts = append(parts, inner+quote(key)+": "+value.json(inner)) })
	for _, item := range t.items() {
		parts = append(parts, inner+item.json(inner))
	}
	if len(parts) == 0 {
		return flat
	}
	return flat[:1] + "\n" + strings.Join(parts, ",\n") + "\n" + indent + flat[len(flat)-1:]
}

func (t tree) flat() string {
	var parts []string
	switch t.node.Kind {
	case yaml.MappingNode:
		t.each(func(key string, value tree) { parts = append(parts, quote(key)+": "+value.flat()) })
		return "{" + strings.Join(parts, ", ") + "}"
	case yaml.SequenceNode:
		for _, item := range t.items() {
			parts = append(parts, item.flat())
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	var scalar any
	if err := t.node.Decode(&scalar); err != nil {
		return quote(t.node.Value)
	}
	return quote(scalar)
}

// quote writes a scalar as JSON, without the escapes that HTML would want.
func quote(scalar any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(scalar); err != nil {
		return fmt.Sprint(scalar)
	}
	return strings.TrimSpace(b.String())
}

var (
	paragraphs = regexp.MustCompile(`\n\s*\n`)
	codeSpans  = regexp.MustCompile("`([^`]+)`")
)

// inline is a text of a description, with its `code`.
func inline(text string) template.HTML {
	return template.HTML(codeSpans.ReplaceAllString(template.HTMLEscapeString(strings.TrimSpace(text)), "<code>$1</code>"))
}

// prose is a text of one or more paragraphs.
func prose(text string) []template.HTML {
	var all []template.HTML
	for _, p := range paragraphs.Split(strings.TrimSpace(text), -1) {
		if p != "" {
			all = append(all, inline(p))
		}
	}
	return all
}
