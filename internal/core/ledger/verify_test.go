package ledger_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"dangol/internal/core/ledger"
	"dangol/internal/ground/database"
	"dangol/internal/ground/journal"
)

type corruption struct {
	name  string
	check string
	wrong *database.Statement
}

// corruptions are single changes that nothing but a mistake or a thief makes.
var corruptions = func() []corruption {
	list := []corruption{}
	for _, row := range [][3]string{
		{"an account that is not counted gets a total", "ledger.accounts", `UPDATE ledger_account SET debits = 1 WHERE code = 'sold:1'`},
		{"debits of an account are raised", "ledger.accounts", `UPDATE ledger_account SET debits = debits + 1 WHERE code = 'stock:1'`},
		{"credits of an account are raised", "ledger.accounts", `UPDATE ledger_account SET credits = credits + 1 WHERE code = 'stock:1'`},
		{"more is held than there are holds", "ledger.accounts", `UPDATE ledger_account SET held = held + 1 WHERE code = 'stock:1'`},
		{"what is available is raised", "ledger.accounts", `UPDATE ledger_account SET available = available + 1 WHERE code = 'stock:1'`},
		{"the guard is raised", "ledger.accounts", `UPDATE ledger_account SET low = low + 1 WHERE code = 'stock:1'`},
		{"an account changes its side", "ledger.accounts", `UPDATE ledger_account SET side = 'C' WHERE code = 'sold:1'`},
		{"a limit is lifted", "ledger.accounts", `UPDATE ledger_account SET limited = 0 WHERE code = 'stock:1'`},
		{"an account gets another code", "ledger.accounts", `UPDATE ledger_account SET code = 'stock:2' WHERE code = 'stock:1'`},
		{"an account gets another asset", "ledger.accounts", `UPDATE ledger_account SET asset = 'U:2' WHERE code = 'stock:1'`},
		{"an account is deleted", "ledger.orphans", `DELETE FROM ledger_account WHERE code = 'received:1'`},
		{"a lot lives longer", "ledger.lots", `UPDATE ledger_account SET expires_on = '2099-12-31' WHERE code = 'points:9@2026-12-31.0.0'`},
		{"a lot changes its owner", "ledger.lots", `UPDATE ledger_account SET parent_id = (SELECT id FROM ledger_account WHERE code = 'issued')
			WHERE code = 'points:9@2026-12-31.0.0'`},
		{"a posting is deleted", "ledger.orphans", `DELETE FROM ledger_posting WHERE key = 'key-1'`},
		{"a posting gets another key", "ledger.postings", `UPDATE ledger_posting SET key = 'other' WHERE key = 'key-1'`},
		{"a posting gets another request", "ledger.postings", `UPDATE ledger_posting SET request_hash = digest WHERE key = 'key-1'`},
		{"a posting gets another time", "ledger.postings", `UPDATE ledger_posting SET at = at + 1 WHERE key = 'key-1'`},
		{"a posting gets another kind", "ledger.postings", `UPDATE ledger_posting SET kind = 'gift' WHERE key = 'key-1'`},
		{"a posting gets another subject", "ledger.postings", `UPDATE ledger_posting SET subject_id = 99 WHERE key = 'key-1'`},
		{"a posting gets another actor", "ledger.postings", `UPDATE ledger_posting SET actor_id = 99 WHERE key = 'key-1'`},
		{"a posting counts other transfers", "ledger.postings", `UPDATE ledger_posting SET transfers = transfers + 1 WHERE key = 'key-1'`},
		{"a posting gets another digest", "ledger.postings", `UPDATE ledger_posting SET digest = request_hash WHERE key = 'key-1'`},
		{"a posting becomes a rejection", "ledger.orphans", `UPDATE ledger_posting SET rejection = '{"code":"ledger.short"}' WHERE key = 'key-1'`},
		{"a rejection becomes a posting", "ledger.postings", `UPDATE ledger_posting SET rejection = '' WHERE rejection <> ''`},
		{"a transfer gets another amount", "ledger.postings", `UPDATE ledger_transfer SET amount = amount + 1 WHERE asset = 'POINT' AND amount = 100`},
		{"a transfer gets another account", "ledger.postings", `UPDATE ledger_transfer SET credit_id = (SELECT id FROM ledger_account WHERE code = 'sold:1')
			WHERE credit_id = (SELECT id FROM ledger_account WHERE code = 'received:1')`},
		{"a transfer gets another asset", "ledger.orphans", `UPDATE ledger_transfer SET asset = 'POINT' WHERE credit_id = (SELECT id FROM ledger_account WHERE code = 'received:1')`},
		{"a transfer is deleted", "ledger.postings", `DELETE FROM ledger_transfer WHERE asset = 'POINT' AND amount = 100`},
		{"a transfer stands elsewhere", "ledger.postings", `UPDATE ledger_transfer SET line = 7 WHERE asset = 'POINT' AND amount = 100`},
		{"a transfer is doubled", "ledger.postings", `INSERT INTO ledger_transfer SELECT org_id, posting_id, line + 1, request, action, debit_id, credit_id, asset,
			amount, hold_id, short FROM ledger_transfer WHERE asset = 'POINT' AND amount = 100`},
		{"a transfer loses its hold", "ledger.holds", `UPDATE ledger_transfer SET hold_id = 0 WHERE action = 'hold'`},
		{"a hold is deleted", "ledger.holds", `DELETE FROM ledger_hold WHERE state = 'posted'`},
		{"a hold gets another amount", "ledger.holds", `UPDATE ledger_hold SET amount = amount + 1 WHERE state = 'posted'`},
		{"a hold holds for longer", "ledger.holds", `UPDATE ledger_hold SET deadline = deadline + 1 WHERE state = 'held'`},
		{"a hold that was posted is open again", "ledger.holds", `UPDATE ledger_hold SET state = 'held' WHERE state = 'posted'`},
		{"a hold that is open was voided", "ledger.holds", `UPDATE ledger_hold SET state = 'voided' WHERE state = 'held'`},
		{"a claim is deleted", "ledger.postings", `DELETE FROM ledger_claim WHERE value = 'HALF'`},
		{"a claim gets another value", "ledger.postings", `UPDATE ledger_claim SET value = 'FULL' WHERE value = 'HALF'`},
		{"a claim is held by nobody", "ledger.claims", `UPDATE ledger_claim SET posting_id = 1 WHERE value = 'HALF'`},
		{"an event is deleted", "journal.order", `DELETE FROM journal_event WHERE seq = 2`},
		{"the first event is deleted", "journal.order", `DELETE FROM journal_event WHERE seq = 1`},
		{"the last event is deleted", "journal.order", `DELETE FROM journal_event WHERE seq = 3`},
		{"the journal's head is set back", "journal.order", `UPDATE journal_head SET seq = seq - 1`},
		{"a statement's debits are raised", "ledger.seals", `UPDATE ledger_statement SET debits = debits + 1 WHERE account_id = (
			SELECT id FROM ledger_account WHERE code = 'sold:1')`},
		{"a statement lists other entries", "ledger.seals", `UPDATE ledger_statement SET entries = (SELECT s.entries FROM ledger_statement s
			JOIN ledger_account a ON a.id = s.account_id WHERE a.code = 'stock:1') WHERE account_id = (SELECT id FROM ledger_account WHERE code = 'sold:1')`},
		{"a statement is deleted", "ledger.seals", `DELETE FROM ledger_statement WHERE account_id = (SELECT id FROM ledger_account WHERE code = 'sold:1')`},
		{"a statement is made up", "ledger.seals", `INSERT INTO ledger_statement SELECT org_id, 1, block, debits, credits, entries FROM ledger_statement
			WHERE account_id = (SELECT id FROM ledger_account WHERE code = 'sold:1')`},
		{"a group loses its postings", "ledger.seals", `UPDATE ledger_group SET postings = (SELECT g.postings FROM ledger_group g WHERE g.number = 2) WHERE number = 3`},
		{"a group is deleted", "ledger.seals", `DELETE FROM ledger_group WHERE number = 2`},
		{"a block gets another hash", "ledger.seals", `UPDATE ledger_block SET hash = (SELECT digest FROM ledger_posting WHERE key = 'key-1')`},
		{"a block counts other transfers", "ledger.seals", `UPDATE ledger_block SET transfers = transfers + 1`},
		{"an event tells another story", "ledger.seals", `UPDATE journal_event SET subject_id = 99 WHERE seq = 2`},
		{"a digest is made to fit a changed posting", "ledger.seals", `UPDATE ledger_posting SET digest = request_hash WHERE key = 'key-1'`},
		{"ids that are in use would be given out again", "database.ids", `UPDATE id_block SET next_block = 0`},
	} {
		name := fmt.Sprintf("ledgertest.corrupt_%d", len(list))
		list = append(list, corruption{name: row[0], check: row[1], wrong: database.Register(name, row[2])})
	}
	return list
}()

