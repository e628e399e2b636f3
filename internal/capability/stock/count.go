package stock

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"dangol/internal/core/ledger"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
	"dangol/internal/ground/journal"
)

// StocktakeStatus is the state of a stocktake.
type StocktakeStatus string

const (
	Counting  StocktakeStatus = "open"      // being counted
	Posted    StocktakeStatus = "posted"    // the differences are in the books
	Abandoned StocktakeStatus = "cancelled" // nothing came of it
)

// Stocktake counts what lies in a location (실사), in all its pools together. While it is open the shop goes on selling:
// each entry remembers what the books had at its moment, so a difference is what was wrong then, whatever is sold later.
type Stocktake struct {
	ID, Version      int64
	Store, Location  int64
	Status           StocktakeStatus
	Reason           string // a note, such as what is counted
	StartedAt        time.Time
	StartedBy        int64
	EndedAt          time.Time
	EndedBy, Posting int64
	// Counted is how many variants have been counted.
	Counted int64
}

// Counted is what was counted of one variant, last.
type Counted struct {
	Variant, Quantity int64
	// Book is what the books had at that moment.
	Book  int64
	At    time.Time
	Actor int64
}

// Difference is what was found, less what was missing.
func (c Counted) Difference() int64 { return c.Quantity - c.Book }

// maxCounted bounds the variants of one stocktake: all differences are posted at once.
const maxCounted = 5_000

var (
	// ErrStocktakeEnded is for a stocktake that is no longer open. Its value "status" says what it is.
	ErrStocktakeEnded = fault.Define(fault.Conflict, "stock.stocktake_ended",
		"이미 끝난 실사예요. 새로 시작해 주세요.", "This count has ended. Start a new one.")
	// ErrStocktakeOpen is for a second stocktake of a location.
	ErrStocktakeOpen = fault.Define(fault.Conflict, "stock.stocktake_open",
		"이 위치의 실사가 아직 끝나지 않았어요. 이어서 세거나 취소해 주세요.",
		"This location is being counted already. Go on with that count, or cancel it.")
	// ErrStocktakeEmpty is for a stocktake of which nothing was counted.
	ErrStocktakeEmpty = fault.Define(fault.Conflict, "stock.stocktake_empty",
		"아직 센 품목이 없어요. 하나라도 센 뒤에 반영해 주세요.", "Nothing was counted yet. Count something first.")
	// ErrStocktakeFull is for more variants than one stocktake takes.
	ErrStocktakeFull = fault.Define(fault.Conflict, "stock.stocktake_full",
		"한 번에 {max}개 품목까지 셀 수 있어요. 지금까지 센 것을 반영하고 새 실사를 시작해 주세요.",
		"One count takes {max} variants. Post what you have, and start another one.")
	// ErrRecount is for a count that can't be right: more has left since than was there. Its values are "variant_id",
	// "name" and "left".
	ErrRecount = fault.Define(fault.Conflict, "stock.recount",
		"{name}은(는) 센 뒤에 팔린 것이 센 수량보다 많아요. 다시 세어 주세요.",
		"More of {name} was sold since than you counted. Count it again.")
	// ErrCounted is for a quantity that nobody can count.
	ErrCounted = fault.Define(fault.Invalid, "stock.counted",
		"센 수량을 0부터 {max}까지의 숫자로 적어 주세요.", "Enter what you counted, from 0 to {max}.")
)

// stocktakesTable is the stocktakes as Units expect them.
var stocktakesTable = ledger.Versioned("stock_count")

const stocktakeColumns = `c.id, c.version, c.store_id, c.location_id, c.status, c.reason, c.started_at, c.started_by, c.ended_at,
	c.ended_by, c.posting_id, (SELECT COUNT(*) FROM stock_count_entry e
		WHERE e.org_id = c.org_id AND e.count_id = c.id AND e.latest = 1)`

