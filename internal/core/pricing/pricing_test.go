package pricing_test

import (
	"strconv"
	"testing"

	"dangol/internal/core/pricing"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/lang"
	"dangol/internal/ground/money"
)

var korea = pricing.Policy{Mode: pricing.Inclusive, Taxation: pricing.General}

// coffee is a request that can be priced, for tests to spoil.
func coffee() pricing.Request {
	return pricing.Request{
		Currency: money.KRW,
		Policy:   korea,
		Lines: []pricing.Line{
			{Key: "a", Name: "아메리카노", UnitPrice: 4500, Quantity: 2, TaxClass: pricing.Standard},
			{Key: "b", Name: "우유", UnitPrice: 2900, Quantity: 1, TaxClass: pricing.ExemptItem},
		},
	}
}

func percent(ppm int64) pricing.Discount { return pricing.Discount{PercentPPM: ppm} }

func TestQuoteRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		spoil func(*pricing.Request)
		code  *fault.Code
		path  string
	}{
		{"an order without lines", func(r *pricing.Request) { r.Lines = nil }, pricing.Empty, "lines"},
		{"more lines than the limit", func(r *pricing.Request) {
			r.Lines = make([]pricing.Line, pricing.MaxLines+1)
		}, pricing.TooMany, "lines"},
		{"a quantity of zero", func(r *pricing.Request) { r.Lines[1].Quantity = 0 }, pricing.OutOfRange, "lines[1].quantity"},
		{"a negative quantity", func(r *pricing.Request) { r.Lines[1].Quantity = -1 }, pricing.OutOfRange, "lines[1].quantity"},
		{"a quantity above the limit", func(r *pricing.Request) {
			r.Lines[0].Quantity = pricing.MaxQuantity + 1
		}, pricing.OutOfRange, "lines[0].quantity"},
		{"a negative weight", func(r *pricing.Request) {
			r.Lines[1].Grams = -1
		}, pricing.OutOfRange, "lines[1].grams"},
		{"a weight above the limit", func(r *pricing.Request) {
			r.Lines[1].Grams = pricing.MaxGrams + 1
		}, pricing.OutOfRange, "lines[1].grams"},
		{"two pieces of one weight", func(r *pricing.Request) { r.Lines[0].Grams = 350 }, pricing.OutOfRange, "lines[0].quantity"},
		{"a weight that overflows the line", func(r *pricing.Request) {
			r.Lines[1].UnitPrice, r.Lines[1].Grams = money.Max, 1001
		}, money.Overflow, "lines[1].grams"},
		{"a negative unit price", func(r *pricing.Request) { r.Lines[0].UnitPrice = -1 }, pricing.OutOfRange, "lines[0].unitPrice"},
		{"a unit price beyond what can be counted", func(r *pricing.Request) {
			r.Lines[0].UnitPrice = money.Max + 1
		}, pricing.OutOfRange, "lines[0].unitPrice"},
		{"a line without a key", func(r *pricing.Request) { r.Lines[1].Key = "" }, pricing.LineTwice, "lines[1].key"},
		{"two lines of one key", func(r *pricing.Request) { r.Lines[1].Key = "a" }, pricing.LineTwice, "lines[1].key"},
		{"a tax class that the store doesn't have", func(r *pricing.Request) {
			r.Lines[1].TaxClass = "clothing"
		}, pricing.UnknownTaxClass, "lines[1].taxClass"},
		{"options below the price", func(r *pricing.Request) {
			r.Lines[0].Options = []pricing.Option{{PriceDelta: -4501, Quantity: 1}}
		}, pricing.NegativePrice, "lines[0].options"},
		{"an option quantity of zero", func(r *pricing.Request) {
			r.Lines[0].Options = []pricing.Option{{PriceDelta: 500}}
		}, pricing.OutOfRange, "lines[0].options[0].quantity"},
		{"more options than the limit", func(r *pricing.Request) {
			r.Lines[0].Options = make([]pricing.Option, pricing.MaxOptions+1)
		}, pricing.TooMany, "lines[0].options"},
		{"options that overflow the unit", func(r *pricing.Request) {
			r.Lines[0].Options = []pricing.Option{{PriceDelta: money.Max, Quantity: 1}}
		}, money.Overflow, "lines[0].options[0].priceDelta"},
		{"an option that overflows by itself", func(r *pricing.Request) {
			r.Lines[0].Options = []pricing.Option{{PriceDelta: money.Max, Quantity: 2}}
		}, money.Overflow, "lines[0].options[0].priceDelta"},
		{"a quantity that overflows the line", func(r *pricing.Request) {
			r.Lines[0].UnitPrice = money.Max
		}, money.Overflow, "lines[0].quantity"},
		{"lines that overflow the order", func(r *pricing.Request) {
			r.Lines[1].UnitPrice = money.Max
		}, money.Overflow, "lines[1]"},
		{"a discount that is neither percentage nor amount", func(r *pricing.Request) {
			r.Lines[0].Discounts = []pricing.Discount{{}}
		}, pricing.DiscountForm, "lines[0].discounts[0]"},
		{"a discount that is both", func(r *pricing.Request) {
			r.Discounts = []pricing.Discount{{PercentPPM: 1, Amount: 1}}
		}, pricing.DiscountForm, "discounts[0]"},
		{"a negative discount", func(r *pricing.Request) {
			r.Discounts = []pricing.Discount{{Amount: -100}}
		}, pricing.DiscountForm, "discounts[0]"},
		{"a positive percentage with a negative amount", func(r *pricing.Request) {
			r.Discounts = []pricing.Discount{{PercentPPM: 1, Amount: -100}}
		}, pricing.DiscountForm, "discounts[0]"},
		{"more than a hundred percent", func(r *pricing.Request) {
			r.Discounts = []pricing.Discount{percent(1_000_001)}
		}, pricing.OutOfRange, "discounts[0].percentPPM"},
		{"more discounts than the limit", func(r *pricing.Request) {
			r.Discounts = make([]pricing.Discount, pricing.MaxDiscounts+1)
		}, pricing.TooMany, "discounts"},
		{"a discount that makes a line negative", func(r *pricing.Request) {
			r.Lines[0].Discounts = []pricing.Discount{percent(500_000), {Amount: 4501}}
		}, pricing.DiscountTooLarge, "lines[0].discounts[1].amount"},
		{"a discount that makes the order negative", func(r *pricing.Request) {
			r.Discounts = []pricing.Discount{{Amount: 11_901}}
		}, pricing.DiscountTooLarge, "discounts[0].amount"},
		{"a tax that overflows the order", func(r *pricing.Request) {
			r.Currency = money.USD
			r.Policy = pricing.Policy{Mode: pricing.Exclusive, Taxes: []pricing.Tax{{Key: "state", RatePPM: 1_000_000}}}
			r.Lines = r.Lines[:1]
			r.Lines[0].UnitPrice = money.Max / 2
		}, money.Overflow, "lines"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			request := coffee()
			test.spoil(&request)
			_, err := pricing.Quote(request)
			found := fault.As(err)
			if found == nil || found.Kind != fault.Invalid {
				t.Fatalf("error is %v, want %s", err, test.code.Name())
			}
			for _, field := range found.Fields {
				if field.Path == test.path && field.Code == test.code.Name() {
					return
				}
			}
			t.Errorf("fields are %+v, want %s at %s", found.Fields, test.code.Name(), test.path)
		})
	}
}

