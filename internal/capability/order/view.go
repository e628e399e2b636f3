package order

import (
	"time"

	"dangol/internal/core/place"
	"dangol/internal/core/pricing"
	"dangol/internal/ground/id"
	"dangol/internal/ground/money"
)

// What the ids of others begin with that stand in orders.
const (
	deviceIDs  id.Kind = "dev"
	staffIDs   id.Kind = "stf"
	productIDs id.Kind = "prd"
	variantIDs id.Kind = "var"
	optionIDs  id.Kind = "opt"
	tenderIDs  id.Kind = "tnd"
)

// View is an order as lists show it.
type View struct {
	ID           string         `json:"id"`
	Number       string         `json:"number" doc:"Receipt number"`
	CallNumber   string         `json:"call_number"`
	Status       Status         `json:"status" enum:"paid,partly_refunded,refunded"`
	StoreID      string         `json:"store_id"`
	MerchantID   string         `json:"merchant_id"`
	DeviceID     string         `json:"device_id"`
	StaffID      string         `json:"staff_id"`
	BusinessDate string         `json:"business_date" format:"date"`
	Service      Service        `json:"service,omitempty" enum:"eat_in,takeaway" doc:"매장 or 포장; left out when nobody asked"`
	SoldAt       time.Time      `json:"sold_at"`
	Currency     money.Currency `json:"currency"`
	Total        int64          `json:"total"`
	Refunded     int64          `json:"refunded" doc:"What was paid back so far"`
}

// DetailView is a whole order.
type DetailView struct {
	View
	CreatedAt   time.Time        `json:"created_at" doc:"When the server took it; later than sold_at for what was sold offline"`
	TaxMode     pricing.TaxMode  `json:"tax_mode" enum:"inclusive,exclusive"`
	Totals      AmountsView      `json:"totals"`
	Change      int64            `json:"change"`
	Lines       []LineView       `json:"lines"`
	Discounts   []DiscountView   `json:"discounts" doc:"Of the order as a whole, each whole; each line has its share"`
	ApprovedBy  string           `json:"approved_by,omitempty" doc:"stf_…: who allowed its discounts, when who sold could not"`
	Tenders     []TenderView     `json:"tenders"`
	Refunds     []RefundView     `json:"refunds"`
	Left        int64            `json:"left" doc:"What can still be paid back"`
	CashReceipt *CashReceiptView `json:"cash_receipt,omitempty" doc:"현금영수증, if one was asked for"`
	CashLeft    int64            `json:"cash_left" doc:"What counts for a cash receipt now"`
	ExchangeOf  string           `json:"exchange_of,omitempty" doc:"ord_…: the order of which it took back units in exchange"`
}

// AmountsView is what a line, an order or a refund comes to, in minor units.
type AmountsView struct {
	Subtotal      int64     `json:"subtotal" doc:"Before discounts and added tax"`
	Discount      int64     `json:"discount"`
	Net           int64     `json:"net" doc:"Subtotal less discount"`
	TaxableSupply int64     `json:"taxable_supply" doc:"공급가액: the taxed part without its tax"`
	TaxIncluded   int64     `json:"tax_included" doc:"공급대가 of a simplified merchant: tax is in it and not shown apart"`
	Exempt        int64     `json:"exempt"`
	ZeroRated     int64     `json:"zero_rated"`
	Tax           int64     `json:"tax"`
	Taxes         []TaxView `json:"taxes"`
	Total         int64     `json:"total"`
}

// TaxView is one tax.
type TaxView struct {
	Key     string `json:"key"`
	NameKO  string `json:"name_ko"`
	NameEN  string `json:"name_en"`
	RatePPM int64  `json:"rate_ppm" doc:"Parts per million: 100000 is 10 %"`
	Base    int64  `json:"base"`
	Amount  int64  `json:"amount"`
}

// LineView is a line of an order.
type LineView struct {
	ID          string           `json:"id"`
	ProductID   string           `json:"product_id"`
	VariantID   string           `json:"variant_id"`
	Name        string           `json:"name"`
	NameEN      string           `json:"name_en,omitempty"`
	VariantName string           `json:"variant_name"`
	SKU         string           `json:"sku"`
	Quantity    int64            `json:"quantity"`
	Refunded    int64            `json:"refunded" doc:"Units that were refunded"`
	Left        int64            `json:"left" doc:"Units that can still be refunded"`
	Grams       int64            `json:"grams,omitempty" doc:"What the piece weighs that was sold by weight"`
	ListPrice   int64            `json:"list_price" doc:"Of one unit, of a weighed piece of a kilogram; without options"`
	UnitPrice   int64            `json:"unit_price" doc:"Of one unit, with options"`
	TaxClass    pricing.TaxClass `json:"tax_class"`
	Exempt      bool             `json:"exempt" doc:"It was sold exempt from tax"`
	Amounts     AmountsView      `json:"amounts"`
	Total       int64            `json:"total"`
	Options     []OptionView     `json:"options"`
	Discounts   []DiscountView   `json:"discounts"`
	AddedBy     string           `json:"added_by" doc:"stf_…"`
	AddedOn     string           `json:"added_on" doc:"dev_…"`
	AddedAt     time.Time        `json:"added_at"`
}

