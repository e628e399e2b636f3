package demo

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"dangol/internal/capability/catalog"
	"dangol/internal/capability/fleet"
	"dangol/internal/capability/order"
	"dangol/internal/capability/staff"
	"dangol/internal/capability/stock"
	"dangol/internal/core/ledger"
	"dangol/internal/core/place"
	"dangol/internal/flow/checkout"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/lang"
)

// program is an open program with a clock that the test holds.
type program struct {
	Services
	hands *clock.Manual
	books *ledger.Ledger
}

func open(t *testing.T, dialect database.Dialect) program {
	t.Helper()
	hands := clock.At(noon())
	db := databasetest.Open(t, dialect, hands)
	books := ledger.New(db, databasetest.Quiet())
	t.Cleanup(books.Close)
	shelf := stock.New(db, books, catalog.Variants{})
	keeper := auth.NewKeeper(db, staff.Subjects{}, fleet.Devices{}, auth.Options{})
	return program{Services{
		DB: db, Keeper: keeper,
		Catalog: catalog.New(db, shelf, shelf), Stock: shelf, Checkout: checkout.New(db, books, keeper),
	}, hands, books}
}

func noon() time.Time { return wednesday().Add(12 * time.Hour) }

// small is a demo of two quiet days.
func small() Options { return Options{Seed: 1, SizePercent: 12, Days: 2, Until: noon()} }

func (p program) fill(ctx context.Context) error { return Fill(ctx, p.Services, p.hands, small()) }

func (p program) read(t *testing.T, look func(tx *database.Tx) error) {
	t.Helper()
	if err := p.DB.Read(t.Context(), look); err != nil {
		t.Fatal(err)
	}
}

// found reads what a fill has made: the organisation, and its orders as someone would tell them.
func (p program) found(t *testing.T) (org int64, orders []told) {
	t.Helper()
	p.read(t, func(tx *database.Tx) error {
		list, err := place.Directory{}.Organisations(t.Context(), tx, 2)
		if err != nil || len(list) != 1 {
			return errors.Join(err, errors.New("there is not exactly one organisation"))
		}
		org = list[0].ID
		for after := int64(0); ; {
			some, err := order.After(t.Context(), tx, org, after, 100)
			if err != nil || len(some) == 0 {
				return err
			}
			for _, one := range some {
				orders = append(orders, told{
					one.SoldAt.Format(time.RFC3339), one.BusinessDate, string(one.Status), len(one.Lines), one.Amounts.Total, one.Change,
				})
				after = one.ID
			}
		}
	})
	return org, orders
}

type told struct {
	soldAt, date, status string
	lines                int
	total, change        int64
}

func TestAFilledDemoIsProvedByTheBooksAndStaysAsItIs(t *testing.T) {
	t.Parallel()
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			p := open(t, dialect)
			if err := p.fill(t.Context()); err != nil {
				t.Fatal(err)
			}
			report, err := ledger.Verify(t.Context(), p.DB, append(stock.Checks(), checkout.Checks()...), nil)
			if err != nil || !report.OK() {
				t.Fatalf("the books of the demo: %v, %+v", err, report)
			}
			_, orders := p.found(t)
			if len(orders) < 50 {
				t.Fatalf("two quiet days have %d orders", len(orders))
			}
			if err := p.fill(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, again := p.found(t); !reflect.DeepEqual(again, orders) {
				t.Errorf("the second fill made %d orders of %d", len(again), len(orders))
			}
			if now := p.hands.Now(); !now.Equal(noon()) {
				t.Errorf("the clock stands at %s afterwards, not at the present", now)
			}
		})
	}
}

func TestTheCatalogueIsTheContents(t *testing.T) {
	t.Parallel()
	p := open(t, database.SQLite)
	if err := p.fill(t.Context()); err != nil {
		t.Fatal(err)
	}
	org, _ := p.found(t)
	p.read(t, func(tx *database.Tx) error {
		stores, err := place.Directory{}.Stores(t.Context(), tx, org, "", 10)
		if err != nil {
			return err
		}
		drinksAndSet := len(cafe().products) + 1 + 2 // and what is weighed or has an open price
		want := map[string]int{"CAFE-1": drinksAndSet, "CAFE-2": drinksAndSet, "GOODS-1": len(goods().products)}
		for _, store := range stores {
			menu, err := catalog.ReadMenu(t.Context(), tx, org, store.ID)
			if err != nil {
				return err
			}
			if len(menu.Products) != want[store.Code] {
				t.Errorf("%s sells %d products, want %d", store.Code, len(menu.Products), want[store.Code])
			}
		}
		return nil
	})
}

