package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"dangol/internal/core/pricing"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/id"
	"dangol/internal/ground/lang"
	"dangol/internal/ground/money"
	"dangol/internal/ground/sheet"
)

func shopify(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/shopify/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func (s *shop) check(data []byte, currency money.Currency, stores ...int64) *Import {
	s.t.Helper()
	made, err := s.catalog.Check(s.t.Context(), org, actor, File{
		Name: "file", Data: data, Format: Auto, Stores: stores, Currency: currency,
	})
	if err != nil {
		s.t.Fatalf("check: %v", err)
	}
	return made
}

// later is when an import that a test applies must have stopped for breath.
func (s *shop) later() time.Time { return s.db.Clock().Now().Add(time.Hour) }

func (s *shop) apply(data []byte, currency money.Currency, stores ...int64) *Import {
	s.t.Helper()
	made := s.check(data, currency, stores...)
	done, err := s.catalog.Apply(s.t.Context(), org, actor, made.ID, s.later())
	if err != nil {
		s.t.Fatalf("apply: %v", err)
	}
	return done
}

func (s *shop) undo(wanted int64) *Import {
	s.t.Helper()
	done, err := s.catalog.Undo(s.t.Context(), org, actor, wanted, s.later())
	if err != nil {
		s.t.Fatalf("undo: %v", err)
	}
	return done
}

func (s *shop) units() int64 {
	sum := int64(0)
	for _, units := range s.stock.units {
		sum += units
	}
	return sum
}

func wantImport(t *testing.T, got *Import, state State, creates, updates, unchanged int64) {
	t.Helper()
	if got.State != state || got.Creates != creates || got.Updates != updates || got.Unchanged != unchanged {
		t.Errorf("got %s with %d new, %d changed, %d unchanged (%+v), want %s, %d, %d, %d", got.State, got.Creates, got.Updates,
			got.Unchanged, got.Problems, state, creates, updates, unchanged)
	}
}

func TestAShopifyFileIsImportedOnce(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		shop := newShop(t, db)
		data := shopify(t, "home-and-garden.csv")
		wantImport(t, shop.apply(data, money.USD, gangnam), Applied, 20, 0, 0)
		products := shop.all()
		if len(products) != 20 || shop.units() != 65 {
			t.Errorf("got %d products and %d units", len(products), shop.units())
		}
		pot := products[slices.IndexFunc(products, func(p Product) bool { return p.Handle == "clay-plant-pot" })]
		if pot.Name != "Clay Plant Pot" || pot.Description != "Classic blown clay pot for plants" || len(pot.Variants) != 2 ||
			pot.Variants[1].Name() != "Large" || pot.Variants[1].Prices[gangnam] != 1599 {
			t.Errorf("got %+v", pot)
		}
		again := shop.apply(data, money.USD, gangnam)
		wantImport(t, again, Applied, 0, 0, 20)
		if shop.units() != 65 {
			t.Errorf("the second time brought units: %d", shop.units())
		}
		if now := shop.product(pot.ID); now.Version != 1 {
			t.Errorf("the second time changed a product: version %d", now.Version)
		}
		wantImport(t, shop.apply(shopify(t, "apparel.csv"), money.USD, gangnam, jongno), Applied, 20, 0, 0)
	})
}

