package place

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
	"dangol/internal/ground/journal"
	"dangol/internal/ground/lang"
	"dangol/internal/ground/money"
)

// MerchantInput is what a merchant is made or changed from.
type MerchantInput struct {
	Country  string   `json:"country" minLength:"2" maxLength:"2" doc:"Where it is taxed: KR, US."`
	Identity Identity `json:"identity" doc:"Replaces the identity of the same valid_from, or follows those before it."`
}

// StoreInput is what a store is made or changed from.
type StoreInput struct {
	MerchantID     string   `json:"merchant_id"`
	Code           string   `json:"code" minLength:"1" maxLength:"20" doc:"Unique within the organisation."`
	Name           string   `json:"name" minLength:"1" maxLength:"100"`
	Address        string   `json:"address,omitempty" maxLength:"300"`
	Phone          string   `json:"phone,omitempty" maxLength:"30"`
	Zone           string   `json:"time_zone" maxLength:"60" doc:"IANA name: Asia/Seoul."`
	Currency       string   `json:"currency" minLength:"3" maxLength:"3"`
	TaxMode        TaxMode  `json:"tax_mode" enum:"inclusive,exclusive"`
	RoundingStep   int64    `json:"rounding_step,omitempty" minimum:"0" maximum:"1000000" doc:"Minor units; 0 is 10 for KRW and 1 else."`
	Rounding       string   `json:"rounding,omitempty" enum:"down,half_up,up" doc:"Left out, down."`
	CutoverMinutes *int     `json:"cutover_minutes,omitempty" minimum:"0" maximum:"1439" doc:"Minutes after midnight; left out, 300."`
	Taxes          []Tax    `json:"taxes,omitempty" maxItems:"10" doc:"Exclusive only, in the order of the receipt."`
	Hours          []Hours  `json:"hours,omitempty" maxItems:"50"`
	ClosingDays    []string `json:"closing_days,omitempty" maxItems:"400" doc:"Days on which the store stays closed."`
}

var (
	insertOrganisation = database.Register("place.insert_organisation", `
		INSERT INTO organisation (org_id, name, language, version) VALUES ($1, $2, $3, 1)`)
	insertMerchant = database.Register("place.insert_merchant", `
		INSERT INTO merchant (org_id, id, country, version) VALUES ($1, $2, $3, 1)`)
	updateMerchant = database.Register("place.update_merchant", `
		UPDATE merchant SET country = $4, version = version + 1 WHERE org_id = $1 AND id = $2 AND version = $3`)
	putIdentity = database.Register("place.put_identity", `
		INSERT INTO merchant_identity (org_id, merchant_id, valid_from, registration_number, name, representative,
			address, phone, business_type, business_item, taxation, cash_receipt_duty)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (org_id, merchant_id, valid_from) DO UPDATE SET registration_number = excluded.registration_number,
			name = excluded.name, representative = excluded.representative, address = excluded.address,
			phone = excluded.phone, business_type = excluded.business_type, business_item = excluded.business_item,
			taxation = excluded.taxation, cash_receipt_duty = excluded.cash_receipt_duty`)
	insertStore = database.Register("place.insert_store", `
		INSERT INTO store (org_id, id, merchant_id, code, name, address, phone, time_zone, currency, tax_mode,
			rounding_step, rounding, cutover_minutes, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1)`)
	updateStore = database.Register("place.update_store", `
		UPDATE store SET merchant_id = $4, code = $5, name = $6, address = $7, phone = $8, time_zone = $9, currency = $10,
			tax_mode = $11, rounding_step = $12, rounding = $13, cutover_minutes = $14, version = version + 1
		WHERE org_id = $1 AND id = $2 AND version = $3`)
	deleteTaxes = database.Register("place.delete_taxes", `DELETE FROM store_tax WHERE org_id = $1 AND store_id = $2`)
	insertTax   = database.Register("place.insert_tax", `
		INSERT INTO store_tax (org_id, store_id, position, key, name_ko, name_en, rate_ppm, classes)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`)
	deleteHours = database.Register("place.delete_hours", `DELETE FROM store_hours WHERE org_id = $1 AND store_id = $2`)
	insertHours = database.Register("place.insert_hours", `
		INSERT INTO store_hours (org_id, store_id, weekday, opens_minute, closes_minute) VALUES ($1, $2, $3, $4, $5)`)
	deleteClosingDays = database.Register("place.delete_closing_days",
		`DELETE FROM store_closing_day WHERE org_id = $1 AND store_id = $2`)
	insertClosingDay = database.Register("place.insert_closing_day",
		`INSERT INTO store_closing_day (org_id, store_id, day) VALUES ($1, $2, $3)`)
)

