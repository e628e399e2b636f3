package shift

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"dangol/internal/core/ledger"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/id"
)

// Drawers and Shifts are the rows that Units expect: a drawer moves on when a shift is opened or closed at it, a shift
// when cash is moved in it and when it is closed.
var (
	Drawers = ledger.Versioned("drawer")
	Shifts  = ledger.Versioned("shift")
)

const (
	columns = `id, version, store_id, device_id, business_date, currency, opened_by, opened_at, opening_posting,
		drawer_before, float_amount, from_sequence, until_sequence, closed_by, closed_at, closing_posting, expected, counted,
		taken_out, z, document`
	movementColumns = `id, shift_id, kind, place, amount, reason, staff_id, at, posting_id`
)

var (
	addDrawer = database.Register("shift.add_drawer", `
		INSERT INTO drawer (org_id, id, version, store_id, shift_id, last_z) VALUES ($1, $2, 1, $3, 0, 0)
		ON CONFLICT (org_id, id) DO NOTHING`)
	selectDrawer = database.Register("shift.select_drawer", `
		SELECT version, shift_id, last_z FROM drawer WHERE org_id = $1 AND id = $2`)
	setDrawer = database.Register("shift.set_drawer", `
		UPDATE drawer SET shift_id = $3, last_z = $4 WHERE org_id = $1 AND id = $2`)
	selectDrawers = database.Register("shift.select_drawers", `
		SELECT d.id, d.shift_id, d.last_z, COALESCE(MAX(s.z), 0), CAST(COALESCE(SUM(CASE WHEN s.z > 0 THEN 1 ELSE 0 END), 0) AS BIGINT),
			COALESCE(MAX(CASE WHEN s.closed_at = 0 THEN s.id ELSE 0 END), 0)
		FROM drawer d LEFT JOIN shift s ON s.org_id = d.org_id AND s.device_id = d.id
		WHERE d.org_id = $1 GROUP BY d.id, d.shift_id, d.last_z ORDER BY d.id`)
	insertShift = database.Register("shift.insert", `
		INSERT INTO shift (org_id, id, version, store_id, device_id, business_date, currency, opened_by, opened_at,
			opening_posting, drawer_before, float_amount, from_sequence, until_sequence, closed_by, closed_at, closing_posting,
			expected, counted, taken_out, z, document)
		VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, 0, 0, 0, 0, 0, 0, 0, '')`)
	closeShift = database.Register("shift.close", `
		UPDATE shift SET until_sequence = $3, closed_by = $4, closed_at = $5, closing_posting = $6, expected = $7, counted = $8,
			taken_out = $9, z = $10, document = $11
		WHERE org_id = $1 AND id = $2`)
	insertMovement = database.Register("shift.insert_movement", `
		INSERT INTO cash_movement (org_id, id, shift_id, kind, place, amount, reason, staff_id, at, posting_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`)
	selectShift = database.Register("shift.select", `SELECT `+columns+` FROM shift WHERE org_id = $1 AND id = $2`)
	selectAfter = database.Register("shift.select_after", `
		SELECT `+columns+` FROM shift WHERE org_id = $1 AND id > $2 ORDER BY id LIMIT $3`)
	selectLast = database.Register("shift.select_last", `
		SELECT `+columns+` FROM shift WHERE org_id = $1 AND device_id = $2 AND z = $3 AND z > 0`)
	selectOpen = database.Register("shift.select_open", `
		SELECT COUNT(*) FROM drawer WHERE org_id = $1 AND store_id = $2 AND shift_id <> 0`)
	selectNext = database.Register("shift.select_next", `
		SELECT from_sequence FROM shift WHERE org_id = $1 AND device_id = $2 AND from_sequence >= $3
		ORDER BY from_sequence LIMIT 1`)
	listShifts = database.Register("shift.list", `
		SELECT `+columns+` FROM shift
		WHERE org_id = $1 AND store_id = $2 AND (business_date >= $3 OR $3 = '') AND (business_date <= $4 OR $4 = '')
			AND (opened_at < $5 OR opened_at = $5 AND id < $6)
		ORDER BY opened_at DESC, id DESC LIMIT $7`)
	selectMovements = database.Register("shift.select_movements", `
		SELECT `+movementColumns+` FROM cash_movement WHERE org_id = $1 AND shift_id = ANY_ID($2) ORDER BY shift_id, at, id`)
	selectMovement = database.Register("shift.select_movement", `
		SELECT `+movementColumns+` FROM cash_movement WHERE org_id = $1 AND id = $2`)
	selectStanding = database.Register("shift.select_standing", `
		WITH latest AS (
			SELECT store_id, MAX(closed_at) AS closed_at FROM shift
			WHERE org_id = $1 AND store_id = ANY_ID($2) AND closed_at > $3 GROUP BY store_id),
		wanted AS (
			SELECT id FROM shift WHERE org_id = $1 AND store_id = ANY_ID($2) AND (closed_at = 0 OR closed_at > $4)
			UNION SELECT s.id FROM latest l JOIN shift s
				ON s.org_id = $1 AND s.store_id = l.store_id AND s.closed_at = l.closed_at)
		SELECT s.id, s.store_id, s.device_id, s.business_date, s.currency, s.opened_at, s.closed_at, s.z, s.expected, s.counted
		FROM wanted w JOIN shift s ON s.org_id = $1 AND s.id = w.id
		ORDER BY s.store_id, s.closed_at, s.id LIMIT $5`)
	countRows = database.Register("shift.count", `
		SELECT (SELECT COUNT(*) FROM shift WHERE org_id = $1), (SELECT COUNT(*) FROM shift WHERE org_id = $1 AND closed_at > 0),
			(SELECT COUNT(*) FROM cash_movement WHERE org_id = $1)`)
)

