package api

import (
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jari/server/page"
)

const (
	revalidate = "no-cache"
	embedDemo  = "embed/demo.html" // shows the custom element in a page
)

const notBuilt = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Jari</title>
<h1>The page was not built into this server</h1>
<p>Build it and the server again with <code>make build</code>, which needs Node and npm, or start everything with <code>make run</code>.</p>
<p>The API works without it: see <a href="/api/docs">/api/docs</a>.</p>
`

// compressed are the page's files as they are sent, made once.
func compressed(files map[string][]byte) (map[string]*content, error) {
	made := make(map[string]*content, len(files))
	for name, b := range files {
		c, err := newContent(b)
		if err != nil {
			return nil, err
		}
		if incompressible(name) {
			c.gzip, c.brotli = nil, nil
		}
		made[name] = c
	}
	return made, nil
}

func incompressible(name string) bool {
	switch path.Ext(name) {
	case ".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif", ".woff2":
		return true
	}
	return false
}

// servePage answers everything that is not the API's: files of the page, and documents at all other addresses. A file that is not there is
// the API's 404, or a browser would take a document for a script.
func (a *API) servePage(c *fiber.Ctx) error {
	name := strings.TrimPrefix(c.Path(), "/")
	if m := c.Method(); m != http.MethodGet && m != http.MethodHead || apiAddress(name) {
		return c.Next()
	}
	file, route := a.files[name], page.RouteOf(c.Path())
	if strings.TrimSuffix(name, "/") == "embed" && a.files[embedDemo] != nil {
		return c.Redirect("/"+embedDemo, http.StatusFound) // its files are named from its own folder
	}
	if file == nil && route.View == page.ViewMissing && fileAddress(name) {
		return c.Next()
	}
	c.Set(fiber.HeaderContentSecurityPolicy, a.pagePolicyFor(c.Get(fiber.HeaderHost)))
	switch {
	case file != nil:
		return sendFile(c, name, file)
	case !a.page.Built():
		c.Set(fiber.HeaderCacheControl, "no-store")
		c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
		return c.Status(http.StatusServiceUnavailable).SendString(notBuilt)
	}
	return a.sendDocument(c, route)
}

func sendFile(c *fiber.Ctx, name string, file *content) error {
	c.Set(fiber.HeaderCacheControl, revalidate)
	folder, rest, _ := strings.Cut(name, "/")
	if folder == "embed" { // its other files are fetched by the one whose name stays
		folder, _, _ = strings.Cut(rest, "/")
		c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	}
	if folder == "assets" { // their names carry their hash
		c.Set(fiber.HeaderCacheControl, forever)
		c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
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

// fileAddress tells whether who asks wants a file.
func fileAddress(name string) bool {
	return strings.HasPrefix(name, "assets/") || strings.Contains(name[strings.LastIndexByte(name, '/')+1:], ".")
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
	case ".txt", ".ts":
		return fiber.MIMETextPlainCharsetUTF8
	case ".woff2":
		return "font/woff2"
	default:
		if t := mime.TypeByExtension(ext); t != "" {
			return t
		}
		return fiber.MIMEOctetStream
	}
}
