package catalog

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/journal"
)

var (
	advanceRevision = database.Register("catalog.advance_revision", `
		INSERT INTO catalog_revision (org_id, revision) VALUES ($1, 1)
		ON CONFLICT (org_id) DO UPDATE SET revision = catalog_revision.revision + 1`)
	selectRevision = database.Register("catalog.select_revision", `
		SELECT revision FROM catalog_revision WHERE org_id = $1`)

	selectProducts = database.Register("catalog.select_products", `
		SELECT id, version, handle, name, name_en, description, category_id, kind, archived, option1, option2, option3,
			sold_by, least_price, most_price
		FROM catalog_product WHERE org_id = $1 AND id = ANY_ID($2) ORDER BY name, id`)
	selectVariants = database.Register("catalog.select_variants", `
		SELECT product_id, id, value1, value2, value3, sku, tracked, tax_class, archived, sort
		FROM catalog_variant WHERE org_id = $1 AND product_id = ANY_ID($2) ORDER BY product_id, sort, id`)
	selectBarcodes = database.Register("catalog.select_barcodes", `
		SELECT variant_id, barcode FROM catalog_barcode WHERE org_id = $1 AND variant_id = ANY_ID($2) ORDER BY barcode`)
	selectPrices = database.Register("catalog.select_prices", `
		SELECT variant_id, store_id, amount FROM catalog_price WHERE org_id = $1 AND variant_id = ANY_ID($2)`)
	selectProductGroups = database.Register("catalog.select_product_groups", `
		SELECT product_id, group_id FROM catalog_product_group
		WHERE org_id = $1 AND product_id = ANY_ID($2) ORDER BY product_id, sort`)

	listProducts = database.Register("catalog.list_products", `
		SELECT p.name, p.id FROM catalog_product p
		WHERE p.org_id = $1 AND (p.name > $2 OR (p.name = $2 AND p.id > $3))
		AND p.search LIKE '%'||$4||'%' ESCAPE '\' AND (CAST($5 AS BIGINT) = 0 OR p.category_id = $5)
		AND (CAST($6 AS BIGINT) < 0 OR p.archived = $6)
		AND (CAST($7 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM catalog_variant v
			JOIN catalog_price c ON c.org_id = v.org_id AND c.variant_id = v.id
			WHERE v.org_id = p.org_id AND v.product_id = p.id AND c.store_id = $7))
		ORDER BY p.name, p.id LIMIT $8`)

	insertProduct = database.Register("catalog.insert_product", `
		INSERT INTO catalog_product (org_id, id, version, handle, name, name_en, description, category_id, kind, archived,
			option1, option2, option3, search, sold_by, least_price, most_price)
		VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`)
	updateProduct = database.Register("catalog.update_product", `
		UPDATE catalog_product SET version = version + 1, handle = $4, name = $5, name_en = $6, description = $7,
			category_id = $8, kind = $9, archived = $10, option1 = $11, option2 = $12, option3 = $13, search = $14,
			sold_by = $15, least_price = $16, most_price = $17
		WHERE org_id = $1 AND id = $2 AND version = $3`)
	deleteProduct = database.Register("catalog.delete_product", `
		DELETE FROM catalog_product WHERE org_id = $1 AND id = $2`)
	insertVariant = database.Register("catalog.insert_variant", `
		INSERT INTO catalog_variant (org_id, id, product_id, value1, value2, value3, sku, tracked, tax_class, archived, sort)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`)
	releaseVariant = database.Register("catalog.release_variant", `
		UPDATE catalog_variant SET sku = '' WHERE org_id = $1 AND id = $2`)
	updateVariant = database.Register("catalog.update_variant", `
		UPDATE catalog_variant SET value1 = $3, value2 = $4, value3 = $5, sku = $6, tracked = $7, tax_class = $8,
			archived = $9, sort = $10
		WHERE org_id = $1 AND id = $2`)
	deleteVariant = database.Register("catalog.delete_variant", `
		DELETE FROM catalog_variant WHERE org_id = $1 AND id = $2`)
	insertBarcode = database.Register("catalog.insert_barcode", `
		INSERT INTO catalog_barcode (org_id, barcode, variant_id) VALUES ($1, $2, $3)`)
	deleteBarcode = database.Register("catalog.delete_barcode", `
		DELETE FROM catalog_barcode WHERE org_id = $1 AND barcode = $2 AND variant_id = $3`)
	upsertPrice = database.Register("catalog.upsert_price", `
		INSERT INTO catalog_price (org_id, variant_id, store_id, amount) VALUES ($1, $2, $3, $4)
		ON CONFLICT (org_id, variant_id, store_id) DO UPDATE SET amount = excluded.amount`)
	deletePrice = database.Register("catalog.delete_price", `
		DELETE FROM catalog_price WHERE org_id = $1 AND variant_id = $2 AND store_id = $3`)
	insertProductGroup = database.Register("catalog.insert_product_group", `
		INSERT INTO catalog_product_group (org_id, product_id, group_id, sort) VALUES ($1, $2, $3, $4)`)
	deleteProductGroups = database.Register("catalog.delete_product_groups", `
		DELETE FROM catalog_product_group WHERE org_id = $1 AND product_id = $2`)

	selectByHandles = database.Register("catalog.select_by_handles", `
		SELECT handle, id FROM catalog_product WHERE org_id = $1 AND handle = ANY_TEXT($2)`)
	// What is found first stands in a WITH: else, before a fresh table's first ANALYZE, PostgreSQL joins by the organisation
	// alone and walks through every pair of its rows.
	selectBySKUs = database.Register("catalog.select_by_skus", `
		WITH found AS MATERIALIZED (
			SELECT sku, id, product_id FROM catalog_variant
			WHERE org_id = $1 AND archived = 0 AND sku <> '' AND sku = ANY_TEXT($2))
		SELECT f.sku, f.id, f.product_id, p.name FROM found f
		JOIN catalog_product p ON p.org_id = $1 AND p.id = f.product_id`)
	selectByBarcodes = database.Register("catalog.select_by_barcodes", `
		WITH found AS MATERIALIZED (
			SELECT barcode, variant_id FROM catalog_barcode WHERE org_id = $1 AND barcode = ANY_TEXT($2)),
		owned AS MATERIALIZED (
			SELECT f.barcode, v.id, v.product_id FROM found f JOIN catalog_variant v ON v.org_id = $1 AND v.id = f.variant_id)
		SELECT o.barcode, o.id, o.product_id, p.name FROM owned o
		JOIN catalog_product p ON p.org_id = $1 AND p.id = o.product_id`)

	selectCategories = database.Register("catalog.select_categories", `
		SELECT id, version, name, name_en, sort FROM catalog_category WHERE org_id = $1 ORDER BY sort, name`)
	insertCategory = database.Register("catalog.insert_category", `
		INSERT INTO catalog_category (org_id, id, version, name, name_en, sort) VALUES ($1, $2, 1, $3, $4, $5)`)
	updateCategory = database.Register("catalog.update_category", `
		UPDATE catalog_category SET version = version + 1, name = $4, name_en = $5, sort = $6
		WHERE org_id = $1 AND id = $2 AND version = $3`)
	deleteEmptyCategory = database.Register("catalog.delete_empty_category", `
		DELETE FROM catalog_category WHERE org_id = $1 AND id = $2 AND version = 1
		AND NOT EXISTS (SELECT 1 FROM catalog_product p WHERE p.org_id = $1 AND p.category_id = $2)`)

	selectGroups = database.Register("catalog.select_groups", `
		SELECT id, version, name, name_en, minimum, maximum, sort FROM catalog_option_group
		WHERE org_id = $1 ORDER BY sort, name`)
	selectOptions = database.Register("catalog.select_options", `
		SELECT group_id, id, name, name_en, price_delta, preset, sold_out, archived, sort FROM catalog_option
		WHERE org_id = $1 ORDER BY group_id, sort, id`)
	insertGroup = database.Register("catalog.insert_group", `
		INSERT INTO catalog_option_group (org_id, id, version, name, name_en, minimum, maximum, sort)
		VALUES ($1, $2, 1, $3, $4, $5, $6, $7)`)
	updateGroup = database.Register("catalog.update_group", `
		UPDATE catalog_option_group SET version = version + 1, name = $4, name_en = $5, minimum = $6, maximum = $7, sort = $8
		WHERE org_id = $1 AND id = $2 AND version = $3`)
	insertOption = database.Register("catalog.insert_option", `
		INSERT INTO catalog_option (org_id, id, group_id, name, name_en, price_delta, preset, sold_out, archived, sort)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`)
	updateOption = database.Register("catalog.update_option", `
		UPDATE catalog_option SET name = $3, name_en = $4, price_delta = $5, preset = $6, sold_out = $7, archived = $8, sort = $9
		WHERE org_id = $1 AND id = $2`)
)

