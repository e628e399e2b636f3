package shift

import (
	"strconv"
	"time"

	"dangol/internal/core/print/paper"
	"dangol/internal/ground/lang"
	"dangol/internal/ground/money"
)

// Late is a receipt that came after the Z report.
type Late struct {
	Number   string    `json:"number"`
	Kind     string    `json:"kind" enum:"sale,refund,exchange"`
	IssuedAt time.Time `json:"issued_at"`
	Total    int64     `json:"total" doc:"Of an exchange the difference: below zero when money went back"`
}

// Statement is what is to be said of a shift: its X report while it is open, its Z report and what came after that when it
// is closed.
type Statement struct {
	Shift  Shift
	Report Report
	Late   []Late
}

// ShownReport is a report as people see it: what stands on it, and how it lies on paper.
type ShownReport struct {
	Report
	ShiftID string      `json:"shift_id" doc:"shf_…"`
	Paper   []paper.Row `json:"paper" doc:"The report from top to bottom, as it is printed, in the reader's language"`
}

// Show lays the statement out in the reader's language.
func (s Statement) Show(tag lang.Tag) ShownReport {
	return ShownReport{Report: s.Report, ShiftID: ID.Format(s.Shift.ID), Paper: s.Layout(tag, false).Rows}
}

// The words of a report.
var (
	wordCopy        = lang.Text{KO: "재발행", EN: "Copy"}
	wordNumber      = lang.Text{KO: "Z 번호", EN: "Z no."}
	wordDay         = lang.Text{KO: "영업일", EN: "Business day"}
	wordStore       = lang.Text{KO: "점포", EN: "Store"}
	wordTill        = lang.Text{KO: "계산대", EN: "Till"}
	wordWorker      = lang.Text{KO: "근무자", EN: "On shift"}
	wordOpened      = lang.Text{KO: "시작", EN: "Opened"}
	wordClosed      = lang.Text{KO: "마감", EN: "Closed"}
	wordPrinted     = lang.Text{KO: "출력", EN: "Printed"}
	wordGross       = lang.Text{KO: "총매출", EN: "Gross sales"}
	wordDiscount    = lang.Text{KO: "할인", EN: "Discounts"}
	wordRefunded    = lang.Text{KO: "반품/환불", EN: "Refunds"}
	wordNet         = lang.Text{KO: "순매출", EN: "Net sales"}
	wordTaxable     = lang.Text{KO: "과세 공급가액", EN: "Taxable supply"}
	wordVAT         = lang.Text{KO: "부가세", EN: "VAT"}
	wordTax         = lang.Text{KO: "세금", EN: "Tax"}
	wordTaxIncluded = lang.Text{KO: "공급대가", EN: "Tax included"}
	wordExempt      = lang.Text{KO: "면세", EN: "Exempt"}
	wordZeroRated   = lang.Text{KO: "영세율", EN: "Zero-rated"}
	wordTenders     = lang.Text{KO: "결제수단별", EN: "By tender"}
	wordFloat       = lang.Text{KO: "준비금", EN: "Float"}
	wordCashIn      = lang.Text{KO: "입금", EN: "Cash in"}
	wordCashOut     = lang.Text{KO: "출금", EN: "Cash out"}
	wordCashSales   = lang.Text{KO: "현금 매출", EN: "Cash sales"}
	wordCashRefunds = lang.Text{KO: "현금 환불", EN: "Cash refunds"}
	wordChange      = lang.Text{KO: "현금 외 결제의 거스름돈", EN: "Change for other tenders"}
	wordExpected    = lang.Text{KO: "시재 예상액", EN: "Expected cash"}
	wordCounted     = lang.Text{KO: "실제 시재", EN: "Counted cash"}
	wordDifference  = lang.Text{KO: "과부족", EN: "Over or short"}
	wordTaken       = lang.Text{KO: "금고로 옮긴 현금", EN: "Moved to the safe"}
	wordLeft        = lang.Text{KO: "서랍에 남긴 현금", EN: "Left in the drawer"}
	wordFirst       = lang.Text{KO: "첫 영수증", EN: "First receipt"}
	wordLast        = lang.Text{KO: "마지막 영수증", EN: "Last receipt"}
	wordHeld        = lang.Text{KO: "보류한 주문 (다음 근무로)", EN: "Held orders, carried over"}
	wordAverage     = lang.Text{KO: "객단가", EN: "Average sale"}
	wordSeal        = lang.Text{KO: "장부 봉인", EN: "Seal of the books"}
	wordAfter       = lang.Text{KO: "마감 뒤 거래", EN: "After the Z report"}
	wordTimes       = lang.Text{KO: "{count}건", EN: "{count}×"}
	wordNone        = lang.Text{KO: "없음", EN: "none"}
)

