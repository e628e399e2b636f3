package stock

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"dangol/internal/core/ledger"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
	"dangol/internal/ground/journal"
)

// TransferStatus is the state of a transfer.
type TransferStatus string

const (
	Sent      TransferStatus = "sent"      // on its way
	Arrived   TransferStatus = "received"  // counted in where it was sent to
	Cancelled TransferStatus = "cancelled" // brought back to where it came from
)

// Transfer moves units from one location to another, in the same store or in two (이동). What left and has not arrived is
// on an account of its own.
type Transfer struct {
	ID      int64 `json:"-"`
	Version int64 `json:"-"`
	// From and To have the till's pool: only what the till keeps is moved.
	From, To Bin
	Status   TransferStatus `json:"-"`
	Reason   string         // a note of who sends
	Lines    []TransferLine
	// SentAt and the like say when, by whom and with which posting it was sent and ended.
	SentAt, EndedAt           time.Time `json:"-"`
	SentBy, EndedBy           int64     `json:"-"`
	SentPosting, EndedPosting int64     `json:"-"`
	// DifferenceReason says why something else arrived than was sent.
	DifferenceReason string `json:"-"`
}

// TransferLine is one variant of a transfer. Received is 0 until it has arrived; for one that was cancelled it is what
// came back.
type TransferLine struct {
	Variant, Sent, Received int64
}

// ReceivedLine is how many units of a variant arrived.
type ReceivedLine struct {
	Variant, Quantity int64
}

var (
	// ErrSamePlace is for a transfer that leads to where it begins.
	ErrSamePlace = fault.Define(fault.Invalid, "stock.same_place",
		"보내는 곳과 받는 곳이 같아요. 받는 곳을 바꿔 주세요.", "It leads to where it begins. Choose another destination.")
	// ErrTransferEnded is for a transfer that has arrived or was cancelled. Its value "status" says which.
	ErrTransferEnded = fault.Define(fault.Conflict, "stock.transfer_ended",
		"이미 끝난 이동이에요. 새로 불러와 확인해 주세요.", "This transfer has ended. Reload to see how.")
	// ErrReceivedLines is for lines that are not those that were sent.
	ErrReceivedLines = fault.Define(fault.Invalid, "stock.received_lines",
		"보낸 품목마다 받은 수량을 한 번씩 적어 주세요.", "Enter what arrived of each line that was sent, once.")
	// ErrDifference is for a difference between what was sent and what arrived that nobody explained.
	ErrDifference = fault.Define(fault.Invalid, "stock.difference",
		"보낸 수량과 받은 수량이 달라요. 이유를 적어 주세요.", "What arrived differs from what was sent. Say why.")
)

// transfersTable is the transfers as Units expect them.
var transfersTable = ledger.Versioned("stock_transfer")

var (
	insertTransfer = database.Register("stock.insert_transfer", `
		INSERT INTO stock_transfer (org_id, id, version, from_store, from_location, to_store, to_location, status, reason, sent_at,
			sent_by, sent_posting, ended_at, ended_by, ended_posting, difference_reason)
		VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, '')`)
	insertTransferLine = database.Register("stock.insert_transfer_line", `
		INSERT INTO stock_transfer_line (org_id, transfer_id, variant_id, position, sent, received)
		VALUES ($1, $2, $3, $4, $5, $6)`)
	endTransfer = database.Register("stock.end_transfer", `
		UPDATE stock_transfer SET status = $3, ended_at = $4, ended_by = $5, ended_posting = $6, difference_reason = $7
		WHERE org_id = $1 AND id = $2`)
	receiveTransferLine = database.Register("stock.receive_transfer_line", `
		UPDATE stock_transfer_line SET received = $4 WHERE org_id = $1 AND transfer_id = $2 AND variant_id = $3`)
	selectTransfer = database.Register("stock.select_transfer", `
		SELECT id, version, from_store, from_location, to_store, to_location, status, reason, sent_at, sent_by, sent_posting,
			ended_at, ended_by, ended_posting, difference_reason
		FROM stock_transfer WHERE org_id = $1 AND id = $2`)
	selectTransfers = database.Register("stock.select_transfers", `
		SELECT id, version, from_store, from_location, to_store, to_location, status, reason, sent_at, sent_by, sent_posting,
			ended_at, ended_by, ended_posting, difference_reason
		FROM stock_transfer WHERE org_id = $1 AND (from_store = $2 OR to_store = $2) AND ($3 = '' OR status = $3)
			AND (sent_at < $4 OR (sent_at = $4 AND id < $5))
		ORDER BY sent_at DESC, id DESC LIMIT $6`)
	selectTransferLines = database.Register("stock.select_transfer_lines", `
		SELECT transfer_id, variant_id, sent, received FROM stock_transfer_line
		WHERE org_id = $1 AND transfer_id = ANY_ID($2) ORDER BY transfer_id, position`)
)

