package stock

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"dangol/internal/core/ledger"
	"dangol/internal/core/place"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/id"
	"dangol/internal/ground/journal"
)

// Variants is what stock asks about variants. The catalogue answers.
type Variants interface {
	// EachNamed calls for each of the variants that exists.
	EachNamed(ctx context.Context, tx *database.Tx, org int64, variants []int64,
		each func(variant int64, product, name, sku string, tracked bool)) error
	// EachSold calls for at most limit variants that are sold in the store and match the query, after the one of this
	// product name and id, ordered by them.
	EachSold(ctx context.Context, tx *database.Tx, org, store int64, query, afterName string, afterID int64, limit int,
		each func(variant int64, product, name, sku string, tracked bool)) error
	// Tracked gives the variants that are sold in a store and counted.
	Tracked(ctx context.Context, tx *database.Tx, org, store int64) ([]int64, error)
	// ByBarcode finds the variant with a barcode, else 0.
	ByBarcode(ctx context.Context, tx *database.Tx, org int64, barcode string) (int64, error)
}

// Named is what a variant is called.
type Named struct {
	Product string
	Name    string // "" when the product has only one variant
	SKU     string
	// Tracked says that its units are counted.
	Tracked bool
}

// String is the name as people say it.
func (n Named) String() string { return strings.TrimSpace(n.Product + " " + n.Name) }

// Stock counts units.
type Stock struct {
	db       *database.DB
	ledger   ledger.Committer
	variants Variants
}

// New makes the stock of one database.
func New(db *database.DB, committer ledger.Committer, variants Variants) *Stock {
	return &Stock{db: db, ledger: committer, variants: variants}
}

// named gives what variants are called. Those that do not exist are absent.
func (s *Stock) named(ctx context.Context, tx *database.Tx, org int64, variants []int64) (map[int64]Named, error) {
	found := make(map[int64]Named, len(variants))
	return found, s.variants.EachNamed(ctx, tx, org, variants, func(variant int64, product, name, sku string, tracked bool) {
		found[variant] = Named{product, name, sku, tracked}
	})
}

// ReadOnHand reads how many units of each variant the tills of a store can sell. Variants that never had any are absent.
func ReadOnHand(ctx context.Context, tx *database.Tx, org, store int64, variants []int64) (map[int64]int64, error) {
	codes := make([]string, len(variants))
	for i, variant := range variants {
		codes[i] = OnHand(store, variant).Code
	}
	balances, err := ledger.Balances(ctx, tx, org, codes...)
	if err != nil {
		return nil, err
	}
	left := make(map[int64]int64, len(balances))
	for code, balance := range balances {
		if _, variant, is := ParseOnHand(code); is {
			left[variant] = balance.Available
		}
	}
	return left, nil
}

// OnHand is ReadOnHand for who asks through an interface.
func (s *Stock) OnHand(ctx context.Context, tx *database.Tx, org, store int64, variants []int64) (map[int64]int64, error) {
	return ReadOnHand(ctx, tx, org, store, variants)
}

// Request is a slip of one line in the floor's till pool.
type Request struct {
	Store, Variant int64
	Kind           Kind
	Quantity       int64
	Reason         string
}

// Move posts it; see Post.
func (s *Stock) Move(ctx context.Context, org, actor int64, key string, request Request) (int64, error) {
	return s.Post(ctx, org, actor, key, Slip{
		Store: request.Store, Kind: request.Kind, Pool: Till, Reason: request.Reason,
		Lines: []SlipLine{{Variant: request.Variant, Quantity: request.Quantity}},
	})
}

// Open receives the first units of imported variants, once for an import's piece in a store.
func (s *Stock) Open(ctx context.Context, org, actor, importID, piece, store int64, quantities map[int64]int64) error {
	canonical, err := json.Marshal(quantities)
	if err != nil {
		return fmt.Errorf("encode an opening stock: %w", err)
	}
	key := importKey(importID, piece, store)
	_, err = s.ledger.Decide(ctx, org, key, canonical, func(view ledger.View) (ledger.Unit, error) {
		return s.importUnit(org, actor, importID, store, Import, view.Tx.Micros(), quantities), nil
	})
	return err
}

// withdrawals bounds how often Withdraw looks again after units were sold between its look and its posting.
const withdrawals = 5