// titles name the reports.
var titles = map[ReportKind]lang.Text{X: {KO: "중간정산 (X)", EN: "X report"}, Z: {KO: "마감정산 (Z)", EN: "Z report"}}

// lateKinds name what came after a Z report.
var lateKinds = map[string]lang.Text{"sale": {KO: "판매", EN: "Sale"}, "refund": {KO: "환불", EN: "Refund"}}

// Title is what people call the report.
func (r Report) Title(tag lang.Tag) string { return titles[r.Kind].In(tag, nil) }

// Layout is the report on paper, in the order in which Korean retail reads it. What is zero and rare is left out. A copy
// says that it is one.
func (s Statement) Layout(tag lang.Tag, copied bool) paper.Layout {
	w := writer{report: s.Report, tag: tag}
	if copied {
		w.add(paper.Notice, w.say(wordCopy), "")
	}
	w.head()
	w.rule()
	w.sales()
	w.rule()
	w.tenders()
	w.rule()
	w.drawer()
	w.rule()
	w.foot()
	if len(s.Late) > 0 {
		w.rule()
		w.add(paper.Strong, w.say(wordAfter), w.times(int64(len(s.Late))))
		for _, late := range s.Late {
			w.late(late)
		}
	}
	return w.layout
}

// writer lays one report out.
type writer struct {
	report Report
	tag    lang.Tag
	layout paper.Layout
}

func (w *writer) add(role paper.Role, left, right string) {
	w.layout.Rows = append(w.layout.Rows, paper.Row{Role: role, Left: left, Right: right})
}

func (w *writer) rule() { w.add(paper.Rule, "", "") }

func (w *writer) say(word lang.Text) string { return word.In(w.tag, nil) }

func (w *writer) money(amount int64) string {
	return money.Money{Amount: amount, Currency: w.report.Currency}.Format(w.tag)
}

func (w *writer) amount(role paper.Role, label string, amount int64) {
	w.add(role, label, w.money(amount))
}

// rare adds an amount that is not zero.
func (w *writer) rare(word lang.Text, amount int64) {
	if amount != 0 {
		w.amount(paper.Soft, w.say(word), amount)
	}
}

func (w *writer) times(count int64) string {
	return wordTimes.In(w.tag, map[string]any{"count": count})
}

// counted is a label with how many there were.
func (w *writer) counted(label string, count int64) string {
	return label + " (" + w.times(count) + ")"
}

func (w *writer) head() {
	r := w.report
	w.add(paper.Heading, r.Title(w.tag), "")
	ended := wordPrinted
	if r.Kind == Z {
		ended = wordClosed
		w.add(paper.Strong, w.say(wordNumber), strconv.FormatInt(r.Number, 10))
	}
	w.add(paper.Plain, w.say(wordDay), paper.Day(r.BusinessDate, w.tag))
	w.add(paper.Plain, w.say(wordStore), r.Store)
	w.add(paper.Plain, w.say(wordTill), r.Till)
	workers := r.OpenedBy
	if r.ClosedBy != "" && r.ClosedBy != r.OpenedBy {
		workers += ", " + r.ClosedBy
	}
	w.add(paper.Plain, w.say(wordWorker), workers)
	w.add(paper.Soft, w.say(wordOpened), paper.Moment(r.OpenedAt, r.TimeZone, w.tag))
	w.add(paper.Soft, w.say(ended), paper.Moment(r.IssuedAt, r.TimeZone, w.tag))
}

