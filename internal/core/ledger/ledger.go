// Package ledger is the books: every balance that many could race for is an account here, moved only by postings. It
// commits Units, which are data: transfers, claims, expectations, and the rows and events that belong to them, all
// together or not at all. It knows accounts by a code and refuses to know what they mean.
//
// Nothing outside this package knows how Units are gathered into groups or how a group is written.
package ledger

import (
	"context"
	"time"

	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/journal"
)

// Side is the side on which an account grows.
type Side string

const (
	// Debit accounts grow by debits: things that are had, such as cash in a drawer or units on a shelf.
	Debit Side = "D"
	// Credit accounts grow by credits: things that are owed or earned, such as points, revenue or tax.
	Credit Side = "C"
)

// Account names an account. It is opened by its first transfer, and what it was opened as never changes.
type Account struct {
	// Code is unique within the organisation: kind and owners, such as "stock:2V5K:7Q". See Code.
	Code string
	// Asset is what is counted: a currency, POINT, or a variant's units.
	Asset string
	Side  Side
	// Limited accounts never go below zero: what is available is the balance less what is held.
	Limited bool
	// Lots says that the account is made of lots that expire; see Lot.
	Lots bool
}

// Amount says how a transfer's amount is decided.
type Amount string

const (
	// Fixed moves exactly Transfer.Amount, or the Unit is rejected.
	Fixed Amount = ""
	// UpTo moves what is available, at most Transfer.Amount; nothing when nothing is available.
	UpTo Amount = "up_to"
	// All moves all that is available.
	All Amount = "all"
)

// Action says what a transfer does.
type Action string

const (
	// Move moves now.
	Move Action = ""
	// Hold sets aside until it is posted, voided or expires at Transfer.Deadline.
	Hold Action = "hold"
	// PostHold moves what the hold set aside: Transfer.Amount of it (0: all), the rest returns.
	PostHold Action = "post_hold"
	// VoidHold returns what the hold set aside.
	VoidHold Action = "void_hold"
	// KeepHold gives the hold another deadline; the zero time means that only an outcome ends it, as when money that
	// depends on it has been asked for outside.
	KeepHold Action = "keep_hold"
)

// Lot is the part of an account that expires on one day and was funded and given by the same two. Lots are spent
// earliest first, and not at all after their day.
type Lot struct {
	// ExpiresOn is the last day on which it can be spent, as "2026-11-23" in the organisation's calendar.
	ExpiresOn string
	// Funder and Giver are ids of those who pay for it and who gave it; 0 when it does not matter.
	Funder, Giver int64
}

// Transfer moves an amount of one asset from a debit account to a credit account.
type Transfer struct {
	Action Action
	// Debit and Credit are left empty by PostHold, VoidHold and KeepHold.
	Debit, Credit Account
	Mode          Amount
	// Amount is in the asset's smallest unit, above zero for Fixed and UpTo.
	Amount int64
	// HoldID is made by the caller (database.DB.NewID) for Hold, and names the hold for PostHold and VoidHold.
	HoldID int64
	// Deadline is when a hold expires. The zero time: never, only an outcome ends it.
	Deadline time.Time
	// Lot is the lot that an account with lots receives into.
	Lot *Lot
	// LotID, when not 0, names the lot account that is given back to, or taken from regardless of order and expiry.
	LotID int64
	// Today is the day ("2026-11-23") that decides which lots have expired, for transfers out of an account with lots.
	Today string
	// Shortage, when set, gives what a Fixed Move lacks: it has already happened in the world. The engine then adds the
	// event "ledger.shortage".
	Shortage *Account
}

// Claim is what may happen once: a receipt number, a coupon, today's visit.
type Claim struct {
	Scope string
	Value string
}

// Expect is a row and the version at which it was read. The engine moves the version on by one; a row that has moved,
// or is gone, rejects the Unit with ErrMoved.
type Expect struct {
	Table   *Table
	ID      int64
	Version int64
}

// Insert is a row of a slice, written with the posting.
type Insert struct {
	Statement *database.Statement
	Args      []any
}

// Set changes a row that the Unit expects. Its statement must touch exactly one row.
type Set struct {
	Statement *database.Statement
	Args      []any
}

// Unit is what stands or falls together. It is data, so that many Units can share one commit.
type Unit struct {
	Org int64
	// Store is where it happens, for fairness between stores; 0 for nowhere.
	Store int64
	// Background Units wait for those that are not: imports, expiry runs, settlements. They keep a fifth of the rate that
	// they would have alone.
	Background bool
	// Key makes the Unit happen once: made by the caller, unique within the organisation, 1 to 120 bytes.
	Key string
	// Request is the canonical request that the key stands for. The same key with another request is a conflict.
	Request []byte
	// Posting is the posting's id, made by the caller (database.DB.NewID) so that its rows can name it.
	Posting int64
	// Kind says what it is for auditors: "sale", "refund", "stock.receive".
	Kind string
	// Subject is the id of what it creates or changes, returned when the key is replayed.
	Subject int64
	// Actor is the staff member who did it, 0 for the program.
	Actor int64

	Claims    []Claim
	Expects   []Expect
	Transfers []Transfer
	Inserts   []Insert
	Sets      []Set
	Events    []journal.Event
}