// within says that the transfer stays in one store: then it arrives when it is sent.
func (t *Transfer) within() bool { return t.From.Store == t.To.Store }

func (t *Transfer) check() error {
	errs := []error{checkReason(t.Reason, false)}
	if t.From.Store == t.To.Store && t.From.Location == t.To.Location {
		errs = append(errs, ErrSamePlace.At("to_location_id"))
	}
	if len(t.Lines) == 0 || len(t.Lines) > maxLines {
		errs = append(errs, ErrLines.At("lines", fault.Values{"max": maxLines}))
	}
	seen := map[int64]bool{}
	for i, line := range t.Lines {
		if line.Sent < 1 || line.Sent > MaxQuantity {
			errs = append(errs, ErrQuantity.At(fmt.Sprintf("lines[%d].quantity", i), fault.Values{"min": 1, "max": MaxQuantity}))
		}
		if seen[line.Variant] {
			errs = append(errs, ErrSameVariant.At(fmt.Sprintf("lines[%d].variant_id", i)))
		}
		seen[line.Variant] = true
	}
	return fault.Collect(errs...)
}

// SendTransfer takes the units off the shelf and puts them on their way, once under its key, and returns the transfer's
// id. Within one store they arrive at once. Errors: ErrSamePlace, ErrLines, ErrQuantity, ErrSameVariant, ErrReason,
// ErrUntracked, ErrShort, ErrLocationUnknown, id.Unknown, and the ledger's for keys.
func (s *Stock) SendTransfer(ctx context.Context, org, actor int64, key string, transfer Transfer) (int64, error) {
	transfer.From.Pool, transfer.To.Pool = Till, Till
	if err := transfer.check(); err != nil {
		return 0, err
	}
	canonical, err := json.Marshal(transfer)
	if err != nil {
		return 0, fmt.Errorf("encode a transfer: %w", err)
	}
	outcome, err := s.ledger.Decide(ctx, org, key, canonical, func(view ledger.View) (ledger.Unit, error) {
		if err := inUse(ctx, view.Tx, org, transfer.From.Store, transfer.From.Location, "from_location_id"); err != nil {
			return ledger.Unit{}, err
		}
		if err := inUse(ctx, view.Tx, org, transfer.To.Store, transfer.To.Location, "to_location_id"); err != nil {
			return ledger.Unit{}, err
		}
		variants := make([]int64, len(transfer.Lines))
		for i, line := range transfer.Lines {
			variants[i] = line.Variant
		}
		if err := s.counted(ctx, view.Tx, org, variants); err != nil {
			return ledger.Unit{}, err
		}
		made := transfer
		made.ID, made.Status, made.SentPosting, made.SentBy = s.db.NewID(), Sent, s.db.NewID(), actor
		return s.sendUnit(org, view.Tx.Micros(), made), nil
	})
	return outcome.Subject, Short(err)
}

func (s *Stock) sendUnit(org, at int64, t Transfer) ledger.Unit {
	ended := int64(0)
	if t.within() {
		t.Status, t.EndedBy, t.EndedPosting, ended = Arrived, t.SentBy, t.SentPosting, at
	}
	unit := ledger.Unit{
		Store: t.From.Store, Posting: t.SentPosting, Kind: "stock.send", Subject: t.ID, Actor: t.SentBy,
		Inserts: []ledger.Insert{{Statement: insertTransfer, Args: []any{
			org, t.ID, t.From.Store, t.From.Location, t.To.Store, t.To.Location, string(t.Status), t.Reason, at, t.SentBy,
			t.SentPosting, ended, t.EndedBy, t.EndedPosting,
		}}},
		Events: []journal.Event{{
			Kind: "stock.sent", Store: t.From.Store, Subject: t.ID, Actor: t.SentBy,
			Body: map[string]any{"to": t.To.Store, "lines": len(t.Lines)},
		}},
	}
	for i, line := range t.Lines {
		into := Transit(t.To.Store, line.Variant)
		unit.Inserts = append(unit.Inserts, Movement(org, at, t.moved(s.db.NewID(), Send, t.From, line.Variant, -line.Sent)))
		if t.within() {
			into, line.Received = Shelf(t.To, line.Variant), line.Sent
			unit.Inserts = append(unit.Inserts, Movement(org, at, t.moved(s.db.NewID(), Arrive, t.To, line.Variant, line.Sent)))
		}
		unit.Transfers = append(unit.Transfers, ledger.Transfer{
			Debit: into, Credit: Shelf(t.From, line.Variant), Amount: line.Sent,
		})
		unit.Inserts = append(unit.Inserts, ledger.Insert{Statement: insertTransferLine, Args: []any{
			org, t.ID, line.Variant, i, line.Sent, line.Received,
		}})
	}
	return unit
}

