package catalog

import (
	"context"
	"fmt"
	"time"

	"dangol/internal/core/place"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
	"dangol/internal/ground/journal"
)

// Item is what can be sold out: a variant or an option.
type Item struct {
	ID     int64
	Option bool
}

func (i Item) kind() string {
	if i.Option {
		return "option"
	}
	return "variant"
}

// SoldOut says that a store does not sell something for now (품절), however much of it lies there. It ends by itself.
type SoldOut struct {
	Item Item
	// Day is the business day on which it holds; "" when it does not end with the day.
	Day string
	// Ends is when it ends; the zero time when nobody has said when.
	Ends time.Time
}

// soldOutLongest is how far away an end may lie: what is gone for longer is taken off the menu.
const soldOutLongest = 366 * 24 * time.Hour

// maxSoldOut is how many items can be marked at once.
const maxSoldOut = 300

var (
	// ErrSoldOut is for a variant that is marked as sold out in the store.
	ErrSoldOut = fault.Define(fault.Invalid, "catalog.sold_out",
		"'{name}'은(는) 품절이에요. 주문에서 빼 주세요.", "“{name_en}” is sold out. Remove it from the order.")
	// ErrSoldOutEnd is for an end that has passed or lies too far away.
	ErrSoldOutEnd = fault.Define(fault.Invalid, "catalog.sold_out_end",
		"품절이 끝나는 시각을 지금부터 1년 안에서 골라 주세요.", "Choose an end within a year from now.")
	// ErrSoldOutItems is for a request that names nothing.
	ErrSoldOutItems = fault.Define(fault.Invalid, "catalog.sold_out_items",
		"품절로 바꿀 상품이나 옵션을 골라 주세요.", "Choose what is sold out.")
)

var (
	// What has ended stays until its item is marked again or cleared; it is passed over by its end.
	selectSoldOut = database.Register("catalog.select_sold_out", `
		SELECT item_id, kind, day, ends_at FROM catalog_sold_out
		WHERE org_id = $1 AND store_id = $2 AND (day = '' OR day = $3) AND (ends_at = 0 OR ends_at > $4)
		UNION ALL
		SELECT id, 'option', '', 0 FROM catalog_option WHERE org_id = $1 AND sold_out = 1 AND archived = 0
		ORDER BY item_id`)
	putSoldOut = database.Register("catalog.put_sold_out", `
		INSERT INTO catalog_sold_out (org_id, store_id, item_id, kind, day, ends_at, set_at, set_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (org_id, store_id, item_id) DO UPDATE SET
			kind = excluded.kind, day = excluded.day, ends_at = excluded.ends_at, set_at = excluded.set_at, set_by = excluded.set_by`)
	clearSoldOut = database.Register("catalog.clear_sold_out", `
		DELETE FROM catalog_sold_out WHERE org_id = $1 AND store_id = $2 AND item_id = ANY_ID($3)`)
	clearEnded = database.Register("catalog.clear_ended", `
		DELETE FROM catalog_sold_out
		WHERE org_id = $1 AND store_id = $2 AND (day <> '' AND day < $3 OR ends_at <> 0 AND ends_at <= $4)`)
	knownVariants = database.Register("catalog.known_variants", `
		SELECT id FROM catalog_variant WHERE org_id = $1 AND id = ANY_ID($2) AND archived = 0`)
	knownOptions = database.Register("catalog.known_options", `
		SELECT id FROM catalog_option WHERE org_id = $1 AND id = ANY_ID($2) AND archived = 0`)
)

// ReadSoldOut lists what is sold out in a store now, by item; an option that is sold out everywhere too, even if the
// store has marked it as well.
func ReadSoldOut(ctx context.Context, tx *database.Tx, org int64, store place.Store) ([]SoldOut, error) {
	return database.List(ctx, tx, selectSoldOut, func(row database.Scanner) (SoldOut, error) {
		var one SoldOut
		var kind string
		var ends int64
		err := row.Scan(&one.Item.ID, &kind, &one.Day, &ends)
		one.Item.Option = kind == Item{Option: true}.kind()
		if ends != 0 {
			one.Ends = clock.FromMicros(ends)
		}
		return one, err
	}, org, store.ID, store.BusinessDate(tx.Now()), tx.Micros())
}

// MarkSoldOut marks items as sold out in a store from now on. Each stays so until ClearSoldOut when neither day nor end is
// given. Errors: ErrSoldOutItems, ErrSoldOutEnd, ErrTooMany, id.Unknown for an item that there is not.
func MarkSoldOut(
	ctx context.Context, tx *database.Tx, org, actor int64, store place.Store, items []Item, day string, ends time.Time,
) error {
	if !ends.IsZero() && (!ends.After(tx.Now()) || ends.After(tx.Now().Add(soldOutLongest))) {
		return ErrSoldOutEnd.At("ends_at")
	}
	if err := checkItems(ctx, tx, org, items); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, clearEnded, org, store.ID, store.BusinessDate(tx.Now()), tx.Micros()); err != nil {
		return fmt.Errorf("clear what is no longer sold out: %w", err)
	}
	endsAt := int64(0)
	if !ends.IsZero() {
		endsAt = clock.Micros(ends)
	}
	list := make([][]any, len(items))
	for i, item := range items {
		list[i] = []any{org, store.ID, item.ID, item.kind(), day, endsAt, tx.Micros(), actor}
	}
	if _, err := tx.ExecMany(ctx, putSoldOut, list); err != nil {
		return fmt.Errorf("mark items as sold out: %w", err)
	}
	return journal.Append(ctx, tx, org, itemEvents("sold_out.set", store.ID, actor, items)...)
}

// ClearSoldOut has a store sell items again. One that is not sold out stays as it is. Errors: those of MarkSoldOut.
func ClearSoldOut(ctx context.Context, tx *database.Tx, org, actor int64, store place.Store, items []Item) error {
	if err := checkItems(ctx, tx, org, items); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, clearSoldOut, org, store.ID, idsOf(items)); err != nil {
		return fmt.Errorf("sell items again: %w", err)
	}
	return journal.Append(ctx, tx, org, itemEvents("sold_out.cleared", store.ID, actor, items)...)
}

func itemEvents(kind string, store, actor int64, items []Item) []journal.Event {
	events := make([]journal.Event, len(items))
	for i, item := range items {
		events[i] = journal.Event{Kind: kind, Store: store, Subject: item.ID, Actor: actor}
	}
	return events
}

func idsOf(items []Item) database.IDs {
	ids := make(database.IDs, len(items))
	for i, item := range items {
		ids[i] = item.ID
	}
	return ids
}

// checkItems makes sure that items are what the organisation has.
func checkItems(ctx context.Context, tx *database.Tx, org int64, items []Item) error {
	switch {
	case len(items) == 0:
		return ErrSoldOutItems.New()
	case len(items) > maxSoldOut:
		return ErrTooMany.At("variant_ids", fault.Values{"max": maxSoldOut})
	}
	known := map[Item]bool{}
	for option, statement := range map[bool]*database.Statement{false: knownVariants, true: knownOptions} {
		err := tx.Each(ctx, statement, func(row database.Scanner) error {
			item := Item{Option: option}
			err := row.Scan(&item.ID)
			known[item] = true
			return err
		}, org, idsOf(items))
		if err != nil {
			return fmt.Errorf("look up items: %w", err)
		}
	}
	for _, item := range items {
		if !known[item] {
			return id.Unknown.New()
		}
	}
	return nil
}
