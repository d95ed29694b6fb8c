package api

import (
	"fmt"

	"github.com/gofiber/fiber/v2"

	"jari/docs"
)

// docsPages are the descriptions of the protocol, and a page that shows them.
type docsPages struct {
	files map[string]*content
}

func newDocsPages() (*docsPages, error) {
	d := &docsPages{files: map[string]*content{}}
	for _, name := range []string{"openapi.yaml", "asyncapi.yaml"} {
		b, err := docs.Files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read the protocol's description: %w", err)
		}
		if d.files[name], err = newContent(b); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func (d *docsPages) page(c *fiber.Ctx) error { return c.SendString("") }

func (d *docsPages) file(c *fiber.Ctx) error {
	f := d.files[c.Params("file")]
	if f == nil {
		return fiber.ErrNotFound
	}
	c.Set(fiber.HeaderCacheControl, revalidate)
	c.Set(fiber.HeaderContentType, "application/yaml")
	return f.send(c)
}
