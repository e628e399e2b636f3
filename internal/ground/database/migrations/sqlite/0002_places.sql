-- +goose Up
CREATE TABLE organisation (
    org_id INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('ko', 'en')),
    version INTEGER NOT NULL
) STRICT;

CREATE TABLE merchant (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    country TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (org_id, id)
) STRICT;

CREATE TABLE merchant_identity (
    org_id INTEGER NOT NULL,
    merchant_id INTEGER NOT NULL,
    valid_from TEXT NOT NULL,
    registration_number TEXT NOT NULL,
    name TEXT NOT NULL,
    representative TEXT NOT NULL,
    address TEXT NOT NULL,
    phone TEXT NOT NULL,
    business_type TEXT NOT NULL,
    business_item TEXT NOT NULL,
    taxation TEXT NOT NULL CHECK (taxation IN ('general', 'simplified', 'simplified_invoicing', 'exempt')),
    PRIMARY KEY (org_id, merchant_id, valid_from),
    FOREIGN KEY (org_id, merchant_id) REFERENCES merchant (org_id, id)
) STRICT;

CREATE TABLE store (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    merchant_id INTEGER NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    phone TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    currency TEXT NOT NULL,
    tax_mode TEXT NOT NULL CHECK (tax_mode IN ('inclusive', 'exclusive')),
    rounding_step INTEGER NOT NULL CHECK (rounding_step > 0),
    rounding TEXT NOT NULL CHECK (rounding IN ('down', 'half_up', 'up')),
    cutover_minutes INTEGER NOT NULL CHECK (cutover_minutes >= 0 AND cutover_minutes < 1440),
    version INTEGER NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, code),
    FOREIGN KEY (org_id, merchant_id) REFERENCES merchant (org_id, id)
) STRICT;

CREATE TABLE store_tax (
    org_id INTEGER NOT NULL,
    store_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    key TEXT NOT NULL,
    name_ko TEXT NOT NULL,
    name_en TEXT NOT NULL,
    rate_ppm INTEGER NOT NULL CHECK (rate_ppm >= 0 AND rate_ppm <= 1000000),
    classes TEXT NOT NULL,
    PRIMARY KEY (org_id, store_id, position),
    UNIQUE (org_id, store_id, key),
    FOREIGN KEY (org_id, store_id) REFERENCES store (org_id, id)
) STRICT;

CREATE TABLE store_hours (
    org_id INTEGER NOT NULL,
    store_id INTEGER NOT NULL,
    weekday INTEGER NOT NULL CHECK (weekday >= 0 AND weekday <= 6),
    opens_minute INTEGER NOT NULL CHECK (opens_minute >= 0 AND opens_minute < 1440),
    closes_minute INTEGER NOT NULL CHECK (closes_minute > opens_minute AND closes_minute <= 2880),
    PRIMARY KEY (org_id, store_id, weekday, opens_minute),
    FOREIGN KEY (org_id, store_id) REFERENCES store (org_id, id)
) STRICT;

CREATE TABLE store_closing_day (
    org_id INTEGER NOT NULL,
    store_id INTEGER NOT NULL,
    day TEXT NOT NULL,
    PRIMARY KEY (org_id, store_id, day),
    FOREIGN KEY (org_id, store_id) REFERENCES store (org_id, id)
) STRICT;

CREATE TABLE auth_password (
    org_id INTEGER NOT NULL,
    subject_id INTEGER NOT NULL,
    hash TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, subject_id)
) STRICT;

CREATE TABLE auth_session (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    subject_id INTEGER NOT NULL,
    token_hash BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, token_hash)
) STRICT;
CREATE INDEX auth_session_subject ON auth_session (org_id, subject_id, id);

CREATE TABLE auth_device_token (
    org_id INTEGER NOT NULL,
    device_id INTEGER NOT NULL,
    token_hash BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, device_id),
    UNIQUE (org_id, token_hash)
) STRICT;

CREATE TABLE auth_pairing (
    org_id INTEGER NOT NULL,
    device_id INTEGER NOT NULL,
    code_hash BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, device_id)
) STRICT;
CREATE INDEX auth_pairing_code ON auth_pairing (code_hash);

CREATE TABLE staff (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, login)
) STRICT;
CREATE INDEX staff_login ON staff (login);

CREATE TABLE staff_role (
    org_id INTEGER NOT NULL,
    staff_id INTEGER NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'manager', 'cashier', 'support', 'auditor')),
    merchant_id INTEGER NOT NULL,
    store_id INTEGER NOT NULL,
    PRIMARY KEY (org_id, staff_id, role, merchant_id, store_id),
    FOREIGN KEY (org_id, staff_id) REFERENCES staff (org_id, id),
    CHECK (merchant_id = 0 OR store_id = 0)
) STRICT;

CREATE TABLE device (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    store_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('till')),
    register_code TEXT NOT NULL,
    generation INTEGER NOT NULL CHECK (generation >= 0),
    paired_at INTEGER NOT NULL,
    revoked_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, register_code)
) STRICT;
CREATE INDEX device_store ON device (org_id, store_id, id);
