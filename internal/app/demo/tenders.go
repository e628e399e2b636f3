package demo

import (
	"context"
	"fmt"

	"dangol/internal/capability/order"
	"dangol/internal/capability/tender"
	"dangol/internal/flow/checkout"
	"dangol/internal/ground/database"
)

// What the brand takes beside card and cash.
const (
	onnuri = "온누리상품권"
	mobile = "모바일상품권"
	local  = "지역화폐"
	tab    = "외상"
)

var ownTenders = []tender.Terms{
	{Name: local, NameEN: "Local currency", EarnsPoints: true, Sort: 30, Active: true},
	{Name: onnuri, NameEN: "Onnuri voucher", InDrawer: true, GivesChange: true, EarnsPoints: true, Line: "상품권", Sort: 40, Active: true},
	{Name: mobile, NameEN: "Mobile voucher", Line: "상품권", Sort: 50, Active: true},
	{Name: tab, NameEN: "Tab", EarnsPoints: true, Sort: 60, Active: true},
}

// createTenders makes the brand's own tenders.
func (f *filler) createTenders(ctx context.Context, tx *database.Tx, org int64) error {
	for _, terms := range ownTenders {
		if err := tender.Create(ctx, tx, org, 0, f.DB.NewID(), tender.Other, terms); err != nil {
			return err
		}
	}
	return nil
}

// findTenders finds the brand's tenders by what they are called.
func (f *filler) findTenders(ctx context.Context, tx *database.Tx) error {
	list, err := tender.List(ctx, tx, f.org)
	f.tenders = map[string]int64{}
	for _, one := range list {
		f.tenders[one.Name] = one.ID
	}
	return err
}

// way is how a guest pays.
type way int

const (
	byCard way = iota
	inCash
	inLocal
	inVouchers
	inBoth // some of it in cash, the rest by card
)

// waysChance is how likely each way is, by its number.
var waysChance = []int{76, 14, 5, 3, 2}

// voucherValue is what is printed on a paper voucher.
const voucherValue = 5_000

// handed is what a guest hands over for a total.
func (f *filler) handed(made *sale, total int64) []checkout.Tender {
	upTo := func(step int64) int64 { return (total + step - 1) / step * step }
	switch made.way {
	case byCard:
		return []checkout.Tender{{Kind: order.Card, Amount: total, Slip: slipOf(made, total)}}
	case inLocal:
		return []checkout.Tender{{Definition: f.tenders[local], Amount: total}}
	case inVouchers:
		return []checkout.Tender{{Definition: f.tenders[onnuri], Amount: upTo(voucherValue)}}
	case inBoth:
		if cash := total / 2 / 1_000 * 1_000; cash > 0 {
			return []checkout.Tender{{Kind: order.Cash, Amount: cash}, {Kind: order.Card, Amount: total - cash}}
		}
	case inCash:
	}
	if made.cash > 0 {
		return []checkout.Tender{{Kind: order.Cash, Amount: upTo(made.cash)}}
	}
	return []checkout.Tender{{Kind: order.Cash, Amount: total}}
}

// slipEvery is how many card payments there are for each whose slip is typed in, receiptEvery how many payments in cash for
// each of which a guest wants a cash receipt.
const (
	slipEvery    = 10
	receiptEvery = 4
)

// slipOf is the slip of some card payments.
func slipOf(made *sale, total int64) *checkout.SlipWanted {
	if made.number%slipEvery != 0 || total == 0 {
		return nil
	}
	return &checkout.SlipWanted{Confirmed: true, SlipTerms: order.SlipTerms{
		ApprovalNumber: fmt.Sprintf("%08d", 30_000_000+made.number), ApprovedAt: made.at, Issuer: "가상카드", Acquirer: "가상카드",
		CardNumber: fmt.Sprintf("0000-00**-****-%04d", made.number%10_000), MerchantNumber: "000000000", TID: "00000000", VAN: "가상밴",
	}}
}

// cashReceipt is what some guests ask for who pay in cash.
func (s *sale) cashReceipt() *order.CashReceiptTerms {
	if s.way != inCash || s.number%receiptEvery != 0 {
		return nil
	}
	return &order.CashReceiptTerms{Purpose: order.Deduction, Number: fmt.Sprintf("0100000%04d", s.number%10_000)}
}
