package stock

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"dangol/internal/core/ledger"
	"dangol/internal/core/place"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
	"dangol/internal/ground/journal"
)

// Variants is what stock asks about variants. The catalogue answers.
type Variants interface {
	// IsTracked says whether a variant's units are counted. The error is id.Unknown for one that does not exist.
	IsTracked(ctx context.Context, tx *database.Tx, org, variant int64) (bool, error)
	// EachSold calls for at most limit variants that are sold in the store and match the query, after the one of this
	// product name and id, ordered by them.
	EachSold(ctx context.Context, tx *database.Tx, org, store int64, query, afterName string, afterID int64, limit int,
		each func(variant int64, product, name, sku string, tracked bool)) error
}

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

// ReadOnHand reads how many units of each variant lie in a store. Variants that never had any are absent.
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

// Request is a movement that a person makes.
type Request struct {
	Store, Variant int64
	Kind           Kind // Receive or Adjust
	Quantity       int64
	Reason         string // required for Adjust
}

const maxReason = 200

func (r *Request) check() error {
	errs := []error{}
	least := int64(1)
	if r.Kind == Adjust {
		least = -MaxQuantity
	}
	if r.Kind != Receive && r.Kind != Adjust {
		errs = append(errs, ErrKind.At("kind"))
	}
	if r.Quantity == 0 || r.Quantity < least || r.Quantity > MaxQuantity {
		errs = append(errs, ErrQuantity.At("quantity", fault.Values{"min": least, "max": MaxQuantity}))
	}
	if length := utf8.RuneCountInString(r.Reason); length > maxReason || length == 0 && r.Kind == Adjust {
		errs = append(errs, ErrReason.At("reason", fault.Values{"max": maxReason}))
	}
	return fault.Collect(errs...)
}

// transfer is what the movement moves.
func (r *Request) transfer() ledger.Transfer {
	shelf := OnHand(r.Store, r.Variant)
	switch {
	case r.Kind == Receive:
		return ledger.Transfer{Debit: shelf, Credit: Received(r.Store, r.Variant), Amount: r.Quantity}
	case r.Quantity > 0:
		return ledger.Transfer{Debit: shelf, Credit: Adjusted(r.Store, r.Variant), Amount: r.Quantity}
	}
	return ledger.Transfer{Debit: Adjusted(r.Store, r.Variant), Credit: shelf, Amount: -r.Quantity}
}

// Move makes a movement once under its key and returns its id. Errors: ErrKind, ErrQuantity, ErrReason, ErrUntracked,
// ErrShort, id.Unknown, and the ledger's for keys.
func (s *Stock) Move(ctx context.Context, org, actor int64, key string, request Request) (int64, error) {
	if err := request.check(); err != nil {
		return 0, err
	}
	canonical, err := json.Marshal(request)
	if err != nil {
		return 0, fmt.Errorf("encode a movement: %w", err)
	}
	outcome, err := s.ledger.Decide(ctx, org, key, canonical, func(view ledger.View) (ledger.Unit, error) {
		tracked, err := s.variants.IsTracked(ctx, view.Tx, org, request.Variant)
		if err != nil {
			return ledger.Unit{}, err
		}
		if !tracked {
			return ledger.Unit{}, ErrUntracked.New()
		}
		moved := Moved{
			ID: s.db.NewID(), Store: request.Store, Variant: request.Variant, Kind: request.Kind, Quantity: request.Quantity,
			Reason: request.Reason, Posting: s.db.NewID(), Actor: actor,
		}
		return ledger.Unit{
			Store: request.Store, Posting: moved.Posting, Kind: "stock." + string(request.Kind), Subject: moved.ID, Actor: actor,
			Transfers: []ledger.Transfer{request.transfer()},
			Inserts:   []ledger.Insert{Movement(org, view.Tx.Micros(), moved)},
			Events: []journal.Event{{
				Kind: "stock.moved", Store: request.Store, Subject: request.Variant, Actor: actor,
				Body: map[string]any{"movement": moved.ID, "kind": string(request.Kind), "quantity": request.Quantity},
			}},
		}, nil
	})
	return outcome.Subject, Short(err)
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
	selectMovement = database.Register("stock.select_movement", `
		SELECT id, store_id, variant_id, at, kind, quantity, reason, posting_id, subject_id, actor_id
		FROM stock_movement WHERE org_id = $1 AND id = $2`)
	selectHistory = database.Register("stock.select_history", `
		SELECT id, store_id, variant_id, at, kind, quantity, reason, posting_id, subject_id, actor_id
		FROM stock_movement WHERE org_id = $1 AND variant_id = $2 AND store_id = $3 AND (at < $4 OR (at = $4 AND id < $5))
		ORDER BY at DESC, id DESC LIMIT $6`)
	selectSums = database.Register("stock.select_sums", `
		SELECT store_id, variant_id, CAST(SUM(quantity) AS BIGINT) FROM stock_movement
		WHERE org_id = $1 GROUP BY store_id, variant_id ORDER BY store_id, variant_id`)
	selectMoved = database.Register("stock.select_moved", `
		SELECT DISTINCT variant_id FROM stock_movement WHERE org_id = $1 AND variant_id = ANY_ID($2)`)
)

