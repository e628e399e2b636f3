package checkout

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"dangol/internal/capability/catalog"
	"dangol/internal/capability/discount"
	"dangol/internal/capability/order"
	"dangol/internal/capability/staff"
	"dangol/internal/capability/stock"
	"dangol/internal/capability/tender"
	"dangol/internal/core/ledger"
	"dangol/internal/core/place"
	"dangol/internal/core/pricing"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/id"
	"dangol/internal/ground/money"
)

// The permissions of selling, refunding and looking into the books.
const (
	sellPermission   auth.Permission = "sale.make"
	refundPermission auth.Permission = "sale.refund"
	booksPermission  auth.Permission = "books.read"
)

// wanting are the errors of what is asked to be sold.
var wanting = []*fault.Code{
	ErrCurrency, catalog.ErrVariantUnknown, catalog.ErrNotSold, catalog.ErrSoldOut, catalog.ErrOptionUnknown, catalog.ErrOptionForeign,
	catalog.ErrOptionTwice, catalog.ErrOptionSoldOut, catalog.ErrGroupMinimum, catalog.ErrGroupMaximum,
	catalog.ErrPriceBelowZero, catalog.ErrNotAsked, catalog.ErrAmount, catalog.ErrNotWeighed,
	catalog.ErrGrams, catalog.ErrRange, catalog.ErrTooMany, pricing.Empty, pricing.TooMany, pricing.OutOfRange,
	pricing.NegativePrice, pricing.UnknownTaxClass, pricing.DiscountForm, pricing.DiscountTooLarge, money.Overflow,
	ErrDiscountName, discount.ErrUnknown,
}

// paying are the errors of how it is paid.
var paying = []*fault.Code{
	ErrPriceChanged, ErrSoldAt, ErrApprovalVoid, pricing.TenderAmount, pricing.TenderShort, pricing.TenderExceeds,
	pricing.TenderKindUnknown, pricing.TenderUnneeded, tender.ErrUnknown, tender.ErrInactive,
}

// committing are the errors of every posting.
var committing = []*fault.Code{
	ledger.ErrKeyConflict, ledger.ErrMoved, ledger.ErrClaimed, ledger.ErrOverflow, ledger.ErrTooLarge, ledger.ErrBusy,
	database.ErrBusy, database.ErrFull, database.ErrUnavailable, database.ErrUnsure, auth.ErrUnpaired, id.Unknown,
}

// slipErrors are what can be wrong with a card slip, cashReceiptErrors with a cash receipt.
var (
	slipErrors = []*fault.Code{
		ErrSlipMissing, ErrSlipForeign, ErrSlipTwice, order.ErrApprovalNumber, order.ErrInstallments, order.ErrCardNumber,
		order.ErrSlipText,
	}
	cashReceiptErrors = []*fault.Code{order.ErrCashReceiptNumber, order.ErrCashReceiptNone, order.ErrCashReceiptTwice}
)

// returning are the errors of what is to come back.
var returning = []*fault.Code{
	ErrNotRefundable, ErrOtherStore, ErrReason, ErrAllOrLines, order.ErrStatus, pricing.Empty, pricing.TooMany,
	pricing.UnknownLine, pricing.LineTwice, pricing.OutOfRange,
}

func all(lists ...[]*fault.Code) []*fault.Code {
	var codes []*fault.Code
	for _, list := range lists {
		codes = append(codes, list...)
	}
	return codes
}

