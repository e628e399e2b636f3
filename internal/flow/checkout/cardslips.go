package checkout

import (
	"context"
	"fmt"
	"time"

	"dangol/internal/capability/order"
	"dangol/internal/capability/tender"
	"dangol/internal/core/ledger"
	"dangol/internal/core/place"
	"dangol/internal/core/pricing"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/journal"
	"dangol/internal/ground/money"
)

var (
	// ErrSlipMissing is for a card payment without the slip that the organisation asks for.
	ErrSlipMissing = fault.Define(fault.Invalid, "checkout.slip_missing",
		"카드 전표의 승인번호를 적어 주세요.", "Enter the approval number of the card slip.")
	// ErrSlipForeign is for a slip of a tender that is no card, or of one that gives nothing back.
	ErrSlipForeign = fault.Define(fault.Invalid, "checkout.slip_foreign",
		"전표는 카드 결제에만 적을 수 있어요. 전표를 빼 주세요.", "Only card payments have a slip. Take the slip off.")
	// ErrSlipTwice is for a slip that was recorded before. Its value "number" is the receipt that has it.
	ErrSlipTwice = fault.Define(fault.Conflict, "checkout.slip_twice",
		"같은 단말기·승인번호·날짜의 전표가 영수증 {number}에 있어요. 맞는지 확인한 뒤 그대로 등록할 수 있어요.",
		"Receipt {number} has a slip with the same terminal, approval number and day. Check it, then record it all the same.")
	// ErrSlipExists is for a payment whose slip is recorded.
	ErrSlipExists = fault.Define(fault.Conflict, "checkout.slip_exists",
		"이 결제의 전표는 이미 등록했어요.", "The slip of this payment is recorded already.")
)

// slipKind is the kind of a posting that records a slip after the sale; it moves nothing.
const slipKind = "card_slip"

// SlipWanted is a slip that is to be recorded. Confirmed says that a person has seen that another one is like it.
type SlipWanted struct {
	order.SlipTerms
	Confirmed bool `json:"confirmed,omitempty"`
}

// ReturnSlip is the slip of what goes back by a tender of the order.
type ReturnSlip struct {
	Tender int64      `json:"tender"` // its position
	Slip   SlipWanted `json:"slip"`
}

// cardSlip makes the record of a slip, of which about says what it belongs to. Paid is what was paid with the card: a slip that
// cancels a part of it has the same months.
func (s *Service) cardSlip(
	ctx context.Context, tx *database.Tx, org int64, wanted SlipWanted, about order.CardSlip, paid money.Money, zone *time.Location,
	path string,
) (order.CardSlip, error) {
	var err error
	about.SlipTerms, err = wanted.Check(paid, path)
	if err != nil {
		return about, err
	}
	if about.ApprovedAt.IsZero() {
		about.ApprovedAt = about.RecordedAt
	}
	about.ApprovedAt = about.ApprovedAt.UTC().Truncate(time.Microsecond)
	about.ApprovedOn = about.ApprovedAt.In(zone).Format(time.DateOnly)
	about.ID = s.db.NewID()
	if wanted.Confirmed {
		return about, nil
	}
	number, err := order.SameSlip(ctx, tx, org, about.SlipTerms, about.ApprovedOn)
	if err == nil && number != "" {
		err = ErrSlipTwice.At(path, fault.Values{"number": number})
	}
	return about, err
}

// saleSlips are the slips of an order's tenders, as they were handed over.
func (s *Service) saleSlips(
	ctx context.Context, tx *database.Tx, seller Seller, o order.Order, given []Tender, definitions []tender.Definition,
	zone *time.Location,
) ([]order.CardSlip, error) {
	var slips []order.CardSlip
	handed := o.Handed()
	for i, one := range given {
		path := fmt.Sprintf("tenders[%d].slip", i)
		switch {
		case one.Slip == nil && definitions[i].SlipRequired:
			return nil, ErrSlipMissing.At(path)
		case one.Slip == nil:
			continue
		case definitions[i].Kind != tender.Card:
			return nil, ErrSlipForeign.At(path)
		}
		made, err := s.cardSlip(ctx, tx, seller.Org, *one.Slip, order.CardSlip{
			Order: o.ID, Tender: handed[i].Position, Posting: o.Posting, Amount: handed[i].Applied, Staff: seller.Staff,
			RecordedAt: o.SoldAt,
		}, money.Money{Amount: handed[i].Applied, Currency: o.Currency}, zone, path)
		if err != nil {
			return nil, err
		}
		slips = append(slips, made)
	}
	return slips, nil
}

