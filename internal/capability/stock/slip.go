package stock

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"

	"dangol/internal/core/ledger"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
	"dangol/internal/ground/journal"
	"dangol/internal/ground/money"
)

// The limits of a document about stock.
const (
	maxReason = 200 // characters
	maxLines  = 500
)

// Slip is what a person notes when units came, went or were put into another pool (전표): several lines, one posting.
type Slip struct {
	ID    int64 `json:"-"`
	Store int64
	// Location is 0 for the sales floor.
	Location int64
	Kind     Kind // Receive, Adjust, Waste or Allocate
	// Pool is what receives, or loses, the units; for Allocate it receives them from the other one.
	Pool     Pool
	Supplier string // for Receive
	Reason   string // why, or a note; required for Adjust and Waste
	Lines    []SlipLine
	At       time.Time `json:"-"`
	Actor    int64     `json:"-"`
	Posting  int64     `json:"-"`
}

// SlipLine is one variant of a slip.
type SlipLine struct {
	Variant int64
	// Quantity is above zero; for Adjust it is what the bin gains, and may be below.
	Quantity int64
	// Cost is what one unit cost, for Receive; 0 when nobody said.
	Cost int64
}

func (s *Slip) check() error {
	errs := []error{checkReason(s.Reason, s.Kind == Adjust || s.Kind == Waste)}
	switch s.Kind {
	case Receive, Adjust, Waste, Allocate:
	default:
		errs = append(errs, ErrKind.At("kind"))
	}
	if s.Pool != Till && s.Pool != Web {
		errs = append(errs, ErrPool.At("pool"))
	}
	if utf8.RuneCountInString(s.Supplier) > maxReason {
		errs = append(errs, ErrReason.At("supplier", fault.Values{"max": maxReason}))
	}
	if len(s.Lines) == 0 || len(s.Lines) > maxLines {
		errs = append(errs, ErrLines.At("lines", fault.Values{"max": maxLines}))
	}
	least := int64(1)
	if s.Kind == Adjust {
		least = -MaxQuantity
	}
	seen := map[int64]bool{}
	for i, line := range s.Lines {
		if line.Quantity == 0 || line.Quantity < least || line.Quantity > MaxQuantity {
			errs = append(errs, ErrQuantity.At(fmt.Sprintf("lines[%d].quantity", i), fault.Values{"min": least, "max": MaxQuantity}))
		}
		if line.Cost < 0 || line.Cost > money.Max {
			errs = append(errs, ErrCost.At(fmt.Sprintf("lines[%d].cost", i)))
		}
		if seen[line.Variant] {
			errs = append(errs, ErrSameVariant.At(fmt.Sprintf("lines[%d].variant_id", i)))
		}
		seen[line.Variant] = true
	}
	return fault.Collect(errs...)
}

func checkReason(reason string, required bool) error {
	if length := utf8.RuneCountInString(reason); length > maxReason || required && length == 0 {
		return ErrReason.At("reason", fault.Values{"max": maxReason})
	}
	return nil
}

// moves are what a line of the slip moves: the transfer, and what each bin gains.
func (s *Slip) moves(line SlipLine) (ledger.Transfer, []Moved) {
	bin := Bin{s.Store, s.Location, s.Pool}
	shelf := Shelf(bin, line.Variant)
	moved := Moved{
		Store: s.Store, Location: s.Location, Pool: s.Pool, Variant: line.Variant, Kind: s.Kind, Quantity: line.Quantity,
		Reason: s.Reason,
	}
	switch {
	case s.Kind == Receive:
		return ledger.Transfer{Debit: shelf, Credit: Received(s.Store, line.Variant), Amount: line.Quantity}, []Moved{moved}
	case s.Kind == Waste:
		moved.Quantity = -line.Quantity
		return ledger.Transfer{Debit: Wasted(s.Store, line.Variant), Credit: shelf, Amount: line.Quantity}, []Moved{moved}
	case s.Kind == Allocate:
		other := moved
		other.Pool, other.Quantity = Till, -line.Quantity
		if s.Pool == Till {
			other.Pool = Web
		}
		from := Shelf(Bin{s.Store, s.Location, other.Pool}, line.Variant)
		return ledger.Transfer{Debit: shelf, Credit: from, Amount: line.Quantity}, []Moved{other, moved}
	case line.Quantity > 0:
		return ledger.Transfer{Debit: shelf, Credit: Adjusted(s.Store, line.Variant), Amount: line.Quantity}, []Moved{moved}
	}
	return ledger.Transfer{Debit: Adjusted(s.Store, line.Variant), Credit: shelf, Amount: -line.Quantity}, []Moved{moved}
}

var (
	insertSlip = database.Register("stock.insert_slip", `
		INSERT INTO stock_slip (org_id, id, store_id, location_id, kind, pool, supplier, reason, at, actor_id, posting_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`)
	insertSlipLine = database.Register("stock.insert_slip_line", `
		INSERT INTO stock_slip_line (org_id, slip_id, variant_id, position, quantity, cost) VALUES ($1, $2, $3, $4, $5, $6)`)
	selectSlip = database.Register("stock.select_slip", `
		SELECT id, store_id, location_id, kind, pool, supplier, reason, at, actor_id, posting_id FROM stock_slip
		WHERE org_id = $1 AND id = $2`)
	selectSlips = database.Register("stock.select_slips", `
		SELECT id, store_id, location_id, kind, pool, supplier, reason, at, actor_id, posting_id FROM stock_slip
		WHERE org_id = $1 AND store_id = $2 AND ($3 = '' OR kind = $3) AND (at < $4 OR (at = $4 AND id < $5))
		ORDER BY at DESC, id DESC LIMIT $6`)
	selectSlipLines = database.Register("stock.select_slip_lines", `
		SELECT slip_id, variant_id, quantity, cost FROM stock_slip_line
		WHERE org_id = $1 AND slip_id = ANY_ID($2) ORDER BY slip_id, position`)
)

