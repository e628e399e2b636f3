package order

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"dangol/internal/core/pricing"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/id"
	"dangol/internal/ground/money"
)

const orderColumns = `id, version, status, store_id, merchant_id, device_id, staff_id, posting_id, business_date, currency,
	tax_mode, taxation, ` + amountColumns + `, refunded, change, call_number, number, service, approved_by, sold_at, created_at,
	exchange_of`

var (
	selectOrders = database.Register("order.select", `
		SELECT `+orderColumns+` FROM orders WHERE org_id = $1 AND id = ANY_ID($2) ORDER BY id`)
	selectOrdersAfter = database.Register("order.select_after", `
		SELECT id FROM orders WHERE org_id = $1 AND id > $2 ORDER BY id LIMIT $3`)
	selectLines = database.Register("order.select_lines", `
		SELECT order_id, position, id, product_id, variant_id, name, name_en, variant, sku, tracked, quantity,
			list_price, unit_price, tax_class, taxed_as, `+amountColumns+`, added_by, added_on, added_at, grams
		FROM order_line WHERE org_id = $1 AND order_id = ANY_ID($2) ORDER BY order_id, position`)
	selectOptions = database.Register("order.select_options", `
		SELECT order_id, line, option_id, group_name, name, name_en, price_delta, quantity
		FROM order_line_option WHERE org_id = $1 AND order_id = ANY_ID($2) ORDER BY order_id, line, position`)
	selectParts = database.Register("order.select_parts", `
		SELECT order_id, line, variant_id, name, name_en, quantity
		FROM order_line_part WHERE org_id = $1 AND order_id = ANY_ID($2) ORDER BY order_id, line, position`)
	selectDiscounts = database.Register("order.select_discounts", `
		SELECT order_id, line, kind, key, name, name_en, percent_ppm, amount
		FROM order_line_discount WHERE org_id = $1 AND order_id = ANY_ID($2) ORDER BY order_id, line, position`)
	selectTaxes = database.Register("order.select_taxes", `
		SELECT order_id, line, key, name, name_en, rate_ppm, base, amount
		FROM order_line_tax WHERE org_id = $1 AND order_id = ANY_ID($2) ORDER BY order_id, line, position`)
	selectTenders = database.Register("order.select_tenders", `
		SELECT order_id, position, kind, applied, change, definition_id, name, name_en, in_drawer, cash_receipt, carried_from
		FROM tender WHERE org_id = $1 AND order_id = ANY_ID($2) ORDER BY order_id, position`)
	selectRefunds = database.Register("order.select_refunds", `
		SELECT id, order_id, store_id, device_id, staff_id, posting_id, business_date, restock, reason, `+amountColumns+`,
			number, refunded_at, exchange_id
		FROM refund WHERE org_id = $1 AND order_id = ANY_ID($2) ORDER BY order_id, id`)
	selectRefundLines = database.Register("order.select_refund_lines", `
		SELECT refund_id, position, line, quantity, `+amountColumns+`
		FROM refund_line WHERE org_id = $1 AND refund_id = ANY_ID($2) ORDER BY refund_id, position`)
	selectRefundTaxes = database.Register("order.select_refund_taxes", `
		SELECT refund_id, line, key, name, name_en, rate_ppm, base, amount
		FROM refund_line_tax WHERE org_id = $1 AND refund_id = ANY_ID($2) ORDER BY refund_id, line, position`)
	selectRefundTenders = database.Register("order.select_refund_tenders", `
		SELECT refund_id, position, tender, kind, amount, definition_id, name, name_en, in_drawer, carried
		FROM refund_tender WHERE org_id = $1 AND refund_id = ANY_ID($2) ORDER BY refund_id, position`)
	selectOrderOfRefund = database.Register("order.select_order_of_refund", `
		SELECT order_id FROM refund WHERE org_id = $1 AND id = $2`)
)

// Read reads an order with everything that belongs to it, or id.Unknown.
func Read(ctx context.Context, tx *database.Tx, org, order int64) (Order, error) {
	found, err := Some(ctx, tx, org, []int64{order})
	if err != nil {
		return Order{}, err
	}
	if len(found) == 0 {
		return Order{}, id.Unknown.New()
	}
	return found[0], nil
}

