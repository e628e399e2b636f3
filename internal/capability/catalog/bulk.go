package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"dangol/internal/core/pricing"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
	"dangol/internal/ground/journal"
	"dangol/internal/ground/money"
)

// BulkID is what the ids of bulk edits begin with.
const BulkID id.Kind = "blk"

const (
	// maxBulk is how many products are changed at once: they are one transaction, and a sale waits for it.
	maxBulk = 500
	// maxBulkRows is how many changed values a preview lists.
	maxBulkRows = 5_000
)

// PriceMode is how a bulk edit arrives at a price.
type PriceMode string

const (
	PriceSet     PriceMode = "set"     // this amount
	PriceAdd     PriceMode = "add"     // so much more, or less
	PricePercent PriceMode = "percent" // so many hundredths of a percent more, or less
)

// PriceChange changes prices where there are some: a variant that a store does not sell stays unsold there.
type PriceChange struct {
	Stores []int64   `json:"stores"`
	Mode   PriceMode `json:"mode"`
	// Value is an amount in minor units of the stores' currency, or hundredths of a percent.
	Value int64 `json:"value"`
	// Step is what a computed price is rounded to, the half up; PriceSet takes its amount as it is.
	Step int64 `json:"step"`
}

// price is what becomes of a price. The error is money.Overflow, or none.
func (c *PriceChange) price(amount int64) (int64, error) {
	switch c.Mode {
	case PriceAdd:
		sum, err := money.Add(amount, c.Value)
		if err != nil {
			return 0, err
		}
		return money.Round(sum, c.Step, money.HalfUp)
	case PricePercent:
		const whole = 100_00
		steps, err := money.MulDiv(amount, whole+c.Value, whole*c.Step, money.HalfUp)
		if err != nil {
			return 0, err
		}
		return money.Mul(steps, c.Step)
	case PriceSet:
	}
	return c.Value, nil
}

// Change is what a bulk edit does to each of its products; what is nil stays.
type Change struct {
	Category *int64            `json:"category,omitempty"` // 0 for none
	Archived *bool             `json:"archived,omitempty"`
	TaxClass *pricing.TaxClass `json:"tax_class,omitempty"`
	Price    *PriceChange      `json:"price,omitempty"`
}

// BulkEdit is a change of many products, which happened in one transaction.
type BulkEdit struct {
	ID       int64
	Change   Change
	Products int64
	// Kept counts the products that someone had changed since when it was taken back, and that stayed as they were.
	Kept      int64
	CreatedAt time.Time
	CreatedBy int64
	UndoneAt  time.Time // zero unless it was taken back

	effects []effect
}

// Version is a product at the version at which it was looked at.
type Version struct{ ID, Version int64 }

var (
	ErrBulkNothing = fault.Define(fault.Invalid, "catalog.bulk_nothing",
		"무엇을 바꿀지 하나 이상 골라 주세요.", "Choose at least one thing to change.")
	ErrBulkProducts = fault.Define(fault.Invalid, "catalog.bulk_products",
		"바꿀 상품을 골라 주세요.", "Choose the products to change.")
	ErrBulkSame = fault.Define(fault.Invalid, "catalog.bulk_same",
		"고른 상품이 이미 모두 그래요. 바꿀 것이 없어요.", "All of these products are so already. There is nothing to change.")
	ErrBulkPrice = fault.Define(fault.Invalid, "catalog.bulk_price",
		"'{product}'의 가격이 쓸 수 없는 금액이 돼요. 금액을 고치거나 이 상품을 선택에서 빼 주세요.",
		"The price of “{product}” would become one that can't be used. Correct the amount or leave this product out.")
	ErrBulkUndone = fault.Define(fault.Conflict, "catalog.bulk_undone",
		"이미 되돌린 일괄 수정이에요.", "This bulk edit was undone already.")
)

var (
	insertBulk = database.Register("catalog.insert_bulk_edit", `
		INSERT INTO catalog_bulk_edit (org_id, id, change, effects, products, kept, created_at, created_by, undone_at, undone_by)
		VALUES ($1, $2, $3, $4, $5, 0, $6, $7, 0, 0)`)
	lockBulk = database.Register("catalog.lock_bulk_edit", `
		SELECT id, change, effects, products, kept, created_at, created_by, undone_at
		FROM catalog_bulk_edit WHERE org_id = $1 AND id = $2 FOR UPDATE`)
	listBulk = database.Register("catalog.list_bulk_edits", `
		SELECT id, change, '[]', products, kept, created_at, created_by, undone_at
		FROM catalog_bulk_edit WHERE org_id = $1 AND (created_at < $2 OR (created_at = $2 AND id < $3))
		ORDER BY created_at DESC, id DESC LIMIT $4`)
	finishBulk = database.Register("catalog.finish_bulk_edit", `
		UPDATE catalog_bulk_edit SET kept = $3, undone_at = $4, undone_by = $5 WHERE org_id = $1 AND id = $2`)
)