var (
	insertStocktake = database.Register("stock.insert_count", `
		INSERT INTO stock_count (org_id, id, version, store_id, location_id, status, reason, started_at, started_by, ended_at,
			ended_by, posting_id)
		VALUES ($1, $2, 1, $3, $4, 'open', $5, $6, $7, 0, 0, 0)`)
	selectStocktake = database.Register("stock.select_count", `
		SELECT `+stocktakeColumns+` FROM stock_count c WHERE c.org_id = $1 AND c.id = $2`)
	selectStocktakes = database.Register("stock.select_counts", `
		SELECT `+stocktakeColumns+` FROM stock_count c WHERE c.org_id = $1 AND c.store_id = $2
			AND (c.started_at < $3 OR (c.started_at = $3 AND c.id < $4))
		ORDER BY c.started_at DESC, c.id DESC LIMIT $5`)
	cancelStocktake = database.Register("stock.cancel_count", `
		UPDATE stock_count SET version = version + 1, status = 'cancelled', ended_at = $3, ended_by = $4
		WHERE org_id = $1 AND id = $2 AND status = 'open'`)
	postStocktake = database.Register("stock.post_count", `
		UPDATE stock_count SET status = 'posted', ended_at = $3, ended_by = $4, posting_id = $5 WHERE org_id = $1 AND id = $2`)
	advanceStocktake = database.Register("stock.advance_count", `
		UPDATE stock_count SET version = version + 1 WHERE org_id = $1 AND id = $2 AND status = 'open'
		RETURNING version, store_id, location_id`)
	selectEntryByKey = database.Register("stock.select_entry_by_key", `
		SELECT variant_id, entered, added, counted, book, at, actor_id FROM stock_count_entry
		WHERE org_id = $1 AND count_id = $2 AND entry_key = $3`)
	selectCounted = database.Register("stock.select_counted", `
		SELECT variant_id, counted, book, at, actor_id FROM stock_count_entry
		WHERE org_id = $1 AND count_id = $2 AND latest = 1 ORDER BY variant_id`)
	selectCountedOne = database.Register("stock.select_counted_one", `
		SELECT variant_id, counted, book, at, actor_id FROM stock_count_entry
		WHERE org_id = $1 AND count_id = $2 AND latest = 1 AND variant_id = $3`)
	supersedeEntry = database.Register("stock.supersede_entry", `
		UPDATE stock_count_entry SET latest = 0 WHERE org_id = $1 AND count_id = $2 AND variant_id = $3 AND latest = 1`)
	insertEntry = database.Register("stock.insert_entry", `
		INSERT INTO stock_count_entry (org_id, count_id, position, variant_id, entered, added, counted, book, latest, at, actor_id,
			entry_key)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $10, $11)`)
)

func scanStocktake(row database.Scanner) (Stocktake, error) {
	var c Stocktake
	var started, ended int64
	err := row.Scan(&c.ID, &c.Version, &c.Store, &c.Location, &c.Status, &c.Reason, &started, &c.StartedBy, &ended, &c.EndedBy,
		&c.Posting, &c.Counted)
	c.StartedAt = clock.FromMicros(started)
	if ended != 0 {
		c.EndedAt = clock.FromMicros(ended)
	}
	return c, err
}

// ReadStocktake reads a stocktake, or id.Unknown.
func ReadStocktake(ctx context.Context, tx *database.Tx, org, stocktake int64) (Stocktake, error) {
	found, err := database.List(ctx, tx, selectStocktake, scanStocktake, org, stocktake)
	if err != nil {
		return Stocktake{}, err
	}
	if len(found) == 0 {
		return Stocktake{}, id.Unknown.New()
	}
	return found[0], nil
}

// Stocktakes reads at most limit stocktakes of a store that began before the one of this time and id, newest first. The
// zero time is for the newest.
func Stocktakes(
	ctx context.Context, tx *database.Tx, org, store int64, before time.Time, beforeID int64, limit int,
) ([]Stocktake, error) {
	return database.List(ctx, tx, selectStocktakes, scanStocktake, org, store, microsOrLatest(before), beforeID, limit)
}

