package pricing_test

import (
	"reflect"
	"strconv"
	"testing"

	"dangol/internal/core/pricing"
	"dangol/internal/ground/money"

	"pgregory.net/rapid"
)

// orders draws requests of every kind: small and large, both tax modes, all discounts.
var orders = rapid.Custom(func(t *rapid.T) pricing.Request {
	request := pricing.Request{Currency: money.KRW, Policy: policies.Draw(t, "policy")}
	classes := []pricing.TaxClass{pricing.Standard, pricing.Standard, pricing.ExemptItem, pricing.ZeroRated}
	if request.Policy.Mode == pricing.Exclusive {
		classes = append(classes, "clothing")
	}
	discounts := rapid.SliceOfN(rapid.OneOf(
		rapid.Map(rapid.Int64Range(1, 1_000_000), func(ppm int64) pricing.Discount { return pricing.Discount{PercentPPM: ppm} }),
		rapid.Map(rapid.Int64Range(1, 500), func(amount int64) pricing.Discount { return pricing.Discount{Amount: amount} }),
	), 0, 3)
	for i := range rapid.IntRange(1, 12).Draw(t, "lines") {
		line := pricing.Line{
			Key:       strconv.Itoa(i),
			UnitPrice: rapid.OneOf(rapid.Int64Range(0, 100), rapid.Int64Range(100, 50_000), rapid.Int64Range(0, 1<<30)).Draw(t, "price"),
			Quantity:  rapid.OneOf(rapid.Int64Range(1, 9), rapid.Int64Range(1, pricing.MaxQuantity)).Draw(t, "quantity"),
			TaxClass:  rapid.SampledFrom(classes).Draw(t, "class"),
			Discounts: discounts.Draw(t, "line discounts"),
		}
		if rapid.Bool().Draw(t, "is weighed") {
			line.Quantity, line.Grams = 1, rapid.Int64Range(1, pricing.MaxGrams).Draw(t, "grams")
		}
		if line.Grams == 0 && rapid.Bool().Draw(t, "has an option") {
			line.Options = []pricing.Option{{
				PriceDelta: rapid.Int64Range(-line.UnitPrice/2, 1000).Draw(t, "delta"), Quantity: rapid.Int64Range(1, 2).Draw(t, "times"),
			}}
		}
		request.Lines = append(request.Lines, line)
	}
	request.Discounts = discounts.Draw(t, "order discounts")
	return request
})

var policies = rapid.Custom(func(t *rapid.T) pricing.Policy {
	policy := pricing.Policy{
		RoundingStep: rapid.SampledFrom([]int64{0, 1, 10, 100}).Draw(t, "step"),
		Rounding:     rapid.SampledFrom([]money.Rounding{"", money.Down, money.HalfUp, money.Up}).Draw(t, "rounding"),
		Mode:         pricing.Exclusive,
		Taxes: []pricing.Tax{
			{Key: "state", RatePPM: rapid.Int64Range(0, 1_000_000).Draw(t, "state")},
			{
				Key: "city", RatePPM: rapid.Int64Range(0, 1_000_000).Draw(t, "city"),
				Classes: []pricing.TaxClass{pricing.Standard, "clothing"},
			},
		},
	}
	if rapid.Bool().Draw(t, "Korea") {
		policy.Mode, policy.Taxes = pricing.Inclusive, nil
		policy.Taxation = rapid.SampledFrom([]pricing.Taxation{
			pricing.General, pricing.Simplified, pricing.SimplifiedInvoicing, pricing.Exempt,
		}).Draw(t, "taxation")
	}
	return policy
})

// quote prices a drawn request. An amount that exceeds what other discounts left is refused, as it should be; such a
// request has no more to say.
func quote(t *rapid.T, request pricing.Request) (pricing.Quoted, bool) {
	quoted, err := pricing.Quote(request)
	if pricing.DiscountTooLarge.Has(err) {
		return quoted, false
	}
	if err != nil {
		t.Fatal(err)
	}
	return quoted, true
}

