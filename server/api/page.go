package api

import (
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/gofiber/fiber/v2"
)

const (
	indexFile  = "index.html"
	revalidate = "no-cache"
)

const notBuilt = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Jari</title>
<h1>The page was not built into this server</h1>
<p>Build it and the server again with <code>make build</code>, which needs Node and npm, or start everything with <code>make run</code>.</p>
<p>The API works without it: see <a href="/api/docs">/api/docs</a>.</p>
`

// page is the built frontend, read and compressed once.
type page struct {
	files map[string]*content // by path without a leading slash
	built bool
}

func newPage(files fs.FS) (*page, error) {
	p := &page{files: map[string]*content{}}
	if files == nil {
		return p, nil
	}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path.Base(name), ".") {
			return err
		}
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		if p.files[name], err = newContent(b); err != nil {
			return err
		}
		if incompressible(name) {
			p.files[name].gzip, p.files[name].brotli = nil, nil
		}
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the built page: %w", err)
	}
	p.built = p.files[indexFile] != nil
	return p, nil
}

func incompressible(name string) bool {
	switch path.Ext(name) {
	case ".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif", ".woff2":
		return true
	}
	return false
}

// servePage answers everything that is not the API's. The addresses of the page's own routes get index.html; a file that is not
// there is a 404, or a browser would take the page for a script.
func (a *API) servePage(c *fiber.Ctx) error {
	name := strings.TrimPrefix(c.Path(), "/")
	if m := c.Method(); m != http.MethodGet && m != http.MethodHead || apiAddress(name) {
		return c.Next()
	}
	file := a.page.files[name]
	if file == nil {
		if strings.Contains(name[strings.LastIndexByte(name, '/')+1:], ".") || strings.HasPrefix(name, "assets/") {
			return c.Next()
		}
		name = indexFile
		file = a.page.files[name]
	}
	c.Set(fiber.HeaderContentSecurityPolicy, a.pagePolicyFor(c.Get(fiber.HeaderHost)))
	if !a.page.built {
		c.Set(fiber.HeaderCacheControl, "no-store")
		c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
		return c.Status(http.StatusServiceUnavailable).SendString(notBuilt)
	}
	c.Set(fiber.HeaderCacheControl, revalidate)
	if strings.HasPrefix(name, "assets/") { // their names carry their hash
		c.Set(fiber.HeaderCacheControl, forever)
	}
	c.Set(fiber.HeaderContentType, contentType(name))
	return file.send(c)
}

func apiAddress(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	switch first {
	case "api", "healthz", "readyz", "metrics", "debug":
		return true
	}
	return false
}

// contentType does not ask the machine's own tables first for what the page is made of: they differ, and a wrong one breaks modules.
func contentType(name string) string {
	switch ext := path.Ext(name); ext {
	case ".html":
		return fiber.MIMETextHTMLCharsetUTF8
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".json", ".map":
		return fiber.MIMEApplicationJSON
	case ".webmanifest":
		return "application/manifest+json"
	case ".woff2":
		return "font/woff2"
	default:
		if t := mime.TypeByExtension(ext); t != "" {
			return t
		}
		return fiber.MIMEOctetStream
	}
}
