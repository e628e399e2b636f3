-- +goose Up
-- Of what a hold was made as, and until when it holds.
ALTER TABLE ledger_hold ADD COLUMN fingerprint INTEGER NOT NULL DEFAULT 0;
