package order

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"dangol/internal/core/print/paper"
	"dangol/internal/ground/lang"
	"dangol/internal/ground/money"
)

// The words of a receipt that its document does not bring.
var (
	wordCopy           = lang.Text{KO: "재발행", EN: "Copy"}
	wordPractice       = lang.Text{KO: "연습", EN: "PRACTICE"}
	wordShop           = lang.Text{KO: "매장 보관용", EN: "Shop’s copy"}
	wordKitchen        = lang.Text{KO: "주방", EN: "Kitchen"}
	wordCall           = lang.Text{KO: "주문번호", EN: "Order"}
	wordMerchant       = lang.Text{KO: "상호", EN: "Sold by"}
	wordRegistration   = lang.Text{KO: "사업자등록번호", EN: "Business no."}
	wordRepresentative = lang.Text{KO: "대표", EN: "Representative"}
	wordPhone          = lang.Text{KO: "전화", EN: "Phone"}
	wordIssued         = lang.Text{KO: "거래일시", EN: "Date"}
	wordService        = lang.Text{KO: "구분", EN: "Service"}
	wordRegister       = lang.Text{KO: "계산대", EN: "Register"}
	wordOriginal       = lang.Text{KO: "원거래 번호", EN: "Original receipt"}
	wordSubtotal       = lang.Text{KO: "소계", EN: "Subtotal"}
	wordDiscount       = lang.Text{KO: "할인", EN: "Discount"}
	wordTaxable        = lang.Text{KO: "과세물품가액", EN: "Taxable supply"}
	wordVAT            = lang.Text{KO: "부가세", EN: "VAT"}
	wordTaxIncluded    = lang.Text{KO: "공급대가", EN: "Tax included"}
	wordExempt         = lang.Text{KO: "면세물품가액", EN: "Tax-exempt supply"}
	wordZeroRated      = lang.Text{KO: "영세율물품가액", EN: "Zero-rated supply"}
	wordTotal          = lang.Text{KO: "합계", EN: "Total"}
	wordRefunded       = lang.Text{KO: "환불 합계", EN: "Total refunded"}
	wordCameBack       = lang.Text{KO: "돌려받은 상품", EN: "Returned"}
	wordReturnTotal    = lang.Text{KO: "반품 합계", EN: "Returned total"}
	wordTaken          = lang.Text{KO: "새로 산 상품", EN: "Taken instead"}
	wordCarried        = lang.Text{KO: "반품 금액으로 결제 ({tender})", EN: "Paid by the return ({tender})"}
	wordPaidOnTop      = lang.Text{KO: "더 낸 금액", EN: "Paid on top"}
	wordPaidBack       = lang.Text{KO: "돌려드린 금액", EN: "Paid back"}
	wordEven           = lang.Text{KO: "차액", EN: "Difference"}
	wordChange         = lang.Text{KO: "거스름돈", EN: "Change"}
	wordExemptMark     = lang.Text{KO: "* 표시는 부가세 면세 품목이에요.", EN: "* exempt from VAT"}
)

var services = map[Service]lang.Text{EatIn: {KO: "매장", EN: "Eat in"}, Takeaway: {KO: "포장", EN: "Takeaway"}}

// Slip says for whom a receipt is laid out.
type Slip string

const (
	GuestSlip   Slip = "guest"   // 고객용: everything
	ShopSlip    Slip = "shop"    // 매장 보관용: the same, and says so
	KitchenSlip Slip = "kitchen" // 주방: what is to be made, large, without prices
)

// ShownDocument is a document as people see it: what stands on it, and how it lies on the guest's paper.
type ShownDocument struct {
	Document
	Paper []paper.Row `json:"paper" doc:"The receipt from top to bottom, as it is printed"`
}

// Show lays the document out.
func (d Document) Show() ShownDocument {
	return ShownDocument{Document: d, Paper: d.Layout(GuestSlip, false).Rows}
}

