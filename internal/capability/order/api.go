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
	"dangol/internal/ground/sheet"
)

// readPermission is what reading asks for.
const readPermission auth.Permission = "order.read"

type api struct{ db *database.DB }

// Serve adds the operations that read orders, refunds and receipts.
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
		ID: "list-refunds", Method: http.MethodGet, Path: "/v1/refunds", Tag: "Orders", Permission: readPermission,
		Summary: "Refunds, the latest first", Errors: []*fault.Code{id.Unknown},
	}, a.refunds)
	httpapi.Register(server, httpapi.Operation{
		ID: "export-orders", Method: http.MethodGet, Path: "/v1/orders/export", Tag: "Orders", Permission: readPermission,
		Summary: "The orders of a list as a file", Timeout: exportTimeout, Errors: []*fault.Code{sheet.ErrTooLong, id.Unknown},
	}, a.exportOrders)
	httpapi.Register(server, httpapi.Operation{
		ID: "export-refunds", Method: http.MethodGet, Path: "/v1/refunds/export", Tag: "Orders", Permission: readPermission,
		Summary: "The refunds of a list as a file", Timeout: exportTimeout, Errors: []*fault.Code{sheet.ErrTooLong, id.Unknown},
	}, a.exportRefunds)
	httpapi.Register(server, httpapi.Operation{
		ID: "export-receipts", Method: http.MethodGet, Path: "/v1/receipts/export", Tag: "Orders", Permission: readPermission,
		Summary: "The receipts of a list as a file", Timeout: exportTimeout, Errors: []*fault.Code{sheet.ErrTooLong, id.Unknown},
	}, a.exportReceipts)
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

// SoldQuery asks for orders or refunds.
type SoldQuery struct {
	StoreID   string    `query:"store_id" doc:"Only of this store: sto_…"`
	From      string    `query:"from" format:"date" doc:"First business day: 2026-11-23"`
	To        string    `query:"to" format:"date" doc:"Last business day"`
	Since     time.Time `query:"since" doc:"Sold, or paid back, at this time or later"`
	Till      time.Time `query:"till" doc:"Sold, or paid back, before this time"`
	StaffID   string    `query:"staff_id" doc:"Only what this person sold, or paid back: stf_…"`
	ProductID string    `query:"product_id" doc:"Only with this product: prd_…"`
	TenderID  string    `query:"tender_id" doc:"Only paid, or paid back, in this way: tnd_…"`
}

// filter says what is asked for, in the stores where the caller may look.
func (a *api) filter(ctx context.Context, tx *database.Tx, query SoldQuery) (Filter, error) {
	filter := Filter{From: query.From, To: query.To, Since: query.Since, Till: query.Till}
	var err error
	filter.All, filter.Stores, err = a.scope(ctx, tx, auth.CallerFrom(ctx), readPermission, query.StoreID)
	if err == nil && query.StaffID != "" {
		filter.Staff, err = staffIDs.Parse(query.StaffID)
	}
	if err == nil && query.ProductID != "" {
		filter.Product, err = productIDs.Parse(query.ProductID)
	}
	if err == nil && query.TenderID != "" {
		filter.Tender, err = tenderIDs.Parse(query.TenderID)
	}
	return filter, err
}

// OrderQuery asks for orders.
type OrderQuery struct {
	SoldQuery
	Status  Status  `query:"status" enum:"paid,partly_refunded,refunded"`
	Service Service `query:"service" enum:"eat_in,takeaway"`
	Query   string  `query:"query" maxLength:"40" doc:"A whole receipt number, or a call number"`
}

// orders reads a part of the orders that are asked for.
func (a *api) orders(ctx context.Context, tx *database.Tx, query OrderQuery, after Cursor, limit int) ([]Order, error) {
	filter, err := a.filter(ctx, tx, query.SoldQuery)
	if err != nil || !filter.search(query.Query) {
		return nil, err
	}
	filter.Status, filter.Service = query.Status, query.Service
	return List(ctx, tx, auth.CallerFrom(ctx).Org, filter, after, limit)
}

func (a *api) list(ctx context.Context, input *struct {
	httpapi.Page
	OrderQuery
},
) (*struct{ Body httpapi.List[View] }, error) {
	after := Start
	if _, err := input.After(&after); err != nil {
		return nil, err
	}
	output := &struct{ Body httpapi.List[View] }{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		list, err := a.orders(ctx, tx, input.OrderQuery, after, input.Limit+1)
		if err != nil {
			return err
		}
		output.Body, err = httpapi.NewList(input.Page, list, Order.Show, func(o Order) any { return o.Cursor() })
		return err
	})
}

