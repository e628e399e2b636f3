package ledger

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"dangol/internal/ground/database"
)

// account is one row of ledger_account while a group is decided.
type account struct {
	id      int64
	code    string
	asset   string
	side    Side
	limited bool
	lots    bool
	parent  int64
	expires string

	funder, giver int64
	// fresh accounts don't stand in the table yet: they are opened by the first Unit that moves them.
	fresh bool

	debits, credits, held int64
}

// available is the balance less what is held.
func (a account) available() int64 {
	if a.side == Credit {
		return a.credits - a.debits - a.held
	}
	return a.debits - a.credits - a.held
}

// hold is one part of a hold: one row of ledger_hold.
type hold struct {
	id, part          int64
	debitID, creditID int64
	asset             string
	amount, posted    int64
	state             string
	deadline          int64
}

// books is what a group has read, locked, of one organisation: all that its Units may touch.
type books struct {
	org      int64
	now      int64
	accounts map[int64]*account
	byCode   map[string]*account
	lots     map[int64][]*account // by parent, earliest first
	swept    map[int64]bool       // accounts whose expired holds have been ended
	holds    map[int64][]*hold    // by id, in order of part
	versions map[rowKey]int64     // absent: the row is gone
	claims   map[Claim]bool
}

type rowKey struct {
	table *Table
	id    int64
}

var (
	selectAccountsByCode = database.Register("ledger.select_accounts_by_code", `
		SELECT id, code FROM ledger_account WHERE org_id = $1 AND code = ANY_TEXT($2)`)
	insertAccount = database.Register("ledger.insert_account", `
		INSERT INTO ledger_account (org_id, id, code, asset, side, limited, lots, parent_id, expires_on, funder_id, giver_id,
			fingerprint, debits, credits, held, available, low)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16)`)
	lockAccounts = database.Register("ledger.lock_accounts", `
		SELECT id, code, asset, side, limited, lots, parent_id, expires_on, debits, credits, held FROM ledger_account
		WHERE org_id = $1 AND id = ANY_ID($2) ORDER BY id FOR UPDATE`)
	selectLots = database.Register("ledger.select_lots", `
		SELECT id FROM ledger_account WHERE org_id = $1 AND parent_id = ANY_ID($2) AND parent_id > 0`)
	lockHolds = database.Register("ledger.lock_holds", `
		SELECT id, part, debit_id, credit_id, asset, amount, posted, state, deadline FROM ledger_hold
		WHERE org_id = $1 AND id = ANY_ID($2) ORDER BY id, part FOR UPDATE`)
	selectExpiredHolds = database.Register("ledger.select_expired_holds", `
		SELECT DISTINCT id FROM ledger_hold
		WHERE org_id = $1 AND state = 'held' AND deadline > 0 AND deadline <= $2
			AND (debit_id = ANY_ID($3) OR credit_id = ANY_ID($3))`)
	selectClaims = database.Register("ledger.select_claims", `
		SELECT scope, value FROM ledger_claim WHERE org_id = $1 AND scope = $2 AND value = ANY_TEXT($3)`)
)

// opening is an account that a Unit names, and what it is opened as should it not exist.
type opening struct {
	Account
	parent string
	lot    Lot
}

// lotCode is the code of a lot's own account.
func lotCode(parent string, lot Lot) string {
	return parent + "@" + lot.ExpiresOn + "." + strconv.FormatInt(lot.Funder, 36) + "." + strconv.FormatInt(lot.Giver, 36)
}

// openings lists the accounts that Units name, each once, by code.
func openings(units []*Unit) []opening {
	named := map[string]opening{}
	add := func(wanted opening) {
		if _, known := named[wanted.Code]; !known {
			named[wanted.Code] = wanted
		}
	}
	for _, unit := range units {
		for i := range unit.Transfers {
			transfer := &unit.Transfers[i]
			if transfer.Debit.Code == "" {
				continue
			}
			add(opening{Account: transfer.Debit})
			add(opening{Account: transfer.Credit})
			if transfer.Shortage != nil {
				add(opening{Account: *transfer.Shortage})
			}
			if transfer.Lot != nil {
				parent := transfer.Debit
				if transfer.Credit.Lots {
					parent = transfer.Credit
				}
				lot := parent
				lot.Code, lot.Lots = lotCode(parent.Code, *transfer.Lot), false
				add(opening{Account: lot, parent: parent.Code, lot: *transfer.Lot})
			}
		}
	}
	list := make([]opening, 0, len(named))
	for _, wanted := range named {
		list = append(list, wanted)
	}
	slices.SortFunc(list, func(a, b opening) int { return strings.Compare(a.Code, b.Code) })
	return list
}