// Catalog reads and writes what an organisation sells.
type Catalog struct {
	db    *database.DB
	stock OpeningStock
	usage Usage
}

// New makes a catalogue. Stock receives the opening stock of imported variants; usage says which variants were sold.
func New(db *database.DB, stock OpeningStock, usage Usage) *Catalog {
	return &Catalog{db: db, stock: stock, usage: usage}
}

// begin is the first write of every change of the catalogue: it moves the revision on, and its row lets one change of
// an organisation's catalogue happen at a time, so that what was checked still holds when it is written.
func begin(ctx context.Context, tx *database.Tx, org int64) error {
	_, err := tx.Exec(ctx, advanceRevision, org)
	return err
}

// Revision is a number that changes whenever an organisation's catalogue does.
func Revision(ctx context.Context, tx *database.Tx, org int64) (int64, error) {
	var revision int64
	err := tx.QueryRow(ctx, selectRevision, org).Scan(&revision)
	if errors.Is(err, database.ErrNone) {
		return 0, nil
	}
	return revision, err
}

// Products reads products by id, with all that belongs to them, ordered by name. Unknown ids are passed over.
func Products(ctx context.Context, tx *database.Tx, org int64, ids ...int64) ([]Product, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	wanted := database.IDs(ids)
	products, err := database.List(ctx, tx, selectProducts, scanProduct, org, wanted)
	if err != nil {
		return nil, err
	}
	at := make(map[int64]*Product, len(products))
	for i := range products {
		at[products[i].ID] = &products[i]
	}
	err = tx.Each(ctx, selectVariants, func(row database.Scanner) error {
		var product int64
		variant := Variant{Prices: map[int64]int64{}}
		if err := row.Scan(&product, &variant.ID, &variant.Values[0], &variant.Values[1], &variant.Values[2], &variant.SKU,
			flag(&variant.Tracked), &variant.TaxClass, flag(&variant.Archived), &variant.Sort); err != nil {
			return err
		}
		at[product].Variants = append(at[product].Variants, variant)
		return nil
	}, org, wanted)
	if err != nil {
		return nil, err
	}
	variants := map[int64]*Variant{}
	var owned database.IDs
	for i := range products {
		for j := range products[i].Variants {
			variants[products[i].Variants[j].ID] = &products[i].Variants[j]
			owned = append(owned, products[i].Variants[j].ID)
		}
	}
	err = tx.Each(ctx, selectBarcodes, func(row database.Scanner) error {
		var variant int64
		var barcode string
		if err := row.Scan(&variant, &barcode); err != nil {
			return err
		}
		variants[variant].Barcodes = append(variants[variant].Barcodes, barcode)
		return nil
	}, org, owned)
	if err != nil {
		return nil, err
	}
	err = tx.Each(ctx, selectPrices, func(row database.Scanner) error {
		var variant, store, amount int64
		if err := row.Scan(&variant, &store, &amount); err != nil {
			return err
		}
		variants[variant].Prices[store] = amount
		return nil
	}, org, owned)
	if err != nil {
		return nil, err
	}
	made, err := recipes(ctx, tx, org, owned)
	if err != nil {
		return nil, err
	}
	for item, recipe := range made {
		variants[item].Recipe = recipe
	}
	return products, tx.Each(ctx, selectProductGroups, func(row database.Scanner) error {
		var product, group int64
		if err := row.Scan(&product, &group); err != nil {
			return err
		}
		at[product].Groups = append(at[product].Groups, group)
		return nil
	}, org, wanted)
}

