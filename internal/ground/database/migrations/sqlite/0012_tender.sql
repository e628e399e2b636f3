-- +goose Up
-- What an organisation is paid with (결제수단). Cash and card exist without a row as they are delivered; a row says how the
-- organisation has changed them.
CREATE TABLE tender_definition (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    kind TEXT NOT NULL CHECK (kind IN ('cash', 'card', 'other')),
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    in_drawer INTEGER NOT NULL CHECK (in_drawer IN (0, 1)),
    gives_change INTEGER NOT NULL CHECK (gives_change IN (0, 1)),
    cash_receipt INTEGER NOT NULL CHECK (cash_receipt IN (0, 1)),
    earns_points INTEGER NOT NULL CHECK (earns_points IN (0, 1)),
    slip_required INTEGER NOT NULL CHECK (slip_required IN (0, 1)),
    line TEXT NOT NULL,
    sort INTEGER NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    PRIMARY KEY (org_id, id)
) STRICT;

-- A tender remembers which definition it was, what it was called, and where its money lies. Until now all of it was cash,
-- which is definition 1.
ALTER TABLE tender ADD COLUMN definition_id INTEGER NOT NULL DEFAULT 1;
ALTER TABLE tender ADD COLUMN name TEXT NOT NULL DEFAULT '현금';
ALTER TABLE tender ADD COLUMN name_en TEXT NOT NULL DEFAULT 'Cash';
ALTER TABLE tender ADD COLUMN in_drawer INTEGER NOT NULL DEFAULT 1 CHECK (in_drawer IN (0, 1));
ALTER TABLE tender ADD COLUMN cash_receipt INTEGER NOT NULL DEFAULT 1 CHECK (cash_receipt IN (0, 1));
ALTER TABLE refund_tender ADD COLUMN definition_id INTEGER NOT NULL DEFAULT 1;
ALTER TABLE refund_tender ADD COLUMN name TEXT NOT NULL DEFAULT '현금';
ALTER TABLE refund_tender ADD COLUMN name_en TEXT NOT NULL DEFAULT 'Cash';
ALTER TABLE refund_tender ADD COLUMN in_drawer INTEGER NOT NULL DEFAULT 1 CHECK (in_drawer IN (0, 1));
