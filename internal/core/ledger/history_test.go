package ledger_test

import (
	"context"
	"testing"
	"time"

	"dangol/internal/core/ledger"
	"dangol/internal/ground/database"
)

func (b *bench) seal() {
	b.t.Helper()
	if err := b.Seal(context.Background()); err != nil {
		b.t.Fatal(err)
	}
}

// pages reads an account's whole history in pages. Between two pages, what is not sealed may be sealed.
func (b *bench) pages(account ledger.Account, limit int, between func()) []ledger.Movement {
	b.t.Helper()
	ctx := context.Background()
	var all []ledger.Movement
	for cursor := new(ledger.Cursor); cursor != nil; {
		var page []ledger.Movement
		err := b.db.Read(ctx, func(tx *database.Tx) error {
			var err error
			page, cursor, err = ledger.History(ctx, tx, org, account.Code, *cursor, limit)
			return err
		})
		if err != nil {
			b.t.Fatal(err)
		}
		if len(page) > limit || cursor != nil && len(page) < limit {
			b.t.Fatalf("a page of %d has %d entries", limit, len(page))
		}
		all = append(all, page...)
		between()
	}
	return all
}

func TestAnAccountsHistoryIsReadInPages(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		const sales = 30
		b.must(receive(100))
		for i := range sales {
			b.must(sell(int64(i%3)+1), sell(1))
			if i%7 == 3 {
				b.seal()
			}
		}
		for _, limit := range []int{1, 2, 7, 100} {
			for _, account := range []ledger.Account{shelf, sold} {
				sealed := false
				all := b.pages(account, limit, func() {
					if limit == 7 && !sealed {
						b.seal()
						sealed = true
					}
				})
				want := 2 * sales
				if account.Code == shelf.Code {
					want++
				}
				if len(all) != want {
					b.t.Fatalf("%s has %d entries in pages of %d, not %d", account.Code, len(all), limit, want)
				}
				balance := int64(0)
				for i := len(all) - 1; i >= 0; i-- {
					balance += all[i].Change
					if all[i].Balance != balance {
						b.t.Fatalf("entry %d of %s left %d, the entries say %d", i, account.Code, all[i].Balance, balance)
					}
				}
				b.available(account, balance)
			}
		}
	})
}

func TestTheBalanceAtAMomentOfThePast(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		ctx := context.Background()
		type moment struct {
			at           time.Time
			shelf, given int64
		}
		var moments []moment
		now := moment{}
		for i := range 40 {
			b.clock.Advance(time.Minute)
			if i%2 == 0 {
				b.must(receive(5), earn(10, "2026-12-31"))
				now.shelf, now.given = now.shelf+5, now.given+10
			} else {
				b.must(sell(2))
				now.shelf -= 2
			}
			now.at = b.clock.Now()
			moments = append(moments, now)
			if i%9 == 4 {
				b.seal()
			}
		}
		for _, want := range append([]moment{{at: start}}, moments...) {
			for _, later := range []time.Duration{0, 59 * time.Second} {
				var got map[string]int64
				err := b.db.Read(ctx, func(tx *database.Tx) error {
					var err error
					got, err = ledger.BalancesAt(ctx, tx, org, want.at.Add(later), shelf.Code, points.Code, "unheard of")
					return err
				})
				if err != nil {
					b.t.Fatal(err)
				}
				if got[shelf.Code] != want.shelf || got[points.Code] != want.given {
					b.t.Fatalf("at %v there were %v, want %d and %d", want.at, got, want.shelf, want.given)
				}
			}
		}
	})
}

// The order of commit is the order of the books, whatever the clock says.
func TestAClockThatJumpsBackChangesNoOrder(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		ctx := context.Background()
		b.must(receive(5))
		b.clock.Advance(time.Hour)
		b.must(sell(1))
		b.seal()
		b.clock.Advance(-2 * time.Hour)
		b.must(sell(2))
		b.seal()
		b.verify()
		all := b.pages(shelf, 10, func() {})
		if len(all) != 3 || all[0].Balance != 2 || all[1].Balance != 4 {
			b.t.Fatalf("the history is %+v", all)
		}
		err := b.db.Read(ctx, func(tx *database.Tx) error {
			got, err := ledger.BalancesAt(ctx, tx, org, start.Add(time.Minute), shelf.Code)
			if got[shelf.Code] != 5 {
				b.t.Errorf("before the jump there were %v", got)
			}
			return err
		})
		if err != nil {
			b.t.Fatal(err)
		}
	})
}
