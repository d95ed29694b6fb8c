// Package docs carries the descriptions of the public protocol inside the binary.
package docs

import "embed"

// Files are openapi.yaml (HTTP) and asyncapi.yaml (the socket).
//
//go:embed openapi.yaml asyncapi.yaml
var Files embed.FS