// Moved is one transfer as the engine decided it.
type Moved struct {
	// Request is the index in Unit.Transfers that led to it.
	Request int
	// DebitID and CreditID are the accounts' ids; LotID is the lot that was taken from or given to, else 0.
	DebitID, CreditID, LotID int64
	Asset                    string
	Amount                   int64
	Action                   Action
	// Short says that Unit.Transfers[Request].Shortage gave it.
	Short bool
}

// Outcome is what the engine decided.
type Outcome struct {
	Posting int64
	Subject int64
	At      time.Time
	// Replayed says that the key had been decided before: nothing was done now.
	Replayed bool
	Moved    []Moved
}

// The limits of one Unit.
const (
	MaxTransfers = 10_000
	MaxRows      = 20_000
	maxKeyBytes  = 120
)

// Errors by which the engine rejects a Unit. Rejections by ErrShort, ErrClaimed, ErrMoved and the hold errors are
// decisions: they are remembered under the key.
var (
	// ErrShort has the values "account" (its code) and "left" (what is available).
	ErrShort = fault.Define(fault.Conflict, "ledger.short",
		"남은 수량이나 잔액이 모자라요. 남은 것: {left}", "Not enough is left: {left}.")
	// ErrClaimed has the values "scope" and "value".
	ErrClaimed = fault.Define(fault.Conflict, "ledger.claimed",
		"이미 사용되었어요.", "This was already used.")
	ErrMoved = fault.Define(fault.Conflict, "ledger.moved",
		"그 사이에 다른 곳에서 바뀌었어요. 새로 불러온 뒤 다시 해 주세요.",
		"It was changed elsewhere in the meantime. Reload and try again.")
	ErrKeyConflict = fault.Define(fault.Conflict, "ledger.key_conflict",
		"같은 요청 번호로 다른 내용이 왔어요. 새 요청으로 다시 보내 주세요.",
		"This idempotency key was used for another request. Send a new one.")
	ErrDeadline = fault.Define(fault.Invalid, "ledger.deadline",
		"예약의 마감 시각이 이미 지났어요.", "A hold can't end before it begins.")
	ErrHoldEnded = fault.Define(fault.Conflict, "ledger.hold_ended",
		"예약이 이미 끝났어요. 처음부터 다시 해 주세요.", "This hold has ended. Start again.")
	ErrHoldUnknown = fault.Define(fault.Conflict, "ledger.hold_unknown",
		"예약을 찾을 수 없어요.", "There is no such hold.")
	ErrAmount = fault.Define(fault.Invalid, "ledger.amount",
		"금액이나 수량이 올바르지 않아요.", "The amount is not valid.")
	ErrOverflow = fault.Define(fault.Invalid, "ledger.overflow",
		"금액이나 수량이 너무 커요.", "The amount is too large.")
	ErrAssets = fault.Define(fault.Invalid, "ledger.assets",
		"서로 다른 것을 옮길 수는 없어요.", "A transfer moves one asset only.")
	ErrAccount = fault.Define(fault.Invalid, "ledger.account",
		"계정 정보가 올바르지 않아요.", "The account is not valid or was opened as something else.")
	ErrUnit = fault.Define(fault.Invalid, "ledger.unit",
		"요청이 올바르지 않아요.", "The unit is not valid: {reason}.")
	ErrTooLarge = fault.Define(fault.Invalid, "ledger.too_large",
		"한 번에 처리하기에는 너무 커요. 나누어 주세요.", "Too much for one posting. Split it.")
	ErrBusy = fault.Define(fault.Busy, "ledger.busy",
		"지금은 주문이 몰리고 있어요. 잠시 뒤 같은 요청을 다시 보내 주세요.",
		"Too many orders at this moment. Send the same request again shortly.")
)

// View is the snapshot in which a Decide function looks before it acts.
type View struct {
	// Tx is for reading only.
	Tx  *database.Tx
	Org int64
}

// Committer commits Units. *Ledger is the one there is; slices that post declare that they need it.
type Committer interface {
	// Commit commits one Unit and returns when it is durable. A rejection is a fault; see the errors of this package.
	Commit(ctx context.Context, unit Unit) (Outcome, error)
	// Decide runs the function in a snapshot and commits the Unit it makes; when something that the Unit expects has
	// moved meanwhile it is run again, at most five times. The function must not write and may run more than once. An
	// error of the function ends it. When org and key were decided before, the function is not run.
	Decide(ctx context.Context, org int64, key string, request []byte, decide func(View) (Unit, error)) (Outcome, error)
	// Lookup returns the outcome that was decided under a key, with found false when there is none. The error is the
	// remembered rejection, or ErrKeyConflict when the key stands for another request.
	Lookup(ctx context.Context, org int64, key string, request []byte) (outcome Outcome, found bool, err error)
}
