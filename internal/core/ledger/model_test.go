package ledger_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"dangol/internal/core/ledger"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/fault"
)

// model is the ledger as one would write it for a shop with one till and all the time in the world: it computes
// everything from what happened, each time.
type model struct {
	moves  []modelMove
	holds  map[int64]*modelHold
	claims map[ledger.Claim]bool
	keys   map[string]*modelKey
}

type modelMove struct {
	debit, credit ledger.Account // lots by their own code
	amount        int64
}

type modelHold struct {
	parts    []modelMove
	deadline time.Time
	ended    bool
}

type modelKey struct {
	request string
	answer  modelAnswer
}

// modelAnswer is what one hears of a Unit.
type modelAnswer struct {
	moved string
	err   string
}

func newModel() *model {
	return &model{holds: map[int64]*modelHold{}, claims: map[ledger.Claim]bool{}, keys: map[string]*modelKey{}}
}

func (m *model) copy() *model {
	copied := &model{moves: slices.Clone(m.moves), holds: map[int64]*modelHold{}, claims: maps.Clone(m.claims), keys: m.keys}
	for id, hold := range m.holds {
		one := *hold
		copied.holds[id] = &one
	}
	return copied
}

// posted is an account's balance on its own side.
func (m *model) posted(account ledger.Account) (balance int64) {
	for _, move := range m.moves {
		if move.debit.Code == account.Code {
			balance += move.amount
		}
		if move.credit.Code == account.Code {
			balance -= move.amount
		}
	}
	if account.Side == ledger.Credit {
		return -balance
	}
	return balance
}

// available is what of it no hold sets aside. A hold that has expired holds nothing.
func (m *model) available(account ledger.Account, now time.Time) int64 {
	left := m.posted(account)
	for _, hold := range m.holds {
		if hold.over(now) {
			continue
		}
		for _, part := range hold.parts {
			for _, source := range sources(part) {
				if source.Code == account.Code {
					left -= part.amount
				}
			}
		}
	}
	return left
}

func (h *modelHold) over(now time.Time) bool {
	return h.ended || !h.deadline.IsZero() && !h.deadline.After(now)
}

func sources(move modelMove) (list []ledger.Account) {
	if move.debit.Side == ledger.Credit {
		list = append(list, move.debit)
	}
	if move.credit.Side == ledger.Debit {
		list = append(list, move.credit)
	}
	return list
}

// left is what a move can take at most.
func (m *model) left(move modelMove, now time.Time) int64 {
	left := int64(1 << 53)
	for _, source := range sources(move) {
		if source.Limited {
			left = min(left, max(m.available(source, now), 0))
		}
	}
	return left
}

// commit is the whole of a Unit's way, with its key.
func (m *model) commit(unit ledger.Unit, now time.Time) modelAnswer {
	named := map[int64]bool{}
	for _, transfer := range unit.Transfers {
		if transfer.HoldID != 0 && named[transfer.HoldID] {
			return modelAnswer{err: ledger.ErrUnit.Name()}
		}
		named[transfer.HoldID] = true
	}
	if known := m.keys[unit.Key]; known != nil {
		if known.request != string(unit.Request) {
			return modelAnswer{err: ledger.ErrKeyConflict.Name()}
		}
		return known.answer
	}
	tried := m.copy()
	moved, code := tried.try(unit, now)
	answer := modelAnswer{moved: moved}
	if code != nil {
		answer = modelAnswer{err: code.Name()}
	}
	if code == nil || code.Kind() == fault.Conflict {
		m.keys[unit.Key] = &modelKey{request: string(unit.Request), answer: answer}
	}
	if code == nil {
		*m = *tried
	}
	return answer
}

