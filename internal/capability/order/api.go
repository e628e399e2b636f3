package order

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"dangol/internal/core/place"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/id"
	"dangol/internal/ground/money"
)

// The permissions that reading asks for.
const (
	readPermission  auth.Permission = "order.read"
	booksPermission auth.Permission = "books.read"
)

type api struct{ db *database.DB }

// Serve adds the operations that read orders, receipts and reports.
func Serve(server *httpapi.API, db *database.DB) {
	a := &api{db: db}
	httpapi.Register(server, httpapi.Operation{
		ID: "list-orders", Method: http.MethodGet, Path: "/v1/orders", Tag: "Orders", Permission: readPermission,
		Summary: "Orders, the latest first",
	}, a.list)
	httpapi.Register(server, httpapi.Operation{
		ID: "read-order", Method: http.MethodGet, Path: "/v1/orders/{id}", Tag: "Orders", Permission: readPermission,
		Summary: "An order with its lines, tenders and refunds, and what is left to refund",
	}, a.read)
	httpapi.Register(server, httpapi.Operation{
		ID: "read-order-receipt", Method: http.MethodGet, Path: "/v1/orders/{id}/receipt", Tag: "Orders",
		Permission: readPermission, Summary: "The receipt of an order as it was issued",
	}, a.receipt)
	httpapi.Register(server, httpapi.Operation{
		ID: "list-receipts", Method: http.MethodGet, Path: "/v1/receipts", Tag: "Orders", Permission: readPermission,
		Summary: "Receipts of sales and refunds, the latest first",
	}, a.receipts)
	httpapi.Register(server, httpapi.Operation{
		ID: "find-receipt", Method: http.MethodGet, Path: "/v1/receipts/{number}", Tag: "Orders", Permission: readPermission,
		Summary: "A receipt by its number, with its order as it is now",
	}, a.find)
	httpapi.Register(server, httpapi.Operation{
		ID: "read-day-report", Method: http.MethodGet, Path: "/v1/reports/day", Tag: "Reports", Permission: booksPermission,
		Summary: "What a store sold on a business day", Errors: []*fault.Code{id.Unknown},
	}, a.day)
}

// scope says in which stores the caller looks: in one, of which he needs the permission, or in all where he has it.
func (a *api) scope(
	ctx context.Context, tx *database.Tx, caller auth.Caller, permission auth.Permission, wanted string,
) (all bool, stores []int64, err error) {
	if wanted == "" {
		all, stores = caller.Stores(permission)
		return all, stores, nil
	}
	store, err := place.StoreID.Parse(wanted)
	if err != nil {
		return false, nil, err
	}
	if _, err := (place.Directory{}).Store(ctx, tx, caller.Org, store); err != nil {
		return false, nil, err
	}
	return false, []int64{store}, caller.Require(permission, store)
}

type listInput struct {
	httpapi.Page
	StoreID string `query:"store_id" doc:"Only orders of this store: sto_…"`
	From    string `query:"from" format:"date" doc:"First business day: 2026-11-23"`
	To      string `query:"to" format:"date" doc:"Last business day"`
	Status  Status `query:"status" enum:"paid,partly_refunded,refunded"`
	Query   string `query:"query" maxLength:"40" doc:"A whole receipt number, or a call number"`
}

func (a *api) list(ctx context.Context, input *listInput) (*struct{ Body httpapi.List[View] }, error) {
	caller := auth.CallerFrom(ctx)
	after := Start
	if _, err := input.After(&after); err != nil {
		return nil, err
	}
	filter := Filter{From: input.From, To: input.To, Status: input.Status}
	output := &struct{ Body httpapi.List[View] }{}
	err := a.db.Read(ctx, func(tx *database.Tx) error {
		var err error
		if filter.All, filter.Stores, err = a.scope(ctx, tx, caller, readPermission, input.StoreID); err != nil {
			return err
		}
		var list []Order
		if filter.search(input.Query) {
			if list, err = List(ctx, tx, caller.Org, filter, after, input.Limit+1); err != nil {
				return err
			}
		}
		output.Body, err = httpapi.NewList(input.Page, list, Order.Show, func(o Order) any { return o.Cursor() })
		return err
	})
	return output, err
}

// search adds what was typed to the filter. It returns false for what no order can be found by.
func (f *Filter) search(text string) bool {
	if text = strings.TrimSpace(text); text == "" {
		return true
	}
	if number, err := ParseNumber(text); err == nil {
		f.Number = number.String()
		return true
	}
	call, err := strconv.ParseInt(text, 10, 32)
	f.CallNumber = call
	return err == nil && call > 0
}

type orderPath struct {
	ID string `path:"id" doc:"ord_…"`
}

