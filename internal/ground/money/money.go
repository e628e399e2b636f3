// Package money counts money exactly: whole minor units in an int64, with a currency, and arithmetic that refuses to
// lose a unit or to overflow. It knows no prices, no tax and no exchange rates, and there is no fraction in it.
package money

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strconv"

	"dangol/internal/ground/fault"
)

// Max is the largest amount, and -Max the smallest: 2⁵³−1 minor units. A browser reads JSON numbers as IEEE 754 doubles,
// which hold every integer up to there (RFC 8259 §6); beyond it an amount would change without a word.
const Max int64 = 1<<53 - 1

// Overflow is the error for a result or an input beyond Max.
var Overflow = fault.Define(fault.Invalid, "money.overflow",
	"금액이 너무 커요. 수량과 금액을 확인해 주세요.", "The amount is too large. Check the quantity and the amount.")

// Money is an amount with its currency, as it stands in the API: {"amount":4500,"currency":"KRW"}. Amount is amountMinor:
// minor units, so $4.50 is 450 and 4,500원 is 4500.
type Money struct {
	Amount   int64    `json:"amount"   doc:"Minor units: won for KRW, cents for USD" maximum:"9007199254740991" minimum:"-9007199254740991"`
	Currency Currency `json:"currency" doc:"ISO 4217 code"                           pattern:"^[A-Z]{3}$"`
}

// UnmarshalJSON refuses an amount that is missing, fractional or beyond Max, and a currency that is not known.
func (m *Money) UnmarshalJSON(data []byte) error {
	var raw struct {
		Amount   *json.Number `json:"amount"`
		Currency Currency     `json:"currency"`
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(&raw); err != nil {
		return Unreadable.At("amount").Because(err)
	}
	if raw.Amount == nil {
		return Unreadable.At("amount")
	}
	amount, err := raw.Amount.Int64()
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return Unreadable.At("amount").Because(err)
	}
	if err != nil || !inRange(amount) {
		return Overflow.At("amount")
	}
	if !raw.Currency.Known() {
		return UnknownCurrency.At("currency")
	}
	*m = Money{Amount: amount, Currency: raw.Currency}
	return nil
}

// Values gives what a fault's sentence needs to name this amount: {name} for machines, {nameKO} and {nameEN} for people.
func (m Money) Values(name string) fault.Values {
	return fault.Values{name: m.Amount, name + "KO": m.Korean(), name + "EN": m.English()}
}

// Rounding is the direction in which a result that is no whole unit goes. All are symmetric about zero, so a refund
// rounds as its sale did.
type Rounding string

const (
	Down   Rounding = "down"    // toward zero (버림)
	HalfUp Rounding = "half_up" // to the nearest, a half away from zero (반올림)
	Up     Rounding = "up"      // away from zero (올림)
)

// Known says whether the rounding is one of the three.
func (r Rounding) Known() bool { return r == Down || r == HalfUp || r == Up }

var (
	errDivisor  = errors.New("money: the divisor must be positive")
	errRounding = errors.New("money: unknown rounding")
	errWeights  = errors.New("money: weights must not be negative, and not all zero when there is something to share")
)

// Add is a + b, or Overflow.
func Add(a, b int64) (int64, error) {
	if !inRange(a) || !inRange(b) || !inRange(a+b) {
		return 0, Overflow.New()
	}
	return a + b, nil
}

// Sub is a − b, or Overflow.
func Sub(a, b int64) (int64, error) {
	if !inRange(b) {
		return 0, Overflow.New()
	}
	return Add(a, -b)
}

// Mul is an amount times a count, or Overflow.
func Mul(amount, count int64) (int64, error) { return MulDiv(amount, count, 1, Down) }

// MulDiv is amount × num ÷ den, exact to the last step through 128 bits between, then rounded. It gives Overflow when the
// result is beyond Max, and an internal error when den is not positive.
func MulDiv(amount, num, den int64, rounding Rounding) (int64, error) {
	if den <= 0 {
		return 0, errDivisor
	}
	if !rounding.Known() {
		return 0, errRounding
	}
	high, low := bits.Mul64(magnitude(amount), magnitude(num))
	if high >= uint64(den) {
		return 0, Overflow.New()
	}
	quotient, rest := bits.Div64(high, low, uint64(den))
	if quotient > uint64(Max) {
		return 0, Overflow.New()
	}
	if rounding == Up && rest > 0 || rounding == HalfUp && rest >= uint64(den)-rest {
		quotient++
	}
	result := int64(quotient)
	if (amount < 0) != (num < 0) {
		result = -result
	}
	if !inRange(result) {
		return 0, Overflow.New()
	}
	return result, nil
}

// Round brings an amount to a multiple of step: Round(1234, 10, Down) is 1230. The step must be positive.
func Round(amount, step int64, rounding Rounding) (int64, error) {
	steps, err := MulDiv(amount, 1, step, rounding)
	if err != nil {
		return 0, err
	}
	return Mul(steps, step)
}

// Allocate shares total among weights so that the shares sum to exactly total: each gets its proportion cut to whole
// units, and what is left goes one unit each to those that lost most by the cut, the earlier first among equals (largest
// remainder). A share is never further than one unit from its proportion, and none exceeds its weight when total does not
// exceed their sum. Weights must not be negative, and not all zero unless total is zero.
func Allocate(total int64, weights []int64) ([]int64, error) {
	if !inRange(total) {
		return nil, Overflow.New()
	}
	var sum uint64
	for _, weight := range weights {
		if weight < 0 {
			return nil, errWeights
		}
		var carry uint64
		if sum, carry = bits.Add64(sum, magnitude(weight), 0); carry > 0 {
			return nil, Overflow.New()
		}
	}
	shares := make([]int64, len(weights))
	if total == 0 {
		return shares, nil
	}
	if sum == 0 {
		return nil, errWeights
	}

	left := magnitude(total)
	rests := make([]uint64, len(weights))
	order := make([]int, len(weights))
	for i, weight := range weights {
		// The high word is below sum, because each weight is at most sum and the total is below 2⁶⁴.
		high, low := bits.Mul64(magnitude(total), magnitude(weight))
		share, rest := bits.Div64(high, low, sum)
		shares[i], rests[i], order[i] = int64(share), rest, i //nolint:gosec // no share exceeds the total, which is in range
		left -= share
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case rests[a] > rests[b]:
			return -1
		case rests[a] < rests[b]:
			return 1
		}
		return 0
	})
	for _, i := range order[:left] {
		shares[i]++
	}
	if total < 0 {
		for i := range shares {
			shares[i] = -shares[i]
		}
	}
	return shares, nil
}

// Check returns Overflow for an amount beyond Max.
func Check(amount int64) error {
	if !inRange(amount) {
		return Overflow.New()
	}
	return nil
}

func inRange(amount int64) bool { return -Max <= amount && amount <= Max }

// magnitude is |n|, also for the smallest int64, whose negation does not fit one.
func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n) //nolint:gosec // two's complement makes this |n| for every negative n
	}
	return uint64(n)
}

// String is for logs: "4500 KRW" in minor units.
func (m Money) String() string { return fmt.Sprintf("%d %s", m.Amount, m.Currency) }
