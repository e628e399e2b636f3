package console

import (
	"context"
	"fmt"
	"slices"
	"time"

	"dangol/internal/capability/catalog"
	"dangol/internal/capability/shift"
	"dangol/internal/core/ledger"
	"dangol/internal/core/place"
	"dangol/internal/core/print"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/money"
)

// Problem is what kind of thing somebody should look at.
type Problem string

// The problems, the most urgent first.
const (
	problemProof     Problem = "ledger.proof"     // the books differ
	problemSeal      Problem = "ledger.seal"      // the books are behind
	problemNotOpened Problem = "day.not_opened"   // open by its hours, and nobody has opened the business day
	problemPrinter   Problem = "printer"          // a printer that did not print
	problemJobs      Problem = "print.jobs"       // what was not printed
	problemDayOpen   Problem = "day.not_closed"   // a business day of before that nobody closed
	problemShiftOpen Problem = "shift.not_closed" // a shift of a business day before
	problemCount     Problem = "shift.difference" // the drawer was over or short
	problemStock     Problem = "stock.low"
	problemSoldOut   Problem = "sold_out"
)

// The permissions about what problems tell, beside the one about figures.
const (
	printPermission   auth.Permission = "print.read"
	shiftPermission   auth.Permission = "shift.read"
	stockPermission   auth.Permission = "stock.read"
	catalogPermission auth.Permission = "catalog.read"
)

const (
	// lately is how long a difference at a closing is told.
	lately = 48 * time.Hour
	// openGrace is how long after its hours begin a store may be opened without anybody being told.
	openGrace = 15 * time.Minute
	// printGrace is how long a job may be queued without anybody being told.
	printGrace = time.Minute
	// maxPrinters bounds how many printers are looked at.
	maxPrinters = 500
)

// ProblemView is one thing that somebody should look at. The face words it.
type ProblemView struct {
	Kind       Problem        `json:"kind" enum:"ledger.proof,ledger.seal,day.not_opened,printer,print.jobs,day.not_closed,shift.not_closed,shift.difference,stock.low,sold_out"`
	StoreID    string         `json:"store_id,omitempty" doc:"sto_…; left out for what concerns the whole organisation"`
	SubjectID  string         `json:"subject_id,omitempty" doc:"The printer (ptr_…) or the shift (shf_…)"`
	Name       string         `json:"name,omitempty" doc:"The printer's or the till's"`
	Count      int64          `json:"count,omitempty" doc:"How many: differences, jobs, products; of ledger.seal seconds"`
	Gone       int64          `json:"gone,omitempty" doc:"Of stock.low: how many of them have no unit left"`
	Difference int64          `json:"difference,omitempty" doc:"Of shift.difference: counted less expected"`
	Currency   money.Currency `json:"currency,omitempty"`
	Date       string         `json:"date,omitempty" format:"date" doc:"The business day"`
	Since      time.Time      `json:"since,omitzero"`
	Detail     string         `json:"detail,omitempty" doc:"What a printer says; of the books, for who looks after the program"`
}

// problems are what somebody should look at, the most urgent first and then by store, as far as the caller may know of it.
func (l *look) problems(ctx context.Context, tx *database.Tx) ([]ProblemView, error) {
	found := []ProblemView{}
	for _, read := range []func(context.Context, *database.Tx) ([]ProblemView, error){
		l.books, l.unopened, l.printers, l.jobs, l.unclosed, l.openShifts, l.differences, l.low, l.soldOut,
	} {
		some, err := read(ctx, tx)
		if err != nil {
			return nil, fmt.Errorf("look for problems: %w", err)
		}
		found = append(found, some...)
	}
	return found, nil
}

// seen are the stores in which the caller has a permission.
func (l *look) seen(ctx context.Context, permission auth.Permission) []place.Store {
	caller := auth.CallerFrom(ctx)
	return slices.DeleteFunc(slices.Clone(l.stores), func(store place.Store) bool { return !caller.May(permission, store.ID) })
}

// books tells how the ledger is; what differs names orders of all stores, so only who may see all hears of it.
func (l *look) books(ctx context.Context, tx *database.Tx) ([]ProblemView, error) {
	if everywhere, _ := auth.CallerFrom(ctx).Stores(booksPermission); !everywhere {
		return nil, nil
	}
	list, err := ledger.ReadHealth(ctx, tx, l.org)
	var found []ProblemView
	for _, health := range list {
		if health.Wrong() {
			found = append(found, ProblemView{
				Kind: Problem(health.Kind), Count: health.Count, Since: health.WrongSince, Detail: health.Detail,
			})
		}
	}
	return found, err
}

