package checkout

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"dangol/internal/capability/catalog"
	"dangol/internal/capability/order"
	"dangol/internal/capability/stock"
	"dangol/internal/core/ledger"
	"dangol/internal/core/pricing"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/journal"
	"dangol/internal/ground/money"
)

// How far a device's time of sale may lie from ours: its clock may be ahead a little, and what it sold while it was cut
// off may come late.
const (
	soldAheadMax = 5 * time.Minute
	soldLateMax  = 31 * 24 * time.Hour
)

// Basket is what is to be sold, in the currency of the store unless it names one.
type Basket struct {
	Currency  money.Currency   `json:"currency,omitempty"`
	Lines     []LineWanted     `json:"lines"`
	Discounts []DiscountWanted `json:"discounts,omitempty"` // on the order as a whole
	Service   order.Service    `json:"service,omitempty"`
}

// LineWanted asks for units of a variant, with options for each unit, and discounts on the whole line.
type LineWanted struct {
	Variant   int64            `json:"variant"`
	Quantity  int64            `json:"quantity"`
	Price     int64            `json:"price,omitempty"` // what the cashier entered for an open price
	Grams     int64            `json:"grams,omitempty"` // what the piece weighs that is sold by weight
	Options   []OptionWanted   `json:"options,omitempty"`
	Discounts []DiscountWanted `json:"discounts,omitempty"`
}

// OptionWanted asks for an option of a line.
type OptionWanted struct {
	Option   int64 `json:"option"`
	Quantity int64 `json:"quantity"`
}

// SaleRequest is a sale that is to be made.
type SaleRequest struct {
	Basket
	Tenders []Tender `json:"tenders"`
	// ExpectedTotal is what the customer was told.
	ExpectedTotal int64 `json:"expected_total"`
	// Approval is for discounts above what who sells may give; 0 when there are none.
	Approval int64 `json:"approval,omitempty"`
	// CashReceipt is what the customer asks for (현금영수증), if anything.
	CashReceipt *order.CashReceiptTerms `json:"cash_receipt,omitempty"`
	// SoldAt is when it was sold; the zero time: now.
	SoldAt time.Time `json:"sold_at,omitzero"`
}

// Sale is a sale that was made, with the balances as they are now.
type Sale struct {
	Order    order.Order
	Receipt  order.Receipt
	OnHand   []OnHand
	Drawer   int64
	Replayed bool
}

// OnHand is how many units of a tracked variant a store has.
type OnHand struct {
	Variant, Quantity int64
}

// canonical is the request that a key stands for: what is asked, and at which till.
func canonical(kind string, seller Seller, request any) ([]byte, error) {
	text, err := json.Marshal(struct {
		Kind    string `json:"kind"`
		Device  int64  `json:"device"`
		Request any    `json:"request"`
	}{kind, seller.Device, request})
	if err != nil {
		return nil, fmt.Errorf("encode the request of a %s: %w", kind, err)
	}
	return text, nil
}

// Sell makes a sale, once under its key: the same request again gives the same sale, with Replayed set and the balances
// of now. The errors are those of this package, of pricing, catalog and ledger; after any of them nothing has changed.
func (s *Service) Sell(ctx context.Context, seller Seller, key string, request SaleRequest) (Sale, error) {
	asked, err := canonical(saleKind, seller, request)
	if err != nil {
		return Sale{}, err
	}
	outcome, err := s.decide(ctx, seller, key, asked, func(view ledger.View) (ledger.Unit, error) {
		return s.planSale(ctx, view, seller, request)
	})
	if err != nil {
		return Sale{}, s.explain(ctx, seller, request.Lines, err)
	}
	sale := Sale{Replayed: outcome.Replayed}
	err = s.db.Read(ctx, func(tx *database.Tx) error {
		var err error
		if sale.Order, err = order.Read(ctx, tx, seller.Org, outcome.Subject); err != nil {
			return err
		}
		if sale.Receipt, err = order.ReadReceipt(ctx, tx, seller.Org, sale.Order.Number); err != nil {
			return err
		}
		sale.OnHand, sale.Drawer, err = balances(ctx, tx, seller, sale.Order, soldUnits(sale.Order))
		return err
	})
	if err != nil {
		return Sale{}, fmt.Errorf("read sale %s: %w", order.IDs.Format(outcome.Subject), err)
	}
	return sale, nil
}

// planSale decides what a sale comes to in one view of everything it depends on.
func (s *Service) planSale(
	ctx context.Context, view ledger.View, seller Seller, request SaleRequest,
) (ledger.Unit, error) {
	made, err := s.draft(ctx, view.Tx, seller, request, nil)
	if err != nil {
		return ledger.Unit{}, err
	}
	register, err := readRegister(ctx, view.Tx, seller)
	if err != nil {
		return ledger.Unit{}, err
	}
	receiptID := s.db.NewID()
	unit, err := s.saleUnit(ctx, view.Tx, &made, register, seller, request.Approval, receiptID)
	if err != nil {
		return ledger.Unit{}, err
	}
	s.moveUnits(seller, &unit, &made.order, nil)
	receipt := order.Receipt{
		ID: receiptID, Order: made.order.ID, Store: seller.Store, Device: seller.Device, Number: made.order.Number,
		Document: made.head.sale(made.order),
	}
	err = s.issue(ctx, view.Tx, seller, receipt, register, &unit)
	return unit, err
}