// moved is what a bin gains with one line: when it is sent, or when it ends.
func (t *Transfer) moved(movement int64, kind Kind, bin Bin, variant, quantity int64) Moved {
	moved := Moved{
		ID: movement, Store: bin.Store, Location: bin.Location, Pool: bin.Pool, Variant: variant, Kind: kind, Quantity: quantity,
		Reason: t.Reason, Posting: t.SentPosting, Subject: t.ID, Actor: t.SentBy,
	}
	if kind == Arrive && !t.within() {
		moved.Reason, moved.Posting, moved.Actor = t.DifferenceReason, t.EndedPosting, t.EndedBy
	}
	return moved
}

// Arrival says what arrived of a transfer.
type Arrival struct {
	Transfer int64
	Lines    []ReceivedLine
	// Reason says why it differs from what was sent; required when it does.
	Reason string
}

// ReceiveTransfer puts what arrived where it was sent to, once under its key. What did not arrive, or arrived unsent, is
// named on an account of its own. Errors: ErrTransferEnded, ErrReceivedLines, ErrDifference, ErrQuantity, ErrReason,
// ErrLocationUnknown, id.Unknown, and the ledger's for keys.
func (s *Stock) ReceiveTransfer(ctx context.Context, org, actor int64, key string, arrival Arrival) error {
	if err := checkReason(arrival.Reason, false); err != nil {
		return err
	}
	for i, line := range arrival.Lines {
		if line.Quantity < 0 || line.Quantity > MaxQuantity {
			return ErrQuantity.At(fmt.Sprintf("lines[%d].quantity", i), fault.Values{"min": 0, "max": MaxQuantity})
		}
	}
	return s.endTransfer(ctx, org, actor, key, arrival, func(t *Transfer) (Bin, TransferStatus, error) {
		arrived := map[int64]int64{}
		for _, line := range arrival.Lines {
			arrived[line.Variant] = line.Quantity
		}
		if len(arrived) != len(t.Lines) || len(arrival.Lines) != len(t.Lines) {
			return Bin{}, "", ErrReceivedLines.At("lines")
		}
		differs := false
		for i := range t.Lines {
			quantity, named := arrived[t.Lines[i].Variant]
			if !named {
				return Bin{}, "", ErrReceivedLines.At("lines")
			}
			t.Lines[i].Received = quantity
			differs = differs || quantity != t.Lines[i].Sent
		}
		if differs && arrival.Reason == "" {
			return Bin{}, "", ErrDifference.At("reason")
		}
		return t.To, Arrived, nil
	})
}

// CancelTransfer brings a transfer that is on its way back to where it came from, once under its key. Errors:
// ErrTransferEnded, ErrReason, ErrLocationUnknown, id.Unknown, and the ledger's for keys.
func (s *Stock) CancelTransfer(ctx context.Context, org, actor int64, key string, transfer int64, reason string) error {
	if err := checkReason(reason, true); err != nil {
		return err
	}
	return s.endTransfer(ctx, org, actor, key, Arrival{Transfer: transfer, Reason: reason},
		func(t *Transfer) (Bin, TransferStatus, error) {
			for i := range t.Lines {
				t.Lines[i].Received = t.Lines[i].Sent
			}
			return t.From, Cancelled, nil
		})
}

// endTransfer ends a transfer where the function says, with what it says was received.
func (s *Stock) endTransfer(
	ctx context.Context, org, actor int64, key string, arrival Arrival,
	settle func(*Transfer) (Bin, TransferStatus, error),
) error {
	canonical, err := json.Marshal(arrival)
	if err != nil {
		return fmt.Errorf("encode an arrival: %w", err)
	}
	_, err = s.ledger.Decide(ctx, org, key, canonical, func(view ledger.View) (ledger.Unit, error) {
		t, err := ReadTransfer(ctx, view.Tx, org, arrival.Transfer)
		if err != nil {
			return ledger.Unit{}, err
		}
		if t.Status != Sent {
			return ledger.Unit{}, ErrTransferEnded.New(fault.Values{"status": string(t.Status)})
		}
		bin, status, err := settle(&t)
		if err != nil {
			return ledger.Unit{}, err
		}
		t.Status, t.DifferenceReason, t.EndedBy, t.EndedPosting = status, arrival.Reason, actor, s.db.NewID()
		return s.endUnit(org, view.Tx.Micros(), t, bin), nil
	})
	return err
}

