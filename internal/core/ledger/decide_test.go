package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dangol/internal/core/ledger"
	"dangol/internal/ground/database"
)

// atOnce commits Units concurrently and gives the error of each.
func (b *bench) atOnce(units []ledger.Unit) []error {
	errs := make([]error, len(units))
	var wait sync.WaitGroup
	for i := range units {
		wait.Go(func() { _, errs[i] = b.Commit(context.Background(), units[i]) })
	}
	wait.Wait()
	return errs
}

func TestDecide(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	// rename reads the thing and names it after its version. Before that, meddle may change it.
	rename := func(b *bench, meddle func(run int)) (func(ledger.View) (ledger.Unit, error), *int) {
		runs := 0
		return func(view ledger.View) (ledger.Unit, error) {
			runs++
			var version int64
			var name string
			if err := view.Tx.QueryRow(ctx, readThing, view.Org, 1).Scan(&version, &name); err != nil {
				return ledger.Unit{}, err
			}
			if meddle != nil {
				meddle(runs)
			}
			unit := b.unit(receive(1))
			unit.Expects = []ledger.Expect{expect(1, version)}
			unit.Sets = []ledger.Set{renamed(1, fmt.Sprintf("after %d", version))}
			return unit, nil
		}, &runs
	}
	for _, row := range []struct {
		name string
		test func(b *bench)
	}{
		{"what was decided is committed", func(b *bench) {
			decide, runs := rename(b, nil)
			if _, err := b.Decide(ctx, org, "k", nil, decide); err != nil || *runs != 1 {
				b.t.Fatalf("%d runs: %v", *runs, err)
			}
			b.thing(1, 2, "after 1")
		}},
		{"it looks again when something has moved", func(b *bench) {
			decide, runs := rename(b, func(run int) {
				if run <= 2 {
					b.exec(moveThing, org, 1)
				}
			})
			if _, err := b.Decide(ctx, org, "k", nil, decide); err != nil || *runs != 3 {
				b.t.Fatalf("%d runs: %v", *runs, err)
			}
			b.thing(1, 4, "after 3")
		}},
		{"it looks five times at most, and then remembers", func(b *bench) {
			decide, runs := rename(b, func(int) { b.exec(moveThing, org, 1) })
			if _, err := b.Decide(ctx, org, "k", nil, decide); !ledger.ErrMoved.Has(err) || *runs != 5 {
				b.t.Fatalf("%d runs: %v", *runs, err)
			}
			b.available(shelf, 0)
			if _, found, err := b.Lookup(ctx, org, "k", nil); !found || !ledger.ErrMoved.Has(err) {
				b.t.Fatalf("lookup: %v, %v", found, err)
			}
		}},
		{"a key that was decided is not decided again", func(b *bench) {
			decide, runs := rename(b, nil)
			first, err := b.Decide(ctx, org, "k", []byte("a"), decide)
			if err != nil {
				b.t.Fatal(err)
			}
			second, err := b.Decide(ctx, org, "k", []byte("a"), decide)
			if err != nil || !second.Replayed || second.Posting != first.Posting || *runs != 1 {
				b.t.Fatalf("%d runs: %+v, %v", *runs, second, err)
			}
			if _, err := b.Decide(ctx, org, "k", []byte("b"), decide); !ledger.ErrKeyConflict.Has(err) || *runs != 1 {
				b.t.Fatalf("another request: %v", err)
			}
		}},
		{"an error of the function ends it, and is not remembered", func(b *bench) {
			wrong := errors.New("wrong")
			_, err := b.Decide(ctx, org, "k", nil, func(ledger.View) (ledger.Unit, error) { return ledger.Unit{}, wrong })
			if !errors.Is(err, wrong) {
				b.t.Fatalf("got %v", err)
			}
			decide, _ := rename(b, nil)
			if _, err := b.Decide(ctx, org, "k", nil, decide); err != nil {
				b.t.Fatal(err)
			}
		}},
		{"many that change one row at once each see what the last one did", func(b *bench) {
			const many = 5
			var done atomic.Int64
			var wait sync.WaitGroup
			for i := range many {
				wait.Go(func() {
					_, err := b.Decide(ctx, org, fmt.Sprintf("k%d", i), nil, func(view ledger.View) (ledger.Unit, error) {
						var version int64
						var name string
						if err := view.Tx.QueryRow(ctx, readThing, view.Org, 1).Scan(&version, &name); err != nil {
							return ledger.Unit{}, err
						}
						return ledger.Unit{
							Posting: b.db.NewID(), Kind: "test", Transfers: []ledger.Transfer{receive(1)},
							Expects: []ledger.Expect{expect(1, version)},
							Sets:    []ledger.Set{renamed(1, fmt.Sprintf("after %d", version))},
						}, nil
					})
					if err != nil {
						b.t.Errorf("decide: %v", err)
						return
					}
					done.Add(1)
				})
			}
			wait.Wait()
			b.thing(1, 1+done.Load(), fmt.Sprintf("after %d", done.Load()))
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			each(t, func(b *bench) {
				b.exec(createThing)
				b.exec(insertThing, org, 1, "first")
				row.test(b)
				b.verify()
			})
		})
	}
}

