package ledger

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
)

// Movement is one entry of an account.
type Movement struct {
	Posting, Line int64
	At            time.Time
	Kind          string
	Subject       int64
	Action        Action
	// Debit says on which side the account stands in the transfer; Other is the other account's id.
	Debit bool
	Other int64
	// Amount is the transfer's, above zero.
	Amount int64
	// Change is what it did to the account on its own side: nothing for a hold that was made or voided. Balance is what
	// the account had afterwards.
	Change, Balance int64
}

// Cursor is a place in an account's history; the zero Cursor is its newest end.
type Cursor struct {
	// Block is where the entry was sealed, 0 when it was not; then Group is the group that committed it.
	Block, Group  int64
	Posting, Line int64
}

var (
	selectAccountByCode = database.Register("ledger.select_account_by_code", `
		SELECT id, code, side, limited, lots, parent_id, debits, credits, held FROM ledger_account
		WHERE org_id = $1 AND code = $2`)
	selectStatementsBefore = database.Register("ledger.select_statements_before", `
		SELECT block, debits, credits, entries FROM ledger_statement
		WHERE org_id = $1 AND account_id = $2 AND block <= $3 ORDER BY block DESC LIMIT $4`)
	selectBlockOfGroup = database.Register("ledger.select_block_of_group", `
		SELECT number FROM ledger_block WHERE org_id = $1 AND last_group >= $2 AND sealed = 1 ORDER BY last_group LIMIT 1`)
	selectMovements = database.Register("ledger.select_movements", `
		SELECT t.posting_id, t.line, p.at, p.kind, p.subject_id, t.action, t.debit_id, t.credit_id, t.amount
		FROM ledger_transfer t
		JOIN ledger_posting p ON p.org_id = t.org_id AND p.id = t.posting_id
		WHERE t.org_id = $1 AND t.posting_id = EACH_ID($2) AND (t.debit_id = $3 OR t.credit_id = $3)`)
	selectBlockAt = database.Register("ledger.select_block_at", `
		SELECT number, last_group, at FROM ledger_block WHERE org_id = $1 AND at <= $2 AND sealed = 1
		ORDER BY at DESC, number DESC LIMIT 1`)
	selectLotIDs = database.Register("ledger.select_lot_ids", `
		SELECT id, parent_id FROM ledger_account WHERE org_id = $1 AND parent_id = ANY_ID($2) AND parent_id > 0`)
)

// BalancesAt reads what accounts had at a moment of the past, by code: after the last group that was committed up to
// then, in the order of commit, however the clock jumped. An account that had had nothing is absent.
func BalancesAt(ctx context.Context, tx *database.Tx, org int64, at time.Time, codes ...string) (map[string]int64, error) {
	accounts, err := database.List(ctx, tx, selectBalances, scanAccount, org, database.Texts(codes))
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	owners, err := withLots(ctx, tx, org, accounts)
	if err != nil {
		return nil, err
	}
	var last block
	err = tx.QueryRow(ctx, selectBlockAt, org, clock.Micros(at)).Scan(&last.number, &last.lastGroup, &last.at)
	if err != nil && !errors.Is(err, database.ErrNone) {
		return nil, fmt.Errorf("find the block: %w", err)
	}
	ids := make([]int64, 0, len(owners))
	for id := range owners {
		ids = append(ids, id)
	}
	sealed, err := readStatements(ctx, tx, org, last.number, ids)
	if err != nil {
		return nil, err
	}
	after := &tail{accounts: map[int64]totals{}}
	postings, err := postingsUntil(ctx, tx, org, last.lastGroup, clock.Micros(at))
	if err != nil {
		return nil, err
	}
	if err := after.sum(ctx, tx, org, postings); err != nil {
		return nil, err
	}
	balances := map[string]int64{}
	for id, owner := range owners {
		before, had := sealed[id]
		since, moved := after.accounts[id]
		if had || moved {
			sum := totals{debits: before.debits + since.debits, credits: before.credits + since.credits}
			balances[owner.code] += sum.of(owner.side)
		}
	}
	return balances, nil
}

