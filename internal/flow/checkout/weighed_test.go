package checkout_test

import (
	"context"
	"strings"
	"testing"

	"dangol/internal/capability/catalog"
	"dangol/internal/capability/order"
	"dangol/internal/core/place"
	"dangol/internal/flow/checkout"
	"dangol/internal/ground/database"
)

// counter is what a shop sells that has no price of its own unit: beans by weight, a catch at an open price.
type counter struct{ beans, catch, coffee int64 }

func (s *shop) counter() counter {
	return counter{
		beans: s.stockUp(good{name: "원두", nameEN: "Beans", price: 12_000, left: 1000, soldBy: catalog.SoldByWeight}),
		catch: s.stockUp(good{
			name: "생선회", nameEN: "Sashimi", left: -1, soldBy: catalog.SoldByAmount,
			bounds: catalog.Bounds{Least: 30_000, Most: 100_000},
		}),
		coffee: s.coffee(),
	}
}

func weighed(variant, grams int64) object {
	asked := line(variant, 1)
	asked["grams"] = grams
	return asked
}

func entered(variant, quantity, price int64) object {
	asked := line(variant, quantity)
	asked["price"] = price
	return asked
}

func TestWhatWasWeighedOrEnteredWronglyIsRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c := s.counter()
		two := weighed(c.beans, 350)
		two["quantity"] = 2
		sale := func(lines ...object) call { return call{path: "/v1/checkouts", body: basket(4200, 4200, lines...)} }
		refuse(t, s, []tried{
			{"beans without a weight", sale(line(c.beans, 1)), 422, "catalog.grams", "body.lines[0].grams", "1g부터 99999g까지"},
			{"nothing on the scale", sale(weighed(c.beans, 0)), 422, "catalog.grams", "body.lines[0].grams", "원두"},
			{"a weight below zero", sale(weighed(c.beans, -350)), 422, "catalog.grams", "body.lines[0].grams", "원두"},
			{"a weight above the limit", sale(weighed(c.beans, 100_000)), 422, "catalog.grams", "body.lines[0].grams", "99999g"},
			{"two pieces of one weight", sale(two), 422, "pricing.out_of_range", "body.lines[0].quantity", "1부터 1"},
			{"a weight of what is not weighed", sale(weighed(c.coffee, 350)), 422, "catalog.not_weighed", "body.lines[0].grams", "아메리카노"},
			{"a weight of an open price", sale(weighed(c.catch, 350)), 422, "catalog.not_weighed", "body.lines[0].grams", "생선회"},
			{"an amount for what has a price", sale(entered(c.coffee, 1, 4200)), 422, "catalog.not_asked", "body.lines[0].price", "아메리카노"},
			{"an amount for what is weighed", sale(entered(c.beans, 1, 4200)), 422, "catalog.not_asked", "body.lines[0].price", "원두"},
			{"an open price without an amount", sale(line(c.catch, 1)), 422, "catalog.amount", "body.lines[0].price", "30,000원부터 100,000원까지"},
			{"an amount below the lowest", sale(entered(c.catch, 1, 29_999)), 422, "catalog.amount", "body.lines[0].price", "생선회"},
			{"an amount above the highest", sale(entered(c.catch, 1, 100_001)), 422, "catalog.amount", "body.lines[0].price", "생선회"},
			{"an amount below zero", sale(entered(c.catch, 1, -1)), 422, "catalog.amount", "body.lines[0].price", "생선회"},
			{"more grams than there are", call{path: "/v1/checkouts", body: basket(12_010, 12_010, weighed(c.beans, 1001))}, 409, "checkout.grams_short", "body.lines[0].grams", "원두의 재고가 1000g"},
		})
		said := s.send(call{path: "/v1/checkouts", key: s.key(), english: true, body: basket(0, 0, line(c.beans, 1))}).problem(t)
		if text := said.Errors[0].Message; !strings.Contains(text, "from 1 g to 99999 g for “Beans”") {
			t.Errorf("in English it says %q", text)
		}
	})
}

