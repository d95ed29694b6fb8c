package stream

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/confluentinc/confluent-kafka-go/v2/kafka"
)

// onBothBrokers runs a test on kfake and on a Kafka, on each with topics and groups of its own. What needs a broker of its own, to
// close it, is tested on kfake alone, and on a private Kafka in TestABrokerThatStops.
func onBothBrokers(t *testing.T, test func(t *testing.T, cfg Config)) {
	t.Parallel()
	t.Run("kfake", func(t *testing.T) {
		t.Parallel()
		_, cfg := cluster(t)
		test(t, cfg)
	})
	t.Run("kafka", func(t *testing.T) {
		t.Parallel()
		test(t, sharedKafka(t))
	})
}

// sharedKafka is the Kafka that all tests share, under a prefix that is this test's alone; without one the test is skipped.
func sharedKafka(t *testing.T) Config {
	t.Helper()
	brokers := os.Getenv("JARI_TEST_KAFKA_BROKERS")
	if brokers == "" {
		noKafka(t, "JARI_TEST_KAFKA_BROKERS names none: make services starts one")
	}
	cfg := Config{Brokers: brokers, TopicPrefix: fmt.Sprintf("test-%016x.", rand.Uint64()), Logger: testLogger(t)}
	t.Cleanup(func() { deleteAll(t, cfg) })
	return cfg
}

func noKafka(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("JARI_REQUIRE_SERVICES") == "1" {
		t.Fatalf("no kafka and JARI_REQUIRE_SERVICES=1: %s", why)
	}
	t.Skipf("no kafka: %s", why)
}

// manage gives a test what operators do to topics. The test's context is over in its cleanup: ctx is another.
func manage(t *testing.T, cfg Config, do func(ctx context.Context, admin *kafka.AdminClient) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	admin, err := kafka.NewAdminClient(&kafka.ConfigMap{"bootstrap.servers": cfg.Brokers, "log_level": 0})
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	if err := do(ctx, admin); err != nil {
		t.Fatal(err)
	}
}

func deleteTopics(t *testing.T, cfg Config, names ...string) {
	t.Helper()
	manage(t, cfg, func(ctx context.Context, admin *kafka.AdminClient) error {
		results, err := admin.DeleteTopics(ctx, names)
		for _, r := range results {
			if r.Error.Code() != kafka.ErrNoError {
				return r.Error
			}
		}
		return err
	})
}

// topics are those at the brokers with the configuration's prefix.
func topics(t *testing.T, cfg Config) (names []string) {
	t.Helper()
	manage(t, cfg, func(_ context.Context, admin *kafka.AdminClient) error {
		known, err := admin.GetMetadata(nil, true, int(patience.Milliseconds()))
		if err != nil {
			return err
		}
		for name := range known.Topics {
			if strings.HasPrefix(name, cfg.TopicPrefix) {
				names = append(names, name)
			}
		}
		return nil
	})
	return names
}

func deleteAll(t *testing.T, cfg Config) {
	t.Helper()
	if names := topics(t, cfg); len(names) > 0 {
		deleteTopics(t, cfg, names...)
	}
}

// deleteRecords removes those before an offset.
func deleteRecords(t *testing.T, cfg Config, topic string, before int64) {
	t.Helper()
	wire := cfg.wire(topic)
	manage(t, cfg, func(ctx context.Context, admin *kafka.AdminClient) error {
		results, err := admin.DeleteRecords(ctx, []kafka.TopicPartition{{Topic: &wire, Offset: kafka.Offset(before)}})
		if err != nil {
			return err
		}
		return results.DeleteRecordsResults[0].TopicPartition.Error
	})
}

// setting is what the brokers say of a topic.
func setting(t *testing.T, cfg Config, topic, name string) (value string) {
	t.Helper()
	manage(t, cfg, func(ctx context.Context, admin *kafka.AdminClient) error {
		results, err := admin.DescribeConfigs(ctx, []kafka.ConfigResource{{Type: kafka.ResourceTopic, Name: cfg.wire(topic)}})
		if err != nil {
			return err
		}
		if results[0].Error.Code() != kafka.ErrNoError {
			return results[0].Error
		}
		value = results[0].Config[name].Value
		return nil
	})
	return value
}
