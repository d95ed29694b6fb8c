package main

import (
	"crypto/x509"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/alecthomas/kong"
)

// secret is a setting that may hold what nobody else shall know. On the command line everybody on the machine sees it (ps), and the
// shell writes it down.
type secret struct {
	flag, file string
	in         func(value string) bool // whether this value holds it
}

var secrets = []secret{
	{"signing-key", "--signing-key-file", func(value string) bool { return value != "" }},
	{"database-dsn", "--database-password-file", passwordInDSN},
	{"kafka-password", "--kafka-password-file", func(value string) bool { return value != "" }},
	{"redis-url", "--redis-password-file", passwordInURL},
}

// BeforeApply refuses secrets on the command line. It never says the value.
func (c *cli) BeforeApply(line *kong.Context) error {
	for _, path := range line.Path {
		if path.Flag == nil || path.Resolved {
			continue
		}
		value, _ := line.Value(path).Interface().(string)
		for _, s := range secrets {
			if path.Flag.Name == s.flag && s.in(value) {
				return s.refusal(path.Flag.Envs)
			}
		}
	}
	return nil
}

func (s secret) refusal(variables []string) error {
	instead := strings.Join(variables, ", ")
	if s.file != "" {
		instead += " or a file with " + s.file
	}
	return fmt.Errorf("--%s holds a secret, which everybody on this machine can read from a command line: give it in %s", s.flag, instead)
}

// passwordInDSN also finds one in what is no address: user:password@tcp(host:port)/name.
func passwordInDSN(dsn string) bool {
	if strings.HasPrefix(dsn, "sqlite:") {
		return false
	}
	at := strings.LastIndex(dsn, "@")
	return at >= 0 && strings.Contains(strings.TrimPrefix(dsn[:at], "mysql://"), ":")
}

// passwordInURL looks at each of several addresses, too: redis://user:password@host:port/0?password=.
func passwordInURL(text string) bool {
	for _, part := range strings.Split(text, ",") {
		_, rest, found := strings.Cut(part, "://")
		if !found {
			rest = part
		}
		if at := strings.LastIndex(rest, "@"); at >= 0 && strings.Contains(rest[:at], ":") {
			return true
		}
		if _, query, found := strings.Cut(rest, "?"); found {
			if values, err := url.ParseQuery(query); err != nil || values.Has("password") || values.Has("sentinel_password") {
				return true
			}
		}
	}
	return false
}

// fromFile is a secret that is given in a variable or in a file; empty when in neither.
func fromFile(variable, value, flag, file string) (string, error) {
	if file == "" {
		return value, nil
	}
	if value != "" {
		return "", fmt.Errorf("give %s or %s, not both", variable, flag)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("%s: %w", flag, err)
	}
	text := strings.TrimRight(string(b), "\r\n") // as editors and echo end a file
	if text == "" {
		return "", fmt.Errorf("%s: %s is empty", flag, file)
	}
	return text, nil
}

// certificates reads those of a file, in PEM; nil when none is named.
func certificates(flag, file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(b) {
		return nil, fmt.Errorf("%s: %s holds no certificate in PEM", flag, file)
	}
	return pool, nil
}
