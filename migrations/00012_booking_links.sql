-- Keys that open a booking on any device. Only the SHA-256 of a key is kept, in hex: who reads the table opens nothing with it.
-- +goose Up
CREATE TABLE booking_links (
  key_hash VARCHAR(64) NOT NULL,
  booking_id VARCHAR(36) NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (key_hash)
);
