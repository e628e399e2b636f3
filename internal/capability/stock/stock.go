// Package stock counts units: how many of a variant lie in a store, and what moved them. A count is an account of the
// ledger that can't fall below zero; each movement is a row that is written with its posting, so that the two prove each
// other. It knows variants by their ids only, and not at all what they are or what they cost.
package stock

import (
	"strings"

	"dangol/internal/core/ledger"
	"dangol/internal/core/place"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
)

// What the ids of this package begin with. Variants are the catalogue's.
const (
	MovementID id.Kind = "mov"
	variantID  id.Kind = "var"
)

// Kind says why units moved.
type Kind string

const (
	Receive    Kind = "receive"     // came from a supplier
	Adjust     Kind = "adjust"      // were found, lost, broken or counted again
	Sale       Kind = "sale"        // left with an order
	Return     Kind = "return"      // came back with a refund
	Import     Kind = "import"      // were there when a catalogue was imported
	ImportUndo Kind = "import_undo" // went when that import was undone
)

// MaxQuantity is the largest number of units that one movement moves.
const MaxQuantity = 1_000_000_000

const onHandPrefix = "stock:"

func account(prefix string, store, variant int64, side ledger.Side) ledger.Account {
	named := variantID.Format(variant)
	return ledger.Account{Code: prefix + place.StoreID.Format(store) + ":" + named, Asset: "U:" + named, Side: side}
}

// OnHand is the account of the units that lie in a store. It never falls below zero.
func OnHand(store, variant int64) ledger.Account {
	shelf := account(onHandPrefix, store, variant, ledger.Debit)
	shelf.Limited = true
	return shelf
}

// Sold is the account of the units that were sold from a store, less those that came back.
func Sold(store, variant int64) ledger.Account { return account("sold:", store, variant, ledger.Debit) }

// Received is the account of the units that a store got from outside.
func Received(store, variant int64) ledger.Account {
	return account("received:", store, variant, ledger.Credit)
}

// Adjusted is the account of the units that were found, less those that were lost.
func Adjusted(store, variant int64) ledger.Account {
	return account("adjusted:", store, variant, ledger.Credit)
}

// ParseOnHand reads the store and variant out of the code of an OnHand account; ok is false for any other account.
func ParseOnHand(code string) (store, variant int64, ok bool) {
	rest, is := strings.CutPrefix(code, onHandPrefix)
	first, second, cut := strings.Cut(rest, ":")
	if !is || !cut {
		return 0, 0, false
	}
	store, err := place.StoreID.Parse(first)
	if err != nil {
		return 0, 0, false
	}
	if variant, err = variantID.Parse(second); err != nil {
		return 0, 0, false
	}
	return store, variant, true
}

// Leave moves units of a tracked variant off the shelf because they are sold.
func Leave(store, variant, quantity int64) ledger.Transfer {
	return ledger.Transfer{Debit: Sold(store, variant), Credit: OnHand(store, variant), Amount: quantity}
}

// PutBack moves units of a tracked variant back onto the shelf because they are returned.
func PutBack(store, variant, quantity int64) ledger.Transfer {
	return ledger.Transfer{Debit: OnHand(store, variant), Credit: Sold(store, variant), Amount: quantity}
}

var (
	// ErrShort is for more units than there are. Its values are "variant_id" and "left".
	ErrShort = fault.Define(fault.Conflict, "stock.short",
		"재고가 {left}개뿐이에요. 수량을 줄여 주세요.", "Only {left} are in stock. Lower the quantity.")
	// ErrUntracked is for a movement of a variant whose units are not counted.
	ErrUntracked = fault.Define(fault.Conflict, "stock.untracked",
		"재고를 관리하지 않는 품목이에요. 상품에서 재고관리를 켠 뒤 다시 해 주세요.",
		"The units of this variant aren't counted. Turn on tracking in the product, then try again.")
	// ErrQuantity has the values "min" and "max".
	ErrQuantity = fault.Define(fault.Invalid, "stock.quantity",
		"수량은 0이 아닌 {min}부터 {max}까지의 숫자로 적어 주세요.", "Enter a quantity from {min} to {max}, but not 0.")
	// ErrReason is for an adjustment without a reason, or one that is too long.
	ErrReason = fault.Define(fault.Invalid, "stock.reason",
		"사유를 1자에서 {max}자까지 적어 주세요.", "Give a reason of 1 to {max} characters.")
	// ErrKind is for a kind of movement that a person can't make.
	ErrKind = fault.Define(fault.Invalid, "stock.kind",
		"입고(receive)나 조정(adjust) 중에서 골라 주세요.", "Choose receive or adjust.")
)

// Short gives an error of the ledger that says that a shelf lacks units the words of this package, and leaves all others
// as they are.
func Short(err error) error {
	found := fault.As(err)
	if found == nil || !ledger.ErrShort.Has(err) {
		return err
	}
	code, _ := found.Values["account"].(string)
	_, variant, is := ParseOnHand(code)
	if !is {
		return err
	}
	return ErrShort.New(fault.Values{"variant_id": variantID.Format(variant), "left": found.Values["left"]}).Because(err)
}

// Moved is one movement of a variant's units in a store. Quantity is what the shelf gains, below zero for what it loses.
type Moved struct {
	ID       int64
	Store    int64
	Variant  int64
	Kind     Kind
	Quantity int64
	Reason   string
	Posting  int64
	// Subject is what it belongs to: an order, a refund, an import; 0 for none.
	Subject int64
	// Actor is the staff member who did it, 0 for the program.
	Actor int64
}

var insertMovement = database.Register("stock.insert_movement", `
	INSERT INTO stock_movement (org_id, id, store_id, variant_id, at, kind, quantity, reason, posting_id, subject_id, actor_id)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`)

// Movement is the row of a movement, written with its posting. At is in microseconds.
func Movement(org, at int64, m Moved) ledger.Insert {
	return ledger.Insert{Statement: insertMovement, Args: []any{
		org, m.ID, m.Store, m.Variant, at, string(m.Kind), m.Quantity, m.Reason, m.Posting, m.Subject, m.Actor,
	}}
}
