-- +goose Up
-- What a store does not sell for now (품절): on one business day, or until ends_at, or until somebody says so (day empty
-- and ends_at 0).
CREATE TABLE catalog_sold_out (
    org_id INTEGER NOT NULL,
    store_id INTEGER NOT NULL,
    item_id INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('variant', 'option')),
    day TEXT NOT NULL,
    ends_at INTEGER NOT NULL,
    set_at INTEGER NOT NULL,
    set_by INTEGER NOT NULL,
    PRIMARY KEY (org_id, store_id, item_id)
) STRICT;