func TestTheTillsOfAWeighedPieceAgree(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c := s.counter()
		lines := []object{weighed(c.beans, 350), entered(c.catch, 2, 45_500)}
		var quoted checkout.QuoteView
		s.send(call{path: "/v1/quotes", body: object{"store_id": place.StoreID.Format(s.store), "lines": lines}}).into(t, &quoted)
		if quoted.Totals.Total != 4200+91_000 || quoted.Lines[0].Grams != 350 || quoted.Lines[0].ListPrice != 12_000 ||
			quoted.Lines[1].ListPrice != 45_500 {
			t.Errorf("it is quoted as %+v", quoted)
		}
		var practised checkout.PracticeView
		s.send(call{path: "/v1/practice-sales", body: basket(95_200, 95_200, lines...)}).into(t, &practised)
		if got := practised.Receipt.Lines[0]; got.Grams != 350 || got.KiloPrice != 12_000 {
			t.Errorf("the practice receipt says %+v", got)
		}
		var kept checkout.HeldView
		s.send(call{path: "/v1/held-orders", key: s.key(), body: object{"lines": lines}}).into(t, &kept)
		s.send(call{path: "/v1/held-orders/" + kept.ID + "/recall", key: s.key(), body: object{}}).into(t, &kept)
		if kept.Total != 95_200 || kept.Basket.Lines[0].Grams != 350 || kept.Basket.Lines[1].Price != 45_500 {
			t.Errorf("it was held as %+v", kept)
		}
		sold := s.sell(95_200, lines...)
		if got := sold.Order.Lines[0]; got.Grams != 350 || got.ListPrice != 12_000 || got.UnitPrice != 4200 || s.left(c.beans) != 650 {
			t.Errorf("it was sold as %+v, %d g are left", got, s.left(c.beans))
		}
		s.verify()
	})
}

func TestARecipeTakesGramsOfWhatIsWeighed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c := s.counter()
		drip := s.stockUp(good{name: "드립", price: 6000, left: -1})
		s.compose(drip, catalog.Part{Variant: c.beans, Quantity: 20})
		s.sell(12_000, line(drip, 2))
		if left := s.left(c.beans); left != 960 {
			t.Errorf("%d g are left, want 960", left)
		}
		s.verify()
	})
}

func TestAChangedBoundDoesNotTouchWhatWasSold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c := s.counter()
		sold := s.sell(45_000, entered(c.catch, 1, 45_000))
		s.write(func(ctx context.Context, tx *database.Tx) error {
			products, err := catalog.List(ctx, tx, s.org, catalog.Filter{Query: "생선회"}, "", 0, 1)
			if err != nil {
				return err
			}
			products[0].Bounds = catalog.Bounds{Least: 60_000}
			return s.catalog.SaveProduct(ctx, tx, s.org, 0, &products[0])
		})
		var back checkout.RefundedView
		s.send(call{path: "/v1/orders/" + sold.Order.ID + "/refunds", key: s.key(), body: object{"all": true, "restock": false}}).into(t, &back)
		if back.Refund.Total != 45_000 {
			t.Errorf("it gives back %d, want what was paid", back.Refund.Total)
		}
		s.verify()
	})
}

func TestAReportCountsAPieceAndWhatItWeighed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c := s.counter()
		sold := s.sell(4200, weighed(c.beans, 350))
		s.sell(2460, weighed(c.beans, 205))
		back := object{"all": true, "restock": false}
		s.send(call{path: "/v1/orders/" + sold.Order.ID + "/refunds", key: s.key(), body: back}).into(t, &checkout.RefundedView{})
		period := order.Period{Stores: []int64{s.store}, From: "2026-11-23", To: "2026-11-23"}
		var groups []order.Group
		err := s.db.Read(context.Background(), func(tx *database.Tx) error {
			var err error
			groups, err = period.Groups(context.Background(), tx, s.org, order.ByProduct)
			return err
		})
		if err != nil || len(groups) != 1 {
			t.Fatalf("the groups are %+v (%v)", groups, err)
		}
		if got := groups[0]; got.Sold.Units != 2 || got.Sold.Grams != 555 || got.PaidBack.Units != 1 || got.PaidBack.Grams != 350 {
			t.Errorf("the beans come to %+v", got)
		}
	})
}