// DrawerState is how a till's drawer stands.
type DrawerState struct {
	Device, Version int64
	Shift           int64 // the open one, else 0
	LastZ           int64
}

// AddDrawer gives a till its drawer. A till that has one keeps it.
func AddDrawer(ctx context.Context, tx *database.Tx, org, device, store int64) error {
	if _, err := tx.Exec(ctx, addDrawer, org, device, store); err != nil {
		return fmt.Errorf("add the drawer of till %d: %w", device, err)
	}
	return nil
}

// ReadDrawer reads a till's drawer. A till that has none has no open shift.
func ReadDrawer(ctx context.Context, tx *database.Tx, org, device int64) (DrawerState, error) {
	state := DrawerState{Device: device}
	err := tx.QueryRow(ctx, selectDrawer, org, device).Scan(&state.Version, &state.Shift, &state.LastZ)
	if err != nil && !errors.Is(err, database.ErrNone) {
		return state, fmt.Errorf("read the drawer of till %d: %w", device, err)
	}
	return state, nil
}

// Expect is what a Unit expects that opens or closes a shift at the drawer.
func (d DrawerState) Expect() ledger.Expect {
	return ledger.Expect{Table: Drawers, ID: d.Device, Version: d.Version}
}

// Set says which shift is open at the drawer, 0 for none, and which Z report was its last.
func (d DrawerState) Set(org, shift, z int64) ledger.Set {
	return ledger.Set{Statement: setDrawer, Args: []any{org, d.Device, shift, z}}
}

// EachDrawer reads each drawer beside what its shifts say: the largest number of a Z report, how many there are, and the
// shift that is open.
func EachDrawer(
	ctx context.Context, tx *database.Tx, org int64, each func(state DrawerState, maxZ, reports, open int64),
) error {
	return tx.Each(ctx, selectDrawers, func(row database.Scanner) error {
		var state DrawerState
		var maxZ, reports, open int64
		if err := row.Scan(&state.Device, &state.Shift, &state.LastZ, &maxZ, &reports, &open); err != nil {
			return err
		}
		each(state, maxZ, reports, open)
		return nil
	}, org)
}