func (m *model) try(unit ledger.Unit, now time.Time) (string, *fault.Code) {
	for _, claim := range unit.Claims {
		if m.claims[claim] {
			return "", ledger.ErrClaimed
		}
		m.claims[claim] = true
	}
	var text strings.Builder
	for i, transfer := range unit.Transfers {
		note := func(action ledger.Action, move modelMove) {
			fmt.Fprintf(&text, "%d %s %s %s %d\n", i, action, move.debit.Code, move.credit.Code, move.amount)
		}
		var code *fault.Code
		switch transfer.Action {
		case ledger.PostHold, ledger.VoidHold, ledger.KeepHold:
			code = m.endHold(transfer, now, note)
		default:
			code = m.transfer(transfer, now, note)
		}
		if code != nil {
			return "", code
		}
	}
	return text.String(), nil
}

func (m *model) transfer(transfer ledger.Transfer, now time.Time, note func(ledger.Action, modelMove)) *fault.Code {
	pieces, code := m.pieces(transfer, now)
	if code != nil {
		return code
	}
	if transfer.Action == ledger.Hold {
		if m.holds[transfer.HoldID] != nil {
			return ledger.ErrUnit
		}
		for _, piece := range pieces {
			if m.left(piece, now) < piece.amount {
				return ledger.ErrShort
			}
			note(ledger.Hold, piece)
		}
		if len(pieces) > 0 {
			m.holds[transfer.HoldID] = &modelHold{parts: pieces, deadline: transfer.Deadline}
		}
		return nil
	}
	for _, piece := range pieces {
		if m.left(piece, now) < piece.amount {
			return ledger.ErrShort
		}
		m.moves = append(m.moves, piece)
		note(ledger.Move, piece)
	}
	return nil
}

func (m *model) pieces(transfer ledger.Transfer, now time.Time) ([]modelMove, *fault.Code) {
	whole := modelMove{debit: transfer.Debit, credit: transfer.Credit, amount: transfer.Amount}
	if transfer.Lot != nil {
		if transfer.Credit.Lots {
			whole.credit = lotOf(transfer.Credit, *transfer.Lot)
		} else {
			whole.debit = lotOf(transfer.Debit, *transfer.Lot)
		}
		return []modelMove{whole}, nil
	}
	if transfer.Debit.Lots {
		return m.lots(transfer, whole, now)
	}
	left := m.left(whole, now)
	switch {
	case transfer.Mode == ledger.All, transfer.Mode == ledger.UpTo && left < whole.amount:
		whole.amount = left
	case transfer.Mode == ledger.Fixed && left < whole.amount && transfer.Shortage != nil:
		lacking := whole
		lacking.amount -= left
		lacking.credit = *transfer.Shortage
		whole.amount = left
		return nonzero(whole, lacking), nil
	case transfer.Mode == ledger.Fixed && left < whole.amount:
		return nil, ledger.ErrShort
	}
	return nonzero(whole), nil
}

// lots takes earliest first.
func (m *model) lots(transfer ledger.Transfer, whole modelMove, now time.Time) ([]modelMove, *fault.Code) {
	var days []string
	for _, move := range m.moves {
		if day, is := strings.CutPrefix(move.credit.Code, transfer.Debit.Code+"@"); is && day[:10] >= transfer.Today {
			days = append(days, day[:10])
		}
	}
	slices.Sort(days)
	wanted := transfer.Amount
	if transfer.Mode == ledger.All {
		wanted = 1 << 53
	}
	var pieces []modelMove
	for _, day := range slices.Compact(days) {
		piece := whole
		piece.debit = lotOf(transfer.Debit, ledger.Lot{ExpiresOn: day})
		piece.amount = min(wanted, m.left(piece, now))
		wanted -= piece.amount
		pieces = append(pieces, nonzero(piece)...)
	}
	if transfer.Mode == ledger.Fixed && wanted > 0 {
		return nil, ledger.ErrShort
	}
	return pieces, nil
}

func nonzero(moves ...modelMove) []modelMove {
	return slices.DeleteFunc(moves, func(move modelMove) bool { return move.amount == 0 })
}

func lotOf(account ledger.Account, lot ledger.Lot) ledger.Account {
	account.Code += "@" + lot.ExpiresOn + ".0.0"
	account.Lots = false
	return account
}