func scanProduct(row database.Scanner) (Product, error) {
	var p Product
	err := row.Scan(&p.ID, &p.Version, &p.Handle, &p.Name, &p.NameEN, &p.Description, &p.Category, &p.Kind, flag(&p.Archived),
		&p.Axes[0], &p.Axes[1], &p.Axes[2], &p.SoldBy, &p.Least, &p.Most)
	return p, err
}

// Filter says which products are listed.
type Filter struct {
	Query    string // found in names, leading consonants, SKUs and barcodes; "" for all
	Category int64  // 0 for all
	Store    int64  // 0 for all; else what has a price in this store
	Archived int64  // 0 current, 1 archived, -1 both
}

// List reads at most limit products that follow the product of this name and id, ordered by name.
func List(ctx context.Context, tx *database.Tx, org int64, filter Filter, afterName string, afterID int64, limit int) ([]Product, error) {
	ids, err := database.List(ctx, tx, listProducts, func(row database.Scanner) (int64, error) {
		var name string
		var id int64
		err := row.Scan(&name, &id)
		return id, err
	}, org, afterName, afterID, likePattern(filter.Query), filter.Category, filter.Archived, filter.Store, limit)
	if err != nil {
		return nil, err
	}
	return Products(ctx, tx, org, ids...)
}

