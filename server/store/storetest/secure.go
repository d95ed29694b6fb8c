package storetest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"database/sql"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// StartSecureMariaDB is StartMariaDB with a server that asks who one is and speaks TLS with a certificate that certificate and key
// hold, in PEM. Root has no password. It needs mariadb-install-db, too.
func StartSecureMariaDB(t testing.TB, certificate, key string) *MariaDB {
	t.Helper()
	path, err := exec.LookPath("mariadbd")
	if err != nil {
		path, err = exec.LookPath("/usr/sbin/mariadbd")
	}
	install, installErr := exec.LookPath("mariadb-install-db")
	if err != nil || installErr != nil {
		if os.Getenv("JARI_REQUIRE_SERVICES") == "1" {
			t.Fatal("mariadbd or mariadb-install-db is not installed and JARI_REQUIRE_SERVICES=1")
		}
		t.Skip("mariadbd or mariadb-install-db is not installed: install mariadb-server to run this test")
	}
	return start(t, path, prepared{
		args: []string{"--ssl-cert=" + certificate, "--ssl-key=" + key, "--skip-name-resolve"},
		install: func(data string) {
			args := []string{"--no-defaults", "--datadir=" + data, "--auth-root-authentication-method=normal", "--skip-test-db"}
			if os.Geteuid() == 0 {
				args = append(args, "--user=root")
			}
			if out, err := exec.Command(install, args...).CombinedOutput(); err != nil {
				t.Fatalf("mariadb-install-db: %v\n%s", err, out)
			}
		},
	})
}

// Addr is host:port.
func (m *MariaDB) Addr() string { return m.dsn.Addr }

// Exec runs statements as root.
func (m *MariaDB) Exec(t testing.TB, statements ...string) {
	t.Helper()
	db, err := sql.Open("mysql", m.dsn.FormatDSN())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, statement := range statements {
		// In a cleanup the test's own context is over.
		if _, err := db.ExecContext(context.Background(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// Certificate makes one that signs itself, for a server on loopback, and returns the files of it and its key, in PEM.
func Certificate(t testing.TB) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, kind string, bytes []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return write("certificate.pem", "CERTIFICATE", der), write("key.pem", "PRIVATE KEY", secret)
}
