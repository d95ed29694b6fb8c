package kafkatest

import (
	"context"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha512"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"os"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

// Secure is where the shared Kafka speaks TLS and asks who one is.
type Secure struct {
	Brokers string
	CAFile  string // certificates in PEM
	// Who is known by PLAIN.
	Username, Password string

	open string // where it asks nobody
}

// OpenSecure finds it by the environment. Without one the test is skipped, or fails with JARI_REQUIRE_SERVICES=1.
func OpenSecure(t testing.TB) Secure {
	t.Helper()
	s := Secure{Brokers: os.Getenv("JARI_TEST_KAFKA_TLS_BROKERS"), CAFile: os.Getenv("JARI_TEST_KAFKA_CA_FILE"),
		Username: os.Getenv("JARI_TEST_KAFKA_USERNAME"), Password: os.Getenv("JARI_TEST_KAFKA_PASSWORD"), open: os.Getenv("JARI_TEST_KAFKA_BROKERS")}
	if s.Brokers == "" || s.open == "" {
		const why = "no kafka that speaks TLS: JARI_TEST_KAFKA_TLS_BROKERS names none; make services starts one"
		if os.Getenv("JARI_REQUIRE_SERVICES") == "1" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	return s
}

// Delete is that of the package.
func (s Secure) Delete(t testing.TB, prefix string, topics ...string) {
	t.Helper()
	Delete(t, s.open, prefix, topics...)
}

// AddUser makes a user for the test, who is known by SCRAM-SHA-512.
func (s Secure) AddUser(t testing.TB) (name, password string) {
	t.Helper()
	name, password = "test-"+hex.EncodeToString(random(8)), hex.EncodeToString(random(16))
	const mechanism, iterations = 2, 4096 // SCRAM-SHA-512, and the fewest that brokers take
	salt := random(16)
	salted, err := pbkdf2.Key(sha512.New, password, salt, iterations, sha512.Size)
	if err != nil {
		t.Fatal(err)
	}
	add := kmsg.NewAlterUserSCRAMCredentialsRequestUpsertion()
	add.Name, add.Mechanism, add.Iterations, add.Salt, add.SaltedPassword = name, mechanism, iterations, salt, salted
	request := kmsg.NewPtrAlterUserSCRAMCredentialsRequest()
	request.Upsertions = append(request.Upsertions, add)
	s.alter(t, request)
	t.Cleanup(func() {
		remove := kmsg.NewAlterUserSCRAMCredentialsRequestDeletion()
		remove.Name, remove.Mechanism = name, mechanism
		request := kmsg.NewPtrAlterUserSCRAMCredentialsRequest()
		request.Deletions = append(request.Deletions, remove)
		s.alter(t, request)
	})
	s.awaitUser(t, name, password)
	return name, password
}

func (s Secure) alter(t testing.TB, request *kmsg.AlterUserSCRAMCredentialsRequest) {
	t.Helper()
	client, err := kgo.NewClient(seeds(s.open))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	// In a cleanup the test's own context is over.
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	response, err := request.RequestWith(ctx, client)
	if err == nil {
		err = kerr.ErrorForCode(response.Results[0].ErrorCode)
	}
	if err != nil {
		t.Fatalf("alter a user: %v", err)
	}
}

// awaitUser returns when the broker knows whom its controller has already taken.
func (s Secure) awaitUser(t testing.TB, name, password string) {
	t.Helper()
	authority, err := os.ReadFile(s.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		client, err := kgo.NewClient(seeds(s.Brokers), kgo.DialTLSConfig(&tls.Config{RootCAs: roots}),
			kgo.SASL(scram.Auth{User: name, Pass: password}.AsSha512Mechanism()))
		if err != nil {
			t.Fatal(err)
		}
		err = client.Ping(ctx)
		client.Close()
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("the new user is not known: %v", err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func random(bytes int) []byte {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // it never fails
	return b
}
