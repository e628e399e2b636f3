-- +goose Up
-- What a printer prints by itself after a sale, and of which till: 0 for all tills of its store.
ALTER TABLE printer ADD COLUMN device_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE printer ADD COLUMN guest TEXT NOT NULL DEFAULT 'request' CHECK (guest IN ('always', 'request', 'never'));
ALTER TABLE printer ADD COLUMN shop INTEGER NOT NULL DEFAULT 0 CHECK (shop IN (0, 1));
ALTER TABLE printer ADD COLUMN kitchen INTEGER NOT NULL DEFAULT 0 CHECK (kitchen IN (0, 1));
CREATE INDEX print_job_subject ON print_job (org_id, subject_id);

-- The till whose order a guest's display shows; 0 for every other device.
ALTER TABLE device ADD COLUMN till_id INTEGER NOT NULL DEFAULT 0;

-- What a till shows its guest, and the number that the guest has typed. It is worth nothing tomorrow and in no journal:
-- version counts the changes.
CREATE TABLE display (
    org_id INTEGER NOT NULL,
    till_id INTEGER NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    body TEXT NOT NULL,
    phone TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, till_id)
) STRICT;