// refundSlips are the slips of what goes back by cards.
func (s *Service) refundSlips(
	ctx context.Context, tx *database.Tx, seller Seller, o order.Order, r order.Refund, given []ReturnSlip, zone *time.Location,
) ([]order.CardSlip, error) {
	definitions, err := tender.ByID(ctx, tx, seller.Org)
	if err != nil {
		return nil, err
	}
	var slips []order.CardSlip
	used := 0
	for _, back := range r.Tenders {
		if back.PaidBack() == 0 {
			continue
		}
		at := -1
		for i, one := range given {
			if one.Tender == back.Tender {
				at = i
			}
		}
		if at < 0 {
			if back.Kind == order.Card && definitions[back.Definition].SlipRequired {
				return nil, ErrSlipMissing.At("slips")
			}
			continue
		}
		used++
		path := fmt.Sprintf("slips[%d].slip", at)
		if back.Kind != order.Card {
			return nil, ErrSlipForeign.At(path)
		}
		made, err := s.cardSlip(ctx, tx, seller.Org, given[at].Slip, order.CardSlip{
			Order: o.ID, Refund: r.ID, Tender: back.Tender, Posting: r.Posting, Amount: back.PaidBack(), Staff: seller.Staff,
			RecordedAt: r.RefundedAt,
		}, money.Money{Amount: o.TenderAt(back.Tender).Applied, Currency: o.Currency}, zone, path)
		if err != nil {
			return nil, err
		}
		slips = append(slips, made)
	}
	if used != len(given) {
		return nil, ErrSlipForeign.At("slips")
	}
	return slips, nil
}

// SlipRequest records the slip of a card payment that was made without it.
type SlipRequest struct {
	Order  int64      `json:"order"`
	Tender int64      `json:"tender"` // its position
	Slip   SlipWanted `json:"slip"`
}

// RecordSlip records the slip of a card payment later, once under its key. It returns ErrSlipExists when the payment has
// one, and otherwise what is wrong with the slip.
func (s *Service) RecordSlip(ctx context.Context, seller Seller, key string, request SlipRequest) (order.Order, error) {
	plan := func(view ledger.View, o order.Order, zone *time.Location) (ledger.Unit, error) {
		for _, one := range o.Tenders {
			if one.Position != request.Tender {
				continue
			}
			if one.Kind != order.Card || one.CarriedFrom != 0 {
				break
			}
			if o.Slip(one.Position, 0) != nil {
				return ledger.Unit{}, ErrSlipExists.New()
			}
			posting := s.db.NewID()
			made, err := s.cardSlip(ctx, view.Tx, seller.Org, request.Slip, order.CardSlip{
				Order: o.ID, Tender: one.Position, Posting: posting, Amount: one.Applied, Staff: seller.Staff, RecordedAt: view.Tx.Now(),
			}, money.Money{Amount: one.Applied, Currency: o.Currency}, zone, "slip")
			return ledger.Unit{
				Store: o.Store, Posting: posting, Kind: slipKind, Subject: made.ID, Actor: seller.Staff,
				Expects: []ledger.Expect{{Table: order.Table, ID: o.ID, Version: o.Version}},
				Inserts: []ledger.Insert{order.SlipInsert(seller.Org, made)},
				Events: []journal.Event{{
					Kind: "order.slip_recorded", Store: o.Store, Subject: o.ID, Actor: seller.Staff, Body: map[string]any{"slip": made.ID},
				}},
			}, err
		}
		return ledger.Unit{}, ErrSlipForeign.At("tender")
	}
	return s.record(ctx, seller, key, slipKind, request, request.Order, plan)
}

// record adds a record to an order that was made before, and reads the order as it is then.
func (s *Service) record(
	ctx context.Context, seller Seller, key, kind string, request any, wanted int64,
	plan func(ledger.View, order.Order, *time.Location) (ledger.Unit, error),
) (order.Order, error) {
	asked, err := canonical(kind, seller, request)
	if err != nil {
		return order.Order{}, err
	}
	_, err = s.ledger.Decide(ctx, seller.Org, key, asked, func(view ledger.View) (ledger.Unit, error) {
		o, err := order.Read(ctx, view.Tx, seller.Org, wanted)
		if err != nil {
			return ledger.Unit{}, err
		}
		store, err := place.Directory{}.Store(ctx, view.Tx, seller.Org, o.Store)
		if err != nil {
			return ledger.Unit{}, err
		}
		return plan(view, o, store.Location())
	})
	if err != nil {
		return order.Order{}, err
	}
	var o order.Order
	err = s.db.Read(ctx, func(tx *database.Tx) error {
		var err error
		o, err = order.Read(ctx, tx, seller.Org, wanted)
		return err
	})
	return o, err
}

