-- Every seat that is not available: sold (booking_id and buyer_id) or blocked (both empty). One key decides who has a seat.
-- +goose Up
CREATE TABLE event_seats (
  event_id VARCHAR(32) NOT NULL,
  seat_id VARCHAR(64) NOT NULL,
  zone_id VARCHAR(32) NOT NULL,
  seat_index BIGINT NOT NULL,
  booking_id VARCHAR(36) NOT NULL,
  buyer_id VARCHAR(36) NOT NULL,
  PRIMARY KEY (event_id, seat_id)
);
