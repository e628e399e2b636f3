package console

import (
	"context"
	"time"

	"dangol/internal/capability/fleet"
	"dangol/internal/capability/order"
	"dangol/internal/capability/shift"
	"dangol/internal/core/place"
	"dangol/internal/ground/database"
	"dangol/internal/ground/money"
)

// maxToday bounds how many stores are looked at one by one. A chain with more chooses a store.
const maxToday = 200

// TodayView is what an owner looks at on the phone: today's sales, what is wrong, and how the stores open and close.
type TodayView struct {
	AsOf     time.Time        `json:"as_of"`
	Sales    SalesView        `json:"sales" doc:"Of all stores that sell in its currency"`
	Stores   []StoreTodayView `json:"stores" doc:"By code; at most 200"`
	LeftOut  int              `json:"left_out" doc:"How many stores more there are"`
	Problems []ProblemView    `json:"problems" doc:"The most urgent first"`
}

// StoreTodayView is how one store stands.
type StoreTodayView struct {
	ID           string                 `json:"id" doc:"sto_…"`
	Name         string                 `json:"name"`
	Phone        string                 `json:"phone"`
	TimeZone     string                 `json:"time_zone"`
	Currency     money.Currency         `json:"currency"`
	BusinessDate string                 `json:"business_date" format:"date"`
	Orders       int64                  `json:"orders" doc:"On this business day so far"`
	Net          int64                  `json:"net"`
	NetBefore    int64                  `json:"net_before" doc:"A week before, up to the same moment"`
	Day          *place.BusinessDayView `json:"business_day,omitempty" doc:"The last one that was opened; left out when nobody opens them here"`
	OpenTills    int                    `json:"open_tills" doc:"How many tills have an open shift"`
	Closing      *ClosingView           `json:"closing,omitempty" doc:"The last Z report, of this month"`
}

// ClosingView is how a shift was closed.
type ClosingView struct {
	ShiftID      string         `json:"shift_id" doc:"shf_…"`
	Till         string         `json:"till" doc:"Its name"`
	BusinessDate string         `json:"business_date" format:"date"`
	ClosedAt     time.Time      `json:"closed_at"`
	Number       int64          `json:"number" doc:"Of the Z report"`
	Currency     money.Currency `json:"currency"`
	Expected     int64          `json:"expected"`
	Counted      int64          `json:"counted"`
	Difference   int64          `json:"difference" doc:"Counted less expected"`
}

// TodayQuery says of what an owner looks at today.
type TodayQuery struct {
	StoreID  string         `query:"store_id" doc:"Only this store: sto_…; left out, all where the caller may read the books"`
	Currency money.Currency `query:"currency" maxLength:"3" doc:"In which the sales are; left out, that of the first store"`
}

func (a *api) today(ctx context.Context, input *TodayQuery) (*struct{ Body TodayView }, error) {
	output := &struct{ Body TodayView }{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		about, err := scopeOf(ctx, tx, SalesQuery{StoreID: input.StoreID, Currency: input.Currency})
		if err != nil {
			return err
		}
		output.Body = TodayView{AsOf: about.now.UTC(), Stores: []StoreTodayView{}, Problems: []ProblemView{}}
		if output.Body.Sales, err = about.sales(ctx, tx); err != nil {
			return err
		}
		now := look{api: a, org: about.org, now: about.now, stores: about.all}
		if len(now.stores) > maxToday {
			output.Body.LeftOut = len(now.stores) - maxToday
			now.stores = now.stores[:maxToday]
		}
		if now.shifts, err = shift.Standing(ctx, tx, now.org, now.ids(), now.now.Add(-lately)); err != nil {
			return err
		}
		if output.Body.Stores, err = now.stand(ctx, tx); err != nil {
			return err
		}
		output.Body.Problems, err = now.problems(ctx, tx)
		return err
	})
}

// look is a look at stores, one by one.
type look struct {
	*api
	org    int64
	now    time.Time
	stores []place.Store
	// shifts are those that are open, those that were closed lately, and each store's last.
	shifts []shift.Shift
	tills  map[int64]string
}

func (l *look) ids() []int64 { return scope{stores: l.stores}.ids() }

// till is the name of a till.
func (l *look) till(ctx context.Context, tx *database.Tx, device int64) (string, error) {
	if name, known := l.tills[device]; known {
		return name, nil
	}
	found, err := fleet.Read(ctx, tx, l.org, device)
	if l.tills == nil {
		l.tills = map[int64]string{}
	}
	l.tills[device] = found.Name
	return found.Name, err
}

// stand shows how each store stands.
func (l *look) stand(ctx context.Context, tx *database.Tx) ([]StoreTodayView, error) {
	shown := make([]StoreTodayView, len(l.stores))
	at := map[int64]*StoreTodayView{}
	byDate := map[string][]int64{}
	for i := range l.stores {
		store := &l.stores[i]
		shown[i] = StoreTodayView{
			ID: place.StoreID.Format(store.ID), Name: store.Name, Phone: store.Phone, TimeZone: store.Zone, Currency: store.Currency,
			BusinessDate: store.BusinessDate(l.now),
		}
		if day, known := store.LastDay(); known {
			view := day.Show()
			shown[i].Day = &view
		}
		at[store.ID] = &shown[i]
		byDate[shown[i].BusinessDate] = append(byDate[shown[i].BusinessDate], store.ID)
	}
	for date, stores := range byDate {
		if err := l.sums(ctx, tx, date, stores, at); err != nil {
			return nil, err
		}
	}
	for _, one := range l.shifts {
		store := at[one.Store]
		if one.IsOpen() {
			store.OpenTills++
			continue
		}
		closing, err := l.closing(ctx, tx, one)
		if err != nil {
			return nil, err
		}
		store.Closing = &closing // the last one stands last
	}
	return shown, nil
}

// sums adds what stores have sold on a business day, and had a week before.
func (l *look) sums(ctx context.Context, tx *database.Tx, date string, stores []int64, at map[int64]*StoreTodayView) error {
	period, err := readDays(SalesQuery{From: date, To: date}, date)
	if err != nil {
		return err
	}
	about := scope{org: l.org, days: period, running: true, now: l.now}
	now := about.period()
	_, before := about.periodBefore()
	now.Stores, before.Stores = stores, stores
	groups, err := now.Groups(ctx, tx, l.org, order.ByStore)
	if err != nil {
		return err
	}
	for _, group := range groups {
		figures := showFigures(group)
		at[group.ID].Orders, at[group.ID].Net = figures.Orders, figures.Net
	}
	groups, err = before.Groups(ctx, tx, l.org, order.ByStore)
	for _, group := range groups {
		at[group.ID].NetBefore = showFigures(group).Net
	}
	return err
}

func (l *look) closing(ctx context.Context, tx *database.Tx, s shift.Shift) (ClosingView, error) {
	till, err := l.till(ctx, tx, s.Device)
	return ClosingView{
		ShiftID: shift.ID.Format(s.ID), Till: till, BusinessDate: s.BusinessDate, ClosedAt: s.ClosedAt, Number: s.Z,
		Currency: s.Currency, Expected: s.Expected, Counted: s.Counted, Difference: s.Counted - s.Expected,
	}, err
}
