// Package console is what the console shows that is more than one capability: the sales of stores, broken down and set
// against the period before, and what an owner looks at on the phone. It refuses to change anything.
package console

import (
	"context"
	"fmt"
	"slices"
	"time"

	"dangol/internal/core/place"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/money"
)

// booksPermission is what the sums of sales ask for.
const booksPermission auth.Permission = "books.read"

const (
	// maxDays bounds a report: ten years.
	maxDays = 3660
	// maxStores bounds the stores of a report.
	maxStores = 5000
	// storesPage is how many of them are read at once.
	storesPage = 200
)

// ErrDays is for a period that is none, or is too long.
var ErrDays = fault.Define(fault.Invalid, "console.days",
	"첫날이 마지막 날보다 늦거나 기간이 너무 길어요. 날짜를 다시 골라 주세요.",
	"The first day is after the last one, or the period is too long. Choose the days again.")

// SalesQuery asks for the sales of stores.
type SalesQuery struct {
	StoreID  string         `query:"store_id" doc:"Only of this store: sto_…; left out, all where the caller may read the books"`
	From     string         `query:"from" format:"date" doc:"First business day; left out, the last one"`
	To       string         `query:"to" format:"date" doc:"Last business day; left out, today"`
	Currency money.Currency `query:"currency" maxLength:"3" doc:"Only stores that sell in it; left out, that of the first store"`
}

// scope is what a report is about.
type scope struct {
	org        int64
	all        []place.Store // by code
	stores     []place.Store // those that sell in the currency
	currencies []money.Currency
	currency   money.Currency
	days       days
	// running says that the last day of the period isn't over in some store.
	running bool
	now     time.Time
}

// scopeOf reads what is asked for, as far as the caller may know it.
func scopeOf(ctx context.Context, tx *database.Tx, query SalesQuery) (scope, error) {
	caller := auth.CallerFrom(ctx)
	found := scope{org: caller.Org, currency: query.Currency, now: tx.Now()}
	stores, err := storesOf(ctx, tx, caller, booksPermission, query.StoreID)
	if err != nil {
		return found, err
	}
	found.all = stores
	today := ""
	for i := range stores {
		store := &stores[i]
		if found.currency == "" {
			found.currency = store.Currency
		}
		if !slices.Contains(found.currencies, store.Currency) {
			found.currencies = append(found.currencies, store.Currency)
		}
		if store.Currency == found.currency {
			found.stores = append(found.stores, *store)
			today = max(today, store.BusinessDate(found.now))
		}
	}
	if today == "" {
		today = found.now.Format(time.DateOnly)
	}
	if found.days, err = readDays(query, today); err != nil {
		return found, err
	}
	_, last := found.days.text()
	found.running = slices.ContainsFunc(found.stores, func(store place.Store) bool { return store.BusinessDate(found.now) <= last })
	return found, nil
}

// readDays reads the period of a query; what it leaves out is today.
func readDays(query SalesQuery, today string) (days, error) {
	to := query.To
	if to == "" {
		to = max(today, query.From)
	}
	from := query.From
	if from == "" {
		from = to
	}
	first, err := time.Parse(time.DateOnly, from)
	if err != nil {
		return days{}, ErrDays.At("query.from").Because(err)
	}
	last, err := time.Parse(time.DateOnly, to)
	if err != nil {
		return days{}, ErrDays.At("query.to").Because(err)
	}
	period := days{first, last}
	if last.Before(first) || period.length() > maxDays {
		return days{}, ErrDays.At("query.from")
	}
	return period, nil
}

// storesOf are the stores in which the caller has the permission, by code: the one that is asked for, or all of them.
func storesOf(
	ctx context.Context, tx *database.Tx, caller auth.Caller, permission auth.Permission, wanted string,
) ([]place.Store, error) {
	if wanted != "" {
		store, err := place.StoreID.Parse(wanted)
		if err != nil {
			return nil, err
		}
		found, err := place.Directory{}.Store(ctx, tx, caller.Org, store)
		if err != nil {
			return nil, err
		}
		return []place.Store{found}, caller.Require(permission, store)
	}
	all, ids := caller.Stores(permission)
	if !all {
		return place.Directory{}.SomeStores(ctx, tx, caller.Org, ids)
	}
	var stores []place.Store
	for after := ""; len(stores) < maxStores; after = stores[len(stores)-1].Code {
		page, err := place.Directory{}.Stores(ctx, tx, caller.Org, after, storesPage)
		if err != nil {
			return nil, fmt.Errorf("read the stores of a report: %w", err)
		}
		stores = append(stores, page...)
		if len(page) < storesPage {
			break
		}
	}
	return stores, nil
}

// ids are the stores by number.
func (s scope) ids() []int64 {
	ids := make([]int64, len(s.stores))
	for i := range s.stores {
		ids[i] = s.stores[i].ID
	}
	return ids
}

// zone is the time zone by which hours are counted: that of the first store.
func (s scope) zone() *time.Location {
	if len(s.stores) == 0 {
		return time.UTC
	}
	return s.stores[0].Location()
}
