-- +goose Up
-- Changes of many products at once, with what the products were before (effects), so that each can be taken back.
CREATE TABLE catalog_bulk_edit (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    change TEXT NOT NULL,
    effects TEXT NOT NULL,
    products BIGINT NOT NULL CHECK (products > 0),
    kept BIGINT NOT NULL CHECK (kept >= 0 AND kept <= products),
    created_at BIGINT NOT NULL,
    created_by BIGINT NOT NULL,
    undone_at BIGINT NOT NULL,
    undone_by BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX catalog_bulk_edit_by_time ON catalog_bulk_edit (org_id, created_at, id);