func TestQuoteNamesEveryFieldThatIsWrong(t *testing.T) {
	t.Parallel()
	request := coffee()
	request.Lines[0].Quantity = 0
	request.Lines[1].UnitPrice = -1
	_, err := pricing.Quote(request)
	found := fault.As(err)
	if found == nil || len(found.Fields) != 2 {
		t.Fatalf("error is %v, want two fields", err)
	}
	if got := found.Fields[0].Message(lang.English); got != "Enter a value between 1 and 99999." {
		t.Errorf("the first field says %q", got)
	}
}

func TestAnImpossiblePolicyIsInternal(t *testing.T) {
	t.Parallel()
	exclusive := func(taxes ...pricing.Tax) pricing.Policy {
		return pricing.Policy{Mode: pricing.Exclusive, Taxes: taxes}
	}
	tests := map[string]pricing.Policy{
		"no tax mode":                         {},
		"no taxation in Korea":                {Mode: pricing.Inclusive},
		"added taxes in Korea":                {Mode: pricing.Inclusive, Taxation: pricing.General, Taxes: make([]pricing.Tax, 1)},
		"an unknown rounding":                 {Mode: pricing.Inclusive, Taxation: pricing.General, Rounding: "sideways"},
		"a negative rounding step":            {Mode: pricing.Inclusive, Taxation: pricing.General, RoundingStep: -10},
		"a tax without a key":                 exclusive(pricing.Tax{RatePPM: 1}),
		"two taxes of one key":                exclusive(pricing.Tax{Key: "state"}, pricing.Tax{Key: "state"}),
		"a tax above a hundred percent":       exclusive(pricing.Tax{Key: "state", RatePPM: 1_000_001}),
		"a negative tax":                      exclusive(pricing.Tax{Key: "state", RatePPM: -1}),
		"a tax on what is exempt":             exclusive(pricing.Tax{Key: "state", Classes: []pricing.TaxClass{pricing.ExemptItem}}),
		"more taxes than a receipt has lines": exclusive(make([]pricing.Tax, pricing.MaxTaxes+1)...),
	}
	for name, policy := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request := coffee()
			request.Policy = policy
			if _, err := pricing.Quote(request); err == nil || fault.As(err) != nil {
				t.Errorf("error is %v, want an internal one", err)
			}
		})
	}

	request := coffee()
	request.Currency = "WON"
	if _, err := pricing.Quote(request); err == nil || fault.As(err) != nil {
		t.Errorf("an unknown currency gives %v, want an internal error", err)
	}
}

