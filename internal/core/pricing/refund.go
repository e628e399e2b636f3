package pricing

import (
	"errors"
	"fmt"
	"slices"

	"dangol/internal/ground/fault"
	"dangol/internal/ground/money"
)

var (
	// UnknownLine is the error for a line that the order doesn't have.
	UnknownLine = fault.Define(fault.Invalid, "pricing.unknown_line",
		"주문에 없는 항목이에요. 영수증의 항목을 골라 주세요.", "The order has no such line. Choose a line of the receipt.")
	// RefundExceeds is the error for more units than are left to refund.
	RefundExceeds = fault.Define(fault.Conflict, "pricing.refund_exceeds",
		"환불할 수 있는 수량은 {left}개예요. 수량을 줄여 주세요.", "Only {left} can still be refunded. Lower the quantity.")
)

// SoldLine is what is remembered of a line: how many units were sold and for what, and how many were refunded since.
type SoldLine struct {
	Key      string
	Quantity int64
	Refunded int64
	Amounts  Amounts // of all Quantity units, as Quote gave them
}

// Left is how many units can still be refunded.
func (s SoldLine) Left() int64 { return s.Quantity - s.Refunded }

// Return asks for units of a line.
type Return struct {
	Key      string
	Quantity int64
}

// RefundLine is what the units of one line give back.
type RefundLine struct {
	Key      string
	Quantity int64
	Amounts
}

// Refunded is a priced refund: Total is what is paid back.
type Refunded struct {
	Lines   []RefundLine // in the order of the request
	Amounts              // the sums of the lines
}

// Refund prices the return of some units. Of a line that cost net for n units, the first k units together give back
// net × k ÷ n cut to whole minor units, and each refund is the difference between after and before: so any number of
// refunds in any order add up to exactly what was paid, and the last unit gets the remainder. Tax goes back by the line's
// share of money, the discount by what is missing to the gross. Nothing in a refund is ever negative.
//
// It refuses a line that is not there (UnknownLine), that is named twice (LineTwice), and more units than are left
// (RefundExceeds, which names what is left), each at "lines[i]…" of the returns.
func Refund(sold []SoldLine, returns []Return) (Refunded, error) {
	if len(returns) == 0 {
		return Refunded{}, Empty.At("lines")
	}
	if len(returns) > MaxLines {
		return Refunded{}, TooMany.At("lines", fault.Values{"max": MaxLines})
	}
	lines := make(map[string]SoldLine, len(sold))
	for _, line := range sold {
		if err := line.check(); err != nil {
			return Refunded{}, fmt.Errorf("refund line %q: %w", line.Key, err)
		}
		lines[line.Key] = line
	}
	if err := checkReturns(lines, returns); err != nil {
		return Refunded{}, err
	}

	var refunded Refunded
	for _, wanted := range returns {
		line := lines[wanted.Key]
		amounts, err := line.between(line.Refunded, line.Refunded+wanted.Quantity)
		if err != nil {
			return Refunded{}, fmt.Errorf("refund line %q: %w", line.Key, err)
		}
		refunded.Lines = append(refunded.Lines, RefundLine{Key: wanted.Key, Quantity: wanted.Quantity, Amounts: amounts})
		if refunded.Amounts, err = refunded.add(amounts); err != nil {
			return Refunded{}, err
		}
	}
	return refunded, nil
}

func checkReturns(lines map[string]SoldLine, returns []Return) error {
	var wrong []error
	seen := map[string]bool{}
	for i, wanted := range returns {
		path := fmt.Sprintf("lines[%d]", i)
		line, found := lines[wanted.Key]
		switch {
		case !found:
			wrong = append(wrong, UnknownLine.At(path+".key"))
		case seen[wanted.Key]:
			wrong = append(wrong, LineTwice.At(path+".key"))
		case wanted.Quantity < 1:
			wrong = append(wrong, between(path+".quantity", wanted.Quantity, 1, MaxQuantity))
		case wanted.Quantity > line.Left():
			// What is left is the order's state, not the form of the input: it stays a conflict of its own.
			return RefundExceeds.At(path+".quantity", fault.Values{"left": line.Left()})
		}
		seen[wanted.Key] = true
	}
	return fault.Collect(wrong...)
}

