package checkout

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"dangol/internal/capability/order"
	"dangol/internal/core/ledger"
	"dangol/internal/core/pricing"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/journal"
)

// RefundRequest asks for money back for units of an order.
type RefundRequest struct {
	Order int64        `json:"order"`
	Lines []ReturnLine `json:"lines,omitempty"`
	// All asks for everything that is left; Lines is empty then.
	All bool `json:"all,omitempty"`
	// Restock puts the units back on the shelf. Without it they stay sold: they were not returned, or can't be sold
	// again.
	Restock bool   `json:"restock,omitempty"`
	Reason  string `json:"reason,omitempty"`
	// Slips are those of what goes back by cards.
	Slips []ReturnSlip `json:"slips,omitempty"`
}

// ReturnLine is how many units of a line are refunded.
type ReturnLine struct {
	Line     int64 `json:"line"`
	Quantity int64 `json:"quantity"`
}

// Refunded is a refund that was made, with the balances as they are now.
type Refunded struct {
	Order    order.Order
	Refund   order.Refund
	Receipt  order.Receipt
	OnHand   []OnHand
	Drawer   int64
	Replayed bool
}

// Refund pays back units of an order to where the money came from, once under its key. Cash comes out of the drawer of
// the till at which it is asked for, which must be one of the store that sold. The error ErrNotRefundable, which names
// what is left, means that the units were refunded before: two refunds of one line at once pay back once.
func (s *Service) Refund(ctx context.Context, seller Seller, key string, request RefundRequest) (Refunded, error) {
	if utf8.RuneCountInString(request.Reason) > maxReason {
		return Refunded{}, ErrReason.At("reason", fault.Values{"max": maxReason})
	}
	asked, err := canonical(refundKind, seller, request)
	if err != nil {
		return Refunded{}, err
	}
	outcome, err := s.decide(ctx, seller, key, asked, func(view ledger.View) (ledger.Unit, error) {
		return s.planRefund(ctx, view, seller, request)
	})
	if err != nil {
		return Refunded{}, err
	}
	refunded := Refunded{Replayed: outcome.Replayed}
	err = s.db.Read(ctx, func(tx *database.Tx) error {
		var err error
		refunded.Order, refunded.Refund, err = order.ReadRefund(ctx, tx, seller.Org, outcome.Subject)
		if err != nil {
			return err
		}
		if refunded.Receipt, err = order.ReadReceipt(ctx, tx, seller.Org, refunded.Refund.Number); err != nil {
			return err
		}
		back := returnedUnits(refunded.Order, refunded.Refund)
		refunded.OnHand, refunded.Drawer, err = balances(ctx, tx, seller, refunded.Order, back)
		return err
	})
	if err != nil {
		return Refunded{}, fmt.Errorf("read refund %s: %w", order.RefundIDs.Format(outcome.Subject), err)
	}
	return refunded, nil
}

// returned is a refund with the order that it pays back.
type returned struct {
	order  order.Order
	refund order.Refund
}

func (s *Service) planRefund(
	ctx context.Context, view ledger.View, seller Seller, request RefundRequest,
) (ledger.Unit, error) {
	back, err := s.takeBack(ctx, view.Tx, seller, request)
	if err != nil {
		return ledger.Unit{}, err
	}
	head, err := readLetterhead(ctx, view.Tx, seller, view.Tx.Now())
	if err != nil {
		return ledger.Unit{}, err
	}
	register, err := readRegister(ctx, view.Tx, seller)
	if err != nil {
		return ledger.Unit{}, err
	}
	back.refund.Posting, back.refund.Number = s.db.NewID(), head.number(register)
	receiptID := s.db.NewID()
	unit, err := s.refundUnit(ctx, view.Tx, &back, head, seller, request.Slips, receiptID)
	if err != nil {
		return ledger.Unit{}, err
	}
	s.moveUnits(seller, &unit, nil, &back)
	r := back.refund
	receipt := order.Receipt{
		ID: receiptID, Order: r.Order, Refund: r.ID, Store: r.Store, Device: r.Device, Number: r.Number,
		Document: head.refund(back.order, r),
	}
	err = s.issue(ctx, view.Tx, seller, receipt, register, &unit)
	return unit, err
}

// takeBack decides what is paid back for units of an order, and by which of its tenders. The refund has no number yet.
func (s *Service) takeBack(ctx context.Context, tx *database.Tx, seller Seller, request RefundRequest) (returned, error) {
	o, err := order.Read(ctx, tx, seller.Org, request.Order)
	if err != nil {
		return returned{}, err
	}
	if o.Store != seller.Store {
		return returned{}, ErrOtherStore.New()
	}
	returns, err := wantedReturns(o, request)
	if err != nil {
		return returned{}, err
	}
	priced, err := pricing.Refund(o.Sold(), returns)
	if err != nil {
		return returned{}, inRequest(err)
	}
	r := order.Refund{
		ID: s.db.NewID(), Order: o.ID, Store: seller.Store, Device: seller.Device, Staff: seller.Staff,
		Restock: request.Restock, Reason: request.Reason, Amounts: priced.Amounts, RefundedAt: tx.Now(),
	}
	positions := map[string]int64{}
	for _, line := range o.Lines {
		positions[order.LineIDs.Format(line.ID)] = line.Position
	}
	for i, line := range priced.Lines {
		r.Lines = append(r.Lines, order.RefundLine{
			Position: int64(i + 1), Line: positions[line.Key], Quantity: line.Quantity, Amounts: line.Amounts,
		})
	}
	r.Tenders, err = payBack(o, priced.Total)
	return returned{order: o, refund: r}, err
}

