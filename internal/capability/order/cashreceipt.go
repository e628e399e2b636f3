package order

import (
	"regexp"
	"strings"
	"time"

	"dangol/internal/core/ledger"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
	"dangol/internal/ground/money"
)

// CashReceiptIDs is the prefix of cash receipts' ids.
const CashReceiptIDs id.Kind = "crc"

// CashReceipt is a cash receipt (현금영수증) that is to be issued for an order, or its cancellation by a refund. It is a
// record: nothing is sent to the tax service.
type CashReceipt struct {
	ID, Posting   int64
	Order, Refund int64 // Refund is 0 unless it cancels
	CashReceiptTerms
	Amount     int64 // with its tax
	Tax        int64
	Staff      int64
	RecordedAt time.Time
}

// CashReceiptTerms say for whom and what for.
type CashReceiptTerms struct {
	Purpose Purpose `json:"purpose"`
	Number  string  `json:"number,omitempty"` // digits of a phone, of a business registration, or of a card
}

// Purpose is what a cash receipt is for. The tax service's forms know the first two (용도구분: 0 소득공제용, 1 지출증빙용, as
// described for its interface at glama.ai, "hometax cash receipt issue individual").
type Purpose string

const (
	Deduction Purpose = "deduction" // 소득공제: by phone or card
	Expense   Purpose = "expense"   // 지출증빙: by business registration, phone or card
	Self      Purpose = "self"      // 자진발급: the customer gave no number
)

// SelfNumber is the number under which a receipt is issued when the customer gave none: 010-000-1234, which the tax
// service has designated for it (unverified: known from common practice, no publication was read).
const SelfNumber = "0100001234"

// DutyFrom is the amount in won from which a merchant of a line of business that must issue does so unasked: 10만원 for one
// deal, tax included, whatever the customer asks for (국세청, as reported on 2025-12-19 at m.newspic.kr/summary.html?
// nid=2025121912153681392; 소득세법 제162조의3제4항, which was not read: unverified). That the deal's whole amount counts, and
// not its cash alone, is unverified too.
const DutyFrom = 100_000

var (
	// ErrCashReceiptNumber is for a number that can't stand on a cash receipt.
	ErrCashReceiptNumber = fault.Define(fault.Invalid, "order.cash_receipt_number",
		"휴대폰, 사업자등록번호 또는 현금영수증 카드 번호를 다시 확인해 주세요.",
		"Check the number of the phone, the business or the card again.")
	// ErrCashReceiptNone is for an order of which nothing counts for a cash receipt.
	ErrCashReceiptNone = fault.Define(fault.Conflict, "order.cash_receipt_none",
		"현금영수증 대상 금액이 없어요. 카드나 상품권으로 낸 금액은 발급하지 않아요.",
		"Nothing counts for a cash receipt. What was paid by card or voucher does not.")
	// ErrCashReceiptTwice is for a second cash receipt of one order.
	ErrCashReceiptTwice = fault.Define(fault.Conflict, "order.cash_receipt_twice",
		"이 주문에는 이미 현금영수증이 있어요.", "This order has a cash receipt already.")
)

var (
	phoneForm    = regexp.MustCompile(`^01[016789][0-9]{7,8}$`)
	businessForm = regexp.MustCompile(`^[0-9]{10}$`)
	// cardForm is that of cards that are registered for cash receipts: 13 to 19 digits (support.slim153.com/money, after
	// 국세청고시 제2004-6호).
	cardForm = regexp.MustCompile(`^[0-9]{13,19}$`)
)

// Check tidies the number, or returns ErrCashReceiptNumber at the path. A receipt that nobody asked for has SelfNumber.
func (t CashReceiptTerms) Check(path string) (CashReceiptTerms, error) {
	t.Number = strings.NewReplacer("-", "", " ", "").Replace(t.Number)
	if t.Purpose == Self {
		t.Number = SelfNumber
		return t, nil
	}
	allowed := phoneForm.MatchString(t.Number) || cardForm.MatchString(t.Number) ||
		t.Purpose == Expense && businessForm.MatchString(t.Number)
	if !allowed || t.Purpose != Deduction && t.Purpose != Expense {
		return t, ErrCashReceiptNumber.At(path + ".number")
	}
	return t, nil
}

