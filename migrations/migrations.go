// Package migrations is the schema of the database: numbered SQL for goose, one set for MariaDB and SQLite, one statement a file.
// Only BIGINT, VARCHAR and TEXT; times are milliseconds; ids are made by the program.
package migrations

import "embed"

// Files are the numbered SQL files.
//
//go:embed *.sql
var Files embed.FS