// CreateOrganisation makes the tenant. Its id is made by the caller.
func CreateOrganisation(ctx context.Context, tx *database.Tx, org int64, name string, language lang.Tag) error {
	if err := checkName("name", name); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, insertOrganisation, org, name, string(language)); err != nil {
		return fmt.Errorf("create organisation %s: %w", OrganisationID.Format(org), err)
	}
	return journal.Append(ctx, tx, org, journal.Event{Kind: "organisation.created", Subject: org})
}

// CreateMerchant makes a merchant under an id that the caller made.
func CreateMerchant(ctx context.Context, tx *database.Tx, org, actor, merchant int64, input MerchantInput) error {
	identity, err := input.check()
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, insertMerchant, org, merchant, input.Country); err != nil {
		return fmt.Errorf("create merchant %s: %w", MerchantID.Format(merchant), err)
	}
	if err := saveIdentity(ctx, tx, org, merchant, identity); err != nil {
		return err
	}
	return journal.Append(ctx, tx, org, journal.Event{Kind: "merchant.created", Subject: merchant, Actor: actor})
}

// ChangeMerchant changes a merchant that was read at a version. It returns ErrMoved when it has another one by now, and
// id.Unknown when there is none.
func ChangeMerchant(ctx context.Context, tx *database.Tx, org, actor, merchant, version int64, input MerchantInput) error {
	identity, err := input.check()
	if err != nil {
		return err
	}
	if _, err := (Directory{}).Merchant(ctx, tx, org, merchant); err != nil {
		return err
	}
	changed, err := tx.Exec(ctx, updateMerchant, org, merchant, version, input.Country)
	if err != nil {
		return fmt.Errorf("change merchant %s: %w", MerchantID.Format(merchant), err)
	}
	if changed == 0 {
		return ErrMoved.New()
	}
	if err := saveIdentity(ctx, tx, org, merchant, identity); err != nil {
		return err
	}
	return journal.Append(ctx, tx, org, journal.Event{Kind: "merchant.changed", Subject: merchant, Actor: actor})
}

func saveIdentity(ctx context.Context, tx *database.Tx, org, merchant int64, identity Identity) error {
	_, err := tx.Exec(ctx, putIdentity, org, merchant, identity.ValidFrom, identity.RegistrationNumber, identity.Name,
		identity.Representative, identity.Address, identity.Phone, identity.BusinessType, identity.BusinessItem,
		string(identity.Taxation), database.Bool(identity.CashReceiptDuty))
	if err != nil {
		return fmt.Errorf("save the identity of merchant %s: %w", MerchantID.Format(merchant), err)
	}
	return nil
}

// CreateStore makes a store under an id that the caller made. It returns ErrCodeTaken when another store has its code.
func CreateStore(ctx context.Context, tx *database.Tx, org, actor, store int64, input StoreInput) error {
	checked, err := input.check(ctx, tx, org)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertStore, append([]any{org, store}, checked.columns()...)...)
	if err := codeTaken(store, err); err != nil {
		return err
	}
	if err := saveParts(ctx, tx, org, store, checked); err != nil {
		return err
	}
	return journal.Append(ctx, tx, org, journal.Event{Kind: "store.created", Store: store, Subject: store, Actor: actor})
}

