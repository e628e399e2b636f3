// Package place knows the organisation, the merchants who sell in its name, with the tax identity each had on any day,
// and their stores: where they are, what day it is there, and how prices and tax work there. It refuses to know what is
// sold.
package place

import (
	"fmt"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // so that time zones are known on a machine that has none

	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
	"dangol/internal/ground/lang"
	"dangol/internal/ground/money"
)

// The prefixes of ids.
const (
	OrganisationID id.Kind = "org"
	MerchantID     id.Kind = "mer"
	StoreID        id.Kind = "sto"
)

// Organisation is the tenant: a brand, a chain, a platform.
type Organisation struct {
	ID       int64
	Name     string
	Language lang.Tag // in which its names are written
	Version  int64
}

// Taxation is the kind of Korean merchant (과세유형).
type Taxation string

const (
	General             Taxation = "general"              // 일반과세자
	Simplified          Taxation = "simplified"           // 간이과세자 who may issue receipts only
	SimplifiedInvoicing Taxation = "simplified_invoicing" // 간이과세자 who has to issue tax invoices
	Exempt              Taxation = "exempt"               // 면세사업자
)

// Identity is who a merchant is to the tax office, from a day on.
type Identity struct {
	// ValidFrom is the first day on which it holds: "2026-11-23".
	ValidFrom          string   `json:"valid_from" format:"date" doc:"The first day on which it holds."`
	RegistrationNumber string   `json:"registration_number" maxLength:"30" doc:"사업자등록번호; elsewhere than in Korea, what the tax office calls the merchant."`
	Name               string   `json:"name" minLength:"1" maxLength:"100" doc:"상호."`
	Representative     string   `json:"representative" maxLength:"100" doc:"대표자."`
	Address            string   `json:"address" maxLength:"300" doc:"사업장 소재지."`
	Phone              string   `json:"phone" maxLength:"30"`
	BusinessType       string   `json:"business_type" maxLength:"100" doc:"업태."`
	BusinessItem       string   `json:"business_item" maxLength:"100" doc:"종목."`
	Taxation           Taxation `json:"taxation" enum:"general,simplified,simplified_invoicing,exempt" doc:"과세유형."`
	CashReceiptDuty    bool     `json:"cash_receipt_duty,omitempty" doc:"의무발행업종: its line of business must issue cash receipts unasked."`
}

// Merchant is a legal person that sells and is paid.
type Merchant struct {
	ID int64
	// Country is where it is taxed: "KR", "US".
	Country string
	Version int64
	// Identities are ordered by ValidFrom; there is at least one.
	Identities []Identity
}

// At is the identity that holds on a day. Before the first one began, it is the first.
func (m Merchant) At(day string) Identity {
	found := m.Identities[0]
	for _, identity := range m.Identities[1:] {
		if identity.ValidFrom <= day {
			found = identity
		}
	}
	return found
}

// TaxMode says whether prices contain the tax.
type TaxMode string

const (
	Inclusive TaxMode = "inclusive" // Korea: prices contain value added tax
	Exclusive TaxMode = "exclusive" // the United States: each jurisdiction's tax is added
)

// Tax is one jurisdiction's tax that is added to prices.
type Tax struct {
	Key     string   `json:"key" minLength:"1" maxLength:"50" doc:"Unique within the store; never changed once something was sold."`
	NameKO  string   `json:"name_ko" minLength:"1" maxLength:"100"`
	NameEN  string   `json:"name_en" minLength:"1" maxLength:"100"`
	RatePPM int64    `json:"rate_ppm" minimum:"0" maximum:"1000000" doc:"Parts per million: 6.25 % is 62500."`
	Classes []string `json:"classes,omitempty" maxItems:"20" doc:"The tax classes that it is charged on; none means standard."`
}

// Hours is one span in which a store is open.
type Hours struct {
	Weekday int `json:"weekday" minimum:"0" maximum:"6" doc:"0 is Sunday."`
	// Opens and Closes are minutes after that day's midnight. Closing after midnight is above 1440.
	Opens  int `json:"opens_minute" minimum:"0" maximum:"1439" doc:"Minutes after midnight."`
	Closes int `json:"closes_minute" minimum:"1" maximum:"2880" doc:"Minutes after the same midnight; above 1440 is the next day."`
}

// Store is a place that sells.
type Store struct {
	ID       int64
	Merchant Merchant
	Code     string
	Name     string
	Address  string
	Phone    string
	// Zone is the IANA name of its time zone.
	Zone     string
	Currency money.Currency
	TaxMode  TaxMode
	// RoundingStep and Rounding say to what computed prices are rounded, in minor units.
	RoundingStep int64
	Rounding     money.Rounding
	// CutoverMinutes after midnight is when a business day ends that nobody closed.
	CutoverMinutes int
	// Taxes are those that are added, in the order of the receipt; Exclusive only.
	Taxes   []Tax
	Version int64
	// days are its latest business days, the latest first.
	days []BusinessDay
}

// What a store is given unless it chooses otherwise.
const (
	defaultCutoverMinutes = 5 * 60
	defaultRoundingWon    = 10
)

// Location is the store's time zone.
func (s Store) Location() *time.Location {
	location, err := loadZone(s.Zone)
	if err != nil {
		panic(fmt.Sprintf("place: store %d has the unknown time zone %q", s.ID, s.Zone))
	}
	return location
}

// BusinessDate is the business day to which a time belongs: the one that was open then, else that of the cut-over.
func (s Store) BusinessDate(at time.Time) string {
	for _, day := range s.days {
		if !at.Before(day.OpenedAt) && at.Before(day.Ends()) {
			return day.Date
		}
	}
	return s.cutoverDate(at)
}

