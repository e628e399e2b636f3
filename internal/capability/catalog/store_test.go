package catalog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"dangol/internal/core/place"
	"dangol/internal/core/pricing"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
	"dangol/internal/ground/lang"
)

const (
	org, otherOrg = 1, 2
	actor         = 9
	gangnam       = 11
	jongno        = 12
)

// shop is a catalogue for one test, with a stock that only remembers.
type shop struct {
	t       *testing.T
	db      *database.DB
	catalog *Catalog
	stock   *shelf
}

func newShop(t *testing.T, db *database.DB) *shop {
	t.Helper()
	stock := &shelf{units: map[[2]int64]int64{}, opened: map[string]bool{}, used: map[int64]bool{}}
	return &shop{t: t, db: db, catalog: New(db, stock, stock), stock: stock}
}

// shelf is a stock in memory.
type shelf struct {
	units  map[[2]int64]int64 // by store and variant
	opened map[string]bool
	used   map[int64]bool
	fail   error
}

func (s *shelf) Open(_ context.Context, _, _, importID, piece, store int64, quantities map[int64]int64) error {
	if s.fail != nil {
		return s.fail
	}
	return s.once(fmt.Sprint("open ", importID, piece, store), store, quantities, 1)
}

func (s *shelf) Withdraw(_ context.Context, _, _, importID, piece, store int64, quantities map[int64]int64) error {
	return s.once(fmt.Sprint("withdraw ", importID, piece, store), store, quantities, -1)
}

func (s *shelf) once(key string, store int64, quantities map[int64]int64, sign int64) error {
	if s.opened[key] {
		return nil
	}
	s.opened[key] = true
	for variant, quantity := range quantities {
		s.units[[2]int64{store, variant}] += sign * quantity
	}
	return nil
}

func (s *shelf) Used(_ context.Context, _ *database.Tx, _ int64, variants []int64) (map[int64]bool, error) {
	used := map[int64]bool{}
	for _, variant := range variants {
		if s.used[variant] {
			used[variant] = true
		}
	}
	return used, nil
}

func (s *shop) write(work func(tx *database.Tx) error) error { return s.db.Write(s.t.Context(), work) }

func (s *shop) mustWrite(work func(tx *database.Tx) error) {
	s.t.Helper()
	if err := s.write(work); err != nil {
		s.t.Fatalf("write: %v", err)
	}
}

func (s *shop) read(work func(tx *database.Tx) error) {
	s.t.Helper()
	if err := s.db.Read(s.t.Context(), work); err != nil {
		s.t.Fatalf("read: %v", err)
	}
}

func (s *shop) product(wanted int64) *Product {
	s.t.Helper()
	var found *Product
	s.read(func(tx *database.Tx) (err error) {
		found, err = ByID(s.t.Context(), tx, org, wanted)
		return err
	})
	return found
}

func (s *shop) all() []Product {
	s.t.Helper()
	var products []Product
	s.read(func(tx *database.Tx) (err error) {
		products, err = List(s.t.Context(), tx, org, Filter{Archived: -1}, "", 0, 1000)
		return err
	})
	return products
}

func (s *shop) save(product *Product) {
	s.t.Helper()
	if err := product.Check(); err != nil {
		s.t.Fatalf("check: %v", err)
	}
	s.mustWrite(func(tx *database.Tx) error { return s.catalog.SaveProduct(s.t.Context(), tx, org, actor, product) })
}

// cafe has an americano in two sizes with a temperature to choose and shots to add, sold in Gangnam only.
type cafe struct {
	product         *Product
	hot, ice, shot  int64
	temperature     *Group
	small, large    int64
	foreign         int64 // an option of a group that the americano doesn't have
	archivedVariant int64
}

