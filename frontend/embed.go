// Package frontend carries the built page inside the binary.
package frontend

import "embed"

// Files is the folder dist, as `npm run build` leaves it.
//
//go:embed all:dist
var Files embed.FS
