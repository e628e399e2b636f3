-- +goose Up
-- Refunds are listed by time, as orders are.
CREATE INDEX refund_time ON refund (org_id, refunded_at, id);