func (a *api) read(ctx context.Context, input *orderPath) (*struct{ Body DetailView }, error) {
	output := &struct{ Body DetailView }{}
	err := a.db.Read(ctx, func(tx *database.Tx) error {
		found, err := wanted(ctx, tx, input.ID)
		output.Body = found.ShowDetail()
		return err
	})
	return output, err
}

// wanted reads the order of a path, of whose store the caller needs the permission to read: an order elsewhere is as
// good as none.
func wanted(ctx context.Context, tx *database.Tx, text string) (Order, error) {
	caller := auth.CallerFrom(ctx)
	order, err := IDs.Parse(text)
	if err != nil {
		return Order{}, err
	}
	found, err := Read(ctx, tx, caller.Org, order)
	if err == nil && !caller.May(readPermission, found.Store) {
		return Order{}, id.Unknown.New()
	}
	return found, err
}

func (a *api) receipt(ctx context.Context, input *orderPath) (*struct{ Body ShownDocument }, error) {
	output := &struct{ Body ShownDocument }{}
	err := a.db.Read(ctx, func(tx *database.Tx) error {
		found, err := wanted(ctx, tx, input.ID)
		if err != nil {
			return err
		}
		receipt, err := ReadReceipt(ctx, tx, auth.CallerFrom(ctx).Org, found.Number)
		output.Body = receipt.Document.Show()
		return err
	})
	return output, err
}

// ReceiptView is a receipt as lists show it.
type ReceiptView struct {
	Number   string         `json:"number"`
	Kind     ReceiptKind    `json:"kind" enum:"sale,refund"`
	OrderID  string         `json:"order_id"`
	StoreID  string         `json:"store_id"`
	IssuedAt time.Time      `json:"issued_at"`
	Register string         `json:"register"`
	Cashier  string         `json:"cashier"`
	Currency money.Currency `json:"currency"`
	Total    int64          `json:"total"`
}

func (r Receipt) show() ReceiptView {
	return ReceiptView{
		Number: r.Number.String(), Kind: r.Document.Kind, OrderID: IDs.Format(r.Order), StoreID: place.StoreID.Format(r.Store),
		IssuedAt: r.Document.IssuedAt, Register: r.Document.Register, Cashier: r.Document.Cashier,
		Currency: r.Document.Currency, Total: r.Document.Totals.Total,
	}
}

type receiptsInput struct {
	httpapi.Page
	StoreID string `query:"store_id" doc:"Only receipts of this store: sto_…"`
	Query   string `query:"query" maxLength:"40" doc:"A whole receipt number, a register's code, or a sequence number"`
}

func (a *api) receipts(ctx context.Context, input *receiptsInput) (*struct{ Body httpapi.List[ReceiptView] }, error) {
	caller := auth.CallerFrom(ctx)
	after := Start
	if _, err := input.After(&after); err != nil {
		return nil, err
	}
	filter := ReceiptFilter{}
	filter.search(input.Query)
	output := &struct{ Body httpapi.List[ReceiptView] }{}
	err := a.db.Read(ctx, func(tx *database.Tx) error {
		var err error
		if filter.All, filter.Stores, err = a.scope(ctx, tx, caller, readPermission, input.StoreID); err != nil {
			return err
		}
		list, err := ListReceipts(ctx, tx, caller.Org, filter, after, input.Limit+1)
		if err != nil {
			return err
		}
		output.Body, err = httpapi.NewList(input.Page, list, Receipt.show, func(r Receipt) any { return r.Cursor() })
		return err
	})
	return output, err
}

// search adds what was typed to the filter.
func (f *ReceiptFilter) search(text string) {
	text = strings.ToUpper(strings.TrimSpace(text))
	if number, err := ParseNumber(text); err == nil {
		f.Number = number.String()
	} else if sequence, err := strconv.ParseInt(text, 10, 64); err == nil && sequence > 0 {
		f.Sequence = sequence
	} else {
		f.Register = text
	}
}

type findOutput struct {
	Body struct {
		Order   DetailView    `json:"order"`
		Receipt ShownDocument `json:"receipt"`
	}
}

func (a *api) find(ctx context.Context, input *struct {
	Number string `path:"number" maxLength:"40" example:"AB12-1-000123"`
},
) (*findOutput, error) {
	caller := auth.CallerFrom(ctx)
	number, err := ParseNumber(input.Number)
	if err != nil {
		return nil, err
	}
	output := &findOutput{}
	err = a.db.Read(ctx, func(tx *database.Tx) error {
		receipt, err := ReadReceipt(ctx, tx, caller.Org, number)
		if err != nil {
			return err
		}
		if !caller.May(readPermission, receipt.Store) {
			return id.Unknown.New()
		}
		found, err := Read(ctx, tx, caller.Org, receipt.Order)
		output.Body.Order, output.Body.Receipt = found.ShowDetail(), receipt.Document.Show()
		return err
	})
	return output, err
}

