package checkout_test

import (
	"context"
	"testing"
	"time"

	"dangol/internal/capability/catalog"
	"dangol/internal/core/place"
	"dangol/internal/flow/checkout"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
)

// plan plans a price in won.
func (s *shop) plan(planned catalog.Planned) {
	s.t.Helper()
	planned.Currency = "KRW"
	s.write(func(ctx context.Context, tx *database.Tx) error {
		return s.catalog.SavePlanned(ctx, tx, s.org, s.owner.id, &planned)
	})
}

// asked is what one unit costs now.
func (s *shop) asked(variant int64) int64 {
	s.t.Helper()
	var quoted checkout.QuoteView
	s.send(call{path: "/v1/quotes", body: object{
		"store_id": place.StoreID.Format(s.store), "lines": []object{line(variant, 1)},
	}}).into(s.t, &quoted)
	return quoted.Totals.Total
}

func TestAPlannedPriceHoldsFromItsStartUntilItsEnd(t *testing.T) {
	t.Parallel()
	seoul := func(text string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04:05", text, time.FixedZone("KST", 9*60*60))
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	const usual, special = 4500, 3000
	for _, row := range []struct {
		name         string
		starts, ends string
		at           string
		want         int64
	}{
		{"a second before the minute at which it starts", "2026-11-24T15:00", "2026-11-24T17:00", "2026-11-24 14:59:59", usual},
		{"in that minute", "2026-11-24T15:00", "2026-11-24T17:00", "2026-11-24 15:00:00", special},
		{"a second before the minute at which it ends", "2026-11-24T15:00", "2026-11-24T17:00", "2026-11-24 16:59:59", special},
		{"in that minute", "2026-11-24T15:00", "2026-11-24T17:00", "2026-11-24 17:00:00", usual},
		{"before the cut-over it is still the day before", "2026-11-24", "2026-11-25", "2026-11-24 04:59:59", usual},
		{"the first business day begins with the cut-over", "2026-11-24", "2026-11-25", "2026-11-24 05:00:00", special},
		{"the last business day lasts until the cut-over", "2026-11-24", "2026-11-25", "2026-11-26 04:59:59", special},
		{"and not longer", "2026-11-24", "2026-11-25", "2026-11-26 05:00:00", usual},
		{"without an end it stays", "2026-11-24", "", "2028-01-01 12:00:00", special},
		{"from a day until a time", "2026-11-24", "2026-11-24T18:00", "2026-11-24 18:00:00", usual},
	} {
		for _, dialect := range databasetest.Dialects {
			t.Run(row.name+", on "+dialect.String(), func(t *testing.T) {
				t.Parallel()
				s := open(t, databasetest.Open(t, dialect, clock.At(seoul(row.at))), business{})
				coffee := s.coffee()
				s.plan(catalog.Planned{Variant: coffee, Store: s.store, Amount: special, Starts: row.starts, Ends: row.ends})
				if got := s.asked(coffee); got != row.want {
					t.Errorf("it costs %d, want %d", got, row.want)
				}
				s.sell(row.want, line(coffee, 1))
				s.verify()
			})
		}
	}
}

func TestOfSeveralPlannedPricesOneCounts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c := s.counter()
		coffee, beans := c.coffee, c.beans
		want := func(what string, variant, amount int64) {
			t.Helper()
			if got := s.asked(variant); got != amount {
				t.Errorf("%s: it costs %d, want %d", what, got, amount)
			}
		}
		s.plan(catalog.Planned{Variant: coffee, Amount: 4000, Starts: "2026-11-20"})
		want("in all stores", coffee, 4000)
		s.plan(catalog.Planned{Variant: coffee, Amount: 3900, Starts: "2026-11-22"})
		want("what started last", coffee, 3900)
		s.plan(catalog.Planned{Variant: coffee, Amount: 3800, Starts: "2026-11-22"})
		want("the newest of what started together", coffee, 3800)
		s.plan(catalog.Planned{Variant: coffee, Store: s.store, Amount: 4200, Starts: "2026-11-01"})
		want("the store's own", coffee, 4200)
		s.plan(catalog.Planned{Variant: coffee, Store: s.addStore("S2"), Amount: 1, Starts: "2026-11-23"})
		want("not another store's", coffee, 4200)
		dollars := catalog.Planned{Variant: coffee, Amount: 2, Starts: "2026-11-23", Currency: "USD"}
		s.write(func(ctx context.Context, tx *database.Tx) error {
			return s.catalog.SavePlanned(ctx, tx, s.org, s.owner.id, &dollars)
		})
		want("not one in another currency", coffee, 4200)
		s.write(func(ctx context.Context, tx *database.Tx) error {
			products, err := catalog.List(ctx, tx, s.org, catalog.Filter{Query: "아메리카노"}, "", 0, 1)
			if err != nil {
				return err
			}
			delete(products[0].Variants[0].Prices, s.store)
			return s.catalog.SaveProduct(ctx, tx, s.org, 0, &products[0])
		})
		sold := s.send(call{path: "/v1/quotes", body: object{
			"store_id": place.StoreID.Format(s.store), "lines": []object{line(coffee, 1)},
		}})
		if sold.problem(t).Errors[0].Code != catalog.ErrNotSold.Name() {
			t.Errorf("what has no price is sold: %s", sold.body)
		}
		s.plan(catalog.Planned{Variant: beans, Amount: 10_000, Starts: "2026-11-23"})
		s.sell(3500, weighed(beans, 350))
		s.verify()
	})
}

func TestThePriceThatTheCustomerWasToldMustStillHold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		coffee := s.coffee()
		s.plan(catalog.Planned{Variant: coffee, Amount: 3000, Starts: "2026-11-23T12:00", Ends: "2026-11-23T13:00"})
		refuse(t, s, []tried{{
			"the price of the minute before",
			call{path: "/v1/checkouts", body: basket(4500, 4500, line(coffee, 1))},
			409,
			"checkout.price_changed", "body.expected_total", "가격이 바뀌었어요",
		}})
		s.sell(3000, line(coffee, 1))
	})
}
