-- +goose Up
-- Changes of many products at once, with what the products were before (effects), so that each can be taken back.
CREATE TABLE catalog_bulk_edit (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    change TEXT NOT NULL,
    effects TEXT NOT NULL,
    products INTEGER NOT NULL CHECK (products > 0),
    kept INTEGER NOT NULL CHECK (kept >= 0 AND kept <= products),
    created_at INTEGER NOT NULL,
    created_by INTEGER NOT NULL,
    undone_at INTEGER NOT NULL,
    undone_by INTEGER NOT NULL,
    PRIMARY KEY (org_id, id)
) STRICT;
CREATE INDEX catalog_bulk_edit_by_time ON catalog_bulk_edit (org_id, created_at, id);