// ReadRefund reads a refund with its order, or id.Unknown.
func ReadRefund(ctx context.Context, tx *database.Tx, org, refund int64) (Order, Refund, error) {
	var order int64
	err := tx.QueryRow(ctx, selectOrderOfRefund, org, refund).Scan(&order)
	if errors.Is(err, database.ErrNone) {
		return Order{}, Refund{}, id.Unknown.New()
	}
	if err != nil {
		return Order{}, Refund{}, fmt.Errorf("read refund %d: %w", refund, err)
	}
	found, err := Read(ctx, tx, org, order)
	if err != nil {
		return Order{}, Refund{}, err
	}
	for _, one := range found.Refunds {
		if one.ID == refund {
			return found, one, nil
		}
	}
	return Order{}, Refund{}, fmt.Errorf("refund %d is not among those of order %d", refund, order)
}

// After reads at most limit whole orders whose ids follow, in the order of ids: for going through all of them.
func After(ctx context.Context, tx *database.Tx, org, after int64, limit int) ([]Order, error) {
	ids, err := database.List(ctx, tx, selectOrdersAfter, func(row database.Scanner) (int64, error) {
		var order int64
		err := row.Scan(&order)
		return order, err
	}, org, after, limit)
	if err != nil {
		return nil, err
	}
	return Some(ctx, tx, org, ids)
}

// Some reads those orders, whole, that have one of the ids, in the order of ids. What belongs to a line that is not there
// is left out.
func Some(ctx context.Context, tx *database.Tx, org int64, wanted []int64) ([]Order, error) {
	orders, err := database.List(ctx, tx, selectOrders, scanOrder, org, database.IDs(wanted))
	if err != nil || len(orders) == 0 {
		return nil, err
	}
	whole := make(whole, len(orders))
	ids := make(database.IDs, len(orders))
	for i := range orders {
		whole[orders[i].ID], ids[i] = &orders[i], orders[i].ID
	}
	if err := whole.readLines(ctx, tx, org, ids); err != nil {
		return nil, err
	}
	if err := whole.readRefunds(ctx, tx, org, ids); err != nil {
		return nil, err
	}
	if err := whole.readSlips(ctx, tx, org, ids); err != nil {
		return nil, err
	}
	return orders, nil
}

// whole gathers the parts of orders by id.
type whole map[int64]*Order

// line is a line of an order by its position, nil when there is none.
func (w whole) line(order, position int64) *Line {
	for i := range w[order].Lines {
		if line := &w[order].Lines[i]; line.Position == position {
			return line
		}
	}
	return nil
}

func (w whole) readLines(ctx context.Context, tx *database.Tx, org int64, ids database.IDs) error {
	err := tx.Each(ctx, selectLines, func(row database.Scanner) error {
		order, line, err := scanLine(row)
		if err != nil {
			return err
		}
		w[order].Lines = append(w[order].Lines, line)
		return nil
	}, org, ids)
	if err != nil {
		return err
	}
	err = tx.Each(ctx, selectOptions, func(row database.Scanner) error {
		var order, position int64
		var option Option
		err := row.Scan(&order, &position, &option.ID, &option.Group, &option.Name, &option.NameEN, &option.PriceDelta,
			&option.Quantity)
		if err != nil {
			return err
		}
		if line := w.line(order, position); line != nil {
			line.Options = append(line.Options, option)
		}
		return nil
	}, org, ids)
	if err != nil {
		return err
	}
	err = tx.Each(ctx, selectParts, func(row database.Scanner) error {
		var order, position int64
		var part Part
		err := row.Scan(&order, &position, &part.Variant, &part.Name, &part.NameEN, &part.Quantity)
		if line := w.line(order, position); err == nil && line != nil {
			line.Parts = append(line.Parts, part)
		}
		return err
	}, org, ids)
	if err != nil {
		return err
	}
	err = tx.Each(ctx, selectDiscounts, func(row database.Scanner) error {
		var order, position int64
		var share pricing.DiscountShare
		var kind string
		err := row.Scan(&order, &position, &kind, &share.Key, &share.Name.KO, &share.Name.EN, &share.PercentPPM, &share.Amount)
		if err != nil {
			return err
		}
		share.Kind = pricing.DiscountKind(kind)
		if line := w.line(order, position); line != nil {
			line.Discounts = append(line.Discounts, share)
		}
		return nil
	}, org, ids)
	if err != nil {
		return err
	}
	err = tx.Each(ctx, selectTaxes, func(row database.Scanner) error {
		order, position, tax, err := scanTax(row)
		if err != nil {
			return err
		}
		if line := w.line(order, position); line != nil {
			line.Amounts.Taxes = append(line.Amounts.Taxes, tax)
		}
		w[order].Amounts.Taxes = addTax(w[order].Amounts.Taxes, tax)
		return nil
	}, org, ids)
	if err != nil {
		return err
	}
	return w.readTenders(ctx, tx, org, ids)
}

