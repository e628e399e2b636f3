package catalog

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"dangol/internal/core/place"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
	"dangol/internal/ground/journal"
	"dangol/internal/ground/money"
)

// PlannedID is what the ids of planned prices begin with.
const PlannedID id.Kind = "ppr"

// Planned is a price that a variant has for a while (행사가), in place of the one that it has in a store. It sells nothing
// where the variant has no price. Of several that hold at once a store's own goes before that of all stores, then the one
// that started last, then the newest.
type Planned struct {
	ID, Version int64
	Variant     int64
	Store       int64 // 0 for all stores that count in its currency
	Currency    money.Currency
	Amount      int64
	Name        string // what it is for; may be empty
	// Starts and Ends are business days ("2026-11-25", the last one included) or times on the store's clock
	// ("2026-11-25T15:00", the end not included). Ends is "" for a price that stays.
	Starts, Ends string
}

// PlannedState is where a planned price stands in its time.
type PlannedState string

const (
	Coming  PlannedState = "coming"
	Running PlannedState = "running"
	Over    PlannedState = "over"
)

const (
	maxPlanned     = 2000 // of an organisation
	maxPlannedName = 50   // characters
)

// minuteForm is a time on a store's clock, to the minute.
const minuteForm = "2006-01-02T15:04"

// What can be wrong with a planned price.
var (
	ErrPlannedTime = fault.Define(fault.Invalid, "catalog.planned_time",
		"날짜나 시각을 다시 골라 주세요.", "Choose a date, or a date and a time.")
	ErrPlannedOrder = fault.Define(fault.Invalid, "catalog.planned_order",
		"끝나는 때가 시작하는 때보다 빨라요. 둘 중 하나를 고쳐 주세요.", "It ends before it starts. Correct one of them.")
	ErrPlannedOpen = fault.Define(fault.Invalid, "catalog.planned_open",
		"금액을 입력해 파는 상품에는 행사가를 정할 수 없어요. 다른 상품을 골라 주세요.",
		"The amount of this product is entered at the till, so no price can be planned for it. Choose another one.")
	ErrPlannedCurrency = fault.Define(fault.Invalid, "catalog.planned_currency",
		"통화를 골라 주세요. 매장 하나의 행사가라면 그 매장의 통화여야 해요.",
		"Choose a currency. The price of one store is in that store's.")
)

// holds is the condition under which a planned price p holds: for which store and currency, and at which business day and
// time on the store's clock. Both are text that sorts by time.
func holds(store, currency, day, minute string) string {
	return strings.NewReplacer("$store", store, "$currency", currency, "$day", day, "$minute", minute).Replace(
		`p.store_id IN (0, $store) AND p.currency = $currency
			AND CASE WHEN LENGTH(p.starts) = 10 THEN p.starts <= $day ELSE p.starts <= $minute END
			AND CASE WHEN LENGTH(p.ends) = 10 THEN p.ends >= $day ELSE p.ends = '' OR p.ends > $minute END`)
}

// firstHeld orders planned prices so that the one that counts comes first.
const firstHeld = `CASE p.store_id WHEN 0 THEN 1 ELSE 0 END, p.starts DESC, p.id DESC`

const plannedColumns = `p.id, p.version, p.variant_id, p.store_id, p.currency, p.amount, p.name, p.starts, p.ends`

