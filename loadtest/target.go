package main

import (
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"
)

// Target is where a scene is played; every command takes these flags.
type Target struct {
	URL       string `help:"Address of the server." default:"http://127.0.0.1:8080" type:"address"`
	Event     string `help:"Event to play in." default:"demo"`
	JSON      string `help:"Also write the report as JSON to this file; '-' is standard output, instead of the text." name:"json" placeholder:"FILE"`
	ServerPID int    `help:"Process id of the server, to show its CPU time beside ours." name:"server-pid" placeholder:"PID"`
}

// Validate checks the flags.
func (t *Target) Validate() error {
	if strings.TrimSpace(t.Event) == "" {
		return errors.New("--event is empty: it must be the id of an event")
	}
	return process("--server-pid", t.ServerPID)
}

// addressMapper lets people write an address as they would in a browser, and tells what is not one before a thousand sockets fail on it.
var addressMapper = kong.NamedMapper("address", kong.MapperFunc(func(ctx *kong.DecodeContext, target reflect.Value) error {
	var given string
	if err := ctx.Scan.PopValueInto("address", &given); err != nil {
		return err
	}
	if target.Kind() == reflect.String {
		root, err := address(given)
		target.SetString(root)
		return err
	}
	for s := range strings.SplitSeq(given, ",") { // a list, whose flag may also be given again
		root, err := address(s)
		if err != nil {
			return err
		}
		target.Set(reflect.Append(target, reflect.ValueOf(root)))
	}
	return nil
}))

// address is the root of a server, which has http:// unless it says otherwise.
func address(s string) (string, error) {
	if !strings.Contains(s, "://") {
		s = "http://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return "", fmt.Errorf("%q is no server's address; write it like http://127.0.0.1:8080", s)
	}
	return u.Scheme + "://" + u.Host, nil
}
