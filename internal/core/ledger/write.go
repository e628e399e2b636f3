package ledger

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/journal"
)

var (
	insertPosting = database.Register("ledger.insert_posting", `
		INSERT INTO ledger_posting (org_id, id, key, request_hash, at, store_id, kind, subject_id, actor_id, transfers, rejection, digest)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`)
	insertTransfer = database.Register("ledger.insert_transfer", `
		INSERT INTO ledger_transfer (org_id, posting_id, line, request, action, debit_id, credit_id, asset, amount, hold_id, short)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`)
	insertClaim = database.Register("ledger.insert_claim", `
		INSERT INTO ledger_claim (org_id, scope, value, posting_id) VALUES ($1, $2, $3, $4)`)
	insertHold = database.Register("ledger.insert_hold", `
		INSERT INTO ledger_hold (org_id, id, part, debit_id, credit_id, asset, amount, posted, state, deadline)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`)
	updateHold = database.Register("ledger.update_hold", `
		UPDATE ledger_hold SET posted = $4, state = $5, deadline = $6 WHERE org_id = $1 AND id = $2 AND part = $3`)
	updateAccount = database.Register("ledger.update_account", `
		UPDATE ledger_account SET debits = $3, credits = $4, held = $5, available = $6, low = $6
		WHERE org_id = $1 AND id = $2`)
)

// writeGroup writes all decisions of a group: keys and claims first, then inserts, then each touched account once in the
// order of ids, then the journal.
func writeGroup(ctx context.Context, tx *database.Tx, b *books, decisions []decision) error {
	w := writing{org: b.org, at: tx.Micros()}
	touched := map[int64]bool{}
	for _, decided := range decisions {
		if err := w.add(decided); err != nil {
			return err
		}
		if decided.trial != nil {
			decided.trial.touch(touched)
		}
	}
	w.addAccounts(b, touched)
	for _, many := range [][]*batch{
		{
			{statement: insertPosting, rows: w.postings},
			{statement: insertClaim, rows: w.claims},
			{statement: insertTransfer, rows: w.transfers},
			{statement: insertHold, rows: w.holds},
		},
		w.inserts, w.advances, w.sets,
		{
			{statement: insertAccount, rows: w.opened},
			{statement: updateHold, rows: w.ended, exactlyOne: true},
			{statement: updateAccount, rows: w.accounts, exactlyOne: true},
		},
	} {
		for _, one := range many {
			counts, err := tx.ExecMany(ctx, one.statement, one.rows)
			if err != nil {
				return err
			}
			for _, count := range counts {
				if one.exactlyOne && count != 1 {
					return fmt.Errorf("%s touched %d rows instead of one", one.statement.Name(), count)
				}
			}
		}
	}
	return journal.Append(ctx, tx, b.org, w.events...)
}

// touch adds the accounts that the trial changed, and those that it names first.
func (t *trial) touch(touched map[int64]bool) {
	for id := range t.accounts {
		touched[id] = true
	}
	for _, moved := range t.moved {
		for _, id := range []int64{moved.DebitID, moved.CreditID} {
			named := t.books.accounts[id]
			if !named.fresh {
				continue
			}
			touched[id] = true
			if parent := t.books.accounts[named.parent]; parent != nil {
				touched[parent.id] = true
			}
		}
	}
}

// addAccounts adds the rows of accounts: those that are opened in the order of their codes, so that two writers can't
// wait for each other, the others in the order of their ids.
func (w *writing) addAccounts(b *books, touched map[int64]bool) {
	var opened, changed []*account
	for id := range touched {
		if a := b.accounts[id]; a.fresh {
			opened = append(opened, a)
		} else {
			changed = append(changed, a)
		}
	}
	slices.SortFunc(opened, func(x, y *account) int { return strings.Compare(x.code, y.code) })
	slices.SortFunc(changed, func(x, y *account) int { return cmp.Compare(x.id, y.id) })
	for _, a := range opened {
		w.opened = append(w.opened, []any{
			b.org, a.id, a.code, a.asset, string(a.side), database.Bool(a.limited), database.Bool(a.lots), a.parent, a.expires,
			a.funder, a.giver, a.fingerprint(b.org), a.debits, a.credits, a.held, a.available(),
		})
	}
	for _, a := range changed {
		w.accounts = append(w.accounts, []any{b.org, a.id, a.debits, a.credits, a.held, a.available()})
	}
}

// batch is one statement and all its rows in a group.
type batch struct {
	statement  *database.Statement
	rows       [][]any
	exactlyOne bool
}

// writing gathers the rows of a group by statement.
type writing struct {
	org, at                     int64
	postings, claims, transfers [][]any
	holds, ended                [][]any
	opened, accounts            [][]any
	inserts, advances, sets     []*batch
	events                      []journal.Event
}

