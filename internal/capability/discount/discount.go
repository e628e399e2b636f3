// Package discount keeps the discounts that an organisation has named, how much of a price each role may take off by
// itself, and the approvals of those who may take off more. It does not price anything and does not know whose order it
// is: it says what a role may, and the checkout compares.
package discount

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"dangol/internal/core/ledger"
	"dangol/internal/core/pricing"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
	"dangol/internal/ground/journal"
	"dangol/internal/ground/lang"
	"dangol/internal/ground/money"
)

// The ids of this package as people see them.
const (
	IDs         id.Kind = "dsc"
	ApprovalIDs id.Kind = "apv"
)

// Discount is a discount that has a name of its own: "직원 할인 30 %". It takes off a percentage or an amount of one
// currency.
type Discount struct {
	ID, Version  int64
	Name, NameEN string
	PercentPPM   int64 // parts per million, 300 000 is 30 %
	Amount       int64 // minor units of Currency
	Currency     money.Currency
	Approval     bool // someone who may take off more has to say yes each time
	Active       bool // it is given now
}

// Priced is the discount as pricing takes it.
func (d Discount) Priced() pricing.Discount {
	name := lang.Text{KO: d.Name, EN: d.NameEN}
	if name.EN == "" {
		name.EN = d.Name
	}
	return pricing.Discount{Key: IDs.Format(d.ID), Name: name, PercentPPM: d.PercentPPM, Amount: d.Amount}
}

const (
	maxName = 50
	// MaxDefined is how many discounts an organisation may name: what a till can offer on one screen.
	MaxDefined = 100
	// million is the whole, in parts per million.
	million = 1_000_000
)

var (
	// ErrName is for a name that is missing or too long.
	ErrName = fault.Define(fault.Invalid, "discount.name",
		"할인 이름을 1~50자로 써 주세요.", "Give the discount a name of 1 to 50 characters.")
	// ErrForm is for a discount that is neither a percentage nor an amount, or both.
	ErrForm = fault.Define(fault.Invalid, "discount.form",
		"할인율(100%까지)과 할인 금액 중 하나만 입력해 주세요.", "Enter either a percentage, up to 100 %, or an amount.")
	// ErrCurrency is for an amount without a currency that is known.
	ErrCurrency = fault.Define(fault.Invalid, "discount.currency",
		"할인 금액의 통화를 골라 주세요.", "Choose the currency of the amount.")
	// ErrTooMany is for more discounts than fit on a till; its value "max" is how many do.
	ErrTooMany = fault.Define(fault.Conflict, "discount.too_many",
		"할인은 {max}개까지 만들 수 있어요. 쓰지 않는 할인을 고쳐서 써 주세요.",
		"There can be {max} discounts. Change one that is not used.")
	// ErrLimit is for a limit that is no share of a price.
	ErrLimit = fault.Define(fault.Invalid, "discount.limit",
		"0%부터 100% 사이로 정해 주세요.", "Choose between 0 % and 100 %.")
	// ErrMoved is for a change to what someone else has changed meanwhile.
	ErrMoved = fault.Define(fault.Stale, "discount.moved",
		"그 사이에 다른 곳에서 바뀌었어요. 새로 불러온 뒤 다시 해 주세요.",
		"This was changed elsewhere in the meantime. Reload and try again.")
	// ErrUnknown is for a discount that is not there, or not given any more.
	ErrUnknown = fault.Define(fault.Invalid, "discount.unknown",
		"지금은 쓰지 않는 할인이에요. 다른 할인을 골라 주세요.", "This discount is not given any more. Choose another one.")
)

var (
	insertDiscount = database.Register("discount.insert", `
		INSERT INTO discount (org_id, id, version, name, name_en, percent_ppm, amount, currency, approval, active)
		VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9)`)
	updateDiscount = database.Register("discount.update", `
		UPDATE discount SET name = $4, name_en = $5, percent_ppm = $6, amount = $7, currency = $8, approval = $9,
			active = $10, version = version + 1
		WHERE org_id = $1 AND id = $2 AND version = $3`)
	selectDiscounts = database.Register("discount.select", `
		SELECT id, version, name, name_en, percent_ppm, amount, currency, approval, active FROM discount
		WHERE org_id = $1 ORDER BY id LIMIT $2`)
	selectLimits = database.Register("discount.select_limits",
		`SELECT version, cashier_ppm, manager_ppm FROM discount_limit WHERE org_id = $1`)
	insertLimits = database.Register("discount.insert_limits", `
		INSERT INTO discount_limit (org_id, version, cashier_ppm, manager_ppm) VALUES ($1, 2, $2, $3)
		ON CONFLICT DO NOTHING`)
	updateLimits = database.Register("discount.update_limits", `
		UPDATE discount_limit SET cashier_ppm = $3, manager_ppm = $4, version = version + 1
		WHERE org_id = $1 AND version = $2`)
	insertApproval = database.Register("discount.insert_approval", `
		INSERT INTO discount_approval (org_id, id, device_id, asked_by, approved_by, quote, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`)
	selectApproval = database.Register("discount.select_approval", `
		SELECT device_id, approved_by, quote, expires_at FROM discount_approval WHERE org_id = $1 AND id = $2`)
)

