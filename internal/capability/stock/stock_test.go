package stock_test

import (
	"context"
	"testing"
	"time"

	"dangol/internal/capability/stock"
	"dangol/internal/core/ledger"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
)

const (
	org, otherOrg    = 1, 2
	actor            = 9
	gangnam, jongno  = 11, 12
	notebook, coffee = 21, 22
)

// catalogue knows a notebook that is tracked and a coffee that isn't.
type catalogue struct{}

func (catalogue) EachNamed(_ context.Context, _ *database.Tx, in int64, variants []int64,
	each func(int64, string, string, string, bool),
) error {
	for _, variant := range variants {
		if in == org && variant == notebook {
			each(notebook, "노트", "", "", true)
		}
		if in == org && variant == coffee {
			each(coffee, "커피", "", "", false)
		}
	}
	return nil
}

func (catalogue) EachSold(context.Context, *database.Tx, int64, int64, string, string, int64, int,
	func(int64, string, string, string, bool),
) error {
	return nil
}

func (catalogue) Tracked(context.Context, *database.Tx, int64, int64) ([]int64, error) {
	return []int64{notebook}, nil
}

func (catalogue) ByBarcode(context.Context, *database.Tx, int64, string) (int64, error) {
	return 0, nil
}

func open(t *testing.T, db *database.DB) (*stock.Stock, *ledger.Ledger) {
	t.Helper()
	books := ledger.New(db, databasetest.Quiet())
	t.Cleanup(books.Close)
	return stock.New(db, books, catalogue{}), books
}

func onHand(t *testing.T, db *database.DB, store, variant int64) int64 {
	t.Helper()
	var left map[int64]int64
	err := db.Read(t.Context(), func(tx *database.Tx) (err error) {
		left, err = stock.ReadOnHand(t.Context(), tx, org, store, []int64{variant})
		return err
	})
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	return left[variant]
}

// differences are what the checks of stock find.
func differences(t *testing.T, db *database.DB) []ledger.Difference {
	t.Helper()
	var found []ledger.Difference
	err := db.Read(t.Context(), func(tx *database.Tx) error {
		for _, check := range stock.Checks() {
			if err := check.Run(t.Context(), tx, org, func(one ledger.Difference) { found = append(found, one) }); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatalf("check: %v", err)
	}
	return found
}

func TestMovements(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		shelf, _ := open(t, db)
		move := func(key string, kind stock.Kind, quantity int64) error {
			_, err := shelf.Move(t.Context(), org, actor, key, stock.Request{
				Store: gangnam, Variant: notebook, Kind: kind, Quantity: quantity, Reason: "파손",
			})
			return err
		}
		for _, step := range []struct {
			name     string
			key      string
			kind     stock.Kind
			quantity int64
			code     *fault.Code
			left     int64
		}{
			{"units are received", "a", stock.Receive, 10, nil, 10},
			{"the same request is done once", "a", stock.Receive, 10, nil, 10},
			{"the same key can't stand for another request", "a", stock.Receive, 11, ledger.ErrKeyConflict, 10},
			{"units are lost", "b", stock.Adjust, -3, nil, 7},
			{"units are found", "c", stock.Adjust, 1, nil, 8},
			{"no more is lost than there is", "d", stock.Adjust, -9, stock.ErrShort, 8},
		} {
			err := move(step.key, step.kind, step.quantity)
			if step.code == nil && err != nil || step.code != nil && !step.code.Has(err) {
				t.Errorf("%s: got %v", step.name, err)
			}
			if left := onHand(t, db, gangnam, notebook); left != step.left {
				t.Errorf("%s: %d are left, want %d", step.name, left, step.left)
			}
		}
		short := fault.As(move("e", stock.Adjust, -9))
		if short == nil || short.Values["variant_id"] != id.Kind("var").Format(notebook) || short.Message("en") != "Only 8 are in stock. Lower the quantity." {
			t.Errorf("got %v", short)
		}
		if left := onHand(t, db, jongno, notebook); left != 0 {
			t.Errorf("the other store has %d", left)
		}
		if found := differences(t, db); len(found) > 0 {
			t.Errorf("got %v", found)
		}
		wantHistory(t, db)
	})
}