// Categories reads all categories in order.
func Categories(ctx context.Context, tx *database.Tx, org int64) ([]Category, error) {
	return database.List(ctx, tx, selectCategories, func(row database.Scanner) (Category, error) {
		var c Category
		err := row.Scan(&c.ID, &c.Version, &c.Name, &c.NameEN, &c.Sort)
		return c, err
	}, org)
}

// Groups reads all option groups with their options, in order.
func Groups(ctx context.Context, tx *database.Tx, org int64) ([]Group, error) {
	groups, err := database.List(ctx, tx, selectGroups, func(row database.Scanner) (Group, error) {
		var g Group
		err := row.Scan(&g.ID, &g.Version, &g.Name, &g.NameEN, &g.Minimum, &g.Maximum, &g.Sort)
		return g, err
	}, org)
	if err != nil {
		return nil, err
	}
	at := make(map[int64]*Group, len(groups))
	for i := range groups {
		at[groups[i].ID] = &groups[i]
	}
	options := map[int64]*Group{}
	var ids database.IDs
	err = tx.Each(ctx, selectOptions, func(row database.Scanner) error {
		var group int64
		var o Option
		if err := row.Scan(&group, &o.ID, &o.Name, &o.NameEN, &o.Delta, flag(&o.Preset), flag(&o.SoldOut), flag(&o.Archived),
			&o.Sort); err != nil {
			return err
		}
		at[group].Options = append(at[group].Options, o)
		options[o.ID] = at[group]
		ids = append(ids, o.ID)
		return nil
	}, org)
	if err != nil {
		return nil, err
	}
	made, err := recipes(ctx, tx, org, ids)
	for item, recipe := range made {
		group := options[item]
		group.Options[slices.IndexFunc(group.Options, func(o Option) bool { return o.ID == item })].Recipe = recipe
	}
	return groups, err
}

// owner is the variant to which a SKU or barcode belongs.
type owner struct {
	variant, product int64
	name             string
}

func owners(ctx context.Context, tx *database.Tx, statement *database.Statement, org int64, numbers []string) (map[string]owner, error) {
	found := map[string]owner{}
	return found, tx.Each(ctx, statement, func(row database.Scanner) error {
		var number string
		var o owner
		err := row.Scan(&number, &o.variant, &o.product, &o.name)
		found[number] = o
		return err
	}, org, database.Texts(numbers))
}

