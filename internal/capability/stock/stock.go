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
	LocationID id.Kind = "loc"
	SlipID     id.Kind = "slp"
	TransferID id.Kind = "trf"
	CountID    id.Kind = "cnt"
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
	Waste      Kind = "waste"       // were thrown away
	Count      Kind = "count"       // differed from the book when they were counted
	Send       Kind = "send"        // left for another location or store
	Arrive     Kind = "arrive"      // came from another location or store, or back from the way there
	Allocate   Kind = "allocate"    // changed between the till's pool and the web's
)

// MaxQuantity is the largest number of units that one movement moves.
const MaxQuantity = 1_000_000_000

// Pool says who may sell units that lie in a location: what the till keeps, the online store can't take.
type Pool string

const (
	Till Pool = "till"
	Web  Pool = "web"
)

// pools are all pools, the till's first.
var pools = []Pool{Till, Web}

// Bin is where units lie: in one pool of a location. Location 0 is the sales floor, from which tills sell; every store
// has it from its first day, and nothing has to be written for it.
type Bin struct {
	Store, Location int64
	Pool            Pool
}

// floor is the bin from which the tills of a store sell.
func floor(store int64) Bin { return Bin{Store: store, Pool: Till} }

const (
	onHandPrefix  = "stock:"
	transitPrefix = "transit:"
)

func account(prefix string, store, variant int64, side ledger.Side) ledger.Account {
	named := variantID.Format(variant)
	return ledger.Account{Code: prefix + place.StoreID.Format(store) + ":" + named, Asset: "U:" + named, Side: side}
}

// Shelf is the account of the units of a variant that lie in a bin. It never falls below zero. The floor's till pool has
// no more in its code than store and variant: it is the account that a store had before it knew locations.
func Shelf(bin Bin, variant int64) ledger.Account {
	shelf := account(onHandPrefix, bin.Store, variant, ledger.Debit)
	shelf.Limited = true
	if bin.Location != 0 || bin.Pool == Web {
		shelf.Code += ":" + LocationID.Format(bin.Location) + ":" + string(bin.Pool)
	}
	return shelf
}

// OnHand is the account of the units that the tills of a store can sell. It never falls below zero.
func OnHand(store, variant int64) ledger.Account { return Shelf(floor(store), variant) }

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

// Wasted is the account of the units that a store threw away.
func Wasted(store, variant int64) ledger.Account {
	return account("wasted:", store, variant, ledger.Debit)
}

// Transit is the account of the units that are on their way to a store, or between its locations. It never falls below
// zero, so nothing arrives twice.
func Transit(to, variant int64) ledger.Account {
	way := account(transitPrefix, to, variant, ledger.Debit)
	way.Limited = true
	return way
}

// Missing is the account of the units that were sent to a store and did not arrive, less those that arrived unsent.
func Missing(to, variant int64) ledger.Account {
	return account("missing:", to, variant, ledger.Debit)
}

// ParseOnHand reads the store and variant out of the code of an OnHand account; ok is false for any other account.
func ParseOnHand(code string) (store, variant int64, ok bool) {
	bin, variant, ok := parseShelf(code)
	if !ok || bin != floor(bin.Store) {
		return 0, 0, false
	}
	return bin.Store, variant, true
}

