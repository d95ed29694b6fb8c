// Package kafkatest looks after the Kafka that tests share.
package kafkatest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// patience is for brokers that are busy with other tests.
const patience = 30 * time.Second

// Delete leaves the brokers, separated by commas, without a test's topics, whose names begin with a prefix of its own. It is for
// cleanups: the test's context may be over.
func Delete(t testing.TB, brokers, prefix string, topics ...string) {
	t.Helper()
	client, err := kgo.NewClient(seeds(brokers))
	if err != nil {
		t.Error(err)
		return
	}
	defer client.Close()
	request := kmsg.NewPtrDeleteTopicsRequest()
	request.TimeoutMillis = 10_000
	for _, name := range topics {
		// Old brokers read the one list, newer ones the other.
		topic := kmsg.NewDeleteTopicsRequestTopic()
		topic.Topic = kmsg.StringPtr(prefix + name)
		request.TopicNames = append(request.TopicNames, prefix+name)
		request.Topics = append(request.Topics, topic)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if _, err := request.RequestWith(ctx, client); err != nil {
		t.Errorf("delete the topics: %v", err)
	}
}

func seeds(brokers string) kgo.Opt { return kgo.SeedBrokers(strings.Split(brokers, ",")...) }