func (s *shop) cafe() cafe {
	s.t.Helper()
	temperature := &Group{Name: "온도", NameEN: "Temperature", Minimum: 1, Maximum: 1, Options: []Option{
		{Name: "HOT", Preset: true}, {Name: "ICE", Delta: 500, Sort: 1},
	}}
	extra := &Group{Name: "추가", NameEN: "Extra", Maximum: 3, Options: []Option{
		{Name: "샷", NameEN: "Shot", Delta: 500}, {Name: "시럽", NameEN: "Syrup", SoldOut: true, Sort: 1},
	}}
	other := &Group{Name: "포장", Maximum: 1, Options: []Option{{Name: "선물", NameEN: "Gift"}}}
	category := &Category{Name: "커피", NameEN: "Coffee"}
	s.mustWrite(func(tx *database.Tx) error {
		return errors.Join(
			s.catalog.SaveGroup(s.t.Context(), tx, org, actor, temperature),
			s.catalog.SaveGroup(s.t.Context(), tx, org, actor, extra),
			s.catalog.SaveGroup(s.t.Context(), tx, org, actor, other),
			s.catalog.SaveCategory(s.t.Context(), tx, org, actor, category),
		)
	})
	price := func(amount int64) map[int64]int64 { return map[int64]int64{gangnam: amount} }
	product := &Product{
		Handle: "americano", Name: "아메리카노", NameEN: "Americano", Kind: Food, Category: category.ID,
		Axes: [Axes]string{"사이즈"}, Groups: []int64{temperature.ID, extra.ID},
		Variants: []Variant{
			{Values: [Axes]string{"S"}, SKU: "AM-S", TaxClass: pricing.Standard, Prices: price(4000)},
			{
				Values: [Axes]string{"L"}, SKU: "AM-L", Barcodes: []string{"4006381333931"}, Tracked: true, Sort: 1,
				TaxClass: pricing.ExemptItem, Prices: price(4500),
			},
			{Values: [Axes]string{"XL"}, TaxClass: pricing.Standard, Archived: true, Sort: 2, Prices: price(5000)},
		},
	}
	s.save(product)
	return cafe{
		product: product, hot: temperature.Options[0].ID, ice: temperature.Options[1].ID, shot: extra.Options[0].ID,
		temperature: extra, small: product.Variants[0].ID, large: product.Variants[1].ID, foreign: other.Options[0].ID,
		archivedVariant: product.Variants[2].ID,
	}
}

func TestAProductIsReadAsItWasSaved(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		shop := newShop(t, db)
		made := shop.cafe()
		got := shop.product(made.product.ID)
		if got.Version != 1 || !sameProduct(got, made.product) {
			t.Errorf("got %+v, want %+v", got, made.product)
		}
		got.Name = "아메리카노 (블랙)"
		got.Variants = got.Variants[1:]
		got.Variants[0].SKU = "AM-S"
		got.Variants[0].Barcodes = []string{"73513537"}
		delete(got.Variants[0].Prices, gangnam)
		got.Variants[0].Prices[jongno] = 4700
		shop.save(got)
		again := shop.product(made.product.ID)
		small := again.variant(made.small)
		if again.Version != 2 || !small.Archived {
			t.Errorf("version %d; what is left out is archived: %+v", again.Version, small)
		}
		large := again.variant(made.large)
		if large.SKU != "AM-S" || !slices.Equal(large.Barcodes, []string{"73513537"}) || len(large.Prices) != 1 || large.Prices[jongno] != 4700 {
			t.Errorf("got %+v", large)
		}
	})
}