// Withdraw takes back what Open received, as far as it still lies there, once. A posting that came too late is
// remembered under its key, so each attempt has a key of its own, and the first that held is the one that counts.
func (s *Stock) Withdraw(ctx context.Context, org, actor, importID, piece, store int64, quantities map[int64]int64) error {
	canonical, err := json.Marshal(quantities)
	if err != nil {
		return fmt.Errorf("encode an opening stock: %w", err)
	}
	for attempt := range withdrawals {
		key := importKey(importID, piece, store) + ":undo:" + strconv.Itoa(attempt)
		_, err = s.ledger.Decide(ctx, org, key, canonical, func(view ledger.View) (ledger.Unit, error) {
			left, err := ReadOnHand(ctx, view.Tx, org, store, slices.Collect(maps.Keys(quantities)))
			if err != nil {
				return ledger.Unit{}, err
			}
			taken := map[int64]int64{}
			for variant, quantity := range quantities {
				if taking := min(quantity, left[variant]); taking > 0 {
					taken[variant] = taking
				}
			}
			return s.importUnit(org, actor, importID, store, ImportUndo, view.Tx.Micros(), taken), nil
		})
		if !ledger.ErrShort.Has(err) {
			return err
		}
	}
	return Short(err)
}

func importKey(importID, piece, store int64) string {
	return fmt.Sprintf("import:%s:%d:%s", id.Kind("imp").Format(importID), piece, place.StoreID.Format(store))
}

// importUnit receives the quantities of an import, or takes them back. Variants stand in the order of their ids, so that
// the same import makes the same Unit.
func (s *Stock) importUnit(
	org, actor, importID, store int64, kind Kind, at int64, quantities map[int64]int64,
) ledger.Unit {
	unit := ledger.Unit{Store: store, Posting: s.db.NewID(), Kind: "stock." + string(kind), Subject: importID, Actor: actor}
	for _, variant := range slices.Sorted(maps.Keys(quantities)) {
		quantity := quantities[variant]
		transfer := ledger.Transfer{Debit: OnHand(store, variant), Credit: Received(store, variant), Amount: quantity}
		if kind == ImportUndo {
			transfer.Debit, transfer.Credit = transfer.Credit, transfer.Debit
			quantity = -quantity
		}
		unit.Transfers = append(unit.Transfers, transfer)
		unit.Inserts = append(unit.Inserts, Movement(org, at, Moved{
			ID: s.db.NewID(), Store: store, Variant: variant, Kind: kind, Quantity: quantity, Posting: unit.Posting,
			Subject: importID, Actor: actor,
		}))
	}
	unit.Events = []journal.Event{{
		Kind: "stock.imported", Store: store, Subject: importID, Actor: actor,
		Body: map[string]any{"kind": string(kind), "variants": len(quantities)},
	}}
	return unit
}

// Record is a movement as it is remembered.
type Record struct {
	Moved
	At time.Time
}

var (
	selectHistory = database.Register("stock.select_history", `
		SELECT id, store_id, variant_id, at, kind, quantity, reason, posting_id, subject_id, actor_id, location_id, pool
		FROM stock_movement WHERE org_id = $1 AND variant_id = $2 AND store_id = $3 AND (at < $4 OR (at = $4 AND id < $5))
		ORDER BY at DESC, id DESC LIMIT $6`)
	selectMoved = database.Register("stock.select_moved", `
		SELECT DISTINCT variant_id FROM stock_movement WHERE org_id = $1 AND variant_id = ANY_ID($2)`)
)

func scanRecord(row database.Scanner) (Record, error) {
	var r Record
	var at int64
	err := row.Scan(&r.ID, &r.Store, &r.Variant, &at, &r.Kind, &r.Quantity, &r.Reason, &r.Posting, &r.Subject, &r.Actor,
		&r.Location, &r.Pool)
	r.At = clock.FromMicros(at)
	return r, err
}

// History reads at most limit movements of a variant in a store that are older than the one of this time and id, newest
// first. The zero time is for the newest.
func History(
	ctx context.Context, tx *database.Tx, org, store, variant int64, before time.Time, beforeID int64, limit int,
) ([]Record, error) {
	return database.List(ctx, tx, selectHistory, scanRecord, org, variant, store, microsOrLatest(before), beforeID, limit)
}

// microsOrLatest is a moment as it is stored; the zero time is after all others.
func microsOrLatest(moment time.Time) int64 {
	if moment.IsZero() {
		return math.MaxInt64
	}
	return clock.Micros(moment)
}

// Used says which of the variants have ever moved: they must keep their meaning.
func (s *Stock) Used(ctx context.Context, tx *database.Tx, org int64, variants []int64) (map[int64]bool, error) {
	used := map[int64]bool{}
	return used, tx.Each(ctx, selectMoved, func(row database.Scanner) error {
		var variant int64
		err := row.Scan(&variant)
		used[variant] = true
		return err
	}, org, database.IDs(variants))
}
