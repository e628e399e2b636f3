-- +goose Up
-- An order that was set aside (보류) before it was paid: nothing of it is in the books. It is recalled by one till, once.
CREATE TABLE held_order (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL CHECK (version > 0),
    key TEXT NOT NULL,
    store_id BIGINT NOT NULL,
    device_id BIGINT NOT NULL,
    staff_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    basket TEXT NOT NULL,
    units BIGINT NOT NULL CHECK (units > 0),
    total BIGINT NOT NULL CHECK (total >= 0),
    currency TEXT NOT NULL,
    held_at BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('held', 'recalled', 'discarded')),
    ended_on BIGINT NOT NULL,
    ended_by BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, key)
);
CREATE INDEX held_order_of_store ON held_order (org_id, store_id, state, id);

-- How an order is taken away (매장, 포장); empty when the till did not ask.
ALTER TABLE orders ADD COLUMN service TEXT NOT NULL DEFAULT '';

-- A short secret with which someone who stands at a paired till proves who they are.
CREATE TABLE auth_pin (
    org_id BIGINT NOT NULL,
    subject_id BIGINT NOT NULL,
    hash TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, subject_id)
);

-- The till at which a session was begun by PIN: it holds only there, and for what is done at a till. 0 for a password's.
ALTER TABLE auth_session ADD COLUMN pin_device_id BIGINT NOT NULL DEFAULT 0;

-- How a product is sold: by the piece at its price ('unit'), or at a price that is asked each time (시가, 'price').
ALTER TABLE catalog_product ADD COLUMN sold_by TEXT NOT NULL DEFAULT 'unit';
