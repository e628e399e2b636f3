package money_test

import (
	"encoding/json"
	"math/big"
	"slices"
	"testing"

	"dangol/internal/ground/fault"
	"dangol/internal/ground/lang"
	"dangol/internal/ground/money"

	"pgregory.net/rapid"
)

func TestArithmetic(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		compute func() (int64, error)
		want    int64
		fault   *fault.Code
	}{
		{"a sum is exact", func() (int64, error) { return money.Add(4500, 300) }, 4800, nil},
		{"a difference may be negative", func() (int64, error) { return money.Sub(300, 4500) }, -4200, nil},
		{"a product is exact", func() (int64, error) { return money.Mul(4500, 99_999) }, 449_995_500, nil},
		{"the largest amount is an amount", func() (int64, error) { return money.Add(money.Max, 0) }, money.Max, nil},
		{"a sum beyond the largest is refused", func() (int64, error) { return money.Add(money.Max, 1) }, 0, money.Overflow},
		{"a sum below the smallest is refused", func() (int64, error) { return money.Add(-money.Max, -1) }, 0, money.Overflow},
		{"inputs beyond the range are refused even if the sum lies within", func() (int64, error) {
			return money.Add(1<<62, -(1 << 62))
		}, 0, money.Overflow},
		{"a difference from the smallest int64 is refused", func() (int64, error) { return money.Sub(0, -1<<63) }, 0, money.Overflow},
		{"a product beyond int64 is refused", func() (int64, error) { return money.Mul(money.Max, money.Max) }, 0, money.Overflow},
		{"an intermediate beyond 64 bits is exact", func() (int64, error) {
			return money.MulDiv(money.Max, money.Max, money.Max, money.Down)
		}, money.Max, nil},
		{"down cuts off", func() (int64, error) { return money.MulDiv(1999, 1, 1000, money.Down) }, 1, nil},
		{"up completes", func() (int64, error) { return money.MulDiv(1001, 1, 1000, money.Up) }, 2, nil},
		{"half up takes the half away from zero", func() (int64, error) { return money.MulDiv(15, 1, 10, money.HalfUp) }, 2, nil},
		{"half up leaves less than a half", func() (int64, error) { return money.MulDiv(14, 1, 10, money.HalfUp) }, 1, nil},
		{"a negative half rounds as its positive twin", func() (int64, error) { return money.MulDiv(-15, 1, 10, money.HalfUp) }, -2, nil},
		{"a negative amount cut off goes toward zero", func() (int64, error) { return money.MulDiv(-19, 1, 10, money.Down) }, -1, nil},
		{"rounding beyond the largest is refused", func() (int64, error) {
			return money.Round(money.Max, 10, money.Up)
		}, 0, money.Overflow},
		{"won are rounded down to ten", func() (int64, error) { return money.Round(1239, 10, money.Down) }, 1230, nil},
		{"won are rounded to the nearest ten", func() (int64, error) { return money.Round(1235, 10, money.HalfUp) }, 1240, nil},
		{"a multiple stays as it is", func() (int64, error) { return money.Round(1230, 10, money.Up) }, 1230, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := test.compute()
			if test.fault != nil && !test.fault.Has(err) || test.fault == nil && err != nil {
				t.Fatalf("error is %v, want %v", err, test.fault)
			}
			if got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

func TestMisuseIsInternal(t *testing.T) {
	t.Parallel()
	tests := map[string]func() error{
		"a divisor of zero":         func() error { _, err := money.MulDiv(1, 1, 0, money.Down); return err },
		"a negative step":           func() error { _, err := money.Round(1, -10, money.Down); return err },
		"an unknown rounding":       func() error { _, err := money.MulDiv(1, 1, 1, "sideways"); return err },
		"a negative weight":         func() error { _, err := money.Allocate(10, []int64{2, -1}); return err },
		"nobody to share with":      func() error { _, err := money.Allocate(10, nil); return err },
		"nothing but zero weights":  func() error { _, err := money.Allocate(10, []int64{0, 0}); return err },
		"a step of the zero amount": func() error { _, err := money.Round(0, 0, money.Down); return err },
	}
	for name, misuse := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := misuse(); err == nil || fault.As(err) != nil {
				t.Errorf("error is %v, want an internal one", err)
			}
		})
	}
}