// Serve adds the operations of selling, refunding and of the books.
func (s *Service) Serve(server *httpapi.API) {
	httpapi.Register(server, httpapi.Operation{
		ID: "quote", Method: http.MethodPost, Path: "/v1/quotes", Tag: "Checkout", Permission: sellPermission, Safe: true,
		Summary: "What a basket costs now", Errors: all(wanting, []*fault.Code{id.Unknown}),
	}, s.postQuote)
	httpapi.Register(server, httpapi.Operation{
		ID: "checkout", Method: http.MethodPost, Path: "/v1/checkouts", Tag: "Checkout", Permission: sellPermission, Key: true,
		Summary: "Sell at this till: all of it or nothing, once under its key",
		Errors: all(wanting, paying, slipErrors, cashReceiptErrors, committing,
			[]*fault.Code{ErrOutOfStock, ErrGramsShort, ErrPartShort, stock.ErrShort, ErrApproval}),
	}, s.postCheckout)
	s.servePractice(server, all(wanting, paying))
	httpapi.Register(server, httpapi.Operation{
		ID: "approve-discounts", Method: http.MethodPost, Path: "/v1/approvals", Tag: "Checkout", Permission: sellPermission,
		Key: true, Summary: "Someone who may take off more says yes to the discounts of a basket at this till",
		Status: http.StatusCreated,
		Errors: all(wanting, []*fault.Code{
			ErrApprover, auth.ErrWrongPassword, auth.ErrWrongPIN, auth.ErrTooMany, auth.ErrBusy, auth.ErrUnpaired,
		}),
	}, s.postApproval)
	s.serveHeld(server)
	s.serveExchange(server)
	httpapi.Register(server, httpapi.Operation{
		ID: "refund", Method: http.MethodPost, Path: "/v1/orders/{id}/refunds", Tag: "Checkout", Permission: refundPermission,
		Key: true, Summary: "Pay back units of an order to where the money came from, once under its key",
		Errors: all(committing, slipErrors, returning),
	}, s.postRefund)
	httpapi.Register(server, httpapi.Operation{
		ID: "record-card-slip", Method: http.MethodPost, Path: "/v1/orders/{id}/card-slips", Tag: "Checkout", Permission: sellPermission,
		Key: true, Summary: "Record the slip of a card payment that was made without it", Status: http.StatusCreated,
		Errors: all(committing, slipErrors, []*fault.Code{ErrSlipExists}),
	}, s.postSlip)
	httpapi.Register(server, httpapi.Operation{
		ID: "record-cash-receipt", Method: http.MethodPost, Path: "/v1/orders/{id}/cash-receipt", Tag: "Checkout",
		Permission: sellPermission, Key: true, Summary: "Record a cash receipt of an order that was sold without one",
		Status: http.StatusCreated, Errors: all(committing, cashReceiptErrors),
	}, s.postCashReceipt)
	httpapi.Register(server, httpapi.Operation{
		ID: "read-order-books", Method: http.MethodGet, Path: "/v1/orders/{id}/books", Tag: "Books", Permission: booksPermission,
		Summary: "What an order moved in the ledger, posting by posting",
	}, s.getBooks)
	httpapi.Register(server, httpapi.Operation{
		ID: "list-drawers", Method: http.MethodGet, Path: "/v1/drawers", Tag: "Books", Permission: booksPermission,
		Summary: "What lies in the drawers of a store's tills, by the books", Errors: []*fault.Code{id.Unknown},
	}, s.getDrawers)
}

// BasketInput is what is to be sold.
type BasketInput struct {
	Currency string      `json:"currency,omitempty" maxLength:"3" doc:"Left out, the store's; another one is refused"`
	Lines    []LineInput `json:"lines" minItems:"1" maxItems:"500"`
	// Discounts are on the order as a whole.
	Discounts []DiscountInput `json:"discounts,omitempty" maxItems:"5" doc:"On the order as a whole"`
	Service   order.Service   `json:"service,omitempty" enum:"eat_in,takeaway" doc:"매장 or 포장; left out when nobody asked"`
}

// LineInput asks for units of a variant.
type LineInput struct {
	VariantID string          `json:"variant_id" doc:"var_…"`
	Quantity  int64           `json:"quantity" minimum:"1" maximum:"99999" doc:"1 of what is sold by weight"`
	Price     int64           `json:"price,omitempty" doc:"Of an open price: what the cashier entered for one unit, without options"`
	Grams     int64           `json:"grams,omitempty" doc:"Of what is sold by weight: what the piece weighs"`
	Options   []OptionInput   `json:"options,omitempty" maxItems:"50"`
	Discounts []DiscountInput `json:"discounts,omitempty" maxItems:"5" doc:"On the whole line"`
}