// StartStocktake begins to count a location and gives the stocktake's id. Errors: ErrStocktakeOpen, ErrReason,
// ErrLocationUnknown.
func (s *Stock) StartStocktake(
	ctx context.Context, tx *database.Tx, org, actor, store, location int64, reason string,
) (int64, error) {
	if err := checkReason(reason, false); err != nil {
		return 0, err
	}
	if err := inUse(ctx, tx, org, store, location, "location_id"); err != nil {
		return 0, err
	}
	stocktake := s.db.NewID()
	_, err := tx.Exec(ctx, insertStocktake, org, stocktake, store, location, reason, tx.Micros(), actor)
	if database.IsUnique(err) {
		return 0, ErrStocktakeOpen.New().Because(err)
	}
	if err != nil {
		return 0, err
	}
	return stocktake, journal.Append(ctx, tx, org, journal.Event{
		Kind: "stock.count_started", Store: store, Subject: stocktake, Actor: actor,
	})
}

// CancelStocktake ends a stocktake without any effect. Errors: ErrStocktakeEnded, id.Unknown.
func (s *Stock) CancelStocktake(ctx context.Context, tx *database.Tx, org, actor, stocktake int64) error {
	found, err := ReadStocktake(ctx, tx, org, stocktake)
	if err != nil {
		return err
	}
	changed, err := tx.Exec(ctx, cancelStocktake, org, stocktake, tx.Micros(), actor)
	if err != nil {
		return err
	}
	if changed == 0 {
		return ErrStocktakeEnded.New(fault.Values{"status": string(found.Status)})
	}
	return journal.Append(ctx, tx, org, journal.Event{
		Kind: "stock.count_cancelled", Store: found.Store, Subject: stocktake, Actor: actor,
	})
}

// Entry is what someone counted of a variant.
type Entry struct {
	Stocktake, Variant, Quantity int64
	// Add says that it lay elsewhere than what was counted of the variant before, and comes on top of it.
	Add bool
}

// Enter notes what was counted, once under its key, and compares it with the books at this moment. Errors:
// ErrStocktakeEnded, ErrStocktakeFull, ErrCounted, ErrUntracked, id.Unknown, ledger.ErrKeyConflict.
func (s *Stock) Enter(ctx context.Context, tx *database.Tx, org, actor int64, key string, entry Entry) (Counted, error) {
	before, replayed, err := enteredBefore(ctx, tx, org, key, entry)
	if replayed || err != nil {
		return before, err
	}
	var position, store, location int64
	err = tx.QueryRow(ctx, advanceStocktake, org, entry.Stocktake).Scan(&position, &store, &location)
	if errors.Is(err, database.ErrNone) {
		found, err := ReadStocktake(ctx, tx, org, entry.Stocktake)
		if err == nil {
			err = ErrStocktakeEnded.New(fault.Values{"status": string(found.Status)})
		}
		return Counted{}, err
	}
	if err != nil {
		return Counted{}, err
	}
	if err := s.countable(ctx, tx, org, entry.Variant); err != nil {
		return Counted{}, err
	}
	counted := Counted{Variant: entry.Variant, Quantity: entry.Quantity, At: tx.Now(), Actor: actor}
	earlier, err := database.List(ctx, tx, selectCountedOne, scanCounted, org, entry.Stocktake, entry.Variant)
	switch {
	case err != nil:
		return Counted{}, err
	case len(earlier) == 0:
		if err := roomForEntry(ctx, tx, org, entry.Stocktake); err != nil {
			return Counted{}, err
		}
	case entry.Add:
		counted.Quantity += earlier[0].Quantity
	}
	if entry.Quantity < 0 || counted.Quantity > MaxQuantity {
		return Counted{}, ErrCounted.At("quantity", fault.Values{"max": MaxQuantity})
	}
	if counted.Book, err = book(ctx, tx, org, store, location, entry.Variant); err != nil {
		return Counted{}, err
	}
	if _, err := tx.Exec(ctx, supersedeEntry, org, entry.Stocktake, entry.Variant); err != nil {
		return Counted{}, err
	}
	_, err = tx.Exec(ctx, insertEntry, org, entry.Stocktake, position, entry.Variant, entry.Quantity, database.Bool(entry.Add),
		counted.Quantity, counted.Book, tx.Micros(), actor, key)
	return counted, err
}