// wantHistory reads the three movements of TestMovements page by page.
func wantHistory(t *testing.T, db *database.DB) {
	t.Helper()
	err := db.Read(t.Context(), func(tx *database.Tx) error {
		page, err := stock.History(t.Context(), tx, org, gangnam, notebook, time.Time{}, 0, 2)
		if err != nil || len(page) != 2 {
			t.Fatalf("got %+v, %v", page, err)
		}
		rest, err := stock.History(t.Context(), tx, org, gangnam, notebook, page[1].At, page[1].ID, 2)
		if err == nil && (len(rest) != 1 || rest[0].Quantity != 10 || rest[0].Actor != actor || page[0].Quantity != 1) {
			t.Errorf("got %+v, then %+v", page, rest)
		}
		if _, err := stock.ReadSlip(t.Context(), tx, otherOrg, page[0].Subject); !id.Unknown.Has(err) {
			t.Errorf("another organisation's slip: %v", err)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestMovementsThatAreRefused(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		shelf, _ := open(t, db)
		for _, row := range []struct {
			name    string
			in      int64
			request stock.Request
			path    string
			code    *fault.Code
		}{
			{"of nothing", org, stock.Request{Variant: notebook, Kind: stock.Receive}, "lines[0].quantity", stock.ErrQuantity},
			{"received below zero", org, stock.Request{Variant: notebook, Kind: stock.Receive, Quantity: -1}, "lines[0].quantity", stock.ErrQuantity},
			{"of more than fits", org, stock.Request{Variant: notebook, Kind: stock.Receive, Quantity: stock.MaxQuantity + 1}, "lines[0].quantity", stock.ErrQuantity},
			{"adjusted without a reason", org, stock.Request{Variant: notebook, Kind: stock.Adjust, Quantity: 1}, "reason", stock.ErrReason},
			{"of a kind that only a sale makes", org, stock.Request{Variant: notebook, Kind: stock.Sale, Quantity: 1}, "kind", stock.ErrKind},
			{"of a variant that isn't tracked", org, stock.Request{Variant: coffee, Kind: stock.Receive, Quantity: 1}, "lines[0].variant_id", stock.ErrUntracked},
			{"of another organisation's variant", otherOrg, stock.Request{Variant: notebook, Kind: stock.Receive, Quantity: 1}, "", id.Unknown},
		} {
			row.request.Store = gangnam
			_, err := shelf.Move(t.Context(), row.in, actor, "key", row.request)
			found := fault.As(err)
			if found == nil {
				t.Errorf("%s: got %v", row.name, err)
				continue
			}
			code, path := found.Code, ""
			if len(found.Fields) > 0 {
				code, path = found.Fields[0].Code, found.Fields[0].Path
			}
			if code != row.code.Name() || path != row.path {
				t.Errorf("%s: got %s at %q", row.name, code, path)
			}
		}
	})
}

func TestAnImportsStockIsOpenedOnceAndTakenBack(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		shelf, books := open(t, db)
		quantities := map[int64]int64{notebook: 5, coffee: 3}
		for range 2 {
			if err := shelf.Open(t.Context(), org, actor, 7, 0, gangnam, quantities); err != nil {
				t.Fatalf("open: %v", err)
			}
		}
		if onHand(t, db, gangnam, notebook) != 5 || onHand(t, db, gangnam, coffee) != 3 {
			t.Errorf("%d and %d units", onHand(t, db, gangnam, notebook), onHand(t, db, gangnam, coffee))
		}
		sell(t, db, books, notebook, 4)
		for range 2 {
			if err := shelf.Withdraw(t.Context(), org, actor, 7, 0, gangnam, quantities); err != nil {
				t.Fatalf("withdraw: %v", err)
			}
		}
		if onHand(t, db, gangnam, notebook) != 0 || onHand(t, db, gangnam, coffee) != 0 {
			t.Error("units of an import that was undone are left")
		}
		if found := differences(t, db); len(found) > 0 {
			t.Errorf("got %v", found)
		}
		err := db.Read(t.Context(), func(tx *database.Tx) error {
			used, err := shelf.Used(t.Context(), tx, org, []int64{notebook, 99})
			if !used[notebook] || used[99] {
				t.Errorf("got %v", used)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// sell posts what a checkout posts of stock.
func sell(t *testing.T, db *database.DB, books *ledger.Ledger, variant, quantity int64) {
	t.Helper()
	posting := db.NewID()
	_, err := books.Commit(t.Context(), ledger.Unit{
		Org: org, Store: gangnam, Key: "sale", Posting: posting, Kind: "sale",
		Transfers: []ledger.Transfer{stock.Leave(gangnam, variant, quantity)},
		Inserts: []ledger.Insert{stock.Movement(org, 1, stock.Moved{
			ID: db.NewID(), Store: gangnam, Variant: variant, Kind: stock.Sale, Quantity: -quantity, Posting: posting,
		})},
	})
	if err != nil {
		t.Fatalf("sell: %v", err)
	}
}

func TestTheChecksFindWhatDiffers(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		_, books := open(t, db)
		for _, unit := range []ledger.Unit{
			{Key: "units without a movement", Transfers: []ledger.Transfer{
				{Debit: stock.OnHand(gangnam, notebook), Credit: stock.Received(gangnam, notebook), Amount: 2},
			}},
			{Key: "a movement without units", Inserts: []ledger.Insert{stock.Movement(org, 1, stock.Moved{
				ID: db.NewID(), Store: gangnam, Variant: coffee, Kind: stock.Receive, Quantity: 3,
			})}},
		} {
			unit.Org, unit.Posting, unit.Kind = org, db.NewID(), "test"
			if _, err := books.Commit(t.Context(), unit); err != nil {
				t.Fatalf("commit: %v", err)
			}
		}
		found := differences(t, db)
		if len(found) != 2 || found[0].Account != stock.OnHand(gangnam, notebook).Code || found[1].Account != stock.OnHand(gangnam, coffee).Code {
			t.Errorf("got %v", found)
		}
	})
}

func TestParseOnHand(t *testing.T) {
	t.Parallel()
	store, variant, is := stock.ParseOnHand(stock.OnHand(gangnam, notebook).Code)
	if !is || store != gangnam || variant != notebook {
		t.Errorf("got %d, %d, %v", store, variant, is)
	}
	for _, code := range []string{
		"", "stock:", "stock:sto_B", "stock:sto_B:var_", stock.Sold(gangnam, notebook).Code,
		stock.Shelf(stock.Bin{Store: gangnam, Pool: stock.Web}, notebook).Code,
		stock.Shelf(stock.Bin{Store: gangnam, Location: 5, Pool: stock.Till}, notebook).Code,
	} {
		if _, _, is := stock.ParseOnHand(code); is {
			t.Errorf("%q is no shelf", code)
		}
	}
}

func TestErrorsThatAreNotAboutShelvesStay(t *testing.T) {
	t.Parallel()
	err := ledger.ErrShort.New(fault.Values{"account": "drawer:x", "left": 0})
	if got := stock.Short(err); !ledger.ErrShort.Has(got) {
		t.Errorf("got %v", got)
	}
	if stock.Short(nil) != nil {
		t.Error("no error became one")
	}
}
