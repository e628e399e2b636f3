package place

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"dangol/internal/ground/auth"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/id"
	"dangol/internal/ground/journal"
)

// BusinessDayID is the prefix of business days' ids.
const BusinessDayID id.Kind = "day"

// openPermission is for opening and closing a store's business day.
const openPermission auth.Permission = "day.open"

const (
	// longestDay is how long a business day lasts that nobody closes.
	longestDay = 24 * time.Hour
	// daysKept is how far back the days of a store are read with it: a sale of an offline till comes at most a month late.
	daysKept = 32 * 24 * time.Hour
)

// BusinessDay is a day of a store from opening (개점) to closing (마감). Its date is that of its opening, so what a bar
// sells at two in the morning belongs to the evening before.
type BusinessDay struct {
	ID, Store int64
	Date      string
	OpenedAt  time.Time
	ClosedAt  time.Time // zero while it is open
	OpenedBy  int64
	ClosedBy  int64
}

// Ends is when the day ended, or will end if nobody closes it.
func (d BusinessDay) Ends() time.Time {
	if d.ClosedAt.IsZero() {
		return d.OpenedAt.Add(longestDay)
	}
	return d.ClosedAt
}

const dayColumns = `id, store_id, date, opened_at, opened_by, closed_at, closed_by`

var (
	selectLateDays = database.Register("place.select_late_days", `
		SELECT `+dayColumns+` FROM business_day
		WHERE org_id = $1 AND store_id = ANY_ID($2) AND opened_at > $3 ORDER BY store_id, opened_at DESC, id DESC`)
	selectDay = database.Register("place.select_day", `
		SELECT `+dayColumns+` FROM business_day WHERE org_id = $1 AND id = $2`)
	selectDays = database.Register("place.select_days", `
		SELECT `+dayColumns+` FROM business_day
		WHERE org_id = $1 AND store_id = $2 AND (date < $3 OR $3 = '') ORDER BY date DESC LIMIT $4`)
	openDay = database.Register("place.open_day", `
		INSERT INTO business_day (org_id, id, store_id, date, opened_at, opened_by, closed_at, closed_by)
		VALUES ($1, $2, $3, $4, $5, $6, 0, 0)
		ON CONFLICT (org_id, store_id, date) DO UPDATE SET closed_at = 0, closed_by = 0`)
	endDays = database.Register("place.end_days", `
		UPDATE business_day SET closed_by = $4,
			closed_at = CASE WHEN opened_at + $6 < $5 THEN opened_at + $6 ELSE $5 END
		WHERE org_id = $1 AND store_id = $2 AND date <> $3 AND closed_at = 0`)
	closeDay = database.Register("place.close_day", `
		UPDATE business_day SET closed_at = $3, closed_by = $4 WHERE org_id = $1 AND id = $2 AND closed_at = 0`)
)

func scanDay(row database.Scanner) (BusinessDay, error) {
	var day BusinessDay
	var opened, closed int64
	err := row.Scan(&day.ID, &day.Store, &day.Date, &opened, &day.OpenedBy, &closed, &day.ClosedBy)
	day.OpenedAt = clock.FromMicros(opened)
	if closed != 0 {
		day.ClosedAt = clock.FromMicros(closed)
	}
	return day, err
}

// fillDays adds the latest business days of stores, the latest first.
func fillDays(ctx context.Context, tx *database.Tx, org int64, ids database.IDs, stores map[int64]*Store) error {
	from := clock.Micros(tx.Now().Add(-daysKept))
	err := tx.Each(ctx, selectLateDays, func(row database.Scanner) error {
		day, err := scanDay(row)
		if err == nil {
			stores[day.Store].days = append(stores[day.Store].days, day)
		}
		return err
	}, org, ids, from)
	if err != nil {
		return fmt.Errorf("read business days: %w", err)
	}
	return nil
}

// OpenDay is the store's business day that is open; none when nobody opened one.
func (s Store) OpenDay(at time.Time) (BusinessDay, bool) {
	for _, day := range s.days {
		if day.ClosedAt.IsZero() && at.Before(day.Ends()) {
			return day, true
		}
	}
	return BusinessDay{}, false
}

// LeftOpen is the latest business day that nobody closed although a later one has begun by the cut-over.
func (s Store) LeftOpen(at time.Time) (BusinessDay, bool) {
	today := s.cutoverDate(at)
	for _, day := range s.days {
		if day.ClosedAt.IsZero() && day.Date < today {
			return day, true
		}
	}
	return BusinessDay{}, false
}

