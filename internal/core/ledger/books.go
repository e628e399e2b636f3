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
	*identity
	// fresh accounts don't stand in the table yet: they are opened by the first Unit that moves them.
	fresh bool
	// opened fresh accounts are written with the group.
	opened bool
	// read accounts' totals are known. Of the others only the changes are: whether they have what is taken is for the
	// database to say.
	read bool
	// locked says that nobody else can change it until the group is written.
	locked bool
	// was is what the totals were before the group, zero for what was not read.
	was totals
	totals
	// takes is all that was taken out of what is available.
	takes int64
}

// identity is what an account was opened as. It never changes.
type identity struct {
	id      int64
	code    string
	asset   string
	side    Side
	limited bool
	lots    bool
	parent  int64
	expires string

	funder, giver int64
}

type totals struct{ debits, credits, held int64 }

func newAccount() *account { return &account{identity: &identity{}} }

// of is what the totals leave available on one side: the balance less what is held.
func (t totals) of(side Side) int64 {
	if side == Credit {
		return t.credits - t.debits - t.held
	}
	return t.debits - t.credits - t.held
}

func (a account) available() int64 { return a.totals.of(a.side) }

// counted accounts have their totals in their row: those with a limit, which must be compared, and lots, which must be
// chosen. Of the others, revenue say, a sale needn't touch the row: their balance is their last statement and what has
// not been sealed since.
func (i *identity) counted() bool { return i.limited || i.parent > 0 }

// covers says whether the account can give so much, as far as is known here.
func (a account) covers(amount int64) bool { return !a.limited || !a.read || a.available() >= amount }

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
	org int64
	// unlocked says that what was read is not locked.
	unlocked bool
	now      int64
	accounts map[int64]*account
	byCode   map[string]*account
	lots     map[int64][]*account // by parent, earliest first
	swept    map[int64]bool       // accounts whose expired holds have been ended
	lacking  map[int64]bool       // accounts that had less than a Unit wanted
	holds    map[int64][]*hold    // by id, in order of part
	versions map[rowKey]int64     // as read or moved on; gone for a row that is not there
	claims   map[Claim]bool
}

type rowKey struct {
	table *Table
	id    int64
}

var (
	selectAccountsByCode = database.Register("ledger.select_accounts_by_code", `
		SELECT id, code, asset, side, limited, lots, parent_id, expires_on FROM ledger_account
		WHERE org_id = $1 AND code = EACH_TEXT($2)`)
	insertAccount = database.Register("ledger.insert_account", `
		INSERT INTO ledger_account (org_id, id, code, asset, side, limited, lots, parent_id, expires_on, funder_id, giver_id,
			fingerprint, debits, credits, held, available, low)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16)`)
	lockAccounts = database.Register("ledger.lock_accounts", `
		SELECT id, code, asset, side, limited, lots, parent_id, expires_on, debits, credits, held FROM ledger_account
		WHERE org_id = $1 AND id = EACH_ID($2) FOR UPDATE`)
	readAccounts = database.Register("ledger.read_accounts", `
		SELECT id, code, asset, side, limited, lots, parent_id, expires_on, debits, credits, held FROM ledger_account
		WHERE org_id = $1 AND id = EACH_ID($2)`)
	selectLots = database.Register("ledger.select_lots", `
		SELECT id FROM ledger_account WHERE org_id = $1 AND parent_id = EACH_ID($2) AND parent_id > 0`)
	lockHolds = database.Register("ledger.lock_holds", `
		SELECT id, part, debit_id, credit_id, asset, amount, posted, state, deadline FROM ledger_hold
		WHERE org_id = $1 AND id = ANY_ID($2) ORDER BY id, part FOR UPDATE`)
	selectExpiredHolds = database.Register("ledger.select_expired_holds", `
		SELECT DISTINCT id FROM ledger_hold
		WHERE org_id = $1 AND state = 'held' AND deadline > 0 AND deadline <= $2
			AND (debit_id = ANY_ID($3) OR credit_id = ANY_ID($3))`)
	selectClaims = database.Register("ledger.select_claims", `
		SELECT scope, value FROM ledger_claim WHERE org_id = $1 AND scope = $2 AND value = EACH_TEXT($3)`)
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

// openings lists the accounts that Units name, each once, in the order in which they are named.
func openings(units []*Unit) []opening {
	count := 0
	for _, unit := range units {
		count += 2 * len(unit.Transfers)
	}
	list, named := make([]opening, 0, count), make(map[string]bool, count)
	add := func(wanted opening) {
		if !named[wanted.Code] {
			named[wanted.Code] = true
			list = append(list, wanted)
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
				parent := transfer.lotOwner()
				lot := parent
				lot.Code, lot.Lots = lotCode(parent.Code, *transfer.Lot), false
				add(opening{Account: lot, parent: parent.Code, lot: *transfer.Lot})
			}
		}
	}
	return list
}