// ChangeStore changes a store that was read at a version. It returns ErrMoved when it has another one by now,
// id.Unknown when there is none, and ErrCodeTaken when another store has its code.
func ChangeStore(ctx context.Context, tx *database.Tx, org, actor, store, version int64, input StoreInput) error {
	if _, err := (Directory{}).Store(ctx, tx, org, store); err != nil {
		return err
	}
	checked, err := input.check(ctx, tx, org)
	if err != nil {
		return err
	}
	changed, err := tx.Exec(ctx, updateStore, append([]any{org, store, version}, checked.columns()...)...)
	if err := codeTaken(store, err); err != nil {
		return err
	}
	if changed == 0 {
		return ErrMoved.New()
	}
	for _, statement := range []*database.Statement{deleteTaxes, deleteHours, deleteClosingDays} {
		if _, err := tx.Exec(ctx, statement, org, store); err != nil {
			return fmt.Errorf("change store %s: %w", StoreID.Format(store), err)
		}
	}
	if err := saveParts(ctx, tx, org, store, checked); err != nil {
		return err
	}
	return journal.Append(ctx, tx, org, journal.Event{Kind: "store.changed", Store: store, Subject: store, Actor: actor})
}

func codeTaken(store int64, err error) error {
	if database.IsUnique(err) {
		return ErrCodeTaken.At("code").Because(err)
	}
	if err != nil {
		return fmt.Errorf("save store %s: %w", StoreID.Format(store), err)
	}
	return nil
}

func saveParts(ctx context.Context, tx *database.Tx, org, store int64, input checkedStore) error {
	taxes := make([][]any, len(input.Taxes))
	for i, tax := range input.Taxes {
		taxes[i] = []any{org, store, i, tax.Key, tax.NameKO, tax.NameEN, tax.RatePPM, strings.Join(tax.Classes, ",")}
	}
	hours := make([][]any, len(input.Hours))
	for i, span := range input.Hours {
		hours[i] = []any{org, store, span.Weekday, span.Opens, span.Closes}
	}
	days := make([][]any, len(input.ClosingDays))
	for i, day := range input.ClosingDays {
		days[i] = []any{org, store, day}
	}
	for _, part := range []struct {
		statement *database.Statement
		rows      [][]any
	}{{insertTax, taxes}, {insertHours, hours}, {insertClosingDay, days}} {
		if _, err := tx.ExecMany(ctx, part.statement, part.rows); err != nil {
			return fmt.Errorf("save store %s: %w", StoreID.Format(store), err)
		}
	}
	return nil
}

var (
	countryCode = regexp.MustCompile(`^[A-Z]{2}$`)
	storeCode   = regexp.MustCompile(`^[A-Z0-9-]{1,20}$`)
	taxClass    = regexp.MustCompile(`^[a-z0-9_-]{1,50}$`)
)

// korea is the country whose registration numbers can be checked.
const korea = "KR"

func (m MerchantInput) check() (Identity, error) {
	identity := m.Identity
	errs := []error{
		checkName("identity.name", identity.Name),
		checkDay("identity.valid_from", identity.ValidFrom),
		checkText("identity.representative", identity.Representative, maxName),
		checkText("identity.address", identity.Address, maxAddress),
		checkText("identity.phone", identity.Phone, maxPhone),
		checkText("identity.business_type", identity.BusinessType, maxName),
		checkText("identity.business_item", identity.BusinessItem, maxName),
		checkText("identity.registration_number", identity.RegistrationNumber, maxPhone),
	}
	if !countryCode.MatchString(m.Country) {
		errs = append(errs, ErrCountry.At("country"))
	}
	if m.Country == korea {
		formatted, valid := CheckRegistrationNumber(identity.RegistrationNumber)
		if !valid {
			errs = append(errs, ErrRegistrationNumber.At("identity.registration_number"))
		}
		identity.RegistrationNumber = formatted
	}
	switch identity.Taxation {
	case General, Simplified, SimplifiedInvoicing, Exempt:
	default:
		errs = append(errs, ErrTaxation.At("identity.taxation"))
	}
	return identity, fault.Collect(errs...)
}

// checkedStore is an input in which nothing is left to be guessed.
type checkedStore struct {
	StoreInput
	merchant int64
	cutover  int
}

func (s checkedStore) columns() []any {
	return []any{
		s.merchant, s.Code, s.Name, s.Address, s.Phone, s.Zone, s.Currency, string(s.TaxMode),
		s.RoundingStep, s.Rounding, s.cutover,
	}
}

