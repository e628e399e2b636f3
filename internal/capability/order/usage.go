package order

import (
	"context"

	"dangol/internal/ground/database"
)

var selectSoldVariants = database.Register("order.select_sold_variants", `
	SELECT DISTINCT variant_id FROM order_line WHERE org_id = $1 AND variant_id = ANY_ID($2)`)

// Usage says which variants were sold: their orders refer to them for ever.
type Usage struct{}

// Used says which of the variants stand in an order. It looks through all lines, since nobody else asks for them by
// variant and an index would cost every sale: it is for rare questions.
func (Usage) Used(ctx context.Context, tx *database.Tx, org int64, variants []int64) (map[int64]bool, error) {
	sold := map[int64]bool{}
	err := tx.Each(ctx, selectSoldVariants, func(row database.Scanner) error {
		var variant int64
		err := row.Scan(&variant)
		sold[variant] = true
		return err
	}, org, database.IDs(variants))
	return sold, err
}
