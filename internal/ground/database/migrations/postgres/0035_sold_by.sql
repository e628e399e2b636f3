-- +goose Up
-- What a product's price is the price of (sold_by): one unit ('unit'), nothing, since the cashier enters the amount
-- ('open_price', 시가) between these bounds, where a highest of 0 is none, or a kilogram of what is weighed ('weight').
ALTER TABLE catalog_product ADD COLUMN least_price BIGINT NOT NULL DEFAULT 0;
ALTER TABLE catalog_product ADD COLUMN most_price BIGINT NOT NULL DEFAULT 0;

-- What a piece weighs that was sold by weight; its list price is a kilogram's. 0 for any other line.
ALTER TABLE order_line ADD COLUMN grams BIGINT NOT NULL DEFAULT 0;