func TestAnInterruptedFillIsCompletedOnAnotherDayAsItWasMeant(t *testing.T) {
	t.Parallel()
	whole := open(t, database.SQLite)
	if err := whole.fill(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, want := whole.found(t)

	p := open(t, database.SQLite)
	for _, cut := range []int64{1, 30, 25} {
		cable := &cable{Committer: p.books, left: cut}
		halted := p.Services
		halted.Stock, halted.Checkout = stock.New(p.DB, cable, catalog.Variants{}), checkout.New(p.DB, cable, p.Keeper)
		if err := Fill(t.Context(), halted, p.hands, small()); !errors.Is(err, errCut) {
			t.Fatalf("a fill whose answers were lost after %d: %v", cut, err)
		}
	}
	late := small()
	late.Until = noon().AddDate(0, 0, 1)
	if err := Fill(t.Context(), p.Services, p.hands, late); err != nil {
		t.Fatal(err)
	}
	_, got := p.found(t)
	if len(got) != len(want) || sum(got) != sum(want) {
		t.Errorf("%d orders of %d won in all, want %d of %d", len(got), sum(got), len(want), sum(want))
	}
	report, err := ledger.Verify(t.Context(), p.DB, append(stock.Checks(), checkout.Checks()...), nil)
	if err != nil || !report.OK() {
		t.Errorf("the books of the demo: %v, %+v", err, report)
	}
}

func sum(orders []told) int64 {
	total := int64(0)
	for _, one := range orders {
		total += one.total
	}
	return total
}

// cable loses all answers after some: what was asked has happened, but nobody hears of it.
type cable struct {
	ledger.Committer
	mutex sync.Mutex
	left  int64
}

var errCut = errors.New("the cable is cut")

func (c *cable) Decide(
	ctx context.Context, org int64, key string, request []byte, decide func(ledger.View) (ledger.Unit, error),
) (ledger.Outcome, error) {
	outcome, err := c.Committer.Decide(ctx, org, key, request, decide)
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if err == nil && !outcome.Replayed {
		c.left--
	}
	if c.left < 0 {
		return ledger.Outcome{}, errCut
	}
	return outcome, err
}

func TestARealBrandIsLeftAlone(t *testing.T) {
	t.Parallel()
	p := open(t, database.SQLite)
	org := p.DB.NewID()
	err := p.DB.Write(t.Context(), func(tx *database.Tx) error {
		return place.CreateOrganisation(t.Context(), tx, org, "진짜 가게", lang.Korean)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.fill(t.Context()); !ErrNotEmpty.Has(err) {
		t.Errorf("fill beside a real brand: %v", err)
	}
	if _, err := Welcome(t.Context(), p.Services); !ErrNotEmpty.Has(err) {
		t.Errorf("a real brand is shown as the demo: %v", err)
	}
}

func TestADemoWithoutDaysIsRefused(t *testing.T) {
	t.Parallel()
	p := open(t, database.SQLite)
	options := small()
	options.Days = 0
	if err := Fill(t.Context(), p.Services, p.hands, options); !ErrSize.Has(err) {
		t.Errorf("a demo of no days: %v", err)
	}
}

func TestTheWelcomeTellsHowToSignInAndPairsEachTill(t *testing.T) {
	t.Parallel()
	p := open(t, database.SQLite)
	var progress bytes.Buffer
	options := small()
	options.Progress = &progress
	if err := Fill(t.Context(), p.Services, p.hands, options); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(progress.String(), "100 %\n") {
		t.Errorf("the progress ends with %q", progress.String()[max(0, progress.Len()-30):])
	}
	text, err := Welcome(t.Context(), p.Services)
	if err != nil {
		t.Fatal(err)
	}
	summary, err := Summarise(t.Context(), p.Services)
	if err != nil {
		t.Fatal(err)
	}
	if len(summary.Logins) != 9 || len(summary.Tills) != 6 {
		t.Fatalf("%d people and %d tills", len(summary.Logins), len(summary.Tills))
	}
	for _, login := range summary.Logins {
		if !strings.Contains(text, login.Login) {
			t.Errorf("the welcome does not tell of %s", login.Login)
		}
	}
	for _, till := range summary.Tills {
		err := p.DB.Write(t.Context(), func(tx *database.Tx) error {
			_, device, _, err := fleet.Pair(t.Context(), tx, p.Keeper, till.Code)
			if device.Name != till.Name {
				t.Errorf("the code of %s pairs %s", till.Name, device.Name)
			}
			return err
		})
		if err != nil {
			t.Errorf("pair %s of %s: %v", till.Name, till.Store, err)
		}
	}
}