var (
	selectHeld = database.Register("catalog.select_held_prices", `
		SELECT `+plannedColumns+` FROM catalog_planned_price p
		WHERE p.org_id = $1 AND `+holds("$2", "$3", "$4", "$5")+` ORDER BY p.variant_id, `+firstHeld)
	selectPlanned = database.Register("catalog.select_planned_price", `
		SELECT `+plannedColumns+` FROM catalog_planned_price p WHERE p.org_id = $1 AND p.id = $2`)
	listPlanned = database.Register("catalog.list_planned_prices", `
		SELECT `+plannedColumns+` FROM catalog_planned_price p
		WHERE p.org_id = $1 AND p.store_id IN (0, $2) AND p.currency = $3 ORDER BY p.starts, p.id LIMIT $4`)
	countPlanned = database.Register("catalog.count_planned_prices", `
		SELECT COUNT(*) FROM catalog_planned_price WHERE org_id = $1`)
	insertPlanned = database.Register("catalog.insert_planned_price", `
		INSERT INTO catalog_planned_price (org_id, id, version, variant_id, store_id, currency, amount, name, starts, ends)
		VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9)`)
	updatePlanned = database.Register("catalog.update_planned_price", `
		UPDATE catalog_planned_price SET version = version + 1, variant_id = $4, store_id = $5, currency = $6, amount = $7,
			name = $8, starts = $9, ends = $10
		WHERE org_id = $1 AND id = $2 AND version = $3`)
	deletePlanned = database.Register("catalog.delete_planned_price", `
		DELETE FROM catalog_planned_price WHERE org_id = $1 AND id = $2`)
	deletePlannedOf = database.Register("catalog.delete_planned_prices_of", `
		DELETE FROM catalog_planned_price WHERE org_id = $1 AND variant_id = $2`)
	plannedVariant = database.Register("catalog.select_planned_variant", `
		SELECT p.sold_by FROM catalog_variant v JOIN catalog_product p ON p.org_id = $1 AND p.id = v.product_id
		WHERE v.org_id = $1 AND v.id = $2 AND v.archived = 0`)
)

func scanPlanned(row database.Scanner) (Planned, error) {
	var p Planned
	err := row.Scan(&p.ID, &p.Version, &p.Variant, &p.Store, &p.Currency, &p.Amount, &p.Name, &p.Starts, &p.Ends)
	return p, err
}

// clockOf is the business day and the minute on a store's clock.
func clockOf(store place.Store, at time.Time) (day, minute string) {
	return store.BusinessDate(at), at.In(store.Location()).Format(minuteForm)
}

// State is where the price stands at a time in a store.
func (p *Planned) State(store place.Store, at time.Time) PlannedState {
	day, minute := clockOf(store, at)
	now := func(text string) string {
		if len(text) == len(day) {
			return day
		}
		return minute
	}
	switch {
	case p.Starts > now(p.Starts):
		return Coming
	case p.Ends == "" || p.Ends > now(p.Ends) || len(p.Ends) == len(day) && p.Ends == day:
		return Running
	default:
		return Over
	}
}

// readHeld reads the planned prices that hold in a store now, by variant.
func readHeld(ctx context.Context, tx *database.Tx, org int64, store place.Store) (map[int64]Planned, error) {
	day, minute := clockOf(store, tx.Now())
	held := map[int64]Planned{}
	return held, tx.Each(ctx, selectHeld, func(row database.Scanner) error {
		p, err := scanPlanned(row)
		if _, known := held[p.Variant]; !known {
			held[p.Variant] = p
		}
		return err
	}, org, store.ID, string(store.Currency), day, minute)
}

// PlannedFor reads what is planned for a store, its own and what holds in all stores, by their starts.
func PlannedFor(ctx context.Context, tx *database.Tx, org int64, store place.Store) ([]Planned, error) {
	return database.List(ctx, tx, listPlanned, scanPlanned, org, store.ID, string(store.Currency), maxPlanned)
}

// PlannedByID reads a planned price. The error is id.Unknown when the organisation has none with this id.
func PlannedByID(ctx context.Context, tx *database.Tx, org, wanted int64) (Planned, error) {
	found, err := scanPlanned(tx.QueryRow(ctx, selectPlanned, org, wanted))
	if errors.Is(err, database.ErrNone) {
		return found, id.Unknown.New()
	}
	return found, err
}

