package pricing

import (
	"errors"
	"fmt"
	"slices"

	"dangol/internal/ground/fault"
	"dangol/internal/ground/lang"
	"dangol/internal/ground/money"
)

var (
	roundedOff = lang.Text{KO: "끝전 할인", EN: "Rounding discount"}
	roundedUp  = lang.Text{KO: "끝전 올림", EN: "Rounding up"}
)

// Quote prices an order by the rules of the package comment. Wrong input gives one fault with every field that needs
// correcting, named by its path in the request ("lines[2].quantity", "discounts[0].amount"); an impossible policy gives an
// internal error, since no customer and no cashier can mend it.
func Quote(request Request) (Quoted, error) {
	policy, err := request.Policy.settled(request.Currency)
	if err != nil {
		return Quoted{}, fmt.Errorf("price an order: %w", err)
	}
	if err := request.check(policy); err != nil {
		return Quoted{}, err
	}

	quoted := Quoted{Currency: request.Currency, Mode: policy.Mode, Lines: make([]QuotedLine, len(request.Lines))}
	if policy.Mode == Inclusive {
		quoted.Taxation = policy.Taxation
	}
	for i, line := range request.Lines {
		path := fmt.Sprintf("lines[%d]", i)
		if quoted.Lines[i], err = priceLine(line, path, policy, request.Currency); err != nil {
			return Quoted{}, err
		}
	}
	if err := quoted.discount(request.Discounts, policy); err != nil {
		return Quoted{}, err
	}
	if err := quoted.tax(policy); err != nil {
		return Quoted{}, err
	}
	return quoted, nil
}

// settled checks the policy and puts the defaults in.
func (p Policy) settled(currency money.Currency) (Policy, error) {
	if p.RoundingStep == 0 {
		p.RoundingStep = 1
		if currency == money.KRW {
			p.RoundingStep = 10
		}
	}
	if p.Rounding == "" {
		p.Rounding = money.Down
	}
	if !currency.Known() || p.RoundingStep < 0 || p.RoundingStep > million || !p.Rounding.Known() {
		return p, fmt.Errorf("currency %q, rounding %q by %d", currency, p.Rounding, p.RoundingStep)
	}
	switch p.Mode {
	case Inclusive:
		known := []Taxation{General, Simplified, SimplifiedInvoicing, Exempt}
		if !slices.Contains(known, p.Taxation) || len(p.Taxes) > 0 {
			return p, fmt.Errorf("inclusive tax of a %q merchant with %d added taxes", p.Taxation, len(p.Taxes))
		}
	case Exclusive:
		return p, p.checkTaxes()
	default:
		return p, fmt.Errorf("tax mode %q", p.Mode)
	}
	return p, nil
}

func (p Policy) checkTaxes() error {
	if len(p.Taxes) > MaxTaxes {
		return fmt.Errorf("%d taxes, at most %d", len(p.Taxes), MaxTaxes)
	}
	keys := map[string]bool{"": true}
	for _, tax := range p.Taxes {
		if keys[tax.Key] || tax.RatePPM < 0 || tax.RatePPM > million {
			return fmt.Errorf("tax %q of %d ppm", tax.Key, tax.RatePPM)
		}
		if tax.on(ExemptItem) || tax.on(ZeroRated) {
			return fmt.Errorf("tax %q on what is exempt", tax.Key)
		}
		keys[tax.Key] = true
	}
	return nil
}

// has says whether a line may be of this tax class.
func (p Policy) has(class TaxClass) bool {
	if class == Standard || class == ExemptItem || class == ZeroRated {
		return true
	}
	return slices.ContainsFunc(p.Taxes, func(tax Tax) bool { return tax.on(class) })
}

// check collects what is wrong with the numbers as they stand, before anything is computed.
func (r Request) check(policy Policy) error {
	if len(r.Lines) == 0 {
		return Empty.At("lines")
	}
	if len(r.Lines) > MaxLines {
		return TooMany.At("lines", fault.Values{"max": MaxLines})
	}
	var wrong []error
	keys := map[string]bool{"": true}
	for i, line := range r.Lines {
		path := fmt.Sprintf("lines[%d]", i)
		if keys[line.Key] {
			wrong = append(wrong, LineTwice.At(path+".key"))
		}
		keys[line.Key] = true
		wrong = append(wrong,
			between(path+".unitPrice", line.UnitPrice, 0, money.Max),
			between(path+".quantity", line.Quantity, 1, line.most()),
			between(path+".grams", line.Grams, 0, MaxGrams))
		if !policy.has(line.TaxClass) {
			wrong = append(wrong, UnknownTaxClass.At(path+".taxClass"))
		}
		wrong = append(wrong, checkOptions(path+".options", line.Options)...)
		wrong = append(wrong, checkDiscounts(path+".discounts", line.Discounts)...)
	}
	wrong = append(wrong, checkDiscounts("discounts", r.Discounts)...)
	return fault.Collect(wrong...)
}

