package catalog

import (
	"context"
	"errors"

	"dangol/internal/core/pricing"
	"dangol/internal/ground/database"
	"dangol/internal/ground/id"
)

// Menu is what a till of one store sells: only what has a price there, and only the categories and groups that it needs.
type Menu struct {
	Revision   int64
	Categories []Category
	Products   []MenuProduct
	Groups     []Group // without archived options
}

// MenuProduct is one product of a menu.
type MenuProduct struct {
	ID, Category int64
	Name, NameEN string
	Kind         Kind
	Groups       []int64
	Variants     []MenuVariant
}

// MenuVariant is one variant of a menu.
type MenuVariant struct {
	ID       int64
	Name     string
	SKU      string
	Barcodes []string
	Price    int64
	Tracked  bool
	TaxClass pricing.TaxClass
}

var (
	// What is sold stands in a WITH: else, before a fresh table's first ANALYZE, PostgreSQL joins prices and products by the
	// organisation alone and walks through every pair of them.
	menuVariants = database.Register("catalog.menu_variants", `
		WITH sold AS MATERIALIZED (
			SELECT v.product_id, v.id, v.value1, v.value2, v.value3, v.sku, v.tracked, v.tax_class, v.sort, c.amount
			FROM catalog_price c
			JOIN catalog_variant v ON v.org_id = c.org_id AND v.id = c.variant_id
			WHERE c.org_id = $1 AND c.store_id = $2 AND v.archived = 0)
		SELECT p.id, p.category_id, p.name, p.name_en, p.kind, s.id, s.value1, s.value2, s.value3, s.sku, s.tracked,
			s.tax_class, s.amount
		FROM sold s
		JOIN catalog_product p ON p.org_id = $1 AND p.id = s.product_id
		WHERE p.archived = 0
		ORDER BY p.name, p.id, s.sort, s.id`)
	menuBarcodes = database.Register("catalog.menu_barcodes", `
		SELECT b.variant_id, b.barcode FROM catalog_price c
		JOIN catalog_barcode b ON b.org_id = c.org_id AND b.variant_id = c.variant_id
		WHERE c.org_id = $1 AND c.store_id = $2 ORDER BY b.barcode`)
	menuGroups = database.Register("catalog.menu_groups", `
		SELECT product_id, group_id FROM catalog_product_group WHERE org_id = $1 ORDER BY product_id, sort`)
	menuTracked = database.Register("catalog.menu_tracked", `
		SELECT v.id FROM catalog_price c
		JOIN catalog_variant v ON v.org_id = c.org_id AND v.id = c.variant_id
		WHERE c.org_id = $1 AND c.store_id = $2 AND v.archived = 0 AND v.tracked = 1 ORDER BY v.id`)
)

// ReadMenu reads the menu of a store. It takes six queries, however long the menu is.
func ReadMenu(ctx context.Context, tx *database.Tx, org, store int64) (*Menu, error) {
	var menu Menu
	var err error
	if menu.Revision, err = Revision(ctx, tx, org); err != nil {
		return nil, err
	}
	if err := menu.readProducts(ctx, tx, org, store); err != nil {
		return nil, err
	}
	categories, err := Categories(ctx, tx, org)
	if err != nil {
		return nil, err
	}
	groups, err := Groups(ctx, tx, org)
	if err != nil {
		return nil, err
	}
	needed := map[int64]bool{}
	for i := range menu.Products {
		needed[menu.Products[i].Category] = true
		for _, group := range menu.Products[i].Groups {
			needed[group] = true
		}
	}
	for _, category := range categories {
		if needed[category.ID] {
			menu.Categories = append(menu.Categories, category)
		}
	}
	for i := range groups {
		if needed[groups[i].ID] {
			menu.Groups = append(menu.Groups, groups[i].current())
		}
	}
	return &menu, nil
}

// current is the group without what is archived.
func (g *Group) current() Group {
	kept := *g
	kept.Options = nil
	for _, option := range g.Options {
		if !option.Archived {
			kept.Options = append(kept.Options, option)
		}
	}
	return kept
}

