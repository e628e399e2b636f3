package checkout_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"dangol/internal/capability/catalog"
	"dangol/internal/capability/order"
	"dangol/internal/flow/checkout"
	"dangol/internal/ground/database"
)

// compose gives a variant a recipe.
func (s *shop) compose(variant int64, recipe ...catalog.Part) {
	s.t.Helper()
	s.write(func(ctx context.Context, tx *database.Tx) error {
		products, err := catalog.List(ctx, tx, s.org, catalog.Filter{Archived: -1}, "", 0, 200)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(products, func(p catalog.Product) bool { return p.Variants[0].ID == variant })
		products[at].Variants[0].Recipe = recipe
		return s.catalog.SaveProduct(ctx, tx, s.org, 0, &products[at])
	})
}

// kitchen is a shop with a latte that takes beans and milk, and a set of a sandwich and a juice.
type kitchen struct {
	beans, milk, sandwich, juice int64
	latte, set                   int64
	shot, oat                    int64 // options of the latte
}

func (s *shop) cook() kitchen {
	s.t.Helper()
	k := kitchen{
		beans: s.stockUp(good{name: "원두", price: 10, left: 100}), milk: s.stockUp(good{name: "우유", price: 10, left: 1000}),
		sandwich: s.stockUp(good{name: "샌드위치", price: 6000, left: 3}), juice: s.stockUp(good{name: "주스", price: 4000, left: 10}),
	}
	extras := s.group("추가", 0, 3,
		catalog.Option{Name: "샷", Delta: 500, Recipe: []catalog.Part{{Variant: k.beans, Quantity: 18}}},
		catalog.Option{Name: "오트", Delta: 800})
	k.shot, k.oat = extras.Options[0].ID, extras.Options[1].ID
	k.latte = s.stockUp(good{name: "카페라떼", price: 5000, left: -1, groups: []int64{extras.ID}})
	s.compose(k.latte, catalog.Part{Variant: k.beans, Quantity: 18}, catalog.Part{Variant: k.milk, Quantity: 200})
	k.set = s.stockUp(good{name: "런치 세트", price: 9000, left: -1})
	s.compose(k.set, catalog.Part{Variant: k.sandwich, Quantity: 1}, catalog.Part{Variant: k.juice, Quantity: 1})
	return k
}

func TestASaleTakesWhatItsRecipesSay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		k := s.cook()
		shots := line(k.latte, 1)
		shots["options"] = []object{{"option_id": catalog.OptionID.Format(k.shot), "quantity": 2}}
		sold := s.sell(5000*2+6000+9000+6000, line(k.latte, 2), shots, line(k.set, 1), line(k.sandwich, 1))
		for _, row := range []struct {
			name          string
			variant, left int64
		}{
			{"each latte and each shot takes beans", k.beans, 100 - 18*5},
			{"each latte takes milk", k.milk, 1000 - 200*3},
			{"a sandwich leaves with the set and by itself", k.sandwich, 1},
			{"a juice leaves with the set", k.juice, 9},
		} {
			if left := s.left(row.variant); left != row.left {
				t.Errorf("%s: %d are left, want %d", row.name, left, row.left)
			}
		}
		if len(sold.OnHand) != 4 {
			t.Errorf("the till is told of %d variants, want the four that moved: %+v", len(sold.OnHand), sold.OnHand)
		}
		s.verify()
		var books checkout.BooksView
		s.send(call{path: "/v1/orders/" + sold.Order.ID + "/books", person: &s.owner}).into(t, &books)
		named := slices.ContainsFunc(books.Postings[0].Transfers, func(one checkout.TransferView) bool {
			return strings.HasSuffix(one.Credit.Name, "· 우유")
		})
		if !named {
			t.Errorf("the books don't call the milk by its name: %+v", books.Postings[0].Transfers)
		}
	})
}

func TestARefundBringsBackWhatTheSaleTook(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		k := s.cook()
		sold := s.sell(27000, line(k.set, 3))
		// What the recipe says later changes nothing of what was sold before.
		s.compose(k.set, catalog.Part{Variant: k.milk, Quantity: 900})
		back := func(body object) {
			t.Helper()
			s.send(call{path: "/v1/orders/" + sold.Order.ID + "/refunds", key: s.key(), body: body}).into(t, &checkout.RefundedView{})
		}
		one := []object{{"line_id": sold.Order.Lines[0].ID, "quantity": 1}}
		back(object{"lines": one, "restock": true})
		if sandwich, juice, milk := s.left(k.sandwich), s.left(k.juice), s.left(k.milk); sandwich != 1 || juice != 8 || milk != 1000 {
			t.Errorf("%d sandwiches, %d juices and %d ml of milk are left, want 1, 8 and 1000", sandwich, juice, milk)
		}
		back(object{"lines": one, "restock": false})
		if sandwich := s.left(k.sandwich); sandwich != 1 {
			t.Errorf("%d sandwiches are left, want 1: nothing was put back", sandwich)
		}
		back(object{"all": true, "restock": true})
		if sandwich := s.left(k.sandwich); sandwich != 2 {
			t.Errorf("%d sandwiches are left, want 2", sandwich)
		}
		s.verify()
	})
}

func TestWhatIsNotThereIsNotCooked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		k := s.cook()
		refuse(t, s, []tried{
			{"a set whose sandwich is out names the sandwich", call{path: "/v1/checkouts", body: basket(36000, 36000, line(k.set, 4))}, 409, "checkout.part_short", "body.lines[0].quantity", "런치 세트에 들어가는 샌드위치의 재고가 3개"},
			{"a part that is sold by itself too counts together", call{path: "/v1/checkouts", body: basket(30000, 30000, line(k.set, 2), line(k.sandwich, 2))}, 409, "checkout.part_short", "body.lines[0].quantity", "샌드위치"},
			{"beans for six shots are too few", call{path: "/v1/checkouts", body: basket(4000+33000, 37000, line(k.juice, 1), line(k.latte, 6, k.shot))}, 409, "checkout.part_short", "body.lines[1].quantity", "카페라떼에 들어가는 원두의 재고가 100개"},
		})
	})
}

func TestAPartThatIsNoLongerCountedIsNotTaken(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		k := s.cook()
		s.write(func(ctx context.Context, tx *database.Tx) error {
			products, err := catalog.List(ctx, tx, s.org, catalog.Filter{Query: "우유"}, "", 0, 1)
			if err != nil {
				return err
			}
			products[0].Variants[0].Tracked = false
			return s.catalog.SaveProduct(ctx, tx, s.org, 0, &products[0])
		})
		sold := s.sell(5000, line(k.latte, 1))
		if beans, milk := s.left(k.beans), s.left(k.milk); beans != 82 || milk != 1000 {
			t.Errorf("%d g of beans and %d ml of milk are left, want 82 and 1000", beans, milk)
		}
		var kept order.Order
		err := s.db.Read(context.Background(), func(tx *database.Tx) error {
			wanted, err := order.IDs.Parse(sold.Order.ID)
			if err != nil {
				return err
			}
			kept, err = order.Read(context.Background(), tx, s.org, wanted)
			return err
		})
		if err != nil || len(kept.Lines[0].Parts) != 1 || kept.Lines[0].Parts[0].Name != "원두" {
			t.Errorf("the order remembers %+v (%v), want the beans alone", kept.Lines, err)
		}
		s.verify()
	})
}
