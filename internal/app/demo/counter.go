package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"dangol/internal/capability/catalog"
	"dangol/internal/capability/order"
	"dangol/internal/capability/stock"
	"dangol/internal/core/place"
	"dangol/internal/core/pricing"
	"dangol/internal/flow/checkout"
	"dangol/internal/ground/database"
)

// What a café sells beside what has a price of its own unit: beans by weight (무게 판매), and cakes that are made to order,
// whose amount is entered at the till (금액 입력).
const (
	beansHandle  = "cafe-beans-by-weight"
	cakeHandle   = "cafe-cake-to-order"
	counterPage  = "굿즈·원두"
	beansKilo    = 48_000 // won
	beansInStock = 30_000 // grams, in each café
	cakeLeast    = 30_000
	cakeMost     = 200_000
)

// weigh makes what is weighed or has an open price, and brings beans to the cafés.
func (f *filler) weigh(ctx context.Context) error {
	var cafes []*shop
	for _, shop := range f.shops {
		if shop.company.asksService {
			cafes = append(cafes, shop)
		}
	}
	if len(cafes) == 0 {
		return nil
	}
	beans := catalog.Product{
		Handle: beansHandle, Name: "블렌드 원두 (무게)", NameEN: "Blend Beans by Weight", Kind: catalog.Goods,
		SoldBy: catalog.SoldByWeight,
		Variants: []catalog.Variant{{
			SKU: "BEANS-KG", Tracked: true, TaxClass: pricing.Standard, Prices: map[int64]int64{},
		}},
	}
	cake := catalog.Product{
		Handle: cakeHandle, Name: "주문 케이크 (금액 입력)", NameEN: "Cake to Order", Kind: catalog.Goods,
		SoldBy: catalog.SoldByAmount, Bounds: catalog.Bounds{Least: cakeLeast, Most: cakeMost},
		Variants: []catalog.Variant{{SKU: "CAKE-ORDER", TaxClass: pricing.Standard, Prices: map[int64]int64{}}},
	}
	for _, cafe := range cafes {
		beans.Variants[0].Prices[cafe.store], cake.Variants[0].Prices[cafe.store] = beansKilo, 0
	}
	var made counter
	err := f.DB.Write(ctx, func(tx *database.Tx) error {
		categories, err := catalog.Categories(ctx, tx, f.org)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(categories, func(one catalog.Category) bool { return one.Name == counterPage })
		beans.Category, cake.Category = categories[at].ID, categories[at].ID
		if made.beans, err = f.keep(ctx, tx, cafes[0].manager, beans); err != nil {
			return err
		}
		made.cake, err = f.keep(ctx, tx, cafes[0].manager, cake)
		return err
	})
	if err != nil {
		return err
	}
	for _, cafe := range cafes {
		slip := stock.Slip{Store: cafe.store, Kind: stock.Receive, Pool: stock.Till, Lines: []stock.SlipLine{
			{Variant: made.beans, Quantity: beansInStock},
		}}
		if _, err := f.Stock.Post(ctx, f.org, cafe.manager, fmt.Sprintf("demo:%s:beans", cafe.site.code), slip); err != nil {
			return fmt.Errorf("bring beans to %s: %w", cafe.site.code, err)
		}
		cafe.counter = made
	}
	return nil
}

// counter are the variants that are weighed or have an open price; none in a shop that has no such thing.
type counter struct{ beans, cake int64 }

// pieces are what was weighed, and cakes what was asked for a cake, on one evening after the other.
var (
	pieces = []int64{350, 205, 512}
	cakes  = []int64{45_000, 68_000, 39_000}
)

// atTheCounter sells a weighed piece, and a cake, on the evening of a day.
func (f *filler) atTheCounter(ctx context.Context, shop *shop, number int, closes time.Time) error {
	if shop.counter == (counter{}) {
		return nil
	}
	grams, cake := pieces[number%len(pieces)], cakes[number%len(cakes)]
	request := checkout.SaleRequest{SoldAt: closes.Add(-time.Minute), Basket: checkout.Basket{
		Service: order.Takeaway,
		Lines: []checkout.LineWanted{
			{Variant: shop.counter.beans, Quantity: 1, Grams: grams}, {Variant: shop.counter.cake, Quantity: 1, Price: cake},
		},
	}}
	beans, err := pricing.Weigh(beansKilo, grams)
	if err != nil {
		return err
	}
	request.ExpectedTotal = beans/cashStep*cashStep + cake
	request.Tenders = []checkout.Tender{{Kind: order.Card, Amount: request.ExpectedTotal}}
	seller := checkout.Seller{Org: f.org, Device: shop.tills[0].ID, Store: shop.store, Staff: shop.cashiers[1]}
	key := fmt.Sprintf("demo:%s:counter:%d", shop.site.code, number)
	if _, err := f.Checkout.Sell(ctx, seller, key, request); err != nil {
		return fmt.Errorf("sell at the counter of %s: %w", shop.site.code, err)
	}
	return nil
}

// cashStep is what amounts by weight are rounded to.
const cashStep = 10

// planPrices plans what is cheaper for a while: one thing in all shops from today, another in one shop from tomorrow.
func (f *filler) planPrices(ctx context.Context) error {
	return f.DB.Write(ctx, func(tx *database.Tx) error {
		planned, err := catalog.PlannedFor(ctx, tx, f.org, place.Store{ID: f.shops[0].store, Currency: currency})
		if err != nil || len(planned) > 0 {
			return err
		}
		for _, one := range []struct {
			product     string
			store       int64
			amount      int64
			from, until int // days from today
			name        string
		}{
			{"텀블러 473ml", 0, 24_000, 0, 6, "텀블러 주간"},
			{"드립백 10개입", f.shops[0].store, 9_900, 1, 3, "겨울맞이 행사"},
			{"블렌드 원두 (무게)", 0, 42_000, 7, 13, "원두 주간"},
		} {
			products, err := catalog.List(ctx, tx, f.org, catalog.Filter{Query: one.product}, "", 0, 1)
			if err != nil || len(products) == 0 {
				return err
			}
			day := func(after int) string { return f.today.AddDate(0, 0, after).Format(time.DateOnly) }
			err = f.Catalog.SavePlanned(ctx, tx, f.org, f.shops[0].manager, &catalog.Planned{
				Variant: products[0].Variants[0].ID, Store: one.store, Currency: currency, Amount: one.amount, Name: one.name,
				Starts: day(one.from), Ends: day(one.until),
			})
			if err != nil {
				return fmt.Errorf("plan a price of %s: %w", one.product, err)
			}
		}
		return nil
	})
}