// life makes one of everything that verify looks at.
func (b *bench) life() {
	b.t.Helper()
	first := b.unit(receive(9))
	first.Claims = []ledger.Claim{{Scope: "coupon", Value: "HALF"}}
	for range 3 {
		first.Events = append(first.Events, journal.Event{Kind: "thing.happened"})
	}
	b.commitUnit(first, nil)
	b.must(sell(2))
	b.must(earn(100, "2026-12-31"))
	b.must(spend(30, "2026-11-23"))
	b.refuses(ledger.ErrShort, sell(20))
	for i := range 3 {
		taken := sell(2)
		taken.Action, taken.HoldID, taken.Deadline = ledger.Hold, b.db.NewID(), start.Add(time.Hour)
		b.must(taken)
		switch i {
		case 0:
			b.must(ledger.Transfer{Action: ledger.PostHold, HoldID: taken.HoldID, Amount: 1})
		case 1:
			b.must(ledger.Transfer{Action: ledger.VoidHold, HoldID: taken.HoldID})
		}
	}
}

func TestEverySingleCorruptionIsNamed(t *testing.T) {
	t.Parallel()
	for _, row := range corruptions {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			each(t, func(b *bench) {
				b.life()
				if err := b.Seal(context.Background()); err != nil {
					b.t.Fatal(err)
				}
				b.must(sell(1))
				b.verify()
				b.exec(row.wrong)
				report, err := ledger.Verify(context.Background(), b.db, nil, nil)
				if err != nil {
					b.t.Fatal(err)
				}
				if !slices.ContainsFunc(report.Differences, func(d ledger.Difference) bool { return d.Check == row.check }) {
					b.t.Fatalf("%s found nothing; all differences: %v", row.check, report.Differences)
				}
			})
		})
	}
}
