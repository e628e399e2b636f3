package money

import (
	"strconv"
	"strings"

	"dangol/internal/ground/fault"
	"dangol/internal/ground/lang"
)

// Currency is an ISO 4217 alphabetic code.
type Currency string

const (
	KRW Currency = "KRW" // 대한민국 원, no minor unit
	USD Currency = "USD" // US dollar, cents
	EUR Currency = "EUR" // euro, cents
	JPY Currency = "JPY" // Japanese yen, no minor unit
)

var (
	// UnknownCurrency is the error for a code that dangol doesn't know.
	UnknownCurrency = fault.Define(fault.Invalid, "money.unknown_currency",
		"모르는 통화예요. KRW, USD처럼 세 글자 통화 코드를 입력해 주세요.",
		"Unknown currency. Enter a three-letter currency code such as KRW or USD.")
	// Unreadable is the error for text or JSON that is no plain, unsigned amount.
	Unreadable = fault.Define(fault.Invalid, "money.unreadable",
		"금액을 읽을 수 없어요. 4,500처럼 숫자로 입력해 주세요.", "This is not an amount. Enter digits, such as 4,500.")
	// TooFine is the error for a fraction below the currency's minor unit.
	TooFine = fault.Define(fault.Invalid, "money.too_fine",
		"이 통화에 없는 소수 자리가 있어요. 소수 자리를 줄여 주세요.",
		"The amount has more decimals than the currency. Enter fewer decimals.")
)

// unit is how a currency is counted and written.
type unit struct {
	exponent int    // decimals between major and minor unit (ISO 4217)
	symbol   string // written before the amount; without one, the code is
}

// units are the currencies in which shops that use dangol sell, with the minor units of ISO 4217.
var units = map[Currency]unit{
	KRW: {0, "₩"}, USD: {2, "$"}, EUR: {2, "€"}, JPY: {0, "¥"},
	"GBP": {2, "£"}, "CHF": {2, ""}, "SEK": {2, ""}, "NOK": {2, ""}, "DKK": {2, ""}, "PLN": {2, ""}, "CZK": {2, ""},
	"HUF": {2, ""}, "TRY": {2, ""}, "CNY": {2, ""}, "TWD": {2, ""}, "HKD": {2, ""}, "MOP": {2, ""}, "SGD": {2, ""},
	"THB": {2, ""}, "VND": {0, ""}, "PHP": {2, ""}, "IDR": {2, ""}, "MYR": {2, ""}, "INR": {2, ""}, "MNT": {2, ""},
	"KZT": {2, ""}, "AUD": {2, ""}, "NZD": {2, ""}, "CAD": {2, ""}, "MXN": {2, ""}, "BRL": {2, ""}, "CLP": {0, ""},
	"AED": {2, ""}, "SAR": {2, ""}, "ILS": {2, ""}, "ZAR": {2, ""}, "KWD": {3, ""}, "BHD": {3, ""}, "JOD": {3, ""},
}

// Known says whether amounts in this currency can be counted and written.
func (c Currency) Known() bool {
	_, known := units[c]
	return known
}

// Exponent is the number of decimals between the major and the minor unit: 0 for KRW, 2 for USD. It is 0 for a currency
// that is not Known.
func (c Currency) Exponent() int { return units[c].exponent }

// textMax bounds what Parse looks at: the longest written amount is shorter.
const textMax = 64

// Parse reads an amount as people and spreadsheets write it: "4,500", "4,500원", "₩4,500", "4.50", "$4.50", "USD 4.50".
// Commas must stand in groups of three. It refuses signs, exponents, fractions below the minor unit (TooFine), anything
// else that is no number (Unreadable), and amounts beyond Max (Overflow).
func Parse(text string, currency Currency) (int64, error) {
	unit, known := units[currency]
	if !known {
		return 0, UnknownCurrency.New()
	}
	if len(text) > textMax {
		return 0, Unreadable.New()
	}
	whole, fraction, pointed := strings.Cut(bare(text, currency, unit), ".")
	whole, grouped := ungroup(whole)
	if !grouped || !digits(whole) || pointed && !digits(fraction) {
		return 0, Unreadable.New()
	}
	if len(fraction) > unit.exponent {
		return 0, TooFine.New()
	}
	fraction += strings.Repeat("0", unit.exponent-len(fraction))
	amount, err := strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil || !inRange(amount) {
		return 0, Overflow.New()
	}
	return amount, nil
}

// bare takes away the currency, as Korean and English write it, and the spaces around.
func bare(text string, currency Currency, unit unit) string {
	text = strings.TrimSpace(text)
	if rest, found := strings.CutPrefix(text, string(currency)); found {
		return strings.TrimSpace(rest)
	}
	if rest, found := strings.CutPrefix(text, unit.symbol); found && unit.symbol != "" {
		return strings.TrimSpace(rest)
	}
	if rest, found := strings.CutSuffix(text, "원"); found && currency == KRW {
		return strings.TrimSpace(rest)
	}
	return text
}

// ungroup takes the commas out of "1,234,567" and says whether they stood right.
func ungroup(whole string) (string, bool) {
	groups := strings.Split(whole, ",")
	for i, group := range groups {
		if i > 0 && len(group) != 3 || i == 0 && len(groups) > 1 && (group == "" || len(group) > 3) {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

func digits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}

// Decimal writes an amount for files that programs read: "4500", "-4.50". Parse reads it back unless it is negative.
func Decimal(amount int64, currency Currency) string {
	whole, fraction := split(amount, currency)
	if amount < 0 {
		whole = "-" + whole
	}
	return whole + fraction
}

// Format writes the amount for a person: "4,500원" in Korean and "₩4,500" in English; "$4.50" in both. A negative amount
// begins with a minus sign (U+2212), not a hyphen.
func (m Money) Format(tag lang.Tag) string {
	whole, fraction := split(m.Amount, m.Currency)
	number := group(whole) + fraction
	switch symbol := units[m.Currency].symbol; {
	case m.Currency == KRW && tag != lang.English:
		number += "원"
	case symbol != "":
		number = symbol + number
	default:
		number = string(m.Currency) + " " + number
	}
	if m.Amount < 0 {
		return "−" + number
	}
	return number
}

// Korean is Format in Korean.
func (m Money) Korean() string { return m.Format(lang.Korean) }

// English is Format in English.
func (m Money) English() string { return m.Format(lang.English) }

// split writes |amount| as its whole part and its fraction, which begins with the point and is "" without minor unit.
func split(amount int64, currency Currency) (whole, fraction string) {
	exponent := currency.Exponent()
	text := strconv.FormatUint(magnitude(amount), 10)
	if exponent == 0 {
		return text, ""
	}
	if missing := exponent + 1 - len(text); missing > 0 {
		text = strings.Repeat("0", missing) + text
	}
	return text[:len(text)-exponent], "." + text[len(text)-exponent:]
}

func group(whole string) string {
	var grouped strings.Builder
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			grouped.WriteByte(',')
		}
		grouped.WriteByte(whole[i])
	}
	return grouped.String()
}
