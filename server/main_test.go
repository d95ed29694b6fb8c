package main

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

func parse(t *testing.T, args ...string) (*kong.Context, error) {
	t.Helper()
	parser, err := newParser()
	if err != nil {
		t.Fatal(err)
	}
	return parser.Parse(args)
}

// TestOnlySettingsAreReadFromTheEnvironment: an exported JARI_YES must not answer a question that is asked some other day.
func TestOnlySettingsAreReadFromTheEnvironment(t *testing.T) {
	t.Parallel()
	parser, err := newParser()
	if err != nil {
		t.Fatal(err)
	}
	settings := map[string]bool{}
	for _, command := range parser.Model.Leaves(false) {
		for _, flag := range command.Flags {
			settings[flag.Name] = settings[flag.Name] || command.Name == "serve"
		}
	}
	for _, command := range parser.Model.Leaves(false) {
		for _, flag := range command.Flags {
			switch {
			case settings[flag.Name]:
				if want := "JARI_" + strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_")); flag.Name != "help" && !slices.Equal(flag.Envs, []string{want}) {
					t.Errorf("%s --%s is read from %q, want %s", command.Path(), flag.Name, flag.Envs, want)
				}
			case len(flag.Envs) > 0:
				t.Errorf("%s --%s is read from %q", command.Path(), flag.Name, flag.Envs)
			}
		}
	}
}

// TestSettingsThatCannotBeMeant are refused before anything is started, with the name of what is wrong.
func TestSettingsThatCannotBeMeant(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	key := hex.EncodeToString(make([]byte, 32))
	outside := []string{"--redis-url=redis://h", "--database-dsn=u@tcp(h)/d", "--kafka-brokers=h:9092"}
	for _, c := range []struct {
		args  []string
		words string // of the error; empty: accepted
	}{
		{nil, ""},
		{append(outside, "--role=gateway", "--signing-key-file", file("key", key+"\n")), ""},
		{[]string{"--allowed-origins=https://a.example,http://B.example:8080/,capacitor://localhost"}, ""},
		{[]string{"--max-sockets=0", "--tick-min=500ms", "--drain-time=0s"}, ""},
		{[]string{"--role=gateway"}, "--role gateway alone can sell nothing"},
		{[]string{"--role=worker"}, "--role worker alone can sell nothing"},
		{outside[:1], "give all of --redis-url"},
		{outside, "give JARI_SIGNING_KEY"},
		{[]string{"--tick-min=-5ms"}, "--tick-min"},
		{[]string{"--tick-min=600ms"}, "--tick-max"},
		{[]string{"--delivery-cost=-1us"}, "--delivery-cost"},
		{[]string{"--drain-time=-1s"}, "--drain-time"},
		{[]string{"--max-sockets=-1"}, "--max-sockets"},
		{[]string{"--partitions=0"}, "--partitions"},
		{[]string{"--allowed-origins=https://a.example,null"}, ""},
		{[]string{"--allowed-origins=NULL"}, "--allowed-origins"},
		{[]string{"--allowed-origins=foo"}, "--allowed-origins"},
		{[]string{"--allowed-origins=*"}, "--allowed-origins"},
		{[]string{"--allowed-origins=https://a.example/page"}, "--allowed-origins"},
		{[]string{"--allowed-origins=https://a.example, https://b.example"}, "--allowed-origins"},
		{[]string{"--signing-key-file", filepath.Join(dir, "none")}, "--signing-key-file"},
		{[]string{"--signing-key-file", file("short", key[:62])}, "64 hexadecimal digits"},
		{[]string{"--kafka-topic-prefix=a/b"}, "--kafka-topic-prefix"},
		{[]string{"--kafka-ca-file", file("ca", "x"), "--kafka-tls"}, "no certificate"},
		{[]string{"--kafka-ca-file", file("ca", "x")}, "--kafka-tls"},
		{[]string{"--kafka-username=jari"}, "JARI_KAFKA_PASSWORD"},
		{[]string{"--kafka-password-file", file("password", "x")}, "--kafka-username"},
		{[]string{"--kafka-username=jari", "--kafka-password-file", file("empty", "\n")}, "is empty"},
		{[]string{"--kafka-username=jari", "--kafka-password-file", file("password", "x\n")}, ""},
		{[]string{"--kafka-sasl-mechanism=GSSAPI"}, "--kafka-sasl-mechanism"},
	} {
		_, err := parse(t, append([]string{"serve"}, c.args...)...)
		switch {
		case err == nil && c.words != "":
			t.Errorf("%q is accepted", c.args)
		case err != nil && (c.words == "" || !strings.Contains(err.Error(), c.words)):
			t.Errorf("%q: %v, want %q", c.args, err, c.words)
		}
	}
}

// TestWhatDoesNotMatterIsRefused: a flag that changes nothing would be believed to.
func TestWhatDoesNotMatterIsRefused(t *testing.T) {
	t.Parallel()
	for _, command := range [][]string{{"event", "open", "demo"}, {"event", "list"}, {"venue", "list"}} {
		if _, err := parse(t, append(command, "--redis-url=redis://127.0.0.1:1")...); err == nil {
			t.Errorf("%q takes --redis-url", command)
		}
	}
}

// TestOnlyCommandsThatLookAtSignalsTakeThem: the others wait where no context reaches, and must end at once.
func TestOnlyCommandsThatLookAtSignalsTakeThem(t *testing.T) {
	t.Parallel()
	for command, takes := range map[string]bool{"serve": true, "migrate": true, "venue check <file>": false, "event reset <event>": false} {
		ctx, stop := untilStopped(command)
		if (ctx.Done() != nil) != takes {
			t.Errorf("%s takes signals: %t", command, !takes)
		}
		stop()
	}
}
