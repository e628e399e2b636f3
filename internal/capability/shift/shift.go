// Package shift knows the shifts of tills (근무): what lay in the drawer when one was opened, what was brought and taken
// out, and the Z report with which it was closed, kept exactly as it was printed. It refuses to know what was sold: that
// is told to it when it closes.
package shift

import (
	"slices"
	"time"

	"dangol/internal/core/ledger"
	"dangol/internal/core/place"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
	"dangol/internal/ground/money"
)

// The prefixes of ids.
const (
	ID         id.Kind = "shf"
	MovementID id.Kind = "csh"
)

// deviceID is the prefix of devices' ids, which stand in the codes of accounts.
const deviceID id.Kind = "dev"

// DrawerKind is what the code of a drawer's account begins with.
const DrawerKind = "drawer"

// Drawer is the account of the cash in a till's drawer. It has no limit: what is counted in it can differ from what the
// books say, and a refund is never refused because the float was not written down.
func Drawer(device int64, currency money.Currency) ledger.Account {
	return ledger.Account{
		Code: DrawerKind + ":" + deviceID.Format(device) + ":" + string(currency), Asset: string(currency), Side: ledger.Debit,
	}
}

// The accounts of a store that face its drawers.
var (
	safe = counter("safe", ledger.Debit) // 금고
	// cashIn and cashOut are cash from and to elsewhere than the safe: change fetched from the bank, a courier paid.
	cashIn  = counter("cash_in", ledger.Credit)
	cashOut = counter("cash_out", ledger.Debit)
	// overShort grows by what was missing when a drawer was counted, and shrinks by what was too much (과부족).
	overShort = counter("over_short", ledger.Debit)
)

func counter(kind string, side ledger.Side) func(store int64, currency money.Currency) ledger.Account {
	return func(store int64, currency money.Currency) ledger.Account {
		return ledger.Account{
			Code: kind + ":" + place.StoreID.Format(store) + ":" + string(currency), Asset: string(currency), Side: side,
		}
	}
}

var (
	// ErrOpen is for a till whose shift is open already.
	ErrOpen = fault.Define(fault.Conflict, "shift.open",
		"이 계산대는 이미 근무 중이에요. 마감정산을 먼저 해 주세요.", "This till has an open shift. Close it first.")
	// ErrClosed is for a shift that is closed.
	ErrClosed = fault.Define(fault.Conflict, "shift.closed",
		"이미 마감한 근무예요. 정산 내역에서 확인해 주세요.", "This shift is closed. See it among the closings.")
	// ErrCounts is for a count whose denominations do not exist or do not come to its sum.
	ErrCounts = fault.Define(fault.Invalid, "shift.counts",
		"권종별 수량이 맞지 않아요. 다시 세어 주세요.", "The count by denomination is not right. Count again.")
	// ErrTakenOut is for more cash taken out than was counted.
	ErrTakenOut = fault.Define(fault.Invalid, "shift.taken_out",
		"센 현금보다 많이 꺼낼 수는 없어요. 금액을 확인해 주세요.", "No more can be taken out than was counted. Check the amount.")
	// ErrOtherTill is for a shift of another till than the one that asks.
	ErrOtherTill = fault.Define(fault.Conflict, "shift.other_till",
		"다른 계산대의 근무예요. 그 계산대에서 하거나 관리자에게 부탁해 주세요.",
		"This shift belongs to another till. Do it there, or ask a manager.")
	// ErrReason is for a movement of cash without a reason, or with one that is too long.
	ErrReason = fault.Define(fault.Invalid, "shift.reason",
		"사유를 1~100자로 적어 주세요.", "Give a reason of 1 to 100 characters.")
	// ErrAmount is for an amount that can't be.
	ErrAmount = fault.Define(fault.Invalid, "shift.amount",
		"금액을 다시 확인해 주세요.", "Check the amount.")
)

// Shift is the work at one till from opening its drawer to counting it.
type Shift struct {
	ID, Version                 int64
	Store, Device               int64
	BusinessDate                string
	Currency                    money.Currency
	OpenedBy                    int64
	OpenedAt                    time.Time
	OpeningPosting              int64
	DrawerBefore                int64 // by the books, before the float was counted
	Float                       int64 // 준비금
	From, Until                 int64 // the sequence numbers of the till's receipts; Until is 0 while it is open
	ClosedBy                    int64
	ClosedAt                    time.Time // zero while it is open
	ClosingPosting              int64
	Expected, Counted, TakenOut int64
	Z                           int64  // the number of its Z report, dense per till from 1
	document                    string // the Z report, empty while it is open
}

