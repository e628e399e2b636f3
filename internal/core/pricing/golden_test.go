package pricing_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"dangol/internal/core/pricing"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/lang"
	"dangol/internal/ground/money"
)

var update = flag.Bool("update", false, "write what pricing gives into the golden files, to be checked by eye")

const divide = "----\n"

// Each golden file holds a sale as a person would tell it, a line of dashes, and what the receipt says. The sale's lines:
//
//	store:      currency | tax mode | taxation            (inclusive), or
//	store:      currency | tax mode                       (exclusive, with the taxes below)
//	round:      step | direction
//	tax:        name | rate | classes…
//	line:       name | unit price | quantity | tax class
//	  option:   name | price delta | quantity per unit
//	  discount: name | percentage or amount
//	discount:   name | percentage or amount               (on the order)
//	refund:     line × quantity | …                       (one step; steps follow each other)
//	pay:        cash or card amount | …
func TestGolden(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.golden")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".golden"), func(t *testing.T) {
			t.Parallel()
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			told, want, _ := strings.Cut(string(content), divide)
			got := tell(t, told)
			if *update {
				if err := os.WriteFile(file, []byte(told+divide+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("the receipt is\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// sale is a golden file's sale as it is read.
type sale struct {
	t        *testing.T
	request  pricing.Request
	refunds  [][]pricing.Return
	payments [][]pricing.Tender
}

func tell(t *testing.T, told string) string {
	t.Helper()
	sale := sale{t: t}
	for row := range strings.Lines(told) {
		if strings.HasPrefix(row, "#") || strings.TrimSpace(row) == "" {
			continue
		}
		verb, rest, _ := strings.Cut(row, ":")
		fields := strings.Split(rest, "|")
		for i := range fields {
			fields[i] = strings.TrimSpace(fields[i])
		}
		sale.read(verb, append(fields, "", "", ""))
	}
	return sale.receipt()
}

func (s *sale) read(verb string, fields []string) {
	s.t.Helper()
	request := &s.request
	switch verb {
	case "store":
		request.Currency = money.Currency(fields[0])
		request.Policy.Mode = pricing.TaxMode(fields[1])
		request.Policy.Taxation = pricing.Taxation(fields[2])
	case "round":
		request.Policy.RoundingStep = s.amount(fields[0])
		request.Policy.Rounding = money.Rounding(fields[1])
	case "tax":
		tax := pricing.Tax{Key: fields[0], Name: both(fields[0]), RatePPM: s.ppm(fields[1])}
		for _, class := range strings.Fields(strings.Join(fields[2:], " ")) {
			tax.Classes = append(tax.Classes, pricing.TaxClass(class))
		}
		request.Policy.Taxes = append(request.Policy.Taxes, tax)
	case "line":
		request.Lines = append(request.Lines, pricing.Line{
			Key: strconv.Itoa(len(request.Lines) + 1), Name: fields[0], UnitPrice: s.amount(fields[1]),
			Quantity: s.count(fields[2]), TaxClass: pricing.TaxClass(fields[3]),
		})
	case "weighed":
		request.Lines = append(request.Lines, pricing.Line{
			Key: strconv.Itoa(len(request.Lines) + 1), Name: fields[0], UnitPrice: s.amount(fields[1]), Quantity: 1,
			Grams: s.count(fields[2]), TaxClass: pricing.TaxClass(fields[3]),
		})
	case "  option":
		line := &request.Lines[len(request.Lines)-1]
		line.Options = append(line.Options, pricing.Option{
			Name: fields[0], PriceDelta: s.amount(fields[1]), Quantity: s.count(fields[2]),
		})
	case "  discount":
		line := &request.Lines[len(request.Lines)-1]
		line.Discounts = append(line.Discounts, s.discount(fields))
	case "discount":
		request.Discounts = append(request.Discounts, s.discount(fields))
	case "refund":
		var returns []pricing.Return
		for _, field := range fields {
			if key, quantity, found := strings.Cut(field, " × "); found {
				returns = append(returns, pricing.Return{Key: key, Quantity: s.count(quantity)})
			}
		}
		s.refunds = append(s.refunds, returns)
	case "pay":
		var tenders []pricing.Tender
		for _, field := range fields {
			if kind, amount, found := strings.Cut(field, " "); found {
				kinds := map[string]pricing.TenderKind{"cash": pricing.Cash, "card": pricing.NonCash}
				tenders = append(tenders, pricing.Tender{
					Kind: kinds[kind], Amount: money.Money{Amount: s.amount(amount), Currency: request.Currency},
				})
			}
		}
		s.payments = append(s.payments, tenders)
	default:
		s.t.Fatalf("the golden file says %q", verb)
	}
}

func both(name string) lang.Text { return lang.Text{KO: name, EN: name} }

func (s *sale) amount(text string) int64 {
	s.t.Helper()
	digits, negative := strings.CutPrefix(text, "−")
	amount, err := money.Parse(digits, s.request.Currency)
	if err != nil {
		s.t.Fatalf("%q: %v", text, err)
	}
	if negative {
		return -amount
	}
	return amount
}

func (s *sale) count(text string) int64 {
	s.t.Helper()
	count, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		s.t.Fatal(err)
	}
	return count
}

func (s *sale) ppm(text string) int64 {
	s.t.Helper()
	whole, fraction, _ := strings.Cut(strings.TrimSuffix(text, "%"), ".")
	return s.count(whole + fraction + strings.Repeat("0", 4-len(fraction)))
}

func (s *sale) discount(fields []string) pricing.Discount {
	s.t.Helper()
	discount := pricing.Discount{Name: both(fields[0])}
	if strings.HasSuffix(fields[1], "%") {
		discount.PercentPPM = s.ppm(fields[1])
	} else {
		discount.Amount = s.amount(fields[1])
	}
	return discount
}

// receipt writes what pricing says of the sale.
func (s *sale) receipt() string {
	quoted, err := pricing.Quote(s.request)
	if err != nil {
		return refused(err)
	}
	paper := &paper{currency: s.request.Currency}
	sold := make([]pricing.SoldLine, len(quoted.Lines))
	for i, line := range quoted.Lines {
		sold[i] = pricing.SoldLine{Key: line.Key, Quantity: line.Quantity, Amounts: line.Amounts}
		paper.row(fmt.Sprintf("%s. %s", line.Key, line.Name), paper.money(line.UnitPrice))
		for _, option := range line.Options {
			paper.row(fmt.Sprintf("     + %s × %d", option.Name, option.Quantity), paper.money(option.PriceDelta*option.Quantity))
		}
		if line.Grams != 0 {
			paper.row(fmt.Sprintf("     %d g", line.Grams), "")
		}
		paper.row(fmt.Sprintf("   %s × %d", paper.money(line.UnitWithOption), line.Quantity), paper.money(line.Gross))
		for _, share := range line.Shares {
			paper.row(fmt.Sprintf("     %s [%s]", share.Name.KO, share.Kind), paper.money(-share.Amount))
		}
		paper.parts("   ", line.Amounts)
	}
	paper.line()
	for _, share := range quoted.Discounts {
		paper.row(fmt.Sprintf("%s [%s]", share.Name.KO, share.Kind), paper.money(-share.Amount))
	}
	paper.sums(quoted.Amounts)

	for i, returns := range s.refunds {
		paper.line()
		title := fmt.Sprintf("환불 %d:", i+1)
		for _, wanted := range returns {
			title += fmt.Sprintf(" %s번 × %d", wanted.Key, wanted.Quantity)
		}
		paper.WriteString(title + "\n")
		refunded, err := pricing.Refund(sold, returns)
		if err != nil {
			paper.WriteString(refused(err))
			continue
		}
		for _, line := range refunded.Lines {
			paper.parts(line.Key+". ", line.Amounts)
			for j := range sold {
				if sold[j].Key == line.Key {
					sold[j].Refunded += line.Quantity
				}
			}
		}
		paper.sums(refunded.Amounts)
	}
	for _, tenders := range s.payments {
		paper.line()
		for _, tender := range tenders {
			paper.row("받은 금액 ["+string(tender.Kind)+"]", paper.money(tender.Amount.Amount))
		}
		settlement, err := pricing.Settle(money.Money{Amount: quoted.Total, Currency: s.request.Currency}, tenders)
		if err != nil {
			paper.WriteString(refused(err))
			continue
		}
		for _, tender := range settlement.Tenders {
			paper.row("결제 ["+string(tender.Kind)+"]", paper.money(tender.Applied))
		}
		paper.row("거스름돈", paper.money(settlement.Change))
	}
	return paper.String()
}

func refused(err error) string {
	found := fault.As(err)
	if found == nil {
		return "오류: " + err.Error() + "\n"
	}
	return fmt.Sprintf("거절 %s: %s\n", found.Fields[0].Path, found.Fields[0].Message(lang.Korean))
}

// paper is a receipt in text, with the numbers in a column.
type paper struct {
	strings.Builder
	currency money.Currency
}

const columns = 56

func (p *paper) money(amount int64) string {
	return money.Money{Amount: amount, Currency: p.currency}.Korean()
}

func (p *paper) row(label, value string) {
	space := max(1, columns-width(label)-width(value))
	p.WriteString(label + strings.Repeat(" ", space) + value + "\n")
}

func (p *paper) line() { p.WriteString(strings.Repeat("=", columns) + "\n") }

// width counts Korean letters as two columns.
func width(text string) int {
	columns := 0
	for _, letter := range text {
		columns++
		if letter >= 0xAC00 && letter <= 0xD7A3 {
			columns++
		}
	}
	return columns
}

// parts says what a line's money is made of, in one row.
func (p *paper) parts(indent string, amounts pricing.Amounts) {
	var parts []string
	for _, part := range p.named(amounts) {
		parts = append(parts, part[0]+" "+part[1])
	}
	p.row(indent+strings.Join(parts, ", "), "= "+p.money(amounts.Total))
}

func (p *paper) sums(amounts pricing.Amounts) {
	p.row("상품 금액", p.money(amounts.Gross))
	p.row("할인", p.money(-amounts.Discount))
	for _, part := range p.named(amounts) {
		p.row(part[0], part[1])
	}
	p.row("합계", p.money(amounts.Total))
}

func (p *paper) named(amounts pricing.Amounts) [][2]string {
	var parts [][2]string
	for _, part := range []struct {
		name   string
		amount int64
	}{
		{"공급가액", amounts.Supply},
		{"공급대가(부가세 포함)", amounts.TaxIncluded},
		{"면세금액", amounts.Exempt},
		{"영세율 금액", amounts.ZeroRated},
	} {
		if part.amount != 0 {
			parts = append(parts, [2]string{part.name, p.money(part.amount)})
		}
	}
	for _, tax := range amounts.Taxes {
		parts = append(parts, [2]string{tax.Name.KO, p.money(tax.Amount)})
	}
	return parts
}