func (m *model) endHold(transfer ledger.Transfer, now time.Time, note func(ledger.Action, modelMove)) *fault.Code {
	hold := m.holds[transfer.HoldID]
	switch {
	case hold == nil:
		return ledger.ErrHoldUnknown
	case hold.over(now):
		return ledger.ErrHoldEnded
	case transfer.Action == ledger.KeepHold:
		hold.deadline = transfer.Deadline
		return nil
	}
	total := int64(0)
	for _, part := range hold.parts {
		total += part.amount
	}
	wanted := transfer.Amount
	if wanted > total {
		return ledger.ErrShort
	}
	if wanted == 0 && transfer.Action == ledger.PostHold {
		wanted = total
	}
	hold.ended = true
	for _, part := range hold.parts {
		posted, voided := part, part
		posted.amount = min(wanted, part.amount)
		voided.amount -= posted.amount
		wanted -= posted.amount
		for _, move := range nonzero(posted) {
			m.moves = append(m.moves, move)
			note(ledger.PostHold, move)
		}
		for _, move := range nonzero(voided) {
			note(ledger.VoidHold, move)
		}
	}
	return nil
}

// drawUnit draws a Unit over a handful of accounts, so that most of what it does meets what others did.
func drawUnit(t *rapid.T, holds []int64, newID func() int64, now time.Time) ledger.Unit {
	unit := ledger.Unit{
		Key: fmt.Sprintf("k%d", rapid.IntRange(1, 40).Draw(t, "key")), Posting: newID(), Kind: "test",
		Store: int64(rapid.IntRange(0, 2).Draw(t, "store")), Request: []byte(rapid.SampledFrom([]string{"a", "a", "a", "b"}).Draw(t, "request")),
	}
	for range rapid.IntRange(0, 3).Draw(t, "transfers") {
		unit.Transfers = append(unit.Transfers, drawTransfer(t, holds, newID, now))
	}
	if rapid.IntRange(0, 3).Draw(t, "claims") == 0 {
		unit.Claims = []ledger.Claim{{Scope: "s", Value: fmt.Sprint(rapid.IntRange(0, 9).Draw(t, "claim"))}}
	}
	return unit
}

var drawnDays = []string{"2026-11-20", "2026-11-23", "2026-12-31", "2027-01-31"}

func drawTransfer(t *rapid.T, holds []int64, newID func() int64, now time.Time) ledger.Transfer {
	amount := rapid.Int64Range(1, 12).Draw(t, "amount")
	deadline := rapid.SampledFrom([]time.Time{{}, now.Add(time.Minute), now.Add(time.Hour)}).Draw(t, "deadline")
	kind := rapid.IntRange(0, 9).Draw(t, "kind")
	if kind >= 7 && len(holds) == 0 {
		kind = 0
	}
	var transfer ledger.Transfer
	switch kind {
	case 0, 1:
		return receive(amount)
	case 2:
		return earn(amount, rapid.SampledFrom(drawnDays).Draw(t, "expires"))
	case 3:
		forced := sell(amount)
		forced.Shortage = &shortage
		return forced
	case 4:
		transfer = spend(amount, rapid.SampledFrom(drawnDays[:3]).Draw(t, "today"))
	case 5, 6:
		transfer = sell(amount)
	default:
		return ledger.Transfer{
			Action: []ledger.Action{ledger.PostHold, ledger.VoidHold, ledger.KeepHold}[kind-7],
			HoldID: rapid.SampledFrom(holds).Draw(t, "hold"), Amount: []int64{amount - 1, 0, 0}[kind-7],
			Deadline: []time.Time{{}, {}, deadline}[kind-7],
		}
	}
	transfer.Mode = rapid.SampledFrom([]ledger.Amount{ledger.Fixed, ledger.Fixed, ledger.UpTo, ledger.All}).Draw(t, "mode")
	if transfer.Mode == ledger.All {
		transfer.Amount = 0
	}
	if rapid.IntRange(0, 2).Draw(t, "hold or move") == 0 {
		transfer.Action, transfer.HoldID, transfer.Deadline = ledger.Hold, newID(), deadline
		if len(holds) > 0 && rapid.IntRange(0, 9).Draw(t, "again") == 0 {
			transfer.HoldID = rapid.SampledFrom(holds).Draw(t, "its id")
		}
	}
	return transfer
}