func (s StoreInput) check(ctx context.Context, tx *database.Tx, org int64) (checkedStore, error) {
	checked := checkedStore{StoreInput: s, cutover: defaultCutoverMinutes}
	errs := []error{
		checkName("name", s.Name), checkText("address", s.Address, maxAddress), checkText("phone", s.Phone, maxPhone),
		s.checkTaxes(), s.checkHours(),
	}
	if !storeCode.MatchString(s.Code) {
		errs = append(errs, ErrCode.At("code"))
	}
	if _, err := loadZone(s.Zone); err != nil {
		errs = append(errs, ErrZone.At("time_zone"))
	}
	if !money.Currency(s.Currency).Known() {
		errs = append(errs, ErrCurrency.At("currency"))
	}
	if s.TaxMode != Inclusive && s.TaxMode != Exclusive {
		errs = append(errs, ErrTaxMode.At("tax_mode"))
	}
	if s.RoundingStep == 0 {
		checked.RoundingStep = 1
		if s.Currency == "KRW" {
			checked.RoundingStep = defaultRoundingWon
		}
	}
	if s.Rounding == "" {
		checked.Rounding = string(money.Down)
	}
	if checked.RoundingStep < 1 || checked.RoundingStep > maxRoundingStep || !money.Rounding(checked.Rounding).Known() {
		errs = append(errs, ErrRounding.At("rounding_step"))
	}
	if s.CutoverMinutes != nil {
		checked.cutover = *s.CutoverMinutes
	}
	if checked.cutover < 0 || checked.cutover >= minutesOfDay {
		errs = append(errs, ErrCutover.At("cutover_minutes"))
	}
	if err := fault.Collect(errs...); err != nil {
		return checked, err
	}
	merchant, err := MerchantID.Parse(s.MerchantID)
	if err == nil {
		_, err = (Directory{}).Merchant(ctx, tx, org, merchant)
	}
	if id.Unknown.Has(err) {
		return checked, id.Unknown.At("merchant_id")
	}
	checked.merchant = merchant
	return checked, err
}

func (s StoreInput) checkTaxes() error {
	if len(s.Taxes) > maxTaxes || len(s.Taxes) > 0 && s.TaxMode != Exclusive {
		return ErrTaxes.At("taxes")
	}
	seen := map[string]bool{}
	for i, tax := range s.Taxes {
		wrong := seen[tax.Key] || checkName("", tax.Key) != nil || checkName("", tax.NameKO) != nil ||
			checkName("", tax.NameEN) != nil || tax.RatePPM < 0 || tax.RatePPM > 1_000_000
		for _, class := range tax.Classes {
			wrong = wrong || !taxClass.MatchString(class)
		}
		if wrong {
			return ErrTaxes.At(fmt.Sprintf("taxes[%d]", i))
		}
		seen[tax.Key] = true
	}
	return nil
}

func (s StoreInput) checkHours() error {
	opened := map[[2]int]bool{}
	for i, span := range s.Hours {
		at := [2]int{span.Weekday, span.Opens}
		if span.Weekday < 0 || span.Weekday > 6 || span.Opens < 0 || span.Opens >= minutesOfDay ||
			span.Closes <= span.Opens || span.Closes > 2*minutesOfDay || opened[at] {
			return ErrHours.At(fmt.Sprintf("hours[%d]", i))
		}
		opened[at] = true
	}
	closed := map[string]bool{}
	for i, day := range s.ClosingDays {
		path := fmt.Sprintf("closing_days[%d]", i)
		if err := checkDay(path, day); err != nil || closed[day] {
			return ErrDay.At(path)
		}
		closed[day] = true
	}
	return nil
}

// The limits of input.
const (
	maxName         = 100
	maxAddress      = 300
	maxPhone        = 30
	maxTaxes        = 10
	maxRoundingStep = 1_000_000
	minutesOfDay    = 24 * 60
)

func checkName(path, name string) error {
	if strings.TrimSpace(name) == "" {
		return ErrName.At(path)
	}
	return checkText(path, name, maxName)
}

func checkText(path, text string, limit int) error {
	if utf8.RuneCountInString(text) > limit || !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return ErrName.At(path)
	}
	return nil
}

func checkDay(path, day string) error {
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return ErrDay.At(path)
	}
	return nil
}
