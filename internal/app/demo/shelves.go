package demo

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"dangol/internal/capability/catalog"
	"dangol/internal/ground/database"
	"dangol/internal/ground/money"
)

// currency is that of all demo stores.
const currency money.Currency = "KRW"

// assort brings what the stores sell into the catalogue: categories and option groups first, then a catalogue file for
// each store with its prices and opening stock.
func (f *filler) assort(ctx context.Context) error {
	if err := f.shelve(ctx); err != nil {
		return err
	}
	for _, shop := range f.shops {
		if err := f.importFile(ctx, shop); err != nil {
			return fmt.Errorf("import what %s sells: %w", shop.site.code, err)
		}
	}
	return f.DB.Read(ctx, func(tx *database.Tx) error { return f.lookUp(ctx, tx) })
}

// shelve makes the categories and option groups, all at once.
func (f *filler) shelve(ctx context.Context) error {
	return f.DB.Write(ctx, func(tx *database.Tx) error {
		known, err := catalog.Categories(ctx, tx, f.org)
		if err != nil || len(known) > 0 {
			return err
		}
		seen := map[string]bool{}
		for _, shop := range f.shops {
			if seen[shop.company.identity.Name] {
				continue
			}
			seen[shop.company.identity.Name] = true
			if err := f.shelveOf(ctx, tx, shop); err != nil {
				return err
			}
		}
		return nil
	})
}

// shelveOf makes the categories and option groups of one company, in the order in which it has them.
func (f *filler) shelveOf(ctx context.Context, tx *database.Tx, shop *shop) error {
	for i, category := range shop.sells.categories {
		category.Sort = int64(i + 1)
		if err := f.Catalog.SaveCategory(ctx, tx, f.org, shop.manager, &category); err != nil {
			return fmt.Errorf("make category %s: %w", category.Name, err)
		}
	}
	for i, group := range shop.sells.groups {
		made := group.Group
		made.Sort = int64(i + 1)
		for j := range made.Options {
			made.Options[j].Sort = int64(j + 1)
		}
		if err := f.Catalog.SaveGroup(ctx, tx, f.org, shop.manager, &made); err != nil {
			return fmt.Errorf("make option group %s: %w", group.Name, err)
		}
	}
	return nil
}

// importLimit bounds how long one import may take.
const importLimit = time.Hour

// importFile imports a store's catalogue file, or goes on with the import of an earlier fill.
func (f *filler) importFile(ctx context.Context, shop *shop) error {
	name := shop.site.code + ".csv"
	var found *catalog.Import
	err := f.DB.Read(ctx, func(tx *database.Tx) error {
		imports, err := catalog.Imports(ctx, tx, f.org, time.Time{}, 0, maxPlaces)
		at := slices.IndexFunc(imports, func(one *catalog.Import) bool { return one.FileName == name })
		if err == nil && at >= 0 {
			found = imports[at]
		}
		return err
	})
	if err != nil {
		return err
	}
	if found == nil {
		data, err := shop.file()
		if err != nil {
			return err
		}
		found, err = f.Catalog.Check(ctx, f.org, shop.manager, catalog.File{
			Name: name, Data: data, Format: catalog.Template, Stores: []int64{shop.store}, Currency: currency,
		})
		if err != nil {
			return err
		}
	}
	switch found.State {
	case catalog.Applied:
		return nil
	case catalog.Checked, catalog.Applying:
		_, err := f.Catalog.Apply(ctx, f.org, shop.manager, found.ID, f.hands.Now().Add(importLimit))
		return err
	}
	return fmt.Errorf("the file is %s: %v", found.State, found.Problems)
}

// file is what the store sells, as a catalogue file of dangol's own form.
func (s *shop) file() ([]byte, error) {
	opening := map[unit]int64{}
	for _, one := range s.past.opening {
		opening[one.unit] = one.quantity
	}
	var data bytes.Buffer
	rows := csv.NewWriter(&data)
	err := rows.Write([]string{
		"handle", "name", "name_en", "category", "kind", "option1_name", "option1_value", "option2_name", "option2_value",
		"sku", "barcode", "price", "tax_class", "tracked", "opening_stock", "option_groups",
	})
	if err != nil {
		return nil, err
	}
	for i := range s.sells.products {
		product := &s.sells.products[i]
		for j := range product.Variants {
			variant := &product.Variants[j]
			tracked, first := "no", ""
			if variant.Tracked {
				tracked = "yes"
				first = strconv.FormatInt(opening[unit{i, j}], 10)
			}
			err := rows.Write([]string{
				product.Handle, product.Name, product.NameEN, product.category, string(product.Kind),
				product.Axes[0], variant.Values[0], product.Axes[1], variant.Values[1],
				variant.SKU, strings.Join(variant.Barcodes, "|"), strconv.FormatInt(s.price(unit{i, j}), 10),
				string(variant.TaxClass), tracked, first, strings.Join(product.groups, "|"),
			})
			if err != nil {
				return nil, err
			}
		}
	}
	rows.Flush()
	return data.Bytes(), rows.Error()
}

// lookUp finds the ids of variants by their SKUs and those of options by their names.
func (f *filler) lookUp(ctx context.Context, tx *database.Tx) error {
	variants := map[string]int64{}
	for name, id := "", int64(0); ; {
		list, err := catalog.List(ctx, tx, f.org, catalog.Filter{}, name, id, maxPlaces)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			break
		}
		for i := range list {
			for j := range list[i].Variants {
				variants[list[i].Variants[j].SKU] = list[i].Variants[j].ID
			}
		}
		name, id = list[len(list)-1].Name, list[len(list)-1].ID
	}
	groups, err := catalog.Groups(ctx, tx, f.org)
	if err != nil {
		return err
	}
	options := map[string]int64{}
	for _, group := range groups {
		for _, option := range group.Options {
			options[group.Name+"/"+option.Name] = option.ID
		}
	}
	for _, shop := range f.shops {
		shop.variants, shop.options = map[unit]int64{}, map[pick]int64{}
		for i := range shop.sells.products {
			for j := range shop.sells.products[i].Variants {
				sku := shop.sells.products[i].Variants[j].SKU
				if shop.variants[unit{i, j}] = variants[sku]; variants[sku] == 0 {
					return fmt.Errorf("the variant %s is missing", sku)
				}
			}
		}
		for i, group := range shop.sells.groups {
			for j, option := range group.Options {
				shop.options[pick{i, j, 1}] = options[group.Name+"/"+option.Name]
			}
		}
	}
	return nil
}
