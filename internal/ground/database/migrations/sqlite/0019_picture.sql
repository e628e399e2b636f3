-- +goose Up
CREATE TABLE catalog_picture (
    org_id INTEGER NOT NULL,
    product_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor_id INTEGER NOT NULL,
    PRIMARY KEY (org_id, product_id),
    UNIQUE (org_id, id)
) STRICT;

CREATE TABLE catalog_picture_size (
    org_id INTEGER NOT NULL,
    picture_id INTEGER NOT NULL,
    width INTEGER NOT NULL CHECK (width > 0),
    height INTEGER NOT NULL CHECK (height > 0),
    content BLOB NOT NULL,
    PRIMARY KEY (org_id, picture_id, width),
    FOREIGN KEY (org_id, picture_id) REFERENCES catalog_picture (org_id, id)
) STRICT;