func checkOptions(path string, options []Option) []error {
	if len(options) > MaxOptions {
		return []error{TooMany.At(path, fault.Values{"max": MaxOptions})}
	}
	var wrong []error
	for i, option := range options {
		path := fmt.Sprintf("%s[%d]", path, i)
		wrong = append(wrong,
			between(path+".priceDelta", option.PriceDelta, -money.Max, money.Max),
			between(path+".quantity", option.Quantity, 1, MaxQuantity))
	}
	return wrong
}

func checkDiscounts(path string, discounts []Discount) []error {
	if len(discounts) > MaxDiscounts {
		return []error{TooMany.At(path, fault.Values{"max": MaxDiscounts})}
	}
	var wrong []error
	for i, discount := range discounts {
		path := fmt.Sprintf("%s[%d]", path, i)
		if (discount.PercentPPM > 0) == (discount.Amount > 0) || discount.PercentPPM < 0 || discount.Amount < 0 {
			wrong = append(wrong, DiscountForm.At(path))
			continue
		}
		wrong = append(wrong,
			between(path+".percentPPM", discount.PercentPPM, 0, million),
			between(path+".amount", discount.Amount, 0, money.Max))
	}
	return wrong
}

func between(path string, value, low, high int64) error {
	if value < low || value > high {
		return OutOfRange.At(path, fault.Values{"min": low, "max": high})
	}
	return nil
}

// most is the largest quantity of a line: pieces that were weighed are never alike.
func (l Line) most() int64 {
	if l.Grams != 0 {
		return 1
	}
	return MaxQuantity
}

const gramsOfKilogram = 1000

// Weigh is what a weighed piece comes to at the price of a kilogram, in whole minor units, a half rounded up: a scale's
// amount agrees with its weight and price to the nearest minor unit (NIST Handbook 44, G-S.5.5; that Korean scales do the
// same is unverified). The store's step comes afterwards, by rule 3. It fails only on overflow.
func Weigh(kiloPrice, grams int64) (int64, error) {
	return money.MulDiv(kiloPrice, grams, gramsOfKilogram, money.HalfUp)
}

// priceLine applies rules 1 to 3.
func priceLine(line Line, path string, policy Policy, currency money.Currency) (QuotedLine, error) {
	priced := QuotedLine{Line: line, TaxedAs: line.TaxClass, UnitWithOption: line.UnitPrice}
	if policy.Mode == Inclusive && policy.Taxation == Exempt {
		priced.TaxedAs = ExemptItem
	}
	var err error
	if line.Grams > 0 {
		if priced.UnitWithOption, err = Weigh(line.UnitPrice, line.Grams); err != nil {
			return priced, at(path+".grams", err)
		}
	}
	for i, option := range line.Options {
		path := fmt.Sprintf("%s.options[%d].priceDelta", path, i)
		delta, err := money.Mul(option.PriceDelta, option.Quantity)
		if err != nil {
			return priced, at(path, err)
		}
		if priced.UnitWithOption, err = money.Add(priced.UnitWithOption, delta); err != nil {
			return priced, at(path, err)
		}
	}
	if priced.UnitWithOption < 0 {
		return priced, NegativePrice.At(path + ".options")
	}
	if priced.Gross, err = money.Mul(priced.UnitWithOption, line.Quantity); err != nil {
		return priced, at(path+".quantity", err)
	}

	taken, err := deduct(priced.Gross, line.Grams > 0, line.Discounts, LineDiscount, path+".discounts", policy, currency)
	if err != nil {
		return priced, err
	}
	priced.Net = priced.Gross
	for _, discount := range taken {
		priced.take(discount, discount.Amount)
	}
	return priced, nil
}

// at puts an overflow at the field that caused it.
func at(path string, err error) error {
	if money.Overflow.Has(err) {
		return money.Overflow.At(path)
	}
	return err
}

// deduct computes what discounts, one after the other, take off an amount, and the rounding after them (rules 2 and 3, or 4
// and 5) if one of them, or the amount itself, by weight, was computed. The rounding never makes the result dearer than the
// amount: what was weighed is rounded down where it would.
func deduct(amount int64, weighed bool, discounts []Discount, kind DiscountKind, path string, policy Policy, currency money.Currency) (
	[]DiscountShare, error,
) {
	var taken []DiscountShare
	left, computed := amount, weighed
	for i, discount := range discounts {
		off := discount.Amount
		if discount.PercentPPM > 0 {
			computed = true
			var err error
			if off, err = money.MulDiv(left, discount.PercentPPM, million, money.HalfUp); err != nil {
				return nil, err
			}
		}
		if off > left {
			return nil, DiscountTooLarge.At(fmt.Sprintf("%s[%d].amount", path, i),
				money.Money{Amount: left, Currency: currency}.Values("left"))
		}
		left -= off
		taken = append(taken, DiscountShare{
			Kind: kind, Key: discount.Key, Name: discount.Name, PercentPPM: discount.PercentPPM, Amount: off,
		})
	}
	if !computed {
		return taken, nil
	}
	rounded, err := money.Round(left, policy.RoundingStep, policy.Rounding)
	if err != nil {
		return nil, at(path, err)
	}
	most := amount
	if weighed {
		if most, err = money.Round(amount, policy.RoundingStep, money.Down); err != nil {
			return nil, at(path, err)
		}
	}
	rounding := DiscountShare{Kind: LineRounding, Name: roundedOff, Amount: left - min(rounded, most)}
	if kind == OrderDiscount {
		rounding.Kind = OrderRounding
	}
	if rounding.Amount < 0 {
		rounding.Name = roundedUp
	}
	if rounding.Amount != 0 {
		taken = append(taken, rounding)
	}
	return taken, nil
}

