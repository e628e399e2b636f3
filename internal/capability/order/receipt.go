package order

import (
	"encoding/json"
	"time"

	"dangol/internal/ground/money"
)

// Receipt is a receipt that was issued (영수증). Its document is stored as it was handed out and never computed again.
type Receipt struct {
	ID, Order, Refund int64 // Refund is 0 for a sale's; that of an exchange has both
	Store, Device     int64
	Number            Number
	Document          Document
}

// ReceiptKind says what a receipt is for.
type ReceiptKind string

const (
	SaleReceipt     ReceiptKind = "sale"
	RefundReceipt   ReceiptKind = "refund"
	ExchangeReceipt ReceiptKind = "exchange"
)

// Document is everything that stands on a receipt, in one layout for screen, paper and JSON. Amounts are minor units of
// Currency; on a refund's receipt they are what was paid back, as positive numbers.
//
// For Korea it has what a receipt (영수증, 부가가치세법 제36조) must show by 시행령 제73조: the supplier's registration
// number, trade name and the name of the representative, the price with tax in it (공급대가) and the date (제7항); and,
// since a machine other than a cash register issues it, supply value (공급가액) and tax apart (제8항). See DocumentTotals
// for who is taken out of the latter. Exempt lines are marked one by one. That 제7항 and 제8항 ask for no more was not
// checked against the decree in force (unverified); address, telephone, 업태 and 종목 stand there by custom.
type Document struct {
	Number       string            `json:"number" doc:"Receipt number: register, generation, sequence" example:"AB12-1-000123"`
	Kind         ReceiptKind       `json:"kind" enum:"sale,refund,exchange"`
	CallNumber   string            `json:"call_number" doc:"Called out at the counter; empty on a refund"`
	IssuedAt     time.Time         `json:"issued_at"`
	BusinessDate string            `json:"business_date" format:"date"`
	Title        string            `json:"title"`
	Merchant     DocumentMerchant  `json:"merchant"`
	Store        DocumentStore     `json:"store"`
	Register     string            `json:"register" doc:"The till's name"`
	Cashier      string            `json:"cashier"`
	Service      Service           `json:"service,omitempty" enum:"eat_in,takeaway" doc:"매장 or 포장"`
	Practice     bool              `json:"practice,omitempty" doc:"연습: nothing was sold; such a receipt is kept nowhere"`
	ApprovedBy   string            `json:"approved_by,omitempty" doc:"Who allowed the discounts, when the cashier could not; not printed"`
	Lines        []DocumentLine    `json:"lines"`
	Totals       DocumentTotals    `json:"totals"`
	Tenders      []DocumentTender  `json:"tenders"`
	Change       int64             `json:"change"`
	Refunded     *DocumentOriginal `json:"refunded,omitempty" doc:"The receipt that this one refunds, whole or in part"`
	Returned     *DocumentReturn   `json:"returned,omitempty" doc:"Of an exchange: what came back; the rest of the receipt is what was sold"`
	Notes        []string          `json:"notes" doc:"Remarks in the language of the receipt"`
	Currency     money.Currency    `json:"currency"`
	TaxMode      string            `json:"tax_mode" enum:"inclusive,exclusive"`
	Language     string            `json:"language" enum:"ko,en" doc:"The language of title, names and notes"`
}

// DocumentMerchant is who sold, as the merchant was registered on that day.
type DocumentMerchant struct {
	Name               string `json:"name" doc:"상호"`
	RegistrationNumber string `json:"registration_number" doc:"사업자등록번호"`
	Representative     string `json:"representative" doc:"대표자"`
	Address            string `json:"address"`
	Phone              string `json:"phone"`
	BusinessType       string `json:"business_type" doc:"업태"`
	BusinessItem       string `json:"business_item" doc:"종목"`
	Taxation           string `json:"taxation" doc:"과세유형"`
}

// DocumentStore is where it was sold.
type DocumentStore struct {
	Name     string `json:"name"`
	Address  string `json:"address"`
	Phone    string `json:"phone"`
	TimeZone string `json:"time_zone"`
}