func (w *writer) sales() {
	r := w.report
	w.amount(paper.Plain, w.counted(w.say(wordGross), r.Sales), r.Gross)
	w.amount(paper.Plain, w.say(wordDiscount), -r.Discount)
	w.amount(paper.Plain, w.counted(w.say(wordRefunded), r.Refunds), -r.Refunded)
	w.amount(paper.Total, w.say(wordNet), r.Net)
	w.rare(wordTaxable, r.TaxableSupply)
	tax := wordVAT
	if r.TaxMode == "exclusive" {
		tax = wordTax
	}
	w.rare(tax, r.Tax)
	w.rare(wordTaxIncluded, r.TaxIncluded)
	w.amount(paper.Soft, w.say(wordExempt), r.Exempt)
	w.rare(wordZeroRated, r.ZeroRated)
}

// tenders sums tenders up that share a line, and lists them below it.
func (w *writer) tenders() {
	w.add(paper.Strong, w.say(wordTenders), "")
	for _, group := range w.report.byLine() {
		var count, net int64
		for _, tender := range group {
			count += tender.Count
			net += tender.Net
		}
		w.amount(paper.Plain, w.counted(group[0].line(), count), net)
		if len(group) == 1 {
			continue
		}
		for _, tender := range group {
			w.amount(paper.Soft, w.counted("· "+tender.Name, tender.Count), tender.Net)
		}
	}
}

// line is where the report sums the tender up. Reports of old name no lines.
func (t ReportTender) line() string {
	if t.Line == "" {
		return t.Name
	}
	return t.Line
}

// byLine are the tenders of each line, in the order in which the lines first appear.
func (r Report) byLine() [][]ReportTender {
	var groups [][]ReportTender
	place := map[string]int{}
	for _, tender := range r.Tenders {
		at, known := place[tender.line()]
		if !known {
			at = len(groups)
			place[tender.line()], groups = at, append(groups, nil)
		}
		groups[at] = append(groups[at], tender)
	}
	return groups
}

func (w *writer) drawer() {
	r := w.report
	w.amount(paper.Plain, w.say(wordFloat), r.Float)
	w.moved(wordCashIn, In, r.CashIn, 1)
	w.moved(wordCashOut, Out, r.CashOut, -1)
	w.amount(paper.Plain, w.say(wordCashSales), r.CashSales)
	w.amount(paper.Plain, w.say(wordCashRefunds), -r.CashRefunds)
	w.rare(wordChange, -r.ChangeGiven)
	w.amount(paper.Strong, w.say(wordExpected), r.Expected)
	if r.Kind != Z {
		return
	}
	w.amount(paper.Strong, w.say(wordCounted), r.Counted)
	for _, count := range r.Counts {
		if count.Count > 0 {
			w.amount(paper.Soft, "· "+w.money(count.Value)+" × "+strconv.FormatInt(count.Count, 10), count.Value*count.Count)
		}
	}
	sign := ""
	if r.Difference > 0 {
		sign = "+"
	}
	w.add(paper.Total, w.say(wordDifference), sign+w.money(r.Difference))
	w.amount(paper.Soft, w.say(wordTaken), r.TakenOut)
	w.amount(paper.Soft, w.say(wordLeft), r.Left)
}

// moved adds what was brought or taken out, and below it each time it was.
func (w *writer) moved(word lang.Text, way Direction, sum, sign int64) {
	w.amount(paper.Plain, w.say(word), sign*sum)
	for _, one := range w.report.Movements {
		if one.Kind == way {
			w.amount(paper.Soft, "· "+one.Reason, sign*one.Amount)
		}
	}
}

func (w *writer) foot() {
	r := w.report
	w.receipt(wordFirst, r.FirstReceipt)
	w.receipt(wordLast, r.LastReceipt)
	w.amount(paper.Plain, w.say(wordAverage), r.Average)
	if r.HeldOrders > 0 {
		w.add(paper.Plain, w.say(wordHeld), w.times(r.HeldOrders))
	}
	if r.Seal != "" {
		w.add(paper.Soft, w.say(wordSeal), r.Seal)
	}
}

func (w *writer) receipt(word lang.Text, number string) {
	if number == "" {
		number = w.say(wordNone)
	}
	w.add(paper.Soft, w.say(word), number)
}

func (w *writer) late(late Late) {
	total := late.Total
	if late.Kind == "refund" {
		total = -total
	}
	at := late.IssuedAt
	if zone, err := time.LoadLocation(w.report.TimeZone); err == nil {
		at = at.In(zone)
	}
	w.amount(paper.Soft, at.Format("15:04")+" "+late.Number+" "+w.say(lateKinds[late.Kind]), total)
}