func TestWhatIsWeighedOrEnteredIsImportedAndExported(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		shop := newShop(t, db)
		const file = "상품코드,상품명,가격,재고관리,초기재고,판매방식,최소금액,최대금액\n" +
			"beans,원두,12000,예,5000,무게,,\n" +
			"catch,생선회,0,,,시가,\"30,000\",100000\n" +
			"cup,컵,3000,,,,,\n"
		wantImport(t, shop.apply([]byte(file), money.KRW, gangnam), Applied, 3, 0, 0)
		got := map[string]Product{}
		for _, product := range shop.all() {
			got[product.Handle] = product
		}
		if beans := got["beans"]; beans.SoldBy != SoldByWeight || beans.Variants[0].Prices[gangnam] != 12000 || shop.units() != 5000 {
			t.Errorf("the beans are %+v, %d g lie there", beans, shop.units())
		}
		if catch := got["catch"]; catch.SoldBy != SoldByAmount || catch.Bounds != (Bounds{Least: 30_000, Most: 100_000}) {
			t.Errorf("the catch is %+v", catch)
		}
		if got["cup"].SoldBy != SoldByUnit {
			t.Errorf("the cup is %+v", got["cup"])
		}
		shop.read(func(tx *database.Tx) error {
			of := []int64{got["beans"].Variants[0].ID}
			return Variants{}.EachNamed(t.Context(), tx, org, of, func(_ int64, product, name, _ string, _ bool) {
				if product != "원두" || name != "(g)" {
					t.Errorf("the stock of the beans is called %q %q", product, name)
				}
			})
		})
		var written bytes.Buffer
		if err := shop.catalog.Export(t.Context(), &written, sheet.CSV, org, gangnam, money.KRW, lang.Korean); err != nil {
			t.Fatal(err)
		}
		wantImport(t, shop.check(written.Bytes(), money.KRW, gangnam), Checked, 0, 0, 3)
		fixed := "상품코드,상품명,판매방식\ncatch,생선회,수량\n"
		wantImport(t, shop.apply([]byte(fixed), money.KRW, gangnam), Applied, 0, 1, 0)
		if catch := shop.product(got["catch"].ID); catch.SoldBy != SoldByUnit || catch.Bounds != (Bounds{}) {
			t.Errorf("the catch is %+v, want it without bounds", catch)
		}
		bad := "상품코드,상품명,판매방식,최소금액,최대금액\n" +
			"beans,원두,수량,,\n" +
			"catch,생선회,금액입력,500,400\n" +
			"cup,컵,개당,,\n" +
			"mug,머그,,500,\n"
		wantProblems(t, shop.check([]byte(bad), money.KRW, gangnam).Problems, []problem{
			{2, "판매방식", ErrWeighedCounted},
			{3, "최소금액", ErrLeastMost},
			{4, "판매방식", ErrChoice},
			{5, "최소금액", ErrBoundsUnasked},
		})
	})
}

func TestNothingOfARefusedFileIsImported(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		shop := newShop(t, db)
		shop.cafe()
		made := shop.check([]byte("상품코드,상품명,SKU,바코드,옵션그룹,가격,재고관리,초기재고\n"+
			"a,가,AM-L,,,100,,\n"+
			"b,나,,4006381333931,,100,,\n"+
			"c,다,,4006381333930,,100,,\n"+
			"d,라,,,없는 그룹,100,,\n"+
			"e,마,,,,100,아니오,3\n"+
			"f,바,,,온도|추가,100,예,3\n"), money.KRW, gangnam)
		if made.State != Refused {
			t.Fatalf("got %s", made.State)
		}
		wantProblems(t, made.Problems, []problem{
			{2, "SKU", ErrSKUTaken},
			{3, "바코드", ErrBarcodeTaken},
			{4, "바코드", ErrBarcode},
			{5, "옵션그룹", ErrGroupUnknown},
			{6, "초기재고", ErrOpeningUntracked},
		})
		if _, err := shop.catalog.Apply(t.Context(), org, actor, made.ID, shop.later()); !ErrImportState.Has(err) {
			t.Errorf("applying a refused file: %v", err)
		}
		if products := shop.all(); len(products) != 1 {
			t.Errorf("got %d products", len(products))
		}
		shop.read(func(tx *database.Tx) error {
			kept, err := ImportByID(t.Context(), tx, org, made.ID)
			if err == nil && (kept.State != Refused || len(kept.Problems) != 5 ||
				kept.Problems[0].Message(lang.Korean) != made.Problems[0].Message(lang.Korean)) {
				t.Errorf("kept is %+v", kept)
			}
			if _, err := ImportByID(t.Context(), tx, otherOrg, made.ID); !id.Unknown.Has(err) {
				t.Errorf("another organisation's import: %v", err)
			}
			return err
		})
	})
}

// many is a template file of tracked products.
func many(count int, price int) []byte {
	var file strings.Builder
	file.WriteString("상품코드,상품명,분류,가격,재고관리,초기재고\n")
	for i := range count {
		fmt.Fprintf(&file, "p%03d,상품 %d,잡화,%d,예,2\n", i, i, price)
	}
	return []byte(file.String())
}

func TestAnImportGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		shop := newShop(t, db)
		made := shop.check(many(120, 1000), money.KRW, gangnam)
		past := db.Clock().Now().Add(-time.Hour)
		first, err := shop.catalog.Apply(t.Context(), org, actor, made.ID, past)
		if err != nil || first.State != Applying || first.Done != 1 || first.Total != 3 || len(shop.all()) != 50 {
			t.Fatalf("one piece: %+v, %v", first, err)
		}
		// The program stops after the second piece is written and before its stock is posted.
		shop.stock.fail = errors.New("the power went off")
		if _, err := shop.catalog.Apply(t.Context(), org, actor, made.ID, past); !errors.Is(err, shop.stock.fail) {
			t.Fatalf("got %v", err)
		}
		if len(shop.all()) != 100 || shop.units() != 100 {
			t.Fatalf("%d products, %d units", len(shop.all()), shop.units())
		}
		restarted := New(db, shop.stock, shop.stock)
		shop.stock.fail = nil
		done, err := restarted.Apply(t.Context(), org, actor, made.ID, shop.later())
		if err != nil || done.State != Applied || done.Done != 3 || len(shop.all()) != 120 || shop.units() != 240 {
			t.Errorf("%+v, %v, %d products, %d units", done, err, len(shop.all()), shop.units())
		}
		again, err := restarted.Apply(t.Context(), org, actor, made.ID, shop.later())
		if err != nil || again.State != Applied || shop.units() != 240 {
			t.Errorf("once more: %+v, %v, %d units", again, err, shop.units())
		}
	})
}

func TestAnImportIsUndone(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		shop := newShop(t, db)
		shop.apply(many(60, 1000), money.KRW, gangnam)
		before := shop.all()
		second := shop.apply(many(70, 1500), money.KRW, gangnam, jongno)
		wantImport(t, second, Applied, 10, 60, 0)
		if units := shop.units(); units != 120+60*2+10*4 {
			t.Errorf("stock opens where a variant was not sold before: %d units", units)
		}
		var changed Product
		for _, product := range shop.all() {
			if product.Handle == "p003" {
				changed = product
			}
		}
		changed.Name = "그 사이에 바뀐 이름"
		shop.save(&changed)
		done := shop.undo(second.ID)
		if done.State != Undone || len(done.Problems) != 1 || !strings.Contains(done.Problems[0].Message(lang.Korean), changed.Name) {
			t.Fatalf("got %+v", done)
		}
		after := map[string]Product{}
		for _, product := range shop.all() {
			after[product.Handle] = product
		}
		for _, product := range before {
			now := after[product.Handle]
			if product.Handle == "p003" {
				if now.Name != changed.Name || now.Variants[0].Prices[jongno] != 1500 {
					t.Errorf("what was changed since stays: %+v", now)
				}
				continue
			}
			if !sameProduct(&product, &now) {
				t.Errorf("%+v is not what it was: %+v", now, product)
			}
		}
		if units := shop.units(); units != 120+2 {
			t.Errorf("%d units are left", units)
		}
		if again := shop.undo(second.ID); again.State != Undone || len(again.Problems) != 1 {
			t.Errorf("once more: %+v", again)
		}
	})
}

func TestUndoDeletesOnlyWhatNothingRefersTo(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		shop := newShop(t, db)
		file := []byte("상품코드,상품명,분류,SKU,가격\nsold,팔린 것,새 분류,S1,100\nidle,안 팔린 것,새 분류,S2,100\n")
		made := shop.apply(file, money.KRW, gangnam)
		for _, product := range shop.all() {
			if product.Handle == "sold" {
				shop.stock.used[product.Variants[0].ID] = true
			}
		}
		for _, product := range shop.all() {
			shop.mustWrite(func(tx *database.Tx) error {
				_, err := shop.catalog.SetPicture(t.Context(), tx, org, actor, product.ID, sized(320))
				return err
			})
		}
		shop.undo(made.ID)
		left := shop.all()
		if len(left) != 1 || !left[0].Archived || left[0].Name != "팔린 것" || len(left[0].Variants[0].Prices) != 0 {
			t.Fatalf("got %+v", left)
		}
		wantImport(t, shop.apply(file, money.KRW, gangnam), Applied, 2, 0, 0)
		shop.read(func(tx *database.Tx) error {
			categories, err := Categories(t.Context(), tx, org)
			if len(categories) != 1 {
				t.Errorf("got %+v", categories)
			}
			return err
		})
	})
}