// take books a line's share of a discount. A share of nothing is not worth a row.
func (l *QuotedLine) take(discount DiscountShare, share int64) {
	if share == 0 {
		return
	}
	discount.Amount = share
	l.Shares = append(l.Shares, discount)
	l.Discount += share
	l.Net = l.Gross - l.Discount
}

// discount applies rules 4 and 5 and shares the result among the lines.
func (q *Quoted) discount(discounts []Discount, policy Policy) error {
	var sum int64
	for i, line := range q.Lines {
		var err error
		if sum, err = money.Add(sum, line.Net); err != nil {
			return at(fmt.Sprintf("lines[%d]", i), err)
		}
	}
	taken, err := deduct(sum, false, discounts, OrderDiscount, "discounts", policy, q.Currency)
	if err != nil {
		return err
	}
	before := q.nets()
	for _, discount := range taken {
		weights := q.nets()
		if discount.Amount < 0 {
			// What is given back goes to where it was taken, so no line ends above its own price.
			for i := range weights {
				weights[i] = before[i] - weights[i]
			}
		}
		shares, err := q.share(discount.Amount, weights)
		if err != nil {
			return fmt.Errorf("share a discount of %d: %w", discount.Amount, err)
		}
		for i := range q.Lines {
			q.Lines[i].take(discount, shares[i])
		}
	}
	q.Discounts = taken
	return nil
}

func (q *Quoted) nets() []int64 {
	nets := make([]int64, len(q.Lines))
	for i, line := range q.Lines {
		nets[i] = line.Net
	}
	return nets
}

// share splits an amount among the tax classes, in the order of their names, and then among the lines of each.
func (q *Quoted) share(amount int64, weights []int64) ([]int64, error) {
	members := map[TaxClass][]int{}
	for i, line := range q.Lines {
		members[line.TaxedAs] = append(members[line.TaxedAs], i)
	}
	var classes []TaxClass
	for class := range members {
		classes = append(classes, class)
	}
	slices.Sort(classes)

	ofClass := make([]int64, len(classes))
	for c, class := range classes {
		for _, i := range members[class] {
			ofClass[c] += weights[i]
		}
	}
	portions, err := money.Allocate(amount, ofClass)
	if err != nil {
		return nil, err
	}
	shares := make([]int64, len(q.Lines))
	for c, class := range classes {
		if err := allocateTo(shares, members[class], portions[c], weights); err != nil {
			return nil, err
		}
	}
	return shares, nil
}

// allocateTo splits an amount among the members and writes their shares.
func allocateTo(shares []int64, members []int, amount int64, weights []int64) error {
	own := make([]int64, len(members))
	for m, i := range members {
		own[m] = weights[i]
	}
	portions, err := money.Allocate(amount, own)
	if err != nil {
		return err
	}
	for m, i := range members {
		shares[i] = portions[m]
	}
	return nil
}

// add sums two amounts. Taxes are merged by key; those that are new come last.
func (a Amounts) add(b Amounts) (Amounts, error) {
	sum := a
	sum.Taxes = slices.Clone(a.Taxes)
	var errs []error
	plus := func(to *int64, amount int64) {
		total, err := money.Add(*to, amount)
		*to = total
		errs = append(errs, err)
	}
	plus(&sum.Gross, b.Gross)
	plus(&sum.Discount, b.Discount)
	plus(&sum.Net, b.Net)
	plus(&sum.Supply, b.Supply)
	plus(&sum.TaxIncluded, b.TaxIncluded)
	plus(&sum.Exempt, b.Exempt)
	plus(&sum.ZeroRated, b.ZeroRated)
	plus(&sum.Tax, b.Tax)
	plus(&sum.Total, b.Total)
	for _, tax := range b.Taxes {
		known := slices.IndexFunc(sum.Taxes, func(other TaxAmount) bool { return other.Key == tax.Key })
		if known < 0 {
			sum.Taxes = append(sum.Taxes, tax)
			continue
		}
		plus(&sum.Taxes[known].Base, tax.Base)
		plus(&sum.Taxes[known].Amount, tax.Amount)
	}
	if err := errors.Join(errs...); err != nil {
		return Amounts{}, money.Overflow.At("lines")
	}
	return sum, nil
}
