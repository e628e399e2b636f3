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

// textColumn is a column of texts.
func textColumn[T any](ko, en string, width float64, text func(exported[T]) string) sheet.Column[exported[T]] {
	return sheet.Column[exported[T]]{
		Title: title(ko, en), Width: width, Cell: func(e exported[T]) sheet.Cell { return sheet.Text(text(e)) },
	}
}

// timeColumn is a column of times on the store's clock.
func timeColumn[T any](at func(T) time.Time) sheet.Column[exported[T]] {
	const width = 20
	return textColumn("시각", "Time", width, func(e exported[T]) string {
		return at(e.of).In(e.store.Location()).Format(time.DateTime)
	})
}

// amountColumn is a column of amounts in the currency's main unit.
func amountColumn[T any](ko, en string, amount func(T) (int64, money.Currency)) sheet.Column[exported[T]] {
	const width = 12
	return sheet.Column[exported[T]]{Title: title(ko, en), Width: width, Cell: func(e exported[T]) sheet.Cell {
		return sheet.Decimal(money.Decimal(amount(e.of)))
	}}
}

func title(ko, en string) lang.Text { return lang.Text{KO: ko, EN: en} }

var statusNames = map[Status]lang.Text{
	Paid: title("결제 완료", "Paid"), PartlyRefunded: title("일부 환불", "Partly refunded"), Refunded: title("환불", "Refunded"),
}

var orderColumnsOfFile = []sheet.Column[exported[Order]]{
	textColumn("영업일", "Business day", 12, func(e exported[Order]) string { return e.of.BusinessDate }),
	timeColumn(func(o Order) time.Time { return o.SoldAt }),
	textColumn("매장", "Store", 18, func(e exported[Order]) string { return e.store.Name }),
	textColumn("영수증 번호", "Receipt no.", 18, func(e exported[Order]) string { return e.of.Number.String() }),
	textColumn("주문번호", "Order", 9, func(e exported[Order]) string { return e.of.Call() }),
	textColumn("상태", "Status", 12, func(e exported[Order]) string { return statusNames[e.of.Status].In(e.tag, nil) }),
	amountColumn("할인", "Discount", func(o Order) (int64, money.Currency) { return o.Amounts.Discount, o.Currency }),
	amountColumn("금액", "Amount", func(o Order) (int64, money.Currency) { return o.Amounts.Total, o.Currency }),
	amountColumn("부가세", "Tax", func(o Order) (int64, money.Currency) { return o.Amounts.Tax, o.Currency }),
	amountColumn("환불", "Refunded", func(o Order) (int64, money.Currency) { return o.Refunded, o.Currency }),
	textColumn("통화", "Currency", 8, func(e exported[Order]) string { return string(e.of.Currency) }),
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
	textColumn("영업일", "Business day", 12, func(e exported[PaidBack]) string { return e.of.BusinessDate }),
	timeColumn(func(r PaidBack) time.Time { return r.RefundedAt }),
	textColumn("매장", "Store", 18, func(e exported[PaidBack]) string { return e.store.Name }),
	textColumn("환불 영수증", "Refund receipt", 18, func(e exported[PaidBack]) string { return e.of.Number.String() }),
	textColumn("판매 영수증", "Sale receipt", 18, func(e exported[PaidBack]) string { return e.of.Sold.String() }),
	textColumn("이유", "Reason", 24, func(e exported[PaidBack]) string { return e.of.Reason }),
	textColumn("재입고", "Back in stock", 10, func(e exported[PaidBack]) string { return restockNames[e.of.Restock].In(e.tag, nil) }),
	amountColumn("금액", "Amount", func(o PaidBack) (int64, money.Currency) { return o.Amounts.Total, o.Currency }),
	amountColumn("부가세", "Tax", func(o PaidBack) (int64, money.Currency) { return o.Amounts.Tax, o.Currency }),
	textColumn("통화", "Currency", 8, func(e exported[PaidBack]) string { return string(e.of.Currency) }),
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

var kindNames = map[ReceiptKind]lang.Text{
	SaleReceipt: title("판매", "Sale"), RefundReceipt: title("환불", "Refund"), ExchangeReceipt: title("교환", "Exchange"),
}

var receiptColumnsOfFile = []sheet.Column[exported[Receipt]]{
	textColumn("영업일", "Business day", 12, func(e exported[Receipt]) string { return e.of.Document.BusinessDate }),
	timeColumn(func(r Receipt) time.Time { return r.Document.IssuedAt }),
	textColumn("매장", "Store", 18, func(e exported[Receipt]) string { return e.store.Name }),
	textColumn("영수증 번호", "Receipt no.", 18, func(e exported[Receipt]) string { return e.of.Number.String() }),
	textColumn("구분", "Kind", 8, func(e exported[Receipt]) string { return kindNames[e.of.Document.Kind].In(e.tag, nil) }),
	textColumn("계산대", "Till", 14, func(e exported[Receipt]) string { return e.of.Document.Register }),
	textColumn("담당", "Cashier", 12, func(e exported[Receipt]) string { return e.of.Document.Cashier }),
	amountColumn("금액", "Amount", func(o Receipt) (int64, money.Currency) { return o.Document.Net(), o.Document.Currency }),
	textColumn("통화", "Currency", 8, func(e exported[Receipt]) string { return string(e.of.Document.Currency) }),
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