// LastDay is the store's latest business day within a month; none when nobody opens them.
func (s Store) LastDay() (BusinessDay, bool) {
	if len(s.days) == 0 {
		return BusinessDay{}, false
	}
	return s.days[0], true
}

// OpensBy says since when a store has been open at a time by its opening hours, closing days apart.
func (s Store) OpensBy(hours []Hours, closingDays []string, at time.Time) (since time.Time, open bool) {
	local := at.In(s.Location())
	for back := range 2 { // what closes after midnight began the day before
		day := time.Date(local.Year(), local.Month(), local.Day()-back, 0, 0, 0, 0, s.Location())
		if slices.Contains(closingDays, day.Format(time.DateOnly)) {
			continue
		}
		for _, span := range hours {
			opens, closes := day.Add(time.Duration(span.Opens)*time.Minute), day.Add(time.Duration(span.Closes)*time.Minute)
			if span.Weekday == int(day.Weekday()) && !at.Before(opens) && at.Before(closes) {
				return opens, true
			}
		}
	}
	return time.Time{}, false
}

// dateToOpen is the date of a business day that is opened at a time: that of the cut-over, so that a day closed by
// mistake is opened again; but a baker who opens at four has the calendar's day when the one before was closed.
func (s Store) dateToOpen(at time.Time) string {
	date, today := s.cutoverDate(at), at.In(s.Location()).Format(time.DateOnly)
	for _, day := range s.days {
		if day.Date == date && !day.ClosedAt.IsZero() {
			return today
		}
	}
	return date
}

// OpenDay opens the store's business day of now under an id that the caller made, and ends the one that was left open.
// A day that is open stays as it is.
func OpenDay(ctx context.Context, tx *database.Tx, org, actor, day, store int64) error {
	found, err := (Directory{}).Store(ctx, tx, org, store)
	if err != nil {
		return err
	}
	date := found.dateToOpen(tx.Now())
	if open, is := found.OpenDay(tx.Now()); is && open.Date == date {
		return nil
	}
	now := tx.Micros()
	if _, err := tx.Exec(ctx, endDays, org, store, date, actor, now, longestDay.Microseconds()); err != nil {
		return fmt.Errorf("end the business days before %s: %w", date, err)
	}
	if _, err := tx.Exec(ctx, openDay, org, day, store, date, now, actor); err != nil {
		return fmt.Errorf("open the business day %s: %w", date, err)
	}
	return journal.Append(ctx, tx, org, journal.Event{
		Kind: "day.opened", Store: store, Subject: store, Actor: actor,
		Body: map[string]any{"date": date},
	})
}

// CloseDay closes a business day. One that is closed stays as it is.
func CloseDay(ctx context.Context, tx *database.Tx, org, actor int64, day BusinessDay) error {
	closed, err := tx.Exec(ctx, closeDay, org, day.ID, tx.Micros(), actor)
	if err != nil {
		return fmt.Errorf("close the business day %s: %w", day.Date, err)
	}
	if closed == 0 {
		return nil
	}
	return journal.Append(ctx, tx, org, journal.Event{
		Kind: "day.closed", Store: day.Store, Subject: day.Store, Actor: actor,
		Body: map[string]any{"date": day.Date},
	})
}

// Day reads one business day. The error is id.Unknown when there is none.
func (Directory) Day(ctx context.Context, tx *database.Tx, org, day int64) (BusinessDay, error) {
	found, err := database.List(ctx, tx, selectDay, scanDay, org, day)
	if err != nil {
		return BusinessDay{}, fmt.Errorf("read a business day: %w", err)
	}
	if len(found) == 0 {
		return BusinessDay{}, id.Unknown.New()
	}
	return found[0], nil
}

// BusinessDayView is a business day as the API shows it.
type BusinessDayView struct {
	ID       string    `json:"id" doc:"day_…"`
	StoreID  string    `json:"store_id"`
	Date     string    `json:"date" format:"date"`
	OpenedAt time.Time `json:"opened_at"`
	OpenedBy string    `json:"opened_by" doc:"stf_…"`
	ClosedAt time.Time `json:"closed_at,omitzero" doc:"Left out while it is open."`
	ClosedBy string    `json:"closed_by,omitempty" doc:"stf_…"`
}

