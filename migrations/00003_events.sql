-- Times are ms since 1970, 0 is no bound. fence grows with every change an operator makes, revision with every decision about
-- seats, epoch with every load into Redis. partition_no is the partition of the bookings log that was seen to carry the event, -1: none yet.
-- +goose Up
CREATE TABLE events (
  id VARCHAR(32) NOT NULL,
  title VARCHAR(255) NOT NULL,
  venue_id VARCHAR(64) NOT NULL,
  plan_hash VARCHAR(64) NOT NULL,
  time_zone VARCHAR(64) NOT NULL,
  currency VARCHAR(3) NOT NULL,
  starts_at BIGINT NOT NULL,
  doors_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  opens_at BIGINT NOT NULL,
  closes_at BIGINT NOT NULL,
  sale VARCHAR(16) NOT NULL,
  hold_ms BIGINT NOT NULL,
  ceiling_ms BIGINT NOT NULL,
  max_seats BIGINT NOT NULL,
  prices TEXT(16777215) NOT NULL,
  fence BIGINT NOT NULL,
  epoch BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  partition_no BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (id)
);
