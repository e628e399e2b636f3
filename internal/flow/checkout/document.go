package checkout

import (
	"strings"

	"dangol/internal/capability/order"
	"dangol/internal/core/pricing"
	"dangol/internal/ground/lang"
	"dangol/internal/ground/money"
)

// Words on receipts.
var (
	saleTitle     = lang.Text{KO: "영수증", EN: "Receipt"}
	refundTitle   = lang.Text{KO: "환불 영수증", EN: "Refund receipt"}
	exchangeTitle = lang.Text{KO: "교환 영수증", EN: "Exchange receipt"}
)

// The remarks of Korean receipts: they tell the customer how to read amounts that stand without a tax apart. No rule was
// found that asks for their wording (unverified). That lines marked as exempt are exempt is said by whoever shows the mark.
var (
	noteSimplified = lang.Text{
		KO: "간이과세자: 금액에 부가세가 포함되어 있어요.", EN: "Simplified taxpayer: prices contain VAT.",
	}
	noteExemptMerchant = lang.Text{KO: "면세사업자: 부가세가 없어요.", EN: "Exempt merchant: no VAT."}
)

var notes = map[pricing.Taxation]lang.Text{
	pricing.Simplified: noteSimplified, pricing.Exempt: noteExemptMerchant,
}

// letterhead is what stands on every receipt of a till, whatever was sold.
type letterhead struct {
	site       site
	code       string // the till's, in its receipt numbers
	generation int64  // of its pairing
	till       string // its name
	cashier    string
	approver   string // who allowed the discounts, when the cashier could not
}

// number is the till's next receipt number.
func (l letterhead) number(register order.Register) order.Number {
	return order.Number{Register: l.code, Generation: l.generation, Sequence: register.Next}
}

// sale is the receipt of an order.
func (l letterhead) sale(o order.Order) order.Document {
	document := l.begin(order.SaleReceipt, saleTitle, o.Taxation, o.Amounts)
	document.Number = o.Number.String()
	document.CallNumber = o.Call()
	document.IssuedAt = o.SoldAt
	document.BusinessDate = o.BusinessDate
	document.Change = o.Change
	document.Service, document.ApprovedBy = o.Service, l.approver
	for _, line := range o.Lines {
		document.Lines = append(document.Lines, l.line(line, line.Quantity, line.Amounts.Gross, line.OwnDiscounts()))
	}
	document.Totals.Discounts = l.discounts(o.Discounts())
	for _, tender := range o.Handed() {
		document.Tenders = append(document.Tenders, l.tender(tender.Means, tender.Applied+tender.Change, o.Slip(tender.Position, 0)))
	}
	document.Notes = append(document.Notes, l.cashReceipt(cashReceiptAsked, o.CashReceipt(0))...)
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
			l.line(o.LineAt(refunded.Line), refunded.Quantity, refunded.Amounts.Gross, discounts))
	}
	for _, tender := range r.Tenders {
		if tender.PaidBack() > 0 {
			document.Tenders = addTender(document.Tenders, l.tender(tender.Means, tender.PaidBack(), o.Slip(tender.Tender, r.ID)))
		}
	}
	document.Notes = append(document.Notes, l.cashReceipt(cashReceiptCancelled, o.CashReceipt(r.ID))...)
	return document
}

// addTender adds what went back by a tender. After an exchange an order may have two of cash: it is one sum in the hand.
func addTender(tenders []order.DocumentTender, added order.DocumentTender) []order.DocumentTender {
	for i := range tenders {
		if one := &tenders[i]; added.Kind == order.Cash && one.Kind == order.Cash && one.Name == added.Name {
			one.Amount += added.Amount
			return tenders
		}
	}
	return append(tenders, added)
}

// exchange is the receipt of an order with what came back for it.
func (l letterhead) exchange(o order.Order, back returned) order.Document {
	document, refund := l.sale(o), l.refund(back.order, back.refund)
	document.Kind, document.Title, document.Refunded = order.ExchangeReceipt, exchangeTitle.In(l.site.language, nil), refund.Refunded
	document.Returned = &order.DocumentReturn{
		Lines: refund.Lines, Totals: refund.Totals, Carried: []order.DocumentTender{}, PaidBack: refund.Tenders,
	}
	for _, one := range o.Tenders[:len(o.Tenders)-len(o.Handed())] {
		document.Returned.Carried = addTender(document.Returned.Carried, l.tender(one.Means, one.Applied, nil))
	}
	document.Notes = append(document.Notes, l.cashReceipt(cashReceiptCancelled, back.order.CashReceipt(back.refund.ID))...)
	return document
}

var discounted = lang.Text{KO: "할인", EN: "Discount"}

