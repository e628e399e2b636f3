-- +goose Up
CREATE TABLE stock_movement_new (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    store_id INTEGER NOT NULL,
    variant_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('receive', 'adjust', 'sale', 'return', 'import', 'import_undo', 'waste', 'count', 'send', 'arrive', 'allocate')),
    quantity INTEGER NOT NULL CHECK (quantity <> 0),
    reason TEXT NOT NULL,
    posting_id INTEGER NOT NULL,
    subject_id INTEGER NOT NULL,
    actor_id INTEGER NOT NULL,
    location_id INTEGER NOT NULL DEFAULT 0,
    pool TEXT NOT NULL DEFAULT 'till' CHECK (pool IN ('till', 'web')),
    PRIMARY KEY (org_id, id)
) STRICT;
INSERT INTO stock_movement_new (org_id, id, store_id, variant_id, at, kind, quantity, reason, posting_id, subject_id, actor_id)
SELECT org_id, id, store_id, variant_id, at, kind, quantity, reason, posting_id, subject_id, actor_id FROM stock_movement;
DROP TABLE stock_movement;
ALTER TABLE stock_movement_new RENAME TO stock_movement;
CREATE INDEX stock_movement_of_variant ON stock_movement (org_id, variant_id, store_id, at, id);

CREATE TABLE stock_location (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    store_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    archived INTEGER NOT NULL CHECK (archived IN (0, 1)),
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, store_id, name)
) STRICT;

CREATE TABLE stock_minimum (
    org_id INTEGER NOT NULL,
    store_id INTEGER NOT NULL,
    variant_id INTEGER NOT NULL,
    minimum INTEGER NOT NULL CHECK (minimum > 0),
    PRIMARY KEY (org_id, store_id, variant_id)
) STRICT;

CREATE TABLE stock_slip (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    store_id INTEGER NOT NULL,
    location_id INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('receive', 'adjust', 'waste', 'allocate')),
    pool TEXT NOT NULL CHECK (pool IN ('till', 'web')),
    supplier TEXT NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    actor_id INTEGER NOT NULL,
    posting_id INTEGER NOT NULL,
    PRIMARY KEY (org_id, id)
) STRICT;
CREATE INDEX stock_slip_of_store ON stock_slip (org_id, store_id, at, id);

CREATE TABLE stock_slip_line (
    org_id INTEGER NOT NULL,
    slip_id INTEGER NOT NULL,
    variant_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity <> 0),
    cost INTEGER NOT NULL CHECK (cost >= 0),
    PRIMARY KEY (org_id, slip_id, variant_id),
    FOREIGN KEY (org_id, slip_id) REFERENCES stock_slip (org_id, id)
) STRICT;

CREATE TABLE stock_transfer (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    from_store INTEGER NOT NULL,
    from_location INTEGER NOT NULL,
    to_store INTEGER NOT NULL,
    to_location INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('sent', 'received', 'cancelled')),
    reason TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    sent_by INTEGER NOT NULL,
    sent_posting INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    ended_by INTEGER NOT NULL,
    ended_posting INTEGER NOT NULL,
    difference_reason TEXT NOT NULL,
    PRIMARY KEY (org_id, id)
) STRICT;
CREATE INDEX stock_transfer_from ON stock_transfer (org_id, from_store, sent_at, id);
CREATE INDEX stock_transfer_to ON stock_transfer (org_id, to_store, sent_at, id);

CREATE TABLE stock_transfer_line (
    org_id INTEGER NOT NULL,
    transfer_id INTEGER NOT NULL,
    variant_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    sent INTEGER NOT NULL CHECK (sent > 0),
    received INTEGER NOT NULL CHECK (received >= 0),
    PRIMARY KEY (org_id, transfer_id, variant_id),
    FOREIGN KEY (org_id, transfer_id) REFERENCES stock_transfer (org_id, id)
) STRICT;

CREATE TABLE stock_count (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    store_id INTEGER NOT NULL,
    location_id INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'posted', 'cancelled')),
    reason TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    started_by INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    ended_by INTEGER NOT NULL,
    posting_id INTEGER NOT NULL,
    PRIMARY KEY (org_id, id)
) STRICT;
CREATE INDEX stock_count_of_store ON stock_count (org_id, store_id, started_at, id);
CREATE UNIQUE INDEX stock_count_open ON stock_count (org_id, store_id, location_id) WHERE status = 'open';

CREATE TABLE stock_count_entry (
    org_id INTEGER NOT NULL,
    count_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    variant_id INTEGER NOT NULL,
    entered INTEGER NOT NULL,
    added INTEGER NOT NULL CHECK (added IN (0, 1)),
    counted INTEGER NOT NULL CHECK (counted >= 0),
    book INTEGER NOT NULL CHECK (book >= 0),
    latest INTEGER NOT NULL CHECK (latest IN (0, 1)),
    at INTEGER NOT NULL,
    actor_id INTEGER NOT NULL,
    entry_key TEXT NOT NULL,
    PRIMARY KEY (org_id, count_id, position),
    UNIQUE (org_id, count_id, entry_key),
    FOREIGN KEY (org_id, count_id) REFERENCES stock_count (org_id, id)
) STRICT;
CREATE UNIQUE INDEX stock_count_entry_latest ON stock_count_entry (org_id, count_id, variant_id) WHERE latest = 1;
