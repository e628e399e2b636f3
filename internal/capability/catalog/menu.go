package catalog

import (
	"context"
	"strings"

	"dangol/internal/core/pricing"
	"dangol/internal/ground/database"
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
	SoldBy       SoldBy
	Bounds
	Groups   []int64
	Variants []MenuVariant
	Picture  int64 // 0 for none
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
	// The tables of a menu are read one by one and put together here: before a fresh table's first ANALYZE, PostgreSQL joins
	// them by the organisation alone, and walks through every pair of a thousand products and a thousand prices.
	menuPrices = database.Register("catalog.menu_prices", `
		SELECT variant_id, amount FROM catalog_price WHERE org_id = $1 AND store_id = $2`)
	menuVariants = database.Register("catalog.menu_variants", `
		SELECT product_id, id, value1, value2, value3, sku, tracked, tax_class FROM catalog_variant
		WHERE org_id = $1 AND id = ANY_ID($2) AND archived = 0 ORDER BY product_id, sort, id`)
	menuProducts = database.Register("catalog.menu_products", `
		SELECT id, category_id, name, name_en, kind, sold_by, least_price, most_price FROM catalog_product
		WHERE org_id = $1 AND id = ANY_ID($2) AND archived = 0 ORDER BY name, id`)
	menuGroups = database.Register("catalog.menu_groups", `
		SELECT product_id, group_id FROM catalog_product_group WHERE org_id = $1 ORDER BY product_id, sort`)
	menuTracked = database.Register("catalog.menu_tracked", `
		WITH `+storeUses+`
		SELECT v.id FROM used u JOIN catalog_variant v ON v.org_id = $1 AND v.id = u.variant_id
		WHERE v.archived = 0 AND v.tracked = 1 ORDER BY v.id`)
)

// storeUses are the variants that a store sells, and those that what it sells takes from stock.
const storeUses = `priced AS MATERIALIZED (
			SELECT variant_id FROM catalog_price WHERE org_id = $1 AND store_id = $2),
		chosen AS MATERIALIZED (
			SELECT DISTINCT g.group_id FROM priced s
			JOIN catalog_variant v ON v.org_id = $1 AND v.id = s.variant_id
			JOIN catalog_product_group g ON g.org_id = $1 AND g.product_id = v.product_id),
		used AS MATERIALIZED (
			SELECT variant_id FROM priced
			UNION
			SELECT r.variant_id FROM catalog_recipe r JOIN priced s ON s.variant_id = r.item_id WHERE r.org_id = $1
			UNION
			SELECT r.variant_id FROM catalog_recipe r
			JOIN catalog_option o ON o.org_id = $1 AND o.id = r.item_id
			JOIN chosen c ON c.group_id = o.group_id
			WHERE r.org_id = $1 AND o.archived = 0)`

// ReadMenu reads the menu of a store. It takes eleven queries, however long the menu is.
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
	prices := map[int64]int64{}
	var priced, sold database.IDs
	err := tx.Each(ctx, menuPrices, func(row database.Scanner) error {
		var variant, amount int64
		err := row.Scan(&variant, &amount)
		prices[variant] = amount
		priced = append(priced, variant)
		return err
	}, org, store)
	if err != nil {
		return err
	}
	barcodes := map[int64][]string{}
	err = tx.Each(ctx, selectBarcodes, func(row database.Scanner) error {
		var variant int64
		var barcode string
		err := row.Scan(&variant, &barcode)
		barcodes[variant] = append(barcodes[variant], barcode)
		return err
	}, org, priced)
	if err != nil {
		return err
	}
	variants := map[int64][]MenuVariant{}
	err = tx.Each(ctx, menuVariants, func(row database.Scanner) error {
		var product int64
		var v MenuVariant
		var values Variant
		err := row.Scan(&product, &v.ID, &values.Values[0], &values.Values[1], &values.Values[2], &v.SKU, flag(&v.Tracked), &v.TaxClass)
		v.Name, v.Price, v.Barcodes = values.Name(), prices[v.ID], barcodes[v.ID]
		if len(variants[product]) == 0 {
			sold = append(sold, product)
		}
		variants[product] = append(variants[product], v)
		return err
	}, org, priced)
	if err != nil {
		return err
	}
	groups := map[int64][]int64{}
	err = tx.Each(ctx, menuGroups, func(row database.Scanner) error {
		var product, group int64
		err := row.Scan(&product, &group)
		groups[product] = append(groups[product], group)
		return err
	}, org)
	if err != nil {
		return err
	}
	pictures, err := Pictures(ctx, tx, org, sold)
	if err != nil {
		return err
	}
	return tx.Each(ctx, menuProducts, func(row database.Scanner) error {
		var p MenuProduct
		err := row.Scan(&p.ID, &p.Category, &p.Name, &p.NameEN, &p.Kind, &p.SoldBy, &p.Least, &p.Most)
		p.Variants, p.Groups, p.Picture = variants[p.ID], groups[p.ID], pictures[p.ID]
		m.Products = append(m.Products, p)
		return err
	}, org, sold)
}

