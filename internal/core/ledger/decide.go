package ledger

import (
	"fmt"
	"slices"

	"dangol/internal/ground/clock"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/journal"
)

// trial is one Unit being decided. It changes the books' accounts, and puts back what it changed when not all of it holds;
// all else becomes the books' only then.
type trial struct {
	books    *books
	unit     *Unit
	changed  []change
	holds    map[holdKey]hold
	newHolds []hold
	moved    []Moved
	details  []detail // one for each of moved
	events   []journal.Event
	scarce   []int64 // accounts that had less than was wanted
	two      [2]int64
}

// change is an account as it was before a change.
type change struct {
	account *account
	was     account
}

// detail is what a transfer row holds beyond Moved.
type detail struct {
	action string
	holdID int64
}

type holdKey struct{ id, part int64 }

// decision is what the engine decided of one Unit.
type decision struct {
	unit      *Unit
	rejection *fault.Error
	trial     *trial
}

// try decides a Unit on the books without changing them. The rejection says why it can't be; an error that is no
// rejection is the engine's.
func (b *books) try(unit *Unit) (*trial, *fault.Error, error) {
	t := newTrial(b, unit)
	err := t.run()
	if err != nil {
		t.undo()
	}
	if rejection := fault.As(err); rejection != nil {
		return t, rejection, nil
	}
	return t, nil, err
}

func newTrial(b *books, unit *Unit) *trial {
	return &trial{
		books: b, unit: unit, changed: make([]change, 0, 4*len(unit.Transfers)), moved: make([]Moved, 0, len(unit.Transfers)),
		details: make([]detail, 0, len(unit.Transfers)),
	}
}

// change gives an account to be changed.
func (t *trial) change(id int64) *account {
	a := t.books.accounts[id]
	t.changed = append(t.changed, change{account: a, was: *a})
	return a
}

// undo puts back all that was changed.
func (t *trial) undo() {
	for _, one := range slices.Backward(t.changed) {
		*one.account = one.was
	}
	t.changed = nil
}

func (t *trial) run() error {
	if err := t.guards(); err != nil {
		return err
	}
	for i := range t.unit.Transfers {
		if err := t.transfer(i, &t.unit.Transfers[i]); err != nil {
			return err
		}
	}
	return nil
}

// guards checks what a Unit claims and expects.
func (t *trial) guards() error {
	var seen map[Claim]bool
	if len(t.unit.Claims) > 1 {
		seen = make(map[Claim]bool, len(t.unit.Claims))
	}
	for _, claim := range t.unit.Claims {
		if t.books.claims[claim] || seen[claim] {
			return ErrClaimed.New(fault.Values{"scope": claim.Scope, "value": claim.Value})
		}
		if seen != nil {
			seen[claim] = true
		}
	}
	for _, expect := range t.unit.Expects {
		// A version that was not read is for the database to compare.
		if version, read := t.books.versions[rowKey{expect.Table, expect.ID}]; read && version != expect.Version {
			return ErrMoved.New()
		}
	}
	return nil
}

// apply makes all else that the trial changed the books'.
func (t *trial) apply() {
	for key, changed := range t.holds {
		*t.books.holds[key.id][key.part] = changed
	}
	for i := range t.newHolds {
		added := t.newHolds[i]
		t.books.holds[added.id] = append(t.books.holds[added.id], &added)
	}
	for _, claim := range t.unit.Claims {
		t.books.claims[claim] = true
	}
	for _, expect := range t.unit.Expects {
		t.books.versions[rowKey{expect.Table, expect.ID}] = expect.Version + 1
	}
}