// draft is a sale before it has its numbers.
type draft struct {
	order  order.Order
	head   letterhead
	priced priced
}

// draft decides what is sold and how it is paid. In an exchange, takeOver says which tenders it takes over when it comes to
// a total; they come first.
func (s *Service) draft(
	ctx context.Context, tx *database.Tx, seller Seller, request SaleRequest, takeOver func(total int64) []order.Tender,
) (draft, error) {
	now := tx.Now()
	soldAt := request.SoldAt.UTC().Truncate(time.Microsecond)
	if request.SoldAt.IsZero() {
		soldAt = now
	}
	if soldAt.After(now.Add(soldAheadMax)) || soldAt.Before(now.Add(-soldLateMax)) {
		return draft{}, ErrSoldAt.At("sold_at")
	}
	head, err := readLetterhead(ctx, tx, seller, soldAt)
	if err != nil {
		return draft{}, err
	}
	priced, err := quote(ctx, tx, seller.Org, head.site, request.Basket)
	if err != nil {
		return draft{}, err
	}
	quoted := priced.quoted
	if quoted.Total != request.ExpectedTotal {
		return draft{}, ErrPriceChanged.At("expected_total", fault.Values{
			"expected": request.ExpectedTotal, "total": quoted.Total,
		})
	}
	definitions, err := defined(ctx, tx, seller.Org, request.Tenders)
	if err != nil {
		return draft{}, err
	}
	due := money.Money{Amount: quoted.Total, Currency: quoted.Currency}
	var carried []order.Tender
	if takeOver != nil {
		carried = takeOver(quoted.Total)
	}
	for _, one := range carried {
		due.Amount -= one.Applied
	}
	handed, change, err := settle(due, request.Tenders, definitions)
	if err != nil {
		return draft{}, err
	}
	tenders := slices.Concat(carried, handed)
	if len(tenders) > pricing.MaxTenders {
		return draft{}, pricing.TooMany.At("tenders", fault.Values{"max": pricing.MaxTenders})
	}
	for i := range tenders {
		tenders[i].Position = int64(i + 1)
	}

	o := order.Order{
		ID: s.db.NewID(), Store: seller.Store, Merchant: head.site.Merchant.ID, Device: seller.Device, Staff: seller.Staff,
		Posting: s.db.NewID(), BusinessDate: head.site.day, Currency: head.site.Currency, TaxMode: quoted.Mode,
		Taxation: quoted.Taxation, Amounts: quoted.Amounts, Change: change,
		Service: request.Service, SoldAt: soldAt, CreatedAt: now, Tenders: tenders,
	}
	if o.Status, err = order.New.After(order.Pay); err != nil {
		return draft{}, err
	}
	for i, line := range quoted.Lines {
		o.Lines = append(o.Lines, s.sold(int64(i+1), priced.wares[i], line, seller, soldAt))
	}
	if o.Slips, err = s.saleSlips(ctx, tx, seller, o, request.Tenders, definitions, head.site.Location()); err != nil {
		return draft{}, err
	}
	o.CashReceipts, err = s.saleCashReceipt(o, request.CashReceipt, head.site.identity.CashReceiptDuty, seller)
	return draft{order: o, head: head, priced: priced}, err
}

// saleUnit is what a sale writes but for its receipt and the units of stock. It gives the sale its numbers.
func (s *Service) saleUnit(
	ctx context.Context, tx *database.Tx, made *draft, register order.Register, seller Seller, approval, receipt int64,
) (ledger.Unit, error) {
	approved, err := approve(ctx, tx, seller, made.priced, approval)
	if err != nil {
		return ledger.Unit{}, err
	}
	call, setCalls := register.Call(seller.Org, made.head.site.day)
	o := &made.order
	o.CallNumber, o.Number, o.ApprovedBy = call, made.head.number(register), approved.by
	made.head.approver = approved.name
	transfers, err := saleTransfers(*o)
	if err != nil {
		return ledger.Unit{}, err
	}
	return ledger.Unit{
		Store: o.Store, Posting: o.Posting, Kind: saleKind, Subject: o.ID, Actor: seller.Staff,
		Claims:    approved.claim,
		Sets:      []ledger.Set{setCalls},
		Transfers: transfers,
		Inserts:   order.Inserts(seller.Org, *o),
		Events: []journal.Event{{
			Kind: "order.paid", Store: o.Store, Subject: o.ID, Actor: seller.Staff,
			Body: map[string]any{
				"device": o.Device, "total": o.Amounts.Total, "currency": string(o.Currency), "posting": o.Posting,
				"receipt": receipt,
			},
		}},
	}, nil
}