func TestExpiredHoldsGiveWay(t *testing.T) {
	t.Parallel()
	second := ledger.Account{Code: "stock:2", Asset: "U:2", Side: ledger.Debit, Limited: true}
	secondSold := ledger.Account{Code: "sold:2", Asset: "U:2", Side: ledger.Debit}
	secondReceived := ledger.Account{Code: "received:2", Asset: "U:2", Side: ledger.Credit}
	hold := func(b *bench, taken ledger.Transfer) int64 {
		taken.Action, taken.HoldID = ledger.Hold, b.db.NewID()
		taken.Deadline = b.clock.Now().Add(time.Minute)
		b.must(taken)
		return taken.HoldID
	}
	for _, row := range []struct {
		name string
		test func(b *bench)
	}{
		{"to a Unit that lacks two things", func(b *bench) {
			sellSecond := ledger.Transfer{Debit: secondSold, Credit: second, Amount: 2}
			b.must(ledger.Transfer{Debit: second, Credit: secondReceived, Amount: 2})
			hold(b, sell(5))
			hold(b, sellSecond)
			b.clock.Advance(time.Minute)
			b.must(sell(5), sellSecond)
		}},
		{"to a Unit that takes all there is", func(b *bench) {
			hold(b, sell(3))
			b.clock.Advance(time.Minute)
			all := sell(0)
			all.Mode = ledger.All
			if moved := b.must(all).Moved; moved[0].Amount != 5 {
				b.t.Fatalf("all moved %v", moved)
			}
		}},
		{"to points that are spent", func(b *bench) {
			b.must(earn(10, "2026-12-31"))
			hold(b, spend(8, "2026-11-23"))
			b.refuses(ledger.ErrShort, spend(10, "2026-11-23"))
			b.clock.Advance(time.Minute)
			b.must(spend(10, "2026-11-23"))
		}},
		{"once: the hold can't be ended again", func(b *bench) {
			id := hold(b, sell(5))
			b.clock.Advance(time.Minute)
			b.must(sell(1))
			b.refuses(ledger.ErrHoldEnded, ledger.Transfer{Action: ledger.VoidHold, HoldID: id})
			b.available(shelf, 4)
		}},
		{"though the Unit is rejected all the same", func(b *bench) {
			hold(b, sell(2))
			b.clock.Advance(time.Minute)
			b.refuses(ledger.ErrShort, sell(6))
			b.available(shelf, 5)
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			each(t, func(b *bench) {
				b.must(receive(5))
				row.test(b)
				b.verify()
			})
		})
	}
}