// check corrects what can be and names what can't.
func (d *Discount) check() error {
	d.Name, d.NameEN = strings.TrimSpace(d.Name), strings.TrimSpace(d.NameEN)
	var errs []error
	if !validName(d.Name) {
		errs = append(errs, ErrName.At("name"))
	}
	if d.NameEN != "" && !validName(d.NameEN) {
		errs = append(errs, ErrName.At("name_en"))
	}
	percent := d.PercentPPM > 0 && d.PercentPPM <= million && d.Amount == 0
	amount := d.Amount > 0 && d.Amount <= money.Max && d.PercentPPM == 0
	switch {
	case !percent && !amount:
		errs = append(errs, ErrForm.At("percent_ppm"))
	case percent:
		d.Currency = ""
	case !d.Currency.Known():
		errs = append(errs, ErrCurrency.At("currency"))
	}
	return fault.Collect(errs...)
}

func validName(name string) bool {
	return name != "" && utf8.RuneCountInString(name) <= maxName && !strings.ContainsRune(name, 0)
}

// Create names a discount under an id that the caller made.
func Create(ctx context.Context, tx *database.Tx, org, actor int64, d Discount) error {
	if err := d.check(); err != nil {
		return err
	}
	all, err := List(ctx, tx, org)
	if err != nil {
		return err
	}
	if len(all) >= MaxDefined {
		return ErrTooMany.New(fault.Values{"max": MaxDefined})
	}
	_, err = tx.Exec(ctx, insertDiscount, org, d.ID, d.Name, d.NameEN, d.PercentPPM, d.Amount, string(d.Currency),
		database.Bool(d.Approval), database.Bool(d.Active))
	if err != nil {
		return fmt.Errorf("create discount %s: %w", IDs.Format(d.ID), err)
	}
	return journal.Append(ctx, tx, org, journal.Event{Kind: "discount.created", Subject: d.ID, Actor: actor})
}

// Change changes a discount that was read at d.Version. It returns ErrMoved when that is no longer current, and
// id.Unknown when there is no such discount.
func Change(ctx context.Context, tx *database.Tx, org, actor int64, d Discount) error {
	if err := d.check(); err != nil {
		return err
	}
	if _, err := Read(ctx, tx, org, d.ID); err != nil {
		return err
	}
	changed, err := tx.Exec(ctx, updateDiscount, org, d.ID, d.Version, d.Name, d.NameEN, d.PercentPPM, d.Amount,
		string(d.Currency), database.Bool(d.Approval), database.Bool(d.Active))
	if err != nil {
		return fmt.Errorf("change discount %s: %w", IDs.Format(d.ID), err)
	}
	if changed == 0 {
		return ErrMoved.New()
	}
	return journal.Append(ctx, tx, org, journal.Event{
		Kind: "discount.changed", Subject: d.ID, Actor: actor, Body: map[string]any{"active": d.Active},
	})
}

// List reads all discounts of an organisation, the oldest first; there are at most MaxDefined.
func List(ctx context.Context, tx *database.Tx, org int64) ([]Discount, error) {
	return database.List(ctx, tx, selectDiscounts, func(row database.Scanner) (Discount, error) {
		var d Discount
		var currency string
		var approval, active int64
		err := row.Scan(&d.ID, &d.Version, &d.Name, &d.NameEN, &d.PercentPPM, &d.Amount, &currency, &approval, &active)
		d.Currency, d.Approval, d.Active = money.Currency(currency), approval == 1, active == 1
		return d, err
	}, org, MaxDefined)
}

// Read reads one discount, given or not. It returns id.Unknown when there is none.
func Read(ctx context.Context, tx *database.Tx, org, wanted int64) (Discount, error) {
	all, err := List(ctx, tx, org)
	if err != nil {
		return Discount{}, fmt.Errorf("read discount %s: %w", IDs.Format(wanted), err)
	}
	for _, one := range all {
		if one.ID == wanted {
			return one, nil
		}
	}
	return Discount{}, id.Unknown.New()
}

