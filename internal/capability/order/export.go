package order

import (
	"context"
	"time"

	"dangol/internal/core/place"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/lang"
	"dangol/internal/ground/money"
	"dangol/internal/ground/sheet"
)

const (
	// exportTimeout is how long writing a file may take.
	exportTimeout = time.Minute
	// exportPage is how many rows are read at once.
	exportPage = 500
)

// stores are those that were read before.
type stores map[int64]place.Store

func (s stores) store(ctx context.Context, tx *database.Tx, org, wanted int64) (place.Store, error) {
	if found, known := s[wanted]; known {
		return found, nil
	}
	found, err := place.Directory{}.Store(ctx, tx, org, wanted)
	s[wanted] = found
	return found, err
}

// exported is a row of a list beside its store and the language of its reader.
type exported[T any] struct {
	of    T
	store place.Store
	tag   lang.Tag
}

// time is a time on the store's clock, as a spreadsheet reads it.
func (e exported[T]) time(at time.Time) sheet.Cell {
	return sheet.Text(at.In(e.store.Location()).Format(time.DateTime))
}

func amount(minor int64, currency money.Currency) sheet.Cell {
	return sheet.Decimal(money.Decimal(minor, currency))
}

// exportList writes a list as a file, page by page.
func exportList[T any](
	ctx context.Context, db *database.DB, wanted sheet.Wanted, name string, columns []sheet.Column[exported[T]],
	read func(tx *database.Tx, after Cursor, limit int) ([]T, error), cursor func(T) Cursor, storeOf func(T) int64,
) (*sheet.File, error) {
	org, tag, known := auth.CallerFrom(ctx).Org, httpapi.Language(ctx), stores{}
	return sheet.Export(wanted.Format, tag, name, columns, func(row func(exported[T]) error) error {
		return db.Read(ctx, func(tx *database.Tx) error {
			for after := Start; ; {
				list, err := read(tx, after, exportPage)
				if err != nil {
					return err
				}
				for _, one := range list {
					store, err := known.store(ctx, tx, org, storeOf(one))
					if err != nil {
						return err
					}
					if err := row(exported[T]{one, store, tag}); err != nil {
						return err
					}
					after = cursor(one)
				}
				if len(list) < exportPage {
					return nil
				}
			}
		})
	})
}

func title(ko, en string) lang.Text { return lang.Text{KO: ko, EN: en} }

var statusNames = map[Status]lang.Text{
	Paid: title("결제 완료", "Paid"), PartlyRefunded: title("일부 환불", "Partly refunded"), Refunded: title("환불", "Refunded"),
}

var orderColumnsOfFile = []sheet.Column[exported[Order]]{
	{Title: title("영업일", "Business day"), Width: 12, Cell: func(e exported[Order]) sheet.Cell { return sheet.Text(e.of.BusinessDate) }},
	{Title: title("시각", "Time"), Width: 20, Cell: func(e exported[Order]) sheet.Cell { return e.time(e.of.SoldAt) }},
	{Title: title("매장", "Store"), Width: 18, Cell: func(e exported[Order]) sheet.Cell { return sheet.Text(e.store.Name) }},
	{Title: title("영수증 번호", "Receipt no."), Width: 18, Cell: func(e exported[Order]) sheet.Cell { return sheet.Text(e.of.Number.String()) }},
	{Title: title("주문번호", "Order"), Width: 9, Cell: func(e exported[Order]) sheet.Cell { return sheet.Text(e.of.Call()) }},
	{Title: title("상태", "Status"), Width: 12, Cell: func(e exported[Order]) sheet.Cell {
		return sheet.Text(statusNames[e.of.Status].In(e.tag, nil))
	}},
	{Title: title("할인", "Discount"), Width: 12, Cell: func(e exported[Order]) sheet.Cell { return amount(e.of.Amounts.Discount, e.of.Currency) }},
	{Title: title("금액", "Amount"), Width: 12, Cell: func(e exported[Order]) sheet.Cell { return amount(e.of.Amounts.Total, e.of.Currency) }},
	{Title: title("부가세", "Tax"), Width: 12, Cell: func(e exported[Order]) sheet.Cell { return amount(e.of.Amounts.Tax, e.of.Currency) }},
	{Title: title("환불", "Refunded"), Width: 12, Cell: func(e exported[Order]) sheet.Cell { return amount(e.of.Refunded, e.of.Currency) }},
	{Title: title("통화", "Currency"), Width: 8, Cell: func(e exported[Order]) sheet.Cell { return sheet.Text(string(e.of.Currency)) }},
}

func (a *api) exportOrders(ctx context.Context, input *struct {
	sheet.Wanted
	OrderQuery
},
) (*sheet.File, error) {
	return exportList(ctx, a.db, input.Wanted, "dangol-orders", orderColumnsOfFile,
		func(tx *database.Tx, after Cursor, limit int) ([]Order, error) {
			return a.orders(ctx, tx, input.OrderQuery, after, limit)
		}, Order.Cursor, func(o Order) int64 { return o.Store })
}

