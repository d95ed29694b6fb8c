-- +goose Up
CREATE TABLE venues (
  id VARCHAR(64) NOT NULL,
  name VARCHAR(255) NOT NULL,
  plan_hash VARCHAR(64) NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (id)
);