// readBooks reads and locks all that the Units may touch, in an order that is the same for every writer.
func (l *Ledger) readBooks(ctx context.Context, tx *database.Tx, units []*Unit) (*books, error) {
	b := &books{
		org: units[0].Org, now: tx.Micros(),
		accounts: map[int64]*account{}, byCode: map[string]*account{}, lots: map[int64][]*account{}, swept: map[int64]bool{},
		holds: map[int64][]*hold{}, versions: map[rowKey]int64{}, claims: map[Claim]bool{},
	}
	named := openings(units)
	ids, err := b.findAccounts(ctx, tx, named)
	if err != nil {
		return nil, err
	}
	held, err := b.readHolds(ctx, tx, units)
	if err != nil {
		return nil, err
	}
	lots, err := b.listLots(ctx, tx, units, ids)
	if err != nil {
		return nil, err
	}
	wanted := slices.Concat(held, lots)
	for _, id := range ids {
		wanted = append(wanted, id)
	}
	if err := b.lock(ctx, tx, wanted); err != nil {
		return nil, err
	}
	b.addFresh(named, l.db.NewID)
	if err := b.readVersions(ctx, tx, units); err != nil {
		return nil, err
	}
	if err := b.readClaims(ctx, tx, units); err != nil {
		return nil, err
	}
	return b, nil
}

// findAccounts gives the ids of the accounts that exist, by code.
func (b *books) findAccounts(ctx context.Context, tx *database.Tx, named []opening) (map[string]int64, error) {
	ids := make(map[string]int64, len(named))
	if len(named) == 0 {
		return ids, nil
	}
	codes := make(database.Texts, len(named))
	for i, one := range named {
		codes[i] = one.Code
	}
	err := tx.Each(ctx, selectAccountsByCode, func(row database.Scanner) error {
		var found int64
		var code string
		err := row.Scan(&found, &code)
		ids[code] = found
		return err
	}, b.org, codes)
	if err != nil {
		return nil, fmt.Errorf("find accounts: %w", err)
	}
	return ids, nil
}

// addFresh adds the accounts that don't exist yet, with nothing in them. Those that a Unit then moves are written with
// the group: should another writer have opened one meanwhile, the unique code fails the group and it is run again.
func (b *books) addFresh(named []opening, newID func() int64) {
	for _, lots := range []bool{false, true} { // parents first: a lot names its parent's id
		for _, one := range named {
			if b.byCode[one.Code] != nil || (one.parent != "") != lots {
				continue
			}
			added := &account{
				id: newID(), code: one.Code, asset: one.Asset, side: one.Side, limited: one.Limited, lots: one.Lots,
				expires: one.lot.ExpiresOn, funder: one.lot.Funder, giver: one.lot.Giver, fresh: true,
			}
			if lots {
				added.parent = b.byCode[one.parent].id
			}
			b.add(added)
		}
	}
	b.sortLots()
}

func (b *books) add(a *account) {
	b.accounts[a.id], b.byCode[a.code] = a, a
	if a.parent > 0 {
		b.lots[a.parent] = append(b.lots[a.parent], a)
	}
}

// sortLots puts the lots of each account into the order in which they are spent.
func (b *books) sortLots() {
	for _, lots := range b.lots {
		slices.SortFunc(lots, func(x, y *account) int {
			return cmp.Or(strings.Compare(x.expires, y.expires), cmp.Compare(x.id, y.id))
		})
	}
}

// readHolds locks the holds that the Units name and gives the accounts that these touch.
func (b *books) readHolds(ctx context.Context, tx *database.Tx, units []*Unit) ([]int64, error) {
	var ids database.IDs
	for _, unit := range units {
		for i := range unit.Transfers {
			if id := unit.Transfers[i].HoldID; id != 0 {
				ids = append(ids, id)
			}
		}
	}
	return b.lockHolds(ctx, tx, ids)
}

