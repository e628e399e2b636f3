-- +goose Up
-- An exchange (교환) is a refund and an order in one posting, under one receipt: each names the other. Zero is none.
ALTER TABLE orders ADD COLUMN exchange_of BIGINT NOT NULL DEFAULT 0;
ALTER TABLE refund ADD COLUMN exchange_id BIGINT NOT NULL DEFAULT 0;

-- How much of what a refund gives back pays its exchange; and which of the refund's tenders the exchange's took over.
ALTER TABLE refund_tender ADD COLUMN carried BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tender ADD COLUMN carried_from BIGINT NOT NULL DEFAULT 0;
