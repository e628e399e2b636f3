-- +goose Up
-- What was found the last time the books were looked after, one row for each organisation and thing looked at.
CREATE TABLE ledger_health (
    org_id BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    looked_at BIGINT NOT NULL,
    wrong_since BIGINT NOT NULL,
    count BIGINT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (org_id, kind)
);