func TestQuote(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*pricing.Request)
		check  func(pricing.Quoted) (got, want int64)
	}{
		{"an order at its limits is priced", func(r *pricing.Request) {
			r.Lines = nil
			for i := range pricing.MaxLines {
				r.Lines = append(r.Lines, pricing.Line{
					Key: strconv.Itoa(i), UnitPrice: 100, Quantity: pricing.MaxQuantity, TaxClass: pricing.Standard,
				})
			}
		}, func(q pricing.Quoted) (int64, int64) { return q.Total, 500 * 99_999 * 100 }},
		{"everything given away costs nothing and bears no tax", func(r *pricing.Request) {
			r.Discounts = []pricing.Discount{percent(1_000_000)}
		}, func(q pricing.Quoted) (int64, int64) { return q.Total + q.Tax, 0 }},
		{"a discount of exactly the price is accepted", func(r *pricing.Request) {
			r.Lines[1].Discounts = []pricing.Discount{{Amount: 2900}}
		}, func(q pricing.Quoted) (int64, int64) { return q.Lines[1].Total, 0 }},
		{"a free item in an order with a discount stays free", func(r *pricing.Request) {
			r.Lines[1].UnitPrice = 0
			r.Discounts = []pricing.Discount{percent(100_000)}
		}, func(q pricing.Quoted) (int64, int64) { return q.Lines[0].Total, 8100 }},
		{"given prices are not rounded", func(r *pricing.Request) {
			r.Lines[0].UnitPrice, r.Lines[0].Quantity = 1234, 1
		}, func(q pricing.Quoted) (int64, int64) { return q.Total, 1234 + 2900 }},
		{"prices in dollars are not rounded to ten cents unless the store says so", func(r *pricing.Request) {
			r.Currency = money.USD
			r.Policy = pricing.Policy{Mode: pricing.Exclusive}
			r.Discounts = []pricing.Discount{percent(30_000)}
		}, func(q pricing.Quoted) (int64, int64) { return q.Total, 11_543 }},
		{"a second percentage is taken of what the first left", func(r *pricing.Request) {
			r.Lines[0].Discounts = []pricing.Discount{percent(500_000), percent(500_000)}
		}, func(q pricing.Quoted) (int64, int64) { return q.Lines[0].Net, 2250 }},
		{"a tax's base on the order is the sum of the lines that bear it", func(*pricing.Request) {
		}, func(q pricing.Quoted) (int64, int64) { return q.Taxes[0].Base, 8182 }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			request := coffee()
			test.change(&request)
			quoted, err := pricing.Quote(request)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := test.check(quoted); got != want {
				t.Errorf("got %d, want %d", got, want)
			}
		})
	}
}

func TestTheOddWonOfADiscountGoesToOneClassWhicheverLineComesFirst(t *testing.T) {
	t.Parallel()
	for _, first := range []int{0, 1} {
		request := coffee()
		request.Lines[0].UnitPrice, request.Lines[0].Quantity = 2900, 1
		request.Lines[0], request.Lines[1] = request.Lines[first], request.Lines[1-first]
		request.Discounts = []pricing.Discount{{Amount: 101}}
		quoted, err := pricing.Quote(request)
		if err != nil {
			t.Fatal(err)
		}
		if quoted.Exempt != 2900-51 || quoted.Supply+quoted.Tax != 2900-50 {
			t.Errorf("exempt is %d and taxed %d with line %d first", quoted.Exempt, quoted.Supply+quoted.Tax, first)
		}
	}
}

