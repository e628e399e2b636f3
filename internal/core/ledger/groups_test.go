package ledger

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/journal"
)

// step is a Unit, and how long nobody does anything before it.
type step struct {
	unit  Unit
	pause time.Duration
}

// drawSteps draws Units that meet in few accounts, keys, claims and holds.
func drawSteps(t *rapid.T, now time.Time, newID func() int64) []step {
	number := func(name string, from, to int) int { return rapid.IntRange(from, to).Draw(t, name) }
	steps := make([]step, number("steps", 1, 40))
	var holds []int64
	for i := range steps {
		if number("pauses", 0, 9) == 0 {
			steps[i].pause = 45 * time.Minute
			now = now.Add(steps[i].pause)
		}
		unit := Unit{
			Key: fmt.Sprintf("k%d", number("key", 1, 60)), Posting: newID(), Kind: "test", Store: int64(number("store", 0, 2)),
			Request: []byte{byte('a' + max(0, number("request", 0, 9)-8))}, Subject: int64(i), Actor: 7,
			Events: []journal.Event{{Kind: "test.done", Subject: int64(i), Body: map[string]any{"step": int64(i)}}},
		}
		for range number("transfers", 0, 3) {
			transfer := drawStepTransfer(number, holds)
			if transfer.Action == Hold {
				transfer.HoldID = newID()
				holds = append(holds, transfer.HoldID)
			}
			if (transfer.Action == Hold || transfer.Action == KeepHold) && number("deadline", 0, 1) == 1 {
				transfer.Deadline = now.Add(time.Hour)
			}
			unit.Transfers = append(unit.Transfers, transfer)
		}
		if number("claims", 0, 3) == 0 {
			unit.Claims = []Claim{{Scope: "s", Value: fmt.Sprint(number("claim", 1, 9))}}
		}
		steps[i].unit = unit
	}
	return steps
}

func drawStepTransfer(number func(name string, from, to int) int, holds []int64) Transfer {
	n, amount := number("thing", 0, 2), int64(number("amount", 1, 6))
	of := func(code string, side Side) Account {
		return Account{Code: fmt.Sprintf("%s:%d", code, n), Asset: fmt.Sprintf("U:%d", n), Side: side, Limited: code == "stock"}
	}
	points := Account{Code: "points", Asset: "POINT", Side: Credit, Limited: true, Lots: true}
	issued := Account{Code: "issued", Asset: "POINT", Side: Debit}
	sale := Transfer{Debit: of("sold", Debit), Credit: of("stock", Debit), Amount: amount}
	switch kind := number("kind", 0, 11); {
	case kind <= 2:
		return Transfer{Debit: of("stock", Debit), Credit: of("received", Credit), Amount: amount}
	case kind == 3:
		sale.Mode = UpTo
	case kind == 4:
		sale.Mode, sale.Amount = All, 0
	case kind == 5:
		shortage := of("shortage", Credit)
		sale.Shortage = &shortage
	case kind == 6:
		day := []string{"2026-12-31", "2027-01-31"}[number("expires", 0, 1)]
		return Transfer{Debit: issued, Credit: points, Amount: amount, Lot: &Lot{ExpiresOn: day}}
	case kind == 7:
		return Transfer{Debit: points, Credit: issued, Amount: amount, Today: "2026-11-23"}
	case kind == 8:
		sale.Action = Hold
	case kind >= 9 && len(holds) > 0:
		return Transfer{
			Action: []Action{PostHold, VoidHold, KeepHold}[kind-9], HoldID: holds[number("hold", 0, len(holds)-1)],
		}
	}
	return sale
}

// runner commits steps in groups, to one database, with nothing beside it.
type runner struct {
	db     *database.DB
	clock  *clock.Manual
	ledger *Ledger
	to     *database.Writer
}

func newRunner(t *testing.T, dialect database.Dialect, now time.Time) *runner {
	t.Helper()
	r := &runner{clock: clock.At(now)}
	r.db = databasetest.Open(t, dialect, r.clock)
	r.ledger, r.to = prepare(r.db, databasetest.Quiet(), 10), r.db.NewWriter()
	t.Cleanup(r.to.Close)
	return r
}

