package checkout

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"dangol/internal/capability/order"
	"dangol/internal/core/ledger"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
)

var (
	// ErrReturnChanged is for units that come back for another amount than the customer was told. Its values are "expected"
	// and "total".
	ErrReturnChanged = fault.Define(fault.Conflict, "checkout.return_changed",
		"그 사이에 반품 금액이 바뀌었어요. 영수증을 다시 불러와 새 차액을 손님에게 알려 주세요.",
		"What comes back is worth another amount now. Open the receipt again and tell the customer the new difference.")
	// ErrExchangeCurrency is for an order in another currency than the one that it is exchanged for.
	ErrExchangeCurrency = fault.Define(fault.Conflict, "checkout.exchange_currency",
		"다른 통화로 판 주문이에요. 환불한 뒤에 새로 판매해 주세요.",
		"The order was sold in another currency. Refund it, then sell anew.")
)

// ExchangeRequest takes back units of an order and sells others in their stead (교환). Of the sale's total, tenders pay
// only what the returned units don't.
type ExchangeRequest struct {
	Return RefundRequest `json:"return"`
	Sale   SaleRequest   `json:"sale"`
	// ExpectedReturn is what the customer was told that the returned units are worth.
	ExpectedReturn int64 `json:"expected_return"`
}

// Exchanged is an exchange that was made, with the balances as they are now.
type Exchanged struct {
	Sale
	Original order.Order
	Refund   order.Refund
}

// Exchange refunds units of an order and sells others as one posting, once under its key, with one receipt. What the units
// were paid with pays the new order first, cards before cash, as tenders of its own: nothing is charged or paid back for
// it. Tenders bring what is missing; what is too much goes back to where it came from. The errors are those of Sell and
// Refund, ErrReturnChanged and ErrExchangeCurrency; what is wrong with the units that come back is said at "return…".
func (s *Service) Exchange(ctx context.Context, seller Seller, key string, request ExchangeRequest) (Exchanged, error) {
	if utf8.RuneCountInString(request.Return.Reason) > maxReason {
		return Exchanged{}, ErrReason.At("return.reason", fault.Values{"max": maxReason})
	}
	asked, err := canonical(exchangeKind, seller, request)
	if err != nil {
		return Exchanged{}, err
	}
	outcome, err := s.decide(ctx, seller, key, asked, func(view ledger.View) (ledger.Unit, error) {
		return s.planExchange(ctx, view, seller, request)
	})
	if err != nil {
		return Exchanged{}, s.explain(ctx, seller, request.Sale.Lines, err)
	}
	made := Exchanged{Sale: Sale{Replayed: outcome.Replayed}}
	err = s.db.Read(ctx, func(tx *database.Tx) error {
		var err error
		if made.Order, err = order.Read(ctx, tx, seller.Org, outcome.Subject); err != nil {
			return err
		}
		if made.Original, err = order.Read(ctx, tx, seller.Org, made.Order.ExchangeOf); err != nil {
			return err
		}
		made.Refund = made.Original.RefundFor(made.Order.ID)
		if made.Receipt, err = order.ReadReceipt(ctx, tx, seller.Org, made.Order.Number); err != nil {
			return err
		}
		moved := soldUnits(made.Order)
		for _, one := range returnedUnits(made.Original, made.Refund) {
			moved.add(one.Variant, one.Quantity)
		}
		made.OnHand, made.Drawer, err = balances(ctx, tx, seller, made.Order, moved)
		return err
	})
	if err != nil {
		return Exchanged{}, fmt.Errorf("read exchange %s: %w", order.IDs.Format(outcome.Subject), err)
	}
	return made, nil
}

