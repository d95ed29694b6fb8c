package store

import (
	"crypto/x509"
	"os"
	"strings"
	"testing"

	"jari/server/store/storetest"
)

func pool(t *testing.T, file string) *x509.CertPool {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p := x509.NewCertPool()
	if !p.AppendCertsFromPEM(text) {
		t.Fatalf("%s holds no certificate", file)
	}
	return p
}

// TestSecureMariaDB: a server that asks who one is, and shows a certificate that our own authority has signed.
func TestSecureMariaDB(t *testing.T) {
	t.Parallel()
	certificate, key := storetest.Certificate(t)
	other, _ := storetest.Certificate(t)
	server := storetest.StartSecureMariaDB(t, certificate, key)
	const password = "ge:he/im@ (1)"
	server.Exec(t, "CREATE DATABASE jari",
		"CREATE USER jari@'%' IDENTIFIED BY '"+password+"' REQUIRE SSL", "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX ON jari.* TO jari@'%'",
		"CREATE USER reader@'%' IDENTIFIED BY '"+password+"'", "GRANT SELECT ON jari.* TO reader@'%'")
	address := func(user string) string { return user + "@tcp(" + server.Addr() + ")/jari" }
	open := func(cfg Config) (*Store, error) {
		s, err := Open(t.Context(), cfg)
		if err == nil {
			t.Cleanup(func() { _ = s.Close() })
		} else if strings.Contains(err.Error(), password) || strings.Contains(err.Error(), "wrong") {
			t.Errorf("the error says the password: %v", err)
		}
		return s, err
	}
	reader, err := open(Config{DSN: address("reader"), Password: password})
	if err != nil {
		t.Fatal(err)
	}
	if err := reader.CheckSchema(t.Context()); err == nil || !strings.Contains(err.Error(), "run `jari migrate`") {
		t.Errorf("check of an empty database: %v", err)
	}
	if _, err := reader.Migrate(t.Context()); err == nil || !strings.Contains(err.Error(), "denied") {
		t.Errorf("migrate by one who may only read: %v", err)
	}
	owner, err := open(Config{DSN: address("jari"), Password: password, CAs: pool(t, certificate)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := owner.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	var cipher struct{ Value string }
	if err := owner.r.Raw("SHOW STATUS LIKE 'Ssl_cipher'").Scan(&cipher).Error; err != nil || cipher.Value == "" {
		t.Errorf("the connection's cipher is %q, %v", cipher.Value, err)
	}
	if err := owner.CheckWrites(t.Context()); err != nil {
		t.Error(err)
	}
	if err := reader.CheckSchema(t.Context()); err != nil {
		t.Errorf("check by one who may only read: %v", err)
	}
	if err := reader.CheckWrites(t.Context()); err == nil || !strings.Contains(err.Error(), "needs SELECT, INSERT, UPDATE and DELETE") {
		t.Errorf("writing by one who may only read: %v", err)
	}
	for _, c := range []struct {
		name, words string
		cfg         Config
	}{
		{"another authority", "certificate", Config{DSN: address("jari"), Password: password, CAs: pool(t, other)}},
		{"no TLS", "denied", Config{DSN: address("jari"), Password: password}},
		{"another password", "denied", Config{DSN: address("reader"), Password: "wrong"}},
		{"another password in the address", "denied", Config{DSN: "reader:wrong@tcp(" + server.Addr() + ")/jari"}},
	} {
		if _, err := open(c.cfg); err == nil || !strings.Contains(err.Error(), c.words) || !strings.Contains(err.Error(), server.Addr()) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestAddressesThatCannotBeRead: what the driver says of them may repeat the password.
func TestAddressesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{
		"jari:geheim@tcp(127.0.0.1:1/jari", "jari:geheim@127.0.0.1:1/jari", "mysql://jari:geheim@127.0.0.1:1/jari", "jari:geheim",
		"jari:geh/geheim@x", "jari:ge%heim/geheim%zz", "jari:x@tcp(127.0.0.1:1)/jari?timeout=geheim", "jari:x@geheim(127.0.0.1:1)/",
		"jari:x@tcp(127.0.0.1:1)/jari?tls=geheim", "jari:geheim@tcp(127.0.0.1:1)/jari?collation=geheim", "jari:geheim@tcp(127.0.0.1:1)/jari",
	} {
		s, err := Open(t.Context(), Config{DSN: dsn})
		if err == nil {
			_ = s.Close()
		}
		if err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%q: %v", dsn, err)
		}
	}
}

// TestExistingFilesOnly: a mistyped name makes no database.
func TestExistingFilesOnly(t *testing.T) {
	t.Parallel()
	file := t.TempDir() + "/jari.db"
	if s, err := Open(t.Context(), Config{DSN: "sqlite://" + file, Existing: true}); err == nil || !strings.Contains(err.Error(), "jari migrate") {
		t.Errorf("opened %v, %v", s, err)
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("the file was made: %v", err)
	}
	if err := openStore(t, "sqlite://"+file).Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), Config{DSN: "sqlite://" + file, Existing: true})
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
}
