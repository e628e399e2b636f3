-- +goose Up
-- What a store does not sell for now (품절): on one business day, or until ends_at, or until somebody says so (day empty
-- and ends_at 0).
CREATE TABLE catalog_sold_out (
    org_id BIGINT NOT NULL,
    store_id BIGINT NOT NULL,
    item_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('variant', 'option')),
    day TEXT COLLATE "C" NOT NULL,
    ends_at BIGINT NOT NULL,
    set_at BIGINT NOT NULL,
    set_by BIGINT NOT NULL,
    PRIMARY KEY (org_id, store_id, item_id)
);