// Expect is what a Unit expects that moves cash in the shift or closes it.
func (s Shift) Expect() ledger.Expect {
	return ledger.Expect{Table: Shifts, ID: s.ID, Version: s.Version}
}

// Insert writes a shift that is opened.
func (s Shift) Insert(org int64) ledger.Insert {
	return ledger.Insert{Statement: insertShift, Args: []any{
		org, s.ID, s.Store, s.Device, s.BusinessDate, string(s.Currency), s.OpenedBy, clock.Micros(s.OpenedAt), s.OpeningPosting,
		s.DrawerBefore, s.Float, s.From,
	}}
}

// Close writes how the shift was closed.
func (s Shift) Close(org int64, report Report) (ledger.Set, error) {
	document, err := json.Marshal(report)
	if err != nil {
		return ledger.Set{}, fmt.Errorf("encode the Z report of shift %s: %w", ID.Format(s.ID), err)
	}
	return ledger.Set{Statement: closeShift, Args: []any{
		org, s.ID, s.Until, s.ClosedBy, clock.Micros(s.ClosedAt), s.ClosingPosting, s.Expected, s.Counted, s.TakenOut, s.Z,
		string(document),
	}}, nil
}

// Insert writes a movement.
func (m Movement) Insert(org int64) ledger.Insert {
	return ledger.Insert{Statement: insertMovement, Args: []any{
		org, m.ID, m.Shift, string(m.Kind), string(m.Place), m.Amount, m.Reason, m.Staff, clock.Micros(m.At), m.Posting,
	}}
}

// Read reads a shift, or id.Unknown.
func Read(ctx context.Context, tx *database.Tx, org, shift int64) (Shift, error) {
	found, err := database.List(ctx, tx, selectShift, scanShift, org, shift)
	if err != nil {
		return Shift{}, fmt.Errorf("read shift %s: %w", ID.Format(shift), err)
	}
	if len(found) == 0 {
		return Shift{}, id.Unknown.New()
	}
	return found[0], nil
}

// Last reads the shift of the till's last Z report; found is false when there is none.
func (d DrawerState) Last(ctx context.Context, tx *database.Tx, org int64) (last Shift, found bool, err error) {
	list, err := database.List(ctx, tx, selectLast, scanShift, org, d.Device, d.LastZ)
	if err != nil || len(list) == 0 {
		return last, false, err
	}
	return list[0], true, nil
}

// CountOpen says how many tills of a store have an open shift.
func CountOpen(ctx context.Context, tx *database.Tx, org, store int64) (int64, error) {
	var count int64
	err := tx.QueryRow(ctx, selectOpen, org, store).Scan(&count)
	return count, err
}

// After reads at most limit shifts with ids above after, by id.
func After(ctx context.Context, tx *database.Tx, org, after int64, limit int) ([]Shift, error) {
	return database.List(ctx, tx, selectAfter, scanShift, org, after, limit)
}

// Next is the sequence number with which the shift after this one begins at its till; 0 when there is none yet.
func (s Shift) Next(ctx context.Context, tx *database.Tx, org int64) (int64, error) {
	var from int64
	err := tx.QueryRow(ctx, selectNext, org, s.Device, s.Until).Scan(&from)
	if errors.Is(err, database.ErrNone) {
		return 0, nil
	}
	return from, err
}

// Filter says which shifts are listed: those of a store, of the business days from one to another; empty for any.
type Filter struct {
	Store    int64
	From, To string
}

// Cursor is where a list of shifts goes on.
type Cursor struct{ At, ID int64 }

// Start is the cursor of the first page.
var Start = Cursor{At: 1<<63 - 1}

// Cursor is where a list goes on that ended with this shift.
func (s Shift) Cursor() Cursor { return Cursor{At: clock.Micros(s.OpenedAt), ID: s.ID} }