// OptionView is an option of a line.
type OptionView struct {
	OptionID   string `json:"option_id"`
	Group      string `json:"group"`
	Name       string `json:"name"`
	NameEN     string `json:"name_en,omitempty"`
	PriceDelta int64  `json:"price_delta"`
	Quantity   int64  `json:"quantity" doc:"For each unit of the line"`
}

// DiscountView is what was taken off a line.
type DiscountView struct {
	Key        string               `json:"key" doc:"dsc_…, or free; empty for a rounding"`
	Kind       pricing.DiscountKind `json:"kind" enum:"line,line_rounding,order,order_rounding"`
	NameKO     string               `json:"name_ko"`
	NameEN     string               `json:"name_en"`
	PercentPPM int64                `json:"percent_ppm" doc:"0 for an amount"`
	Amount     int64                `json:"amount"`
}

// TenderView is one way in which an order was paid.
type TenderView struct {
	Position int64 `json:"position" doc:"Among the order's tenders, from 1"`
	MeansView
	Amount  int64     `json:"amount" doc:"What it paid of the order"`
	Change  int64     `json:"change" doc:"What was given back of what was handed over"`
	Left    int64     `json:"left" doc:"What can still be paid back by it"`
	Carried bool      `json:"carried,omitempty" doc:"An exchange took it over from what came back"`
	Slip    *SlipView `json:"slip,omitempty" doc:"What the card terminal printed, if it was recorded"`
}

// MeansView is what was paid with, as it was called then.
type MeansView struct {
	TenderID string     `json:"tender_id" doc:"tnd_…"`
	Kind     TenderKind `json:"kind" enum:"cash,card,other"`
	Name     string     `json:"name"`
	NameEN   string     `json:"name_en"`
}

func (m Means) show() MeansView {
	return MeansView{TenderID: tenderIDs.Format(m.Definition), Kind: m.Kind, Name: m.Name, NameEN: m.NameEN}
}

// RefundView is a refund.
type RefundView struct {
	ID           string             `json:"id"`
	OrderID      string             `json:"order_id"`
	Number       string             `json:"number" doc:"Receipt number"`
	StoreID      string             `json:"store_id"`
	DeviceID     string             `json:"device_id"`
	StaffID      string             `json:"staff_id"`
	BusinessDate string             `json:"business_date" format:"date"`
	RefundedAt   time.Time          `json:"refunded_at"`
	Restock      bool               `json:"restock" doc:"The units went back on the shelf"`
	Reason       string             `json:"reason"`
	ExchangeID   string             `json:"exchange_id,omitempty" doc:"ord_…: the order that was sold in exchange"`
	Totals       AmountsView        `json:"totals"`
	Total        int64              `json:"total"`
	Lines        []RefundLineView   `json:"lines"`
	PaidBack     []RefundTenderView `json:"paid_back"`
}

// RefundLineView is how many units of a line were refunded.
type RefundLineView struct {
	LineID   string `json:"line_id"`
	Quantity int64  `json:"quantity"`
	Total    int64  `json:"total"`
}

// RefundTenderView is what was paid back by one tender.
type RefundTenderView struct {
	Position int64 `json:"position" doc:"The order's tender"`
	MeansView
	Amount  int64     `json:"amount"`
	Carried int64     `json:"carried,omitempty" doc:"The part of the amount that pays the order in exchange: nobody got it back"`
	Slip    *SlipView `json:"slip,omitempty" doc:"The slip of the cancellation, if it was recorded"`
}

// Show is the order as lists show it.
func (o Order) Show() View {
	return View{
		ID: IDs.Format(o.ID), Number: o.Number.String(), CallNumber: o.Call(), Status: o.Status,
		StoreID: place.StoreID.Format(o.Store), MerchantID: place.MerchantID.Format(o.Merchant),
		DeviceID: deviceIDs.Format(o.Device), StaffID: staffIDs.Format(o.Staff), BusinessDate: o.BusinessDate,
		Service: o.Service, SoldAt: o.SoldAt, Currency: o.Currency, Total: o.Amounts.Total, Refunded: o.Refunded,
	}
}

