package main

import (
	"os"
	"strings"
	"testing"
)

// TestSecretsOnTheCommandLine are refused, with where else to give them and without the secret itself; what holds none is not.
func TestSecretsOnTheCommandLine(t *testing.T) {
	t.Parallel()
	const secret = "geheim"
	key := strings.Repeat(secret[:2], 32)
	for _, c := range []struct {
		args  []string
		words string // of the error; empty: accepted
	}{
		{[]string{"serve", "--signing-key=" + key}, "JARI_SIGNING_KEY or a file with --signing-key-file"},
		{[]string{"serve", "--signing-key", key}, "JARI_SIGNING_KEY"},
		{[]string{"serve", "--kafka-password=" + secret}, "JARI_KAFKA_PASSWORD or a file with --kafka-password-file"},
		{[]string{"serve", "--database-dsn=jari:" + secret + "@tcp(h)/d"}, "JARI_DATABASE_DSN or a file with --database-password-file"},
		{[]string{"event", "list", "--database-dsn", "jari:" + secret + "@tcp(h)/d"}, "JARI_DATABASE_DSN"},
		{[]string{"migrate", "--database-dsn=mysql://jari:" + secret + "@h/d"}, "JARI_DATABASE_DSN"},
		{[]string{"migrate", "--database-dsn=jari:" + secret + "@nonsense"}, "JARI_DATABASE_DSN"},
		{[]string{"serve", "--redis-url=redis://:" + secret + "@h"}, "JARI_REDIS_URL"},
		{[]string{"serve", "--redis-url=redis://a,redis://jari:" + secret + "@h"}, "JARI_REDIS_URL"},
		{[]string{"serve", "--redis-url=redis://h?password=" + secret}, "JARI_REDIS_URL"},
		{[]string{"venue", "list", "--database-dsn=jari@tcp(h:3306)/d"}, ""},
		{[]string{"venue", "list", "--database-dsn=sqlite:///a:b@c"}, ""},
	} {
		_, err := parse(t, c.args...)
		switch {
		case err == nil && c.words != "":
			t.Errorf("%q is accepted", c.args)
		case err != nil && (c.words == "" || !strings.Contains(err.Error(), c.words)):
			t.Errorf("%q: %v, want %q", c.args, err, c.words)
		case err != nil && (strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), key)):
			t.Errorf("%q: the error says the secret: %v", c.args, err)
		}
	}
}

// TestSecretsInTheEnvironment are taken.
func TestSecretsInTheEnvironment(t *testing.T) {
	key := strings.Repeat("0f", 32)
	for name, value := range map[string]string{
		"JARI_SIGNING_KEY": key, "JARI_KAFKA_PASSWORD": "geheim", "JARI_DATABASE_DSN": "jari:geheim@tcp(h)/d", "JARI_REDIS_URL": "redis://:geheim@h",
	} {
		t.Setenv(name, value)
	}
	if _, err := parse(t, "serve", "--kafka-brokers=h:9092", "--kafka-username=jari"); err != nil {
		t.Error(err)
	}
	t.Setenv("JARI_SIGNING_KEY", key[:62])
	if _, err := parse(t, "serve", "--kafka-brokers=h:9092", "--kafka-username=jari"); err == nil || !strings.Contains(err.Error(), "64 hexadecimal digits") {
		t.Errorf("a short key: %v", err)
	}
	t.Setenv("JARI_SIGNING_KEY", key)
	file := t.TempDir() + "/key"
	if err := os.WriteFile(file, []byte(key), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := parse(t, "serve", "--kafka-brokers=h:9092", "--kafka-username=jari", "--signing-key-file", file); err == nil || !strings.Contains(err.Error(), "not both") {
		t.Errorf("two keys: %v", err)
	}
}