var (
	dayText    = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	minuteText = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$`)
)

// checkTime refuses what is neither a day nor a minute that there is.
func checkTime(path, value string) error {
	layout := minuteForm
	if dayText.MatchString(value) {
		layout = time.DateOnly
	} else if !minuteText.MatchString(value) {
		return ErrPlannedTime.At(path)
	}
	if _, err := time.Parse(layout, value); err != nil {
		return ErrPlannedTime.At(path)
	}
	return nil
}

// Check says what is wrong with a planned price by itself.
func (p *Planned) Check() error {
	errs := []error{
		text("name", p.Name, maxPlannedName, false), between("amount", p.Amount, 0, money.Max), checkTime("starts", p.Starts),
	}
	if p.Ends != "" {
		errs = append(errs, checkTime("ends", p.Ends))
	}
	if err := fault.Collect(errs...); err != nil || p.Ends == "" {
		return err
	}
	// A day is compared with a day; a minute that ends must lie after one that starts.
	shorter := min(len(p.Starts), len(p.Ends))
	starts, ends := p.Starts[:shorter], p.Ends[:shorter]
	if ends < starts || ends == starts && shorter == len(minuteForm) {
		return ErrPlannedOrder.At("ends")
	}
	return nil
}

// SavePlanned writes a planned price, a new one when it has no id. Errors: those of Check, ErrUnknownReference for a
// variant that is not there, ErrPlannedOpen, ErrTooMany, ErrStale, id.Unknown.
func (c *Catalog) SavePlanned(ctx context.Context, tx *database.Tx, org, actor int64, planned *Planned) error {
	if err := planned.Check(); err != nil {
		return err
	}
	if err := begin(ctx, tx, org); err != nil {
		return err
	}
	var soldBy SoldBy
	err := tx.QueryRow(ctx, plannedVariant, org, planned.Variant).Scan(&soldBy)
	if errors.Is(err, database.ErrNone) {
		return ErrUnknownReference.At("variant_id")
	}
	if err != nil {
		return fmt.Errorf("look up the variant of a planned price: %w", err)
	}
	if soldBy == SoldByAmount {
		return ErrPlannedOpen.At("variant_id")
	}
	row := []any{
		planned.Variant, planned.Store, string(planned.Currency), planned.Amount, planned.Name, planned.Starts, planned.Ends,
	}
	event := "price.planned"
	if planned.ID == 0 {
		var count int64
		if err := tx.QueryRow(ctx, countPlanned, org).Scan(&count); err != nil {
			return fmt.Errorf("count planned prices: %w", err)
		}
		if count >= maxPlanned {
			return ErrTooMany.At("variant_id", fault.Values{"max": maxPlanned})
		}
		planned.ID, planned.Version = c.db.NewID(), 1
		_, err = tx.Exec(ctx, insertPlanned, append([]any{org, planned.ID}, row...)...)
	} else {
		event = "price.plan_changed"
		var touched int64
		touched, err = tx.Exec(ctx, updatePlanned, append([]any{org, planned.ID, planned.Version}, row...)...)
		if err == nil && touched == 0 {
			return ErrStale.New()
		}
		planned.Version++
	}
	if err != nil {
		return fmt.Errorf("save a planned price: %w", err)
	}
	return journal.Append(ctx, tx, org, journal.Event{Kind: event, Store: planned.Store, Subject: planned.ID, Actor: actor})
}

// DropPlanned takes a planned price away; one that holds, holds no longer. The error is id.Unknown when there is none.
func (c *Catalog) DropPlanned(ctx context.Context, tx *database.Tx, org, actor int64, planned Planned) error {
	if err := begin(ctx, tx, org); err != nil {
		return err
	}
	touched, err := tx.Exec(ctx, deletePlanned, org, planned.ID)
	if err != nil {
		return fmt.Errorf("drop a planned price: %w", err)
	}
	if touched == 0 {
		return id.Unknown.New()
	}
	return journal.Append(ctx, tx, org, journal.Event{
		Kind: "price.plan_dropped", Store: planned.Store, Subject: planned.ID, Actor: actor,
	})
}