// ShowDetail is the whole order.
func (o Order) ShowDetail() DetailView {
	shown := DetailView{
		View: o.Show(), CreatedAt: o.CreatedAt, TaxMode: o.TaxMode, Totals: ShowAmounts(o.Amounts), Change: o.Change,
		Lines: []LineView{}, Discounts: ShowDiscounts(o.Discounts()), ApprovedBy: staffIDs.Format(o.ApprovedBy),
		Tenders: []TenderView{}, Refunds: []RefundView{}, Left: o.Amounts.Total - o.Refunded,
		CashReceipt: o.showCashReceipt(), CashLeft: o.CashLeft(), ExchangeOf: IDs.Format(o.ExchangeOf),
	}
	for _, line := range o.Lines {
		shown.Lines = append(shown.Lines, line.show())
	}
	left := o.Left()
	for i, tender := range o.Tenders {
		shown.Tenders = append(shown.Tenders, TenderView{
			Position: tender.Position, MeansView: tender.show(), Amount: tender.Applied, Change: tender.Change,
			Left: left[i].Amount, Carried: tender.CarriedFrom != 0, Slip: o.showSlip(tender.Position, 0),
		})
	}
	for _, refund := range o.Refunds {
		shown.Refunds = append(shown.Refunds, o.ShowRefund(refund))
	}
	return shown
}

func (l Line) show() LineView {
	shown := LineView{
		ID: LineIDs.Format(l.ID), ProductID: productIDs.Format(l.Product), VariantID: variantIDs.Format(l.Variant),
		Name: l.Name, NameEN: l.NameEN, VariantName: l.VariantName, SKU: l.SKU, Quantity: l.Quantity, Refunded: l.Returned,
		Left: l.Left(), Grams: l.Grams, ListPrice: l.ListPrice, UnitPrice: l.UnitPrice, TaxClass: l.TaxClass,
		Exempt: l.TaxedAs == pricing.ExemptItem, Amounts: ShowAmounts(l.Amounts), Total: l.Amounts.Total,
		Options: []OptionView{}, Discounts: ShowDiscounts(l.Discounts), AddedBy: staffIDs.Format(l.AddedBy),
		AddedOn: deviceIDs.Format(l.AddedOn), AddedAt: l.AddedAt,
	}
	for _, option := range l.Options {
		shown.Options = append(shown.Options, OptionView{
			OptionID: optionIDs.Format(option.ID), Group: option.Group, Name: option.Name, NameEN: option.NameEN,
			PriceDelta: option.PriceDelta, Quantity: option.Quantity,
		})
	}
	return shown
}

// ShowDiscounts is what was taken off, one by one.
func ShowDiscounts(shares []pricing.DiscountShare) []DiscountView {
	shown := []DiscountView{}
	for _, share := range shares {
		shown = append(shown, DiscountView{
			Key: share.Key, Kind: share.Kind, NameKO: share.Name.KO, NameEN: share.Name.EN, PercentPPM: share.PercentPPM,
			Amount: share.Amount,
		})
	}
	return shown
}

// ShowRefund is one of the order's refunds.
func (o Order) ShowRefund(r Refund) RefundView {
	shown := RefundView{
		ID: RefundIDs.Format(r.ID), OrderID: IDs.Format(o.ID), Number: r.Number.String(),
		StoreID: place.StoreID.Format(r.Store), DeviceID: deviceIDs.Format(r.Device), StaffID: staffIDs.Format(r.Staff),
		BusinessDate: r.BusinessDate, RefundedAt: r.RefundedAt, Restock: r.Restock, Reason: r.Reason,
		ExchangeID: IDs.Format(r.Exchange), Totals: ShowAmounts(r.Amounts), Total: r.Amounts.Total,
		Lines: []RefundLineView{}, PaidBack: []RefundTenderView{},
	}
	for _, line := range r.Lines {
		shown.Lines = append(shown.Lines, RefundLineView{
			LineID: LineIDs.Format(o.LineAt(line.Line).ID), Quantity: line.Quantity, Total: line.Amounts.Total,
		})
	}
	for _, tender := range r.Tenders {
		shown.PaidBack = append(shown.PaidBack, RefundTenderView{
			Position: tender.Tender, MeansView: tender.show(), Amount: tender.Amount, Carried: tender.Carried,
			Slip: o.showSlip(tender.Tender, r.ID),
		})
	}
	return shown
}

// ShowAmounts is what something comes to.
func ShowAmounts(a pricing.Amounts) AmountsView {
	shown := AmountsView{
		Subtotal: a.Gross, Discount: a.Discount, Net: a.Net, TaxableSupply: a.Supply, TaxIncluded: a.TaxIncluded,
		Exempt: a.Exempt, ZeroRated: a.ZeroRated, Tax: a.Tax, Taxes: []TaxView{}, Total: a.Total,
	}
	for _, tax := range a.Taxes {
		shown.Taxes = append(shown.Taxes, TaxView{
			Key: tax.Key, NameKO: tax.Name.KO, NameEN: tax.Name.EN, RatePPM: tax.RatePPM, Base: tax.Base, Amount: tax.Amount,
		})
	}
	return shown
}
