package order_test

import (
	"strings"
	"testing"

	"dangol/internal/capability/order"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/money"
)

func refusedAs(t *testing.T, err error, want *fault.Code) {
	t.Helper()
	switch said := fault.As(err); {
	case want == nil && err != nil:
		t.Errorf("it is refused: %v", err)
	case want != nil && (said == nil || len(said.Fields) == 0 || said.Fields[0].Code != want.Name()):
		t.Errorf("it says %v, want %s", err, want.Name())
	}
}

func TestWhatStandsOnACardSlip(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		amount int64
		change func(*order.SlipTerms)
		want   *fault.Code
	}{
		{"a number is enough", 4500, func(*order.SlipTerms) {}, nil},
		{"spaces around the number are taken off", 4500, func(s *order.SlipTerms) { s.ApprovalNumber = " 30012345 " }, nil},
		{"a slip has a number", 4500, func(s *order.SlipTerms) { s.ApprovalNumber = "" }, order.ErrApprovalNumber},
		{"a sentence is no number", 4500, func(s *order.SlipTerms) { s.ApprovalNumber = "승인됨!" }, order.ErrApprovalNumber},
		{"months begin at 50,000 won", 50_000, func(s *order.SlipTerms) { s.Installments = 3 }, nil},
		{"below there are none", 49_999, func(s *order.SlipTerms) { s.Installments = 3 }, order.ErrInstallments},
		{"one month is paid at once", 4500, func(s *order.SlipTerms) { s.Installments = 1 }, nil},
		{"nobody pays for four years", 90_000, func(s *order.SlipTerms) { s.Installments = 48 }, order.ErrInstallments},
		{"a card's number is masked", 4500, func(s *order.SlipTerms) { s.CardNumber = "1234-56**-****-7890" }, nil},
		{"its last four digits are enough", 4500, func(s *order.SlipTerms) { s.CardNumber = "7890" }, nil},
		{"a whole number is refused", 4500, func(s *order.SlipTerms) { s.CardNumber = "1234-5678-9012-3456" }, order.ErrCardNumber},
		{"too much of it is refused", 4500, func(s *order.SlipTerms) { s.CardNumber = "1234-5678-9***-3456" }, order.ErrCardNumber},
		{"a novel is no issuer", 4500, func(s *order.SlipTerms) { s.Issuer = strings.Repeat("카", 31) }, order.ErrSlipText},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			terms := order.SlipTerms{ApprovalNumber: "30012345"}
			row.change(&terms)
			checked, err := terms.Check(money.Money{Amount: row.amount, Currency: money.KRW}, "slip")
			refusedAs(t, err, row.want)
			if err == nil && (checked.ApprovalNumber != "30012345" || checked.Installments == 1) {
				t.Errorf("it is kept as %+v", checked)
			}
		})
	}
}

func TestForWhomACashReceiptIs(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		purpose order.Purpose
		number  string
		shown   string // masked; empty when it is refused
	}{
		{"a phone deducts", order.Deduction, "010-1234-5678", "*******5678"},
		{"an old phone does too", order.Deduction, "011 123 4567", "******4567"},
		{"a registered card does too", order.Deduction, "1234567890123", "*********0123"},
		{"a business does not", order.Deduction, "124-81-00998", ""},
		{"a business proves an expense", order.Expense, "124-81-00998", "******0998"},
		{"a phone may prove one", order.Expense, "01012345678", "*******5678"},
		{"a landline is no number", order.Deduction, "02-123-4567", ""},
		{"no number is none", order.Expense, "", ""},
		{"there is no other purpose", "gift", "01012345678", ""},
		{"without a number it is issued unasked", order.Self, "", order.SelfNumber},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			checked, err := order.CashReceiptTerms{Purpose: row.purpose, Number: row.number}.Check("cash_receipt")
			if row.shown == "" {
				refusedAs(t, err, order.ErrCashReceiptNumber)
			} else if err != nil || checked.Masked() != row.shown {
				t.Errorf("it is shown as %q, %v", checked.Masked(), err)
			}
		})
	}
}
