package catalog

import (
	"slices"
	"testing"

	"dangol/internal/core/pricing"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/money"
)

// stored adds a product with one counted variant that has no price: something that is used, not sold.
func (s *shop) stored(name string) int64 {
	s.t.Helper()
	product := &Product{Handle: name, Name: name, Kind: Goods, Variants: []Variant{{Tracked: true, TaxClass: pricing.Standard}}}
	s.save(product)
	return product.Variants[0].ID
}

func TestARecipeIsReadAsItWasSaved(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		s := newShop(t, db)
		made, milk, beans := s.cafe(), s.stored("우유"), s.stored("원두")
		product := s.product(made.product.ID)
		product.Variants[0].Recipe = []Part{{Variant: milk, Quantity: 200}, {Variant: beans, Quantity: 18}}
		s.save(product)
		got := s.product(product.ID).Variants[0].Recipe
		if len(got) != 2 || got[0].Variant != milk || got[0].Quantity != 200 || got[0].Name != "우유" || got[1].Variant != beans {
			t.Errorf("the recipe is %+v", got)
		}
		product = s.product(product.ID)
		product.Variants[0].Recipe = []Part{{Variant: beans, Quantity: 20}}
		s.save(product)
		if got := s.product(product.ID).Variants[0].Recipe; len(got) != 1 || got[0].Quantity != 20 {
			t.Errorf("the changed recipe is %+v", got)
		}
		made.temperature.Options[0].Recipe = []Part{{Variant: beans, Quantity: 9}}
		s.mustWrite(func(tx *database.Tx) error {
			return s.catalog.SaveGroup(t.Context(), tx, org, actor, made.temperature)
		})
		s.read(func(tx *database.Tx) error {
			groups, err := Groups(t.Context(), tx, org)
			at := slices.IndexFunc(groups, func(group Group) bool { return group.ID == made.temperature.ID })
			if got := groups[at].Options[0].Recipe; len(got) != 1 || got[0].Variant != beans || got[0].Quantity != 9 {
				t.Errorf("the option's recipe is %+v", got)
			}
			return err
		})
	})
}

func TestRecipesThatAreRefused(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		s := newShop(t, db)
		made, milk := s.cafe(), s.stored("우유")
		for _, row := range []struct {
			name   string
			recipe []Part
			path   string
			code   *fault.Code
		}{
			{"no units", []Part{{Variant: milk}}, "variants[1].recipe[0].quantity", ErrRange},
			{"too many units", []Part{{Variant: milk, Quantity: 100_001}}, "variants[1].recipe[0].quantity", ErrRange},
			{"the same part twice", []Part{{Variant: milk, Quantity: 1}, {Variant: milk, Quantity: 2}}, "variants[1].recipe[1].variant_id", ErrPartTwice},
			{"too many parts", make([]Part, maxParts+1), "variants[1].recipe", ErrTooMany},
			{"a part that does not exist", []Part{{Variant: 12345, Quantity: 1}}, "variants[1].recipe[0].variant_id", ErrUnknownReference},
			{"a part that is not counted", []Part{{Variant: made.small, Quantity: 1}}, "variants[1].recipe[0].variant_id", ErrPartUncounted},
			{"the variant itself", []Part{{Variant: made.large, Quantity: 1}}, "variants[1].recipe[0].variant_id", ErrPartItself},
		} {
			product := s.product(made.product.ID)
			product.Variants[1].Recipe = row.recipe
			err := product.Check()
			if err == nil {
				err = s.write(func(tx *database.Tx) error { return s.catalog.SaveProduct(t.Context(), tx, org, actor, product) })
			}
			found := fault.As(err)
			if found == nil || len(found.Fields) == 0 || found.Fields[0].Path != row.path || found.Fields[0].Code != row.code.Name() {
				t.Errorf("%s: got %v, want %s at %s", row.name, err, row.code.Name(), row.path)
			}
		}
	})
}