// lotOwner is the account with lots that the transfer names.
func (t *Transfer) lotOwner() Account {
	if t.Credit.Lots {
		return t.Credit
	}
	return t.Debit
}

// readBooks reads what is needed to decide the Units. Carefully, that is everything that they may touch, locked in an
// order that is the same for every writer; else only what can't be decided without, and the database's own guards have
// the last word on the rest.
func (l *Ledger) readBooks(ctx context.Context, tx *database.Tx, units []*Unit, careful bool) (*books, error) {
	b := &books{
		org: units[0].Org, now: tx.Micros(),
		lots: map[int64][]*account{}, swept: map[int64]bool{}, lacking: map[int64]bool{},
		holds: map[int64][]*hold{}, versions: map[rowKey]int64{}, claims: map[Claim]bool{},
	}
	named := openings(units)
	b.accounts, b.byCode = make(map[int64]*account, len(named)), make(map[string]*account, len(named))
	if err := l.identify(ctx, tx, b, named); err != nil {
		return nil, err
	}
	if careful {
		if err := b.readVersions(ctx, tx, units); err != nil {
			return nil, err
		}
		if err := b.readClaims(ctx, tx, units); err != nil {
			return nil, err
		}
	}
	held, err := b.readHolds(ctx, tx, units)
	if err != nil {
		return nil, err
	}
	lots, err := b.listLots(ctx, tx, units)
	if err != nil {
		return nil, err
	}
	toRead := b.toRead(units, careful, l.watched)
	b.unlocked = !careful && len(held) == 0 && len(lots) == 0 && len(toRead) > 0
	if b.unlocked {
		if err := b.read(ctx, tx, readAccounts, slices.Clone(toRead)); err != nil {
			return nil, err
		}
		b.unlocked = b.hopeless(units)
	}
	if !b.unlocked {
		if err := b.read(ctx, tx, lockAccounts, slices.Concat(held, lots, toRead)); err != nil {
			return nil, err
		}
	}
	if err := b.readLarge(ctx, tx, units); err != nil {
		return nil, err
	}
	b.addFresh(named, l.db.NewID)
	return b, nil
}

// largeAmount is from which amount on the totals of accounts that are not counted are looked at before they grow: it
// takes four million smaller transfers to reach the bound.
const largeAmount = 1 << 40

// readLarge reads the totals of accounts that are not counted and receive something large, so that their overflow is
// refused.
func (b *books) readLarge(ctx context.Context, tx *database.Tx, units []*Unit) error {
	var ids []int64
	atMost := b.atMost(units)
	for _, unit := range units {
		for i := range unit.Transfers {
			transfer := &unit.Transfers[i]
			if transfer.Amount < largeAmount && (transfer.Mode != All || atMost < largeAmount) {
				continue
			}
			for _, code := range []string{transfer.Debit.Code, transfer.Credit.Code} {
				if named := b.byCode[code]; named != nil && !named.counted() && !named.lots {
					ids = append(ids, named.id)
				}
			}
		}
	}
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if err := b.read(ctx, tx, lockAccounts, slices.Clone(ids)); err != nil {
		return err
	}
	large := make([]*account, len(ids))
	for i, id := range ids {
		large[i] = b.accounts[id]
	}
	var unsealed *tail
	if err := addStatements(ctx, tx, b.org, large, &unsealed); err != nil {
		return err
	}
	for _, one := range large {
		one.was = one.totals
	}
	return nil
}