// Tracked lists the variants of a store whose units are counted, by id: what it sells, and what that takes from stock.
func Tracked(ctx context.Context, tx *database.Tx, org, store int64) ([]int64, error) {
	return database.List(ctx, tx, menuTracked, func(row database.Scanner) (int64, error) {
		var id int64
		err := row.Scan(&id)
		return id, err
	}, org, store)
}

var (
	selectNamed = database.Register("catalog.select_named", `
		WITH wanted AS MATERIALIZED (
			SELECT id, product_id, value1, value2, value3, sku, tracked FROM catalog_variant WHERE org_id = $1 AND id = ANY_ID($2))
		SELECT w.id, p.name, p.sold_by, w.value1, w.value2, w.value3, w.sku, w.tracked FROM wanted w
		JOIN catalog_product p ON p.org_id = $1 AND p.id = w.product_id`)
	listSold = database.Register("catalog.list_sold", `
		WITH `+storeUses+`,
		sold AS MATERIALIZED (
			SELECT v.product_id, v.id, v.value1, v.value2, v.value3, v.sku, v.tracked FROM used u
			JOIN catalog_variant v ON v.org_id = $1 AND v.id = u.variant_id
			WHERE v.archived = 0)
		SELECT s.id, p.name, p.sold_by, s.value1, s.value2, s.value3, s.sku, s.tracked FROM sold s
		JOIN catalog_product p ON p.org_id = $1 AND p.id = s.product_id
		WHERE p.archived = 0 AND p.search LIKE '%'||$3||'%' ESCAPE '\'
		AND (p.name > $4 OR (p.name = $4 AND s.id > $5))
		ORDER BY p.name, s.id LIMIT $6`)
)

// Variants answers for others what they ask about variants. It holds nothing: it is a type so that they can name what they
// need of it. The name of a variant whose units are grams says so.
type Variants struct{}

// EachNamed calls for each of the variants that exists.
func (Variants) EachNamed(ctx context.Context, tx *database.Tx, org int64, variants []int64,
	each func(variant int64, product, name, sku string, tracked bool),
) error {
	return eachNamed(ctx, tx, selectNamed, each, org, database.IDs(variants))
}

// Tracked gives the variants that are sold in a store, or taken from its stock by what is, and counted.
func (Variants) Tracked(ctx context.Context, tx *database.Tx, org, store int64) ([]int64, error) {
	return Tracked(ctx, tx, org, store)
}

// ByBarcode finds the variant with a barcode, else 0.
func (Variants) ByBarcode(ctx context.Context, tx *database.Tx, org int64, barcode string) (int64, error) {
	found, err := owners(ctx, tx, selectByBarcodes, org, []string{barcode})
	return found[barcode].variant, err
}

// EachSold calls for at most limit variants that are sold in the store, or taken from its stock by what is, and match the
// query, after the one of this product name and id, ordered by them.
func (Variants) EachSold(ctx context.Context, tx *database.Tx, org, store int64, query, afterName string, afterID int64,
	limit int, each func(variant int64, product, name, sku string, tracked bool),
) error {
	return eachNamed(ctx, tx, listSold, each, org, store, likePattern(query), afterName, afterID, limit)
}

func eachNamed(
	ctx context.Context, tx *database.Tx, statement *database.Statement,
	each func(variant int64, product, name, sku string, tracked bool), args ...any,
) error {
	return tx.Each(ctx, statement, func(row database.Scanner) error {
		var variant Variant
		var product string
		var soldBy SoldBy
		err := row.Scan(&variant.ID, &product, &soldBy, &variant.Values[0], &variant.Values[1], &variant.Values[2], &variant.SKU,
			flag(&variant.Tracked))
		if err == nil {
			name := variant.Name()
			if soldBy == SoldByWeight {
				name = strings.TrimSpace(name + " (g)")
			}
			each(variant.ID, product, name, variant.SKU, variant.Tracked)
		}
		return err
	}, args...)
}