// moveUnits adds to a posting the units that leave the shelf with a sale and come back with a refund, either of which may
// be nil. What an exchange brings back of a variant may be what it sells: only the difference leaves, so that the last
// unit can be exchanged for itself.
func (s *Service) moveUnits(seller Seller, unit *ledger.Unit, sale *order.Order, back *returned) {
	var net units
	move := func(moved units, kind stock.Kind, sign, subject, posting int64, at time.Time) {
		for _, one := range moved {
			net.add(one.Variant, sign*one.Quantity)
			unit.Inserts = append(unit.Inserts, stock.Movement(seller.Org, clock.Micros(at), stock.Moved{
				ID: s.db.NewID(), Store: seller.Store, Variant: one.Variant, Kind: kind, Quantity: sign * one.Quantity,
				Posting: posting, Subject: subject, Actor: seller.Staff,
			}))
		}
	}
	if sale != nil {
		move(soldUnits(*sale), stock.Sale, -1, sale.ID, sale.Posting, sale.CreatedAt)
	}
	if back != nil {
		move(returnedUnits(back.order, back.refund), stock.Return, 1, back.refund.ID, back.refund.Posting, back.refund.RefundedAt)
	}
	for _, one := range net {
		switch {
		case one.Quantity < 0:
			unit.Transfers = append(unit.Transfers, stock.Leave(seller.Store, one.Variant, -one.Quantity))
		case one.Quantity > 0:
			unit.Transfers = append(unit.Transfers, stock.PutBack(seller.Store, one.Variant, one.Quantity))
		}
	}
}

// soldUnits are the units that leave the shelf with an order.
func soldUnits(o order.Order) units {
	var all units
	for _, line := range o.Lines {
		all.addLine(line, line.Quantity)
	}
	return all
}

// units are numbers of units, each variant once, in the order in which they were first added.
type units []OnHand

func (u *units) add(variant, quantity int64) {
	for i := range *u {
		if (*u)[i].Variant == variant {
			(*u)[i].Quantity += quantity
			return
		}
	}
	*u = append(*u, OnHand{Variant: variant, Quantity: quantity})
}

// addLine adds what so many units of a line take from stock: themselves, a weighed piece its grams, and what their
// recipes say.
func (u *units) addLine(line order.Line, quantity int64) {
	if line.Tracked {
		u.add(line.Variant, quantity*max(1, line.Grams))
	}
	for _, part := range line.Parts {
		u.add(part.Variant, part.Quantity*quantity)
	}
}

// sold is a line as the order remembers it.
func (s *Service) sold(position int64, ware catalog.Resolved, line pricing.QuotedLine, seller Seller, at time.Time) order.Line {
	sold := order.Line{
		ID: s.db.NewID(), Position: position, Product: ware.Product, Variant: ware.Variant, Name: ware.Name,
		NameEN: ware.NameEN, VariantName: ware.VariantName, SKU: ware.SKU, Tracked: ware.Tracked, Quantity: line.Quantity,
		Grams: line.Grams, ListPrice: line.UnitPrice, UnitPrice: line.UnitWithOption, TaxClass: line.TaxClass, TaxedAs: line.TaxedAs,
		Amounts: line.Amounts, Discounts: line.Shares, AddedBy: seller.Staff, AddedOn: seller.Device, AddedAt: at,
	}
	for _, option := range ware.Options {
		sold.Options = append(sold.Options, order.Option{
			ID: option.Option, Group: option.GroupName, Name: option.Name, NameEN: option.NameEN, PriceDelta: option.Delta,
			Quantity: option.Quantity,
		})
	}
	for _, part := range ware.Parts {
		sold.Parts = append(sold.Parts, order.Part{
			Variant: part.Variant, Name: part.Name, NameEN: part.NameEN, Quantity: part.Quantity,
		})
	}
	return sold
}

var errNoRegister = errors.New("the till has no register yet")

func readRegister(ctx context.Context, tx *database.Tx, seller Seller) (order.Register, error) {
	register, err := order.ReadRegister(ctx, tx, seller.Org, seller.Device)
	if errors.Is(err, database.ErrNone) {
		return register, errNoRegister
	}
	return register, err
}

// balances are what the till shows after a sale or refund: what is left of the units that were moved, and what lies in
// its drawer.
func balances(
	ctx context.Context, tx *database.Tx, seller Seller, o order.Order, moved units,
) ([]OnHand, int64, error) {
	drawer := Drawer(seller.Device, o.Currency).Code
	codes := []string{drawer}
	for _, one := range moved {
		codes = append(codes, stock.OnHand(o.Store, one.Variant).Code)
	}
	found, err := ledger.Balances(ctx, tx, seller.Org, codes...)
	if err != nil {
		return nil, 0, err
	}
	left := make([]OnHand, len(moved))
	for i, one := range moved {
		left[i] = OnHand{Variant: one.Variant, Quantity: found[codes[i+1]].Available}
	}
	return left, found[drawer].Posted, nil
}