// withLots gives the accounts by id, and each of their lots as the account that it is part of.
func withLots(ctx context.Context, tx *database.Tx, org int64, accounts []*account) (map[int64]*account, error) {
	owners := map[int64]*account{}
	var parents database.IDs
	for _, a := range accounts {
		owners[a.id] = a
		if a.lots {
			parents = append(parents, a.id)
		}
	}
	if len(parents) == 0 {
		return owners, nil
	}
	err := tx.Each(ctx, selectLotIDs, func(row database.Scanner) error {
		var lot, parent int64
		err := row.Scan(&lot, &parent)
		owners[lot] = owners[parent]
		return err
	}, org, parents)
	if err != nil {
		return nil, fmt.Errorf("read lots: %w", err)
	}
	return owners, nil
}

// postingsUntil are the postings of the groups after one, before the first that was committed after a time.
func postingsUntil(ctx context.Context, tx *database.Tx, org, after, at int64) (database.IDs, error) {
	const page = 100
	var postings database.IDs
	for {
		groups, err := database.List(ctx, tx, selectGroups, scanGroup, org, after, page)
		if err != nil {
			return nil, fmt.Errorf("read groups: %w", err)
		}
		for _, g := range groups {
			if g.at > at {
				return postings, nil
			}
			after = g.number
			postings = append(postings, g.postings...)
		}
		if len(groups) < page {
			return postings, nil
		}
	}
}

// Head is the end of an organisation's chain of seals. Who knows it, because it was printed and sent out each day, can
// tell later whether anything that was sealed before has been changed.
type Head struct {
	Block int64
	// Seq is the journal's entry up to which it is sealed.
	Seq  int64
	Hash []byte
}

// String is how the head is printed: the block and the beginning of its hash, as `dangol verify --since` takes it; "" when
// nothing has been sealed.
func (h Head) String() string {
	if h.Block == 0 {
		return ""
	}
	return fmt.Sprintf("%d:%x", h.Block, h.Hash[:min(8, len(h.Hash))])
}

var selectHead = database.Register("ledger.select_head", `
	SELECT number, seq, hash FROM ledger_block WHERE org_id = $1 AND sealed = 1 ORDER BY number DESC LIMIT 1`)

// ReadHead reads the end of an organisation's chain; the zero Head when nothing has been sealed.
func ReadHead(ctx context.Context, tx *database.Tx, org int64) (Head, error) {
	var head Head
	err := tx.QueryRow(ctx, selectHead, org).Scan(&head.Block, &head.Seq, &head.Hash)
	if err != nil && !errors.Is(err, database.ErrNone) {
		return Head{}, fmt.Errorf("read the chain's head: %w", err)
	}
	return head, nil
}

// stretch is a part of an account's history: what one block sealed, or what is not sealed yet.
type stretch struct {
	block  int64
	end    totals  // after its last entry
	list   []entry // in order
	groups map[int64]int64
}

// History reads at most limit entries of an account before a place in its history, newest first, and the place from
// which to go on: nil when there is no more. An account with lots has none of its own: its lots have.
func History(
	ctx context.Context, tx *database.Tx, org int64, code string, before Cursor, limit int,
) ([]Movement, *Cursor, error) {
	found, err := database.List(ctx, tx, selectAccountByCode, scanAccount, org, code)
	if err != nil {
		return nil, nil, fmt.Errorf("read account %s: %w", code, err)
	}
	if len(found) == 0 {
		return nil, nil, nil
	}
	h := history{tx: tx, org: org, account: found[0].id, side: found[0].side}
	if err := h.start(ctx, &before); err != nil {
		return nil, nil, err
	}
	var movements []Movement
	for {
		part, err := h.next(ctx)
		if err != nil || part == nil {
			return movements, nil, err
		}
		entries, err := h.movements(ctx, part)
		if err != nil {
			return nil, nil, err
		}
		for _, one := range entries {
			if before != (Cursor{}) {
				// What stands at the cursor and after it has been read before.
				if one.Posting == before.Posting && one.Line == before.Line {
					before = Cursor{}
				}
				continue
			}
			if len(movements) == limit {
				last := movements[limit-1]
				return movements, h.cursor(last), nil
			}
			movements = append(movements, one)
			h.last = part
		}
	}
}

// history walks from the newest stretch to the oldest.
type history struct {
	tx      *database.Tx
	org     int64
	account int64
	side    Side
	from    int64    // the next block is this or an earlier one
	pending *stretch // what is not sealed, when it has not been given yet
	last    *stretch
}