func TestChangesThatAreRefused(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		shop := newShop(t, db)
		made := shop.cafe()
		fresh := func(change func(*Product)) *Product {
			product := &Product{Handle: "new", Name: "새 상품", Kind: Goods, Variants: []Variant{{TaxClass: pricing.Standard}}}
			change(product)
			return product
		}
		for _, row := range []struct {
			name    string
			product *Product
			code    *fault.Code
		}{
			{"a version that is no longer current", func() *Product {
				stale := made.product.clone()
				stale.Version = 7
				return stale
			}(), ErrStale},
			{"a handle that is taken", fresh(func(p *Product) { p.Handle = "americano" }), ErrHandleTaken},
			{"a SKU that is taken", fresh(func(p *Product) { p.Variants[0].SKU = "AM-L" }), ErrSKUTaken},
			{"a barcode that is taken", fresh(func(p *Product) { p.Variants[0].Barcodes = []string{"4006381333931"} }), ErrBarcodeTaken},
			{"a category that is not there", fresh(func(p *Product) { p.Category = 77 }), ErrUnknownReference},
			{"a group that is not there", fresh(func(p *Product) { p.Groups = []int64{77} }), ErrUnknownReference},
			{"a variant of another product", fresh(func(p *Product) { p.Variants[0].ID = made.small }), ErrUnknownReference},
			{"grams for what was counted in units", func() *Product {
				weighed := made.product.clone()
				weighed.SoldBy = SoldByWeight
				return weighed
			}(), ErrWeighedCounted},
			{"a product that is not there", fresh(func(p *Product) { p.ID, p.Version = 77, 1 }), id.Unknown},
		} {
			err := shop.write(func(tx *database.Tx) error {
				return shop.catalog.SaveProduct(t.Context(), tx, org, actor, row.product)
			})
			if !row.code.Has(err) {
				t.Errorf("%s: got %v, want %s", row.name, err, row.code.Name())
			}
		}
		if err := shop.write(func(tx *database.Tx) error {
			return shop.catalog.SaveCategory(t.Context(), tx, org, actor, &Category{Name: "커피"})
		}); !ErrNameTaken.Has(err) {
			t.Errorf("a category's name that is taken: got %v", err)
		}
		if err := shop.write(func(tx *database.Tx) error {
			return shop.catalog.SaveProduct(t.Context(), tx, otherOrg, actor, fresh(func(p *Product) { p.Handle = "americano" }))
		}); err != nil {
			t.Errorf("another organisation has its own handles: %v", err)
		}
	})
}

func TestSearchFindsAProduct(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		shop := newShop(t, db)
		made := shop.cafe()
		for _, row := range []struct {
			name   string
			filter Filter
			want   int
		}{
			{"by a part of its name", Filter{Query: "메리"}, 1},
			{"by its leading consonants", Filter{Query: "ㅇㅁㄹㅋㄴ"}, 1},
			{"by its English name in any case", Filter{Query: "AMERI"}, 1},
			{"by SKU", Filter{Query: "am-l"}, 1},
			{"by barcode", Filter{Query: "4006381333931"}, 1},
			{"by category and store", Filter{Category: made.product.Category, Store: gangnam}, 1},
			{"not by a pattern", Filter{Query: "%"}, 0},
			{"not in a store where it has no price", Filter{Store: jongno}, 0},
			{"not among archived ones", Filter{Archived: 1}, 0},
		} {
			shop.read(func(tx *database.Tx) error {
				found, err := List(t.Context(), tx, org, row.filter, "", 0, 10)
				if len(found) != row.want {
					t.Errorf("%s: got %d products", row.name, len(found))
				}
				return err
			})
		}
	})
}

// seoul is a store with nothing but what Resolve asks of it.
func seoul(store int64) place.Store {
	return place.Store{ID: store, Zone: "Asia/Seoul", CutoverMinutes: 300}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		shop := newShop(t, db)
		made := shop.cafe()
		shop.read(func(tx *database.Tx) error {
			got, err := Resolve(t.Context(), tx, org, seoul(gangnam), []Wanted{
				{Variant: made.large, Options: []Choice{{made.ice, 1}, {made.shot, 2}}},
				{Variant: made.small, Options: []Choice{{made.hot, 1}}},
			})
			if err != nil {
				return err
			}
			large := got[0]
			if large.Name != "아메리카노" || large.VariantName != "L" || large.Price != 4500 || !large.Tracked ||
				large.TaxClass != pricing.ExemptItem || large.SKU != "AM-L" || large.Category != made.product.Category {
				t.Errorf("got %+v", large)
			}
			shot := large.Options[1]
			if shot.GroupName != "추가" || shot.NameEN != "Shot" || shot.Delta != 500 || shot.Quantity != 2 {
				t.Errorf("got %+v", shot)
			}
			if got[1].Price != 4000 || got[1].Tracked {
				t.Errorf("got %+v", got[1])
			}
			return nil
		})
	})
}