// parseShelf reads the bin and variant out of the code of a Shelf account; ok is false for any other account.
func parseShelf(code string) (bin Bin, variant int64, ok bool) {
	rest, is := strings.CutPrefix(code, onHandPrefix)
	parts := strings.Split(rest, ":")
	if !is || len(parts) != 2 && len(parts) != 4 {
		return Bin{}, 0, false
	}
	var errStore, errVariant, errLocation error
	bin.Store, errStore = place.StoreID.Parse(parts[0])
	variant, errVariant = variantID.Parse(parts[1])
	bin.Pool = Till
	if len(parts) == 4 {
		bin.Pool = Pool(parts[3])
		if parts[2] != "" {
			bin.Location, errLocation = LocationID.Parse(parts[2])
		}
	}
	if errStore != nil || errVariant != nil || errLocation != nil || Shelf(bin, variant).Code != code {
		return Bin{}, 0, false
	}
	return bin, variant, true
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
	// ErrReason is for an adjustment or waste without a reason, or for one that is too long.
	ErrReason = fault.Define(fault.Invalid, "stock.reason",
		"사유를 1자에서 {max}자까지 적어 주세요.", "Give a reason of 1 to {max} characters.")
	// ErrKind is for a kind of slip that a person can't make.
	ErrKind = fault.Define(fault.Invalid, "stock.kind",
		"입고(receive), 조정(adjust), 폐기(waste), 배정(allocate) 중에서 골라 주세요.",
		"Choose receive, adjust, waste or allocate.")
	// ErrPool is for a pool that does not exist.
	ErrPool = fault.Define(fault.Invalid, "stock.pool",
		"매장 몫(till)과 온라인 몫(web) 중에서 골라 주세요.", "Choose till or web.")
	// ErrLines is for a document without lines, or with too many.
	ErrLines = fault.Define(fault.Invalid, "stock.lines",
		"품목을 1개에서 {max}개까지 넣어 주세요.", "Enter 1 to {max} lines.")
	// ErrSameVariant is for a variant that stands in two lines of one document.
	ErrSameVariant = fault.Define(fault.Invalid, "stock.same_variant",
		"같은 품목이 두 번 있어요. 한 줄로 합쳐 주세요.", "The same variant is there twice. Put it in one line.")
	// ErrCost is for a cost below zero or beyond what can be counted.
	ErrCost = fault.Define(fault.Invalid, "stock.cost",
		"매입가는 0원부터 적을 수 있어요.", "A cost can't be below zero.")
)

// Short gives an error of the ledger that says that a shelf lacks units the words of this package, and leaves all others
// as they are.
func Short(err error) error {
	found := fault.As(err)
	if found == nil || !ledger.ErrShort.Has(err) {
		return err
	}
	code, _ := found.Values["account"].(string)
	_, variant, is := parseShelf(code)
	if !is {
		return err
	}
	return ErrShort.New(fault.Values{"variant_id": variantID.Format(variant), "left": found.Values["left"]}).Because(err)
}

// Moved is one movement of a variant's units in a bin. Quantity is what the bin gains, below zero for what it loses.
type Moved struct {
	ID      int64
	Store   int64
	Variant int64
	// Location is 0 for the sales floor, Pool empty for the till's.
	Location int64
	Pool     Pool
	Kind     Kind
	Quantity int64
	Reason   string
	Posting  int64
	// Subject is what it belongs to: an order, a refund, an import, a slip, a transfer, a count; 0 for none.
	Subject int64
	// Actor is the staff member who did it, 0 for the program.
	Actor int64
}

// FormatSubject writes the id of what a posting of this package was about, by the posting's kind.
func FormatSubject(posting string, subject int64) string {
	switch strings.TrimPrefix(posting, "stock.") {
	case string(Send), string(Arrive):
		return TransferID.Format(subject)
	case string(Count):
		return CountID.Format(subject)
	case string(Import), string(ImportUndo):
		return id.Kind("imp").Format(subject)
	}
	return SlipID.Format(subject)
}

var insertMovement = database.Register("stock.insert_movement", `
	INSERT INTO stock_movement (org_id, id, store_id, variant_id, at, kind, quantity, reason, posting_id, subject_id, actor_id,
		location_id, pool)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`)

// Movement is the row of a movement, written with its posting. At is in microseconds.
func Movement(org, at int64, m Moved) ledger.Insert {
	if m.Pool == "" {
		m.Pool = Till
	}
	return ledger.Insert{Statement: insertMovement, Args: []any{
		org, m.ID, m.Store, m.Variant, at, string(m.Kind), m.Quantity, m.Reason, m.Posting, m.Subject, m.Actor, m.Location,
		string(m.Pool),
	}}
}
