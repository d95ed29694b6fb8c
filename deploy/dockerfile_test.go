package deploy_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

// instruction is a line of the Dockerfile: a name, its flags (--from=page as from: page) and what follows.
type instruction struct {
	name  string
	flags map[string][]string
	words []string
}

// stages are the instructions from each FROM to the next.
func stages(t *testing.T) [][]instruction {
	t.Helper()
	file, err := os.Open(filepath.Join(root, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	parsed, err := parser.Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, warning := range parsed.Warnings {
		t.Errorf("Dockerfile: %s", warning.Short)
	}
	var all [][]instruction
	for _, node := range parsed.AST.Children {
		i := instruction{name: strings.ToUpper(node.Value), flags: map[string][]string{}}
		for _, flag := range node.Flags {
			name, value, _ := strings.Cut(strings.TrimPrefix(flag, "--"), "=")
			i.flags[name] = append(i.flags[name], value)
		}
		for word := node.Next; word != nil; word = word.Next {
			i.words = append(i.words, word.Value)
		}
		if i.name == "FROM" {
			all = append(all, nil)
		}
		all[len(all)-1] = append(all[len(all)-1], i)
	}
	return all
}

// image is what containers begin with.
type image struct {
	user        string
	env         map[string]string
	command     []string // without the entrypoint
	entrypoint  []string
	healthcheck []string
}

func readImage(t *testing.T) image {
	t.Helper()
	all := stages(t)
	made := image{env: map[string]string{}}
	for _, i := range all[len(all)-1] {
		switch i.name {
		case "USER":
			made.user = i.words[0]
		case "ENV":
			maps.Copy(made.env, i.pairs())
		case "CMD":
			made.command = i.words
		case "ENTRYPOINT":
			made.entrypoint = i.words
		case "HEALTHCHECK":
			made.healthcheck = i.words[1:] // after CMD
		}
	}
	return made
}

// pairs are what an ENV sets: the parser gives name, value and the sign between them.
func (i instruction) pairs() map[string]string {
	set := map[string]string{}
	for triple := range slices.Chunk(i.words, 3) {
		set[triple[0]] = triple[1]
	}
	return set
}

// dockerIgnore tells which files of the repository no build is given.
func dockerIgnore(t *testing.T) func(path string) bool {
	t.Helper()
	file, err := os.Open(filepath.Join(root, ".dockerignore"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	patterns, err := ignorefile.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	matcher, err := patternmatcher.New(patterns)
	if err != nil {
		t.Fatal(err)
	}
	return func(path string) bool {
		left, err := matcher.MatchesOrParentMatches(path)
		if err != nil {
			t.Fatal(err)
		}
		return left
	}
}