func TestResolveRefuses(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		shop := newShop(t, db)
		made := shop.cafe()
		hot := Choice{made.hot, 1}
		soldOut := made.temperature.Options[1].ID
		for _, row := range []struct {
			name  string
			org   int64
			store int64
			line  Wanted
			path  string
			code  *fault.Code
			text  string
		}{
			{"a variant that is not there", org, gangnam, Wanted{Variant: 5}, "lines[0].variant_id", ErrVariantUnknown, "no longer exists"},
			{"a variant of another organisation", otherOrg, gangnam, Wanted{Variant: made.large}, "lines[0].variant_id", ErrVariantUnknown, "no longer"},
			{"a variant without a price here", org, jongno, Wanted{Variant: made.large}, "lines[0].variant_id", ErrNotSold, "“Americano” is not sold"},
			{"an archived variant", org, gangnam, Wanted{Variant: made.archivedVariant}, "lines[0].variant_id", ErrNotSold, "not sold"},
			{"a group under its minimum", org, gangnam, Wanted{Variant: made.large}, "lines[0].options", ErrGroupMinimum, "at least 1 in “Temperature”"},
			{"a group over its maximum", org, gangnam, Wanted{Variant: made.large, Options: []Choice{hot, {made.shot, 4}}}, "lines[0].options", ErrGroupMaximum, "at most 3 in “Extra”"},
			{"an option that is not there", org, gangnam, Wanted{Variant: made.large, Options: []Choice{hot, {7, 1}}}, "lines[0].options[1].option_id", ErrOptionUnknown, "no longer"},
			{"an option of another group", org, gangnam, Wanted{Variant: made.large, Options: []Choice{hot, {made.foreign, 1}}}, "lines[0].options[1].option_id", ErrOptionForeign, "“Gift”"},
			{"an option that is sold out", org, gangnam, Wanted{Variant: made.large, Options: []Choice{hot, {soldOut, 1}}}, "lines[0].options[1].option_id", ErrOptionSoldOut, "“Syrup”"},
			{"an option twice", org, gangnam, Wanted{Variant: made.large, Options: []Choice{hot, hot}}, "lines[0].options[1].option_id", ErrOptionTwice, "twice"},
			{"no times an option", org, gangnam, Wanted{Variant: made.large, Options: []Choice{{made.hot, 0}}}, "lines[0].options[0].option_id", ErrRange, "from 1"},
		} {
			shop.read(func(tx *database.Tx) error {
				_, err := Resolve(t.Context(), tx, row.org, seoul(row.store), []Wanted{row.line})
				wantField(t, err, row.path, row.code)
				if found := fault.As(err); found != nil && !strings.Contains(found.Fields[0].Message(lang.English), row.text) {
					t.Errorf("%s: got %q, want %q in it", row.name, found.Fields[0].Message(lang.English), row.text)
				}
				return nil
			})
		}
	})
}

