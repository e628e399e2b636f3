-- +goose Up
CREATE TABLE stock_movement (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    store_id INTEGER NOT NULL,
    variant_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('receive', 'adjust', 'sale', 'return', 'import', 'import_undo')),
    quantity INTEGER NOT NULL CHECK (quantity <> 0),
    reason TEXT NOT NULL,
    posting_id INTEGER NOT NULL,
    subject_id INTEGER NOT NULL,
    actor_id INTEGER NOT NULL,
    PRIMARY KEY (org_id, id)
) STRICT;
CREATE INDEX stock_movement_of_variant ON stock_movement (org_id, variant_id, store_id, at, id);
