package pricing

import (
	"fmt"
	"slices"

	"dangol/internal/ground/lang"
	"dangol/internal/ground/money"
)

// vat is Korea's value added tax: 10 % (부가가치세법 제30조) of the supply value, which is 100/110 of a price that contains
// it (제29조제7항).
var vat = Tax{Key: "vat", Name: lang.Text{KO: "부가세", EN: "VAT"}, RatePPM: 100_000}

// on says whether the tax is charged on a class.
func (t Tax) on(class TaxClass) bool {
	if len(t.Classes) == 0 {
		return class == Standard
	}
	return slices.Contains(t.Classes, class)
}

// tax applies rule 6 and sums the lines up.
func (q *Quoted) tax(policy Policy) error {
	var err error
	if policy.Mode == Inclusive {
		err = q.takeOutVAT(policy.Taxation)
	} else {
		err = q.addTaxes(policy.Taxes)
	}
	if err != nil {
		return err
	}
	for i := range q.Lines {
		line := &q.Lines[i]
		if err := line.complete(policy); err != nil {
			return err
		}
	}
	for _, line := range q.Lines {
		if q.Amounts, err = q.add(line.Amounts); err != nil {
			return err
		}
	}
	return nil
}

// takeOutVAT finds the tax inside the taxed lines: an eleventh of their sum, rounded to the nearest won (a remainder of
// eleven has no half). The law gives no rule for the fraction of a won on a receipt (unverified); nearest is the common one.
func (q *Quoted) takeOutVAT(taxation Taxation) error {
	if taxation == Simplified {
		return nil
	}
	members := q.taxedBy(vat)
	var sum int64
	for _, i := range members {
		sum += q.Lines[i].Net // their sum was found to be in range with the order's
	}
	return q.charge(vat, members, (sum+5)/11)
}

// addTaxes computes each tax once on the sum of what it is charged on, a half cent rounded up, and shares it among those
// lines. States of the Streamlined Sales and Use Tax Agreement let the seller choose between line and invoice, and round
// from the third decimal (its section 324; unverified, as are other states' rules).
func (q *Quoted) addTaxes(taxes []Tax) error {
	for _, tax := range taxes {
		members := q.taxedBy(tax)
		var base int64
		for _, i := range members {
			base += q.Lines[i].Net
		}
		amount, err := money.MulDiv(base, tax.RatePPM, million, money.HalfUp)
		if err != nil {
			return err
		}
		if err := q.charge(tax, members, amount); err != nil {
			return err
		}
	}
	return nil
}

func (q *Quoted) taxedBy(tax Tax) []int {
	var members []int
	for i, line := range q.Lines {
		if tax.on(line.TaxedAs) {
			members = append(members, i)
		}
	}
	return members
}

// charge shares a tax among the lines that bear it, and gives it its place among the order's taxes.
func (q *Quoted) charge(tax Tax, members []int, amount int64) error {
	if len(members) == 0 {
		return nil
	}
	charged := TaxAmount{Key: tax.Key, Name: tax.Name, RatePPM: tax.RatePPM}
	q.Taxes = append(q.Taxes, charged)
	shares := make([]int64, len(q.Lines))
	if err := allocateTo(shares, members, amount, q.nets()); err != nil {
		return fmt.Errorf("share a tax of %d: %w", amount, err)
	}
	for _, i := range members {
		line := &q.Lines[i]
		charged.Amount = shares[i]
		line.Taxes = append(line.Taxes, charged)
		line.Tax += shares[i]
	}
	return nil
}

// complete fills in what follows from a line's net and its taxes.
func (l *QuotedLine) complete(policy Policy) error {
	l.Total = l.Net
	if policy.Mode == Exclusive {
		total, err := money.Add(l.Net, l.Tax)
		if err != nil {
			return money.Overflow.At("lines")
		}
		l.Total = total
	}
	base := l.Total - l.Tax
	switch {
	case l.TaxedAs == ExemptItem:
		l.Exempt = base
	case l.TaxedAs == ZeroRated:
		l.ZeroRated = base
	case policy.Mode == Inclusive && policy.Taxation == Simplified:
		l.TaxIncluded = base
	default:
		l.Supply = base
	}
	for i := range l.Taxes {
		l.Taxes[i].Base = l.Supply
	}
	return nil
}