// CashReceiptRequest asks for a cash receipt of an order that was sold without one.
type CashReceiptRequest struct {
	Order int64 `json:"order"`
	order.CashReceiptTerms
}

// cashReceiptKind is the kind of a posting that records a cash receipt after the sale; it moves nothing.
const cashReceiptKind = "cash_receipt"

// RecordCashReceipt records a cash receipt later, for what of the order counts for one and was not given back, once under
// its key. The errors are ErrCashReceiptNumber, ErrCashReceiptNone and ErrCashReceiptTwice of order.
func (s *Service) RecordCashReceipt(
	ctx context.Context, seller Seller, key string, request CashReceiptRequest,
) (order.Order, error) {
	plan := func(view ledger.View, o order.Order, _ *time.Location) (ledger.Unit, error) {
		if o.CashReceipt(0) != nil {
			return ledger.Unit{}, order.ErrCashReceiptTwice.New()
		}
		made, err := s.cashReceipt(o, request.CashReceiptTerms, "", seller, view.Tx.Now())
		if err != nil {
			return ledger.Unit{}, err
		}
		made.Posting = s.db.NewID()
		return ledger.Unit{
			Store: o.Store, Posting: made.Posting, Kind: cashReceiptKind, Subject: made.ID, Actor: seller.Staff,
			Expects: []ledger.Expect{{Table: order.Table, ID: o.ID, Version: o.Version}},
			Inserts: []ledger.Insert{order.CashReceiptInsert(seller.Org, made)},
			Events: []journal.Event{{
				Kind: "order.cash_receipt_recorded", Store: o.Store, Subject: o.ID, Actor: seller.Staff,
				Body: map[string]any{"cash_receipt": made.ID, "amount": made.Amount, "purpose": string(made.Purpose)},
			}},
		}, nil
	}
	return s.record(ctx, seller, key, cashReceiptKind, request, request.Order, plan)
}

// cashReceipt makes the record of a cash receipt for what of an order counts for one now. It is known in Korea alone: for
// won, with the tax inside.
func (s *Service) cashReceipt(
	o order.Order, terms order.CashReceiptTerms, path string, seller Seller, at time.Time,
) (order.CashReceipt, error) {
	checked, err := terms.Check(path)
	if err != nil {
		return order.CashReceipt{}, err
	}
	amount := o.CashLeft()
	if amount == 0 || o.Currency != money.KRW || o.TaxMode != pricing.Inclusive {
		return order.CashReceipt{}, order.ErrCashReceiptNone.New()
	}
	tax, err := o.CashTax(amount)
	return order.CashReceipt{
		ID: s.db.NewID(), Posting: o.Posting, Order: o.ID, CashReceiptTerms: checked, Amount: amount, Tax: tax, Staff: seller.Staff,
		RecordedAt: at,
	}, err
}

// saleCashReceipt is the cash receipt that the customer asked for, or the one that the merchant must issue unasked: from
// order.DutyFrom on, where his line of business must. There is none otherwise.
func (s *Service) saleCashReceipt(
	o order.Order, asked *order.CashReceiptTerms, duty bool, seller Seller,
) ([]order.CashReceipt, error) {
	if asked != nil {
		made, err := s.cashReceipt(o, *asked, "cash_receipt", seller, o.SoldAt)
		return []order.CashReceipt{made}, err
	}
	due := duty && o.Currency == money.KRW && o.TaxMode == pricing.Inclusive && o.Amounts.Total >= order.DutyFrom && o.CashLeft() > 0
	if !due {
		return nil, nil
	}
	made, err := s.cashReceipt(o, order.CashReceiptTerms{Purpose: order.Self}, "cash_receipt", seller, o.SoldAt)
	return []order.CashReceipt{made}, err
}

// cancelledCashReceipt is what a refund takes off the order's cash receipt: what goes back by tenders that count for it.
func (s *Service) cancelledCashReceipt(o order.Order, r order.Refund, seller Seller) ([]order.CashReceipt, error) {
	issued := o.CashReceipt(0)
	if issued == nil {
		return nil, nil
	}
	var amount int64
	for _, back := range r.Tenders {
		if o.TenderAt(back.Tender).CashReceipt {
			amount += back.Amount
		}
	}
	if amount == 0 {
		return nil, nil
	}
	left := o.CashLeft()
	before, err := o.CashTax(left)
	if err != nil {
		return nil, err
	}
	after, err := o.CashTax(left - amount)
	return []order.CashReceipt{{
		ID: s.db.NewID(), Posting: r.Posting, Order: o.ID, Refund: r.ID, CashReceiptTerms: issued.CashReceiptTerms, Amount: amount,
		Tax: before - after, Staff: seller.Staff, RecordedAt: r.RefundedAt,
	}}, err
}