func (w whole) readTenders(ctx context.Context, tx *database.Tx, org int64, ids database.IDs) error {
	return tx.Each(ctx, selectTenders, func(row database.Scanner) error {
		var order, drawer, receipt int64
		var tender Tender
		err := row.Scan(&order, &tender.Position, &tender.Kind, &tender.Applied, &tender.Change, &tender.Definition, &tender.Name,
			&tender.NameEN, &drawer, &receipt, &tender.CarriedFrom)
		if err != nil {
			return err
		}
		tender.InDrawer, tender.CashReceipt = drawer == 1, receipt == 1
		w[order].Tenders = append(w[order].Tenders, tender)
		return nil
	}, org, ids)
}

// addTax sums a tax of a line into those of the order, which keep the order in which they first appear.
func addTax(sums []pricing.TaxAmount, tax pricing.TaxAmount) []pricing.TaxAmount {
	for i := range sums {
		if sums[i].Key == tax.Key {
			sums[i].Base += tax.Base
			sums[i].Amount += tax.Amount
			return sums
		}
	}
	return append(sums, tax)
}

func (w whole) readRefunds(ctx context.Context, tx *database.Tx, org int64, ids database.IDs) error {
	type place struct{ order, index int64 }
	places := map[int64]place{}
	var refunds database.IDs
	err := tx.Each(ctx, selectRefunds, func(row database.Scanner) error {
		refund, err := scanRefund(row)
		if err != nil {
			return err
		}
		order := w[refund.Order]
		places[refund.ID] = place{refund.Order, int64(len(order.Refunds))}
		refunds = append(refunds, refund.ID)
		order.Refunds = append(order.Refunds, refund)
		return nil
	}, org, ids)
	if err != nil || len(refunds) == 0 {
		return err
	}
	of := func(refund int64) *Refund { return &w[places[refund].order].Refunds[places[refund].index] }
	err = tx.Each(ctx, selectRefundLines, func(row database.Scanner) error {
		var refund int64
		var line RefundLine
		into := append([]any{&refund, &line.Position, &line.Line, &line.Quantity}, amountFields(&line.Amounts)...)
		if err := row.Scan(into...); err != nil {
			return err
		}
		if sold := w.line(of(refund).Order, line.Line); sold != nil {
			sold.Returned += line.Quantity
		}
		of(refund).Lines = append(of(refund).Lines, line)
		return nil
	}, org, refunds)
	if err != nil {
		return err
	}
	err = tx.Each(ctx, selectRefundTaxes, func(row database.Scanner) error {
		refund, position, tax, err := scanTax(row)
		if err != nil {
			return err
		}
		for i := range of(refund).Lines {
			if line := &of(refund).Lines[i]; line.Line == position {
				line.Amounts.Taxes = append(line.Amounts.Taxes, tax)
			}
		}
		of(refund).Amounts.Taxes = addTax(of(refund).Amounts.Taxes, tax)
		return nil
	}, org, refunds)
	if err != nil {
		return err
	}
	return tx.Each(ctx, selectRefundTenders, func(row database.Scanner) error {
		var refund, drawer int64
		var tender RefundTender
		err := row.Scan(&refund, &tender.Position, &tender.Tender, &tender.Kind, &tender.Amount, &tender.Definition,
			&tender.Name, &tender.NameEN, &drawer, &tender.Carried)
		if err != nil {
			return err
		}
		tender.InDrawer = drawer == 1
		of(refund).Tenders = append(of(refund).Tenders, tender)
		return nil
	}, org, refunds)
}

func amountFields(a *pricing.Amounts) []any {
	return []any{&a.Gross, &a.Discount, &a.Net, &a.Supply, &a.TaxIncluded, &a.Exempt, &a.ZeroRated, &a.Tax, &a.Total}
}

