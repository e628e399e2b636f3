package ledger_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"dangol/internal/core/ledger"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/fault"
)

// Whatever is wrong with a Unit, it is refused with a code of its own and what comes with it is not touched by that.
func TestBadInputIsRefusedByNameAndTheOthersGoOn(t *testing.T) {
	t.Parallel()
	dollars := received
	dollars.Asset = "USD"
	hold := func(b *bench, deadline time.Time) ledger.Transfer {
		taken := sell(1)
		taken.Action, taken.HoldID, taken.Deadline = ledger.Hold, b.db.NewID(), deadline
		return taken
	}
	for _, row := range []struct {
		name string
		code *fault.Code
		bad  func(b *bench, unit *ledger.Unit)
	}{
		{"ten thousand and one transfers", ledger.ErrTooLarge, func(_ *bench, unit *ledger.Unit) {
			for range ledger.MaxTransfers + 1 {
				unit.Transfers = append(unit.Transfers, receive(1))
			}
		}},
		{"more rows than a Unit may write", ledger.ErrTooLarge, func(_ *bench, unit *ledger.Unit) {
			unit.Claims = make([]ledger.Claim, ledger.MaxRows+1)
		}},
		{"an account that names nothing", ledger.ErrAccount, func(_ *bench, unit *ledger.Unit) {
			unit.Transfers = []ledger.Transfer{{Debit: shelf, Credit: ledger.Account{Asset: "U:1", Side: ledger.Credit}, Amount: 1}}
		}},
		{"an account that was opened as something else", ledger.ErrAccount, func(_ *bench, unit *ledger.Unit) {
			other := shelf
			other.Limited = false
			unit.Transfers = []ledger.Transfer{{Debit: other, Credit: received, Amount: 1}}
		}},
		{"taking from an account in which there never was anything", ledger.ErrShort, func(_ *bench, unit *ledger.Unit) {
			empty := shelf
			empty.Code = "stock:unknown"
			unit.Transfers = []ledger.Transfer{{Debit: sold, Credit: empty, Amount: 1}}
		}},
		{"two assets in one transfer", ledger.ErrAssets, func(_ *bench, unit *ledger.Unit) {
			unit.Transfers = []ledger.Transfer{{Debit: shelf, Credit: dollars, Amount: 1}}
		}},
		{"nothing", ledger.ErrAmount, func(_ *bench, unit *ledger.Unit) { unit.Transfers = []ledger.Transfer{receive(0)} }},
		{"less than nothing", ledger.ErrAmount, func(_ *bench, unit *ledger.Unit) { unit.Transfers = []ledger.Transfer{receive(-1)} }},
		{"a hold that ends before it begins", ledger.ErrDeadline, func(b *bench, unit *ledger.Unit) {
			unit.Transfers = []ledger.Transfer{hold(b, b.clock.Now().Add(-time.Second))}
		}},
		{"a hold that nobody made is posted", ledger.ErrHoldUnknown, func(b *bench, unit *ledger.Unit) {
			unit.Transfers = []ledger.Transfer{{Action: ledger.PostHold, HoldID: b.db.NewID()}}
		}},
		{"a refund into a lot that gave nothing", ledger.ErrAccount, func(b *bench, unit *ledger.Unit) {
			unit.Transfers = []ledger.Transfer{{Debit: redeemed, Credit: points, Amount: 1, LotID: b.db.NewID()}}
		}},
		{"a refund of more than was ever paid in", ledger.ErrShort, func(_ *bench, unit *ledger.Unit) {
			paid := ledger.Account{Code: "paid:1", Asset: "KRW", Side: ledger.Credit, Limited: true}
			drawer := ledger.Account{Code: "drawer:1", Asset: "KRW", Side: ledger.Debit}
			unit.Transfers = []ledger.Transfer{{Debit: paid, Credit: drawer, Amount: 1}}
		}},
		{"a row that is gone is expected", ledger.ErrMoved, func(_ *bench, unit *ledger.Unit) {
			unit.Expects = []ledger.Expect{expect(404, 1)}
		}},
		{"no key", ledger.ErrUnit, func(_ *bench, unit *ledger.Unit) { unit.Key = "" }},
		{"a key that is no text", ledger.ErrUnit, func(_ *bench, unit *ledger.Unit) { unit.Key = "a\x00b" }},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			each(t, func(b *bench) {
				b.exec(createThing)
				b.must(receive(5))
				units := []ledger.Unit{b.unit(receive(1)), b.unit(), b.unit(sell(1)), b.unit(sell(2))}
				row.bad(b, &units[1])
				for i, err := range b.atOnce(units) {
					if i == 1 && !row.code.Has(err) || i != 1 && err != nil {
						b.t.Errorf("Unit %d: %v", i, err)
					}
				}
				b.available(shelf, 3)
				b.verify()
			})
		})
	}
}

