-- +goose Up
-- What was found the last time the books were looked after, one row for each organisation and thing looked at.
CREATE TABLE ledger_health (
    org_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    looked_at INTEGER NOT NULL,
    wrong_since INTEGER NOT NULL,
    count INTEGER NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (org_id, kind)
) STRICT, WITHOUT ROWID;
