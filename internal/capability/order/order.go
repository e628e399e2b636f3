// Package order keeps what was sold: orders with their lines, tenders and refunds, and the receipts that were issued for
// them, exactly as they were issued. It makes the rows that a sale or refund writes, reads them back, and knows which
// state an order may move to. It does not decide what anything costs, what leaves the shelf or where money goes: the
// checkout does, and hands it the result.
package order

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"dangol/internal/core/ledger"
	"dangol/internal/core/pricing"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
	"dangol/internal/ground/lang"
	"dangol/internal/ground/money"
)

// The ids of this package as people see them.
const (
	IDs        id.Kind = "ord"
	LineIDs    id.Kind = "lin"
	RefundIDs  id.Kind = "ref"
	ReceiptIDs id.Kind = "rcp"
)

// Table is the orders as Units expect them.
var Table = ledger.Versioned("orders")

// Status is the state of an order.
type Status string

const (
	New            Status = ""                // not written yet
	Paid           Status = "paid"            // 결제 완료
	PartlyRefunded Status = "partly_refunded" // 일부 환불
	Refunded       Status = "refunded"        // 전부 환불
)

// Service is how a customer takes what was ordered.
type Service string

const (
	Unasked  Service = ""         // the till did not ask
	EatIn    Service = "eat_in"   // 매장
	Takeaway Service = "takeaway" // 포장
)

// Action is what happens to an order.
type Action string

const (
	Pay        Action = "pay"
	RefundPart Action = "refund_part" // something is left to refund afterwards
	RefundRest Action = "refund_rest" // nothing is
)

// transition is one row of the state machine.
type transition struct {
	From   Status
	Action Action
	To     Status
}

// transitions are all that can happen to an order; anything else is refused with ErrStatus.
var transitions = []transition{
	{New, Pay, Paid},
	{Paid, RefundPart, PartlyRefunded},
	{Paid, RefundRest, Refunded},
	{PartlyRefunded, RefundPart, PartlyRefunded},
	{PartlyRefunded, RefundRest, Refunded},
}

// ErrStatus is the error for an action that the order's state does not allow. Its value "status" is that state.
var ErrStatus = fault.Define(fault.Conflict, "order.status",
	"지금 상태의 주문에는 할 수 없어요. 주문을 새로 불러와 주세요.",
	"The order's state does not allow this. Reload the order.")

// After is the state that an action leads to, or ErrStatus.
func (s Status) After(action Action) (Status, error) {
	for _, row := range transitions {
		if row.From == s && row.Action == action {
			return row.To, nil
		}
	}
	return s, ErrStatus.New(fault.Values{"status": string(s)})
}

// StatePage prints the state machine for docs/order-states.md.
func StatePage() string {
	var page strings.Builder
	page.WriteString("# The states of an order\n\nPrinted from `internal/capability/order/order.go`: change it there, then run " +
		"`go test ./internal/capability/order -update`.\n\n| state | what happens | becomes |\n| --- | --- | --- |\n")
	for _, row := range transitions {
		from := string(row.From)
		if row.From == New {
			from = "(not written yet)"
		}
		fmt.Fprintf(&page, "| %s | %s | %s |\n", from, row.Action, row.To)
	}
	return page.String()
}

// Number is a receipt number (영수증 번호): the register's code, its generation, which each pairing starts, and a sequence
// that only goes up. Gaps are possible, two receipts with one number are not.
type Number struct {
	Register   string
	Generation int64
	Sequence   int64
}

// String writes the number as it stands on the receipt: AB12-1-000123.
func (n Number) String() string {
	return fmt.Sprintf("%s-%d-%06d", n.Register, n.Generation, n.Sequence)
}

// Claim is what makes the number unique.
func (n Number) Claim() ledger.Claim {
	return ledger.Claim{Scope: ClaimScope, Value: n.String()}
}

// ClaimScope is the scope of the claims on receipt numbers.
const ClaimScope = "receipt"

var numberForm = regexp.MustCompile(`^([A-Z0-9]{1,12})-([1-9][0-9]{0,8})-([0-9]{6,15})$`)

