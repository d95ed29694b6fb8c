-- Decisions that Redis, the buyer and the outcomes topic have not all acknowledged yet, in the order of the event's revisions.
-- +goose Up
CREATE TABLE outbox (
  event_id VARCHAR(32) NOT NULL,
  revision BIGINT NOT NULL,
  kind VARCHAR(16) NOT NULL,
  body TEXT(16777215) NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (event_id, revision)
);
