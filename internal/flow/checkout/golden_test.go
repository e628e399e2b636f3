package checkout_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dangol/internal/capability/catalog"
	"dangol/internal/capability/order"
	"dangol/internal/core/place"
	"dangol/internal/core/pricing"
	"dangol/internal/flow/checkout"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/money"
)

var update = flag.Bool("update", false, "write what checkout answers into the golden files, to be checked by eye")

const divide = "----\n"

// Each golden file tells a sale as a person would, then what was issued and what the books say:
//
//	shop:   currency | taxation
//	tax:    key | name | rate in percent              (added to prices)
//	good:   name | price, price/kg or 시가 least–most | tax class | units, or - when they are not counted | groups…
//	group:  name | least-most | option price | …
//	tender: name | what it does: change, drawer, receipt
//	sell:   good × quantity, × 350g or × quantity @amount of an open price, + option + option − discount | … | − discount of the order | cash, or tender amount + tender amount
//	        (a discount is "10% why" or "500 why")
//	        (a card's slip follows its amount: # number months; a cash receipt follows all of them: @ purpose number)
//	exchange: line × quantity | … | restock > good × quantity … | cash, or tender amount + tender amount, or 0
//	refund: line × quantity | … | restock             ("all" for everything that is left; a card's slip: tender # number months)
func TestGolden(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.golden")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			db := databasetest.Open(t, dialect, clock.At(opened))
			for _, file := range files {
				t.Run(strings.TrimSuffix(filepath.Base(file), ".golden"), func(t *testing.T) {
					t.Parallel()
					compare(t, db, file)
				})
			}
		})
	}
}

