package ledger_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"dangol/internal/core/ledger"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/fault"
)

const org = 7

var start = time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)

// bench is a ledger on an empty database, with a few accounts that the tests share.
type bench struct {
	*ledger.Ledger
	t     *testing.T
	db    *database.DB
	clock *clock.Manual
	count int
}

func each(t *testing.T, test func(b *bench)) {
	t.Helper()
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			now := clock.At(start)
			db := databasetest.Open(t, dialect, now)
			books := ledger.New(db, databasetest.Quiet())
			t.Cleanup(books.Close)
			test(&bench{Ledger: books, t: t, db: db, clock: now})
		})
	}
}

var (
	shelf    = ledger.Account{Code: "stock:1", Asset: "U:1", Side: ledger.Debit, Limited: true}
	received = ledger.Account{Code: "received:1", Asset: "U:1", Side: ledger.Credit}
	sold     = ledger.Account{Code: "sold:1", Asset: "U:1", Side: ledger.Debit}
	shortage = ledger.Account{Code: "shortage:1", Asset: "U:1", Side: ledger.Debit}
	points   = ledger.Account{Code: "points:9", Asset: "POINT", Side: ledger.Credit, Limited: true, Lots: true}
	issued   = ledger.Account{Code: "issued", Asset: "POINT", Side: ledger.Debit}
	redeemed = ledger.Account{Code: "redeemed", Asset: "POINT", Side: ledger.Credit}
)

func (b *bench) unit(transfers ...ledger.Transfer) ledger.Unit {
	b.count++
	return ledger.Unit{
		Org: org, Key: fmt.Sprintf("key-%d", b.count), Posting: b.db.NewID(), Kind: "test", Transfers: transfers,
	}
}

func (b *bench) commit(transfers ...ledger.Transfer) (ledger.Outcome, error) {
	return b.Commit(context.Background(), b.unit(transfers...))
}

func (b *bench) must(transfers ...ledger.Transfer) ledger.Outcome {
	b.t.Helper()
	outcome, err := b.commit(transfers...)
	if err != nil {
		b.t.Fatalf("commit: %v", err)
	}
	return outcome
}

func (b *bench) refused(code *fault.Code, transfers ...ledger.Transfer) *fault.Error {
	b.t.Helper()
	_, err := b.commit(transfers...)
	if !code.Has(err) {
		b.t.Fatalf("got %v, want %s", err, code.Name())
	}
	return fault.As(err)
}

func (b *bench) refuses(code *fault.Code, transfers ...ledger.Transfer) {
	b.t.Helper()
	_ = b.refused(code, transfers...)
}

func (b *bench) available(account ledger.Account, want int64) {
	b.t.Helper()
	var got ledger.Balance
	err := b.db.Read(context.Background(), func(tx *database.Tx) error {
		balances, err := ledger.Balances(context.Background(), tx, org, account.Code)
		got = balances[account.Code]
		return err
	})
	if err != nil {
		b.t.Fatalf("read balances: %v", err)
	}
	if got.Available != want {
		b.t.Fatalf("%s has %d available, want %d", account.Code, got.Available, want)
	}
}

func receive(amount int64) ledger.Transfer {
	return ledger.Transfer{Debit: shelf, Credit: received, Amount: amount}
}

func sell(amount int64) ledger.Transfer {
	return ledger.Transfer{Debit: sold, Credit: shelf, Amount: amount}
}

func earn(amount int64, expires string) ledger.Transfer {
	return ledger.Transfer{Debit: issued, Credit: points, Amount: amount, Lot: &ledger.Lot{ExpiresOn: expires}}
}

func spend(amount int64, today string) ledger.Transfer {
	return ledger.Transfer{Debit: points, Credit: redeemed, Amount: amount, Today: today}
}

func TestALimitedAccountNeverGoesBelowZero(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		b.must(receive(3))
		refused := b.refused(ledger.ErrShort, sell(4))
		if refused.Values["left"] != int64(3) || refused.Values["account"] != "stock:1" {
			t.Fatalf("the refusal says %v", refused.Values)
		}
		b.must(sell(2))
		b.available(shelf, 1)
		b.must(sell(1))
		b.refuses(ledger.ErrShort, sell(1))
		b.available(shelf, 0)
	})
}