func scanOrder(row database.Scanner) (Order, error) {
	var o Order
	var status, currency, mode, taxation, number string
	var soldAt, createdAt int64
	into := []any{
		&o.ID, &o.Version, &status, &o.Store, &o.Merchant, &o.Device, &o.Staff, &o.Posting, &o.BusinessDate, &currency,
		&mode, &taxation,
	}
	into = append(into, amountFields(&o.Amounts)...)
	into = append(into, &o.Refunded, &o.Change, &o.CallNumber, &number, &o.Service, &o.ApprovedBy, &soldAt, &createdAt,
		&o.ExchangeOf)
	if err := row.Scan(into...); err != nil {
		return o, err
	}
	o.Status, o.Currency = Status(status), money.Currency(currency)
	o.TaxMode, o.Taxation = pricing.TaxMode(mode), pricing.Taxation(taxation)
	o.SoldAt, o.CreatedAt = clock.FromMicros(soldAt), clock.FromMicros(createdAt)
	var err error
	if o.Number, err = ParseNumber(number); err != nil {
		return o, fmt.Errorf("order %d has the receipt number %q: %w", o.ID, number, err)
	}
	return o, nil
}

func scanLine(row database.Scanner) (order int64, line Line, err error) {
	var tracked, addedAt int64
	var class, taxedAs string
	into := []any{
		&order, &line.Position, &line.ID, &line.Product, &line.Variant, &line.Name, &line.NameEN, &line.VariantName,
		&line.SKU, &tracked, &line.Quantity, &line.ListPrice, &line.UnitPrice, &class, &taxedAs,
	}
	into = append(into, amountFields(&line.Amounts)...)
	into = append(into, &line.AddedBy, &line.AddedOn, &addedAt, &line.Grams)
	if err := row.Scan(into...); err != nil {
		return 0, line, err
	}
	line.Tracked = tracked == 1
	line.TaxClass, line.TaxedAs = pricing.TaxClass(class), pricing.TaxClass(taxedAs)
	line.AddedAt = clock.FromMicros(addedAt)
	return order, line, nil
}

func scanTax(row database.Scanner) (owner, line int64, tax pricing.TaxAmount, err error) {
	err = row.Scan(&owner, &line, &tax.Key, &tax.Name.KO, &tax.Name.EN, &tax.RatePPM, &tax.Base, &tax.Amount)
	return owner, line, tax, err
}

func scanRefund(row database.Scanner) (Refund, error) {
	var r Refund
	var restock, refundedAt int64
	var number string
	into := []any{
		&r.ID, &r.Order, &r.Store, &r.Device, &r.Staff, &r.Posting, &r.BusinessDate, &restock, &r.Reason,
	}
	into = append(into, amountFields(&r.Amounts)...)
	into = append(into, &number, &refundedAt, &r.Exchange)
	if err := row.Scan(into...); err != nil {
		return r, err
	}
	r.Restock, r.RefundedAt = restock == 1, clock.FromMicros(refundedAt)
	var err error
	if r.Number, err = ParseNumber(number); err != nil {
		return r, fmt.Errorf("refund %d has the receipt number %q: %w", r.ID, number, err)
	}
	return r, nil
}