// conflicts says which codes of a product belong to another one, and which of what it refers to is unknown.
func conflicts(ctx context.Context, tx *database.Tx, org int64, product *Product) error {
	var skus, barcodes []string
	for i := range product.Variants {
		if product.Variants[i].Archived {
			continue
		}
		skus = append(skus, product.Variants[i].SKU)
		barcodes = append(barcodes, product.Variants[i].Barcodes...)
	}
	bySKU, err := owners(ctx, tx, selectBySKUs, org, skus)
	if err != nil {
		return err
	}
	byBarcode, err := owners(ctx, tx, selectByBarcodes, org, barcodes)
	if err != nil {
		return err
	}
	byHandle, err := handles(ctx, tx, org, []string{product.Handle})
	if err != nil {
		return err
	}
	if other, taken := byHandle[product.Handle]; taken && other != product.ID {
		return ErrHandleTaken.At("handle", fault.Values{"handle": product.Handle})
	}
	for i := range product.Variants {
		variant := &product.Variants[i]
		if variant.Archived {
			continue
		}
		if other, taken := bySKU[variant.SKU]; taken && other.product != product.ID {
			return ErrSKUTaken.At(fmt.Sprintf("variants[%d].sku", i), fault.Values{"sku": variant.SKU, "product": other.name})
		}
		for _, barcode := range variant.Barcodes {
			if other, taken := byBarcode[barcode]; taken && other.product != product.ID {
				return ErrBarcodeTaken.At(fmt.Sprintf("variants[%d].barcodes", i),
					fault.Values{"barcode": barcode, "product": other.name})
			}
		}
	}
	return nil
}

func handles(ctx context.Context, tx *database.Tx, org int64, wanted []string) (map[string]int64, error) {
	found := map[string]int64{}
	return found, tx.Each(ctx, selectByHandles, func(row database.Scanner) error {
		var handle string
		var id int64
		err := row.Scan(&handle, &id)
		found[handle] = id
		return err
	}, org, database.Texts(wanted))
}

// writer gathers the statements that bring products from what they were to what they are to be, so that fifty products
// are as few round trips as one. The order of its steps keeps unique codes unique while they move between variants.
type writer struct {
	db    *database.DB
	org   int64
	steps [writerSteps][][]any
}

const (
	stepDropBarcode = iota
	stepReleaseVariant
	stepDropPrice
	stepDropGroups
	stepDropRecipe
	stepDropPlanned
	stepDropVariant
	stepDropPictureSizes
	stepDropPicture
	stepDropProduct
	stepInsertProduct
	stepUpdateProduct
	stepUpdateVariant
	stepInsertVariant
	stepInsertBarcode
	stepPutPrice
	stepInsertGroup
	stepInsertPart
	writerSteps
)

var writerStatements = [writerSteps]*database.Statement{
	stepDropBarcode: deleteBarcode, stepReleaseVariant: releaseVariant, stepDropPrice: deletePrice,
	stepDropGroups: deleteProductGroups, stepDropRecipe: deleteRecipe, stepDropPlanned: deletePlannedOf,
	stepDropVariant:      deleteVariant,
	stepDropPictureSizes: deletePictureSizes, stepDropPicture: deletePicture, stepDropProduct: deleteProduct,
	stepInsertProduct: insertProduct, stepUpdateProduct: updateProduct, stepUpdateVariant: updateVariant,
	stepInsertVariant: insertVariant, stepInsertBarcode: insertBarcode, stepPutPrice: upsertPrice,
	stepInsertGroup: insertProductGroup, stepInsertPart: insertPart,
}

func (w *writer) add(step int, args ...any) {
	w.steps[step] = append(w.steps[step], append([]any{w.org}, args...))
}

// flush runs what was gathered. ErrStale says that a product is no longer at the version that was read.
func (w *writer) flush(ctx context.Context, tx *database.Tx) error {
	for step, list := range w.steps {
		counts, err := tx.ExecMany(ctx, writerStatements[step], list)
		if database.IsUnique(err) {
			return ErrTaken.New().Because(err)
		}
		if err != nil {
			return err
		}
		if step == stepUpdateProduct && slices.Contains(counts, 0) {
			return ErrStale.New()
		}
		w.steps[step] = nil
	}
	return nil
}

