package stream

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"

	"jari/server/kafkatest"
)

// certificate signs itself, for a server on loopback; file holds it in PEM.
func certificate(t *testing.T) (cert tls.Certificate, file string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}

// secured are brokers that speak TLS and ask who one is, by a mechanism; the configuration is the right one.
var secured = map[string]func(t *testing.T, mechanism string) Config{
	"kfake": func(t *testing.T, mechanism string) Config {
		cert, ca := certificate(t)
		_, cfg := cluster(t, kfake.EnableSASL(), kfake.Superuser(mechanism, "jari", "secret word"),
			kfake.TLS(&tls.Config{Certificates: []tls.Certificate{cert}}))
		cfg.Access = Access{TLS: true, CAFile: ca, Username: "jari", Password: "secret word", Mechanism: mechanism}
		return cfg
	},
	"kafka": func(t *testing.T, mechanism string) Config {
		kafka, cfg := kafkatest.OpenSecure(t), sharedKafka(t)
		cfg.Brokers = kafka.Brokers
		cfg.Access = Access{TLS: true, CAFile: kafka.CAFile, Username: kafka.Username, Password: kafka.Password, Mechanism: mechanism}
		if mechanism != "PLAIN" {
			cfg.Access.Username, cfg.Access.Password = kafka.AddUser(t)
		}
		return cfg
	},
}

// TestAccess goes the way of a record, so that each kind of client is asked who it is.
func TestAccess(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ brokers, mechanism string }{
		{"kfake", "PLAIN"}, {"kfake", "SCRAM-SHA-256"}, {"kfake", "SCRAM-SHA-512"}, {"kafka", "PLAIN"}, {"kafka", "SCRAM-SHA-512"},
	} {
		t.Run(c.brokers+"/"+c.mechanism, func(t *testing.T) {
			t.Parallel()
			cfg := secured[c.brokers](t, c.mechanism)
			ensure(t, cfg, 1, "bookings")
			produce(t, producer(t, cfg), "bookings", "event", "sold")
			r := newRecorder()
			consume(t, cfg, "bookings", r)
			eventually(t, "the record", func() bool { return r.count() == 1 })
		})
	}
}

// TestRefusedAccess: the error says what the brokers do not like, and not the password.
func TestRefusedAccess(t *testing.T) {
	t.Parallel()
	_, other := certificate(t)
	for name, open := range secured {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			right := open(t, "SCRAM-SHA-512")
			for _, c := range []struct {
				name   string
				change func(*Access)
				words  string
			}{
				{"password", func(a *Access) { a.Password = "another word" }, "SASL authentication"},
				{"user", func(a *Access) { a.Username = "nobody" }, "SASL authentication"},
				{"its mechanism", func(a *Access) { a.Mechanism = "PLAIN" }, "SASL"},
				{"mechanism", func(a *Access) { a.Mechanism = "SCRAM-SHA-256" }, "SASL"}, // which Kafka does not offer
				{"certificate", func(a *Access) { a.CAFile = other }, "certificate"},
			} {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					cfg := right
					c.change(&cfg.Access)
					ctx, cancel := context.WithTimeout(t.Context(), patience)
					defer cancel()
					err := EnsureTopics(ctx, cfg, 1, 1, -1, "bookings")
					if err == nil || ctx.Err() != nil || !strings.Contains(err.Error(), c.words) || strings.Contains(err.Error(), cfg.Access.Password) {
						t.Errorf("error is %v", err)
					}
				})
			}
		})
	}
}

// TestBrokersThatHangUp say nothing, and may be starting: who gives up waiting is told what they perhaps want.
func TestBrokersThatHangUp(t *testing.T) {
	t.Parallel()
	for name, open := range secured {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			right := open(t, "SCRAM-SHA-512")
			for _, c := range []struct {
				name   string
				access Access
				words  string
			}{
				{"nothing", Access{}, "perhaps TLS"},
				{"no TLS", Access{Username: right.Access.Username, Password: right.Access.Password, Mechanism: right.Access.Mechanism}, "perhaps TLS"},
				{"no user", Access{TLS: true, CAFile: right.Access.CAFile}, "perhaps a user name"},
			} {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					cfg := right
					cfg.Access = c.access
					asking, err := openAdmin(t.Context(), cfg)
					if err != nil {
						t.Fatal(err)
					}
					defer asking.close()
					var gone sync.WaitGroup
					defer gone.Wait()
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					gone.Go(func() {
						if _, err := describe(ctx, asking.client, "bookings"); err == nil {
							t.Error("the brokers answer")
						}
					})
					eventually(t, c.words, func() bool {
						return strings.Contains(asking.explain(context.DeadlineExceeded).Error(), c.words)
					})
				})
			}
		})
	}
}
