-- +goose Up
CREATE TABLE catalog_picture (
    org_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,
    PRIMARY KEY (org_id, product_id),
    UNIQUE (org_id, id)
);

CREATE TABLE catalog_picture_size (
    org_id BIGINT NOT NULL,
    picture_id BIGINT NOT NULL,
    width BIGINT NOT NULL CHECK (width > 0),
    height BIGINT NOT NULL CHECK (height > 0),
    content BYTEA NOT NULL,
    PRIMARY KEY (org_id, picture_id, width),
    FOREIGN KEY (org_id, picture_id) REFERENCES catalog_picture (org_id, id)
);