// atMost is what a transfer of all that there is can move at most: all that there was, and all that comes.
func (b *books) atMost(units []*Unit) int64 {
	sum := int64(0)
	add := func(amount int64) { sum = min(sum+amount, largeAmount) }
	for _, unit := range units {
		for i := range unit.Transfers {
			add(min(unit.Transfers[i].Amount, largeAmount))
		}
	}
	for _, a := range b.accounts {
		add(min(max(a.available(), 0), largeAmount))
	}
	return sum
}

// hopeless says whether each Unit that names an account that was read is rejected anyway for lack of something. Then the
// accounts need not be locked: nothing will be taken from them, and that there was too little was true when it was read.
func (b *books) hopeless(units []*Unit) bool {
	for _, unit := range units {
		names, lacks := false, false
		for i := range unit.Transfers {
			transfer := &unit.Transfers[i]
			b.eachNamed(transfer, func(a *account) {
				names = names || a.read
				source := a.side == Credit && a.code == transfer.Debit.Code || a.side == Debit && a.code == transfer.Credit.Code
				lacks = lacks || source && a.read && a.limited && a.available() < transfer.Amount && transfer.plain()
			})
		}
		if names && !lacks {
			return false
		}
	}
	return true
}

// plain says whether the transfer takes a fixed amount or is rejected.
func (t *Transfer) plain() bool {
	return (t.Action == Move || t.Action == Hold) && t.Mode == Fixed && t.Shortage == nil && !t.Debit.Lots && !t.Credit.Lots
}

// identify finds the accounts that exist, in memory or in the table.
func (l *Ledger) identify(ctx context.Context, tx *database.Tx, b *books, named []opening) error {
	rows := make([]account, 0, len(named)) // all at once: a group names thousands
	unknown := l.identities.find(b.org, named, func(found *identity) {
		rows = append(rows, account{identity: found})
		b.add(&rows[len(rows)-1])
	})
	if len(unknown) == 0 {
		return nil
	}
	err := tx.Each(ctx, selectAccountsByCode, func(row database.Scanner) error {
		a := newAccount()
		err := row.Scan(&a.id, &a.code, &a.asset, &a.side, ints(&a.limited), ints(&a.lots), &a.parent, &a.expires)
		if err == nil {
			b.add(a)
			l.identities.put(b.org, a.identity)
		}
		return err
	}, b.org, database.Texts(unknown))
	if err != nil {
		return fmt.Errorf("find accounts: %w", err)
	}
	return nil
}

// toRead lists the accounts whose totals are needed: carefully all that are counted, else those of the Units of which a
// transfer takes what there is, or takes out of an account that is watched. Such a Unit may be rejected, and then the
// reason must be the right one.
func (b *books) toRead(units []*Unit, careful bool, watched func(int64) bool) []int64 {
	var ids []int64
	for _, unit := range units {
		var of []int64
		wanted := careful
		for i := range unit.Transfers {
			transfer := &unit.Transfers[i]
			wanted = wanted || transfer.Mode != Fixed || transfer.Shortage != nil || transfer.takesLots()
			b.eachNamed(transfer, func(a *account) {
				of = append(of, a.id)
				wanted = wanted || watched(a.id)
			})
		}
		if wanted {
			ids = append(ids, of...)
		}
	}
	return ids
}