// save brings a product from before (nil: it does not exist) to after, whose new variants get their ids here. A variant
// that is missing afterwards is archived, never deleted: what was sold must keep its meaning.
func (w *writer) save(before, after *Product) {
	after.SoldBy = cmp.Or(after.SoldBy, SoldByUnit)
	row := []any{
		after.Handle, after.Name, after.NameEN, after.Description, after.Category, string(after.Kind), database.Bool(after.Archived),
		after.Axes[0], after.Axes[1], after.Axes[2], after.searchText(), string(after.SoldBy), after.Least, after.Most,
	}
	if before == nil {
		before = &Product{}
		after.ID = w.db.NewID()
		after.Version = 1
		w.add(stepInsertProduct, append([]any{after.ID}, row...)...)
	} else {
		w.keepMissing(before, after)
		w.add(stepUpdateProduct, append([]any{after.ID, before.Version}, row...)...)
		after.Version = before.Version + 1
	}
	for i := range after.Variants {
		w.saveVariant(before.variant(after.Variants[i].ID), after.ID, &after.Variants[i])
	}
	if !slices.Equal(before.Groups, after.Groups) {
		w.add(stepDropGroups, after.ID)
		for i, group := range after.Groups {
			w.add(stepInsertGroup, after.ID, group, i)
		}
	}
}

func (w *writer) keepMissing(before, after *Product) {
	for i := range before.Variants {
		if after.variant(before.Variants[i].ID) == nil {
			gone := before.Variants[i]
			gone.Archived = true
			after.Variants = append(after.Variants, gone)
		}
	}
}

func (p *Product) variant(id int64) *Variant {
	for i := range p.Variants {
		if p.Variants[i].ID == id && id != 0 {
			return &p.Variants[i]
		}
	}
	return nil
}

func (w *writer) saveVariant(before *Variant, product int64, after *Variant) {
	if after.Archived {
		after.Barcodes = nil
	}
	row := []any{
		after.Values[0], after.Values[1], after.Values[2], after.SKU, database.Bool(after.Tracked), string(after.TaxClass),
		database.Bool(after.Archived), after.Sort,
	}
	if before == nil {
		before = &Variant{}
		if after.ID == 0 {
			after.ID = w.db.NewID()
		}
		w.add(stepInsertVariant, append([]any{after.ID, product}, row...)...)
	} else if !sameRow(before, after) {
		if before.SKU != "" && (before.SKU != after.SKU || after.Archived) {
			w.add(stepReleaseVariant, after.ID)
		}
		w.add(stepUpdateVariant, append([]any{after.ID}, row...)...)
	}
	for _, barcode := range before.Barcodes {
		if !slices.Contains(after.Barcodes, barcode) {
			w.add(stepDropBarcode, barcode, after.ID)
		}
	}
	for _, barcode := range after.Barcodes {
		if !slices.Contains(before.Barcodes, barcode) {
			w.add(stepInsertBarcode, barcode, after.ID)
		}
	}
	for store := range before.Prices {
		if _, sold := after.Prices[store]; !sold {
			w.add(stepDropPrice, after.ID, store)
		}
	}
	for store, amount := range after.Prices {
		if earlier, sold := before.Prices[store]; !sold || earlier != amount {
			w.add(stepPutPrice, after.ID, store, amount)
		}
	}
	if !sameRecipe(before.Recipe, after.Recipe) {
		w.add(stepDropRecipe, after.ID)
		for _, row := range partRows(Item{ID: after.ID}, after.Recipe) {
			w.add(stepInsertPart, row...)
		}
	}
}

func sameRow(a, b *Variant) bool {
	return a.Values == b.Values && a.SKU == b.SKU && a.Tracked == b.Tracked && a.TaxClass == b.TaxClass &&
		a.Archived == b.Archived && a.Sort == b.Sort
}

// remove deletes a product that nothing refers to.
func (w *writer) remove(product *Product) {
	for i := range product.Variants {
		variant := &product.Variants[i]
		for _, barcode := range variant.Barcodes {
			w.add(stepDropBarcode, barcode, variant.ID)
		}
		for store := range variant.Prices {
			w.add(stepDropPrice, variant.ID, store)
		}
		w.add(stepDropRecipe, variant.ID)
		w.add(stepDropPlanned, variant.ID)
		w.add(stepDropVariant, variant.ID)
	}
	w.add(stepDropGroups, product.ID)
	w.add(stepDropPictureSizes, product.ID)
	w.add(stepDropPicture, product.ID)
	w.add(stepDropProduct, product.ID)
}

