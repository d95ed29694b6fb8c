package spec

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Answer is an HTTP answer that was read whole, and what it answers.
type Answer struct {
	Method, Path string // the path with or without its query
	Status       int
	Header       http.Header
	Body         []byte
}

// framing are the headers that HTTP itself gives; CORS is for whom an operator has allowed.
var framing = regexp.MustCompile(`^(Date|Connection|Content-Length|Content-Type|Content-Encoding|Transfer-Encoding|Vary|Access-Control-.*)$`)

// Answer holds an answer to openapi.yaml: its status must be described for the call, its headers and its body must fit.
func (s *Spec) Answer(a Answer) error {
	path, _, _ := strings.Cut(a.Path, "?")
	template, method, operation := s.operation(a.Method, path)
	kind, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type"))
	if operation == nil { // not an address of the API, or not with this method: the page's, or a refusal
		if kind != "application/problem+json" {
			return nil
		}
		return s.failed(a, s.body(a, kind, HTTP+"#/components/schemas/Problem"))
	}
	status := strconv.Itoa(a.Status)
	responses := operation["responses"].(map[string]any)
	if responses[status] == nil && (a.Status >= http.StatusInternalServerError || a.Status == http.StatusRequestHeaderFieldsTooLarge) {
		status = "default"
	}
	if responses[status] == nil {
		return s.failed(a, errors.New("this status is not described"))
	}
	s.see(method + " " + template + " " + status)
	response, at := s.resolve(responses[status], HTTP+"#/paths/"+escape(template)+"/"+strings.ToLower(method)+"/responses/"+status)
	return s.failed(a, errors.Join(s.headers(a.Header, response, at), s.content(a, kind, response, at), s.code(a, responses[status])))
}

func (s *Spec) failed(a Answer, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s %s: %d %.500q\n%w", a.Method, a.Path, a.Status, a.Body, err)
}

// operation finds the call; a HEAD is held to its GET, without a body.
func (s *Spec) operation(method, path string) (template, as string, operation map[string]any) {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	for _, p := range s.paths {
		op, _ := p.item[strings.ToLower(method)].(map[string]any)
		if op != nil && p.form.MatchString(path) {
			return p.template, method, op
		}
	}
	return "", method, nil
}

// address is one of openapi.yaml's paths.
type address struct {
	template string
	form     *regexp.Regexp
	item     map[string]any
}

// addresses lists the paths, the more exact ones first: those with fewer parameters.
func addresses(doc map[string]any) []address {
	var all []address
	for template, item := range doc["paths"].(map[string]any) {
		form := regexp.MustCompile(`\\\{[a-z]+\\\}`).ReplaceAllString(regexp.QuoteMeta(template), `[^/]+`)
		all = append(all, address{template, regexp.MustCompile("^" + form + "$"), item.(map[string]any)})
	}
	slices.SortFunc(all, func(a, b address) int {
		return cmp.Or(strings.Count(a.template, "{")-strings.Count(b.template, "{"), strings.Compare(a.template, b.template))
	})
	return all
}

// headers: those described for the response are there and fit, and there are no others but those of every answer.
func (s *Spec) headers(h http.Header, response map[string]any, at string) error {
	var problems []error
	described := byHeader(response["headers"])
	for name, node := range described {
		header, at := s.resolve(node, at+"/headers/"+name)
		value := h.Get(name)
		switch {
		case value != "":
			problems = append(problems, s.header(name, value, at+"/schema"))
		case header["required"] == true:
			problems = append(problems, fmt.Errorf("header %s is missing", name))
		}
	}
	every := byHeader(s.docs[HTTP]["x-headers"])
	for name := range h {
		if described[name] == nil && every[name] == nil && !framing.MatchString(name) {
			problems = append(problems, fmt.Errorf("header %s is not described", name))
		}
	}
	for name, header := range every {
		if header.(map[string]any)["required"] == true && h.Get(name) == "" {
			problems = append(problems, fmt.Errorf("header %s is missing, which every answer has", name))
		}
	}
	return errors.Join(problems...)
}

// byHeader writes the names as Go's header maps do; they do not depend on the case.
func byHeader(described any) map[string]any {
	headers, _ := described.(map[string]any)
	canonical := make(map[string]any, len(headers))
	for name, header := range headers {
		canonical[http.CanonicalHeaderKey(name)] = header
	}
	return canonical
}

// header holds a value to its schema, as a number where it is one.
func (s *Spec) header(name, value, address string) error {
	var v any = value
	if _, err := strconv.Atoi(value); err == nil {
		v = json.Number(value)
	}
	if err := s.fits(address, v); err != nil {
		return fmt.Errorf("header %s: %q: %w", name, value, err)
	}
	return nil
}

var named = regexp.MustCompile("`([a-z_]+)`")

// code holds a refusal to the codes that the call's description of the status names.
func (s *Spec) code(a Answer, response any) error {
	description, _ := response.(map[string]any)["description"].(string)
	codes := named.FindAllStringSubmatch(description, -1)
	var problem struct{ Code string }
	if a.Status < http.StatusBadRequest || len(codes) == 0 || json.Unmarshal(a.Body, &problem) != nil {
		return nil
	}
	if !slices.ContainsFunc(codes, func(c []string) bool { return c[1] == problem.Code }) {
		return fmt.Errorf("code %s is not described for this status", problem.Code)
	}
	return nil
}

func (s *Spec) content(a Answer, kind string, response map[string]any, at string) error {
	content, _ := response["content"].(map[string]any)
	switch {
	case content == nil && len(a.Body) > 0:
		return errors.New("the body is not described")
	case content == nil || a.Method == http.MethodHead:
		return nil
	case content[kind] == nil:
		return fmt.Errorf("type %q is not described", kind)
	}
	return s.body(a, kind, at+"/content/"+escape(kind)+"/schema")
}

func (s *Spec) body(a Answer, kind, address string) error {
	if !strings.HasSuffix(kind, "json") || a.Header.Get("Content-Encoding") != "" || a.Method == http.MethodHead {
		return nil
	}
	return s.Check(address, a.Body)
}

// Operations are all calls as "GET /healthz", sorted.
func (s *Spec) Operations() []string {
	var names []string
	for path, item := range s.docs[HTTP]["paths"].(map[string]any) {
		for method := range item.(map[string]any) {
			if method != "parameters" {
				names = append(names, strings.ToUpper(method)+" "+path)
			}
		}
	}
	slices.Sort(names)
	return names
}