func TestTheLedgerDoesWhatTheModelDoes(t *testing.T) {
	t.Parallel()
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			now := clock.At(start)
			db := databasetest.Open(t, dialect, now)
			books := ledger.New(db, databasetest.Quiet())
			t.Cleanup(books.Close)
			var orgs atomic.Int64
			orgs.Store(100)
			rapid.Check(t, func(t *rapid.T) {
				s := &shop{books: books, db: db, clock: now, model: newModel(), org: orgs.Add(1)}
				t.Repeat(map[string]func(*rapid.T){"commit": s.commit, "wait": s.wait, "seal": s.seal, "": s.compare})
			})
			b := &bench{Ledger: books, t: t, db: db}
			b.verifyAll()
		})
	}
}

// shop is the ledger and its model side by side.
type shop struct {
	books *ledger.Ledger
	db    *database.DB
	clock *clock.Manual
	model *model
	org   int64
	holds []int64
}

func (s *shop) wait(t *rapid.T) {
	s.clock.Advance(time.Duration(rapid.Int64Range(1, 40).Draw(t, "minutes")) * time.Minute)
}

func (s *shop) seal(t *rapid.T) {
	if err := s.books.Seal(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func (s *shop) commit(t *rapid.T) {
	unit := drawUnit(t, s.holds, s.db.NewID, s.clock.Now())
	unit.Org = s.org
	for _, transfer := range unit.Transfers {
		if transfer.Action == ledger.Hold && !slices.Contains(s.holds, transfer.HoldID) {
			s.holds = append(s.holds, transfer.HoldID)
		}
	}
	want := s.model.commit(unit, s.clock.Now())
	outcome, err := s.books.Commit(context.Background(), unit)
	got := modelAnswer{moved: s.moved(t, outcome.Moved)}
	if err != nil {
		got = modelAnswer{err: err.Error()}
		if rejection := fault.As(err); rejection != nil {
			got.err = rejection.Code
		}
	}
	if got != want {
		t.Fatalf("%+v\nthe ledger says %+v\nthe model says  %+v", unit, got, want)
	}
}

var selectCode = database.Register("ledgertest.select_code", `SELECT code FROM ledger_account WHERE org_id = $1 AND id = $2`)

func (s *shop) moved(t *rapid.T, moved []ledger.Moved) string {
	var text strings.Builder
	err := s.db.Read(context.Background(), func(tx *database.Tx) error {
		for _, one := range moved {
			var codes [2]string
			for i, id := range []int64{one.DebitID, one.CreditID} {
				if err := tx.QueryRow(context.Background(), selectCode, s.org, id).Scan(&codes[i]); err != nil {
					return err
				}
			}
			fmt.Fprintf(&text, "%d %s %s %s %d\n", one.Request, one.Action, codes[0], codes[1], one.Amount)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func (s *shop) compare(t *rapid.T) {
	accounts := []ledger.Account{shelf, received, sold, shortage, issued, redeemed, points}
	codes := make([]string, len(accounts))
	for i, account := range accounts {
		codes[i] = account.Code
	}
	var balances map[string]ledger.Balance
	err := s.db.Read(context.Background(), func(tx *database.Tx) error {
		var err error
		balances, err = ledger.Balances(context.Background(), tx, s.org, codes...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, account := range accounts {
		want := s.model.posted(account)
		if account.Lots {
			for _, day := range drawnDays {
				want += s.model.posted(lotOf(account, ledger.Lot{ExpiresOn: day}))
			}
		}
		if got := balances[account.Code].Posted; got != want {
			t.Fatalf("%s has %d, the model says %d", account.Code, got, want)
		}
	}
}