// checkAmounts fails unless the invariants of Amounts hold and nothing is negative.
func checkAmounts(t *rapid.T, what string, amounts pricing.Amounts) {
	var taxes int64
	for _, tax := range amounts.Taxes {
		taxes += tax.Amount
		if tax.Amount < 0 || tax.Base < 0 {
			t.Fatalf("%s: tax %+v is negative", what, tax)
		}
	}
	for name, part := range map[string]int64{
		"gross": amounts.Gross, "discount": amounts.Discount, "net": amounts.Net, "supply": amounts.Supply,
		"with tax": amounts.TaxIncluded, "exempt": amounts.Exempt, "zero-rated": amounts.ZeroRated, "tax": amounts.Tax,
	} {
		if part < 0 {
			t.Fatalf("%s: %s is %d", what, name, part)
		}
	}
	if amounts.Gross-amounts.Discount != amounts.Net || taxes != amounts.Tax ||
		amounts.Supply+amounts.TaxIncluded+amounts.Exempt+amounts.ZeroRated+amounts.Tax != amounts.Total {
		t.Fatalf("%s: %+v does not add up", what, amounts)
	}
}

// sum adds up amounts, taxes by key.
func sum(all ...pricing.Amounts) pricing.Amounts {
	var total pricing.Amounts
	taxes := map[string]int{}
	for _, amounts := range all {
		total.Gross += amounts.Gross
		total.Discount += amounts.Discount
		total.Net += amounts.Net
		total.Supply += amounts.Supply
		total.TaxIncluded += amounts.TaxIncluded
		total.Exempt += amounts.Exempt
		total.ZeroRated += amounts.ZeroRated
		total.Tax += amounts.Tax
		total.Total += amounts.Total
		for _, tax := range amounts.Taxes {
			at, known := taxes[tax.Key]
			if !known {
				taxes[tax.Key] = len(total.Taxes)
				total.Taxes = append(total.Taxes, tax)
				continue
			}
			total.Taxes[at].Base += tax.Base
			total.Taxes[at].Amount += tax.Amount
		}
	}
	return total
}

// sameAmounts compares without minding the order of the taxes.
func sameAmounts(a, b pricing.Amounts) bool {
	taxes := func(amounts pricing.Amounts) map[string]pricing.TaxAmount {
		byKey := map[string]pricing.TaxAmount{}
		for _, tax := range amounts.Taxes {
			byKey[tax.Key] = tax
		}
		return byKey
	}
	if !reflect.DeepEqual(taxes(a), taxes(b)) {
		return false
	}
	a.Taxes, b.Taxes = nil, nil
	return reflect.DeepEqual(a, b)
}

func linesSumToTheOrder(t *rapid.T) {
	request := orders.Draw(t, "order")
	quoted, priced := quote(t, request)
	if !priced {
		return
	}
	checkAmounts(t, "order", quoted.Amounts)
	var lines []pricing.Amounts
	shared := map[pricing.DiscountKind]int64{}
	var taxed int64
	for _, line := range quoted.Lines {
		checkAmounts(t, "line "+line.Key, line.Amounts)
		lines = append(lines, line.Amounts)
		var taken int64
		for _, share := range line.Shares {
			taken += share.Amount
			shared[share.Kind] += share.Amount
		}
		if taken != line.Discount {
			t.Fatalf("line %s: shares of %d make a discount of %d", line.Key, taken, line.Discount)
		}
		if line.TaxedAs == pricing.Standard {
			taxed += line.Net
		}
	}
	if !sameAmounts(sum(lines...), quoted.Amounts) {
		t.Fatalf("the lines sum to %+v, the order to %+v", sum(lines...), quoted.Amounts)
	}
	whole := map[pricing.DiscountKind]int64{}
	computed := false
	for i, discount := range quoted.Discounts {
		whole[discount.Kind] += discount.Amount
		computed = computed || i < len(request.Discounts) && discount.PercentPPM > 0
	}
	if shared[pricing.OrderDiscount] != whole[pricing.OrderDiscount] || shared[pricing.OrderRounding] != whole[pricing.OrderRounding] {
		t.Fatalf("the order's discounts are %v, the lines' shares of them %v", whole, shared)
	}
	step := request.Policy.RoundingStep
	if step == 0 {
		step = 10
	}
	if down := request.Policy.Rounding; computed && (down == "" || down == money.Down) && quoted.Net%step != 0 {
		t.Fatalf("a computed order comes to %d, no multiple of %d", quoted.Net, step)
	}
	if quoted.Taxation == pricing.General && quoted.Tax != (taxed+5)/11 {
		t.Fatalf("tax of %d on %d, want an eleventh", quoted.Tax, taxed)
	}
}

