package page

import (
	"encoding/json"
	"fmt"
	"html"
	"slices"
	"strings"
)

// manifest is Vite's list of what was built from what.
type manifest map[string]struct {
	File    string   `json:"file"`
	Imports []string `json:"imports"` // keys of the manifest
	CSS     []string `json:"css"`
}

func readManifest(b []byte) (manifest, error) {
	var m manifest
	if b == nil {
		return m, nil // of a build without one: its page fetches one file after the other
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, fmt.Errorf("read %s of the built page: %w", manifestFile, err)
	}
	return m, nil
}

// closure is all files that sources need at once: what they import, and what that imports.
func (m manifest) closure(sources ...string) (scripts, styles []string) {
	seen := map[string]bool{}
	var walk func(key string)
	walk = func(key string) {
		chunk, known := m[key]
		if !known || seen[key] {
			return
		}
		seen[key] = true
		scripts, styles = append(scripts, chunk.File), append(styles, chunk.CSS...)
		for _, next := range chunk.Imports {
			walk(next)
		}
	}
	for _, source := range sources {
		walk(source)
	}
	return scripts, styles
}

// Links have the browser fetch what a view and its texts need beyond what index.html names, all at once instead of one after the other. They stand behind
// the links of index.html and have a low priority: the still picture waits for the styles of index.html alone, and must not share a narrow
// line with what it does not need. Vite's loader asks with crossorigin, too.
func (b *Build) Links(v View, l Language) string {
	scripts, styles := b.manifest.closure(string(v), "src/locales/"+string(l)+".ts")
	hadScripts, hadStyles := b.manifest.closure(indexFile)
	return links(styles, hadStyles, `<link rel="preload" as="style" crossorigin fetchpriority="low" href="/`) + links(scripts, hadScripts, `<link rel="modulepreload" crossorigin fetchpriority="low" href="/`)
}

func links(files, had []string, link string) string {
	var b strings.Builder
	for _, file := range files {
		if !slices.Contains(had, file) {
			b.WriteString(link + html.EscapeString(file) + "\">\n")
		}
	}
	return b.String()
}
