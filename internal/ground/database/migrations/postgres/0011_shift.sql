-- +goose Up
-- A business day of a store, from opening (개점) to closing (마감). closed_at is 0 while it is open.
CREATE TABLE business_day (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    store_id BIGINT NOT NULL,
    date TEXT COLLATE "C" NOT NULL,
    opened_at BIGINT NOT NULL,
    opened_by BIGINT NOT NULL,
    closed_at BIGINT NOT NULL,
    closed_by BIGINT NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, store_id, date)
);

-- A till's drawer: its version moves on with every shift that is opened or closed at the till, so that there is one at a
-- time and the numbers of its Z reports are dense.
CREATE TABLE drawer (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL CHECK (version > 0),
    store_id BIGINT NOT NULL,
    shift_id BIGINT NOT NULL,
    last_z BIGINT NOT NULL CHECK (last_z >= 0),
    PRIMARY KEY (org_id, id)
);

-- A shift covers the receipts of its till from one sequence number up to, not including, another. While it is open,
-- until_sequence, z and closed_at are 0 and document is empty; once it is closed, nothing of it changes.
CREATE TABLE shift (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL CHECK (version > 0),
    store_id BIGINT NOT NULL,
    device_id BIGINT NOT NULL,
    business_date TEXT COLLATE "C" NOT NULL,
    currency TEXT NOT NULL,
    opened_by BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    opening_posting BIGINT NOT NULL,
    drawer_before BIGINT NOT NULL,
    float_amount BIGINT NOT NULL CHECK (float_amount >= 0),
    from_sequence BIGINT NOT NULL CHECK (from_sequence > 0),
    until_sequence BIGINT NOT NULL,
    closed_by BIGINT NOT NULL,
    closed_at BIGINT NOT NULL,
    closing_posting BIGINT NOT NULL,
    expected BIGINT NOT NULL,
    counted BIGINT NOT NULL CHECK (counted >= 0),
    taken_out BIGINT NOT NULL CHECK (taken_out >= 0 AND taken_out <= counted),
    z BIGINT NOT NULL CHECK (z >= 0),
    document TEXT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX shift_of_store ON shift (org_id, store_id, opened_at, id);
CREATE INDEX shift_of_till ON shift (org_id, device_id, from_sequence);

CREATE TABLE cash_movement (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    shift_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('in', 'out')),
    place TEXT NOT NULL CHECK (place IN ('safe', 'other')),
    amount BIGINT NOT NULL CHECK (amount > 0),
    reason TEXT NOT NULL,
    staff_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    posting_id BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX cash_movement_of_shift ON cash_movement (org_id, shift_id, id);

CREATE INDEX receipt_of_till ON receipt (org_id, device_id, sequence);