// enteredBefore finds the entry that was made under a key.
func enteredBefore(
	ctx context.Context, tx *database.Tx, org int64, key string, entry Entry,
) (counted Counted, replayed bool, err error) {
	was := Entry{Stocktake: entry.Stocktake}
	var at, added int64
	err = tx.QueryRow(ctx, selectEntryByKey, org, entry.Stocktake, key).Scan(&was.Variant, &was.Quantity, &added,
		&counted.Quantity, &counted.Book, &at, &counted.Actor)
	if errors.Is(err, database.ErrNone) {
		return Counted{}, false, nil
	}
	was.Add = added != 0
	counted.Variant, counted.At = was.Variant, clock.FromMicros(at)
	if err == nil && was != entry {
		err = ledger.ErrKeyConflict.New()
	}
	return counted, true, err
}

func (s *Stock) countable(ctx context.Context, tx *database.Tx, org, variant int64) error {
	named, err := s.named(ctx, tx, org, []int64{variant})
	if err != nil {
		return err
	}
	one, known := named[variant]
	switch {
	case !known:
		return id.Unknown.New()
	case !one.Tracked:
		return ErrUntracked.At("variant_id")
	}
	return nil
}

func roomForEntry(ctx context.Context, tx *database.Tx, org, stocktake int64) error {
	found, err := ReadStocktake(ctx, tx, org, stocktake)
	if err == nil && found.Counted >= maxCounted {
		err = ErrStocktakeFull.New(fault.Values{"max": maxCounted})
	}
	return err
}

// book is what the books have of a variant in a location, in all its pools.
func book(ctx context.Context, tx *database.Tx, org, store, location, variant int64) (int64, error) {
	var codes []string
	for _, pool := range pools {
		codes = append(codes, Shelf(Bin{store, location, pool}, variant).Code)
	}
	balances, err := ledger.Balances(ctx, tx, org, codes...)
	var sum int64
	for _, balance := range balances {
		sum += balance.Posted
	}
	return sum, err
}

func scanCounted(row database.Scanner) (Counted, error) {
	var c Counted
	var at int64
	err := row.Scan(&c.Variant, &c.Quantity, &c.Book, &at, &c.Actor)
	c.At = clock.FromMicros(at)
	return c, err
}

// AllCounted reads what was counted, by the variants' ids.
func AllCounted(ctx context.Context, tx *database.Tx, org, stocktake int64) ([]Counted, error) {
	return database.List(ctx, tx, selectCounted, scanCounted, org, stocktake)
}

// postings bounds how often PostStocktake looks again after units were sold between its look and its posting.
const postings = 5

// PostStocktake brings the differences into the books, once under its key, and ends the stocktake. What is missing is
// taken from the till's pool first. A posting that came too late is remembered under its key, so each attempt has a key
// of its own, and the first that held is the one that counts. Errors: ErrStocktakeEnded, ErrStocktakeEmpty, ErrRecount,
// id.Unknown, and the ledger's for keys.
func (s *Stock) PostStocktake(ctx context.Context, org, actor int64, key string, stocktake int64) error {
	canonical, err := json.Marshal(map[string]int64{"stocktake": stocktake})
	if err != nil {
		return fmt.Errorf("encode the posting of a stocktake: %w", err)
	}
	for attempt := range postings {
		_, err = s.ledger.Decide(ctx, org, key+":"+strconv.Itoa(attempt), canonical, func(view ledger.View) (ledger.Unit, error) {
			return s.planStocktake(ctx, view, actor, stocktake)
		})
		if !ledger.ErrShort.Has(err) {
			return err
		}
	}
	return Short(err)
}

