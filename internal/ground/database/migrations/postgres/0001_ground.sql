-- +goose Up
CREATE TABLE id_block (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    next_block BIGINT NOT NULL
);
INSERT INTO id_block (id, next_block) VALUES (1, 0);

CREATE TABLE journal_head (
    org_id BIGINT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    marks BIGINT NOT NULL
);

CREATE TABLE journal_event (
    org_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    store_id BIGINT NOT NULL,
    subject_id BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (org_id, seq)
);
CREATE INDEX journal_event_subject ON journal_event (org_id, subject_id, seq);

CREATE TABLE ledger_account (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    asset TEXT NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('D', 'C')),
    limited BIGINT NOT NULL CHECK (limited IN (0, 1)),
    lots BIGINT NOT NULL CHECK (lots IN (0, 1)),
    parent_id BIGINT NOT NULL,
    expires_on TEXT COLLATE "C" NOT NULL,
    funder_id BIGINT NOT NULL,
    giver_id BIGINT NOT NULL,
    fingerprint BIGINT NOT NULL,
    debits BIGINT NOT NULL CHECK (debits >= 0 AND debits <= 4611686018427387904),
    credits BIGINT NOT NULL CHECK (credits >= 0 AND credits <= 4611686018427387904),
    held BIGINT NOT NULL CHECK (held >= 0 AND held <= 4611686018427387904),
    available BIGINT NOT NULL,
    low BIGINT NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, code),
    CHECK (limited = 0 OR low >= 0)
) WITH (fillfactor = 50);
CREATE INDEX ledger_account_lots ON ledger_account (org_id, parent_id, expires_on, id) WHERE parent_id > 0;

CREATE TABLE ledger_posting (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    request_hash BYTEA NOT NULL,
    at BIGINT NOT NULL,
    store_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    subject_id BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,
    transfers BIGINT NOT NULL,
    rejection TEXT NOT NULL,
    digest BYTEA NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, key)
);
CREATE INDEX ledger_posting_subject ON ledger_posting (org_id, subject_id, id);

CREATE TABLE ledger_transfer (
    org_id BIGINT NOT NULL,
    posting_id BIGINT NOT NULL,
    line BIGINT NOT NULL,
    request BIGINT NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('move', 'hold', 'post', 'void')),
    debit_id BIGINT NOT NULL,
    credit_id BIGINT NOT NULL,
    asset TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    hold_id BIGINT NOT NULL,
    short BIGINT NOT NULL CHECK (short IN (0, 1)),
    PRIMARY KEY (org_id, posting_id, line)
);

CREATE TABLE ledger_hold (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    part BIGINT NOT NULL,
    debit_id BIGINT NOT NULL,
    credit_id BIGINT NOT NULL,
    asset TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    posted BIGINT NOT NULL CHECK (posted >= 0 AND posted <= amount),
    state TEXT NOT NULL CHECK (state IN ('held', 'posted', 'voided', 'expired')),
    deadline BIGINT NOT NULL,
    PRIMARY KEY (org_id, id, part)
);
CREATE INDEX ledger_hold_open ON ledger_hold (org_id, deadline, id) WHERE state = 'held';

CREATE TABLE ledger_claim (
    org_id BIGINT NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    posting_id BIGINT NOT NULL,
    PRIMARY KEY (org_id, scope, value)
);

CREATE TABLE ledger_group (
    org_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    postings BYTEA NOT NULL,
    PRIMARY KEY (org_id, number)
);

CREATE TABLE ledger_block (
    org_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    last_group BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    postings BIGINT NOT NULL,
    transfers BIGINT NOT NULL,
    sealed BIGINT NOT NULL CHECK (sealed IN (0, 1)),
    hash BYTEA NOT NULL,
    PRIMARY KEY (org_id, number)
);

CREATE INDEX ledger_block_at ON ledger_block (org_id, at, number);
CREATE INDEX ledger_block_group ON ledger_block (org_id, last_group, number);

CREATE TABLE ledger_statement (
    org_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    block BIGINT NOT NULL,
    debits BIGINT NOT NULL,
    credits BIGINT NOT NULL,
    entries BYTEA NOT NULL,
    PRIMARY KEY (org_id, account_id, block)
);
