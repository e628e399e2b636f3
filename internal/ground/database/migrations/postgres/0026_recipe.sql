-- +goose Up
-- What one unit of a variant or an option takes from stock when it is sold (레시피): units of counted variants.
CREATE TABLE catalog_recipe (
    org_id BIGINT NOT NULL,
    item_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('variant', 'option')),
    variant_id BIGINT NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    sort BIGINT NOT NULL,
    PRIMARY KEY (org_id, item_id, variant_id),
    FOREIGN KEY (org_id, variant_id) REFERENCES catalog_variant (org_id, id)
);
CREATE INDEX catalog_recipe_of_variant ON catalog_recipe (org_id, variant_id);

-- What one unit of an order's line took from stock beside itself, as the recipes said when it was sold.
CREATE TABLE order_line_part (
    org_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    line BIGINT NOT NULL,
    position BIGINT NOT NULL,
    variant_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (org_id, order_id, line, position)
);
