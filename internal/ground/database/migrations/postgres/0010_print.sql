-- +goose Up
CREATE TABLE printer (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    store_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    width BIGINT NOT NULL CHECK (width IN (384, 576)),
    drawer BIGINT NOT NULL CHECK (drawer IN (0, 1)),
    backup_id BIGINT NOT NULL,
    removed_at BIGINT NOT NULL,
    status TEXT NOT NULL,
    status_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX printer_store ON printer (org_id, store_id, id);

CREATE TABLE print_job (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    store_id BIGINT NOT NULL,
    printer_id BIGINT NOT NULL,
    via_id BIGINT NOT NULL,
    what TEXT NOT NULL,
    subject_id BIGINT NOT NULL,
    title TEXT NOT NULL,
    layout TEXT NOT NULL,
    drawer BIGINT NOT NULL CHECK (drawer IN (0, 1)),
    state TEXT NOT NULL CHECK (state IN ('queued', 'leased', 'sent', 'confirmed', 'unknown', 'waiting', 'failed', 'discarded')),
    reason TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    deadline BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, key)
);
CREATE INDEX print_job_store ON print_job (org_id, store_id, id);
CREATE INDEX print_job_due ON print_job (due_at, org_id, id) WHERE state IN ('queued', 'leased', 'sent');
CREATE UNIQUE INDEX print_job_via ON print_job (org_id, via_id) WHERE state IN ('leased', 'sent');