func (t *trial) transfer(request int, transfer *Transfer) error {
	switch transfer.Action {
	case PostHold, VoidHold, KeepHold:
		return t.endHold(request, transfer)
	}
	debit, err := t.named(transfer.Debit)
	if err != nil {
		return err
	}
	credit, err := t.named(transfer.Credit)
	if err != nil {
		return err
	}
	pieces, err := t.pieces(request, transfer, debit, credit)
	if err != nil {
		return err
	}
	if transfer.Action == Hold && t.isHeld(transfer.HoldID) {
		return refuse("a hold has this id already")
	}
	for part, piece := range pieces {
		if transfer.Action == Hold {
			if err := t.hold(request, int64(part), transfer, piece); err != nil {
				return err
			}
			continue
		}
		if err := t.move(request, piece, "move", 0); err != nil {
			return err
		}
	}
	return nil
}

// piece is a transfer between two accounts as they stand in the table.
type piece struct {
	debit, credit int64
	asset         string
	amount        int64
	lot           int64
	short         bool
}

// pieces decides what a transfer moves: how much, out of which lots, and what a shortage gives.
func (t *trial) pieces(request int, transfer *Transfer, debit, credit int64) ([]piece, error) {
	whole := piece{debit: debit, credit: credit, asset: transfer.Debit.Asset}
	if transfer.Debit.Lots || transfer.Credit.Lots {
		return t.lotPieces(request, transfer, whole)
	}
	amount, left := transfer.Amount, int64(maxTotal)
	scarce := debit
	for _, id := range t.sources(whole) {
		source := t.account(id)
		if !source.limited || !source.read {
			continue
		}
		available := max(source.available(), 0)
		if available < left {
			left, scarce = available, id
		}
		if transfer.Mode == All || available < amount {
			t.scarce = append(t.scarce, id)
		}
	}
	switch {
	case transfer.Mode == All:
		amount = left
	case amount <= left:
	case transfer.Mode == UpTo:
		amount = left
	case transfer.Shortage != nil:
		return t.shortPieces(transfer, whole, scarce, left)
	default:
		return nil, t.short(request, scarce, left)
	}
	if amount == 0 {
		return nil, nil
	}
	if amount > maxAmount {
		return nil, ErrOverflow.New()
	}
	whole.amount = amount
	return []piece{whole}, nil
}

func (t *trial) short(request int, id, left int64) error {
	return ErrShort.New(fault.Values{"account": t.account(id).code, "left": left, "request": int64(request)})
}

// shortPieces takes what is left, and the rest from the shortage account in its stead.
func (t *trial) shortPieces(transfer *Transfer, whole piece, scarce, left int64) ([]piece, error) {
	shortage, err := t.named(*transfer.Shortage)
	if err != nil {
		return nil, err
	}
	lacking := whole
	lacking.amount, lacking.short = transfer.Amount-left, true
	if whole.debit == scarce {
		lacking.debit = shortage
	} else {
		lacking.credit = shortage
	}
	t.events = append(t.events, journal.Event{
		Kind: "ledger.shortage", Store: t.unit.Store, Subject: t.unit.Subject, Actor: t.unit.Actor,
		Body: map[string]any{"posting": t.unit.Posting, "account": scarce, "amount": lacking.amount},
	})
	if left == 0 {
		return []piece{lacking}, nil
	}
	whole.amount = left
	return []piece{whole, lacking}, nil
}

// lotPieces gives to one lot, or takes from lots: a named one, or those that have not expired, earliest first.
func (t *trial) lotPieces(request int, transfer *Transfer, whole piece) ([]piece, error) {
	parent := &whole.debit
	if transfer.Credit.Lots {
		parent = &whole.credit
	}
	owner := *parent
	var from []*account
	switch {
	case transfer.Lot != nil:
		code := lotCode(t.account(owner).code, *transfer.Lot)
		lot := t.books.byCode[code]
		if lot == nil {
			return nil, fmt.Errorf("lot %s was not read", code)
		}
		if lot.parent != owner {
			return nil, ErrAccount.New()
		}
		*parent = lot.id
		return t.lotWhole(transfer, whole, lot.id)
	case transfer.LotID != 0:
		lot := t.books.accounts[transfer.LotID]
		if lot == nil || lot.parent != owner {
			return nil, ErrAccount.New()
		}
		*parent = lot.id
		if !slices.Contains(t.sources(whole), lot.id) {
			return t.lotWhole(transfer, whole, lot.id)
		}
		from = []*account{lot}
	default:
		for _, lot := range t.books.lots[owner] {
			if lot.expires >= transfer.Today {
				from = append(from, lot)
			}
		}
	}
	wanted := transfer.Amount
	if transfer.Mode == All {
		wanted = maxAmount
	}
	if transfer.Mode != Fixed {
		wanted = min(wanted, t.leftBeside(owner, whole))
	}
	pieces, taken := t.take(from, wanted, whole, transfer.Credit.Lots)
	if taken < wanted {
		t.scarce = append(t.scarce, owner)
		if transfer.Mode == Fixed {
			return nil, t.short(request, owner, taken)
		}
	}
	return pieces, nil
}

