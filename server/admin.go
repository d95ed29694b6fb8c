package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"
)

// admin is an address for those who run the node.
type admin struct {
	AdminListen string `placeholder:"ADDRESS" help:"Address of /metrics, /debug/pprof, /healthz and /readyz for those who run the node, such as 127.0.0.1:9090. Keep it inside: it asks nobody who they are. Without it /metrics is on --listen and there are no profiles (${env})."`
}

// openAdmin serves the address until the parts are closed, so that a node can be watched while it drains.
func (p *parts) openAdmin(a admin, log *slog.Logger) error {
	if a.AdminListen == "" {
		return nil
	}
	ln, err := net.Listen("tcp", a.AdminListen)
	if err != nil {
		return fmt.Errorf("--admin-listen %s: %s", a.AdminListen, strings.TrimPrefix(err.Error(), "listen "))
	}
	server := &http.Server{Handler: p.api.Admin(), ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, IdleTimeout: 75 * time.Second,
		WriteTimeout: 30 * time.Second} // a profile that was asked for more puts it off itself
	p.onClose(func(context.Context) error { return server.Close() }) // nobody waits for what is asked at the end
	go func() {
		if err := server.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			log.Error("--admin-listen is not served any more", "error", err)
		}
	}()
	log.Info("metrics and profiles are served apart", "address", ln.Addr().String())
	return nil
}
