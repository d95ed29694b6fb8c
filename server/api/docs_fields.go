package api

import (
	"fmt"
	"html/template"
	"strings"
)

// docsField is a row of a table: a parameter, a field, a header.
type docsField struct {
	Name, In string
	Kind     template.HTML
	About    template.HTML
	Required bool
}

// docsShape is a schema that others refer to.
type docsShape struct {
	Name     string
	Kind     template.HTML
	About    []template.HTML
	Fields   []docsField
	Examples []string
}

func shapeOf(name string, schema tree) docsShape {
	s := docsShape{Name: name, About: prose(schema.get("description").text()), Fields: fieldsOf(schema, ""), Examples: examplesOf(schema)}
	if len(s.Fields) == 0 {
		s.Kind = kindText(schema)
	}
	return s
}

func examplesOf(schema tree) []string {
	var all []string
	for _, e := range schema.get("examples").items() {
		all = append(all, e.json(""))
	}
	return all
}

// fieldsOf lists the fields of an object, those of objects within it below their own.
func fieldsOf(schema tree, prefix string) []docsField {
	var fields []docsField
	schema.get("properties").each(func(name string, p tree) {
		fields = append(fields, docsField{Name: prefix + name, Kind: kindText(p), About: inline(p.get("description").text()),
			Required: schema.get("required").has(name)})
		fields = append(fields, fieldsOf(p, prefix+name+".")...)
	})
	return fields
}

// kindText says in a few words what fits a schema, and links to the shapes that it names.
func kindText(s tree) template.HTML {
	if ref := s.get("$ref").text(); ref != "" {
		name := template.HTMLEscapeString(ref[strings.LastIndexByte(ref, '/')+1:])
		return template.HTML(`<a href="#shape-` + name + `">` + name + `</a>`)
	}
	switch kind := s.get("type").text(); {
	case s.get("const").there():
		return codeText(s.get("const").flat())
	case len(s.get("enum").items()) > 0:
		return join(s.get("enum").items(), func(t tree) template.HTML { return codeText(t.flat()) }, ", ")
	case len(s.get("anyOf").items()) > 0:
		return join(s.get("anyOf").items(), kindText, " or ")
	case kind == "array" && s.get("items").get("$ref").there(), kind == "array" && s.get("items", "type").there():
		return "list of " + kindText(s.get("items")) + bounds(s, "minItems", "maxItems", "")
	case kind == "array":
		return "list"
	case kind == "string" && s.get("format").text() != "":
		return inline(s.get("format").text())
	case kind == "string":
		return "string" + bounds(s, "minLength", "maxLength", " characters")
	default:
		return inline(kind) + bounds(s, "minimum", "maximum", "")
	}
}

func codeText(text string) template.HTML {
	return template.HTML("<code>" + template.HTMLEscapeString(text) + "</code>")
}

func join(items []tree, each func(tree) template.HTML, between template.HTML) template.HTML {
	var all template.HTML
	for i, item := range items {
		if i > 0 {
			all += between
		}
		all += each(item)
	}
	return all
}

// bounds says ", 1 to 50 characters" where a schema has such limits.
func bounds(s tree, least, most, of string) template.HTML {
	from, to := s.get(least).text(), s.get(most).text()
	switch {
	case from != "" && from == to:
		return inline(fmt.Sprintf(", %s%s", from, of))
	case from != "" && to != "":
		return inline(fmt.Sprintf(", %s to %s%s", from, to, of))
	case to != "":
		return inline(fmt.Sprintf(", at most %s%s", to, of))
	case from != "" && from != "0":
		return inline(fmt.Sprintf(", at least %s%s", from, of))
	}
	return ""
}
