-- +goose Up
-- What a card terminal printed (카드 전표), typed in: for a tender of an order, or for what a refund gave back by it.
CREATE TABLE card_slip (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    refund_id BIGINT NOT NULL,
    tender BIGINT NOT NULL,
    posting_id BIGINT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    approval_number TEXT COLLATE "C" NOT NULL,
    approved_at BIGINT NOT NULL,
    approved_on TEXT COLLATE "C" NOT NULL,
    installments BIGINT NOT NULL CHECK (installments >= 0),
    issuer TEXT NOT NULL,
    acquirer TEXT NOT NULL,
    card_number TEXT NOT NULL,
    merchant_number TEXT NOT NULL,
    tid TEXT COLLATE "C" NOT NULL,
    van TEXT NOT NULL,
    staff_id BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX card_slip_order ON card_slip (org_id, order_id, id);
CREATE INDEX card_slip_number ON card_slip (org_id, tid, approval_number, approved_on);

-- A cash receipt (현금영수증) that was asked for, or its cancellation by a refund (refund_id is 0 for the first).
CREATE TABLE cash_receipt (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    refund_id BIGINT NOT NULL,
    posting_id BIGINT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('deduction', 'expense', 'self')),
    number TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    tax BIGINT NOT NULL CHECK (tax >= 0 AND tax <= amount),
    staff_id BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, order_id, refund_id)
);

-- Whether a merchant's line of business must issue cash receipts unasked (의무발행업종).
ALTER TABLE merchant_identity ADD COLUMN cash_receipt_duty BIGINT NOT NULL DEFAULT 0 CHECK (cash_receipt_duty IN (0, 1));
