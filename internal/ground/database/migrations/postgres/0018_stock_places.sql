-- +goose Up
ALTER TABLE stock_movement DROP CONSTRAINT stock_movement_kind_check;
ALTER TABLE stock_movement ADD CONSTRAINT stock_movement_kind_check CHECK (kind IN ('receive', 'adjust', 'sale', 'return', 'import', 'import_undo', 'waste', 'count', 'send', 'arrive', 'allocate'));
ALTER TABLE stock_movement ADD COLUMN location_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE stock_movement ADD COLUMN pool TEXT NOT NULL DEFAULT 'till' CHECK (pool IN ('till', 'web'));

CREATE TABLE stock_location (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    store_id BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    archived BIGINT NOT NULL CHECK (archived IN (0, 1)),
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, store_id, name)
);

CREATE TABLE stock_minimum (
    org_id BIGINT NOT NULL,
    store_id BIGINT NOT NULL,
    variant_id BIGINT NOT NULL,
    minimum BIGINT NOT NULL CHECK (minimum > 0),
    PRIMARY KEY (org_id, store_id, variant_id)
);

CREATE TABLE stock_slip (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    store_id BIGINT NOT NULL,
    location_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('receive', 'adjust', 'waste', 'allocate')),
    pool TEXT NOT NULL CHECK (pool IN ('till', 'web')),
    supplier TEXT NOT NULL,
    reason TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,
    posting_id BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX stock_slip_of_store ON stock_slip (org_id, store_id, at, id);

CREATE TABLE stock_slip_line (
    org_id BIGINT NOT NULL,
    slip_id BIGINT NOT NULL,
    variant_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity <> 0),
    cost BIGINT NOT NULL CHECK (cost >= 0),
    PRIMARY KEY (org_id, slip_id, variant_id),
    FOREIGN KEY (org_id, slip_id) REFERENCES stock_slip (org_id, id)
);

CREATE TABLE stock_transfer (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    from_store BIGINT NOT NULL,
    from_location BIGINT NOT NULL,
    to_store BIGINT NOT NULL,
    to_location BIGINT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('sent', 'received', 'cancelled')),
    reason TEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    sent_by BIGINT NOT NULL,
    sent_posting BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    ended_by BIGINT NOT NULL,
    ended_posting BIGINT NOT NULL,
    difference_reason TEXT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX stock_transfer_from ON stock_transfer (org_id, from_store, sent_at, id);
CREATE INDEX stock_transfer_to ON stock_transfer (org_id, to_store, sent_at, id);

CREATE TABLE stock_transfer_line (
    org_id BIGINT NOT NULL,
    transfer_id BIGINT NOT NULL,
    variant_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    sent BIGINT NOT NULL CHECK (sent > 0),
    received BIGINT NOT NULL CHECK (received >= 0),
    PRIMARY KEY (org_id, transfer_id, variant_id),
    FOREIGN KEY (org_id, transfer_id) REFERENCES stock_transfer (org_id, id)
);

CREATE TABLE stock_count (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    store_id BIGINT NOT NULL,
    location_id BIGINT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'posted', 'cancelled')),
    reason TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    started_by BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    ended_by BIGINT NOT NULL,
    posting_id BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX stock_count_of_store ON stock_count (org_id, store_id, started_at, id);
CREATE UNIQUE INDEX stock_count_open ON stock_count (org_id, store_id, location_id) WHERE status = 'open';

CREATE TABLE stock_count_entry (
    org_id BIGINT NOT NULL,
    count_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    variant_id BIGINT NOT NULL,
    entered BIGINT NOT NULL,
    added BIGINT NOT NULL CHECK (added IN (0, 1)),
    counted BIGINT NOT NULL CHECK (counted >= 0),
    book BIGINT NOT NULL CHECK (book >= 0),
    latest BIGINT NOT NULL CHECK (latest IN (0, 1)),
    at BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,
    entry_key TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (org_id, count_id, position),
    UNIQUE (org_id, count_id, entry_key),
    FOREIGN KEY (org_id, count_id) REFERENCES stock_count (org_id, id)
);
CREATE UNIQUE INDEX stock_count_entry_latest ON stock_count_entry (org_id, count_id, variant_id) WHERE latest = 1;