func queue(batches []*batch, statement *database.Statement, exactlyOne bool, row []any) []*batch {
	for _, one := range batches {
		if one.statement == statement {
			one.rows = append(one.rows, row)
			return batches
		}
	}
	return append(batches, &batch{statement: statement, rows: [][]any{row}, exactlyOne: exactlyOne})
}

func (w *writing) add(decided decision) error {
	unit := decided.unit
	rejection, transfers := "", 0
	if decided.rejection != nil {
		encoded, err := encodeRejection(decided.rejection)
		if err != nil {
			return err
		}
		rejection = encoded
	} else {
		transfers = len(decided.trial.moved)
	}
	head := digestHead{
		org: w.org, id: unit.Posting, key: unit.Key, requestHash: unit.hash(), at: w.at, store: unit.Store, kind: unit.Kind,
		subject: unit.Subject, actor: unit.Actor, rejection: rejection,
	}
	var rows []digestRow
	var claims []Claim
	if decided.rejection == nil {
		rows = w.addTransfers(decided.trial)
		claims = sortedClaims(unit.Claims)
	}
	w.postings = append(w.postings, []any{
		w.org, unit.Posting, unit.Key, head.requestHash, w.at, unit.Store, unit.Kind, unit.Subject, unit.Actor, transfers,
		rejection, digest(head, rows, claims),
	})
	if decided.rejection != nil {
		return nil
	}
	for _, claim := range claims {
		w.claims = append(w.claims, []any{w.org, claim.Scope, claim.Value, unit.Posting})
	}
	for _, insert := range unit.Inserts {
		w.inserts = queue(w.inserts, insert.Statement, false, insert.Args)
	}
	for _, expect := range unit.Expects {
		w.advances = queue(w.advances, expect.Table.advance, true, []any{w.org, expect.ID, expect.Version})
	}
	for _, set := range unit.Sets {
		w.sets = queue(w.sets, set.Statement, true, set.Args)
	}
	w.events = append(append(w.events, unit.Events...), decided.trial.events...)
	return nil
}

// sortedClaims are the claims in the order in which they are read back.
func sortedClaims(claims []Claim) []Claim {
	sorted := slices.Clone(claims)
	slices.SortFunc(sorted, func(a, b Claim) int {
		return cmp.Or(strings.Compare(a.Scope, b.Scope), strings.Compare(a.Value, b.Value))
	})
	return sorted
}

func (w *writing) addTransfers(t *trial) []digestRow {
	rows := make([]digestRow, len(t.moved))
	for line, moved := range t.moved {
		row := digestRow{
			line: int64(line), request: int64(moved.Request), action: t.details[line].action, debitID: moved.DebitID,
			creditID: moved.CreditID, asset: moved.Asset, amount: moved.Amount, holdID: t.details[line].holdID, short: moved.Short,
		}
		rows[line] = row
		w.transfers = append(w.transfers, []any{
			w.org, t.unit.Posting, row.line, row.request, row.action, row.debitID, row.creditID, row.asset, row.amount,
			row.holdID, database.Bool(row.short),
		})
	}
	for _, h := range t.newHolds {
		w.holds = append(w.holds, []any{
			w.org, h.id, h.part, h.debitID, h.creditID, h.asset, h.amount, h.posted, h.state, h.deadline,
		})
	}
	ended := slices.Collect(maps.Values(t.holds))
	slices.SortFunc(ended, func(x, y hold) int { return cmp.Or(cmp.Compare(x.id, y.id), cmp.Compare(x.part, y.part)) })
	for _, h := range ended {
		w.ended = append(w.ended, []any{w.org, h.id, h.part, h.posted, h.state, h.deadline})
	}
	return rows
}

// hash is what the key stands for.
func (u *Unit) hash() []byte { return requestHash(u.Request) }

func requestHash(request []byte) []byte {
	sum := sha256.Sum256(request)
	return sum[:]
}

// rejected is how a rejection is remembered.
type rejected struct {
	Code   string         `json:"code"`
	Values map[string]any `json:"values,omitempty"`
}

func encodeRejection(e *fault.Error) (string, error) {
	text, err := json.Marshal(rejected{Code: e.Code, Values: e.Values})
	if err != nil {
		return "", fmt.Errorf("encode rejection %s: %w", e.Code, err)
	}
	return string(text), nil
}

func parseRejection(text string) (rejected, error) {
	var stored rejected
	if err := json.Unmarshal([]byte(text), &stored); err != nil {
		return stored, fmt.Errorf("decode a rejection: %w", err)
	}
	return stored, nil
}

func decodeRejection(text string) error {
	stored, err := parseRejection(text)
	if err != nil {
		return err
	}
	code := fault.Lookup(stored.Code)
	if code == nil {
		return fmt.Errorf("a rejection has the unknown code %q", stored.Code)
	}
	for name, value := range stored.Values {
		if number, is := value.(float64); is {
			stored.Values[name] = int64(number)
		}
	}
	return code.New(stored.Values)
}