var errSold = errors.New("the amounts of the sold line do not add up")

// check asserts the invariants of Amounts for a line that comes back from where it was stored.
func (s SoldLine) check() error {
	a := s.Amounts
	parts, split := int64(0), 0
	for _, part := range []int64{a.Supply, a.TaxIncluded, a.Exempt, a.ZeroRated} {
		parts += part
		if part != 0 {
			split++
		}
	}
	var taxes int64
	for _, tax := range a.Taxes {
		taxes += tax.Amount
		if tax.Amount < 0 {
			return errSold
		}
	}
	counted := s.Quantity >= 1 && s.Refunded >= 0 && s.Refunded <= s.Quantity
	positive := a.Gross >= 0 && a.Net >= 0 && a.Discount >= 0 && parts >= 0 && a.Tax >= 0 && split <= 1
	adds := a.Gross-a.Discount == a.Net && parts+a.Tax == a.Total && taxes == a.Tax
	whole := a.Total == a.Net && a.Tax <= a.Net || a.Total == a.Net+a.Tax && (a.Tax == 0 || a.Net > 0)
	if !counted || !positive || !adds || !whole {
		return errSold
	}
	return nil
}

// between is what units from+1 to to give back.
func (s SoldLine) between(from, to int64) (Amounts, error) {
	before, err := s.first(from)
	if err != nil {
		return Amounts{}, err
	}
	after, err := s.first(to)
	if err != nil {
		return Amounts{}, err
	}
	after.Gross -= before.Gross
	after.Discount -= before.Discount
	after.Net -= before.Net
	after.Supply -= before.Supply
	after.TaxIncluded -= before.TaxIncluded
	after.Exempt -= before.Exempt
	after.ZeroRated -= before.ZeroRated
	after.Tax -= before.Tax
	after.Total -= before.Total
	for i := range after.Taxes {
		after.Taxes[i].Base -= before.Taxes[i].Base
		after.Taxes[i].Amount -= before.Taxes[i].Amount
	}
	return after, nil
}

// first is what the first k units give back together. Every part of it only grows with k.
func (s SoldLine) first(k int64) (Amounts, error) {
	sold := s.Amounts
	var part Amounts
	var err error
	if part.Gross, err = money.MulDiv(sold.Gross, k, s.Quantity, money.Down); err != nil {
		return part, err
	}
	if part.Net, err = money.MulDiv(sold.Net, k, s.Quantity, money.Down); err != nil {
		return part, err
	}
	part.Discount = part.Gross - part.Net
	if part.Tax, err = portion(sold.Tax, part.Net, sold.Net); err != nil {
		return part, err
	}
	part.Total = part.Net
	if sold.Total != sold.Net {
		part.Total += part.Tax
	}

	base := part.Total - part.Tax
	switch {
	case sold.TaxIncluded != 0:
		part.TaxIncluded = base
	case sold.Exempt != 0:
		part.Exempt = base
	case sold.ZeroRated != 0:
		part.ZeroRated = base
	default:
		part.Supply = base
	}

	// Each tax takes its share of what the ones before it left. Cut separately, two of them could grow by a unit where the
	// whole grows by one.
	part.Taxes = slices.Clone(sold.Taxes)
	left, leftPart := sold.Tax, part.Tax
	for i := range part.Taxes {
		tax := &part.Taxes[i]
		whole := tax.Amount
		if tax.Amount, err = portion(whole, leftPart, left); err != nil {
			return part, err
		}
		tax.Base = part.Supply
		left, leftPart = left-whole, leftPart-tax.Amount
	}
	return part, nil
}

// portion is amount × part ÷ whole, cut; nothing of nothing is nothing.
func portion(amount, part, whole int64) (int64, error) {
	if whole == 0 {
		return 0, nil
	}
	return money.MulDiv(amount, part, whole, money.Down)
}
