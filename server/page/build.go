// Package page composes what a browser gets for an address of the page: the built index.html with what the address is of in it, so that
// something is to be seen, and said to those who read without a browser, before any program has run. It makes text and sends nothing.
package page

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// What the build has for the server alone.
const (
	indexFile    = "index.html"
	manifestFile = "manifest.json"
)

// Build is the built frontend, read once.
type Build struct {
	// ID names the build: pages that carry another one are older or newer than this server. Empty without a page.
	ID string
	// Files are those that anybody may fetch, by path without a leading slash.
	Files map[string][]byte

	index    index
	manifest manifest
}

// Read reads the folder that the frontend was built into. Without one, or with an empty one, there is no page: ID is empty.
func Read(files fs.FS) (*Build, error) {
	b := &Build{Files: map[string][]byte{}}
	if files == nil {
		return b, nil
	}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path.Base(name), ".") {
			return err
		}
		b.Files[name], err = fs.ReadFile(files, name)
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the built page: %w", err)
	}
	text, built := b.Files[indexFile]
	if !built {
		return b, nil
	}
	sum := sha256.Sum256(bytes.Join([][]byte{text, b.Files[manifestFile]}, []byte{0}))
	b.ID = hex.EncodeToString(sum[:8])
	if b.index, err = readIndex(string(text)); err != nil {
		return nil, err
	}
	if b.manifest, err = readManifest(b.Files[manifestFile]); err != nil {
		return nil, err
	}
	delete(b.Files, indexFile)
	delete(b.Files, manifestFile)
	return b, nil
}

// Built reports whether there is a page.
func (b *Build) Built() bool { return b.ID != "" }