func TestAllocate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		total   int64
		weights []int64
		want    []int64
	}{
		{"equal weights give the odd unit to the earliest", 100, []int64{1, 1, 1}, []int64{34, 33, 33}},
		{"the largest remainder comes first", 10, []int64{55, 25, 20}, []int64{6, 2, 2}},
		{"a weight of zero gets nothing", 10, []int64{0, 3, 0}, []int64{0, 10, 0}},
		{"nothing is shared as nothing, whatever the weights", 0, []int64{0, 0}, []int64{0, 0}},
		{"a negative total is shared as its positive twin", -100, []int64{1, 1, 1}, []int64{-34, -33, -33}},
		{"the largest amount is shared exactly", money.Max, []int64{money.Max, money.Max}, []int64{money.Max/2 + 1, money.Max / 2}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := money.Allocate(test.total, test.weights)
			if err != nil || !slices.Equal(got, test.want) {
				t.Errorf("got %v, %v, want %v", got, err, test.want)
			}
		})
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		text     string
		currency money.Currency
		want     int64
		fault    *fault.Code
	}{
		{"plain won", "4500", money.KRW, 4500, nil},
		{"grouped won", "1,234,500", money.KRW, 1234500, nil},
		{"won as Korean writes them", " 4,500원 ", money.KRW, 4500, nil},
		{"won as English writes them", "₩4,500", money.KRW, 4500, nil},
		{"dollars and cents", "$1,234.05", money.USD, 123405, nil},
		{"one decimal is tenths", "4.5", money.USD, 450, nil},
		{"whole dollars", "4", money.USD, 400, nil},
		{"a code before the amount", "CHF 4.50", "CHF", 450, nil},
		{"three decimals where the currency has them", "1.234", "KWD", 1234, nil},
		{"nothing", "0", money.KRW, 0, nil},
		{"the largest amount", "9007199254740991", money.KRW, money.Max, nil},
		{"one more than the largest", "9007199254740992", money.KRW, 0, money.Overflow},
		{"more digits than an int64 holds", "99999999999999999999", money.KRW, 0, money.Overflow},
		{"a fraction of a won", "4500.5", money.KRW, 0, money.TooFine},
		{"a written fraction of no won", "4500.0", money.KRW, 0, money.TooFine},
		{"a tenth of a cent", "4.505", money.USD, 0, money.TooFine},
		{"a minus", "-4500", money.KRW, 0, money.Unreadable},
		{"a plus", "+4500", money.KRW, 0, money.Unreadable},
		{"no number", "NaN", money.USD, 0, money.Unreadable},
		{"infinity", "Inf", money.USD, 0, money.Unreadable},
		{"an exponent", "4e3", money.KRW, 0, money.Unreadable},
		{"a comma out of place", "45,00", money.KRW, 0, money.Unreadable},
		{"a comma at the front", ",450", money.KRW, 0, money.Unreadable},
		{"a point without digits after it", "4.", money.USD, 0, money.Unreadable},
		{"a point without digits before it", ".5", money.USD, 0, money.Unreadable},
		{"two points", "4.5.0", money.USD, 0, money.Unreadable},
		{"digits of another script", "４５００", money.KRW, 0, money.Unreadable},
		{"a currency alone", "원", money.KRW, 0, money.Unreadable},
		{"another currency's sign", "$4.50", money.EUR, 0, money.Unreadable},
		{"nothing written", "", money.KRW, 0, money.Unreadable},
		{"a text without end", string(make([]byte, 1000)), money.KRW, 0, money.Unreadable},
		{"a currency nobody knows", "4500", "XXX", 0, money.UnknownCurrency},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := money.Parse(test.text, test.currency)
			if test.fault != nil && !test.fault.Has(err) || test.fault == nil && err != nil {
				t.Fatalf("error is %v, want %v", err, test.fault)
			}
			if got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

func TestFormat(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		money   money.Money
		korean  string
		english string
		decimal string
	}{
		{"won", money.Money{4500, money.KRW}, "4,500원", "₩4,500", "4500"},
		{"few won", money.Money{50, money.KRW}, "50원", "₩50", "50"},
		{"many won", money.Money{1234567, money.KRW}, "1,234,567원", "₩1,234,567", "1234567"},
		{"a negative amount begins with a minus sign", money.Money{-4500, money.KRW}, "−4,500원", "−₩4,500", "-4500"},
		{"dollars", money.Money{450, money.USD}, "$4.50", "$4.50", "4.50"},
		{"cents", money.Money{5, money.USD}, "$0.05", "$0.05", "0.05"},
		{"negative dollars", money.Money{-123405, money.USD}, "−$1,234.05", "−$1,234.05", "-1234.05"},
		{"a currency without a sign of its own", money.Money{450, "CHF"}, "CHF 4.50", "CHF 4.50", "4.50"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := test.money.Format(lang.Korean); got != test.korean {
				t.Errorf("Korean is %q, want %q", got, test.korean)
			}
			if got := test.money.Format(lang.English); got != test.english {
				t.Errorf("English is %q, want %q", got, test.english)
			}
			if got := money.Decimal(test.money.Amount, test.money.Currency); got != test.decimal {
				t.Errorf("decimal is %q, want %q", got, test.decimal)
			}
		})
	}
}