// Post makes a slip once under its key and returns its id. Errors: ErrKind, ErrPool, ErrQuantity, ErrReason, ErrLines,
// ErrSameVariant, ErrCost, ErrUntracked, ErrShort, ErrLocationUnknown, id.Unknown, and the ledger's for keys.
func (s *Stock) Post(ctx context.Context, org, actor int64, key string, slip Slip) (int64, error) {
	if err := slip.check(); err != nil {
		return 0, err
	}
	canonical, err := json.Marshal(slip)
	if err != nil {
		return 0, fmt.Errorf("encode a slip: %w", err)
	}
	outcome, err := s.ledger.Decide(ctx, org, key, canonical, func(view ledger.View) (ledger.Unit, error) {
		if err := inUse(ctx, view.Tx, org, slip.Store, slip.Location, "location_id"); err != nil {
			return ledger.Unit{}, err
		}
		variants := make([]int64, len(slip.Lines))
		for i, line := range slip.Lines {
			variants[i] = line.Variant
		}
		if err := s.counted(ctx, view.Tx, org, variants); err != nil {
			return ledger.Unit{}, err
		}
		made := slip
		made.ID, made.Posting, made.Actor = s.db.NewID(), s.db.NewID(), actor
		return s.slipUnit(org, view.Tx.Micros(), made), nil
	})
	return outcome.Subject, Short(err)
}

func (s *Stock) slipUnit(org, at int64, slip Slip) ledger.Unit {
	unit := ledger.Unit{
		Store: slip.Store, Posting: slip.Posting, Kind: "stock." + string(slip.Kind), Subject: slip.ID, Actor: slip.Actor,
	}
	unit.Inserts = []ledger.Insert{{Statement: insertSlip, Args: []any{
		org, slip.ID, slip.Store, slip.Location, string(slip.Kind), string(slip.Pool), slip.Supplier, slip.Reason, at, slip.Actor,
		slip.Posting,
	}}}
	for i, line := range slip.Lines {
		transfer, moves := slip.moves(line)
		unit.Transfers = append(unit.Transfers, transfer)
		unit.Inserts = append(unit.Inserts, ledger.Insert{Statement: insertSlipLine, Args: []any{
			org, slip.ID, line.Variant, i, line.Quantity, line.Cost,
		}})
		for _, moved := range moves {
			moved.ID, moved.Posting, moved.Subject, moved.Actor = s.db.NewID(), slip.Posting, slip.ID, slip.Actor
			unit.Inserts = append(unit.Inserts, Movement(org, at, moved))
		}
	}
	unit.Events = []journal.Event{{
		Kind: "stock.moved", Store: slip.Store, Subject: slip.ID, Actor: slip.Actor,
		Body: map[string]any{"kind": string(slip.Kind), "lines": len(slip.Lines)},
	}}
	return unit
}

// counted refuses variants that do not exist and those whose units are not counted, at their lines.
func (s *Stock) counted(ctx context.Context, tx *database.Tx, org int64, variants []int64) error {
	named, err := s.named(ctx, tx, org, variants)
	if err != nil {
		return err
	}
	var errs []error
	for i, variant := range variants {
		one, known := named[variant]
		if !known {
			return id.Unknown.New()
		}
		if !one.Tracked {
			errs = append(errs, ErrUntracked.At(fmt.Sprintf("lines[%d].variant_id", i)))
		}
	}
	return fault.Collect(errs...)
}

func scanSlip(row database.Scanner) (Slip, error) {
	var s Slip
	var at int64
	err := row.Scan(&s.ID, &s.Store, &s.Location, &s.Kind, &s.Pool, &s.Supplier, &s.Reason, &at, &s.Actor, &s.Posting)
	s.At = clock.FromMicros(at)
	return s, err
}

// ReadSlip reads a slip with its lines, or id.Unknown.
func ReadSlip(ctx context.Context, tx *database.Tx, org, slip int64) (Slip, error) {
	found, err := database.List(ctx, tx, selectSlip, scanSlip, org, slip)
	if err != nil {
		return Slip{}, err
	}
	if len(found) == 0 {
		return Slip{}, id.Unknown.New()
	}
	err = fillSlips(ctx, tx, org, found)
	return found[0], err
}

// Slips reads at most limit slips of a store, of one kind unless it is empty, that are older than the one of this time
// and id, newest first. The zero time is for the newest.
func Slips(
	ctx context.Context, tx *database.Tx, org, store int64, kind Kind, before time.Time, beforeID int64, limit int,
) ([]Slip, error) {
	found, err := database.List(ctx, tx, selectSlips, scanSlip, org, store, string(kind), microsOrLatest(before), beforeID, limit)
	if err != nil {
		return nil, err
	}
	return found, fillSlips(ctx, tx, org, found)
}

func fillSlips(ctx context.Context, tx *database.Tx, org int64, slips []Slip) error {
	at := map[int64]*Slip{}
	var ids database.IDs
	for i := range slips {
		at[slips[i].ID] = &slips[i]
		ids = append(ids, slips[i].ID)
	}
	return tx.Each(ctx, selectSlipLines, func(row database.Scanner) error {
		var slip int64
		var line SlipLine
		if err := row.Scan(&slip, &line.Variant, &line.Quantity, &line.Cost); err != nil {
			return err
		}
		at[slip].Lines = append(at[slip].Lines, line)
		return nil
	}, org, ids)
}