// DiscountInput asks for a discount: one that the organisation has named, or a free one.
type DiscountInput struct {
	DiscountID string `json:"discount_id,omitempty" doc:"dsc_…; left out for a free one"`
	PercentPPM int64  `json:"percent_ppm,omitempty" minimum:"0" maximum:"1000000" doc:"Of a free one: parts per million, 100000 is 10 %"`
	Amount     int64  `json:"amount,omitempty" minimum:"0" maximum:"9007199254740991" doc:"Of a free one, instead of a percentage: minor units"`
	Name       string `json:"name,omitempty" maxLength:"50" doc:"Of a free one: why it is given"`
}

func wantedDiscounts(path string, inputs []DiscountInput) (wanted []DiscountWanted, errs []error) {
	for i, input := range inputs {
		one := DiscountWanted{PercentPPM: input.PercentPPM, Amount: input.Amount, Name: input.Name}
		if input.DiscountID != "" {
			defined, err := discount.IDs.Parse(input.DiscountID)
			if err != nil {
				errs = append(errs, discount.ErrUnknown.At(fmt.Sprintf("%s[%d].discount_id", path, i)))
			}
			one = DiscountWanted{Defined: defined}
		}
		wanted = append(wanted, one)
	}
	return wanted, errs
}

// OptionInput asks for an option of each unit of the line.
type OptionInput struct {
	OptionID string `json:"option_id" doc:"opt_…"`
	Quantity int64  `json:"quantity,omitempty" minimum:"1" maximum:"99" default:"1"`
}

// TenderInput is what the customer hands over.
type TenderInput struct {
	TenderID string     `json:"tender_id,omitempty" doc:"tnd_…; left out, the organisation's cash or card"`
	Kind     string     `json:"kind,omitempty" enum:"cash,card,other" doc:"Needed without tender_id"`
	Amount   int64      `json:"amount" minimum:"1" maximum:"9007199254740991" doc:"Minor units"`
	Slip     *SlipInput `json:"slip,omitempty" doc:"Of a card"`
}

// SlipInput is what a card terminal printed (임의등록).
type SlipInput struct {
	ApprovalNumber string    `json:"approval_number" minLength:"1" maxLength:"30" doc:"승인번호"`
	ApprovedAt     time.Time `json:"approved_at,omitzero" doc:"승인일시; left out, now"`
	Installments   int64     `json:"installments,omitempty" minimum:"0" maximum:"36" doc:"할부개월; 0 is 일시불"`
	Issuer         string    `json:"issuer,omitempty" maxLength:"30" doc:"발급사"`
	Acquirer       string    `json:"acquirer,omitempty" maxLength:"30" doc:"매입사"`
	CardNumber     string    `json:"card_number,omitempty" maxLength:"30" doc:"Masked: 1234-56**-****-7890"`
	MerchantNumber string    `json:"merchant_number,omitempty" maxLength:"30" doc:"가맹점번호"`
	TID            string    `json:"tid,omitempty" maxLength:"30" doc:"The terminal's"`
	VAN            string    `json:"van,omitempty" maxLength:"30"`
	Confirmed      bool      `json:"confirmed,omitempty" doc:"Record it though another slip has the same terminal, number and day"`
}

func (i SlipInput) wanted() SlipWanted {
	return SlipWanted{Confirmed: i.Confirmed, SlipTerms: order.SlipTerms{
		ApprovalNumber: i.ApprovalNumber, ApprovedAt: i.ApprovedAt, Installments: i.Installments, Issuer: i.Issuer,
		Acquirer: i.Acquirer, CardNumber: i.CardNumber, MerchantNumber: i.MerchantNumber, TID: i.TID, VAN: i.VAN,
	}}
}

// CashReceiptInput asks for a cash receipt (현금영수증).
type CashReceiptInput struct {
	Purpose order.Purpose `json:"purpose" enum:"deduction,expense" doc:"소득공제, 지출증빙"`
	Number  string        `json:"number" minLength:"1" maxLength:"30" doc:"Of a phone, a business registration or a card"`
}