func TestMoneyAsJSON(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		input string
		want  money.Money
		fault *fault.Code
	}{
		{"won", `{"amount":4500,"currency":"KRW"}`, money.Money{4500, money.KRW}, nil},
		{"a negative amount", `{"amount":-450,"currency":"USD"}`, money.Money{-450, money.USD}, nil},
		{"a fraction", `{"amount":4500.5,"currency":"KRW"}`, money.Money{}, money.Unreadable},
		{"text in place of a number", `{"amount":"much","currency":"KRW"}`, money.Money{}, money.Unreadable},
		{"an amount beyond what JSON holds", `{"amount":9007199254740992,"currency":"KRW"}`, money.Money{}, money.Overflow},
		{"an amount beyond int64", `{"amount":99999999999999999999,"currency":"KRW"}`, money.Money{}, money.Overflow},
		{"no amount", `{"currency":"KRW"}`, money.Money{}, money.Unreadable},
		{"nothing at all", `null`, money.Money{}, money.Unreadable},
		{"no currency", `{"amount":4500}`, money.Money{}, money.UnknownCurrency},
		{"a currency nobody knows", `{"amount":4500,"currency":"won"}`, money.Money{}, money.UnknownCurrency},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got money.Money
			err := json.Unmarshal([]byte(test.input), &got)
			if test.fault != nil && !test.fault.Has(err) || test.fault == nil && err != nil {
				t.Fatalf("error is %v, want %v", err, test.fault)
			}
			if got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}

	written, err := json.Marshal(money.Money{4500, money.KRW})
	if err != nil || string(written) != `{"amount":4500,"currency":"KRW"}` {
		t.Errorf("wrote %s, %v", written, err)
	}
}

func TestValuesNameAnAmountInBothLanguages(t *testing.T) {
	t.Parallel()
	values := money.Money{4500, money.KRW}.Values("missing")
	sentence := lang.Text{KO: "{missingKO} 부족해요", EN: "{missingEN} is missing"}
	if got := sentence.In(lang.Korean, values); got != "4,500원 부족해요" {
		t.Errorf("Korean is %q", got)
	}
	if got := sentence.In(lang.English, values); got != "₩4,500 is missing" {
		t.Errorf("English is %q", got)
	}
	if values["missing"] != int64(4500) {
		t.Errorf("for machines it is %v", values["missing"])
	}
}

var roundings = []money.Rounding{money.Down, money.HalfUp, money.Up}

// wanted is MulDiv by big integers.
func wanted(amount, num, den int64, rounding money.Rounding) *big.Int {
	product := new(big.Int).Mul(big.NewInt(amount), big.NewInt(num))
	quotient, rest := new(big.Int).QuoRem(product, big.NewInt(den), new(big.Int))
	twice := new(big.Int).Abs(rest)
	twice.Lsh(twice, 1)
	if rounding == money.Up && rest.Sign() != 0 || rounding == money.HalfUp && twice.Cmp(big.NewInt(den)) >= 0 {
		quotient.Add(quotient, big.NewInt(int64(product.Sign())))
	}
	return quotient
}