func TestATillSeesHowManyCanBeMade(t *testing.T) {
	t.Parallel()
	eachCounter(t, func(t *testing.T, c *counter) {
		made, milk, beans := c.cafe(), c.stored("우유"), c.stored("원두")
		product := c.product(made.product.ID)
		product.Variants[0].Recipe = []Part{{Variant: milk, Quantity: 200}, {Variant: beans, Quantity: 18}}
		product.Variants[1].Recipe = []Part{{Variant: milk, Quantity: 300}}
		c.save(product)
		made.temperature.Options[0].Recipe = []Part{{Variant: beans, Quantity: 18}}
		c.mustWrite(func(tx *database.Tx) error { return c.catalog.SaveGroup(t.Context(), tx, org, actor, made.temperature) })
		for _, row := range []struct {
			name                            string
			large, milk, beans              int64
			wantSmall, wantLarge, wantStock int64
			shotGone                        bool
		}{
			{"nothing is there", 0, 0, 0, 0, 0, 0, true},
			{"as many as the part that is used up first", 9, 1000, 50, 2, 3, 50, false},
			{"what is counted itself is no more than there are", 1, 1000, 100, 5, 1, 100, false},
			{"one part alone makes nothing", 9, 1000, 17, 0, 3, 17, true},
		} {
			c.onHand = map[int64]int64{made.large: row.large, milk: row.milk, beans: row.beans}
			var menu MenuView
			c.as("cashier").Do("GET", "/v1/stores/"+c.gangnam+"/menu", nil).Want(t, 200).Into(t, &menu)
			units := map[string]int64{}
			for _, variant := range menu.Products[0].Variants {
				if units[variant.ID] = variant.OnHand; !variant.Tracked {
					t.Errorf("%s: %s is not tracked", row.name, variant.Name)
				}
			}
			if len(menu.Products) != 1 || units[VariantID.Format(made.small)] != row.wantSmall || units[VariantID.Format(made.large)] != row.wantLarge {
				t.Errorf("%s: the menu has %v", row.name, units)
			}
			for _, group := range menu.OptionGroups {
				for _, option := range group.Options {
					if option.ID == OptionID.Format(made.shot) && option.SoldOut != row.shotGone {
						t.Errorf("%s: the shot is sold out: %v", row.name, option.SoldOut)
					}
				}
			}
			var now AvailabilityView
			c.as("cashier").Do("GET", "/v1/stores/"+c.gangnam+"/availability", nil).Want(t, 200).Into(t, &now)
			counts := map[string]int64{}
			for _, one := range now.OnHand {
				counts[one.VariantID] = one.OnHand
			}
			gone := slices.ContainsFunc(now.SoldOut, func(one SoldOutItemView) bool { return one.OptionID == OptionID.Format(made.shot) })
			if counts[VariantID.Format(made.small)] != row.wantSmall || counts[VariantID.Format(beans)] != row.wantStock || gone != row.shotGone {
				t.Errorf("%s: what is available is %+v", row.name, now)
			}
		}
		c.read(func(tx *database.Tx) error {
			elsewhere, err := Tracked(t.Context(), tx, org, jongno)
			if len(elsewhere) != 0 {
				t.Errorf("a store that does not sell the americano counts %v", elsewhere)
			}
			return err
		})
	})
}

func TestAnImportThatIsUndoneLeavesWhatRecipesTake(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		s := newShop(t, db)
		made := s.cafe()
		imported := s.apply([]byte("상품명,SKU,재고관리\n우유,MILK,예\n"), money.KRW, gangnam)
		products := s.all()
		milk := products[slices.IndexFunc(products, func(p Product) bool { return p.Name == "우유" })]
		product := s.product(made.product.ID)
		product.Variants[0].Recipe = []Part{{Variant: milk.Variants[0].ID, Quantity: 200}}
		s.save(product)
		s.undo(imported.ID)
		if left := s.product(milk.ID); !left.Archived {
			t.Errorf("the milk is %+v, want it archived", left)
		}
		if got := s.product(product.ID).Variants[0].Recipe; len(got) != 1 {
			t.Errorf("the recipe is %+v", got)
		}
	})
}
