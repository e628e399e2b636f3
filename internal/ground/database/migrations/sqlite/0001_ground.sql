-- +goose Up
CREATE TABLE id_block (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    next_block INTEGER NOT NULL
) STRICT;
INSERT INTO id_block (id, next_block) VALUES (1, 0);

CREATE TABLE journal_head (
    org_id INTEGER NOT NULL PRIMARY KEY,
    seq INTEGER NOT NULL,
    marks INTEGER NOT NULL
) STRICT;

CREATE TABLE journal_event (
    org_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    store_id INTEGER NOT NULL,
    subject_id INTEGER NOT NULL,
    actor_id INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (org_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX journal_event_subject ON journal_event (org_id, subject_id, seq);

CREATE TABLE ledger_account (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    code TEXT NOT NULL,
    asset TEXT NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('D', 'C')),
    limited INTEGER NOT NULL CHECK (limited IN (0, 1)),
    lots INTEGER NOT NULL CHECK (lots IN (0, 1)),
    parent_id INTEGER NOT NULL,
    expires_on TEXT NOT NULL,
    funder_id INTEGER NOT NULL,
    giver_id INTEGER NOT NULL,
    fingerprint INTEGER NOT NULL,
    debits INTEGER NOT NULL CHECK (debits >= 0 AND debits <= 4611686018427387904),
    credits INTEGER NOT NULL CHECK (credits >= 0 AND credits <= 4611686018427387904),
    held INTEGER NOT NULL CHECK (held >= 0 AND held <= 4611686018427387904),
    available INTEGER NOT NULL,
    low INTEGER NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, code),
    CHECK (limited = 0 OR low >= 0)
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_account_lots ON ledger_account (org_id, parent_id, expires_on, id) WHERE parent_id > 0;

CREATE TABLE ledger_posting (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    key TEXT NOT NULL,
    request_hash BLOB NOT NULL,
    at INTEGER NOT NULL,
    store_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    actor_id INTEGER NOT NULL,
    transfers INTEGER NOT NULL,
    rejection TEXT NOT NULL,
    digest BLOB NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_posting_subject ON ledger_posting (org_id, subject_id, id);

CREATE TABLE ledger_transfer (
    org_id INTEGER NOT NULL,
    posting_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    request INTEGER NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('move', 'hold', 'post', 'void')),
    debit_id INTEGER NOT NULL,
    credit_id INTEGER NOT NULL,
    asset TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    hold_id INTEGER NOT NULL,
    short INTEGER NOT NULL CHECK (short IN (0, 1)),
    PRIMARY KEY (org_id, posting_id, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger_hold (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    part INTEGER NOT NULL,
    debit_id INTEGER NOT NULL,
    credit_id INTEGER NOT NULL,
    asset TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    posted INTEGER NOT NULL CHECK (posted >= 0 AND posted <= amount),
    state TEXT NOT NULL CHECK (state IN ('held', 'posted', 'voided', 'expired')),
    deadline INTEGER NOT NULL,
    PRIMARY KEY (org_id, id, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_hold_open ON ledger_hold (org_id, deadline, id) WHERE state = 'held';

CREATE TABLE ledger_claim (
    org_id INTEGER NOT NULL,
    scope TEXT NOT NULL,
    value TEXT NOT NULL,
    posting_id INTEGER NOT NULL,
    PRIMARY KEY (org_id, scope, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger_group (
    org_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    postings BLOB NOT NULL,
    PRIMARY KEY (org_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger_block (
    org_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    last_group INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    postings INTEGER NOT NULL,
    transfers INTEGER NOT NULL,
    sealed INTEGER NOT NULL CHECK (sealed IN (0, 1)),
    hash BLOB NOT NULL,
    PRIMARY KEY (org_id, number)
) STRICT;

CREATE INDEX ledger_block_at ON ledger_block (org_id, at, number);
CREATE INDEX ledger_block_group ON ledger_block (org_id, last_group, number);

CREATE TABLE ledger_statement (
    org_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    block INTEGER NOT NULL,
    debits INTEGER NOT NULL,
    credits INTEGER NOT NULL,
    entries BLOB NOT NULL,
    PRIMARY KEY (org_id, account_id, block)
) STRICT, WITHOUT ROWID;