// tender reads the id of a tender, which stands at a place of the request. The kind of a tender that has an id is the
// definition's.
func (t TenderInput) tender(at int) (Tender, error) {
	wanted := Tender{Amount: t.Amount}
	if t.Slip != nil {
		slip := t.Slip.wanted()
		wanted.Slip = &slip
	}
	if t.TenderID == "" {
		wanted.Kind = order.TenderKind(t.Kind)
		return wanted, nil
	}
	definition, err := tender.IDs.Parse(t.TenderID)
	if err != nil {
		return Tender{}, tender.ErrUnknown.At(fmt.Sprintf("tenders[%d].tender_id", at))
	}
	wanted.Definition = definition
	return wanted, nil
}

// basket reads the ids of a basket. One that is no id is as unknown as one that does not exist.
func (b BasketInput) basket() (Basket, error) {
	basket := Basket{Currency: money.Currency(b.Currency), Service: b.Service, Lines: make([]LineWanted, len(b.Lines))}
	discounts, errs := wantedDiscounts("discounts", b.Discounts)
	basket.Discounts = discounts
	for i, line := range b.Lines {
		variant, err := catalog.VariantID.Parse(line.VariantID)
		if err != nil {
			errs = append(errs, catalog.ErrVariantUnknown.At(fmt.Sprintf("lines[%d].variant_id", i)))
		}
		wanted := LineWanted{Variant: variant, Quantity: line.Quantity, Price: line.Price, Grams: line.Grams}
		for j, option := range line.Options {
			chosen, err := catalog.OptionID.Parse(option.OptionID)
			if err != nil {
				errs = append(errs, catalog.ErrOptionUnknown.At(fmt.Sprintf("lines[%d].options[%d].option_id", i, j)))
			}
			wanted.Options = append(wanted.Options, OptionWanted{Option: chosen, Quantity: option.Quantity})
		}
		discounts, wrong := wantedDiscounts(fmt.Sprintf("lines[%d].discounts", i), line.Discounts)
		wanted.Discounts, errs = discounts, append(errs, wrong...)
		basket.Lines[i] = wanted
	}
	return basket, fault.Collect(errs...)
}

// seller is who asks, at which till. Both are needed.
func seller(ctx context.Context, permission auth.Permission) (Seller, error) {
	caller := auth.CallerFrom(ctx)
	if err := caller.RequireDevice(); err != nil {
		return Seller{}, err
	}
	if err := caller.Require(permission, caller.DeviceStore); err != nil {
		return Seller{}, err
	}
	return Seller{Org: caller.Org, Staff: caller.Staff, Device: caller.Device, Store: caller.DeviceStore}, nil
}

// QuoteView is what a basket costs. Hash changes whenever anything in it does.
type QuoteView struct {
	Currency money.Currency    `json:"currency"`
	TaxMode  pricing.TaxMode   `json:"tax_mode" enum:"inclusive,exclusive"`
	Lines    []QuoteLineView   `json:"lines"`
	Totals   order.AmountsView `json:"totals"`
	// Discounts are the order's own, each whole; the lines name their own alone.
	Discounts     []order.DiscountView `json:"discounts" doc:"The order's own, each whole"`
	NeedsApproval bool                 `json:"needs_approval" doc:"The caller may not give these discounts alone"`
	Hash          string               `json:"hash"`
}

// QuoteLineView is a line of a quote.
type QuoteLineView struct {
	VariantID string               `json:"variant_id"`
	Quantity  int64                `json:"quantity"`
	Grams     int64                `json:"grams,omitempty" doc:"Of a weighed piece"`
	ListPrice int64                `json:"list_price" doc:"Of one unit, of a weighed piece of a kilogram; without options"`
	UnitPrice int64                `json:"unit_price" doc:"Of one unit, with options"`
	Gross     int64                `json:"gross"`
	Discounts []order.DiscountView `json:"discounts"`
	Net       int64                `json:"net"`
	Tax       int64                `json:"tax"`
	Total     int64                `json:"total"`
	Exempt    bool                 `json:"exempt"`
}

