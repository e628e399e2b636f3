package order

import (
	"encoding/json"
	"fmt"

	"dangol/internal/core/ledger"
	"dangol/internal/core/pricing"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
)

const amountColumns = `gross, discount, net, supply, tax_included, exempt, zero_rated, tax, total`

var (
	insertOrder = database.Register("order.insert", `
		INSERT INTO orders (org_id, id, version, status, store_id, merchant_id, device_id, staff_id, posting_id,
			business_date, currency, tax_mode, taxation, `+amountColumns+`,
			refunded, change, call_number, number, service, approved_by, sold_at, created_at, exchange_of)
		VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
			0, $22, $23, $24, $25, $26, $27, $28, $29)`)
	insertLine = database.Register("order.insert_line", `
		INSERT INTO order_line (org_id, order_id, position, id, product_id, variant_id, name, name_en, variant, sku, tracked,
			quantity, list_price, unit_price, tax_class, taxed_as, `+amountColumns+`,
			added_by, added_on, added_at, grams)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
			$23, $24, $25, $26, $27, $28, $29)`)
	insertOption = database.Register("order.insert_option", `
		INSERT INTO order_line_option (org_id, order_id, line, position, option_id, group_name, name, name_en,
			price_delta, quantity)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`)
	insertPart = database.Register("order.insert_part", `
		INSERT INTO order_line_part (org_id, order_id, line, position, variant_id, name, name_en, quantity)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`)
	insertDiscount = database.Register("order.insert_discount", `
		INSERT INTO order_line_discount (org_id, order_id, line, position, kind, key, name, name_en, percent_ppm, amount)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`)
	insertTax = database.Register("order.insert_tax", `
		INSERT INTO order_line_tax (org_id, order_id, line, position, key, name, name_en, rate_ppm, base, amount)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`)
	insertTender = database.Register("order.insert_tender", `
		INSERT INTO tender (org_id, order_id, position, kind, applied, change, definition_id, name, name_en, in_drawer,
			cash_receipt, carried_from)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`)
	insertRefund = database.Register("order.insert_refund", `
		INSERT INTO refund (org_id, id, order_id, store_id, device_id, staff_id, posting_id, business_date, restock,
			reason, `+amountColumns+`, number, refunded_at, exchange_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`)
	insertRefundLine = database.Register("order.insert_refund_line", `
		INSERT INTO refund_line (org_id, refund_id, position, line, quantity, `+amountColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`)
	insertRefundTax = database.Register("order.insert_refund_tax", `
		INSERT INTO refund_line_tax (org_id, refund_id, line, position, key, name, name_en, rate_ppm, base, amount)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`)
	insertRefundTender = database.Register("order.insert_refund_tender", `
		INSERT INTO refund_tender (org_id, refund_id, position, tender, kind, amount, definition_id, name, name_en, in_drawer,
			carried)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`)
	setRefunded = database.Register("order.set_refunded", `
		UPDATE orders SET status = $3, refunded = $4 WHERE org_id = $1 AND id = $2`)
	insertReceipt = database.Register("order.insert_receipt", `
		INSERT INTO receipt (org_id, id, number, register, generation, sequence, kind, order_id, refund_id, store_id,
			device_id, issued_at, document)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`)
)

func amountValues(a pricing.Amounts) []any {
	return []any{a.Gross, a.Discount, a.Net, a.Supply, a.TaxIncluded, a.Exempt, a.ZeroRated, a.Tax, a.Total}
}

// rows gathers what a Unit inserts.
type rows []ledger.Insert

func (r *rows) add(statement *database.Statement, args ...any) {
	*r = append(*r, ledger.Insert{Statement: statement, Args: args})
}

// Inserts are the rows of a new order with its lines and tenders.
func Inserts(org int64, o Order) []ledger.Insert {
	var all rows
	args := []any{
		org, o.ID, string(o.Status), o.Store, o.Merchant, o.Device, o.Staff, o.Posting, o.BusinessDate,
		string(o.Currency), string(o.TaxMode), string(o.Taxation),
	}
	args = append(args, amountValues(o.Amounts)...)
	args = append(args,
		o.Change, o.CallNumber, o.Number.String(), string(o.Service), o.ApprovedBy, clock.Micros(o.SoldAt), clock.Micros(o.CreatedAt),
		o.ExchangeOf,
	)
	all.add(insertOrder, args...)
	for _, line := range o.Lines {
		all.addLine(org, o.ID, line)
	}
	for _, tender := range o.Tenders {
		all.add(insertTender, org, o.ID, tender.Position, string(tender.Kind), tender.Applied, tender.Change, tender.Definition,
			tender.Name, tender.NameEN, database.Bool(tender.InDrawer), database.Bool(tender.CashReceipt), tender.CarriedFrom)
	}
	for _, slip := range o.Slips {
		all = append(all, SlipInsert(org, slip))
	}
	for _, receipt := range o.CashReceipts {
		all = append(all, CashReceiptInsert(org, receipt))
	}
	return all
}

func (r *rows) addLine(org, order int64, line Line) {
	args := []any{
		org, order, line.Position, line.ID, line.Product, line.Variant, line.Name, line.NameEN, line.VariantName,
		line.SKU, database.Bool(line.Tracked), line.Quantity, line.ListPrice, line.UnitPrice,
		string(line.TaxClass), string(line.TaxedAs),
	}
	args = append(args, amountValues(line.Amounts)...)
	args = append(args, line.AddedBy, line.AddedOn, clock.Micros(line.AddedAt), line.Grams)
	r.add(insertLine, args...)
	for i, option := range line.Options {
		r.add(insertOption, org, order, line.Position, i+1, option.ID, option.Group, option.Name, option.NameEN,
			option.PriceDelta, option.Quantity)
	}
	for i, share := range line.Discounts {
		r.add(insertDiscount, org, order, line.Position, i+1, string(share.Kind), share.Key, share.Name.KO, share.Name.EN,
			share.PercentPPM, share.Amount)
	}
	for i, part := range line.Parts {
		r.add(insertPart, org, order, line.Position, i+1, part.Variant, part.Name, part.NameEN, part.Quantity)
	}
	r.addTaxes(insertTax, org, order, line.Position, line.Amounts.Taxes)
}

func (r *rows) addTaxes(statement *database.Statement, org, owner, line int64, taxes []pricing.TaxAmount) {
	for i, tax := range taxes {
		r.add(statement, org, owner, line, i+1, tax.Key, tax.Name.KO, tax.Name.EN, tax.RatePPM, tax.Base, tax.Amount)
	}
}

// RefundInserts are the rows of a refund.
func RefundInserts(org int64, r Refund) []ledger.Insert {
	var all rows
	args := []any{
		org, r.ID, r.Order, r.Store, r.Device, r.Staff, r.Posting, r.BusinessDate, database.Bool(r.Restock), r.Reason,
	}
	args = append(args, amountValues(r.Amounts)...)
	args = append(args, r.Number.String(), clock.Micros(r.RefundedAt), r.Exchange)
	all.add(insertRefund, args...)
	for _, line := range r.Lines {
		all.add(insertRefundLine, append([]any{org, r.ID, line.Position, line.Line, line.Quantity},
			amountValues(line.Amounts)...)...)
		all.addTaxes(insertRefundTax, org, r.ID, line.Line, line.Amounts.Taxes)
	}
	for _, tender := range r.Tenders {
		all.add(insertRefundTender, org, r.ID, tender.Position, tender.Tender, string(tender.Kind), tender.Amount,
			tender.Definition, tender.Name, tender.NameEN, database.Bool(tender.InDrawer), tender.Carried)
	}
	return all
}

// SetRefunded is how an order changes by a refund. The Unit must expect the order.
func SetRefunded(org, order int64, status Status, refunded int64) ledger.Set {
	return ledger.Set{Statement: setRefunded, Args: []any{org, order, string(status), refunded}}
}

// ReceiptInsert is the row of an issued receipt. That of an exchange is a sale's which names its refund too.
func ReceiptInsert(org int64, receipt Receipt) (ledger.Insert, error) {
	kind := receipt.Document.Kind
	if kind == ExchangeReceipt {
		kind = SaleReceipt
	}
	document, err := json.Marshal(receipt.Document)
	if err != nil {
		return ledger.Insert{}, fmt.Errorf("encode receipt %s: %w", receipt.Number, err)
	}
	return ledger.Insert{Statement: insertReceipt, Args: []any{
		org, receipt.ID, receipt.Number.String(), receipt.Number.Register, receipt.Number.Generation, receipt.Number.Sequence,
		string(kind), receipt.Order, receipt.Refund, receipt.Store, receipt.Device,
		clock.Micros(receipt.Document.IssuedAt), string(document),
	}}, nil
}
