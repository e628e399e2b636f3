-- +goose Up
-- Who proves a posting reads its claims, and who proves a hold its transfers.
CREATE INDEX ledger_claim_posting ON ledger_claim (org_id, posting_id, scope, value);
CREATE INDEX ledger_transfer_hold ON ledger_transfer (org_id, hold_id) WHERE hold_id > 0;