// eachNamed gives the counted accounts that a transfer names.
func (b *books) eachNamed(transfer *Transfer, each func(*account)) {
	codes := []string{transfer.Debit.Code, transfer.Credit.Code}
	if transfer.Lot != nil {
		codes = append(codes, lotCode(transfer.lotOwner().Code, *transfer.Lot))
	}
	for _, code := range codes {
		if named := b.byCode[code]; named != nil && named.counted() {
			each(named)
		}
	}
}

// trusted says whether a Unit's accounts were not all read.
func (b *books) trusted(unit *Unit) bool {
	trusted := false
	for i := range unit.Transfers {
		b.eachNamed(&unit.Transfers[i], func(a *account) { trusted = trusted || a.limited && !a.read })
	}
	return trusted
}

// takesLots says whether the transfer takes out of lots that it doesn't name, earliest first, or out of one that it does.
func (t *Transfer) takesLots() bool { return (t.Debit.Lots || t.Credit.Lots) && t.Lot == nil }

// addFresh adds the accounts that don't exist yet, with nothing in them. Those that a Unit then moves are written with
// the group: should another writer have opened one meanwhile, the unique code fails the group and it is run again.
func (b *books) addFresh(named []opening, newID func() int64) {
	for _, lots := range []bool{false, true} { // parents first: a lot names its parent's id
		for _, one := range named {
			if b.byCode[one.Code] != nil || (one.parent != "") != lots {
				continue
			}
			added := &account{identity: &identity{
				id: newID(), code: one.Code, asset: one.Asset, side: one.Side, limited: one.Limited, lots: one.Lots,
				expires: one.lot.ExpiresOn, funder: one.lot.Funder, giver: one.lot.Giver,
			}, fresh: true, read: true, locked: true}
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

// listLots finds the lots that the Units take from: those that they name, and all lots of the accounts that they spend
// earliest first.
func (b *books) listLots(ctx context.Context, tx *database.Tx, units []*Unit) ([]int64, error) {
	var lots []int64
	var parents database.IDs
	for _, unit := range units {
		for i := range unit.Transfers {
			transfer := &unit.Transfers[i]
			if !transfer.takesLots() {
				continue
			}
			if transfer.LotID != 0 {
				lots = append(lots, transfer.LotID)
			} else if owner := b.byCode[transfer.lotOwner().Code]; owner != nil {
				parents = append(parents, owner.id)
			}
		}
	}
	if len(parents) == 0 {
		return lots, nil
	}
	err := tx.Each(ctx, selectLots, func(row database.Scanner) error {
		var lot int64
		err := row.Scan(&lot)
		lots = append(lots, lot)
		return err
	}, b.org, parents)
	if err != nil {
		return nil, fmt.Errorf("find lots: %w", err)
	}
	return lots, nil
}

// read reads accounts in the order of their ids, and locks them if the statement does. What has been read without being
// locked is read anew: nothing has been decided on it.
func (b *books) read(ctx context.Context, tx *database.Tx, statement *database.Statement, ids []int64) error {
	slices.Sort(ids)
	ids = slices.DeleteFunc(slices.Compact(ids), func(id int64) bool { return b.accounts[id] != nil && b.accounts[id].locked })
	if len(ids) == 0 {
		return nil
	}
	err := tx.Each(ctx, statement, func(row database.Scanner) error {
		a := newAccount()
		a.read, a.locked = true, statement == lockAccounts
		if err := row.Scan(&a.id, &a.code, &a.asset, &a.side, ints(&a.limited), ints(&a.lots), &a.parent, &a.expires,
			&a.debits, &a.credits, &a.held); err != nil {
			return err
		}
		a.was = a.totals
		if named := b.accounts[a.id]; named != nil {
			if !named.read { // what this group has changed already, unread, stays changed
				a.totals.add(named.totals)
				a.takes = named.takes
			}
			*named = *a
		} else {
			b.add(a)
		}
		return nil
	}, b.org, database.IDs(ids))
	if err != nil {
		return fmt.Errorf("lock accounts: %w", err)
	}
	b.sortLots()
	return nil
}

// gone is the version of a row that is not there.
const gone = -1

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
			version, err = gone, nil
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