// Show shows the day.
func (d BusinessDay) Show() BusinessDayView {
	const staffID id.Kind = "stf"
	shown := BusinessDayView{
		ID: BusinessDayID.Format(d.ID), StoreID: StoreID.Format(d.Store), Date: d.Date, OpenedAt: d.OpenedAt,
		OpenedBy: staffID.Format(d.OpenedBy), ClosedAt: d.ClosedAt,
	}
	if !d.ClosedAt.IsZero() {
		shown.ClosedBy = staffID.Format(d.ClosedBy)
	}
	return shown
}

// serveDays adds the operations about business days.
func (a *api) serveDays(server *httpapi.API) {
	httpapi.Register(server, httpapi.Operation{
		ID: "list-business-days", Method: http.MethodGet, Path: "/v1/business-days", Tag: "Places",
		Summary: "A store's business days, the latest first", Permission: Read,
	}, a.listDays)
	httpapi.Register(server, httpapi.Operation{
		ID: "open-business-day", Method: http.MethodPost, Path: "/v1/business-days", Tag: "Places",
		Summary: "Open a store's business day; one that is open stays as it is", Permission: openPermission,
	}, a.openDay)
	httpapi.Register(server, httpapi.Operation{
		ID: "close-business-day", Method: http.MethodPost, Path: "/v1/business-days/{id}/close", Tag: "Places",
		Summary: "Close a business day; one that is closed stays as it is", Permission: openPermission,
	}, a.closeDay)
}

// dayKey is where a list of business days goes on.
type dayKey struct{ Date string }

func (a *api) listDays(ctx context.Context, input *struct {
	httpapi.Page
	StoreID string `query:"store_id" required:"true" doc:"sto_…"`
},
) (*struct {
	Body httpapi.List[BusinessDayView]
}, error,
) {
	var after dayKey
	if _, err := input.After(&after); err != nil {
		return nil, err
	}
	output := &struct {
		Body httpapi.List[BusinessDayView]
	}{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		store, err := storeIn(ctx, tx, Read, input.StoreID)
		if err != nil {
			return err
		}
		org := auth.CallerFrom(ctx).Org
		days, err := database.List(ctx, tx, selectDays, scanDay, org, store, after.Date, input.Limit+1)
		if err != nil {
			return fmt.Errorf("read business days: %w", err)
		}
		output.Body, err = httpapi.NewList(input.Page, days, BusinessDay.Show, func(day BusinessDay) any { return dayKey{day.Date} })
		return err
	})
}

// storeIn is the store of a request, in which the caller must have the permission. Another organisation's is unknown.
func storeIn(ctx context.Context, tx *database.Tx, permission auth.Permission, text string) (int64, error) {
	caller := auth.CallerFrom(ctx)
	store, err := StoreID.Parse(text)
	if err != nil {
		return 0, err
	}
	if _, err := (Directory{}).Store(ctx, tx, caller.Org, store); err != nil {
		return 0, err
	}
	return store, caller.Require(permission, store)
}

type dayOutput struct{ Body BusinessDayView }

func (a *api) openDay(ctx context.Context, input *struct {
	Body struct {
		StoreID string `json:"store_id" doc:"sto_…"`
	}
},
) (*dayOutput, error) {
	caller := auth.CallerFrom(ctx)
	output := &dayOutput{}
	return output, a.db.Write(ctx, func(tx *database.Tx) error {
		store, err := storeIn(ctx, tx, openPermission, input.Body.StoreID)
		if err != nil {
			return err
		}
		if err := OpenDay(ctx, tx, caller.Org, caller.Staff, a.db.NewID(), store); err != nil {
			return err
		}
		found, err := (Directory{}).Store(ctx, tx, caller.Org, store)
		if err != nil {
			return err
		}
		open, _ := found.OpenDay(tx.Now())
		output.Body = open.Show()
		return nil
	})
}

func (a *api) closeDay(ctx context.Context, input *struct {
	ID string `path:"id" doc:"day_…"`
},
) (*dayOutput, error) {
	caller := auth.CallerFrom(ctx)
	wanted, err := BusinessDayID.Parse(input.ID)
	if err != nil {
		return nil, err
	}
	output := &dayOutput{}
	return output, a.db.Write(ctx, func(tx *database.Tx) error {
		day, err := (Directory{}).Day(ctx, tx, caller.Org, wanted)
		if err != nil {
			return err
		}
		if err := caller.Require(openPermission, day.Store); err != nil {
			return err
		}
		if err := CloseDay(ctx, tx, caller.Org, caller.Staff, day); err != nil {
			return err
		}
		day, err = (Directory{}).Day(ctx, tx, caller.Org, wanted)
		output.Body = day.Show()
		return err
	})
}
