package ledger

import (
	"strings"
	"time"
	"unicode/utf8"

	"dangol/internal/ground/fault"
)

const (
	// maxAmount is the largest amount of one transfer: what JSON numbers can hold exactly, 2^53-1.
	maxAmount = 1<<53 - 1
	// maxTotal bounds what may ever pass through one side of an account.
	maxTotal = 1 << 62
	// maxCodeBytes bounds an account's code.
	maxCodeBytes = 200
	// ownKeys is how the keys of the ledger's own postings begin.
	ownKeys = "ledger:"
)

func refuse(reason string) *fault.Error { return ErrUnit.New(fault.Values{"reason": reason}) }

// validate checks what can be said of a Unit without looking at the books.
func (u *Unit) validate(now time.Time) error {
	switch {
	case u.Org <= 0 || u.Posting <= 0:
		return refuse("it lacks an organisation or a posting id")
	case u.Key == "" || len(u.Key) > maxKeyBytes || !isText(u.Key):
		return refuse("its key is empty, too long or no text")
	case strings.HasPrefix(u.Key, ownKeys):
		return refuse("its key is one of the ledger's own")
	case u.Kind == "" || !isText(u.Kind):
		return refuse("it lacks a kind")
	case len(u.Transfers) > MaxTransfers || len(u.Inserts)+len(u.Sets)+len(u.Claims)+len(u.Expects)+len(u.Events) > MaxRows:
		return ErrTooLarge.New()
	case len(u.Sets) > 0 && len(u.Expects) == 0:
		return refuse("it sets rows that it does not expect")
	}
	holds := map[int64]bool{}
	for i := range u.Transfers {
		transfer := &u.Transfers[i]
		if err := transfer.validate(now); err != nil {
			return err
		}
		if transfer.HoldID != 0 && holds[transfer.HoldID] {
			return refuse("a hold is made or ended once in a Unit")
		}
		holds[transfer.HoldID] = true
	}
	for _, claim := range u.Claims {
		if claim.Scope == "" || claim.Value == "" || !isText(claim.Scope) || !isText(claim.Value) {
			return refuse("a claim is empty or no text")
		}
	}
	expected := make(map[rowKey]bool, len(u.Expects))
	for _, expect := range u.Expects {
		key := rowKey{expect.Table, expect.ID}
		if expect.Table == nil || expect.Version < 0 || expected[key] {
			return refuse("a row is expected once, at a version")
		}
		expected[key] = true
	}
	return nil
}

// rows is about how many rows the Unit writes.
func (u *Unit) rows() int {
	return 1 + len(u.Transfers) + len(u.Inserts) + len(u.Sets) + len(u.Claims) + len(u.Expects) + len(u.Events)
}

// isText says whether both databases can store it as text.
func isText(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }

func (t *Transfer) validate(now time.Time) error {
	switch t.Action {
	case PostHold, VoidHold, KeepHold:
		if t.HoldID <= 0 {
			return ErrHoldUnknown.New()
		}
		if t.Amount < 0 || t.Amount > maxAmount {
			return ErrAmount.New()
		}
		if t.Action == KeepHold && !t.Deadline.IsZero() && !t.Deadline.After(now) {
			return ErrDeadline.New()
		}
		return nil
	case Hold:
		if t.HoldID <= 0 {
			return refuse("a hold lacks its id")
		}
		if !t.Deadline.IsZero() && !t.Deadline.After(now) {
			return ErrDeadline.New()
		}
	case Move:
		if t.HoldID != 0 || !t.Deadline.IsZero() {
			return refuse("a move has no hold and no deadline")
		}
	default:
		return refuse("an action is unknown")
	}
	return t.validateAccounts()
}

func (t *Transfer) validateAccounts() error {
	for _, account := range []Account{t.Debit, t.Credit} {
		if account.Code == "" || len(account.Code) > maxCodeBytes || account.Asset == "" ||
			!isText(account.Code) || !isText(account.Asset) || (account.Side != Debit && account.Side != Credit) {
			return ErrAccount.New()
		}
	}
	switch {
	case t.Debit.Asset != t.Credit.Asset:
		return ErrAssets.New()
	case t.Debit.Code == t.Credit.Code:
		return ErrAccount.New()
	case t.Mode != Fixed && t.Mode != UpTo && t.Mode != All:
		return refuse("a mode is unknown")
	case t.Mode == All && t.Amount != 0, t.Mode != All && (t.Amount <= 0 || t.Amount > maxAmount):
		return ErrAmount.New()
	case t.Mode != Fixed && !t.limitedSource():
		return refuse("only what is limited can say how much of it is available")
	}
	return t.validateLots()
}

func (t *Transfer) validateLots() error {
	var withLots *Account
	shrinks := false
	switch {
	case t.Debit.Lots && t.Credit.Lots:
		return refuse("a transfer between two accounts with lots goes through one without")
	case t.Debit.Lots:
		withLots, shrinks = &t.Debit, t.Debit.Side == Credit
	case t.Credit.Lots:
		withLots, shrinks = &t.Credit, t.Credit.Side == Debit
	}
	switch {
	case withLots == nil:
		if t.Lot != nil || t.LotID != 0 {
			return refuse("a lot needs an account with lots")
		}
	case t.Lot != nil && t.LotID != 0:
		return refuse("a lot is named once")
	case shrinks && t.Lot != nil:
		return refuse("what is taken out of lots is named by a lot's id, or earliest first")
	case shrinks && t.LotID == 0 && !isDay(t.Today):
		return refuse("taking out of lots needs today's date")
	case !shrinks && t.Lot == nil && t.LotID == 0:
		return refuse("giving to an account with lots needs the lot")
	case t.Lot != nil && !isDay(t.Lot.ExpiresOn):
		return refuse("a lot needs the day on which it expires")
	}
	return t.validateShortage()
}

func (t *Transfer) validateShortage() error {
	if t.Shortage == nil {
		return nil
	}
	if t.Action != Move || t.Mode != Fixed || !t.limitedSource() || t.Debit.Lots || t.Credit.Lots {
		return refuse("a shortage needs a fixed move out of something limited, without lots")
	}
	if t.Shortage.Code == t.Debit.Code || t.Shortage.Code == t.Credit.Code {
		return ErrAccount.New() // it would move from an account to itself
	}
	if t.Shortage.Code == "" || len(t.Shortage.Code) > maxCodeBytes || !isText(t.Shortage.Code) ||
		(t.Shortage.Side != Debit && t.Shortage.Side != Credit) || t.Shortage.Asset != t.Debit.Asset ||
		t.Shortage.Limited || t.Shortage.Lots {
		return ErrAccount.New()
	}
	return nil
}

// limitedSource says whether the transfer takes from a limited account: one that a debit or a credit makes smaller.
func (t *Transfer) limitedSource() bool {
	return t.Debit.Limited && t.Debit.Side == Credit || t.Credit.Limited && t.Credit.Side == Debit
}

func isDay(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}
