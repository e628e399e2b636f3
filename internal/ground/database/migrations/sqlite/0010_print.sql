-- +goose Up
CREATE TABLE printer (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    store_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    width INTEGER NOT NULL CHECK (width IN (384, 576)),
    drawer INTEGER NOT NULL CHECK (drawer IN (0, 1)),
    backup_id INTEGER NOT NULL,
    removed_at INTEGER NOT NULL,
    status TEXT NOT NULL,
    status_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (org_id, id)
) STRICT;
CREATE INDEX printer_store ON printer (org_id, store_id, id);

CREATE TABLE print_job (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    key TEXT NOT NULL,
    store_id INTEGER NOT NULL,
    printer_id INTEGER NOT NULL,
    via_id INTEGER NOT NULL,
    what TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    title TEXT NOT NULL,
    layout TEXT NOT NULL,
    drawer INTEGER NOT NULL CHECK (drawer IN (0, 1)),
    state TEXT NOT NULL CHECK (state IN ('queued', 'leased', 'sent', 'confirmed', 'unknown', 'waiting', 'failed', 'discarded')),
    reason TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    deadline INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, key)
) STRICT;
CREATE INDEX print_job_store ON print_job (org_id, store_id, id);
CREATE INDEX print_job_due ON print_job (due_at, org_id, id) WHERE state IN ('queued', 'leased', 'sent');
CREATE UNIQUE INDEX print_job_via ON print_job (org_id, via_id) WHERE state IN ('leased', 'sent');