func (s *Service) planExchange(
	ctx context.Context, view ledger.View, seller Seller, request ExchangeRequest,
) (ledger.Unit, error) {
	back, err := s.takeBack(ctx, view.Tx, seller, request.Return)
	if err != nil {
		return ledger.Unit{}, under("return", err)
	}
	if back.refund.Amounts.Total != request.ExpectedReturn {
		return ledger.Unit{}, ErrReturnChanged.At("expected_return", fault.Values{
			"expected": request.ExpectedReturn, "total": back.refund.Amounts.Total,
		})
	}
	made, err := s.draftExchange(ctx, view.Tx, seller, request.Sale, &back)
	if err != nil {
		return ledger.Unit{}, err
	}
	register, err := readRegister(ctx, view.Tx, seller)
	if err != nil {
		return ledger.Unit{}, err
	}
	receiptID := s.db.NewID()
	unit, err := s.saleUnit(ctx, view.Tx, &made, register, seller, request.Sale.Approval, receiptID)
	if err != nil {
		return ledger.Unit{}, err
	}
	o := made.order
	back.refund.Exchange, back.refund.Posting, back.refund.Number = o.ID, o.Posting, o.Number
	refund, err := s.refundUnit(ctx, view.Tx, &back, made.head, seller, request.Return.Slips, receiptID)
	if err != nil {
		return ledger.Unit{}, under("return", err)
	}
	unit.Kind = exchangeKind
	unit.Expects = append(unit.Expects, refund.Expects...)
	unit.Sets = append(unit.Sets, refund.Sets...)
	unit.Transfers = append(unit.Transfers, refund.Transfers...)
	unit.Inserts = append(unit.Inserts, refund.Inserts...)
	unit.Events = append(unit.Events, refund.Events...)
	s.moveUnits(seller, &unit, &o, &back)
	receipt := order.Receipt{
		ID: receiptID, Order: o.ID, Refund: back.refund.ID, Store: o.Store, Device: o.Device, Number: o.Number,
		Document: made.head.exchange(o, back),
	}
	err = s.issue(ctx, view.Tx, seller, receipt, register, &unit)
	return unit, err
}

// draftExchange decides what is sold, and how much of what goes back pays it. A cash receipt of the original goes on with
// the new order, when something in it counts for one and the customer asks for no other.
func (s *Service) draftExchange(
	ctx context.Context, tx *database.Tx, seller Seller, request SaleRequest, back *returned,
) (draft, error) {
	made, err := s.draft(ctx, tx, seller, request, func(total int64) []order.Tender {
		return carry(back.order, back.refund.Tenders, total)
	})
	if err != nil {
		return draft{}, err
	}
	o := &made.order
	if o.Currency != back.order.Currency {
		return draft{}, ErrExchangeCurrency.New()
	}
	o.ExchangeOf = back.order.ID
	if issued := back.order.CashReceipt(0); issued != nil && len(o.CashReceipts) == 0 && o.CashLeft() > 0 {
		goesOn, err := s.cashReceipt(*o, issued.CashReceiptTerms, "cash_receipt", seller, o.SoldAt)
		if err != nil {
			return draft{}, err
		}
		o.CashReceipts = append(o.CashReceipts, goesOn)
	}
	return made, nil
}

// carry lets what goes back pay a total, and gives the tenders that it pays as: cards and others before cash, since cash
// is what is paid back most easily.
func carry(o order.Order, back []order.RefundTender, total int64) []order.Tender {
	var carried []order.Tender
	for _, cash := range []bool{false, true} {
		for i := range back {
			one := &back[i]
			if (one.Kind == order.Cash) != cash || total == 0 {
				continue
			}
			one.Carried = min(one.Amount, total)
			total -= one.Carried
			carried = append(carried, order.Tender{
				Means: one.Means, Applied: one.Carried, CashReceipt: o.TenderAt(one.Tender).CashReceipt, CarriedFrom: one.Position,
			})
		}
	}
	return carried
}

// under says where in an exchange the request of a refund stands in which something is wrong.
func under(path string, err error) error {
	found := fault.As(err)
	if found == nil {
		return err
	}
	said := *found
	said.Fields = slices.Clone(found.Fields)
	for i := range said.Fields {
		said.Fields[i].Path = path + "." + said.Fields[i].Path
	}
	return &said
}