func (b *books) lockHolds(ctx context.Context, tx *database.Tx, ids database.IDs) ([]int64, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var touched []int64
	err := tx.Each(ctx, lockHolds, func(row database.Scanner) error {
		h := &hold{}
		if err := row.Scan(&h.id, &h.part, &h.debitID, &h.creditID, &h.asset, &h.amount, &h.posted, &h.state, &h.deadline); err != nil {
			return err
		}
		b.holds[h.id] = append(b.holds[h.id], h)
		touched = append(touched, h.debitID, h.creditID)
		return nil
	}, b.org, ids)
	if err != nil {
		return nil, fmt.Errorf("lock holds: %w", err)
	}
	return touched, nil
}

// listLots finds the lots of the accounts with lots that the Units name.
func (b *books) listLots(ctx context.Context, tx *database.Tx, units []*Unit, ids map[string]int64) ([]int64, error) {
	var parents database.IDs
	for _, unit := range units {
		for i := range unit.Transfers {
			for _, one := range []Account{unit.Transfers[i].Debit, unit.Transfers[i].Credit} {
				if id, exists := ids[one.Code]; exists && one.Lots {
					parents = append(parents, id)
				}
			}
		}
	}
	if len(parents) == 0 {
		return nil, nil
	}
	lots, err := database.List(ctx, tx, selectLots, func(row database.Scanner) (int64, error) {
		var lot int64
		err := row.Scan(&lot)
		return lot, err
	}, b.org, parents)
	if err != nil {
		return nil, fmt.Errorf("find lots: %w", err)
	}
	return lots, nil
}

// lock reads and locks accounts in the order of their ids.
func (b *books) lock(ctx context.Context, tx *database.Tx, ids []int64) error {
	slices.Sort(ids)
	ids = slices.DeleteFunc(slices.Compact(ids), func(id int64) bool { return b.accounts[id] != nil })
	if len(ids) == 0 {
		return nil
	}
	err := tx.Each(ctx, lockAccounts, func(row database.Scanner) error {
		a := &account{}
		if err := row.Scan(&a.id, &a.code, &a.asset, &a.side, ints(&a.limited), ints(&a.lots), &a.parent, &a.expires,
			&a.debits, &a.credits, &a.held); err != nil {
			return err
		}
		b.add(a)
		return nil
	}, b.org, database.IDs(ids))
	if err != nil {
		return fmt.Errorf("lock accounts: %w", err)
	}
	b.sortLots()
	return nil
}

func (b *books) readVersions(ctx context.Context, tx *database.Tx, units []*Unit) error {
	var keys []rowKey
	for _, unit := range units {
		for _, expect := range unit.Expects {
			keys = append(keys, rowKey{expect.Table, expect.ID})
		}
	}
	slices.SortFunc(keys, func(x, y rowKey) int {
		return cmp.Or(strings.Compare(x.table.name, y.table.name), cmp.Compare(x.id, y.id))
	})
	for _, key := range slices.Compact(keys) {
		var version int64
		err := tx.QueryRow(ctx, key.table.version, b.org, key.id).Scan(&version)
		if errors.Is(err, database.ErrNone) {
			continue
		}
		if err != nil {
			return fmt.Errorf("read a version of %s: %w", key.table.name, err)
		}
		b.versions[key] = version
	}
	return nil
}

func (b *books) readClaims(ctx context.Context, tx *database.Tx, units []*Unit) error {
	values := map[string]database.Texts{}
	for _, unit := range units {
		for _, claim := range unit.Claims {
			values[claim.Scope] = append(values[claim.Scope], claim.Value)
		}
	}
	for scope, list := range values {
		err := tx.Each(ctx, selectClaims, func(row database.Scanner) error {
			var taken Claim
			if err := row.Scan(&taken.Scope, &taken.Value); err != nil {
				return err
			}
			b.claims[taken] = true
			return nil
		}, b.org, scope, list)
		if err != nil {
			return fmt.Errorf("read claims: %w", err)
		}
	}
	return nil
}

// truth reads a stored 0 or 1.
type truth struct{ into *bool }

func ints(into *bool) truth { return truth{into} }

// Scan is called by the database drivers.
func (t truth) Scan(value any) error {
	number, is := value.(int64)
	if !is {
		return fmt.Errorf("a truth is stored as %T", value)
	}
	*t.into = number != 0
	return nil
}