func TestAUnitStandsOrFallsTogether(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		b.must(receive(1))
		b.refuses(ledger.ErrShort, receive(5), sell(7))
		b.available(shelf, 1)
	})
}

func TestTheSameKeyHappensOnce(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		ctx := context.Background()
		b.must(receive(5))
		unit := b.unit(sell(2))
		unit.Subject, unit.Request = 42, []byte("a")
		first, err := b.Commit(ctx, unit)
		if err != nil || first.Replayed {
			t.Fatalf("first: %+v, %v", first, err)
		}
		unit.Posting = b.db.NewID()
		second, err := b.Commit(ctx, unit)
		if err != nil || !second.Replayed || second.Posting != first.Posting || second.Subject != 42 {
			t.Fatalf("second: %+v, %v", second, err)
		}
		if len(second.Moved) != 1 || second.Moved[0] != first.Moved[0] {
			t.Fatalf("a replay moved %v, first %v", second.Moved, first.Moved)
		}
		unit.Request = []byte("b")
		if _, err := b.Commit(ctx, unit); !ledger.ErrKeyConflict.Has(err) {
			t.Fatalf("another request under the key: %v", err)
		}
		b.available(shelf, 3)
	})
}

func TestARejectionIsRemembered(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		ctx := context.Background()
		unit := b.unit(sell(2))
		if _, err := b.Commit(ctx, unit); !ledger.ErrShort.Has(err) {
			t.Fatalf("first: %v", err)
		}
		b.must(receive(5))
		_, err := b.Commit(ctx, unit)
		if !ledger.ErrShort.Has(err) || fault.As(err).Values["left"] != int64(0) {
			t.Fatalf("again: %v", err)
		}
		if _, found, err := b.Lookup(ctx, org, unit.Key, unit.Request); !found || !ledger.ErrShort.Has(err) {
			t.Fatalf("lookup: found %v, %v", found, err)
		}
		b.available(shelf, 5)
	})
}

func TestUpToAndAllMoveWhatIsAvailable(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		b.must(receive(5))
		upTo, all := sell(3), sell(0)
		upTo.Mode, all.Mode = ledger.UpTo, ledger.All
		if moved := b.must(upTo).Moved; moved[0].Amount != 3 {
			t.Fatalf("up to 3 of 5 moved %v", moved)
		}
		if moved := b.must(all).Moved; moved[0].Amount != 2 {
			t.Fatalf("all of 2 moved %v", moved)
		}
		if moved := b.must(upTo).Moved; len(moved) != 0 {
			t.Fatalf("up to 3 of nothing moved %v", moved)
		}
		b.available(shelf, 0)
	})
}

func TestLotsAreSpentEarliestFirstAndNotAfterTheirDay(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		b.must(earn(100, "2027-01-31"))
		b.must(earn(50, "2026-12-31"))
		b.must(earn(30, "2026-11-22"))
		spent := b.must(spend(70, "2026-11-23"))
		if len(spent.Moved) != 2 || spent.Moved[0].Amount != 50 || spent.Moved[1].Amount != 20 {
			t.Fatalf("spent %v", spent.Moved)
		}
		if refused := b.refused(ledger.ErrShort, spend(81, "2026-11-23")); refused.Values["left"] != int64(80) {
			t.Fatalf("left %v", refused.Values["left"])
		}
		back := ledger.Transfer{Debit: issued, Credit: points, Amount: 50, LotID: spent.Moved[0].LotID}
		b.must(back)
		again := b.must(spend(10, "2026-11-23"))
		if again.Moved[0].LotID != spent.Moved[0].LotID {
			t.Fatalf("a refund returned to lot %d, not %d", again.Moved[0].LotID, spent.Moved[0].LotID)
		}
		expired := spend(0, "2026-11-23")
		expired.Mode = ledger.All
		if moved := b.must(expired).Moved; moved[0].Amount+moved[1].Amount != 120 {
			t.Fatalf("all unexpired: %v", moved)
		}
		b.refuses(ledger.ErrShort, spend(1, "2026-11-23"))
		b.must(spend(30, "2026-11-22"))
	})
}

