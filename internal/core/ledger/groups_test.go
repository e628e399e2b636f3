package ledger

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/fault"
)

// sequence is a run of Units that meet in few accounts, claims and holds. The same seed gives the same.
func sequence(seed uint64, count int) []Unit {
	random := rand.New(rand.NewPCG(seed, 1))
	shelf := func(n int) Account {
		return Account{Code: fmt.Sprintf("stock:%d", n), Asset: fmt.Sprintf("U:%d", n), Side: Debit, Limited: true}
	}
	far := func(code string, n int) Account {
		return Account{Code: fmt.Sprintf("%s:%d", code, n), Asset: fmt.Sprintf("U:%d", n), Side: Debit}
	}
	points := Account{Code: "points", Asset: "POINT", Side: Credit, Limited: true, Lots: true}
	issued := Account{Code: "issued", Asset: "POINT", Side: Debit}
	units := make([]Unit, count)
	for i := range units {
		unit := Unit{Org: 1, Key: fmt.Sprintf("k%d", i), Posting: int64(1_000_000 + i), Kind: "test"}
		for range 1 + random.IntN(3) {
			n, amount := random.IntN(3), int64(1+random.IntN(6))
			transfer := Transfer{Debit: far("sold", n), Credit: shelf(n), Amount: amount}
			switch random.IntN(8) {
			case 0, 1:
				transfer.Debit, transfer.Credit = shelf(n), far("received", n)
				transfer.Credit.Side = Credit
			case 2:
				transfer.Mode = UpTo
			case 3:
				transfer = Transfer{
					Debit: issued, Credit: points, Amount: amount,
					Lot: &Lot{ExpiresOn: []string{"2026-12-31", "2027-01-31"}[random.IntN(2)]},
				}
			case 4:
				transfer = Transfer{Debit: points, Credit: issued, Amount: amount, Today: "2026-11-23"}
			case 5:
				transfer.Action, transfer.HoldID = Hold, int64(2_000_000+i*10+len(unit.Transfers))
			}
			unit.Transfers = append(unit.Transfers, transfer)
		}
		if random.IntN(4) == 0 {
			unit.Claims = []Claim{{Scope: "s", Value: fmt.Sprint(random.IntN(count / 4))}}
		}
		units[i] = unit
	}
	return units
}

// outcomes commits a sequence in groups of the sizes that cut gives, and writes down what each Unit heard and what all
// accounts hold in the end.
func outcomes(t *testing.T, dialect database.Dialect, units []Unit, cut func() int) string {
	t.Helper()
	ctx := context.Background()
	db := databasetest.Open(t, dialect, clock.At(clock.FromMicros(1_795_000_000_000_000)))
	l := prepare(db, databasetest.Quiet(), 10)
	to := db.NewWriter()
	defer to.Close()
	var heard []string
	for from := 0; from < len(units); {
		group := make([]*request, min(cut(), len(units)-from))
		for i := range group {
			group[i] = &request{unit: &units[from+i], done: make(chan struct{})}
		}
		from += len(group)
		l.commit(to, group, false)
		for _, one := range group {
			text := fmt.Sprintf("%s:", one.unit.Key)
			if one.err != nil {
				text += " " + fault.As(one.err).Error()
			}
			for _, moved := range one.outcome.Moved {
				text += fmt.Sprintf(" %d %s %s %d;", moved.Request, moved.Action, moved.Asset, moved.Amount)
			}
			heard = append(heard, text)
		}
	}
	if err := l.Seal(ctx); err != nil {
		t.Fatal(err)
	}
	err := db.Read(ctx, func(tx *database.Tx) error {
		for _, prefix := range []string{"issued", "received", "sold", "stock"} {
			err := EachBalance(ctx, tx, 1, prefix, func(code string, balance Balance) error {
				heard = append(heard, fmt.Sprintf("%s %+v", code, balance))
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	report, err := Verify(ctx, db, nil, nil)
	if err != nil || !report.OK() {
		t.Fatalf("verify: %v %v", report.Differences, err)
	}
	return strings.Join(heard, "\n")
}

// With one submitter, nobody can tell from the answers how a sequence was cut into groups, or in which database.
func TestGroupsAndDatabasesMakeNoDifference(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			units := sequence(seed, 120)
			want := outcomes(t, database.SQLite, units, func() int { return 1 })
			if !strings.Contains(want, "ledger.short") || !strings.Contains(want, "ledger.claimed") {
				t.Fatalf("the sequence rejects nothing:\n%s", want)
			}
			random := rand.New(rand.NewPCG(seed, 2))
			for _, dialect := range databasetest.Dialects {
				for name, cut := range map[string]func() int{
					"one by one": func() int { return 1 }, "all at once": func() int { return len(units) },
					"anyhow": func() int { return 1 + random.IntN(9) },
				} {
					if got := outcomes(t, dialect, units, cut); got != want {
						t.Errorf("%s, %s:\n%s\nnot\n%s", dialect, name, got, want)
					}
				}
			}
		})
	}
}
