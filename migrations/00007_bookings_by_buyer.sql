-- +goose Up
CREATE INDEX bookings_by_buyer ON bookings (buyer_id, created_at);