// run commits steps as one organisation's, in groups that end after the steps that cut names and wherever time passes. It
// gives what each Unit heard.
func (r *runner) run(org int64, steps []step, cut map[int]bool) string {
	heard := make([]string, len(steps))
	var group []*request
	flush := func() {
		r.ledger.commit(r.to, group, false)
		for _, one := range group {
			text := fmt.Sprintf("%d: %v %t", one.unit.Subject, one.err, one.outcome.Replayed)
			for _, moved := range one.outcome.Moved {
				text += fmt.Sprintf(" %d %s %s %d %t;", moved.Request, moved.Action, moved.Asset, moved.Amount, moved.Short)
			}
			heard[one.unit.Subject] = text
		}
		group = nil
	}
	for i := range steps {
		unit := steps[i].unit
		unit.Org = org
		// A key that waits in the same group goes back into the queue: here, into the next group.
		same := false
		for _, one := range group {
			same = same || one.unit.Key == unit.Key
		}
		if len(group) > 0 && (same || steps[i].pause > 0) {
			flush()
		}
		r.clock.Advance(steps[i].pause)
		if err := unit.validate(r.clock.Now()); err != nil {
			heard[i] = fmt.Sprintf("%d: %v", i, err)
			continue
		}
		group = append(group, &request{unit: &unit, done: make(chan struct{})})
		if cut[i] || i == len(steps)-1 {
			flush()
		}
	}
	if len(group) > 0 {
		flush()
	}
	return strings.Join(heard, "\n")
}

// dump is all that an organisation's rows say, each table in the order of its key.
func (r *runner) dump(ctx context.Context, org int64, statements []*database.Statement) (string, error) {
	var text strings.Builder
	err := r.db.Read(ctx, func(tx *database.Tx) error {
		for _, statement := range statements {
			text.WriteString(statement.Name() + "\n")
			err := tx.Each(ctx, statement, func(row database.Scanner) error {
				var line string
				err := row.Scan(&line)
				text.WriteString(line + "\n")
				return err
			}, org)
			if err != nil {
				return err
			}
		}
		return nil
	})
	return text.String(), err
}

// dumping registers what dumps a table. The names of columns that hold bytes begin with "x:".
func dumping(table, order, columns string) *database.Statement {
	var sqlite, postgres []string
	for column := range strings.FieldsSeq(columns) {
		if bytes, is := strings.CutPrefix(column, "x:"); is {
			sqlite, postgres = append(sqlite, "lower(hex("+bytes+"))"), append(postgres, "encode("+bytes+", 'hex')")
			continue
		}
		sqlite, postgres = append(sqlite, "CAST("+column+" AS TEXT)"), append(postgres, "CAST("+column+" AS TEXT)")
	}
	text := func(columns []string) string {
		return "SELECT " + strings.Join(columns, " || '|' || ") + " FROM " + table + " WHERE org_id = $1 ORDER BY " + order
	}
	return database.RegisterFor("ledger_test.dump_"+table, text(sqlite), text(postgres))
}