// take takes what is wanted from lots in their order, as far as they have it.
func (t *trial) take(from []*account, wanted int64, whole piece, credit bool) (pieces []piece, taken int64) {
	for _, lot := range from {
		state := t.account(lot.id)
		amount := min(state.available(), wanted-taken)
		if state.held > 0 && amount < wanted-taken {
			// What is held may have expired: then this lot gives before the later ones do.
			t.scarce = append(t.scarce, lot.id)
		}
		if amount <= 0 {
			continue
		}
		one := whole
		if credit {
			one.credit = lot.id
		} else {
			one.debit = lot.id
		}
		one.amount, one.lot = amount, lot.id
		pieces, taken = append(pieces, one), taken+amount
	}
	return pieces, taken
}

// leftBeside is what the other source of a transfer out of lots can still give.
func (t *trial) leftBeside(owner int64, whole piece) int64 {
	left := int64(maxAmount)
	for _, id := range t.sources(whole) {
		if source := t.account(id); id != owner && source.parent != owner && source.limited {
			left = min(left, max(source.available(), 0))
		}
	}
	return left
}

// lotWhole gives all of a fixed amount to one lot.
func (t *trial) lotWhole(transfer *Transfer, whole piece, lot int64) ([]piece, error) {
	if transfer.Mode != Fixed {
		return nil, refuse("what is given to a lot is a fixed amount")
	}
	whole.amount, whole.lot = transfer.Amount, lot
	return []piece{whole}, nil
}

// covered is the last word on every piece: no limited account gives more than it has available.
func (t *trial) covered(request int, p piece) error {
	for _, id := range t.sources(p) {
		if source := t.account(id); !source.covers(p.amount) {
			t.scarce = append(t.scarce, id)
			return t.short(request, id, max(source.available(), 0))
		}
	}
	return nil
}

// move changes both accounts and records the transfer.
func (t *trial) move(request int, p piece, action string, holdID int64) error {
	if err := t.covered(request, p); err != nil {
		return err
	}
	for _, id := range t.sources(p) {
		t.change(id).takes += p.amount
	}
	debit, credit := t.change(p.debit), t.change(p.credit)
	if debit.debits > maxTotal-p.amount || credit.credits > maxTotal-p.amount {
		return ErrOverflow.New()
	}
	debit.debits += p.amount
	credit.credits += p.amount
	t.record(request, p, action, holdID)
	return nil
}

func (t *trial) record(request int, p piece, action string, holdID int64) {
	t.moved = append(t.moved, Moved{
		Request: request, DebitID: p.debit, CreditID: p.credit, LotID: p.lot, Asset: p.asset, Amount: p.amount,
		Action: actionOf[action], Short: p.short,
	})
	t.details = append(t.details, detail{action: action, holdID: holdID})
}

// hold sets aside on every account that the transfer will make smaller.
func (t *trial) hold(request int, part int64, transfer *Transfer, p piece) error {
	if err := t.covered(request, p); err != nil {
		return err
	}
	for _, id := range t.sources(p) {
		source := t.change(id)
		if source.held > maxTotal-p.amount {
			return ErrOverflow.New()
		}
		source.held += p.amount
		source.takes += p.amount
	}
	added := hold{
		id: transfer.HoldID, part: part, debitID: p.debit, creditID: p.credit, asset: p.asset, amount: p.amount, state: "held",
	}
	if !transfer.Deadline.IsZero() {
		added.deadline = clock.Micros(transfer.Deadline)
	}
	t.newHolds = append(t.newHolds, added)
	t.record(request, p, "hold", transfer.HoldID)
	return nil
}