// wantedReturns names the lines of an order by their keys.
func wantedReturns(o order.Order, request RefundRequest) ([]pricing.Return, error) {
	var returns []pricing.Return
	if !request.All {
		for _, line := range request.Lines {
			returns = append(returns, pricing.Return{Key: order.LineIDs.Format(line.Line), Quantity: line.Quantity})
		}
		return returns, nil
	}
	for _, line := range o.Lines {
		if line.Left() > 0 {
			returns = append(returns, pricing.Return{Key: order.LineIDs.Format(line.ID), Quantity: line.Left()})
		}
	}
	if len(returns) == 0 {
		return nil, ErrNotRefundable.New(fault.Values{"left": 0})
	}
	return returns, nil
}

// inRequest says what pricing refused in the words of a refund: pricing knows a line by its key.
func inRequest(err error) error {
	found := fault.As(err)
	if found == nil || len(found.Fields) == 0 {
		return err
	}
	if pricing.RefundExceeds.Has(err) {
		return ErrNotRefundable.At(found.Fields[0].Path, found.Values)
	}
	said := *found
	said.Fields = slices.Clone(found.Fields)
	for i := range said.Fields {
		if line, is := strings.CutSuffix(said.Fields[i].Path, ".key"); is {
			said.Fields[i].Path = line + ".line_id"
		}
	}
	return &said
}

// refundUnit is what a refund writes but for its receipt and the units of stock. The order gets its slips and what is
// cancelled of its cash receipt.
func (s *Service) refundUnit(
	ctx context.Context, tx *database.Tx, back *returned, head letterhead, seller Seller, given []ReturnSlip, receipt int64,
) (ledger.Unit, error) {
	o, r := back.order, &back.refund
	r.BusinessDate = head.site.day
	slips, err := s.refundSlips(ctx, tx, seller, o, *r, given, head.site.Location())
	if err != nil {
		return ledger.Unit{}, err
	}
	cancelled, err := s.cancelledCashReceipt(o, *r, seller)
	if err != nil {
		return ledger.Unit{}, err
	}
	back.order.Slips = append(back.order.Slips, slips...)
	back.order.CashReceipts = append(back.order.CashReceipts, cancelled...)
	action := order.RefundPart
	if leavesNothing(o, *r) {
		action = order.RefundRest
	}
	status, err := o.Status.After(action)
	if err != nil {
		return ledger.Unit{}, err
	}
	transfers, err := refundTransfers(o, *r)
	if err != nil {
		return ledger.Unit{}, err
	}
	unit := ledger.Unit{
		Store: r.Store, Posting: r.Posting, Kind: refundKind, Subject: r.ID, Actor: seller.Staff,
		Expects:   []ledger.Expect{{Table: order.Table, ID: o.ID, Version: o.Version}},
		Sets:      []ledger.Set{order.SetRefunded(seller.Org, o.ID, status, o.Refunded+r.Amounts.Total)},
		Transfers: transfers,
		Inserts:   order.RefundInserts(seller.Org, *r),
		Events: []journal.Event{{
			Kind: "order.refunded", Store: r.Store, Subject: o.ID, Actor: seller.Staff,
			Body: map[string]any{
				"refund": r.ID, "device": r.Device, "total": r.Amounts.Total, "currency": string(o.Currency),
				"posting": r.Posting, "receipt": receipt, "restock": r.Restock, "status": string(status),
			},
		}},
	}
	for _, one := range slips {
		unit.Inserts = append(unit.Inserts, order.SlipInsert(seller.Org, one))
	}
	for _, one := range cancelled {
		unit.Inserts = append(unit.Inserts, order.CashReceiptInsert(seller.Org, one))
	}
	return unit, nil
}

// leavesNothing says whether a refund takes all units that are left.
func leavesNothing(o order.Order, r order.Refund) bool {
	var left int64
	for _, line := range o.Lines {
		left += line.Left()
	}
	for _, line := range r.Lines {
		left -= line.Quantity
	}
	return left == 0
}

// returnedUnits are the units that a refund puts back on the shelf.
func returnedUnits(o order.Order, r order.Refund) units {
	var all units
	if !r.Restock {
		return all
	}
	for _, line := range r.Lines {
		all.addLine(o.LineAt(line.Line), line.Quantity)
	}
	return all
}
