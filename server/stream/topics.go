package stream

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/confluentinc/confluent-kafka-go/v2/kafka"
)

// EnsureTopics creates the topics that are missing, with that many partitions, and checks the number of those that exist: keys
// would move to other partitions if it changed. A negative retention is unlimited.
func EnsureTopics(ctx context.Context, cfg Config, partitions, replication int, retention time.Duration, topics ...string) error {
	asking, err := openAdmin(ctx, cfg)
	if err != nil {
		return err
	}
	defer asking.close()
	return asking.explain(ensureTopics(asking.ctx, asking.client, cfg, partitions, replication, retention, topics))
}

func ensureTopics(ctx context.Context, admin *kafka.AdminClient, cfg Config, partitions, replication int, retention time.Duration, topics []string) error {

	names := make([]string, len(topics))
	for i, topic := range topics {
		names[i] = cfg.wire(topic)
	}
	for {
		missing, err := missingTopics(ctx, admin, partitions, names)
		if err != nil || len(missing) == 0 {
			return err
		}
		if err := createTopics(ctx, admin, partitions, replication, retention, missing); err != nil {
			return err
		}
		// Created topics take a moment until every broker knows them: look again.
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for the kafka topics %q: %w", missing, ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func missingTopics(ctx context.Context, admin *kafka.AdminClient, partitions int, topics []string) ([]string, error) {
	described, err := describe(ctx, admin, topics...)
	if err != nil {
		return nil, err
	}
	var missing []string
	for _, t := range described {
		switch {
		case t.Error.Code() == kafka.ErrUnknownTopicOrPart:
			missing = append(missing, t.Name)
		case t.Error.Code() != kafka.ErrNoError:
			return nil, fmt.Errorf("describe the kafka topic %s: %w", t.Name, t.Error)
		case len(t.Partitions) != partitions:
			return nil, fmt.Errorf("the kafka topic %s has a partition count of %d, not %d: it never changes, for an event would move to another partition", t.Name, len(t.Partitions), partitions)
		}
	}
	return missing, nil
}

func createTopics(ctx context.Context, admin *kafka.AdminClient, partitions, replication int, retention time.Duration, topics []string) error {
	retentionMS := int64(-1)
	if retention >= 0 {
		retentionMS = retention.Milliseconds()
	}
	config := map[string]string{
		"cleanup.policy": "delete",
		"retention.ms":   strconv.FormatInt(retentionMS, 10),
	}
	if replication >= 3 {
		// An acknowledged record outlives the loss of one broker.
		config["min.insync.replicas"] = "2"
	}
	var specs []kafka.TopicSpecification
	for _, topic := range topics {
		specs = append(specs, kafka.TopicSpecification{Topic: topic, NumPartitions: partitions, ReplicationFactor: replication, Config: config})
	}
	results, err := admin.CreateTopics(ctx, specs)
	if err != nil {
		return fmt.Errorf("create the kafka topics %q: %w", topics, err)
	}
	for _, r := range results {
		// Another node may have been faster.
		if c := r.Error.Code(); c != kafka.ErrNoError && c != kafka.ErrTopicAlreadyExists {
			return fmt.Errorf("create the kafka topic %s: %w", r.Topic, r.Error)
		}
	}
	return nil
}

func describe(ctx context.Context, admin *kafka.AdminClient, topics ...string) ([]kafka.TopicDescription, error) {
	result, err := admin.DescribeTopics(ctx, kafka.NewTopicCollectionOfTopicNames(topics))
	if err != nil {
		return nil, fmt.Errorf("describe the kafka topics %q: %w", topics, err)
	}
	return result.TopicDescriptions, nil
}

// logOf says which log a partition is now, and how far it reaches.
func logOf(ctx context.Context, admin *kafka.AdminClient, topic string, partition int32) (Log, error) {
	t, err := described(ctx, admin, topic)
	if err != nil {
		return Log{}, err
	}
	logs := []Log{{Topic: topic, Partition: partition, ID: t.TopicID.String()}}
	err = bound(ctx, admin, logs)
	return logs[0], err
}

// logsOf says it of all partitions, in their order.
func logsOf(ctx context.Context, admin *kafka.AdminClient, topic string) ([]Log, error) {
	t, err := described(ctx, admin, topic)
	if err != nil {
		return nil, err
	}
	logs := make([]Log, len(t.Partitions))
	for i := range logs {
		logs[i] = Log{Topic: topic, Partition: int32(i), ID: t.TopicID.String()}
	}
	return logs, bound(ctx, admin, logs)
}

func topicID(ctx context.Context, admin *kafka.AdminClient, topic string) (string, error) {
	t, err := described(ctx, admin, topic)
	return t.TopicID.String(), err
}

// described is a topic that is there and has an id.
func described(ctx context.Context, admin *kafka.AdminClient, topic string) (kafka.TopicDescription, error) {
	topics, err := describe(ctx, admin, topic)
	if err != nil {
		return kafka.TopicDescription{}, err
	}
	if len(topics) != 1 {
		return kafka.TopicDescription{}, fmt.Errorf("describe the kafka topic %s: %d answers", topic, len(topics))
	}
	switch err := topics[0].Error; err.Code() {
	case kafka.ErrNoError:
	case kafka.ErrUnknownTopicOrPart:
		return kafka.TopicDescription{}, fmt.Errorf("the kafka topic %s is missing: `jari migrate` with --kafka-brokers creates it, "+
			"in a data folder `jari serve` does", topic)
	default:
		return kafka.TopicDescription{}, fmt.Errorf("describe the kafka topic %s: %w", topic, err)
	}
	id := topics[0].TopicID
	if id.GetMostSignificantBits() == 0 && id.GetLeastSignificantBits() == 0 {
		return kafka.TopicDescription{}, errors.New("the kafka brokers give topics no id: Kafka 2.8 or later is needed")
	}
	return topics[0], nil
}

// bound asks for the bounds of logs of one topic.
func bound(ctx context.Context, admin *kafka.AdminClient, logs []Log) error {
	lows, err := offsetsOf(ctx, admin, logs, kafka.EarliestOffsetSpec)
	if err != nil {
		return err
	}
	highs, err := offsetsOf(ctx, admin, logs, kafka.LatestOffsetSpec)
	for i := range logs {
		logs[i].Low, logs[i].High = lows[logs[i].Partition], highs[logs[i].Partition]
	}
	return err
}

// offsetsOf returns an offset of each log, by its partition.
func offsetsOf(ctx context.Context, admin *kafka.AdminClient, logs []Log, which kafka.OffsetSpec) (map[int32]int64, error) {
	asked := make(map[kafka.TopicPartition]kafka.OffsetSpec, len(logs))
	for i := range logs {
		asked[kafka.TopicPartition{Topic: &logs[i].Topic, Partition: logs[i].Partition}] = which
	}
	result, err := admin.ListOffsets(ctx, asked)
	if err != nil {
		return nil, fmt.Errorf("ask for the bounds of %s: %w", logs[0].Topic, err)
	}
	offsets := make(map[int32]int64, len(logs))
	for at, info := range result.ResultInfos {
		if info.Error.Code() != kafka.ErrNoError {
			return nil, fmt.Errorf("ask for the bounds of %s[%d]: %w", logs[0].Topic, at.Partition, info.Error)
		}
		offsets[at.Partition] = int64(info.Offset)
	}
	if len(offsets) != len(logs) {
		return nil, fmt.Errorf("ask for the bounds of %s: answers of %d of %d partitions", logs[0].Topic, len(offsets), len(logs))
	}
	return offsets, nil
}
