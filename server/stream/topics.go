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
			return nil, fmt.Errorf("the kafka topic %s has %d partitions, not %d: their number never changes, for an event would move to another one", t.Name, len(t.Partitions), partitions)
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
	id, err := topicID(ctx, admin, topic)
	if err != nil {
		return Log{}, err
	}
	log := Log{Topic: topic, Partition: partition, ID: id}
	if log.Low, err = offsetOf(ctx, admin, log, kafka.EarliestOffsetSpec); err != nil {
		return Log{}, err
	}
	log.High, err = offsetOf(ctx, admin, log, kafka.LatestOffsetSpec)
	return log, err
}

func topicID(ctx context.Context, admin *kafka.AdminClient, topic string) (string, error) {
	topics, err := describe(ctx, admin, topic)
	if err != nil {
		return "", err
	}
	if len(topics) != 1 || topics[0].Error.Code() != kafka.ErrNoError {
		return "", fmt.Errorf("describe the kafka topic %s: %v", topic, topics)
	}
	id := topics[0].TopicID
	if id.GetMostSignificantBits() == 0 && id.GetLeastSignificantBits() == 0 {
		return "", errors.New("the kafka brokers give topics no id: Kafka 2.8 or later is needed")
	}
	return id.String(), nil
}

func offsetOf(ctx context.Context, admin *kafka.AdminClient, log Log, which kafka.OffsetSpec) (int64, error) {
	asked := kafka.TopicPartition{Topic: &log.Topic, Partition: log.Partition}
	result, err := admin.ListOffsets(ctx, map[kafka.TopicPartition]kafka.OffsetSpec{asked: which})
	if err != nil {
		return 0, fmt.Errorf("ask for the bounds of %s[%d]: %w", log.Topic, log.Partition, err)
	}
	for _, info := range result.ResultInfos {
		if info.Error.Code() != kafka.ErrNoError {
			return 0, fmt.Errorf("ask for the bounds of %s[%d]: %w", log.Topic, log.Partition, info.Error)
		}
		return int64(info.Offset), nil
	}
	return 0, fmt.Errorf("ask for the bounds of %s[%d]: no answer", log.Topic, log.Partition)
}