func TestAnEmptyCellLeavesWhatIsThere(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		shop := newShop(t, db)
		made := shop.cafe()
		wantImport(t, shop.apply([]byte("상품코드,상품명,SKU,가격\namericano,,AM-L,\n"), money.KRW, gangnam), Applied, 0, 0, 1)
		wantImport(t, shop.apply([]byte("상품코드,상품명,SKU,가격\namericano,,AM-L,4800\n"), money.KRW, gangnam), Applied, 0, 1, 0)
		large := shop.product(made.product.ID).variant(made.large)
		if large.Prices[gangnam] != 4800 || large.TaxClass != pricing.ExemptItem || !large.Tracked || large.Values[0] != "L" {
			t.Errorf("got %+v", large)
		}
	})
}

func TestWhatIsExportedChangesNothingWhenImported(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		shop := newShop(t, db)
		made := shop.cafe()
		odd := &Product{
			Handle: "odd", Name: "=1+1", NameEN: "'quoted", Description: "둘째\n줄", Kind: Goods, Archived: true,
			Variants: []Variant{{SKU: "-7", Barcodes: []string{"0012", "73513537"}, TaxClass: pricing.ZeroRated}},
		}
		shop.save(odd)
		shop.apply(shopify(t, "apparel.csv"), money.KRW, gangnam)
		count := int64(len(shop.all()))
		for _, format := range []sheet.Format{sheet.CSV, sheet.XLSX} {
			for _, tag := range []lang.Tag{lang.Korean, lang.English} {
				var file bytes.Buffer
				if err := shop.catalog.Export(t.Context(), &file, format, org, gangnam, money.KRW, tag); err != nil {
					t.Fatalf("export %s: %v", format, err)
				}
				wantImport(t, shop.check(file.Bytes(), money.KRW, gangnam), Checked, 0, 0, count)
			}
		}
		if now := shop.product(made.product.ID); now.Version != 1 {
			t.Errorf("version %d", now.Version)
		}
	})
}

func TestTheTemplateCanBeImported(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		shop := newShop(t, db)
		for _, format := range []sheet.Format{sheet.CSV, sheet.XLSX} {
			var file bytes.Buffer
			if err := WriteTemplate(&file, format, lang.Korean); err != nil {
				t.Fatal(err)
			}
			wantImport(t, shop.check(file.Bytes(), money.KRW, gangnam), Checked, 2, 0, 0)
		}
	})
}

func TestWhatChangedAfterTheCheckIsPassedOverAndNamed(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		shop := newShop(t, db)
		made := shop.check([]byte("상품코드,상품명,SKU,가격\na,가,X,100\nb,나,Y,100\n"), money.KRW, gangnam)
		shop.save(&Product{Handle: "z", Name: "먼저", Kind: Goods, Variants: []Variant{{SKU: "X", TaxClass: pricing.Standard}}})
		done, err := shop.catalog.Apply(t.Context(), org, actor, made.ID, shop.later())
		if err != nil {
			t.Fatal(err)
		}
		if done.State != Applied || len(shop.all()) != 2 {
			t.Errorf("got %+v", done)
		}
		wantProblems(t, done.Problems, []problem{{2, "품목코드(SKU)", ErrSKUTaken}})
	})
}

func TestImportsAreListedNewestFirst(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		shop := newShop(t, db)
		var made []int64
		for range 3 {
			made = append(made, shop.check(many(1, 100), money.KRW, gangnam).ID)
		}
		slices.Reverse(made)
		shop.read(func(tx *database.Tx) error {
			page, err := Imports(t.Context(), tx, org, time.Time{}, 0, 2)
			if err != nil {
				return err
			}
			rest, err := Imports(t.Context(), tx, org, page[1].CreatedAt, page[1].ID, 2)
			var got []int64
			for _, one := range append(page, rest...) {
				got = append(got, one.ID)
			}
			if !slices.Equal(got, made) {
				t.Errorf("got %v, want %v", got, made)
			}
			return err
		})
	})
}
