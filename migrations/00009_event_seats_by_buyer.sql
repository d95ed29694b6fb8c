-- For the cap: how many seats of an event a buyer has.
-- +goose Up
CREATE INDEX event_seats_by_buyer ON event_seats (event_id, buyer_id);