func TestTheMenuHasWhatTheStoreSells(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		shop := newShop(t, db)
		made := shop.cafe()
		shop.read(func(tx *database.Tx) error {
			menu, err := ReadMenu(t.Context(), tx, org, gangnam)
			if err != nil {
				return err
			}
			if len(menu.Products) != 1 || len(menu.Products[0].Variants) != 2 || len(menu.Categories) != 1 || len(menu.Groups) != 2 {
				t.Fatalf("got %+v", menu)
			}
			large := menu.Products[0].Variants[1]
			if large.ID != made.large || large.Price != 4500 || !slices.Equal(large.Barcodes, []string{"4006381333931"}) {
				t.Errorf("got %+v", large)
			}
			if !slices.Equal(menu.Products[0].Groups, made.product.Groups) {
				t.Errorf("got the groups %v, want %v", menu.Products[0].Groups, made.product.Groups)
			}
			tracked, err := Tracked(t.Context(), tx, org, gangnam)
			if err == nil && !slices.Equal(tracked, []int64{made.large}) {
				t.Errorf("tracked are %v", tracked)
			}
			empty, err := ReadMenu(t.Context(), tx, org, jongno)
			if err == nil && (len(empty.Products) != 0 || len(empty.Categories) != 0) {
				t.Errorf("the other store sells %+v", empty)
			}
			return err
		})
	})
}

func TestTheRevisionMovesWithEachChange(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		shop := newShop(t, db)
		revision := func() (current int64) {
			shop.read(func(tx *database.Tx) (err error) {
				current, err = Revision(t.Context(), tx, org)
				return err
			})
			return current
		}
		if revision() != 0 {
			t.Error("an empty catalogue has a revision")
		}
		made := shop.cafe()
		before := revision()
		shop.save(made.product)
		if after := revision(); after <= before {
			t.Errorf("the revision went from %d to %d", before, after)
		}
	})
}

func TestAnOptionThatIsLeftOutIsArchived(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		shop := newShop(t, db)
		made := shop.cafe()
		group := *made.temperature
		group.Options = []Option{group.Options[1], {Name: "휘핑"}}
		shop.mustWrite(func(tx *database.Tx) error { return shop.catalog.SaveGroup(t.Context(), tx, org, actor, &group) })
		shop.read(func(tx *database.Tx) error {
			groups, err := Groups(t.Context(), tx, org)
			for i := range groups {
				if groups[i].ID == group.ID && (len(groups[i].Options) != 3 || len(groups[i].current().Options) != 2 || groups[i].Version != 2) {
					t.Errorf("got %+v", groups[i])
				}
			}
			return err
		})
		group.Version = 1
		if err := shop.write(func(tx *database.Tx) error {
			return shop.catalog.SaveGroup(t.Context(), tx, org, actor, &group)
		}); !ErrStale.Has(err) {
			t.Errorf("an old version: got %v", err)
		}
	})
}

func TestVariantsAnswerForStock(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		shop := newShop(t, db)
		made := shop.cafe()
		shop.read(func(tx *database.Tx) error {
			var named []string
			call := func(variant int64, product, name, _ string, tracked bool) {
				named = append(named, fmt.Sprint(variant == made.large, product, " ", name, tracked))
			}
			err := Variants{}.EachNamed(t.Context(), tx, org, []int64{made.large, 99}, call)
			if err == nil {
				err = Variants{}.EachNamed(t.Context(), tx, otherOrg, []int64{made.large}, call)
			}
			if err != nil || !slices.Equal(named, []string{"true아메리카노 Ltrue"}) {
				t.Errorf("got %q, %v", named, err)
			}
			tracked, err := Variants{}.Tracked(t.Context(), tx, org, gangnam)
			if err != nil || !slices.Contains(tracked, made.large) {
				t.Errorf("tracked: %v, %v", tracked, err)
			}
			var found []int64
			each := func(variant int64, product, name, sku string, tracked bool) {
				if product != "아메리카노" {
					t.Errorf("got %s %s %s %v", product, name, sku, tracked)
				}
				found = append(found, variant)
			}
			err = Variants{}.EachSold(t.Context(), tx, org, gangnam, "ㅇㅁㄹ", "", 0, 1, each)
			if err == nil {
				err = Variants{}.EachSold(t.Context(), tx, org, gangnam, "", "아메리카노", found[0], 10, each)
			}
			slices.Sort(found)
			if !slices.Equal(found, []int64{made.small, made.large}) {
				t.Errorf("got %v", found)
			}
			return err
		})
	})
}
