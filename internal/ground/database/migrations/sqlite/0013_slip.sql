-- +goose Up
-- What a card terminal printed (카드 전표), typed in: for a tender of an order, or for what a refund gave back by it.
CREATE TABLE card_slip (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    refund_id INTEGER NOT NULL,
    tender INTEGER NOT NULL,
    posting_id INTEGER NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    approval_number TEXT NOT NULL,
    approved_at INTEGER NOT NULL,
    approved_on TEXT NOT NULL,
    installments INTEGER NOT NULL CHECK (installments >= 0),
    issuer TEXT NOT NULL,
    acquirer TEXT NOT NULL,
    card_number TEXT NOT NULL,
    merchant_number TEXT NOT NULL,
    tid TEXT NOT NULL,
    van TEXT NOT NULL,
    staff_id INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, id)
) STRICT;
CREATE INDEX card_slip_order ON card_slip (org_id, order_id, id);
CREATE INDEX card_slip_number ON card_slip (org_id, tid, approval_number, approved_on);

-- A cash receipt (현금영수증) that was asked for, or its cancellation by a refund (refund_id is 0 for the first).
CREATE TABLE cash_receipt (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    refund_id INTEGER NOT NULL,
    posting_id INTEGER NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('deduction', 'expense', 'self')),
    number TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    tax INTEGER NOT NULL CHECK (tax >= 0 AND tax <= amount),
    staff_id INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, order_id, refund_id)
) STRICT;

-- Whether a merchant's line of business must issue cash receipts unasked (의무발행업종).
ALTER TABLE merchant_identity ADD COLUMN cash_receipt_duty INTEGER NOT NULL DEFAULT 0 CHECK (cash_receipt_duty IN (0, 1));