// ParseNumber reads what String wrote, in upper or lower case. The error for anything else is id.Unknown: such a receipt
// does not exist.
func ParseNumber(text string) (Number, error) {
	parts := numberForm.FindStringSubmatch(strings.ToUpper(strings.TrimSpace(text)))
	if parts == nil {
		return Number{}, id.Unknown.New()
	}
	generation, errGeneration := strconv.ParseInt(parts[2], 10, 64)
	sequence, errSequence := strconv.ParseInt(parts[3], 10, 64)
	if errGeneration != nil || errSequence != nil || sequence == 0 {
		return Number{}, id.Unknown.New()
	}
	return Number{Register: parts[1], Generation: generation, Sequence: sequence}, nil
}

// Order is what was sold at once, to one customer. Amounts are in minor units of its currency.
type Order struct {
	ID, Version       int64
	Status            Status
	Store, Merchant   int64
	Device, Staff     int64 // which till, and who sold
	Posting           int64
	BusinessDate      string // "2026-11-23", of the store
	Currency          money.Currency
	TaxMode           pricing.TaxMode
	Taxation          pricing.Taxation
	Amounts           pricing.Amounts
	Refunded          int64 // the sum of its refunds' totals
	Change            int64
	CallNumber        int64 // what is called out at the counter
	Number            Number
	Service           Service
	ApprovedBy        int64 // who allowed its discounts, 0 when who sold could
	ExchangeOf        int64 // the order of which it took back units in exchange (교환), 0 for any other order
	SoldAt, CreatedAt time.Time
	Lines             []Line
	Tenders           []Tender
	Refunds           []Refund
	Slips             []CardSlip    // of tenders and refunds
	CashReceipts      []CashReceipt // the one that was asked for, and what refunds cancelled of it
}

// Call is the number that is called out at the counter, as people read it.
func (o Order) Call() string { return strconv.FormatInt(o.CallNumber, 10) }

// Line is one thing that was sold, as it was called and priced at that moment.
type Line struct {
	ID, Position      int64 // positions count from 1
	Product, Variant  int64
	Name, NameEN      string
	VariantName       string
	SKU               string
	Tracked           bool // units left the shelf with the sale
	Quantity          int64
	Grams             int64 // what the piece weighs that was sold by weight; 0 for any other line
	ListPrice         int64 // of one unit, of a weighed piece of a kilogram; without options
	UnitPrice         int64 // of one unit, with options
	TaxClass, TaxedAs pricing.TaxClass
	Amounts           pricing.Amounts
	Options           []Option
	Discounts         []pricing.DiscountShare
	Parts             []Part
	AddedBy, AddedOn  int64 // staff and device
	AddedAt           time.Time
	// Returned is how many units were refunded: the sum over the refunds' lines.
	Returned int64
}

// Left is how many units can still be refunded.
func (l Line) Left() int64 { return l.Quantity - l.Returned }

// Option is a choice made for each unit of a line.
type Option struct {
	ID           int64
	Group        string
	Name, NameEN string
	PriceDelta   int64
	Quantity     int64 // per unit of the line
}

// Part is what one unit of a line took from stock beside itself, as its recipe said and the part was called at that
// moment.
type Part struct {
	Variant      int64
	Name, NameEN string
	Quantity     int64 // units of the part for one unit of the line
}

// Tender is one way in which an order was paid. What the customer handed over is Applied and Change together; change is
// cash from the drawer, whatever was handed over.
type Tender struct {
	Position int64
	Means
	Applied int64
	Change  int64
	// CashReceipt says that what was paid with it counts for a cash receipt.
	CashReceipt bool
	// CarriedFrom is the position of the refund's tender of which an exchange took it over: nobody handed it over. 0 for any
	// other tender.
	CarriedFrom int64
}

// Means is what was paid with, as it was called and where it went at that moment.
type Means struct {
	Definition   int64 // the organisation's tender
	Kind         TenderKind
	Name, NameEN string
	InDrawer     bool // it lies in the till's drawer
}

// In is the name in a language.
func (m Means) In(language lang.Tag) string {
	if language == lang.English && m.NameEN != "" {
		return m.NameEN
	}
	return m.Name
}

// TenderKind says how the money of a tender (결제수단) moves.
type TenderKind string

const (
	Cash  TenderKind = "cash"  // 현금
	Card  TenderKind = "card"  // 카드
	Other TenderKind = "other" // what else the organisation takes
)