func FuzzMulDiv(f *testing.F) {
	f.Add(int64(4500), int64(100_000), int64(1_000_000), byte(1))
	f.Add(int64(-1<<63), int64(-1<<63), int64(1<<63-1), byte(2))
	f.Add(money.Max, int64(3), int64(2), byte(0))
	f.Fuzz(func(t *testing.T, amount, num, den int64, direction byte) {
		rounding := roundings[int(direction)%len(roundings)]
		if den <= 0 {
			if got, err := money.MulDiv(amount, num, den, rounding); err == nil {
				t.Fatalf("a divisor of %d gives %d", den, got)
			}
			return
		}
		want := wanted(amount, num, den, rounding)
		got, err := money.MulDiv(amount, num, den, rounding)
		if want.CmpAbs(big.NewInt(money.Max)) > 0 {
			if !money.Overflow.Has(err) {
				t.Fatalf("got %d, %v for %s, want overflow", got, err, want)
			}
			return
		}
		if err != nil || want.Cmp(big.NewInt(got)) != 0 {
			t.Fatalf("got %d, %v, want %s", got, err, want)
		}
	})
}

func FuzzAllocate(f *testing.F) {
	f.Add(int64(100), int64(1), int64(1), int64(1))
	f.Add(money.Max, money.Max, money.Max-1, int64(7))
	f.Add(-money.Max, int64(1<<63-1), int64(0), int64(3))
	f.Fuzz(func(t *testing.T, total, a, b, c int64) {
		weights := []int64{a, b, c}
		shares, err := money.Allocate(total, weights)
		if err != nil {
			return
		}
		checkShares(t.Fatalf, total, weights, shares)
	})
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"4,500원", "$4.50", "0.001", "9007199254740991", "-1", "1,23"} {
		f.Add(text, int64(450))
	}
	f.Fuzz(func(t *testing.T, text string, amount int64) {
		for _, currency := range []money.Currency{money.KRW, money.USD, "CHF", "KWD"} {
			if parsed, err := money.Parse(text, currency); err == nil && (parsed < 0 || parsed > money.Max) {
				t.Fatalf("%q is read as %d", text, parsed)
			}
			if amount < 0 || amount > money.Max {
				continue
			}
			shown := money.Money{amount, currency}
			for _, written := range []string{shown.Korean(), shown.English(), money.Decimal(amount, currency)} {
				if again, err := money.Parse(written, currency); err != nil || again != amount {
					t.Fatalf("%d is written %q and read as %d, %v", amount, written, again, err)
				}
			}
		}
	})
}

// checkShares fails unless the shares sum to the total and each lies within one unit of its proportion.
func checkShares(fail func(string, ...any), total int64, weights, shares []int64) {
	sum, weight := new(big.Int), new(big.Int)
	for i := range weights {
		sum.Add(sum, big.NewInt(shares[i]))
		weight.Add(weight, big.NewInt(weights[i]))
	}
	if sum.Cmp(big.NewInt(total)) != 0 {
		fail("shares %v sum to %s, want %d", shares, sum, total)
	}
	for i := range weights {
		// |share × Σweights − total × weight| < Σweights
		exact := new(big.Int).Mul(big.NewInt(total), big.NewInt(weights[i]))
		given := new(big.Int).Mul(big.NewInt(shares[i]), weight)
		if total != 0 && given.Sub(given, exact).CmpAbs(weight) >= 0 {
			fail("share %d of %v is a unit or more from its proportion of %d", i, shares, total)
		}
	}
}

func TestAllocateSharesEverythingInProportion(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1_000_000_000), 1, 40).Draw(t, "weights")
		total := rapid.Int64Range(-money.Max, money.Max).Draw(t, "total")
		weights[0]++
		shares, err := money.Allocate(total, weights)
		if err != nil {
			t.Fatal(err)
		}
		checkShares(t.Fatalf, total, weights, shares)
	})
}

func TestRoundIsNearAndWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Int64Range(-1<<40, 1<<40).Draw(t, "amount")
		step := rapid.Int64Range(1, 10_000).Draw(t, "step")
		rounding := rapid.SampledFrom(roundings).Draw(t, "rounding")
		rounded, err := money.Round(amount, step, rounding)
		if err != nil {
			t.Fatal(err)
		}
		if distance := rounded - amount; rounded%step != 0 || distance >= step || distance <= -step {
			t.Fatalf("%d is rounded %s to %d by %d", amount, rounding, rounded, step)
		}
	})
}
