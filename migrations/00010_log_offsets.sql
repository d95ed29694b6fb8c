-- Where the worker is in each partition of the log. log_id tells one log from another: offsets of another log mean nothing.
-- +goose Up
CREATE TABLE log_offsets (
  topic VARCHAR(64) NOT NULL,
  partition_no BIGINT NOT NULL,
  log_id VARCHAR(64) NOT NULL,
  next_offset BIGINT NOT NULL,
  PRIMARY KEY (topic, partition_no)
);