// IsOpen says whether the shift is open.
func (s Shift) IsOpen() bool { return s.ClosedAt.IsZero() }

// Left is what stays in the drawer after closing.
func (s Shift) Left() int64 { return s.Counted - s.TakenOut }

// Direction says which way cash moves.
type Direction string

const (
	In  Direction = "in"  // 입금
	Out Direction = "out" // 출금
)

// Place is where cash comes from or goes to.
type Place string

const (
	Safe  Place = "safe"  // 금고
	Other Place = "other" // anywhere else
)

// Movement is cash that was brought to a drawer or taken out of it within a shift.
type Movement struct {
	ID, Shift int64
	Kind      Direction
	Place     Place
	Amount    int64
	Reason    string
	Staff     int64
	At        time.Time
	Posting   int64
}

// move gains the drawer an amount, or loses it one that is below zero, against another account.
func move(drawer, other ledger.Account, amount int64) []ledger.Transfer {
	switch {
	case amount > 0:
		return []ledger.Transfer{{Debit: drawer, Credit: other, Amount: amount}}
	case amount < 0:
		return []ledger.Transfer{{Debit: other, Credit: drawer, Amount: -amount}}
	}
	return nil
}

// OpeningTransfers fill the drawer up to the float. What it held beyond the float by the books lies in the safe.
func (s Shift) OpeningTransfers() []ledger.Transfer {
	return move(Drawer(s.Device, s.Currency), safe(s.Store, s.Currency), s.Float-s.DrawerBefore)
}

// Transfers move the cash.
func (m Movement) Transfers(s Shift) []ledger.Transfer {
	other, amount := cashIn, m.Amount
	if m.Kind == Out {
		other, amount = cashOut, -m.Amount
	}
	if m.Place == Safe {
		other = safe
	}
	return move(Drawer(s.Device, s.Currency), other(s.Store, s.Currency), amount)
}

// ClosingTransfers make the drawer what was counted, and move what was taken out into the safe.
func (s Shift) ClosingTransfers() []ledger.Transfer {
	drawer := Drawer(s.Device, s.Currency)
	return append(move(drawer, overShort(s.Store, s.Currency), s.Counted-s.Expected),
		move(drawer, safe(s.Store, s.Currency), -s.TakenOut)...)
}

// denominations are the notes and coins of each currency, the largest first, in minor units.
var denominations = map[money.Currency][]int64{
	"KRW": {50_000, 10_000, 5_000, 1_000, 500, 100, 50, 10},
	"USD": {10_000, 5_000, 2_000, 1_000, 500, 100, 25, 10, 5, 1},
}

// Denominations are the notes and coins of a currency, the largest first; none when they are not known, and cash is
// counted as a sum.
func Denominations(currency money.Currency) []int64 { return slices.Clone(denominations[currency]) }

// Count is how many notes or coins of one value were counted.
type Count struct {
	Value int64 `json:"value" minimum:"1" maximum:"10000000" doc:"Of one note or coin, in minor units"`
	Count int64 `json:"count" minimum:"0" maximum:"100000"`
}

// CheckCounts returns ErrCounts unless the counts are of the currency's notes and coins, each once, and come to the sum.
// No counts at all are a sum that was not counted by denomination.
func CheckCounts(currency money.Currency, counts []Count, sum int64) error {
	if sum < 0 || sum > money.Max {
		return ErrAmount.New()
	}
	if len(counts) == 0 {
		return nil
	}
	left, seen := sum, map[int64]bool{}
	for _, count := range counts {
		if seen[count.Value] || count.Count < 0 || !slices.Contains(denominations[currency], count.Value) {
			return ErrCounts.At("counts")
		}
		seen[count.Value] = true
		amount, err := money.Mul(count.Value, count.Count)
		if err != nil {
			return err
		}
		left -= amount
	}
	if left != 0 {
		return ErrCounts.At("counts")
	}
	return nil
}
