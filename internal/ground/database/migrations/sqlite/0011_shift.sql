-- +goose Up
-- A business day of a store, from opening (개점) to closing (마감). closed_at is 0 while it is open.
CREATE TABLE business_day (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    store_id INTEGER NOT NULL,
    date TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    opened_by INTEGER NOT NULL,
    closed_at INTEGER NOT NULL,
    closed_by INTEGER NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, store_id, date)
) STRICT;

-- A till's drawer: its version moves on with every shift that is opened or closed at the till, so that there is one at a
-- time and the numbers of its Z reports are dense.
CREATE TABLE drawer (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    store_id INTEGER NOT NULL,
    shift_id INTEGER NOT NULL,
    last_z INTEGER NOT NULL CHECK (last_z >= 0),
    PRIMARY KEY (org_id, id)
) STRICT;

-- A shift covers the receipts of its till from one sequence number up to, not including, another. While it is open,
-- until_sequence, z and closed_at are 0 and document is empty; once it is closed, nothing of it changes.
CREATE TABLE shift (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    store_id INTEGER NOT NULL,
    device_id INTEGER NOT NULL,
    business_date TEXT NOT NULL,
    currency TEXT NOT NULL,
    opened_by INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    opening_posting INTEGER NOT NULL,
    drawer_before INTEGER NOT NULL,
    float_amount INTEGER NOT NULL CHECK (float_amount >= 0),
    from_sequence INTEGER NOT NULL CHECK (from_sequence > 0),
    until_sequence INTEGER NOT NULL,
    closed_by INTEGER NOT NULL,
    closed_at INTEGER NOT NULL,
    closing_posting INTEGER NOT NULL,
    expected INTEGER NOT NULL,
    counted INTEGER NOT NULL CHECK (counted >= 0),
    taken_out INTEGER NOT NULL CHECK (taken_out >= 0 AND taken_out <= counted),
    z INTEGER NOT NULL CHECK (z >= 0),
    document TEXT NOT NULL,
    PRIMARY KEY (org_id, id)
) STRICT;
CREATE INDEX shift_of_store ON shift (org_id, store_id, opened_at, id);
CREATE INDEX shift_of_till ON shift (org_id, device_id, from_sequence);

CREATE TABLE cash_movement (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    shift_id INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('in', 'out')),
    place TEXT NOT NULL CHECK (place IN ('safe', 'other')),
    amount INTEGER NOT NULL CHECK (amount > 0),
    reason TEXT NOT NULL,
    staff_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    posting_id INTEGER NOT NULL,
    PRIMARY KEY (org_id, id)
) STRICT;
CREATE INDEX cash_movement_of_shift ON cash_movement (org_id, shift_id, id);

CREATE INDEX receipt_of_till ON receipt (org_id, device_id, sequence);