func TestHolds(t *testing.T) {
	t.Parallel()
	hold := func(b *bench, amount int64, deadline time.Time) int64 {
		taken := sell(amount)
		taken.Action, taken.HoldID, taken.Deadline = ledger.Hold, b.db.NewID(), deadline
		b.must(taken)
		return taken.HoldID
	}
	end := func(action ledger.Action, id, amount int64) ledger.Transfer {
		return ledger.Transfer{Action: action, HoldID: id, Amount: amount}
	}
	for _, row := range []struct {
		name string
		test func(b *bench)
	}{
		{"what is held can't be sold", func(b *bench) {
			hold(b, 4, time.Time{})
			b.available(shelf, 1)
			b.refuses(ledger.ErrShort, sell(2))
		}},
		{"a hold that is posted in part returns the rest", func(b *bench) {
			id := hold(b, 4, time.Time{})
			b.must(end(ledger.PostHold, id, 3))
			b.available(shelf, 2)
			b.refuses(ledger.ErrHoldEnded, end(ledger.PostHold, id, 1))
		}},
		{"a hold that is voided returns all", func(b *bench) {
			b.must(end(ledger.VoidHold, hold(b, 4, time.Time{}), 0))
			b.available(shelf, 5)
		}},
		{"more than was held can't be posted", func(b *bench) {
			b.refuses(ledger.ErrShort, end(ledger.PostHold, hold(b, 4, time.Time{}), 5))
			b.available(shelf, 1)
		}},
		{"an expired hold can't be posted", func(b *bench) {
			id := hold(b, 4, start.Add(time.Minute))
			b.clock.Advance(time.Minute)
			b.refuses(ledger.ErrHoldEnded, end(ledger.PostHold, id, 0))
		}},
		{"an expired hold gives way to a sale though nothing has swept", func(b *bench) {
			hold(b, 4, start.Add(time.Minute))
			b.clock.Advance(time.Minute)
			b.must(sell(5))
			b.available(shelf, 0)
		}},
		{"a hold that lost its deadline outlives it", func(b *bench) {
			id := hold(b, 4, start.Add(time.Minute))
			b.must(end(ledger.KeepHold, id, 0))
			b.clock.Advance(time.Hour)
			b.refuses(ledger.ErrShort, sell(2))
			b.must(end(ledger.PostHold, id, 0))
			b.available(shelf, 1)
		}},
		{"a hold that ends before it begins is refused", func(b *bench) {
			early := sell(1)
			early.Action, early.HoldID, early.Deadline = ledger.Hold, b.db.NewID(), start
			b.refuses(ledger.ErrDeadline, early)
		}},
		{"an unknown hold is refused", func(b *bench) {
			b.refuses(ledger.ErrHoldUnknown, end(ledger.VoidHold, b.db.NewID(), 0))
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

func TestAShortageGivesWhatIsLacking(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		b.must(receive(2))
		forced := sell(5)
		forced.Shortage = &shortage
		moved := b.must(forced).Moved
		if len(moved) != 2 || moved[0].Amount != 2 || moved[1].Amount != 3 || !moved[1].Short {
			t.Fatalf("moved %v", moved)
		}
		b.available(shelf, 0)
		b.available(shortage, -3)
		b.verify()
	})
}

func TestWhatIsWrongWithAUnitIsRefused(t *testing.T) {
	t.Parallel()
	other := received
	other.Asset = "U:2"
	reopened := shelf
	reopened.Limited = false
	for _, row := range []struct {
		name     string
		code     *fault.Code
		transfer ledger.Transfer
	}{
		{"nothing", ledger.ErrAmount, receive(0)},
		{"less than nothing", ledger.ErrAmount, receive(-1)},
		{"more than a number can hold", ledger.ErrAmount, receive(1 << 53)},
		{"two assets", ledger.ErrAssets, ledger.Transfer{Debit: shelf, Credit: other, Amount: 1}},
		{"an account with itself", ledger.ErrAccount, ledger.Transfer{Debit: shelf, Credit: shelf, Amount: 1}},
		{"an account without a name", ledger.ErrAccount, ledger.Transfer{Debit: shelf, Amount: 1}},
		{"an account opened as something else", ledger.ErrAccount, ledger.Transfer{Debit: reopened, Credit: received, Amount: 1}},
		{"points without a lot", ledger.ErrUnit, ledger.Transfer{Debit: issued, Credit: points, Amount: 1}},
		{"points spent without a date", ledger.ErrUnit, ledger.Transfer{Debit: points, Credit: redeemed, Amount: 1}},
		{"a lot of another account", ledger.ErrAccount, ledger.Transfer{Debit: points, Credit: redeemed, Amount: 1, LotID: 1}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			each(t, func(b *bench) {
				b.must(receive(5))
				b.refuses(row.code, row.transfer)
				b.available(shelf, 5)
			})
		})
	}
}

func TestTooManyTransfersAreRefused(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		many := make([]ledger.Transfer, ledger.MaxTransfers+1)
		for i := range many {
			many[i] = receive(1)
		}
		b.refuses(ledger.ErrTooLarge, many...)
	})
}

