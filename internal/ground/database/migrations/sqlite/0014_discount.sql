-- +goose Up
-- A discount that the organisation has named: a percentage or an amount, exactly one of them above zero. One that is no
-- longer given stays, so that old orders can name it.
CREATE TABLE discount (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    percent_ppm INTEGER NOT NULL CHECK (percent_ppm >= 0 AND percent_ppm <= 1000000),
    amount INTEGER NOT NULL CHECK (amount >= 0),
    currency TEXT NOT NULL,
    approval INTEGER NOT NULL CHECK (approval IN (0, 1)),
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    PRIMARY KEY (org_id, id),
    CHECK ((percent_ppm > 0) <> (amount > 0))
) STRICT;

-- How much of a price each role may take off by itself. An organisation without a row has what the program begins with.
CREATE TABLE discount_limit (
    org_id INTEGER NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL CHECK (version > 0),
    cashier_ppm INTEGER NOT NULL CHECK (cashier_ppm >= 0 AND cashier_ppm <= 1000000),
    manager_ppm INTEGER NOT NULL CHECK (manager_ppm >= 0 AND manager_ppm <= 1000000)
) STRICT;

-- Someone who may take off more said yes to one quote, at one till, for a short time.
CREATE TABLE discount_approval (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    device_id INTEGER NOT NULL,
    asked_by INTEGER NOT NULL,
    approved_by INTEGER NOT NULL,
    quote TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, id)
) STRICT;

ALTER TABLE orders ADD COLUMN approved_by INTEGER NOT NULL DEFAULT 0;