func (m *Menu) readProducts(ctx context.Context, tx *database.Tx, org, store int64) error {
	err := tx.Each(ctx, menuVariants, func(row database.Scanner) error {
		var p MenuProduct
		var v MenuVariant
		var values Variant
		err := row.Scan(&p.ID, &p.Category, &p.Name, &p.NameEN, &p.Kind, &v.ID, &values.Values[0], &values.Values[1],
			&values.Values[2], &v.SKU, flag(&v.Tracked), &v.TaxClass, &v.Price)
		v.Name = values.Name()
		if last := len(m.Products) - 1; last < 0 || m.Products[last].ID != p.ID {
			m.Products = append(m.Products, p)
		}
		last := &m.Products[len(m.Products)-1]
		last.Variants = append(last.Variants, v)
		return err
	}, org, store)
	if err != nil {
		return err
	}
	products, variants := map[int64]*MenuProduct{}, map[int64]*MenuVariant{}
	for i := range m.Products {
		products[m.Products[i].ID] = &m.Products[i]
		for j := range m.Products[i].Variants {
			variants[m.Products[i].Variants[j].ID] = &m.Products[i].Variants[j]
		}
	}
	err = tx.Each(ctx, menuBarcodes, func(row database.Scanner) error {
		var id int64
		var barcode string
		err := row.Scan(&id, &barcode)
		if variant := variants[id]; variant != nil {
			variant.Barcodes = append(variant.Barcodes, barcode)
		}
		return err
	}, org, store)
	if err != nil {
		return err
	}
	return tx.Each(ctx, menuGroups, func(row database.Scanner) error {
		var id, group int64
		err := row.Scan(&id, &group)
		if product := products[id]; product != nil {
			product.Groups = append(product.Groups, group)
		}
		return err
	}, org)
}

// Tracked lists the variants of a store whose units are counted, by id.
func Tracked(ctx context.Context, tx *database.Tx, org, store int64) ([]int64, error) {
	return database.List(ctx, tx, menuTracked, func(row database.Scanner) (int64, error) {
		var id int64
		err := row.Scan(&id)
		return id, err
	}, org, store)
}

var (
	selectTrackedOne = database.Register("catalog.select_tracked_one", `
		SELECT tracked FROM catalog_variant WHERE org_id = $1 AND id = $2`)
	listSold = database.Register("catalog.list_sold", `
		WITH sold AS MATERIALIZED (
			SELECT v.product_id, v.id, v.value1, v.value2, v.value3, v.sku, v.tracked FROM catalog_price c
			JOIN catalog_variant v ON v.org_id = c.org_id AND v.id = c.variant_id
			WHERE c.org_id = $1 AND c.store_id = $2 AND v.archived = 0)
		SELECT s.id, p.name, s.value1, s.value2, s.value3, s.sku, s.tracked FROM sold s
		JOIN catalog_product p ON p.org_id = $1 AND p.id = s.product_id
		WHERE p.archived = 0 AND p.search LIKE '%'||$3||'%' ESCAPE '\'
		AND (p.name > $4 OR (p.name = $4 AND s.id > $5))
		ORDER BY p.name, s.id LIMIT $6`)
)

// Variants answers for others what they ask about variants. It holds nothing: it is a type so that they can name what they
// need of it.
type Variants struct{}

// IsTracked says whether a variant's units are counted. The error is id.Unknown for one that does not exist.
func (Variants) IsTracked(ctx context.Context, tx *database.Tx, org, variant int64) (bool, error) {
	tracked := false
	err := tx.QueryRow(ctx, selectTrackedOne, org, variant).Scan(flag(&tracked))
	if errors.Is(err, database.ErrNone) {
		return false, id.Unknown.New()
	}
	return tracked, err
}

// EachSold calls for at most limit variants that are sold in the store and match the query, after the one of this
// product name and id, ordered by them.
func (Variants) EachSold(ctx context.Context, tx *database.Tx, org, store int64, query, afterName string, afterID int64,
	limit int, each func(variant int64, product, name, sku string, tracked bool),
) error {
	return tx.Each(ctx, listSold, func(row database.Scanner) error {
		var variant Variant
		var product string
		err := row.Scan(&variant.ID, &product, &variant.Values[0], &variant.Values[1], &variant.Values[2], &variant.SKU,
			flag(&variant.Tracked))
		if err == nil {
			each(variant.ID, product, variant.Name(), variant.SKU, variant.Tracked)
		}
		return err
	}, org, store, likePattern(query), afterName, afterID, limit)
}