var (
	// dumps are the tables of the ledger whole.
	dumps = []*database.Statement{
		dumping("ledger_account", "id", "id code asset side limited lots parent_id expires_on funder_id giver_id fingerprint debits "+
			"credits held available low"),
		dumping("ledger_posting", "id", "id key x:request_hash at store_id kind subject_id actor_id transfers rejection x:digest"),
		dumping("ledger_transfer", "posting_id, line", "posting_id line request action debit_id credit_id asset amount hold_id short"),
		dumping("ledger_hold", "id, part", "id part debit_id credit_id asset amount posted state deadline fingerprint"),
		dumping("ledger_claim", "scope, value", "scope value posting_id"),
		dumping("ledger_group", "number", "number seq at x:postings"),
		dumping("ledger_block", "number", "number last_group seq at postings transfers sealed x:hash"),
		dumping("ledger_statement", "account_id, block", "account_id block debits credits x:entries"),
		dumping("journal_head", "org_id", "seq marks"),
		dumping("journal_event", "seq", "seq at kind store_id subject_id actor_id body"),
	}
	// outcome is what all Units together have led to, whatever the ids of accounts are.
	outcome = []*database.Statement{
		database.Register("ledger_test.totals", `
			SELECT code || '|' || debits || '|' || credits || '|' || held || '|' || available FROM ledger_account
			WHERE org_id = $1 ORDER BY code`),
		database.Register("ledger_test.transfers", `
			SELECT p.key || '|' || t.action || '|' || d.code || '|' || c.code || '|' || t.amount || '|' || t.short
			FROM ledger_transfer t
			JOIN ledger_posting p ON p.org_id = t.org_id AND p.id = t.posting_id
			JOIN ledger_account d ON d.org_id = t.org_id AND d.id = t.debit_id
			JOIN ledger_account c ON c.org_id = t.org_id AND c.id = t.credit_id
			WHERE t.org_id = $1 ORDER BY p.key, t.line`),
		database.Register("ledger_test.rejections",
			`SELECT key || '|' || rejection FROM ledger_posting WHERE org_id = $1 ORDER BY key`),
		database.Register("ledger_test.holds", `
			SELECT id || '|' || part || '|' || posted || '|' || state || '|' || deadline FROM ledger_hold WHERE org_id = $1
			ORDER BY id, part`),
	}
)

// With one submitter and the same time, both databases hold the same bytes, down to the hash of the last block; and nobody
// can tell from the answers, nor from what came of it, how the Units were cut into groups.
func TestGroupsAndDatabasesMakeNoDifference(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	began := clock.FromMicros(1_795_000_000_000_000)
	lite, large := newRunner(t, database.SQLite, began), newRunner(t, database.Postgres, began)
	org, rejected := int64(0), map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		newID := func() int64 {
			id := lite.db.NewID()
			if other := large.db.NewID(); other != id {
				t.Fatalf("one database gives the id %d, the other %d", id, other)
			}
			return id
		}
		steps := drawSteps(t, lite.clock.Now(), newID)
		apart, anyhow := map[int]bool{}, map[int]bool{}
		for i := range steps {
			apart[i], anyhow[i] = true, rapid.Bool().Draw(t, "cut")
		}
		at := lite.clock.Now()
		var heardFirst, outcomeFirst string
		for _, cut := range []map[int]bool{apart, {}, anyhow} {
			org++
			var heard, bytes, ends [2]string
			for i, r := range []*runner{lite, large} {
				r.clock.Set(at)
				heard[i] = r.run(org, steps, cut)
				err := r.ledger.Seal(ctx)
				if err == nil {
					bytes[i], err = r.dump(ctx, org, dumps)
				}
				if err == nil {
					ends[i], err = r.dump(ctx, org, outcome)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if heard[0] != heard[1] || bytes[0] != bytes[1] {
				t.Fatalf("SQLite:\n%s\n%s\nPostgreSQL:\n%s\n%s", heard[0], bytes[0], heard[1], bytes[1])
			}
			if heardFirst == "" {
				heardFirst, outcomeFirst = heard[0], ends[0]
			}
			if heard[0] != heardFirst || ends[0] != outcomeFirst {
				t.Fatalf("one by one:\n%s\n%s\ncut after %v:\n%s\n%s", heardFirst, outcomeFirst, cut, heard[0], ends[0])
			}
		}
		for _, code := range []*fault.Code{ErrShort, ErrClaimed, ErrHoldEnded, ErrKeyConflict} {
			rejected[code.Name()] = rejected[code.Name()] || strings.Contains(heardFirst, code.Name())
		}
	})
	for code, was := range rejected {
		if !was {
			t.Errorf("nothing was rejected with %s", code)
		}
	}
	for _, r := range []*runner{lite, large} {
		report, err := Verify(ctx, r.db, nil, nil)
		if err != nil || !report.OK() {
			t.Fatalf("verify: %v %v", report.Differences, err)
		}
	}
}