// After a restore the books go on from an earlier moment: nothing that is made then collides with what stands there, and
// what happened after the backup can be sent again under its keys.
func TestAfterARestoreIDsClaimsAndSealingGoOn(t *testing.T) {
	t.Parallel()
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			target := databasetest.Target(t, dialect)
			sells := func(b *bench, key string) {
				unit := b.unit(sell(1))
				unit.Key, unit.Claims = key, []ledger.Claim{{Scope: "receipt", Value: key}}
				b.commitUnit(unit, nil)
				if err := b.Seal(context.Background()); err != nil {
					t.Fatal(err)
				}
			}
			shut := func(b *bench) {
				b.Close()
				if err := b.db.Close(); err != nil {
					t.Fatal(err)
				}
			}
			b := opened(t, target)
			b.must(receive(9))
			sells(b, "before")
			shut(b)
			backup := databasetest.Copy(t, target)
			b = opened(t, target)
			sells(b, "after")
			shut(b)
			restored := opened(t, backup)
			sells(restored, "before") // its outcome is known
			sells(restored, "after")
			sells(restored, "new")
			restored.available(shelf, 6)
			restored.verify()
		})
	}
}

func TestATotalOfAnAccountWithoutALimitNeverOverflows(t *testing.T) {
	t.Parallel()
	for _, sealed := range []bool{false, true} {
		t.Run(fmt.Sprintf("sealed meanwhile: %t", sealed), func(t *testing.T) {
			t.Parallel()
			each(t, func(b *bench) {
				drawer := ledger.Account{Code: "drawer:1", Asset: "KRW", Side: ledger.Debit}
				revenue := ledger.Account{Code: "revenue:1", Asset: "KRW", Side: ledger.Credit}
				many := make([]ledger.Transfer, 300)
				for i := range many {
					many[i] = ledger.Transfer{Debit: drawer, Credit: revenue, Amount: 1<<53 - 1}
				}
				b.must(many...)
				if sealed {
					if err := b.Seal(context.Background()); err != nil {
						t.Fatal(err)
					}
				}
				b.refuses(ledger.ErrOverflow, many...)
				b.must(many[:200]...)
				b.available(drawer, 500*(1<<53-1))
				b.verify()
			})
		})
	}
}

func TestATransferOfAllThatThereIsNeverOverflows(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		drawer := ledger.Account{Code: "drawer:1", Asset: "KRW", Side: ledger.Debit}
		var empty [2][]ledger.Transfer
		for half := range empty {
			lent := ledger.Account{Code: fmt.Sprintf("lent:%d", half), Asset: "KRW", Side: ledger.Credit}
			fill := make([]ledger.Transfer, 300)
			for i := range fill {
				vault := ledger.Account{Code: fmt.Sprintf("vault:%d.%d", half, i), Asset: "KRW", Side: ledger.Debit, Limited: true}
				fill[i] = ledger.Transfer{Debit: vault, Credit: lent, Amount: 1<<53 - 1}
				empty[half] = append(empty[half], ledger.Transfer{Debit: drawer, Credit: vault, Mode: ledger.All})
			}
			b.must(fill...)
		}
		b.must(empty[0]...)
		b.refuses(ledger.ErrOverflow, empty[1]...)
		b.must(empty[1][:200]...)
		b.available(drawer, 500*(1<<53-1))
		b.verify()
	})
}