func TestAClaimIsTakenOnce(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		claim := []ledger.Claim{{Scope: "coupon", Value: "HALF"}}
		first, second := b.unit(), b.unit()
		first.Claims, second.Claims = claim, claim
		if _, err := b.Commit(context.Background(), first); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Commit(context.Background(), second); !ledger.ErrClaimed.Has(err) {
			t.Fatalf("the second claim: %v", err)
		}
	})
}

func TestManyBuyersNeverBuyMoreThanThereIs(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		const units, buyers = 50, 200
		b.must(receive(units))
		var wait sync.WaitGroup
		var mutex sync.Mutex
		bought, refused := 0, 0
		for i := range buyers {
			unit := ledger.Unit{
				Org: org, Store: int64(i % 3), Key: fmt.Sprintf("buyer-%d", i), Posting: b.db.NewID(), Kind: "test",
				Transfers: []ledger.Transfer{sell(1)},
			}
			wait.Go(func() {
				_, err := b.Commit(context.Background(), unit)
				mutex.Lock()
				defer mutex.Unlock()
				switch {
				case err == nil:
					bought++
				case ledger.ErrShort.Has(err):
					refused++
				default:
					t.Errorf("commit: %v", err)
				}
			})
		}
		wait.Wait()
		if bought != units || refused != buyers-units {
			t.Fatalf("%d bought, %d were refused", bought, refused)
		}
		b.available(shelf, 0)
		b.verify()
	})
}

func TestOneKeySentManyTimesAtOnceHappensOnce(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		b.must(receive(100))
		unit := b.unit(sell(1))
		var wait sync.WaitGroup
		outcomes := make([]ledger.Outcome, 40)
		for i := range outcomes {
			copied := unit
			copied.Posting = b.db.NewID()
			wait.Go(func() {
				var err error
				if outcomes[i], err = b.Commit(context.Background(), copied); err != nil {
					t.Errorf("commit: %v", err)
				}
			})
		}
		wait.Wait()
		fresh := 0
		for _, outcome := range outcomes {
			if outcome.Posting != outcomes[0].Posting {
				t.Fatalf("two postings under one key: %d and %d", outcome.Posting, outcomes[0].Posting)
			}
			if !outcome.Replayed {
				fresh++
			}
		}
		if fresh != 1 {
			t.Fatalf("%d of the outcomes were new", fresh)
		}
		b.available(shelf, 99)
	})
}

// verify fails the test unless the books of its one organisation prove right.
func (b *bench) verify() {
	b.t.Helper()
	if report := b.verifyAll(); report.Organisations != 1 {
		b.t.Fatalf("verify looked at %d organisations", report.Organisations)
	}
}

// verifyAll fails the test unless all books prove right.
func (b *bench) verifyAll() ledger.Report {
	b.t.Helper()
	report, err := ledger.Verify(context.Background(), b.db, nil, nil)
	if err != nil {
		b.t.Fatalf("verify: %v", err)
	}
	for _, difference := range report.Differences {
		b.t.Errorf("verify: %s", difference)
	}
	if report.Postings == 0 {
		b.t.Fatalf("verify looked at nothing: %+v", report)
	}
	return report
}
