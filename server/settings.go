package main

import (
	"log/slog"
	"os"
)

// logging is how the program speaks.
type logging struct {
	LogLevel  slog.Level `default:"info" placeholder:"LEVEL" help:"debug, info, warn or error (${env}; default ${default})."`
	LogFormat string     `default:"text" enum:"text,json" placeholder:"FORMAT" help:"text or json (${env}; default ${default})."`
}

func (l logging) logger() *slog.Logger {
	options := &slog.HandlerOptions{Level: l.LogLevel}
	if l.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, options))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, options))
}