func (s *Stock) endUnit(org, at int64, t Transfer, into Bin) ledger.Unit {
	unit := ledger.Unit{
		Store: into.Store, Posting: t.EndedPosting, Kind: "stock.arrive", Subject: t.ID, Actor: t.EndedBy,
		Expects: []ledger.Expect{{Table: transfersTable, ID: t.ID, Version: t.Version}},
		Sets: []ledger.Set{{Statement: endTransfer, Args: []any{
			org, t.ID, string(t.Status), at, t.EndedBy, t.EndedPosting, t.DifferenceReason,
		}}},
		Events: []journal.Event{{
			Kind: "stock.arrived", Store: into.Store, Subject: t.ID, Actor: t.EndedBy, Body: map[string]any{"status": string(t.Status)},
		}},
	}
	for _, line := range t.Lines {
		way, missing := Transit(t.To.Store, line.Variant), Missing(t.To.Store, line.Variant)
		if arrived := min(line.Sent, line.Received); arrived > 0 {
			unit.Transfers = append(unit.Transfers, ledger.Transfer{Debit: Shelf(into, line.Variant), Credit: way, Amount: arrived})
		}
		if lost := line.Sent - line.Received; lost > 0 {
			unit.Transfers = append(unit.Transfers, ledger.Transfer{Debit: missing, Credit: way, Amount: lost})
		} else if lost < 0 {
			unit.Transfers = append(unit.Transfers, ledger.Transfer{Debit: Shelf(into, line.Variant), Credit: missing, Amount: -lost})
		}
		if line.Received > 0 {
			unit.Inserts = append(unit.Inserts, Movement(org, at, t.moved(s.db.NewID(), Arrive, into, line.Variant, line.Received)))
		}
		unit.Sets = append(unit.Sets, ledger.Set{Statement: receiveTransferLine, Args: []any{
			org, t.ID, line.Variant, line.Received,
		}})
	}
	return unit
}

func scanTransfer(row database.Scanner) (Transfer, error) {
	t := Transfer{From: Bin{Pool: Till}, To: Bin{Pool: Till}}
	var sent, ended int64
	err := row.Scan(&t.ID, &t.Version, &t.From.Store, &t.From.Location, &t.To.Store, &t.To.Location, &t.Status, &t.Reason, &sent,
		&t.SentBy, &t.SentPosting, &ended, &t.EndedBy, &t.EndedPosting, &t.DifferenceReason)
	t.SentAt = clock.FromMicros(sent)
	if ended != 0 {
		t.EndedAt = clock.FromMicros(ended)
	}
	return t, err
}

// ReadTransfer reads a transfer with its lines, or id.Unknown.
func ReadTransfer(ctx context.Context, tx *database.Tx, org, transfer int64) (Transfer, error) {
	found, err := database.List(ctx, tx, selectTransfer, scanTransfer, org, transfer)
	if err != nil {
		return Transfer{}, err
	}
	if len(found) == 0 {
		return Transfer{}, id.Unknown.New()
	}
	err = fillTransfers(ctx, tx, org, found)
	return found[0], err
}

// Transfers reads at most limit transfers from or to a store, of one status unless it is empty, that are older than the
// one of this time and id, newest first. The zero time is for the newest.
func Transfers(
	ctx context.Context, tx *database.Tx, org, store int64, status TransferStatus, before time.Time, beforeID int64, limit int,
) ([]Transfer, error) {
	found, err := database.List(ctx, tx, selectTransfers, scanTransfer, org, store, string(status), microsOrLatest(before),
		beforeID, limit)
	if err != nil {
		return nil, err
	}
	return found, fillTransfers(ctx, tx, org, found)
}

func fillTransfers(ctx context.Context, tx *database.Tx, org int64, transfers []Transfer) error {
	at := map[int64]*Transfer{}
	var ids database.IDs
	for i := range transfers {
		at[transfers[i].ID] = &transfers[i]
		ids = append(ids, transfers[i].ID)
	}
	return tx.Each(ctx, selectTransferLines, func(row database.Scanner) error {
		var transfer int64
		var line TransferLine
		err := row.Scan(&transfer, &line.Variant, &line.Sent, &line.Received)
		at[transfer].Lines = append(at[transfer].Lines, line)
		return err
	}, org, ids)
}
