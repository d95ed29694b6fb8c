package spec

import (
	"flag"
	"regexp"
	"slices"
	"strings"
)

func (s *Spec) see(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen[what] = true
}

// Described is every answer, as "GET /healthz 200", and every message of a server, sorted.
func (s *Spec) Described() []string {
	var all []string
	for _, operation := range s.Operations() {
		method, path, _ := strings.Cut(operation, " ")
		for _, status := range keys(s.docs[HTTP], "paths", path, strings.ToLower(method), "responses") {
			all = append(all, operation+" "+status)
		}
	}
	for name := range s.sent() {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

// sent are the messages of a server: the replies of its operations, and what it sends by itself.
func (s *Spec) sent() map[string]bool {
	names := map[string]bool{}
	for _, operation := range s.docs[Socket]["operations"].(map[string]any) {
		o := operation.(map[string]any)
		messages, _ := o["messages"].([]any)
		if reply, ok := o["reply"].(map[string]any); ok {
			messages, _ = reply["messages"].([]any)
		}
		for _, m := range messages {
			ref := m.(map[string]any)["$ref"].(string)
			names[ref[strings.LastIndexByte(ref, '/')+1:]] = true
		}
	}
	return names
}

// Unseen is what is described, matches no exception, and was in no answer or message so far.
func (s *Spec) Unseen(exceptions ...*regexp.Regexp) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var unseen []string
	for _, what := range s.Described() {
		excepted := slices.ContainsFunc(exceptions, func(e *regexp.Regexp) bool { return e.MatchString(what) })
		if !s.seen[what] && !excepted {
			unseen = append(unseen, what)
		}
	}
	return unseen
}

// WholeRun reports whether all tests of the package are run, so that what was not seen will not be.
func WholeRun() bool {
	for _, name := range []string{"test.run", "test.skip", "test.list", "test.fuzz"} {
		if f := flag.Lookup(name); f != nil && f.Value.String() != "" {
			return false
		}
	}
	return true
}
