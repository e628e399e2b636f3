-- +goose Up
CREATE TABLE catalog_revision (
    org_id BIGINT NOT NULL PRIMARY KEY,
    revision BIGINT NOT NULL
);

CREATE TABLE catalog_category (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    name_en TEXT NOT NULL,
    sort BIGINT NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, name)
);

CREATE TABLE catalog_option_group (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    name_en TEXT NOT NULL,
    minimum BIGINT NOT NULL CHECK (minimum >= 0),
    maximum BIGINT NOT NULL CHECK (maximum >= 1 AND maximum >= minimum),
    sort BIGINT NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, name)
);

CREATE TABLE catalog_option (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    group_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    price_delta BIGINT NOT NULL,
    preset BIGINT NOT NULL CHECK (preset IN (0, 1)),
    sold_out BIGINT NOT NULL CHECK (sold_out IN (0, 1)),
    archived BIGINT NOT NULL CHECK (archived IN (0, 1)),
    sort BIGINT NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, group_id) REFERENCES catalog_option_group (org_id, id)
);
CREATE INDEX catalog_option_of_group ON catalog_option (org_id, group_id, sort);

CREATE TABLE catalog_product (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    handle TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    name_en TEXT NOT NULL,
    description TEXT NOT NULL,
    category_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('goods', 'food', 'service')),
    archived BIGINT NOT NULL CHECK (archived IN (0, 1)),
    option1 TEXT NOT NULL,
    option2 TEXT NOT NULL,
    option3 TEXT NOT NULL,
    search TEXT NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, handle)
);
CREATE INDEX catalog_product_by_name ON catalog_product (org_id, name, id);

CREATE TABLE catalog_product_group (
    org_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    group_id BIGINT NOT NULL,
    sort BIGINT NOT NULL,
    PRIMARY KEY (org_id, product_id, group_id),
    FOREIGN KEY (org_id, product_id) REFERENCES catalog_product (org_id, id),
    FOREIGN KEY (org_id, group_id) REFERENCES catalog_option_group (org_id, id)
);

CREATE TABLE catalog_variant (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    value1 TEXT NOT NULL,
    value2 TEXT NOT NULL,
    value3 TEXT NOT NULL,
    sku TEXT COLLATE "C" NOT NULL,
    tracked BIGINT NOT NULL CHECK (tracked IN (0, 1)),
    tax_class TEXT NOT NULL CHECK (tax_class IN ('standard', 'exempt', 'zero')),
    archived BIGINT NOT NULL CHECK (archived IN (0, 1)),
    sort BIGINT NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, product_id) REFERENCES catalog_product (org_id, id)
);
CREATE UNIQUE INDEX catalog_variant_sku ON catalog_variant (org_id, sku) WHERE sku <> '' AND archived = 0;
CREATE INDEX catalog_variant_of_product ON catalog_variant (org_id, product_id, sort);

CREATE TABLE catalog_barcode (
    org_id BIGINT NOT NULL,
    barcode TEXT COLLATE "C" NOT NULL,
    variant_id BIGINT NOT NULL,
    PRIMARY KEY (org_id, barcode),
    FOREIGN KEY (org_id, variant_id) REFERENCES catalog_variant (org_id, id)
);
CREATE INDEX catalog_barcode_of_variant ON catalog_barcode (org_id, variant_id);

CREATE TABLE catalog_price (
    org_id BIGINT NOT NULL,
    variant_id BIGINT NOT NULL,
    store_id BIGINT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (org_id, variant_id, store_id),
    FOREIGN KEY (org_id, variant_id) REFERENCES catalog_variant (org_id, id)
);
CREATE INDEX catalog_price_of_store ON catalog_price (org_id, store_id, variant_id);

CREATE TABLE catalog_import (
    org_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('checked', 'refused', 'applying', 'applied', 'undoing', 'undone')),
    format TEXT NOT NULL,
    file_name TEXT NOT NULL,
    digest BYTEA NOT NULL,
    stores TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    creates BIGINT NOT NULL,
    updates BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    problems TEXT NOT NULL,
    pieces BIGINT NOT NULL,
    applied BIGINT NOT NULL CHECK (applied >= 0 AND applied <= pieces),
    stocked BIGINT NOT NULL CHECK (stocked >= 0 AND stocked <= applied),
    undone BIGINT NOT NULL CHECK (undone >= 0 AND undone <= pieces),
    created_at BIGINT NOT NULL,
    created_by BIGINT NOT NULL,
    finished_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);

CREATE TABLE catalog_import_piece (
    org_id BIGINT NOT NULL,
    import_id BIGINT NOT NULL,
    piece BIGINT NOT NULL,
    drafts TEXT NOT NULL,
    effects TEXT NOT NULL,
    PRIMARY KEY (org_id, import_id, piece),
    FOREIGN KEY (org_id, import_id) REFERENCES catalog_import (org_id, id)
);