// Masked is the number as it may be seen: its last four digits.
func (t CashReceiptTerms) Masked() string {
	if t.Purpose == Self || len(t.Number) <= 4 {
		return t.Number
	}
	return strings.Repeat("*", len(t.Number)-4) + t.Number[len(t.Number)-4:]
}

// CashReceipt is the cash receipt of an order, or what a refund cancelled of it; nil when there is none.
func (o Order) CashReceipt(refund int64) *CashReceipt {
	for i, one := range o.CashReceipts {
		if one.Refund == refund {
			return &o.CashReceipts[i]
		}
	}
	return nil
}

// CashLeft is how much of what the order kept counts for a cash receipt: what was paid with tenders that count, less what
// went back by them. Cards, vouchers and points don't count: they have receipts of their own, or are none of the customer's
// money (부가가치세법 제32조의2, 조세특례제한법 제126조의3: cash alone; unverified).
func (o Order) CashLeft() int64 {
	var sum int64
	for i, left := range o.Left() {
		if o.Tenders[i].CashReceipt {
			sum += left.Amount
		}
	}
	return sum
}

// CashTax is the tax in an amount of the order, by its share of the total, cut to whole minor units. How a tax office
// would share the tax of an order that was paid only partly in cash was not found (unverified).
func (o Order) CashTax(amount int64) (int64, error) {
	if o.Amounts.Total == 0 {
		return 0, nil
	}
	return money.MulDiv(o.Amounts.Tax, amount, o.Amounts.Total, money.Down)
}

const cashReceiptColumns = `id, order_id, refund_id, posting_id, purpose, number, amount, tax, staff_id, recorded_at`

var (
	insertCashReceipt = database.Register("order.insert_cash_receipt", `
		INSERT INTO cash_receipt (org_id, `+cashReceiptColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`)
	selectCashReceipts = database.Register("order.select_cash_receipts", `
		SELECT `+cashReceiptColumns+` FROM cash_receipt WHERE org_id = $1 AND order_id = ANY_ID($2) ORDER BY order_id, id`)
)

// CashReceiptInsert is the row of a cash receipt.
func CashReceiptInsert(org int64, c CashReceipt) ledger.Insert {
	return ledger.Insert{Statement: insertCashReceipt, Args: []any{
		org, c.ID, c.Order, c.Refund, c.Posting, string(c.Purpose), c.Number, c.Amount, c.Tax, c.Staff, clock.Micros(c.RecordedAt),
	}}
}

func scanCashReceipt(row database.Scanner) (CashReceipt, error) {
	var c CashReceipt
	var recordedAt int64
	err := row.Scan(&c.ID, &c.Order, &c.Refund, &c.Posting, &c.Purpose, &c.Number, &c.Amount, &c.Tax, &c.Staff, &recordedAt)
	c.RecordedAt = clock.FromMicros(recordedAt)
	return c, err
}

// CashReceiptView is a cash receipt, with as much of its number as may be seen.
type CashReceiptView struct {
	Purpose    Purpose   `json:"purpose" enum:"deduction,expense,self"`
	Number     string    `json:"number" doc:"Masked"`
	Amount     int64     `json:"amount"`
	Cancelled  int64     `json:"cancelled" doc:"What refunds took off it"`
	Tax        int64     `json:"tax" doc:"In the amount"`
	RecordedAt time.Time `json:"recorded_at"`
}

func (o Order) showCashReceipt() *CashReceiptView {
	issued := o.CashReceipt(0)
	if issued == nil {
		return nil
	}
	shown := CashReceiptView{
		Purpose: issued.Purpose, Number: issued.Masked(), Amount: issued.Amount, Tax: issued.Tax, RecordedAt: issued.RecordedAt,
	}
	for _, one := range o.CashReceipts {
		if one.Refund != 0 {
			shown.Cancelled += one.Amount
		}
	}
	return &shown
}
