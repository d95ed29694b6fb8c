-- A plan is immutable and named by the SHA-256 of its JSON. TEXT(16777215) is MEDIUMTEXT on MariaDB and plain TEXT in SQLite.
-- +goose Up
CREATE TABLE plans (
  hash VARCHAR(64) NOT NULL,
  body TEXT(16777215) NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (hash)
);
