package order

import (
	"context"
	"fmt"

	"dangol/internal/ground/database"
)

var selectSold = database.Register("order.select_sold_variants", `
	SELECT DISTINCT variant_id FROM order_line WHERE org_id = $1 AND variant_id = ANY_ID($2)`)

// Used says which of the variants were ever sold: they must keep their meaning. It reads all lines, so it is for rare
// occasions.
func Used(ctx context.Context, tx *database.Tx, org int64, variants []int64) (map[int64]bool, error) {
	used := map[int64]bool{}
	err := tx.Each(ctx, selectSold, func(row database.Scanner) error {
		var variant int64
		err := row.Scan(&variant)
		used[variant] = true
		return err
	}, org, database.IDs(variants))
	if err != nil {
		return nil, fmt.Errorf("look for sold variants: %w", err)
	}
	return used, nil
}

var selectOrdersOfRefunds = database.Register("order.select_orders_of_refunds", `
	SELECT id, order_id FROM refund WHERE org_id = $1 AND id = ANY_ID($2)`)

// OrdersOfRefunds gives the order of each refund. Unknown refunds are passed over.
func OrdersOfRefunds(ctx context.Context, tx *database.Tx, org int64, refunds []int64) (map[int64]int64, error) {
	found := map[int64]int64{}
	return found, tx.Each(ctx, selectOrdersOfRefunds, func(row database.Scanner) error {
		var refund, order int64
		err := row.Scan(&refund, &order)
		found[refund] = order
		return err
	}, org, database.IDs(refunds))
}