// compare plays a golden file in a shop of its own.
func compare(t *testing.T, db *database.DB, file string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	told, want, _ := strings.Cut(string(content), divide)
	got := tell(t, db, told)
	if *update && db.Dialect() == database.SQLite {
		if err := os.WriteFile(file, []byte(told+divide+got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// story plays a golden file.
type story struct {
	t        *testing.T
	shop     *shop
	currency money.Currency
	goods    map[string]int64
	groups   map[string]catalog.Group
	options  map[string]int64
	tenders  map[string]string // ids by name
	last     checkout.CheckoutView
	out      strings.Builder
}

func tell(t *testing.T, db *database.DB, told string) string {
	t.Helper()
	s := &story{
		t: t, goods: map[string]int64{}, groups: map[string]catalog.Group{}, options: map[string]int64{},
		tenders: map[string]string{"현금": "tnd_1", "카드": "tnd_2"},
	}
	var trade business
	for text := range strings.Lines(told) {
		verb, rest, _ := strings.Cut(strings.TrimSpace(text), ":")
		parts := fields(rest)
		if s.shop == nil && verb != "shop" && verb != "tax" && !strings.HasPrefix(verb, "#") {
			s.shop = open(t, db, trade)
		}
		switch verb {
		case "shop":
			s.currency = money.Currency(parts[0])
			trade.currency = parts[0]
			if len(parts) > 1 {
				trade.taxation = place.Taxation(parts[1])
			}
			trade.duty = len(parts) > 2 && parts[2] == "duty"
		case "tax":
			rate, err := strconv.ParseFloat(parts[2], 64)
			if err != nil {
				t.Fatal(err)
			}
			trade.taxes = append(trade.taxes, place.Tax{
				Key: parts[0], NameKO: parts[1], NameEN: parts[1], RatePPM: int64(rate * 10_000),
			})
		case "group":
			s.group(parts)
		case "good":
			s.good(parts)
		case "tender":
			s.tender(parts)
		case "sell":
			s.sell(parts)
		case "exchange":
			s.exchange(rest)
		case "refund":
			s.refund(parts)
		}
	}
	s.shop.verify()
	return s.out.String()
}

func (s *story) amount(text string) int64 {
	amount, err := money.Parse(text, s.currency)
	if err != nil {
		s.t.Fatalf("%s: %v", text, err)
	}
	return amount
}

func (s *story) number(text string) int64 {
	number, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil {
		s.t.Fatal(err)
	}
	return number
}

func (s *story) group(parts []string) {
	least, most, _ := strings.Cut(parts[1], "-")
	var options []catalog.Option
	for _, part := range parts[2:] {
		at := strings.LastIndex(part, " ")
		options = append(options, catalog.Option{Name: part[:at], Delta: s.amount(part[at+1:])})
	}
	group := s.shop.group(parts[0], s.number(least), s.number(most), options...)
	s.groups[group.Name] = group
	for _, option := range group.Options {
		s.options[option.Name] = option.ID
	}
}

func (s *story) good(parts []string) {
	g := good{name: parts[0], class: pricing.TaxClass(parts[2]), left: -1}
	if bounds, open := strings.CutPrefix(parts[1], "시가 "); open {
		least, most, _ := strings.Cut(bounds, "–")
		g.soldBy, g.bounds = catalog.SoldByAmount, catalog.Bounds{Least: s.amount(least), Most: s.amount(most)}
	} else if kilo, weighed := strings.CutSuffix(parts[1], "/kg"); weighed {
		g.soldBy, g.price = catalog.SoldByWeight, s.amount(kilo)
	} else {
		g.price = s.amount(parts[1])
	}
	if parts[3] != "-" {
		g.left = s.number(parts[3])
	}
	for _, name := range parts[4:] {
		g.groups = append(g.groups, s.groups[name].ID)
	}
	s.goods[g.name] = s.shop.stockUp(g)
}

func (s *story) sell(parts []string) {
	s.last = checkout.CheckoutView{}
	s.shop.send(call{path: "/v1/checkouts", key: s.shop.key(), body: s.sale(parts)}).into(s.t, &s.last)
	s.show(s.last.Receipt.Document, s.last.OnHand, s.last.Drawer)
	s.books()
}

// exchange takes back units of the last order and sells others.
func (s *story) exchange(told string) {
	back, taken, _ := strings.Cut(told, " > ")
	body := s.sale(fields(taken))
	returns := s.returns(fields(back))
	body["return"] = returns
	var quote checkout.ReturnQuoteView
	s.shop.send(call{path: "/v1/orders/" + s.last.Order.ID + "/return-quotes", body: object{
		"lines": returns["lines"], "toward": body["expected_total"],
	}}).into(s.t, &quote)
	body["expected_return"] = quote.Total
	var made checkout.ExchangedView
	s.shop.send(call{path: "/v1/orders/" + s.last.Order.ID + "/exchanges", key: s.shop.key(), body: body}).into(s.t, &made)
	if fmt.Sprint(quote.PaidBack) != fmt.Sprint(made.PaidBack) && made.PaidBack[0].Slip == nil {
		s.t.Errorf("it paid back %v, the quote said %v", made.PaidBack, quote.PaidBack)
	}
	s.last = made.CheckoutView
	s.show(s.last.Receipt.Document, s.last.OnHand, s.last.Drawer)
	fmt.Fprintf(&s.out, "원주문 상태: %s, 환불할 수 있는 금액 %s\n", made.Original.Status, s.money(made.Original.Left))
	s.books()
}

func fields(text string) []string {
	parts := strings.Split(text, "|")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// sale is the body of a sale.
func (s *story) sale(parts []string) object {
	s.t.Helper()
	last := len(parts) - 1
	lines, discounts := []object{}, []object{}
	for _, part := range parts[:last] {
		part, off, _ := strings.Cut(part, "− ")
		if part == "" {
			discounts = append(discounts, s.discount(off))
			continue
		}
		wanted := strings.Split(strings.TrimSpace(part), " + ")
		name, quantity, _ := strings.Cut(wanted[0], " × ")
		var options []int64
		for _, option := range wanted[1:] {
			options = append(options, s.options[option])
		}
		quantity, amount, open := strings.Cut(quantity, " @")
		grams, weighed := strings.CutSuffix(quantity, "g")
		if weighed {
			quantity = "1"
		}
		asked := line(s.goods[name], s.number(quantity), options...)
		if open {
			asked["price"] = s.amount(amount)
		}
		if weighed {
			asked["grams"] = s.number(grams)
		}
		if off != "" {
			asked["discounts"] = []object{s.discount(off)}
		}
		lines = append(lines, asked)
	}
	var quote checkout.QuoteView
	s.shop.send(call{path: "/v1/quotes", body: object{
		"store_id": place.StoreID.Format(s.shop.store), "lines": lines, "discounts": discounts,
	}}).into(s.t, &quote)
	handed, receipt, asked := strings.Cut(parts[last], " @ ")
	body := object{
		"lines": lines, "discounts": discounts, "expected_total": quote.Totals.Total, "tenders": s.handed(handed),
	}
	if purpose, number, _ := strings.Cut(receipt, " "); asked {
		body["cash_receipt"] = object{"purpose": purpose, "number": number}
	}
	return body
}

func (s *story) tender(parts []string) {
	does := func(what string) bool { return slices.Contains(parts[1:], what) }
	var made struct {
		ID string `json:"id"`
	}
	s.shop.send(call{path: "/v1/tenders", person: &s.shop.owner, body: object{
		"kind": "other", "name": parts[0], "name_en": "", "gives_change": does("change"), "in_drawer": does("drawer"),
		"cash_receipt": does("receipt"), "earns_points": true, "slip_required": false, "line": "", "sort": 100, "active": true,
	}}).into(s.t, &made)
	s.tenders[parts[0]] = made.ID
}

// handed is what the customer hands over: an amount in cash, or several tenders.
func (s *story) handed(text string) []object {
	if text == "0" {
		return []object{}
	}
	var tenders []object
	for part := range strings.SplitSeq(text, " + ") {
		name, amount, named := strings.Cut(part, " ")
		if !named {
			name, amount = "현금", name
		}
		amount, slip, slipped := strings.Cut(amount, " # ")
		one := object{"tender_id": s.tenders[name], "amount": s.amount(amount)}
		if slipped {
			one["slip"] = s.slip(slip)
		}
		tenders = append(tenders, one)
	}
	return tenders
}

func (s *story) discount(text string) object {
	off, why, _ := strings.Cut(text, " ")
	if percent, is := strings.CutSuffix(off, "%"); is {
		return object{"percent_ppm": s.number(percent) * 10_000, "name": why}
	}
	return object{"amount": s.amount(off), "name": why}
}

// slip is a card slip: approval number, months and, if need be, "again".
func (s *story) slip(text string) object {
	words := strings.Fields(text)
	return object{
		"approval_number": words[0], "installments": s.number(words[1]), "issuer": "국민카드", "acquirer": "국민카드",
		"card_number": "1234-56**-****-7890", "merchant_number": "00123456789", "tid": "12345678", "van": "나이스",
		"confirmed": slices.Contains(words, "again"),
	}
}

func (s *story) refund(parts []string) {
	var made checkout.RefundedView
	s.shop.send(call{path: "/v1/orders/" + s.last.Order.ID + "/refunds", key: s.shop.key(), body: s.returns(parts)}).into(s.t, &made)
	s.show(made.Receipt.Document, made.OnHand, made.Drawer)
	fmt.Fprintf(&s.out, "주문 상태: %s, 환불할 수 있는 금액 %s\n", made.Order.Status, s.money(made.Order.Left))
	s.books()
}

// returns is the body of a refund.
func (s *story) returns(parts []string) object {
	body := object{"restock": false, "reason": "단순 변심"}
	var lines []object
	for _, part := range parts {
		switch part {
		case "restock":
			body["restock"] = true
		case "all":
			body["all"] = true
		default:
			if tender, slip, is := strings.Cut(part, " # "); is {
				body["slips"] = []object{{"tender": s.number(tender), "slip": s.slip(slip)}}
				continue
			}
			at, quantity, _ := strings.Cut(part, " × ")
			lines = append(lines, object{
				"line_id": s.last.Order.Lines[s.number(at)-1].ID, "quantity": s.number(quantity),
			})
		}
	}
	if len(lines) > 0 {
		body["lines"] = lines
	}
	return body
}

func (s *story) money(amount int64) string {
	return money.Money{Amount: amount, Currency: s.currency}.Korean()
}

func (s *story) pair(label string, amount int64) {
	if amount != 0 {
		fmt.Fprintf(&s.out, "%s: %s\n", label, s.money(amount))
	}
}

// show writes a receipt as it was issued. The till's code differs from shop to shop and is left out.
func (s *story) show(d order.Document, left []checkout.OnHandView, drawer checkout.DrawerBalance) {
	hidden := func(number string) string {
		_, rest, _ := strings.Cut(number, "-")
		return "****-" + rest
	}
	say := s.say
	say("==== %s %s (%s, 주문번호 %q) ====", d.Title, hidden(d.Number), d.Kind, d.CallNumber)
	say("%s %s %s %s, 대표 %s, %s, %s", d.Merchant.Name, d.Merchant.RegistrationNumber, d.Merchant.Taxation,
		d.Merchant.Phone, d.Merchant.Representative, d.Merchant.Address, d.Merchant.BusinessType+"/"+d.Merchant.BusinessItem)
	say("%s, %s, %s", d.Store.Name, d.Store.Address, d.Store.Phone)
	say("%s %s, 영업일 %s, %s, %s", d.IssuedAt.Format("2006-01-02T15:04:05Z"), d.Store.TimeZone, d.BusinessDate, d.Register,
		d.Cashier)
	if d.Refunded != nil {
		say("원거래 %s, 영업일 %s", hidden(d.Refunded.Number), d.Refunded.BusinessDate)
	}
	if d.Returned != nil {
		say("돌려받은 상품:")
		s.lines(d.Returned.Lines)
		s.totals(d.Returned.Totals)
		s.paid("이어받은 ", d.Returned.Carried)
		s.paid("돌려준 ", d.Returned.PaidBack)
		say("새로 산 상품:")
	}
	s.lines(d.Lines)
	s.totals(d.Totals)
	s.paid("", d.Tenders)
	s.pair("거스름돈", d.Change)
	for _, note := range d.Notes {
		say("%s", note)
	}
	for _, one := range left {
		for name, variant := range s.goods {
			if catalog.VariantID.Format(variant) == one.VariantID {
				say("남은 재고: %s %d", name, one.OnHand)
			}
		}
	}
	say("서랍: %s", s.money(drawer.Balance))
}

func (s *story) say(format string, values ...any) { fmt.Fprintf(&s.out, format+"\n", values...) }

func (s *story) lines(lines []order.DocumentLine) {
	for _, line := range lines {
		mark := ""
		if line.Exempt {
			mark = "* "
		}
		s.say("%s%s  %s × %d = %s", mark, line.Name, s.money(line.UnitPrice), line.Quantity, s.money(line.Amount))
		if line.Grams != 0 {
			s.say("  %s × %s/kg", order.Weight(line.Grams), s.money(line.KiloPrice))
		}
		for _, option := range line.Options {
			s.say("  · %s × %d  %s", option.Name, option.Quantity, s.money(option.Amount))
		}
		for _, discount := range line.Discounts {
			s.say("  · %s  −%s", discount.Name, s.money(discount.Amount))
		}
	}
}

func (s *story) totals(t order.DocumentTotals) {
	s.pair("소계", t.Subtotal)
	s.pair("할인", t.Discount)
	for _, discount := range t.Discounts {
		s.say("  · %s  −%s", discount.Name, s.money(discount.Amount))
	}
	s.pair("공급가액", t.TaxableSupply)
	s.pair("공급대가", t.TaxIncluded)
	for _, tax := range t.Taxes {
		s.pair(fmt.Sprintf("%s %g%%", tax.Name, float64(tax.RatePPM)/10_000), tax.Amount)
	}
	s.pair("면세금액", t.Exempt)
	s.pair("영세율금액", t.ZeroRated)
	s.say("합계: %s", s.money(t.Total))
}

func (s *story) paid(how string, tenders []order.DocumentTender) {
	for _, tender := range tenders {
		s.pair(how+tender.Name, tender.Amount)
		for _, detail := range tender.Details {
			s.say("  · %s", detail)
		}
	}
}

// books writes the last posting of the order.
func (s *story) books() {
	var books checkout.BooksView
	s.shop.send(call{path: "/v1/orders/" + s.last.Order.ID + "/books", person: &s.shop.owner}).into(s.t, &books)
	posting := books.Postings[len(books.Postings)-1]
	fmt.Fprintf(&s.out, "-- %s 전기 --\n", posting.Name)
	for _, transfer := range posting.Transfers {
		amount := strconv.FormatInt(transfer.Amount, 10)
		if transfer.Unit == "money" {
			amount = s.money(transfer.Amount)
		}
		fmt.Fprintf(&s.out, "차변 %s / 대변 %s: %s\n", transfer.Debit.Name, transfer.Credit.Name, amount)
	}
}
