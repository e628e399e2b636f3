package catalog

import (
	"context"

	"dangol/internal/ground/database"
)

var selectCategoriesOf = database.Register("catalog.select_categories_of", `
	SELECT id, category_id FROM catalog_product WHERE org_id = $1 AND id = ANY_ID($2) AND category_id <> 0`)

// CategoriesOf says in which category products are now; those that are in none, or are gone, are left out.
func CategoriesOf(ctx context.Context, tx *database.Tx, org int64, products []int64) (map[int64]int64, error) {
	found := make(map[int64]int64, len(products))
	return found, tx.Each(ctx, selectCategoriesOf, func(row database.Scanner) error {
		var product, category int64
		err := row.Scan(&product, &category)
		found[product] = category
		return err
	}, org, database.IDs(products))
}
