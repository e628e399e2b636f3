// Package held keeps orders that were set aside before they were paid (보류), so that any till of the store can go on with
// them, one at a time. Nothing of them is in the books, and no unit is set aside for them. It keeps what was ordered as the
// checkout wrote it, and refuses to read it.
package held

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
	"dangol/internal/ground/journal"
	"dangol/internal/ground/money"
)

// IDs is the prefix of held orders' ids.
const IDs id.Kind = "hld"

// State is what became of a held order.
type State string

const (
	Held      State = "held"
	Recalled  State = "recalled"  // a till went on with it
	Discarded State = "discarded" // the customer did not come back
)

// Order is an order that was set aside.
type Order struct {
	ID, Version   int64
	Key           string // the till's, so that it is set aside once
	Store         int64
	Device, Staff int64 // who set it aside, and where
	Name          string
	Basket        []byte // what was ordered, as JSON
	Units, Total  int64
	Currency      money.Currency
	HeldAt        time.Time
	State         State
	EndedOn       int64 // the till that recalled it
}

const (
	maxName = 50
	// MaxOpen is how many orders a store may hold at once: what can still be found on a screen.
	MaxOpen = 100
)

var (
	// ErrName is for a name that is too long.
	ErrName = fault.Define(fault.Invalid, "held.name",
		"이름을 50자 안으로 적어 주세요.", "Keep the name within 50 characters.")
	// ErrTooMany is for a store that holds too many orders; its value "max" is how many it may.
	ErrTooMany = fault.Define(fault.Conflict, "held.too_many",
		"보류한 주문이 {max}건이에요. 끝난 주문을 먼저 불러오거나 버려 주세요.",
		"{max} orders are held. Recall or discard some first.")
	// ErrTaken is for an order that another till has recalled, or that was discarded.
	ErrTaken = fault.Define(fault.Conflict, "held.taken",
		"다른 계산대에서 이미 불러왔거나 버린 주문이에요.", "Another till has recalled this order, or it was discarded.")
)

const columns = `id, version, key, store_id, device_id, staff_id, name, basket, units, total, currency, held_at, state, ended_on`

var (
	insertOrder = database.Register("held.insert", `
		INSERT INTO held_order (org_id, id, version, key, store_id, device_id, staff_id, name, basket, units, total, currency,
			held_at, state, ended_on, ended_by, ended_at)
		VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'held', 0, 0, 0)
		ON CONFLICT (org_id, key) DO NOTHING`)
	selectByKey = database.Register("held.select_by_key", `SELECT `+columns+` FROM held_order WHERE org_id = $1 AND key = $2`)
	selectOrder = database.Register("held.select", `SELECT `+columns+` FROM held_order WHERE org_id = $1 AND id = $2`)
	selectOpen  = database.Register("held.select_open", `
		SELECT `+columns+` FROM held_order WHERE org_id = $1 AND store_id = $2 AND state = 'held' ORDER BY id LIMIT $3`)
	countOpen = database.Register("held.count_open",
		`SELECT COUNT(*) FROM held_order WHERE org_id = $1 AND store_id = $2 AND state = 'held'`)
	endOrder = database.Register("held.end", `
		UPDATE held_order SET state = $3, ended_on = $4, ended_by = $5, ended_at = $6, version = version + 1
		WHERE org_id = $1 AND id = $2 AND state = 'held'`)
)

// Put sets an order aside under an id that the caller made, once under its key: the order that is held is returned.
func Put(ctx context.Context, tx *database.Tx, org int64, o Order) (Order, error) {
	o.Name = strings.TrimSpace(o.Name)
	if utf8.RuneCountInString(o.Name) > maxName || strings.ContainsRune(o.Name, 0) {
		return o, ErrName.At("name")
	}
	open, err := Count(ctx, tx, org, o.Store)
	if err != nil {
		return o, err
	}
	if open >= MaxOpen {
		return o, ErrTooMany.New(fault.Values{"max": MaxOpen})
	}
	_, err = tx.Exec(ctx, insertOrder, org, o.ID, o.Key, o.Store, o.Device, o.Staff, o.Name, string(o.Basket), o.Units, o.Total,
		string(o.Currency), tx.Micros())
	if err != nil {
		return o, fmt.Errorf("hold an order: %w", err)
	}
	kept, err := one(ctx, tx, selectByKey, org, o.Key)
	if err != nil || kept.ID != o.ID {
		return kept, err
	}
	return kept, journal.Append(ctx, tx, org, journal.Event{
		Kind: "order.held", Store: o.Store, Subject: o.ID, Actor: o.Staff,
		Body: map[string]any{"device": o.Device, "total": o.Total, "currency": string(o.Currency)},
	})
}

// Count is how many orders a store holds.
func Count(ctx context.Context, tx *database.Tx, org, store int64) (int64, error) {
	var open int64
	if err := tx.QueryRow(ctx, countOpen, org, store).Scan(&open); err != nil {
		return 0, fmt.Errorf("count the held orders: %w", err)
	}
	return open, nil
}

// List reads what a store holds, the oldest first.
func List(ctx context.Context, tx *database.Tx, org, store int64) ([]Order, error) {
	return database.List(ctx, tx, selectOpen, scan, org, store, MaxOpen)
}

// End takes an order out of the list: recalled by a till, or discarded. Of two tills that recall it at once, one gets
// ErrTaken; the till that has it may ask again, because its answer may have got lost. It returns id.Unknown when the store
// has no such order.
func End(ctx context.Context, tx *database.Tx, org, store, order int64, state State, device, staff int64) (Order, error) {
	found, err := one(ctx, tx, selectOrder, org, order)
	if err != nil {
		return found, err
	}
	if found.Store != store {
		return found, id.Unknown.New()
	}
	ended, err := tx.Exec(ctx, endOrder, org, order, string(state), device, staff, tx.Micros())
	if err != nil {
		return found, fmt.Errorf("end held order %s: %w", IDs.Format(order), err)
	}
	if ended == 0 {
		// Read again: another till may have been faster between the two statements.
		if found, err = one(ctx, tx, selectOrder, org, order); err != nil {
			return found, err
		}
		if found.State != state || found.EndedOn != device {
			return found, ErrTaken.New()
		}
		return found, nil
	}
	found.State, found.EndedOn = state, device
	return found, journal.Append(ctx, tx, org, journal.Event{
		Kind: "order." + string(state), Store: store, Subject: order, Actor: staff, Body: map[string]any{"device": device},
	})
}

func one(ctx context.Context, tx *database.Tx, statement *database.Statement, args ...any) (Order, error) {
	found, err := scan(tx.QueryRow(ctx, statement, args...))
	if errors.Is(err, database.ErrNone) {
		return found, id.Unknown.New()
	}
	if err != nil {
		return found, fmt.Errorf("read a held order: %w", err)
	}
	return found, nil
}

func scan(row database.Scanner) (Order, error) {
	var o Order
	var basket, currency, state string
	var heldAt int64
	err := row.Scan(&o.ID, &o.Version, &o.Key, &o.Store, &o.Device, &o.Staff, &o.Name, &basket, &o.Units, &o.Total, &currency,
		&heldAt, &state, &o.EndedOn)
	o.Basket, o.Currency, o.HeldAt, o.State = []byte(basket), money.Currency(currency), clock.FromMicros(heldAt), State(state)
	return o, err
}