// unopened are the stores that should be open and are not. A store that never opens business days is not asked to.
func (l *look) unopened(ctx context.Context, tx *database.Tx) ([]ProblemView, error) {
	var found []ProblemView
	for i := range l.stores {
		store := &l.stores[i]
		last, opens := store.LastDay()
		if _, open := store.OpenDay(l.now); open || !opens || last.Date >= store.BusinessDate(l.now) {
			continue
		}
		hours, closingDays, err := place.Directory{}.Hours(ctx, tx, l.org, store.ID)
		if err != nil {
			return nil, err
		}
		if since, due := store.OpensBy(hours, closingDays, l.now); due && l.now.Sub(since) > openGrace {
			found = append(found, ProblemView{Kind: problemNotOpened, StoreID: place.StoreID.Format(store.ID), Since: since.UTC()})
		}
	}
	return found, nil
}

func (l *look) printers(ctx context.Context, tx *database.Tx) ([]ProblemView, error) {
	stores := scope{stores: l.seen(ctx, printPermission)}.ids()
	list, err := print.Printers(ctx, tx, l.org, false, stores, 0, maxPrinters)
	var found []ProblemView
	for _, printer := range list {
		if printer.Status != "" {
			found = append(found, ProblemView{
				Kind: problemPrinter, StoreID: place.StoreID.Format(printer.Store), SubjectID: print.PrinterIDs.Format(printer.ID),
				Name: printer.Name, Since: printer.StatusAt, Detail: print.Explain(printer.Status, httpapi.Language(ctx)),
			})
		}
	}
	return found, err
}

func (l *look) jobs(ctx context.Context, tx *database.Tx) ([]ProblemView, error) {
	stores := scope{stores: l.seen(ctx, printPermission)}.ids()
	list, err := print.StuckIn(ctx, tx, l.org, stores, l.now.Add(-printGrace))
	var found []ProblemView
	for _, stuck := range list {
		found = append(found, ProblemView{
			Kind: problemJobs, StoreID: place.StoreID.Format(stuck.Store), Count: stuck.Jobs, Since: stuck.Since,
		})
	}
	return found, err
}

func (l *look) unclosed(context.Context, *database.Tx) ([]ProblemView, error) {
	var found []ProblemView
	for i := range l.stores {
		if day, left := l.stores[i].LeftOpen(l.now); left {
			found = append(found, ProblemView{
				Kind: problemDayOpen, StoreID: place.StoreID.Format(day.Store), Date: day.Date, Since: day.OpenedAt,
			})
		}
	}
	return found, nil
}

// openShifts are those of a business day that is over.
func (l *look) openShifts(ctx context.Context, tx *database.Tx) ([]ProblemView, error) {
	return l.shiftProblems(ctx, tx, problemShiftOpen, func(s shift.Shift, store place.Store) bool {
		return s.IsOpen() && s.BusinessDate < store.BusinessDate(l.now)
	})
}

func (l *look) differences(ctx context.Context, tx *database.Tx) ([]ProblemView, error) {
	return l.shiftProblems(ctx, tx, problemCount, func(s shift.Shift, _ place.Store) bool {
		return !s.IsOpen() && s.ClosedAt.After(l.now.Add(-lately)) && s.Counted != s.Expected
	})
}

// shiftProblems are the shifts of which something is to be told.
func (l *look) shiftProblems(
	ctx context.Context, tx *database.Tx, kind Problem, told func(shift.Shift, place.Store) bool,
) ([]ProblemView, error) {
	stores := map[int64]place.Store{}
	for _, store := range l.seen(ctx, shiftPermission) {
		stores[store.ID] = store
	}
	var found []ProblemView
	for _, one := range l.shifts {
		store, seen := stores[one.Store]
		if !seen || !told(one, store) {
			continue
		}
		till, err := l.till(ctx, tx, one.Device)
		if err != nil {
			return nil, err
		}
		shown := ProblemView{
			Kind: kind, StoreID: place.StoreID.Format(one.Store), SubjectID: shift.ID.Format(one.ID), Name: till,
			Date: one.BusinessDate, Since: one.OpenedAt,
		}
		if !one.IsOpen() {
			shown.Since, shown.Difference, shown.Currency = one.ClosedAt, one.Counted-one.Expected, one.Currency
		}
		found = append(found, shown)
	}
	return found, nil
}

func (l *look) low(ctx context.Context, tx *database.Tx) ([]ProblemView, error) {
	stores := l.seen(ctx, stockPermission)
	lacks, err := l.stock.LackIn(ctx, tx, l.org, scope{stores: stores}.ids())
	var found []ProblemView
	for i := range stores {
		if lack, is := lacks[stores[i].ID]; is {
			found = append(found, ProblemView{
				Kind: problemStock, StoreID: place.StoreID.Format(stores[i].ID), Count: lack.Low, Gone: lack.Gone,
			})
		}
	}
	return found, err
}

func (l *look) soldOut(ctx context.Context, tx *database.Tx) ([]ProblemView, error) {
	var found []ProblemView
	for _, store := range l.seen(ctx, catalogPermission) {
		marked, err := catalog.ReadSoldOut(ctx, tx, l.org, store)
		if err != nil {
			return nil, err
		}
		if len(marked) > 0 {
			found = append(found, ProblemView{
				Kind: problemSoldOut, StoreID: place.StoreID.Format(store.ID), Count: int64(len(marked)),
			})
		}
	}
	return found, nil
}
