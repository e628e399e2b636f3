-- +goose Up
-- Rows of a sale or a refund are written together by one posting and never change, but for orders.status and
-- orders.refunded, which move with orders.version. verify compares them with the ledger; there are no foreign keys between
-- them, so that a group of sales can be written in any order.

-- A register is a till as the receipts know it: its version is the sequence number of its next receipt.
CREATE TABLE register (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    store_id INTEGER NOT NULL,
    slot INTEGER NOT NULL CHECK (slot >= 0),
    business_date TEXT NOT NULL,
    calls INTEGER NOT NULL CHECK (calls >= 0),
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, store_id, slot)
) STRICT;

CREATE TABLE orders (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    status TEXT NOT NULL,
    store_id INTEGER NOT NULL,
    merchant_id INTEGER NOT NULL,
    device_id INTEGER NOT NULL,
    staff_id INTEGER NOT NULL,
    posting_id INTEGER NOT NULL,
    business_date TEXT NOT NULL,
    currency TEXT NOT NULL,
    tax_mode TEXT NOT NULL,
    taxation TEXT NOT NULL,
    gross INTEGER NOT NULL CHECK (gross >= 0),
    discount INTEGER NOT NULL CHECK (discount >= 0),
    net INTEGER NOT NULL CHECK (net >= 0),
    supply INTEGER NOT NULL CHECK (supply >= 0),
    tax_included INTEGER NOT NULL CHECK (tax_included >= 0),
    exempt INTEGER NOT NULL CHECK (exempt >= 0),
    zero_rated INTEGER NOT NULL CHECK (zero_rated >= 0),
    tax INTEGER NOT NULL CHECK (tax >= 0),
    total INTEGER NOT NULL CHECK (total >= 0),
    refunded INTEGER NOT NULL CHECK (refunded >= 0 AND refunded <= total),
    change INTEGER NOT NULL CHECK (change >= 0),
    call_number INTEGER NOT NULL,
    number TEXT NOT NULL,
    sold_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, id)
) STRICT;
CREATE INDEX orders_time ON orders (org_id, sold_at, id);
CREATE INDEX orders_day ON orders (org_id, store_id, business_date);

CREATE TABLE order_line (
    org_id INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    id INTEGER NOT NULL,
    product_id INTEGER NOT NULL,
    variant_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    variant TEXT NOT NULL,
    sku TEXT NOT NULL,
    tracked INTEGER NOT NULL CHECK (tracked IN (0, 1)),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    list_price INTEGER NOT NULL,
    unit_price INTEGER NOT NULL,
    tax_class TEXT NOT NULL,
    taxed_as TEXT NOT NULL,
    gross INTEGER NOT NULL CHECK (gross >= 0),
    discount INTEGER NOT NULL CHECK (discount >= 0),
    net INTEGER NOT NULL CHECK (net >= 0),
    supply INTEGER NOT NULL CHECK (supply >= 0),
    tax_included INTEGER NOT NULL CHECK (tax_included >= 0),
    exempt INTEGER NOT NULL CHECK (exempt >= 0),
    zero_rated INTEGER NOT NULL CHECK (zero_rated >= 0),
    tax INTEGER NOT NULL CHECK (tax >= 0),
    total INTEGER NOT NULL CHECK (total >= 0),
    added_by INTEGER NOT NULL,
    added_on INTEGER NOT NULL,
    added_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, order_id, position)
) STRICT;

CREATE TABLE order_line_option (
    org_id INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    position INTEGER NOT NULL,
    option_id INTEGER NOT NULL,
    group_name TEXT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    price_delta INTEGER NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (org_id, order_id, line, position)
) STRICT;

CREATE TABLE order_line_discount (
    org_id INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    percent_ppm INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (org_id, order_id, line, position)
) STRICT;

CREATE TABLE order_line_tax (
    org_id INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    position INTEGER NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    rate_ppm INTEGER NOT NULL,
    base INTEGER NOT NULL,
    amount INTEGER NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (org_id, order_id, line, position)
) STRICT;

CREATE TABLE tender (
    org_id INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    applied INTEGER NOT NULL CHECK (applied >= 0),
    change INTEGER NOT NULL CHECK (change >= 0),
    PRIMARY KEY (org_id, order_id, position)
) STRICT;

CREATE TABLE refund (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    store_id INTEGER NOT NULL,
    device_id INTEGER NOT NULL,
    staff_id INTEGER NOT NULL,
    posting_id INTEGER NOT NULL,
    business_date TEXT NOT NULL,
    restock INTEGER NOT NULL CHECK (restock IN (0, 1)),
    reason TEXT NOT NULL,
    gross INTEGER NOT NULL CHECK (gross >= 0),
    discount INTEGER NOT NULL CHECK (discount >= 0),
    net INTEGER NOT NULL CHECK (net >= 0),
    supply INTEGER NOT NULL CHECK (supply >= 0),
    tax_included INTEGER NOT NULL CHECK (tax_included >= 0),
    exempt INTEGER NOT NULL CHECK (exempt >= 0),
    zero_rated INTEGER NOT NULL CHECK (zero_rated >= 0),
    tax INTEGER NOT NULL CHECK (tax >= 0),
    total INTEGER NOT NULL CHECK (total >= 0),
    number TEXT NOT NULL,
    refunded_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, id)
) STRICT;
CREATE INDEX refund_order ON refund (org_id, order_id, id);
CREATE INDEX refund_day ON refund (org_id, store_id, business_date);

CREATE TABLE refund_line (
    org_id INTEGER NOT NULL,
    refund_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    line INTEGER NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    gross INTEGER NOT NULL CHECK (gross >= 0),
    discount INTEGER NOT NULL CHECK (discount >= 0),
    net INTEGER NOT NULL CHECK (net >= 0),
    supply INTEGER NOT NULL CHECK (supply >= 0),
    tax_included INTEGER NOT NULL CHECK (tax_included >= 0),
    exempt INTEGER NOT NULL CHECK (exempt >= 0),
    zero_rated INTEGER NOT NULL CHECK (zero_rated >= 0),
    tax INTEGER NOT NULL CHECK (tax >= 0),
    total INTEGER NOT NULL CHECK (total >= 0),
    PRIMARY KEY (org_id, refund_id, position),
    UNIQUE (org_id, refund_id, line)
) STRICT;

CREATE TABLE refund_line_tax (
    org_id INTEGER NOT NULL,
    refund_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    position INTEGER NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    rate_ppm INTEGER NOT NULL,
    base INTEGER NOT NULL,
    amount INTEGER NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (org_id, refund_id, line, position)
) STRICT;

CREATE TABLE refund_tender (
    org_id INTEGER NOT NULL,
    refund_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    tender INTEGER NOT NULL,
    kind TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    PRIMARY KEY (org_id, refund_id, position)
) STRICT;

CREATE TABLE receipt (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    number TEXT NOT NULL,
    register TEXT NOT NULL,
    generation INTEGER NOT NULL CHECK (generation > 0),
    sequence INTEGER NOT NULL CHECK (sequence > 0),
    kind TEXT NOT NULL CHECK (kind IN ('sale', 'refund')),
    order_id INTEGER NOT NULL,
    refund_id INTEGER NOT NULL,
    store_id INTEGER NOT NULL,
    device_id INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, number)
) STRICT;
CREATE INDEX receipt_order ON receipt (org_id, order_id, id);
CREATE INDEX receipt_time ON receipt (org_id, issued_at, id);
