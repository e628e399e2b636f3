-- +goose Up
-- A discount that the organisation has named: a percentage or an amount, exactly one of them above zero. One that is no
-- longer given stays, so that old orders can name it.
CREATE TABLE discount (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL CHECK (version > 0),
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    percent_ppm BIGINT NOT NULL CHECK (percent_ppm >= 0 AND percent_ppm <= 1000000),
    amount BIGINT NOT NULL CHECK (amount >= 0),
    currency TEXT NOT NULL,
    approval BIGINT NOT NULL CHECK (approval IN (0, 1)),
    active BIGINT NOT NULL CHECK (active IN (0, 1)),
    PRIMARY KEY (org_id, id),
    CHECK ((percent_ppm > 0) <> (amount > 0))
);

-- How much of a price each role may take off by itself. An organisation without a row has what the program begins with.
CREATE TABLE discount_limit (
    org_id BIGINT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL CHECK (version > 0),
    cashier_ppm BIGINT NOT NULL CHECK (cashier_ppm >= 0 AND cashier_ppm <= 1000000),
    manager_ppm BIGINT NOT NULL CHECK (manager_ppm >= 0 AND manager_ppm <= 1000000)
);

-- Someone who may take off more said yes to one quote, at one till, for a short time.
CREATE TABLE discount_approval (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    device_id BIGINT NOT NULL,
    asked_by BIGINT NOT NULL,
    approved_by BIGINT NOT NULL,
    quote TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);

ALTER TABLE orders ADD COLUMN approved_by BIGINT NOT NULL DEFAULT 0;
