-- +goose Up
-- A price that a variant has for a while (행사가), in one store or, with store 0, in all that count in its currency. It starts
-- and ends with a business day ('2026-11-25') or at a time on the store's clock ('2026-11-25T15:00'); '' never ends.
CREATE TABLE catalog_planned_price (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    variant_id BIGINT NOT NULL,
    store_id BIGINT NOT NULL,
    currency TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount >= 0),
    name TEXT NOT NULL,
    starts TEXT NOT NULL,
    ends TEXT NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, variant_id) REFERENCES catalog_variant (org_id, id)
);
CREATE INDEX catalog_planned_price_of_variant ON catalog_planned_price (org_id, variant_id);