// check says what is wrong with a change by itself.
func (c *Change) check() error {
	if c.Category == nil && c.Archived == nil && c.TaxClass == nil && c.Price == nil {
		return ErrBulkNothing.New()
	}
	var errs []error
	if c.TaxClass != nil {
		errs = append(errs, choice("change.tax_class", *c.TaxClass, pricing.Standard, pricing.ExemptItem, pricing.ZeroRated))
	}
	if price := c.Price; price != nil {
		least, most := -money.Max, money.Max
		switch price.Mode {
		case PriceSet:
			least = 0
		case PricePercent:
			least, most = -100_00, 1_000_00
		case PriceAdd:
		}
		errs = append(errs,
			choice("change.price.mode", price.Mode, PriceSet, PriceAdd, PricePercent),
			between("change.price.value", price.Value, least, most),
			between("change.price.step", price.Step, 1, 10_000))
		if len(price.Stores) == 0 {
			errs = append(errs, ErrStoresMissing.At("change.price.store_ids"))
		}
	}
	return fault.Collect(errs...)
}

// apply is the product after the change. What a cashier enters (시가) has no price to change.
func (c *Change) apply(before *Product) (*Product, error) {
	after := before.clone()
	if c.Category != nil {
		after.Category = *c.Category
	}
	if c.Archived != nil {
		after.Archived = *c.Archived
	}
	for i := range after.Variants {
		variant := &after.Variants[i]
		if variant.Archived {
			continue
		}
		if c.TaxClass != nil {
			variant.TaxClass = *c.TaxClass
		}
		if c.Price == nil || after.SoldBy == SoldByAmount {
			continue
		}
		for _, store := range c.Price.Stores {
			amount, sold := variant.Prices[store]
			if !sold {
				continue
			}
			changed, err := c.Price.price(amount)
			if err != nil || changed < 0 {
				return nil, ErrBulkPrice.At("change.price", fault.Values{"product": before.Name}).Because(err)
			}
			variant.Prices[store] = changed
		}
	}
	return after, nil
}

// edited is one product of a bulk edit.
type edited struct{ before, after *Product }