func TestBothSourcesOfATransferAreLimits(t *testing.T) {
	t.Parallel()
	// Points paid out of a limited fund: both sides become smaller.
	fund := ledger.Account{Code: "fund", Asset: "POINT", Side: ledger.Debit, Limited: true}
	plain := ledger.Account{Code: "plain", Asset: "POINT", Side: ledger.Credit, Limited: true}
	source := ledger.Account{Code: "source", Asset: "POINT", Side: ledger.Credit}
	burn := ledger.Account{Code: "burn", Asset: "POINT", Side: ledger.Debit}
	short := ledger.Account{Code: "short", Asset: "POINT", Side: ledger.Credit}
	pay := func(from ledger.Account, amount int64) ledger.Transfer {
		return ledger.Transfer{Debit: from, Credit: fund, Amount: amount}
	}
	each(t, func(b *bench) {
		b.must(ledger.Transfer{Debit: fund, Credit: source, Amount: 5}, earn(20, "2026-12-31"),
			ledger.Transfer{Debit: burn, Credit: plain, Amount: 3})
		lots := pay(points, 10)
		lots.Today = "2026-11-23"
		if refused := b.refused(ledger.ErrShort, lots); refused.Values["account"] != "fund" {
			t.Fatalf("refused for %v", refused.Values)
		}
		forced := pay(plain, 10)
		forced.Shortage = &short
		b.refuses(ledger.ErrShort, forced)
		lots.Mode = ledger.UpTo
		if moved := b.must(lots).Moved; moved[0].Amount != 5 {
			t.Fatalf("up to 10 of 20 out of 5 moved %v", moved)
		}
		b.verify()
	})
}

func TestARejectedUnitOpensNothing(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		b.must(receive(1))
		asLots := shelf
		asLots.Lots = true
		b.refuses(ledger.ErrAccount, ledger.Transfer{
			Debit: asLots, Credit: received, Amount: 1, Lot: &ledger.Lot{ExpiresOn: "2027-01-01"},
		})
		lacking := ledger.Account{Code: "empty", Asset: "U:1", Side: ledger.Debit, Limited: true}
		b.refuses(ledger.ErrShort, ledger.Transfer{Debit: sold, Credit: lacking, Amount: 1})
		err := b.db.Read(context.Background(), func(tx *database.Tx) error {
			balances, err := ledger.Balances(context.Background(), tx, org, "empty", "sold:1")
			if len(balances) != 0 {
				t.Errorf("accounts were opened: %v", balances)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		b.verify()
	})
}

func TestAHoldsIDIsUsedOnce(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		b.must(receive(5))
		taken := sell(2)
		taken.Action, taken.HoldID = ledger.Hold, b.db.NewID()
		b.must(taken)
		b.must(ledger.Transfer{Action: ledger.VoidHold, HoldID: taken.HoldID})
		b.refuses(ledger.ErrUnit, taken)
		b.available(shelf, 5)
		b.verify()
	})
}

func TestKeysOfTheLedgerItselfAreRefused(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		for _, key := range []string{"ledger:hold.expire:1", "", "a\x00b", "\xff"} {
			unit := b.unit(receive(1))
			unit.Key = key
			b.commitUnit(unit, ledger.ErrUnit)
		}
	})
}

func TestAnEarlierLotWhoseHoldHasExpiredIsSpentFirst(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		b.must(earn(9, "2026-12-31"))
		b.must(earn(9, "2027-01-31"))
		held := spend(2, "2026-11-23")
		held.Action, held.HoldID, held.Deadline = ledger.Hold, b.db.NewID(), start.Add(time.Minute)
		b.must(held)
		b.clock.Advance(time.Minute)
		if moved := b.must(spend(9, "2026-11-23")).Moved; len(moved) != 1 || moved[0].Amount != 9 {
			t.Errorf("the earlier lot was passed over: %v", moved)
		}
		b.verify()
	})
}