func TestTaxesStandInTheStoresOrder(t *testing.T) {
	t.Parallel()
	request := coffee()
	request.Policy = pricing.Policy{Mode: pricing.Exclusive, Taxes: []pricing.Tax{
		{Key: "state", RatePPM: 62_500},
		{Key: "city", RatePPM: 20_000, Classes: []pricing.TaxClass{pricing.Standard, "clothing"}},
		{Key: "luxury", RatePPM: 50_000, Classes: []pricing.TaxClass{"jewels"}},
	}}
	request.Lines[1].TaxClass = "clothing"
	request.Lines[0], request.Lines[1] = request.Lines[1], request.Lines[0]
	quoted, err := pricing.Quote(request)
	if err != nil {
		t.Fatal(err)
	}
	if len(quoted.Taxes) != 2 || quoted.Taxes[0].Key != "state" || quoted.Taxes[1].Key != "city" {
		t.Errorf("taxes are %+v, want state and city", quoted.Taxes)
	}
}

func TestRefundRefuses(t *testing.T) {
	t.Parallel()
	line := pricing.SoldLine{Key: "a", Quantity: 3, Refunded: 1, Amounts: pricing.Amounts{
		Gross: 9000, Net: 9000, Supply: 8182, Tax: 818, Total: 9000, Taxes: []pricing.TaxAmount{{Key: "vat", Amount: 818}},
	}}
	tests := []struct {
		name    string
		returns []pricing.Return
		code    *fault.Code
		path    string
	}{
		{"nothing", nil, pricing.Empty, "lines"},
		{"a line that was not sold", []pricing.Return{{"b", 1}}, pricing.UnknownLine, "lines[0].key"},
		{"a line that is named twice", []pricing.Return{{"a", 1}, {"a", 1}}, pricing.LineTwice, "lines[1].key"},
		{"no units", []pricing.Return{{"a", 0}}, pricing.OutOfRange, "lines[0].quantity"},
		{"negative units", []pricing.Return{{"a", -1}}, pricing.OutOfRange, "lines[0].quantity"},
		{"more units than are left", []pricing.Return{{"a", 3}}, pricing.RefundExceeds, "lines[0].quantity"},
		{"more lines than the limit", make([]pricing.Return, pricing.MaxLines+1), pricing.TooMany, "lines"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := pricing.Refund([]pricing.SoldLine{line}, test.returns)
			found := fault.As(err)
			if found == nil || found.Kind != test.code.Kind() || found.Fields[0].Path != test.path ||
				found.Fields[0].Code != test.code.Name() {
				t.Errorf("error is %+v, want %s at %s", err, test.code.Name(), test.path)
			}
		})
	}

	_, err := pricing.Refund([]pricing.SoldLine{line}, []pricing.Return{{"a", 3}})
	if found := fault.As(err); found == nil || found.Values["left"] != int64(2) {
		t.Errorf("%v does not name the two that are left", err)
	}
}

func TestASoldLineThatDoesNotAddUpIsInternal(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*pricing.SoldLine){
		"more refunded than sold":      func(s *pricing.SoldLine) { s.Refunded = 4 },
		"no units":                     func(s *pricing.SoldLine) { s.Quantity, s.Refunded = 0, 0 },
		"a net that is not the price":  func(s *pricing.SoldLine) { s.Amounts.Net-- },
		"a total that is not its sum":  func(s *pricing.SoldLine) { s.Amounts.Total++ },
		"a tax that is not its sum":    func(s *pricing.SoldLine) { s.Amounts.Taxes[0].Amount++ },
		"a negative discount":          func(s *pricing.SoldLine) { s.Amounts.Discount, s.Amounts.Gross = -1, 8999 },
		"a line both taxed and exempt": func(s *pricing.SoldLine) { s.Amounts.Supply--; s.Amounts.Exempt++ },
	}
	for name, spoil := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			line := pricing.SoldLine{Key: "a", Quantity: 3, Amounts: pricing.Amounts{
				Gross: 9000, Net: 9000, Supply: 8182, Tax: 818, Total: 9000, Taxes: []pricing.TaxAmount{{Key: "vat", Amount: 818}},
			}}
			spoil(&line)
			_, err := pricing.Refund([]pricing.SoldLine{line}, []pricing.Return{{"a", 1}})
			if err == nil || fault.As(err) != nil {
				t.Errorf("error is %v, want an internal one", err)
			}
		})
	}
}