func (s *Service) postQuote(ctx context.Context, input *struct {
	Body struct {
		StoreID string `json:"store_id" doc:"sto_…"`
		BasketInput
	}
},
) (*struct{ Body QuoteView }, error) {
	caller := auth.CallerFrom(ctx)
	store, err := place.StoreID.Parse(input.Body.StoreID)
	if err != nil {
		return nil, id.Unknown.At("store_id")
	}
	basket, err := input.Body.basket()
	if err != nil {
		return nil, err
	}
	if !caller.May(sellPermission, store) {
		return nil, id.Unknown.At("store_id")
	}
	quoted, err := s.Quote(ctx, caller.Org, caller.Staff, store, basket)
	if err != nil {
		return nil, err
	}
	return &struct{ Body QuoteView }{showQuote(basket, quoted)}, nil
}

func showQuote(basket Basket, quoted Quoted) QuoteView {
	shown := QuoteView{
		Currency: quoted.Currency, TaxMode: quoted.Mode, Lines: []QuoteLineView{}, Totals: order.ShowAmounts(quoted.Amounts),
		Discounts: order.ShowDiscounts(quoted.Discounts), NeedsApproval: quoted.NeedsApproval, Hash: hash(quoted.Quoted),
	}
	for i, line := range quoted.Lines {
		one := QuoteLineView{
			VariantID: catalog.VariantID.Format(basket.Lines[i].Variant), Quantity: line.Quantity, Grams: line.Grams,
			ListPrice: line.UnitPrice, UnitPrice: line.UnitWithOption, Gross: line.Gross, Discounts: order.ShowDiscounts(line.Shares),
			Net: line.Net, Tax: line.Tax, Total: line.Total, Exempt: line.TaxedAs == pricing.ExemptItem,
		}
		shown.Lines = append(shown.Lines, one)
	}
	return shown
}

// OnHandView is how many units of a variant there are now.
type OnHandView struct {
	VariantID string `json:"variant_id"`
	OnHand    int64  `json:"on_hand"`
}

func showOnHand(left []OnHand) []OnHandView {
	shown := make([]OnHandView, len(left))
	for i, one := range left {
		shown[i] = OnHandView{VariantID: catalog.VariantID.Format(one.Variant), OnHand: one.Quantity}
	}
	return shown
}

// DrawerBalance is what lies in the till's drawer now, by the books.
type DrawerBalance struct {
	Balance int64 `json:"balance"`
}

// CheckoutView is a sale that was made, with the balances of now.
type CheckoutView struct {
	Order    order.DetailView    `json:"order"`
	Receipt  order.ShownDocument `json:"receipt"`
	Change   int64               `json:"change"`
	OnHand   []OnHandView        `json:"on_hand" doc:"Tracked variants of the order"`
	Drawer   DrawerBalance       `json:"drawer"`
	Replayed bool                `json:"replayed" doc:"It had been made before under this key"`
}

// PaidBasketInput is what is to be sold and how it is paid.
type PaidBasketInput struct {
	BasketInput
	Tenders       []TenderInput     `json:"tenders" maxItems:"50" doc:"None for an order that costs nothing"`
	ExpectedTotal int64             `json:"expected_total" minimum:"0" maximum:"9007199254740991" doc:"What the customer was told"`
	ApprovalID    string            `json:"approval_id,omitempty" doc:"apv_…: for discounts that the caller may not give alone"`
	CashReceipt   *CashReceiptInput `json:"cash_receipt,omitempty" doc:"현금영수증; left out, none unless the merchant must issue one"`
}

// SaleInput is a sale that is to be made.
type SaleInput struct {
	PaidBasketInput
	SoldAt time.Time `json:"sold_at,omitzero" doc:"When it was sold; left out, now"`
}

func (i SaleInput) request() (SaleRequest, error) {
	request, err := i.PaidBasketInput.request()
	request.SoldAt = i.SoldAt
	return request, err
}

func (i PaidBasketInput) request() (SaleRequest, error) {
	basket, err := i.basket()
	if err != nil {
		return SaleRequest{}, err
	}
	request := SaleRequest{
		Basket: basket, Tenders: make([]Tender, len(i.Tenders)), ExpectedTotal: i.ExpectedTotal,
	}
	if i.ApprovalID != "" {
		if request.Approval, err = discount.ApprovalIDs.Parse(i.ApprovalID); err != nil {
			return request, ErrApprovalVoid.At("approval_id")
		}
	}
	for n, one := range i.Tenders {
		if request.Tenders[n], err = one.tender(n); err != nil {
			return request, err
		}
	}
	if asked := i.CashReceipt; asked != nil {
		request.CashReceipt = &order.CashReceiptTerms{Purpose: asked.Purpose, Number: asked.Number}
	}
	return request, nil
}

