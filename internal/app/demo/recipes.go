package demo

import (
	"context"
	"fmt"
	"slices"

	"dangol/internal/capability/catalog"
	"dangol/internal/capability/stock"
	"dangol/internal/core/pricing"
	"dangol/internal/ground/database"
	"dangol/internal/ground/id"
)

// ingredient is what the café's bar uses and doesn't sell: units are grams or millilitres.
type ingredient struct {
	handle, name, english string
	daily                 int64 // more than a café uses in a day
}

var (
	houseBeans = ingredient{"bar-beans", "매장용 원두 (g)", "House Beans (g)", 12_000}
	barMilk    = ingredient{"bar-milk", "우유 (ml)", "Milk (ml)", 100_000}
)

// takes is how much of an ingredient a drink or an option takes.
type takes struct {
	of       ingredient
	quantity int64
}

// cafeRecipes are by the names of products, which have one variant.
var cafeRecipes = map[string][]takes{
	"카페라떼":  {{houseBeans, 18}, {barMilk, 200}},
	"카푸치노":  {{houseBeans, 18}, {barMilk, 150}},
	"아메리카노": {{houseBeans, 18}},
}

// extraShot is what an extra shot takes.
var extraShot = takes{houseBeans, 9}

// The café's set (세트): an americano with a salt bread.
const (
	setHandle  = "cafe-morning-set"
	setName    = "모닝 세트 (아메리카노·소금빵)"
	setEnglish = "Morning Set (Americano, Salt Bread)"
	setBread   = "소금빵"
	setPrice   = 5_900
)

// cook writes the café's recipes and its set, and fills the bars of its stores.
func (f *filler) cook(ctx context.Context) error {
	var cafes []*shop
	for _, shop := range f.shops {
		if shop.company.asksService {
			cafes = append(cafes, shop)
		}
	}
	if len(cafes) == 0 {
		return nil
	}
	bar := map[string]int64{}
	err := f.DB.Write(ctx, func(tx *database.Tx) error {
		for _, one := range []ingredient{houseBeans, barMilk} {
			kept, err := f.keep(ctx, tx, cafes[0].manager, catalog.Product{
				Handle: one.handle, Name: one.name, NameEN: one.english, Kind: catalog.Goods,
				Variants: []catalog.Variant{{SKU: one.handle, Tracked: true, TaxClass: pricing.Standard}},
			})
			if err != nil {
				return err
			}
			bar[one.handle] = kept
		}
		return nil
	})
	if err != nil {
		return err
	}
	days := int64(f.options.Days + 1)
	for _, cafe := range cafes {
		slip := stock.Slip{Store: cafe.store, Kind: stock.Receive, Pool: stock.Till}
		for _, one := range []ingredient{houseBeans, barMilk} {
			quantity := one.daily * days * max(percent, int64(f.options.SizePercent)) / percent
			slip.Lines = append(slip.Lines, stock.SlipLine{Variant: bar[one.handle], Quantity: quantity})
		}
		if _, err := f.Stock.Post(ctx, f.org, cafe.manager, fmt.Sprintf("demo:%s:bar", cafe.site.code), slip); err != nil {
			return fmt.Errorf("fill the bar of %s: %w", cafe.site.code, err)
		}
	}
	return f.DB.Write(ctx, func(tx *database.Tx) error { return f.compose(ctx, tx, cafes, bar) })
}

// keep makes a product unless there is one of its handle, and returns its first variant.
func (f *filler) keep(ctx context.Context, tx *database.Tx, manager int64, product catalog.Product) (int64, error) {
	known, err := catalog.ByHandle(ctx, tx, f.org, product.Handle)
	if err == nil {
		return known.Variants[0].ID, nil
	}
	if !id.Unknown.Has(err) {
		return 0, err
	}
	err = f.Catalog.SaveProduct(ctx, tx, f.org, manager, &product)
	return product.Variants[0].ID, err
}

// compose writes what drinks, the extra shot and the set take.
func (f *filler) compose(ctx context.Context, tx *database.Tx, cafes []*shop, bar map[string]int64) error {
	manager := cafes[0].manager
	part := func(one takes) catalog.Part { return catalog.Part{Variant: bar[one.of.handle], Quantity: one.quantity} }
	var coffee, bread *catalog.Product
	for i := range cafes[0].sells.products {
		sold := &cafes[0].sells.products[i]
		recipe, has := cafeRecipes[sold.Name]
		if !has && sold.Name != setBread {
			continue
		}
		product, err := catalog.ByHandle(ctx, tx, f.org, sold.Handle)
		if err != nil {
			return fmt.Errorf("find %s: %w", sold.Name, err)
		}
		switch {
		case sold.Name == setBread:
			bread = product
			continue
		case len(recipe) == 1:
			coffee = product
		}
		if len(product.Variants[0].Recipe) > 0 {
			continue
		}
		for _, one := range recipe {
			product.Variants[0].Recipe = append(product.Variants[0].Recipe, part(one))
		}
		if err := f.Catalog.SaveProduct(ctx, tx, f.org, manager, product); err != nil {
			return err
		}
	}
	if err := f.composeShot(ctx, tx, manager, part(extraShot)); err != nil {
		return err
	}
	set := catalog.Product{
		Handle: setHandle, Name: setName, NameEN: setEnglish, Kind: catalog.Food, Category: coffee.Category,
		Variants: []catalog.Variant{{SKU: "SET1", TaxClass: pricing.Standard, Prices: map[int64]int64{}, Recipe: []catalog.Part{
			part(cafeRecipes[coffee.Name][0]), {Variant: bread.Variants[0].ID, Quantity: 1},
		}}},
	}
	for _, cafe := range cafes {
		set.Variants[0].Prices[cafe.store] = setPrice
	}
	_, err := f.keep(ctx, tx, manager, set)
	return err
}

// composeShot gives the extra shot its recipe.
func (f *filler) composeShot(ctx context.Context, tx *database.Tx, manager int64, part catalog.Part) error {
	groups, err := catalog.Groups(ctx, tx, f.org)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(groups, func(group catalog.Group) bool { return group.Name == shot })
	if at < 0 || len(groups[at].Options[0].Recipe) > 0 {
		return nil
	}
	groups[at].Options[0].Recipe = []catalog.Part{part}
	return f.Catalog.SaveGroup(ctx, tx, f.org, manager, &groups[at])
}