// DocumentLine is a line of the receipt.
type DocumentLine struct {
	Name      string             `json:"name"`
	NameEN    string             `json:"name_en,omitempty"`
	Variant   string             `json:"variant"`
	Options   []DocumentOption   `json:"options"`
	Quantity  int64              `json:"quantity"`
	Grams     int64              `json:"grams,omitempty" doc:"What the piece weighs that was sold by weight"`
	KiloPrice int64              `json:"kilo_price,omitempty" doc:"Of a kilogram of it, without options"`
	UnitPrice int64              `json:"unit_price" doc:"With options"`
	Amount    int64              `json:"amount" doc:"Unit price times quantity, before discounts"`
	Exempt    bool               `json:"exempt" doc:"면세"`
	Discounts []DocumentDiscount `json:"discounts"`
}

// DocumentOption is an option of a line. Amount is what it adds to one unit.
type DocumentOption struct {
	Name     string `json:"name"`
	NameEN   string `json:"name_en,omitempty"`
	Quantity int64  `json:"quantity"`
	Amount   int64  `json:"amount"`
}

// DocumentDiscount is what was taken off.
type DocumentDiscount struct {
	Name   string `json:"name"`
	Amount int64  `json:"amount"`
}

// DocumentTotals are the sums of the receipt. A simplified merchant's receipt has TaxIncluded (공급대가) and no tax apart
// (부가가치세법 시행령 제73조 제10항, unverified); an exempt merchant's has Exempt alone.
type DocumentTotals struct {
	Subtotal      int64              `json:"subtotal" doc:"Before discounts and added tax"`
	Discount      int64              `json:"discount"`
	Discounts     []DocumentDiscount `json:"discounts" doc:"Those of the order as a whole, which are part of discount"`
	TaxableSupply int64              `json:"taxable_supply" doc:"공급가액: the taxed part without its tax"`
	TaxIncluded   int64              `json:"tax_included" doc:"공급대가 of a simplified merchant: tax is in it and not shown apart"`
	Tax           int64              `json:"tax"`
	Taxes         []DocumentTax      `json:"taxes"`
	Exempt        int64              `json:"exempt" doc:"면세금액"`
	ZeroRated     int64              `json:"zero_rated" doc:"영세율금액"`
	Total         int64              `json:"total"`
}

// DocumentTax is one tax of the receipt.
type DocumentTax struct {
	Name    string `json:"name"`
	RatePPM int64  `json:"rate_ppm" doc:"Parts per million: 100000 is 10 %"`
	Amount  int64  `json:"amount"`
}

// DocumentTender is one way of paying. Amount is what was handed over, on a refund's receipt what went back.
type DocumentTender struct {
	Kind     TenderKind `json:"kind"`
	Name     string     `json:"name"`
	Amount   int64      `json:"amount"`
	InDrawer bool       `json:"in_drawer,omitempty" doc:"It went into the drawer or out of it"`
	Details  []string   `json:"details,omitempty" doc:"What stands below it: of a card's slip, of a cash receipt"`
}

// DocumentReturn is what came back in an exchange: as on a refund's receipt, in positive amounts. Carried and PaidBack come
// to Totals.Total together.
type DocumentReturn struct {
	Lines    []DocumentLine   `json:"lines"`
	Totals   DocumentTotals   `json:"totals"`
	Carried  []DocumentTender `json:"carried" doc:"What of it paid what was sold"`
	PaidBack []DocumentTender `json:"paid_back"`
}

// Net is what was paid on the receipt; of an exchange the difference, which is below zero when money went back.
func (d Document) Net() int64 {
	if d.Returned == nil {
		return d.Totals.Total
	}
	return d.Totals.Total - d.Returned.Totals.Total
}

// DocumentOriginal is the sale that a refund's receipt belongs to.
type DocumentOriginal struct {
	Number       string    `json:"number"`
	IssuedAt     time.Time `json:"issued_at"`
	BusinessDate string    `json:"business_date" format:"date"`
}

// decode reads a stored document. What an earlier version of the program did not know is empty.
func (d *Document) decode(text string) error {
	d.Totals.Discounts = []DocumentDiscount{}
	return json.Unmarshal([]byte(text), d)
}