// Limits say how much of a price each role may take off by itself, in parts per million. An owner may take off all.
type Limits struct {
	Version          int64
	Cashier, Manager int64
}

// initial are the limits of an organisation that has set none.
var initial = Limits{Version: 1, Cashier: 100_000, Manager: 500_000}

// Of is what someone with these roles may take off. Roles that sell nothing may take off nothing.
func (l Limits) Of(roles ...string) int64 {
	var most int64
	for _, role := range roles {
		switch role {
		case "owner":
			most = million
		case "manager":
			most = max(most, l.Manager)
		case "cashier":
			most = max(most, l.Cashier)
		}
	}
	return most
}

// ReadLimits reads the limits of an organisation.
func ReadLimits(ctx context.Context, tx *database.Tx, org int64) (Limits, error) {
	var found Limits
	err := tx.QueryRow(ctx, selectLimits, org).Scan(&found.Version, &found.Cashier, &found.Manager)
	if errors.Is(err, database.ErrNone) {
		return initial, nil
	}
	if err != nil {
		return found, fmt.Errorf("read the limits of discounts: %w", err)
	}
	return found, nil
}

// SetLimits changes the limits that were read at l.Version, or returns ErrMoved.
func SetLimits(ctx context.Context, tx *database.Tx, org, actor int64, l Limits) error {
	var errs []error
	for _, one := range []struct {
		path  string
		limit int64
	}{{"cashier_ppm", l.Cashier}, {"manager_ppm", l.Manager}} {
		if one.limit < 0 || one.limit > million {
			errs = append(errs, ErrLimit.At(one.path))
		}
	}
	if err := fault.Collect(errs...); err != nil {
		return err
	}
	statement, args := updateLimits, []any{org, l.Version, l.Cashier, l.Manager}
	if l.Version == initial.Version {
		statement, args = insertLimits, []any{org, l.Cashier, l.Manager}
	}
	changed, err := tx.Exec(ctx, statement, args...)
	if err != nil {
		return fmt.Errorf("set the limits of discounts: %w", err)
	}
	if changed == 0 {
		return ErrMoved.New()
	}
	return journal.Append(ctx, tx, org, journal.Event{
		Kind: "discount.limits_changed", Actor: actor, Body: map[string]any{"cashier": l.Cashier, "manager": l.Manager},
	})
}

// approvalLife is how long an approval waits for the sale that it is for.
const approvalLife = 15 * time.Minute

// Approval is the yes of someone who may take off more, to one quote at one till.
type Approval struct {
	ID, Device, AskedBy, ApprovedBy int64
	Quote                           string // the hash of what was priced
	Expires                         time.Time
}

// Approve keeps an approval under an id that the caller made. It holds for fifteen minutes, for one sale.
func Approve(ctx context.Context, tx *database.Tx, org int64, a Approval) error {
	_, err := tx.Exec(ctx, insertApproval, org, a.ID, a.Device, a.AskedBy, a.ApprovedBy, a.Quote, tx.Micros(),
		clock.Micros(tx.Now().Add(approvalLife)))
	if err != nil {
		return fmt.Errorf("keep approval %s: %w", ApprovalIDs.Format(a.ID), err)
	}
	return journal.Append(ctx, tx, org, journal.Event{
		Kind: "discount.approved", Subject: a.ID, Actor: a.ApprovedBy, Body: map[string]any{"asked_by": a.AskedBy, "device": a.Device},
	})
}

// ReadApproval reads an approval. It returns id.Unknown when there is none.
func ReadApproval(ctx context.Context, tx *database.Tx, org, approval int64) (Approval, error) {
	found := Approval{ID: approval}
	var expires int64
	err := tx.QueryRow(ctx, selectApproval, org, approval).Scan(&found.Device, &found.ApprovedBy, &found.Quote, &expires)
	if errors.Is(err, database.ErrNone) {
		return found, id.Unknown.New()
	}
	if err != nil {
		return found, fmt.Errorf("read approval %s: %w", ApprovalIDs.Format(approval), err)
	}
	found.Expires = clock.FromMicros(expires)
	return found, nil
}

// Claim makes the approval good for one sale.
func (a Approval) Claim() ledger.Claim {
	return ledger.Claim{Scope: "approval", Value: ApprovalIDs.Format(a.ID)}
}
