-- +goose Up
-- Rows of a sale or a refund are written together by one posting and never change, but for orders.status and
-- orders.refunded, which move with orders.version. verify compares them with the ledger; there are no foreign keys between
-- them, so that a group of sales can be written in any order.

-- A register is a till as the receipts know it: its version is the sequence number of its next receipt.
CREATE TABLE register (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL CHECK (version > 0),
    store_id BIGINT NOT NULL,
    slot BIGINT NOT NULL CHECK (slot >= 0),
    business_date TEXT COLLATE "C" NOT NULL,
    calls BIGINT NOT NULL CHECK (calls >= 0),
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, store_id, slot)
);

CREATE TABLE orders (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    store_id BIGINT NOT NULL,
    merchant_id BIGINT NOT NULL,
    device_id BIGINT NOT NULL,
    staff_id BIGINT NOT NULL,
    posting_id BIGINT NOT NULL,
    business_date TEXT COLLATE "C" NOT NULL,
    currency TEXT NOT NULL,
    tax_mode TEXT NOT NULL,
    taxation TEXT NOT NULL,
    gross BIGINT NOT NULL CHECK (gross >= 0),
    discount BIGINT NOT NULL CHECK (discount >= 0),
    net BIGINT NOT NULL CHECK (net >= 0),
    supply BIGINT NOT NULL CHECK (supply >= 0),
    tax_included BIGINT NOT NULL CHECK (tax_included >= 0),
    exempt BIGINT NOT NULL CHECK (exempt >= 0),
    zero_rated BIGINT NOT NULL CHECK (zero_rated >= 0),
    tax BIGINT NOT NULL CHECK (tax >= 0),
    total BIGINT NOT NULL CHECK (total >= 0),
    refunded BIGINT NOT NULL CHECK (refunded >= 0 AND refunded <= total),
    change BIGINT NOT NULL CHECK (change >= 0),
    call_number BIGINT NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    sold_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX orders_time ON orders (org_id, sold_at, id);
CREATE INDEX orders_day ON orders (org_id, store_id, business_date);

CREATE TABLE order_line (
    org_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    variant_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    variant TEXT NOT NULL,
    sku TEXT NOT NULL,
    tracked BIGINT NOT NULL CHECK (tracked IN (0, 1)),
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    list_price BIGINT NOT NULL,
    unit_price BIGINT NOT NULL,
    tax_class TEXT NOT NULL,
    taxed_as TEXT NOT NULL,
    gross BIGINT NOT NULL CHECK (gross >= 0),
    discount BIGINT NOT NULL CHECK (discount >= 0),
    net BIGINT NOT NULL CHECK (net >= 0),
    supply BIGINT NOT NULL CHECK (supply >= 0),
    tax_included BIGINT NOT NULL CHECK (tax_included >= 0),
    exempt BIGINT NOT NULL CHECK (exempt >= 0),
    zero_rated BIGINT NOT NULL CHECK (zero_rated >= 0),
    tax BIGINT NOT NULL CHECK (tax >= 0),
    total BIGINT NOT NULL CHECK (total >= 0),
    added_by BIGINT NOT NULL,
    added_on BIGINT NOT NULL,
    added_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, order_id, position)
);

CREATE TABLE order_line_option (
    org_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    line BIGINT NOT NULL,
    position BIGINT NOT NULL,
    option_id BIGINT NOT NULL,
    group_name TEXT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    price_delta BIGINT NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (org_id, order_id, line, position)
);

CREATE TABLE order_line_discount (
    org_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    line BIGINT NOT NULL,
    position BIGINT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    percent_ppm BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (org_id, order_id, line, position)
);

CREATE TABLE order_line_tax (
    org_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    line BIGINT NOT NULL,
    position BIGINT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    rate_ppm BIGINT NOT NULL,
    base BIGINT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (org_id, order_id, line, position)
);

CREATE TABLE tender (
    org_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    kind TEXT NOT NULL,
    applied BIGINT NOT NULL CHECK (applied >= 0),
    change BIGINT NOT NULL CHECK (change >= 0),
    PRIMARY KEY (org_id, order_id, position)
);

CREATE TABLE refund (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    store_id BIGINT NOT NULL,
    device_id BIGINT NOT NULL,
    staff_id BIGINT NOT NULL,
    posting_id BIGINT NOT NULL,
    business_date TEXT COLLATE "C" NOT NULL,
    restock BIGINT NOT NULL CHECK (restock IN (0, 1)),
    reason TEXT NOT NULL,
    gross BIGINT NOT NULL CHECK (gross >= 0),
    discount BIGINT NOT NULL CHECK (discount >= 0),
    net BIGINT NOT NULL CHECK (net >= 0),
    supply BIGINT NOT NULL CHECK (supply >= 0),
    tax_included BIGINT NOT NULL CHECK (tax_included >= 0),
    exempt BIGINT NOT NULL CHECK (exempt >= 0),
    zero_rated BIGINT NOT NULL CHECK (zero_rated >= 0),
    tax BIGINT NOT NULL CHECK (tax >= 0),
    total BIGINT NOT NULL CHECK (total >= 0),
    number TEXT COLLATE "C" NOT NULL,
    refunded_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX refund_order ON refund (org_id, order_id, id);
CREATE INDEX refund_day ON refund (org_id, store_id, business_date);

CREATE TABLE refund_line (
    org_id BIGINT NOT NULL,
    refund_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    line BIGINT NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    gross BIGINT NOT NULL CHECK (gross >= 0),
    discount BIGINT NOT NULL CHECK (discount >= 0),
    net BIGINT NOT NULL CHECK (net >= 0),
    supply BIGINT NOT NULL CHECK (supply >= 0),
    tax_included BIGINT NOT NULL CHECK (tax_included >= 0),
    exempt BIGINT NOT NULL CHECK (exempt >= 0),
    zero_rated BIGINT NOT NULL CHECK (zero_rated >= 0),
    tax BIGINT NOT NULL CHECK (tax >= 0),
    total BIGINT NOT NULL CHECK (total >= 0),
    PRIMARY KEY (org_id, refund_id, position),
    UNIQUE (org_id, refund_id, line)
);

CREATE TABLE refund_line_tax (
    org_id BIGINT NOT NULL,
    refund_id BIGINT NOT NULL,
    line BIGINT NOT NULL,
    position BIGINT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    rate_ppm BIGINT NOT NULL,
    base BIGINT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (org_id, refund_id, line, position)
);

CREATE TABLE refund_tender (
    org_id BIGINT NOT NULL,
    refund_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    tender BIGINT NOT NULL,
    kind TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    PRIMARY KEY (org_id, refund_id, position)
);

CREATE TABLE receipt (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    register TEXT COLLATE "C" NOT NULL,
    generation BIGINT NOT NULL CHECK (generation > 0),
    sequence BIGINT NOT NULL CHECK (sequence > 0),
    kind TEXT NOT NULL CHECK (kind IN ('sale', 'refund')),
    order_id BIGINT NOT NULL,
    refund_id BIGINT NOT NULL,
    store_id BIGINT NOT NULL,
    device_id BIGINT NOT NULL,
    issued_at BIGINT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, number)
);
CREATE INDEX receipt_order ON receipt (org_id, order_id, id);
CREATE INDEX receipt_time ON receipt (org_id, issued_at, id);