var (
	// listQuery finds orders by time, the latest first. An empty text or 0 asks for any.
	listQuery = database.Register("order.list", `
		SELECT `+orderColumns+` FROM orders
		WHERE org_id = $1 AND ($11 = 1 OR store_id = ANY_ID($2))
			AND (business_date >= $3 OR $3 = '') AND (business_date <= $4 OR $4 = '')
			AND (status = $5 OR $5 = '') AND (number = $6 OR $6 = '') AND (call_number = $7 OR $7 = 0)
			AND sold_at >= $12 AND sold_at < $13 AND (staff_id = $14 OR $14 = 0)
			AND ($15 = 0 OR EXISTS (SELECT 1 FROM order_line l
				WHERE l.org_id = orders.org_id AND l.order_id = orders.id AND l.product_id = $15))
			AND ($16 = 0 OR EXISTS (SELECT 1 FROM tender t
				WHERE t.org_id = orders.org_id AND t.order_id = orders.id AND t.definition_id = $16))
			AND (service = $17 OR $17 = '')
			AND sold_at <= $8 AND (sold_at < $8 OR id < $9)
		ORDER BY sold_at DESC, id DESC LIMIT $10`)
	// listRefundsQuery finds refunds in the same way.
	listRefundsQuery = database.Register("order.list_refunds", `
		SELECT id, order_id, store_id, device_id, staff_id, posting_id, business_date, restock, reason, `+amountColumns+`,
			number, refunded_at, exchange_id,
			(SELECT o.number FROM orders o WHERE o.org_id = refund.org_id AND o.id = refund.order_id),
			(SELECT o.currency FROM orders o WHERE o.org_id = refund.org_id AND o.id = refund.order_id)
		FROM refund
		WHERE org_id = $1 AND ($8 = 1 OR store_id = ANY_ID($2))
			AND (business_date >= $3 OR $3 = '') AND (business_date <= $4 OR $4 = '')
			AND refunded_at >= $9 AND refunded_at < $10 AND (staff_id = $11 OR $11 = 0)
			AND ($12 = 0 OR EXISTS (SELECT 1 FROM refund_line f
				JOIN order_line l ON l.org_id = f.org_id AND l.order_id = refund.order_id AND l.position = f.line
				WHERE f.org_id = refund.org_id AND f.refund_id = refund.id AND l.product_id = $12))
			AND ($13 = 0 OR EXISTS (SELECT 1 FROM refund_tender t
				WHERE t.org_id = refund.org_id AND t.refund_id = refund.id AND t.definition_id = $13))
			AND refunded_at <= $5 AND (refunded_at < $5 OR id < $6)
		ORDER BY refunded_at DESC, id DESC LIMIT $7`)
)

// Filter says which orders are listed: those of the stores, or of all. Other zero values ask for any.
type Filter struct {
	All         bool
	Stores      []int64
	From, To    string    // business days, both included
	Since, Till time.Time // when it was sold: from, and up to but not including
	Status      Status
	Number      string // a whole receipt number
	CallNumber  int64
	Staff       int64
	Product     int64
	Tender      int64
	Service     Service
}

// The span of time in which what belongs to a business day happened: a zone is at most fourteen hours from UTC, a day is
// opened at most a day after its date began and lasts at most another.
const (
	beforeDate = 24 * time.Hour
	afterDate  = 4 * 24 * time.Hour
)

// times bounds a list by time, in microseconds, so that it is read from where it begins.
func (f Filter) times() (since, till int64) {
	since, till = 0, math.MaxInt64
	if day, err := time.Parse(time.DateOnly, f.From); err == nil {
		since = clock.Micros(day.Add(-beforeDate))
	}
	if day, err := time.Parse(time.DateOnly, f.To); err == nil {
		till = clock.Micros(day.Add(afterDate))
	}
	if !f.Since.IsZero() {
		since = max(since, clock.Micros(f.Since))
	}
	if !f.Till.IsZero() {
		till = min(till, clock.Micros(f.Till))
	}
	return since, till
}

// Cursor is where a list goes on: after the order that was sold then.
type Cursor struct {
	At int64 `json:"at"` // microseconds
	ID int64 `json:"id"`
}

// Start is the cursor of a list's first page.
var Start = Cursor{At: math.MaxInt64, ID: math.MaxInt64}

// List reads at most limit orders without their lines, the latest first.
func List(ctx context.Context, tx *database.Tx, org int64, filter Filter, after Cursor, limit int) ([]Order, error) {
	since, till := filter.times()
	return database.List(ctx, tx, listQuery, scanOrder, org, database.IDs(filter.Stores), filter.From, filter.To,
		string(filter.Status), filter.Number, filter.CallNumber, after.At, after.ID, limit, database.Bool(filter.All),
		since, till, filter.Staff, filter.Product, filter.Tender, string(filter.Service))
}

// PaidBack is a refund as lists show it, with what it says of its order.
type PaidBack struct {
	Refund
	Sold     Number // the receipt of the order
	Currency money.Currency
}

// Cursor is where a list goes on that ended with this refund.
func (r PaidBack) Cursor() Cursor { return Cursor{At: clock.Micros(r.RefundedAt), ID: r.ID} }