func (s *Service) postCheckout(ctx context.Context, input *struct{ Body SaleInput }) (*struct{ Body CheckoutView }, error) {
	seller, err := seller(ctx, sellPermission)
	if err != nil {
		return nil, err
	}
	request, err := input.Body.request()
	if err != nil {
		return nil, err
	}
	sale, err := s.Sell(ctx, seller, httpapi.Key(ctx), request)
	if err != nil {
		return nil, err
	}
	return &struct{ Body CheckoutView }{showSale(sale)}, nil
}

func showSale(sale Sale) CheckoutView {
	return CheckoutView{
		Order: sale.Order.ShowDetail(), Receipt: sale.Receipt.Document.Show(), Change: sale.Order.Change,
		OnHand: showOnHand(sale.OnHand), Drawer: DrawerBalance{sale.Drawer}, Replayed: sale.Replayed,
	}
}

// ApprovalView is an approval that was given.
type ApprovalView struct {
	ID         string `json:"id" doc:"apv_…: good for one sale of this basket at this till, within fifteen minutes"`
	ApprovedBy string `json:"approved_by" doc:"stf_…"`
}

func (s *Service) postApproval(ctx context.Context, input *struct {
	Body struct {
		BasketInput
		Approver staff.ProofInput `json:"approver"`
	}
},
) (*struct{ Body ApprovalView }, error) {
	seller, err := seller(ctx, sellPermission)
	if err != nil {
		return nil, err
	}
	basket, err := input.Body.basket()
	if err != nil {
		return nil, err
	}
	approver, err := staff.Prove(ctx, s.db, s.keeper, seller.Org, seller.Device, input.Body.Approver)
	if err != nil {
		return nil, err
	}
	approval, err := s.Approve(ctx, seller, approver, basket)
	if err != nil {
		return nil, err
	}
	return &struct{ Body ApprovalView }{ApprovalView{
		ID: discount.ApprovalIDs.Format(approval.ID), ApprovedBy: staff.StaffID.Format(approver),
	}}, nil
}

// RefundedView is a refund that was made, with the balances of now.
type RefundedView struct {
	Refund   order.RefundView         `json:"refund"`
	Order    order.DetailView         `json:"order" doc:"As it is now"`
	Receipt  order.ShownDocument      `json:"receipt"`
	PaidBack []order.RefundTenderView `json:"paid_back"`
	OnHand   []OnHandView             `json:"on_hand" doc:"Tracked variants that went back on the shelf"`
	Drawer   DrawerBalance            `json:"drawer"`
	Replayed bool                     `json:"replayed" doc:"It had been made before under this key"`
}

// ReturnInput is how many units of a line are refunded.
type ReturnInput struct {
	LineID   string `json:"line_id" doc:"lin_…"`
	Quantity int64  `json:"quantity" minimum:"1" maximum:"99999"`
}

// ReturnSlipInput is the slip of what goes back by a tender of the order.
type ReturnSlipInput struct {
	Tender int64     `json:"tender" minimum:"1" maximum:"50" doc:"Its position in the order"`
	Slip   SlipInput `json:"slip"`
}

// recorder is who adds a record to an order: he needs no till, only the permission to sell in the order's store.
func (s *Service) recorder(ctx context.Context, text string) (Seller, int64, error) {
	caller := auth.CallerFrom(ctx)
	wanted, err := order.IDs.Parse(text)
	if err != nil {
		return Seller{}, 0, err
	}
	var o order.Order
	err = s.db.Read(ctx, func(tx *database.Tx) error {
		var err error
		o, err = order.Read(ctx, tx, caller.Org, wanted)
		return err
	})
	if err == nil && !caller.May(sellPermission, o.Store) {
		err = id.Unknown.New()
	}
	return Seller{Org: caller.Org, Staff: caller.Staff, Store: o.Store}, wanted, err
}