func scanRecord(row database.Scanner) (Record, error) {
	var r Record
	var at int64
	err := row.Scan(&r.ID, &r.Store, &r.Variant, &at, &r.Kind, &r.Quantity, &r.Reason, &r.Posting, &r.Subject, &r.Actor)
	r.At = clock.FromMicros(at)
	return r, err
}

// ByID reads one movement. The error is id.Unknown when there is none.
func ByID(ctx context.Context, tx *database.Tx, org, movement int64) (Record, error) {
	found, err := database.List(ctx, tx, selectMovement, scanRecord, org, movement)
	if err != nil {
		return Record{}, err
	}
	if len(found) == 0 {
		return Record{}, id.Unknown.New()
	}
	return found[0], nil
}

// History reads at most limit movements of a variant in a store that are older than the one of this time and id, newest
// first. The zero time is for the newest.
func History(
	ctx context.Context, tx *database.Tx, org, store, variant int64, before time.Time, beforeID int64, limit int,
) ([]Record, error) {
	from := int64(1<<63 - 1)
	if !before.IsZero() {
		from = clock.Micros(before)
	}
	return database.List(ctx, tx, selectHistory, scanRecord, org, variant, store, from, beforeID, limit)
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

// Checks are what is proved about stock: for each variant in each store, what the movements add up to is what the books
// say lies there, and the other way round.
func Checks() []ledger.Check {
	return []ledger.Check{{Name: "stock.movements", Run: compare}}
}

func compare(ctx context.Context, tx *database.Tx, org int64, found func(ledger.Difference)) error {
	sums := map[string]int64{}
	err := tx.Each(ctx, selectSums, func(row database.Scanner) error {
		var store, variant, sum int64
		err := row.Scan(&store, &variant, &sum)
		sums[OnHand(store, variant).Code] = sum
		return err
	}, org)
	if err != nil {
		return fmt.Errorf("add up the movements of stock: %w", err)
	}
	differs := func(code string, books, moved int64) {
		difference := ledger.Difference{
			Check: "stock.movements", Org: org, Account: code,
			Detail: fmt.Sprintf("the books have %d units, the movements add up to %d", books, moved),
		}
		if _, variant, is := ParseOnHand(code); is {
			difference.Subject = variantID.Format(variant)
		}
		found(difference)
	}
	err = ledger.EachBalance(ctx, tx, org, onHandPrefix, func(code string, balance ledger.Balance) error {
		if sums[code] != balance.Posted {
			differs(code, balance.Posted, sums[code])
		}
		delete(sums, code)
		return nil
	})
	if err != nil {
		return err
	}
	for _, code := range slices.Sorted(maps.Keys(sums)) {
		differs(code, 0, sums[code])
	}
	return nil
}
