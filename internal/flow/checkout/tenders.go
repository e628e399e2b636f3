package checkout

import (
	"context"
	"fmt"

	"dangol/internal/capability/order"
	"dangol/internal/capability/shift"
	"dangol/internal/capability/tender"
	"dangol/internal/core/pricing"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/money"
)

// Tender is what a customer hands over: of a definition, or, when it names none, of the one that every organisation has of
// its kind.
type Tender struct {
	Kind       order.TenderKind `json:"kind,omitempty"`
	Definition int64            `json:"tender_id,omitempty"`
	Amount     int64            `json:"amount"`
	Slip       *SlipWanted      `json:"slip,omitempty"` // of a card
}

// definition is the definition that the tender names.
func (t Tender) definition() int64 {
	switch {
	case t.Definition != 0:
		return t.Definition
	case t.Kind == order.Cash:
		return tender.CashID
	case t.Kind == order.Card:
		return tender.CardID
	}
	return 0
}

// defined finds the definitions of tenders, in their order. It returns tender.ErrUnknown and tender.ErrInactive, each at
// the tender.
func defined(ctx context.Context, tx *database.Tx, org int64, tenders []Tender) ([]tender.Definition, error) {
	byID, err := tender.ByID(ctx, tx, org)
	if err != nil {
		return nil, err
	}
	found := make([]tender.Definition, len(tenders))
	for i, one := range tenders {
		path := fmt.Sprintf("tenders[%d].tender_id", i)
		definition, known := byID[one.definition()]
		switch {
		case !known:
			return nil, tender.ErrUnknown.At(path)
		case !definition.Active:
			return nil, tender.ErrInactive.At(path, fault.Values{"name": definition.Name})
		}
		found[i] = definition
	}
	return found, nil
}

// settle pays a total with tenders.
func settle(total money.Money, tenders []Tender, definitions []tender.Definition) ([]order.Tender, int64, error) {
	given := make([]pricing.Tender, len(tenders))
	for i, definition := range definitions {
		given[i] = pricing.Tender{
			Kind: pricing.NonCash, Amount: money.Money{Amount: tenders[i].Amount, Currency: total.Currency},
		}
		switch {
		case definition.Kind == tender.Cash:
			given[i].Kind = pricing.Cash
		case definition.GivesChange:
			given[i].Kind = pricing.Voucher
		}
	}
	settlement, err := pricing.Settle(total, given)
	if err != nil {
		return nil, 0, err
	}
	settled := make([]order.Tender, len(tenders))
	for i, one := range settlement.Tenders {
		d := definitions[i]
		settled[i] = order.Tender{
			Position: int64(i + 1), Applied: one.Applied, Change: one.Change, CashReceipt: d.CashReceipt,
			Means: order.Means{
				Definition: d.ID, Kind: order.TenderKind(d.Kind), Name: d.Name, NameEN: d.NameEN, InDrawer: d.InDrawer,
			},
		}
	}
	return settled, settlement.Change, nil
}

// payBack spreads what a refund comes to over the order's tenders, by the share that each had in paying it, and never more
// than it has paid and not given back before. Cash goes back in whole coins; what that leaves goes to the others first, so
// that the parts always come to the total, and all refunds of an order to what each tender paid.
func payBack(o order.Order, total int64) ([]order.RefundTender, error) {
	left := o.Left()
	back := make([]int64, len(left))
	rest := total
	give := func(i int, amount int64) {
		amount = max(0, min(amount, left[i].Amount-back[i], rest))
		back[i] += amount
		rest -= amount
	}
	for i, one := range left {
		paid := o.Tenders[i].Applied
		share, err := money.MulDiv(paid, o.Refunded+total, max(o.Amounts.Total, 1), money.Down)
		if err != nil {
			return nil, fmt.Errorf("share what is paid back of order %d: %w", o.ID, err)
		}
		share -= paid - one.Amount
		if one.Kind == order.Cash {
			share -= share % coin(o.Currency)
		}
		give(i, share)
	}
	for _, cash := range []bool{false, true} {
		for i, one := range left {
			if (one.Kind == order.Cash) == cash {
				give(i, rest)
			}
		}
	}
	if rest > 0 {
		return nil, fmt.Errorf("pay back order %d: %d is more than its tenders have left", o.ID, rest)
	}
	var paid []order.RefundTender
	for i, one := range left {
		if back[i] > 0 {
			one.Amount, one.Position = back[i], int64(len(paid)+1)
			paid = append(paid, one)
		}
	}
	return paid, nil
}

// coin is the smallest coin of a currency that is in use.
func coin(currency money.Currency) int64 {
	if known := shift.Denominations(currency); len(known) > 0 {
		return known[len(known)-1]
	}
	return 1
}