func refundsSumToThePayment(t *rapid.T) {
	quoted, priced := quote(t, orders.Draw(t, "order"))
	if !priced {
		return
	}
	sold := make([]pricing.SoldLine, len(quoted.Lines))
	left := make([]int, len(quoted.Lines))
	for i, line := range quoted.Lines {
		sold[i] = pricing.SoldLine{Key: line.Key, Quantity: line.Quantity, Amounts: line.Amounts}
		left[i] = i
	}
	var steps []pricing.Amounts
	for len(left) > 0 {
		at := rapid.IntRange(0, len(left)-1).Draw(t, "line")
		line := &sold[left[at]]
		// A quarter of what is left at least, so that large quantities come to their end.
		quantity := rapid.Int64Range(max(1, line.Left()/4), line.Left()).Draw(t, "units")
		refunded, err := pricing.Refund(sold, []pricing.Return{{Key: line.Key, Quantity: quantity}})
		if err != nil {
			t.Fatal(err)
		}
		checkAmounts(t, "refund of line "+line.Key, refunded.Amounts)
		steps = append(steps, refunded.Amounts)
		line.Refunded += quantity
		if line.Left() == 0 {
			left = append(left[:at], left[at+1:]...)
		}
	}
	if !sameAmounts(sum(steps...), quoted.Amounts) {
		t.Fatalf("the refunds sum to %+v, paid was %+v", sum(steps...), quoted.Amounts)
	}
}

func orderOfLinesDoesNotMatter(t *rapid.T) {
	request := orders.Draw(t, "order")
	quoted, priced := quote(t, request)
	request.Lines = rapid.Permutation(request.Lines).Draw(t, "other order")
	again, pricedAgain := quote(t, request)
	same := sameAmounts(quoted.Amounts, again.Amounts) && reflect.DeepEqual(quoted.Discounts, again.Discounts)
	if priced != pricedAgain || priced && !same {
		t.Fatalf("in one order %+v, in another %+v", quoted.Amounts, again.Amounts)
	}
}

func tendersCoverTheTotal(t *rapid.T) {
	total := rapid.Int64Range(0, 100_000).Draw(t, "total")
	tenders := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) pricing.Tender {
		return pricing.Tender{
			Kind:   rapid.SampledFrom([]pricing.TenderKind{pricing.Cash, pricing.NonCash}).Draw(t, "kind"),
			Amount: money.Money{Amount: rapid.Int64Range(1, 60_000).Draw(t, "amount"), Currency: money.KRW},
		}
	}), 0, 6).Draw(t, "tenders")
	var cash, other int64
	for _, tender := range tenders {
		if tender.Kind == pricing.Cash {
			cash += tender.Amount.Amount
		} else {
			other += tender.Amount.Amount
		}
	}
	settlement, err := pricing.Settle(money.Money{Amount: total, Currency: money.KRW}, tenders)
	if (other > total) != pricing.TenderExceeds.Has(err) || (other <= total && cash+other < total) != pricing.TenderShort.Has(err) {
		t.Fatalf("%d in cash and %d otherwise for %d give %v", cash, other, total, err)
	}
	if err != nil {
		return
	}
	var applied int64
	for _, tender := range settlement.Tenders {
		applied += tender.Applied
		if tender.Applied+tender.Change != tender.Amount.Amount || tender.Applied < 0 || tender.Change < 0 {
			t.Fatalf("tender %+v does not add up", tender)
		}
	}
	if applied != total || settlement.Change != cash+other-total {
		t.Fatalf("%d applied and %d change for %d", applied, settlement.Change, total)
	}
}

func TestProperties(t *testing.T) {
	t.Parallel()
	for name, property := range map[string]func(*rapid.T){
		"the lines sum to the order":                           linesSumToTheOrder,
		"refunds in any order and any steps sum to the paid":   refundsSumToThePayment,
		"the order of lines changes no total":                  orderOfLinesDoesNotMatter,
		"tenders cover the total and change comes out of cash": tendersCoverTheTotal,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, property)
		})
	}
}

func FuzzQuote(f *testing.F)  { f.Fuzz(rapid.MakeFuzz(linesSumToTheOrder)) }
func FuzzRefund(f *testing.F) { f.Fuzz(rapid.MakeFuzz(refundsSumToThePayment)) }
func FuzzOrder(f *testing.F)  { f.Fuzz(rapid.MakeFuzz(orderOfLinesDoesNotMatter)) }
func FuzzSettle(f *testing.F) { f.Fuzz(rapid.MakeFuzz(tendersCoverTheTotal)) }
