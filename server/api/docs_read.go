package api

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"jari/seatmap"
	"jari/server/protocol"
)

// docsView is what the page shows.
type docsView struct {
	Style              template.CSS
	About, SocketAbout []template.HTML
	Groups             []docsGroup
	Headers            []docsField
	Codes              []docsCode
	Requests           []docsMessage
	Answers            []docsMessage
	Pushes             []docsMessage
	Closes             []docsClose
	Shapes             []docsShape
}

// docsGroup is the calls of a tag.
type docsGroup struct {
	Tag   string
	Calls []docsCall
}

type docsCall struct {
	ID, Method, Path, Summary string
	About                     []template.HTML
	Buyer, Anybody            bool // a token is sent; it need not be
	Parameters                []docsField
	Body                      *docsBody
	Answers                   []docsAnswer
}

type docsBody struct {
	Required bool
	Kind     template.HTML
	Examples []string
}

type docsAnswer struct {
	Status   string
	About    template.HTML
	Kind     template.HTML
	Headers  []docsField
	Examples []string // of what went well
}

type docsCode struct {
	Code   seatmap.Code
	Status int
	Title  string
}

type docsMessage struct {
	Name, Type, Summary string
	About               []template.HTML
	Fields              []docsField
	Examples            []string
	AnsweredBy          []docsMessage // of a request
}

type docsClose struct {
	Code, Name string
	About      template.HTML
	Back       bool
}

// descriptions are both files.
type descriptions struct{ http, socket tree }

func readDocs(openapi, asyncapi []byte) (*docsView, error) {
	var d descriptions
	var err error
	if d.http, err = parseTree(openapi); err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	if d.socket, err = parseTree(asyncapi); err != nil {
		return nil, fmt.Errorf("asyncapi.yaml: %w", err)
	}
	v := &docsView{About: prose(d.http.get("info", "description").text()), SocketAbout: prose(d.socket.get("info", "description").text()),
		Codes: docsCodes(), Groups: d.groups(), Headers: d.headers(d.http.get("x-headers"))}
	v.Requests, v.Answers, v.Pushes = d.messages()
	for _, c := range d.socket.get("channels", "socket", "x-close-codes").items() {
		v.Closes = append(v.Closes, docsClose{c.get("code").text(), c.get("name").text(), inline(c.get("description").text()), c.get("back").text() == "true"})
	}
	d.http.get("components", "schemas").each(func(name string, schema tree) { v.Shapes = append(v.Shapes, shapeOf(name, schema)) })
	slices.SortFunc(v.Shapes, func(a, b docsShape) int { return strings.Compare(a.Name, b.Name) })
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

// resolved is what a reference within openapi.yaml leads to; a description beside it counts for more than its own.
func (d descriptions) resolved(t tree) (found tree, description string) {
	found = t
	if ref := t.get("$ref").text(); ref != "" {
		found = d.http.get(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
	}
	if description = t.get("description").text(); description == "" {
		description = found.get("description").text()
	}
	return found, description
}

func (d descriptions) groups() []docsGroup {
	var groups []docsGroup
	for _, tag := range d.http.get("tags").items() {
		groups = append(groups, docsGroup{Tag: tag.get("name").text()})
	}
	d.http.get("paths").each(func(path string, item tree) {
		item.each(func(method string, operation tree) {
			for i := range groups {
				if operation.get("tags").has(groups[i].Tag) {
					groups[i].Calls = append(groups[i].Calls, d.call(method, path, item, operation))
				}
			}
		})
	})
	return groups
}

func (d descriptions) call(method, path string, item, operation tree) docsCall {
	c := docsCall{ID: operation.get("operationId").text(), Method: strings.ToUpper(method), Path: path,
		Summary: operation.get("summary").text(), About: prose(operation.get("description").text())}
	for _, scheme := range operation.get("security").items() {
		c.Buyer = c.Buyer || scheme.get("buyer").there()
		c.Anybody = c.Anybody || !scheme.get("buyer").there()
	}
	for _, p := range append(item.get("parameters").items(), operation.get("parameters").items()...) {
		p, about := d.resolved(p)
		c.Parameters = append(c.Parameters, docsField{Name: p.get("name").text(), In: p.get("in").text(), Kind: kindText(p.get("schema")),
			About: inline(about), Required: p.get("required").text() == "true"})
	}
	if body := operation.get("requestBody"); body.there() {
		kind, examples := d.content(body)
		c.Body = &docsBody{body.get("required").text() == "true", kind, examples}
	}
	operation.get("responses").each(func(status string, response tree) {
		response, about := d.resolved(response)
		kind, examples := d.content(response)
		a := docsAnswer{Status: status, About: inline(about), Kind: kind, Headers: d.headers(response.get("headers"))}
		if strings.HasPrefix(status, "2") {
			a.Examples = examples
		}
		c.Answers = append(c.Answers, a)
	})
	slices.SortStableFunc(c.Answers, func(a, b docsAnswer) int { return strings.Compare(a.Status, b.Status) })
	return c
}

// content is what a body holds: of which type and shape, and examples of the shape.
func (d descriptions) content(of tree) (kind template.HTML, examples []string) {
	of.get("content").each(func(media string, content tree) {
		schema := content.get("schema")
		if !strings.HasSuffix(media, "json") {
			kind = codeText(media)
			return
		}
		kind = kindText(schema)
		found, _ := d.resolved(schema)
		examples = examplesOf(found)
	})
	return kind, examples
}

func (d descriptions) headers(of tree) []docsField {
	var all []docsField
	of.each(func(name string, header tree) {
		header, about := d.resolved(header)
		all = append(all, docsField{Name: name, Kind: kindText(header.get("schema")), About: inline(about), Required: header.get("required").text() == "true"})
	})
	return all
}

// messages are a client's requests, what answers them, and what a server says by itself.
func (d descriptions) messages() (requests, answers, pushes []docsMessage) {
	d.socket.get("operations").each(func(_ string, operation tree) {
		for _, m := range operation.get("messages").items() {
			if operation.get("action").text() != "receive" {
				pushes = append(pushes, d.message(m))
				continue
			}
			request := d.message(m)
			for _, m := range operation.get("reply", "messages").items() {
				answer := d.message(m)
				request.AnsweredBy = append(request.AnsweredBy, answer)
				if !slices.ContainsFunc(answers, func(a docsMessage) bool { return a.Name == answer.Name }) {
					answers = append(answers, answer)
				}
			}
			requests = append(requests, request)
		}
	})
	return requests, answers, pushes
}

func (d descriptions) message(ref tree) docsMessage {
	at := ref.get("$ref").text()
	name := at[strings.LastIndexByte(at, '/')+1:]
	m, schema := d.socket.get("components", "messages", name), d.socket.get("components", "schemas", name)
	shown := docsMessage{Name: name, Type: schema.get("properties", "type", "const").text(), Summary: m.get("summary").text(),
		About: prose(schema.get("description").text()), Fields: fieldsOf(schema, "")}
	for _, e := range m.get("examples").items() {
		shown.Examples = append(shown.Examples, e.get("payload").json(""))
	}
	return shown
}