var refundColumnsOfFile = []sheet.Column[exported[PaidBack]]{
	{Title: title("영업일", "Business day"), Width: 12, Cell: func(e exported[PaidBack]) sheet.Cell { return sheet.Text(e.of.BusinessDate) }},
	{Title: title("시각", "Time"), Width: 20, Cell: func(e exported[PaidBack]) sheet.Cell { return e.time(e.of.RefundedAt) }},
	{Title: title("매장", "Store"), Width: 18, Cell: func(e exported[PaidBack]) sheet.Cell { return sheet.Text(e.store.Name) }},
	{Title: title("환불 영수증", "Refund receipt"), Width: 18, Cell: func(e exported[PaidBack]) sheet.Cell { return sheet.Text(e.of.Number.String()) }},
	{Title: title("판매 영수증", "Sale receipt"), Width: 18, Cell: func(e exported[PaidBack]) sheet.Cell { return sheet.Text(e.of.Sold.String()) }},
	{Title: title("이유", "Reason"), Width: 24, Cell: func(e exported[PaidBack]) sheet.Cell { return sheet.Text(e.of.Reason) }},
	{Title: title("재입고", "Back in stock"), Width: 10, Cell: func(e exported[PaidBack]) sheet.Cell {
		return sheet.Text(restockNames[e.of.Restock].In(e.tag, nil))
	}},
	{Title: title("금액", "Amount"), Width: 12, Cell: func(e exported[PaidBack]) sheet.Cell { return amount(e.of.Amounts.Total, e.of.Currency) }},
	{Title: title("부가세", "Tax"), Width: 12, Cell: func(e exported[PaidBack]) sheet.Cell { return amount(e.of.Amounts.Tax, e.of.Currency) }},
	{Title: title("통화", "Currency"), Width: 8, Cell: func(e exported[PaidBack]) sheet.Cell { return sheet.Text(string(e.of.Currency)) }},
}

var restockNames = map[bool]lang.Text{true: title("예", "Yes"), false: title("아니오", "No")}

func (a *api) exportRefunds(ctx context.Context, input *struct {
	sheet.Wanted
	SoldQuery
},
) (*sheet.File, error) {
	return exportList(ctx, a.db, input.Wanted, "dangol-refunds", refundColumnsOfFile,
		func(tx *database.Tx, after Cursor, limit int) ([]PaidBack, error) {
			filter, err := a.filter(ctx, tx, input.SoldQuery)
			if err != nil {
				return nil, err
			}
			return ListRefunds(ctx, tx, auth.CallerFrom(ctx).Org, filter, after, limit)
		}, PaidBack.Cursor, func(r PaidBack) int64 { return r.Store })
}

var kindNames = map[ReceiptKind]lang.Text{SaleReceipt: title("판매", "Sale"), RefundReceipt: title("환불", "Refund")}

var receiptColumnsOfFile = []sheet.Column[exported[Receipt]]{
	{Title: title("영업일", "Business day"), Width: 12, Cell: func(e exported[Receipt]) sheet.Cell { return sheet.Text(e.of.Document.BusinessDate) }},
	{Title: title("시각", "Time"), Width: 20, Cell: func(e exported[Receipt]) sheet.Cell { return e.time(e.of.Document.IssuedAt) }},
	{Title: title("매장", "Store"), Width: 18, Cell: func(e exported[Receipt]) sheet.Cell { return sheet.Text(e.store.Name) }},
	{Title: title("영수증 번호", "Receipt no."), Width: 18, Cell: func(e exported[Receipt]) sheet.Cell { return sheet.Text(e.of.Number.String()) }},
	{Title: title("구분", "Kind"), Width: 8, Cell: func(e exported[Receipt]) sheet.Cell {
		return sheet.Text(kindNames[e.of.Document.Kind].In(e.tag, nil))
	}},
	{Title: title("계산대", "Till"), Width: 14, Cell: func(e exported[Receipt]) sheet.Cell { return sheet.Text(e.of.Document.Register) }},
	{Title: title("담당", "Cashier"), Width: 12, Cell: func(e exported[Receipt]) sheet.Cell { return sheet.Text(e.of.Document.Cashier) }},
	{Title: title("금액", "Amount"), Width: 12, Cell: func(e exported[Receipt]) sheet.Cell {
		return amount(e.of.Document.Totals.Total, e.of.Document.Currency)
	}},
	{Title: title("통화", "Currency"), Width: 8, Cell: func(e exported[Receipt]) sheet.Cell { return sheet.Text(string(e.of.Document.Currency)) }},
}

func (a *api) exportReceipts(ctx context.Context, input *struct {
	sheet.Wanted
	ReceiptQuery
},
) (*sheet.File, error) {
	return exportList(ctx, a.db, input.Wanted, "dangol-receipts", receiptColumnsOfFile,
		func(tx *database.Tx, after Cursor, limit int) ([]Receipt, error) {
			return a.receiptsOf(ctx, tx, input.ReceiptQuery, after, limit)
		}, Receipt.Cursor, func(r Receipt) int64 { return r.Store })
}