// SaveProduct creates the product (ID 0) or changes the one that was read at this Version. The product must have passed
// Check. Errors: ErrStale, ErrHandleTaken, ErrSKUTaken, ErrBarcodeTaken, ErrUnknownReference, id.Unknown.
func (c *Catalog) SaveProduct(ctx context.Context, tx *database.Tx, org, actor int64, product *Product) error {
	if err := begin(ctx, tx, org); err != nil {
		return err
	}
	var before *Product
	event := "product.created"
	if product.ID != 0 {
		found, err := ByID(ctx, tx, org, product.ID)
		if err != nil {
			return err
		}
		if found.Version != product.Version {
			return ErrStale.New()
		}
		before, event = found, "product.changed"
	}
	if err := keepsCounting(before, product); err != nil {
		return err
	}
	if err := c.references(ctx, tx, org, before, product); err != nil {
		return err
	}
	if err := conflicts(ctx, tx, org, product); err != nil {
		return err
	}
	writer := &writer{db: c.db, org: org}
	writer.save(before, product)
	if err := writer.flush(ctx, tx); err != nil {
		return fmt.Errorf("save product %d: %w", product.ID, err)
	}
	return journal.Append(ctx, tx, org, journal.Event{Kind: event, Subject: product.ID, Actor: actor})
}

// keepsCounting refuses to sell by weight what was not, or the other way round, once its stock is counted: what lies there
// would turn from units into grams.
func keepsCounting(before, after *Product) error {
	if before == nil || (before.SoldBy == SoldByWeight) == (after.SoldBy == SoldByWeight) {
		return nil
	}
	if slices.ContainsFunc(before.Variants, func(v Variant) bool { return v.Tracked }) {
		return ErrWeighedCounted.At("sold_by")
	}
	return nil
}

// references refuses a category, group or variant that the organisation or the product does not have.
func (c *Catalog) references(ctx context.Context, tx *database.Tx, org int64, before, product *Product) error {
	categories, err := Categories(ctx, tx, org)
	if err != nil {
		return err
	}
	known := func(category Category) bool { return category.ID == product.Category }
	if product.Category != 0 && !slices.ContainsFunc(categories, known) {
		return ErrUnknownReference.At("category_id")
	}
	groups, err := Groups(ctx, tx, org)
	if err != nil {
		return err
	}
	for i, id := range product.Groups {
		if !slices.ContainsFunc(groups, func(group Group) bool { return group.ID == id }) || slices.Contains(product.Groups[:i], id) {
			return ErrUnknownReference.At(fmt.Sprintf("option_groups[%d]", i))
		}
	}
	seen := map[int64]bool{}
	for i := range product.Variants {
		id := product.Variants[i].ID
		if id != 0 && (before == nil || before.variant(id) == nil || seen[id]) {
			return ErrUnknownReference.At(fmt.Sprintf("variants[%d].id", i))
		}
		seen[id] = true
	}
	wanted := make([]asked, len(product.Variants))
	for i := range product.Variants {
		variant := &product.Variants[i]
		wanted[i] = asked{path: fmt.Sprintf("variants[%d].recipe", i), item: variant.ID, recipe: variant.Recipe}
		if before != nil && before.variant(variant.ID) != nil {
			wanted[i].before = before.variant(variant.ID).Recipe
		}
	}
	return checkParts(ctx, tx, org, wanted)
}

// SaveCategory creates the category (ID 0) or changes the one that was read at this Version. Errors: ErrStale,
// ErrNameTaken.
func (c *Catalog) SaveCategory(ctx context.Context, tx *database.Tx, org, actor int64, category *Category) error {
	if err := begin(ctx, tx, org); err != nil {
		return err
	}
	event := "category.changed"
	var err error
	changed := int64(1)
	if category.ID == 0 {
		event = "category.created"
		category.ID, category.Version = c.db.NewID(), 1
		_, err = tx.Exec(ctx, insertCategory, org, category.ID, category.Name, category.NameEN, category.Sort)
	} else {
		changed, err = tx.Exec(ctx, updateCategory, org, category.ID, category.Version, category.Name, category.NameEN, category.Sort)
		category.Version++
	}
	switch {
	case database.IsUnique(err):
		return ErrNameTaken.At("name", fault.Values{"name": category.Name}).Because(err)
	case err != nil:
		return err
	case changed == 0:
		return ErrStale.New()
	}
	return journal.Append(ctx, tx, org, journal.Event{Kind: event, Subject: category.ID, Actor: actor})
}

