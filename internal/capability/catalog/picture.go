package catalog

import (
	"context"
	"errors"

	"dangol/internal/ground/database"
	"dangol/internal/ground/id"
	"dangol/internal/ground/journal"
	"dangol/internal/ground/picture"
)

// PictureID is what the ids of pictures begin with. A picture never changes: another one has another id.
const PictureID id.Kind = "pic"

var (
	insertPicture = database.Register("catalog.insert_picture", `
		INSERT INTO catalog_picture (org_id, product_id, id, at, actor_id) VALUES ($1, $2, $3, $4, $5)`)
	insertPictureSize = database.Register("catalog.insert_picture_size", `
		INSERT INTO catalog_picture_size (org_id, picture_id, width, height, content) VALUES ($1, $2, $3, $4, $5)`)
	deletePictureSizes = database.Register("catalog.delete_picture_sizes", `
		DELETE FROM catalog_picture_size WHERE org_id = $1
		AND picture_id IN (SELECT p.id FROM catalog_picture p WHERE p.org_id = $1 AND p.product_id = $2)`)
	deletePicture = database.Register("catalog.delete_picture", `
		DELETE FROM catalog_picture WHERE org_id = $1 AND product_id = $2`)
	selectPictures = database.Register("catalog.select_pictures", `
		SELECT product_id, id FROM catalog_picture WHERE org_id = $1 AND product_id = ANY_ID($2)`)
	// The narrowest that is at least as wide as wanted, else the widest.
	selectPicture = database.Register("catalog.select_picture", `
		SELECT content FROM catalog_picture_size WHERE org_id = $1 AND picture_id = $2
		ORDER BY CASE WHEN width >= $3 THEN width ELSE 1000000 - width END LIMIT 1`)
)

// Pictures reads the ids of the pictures of products. Products without one are absent.
func Pictures(ctx context.Context, tx *database.Tx, org int64, products []int64) (map[int64]int64, error) {
	found := map[int64]int64{}
	return found, tx.Each(ctx, selectPictures, func(row database.Scanner) error {
		var product, picture int64
		err := row.Scan(&product, &picture)
		found[product] = picture
		return err
	}, org, database.IDs(products))
}

// ReadPicture reads a picture as JPEG, as wide as wanted or a little wider where there is such a one. The error is
// id.Unknown when there is none.
func ReadPicture(ctx context.Context, tx *database.Tx, org, wanted, width int64) ([]byte, error) {
	var content []byte
	err := tx.QueryRow(ctx, selectPicture, org, wanted, width).Scan(&content)
	if errors.Is(err, database.ErrNone) {
		return nil, id.Unknown.New()
	}
	return content, err
}

// SetPicture gives a product a picture in place of the one it has; without sizes it has none afterwards. The product's
// version stays: a picture is nothing that two people edit together. The error is id.Unknown for an unknown product.
func (c *Catalog) SetPicture(
	ctx context.Context, tx *database.Tx, org, actor, product int64, sizes []picture.Size,
) (int64, error) {
	if err := begin(ctx, tx, org); err != nil {
		return 0, err
	}
	if _, err := ByID(ctx, tx, org, product); err != nil {
		return 0, err
	}
	for _, statement := range []*database.Statement{deletePictureSizes, deletePicture} {
		if _, err := tx.Exec(ctx, statement, org, product); err != nil {
			return 0, err
		}
	}
	made := int64(0)
	if len(sizes) > 0 {
		made = c.db.NewID()
		if _, err := tx.Exec(ctx, insertPicture, org, product, made, tx.Micros(), actor); err != nil {
			return 0, err
		}
	}
	for _, size := range sizes {
		if _, err := tx.Exec(ctx, insertPictureSize, org, made, size.Width, size.Height, size.JPEG); err != nil {
			return 0, err
		}
	}
	return made, journal.Append(ctx, tx, org, journal.Event{Kind: "product.pictured", Subject: product, Actor: actor})
}