// start finds where to begin. A cursor into what was not sealed may point into a block by now.
func (h *history) start(ctx context.Context, before *Cursor) error {
	var lastGroup int64
	err := h.tx.QueryRow(ctx, selectSealedBlock, h.org).Scan(&h.from, &lastGroup)
	if err != nil && !errors.Is(err, database.ErrNone) {
		return fmt.Errorf("read the last block: %w", err)
	}
	switch {
	case before.Block > 0:
		h.from = before.Block
		return nil
	case before.Group > 0 && before.Group <= lastGroup:
		err := h.tx.QueryRow(ctx, selectBlockOfGroup, h.org, before.Group).Scan(&h.from)
		if err != nil {
			return fmt.Errorf("find the block of group %d: %w", before.Group, err)
		}
		return nil
	}
	h.pending = &stretch{groups: map[int64]int64{}}
	groups, err := database.List(ctx, h.tx, selectGroups, scanGroup, h.org, lastGroup, int64(1)<<62)
	if err != nil {
		return fmt.Errorf("read what is not sealed: %w", err)
	}
	for _, g := range groups {
		for _, posting := range g.postings {
			h.pending.groups[posting] = g.number
			h.pending.list = append(h.pending.list, entry{posting: posting})
		}
	}
	sealed, err := readStatements(ctx, h.tx, h.org, h.from, []int64{h.account})
	h.pending.end = sealed[h.account]
	return err
}

// next gives the next older stretch, nil when there is none.
func (h *history) next(ctx context.Context) (*stretch, error) {
	if h.pending != nil {
		part := h.pending
		h.pending = nil
		return part, nil
	}
	var part *stretch
	err := h.tx.Each(ctx, selectStatementsBefore, func(row database.Scanner) error {
		part = &stretch{}
		var packed []byte
		if err := row.Scan(&part.block, &part.end.debits, &part.end.credits, &packed); err != nil {
			return err
		}
		var err error
		part.list, err = unpackEntries(packed)
		return err
	}, h.org, h.account, h.from, 1)
	if err != nil {
		return nil, fmt.Errorf("read a statement: %w", err)
	}
	if part != nil {
		h.from = part.block - 1
	}
	return part, nil
}

// movements reads the entries of a stretch, newest first.
func (h *history) movements(ctx context.Context, part *stretch) ([]Movement, error) {
	order := make(map[int64]int, len(part.list))
	var postings database.IDs
	for i, e := range part.list {
		if _, known := order[e.posting]; !known {
			order[e.posting] = i
			postings = append(postings, e.posting)
		}
	}
	found, err := database.List(ctx, h.tx, selectMovements, h.scan, h.org, postings, h.account)
	if err != nil {
		return nil, fmt.Errorf("read entries: %w", err)
	}
	slices.SortFunc(found, func(a, b Movement) int {
		return cmp.Or(cmp.Compare(order[a.Posting], order[b.Posting]), cmp.Compare(a.Line, b.Line))
	})
	balance := part.end.of(h.side)
	if part.block == 0 { // its end is where it begins: it has no statement yet
		for i := range found {
			balance += found[i].Change
		}
	}
	for i := len(found) - 1; i >= 0; i-- {
		found[i].Balance = balance
		balance -= found[i].Change
	}
	slices.Reverse(found)
	return found, nil
}

func (h *history) scan(row database.Scanner) (Movement, error) {
	var m Movement
	var at, debit, credit int64
	var action string
	if err := row.Scan(&m.Posting, &m.Line, &at, &m.Kind, &m.Subject, &action, &debit, &credit, &m.Amount); err != nil {
		return m, err
	}
	m.At, m.Action, m.Debit, m.Other = micros(at), actionOf[action], debit == h.account, credit
	if !m.Debit {
		m.Other = debit
	}
	if action == "move" || action == "post" {
		m.Change = m.Amount
		if m.Debit != (h.side == Debit) {
			m.Change = -m.Amount
		}
	}
	return m, nil
}

func (h *history) cursor(last Movement) *Cursor {
	return &Cursor{Block: h.last.block, Group: h.last.groups[last.Posting], Posting: last.Posting, Line: last.Line}
}
