-- +goose Up
CREATE INDEX booking_links_by_booking ON booking_links (booking_id, created_at);
