// Package pricing says what an order costs: lines with options, discounts, rounding and tax; what a refund of some of its
// units gives back; and whether the tenders cover it. It is arithmetic alone: no database, no clock, no I/O. The same input
// gives the same output, and everything that a receipt prints is in the output, so that nothing is computed twice. It does
// not know which options a product allows, who may give a discount, or where a price comes from.
//
// All amounts are minor units of one currency (see money), rates and percentages are parts per million (100 000 is 10 %).
//
// The rules apply in this order:
//
//  1. unit price and the options' price deltas, times the quantity, is the line's gross; of what is weighed, the unit is
//     the piece that was weighed, at the price of a kilogram;
//  2. the line's discounts, each on what the one before left;
//  3. if one of them was a percentage, or the line was weighed, what is left is rounded to the store's step: the remainder
//     is a named discount (끝전 할인), and a weighed piece never costs more than its weight says;
//  4. the order's discounts, each on what is left of the sum of the lines, shared among the lines by what each still costs;
//  5. if one of them was a percentage, the order's sum is rounded to the step, shared likewise;
//  6. tax, once for the order, shared among the lines.
//
// Shares go by largest remainder, first among the tax classes and then among the lines of each, so that the order in which
// lines were added never changes a total.
package pricing

import (
	"dangol/internal/ground/fault"
	"dangol/internal/ground/lang"
	"dangol/internal/ground/money"
)

// Limits of one request. They keep the work bounded and are far above what a shop needs.
const (
	MaxLines     = 500
	MaxQuantity  = 99_999 // of one line
	MaxGrams     = 99_999 // of one weighed piece
	MaxOptions   = 50     // of one line
	MaxDiscounts = 20     // of one line, and of the order
	MaxTaxes     = 10     // of a store
	MaxTenders   = 50     // of one payment
)

// million is the whole, in parts per million.
const million = 1_000_000

// TaxMode says whether prices contain the tax.
type TaxMode string

const (
	// Inclusive is Korea: prices contain 10 % value added tax, and the receipt takes it out again.
	Inclusive TaxMode = "inclusive"
	// Exclusive is the United States: each jurisdiction's tax is added to the prices.
	Exclusive TaxMode = "exclusive"
)

// Taxation is the kind of Korean merchant (과세유형), which decides what a receipt shows. It is read in Inclusive mode only.
type Taxation string

const (
	// General is 일반과세자: supply value and tax stand apart (부가가치세법 시행령 제73조제8항).
	General Taxation = "general"
	// Simplified is 간이과세자 in a period in which only receipts may be issued (부가가치세법 제36조의2: below 48 million won
	// a year, or new). The receipt shows the price with tax in it (공급대가, 시행령 제73조제7항제2호) and no tax apart, because
	// 제73조제10항 takes these merchants out of 제8항.
	Simplified Taxation = "simplified"
	// SimplifiedInvoicing is 간이과세자 that has to issue tax invoices (세금계산서 발급 간이과세자): 제73조제10항 does not
	// cover it, so its receipts show supply value and tax apart as General's do.
	SimplifiedInvoicing Taxation = "simplified_invoicing"
	// Exempt is 면세사업자: whatever it sells is exempt, without tax (부가가치세법 제26조).
	Exempt Taxation = "exempt"
)

// TaxClass is how a product is taxed. A store in Exclusive mode may have classes of its own beside these, which its taxes
// name.
type TaxClass string

const (
	Standard   TaxClass = "standard" // 과세
	ExemptItem TaxClass = "exempt"   // 면세 (부가가치세법 제26조), or exempt from every tax that is added
	ZeroRated  TaxClass = "zero"     // 영세율 (부가가치세법 제21조–제24조)
)

// Tax is one jurisdiction's tax that is added to prices: a state's 6.25 %, a city's 2 %.
type Tax struct {
	Key     string // stable, unique within the store
	Name    lang.Text
	RatePPM int64      // 0 to 1 000 000
	Classes []TaxClass // what it is charged on; none means Standard
}

// Policy is what a store has decided about prices and tax.
type Policy struct {
	RoundingStep int64          // minor units; 0 means 10 for KRW and 1 for other currencies
	Rounding     money.Rounding // "" means money.Down
	Mode         TaxMode
	Taxation     Taxation // Inclusive only
	Taxes        []Tax    // Exclusive only, in the order of the receipt
}

// Request is an order to be priced.
type Request struct {
	Currency  money.Currency
	Policy    Policy
	Lines     []Line
	Discounts []Discount // on the order as a whole
}

// Line is one thing that was ordered: so many units, or one piece that was weighed.
type Line struct {
	Key       string // unique within the order; refunds name it
	Name      string
	Variant   string
	UnitPrice int64 // of one unit, of a weighed piece of a kilogram; without options
	Quantity  int64 // 1 for a weighed piece
	Grams     int64 // what a weighed piece weighs; 0 for what is not weighed
	Options   []Option
	TaxClass  TaxClass
	Discounts []Discount
}

// Option is a choice that was made for each unit of a line. Its delta may be negative (without cheese), as long as the unit
// costs nothing less than zero.
type Option struct {
	Group      string // the option group's name
	Key        string
	Name       string
	PriceDelta int64
	Quantity   int64 // per unit of the line: two extra shots
}