func TestSettle(t *testing.T) {
	t.Parallel()
	won := func(amount int64) money.Money { return money.Money{Amount: amount, Currency: money.KRW} }
	cash := func(amount int64) pricing.Tender { return pricing.Tender{Kind: pricing.Cash, Amount: won(amount)} }
	card := func(amount int64) pricing.Tender { return pricing.Tender{Kind: pricing.NonCash, Amount: won(amount)} }
	voucher := func(amount int64) pricing.Tender { return pricing.Tender{Kind: pricing.Voucher, Amount: won(amount)} }
	tests := []struct {
		name    string
		total   int64
		tenders []pricing.Tender
		change  int64
		code    *fault.Code
		path    string
	}{
		{"exact cash gives no change", 9000, []pricing.Tender{cash(9000)}, 0, nil, ""},
		{"more cash gives change", 9000, []pricing.Tender{cash(10_000)}, 1000, nil, ""},
		{"change comes out of cash beside a card", 9000, []pricing.Tender{cash(5000), card(6000)}, 2000, nil, ""},
		{"a voucher above the total gives change", 9000, []pricing.Tender{voucher(10_000)}, 1000, nil, ""},
		{"a voucher pays before cash, so that less goes back", 12_000, []pricing.Tender{cash(5000), voucher(10_000)}, 3000, nil, ""},
		{"a card pays before a voucher", 12_000, []pricing.Tender{voucher(10_000), card(5000)}, 3000, nil, ""},
		{"a voucher that nothing needs is refused", 9000, []pricing.Tender{
			voucher(10_000), card(9000),
		}, 0, pricing.TenderUnneeded, "tenders[0].amount"},
		{"a free order needs no tender", 0, nil, 0, nil, ""},
		{"two payments in cash are one sum", 9000, []pricing.Tender{cash(5000), cash(5000)}, 1000, nil, ""},
		{"too little is refused", 9000, []pricing.Tender{cash(5000), card(3000)}, 0, pricing.TenderShort, "tenders"},
		{"nothing is too little", 9000, nil, 0, pricing.TenderShort, "tenders"},
		{"a card above the total is refused", 9000, []pricing.Tender{card(9001)}, 0, pricing.TenderExceeds, "tenders[0].amount"},
		{"a second card above the rest is refused", 9000, []pricing.Tender{
			card(5000), card(4001),
		}, 0, pricing.TenderExceeds, "tenders[1].amount"},
		{"a tender of zero is refused", 9000, []pricing.Tender{cash(9000), cash(0)}, 0, pricing.TenderAmount, "tenders[1].amount"},
		{"a negative tender is refused", 9000, []pricing.Tender{cash(-1)}, 0, pricing.TenderAmount, "tenders[0].amount"},
		{"another currency is refused", 9000, []pricing.Tender{
			{Kind: pricing.Cash, Amount: money.Money{Amount: 9000, Currency: money.USD}},
		}, 0, pricing.TenderCurrency, "tenders[0].amount"},
		{"a kind nobody knows is refused", 9000, []pricing.Tender{
			{Kind: "shells", Amount: won(9000)},
		}, 0, pricing.TenderKindUnknown, "tenders[0].kind"},
		{"a tender that can't be counted is refused", 9000, []pricing.Tender{cash(money.Max + 1)}, 0, money.Overflow, "tenders[0].amount"},
		{"change that can't be counted is refused", 1, []pricing.Tender{
			cash(money.Max), cash(money.Max),
		}, 0, money.Overflow, "tenders[1].amount"},
		{"more tenders than the limit are refused", 9000, make([]pricing.Tender, pricing.MaxTenders+1), 0, pricing.TooMany, "tenders"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			settlement, err := pricing.Settle(won(test.total), test.tenders)
			if test.code != nil {
				found := fault.As(err)
				if found == nil || found.Fields[0].Path != test.path || found.Fields[0].Code != test.code.Name() {
					t.Errorf("error is %+v, want %s at %s", err, test.code.Name(), test.path)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var applied, change int64
			for _, tender := range settlement.Tenders {
				applied += tender.Applied
				change += tender.Change
			}
			if settlement.Change != test.change || change != test.change || applied != test.total {
				t.Errorf("applied %d, change %d and %d, want %d and %d", applied, settlement.Change, change, test.total, test.change)
			}
		})
	}

	_, err := pricing.Settle(won(9000), []pricing.Tender{cash(5000)})
	if got := fault.As(err).Message(lang.Korean); got != "4,000원이 부족해요. 결제수단을 더해 주세요." {
		t.Errorf("too little says %q", got)
	}
	if _, err := pricing.Settle(won(-1), nil); err == nil || fault.As(err) != nil {
		t.Errorf("a negative total gives %v, want an internal error", err)
	}
}