// RefundedView is a refund as lists show it.
type RefundedView struct {
	ID           string         `json:"id"`
	Number       string         `json:"number" doc:"Receipt number of the refund"`
	OrderID      string         `json:"order_id"`
	OrderNumber  string         `json:"order_number" doc:"Receipt number of the order"`
	StoreID      string         `json:"store_id"`
	StaffID      string         `json:"staff_id" doc:"Who paid back"`
	BusinessDate string         `json:"business_date" format:"date"`
	RefundedAt   time.Time      `json:"refunded_at"`
	Restock      bool           `json:"restock" doc:"The units went back on the shelf"`
	Reason       string         `json:"reason"`
	Currency     money.Currency `json:"currency"`
	Total        int64          `json:"total"`
}

func (r PaidBack) show() RefundedView {
	return RefundedView{
		ID: RefundIDs.Format(r.ID), Number: r.Number.String(), OrderID: IDs.Format(r.Order), OrderNumber: r.Sold.String(),
		StoreID: place.StoreID.Format(r.Store), StaffID: staffIDs.Format(r.Staff), BusinessDate: r.BusinessDate,
		RefundedAt: r.RefundedAt, Restock: r.Restock, Reason: r.Reason, Currency: r.Currency, Total: r.Amounts.Total,
	}
}

func (a *api) refunds(ctx context.Context, input *struct {
	httpapi.Page
	SoldQuery
},
) (*struct{ Body httpapi.List[RefundedView] }, error) {
	after := Start
	if _, err := input.After(&after); err != nil {
		return nil, err
	}
	output := &struct{ Body httpapi.List[RefundedView] }{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		filter, err := a.filter(ctx, tx, input.SoldQuery)
		if err != nil {
			return err
		}
		list, err := ListRefunds(ctx, tx, auth.CallerFrom(ctx).Org, filter, after, input.Limit+1)
		if err != nil {
			return err
		}
		output.Body, err = httpapi.NewList(input.Page, list, PaidBack.show, func(r PaidBack) any { return r.Cursor() })
		return err
	})
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
	Kind     ReceiptKind    `json:"kind" enum:"sale,refund,exchange"`
	OrderID  string         `json:"order_id"`
	StoreID  string         `json:"store_id"`
	IssuedAt time.Time      `json:"issued_at"`
	Register string         `json:"register"`
	Cashier  string         `json:"cashier"`
	Currency money.Currency `json:"currency"`
	Total    int64          `json:"total" doc:"Of an exchange the difference: below zero when money went back"`
}

func (r Receipt) show() ReceiptView {
	return ReceiptView{
		Number: r.Number.String(), Kind: r.Document.Kind, OrderID: IDs.Format(r.Order), StoreID: place.StoreID.Format(r.Store),
		IssuedAt: r.Document.IssuedAt, Register: r.Document.Register, Cashier: r.Document.Cashier,
		Currency: r.Document.Currency, Total: r.Document.Net(),
	}
}

// ReceiptQuery asks for receipts.
type ReceiptQuery struct {
	StoreID string `query:"store_id" doc:"Only receipts of this store: sto_…"`
	Query   string `query:"query" maxLength:"40" doc:"A whole receipt number, a register's code, or a sequence number"`
}

// receiptsOf reads a part of the receipts that are asked for.
func (a *api) receiptsOf(ctx context.Context, tx *database.Tx, query ReceiptQuery, after Cursor, limit int) ([]Receipt, error) {
	caller := auth.CallerFrom(ctx)
	filter := ReceiptFilter{}
	filter.search(query.Query)
	var err error
	if filter.All, filter.Stores, err = a.scope(ctx, tx, caller, readPermission, query.StoreID); err != nil {
		return nil, err
	}
	return ListReceipts(ctx, tx, caller.Org, filter, after, limit)
}

func (a *api) receipts(ctx context.Context, input *struct {
	httpapi.Page
	ReceiptQuery
},
) (*struct{ Body httpapi.List[ReceiptView] }, error) {
	after := Start
	if _, err := input.After(&after); err != nil {
		return nil, err
	}
	output := &struct{ Body httpapi.List[ReceiptView] }{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		list, err := a.receiptsOf(ctx, tx, input.ReceiptQuery, after, input.Limit+1)
		if err != nil {
			return err
		}
		output.Body, err = httpapi.NewList(input.Page, list, Receipt.show, func(r Receipt) any { return r.Cursor() })
		return err
	})
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