// Discount is taken off at the sale (매출에누리), so it is no part of the tax base: 부가가치세법 제29조제5항제1호 (unverified). It
// takes off a percentage or an amount: exactly one of the two is set, and positive. An amount on a line is for the
// whole line, not per unit. A percentage comes to whole minor units, a half rounded up.
type Discount struct {
	Key        string // what gave it: a campaign, a button of the till
	Name       lang.Text
	PercentPPM int64 // 100 000 is 10 %
	Amount     int64
}

// Quoted is the priced order.
type Quoted struct {
	Currency  money.Currency
	Mode      TaxMode
	Taxation  Taxation
	Lines     []QuotedLine    // in the order of the request
	Discounts []DiscountShare // the order's own discounts and its rounding, whole; each line has its share
	Amounts                   // the sums of the lines
}

// QuotedLine is a priced line.
type QuotedLine struct {
	Line                           // as requested
	TaxedAs        TaxClass        // the class that counted: an Exempt merchant's lines are all exempt
	UnitWithOption int64           // unit price (of a weighed piece, what it comes to) and option deltas
	Shares         []DiscountShare // everything that was taken off, in the order of the rules
	Amounts
}

// DiscountKind says which rule a discount comes from.
type DiscountKind string

const (
	LineDiscount  DiscountKind = "line"
	LineRounding  DiscountKind = "line_rounding" // 끝전 of a line
	OrderDiscount DiscountKind = "order"
	OrderRounding DiscountKind = "order_rounding" // 끝전 of the order's sum
)

// DiscountShare is a discount, or a line's share of one. Amount is what it takes off; a rounding that goes up is negative.
type DiscountShare struct {
	Kind       DiscountKind
	Key        string
	Name       lang.Text
	PercentPPM int64
	Amount     int64
}

// Amounts is what a line, an order or a refund comes to. Always:
//
//	Gross − Discount = Net
//	Supply + TaxIncluded + Exempt + ZeroRated + Tax = Total
//	Total = Net when prices contain the tax, Net + Tax when it is added
//
// and a line has at most one of Supply, TaxIncluded, Exempt and ZeroRated.
type Amounts struct {
	Gross       int64
	Discount    int64       // line and order discounts and rounding
	Net         int64       // what is asked for before tax is added
	Supply      int64       // 공급가액: the taxed part without its tax
	TaxIncluded int64       // 공급대가 of a Simplified merchant: the taxed part with tax in it, not shown apart
	Exempt      int64       // 면세금액
	ZeroRated   int64       // 영세율 금액
	Taxes       []TaxAmount // those that were charged, in the store's order
	Tax         int64       // their sum; 부가세 in Korea
	Total       int64       // what is to be paid
}

// TaxAmount is one tax as it stands on the receipt.
type TaxAmount struct {
	Key     string
	Name    lang.Text
	RatePPM int64
	Base    int64 // what it was charged on, without tax
	Amount  int64
}

var (
	// Empty is the error for a order or a refund without lines.
	Empty = fault.Define(fault.Invalid, "pricing.empty",
		"고른 상품이 없어요. 상품을 먼저 골라 주세요.", "Nothing is chosen. Choose a product first.")
	// TooMany is the error for a list over its limit.
	TooMany = fault.Define(fault.Invalid, "pricing.too_many",
		"한 번에 {max}개까지 할 수 있어요. 나눠서 진행해 주세요.", "At most {max} fit at once. Split it up.")
	// OutOfRange is the error for a number outside its limits.
	OutOfRange = fault.Define(fault.Invalid, "pricing.out_of_range",
		"{min}부터 {max} 사이의 값을 입력해 주세요.", "Enter a value between {min} and {max}.")
	// NegativePrice is the error for options that take a unit's price below zero.
	NegativePrice = fault.Define(fault.Invalid, "pricing.negative_price",
		"옵션을 더한 금액이 0원보다 작아요. 옵션을 다시 골라 주세요.", "With its options the price is below zero. Choose other options.")
	// DiscountForm is the error for a discount that is neither a percentage nor an amount, or both.
	DiscountForm = fault.Define(fault.Invalid, "pricing.discount_form",
		"할인율과 할인 금액 중 하나만 0보다 크게 입력해 주세요.", "Enter either a percentage or an amount, above zero.")
	// DiscountTooLarge is the error for a discount above what is left to pay.
	DiscountTooLarge = fault.Define(fault.Invalid, "pricing.discount_too_large",
		"할인은 남은 금액 {leftKO}까지 할 수 있어요. 금액을 줄여 주세요.", "A discount can be at most the {leftEN} that is left. Enter less.")
	// UnknownTaxClass is the error for a tax class that the store doesn't have.
	UnknownTaxClass = fault.Define(fault.Invalid, "pricing.unknown_tax_class",
		"이 매장에 없는 과세 구분이에요. 상품의 과세 구분을 확인해 주세요.", "The store has no such tax class. Check the product's tax class.")
	// LineTwice is the error for a line key that is empty or stands twice.
	LineTwice = fault.Define(fault.Invalid, "pricing.line_twice",
		"같은 항목이 두 번 있어요. 한 번만 넣어 주세요.", "The same line is named twice. Name it once.")
)