// SaveGroup creates the group (ID 0) or changes the one that was read at this Version. An option that is missing
// afterwards is archived. Errors: ErrStale, ErrNameTaken, ErrUnknownReference.
func (c *Catalog) SaveGroup(ctx context.Context, tx *database.Tx, org, actor int64, group *Group) error {
	if err := begin(ctx, tx, org); err != nil {
		return err
	}
	all, err := Groups(ctx, tx, org)
	if err != nil {
		return err
	}
	before := Group{}
	if at := slices.IndexFunc(all, func(other Group) bool { return other.ID == group.ID }); at >= 0 && group.ID != 0 {
		before = all[at]
	}
	event := "option_group.changed"
	changed := int64(1)
	if group.ID == 0 {
		event = "option_group.created"
		group.ID, group.Version = c.db.NewID(), 1
		_, err = tx.Exec(ctx, insertGroup, org, group.ID, group.Name, group.NameEN, group.Minimum, group.Maximum, group.Sort)
	} else {
		changed, err = tx.Exec(ctx, updateGroup, org, group.ID, group.Version, group.Name, group.NameEN, group.Minimum,
			group.Maximum, group.Sort)
		group.Version++
	}
	switch {
	case database.IsUnique(err):
		return ErrNameTaken.At("name", fault.Values{"name": group.Name}).Because(err)
	case err != nil:
		return err
	case changed == 0:
		return ErrStale.New()
	}
	if err := c.saveOptions(ctx, tx, org, &before, group); err != nil {
		return err
	}
	return journal.Append(ctx, tx, org, journal.Event{Kind: event, Subject: group.ID, Actor: actor})
}

func (c *Catalog) saveOptions(ctx context.Context, tx *database.Tx, org int64, before, group *Group) error {
	earlier := map[int64]*Option{}
	for i := range before.Options {
		earlier[before.Options[i].ID] = &before.Options[i]
	}
	kept := map[int64]bool{}
	var inserts, updates, drops, parts [][]any
	wanted := make([]asked, len(group.Options))
	for i := range group.Options {
		option := &group.Options[i]
		was := earlier[option.ID]
		values := []any{
			option.Name, option.NameEN, option.Delta, database.Bool(option.Preset), database.Bool(option.SoldOut),
			database.Bool(option.Archived), option.Sort,
		}
		switch {
		case option.ID == 0:
			was = &Option{}
			option.ID = c.db.NewID()
			inserts = append(inserts, append([]any{org, option.ID, group.ID}, values...))
		case was == nil || kept[option.ID]:
			return ErrUnknownReference.At(fmt.Sprintf("options[%d].id", i))
		default:
			updates = append(updates, append([]any{org, option.ID}, values...))
		}
		kept[option.ID] = true
		wanted[i] = asked{path: fmt.Sprintf("options[%d].recipe", i), recipe: option.Recipe, before: was.Recipe}
		if !sameRecipe(was.Recipe, option.Recipe) {
			drops = append(drops, []any{org, option.ID})
			for _, row := range partRows(Item{ID: option.ID, Option: true}, option.Recipe) {
				parts = append(parts, append([]any{org}, row...))
			}
		}
	}
	if err := checkParts(ctx, tx, org, wanted); err != nil {
		return err
	}
	for _, gone := range before.Options {
		if !kept[gone.ID] {
			updates = append(updates, []any{
				org, gone.ID, gone.Name, gone.NameEN, gone.Delta, int64(0), database.Bool(gone.SoldOut),
				int64(1), gone.Sort,
			})
		}
	}
	for _, write := range []struct {
		statement *database.Statement
		rows      [][]any
	}{{updateOption, updates}, {insertOption, inserts}, {deleteRecipe, drops}, {insertPart, parts}} {
		if _, err := tx.ExecMany(ctx, write.statement, write.rows); err != nil {
			return err
		}
	}
	return nil
}