// cutoverDate is the calendar day in the store, of which the hours before the cut-over still belong to the day before.
func (s Store) cutoverDate(at time.Time) string {
	local := at.In(s.Location())
	day := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)
	if 60*local.Hour()+local.Minute() < s.CutoverMinutes {
		day = day.AddDate(0, 0, -1)
	}
	return day.Format(time.DateOnly)
}

// zones are the time zones that were loaded; there are as many as IANA has names.
var zones sync.Map

func loadZone(name string) (*time.Location, error) {
	if found, known := zones.Load(name); known {
		if location, is := found.(*time.Location); is {
			return location, nil
		}
	}
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("%q is no time zone", name)
	}
	location, err := time.LoadLocation(name)
	if err != nil {
		return nil, err
	}
	zones.Store(name, location)
	return location, nil
}

// The codes of input that is wrong about places.
var (
	ErrRegistrationNumber = fault.Define(fault.Invalid, "place.registration_number",
		"사업자등록번호가 맞지 않아요. 숫자 10자리를 다시 확인해 주세요.",
		"This is no valid business registration number. Check its ten digits.")
	ErrZone = fault.Define(fault.Invalid, "place.time_zone",
		"그런 시간대는 없어요. Asia/Seoul처럼 써 주세요.", "There is no such time zone. Write it like Asia/Seoul.")
	ErrCurrency = fault.Define(fault.Invalid, "place.currency",
		"쓸 수 없는 통화예요. KRW처럼 세 글자로 써 주세요.", "This currency is not known. Write it like KRW.")
	ErrCountry = fault.Define(fault.Invalid, "place.country",
		"나라는 KR처럼 영문 두 글자로 써 주세요.", "Write the country as two letters, like KR.")
	ErrDay = fault.Define(fault.Invalid, "place.day",
		"날짜는 2026-11-23처럼 써 주세요.", "Write days like 2026-11-23.")
	ErrName = fault.Define(fault.Invalid, "place.name",
		"이름을 1~100자로 써 주세요.", "Give a name of 1 to 100 characters.")
	ErrCode = fault.Define(fault.Invalid, "place.code",
		"매장 코드는 영문 대문자, 숫자, -로 1~20자예요.", "A store code is 1 to 20 capital letters, digits and hyphens.")
	ErrCodeTaken = fault.Define(fault.Conflict, "place.code_taken",
		"이미 쓰고 있는 매장 코드예요. 다른 코드를 써 주세요.", "Another store has this code. Choose another one.")
	ErrTaxation = fault.Define(fault.Invalid, "place.taxation",
		"과세유형을 골라 주세요.", "Choose how the merchant is taxed.")
	ErrTaxMode = fault.Define(fault.Invalid, "place.tax_mode",
		"가격에 세금이 들어 있는지 골라 주세요.", "Choose whether prices contain the tax.")
	ErrTaxes = fault.Define(fault.Invalid, "place.taxes",
		"더하는 세금은 세금 별도 매장에만, 서로 다른 이름으로 10개까지 둘 수 있어요.",
		"Added taxes belong to stores whose prices exclude tax: at most 10, each with its own key and a rate of 0 to 100 %.")
	ErrRounding = fault.Define(fault.Invalid, "place.rounding",
		"끝전 처리 단위와 방향을 다시 골라 주세요.", "Choose the rounding step and direction again.")
	ErrCutover = fault.Define(fault.Invalid, "place.cutover",
		"영업일 기준 시각은 하루 안의 시각이어야 해요.", "The cut-over must be a time of the day.")
	ErrHours = fault.Define(fault.Invalid, "place.hours",
		"영업시간을 다시 확인해 주세요. 닫는 시각이 여는 시각보다 늦어야 해요.",
		"Check the opening hours: a store closes after it opens, and opens once at a time.")
	ErrMoved = fault.Define(fault.Stale, "place.moved",
		"그 사이에 다른 곳에서 바뀌었어요. 새로 불러온 뒤 다시 해 주세요.",
		"It was changed elsewhere in the meantime. Reload and try again.")
)

// registrationWeights are those of the check digit of a 사업자등록번호.
var registrationWeights = [9]int{1, 3, 7, 1, 3, 7, 1, 3, 5}

// CheckRegistrationNumber says whether the text is a Korean 사업자등록번호, with or without hyphens, and gives it as
// 000-00-00000. The sum of the first nine digits, weighted 1 3 7 1 3 7 1 3 5, and of the tens of the ninth's product is
// filled up to a multiple of ten by the last digit.
//
// Unverified: the National Tax Service publishes no rule that could be cited. This is how the check digit is commonly
// described (https://hongpage.kr/96), and well-known companies' published numbers satisfy it.
func CheckRegistrationNumber(text string) (formatted string, valid bool) {
	digits := strings.ReplaceAll(text, "-", "")
	if len(digits) != 10 {
		return "", false
	}
	var values [10]int
	for i := range digits {
		if digits[i] < '0' || digits[i] > '9' {
			return "", false
		}
		values[i] = int(digits[i] - '0')
	}
	sum := values[8] * registrationWeights[8] / 10
	for i, weight := range registrationWeights {
		sum += values[i] * weight
	}
	if (10-sum%10)%10 != values[9] || digits == "0000000000" {
		return "", false
	}
	return digits[:3] + "-" + digits[3:5] + "-" + digits[5:], true
}
