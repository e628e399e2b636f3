package catalog

import (
	"context"

	"dangol/internal/ground/database"
	"dangol/internal/ground/id"
)

// one reads a product that must be there.
func one(ctx context.Context, tx *database.Tx, org, product int64) (*Product, error) {
	found, err := Products(ctx, tx, org, product)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, id.Unknown.New()
	}
	return &found[0], nil
}