// DayView is what a store sold on a business day. Net is gross less refunds; all amounts contain their tax.
type DayView struct {
	StoreID      string            `json:"store_id"`
	BusinessDate string            `json:"business_date" format:"date"`
	Currency     money.Currency    `json:"currency"`
	Orders       int64             `json:"orders"`
	Discount     int64             `json:"discount" doc:"Taken off from what was sold on this day; gross is without it"`
	Gross        int64             `json:"gross"`
	RefundCount  int64             `json:"refund_count"`
	Refunds      int64             `json:"refunds" doc:"Paid back on this day, whenever it was sold"`
	Net          int64             `json:"net"`
	Tax          int64             `json:"tax" doc:"Tax in net"`
	ByHour       []HourView        `json:"by_hour" doc:"Hours of the store's clock with sales"`
	ByTender     []TenderSumView   `json:"by_tender"`
	ByDiscount   []DiscountSumView `json:"by_discount" doc:"Those that took off most"`
	TopProducts  []ProductView     `json:"top_products"`
}

// HourView is what was sold within an hour.
type HourView struct {
	Hour   int   `json:"hour" minimum:"0" maximum:"23"`
	Orders int64 `json:"orders"`
	Amount int64 `json:"amount"`
}

// TenderSumView is what one tender took and gave back.
type TenderSumView struct {
	MeansView
	Count    int64 `json:"count"`
	Amount   int64 `json:"amount"`
	Refunded int64 `json:"refunded"`
}

// DiscountSumView is what was taken off under one name.
type DiscountSumView struct {
	Key    string `json:"key" doc:"dsc_…, or free; empty for a rounding"`
	NameKO string `json:"name_ko"`
	NameEN string `json:"name_en"`
	Orders int64  `json:"orders"`
	Amount int64  `json:"amount"`
}

// ProductView is what was sold of a product, refunded units included.
type ProductView struct {
	ProductID string `json:"product_id"`
	Name      string `json:"name"`
	NameEN    string `json:"name_en,omitempty"`
	Quantity  int64  `json:"quantity"`
	Amount    int64  `json:"amount"`
}

func (a *api) day(ctx context.Context, input *struct {
	StoreID string `query:"store_id" required:"true" doc:"sto_…"`
	Date    string `query:"date" format:"date" doc:"Business day; left out, the store's today"`
},
) (*struct{ Body DayView }, error) {
	caller := auth.CallerFrom(ctx)
	store, err := place.StoreID.Parse(input.StoreID)
	if err != nil {
		return nil, err
	}
	output := &struct{ Body DayView }{}
	err = a.db.Read(ctx, func(tx *database.Tx) error {
		found, err := place.Directory{}.Store(ctx, tx, caller.Org, store)
		if err != nil {
			return err
		}
		if err := caller.Require(booksPermission, store); err != nil {
			return err
		}
		date := input.Date
		if date == "" {
			date = found.BusinessDate(tx.Now())
		}
		day, err := ReadDay(ctx, tx, caller.Org, store, date, found.Location())
		output.Body = day.show()
		output.Body.StoreID, output.Body.BusinessDate, output.Body.Currency = input.StoreID, date, found.Currency
		return err
	})
	return output, err
}

func (d Day) show() DayView {
	shown := DayView{
		Orders: d.Orders.Count, Gross: d.Orders.Amount, RefundCount: d.Refunds.Count, Refunds: d.Refunds.Amount,
		Net: d.Orders.Amount - d.Refunds.Amount, Tax: d.Orders.Tax - d.Refunds.Tax,
		ByHour: []HourView{}, ByTender: []TenderSumView{}, TopProducts: []ProductView{},
		Discount: d.Orders.Discount, ByDiscount: []DiscountSumView{},
	}
	for _, one := range d.Discounts {
		shown.ByDiscount = append(shown.ByDiscount, DiscountSumView{
			Key: one.Key, NameKO: one.Name, NameEN: one.NameEN, Orders: one.Orders, Amount: one.Amount,
		})
	}
	for _, hour := range d.Hours {
		shown.ByHour = append(shown.ByHour, HourView(hour))
	}
	for _, tender := range d.Tenders {
		shown.ByTender = append(shown.ByTender, TenderSumView{
			MeansView: tender.show(), Count: tender.Count, Amount: tender.Amount, Refunded: tender.Refunded,
		})
	}
	for _, product := range d.Products {
		shown.TopProducts = append(shown.TopProducts, ProductView{
			ProductID: productIDs.Format(product.Product), Name: product.Name, NameEN: product.NameEN,
			Quantity: product.Quantity, Amount: product.Amount,
		})
	}
	return shown
}