func (s *Stock) planStocktake(ctx context.Context, view ledger.View, actor, stocktake int64) (ledger.Unit, error) {
	found, err := ReadStocktake(ctx, view.Tx, view.Org, stocktake)
	if err != nil {
		return ledger.Unit{}, err
	}
	if found.Status != Counting {
		return ledger.Unit{}, ErrStocktakeEnded.New(fault.Values{"status": string(found.Status)})
	}
	lines, err := AllCounted(ctx, view.Tx, view.Org, stocktake)
	if err != nil {
		return ledger.Unit{}, err
	}
	if len(lines) == 0 {
		return ledger.Unit{}, ErrStocktakeEmpty.New()
	}
	var short []string
	for _, line := range lines {
		if line.Difference() < 0 {
			for _, pool := range pools {
				short = append(short, Shelf(Bin{found.Store, found.Location, pool}, line.Variant).Code)
			}
		}
	}
	balances, err := ledger.Balances(ctx, view.Tx, view.Org, short...)
	if err != nil {
		return ledger.Unit{}, err
	}
	posting, at := s.db.NewID(), view.Tx.Micros()
	unit := ledger.Unit{
		Store: found.Store, Posting: posting, Kind: "stock.count", Subject: stocktake, Actor: actor,
		Expects: []ledger.Expect{{Table: stocktakesTable, ID: stocktake, Version: found.Version}},
		Sets:    []ledger.Set{{Statement: postStocktake, Args: []any{view.Org, stocktake, at, actor, posting}}},
		Events: []journal.Event{{
			Kind: "stock.counted", Store: found.Store, Subject: stocktake, Actor: actor,
			Body: map[string]any{"variants": len(lines)},
		}},
	}
	for _, line := range lines {
		gains, err := s.gains(ctx, view, found, line, balances)
		if err != nil {
			return ledger.Unit{}, err
		}
		for _, gain := range gains {
			gain.ID, gain.Posting, gain.Subject, gain.Actor, gain.Reason = s.db.NewID(), posting, stocktake, actor, found.Reason
			transfer := ledger.Transfer{
				Debit: Shelf(Bin{gain.Store, gain.Location, gain.Pool}, gain.Variant), Credit: Adjusted(gain.Store, gain.Variant),
				Amount: gain.Quantity,
			}
			if gain.Quantity < 0 {
				transfer.Debit, transfer.Credit, transfer.Amount = transfer.Credit, transfer.Debit, -gain.Quantity
			}
			unit.Transfers = append(unit.Transfers, transfer)
			unit.Inserts = append(unit.Inserts, Movement(view.Org, at, gain))
		}
	}
	return unit, nil
}

// gains are what each pool gains by a counted line. What is missing leaves the till's pool first, then the web's.
func (s *Stock) gains(
	ctx context.Context, view ledger.View, of Stocktake, line Counted, balances map[string]ledger.Balance,
) ([]Moved, error) {
	moved := Moved{Store: of.Store, Location: of.Location, Pool: Till, Variant: line.Variant, Kind: Count}
	difference := line.Difference()
	if difference >= 0 {
		moved.Quantity = difference
		if difference == 0 {
			return nil, nil
		}
		return []Moved{moved}, nil
	}
	var gains []Moved
	missing := -difference
	for _, pool := range pools {
		taken := min(missing, balances[Shelf(Bin{of.Store, of.Location, pool}, line.Variant).Code].Available)
		if taken > 0 {
			moved.Pool, moved.Quantity = pool, -taken
			gains = append(gains, moved)
			missing -= taken
		}
	}
	if missing == 0 {
		return gains, nil
	}
	named, err := s.named(ctx, view.Tx, view.Org, []int64{line.Variant})
	if err != nil {
		return nil, err
	}
	return nil, ErrRecount.New(fault.Values{
		"variant_id": variantID.Format(line.Variant), "name": named[line.Variant].String(), "left": -difference - missing,
	})
}