func (t *trial) isHeld(id int64) bool {
	return len(t.books.holds[id]) > 0 || slices.ContainsFunc(t.newHolds, func(h hold) bool { return h.id == id })
}

// endHold posts, voids or keeps a hold.
func (t *trial) endHold(request int, transfer *Transfer) error {
	parts := t.books.holds[transfer.HoldID]
	if len(parts) == 0 {
		return ErrHoldUnknown.New()
	}
	var total int64
	for _, stored := range parts {
		part := t.holdPart(stored)
		if part.state != "held" || part.deadline > 0 && part.deadline <= t.books.now {
			return ErrHoldEnded.New()
		}
		total += part.amount
	}
	wanted := int64(0)
	if transfer.Action == PostHold {
		if wanted = transfer.Amount; wanted == 0 {
			wanted = total
		}
		if wanted > total {
			return ErrShort.New(fault.Values{"account": "", "left": total, "request": int64(request)})
		}
	}
	for _, stored := range parts {
		part := t.holdPart(stored)
		if transfer.Action == KeepHold {
			part.deadline = 0
			if !transfer.Deadline.IsZero() {
				part.deadline = clock.Micros(transfer.Deadline)
			}
			t.keepPart(part)
			continue
		}
		amount := min(wanted, part.amount)
		wanted -= amount
		if err := t.release(request, part, amount, "voided"); err != nil {
			return err
		}
	}
	return nil
}

// release ends one part of a hold: so much of it moves, the rest returns. A part of which nothing moves gets the state
// given.
func (t *trial) release(request int, part hold, amount int64, unmoved string) error {
	p := piece{debit: part.debitID, credit: part.creditID, asset: part.asset}
	for _, parent := range []int64{part.debitID, part.creditID} {
		if t.account(parent).parent > 0 {
			p.lot = parent
		}
	}
	for _, id := range t.sources(p) {
		t.change(id).held -= part.amount
	}
	part.state = unmoved
	if amount > 0 {
		part.state, part.posted = "posted", amount
		p.amount = amount
		if err := t.move(request, p, "post", part.id); err != nil {
			return err
		}
	}
	if rest := part.amount - amount; rest > 0 {
		p.amount = rest
		t.record(request, p, "void", part.id)
	}
	t.keepPart(part)
	return nil
}

func (t *trial) keepPart(part hold) {
	if t.holds == nil {
		t.holds = map[holdKey]hold{}
	}
	t.holds[holdKey{part.id, part.part}] = part
}

// sources are the accounts that a piece makes smaller, until it is called again.
func (t *trial) sources(p piece) []int64 {
	sources := t.two[:0]
	if t.account(p.debit).side == Credit {
		sources = append(sources, p.debit)
	}
	if t.account(p.credit).side == Debit {
		sources = append(sources, p.credit)
	}
	return sources
}

// named finds the account that a transfer names, which must be what it was opened as.
func (t *trial) named(wanted Account) (int64, error) {
	found := t.books.byCode[wanted.Code]
	if found == nil {
		return 0, fmt.Errorf("account %s was not read", wanted.Code)
	}
	if found.asset != wanted.Asset || found.side != wanted.Side || found.limited != wanted.Limited ||
		found.lots != wanted.Lots || found.parent != 0 {
		return 0, ErrAccount.New()
	}
	return found.id, nil
}

func (t *trial) account(id int64) *account { return t.books.accounts[id] }

func (t *trial) holdPart(stored *hold) hold {
	if changed, is := t.holds[holdKey{stored.id, stored.part}]; is {
		return changed
	}
	return *stored
}