func (s *Service) postSlip(ctx context.Context, input *struct {
	ID   string `path:"id" doc:"ord_…"`
	Body ReturnSlipInput
},
) (*struct{ Body order.DetailView }, error) {
	seller, wanted, err := s.recorder(ctx, input.ID)
	if err != nil {
		return nil, err
	}
	o, err := s.RecordSlip(ctx, seller, httpapi.Key(ctx), SlipRequest{
		Order: wanted, Tender: input.Body.Tender, Slip: input.Body.Slip.wanted(),
	})
	return &struct{ Body order.DetailView }{o.ShowDetail()}, err
}

func (s *Service) postCashReceipt(ctx context.Context, input *struct {
	ID   string `path:"id" doc:"ord_…"`
	Body CashReceiptInput
},
) (*struct{ Body order.DetailView }, error) {
	seller, wanted, err := s.recorder(ctx, input.ID)
	if err != nil {
		return nil, err
	}
	o, err := s.RecordCashReceipt(ctx, seller, httpapi.Key(ctx), CashReceiptRequest{
		Order: wanted, CashReceiptTerms: order.CashReceiptTerms{Purpose: input.Body.Purpose, Number: input.Body.Number},
	})
	return &struct{ Body order.DetailView }{o.ShowDetail()}, err
}

// ReturnsInput is what is to come back of an order.
type ReturnsInput struct {
	Lines []ReturnInput `json:"lines,omitempty" maxItems:"500"`
	All   bool          `json:"all,omitempty" doc:"Everything that is left, instead of lines"`
}

// RefundInput is a refund that is to be made.
type RefundInput struct {
	ReturnsInput
	Restock bool              `json:"restock" doc:"The units go back on the shelf"`
	Reason  string            `json:"reason,omitempty" maxLength:"200"`
	Slips   []ReturnSlipInput `json:"slips,omitempty" maxItems:"50" doc:"Of what goes back by cards"`
}

// request reads the ids of what is to come back of an order.
func (i ReturnsInput) request(text string) (RefundRequest, error) {
	wanted, err := order.IDs.Parse(text)
	if err != nil {
		return RefundRequest{}, err
	}
	if i.All == (len(i.Lines) > 0) {
		return RefundRequest{}, ErrAllOrLines.At("lines")
	}
	request := RefundRequest{Order: wanted, All: i.All}
	for n, line := range i.Lines {
		position, err := order.LineIDs.Parse(line.LineID)
		if err != nil {
			return RefundRequest{}, pricing.UnknownLine.At(fmt.Sprintf("lines[%d].line_id", n))
		}
		request.Lines = append(request.Lines, ReturnLine{Line: position, Quantity: line.Quantity})
	}
	return request, nil
}

func (i RefundInput) request(text string) (RefundRequest, error) {
	request, err := i.ReturnsInput.request(text)
	request.Restock, request.Reason = i.Restock, i.Reason
	for _, one := range i.Slips {
		request.Slips = append(request.Slips, ReturnSlip{Tender: one.Tender, Slip: one.Slip.wanted()})
	}
	return request, err
}

func (s *Service) postRefund(ctx context.Context, input *struct {
	ID   string `path:"id" doc:"ord_…"`
	Body RefundInput
},
) (*struct{ Body RefundedView }, error) {
	seller, err := seller(ctx, refundPermission)
	if err != nil {
		return nil, err
	}
	request, err := input.Body.request(input.ID)
	if err != nil {
		return nil, err
	}
	made, err := s.Refund(ctx, seller, httpapi.Key(ctx), request)
	if err != nil {
		return nil, err
	}
	shown := made.Order.ShowRefund(made.Refund)
	return &struct{ Body RefundedView }{RefundedView{
		Refund: shown, Order: made.Order.ShowDetail(), Receipt: made.Receipt.Document.Show(), PaidBack: shown.PaidBack,
		OnHand: showOnHand(made.OnHand), Drawer: DrawerBalance{made.Drawer}, Replayed: made.Replayed,
	}}, nil
}
