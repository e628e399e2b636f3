-- +goose Up
CREATE TABLE catalog_revision (
    org_id INTEGER NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL
) STRICT;

CREATE TABLE catalog_category (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    sort INTEGER NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, name)
) STRICT;

CREATE TABLE catalog_option_group (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    minimum INTEGER NOT NULL CHECK (minimum >= 0),
    maximum INTEGER NOT NULL CHECK (maximum >= 1 AND maximum >= minimum),
    sort INTEGER NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, name)
) STRICT;

CREATE TABLE catalog_option (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    group_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    price_delta INTEGER NOT NULL,
    preset INTEGER NOT NULL CHECK (preset IN (0, 1)),
    sold_out INTEGER NOT NULL CHECK (sold_out IN (0, 1)),
    archived INTEGER NOT NULL CHECK (archived IN (0, 1)),
    sort INTEGER NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, group_id) REFERENCES catalog_option_group (org_id, id)
) STRICT;
CREATE INDEX catalog_option_of_group ON catalog_option (org_id, group_id, sort);

CREATE TABLE catalog_product (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    handle TEXT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    description TEXT NOT NULL,
    category_id INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('goods', 'food', 'service')),
    archived INTEGER NOT NULL CHECK (archived IN (0, 1)),
    option1 TEXT NOT NULL,
    option2 TEXT NOT NULL,
    option3 TEXT NOT NULL,
    search TEXT NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, handle)
) STRICT;
CREATE INDEX catalog_product_by_name ON catalog_product (org_id, name, id);

CREATE TABLE catalog_product_group (
    org_id INTEGER NOT NULL,
    product_id INTEGER NOT NULL,
    group_id INTEGER NOT NULL,
    sort INTEGER NOT NULL,
    PRIMARY KEY (org_id, product_id, group_id),
    FOREIGN KEY (org_id, product_id) REFERENCES catalog_product (org_id, id),
    FOREIGN KEY (org_id, group_id) REFERENCES catalog_option_group (org_id, id)
) STRICT;

CREATE TABLE catalog_variant (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    product_id INTEGER NOT NULL,
    value1 TEXT NOT NULL,
    value2 TEXT NOT NULL,
    value3 TEXT NOT NULL,
    sku TEXT NOT NULL,
    tracked INTEGER NOT NULL CHECK (tracked IN (0, 1)),
    tax_class TEXT NOT NULL CHECK (tax_class IN ('standard', 'exempt', 'zero')),
    archived INTEGER NOT NULL CHECK (archived IN (0, 1)),
    sort INTEGER NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, product_id) REFERENCES catalog_product (org_id, id)
) STRICT;
CREATE UNIQUE INDEX catalog_variant_sku ON catalog_variant (org_id, sku) WHERE sku <> '' AND archived = 0;
CREATE INDEX catalog_variant_of_product ON catalog_variant (org_id, product_id, sort);

CREATE TABLE catalog_barcode (
    org_id INTEGER NOT NULL,
    barcode TEXT NOT NULL,
    variant_id INTEGER NOT NULL,
    PRIMARY KEY (org_id, barcode),
    FOREIGN KEY (org_id, variant_id) REFERENCES catalog_variant (org_id, id)
) STRICT;
CREATE INDEX catalog_barcode_of_variant ON catalog_barcode (org_id, variant_id);

CREATE TABLE catalog_price (
    org_id INTEGER NOT NULL,
    variant_id INTEGER NOT NULL,
    store_id INTEGER NOT NULL,
    amount INTEGER NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (org_id, variant_id, store_id),
    FOREIGN KEY (org_id, variant_id) REFERENCES catalog_variant (org_id, id)
) STRICT;
CREATE INDEX catalog_price_of_store ON catalog_price (org_id, store_id, variant_id);

CREATE TABLE catalog_import (
    org_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('checked', 'refused', 'applying', 'applied', 'undoing', 'undone')),
    format TEXT NOT NULL,
    file_name TEXT NOT NULL,
    digest BLOB NOT NULL,
    stores TEXT NOT NULL,
    row_count INTEGER NOT NULL,
    creates INTEGER NOT NULL,
    updates INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    problems TEXT NOT NULL,
    pieces INTEGER NOT NULL,
    applied INTEGER NOT NULL CHECK (applied >= 0 AND applied <= pieces),
    stocked INTEGER NOT NULL CHECK (stocked >= 0 AND stocked <= applied),
    undone INTEGER NOT NULL CHECK (undone >= 0 AND undone <= pieces),
    created_at INTEGER NOT NULL,
    created_by INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    PRIMARY KEY (org_id, id)
) STRICT;

CREATE TABLE catalog_import_piece (
    org_id INTEGER NOT NULL,
    import_id INTEGER NOT NULL,
    piece INTEGER NOT NULL,
    drafts TEXT NOT NULL,
    effects TEXT NOT NULL,
    PRIMARY KEY (org_id, import_id, piece),
    FOREIGN KEY (org_id, import_id) REFERENCES catalog_import (org_id, id)
) STRICT;
