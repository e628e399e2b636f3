-- +goose Up
CREATE TABLE stock_movement (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    store_id BIGINT NOT NULL,
    variant_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('receive', 'adjust', 'sale', 'return', 'import', 'import_undo')),
    quantity BIGINT NOT NULL CHECK (quantity <> 0),
    reason TEXT NOT NULL,
    posting_id BIGINT NOT NULL,
    subject_id BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX stock_movement_of_variant ON stock_movement (org_id, variant_id, store_id, at, id);
