package checkout

import (
	"dangol/internal/capability/order"
	"dangol/internal/core/pricing"
	"dangol/internal/ground/lang"
)

// Words on receipts.
var (
	saleTitle   = lang.Text{KO: "영수증", EN: "Receipt"}
	refundTitle = lang.Text{KO: "환불 영수증", EN: "Refund receipt"}
)

var tenderNames = map[order.TenderKind]lang.Text{
	order.Cash: {KO: "현금", EN: "Cash"},
}

// note is a remark that a receipt carries.
type note struct {
	code string
	text lang.Text
}

// The remarks of Korean receipts. That receipts need their very wording is not said by any rule that was found
// (unverified); they tell the customer how to read the amounts that 부가가치세법 시행령 제73조 has them show.
var (
	noteExemptLines = note{"exempt_lines", lang.Text{
		KO: "* 표시한 상품은 면세예요.", EN: "Items marked * are exempt from VAT.",
	}}
	noteSimplified = note{"simplified", lang.Text{
		KO: "간이과세자예요. 금액에 부가세가 들어 있어요.", EN: "Simplified taxpayer: prices contain VAT.",
	}}
	noteExemptMerchant = note{"exempt_merchant", lang.Text{
		KO: "면세사업자예요. 부가세가 없어요.", EN: "Exempt from VAT.",
	}}
)

func notesOf(taxation pricing.Taxation, amounts pricing.Amounts) []note {
	switch {
	case taxation == pricing.Exempt:
		return []note{noteExemptMerchant}
	case taxation == pricing.Simplified && amounts.Exempt > 0:
		return []note{noteSimplified, noteExemptLines}
	case taxation == pricing.Simplified:
		return []note{noteSimplified}
	case taxation != "" && amounts.Exempt > 0:
		return []note{noteExemptLines}
	}
	return nil
}

// letterhead is what stands on every receipt of a till, whatever was sold.
type letterhead struct {
	site    site
	till    till
	cashier string
}

// sale is the receipt of an order.
func (l letterhead) sale(o order.Order) order.Document {
	document := l.begin(order.SaleReceipt, saleTitle, o.Taxation, o.Amounts)
	document.Number = o.Number.String()
	document.CallNumber = o.CallNumber
	document.IssuedAt = o.SoldAt
	document.BusinessDate = o.BusinessDate
	document.Change = o.Change
	for _, line := range o.Lines {
		document.Lines = append(document.Lines, l.line(line, line.Quantity, line.Amounts.Gross, line.Discounts))
	}
	for _, tender := range o.Tenders {
		document.Tenders = append(document.Tenders, l.tender(tender.Kind, tender.Applied+tender.Change))
	}
	return document
}

// refund is the receipt of a refund: what was paid back, as positive amounts, and which receipt it belongs to. What a
// line was discounted by stands there as one sum.
func (l letterhead) refund(o order.Order, r order.Refund) order.Document {
	document := l.begin(order.RefundReceipt, refundTitle, o.Taxation, r.Amounts)
	document.Number = r.Number.String()
	document.IssuedAt = r.RefundedAt
	document.BusinessDate = r.BusinessDate
	document.Refunded = &order.DocumentOriginal{
		Number: o.Number.String(), IssuedAt: o.SoldAt, BusinessDate: o.BusinessDate,
	}
	for _, refunded := range r.Lines {
		var discounts []pricing.DiscountShare
		if refunded.Amounts.Discount > 0 {
			discounts = []pricing.DiscountShare{{Name: discounted, Amount: refunded.Amounts.Discount}}
		}
		document.Lines = append(document.Lines,
			l.line(o.Lines[refunded.Line-1], refunded.Quantity, refunded.Amounts.Gross, discounts))
	}
	for _, tender := range r.Tenders {
		document.Tenders = append(document.Tenders, l.tender(tender.Kind, tender.Amount))
	}
	return document
}

var discounted = lang.Text{KO: "할인", EN: "Discount"}

func (l letterhead) begin(
	kind order.ReceiptKind, title lang.Text, taxation pricing.Taxation, amounts pricing.Amounts,
) order.Document {
	language := l.site.language
	document := order.Document{
		Kind: kind, Title: title.In(language, nil), Merchant: l.site.merchantLines, Store: l.site.storeLines,
		Register: l.till.Name, Cashier: l.cashier, Currency: l.site.currency, TaxMode: string(l.site.policy.Mode),
		Language: string(language),
		Lines:    []order.DocumentLine{}, Tenders: []order.DocumentTender{}, Notes: []order.Note{},
		Totals: order.DocumentTotals{
			Subtotal: amounts.Gross, Discount: amounts.Discount, TaxableSupply: amounts.Supply,
			TaxIncluded: amounts.TaxIncluded, Tax: amounts.Tax, Taxes: []order.DocumentTax{}, Exempt: amounts.Exempt,
			ZeroRated: amounts.ZeroRated, Total: amounts.Total,
		},
	}
	for _, tax := range amounts.Taxes {
		document.Totals.Taxes = append(document.Totals.Taxes, order.DocumentTax{
			Name: tax.Name.In(language, nil), RatePPM: tax.RatePPM, Amount: tax.Amount,
		})
	}
	for _, note := range notesOf(taxation, amounts) {
		document.Notes = append(document.Notes, order.Note{Code: note.code, Text: note.text.In(language, nil)})
	}
	return document
}

func (l letterhead) line(sold order.Line, quantity, amount int64, discounts []pricing.DiscountShare) order.DocumentLine {
	line := order.DocumentLine{
		Name: sold.Name, NameEN: sold.NameEN, Variant: sold.VariantName, VariantEN: sold.VariantNameEN,
		Quantity: quantity, UnitPrice: sold.UnitPrice, Amount: amount, Exempt: sold.TaxedAs == pricing.ExemptItem,
		Options: []order.DocumentOption{}, Discounts: []order.DocumentDiscount{},
	}
	for _, option := range sold.Options {
		line.Options = append(line.Options, order.DocumentOption{
			Name: option.Name, NameEN: option.NameEN, Quantity: option.Quantity, Amount: option.PriceDelta * option.Quantity,
		})
	}
	for _, discount := range discounts {
		line.Discounts = append(line.Discounts, order.DocumentDiscount{
			Name: discount.Name.In(l.site.language, nil), Amount: discount.Amount,
		})
	}
	return line
}

func (l letterhead) tender(kind order.TenderKind, amount int64) order.DocumentTender {
	return order.DocumentTender{Kind: kind, Name: tenderNames[kind].In(l.site.language, nil), Amount: amount}
}