// ListRefunds reads at most limit refunds without their lines, the latest first. Staff are who paid back, times when. A
// status, a receipt number and a call number are orders'.
func ListRefunds(ctx context.Context, tx *database.Tx, org int64, filter Filter, after Cursor, limit int) ([]PaidBack, error) {
	since, till := filter.times()
	return database.List(ctx, tx, listRefundsQuery, func(row database.Scanner) (PaidBack, error) {
		var found PaidBack
		var sold string
		var err error
		found.Refund, err = scanRefund(scanMore{row, []any{&sold, &found.Currency}})
		if err == nil {
			found.Sold, err = ParseNumber(sold)
		}
		return found, err
	}, org, database.IDs(filter.Stores), filter.From, filter.To, after.At, after.ID, limit, database.Bool(filter.All),
		since, till, filter.Staff, filter.Product, filter.Tender)
}

// scanMore scans the columns that follow those of a row's own type.
type scanMore struct {
	row  database.Scanner
	into []any
}

func (s scanMore) Scan(into ...any) error { return s.row.Scan(append(into, s.into...)...) }

// Cursor is where a list goes on that ended with this order.
func (o Order) Cursor() Cursor { return Cursor{At: clock.Micros(o.SoldAt), ID: o.ID} }

const receiptColumns = `id, register, generation, sequence, order_id, refund_id, store_id, device_id, document`

var (
	selectReceipts = database.Register("order.select_receipts", `
		SELECT `+receiptColumns+` FROM receipt
		WHERE org_id = $1 AND number = ANY_TEXT($2)`)
	selectReceiptsOfOrder = database.Register("order.select_receipts_of_order", `
		SELECT `+receiptColumns+` FROM receipt
		WHERE org_id = $1 AND order_id = ANY_ID($2) ORDER BY order_id, id`)
	listReceipts = database.Register("order.list_receipts", `
		SELECT `+receiptColumns+` FROM receipt
		WHERE org_id = $1 AND ($9 = 1 OR store_id = ANY_ID($2)) AND (number = $3 OR $3 = '') AND (register = $4 OR $4 = '')
			AND (sequence = $5 OR $5 = 0) AND (issued_at < $6 OR issued_at = $6 AND id < $7)
		ORDER BY issued_at DESC, id DESC LIMIT $8`)
)

// ReadReceipt reads a receipt by its number, or id.Unknown.
func ReadReceipt(ctx context.Context, tx *database.Tx, org int64, number Number) (Receipt, error) {
	found, err := ReceiptsByNumber(ctx, tx, org, number.String())
	if err != nil {
		return Receipt{}, err
	}
	if len(found) == 0 {
		return Receipt{}, id.Unknown.New()
	}
	return found[0], nil
}

// ReceiptsByNumber reads those receipts that have one of the numbers, in no order.
func ReceiptsByNumber(ctx context.Context, tx *database.Tx, org int64, numbers ...string) ([]Receipt, error) {
	return database.List(ctx, tx, selectReceipts, scanReceipt, org, database.Texts(numbers))
}

// Receipts reads all receipts of orders, each order's in the order in which they were issued.
func Receipts(ctx context.Context, tx *database.Tx, org int64, orders ...int64) ([]Receipt, error) {
	return database.List(ctx, tx, selectReceiptsOfOrder, scanReceipt, org, database.IDs(orders))
}

// ReceiptFilter says which receipts are listed: those of the stores, or of all. Other zero values ask for any.
type ReceiptFilter struct {
	All      bool
	Stores   []int64
	Number   string
	Register string
	Sequence int64
}

// ListReceipts reads at most limit receipts, the latest first.
func ListReceipts(
	ctx context.Context, tx *database.Tx, org int64, filter ReceiptFilter, after Cursor, limit int,
) ([]Receipt, error) {
	return database.List(ctx, tx, listReceipts, scanReceipt, org, database.IDs(filter.Stores), filter.Number,
		filter.Register, filter.Sequence, after.At, after.ID, limit, database.Bool(filter.All))
}

// Cursor is where a list goes on that ended with this receipt.
func (r Receipt) Cursor() Cursor { return Cursor{At: clock.Micros(r.Document.IssuedAt), ID: r.ID} }

func scanReceipt(row database.Scanner) (Receipt, error) {
	var r Receipt
	var document string
	err := row.Scan(&r.ID, &r.Number.Register, &r.Number.Generation, &r.Number.Sequence, &r.Order, &r.Refund, &r.Store,
		&r.Device, &document)
	if err != nil {
		return r, err
	}
	if err := r.Document.decode(document); err != nil {
		return r, fmt.Errorf("read receipt %s: %w", r.Number, err)
	}
	return r, nil
}