// Layout is the receipt on paper, in the language in which it was issued. A copy says that it is one. Rows that say
// nothing (no discount, no change, no exempt goods) are left out. Inclusive tax stands inside the total; taxes that were
// added stand one by one above it.
func (d Document) Layout(slip Slip, copied bool) paper.Layout {
	w := writer{document: d, tag: lang.Tag(d.Language)}
	if d.Practice {
		w.add(paper.Notice, w.say(wordPractice), "")
	}
	if copied {
		w.add(paper.Notice, w.say(wordCopy), "")
	}
	if slip == KitchenSlip {
		w.kitchen()
		return w.layout
	}
	if slip == ShopSlip {
		w.add(paper.Text, w.say(wordShop), "")
	}
	if d.CallNumber != "" {
		w.add(paper.Call, w.say(wordCall), d.CallNumber)
	}
	w.add(paper.Heading, first(d.Store.Name, d.Merchant.Name), "")
	w.add(paper.Text, d.Title, "")
	w.rule()
	w.seller()
	w.rule()
	w.facts()
	w.rule()
	all := d.Lines
	if d.Returned != nil {
		all = slices.Concat(d.Returned.Lines, d.Lines)
		w.returned(*d.Returned)
		w.add(paper.Text, w.say(wordTaken), "")
	}
	for _, line := range d.Lines {
		w.line(line, 1)
	}
	w.rule()
	w.sums(d.Totals, 1)
	label := wordTotal
	if d.Kind == RefundReceipt {
		label = wordRefunded
	}
	if d.Returned == nil {
		w.add(paper.Total, w.say(label), w.money(d.Totals.Total))
	} else {
		w.difference()
	}
	w.rule()
	w.tenders(d.Tenders)
	w.amount(paper.Plain, w.say(wordChange), d.Change)
	if d.Returned != nil {
		w.tenders(d.Returned.PaidBack)
	}
	w.rule()
	if slices.ContainsFunc(all, func(line DocumentLine) bool { return line.Exempt }) {
		w.add(paper.Text, w.say(wordExemptMark), "")
	}
	for _, note := range d.Notes {
		w.add(paper.Text, note, "")
	}
	w.add(paper.Number, d.Number, "")
	return w.layout
}

// kitchen lays out what is to be made: the number that is called, what and how many, and how.
func (w *writer) kitchen() {
	d := w.document
	if d.CallNumber != "" {
		w.add(paper.Call, w.say(wordCall), d.CallNumber)
	}
	w.add(paper.Heading, w.say(wordKitchen), "")
	w.add(paper.Soft, d.Register, w.moment(d.IssuedAt))
	w.rule()
	for _, line := range d.Lines {
		much := "×" + strconv.FormatInt(line.Quantity, 10)
		if line.Grams != 0 {
			much = Weight(line.Grams)
		}
		w.add(paper.Large, joined(" ", w.named(line.Name, line.NameEN), line.Variant), much)
		for _, option := range line.Options {
			w.add(paper.Strong, "· "+w.option(option), "")
		}
	}
	w.rule()
	w.add(paper.Number, d.Number, "")
}

// writer lays one document out.
type writer struct {
	document Document
	tag      lang.Tag
	layout   paper.Layout
}

func (w *writer) add(role paper.Role, left, right string) {
	w.layout.Rows = append(w.layout.Rows, paper.Row{Role: role, Left: left, Right: right})
}

func (w *writer) rule() { w.add(paper.Rule, "", "") }

func (w *writer) say(word lang.Text) string { return word.In(w.tag, nil) }

func (w *writer) money(amount int64) string {
	return money.Money{Amount: amount, Currency: w.document.Currency}.Format(w.tag)
}

// fact adds a pair that has a value.
func (w *writer) fact(label lang.Text, value string) {
	if value != "" {
		w.add(paper.Soft, w.say(label), value)
	}
}

// amount adds a pair whose amount is not zero.
func (w *writer) amount(role paper.Role, label string, amount int64) {
	if amount != 0 {
		w.add(role, label, w.money(amount))
	}
}

func (w *writer) named(name, english string) string {
	if w.tag == lang.English && english != "" {
		return english
	}
	return name
}

func (w *writer) seller() {
	d := w.document
	w.fact(wordMerchant, d.Merchant.Name)
	w.fact(wordRegistration, d.Merchant.RegistrationNumber)
	w.fact(wordRepresentative, d.Merchant.Representative)
	w.fact(wordPhone, first(d.Store.Phone, d.Merchant.Phone))
	if address := first(d.Store.Address, d.Merchant.Address); address != "" {
		w.add(paper.Text, address, "")
	}
}

func (w *writer) facts() {
	d := w.document
	w.fact(wordIssued, w.moment(d.IssuedAt))
	w.fact(wordService, w.say(services[d.Service]))
	w.fact(wordRegister, joined(" · ", d.Register, d.Cashier))
	if d.Refunded != nil {
		w.fact(wordOriginal, d.Refunded.Number)
	}
}

// moment is a time on the store's clock.
func (w *writer) moment(at time.Time) string {
	return paper.Moment(at, w.document.Store.TimeZone, w.tag)
}