// Refund is money that was paid back for units of an order.
type Refund struct {
	ID, Order    int64
	Store        int64
	Device       int64
	Staff        int64
	Posting      int64
	BusinessDate string
	Restock      bool // the units went back on the shelf
	Reason       string
	Amounts      pricing.Amounts
	Number       Number
	RefundedAt   time.Time
	Exchange     int64 // the order that was sold in exchange, 0 for any other refund
	Lines        []RefundLine
	Tenders      []RefundTender
}

// RefundLine is how many units of a line were refunded, and what they gave back.
type RefundLine struct {
	Position int64
	Line     int64 // the position of the order's line
	Quantity int64
	Amounts  pricing.Amounts
}

// RefundTender is what went back by one of the order's tenders.
type RefundTender struct {
	Position int64
	Tender   int64 // the position of the order's tender
	Means
	Amount  int64
	Carried int64 // the part of Amount that pays the order in exchange: nobody is paid it back
}

// PaidBack is what the customer gets back by it.
func (t RefundTender) PaidBack() int64 { return t.Amount - t.Carried }

// Handed are the tenders that were handed over: those that an exchange took over come before them.
func (o Order) Handed() []Tender {
	handed := o.Tenders
	for len(handed) > 0 && handed[0].CarriedFrom != 0 {
		handed = handed[1:]
	}
	return handed
}

// RefundFor is the refund that an order was sold in exchange for; the zero Refund when there is none.
func (o Order) RefundFor(exchange int64) Refund {
	for _, refund := range o.Refunds {
		if refund.Exchange == exchange {
			return refund
		}
	}
	return Refund{}
}

// LineAt is the line at a position; the zero Line when there is none.
func (o Order) LineAt(position int64) Line {
	for _, line := range o.Lines {
		if line.Position == position {
			return line
		}
	}
	return Line{}
}

// Discounts are the order's own, each whole, in the order in which they were taken off: the sums of the lines' shares.
func (o Order) Discounts() []pricing.DiscountShare {
	var whole []pricing.DiscountShare
	for _, line := range o.Lines {
		for _, share := range line.Discounts {
			if ofOrder(share) {
				whole = addShare(whole, share)
			}
		}
	}
	return whole
}

func ofOrder(share pricing.DiscountShare) bool {
	return share.Kind == pricing.OrderDiscount || share.Kind == pricing.OrderRounding
}

// addShare adds a line's share to the discount that it is a share of.
func addShare(whole []pricing.DiscountShare, share pricing.DiscountShare) []pricing.DiscountShare {
	for i := range whole {
		one := whole[i]
		one.Amount = share.Amount
		if one == share {
			whole[i].Amount += share.Amount
			return whole
		}
	}
	return append(whole, share)
}

// OwnDiscounts are those of the line alone.
func (l Line) OwnDiscounts() []pricing.DiscountShare {
	return slices.DeleteFunc(slices.Clone(l.Discounts), ofOrder)
}

// TenderAt is the tender at a position; the zero Tender when there is none.
func (o Order) TenderAt(position int64) Tender {
	for _, tender := range o.Tenders {
		if tender.Position == position {
			return tender
		}
	}
	return Tender{}
}

// Sold is the order as pricing.Refund wants it: each line under its id, with what was refunded of it before.
func (o Order) Sold() []pricing.SoldLine {
	sold := make([]pricing.SoldLine, len(o.Lines))
	for i, line := range o.Lines {
		sold[i] = pricing.SoldLine{
			Key: LineIDs.Format(line.ID), Quantity: line.Quantity, Refunded: line.Returned, Amounts: line.Amounts,
		}
	}
	return sold
}

// Left is what can still be paid back by each tender, in the order of the tenders.
func (o Order) Left() []RefundTender {
	left := make([]RefundTender, len(o.Tenders))
	for i, tender := range o.Tenders {
		left[i] = RefundTender{Tender: tender.Position, Means: tender.Means, Amount: tender.Applied}
		for _, refund := range o.Refunds {
			for _, paid := range refund.Tenders {
				if paid.Tender == tender.Position {
					left[i].Amount -= paid.Amount
				}
			}
		}
	}
	return left
}