func (l letterhead) begin(
	kind order.ReceiptKind, title lang.Text, taxation pricing.Taxation, amounts pricing.Amounts,
) order.Document {
	language := l.site.language
	document := order.Document{
		Kind: kind, Title: title.In(language, nil), Merchant: l.site.merchant(), Store: l.site.place(),
		Register: l.till, Cashier: l.cashier, Currency: l.site.Currency, TaxMode: string(l.site.policy.Mode),
		Language: string(language),
		Lines:    []order.DocumentLine{}, Tenders: []order.DocumentTender{}, Notes: []string{},
		Totals: order.DocumentTotals{
			Subtotal: amounts.Gross, Discount: amounts.Discount, TaxableSupply: amounts.Supply,
			TaxIncluded: amounts.TaxIncluded, Tax: amounts.Tax, Taxes: []order.DocumentTax{}, Discounts: []order.DocumentDiscount{},
			Exempt:    amounts.Exempt,
			ZeroRated: amounts.ZeroRated, Total: amounts.Total,
		},
	}
	for _, tax := range amounts.Taxes {
		document.Totals.Taxes = append(document.Totals.Taxes, order.DocumentTax{
			Name: tax.Name.In(language, nil), RatePPM: tax.RatePPM, Amount: tax.Amount,
		})
	}
	if note, has := notes[taxation]; has {
		document.Notes = append(document.Notes, note.In(language, nil))
	}
	return document
}

func (l letterhead) line(sold order.Line, quantity, amount int64, discounts []pricing.DiscountShare) order.DocumentLine {
	line := order.DocumentLine{
		Name: sold.Name, NameEN: sold.NameEN, Variant: sold.VariantName,
		Quantity: quantity, UnitPrice: sold.UnitPrice, Amount: amount, Exempt: sold.TaxedAs == pricing.ExemptItem,
		Options: []order.DocumentOption{}, Discounts: l.discounts(discounts),
	}
	if sold.Grams != 0 {
		line.Grams, line.KiloPrice = sold.Grams, sold.ListPrice
	}
	for _, option := range sold.Options {
		line.Options = append(line.Options, order.DocumentOption{
			Name: option.Name, NameEN: option.NameEN, Quantity: option.Quantity, Amount: option.PriceDelta * option.Quantity,
		})
	}
	return line
}

func (l letterhead) discounts(shares []pricing.DiscountShare) []order.DocumentDiscount {
	shown := []order.DocumentDiscount{}
	for _, share := range shares {
		shown = append(shown, order.DocumentDiscount{Name: shareName(share).In(l.site.language, nil), Amount: share.Amount})
	}
	return shown
}

// shareName is what a discount is called where it stands alone: a percentage says how much.
func shareName(share pricing.DiscountShare) lang.Text {
	if share.PercentPPM == 0 {
		return share.Name
	}
	rate := " " + percent(share.PercentPPM) + "%"
	return lang.Text{KO: share.Name.KO + rate, EN: share.Name.EN + rate}
}

func (l letterhead) tender(means order.Means, amount int64, slip *order.CardSlip) order.DocumentTender {
	return order.DocumentTender{
		Kind: means.Kind, Name: means.In(l.site.language), Amount: amount, InDrawer: means.InDrawer, Details: l.slip(slip),
	}
}

// What of a card's slip and of a cash receipt stands on a receipt.
var (
	slipApproval         = lang.Text{KO: "승인번호 {number}", EN: "Approval {number}"}
	slipAtOnce           = lang.Text{KO: "일시불", EN: "Paid at once"}
	slipMonths           = lang.Text{KO: "할부 {months}개월", EN: "{months} months"}
	cashReceiptAsked     = lang.Text{KO: "현금영수증 신청 ({purpose}) {number} {amountKO}", EN: "Cash receipt ({purpose}) {number} {amountEN}"}
	cashReceiptCancelled = lang.Text{
		KO: "현금영수증 취소 ({purpose}) {number} {amountKO}", EN: "Cash receipt cancelled ({purpose}) {number} {amountEN}",
	}
	purposes = map[order.Purpose]lang.Text{
		order.Deduction: {KO: "소득공제", EN: "income deduction"}, order.Expense: {KO: "지출증빙", EN: "business expense"},
		order.Self: {KO: "자진발급", EN: "issued unasked"},
	}
)

func (l letterhead) slip(slip *order.CardSlip) []string {
	if slip == nil {
		return nil
	}
	language := l.site.language
	months := slipAtOnce.In(language, nil)
	if slip.Installments > 0 {
		months = slipMonths.In(language, map[string]any{"months": slip.Installments})
	}
	card := strings.TrimSpace(slip.Issuer + " " + slip.CardNumber)
	details := []string{slipApproval.In(language, map[string]any{"number": slip.ApprovalNumber}) + " · " + months}
	if card != "" {
		details = append(details, card)
	}
	return details
}

func (l letterhead) cashReceipt(said lang.Text, receipt *order.CashReceipt) []string {
	if receipt == nil {
		return nil
	}
	values := money.Money{Amount: receipt.Amount, Currency: l.site.Currency}.Values("amount")
	values["purpose"], values["number"] = purposes[receipt.Purpose].In(l.site.language, nil), receipt.Masked()
	return []string{said.In(l.site.language, values)}
}