// returned lays out what came back in an exchange, in negative amounts.
func (w *writer) returned(returned DocumentReturn) {
	w.add(paper.Text, w.say(wordCameBack), "")
	for _, line := range returned.Lines {
		w.line(line, -1)
	}
	w.rule()
	w.sums(returned.Totals, -1)
	w.add(paper.Strong, w.say(wordReturnTotal), w.money(-returned.Totals.Total))
	w.rule()
}

// difference lays out how what came back pays what was sold, and what is left of either.
func (w *writer) difference() {
	d := w.document
	w.add(paper.Strong, w.say(wordTotal), w.money(d.Totals.Total))
	for _, tender := range d.Returned.Carried {
		w.add(paper.Soft, wordCarried.In(w.tag, map[string]any{"tender": tender.Name}), w.money(-tender.Amount))
	}
	net, label := d.Net(), wordEven
	switch {
	case net > 0:
		label = wordPaidOnTop
	case net < 0:
		net, label = -net, wordPaidBack
	}
	w.add(paper.Total, w.say(label), w.money(net))
}

func (w *writer) tenders(tenders []DocumentTender) {
	for _, tender := range tenders {
		w.add(paper.Plain, tender.Name, w.money(tender.Amount))
		for _, detail := range tender.Details {
			w.add(paper.Soft, "· "+detail, "")
		}
	}
}

// line lays out a line; the sign is −1 for what came back.
func (w *writer) line(line DocumentLine, sign int64) {
	name := joined(" ", w.named(line.Name, line.NameEN), line.Variant)
	if line.Exempt {
		name = "* " + name
	}
	w.add(paper.Strong, name, w.money(sign*line.Amount))
	switch {
	case line.Grams != 0:
		w.add(paper.Soft, Weight(line.Grams)+" × "+w.money(line.KiloPrice)+"/kg", "")
	case line.Quantity != 1:
		w.add(paper.Soft, w.money(line.UnitPrice)+" × "+strconv.FormatInt(line.Quantity, 10), "")
	}
	var free []string
	for _, option := range line.Options {
		if option.Amount == 0 {
			free = append(free, w.option(option))
		}
	}
	if len(free) > 0 {
		w.add(paper.Soft, "· "+strings.Join(free, ", "), "")
	}
	for _, option := range line.Options {
		w.amount(paper.Soft, "· "+w.option(option), option.Amount)
	}
	for _, discount := range line.Discounts {
		w.amount(paper.Soft, "· "+discount.Name, -sign*discount.Amount)
	}
}

func (w *writer) option(option DocumentOption) string {
	name := w.named(option.Name, option.NameEN)
	if option.Quantity > 1 {
		name += " ×" + strconv.FormatInt(option.Quantity, 10)
	}
	return name
}

// sums lays out what leads to a total; the sign is −1 for what came back.
func (w *writer) sums(t DocumentTotals, sign int64) {
	added := w.document.TaxMode == "exclusive"
	if t.Discount != 0 || added {
		w.amount(paper.Soft, w.say(wordSubtotal), sign*t.Subtotal)
		w.amount(paper.Soft, w.say(wordDiscount), -sign*t.Discount)
		for _, discount := range t.Discounts {
			w.amount(paper.Soft, "· "+discount.Name, -sign*discount.Amount)
		}
	}
	if added {
		for _, tax := range t.Taxes {
			w.amount(paper.Soft, tax.Name+" "+percent(tax.RatePPM), sign*tax.Amount)
		}
	} else {
		w.amount(paper.Soft, w.say(wordTaxable), sign*t.TaxableSupply)
		w.amount(paper.Soft, w.say(wordVAT), sign*t.Tax)
		w.amount(paper.Soft, w.say(wordTaxIncluded), sign*t.TaxIncluded)
		w.amount(paper.Soft, w.say(wordExempt), sign*t.Exempt)
		w.amount(paper.Soft, w.say(wordZeroRated), sign*t.ZeroRated)
	}
}

// percent writes millionths: 88750 is 8.875%.
func percent(ppm int64) string {
	return strconv.FormatFloat(float64(ppm)/10_000, 'f', -1, 64) + "%"
}

// Weight writes grams as receipts do: 350 is 0.350 kg.
func Weight(grams int64) string {
	const gramsOfKilogram = 1000
	return fmt.Sprintf("%d.%03d kg", grams/gramsOfKilogram, grams%gramsOfKilogram)
}

func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

func joined(between string, texts ...string) string {
	var kept []string
	for _, text := range texts {
		if text != "" {
			kept = append(kept, text)
		}
	}
	return strings.Join(kept, between)
}
