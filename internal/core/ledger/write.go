package ledger

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
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
		INSERT INTO ledger_hold (org_id, id, part, debit_id, credit_id, asset, amount, posted, state, deadline, fingerprint)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`)
	updateHold = database.Register("ledger.update_hold", `
		UPDATE ledger_hold SET posted = $4, state = $5, deadline = $6, fingerprint = $7 WHERE org_id = $1 AND id = $2 AND part = $3`)
	// changeAccount guards what is taken by itself: what comes in later in a group can't cover what went out earlier.
	changeAccount = database.RegisterMany("ledger.change_account", `
		UPDATE ledger_account SET debits = debits + $3, credits = credits + $4, held = held + $5, available = available + $6,
			low = available - $7
		WHERE org_id = $1 AND id = $2`, `
		WITH changed AS (
			UPDATE ledger_account a SET debits = a.debits + u.debits, credits = a.credits + u.credits, held = a.held + u.held,
				available = a.available + u.net, low = a.available - u.takes
			FROM (SELECT $1::bigint AS org_id, unnest($2::bigint[]) AS id, unnest($3::bigint[]) AS debits,
				unnest($4::bigint[]) AS credits, unnest($5::bigint[]) AS held, unnest($6::bigint[]) AS net,
				unnest($7::bigint[]) AS takes) u
			WHERE a.org_id = u.org_id AND a.id = u.id
			RETURNING 1)
		SELECT 1 / CASE WHEN COUNT(*) = cardinality($2::bigint[]) THEN 1 ELSE 0 END FROM changed`)
	insertGroup = database.Register("ledger.insert_group", `
		INSERT INTO ledger_group (org_id, number, seq, at, postings)
		SELECT org_id, marks, seq, $2, $3 FROM journal_head WHERE org_id = $1`)
)

// batches are all rows of a group's decisions: keys and claims first, then inserts, then each touched account once in the
// order of ids, then the journal, and at its mark the group itself.
func (b *books) batches(tx *database.Tx, w *writing, decisions []decision) ([]database.Batch, error) {
	if len(decisions) == 0 {
		return nil, nil
	}
	w.org, w.at = b.org, tx.Micros()
	w.grow(decisions)
	touched := make(map[*account]bool, len(b.accounts))
	for _, decided := range decisions {
		if err := w.add(decided); err != nil {
			return nil, err
		}
		if decided.trial != nil {
			decided.trial.touch(touched)
		}
	}
	w.addAccounts(b, touched)
	batches := []database.Batch{
		{Statement: insertPosting, Columns: w.postings.columns(w.org, w.at)},
		{Statement: insertClaim, Rows: w.claims},
		{Statement: insertTransfer, Columns: w.transfers.columns(w.org)},
		{Statement: insertHold, Rows: w.holds},
	}
	batches = append(append(append(batches, w.inserts...), w.advances...), w.sets...)
	batches = append(batches,
		database.Batch{Statement: insertAccount, Rows: w.opened},
		database.Batch{Statement: updateHold, Rows: w.ended, One: true},
		database.Batch{Statement: changeAccount, Columns: w.accounts.columns(w.org), One: true},
	)
	journaled, err := journal.Batches(tx.Dialect(), b.org, w.at, w.events)
	if err != nil {
		return nil, err
	}
	batches = append(batches, journaled...)
	batches = append(batches, database.Batch{Statement: insertGroup, Rows: [][]any{{b.org, w.at, packIDs(w.postings.id)}}})
	return slices.DeleteFunc(batches, func(batch database.Batch) bool { return batch.Len() == 0 }), nil
}

// packIDs makes ids bytes, each as its difference from the one before.
func packIDs(ids []int64) []byte {
	var packed []byte
	last := int64(0)
	for _, id := range ids {
		packed = binary.AppendVarint(packed, id-last)
		last = id
	}
	return packed
}

// touch adds the accounts that the trial changed, and those that it names first.
func (t *trial) touch(touched map[*account]bool) {
	for _, one := range t.changed {
		touched[one.account] = true
	}
	for _, moved := range t.moved {
		for _, id := range []int64{moved.DebitID, moved.CreditID} {
			named := t.books.accounts[id]
			if !named.fresh {
				continue
			}
			touched[named] = true
			if parent := t.books.accounts[named.parent]; parent != nil && parent.fresh {
				touched[parent] = true
			}
		}
	}
}

// addAccounts adds the rows of accounts: those that are opened in the order of their codes, so that two writers can't
// wait for each other, the others in the order of their ids.
func (w *writing) addAccounts(b *books, touched map[*account]bool) {
	var opened, changed []*account
	for a := range touched {
		if a.fresh {
			a.opened = true
			opened = append(opened, a)
		} else {
			changed = append(changed, a)
		}
	}
	slices.SortFunc(opened, func(x, y *account) int { return strings.Compare(x.code, y.code) })
	slices.SortFunc(changed, func(x, y *account) int { return cmp.Compare(x.id, y.id) })
	for _, a := range opened {
		if !a.counted() {
			a.debits, a.credits = 0, 0
		}
		w.opened = append(w.opened, []any{
			b.org, a.id, a.code, a.asset, string(a.side), database.Bool(a.limited), database.Bool(a.lots), a.parent, a.expires,
			a.funder, a.giver, a.fingerprint(b.org), a.debits, a.credits, a.held, a.available(),
		})
	}
	for _, a := range changed {
		if !a.counted() {
			a.totals = totals{debits: a.was.debits, credits: a.was.credits, held: a.held}
			if a.held == a.was.held {
				continue
			}
		}
		net := a.available() - a.was.of(a.side)
		takes := a.takes
		if a.read {
			takes = -net // decided in order on what was read and locked: the limit is for what is left
		}
		w.accounts.add(a.id, totals{debits: a.debits - a.was.debits, credits: a.credits - a.was.credits, held: a.held - a.was.held},
			net, takes)
	}
}

// writing gathers the rows of a group by statement, those that are many as columns from the start.
type writing struct {
	org, at                 int64
	postings                postingRows
	transfers               transferRows
	accounts                accountRows
	sealed                  []*sealedPosting
	claims                  [][]any
	holds, ended            [][]any
	opened                  [][]any
	inserts, advances, sets []database.Batch
	events                  []journal.Event
	text                    []byte // for digests
}

// postingRows are rows of ledger_posting by column.
type postingRows struct {
	id, store, subject, actor, transfers []int64
	key, kind, rejection                 []string
	hash, digest                         [][]byte
}

func (r *postingRows) columns(org, at int64) []any {
	return []any{
		org, r.id, r.key, r.hash, at, r.store, r.kind, r.subject, r.actor, r.transfers, r.rejection,
		r.digest,
	}
}

// transferRows are rows of ledger_transfer by column.
type transferRows struct {
	posting, line, request, debit, credit, amount, hold, short []int64
	action, asset                                              []string
}

func (r *transferRows) columns(org int64) []any {
	return []any{
		org, r.posting, r.line, r.request, r.action, r.debit, r.credit, r.asset, r.amount, r.hold, r.short,
	}
}

func (r *transferRows) add(posting int64, row digestRow) {
	r.posting, r.line, r.request = append(r.posting, posting), append(r.line, row.line), append(r.request, row.request)
	r.action, r.debit, r.credit = append(r.action, row.action), append(r.debit, row.debitID), append(r.credit, row.creditID)
	r.asset, r.amount, r.hold = append(r.asset, row.asset), append(r.amount, row.amount), append(r.hold, row.holdID)
	r.short = append(r.short, database.Bool(row.short))
}

// accountRows are changes of ledger_account by column.
type accountRows struct{ id, debits, credits, held, net, takes []int64 }

func (r *accountRows) columns(org int64) []any {
	return []any{org, r.id, r.debits, r.credits, r.held, r.net, r.takes}
}

func (r *accountRows) add(id int64, changed totals, net, takes int64) {
	r.id, r.debits, r.credits = append(r.id, id), append(r.debits, changed.debits), append(r.credits, changed.credits)
	r.held, r.net, r.takes = append(r.held, changed.held), append(r.net, net), append(r.takes, takes)
}

// grow makes room for what decisions write.
func (w *writing) grow(decisions []decision) {
	transfers := 0
	for _, decided := range decisions {
		if decided.trial != nil {
			transfers += len(decided.trial.moved)
		}
	}
	numbers := func(count int, columns ...*[]int64) {
		for _, column := range columns {
			*column = make([]int64, 0, count)
		}
	}
	texts := func(count int, columns ...*[]string) {
		for _, column := range columns {
			*column = make([]string, 0, count)
		}
	}
	p, t := &w.postings, &w.transfers
	numbers(len(decisions), &p.id, &p.store, &p.subject, &p.actor, &p.transfers)
	texts(len(decisions), &p.key, &p.kind, &p.rejection)
	p.hash, p.digest = make([][]byte, 0, len(decisions)), make([][]byte, 0, len(decisions))
	numbers(transfers, &t.posting, &t.line, &t.request, &t.debit, &t.credit, &t.amount, &t.hold, &t.short)
	texts(transfers, &t.action, &t.asset)
	w.sealed = make([]*sealedPosting, 0, len(decisions))
}

func queue(batches []database.Batch, statement *database.Statement, one bool, row []any) []database.Batch {
	for i := range batches {
		if batches[i].Statement == statement {
			batches[i].Rows = append(batches[i].Rows, row)
			return batches
		}
	}
	return append(batches, database.Batch{Statement: statement, Rows: [][]any{row}, One: one})
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
	var sum []byte
	sum, w.text = digestIn(w.text, head, rows, claims)
	sealed := &sealedPosting{digest: sum, transfers: make([]sealedTransfer, len(rows))}
	for i := range rows {
		sealed.transfers[i] = rows[i].sealed()
	}
	w.sealed = append(w.sealed, sealed)
	p := &w.postings
	p.id, p.key, p.hash = append(p.id, unit.Posting), append(p.key, unit.Key), append(p.hash, head.requestHash)
	p.store, p.kind, p.subject = append(p.store, unit.Store), append(p.kind, unit.Kind), append(p.subject, unit.Subject)
	p.actor, p.transfers = append(p.actor, unit.Actor), append(p.transfers, int64(transfers))
	p.rejection, p.digest = append(p.rejection, rejection), append(p.digest, sum)
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
	if len(claims) < 2 {
		return claims
	}
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
		w.transfers.add(t.unit.Posting, row)
	}
	for _, h := range t.newHolds {
		w.holds = append(w.holds, []any{
			w.org, h.id, h.part, h.debitID, h.creditID, h.asset, h.amount, h.posted, h.state, h.deadline, h.fingerprint(w.org),
		})
	}
	if len(t.holds) == 0 {
		return rows
	}
	ended := slices.Collect(maps.Values(t.holds))
	slices.SortFunc(ended, func(x, y hold) int { return cmp.Or(cmp.Compare(x.id, y.id), cmp.Compare(x.part, y.part)) })
	for _, h := range ended {
		w.ended = append(w.ended, []any{w.org, h.id, h.part, h.posted, h.state, h.deadline, h.fingerprint(w.org)})
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