// plan is what a change does to products; those that it leaves as they are are left out. A version of 0 is not compared.
// Errors: ErrStale, ErrBulkPrice, ErrBulkProducts, ErrTooMany, ErrUnknownReference, id.Unknown, and what is wrong with the
// change.
func (c *Change) plan(ctx context.Context, tx *database.Tx, org int64, products []Version) ([]edited, error) {
	switch {
	case len(products) == 0:
		return nil, ErrBulkProducts.New()
	case len(products) > maxBulk:
		return nil, ErrTooMany.At("products", fault.Values{"max": maxBulk})
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.Category != nil && *c.Category != 0 {
		categories, err := Categories(ctx, tx, org)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(categories, func(category Category) bool { return category.ID == *c.Category }) {
			return nil, ErrUnknownReference.At("change.category_id")
		}
	}
	versions := make(map[int64]int64, len(products))
	for _, one := range products {
		versions[one.ID] = one.Version
	}
	found, err := Products(ctx, tx, org, slices.Collect(maps.Keys(versions))...)
	if err != nil {
		return nil, err
	}
	if len(found) != len(versions) {
		return nil, id.Unknown.New()
	}
	var plans []edited
	for i := range found {
		before := &found[i]
		if wanted := versions[before.ID]; wanted != 0 && wanted != before.Version {
			return nil, ErrStale.New()
		}
		after, err := c.apply(before)
		if err != nil {
			return nil, err
		}
		if !sameProduct(before, after) {
			plans = append(plans, edited{before, after})
		}
	}
	return plans, nil
}

// Edit changes products that were looked at in these versions, all of them or none. Errors: those of plan, and
// ErrBulkSame when nothing would change.
func (c *Catalog) Edit(
	ctx context.Context, tx *database.Tx, org, actor int64, products []Version, change Change,
) (*BulkEdit, error) {
	if err := begin(ctx, tx, org); err != nil {
		return nil, err
	}
	plans, err := change.plan(ctx, tx, org, products)
	if err != nil {
		return nil, err
	}
	if len(plans) == 0 {
		return nil, ErrBulkSame.New()
	}
	made := &BulkEdit{
		ID: c.db.NewID(), Change: change, Products: int64(len(plans)), CreatedAt: tx.Now(), CreatedBy: actor,
	}
	writer := &writer{db: c.db, org: org}
	events := []journal.Event{bulkEvent("catalog_bulk_edit.applied", made, actor)}
	for _, plan := range plans {
		writer.save(plan.before, plan.after)
		made.effects = append(made.effects, effect{ID: plan.after.ID, Version: plan.after.Version, Before: plan.before})
		events = append(events, made.changed(plan.after.ID, actor))
	}
	if err := writer.flush(ctx, tx); err != nil {
		return nil, fmt.Errorf("edit %d products: %w", len(plans), err)
	}
	if err := made.insert(ctx, tx, org); err != nil {
		return nil, err
	}
	return made, journal.Append(ctx, tx, org, events...)
}

func (b *BulkEdit) insert(ctx context.Context, tx *database.Tx, org int64) error {
	change, err := json.Marshal(b.Change)
	if err != nil {
		return fmt.Errorf("encode a change: %w", err)
	}
	effects, err := json.Marshal(b.effects)
	if err != nil {
		return fmt.Errorf("encode what a bulk edit did: %w", err)
	}
	_, err = tx.Exec(ctx, insertBulk, org, b.ID, string(change), string(effects), b.Products, tx.Micros(), b.CreatedBy)
	return err
}

func bulkEvent(kind string, edit *BulkEdit, actor int64) journal.Event {
	return journal.Event{
		Kind: kind, Subject: edit.ID, Actor: actor, Body: map[string]any{"products": edit.Products, "kept": edit.Kept},
	}
}

func (b *BulkEdit) changed(product, actor int64) journal.Event {
	return journal.Event{Kind: "product.changed", Subject: product, Actor: actor, Body: map[string]any{"bulk_edit": b.ID}}
}

// UndoEdit makes the products what they were before. One that someone has changed since stays as it is and is counted in
// Kept. May is asked once it is known what was changed. Errors: ErrBulkUndone, id.Unknown, may's.
func (c *Catalog) UndoEdit(
	ctx context.Context, tx *database.Tx, org, actor, wanted int64, may func(Change) error,
) (*BulkEdit, error) {
	if err := begin(ctx, tx, org); err != nil {
		return nil, err
	}
	found, err := database.List(ctx, tx, lockBulk, scanBulk, org, wanted)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, id.Unknown.New()
	}
	edit := found[0]
	if err := may(edit.Change); err != nil {
		return nil, err
	}
	if !edit.UndoneAt.IsZero() {
		return nil, ErrBulkUndone.New()
	}
	done := make(map[int64]*effect, len(edit.effects))
	for i := range edit.effects {
		done[edit.effects[i].ID] = &edit.effects[i]
	}
	products, err := Products(ctx, tx, org, slices.Collect(maps.Keys(done))...)
	if err != nil {
		return nil, err
	}
	writer := &writer{db: c.db, org: org}
	var events []journal.Event
	for i := range products {
		now := &products[i]
		fits, err := undoable(ctx, tx, org, now, done[now.ID])
		if err != nil {
			return nil, err
		}
		if fits {
			writer.save(now, restored(now, done[now.ID].Before))
			events = append(events, edit.changed(now.ID, actor))
		}
	}
	if err := writer.flush(ctx, tx); err != nil {
		return nil, fmt.Errorf("undo bulk edit %d: %w", edit.ID, err)
	}
	edit.Kept, edit.UndoneAt = edit.Products-int64(len(events)), tx.Now()
	if _, err := tx.Exec(ctx, finishBulk, org, edit.ID, edit.Kept, tx.Micros(), actor); err != nil {
		return nil, err
	}
	return edit, journal.Append(ctx, tx, org, append(events, bulkEvent("catalog_bulk_edit.undone", edit, actor))...)
}

// BulkEdits reads at most limit bulk edits that are older than the one made at this time with this id, newest first. A
// zero time is for the newest.
func BulkEdits(ctx context.Context, tx *database.Tx, org int64, before time.Time, beforeID int64, limit int) ([]*BulkEdit, error) {
	from := int64(1<<63 - 1)
	if !before.IsZero() {
		from = clock.Micros(before)
	}
	return database.List(ctx, tx, listBulk, scanBulk, org, from, beforeID, limit)
}

func scanBulk(row database.Scanner) (*BulkEdit, error) {
	var b BulkEdit
	var change, effects string
	var created, undone int64
	if err := row.Scan(&b.ID, &change, &effects, &b.Products, &b.Kept, &created, &b.CreatedBy, &undone); err != nil {
		return nil, err
	}
	b.CreatedAt = clock.FromMicros(created)
	if undone != 0 {
		b.UndoneAt = clock.FromMicros(undone)
	}
	return &b, errors.Join(json.Unmarshal([]byte(change), &b.Change), json.Unmarshal([]byte(effects), &b.effects))
}
