package ledger_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"dangol/internal/core/ledger"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
)

func (b *bench) health(kind string) ledger.Health {
	b.t.Helper()
	var found ledger.Health
	err := b.db.Read(context.Background(), func(tx *database.Tx) error {
		list, err := ledger.ReadHealth(context.Background(), tx, org)
		for _, one := range list {
			if one.Kind == kind {
				found = one
			}
		}
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return found
}

func (b *bench) guard() (g *ledger.Guard, proofs *int) {
	proofs = new(int)
	return ledger.NewGuard(b.db, func(ctx context.Context) (ledger.Report, error) {
		*proofs++
		return ledger.Verify(ctx, b.db, nil, nil)
	}, databasetest.Quiet()), proofs
}

func (b *bench) look(g *ledger.Guard, wrong int64) {
	b.t.Helper()
	if err := g.Look(context.Background()); err != nil {
		b.t.Fatal(err)
	}
	if g.Wrong() != wrong {
		b.t.Fatalf("%d things are wrong, want %d", g.Wrong(), wrong)
	}
}

var mendShelf = database.Register("ledgertest.mend_shelf", `UPDATE ledger_account SET debits = debits - 1 WHERE code = 'stock:1'`)

func TestBooksThatDifferAreAnAlarmUntilTheyAreMended(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		b.must(receive(9))
		if err := b.Seal(context.Background()); err != nil {
			t.Fatal(err)
		}
		g, proofs := b.guard()
		b.look(g, 0)
		b.exec(raiseShelf)
		b.look(g, 0) // it has been proved already
		if *proofs != 1 {
			t.Fatalf("the books were proved %d times", *proofs)
		}
		b.clock.Advance(49 * time.Hour)
		b.look(g, 1)
		alarm := b.health(ledger.HealthProof)
		if !alarm.Wrong() || alarm.Count == 0 || !strings.Contains(alarm.Detail, "stock:1") {
			t.Errorf("the alarm is %+v", alarm)
		}
		b.exec(mendShelf)
		b.clock.Advance(49 * time.Hour)
		b.look(g, 0)
		if mended := b.health(ledger.HealthProof); mended.Wrong() || !mended.LookedAt.After(alarm.LookedAt) {
			t.Errorf("after it was mended: %+v", mended)
		}
	})
}

func TestWhatNobodySealsIsAnAlarmOnceAProgramHasRunForAMinute(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		b.must(receive(9))
		b.Close() // nothing seals by itself from here on
		b.clock.Advance(15 * time.Hour)
		g, _ := b.guard()
		b.look(g, 0)
		b.clock.Advance(61 * time.Second)
		b.look(g, 1)
		if late := b.health(ledger.HealthSeal); late.Count != 61 {
			t.Errorf("it waits for %d seconds: %+v", late.Count, late)
		}
		if err := b.Seal(context.Background()); err != nil {
			t.Fatal(err)
		}
		b.look(g, 0)
	})
}
