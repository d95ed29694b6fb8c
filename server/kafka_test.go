package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"jari/server/booking"
	"jari/server/kafkatest"
)

// TestMigrateAtAKafkaThatAsks: the flags reach it, and what it refuses is told at once, without the password.
func TestMigrateAtAKafkaThatAsks(t *testing.T) {
	t.Parallel()
	kafka := kafkatest.OpenSecure(t)
	name, password := kafka.AddUser(t)
	prefix, other := fmt.Sprintf("test-%016x.", rand.Uint64()), newAuthority(t)
	t.Cleanup(func() {
		kafka.Delete(t, prefix, booking.TopicBookings, booking.TopicOutcomes, booking.TopicDeadLetters)
	})
	migrate := func(ca, user, password string, more ...string) error {
		return run(t, append([]string{"migrate", "--data-dir", t.TempDir(), "--kafka-brokers", kafka.Brokers, "--kafka-topic-prefix", prefix, "--partitions=1",
			"--kafka-tls", "--kafka-ca-file", ca, "--kafka-username", user, "--kafka-password-file", secretFile(t, password)}, more...)...)
	}
	if err := migrate(kafka.CAFile, name, password); err != nil {
		t.Errorf("with all that is asked for: %v", err)
	}
	if err := migrate(kafka.CAFile, kafka.Username, kafka.Password, "--kafka-sasl-mechanism=PLAIN"); err != nil {
		t.Errorf("by PLAIN: %v", err)
	}
	const wrong = "another word"
	if err := migrate(kafka.CAFile, name, wrong); err == nil || !strings.Contains(err.Error(), "SASL authentication") || strings.Contains(err.Error(), wrong) {
		t.Errorf("with a wrong password: %v", err)
	}
	if err := migrate(other.file, name, password); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("with the certificate of another: %v", err)
	}
}
