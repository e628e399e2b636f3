-- +goose Up
-- The owner's page asks of many stores at once which shifts are open or were closed lately, and which print jobs wait.
CREATE INDEX shift_closed ON shift (org_id, store_id, closed_at);
CREATE INDEX print_job_open ON print_job (org_id, store_id, state)
    WHERE state IN ('queued', 'unknown', 'waiting', 'failed');