// List reads at most limit shifts, the latest first.
func List(ctx context.Context, tx *database.Tx, org int64, filter Filter, after Cursor, limit int) ([]Shift, error) {
	return database.List(ctx, tx, listShifts, scanShift, org, filter.Store, filter.From, filter.To, after.At, after.ID, limit)
}

// maxStanding bounds how many shifts are looked at together, and lookBack how old the last one of a store may be.
const (
	maxStanding = 2000
	lookBack    = 32 * 24 * time.Hour
)

// Standing reads the shifts of stores that are open, were closed since a time, or were the last that was closed in their
// store within a month; by store, those that are open first, then as they were closed. They come without their reports.
func Standing(ctx context.Context, tx *database.Tx, org int64, stores []int64, since time.Time) ([]Shift, error) {
	found, err := database.List(ctx, tx, selectStanding, func(row database.Scanner) (Shift, error) {
		var s Shift
		var opened, closed int64
		err := row.Scan(&s.ID, &s.Store, &s.Device, &s.BusinessDate, &s.Currency, &opened, &closed, &s.Z, &s.Expected, &s.Counted)
		s.OpenedAt = clock.FromMicros(opened)
		if closed != 0 {
			s.ClosedAt = clock.FromMicros(closed)
		}
		return s, err
	}, org, database.IDs(stores), clock.Micros(tx.Now().Add(-lookBack)), clock.Micros(since), maxStanding)
	if err != nil {
		return nil, fmt.Errorf("read how the shifts of stores stand: %w", err)
	}
	return found, nil
}

// Report is the Z report of a closed shift as it was made.
func (s Shift) Report() (Report, error) {
	var report Report
	if err := json.Unmarshal([]byte(s.document), &report); err != nil {
		return report, fmt.Errorf("decode the Z report of shift %s: %w", ID.Format(s.ID), err)
	}
	return report, nil
}

// Movements reads what was brought and taken out within shifts, in the order of time.
func Movements(ctx context.Context, tx *database.Tx, org int64, shifts ...int64) ([]Movement, error) {
	return database.List(ctx, tx, selectMovements, scanMovement, org, database.IDs(shifts))
}

// ReadMovement reads one movement, or id.Unknown.
func ReadMovement(ctx context.Context, tx *database.Tx, org, movement int64) (Movement, error) {
	found, err := database.List(ctx, tx, selectMovement, scanMovement, org, movement)
	if err != nil {
		return Movement{}, fmt.Errorf("read cash movement %s: %w", MovementID.Format(movement), err)
	}
	if len(found) == 0 {
		return Movement{}, id.Unknown.New()
	}
	return found[0], nil
}

// Totals says how many shifts there are, how many of them are closed, and how many movements.
func Totals(ctx context.Context, tx *database.Tx, org int64) (shifts, closed, movements int64, err error) {
	err = tx.QueryRow(ctx, countRows, org).Scan(&shifts, &closed, &movements)
	return shifts, closed, movements, err
}

func scanShift(row database.Scanner) (Shift, error) {
	var s Shift
	var opened, closed int64
	err := row.Scan(&s.ID, &s.Version, &s.Store, &s.Device, &s.BusinessDate, &s.Currency, &s.OpenedBy, &opened,
		&s.OpeningPosting, &s.DrawerBefore, &s.Float, &s.From, &s.Until, &s.ClosedBy, &closed, &s.ClosingPosting, &s.Expected,
		&s.Counted, &s.TakenOut, &s.Z, &s.document)
	s.OpenedAt = clock.FromMicros(opened)
	if closed != 0 {
		s.ClosedAt = clock.FromMicros(closed)
	}
	return s, err
}

func scanMovement(row database.Scanner) (Movement, error) {
	var m Movement
	var at int64
	err := row.Scan(&m.ID, &m.Shift, &m.Kind, &m.Place, &m.Amount, &m.Reason, &m.Staff, &at, &m.Posting)
	m.At = clock.FromMicros(at)
	return m, err
}
