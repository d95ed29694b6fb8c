-- Decided bookings only, rejected ones too: a row in any state answers a replay for ever, so rows are never deleted.
-- seats is JSON: zone, index, seat, price, and whether a partial cancel gave it back.
-- +goose Up
CREATE TABLE bookings (
  id VARCHAR(36) NOT NULL,
  event_id VARCHAR(32) NOT NULL,
  buyer_id VARCHAR(36) NOT NULL,
  reference VARCHAR(8) NOT NULL,
  status VARCHAR(16) NOT NULL,
  reason VARCHAR(32) NOT NULL,
  name VARCHAR(200) NOT NULL,
  email VARCHAR(254) NOT NULL,
  currency VARCHAR(3) NOT NULL,
  total BIGINT NOT NULL,
  seats TEXT(16777215) NOT NULL,
  created_at BIGINT NOT NULL,
  decided_at BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (event_id, reference)
);
