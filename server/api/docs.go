package api

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jari/docs"
)

//go:embed docs.html
var docsTemplate string

//go:embed docs.css
var docsStyle string

// docsPages are the two descriptions of the protocol, and a page made of them that needs no other host.
type docsPages struct {
	files map[string]*content
	html  *content
}

func newDocsPages() (*docsPages, error) {
	d := &docsPages{files: map[string]*content{}}
	texts := map[string][]byte{}
	for _, name := range []string{"openapi.yaml", "asyncapi.yaml"} {
		b, err := docs.Files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read the protocol's description: %w", err)
		}
		texts[name] = b
		if d.files[name], err = newContent(b); err != nil {
			return nil, err
		}
	}
	view, err := readDocs(texts["openapi.yaml"], texts["asyncapi.yaml"])
	if err != nil {
		return nil, err
	}
	view.Style = template.CSS(docsStyle)
	t, err := template.New("docs").Funcs(template.FuncMap{"lower": strings.ToLower}).Parse(docsTemplate)
	if err != nil {
		return nil, fmt.Errorf("read the page of the protocol: %w", err)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, view); err != nil {
		return nil, fmt.Errorf("write the page of the protocol: %w", err)
	}
	d.html, err = newContent(out.Bytes())
	return d, err
}

func (d *docsPages) page(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'")
	c.Set(fiber.HeaderCacheControl, revalidate)
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return d.html.send(c)
}

func (d *docsPages) file(c *fiber.Ctx) error {
	f := d.files[c.Params("file")]
	if f == nil {
		return fiber.ErrNotFound
	}
	c.Set(fiber.HeaderCacheControl, revalidate)
	c.Set(fiber.HeaderContentType, "application/yaml")
	return f.send(c)
}
