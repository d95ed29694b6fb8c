-- +goose Up
CREATE INDEX events_by_end ON events (ends_at);
