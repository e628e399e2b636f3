package console

import (
	"context"
	"net/http"
	"time"

	"dangol/internal/capability/order"
	"dangol/internal/capability/stock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/id"
	"dangol/internal/ground/money"
	"dangol/internal/ground/sheet"
)

type api struct {
	db    *database.DB
	stock *stock.Stock
}

// reportTimeout is how long summing up a long period may take.
const reportTimeout = 30 * time.Second

// Serve adds the operations of the console.
func Serve(server *httpapi.API, db *database.DB, stock *stock.Stock) {
	a := &api{db: db, stock: stock}
	errors := []*fault.Code{id.Unknown, ErrDays}
	httpapi.Register(server, httpapi.Operation{
		ID: "read-sales", Method: http.MethodGet, Path: "/v1/reports/sales", Tag: "Reports", Permission: booksPermission,
		Summary: "What stores sold on business days, beside the period before", Errors: errors, Timeout: reportTimeout,
	}, a.sales)
	httpapi.Register(server, httpapi.Operation{
		ID: "list-sales-groups", Method: http.MethodGet, Path: "/v1/reports/sales/groups", Tag: "Reports",
		Permission: booksPermission, Summary: "What stores sold, broken down", Errors: errors, Timeout: reportTimeout,
	}, a.groups)
	httpapi.Register(server, httpapi.Operation{
		ID: "export-sales-groups", Method: http.MethodGet, Path: "/v1/reports/sales/groups/export", Tag: "Reports",
		Permission: booksPermission, Summary: "What stores sold, broken down, as a file",
		Errors: append(errors, sheet.ErrTooLong), Timeout: reportTimeout,
	}, a.exportGroups)
	httpapi.Register(server, httpapi.Operation{
		ID: "read-today", Method: http.MethodGet, Path: "/v1/reports/today", Tag: "Reports", Permission: booksPermission,
		Summary: "Today's sales, what is wrong, and how the stores open and close", Errors: []*fault.Code{id.Unknown},
		Timeout: reportTimeout,
	}, a.today)
}

// FiguresView is what was sold and paid back. Net is gross less refunds. All amounts contain their tax.
type FiguresView struct {
	Orders      int64 `json:"orders"`
	Gross       int64 `json:"gross" doc:"After discounts, with tax"`
	Discount    int64 `json:"discount" doc:"What was taken off before gross"`
	RefundCount int64 `json:"refund_count"`
	Refunds     int64 `json:"refunds" doc:"Paid back on these business days, whenever it was sold"`
	Net         int64 `json:"net"`
	Tax         int64 `json:"tax" doc:"Tax in net"`
}

func showFigures(group order.Group) FiguresView {
	return FiguresView{
		Orders: group.Sold.Count, Gross: group.Sold.Amount, Discount: group.Sold.Discount, RefundCount: group.PaidBack.Count,
		Refunds: group.PaidBack.Amount, Net: group.Sold.Amount - group.PaidBack.Amount, Tax: group.Sold.Tax - group.PaidBack.Tax,
	}
}

// HourView is what was sold within an hour.
type HourView struct {
	Begins time.Time `json:"begins"`
	Hour   int       `json:"hour" minimum:"0" maximum:"23" doc:"On the clock of time_zone"`
	Orders int64     `json:"orders"`
	Amount int64     `json:"amount" doc:"Gross"`
}

// DayView is what was sold on a business day.
type DayView struct {
	Date string `json:"date" format:"date"`
	FiguresView
}

// BeforeView is the period before.
type BeforeView struct {
	From  string      `json:"from" format:"date"`
	To    string      `json:"to" format:"date"`
	SoFar FiguresView `json:"so_far" doc:"Up to the same moment, while the period runs; else the same as whole"`
	Whole FiguresView `json:"whole"`
	Hours []HourView  `json:"hours"`
	Days  []DayView   `json:"days"`
}

// SalesView is what stores sold on business days.
type SalesView struct {
	From       string           `json:"from" format:"date"`
	To         string           `json:"to" format:"date"`
	Running    bool             `json:"running" doc:"The last day isn't over"`
	TimeZone   string           `json:"time_zone" doc:"By whose clock hours are counted"`
	Currency   money.Currency   `json:"currency"`
	Currencies []money.Currency `json:"currencies" doc:"In which the stores sell; a report is of one"`
	FiguresView
	Hours  []HourView `json:"hours" doc:"Hours with sales, of a single day"`
	Days   []DayView  `json:"days" doc:"Days with sales or refunds, of more than one"`
	Before BeforeView `json:"before"`
}

func (a *api) sales(ctx context.Context, input *struct{ SalesQuery }) (*struct{ Body SalesView }, error) {
	output := &struct{ Body SalesView }{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		about, err := scopeOf(ctx, tx, input.SalesQuery)
		if err != nil {
			return err
		}
		output.Body, err = about.sales(ctx, tx)
		return err
	})
}

// period are the sales of the days; those of the period before end at the same moment while the period runs.
func (s scope) period() order.Period {
	from, to := s.days.text()
	return order.Period{Stores: s.ids(), From: from, To: to}
}

func (s scope) periodBefore() (whole, soFar order.Period) {
	from, to := s.days.before().text()
	whole = order.Period{Stores: s.ids(), From: from, To: to}
	soFar = whole
	if s.running {
		soFar.Until = s.now.Add(-s.days.shift())
	}
	return whole, soFar
}

// sales sums up what the report is about.
func (s scope) sales(ctx context.Context, tx *database.Tx) (SalesView, error) {
	period := s.period()
	before, soFar := s.periodBefore()
	shown := SalesView{
		From: period.From, To: period.To, Running: s.running, TimeZone: s.zone().String(), Currency: s.currency,
		Currencies: append([]money.Currency{}, s.currencies...), Before: BeforeView{From: before.From, To: before.To},
	}
	for _, part := range []struct {
		period  order.Period
		figures *FiguresView
	}{{period, &shown.FiguresView}, {before, &shown.Before.Whole}, {soFar, &shown.Before.SoFar}} {
		sums, err := part.period.Whole(ctx, tx, s.org)
		if err != nil {
			return shown, err
		}
		*part.figures = showFigures(sums)
	}
	var err error
	if shown.Hours, shown.Days, err = s.course(ctx, tx, period); err != nil {
		return shown, err
	}
	shown.Before.Hours, shown.Before.Days, err = s.course(ctx, tx, before)
	return shown, err
}

// course is how a period went: by the hour when it is a day, else by the day.
func (s scope) course(ctx context.Context, tx *database.Tx, period order.Period) ([]HourView, []DayView, error) {
	hours, shownDays := []HourView{}, []DayView{}
	if period.From == period.To {
		sums, err := period.Hours(ctx, tx, s.org, s.zone())
		for _, hour := range sums {
			hours = append(hours, HourView{
				Begins: hour.Begins.UTC(), Hour: hour.Begins.Hour(), Orders: hour.Orders, Amount: hour.Amount,
			})
		}
		return hours, shownDays, err
	}
	groups, err := period.Groups(ctx, tx, s.org, order.ByDay)
	sortGroups(groups, byKey)
	for _, group := range groups {
		shownDays = append(shownDays, DayView{Date: group.Text, FiguresView: showFigures(group)})
	}
	return hours, shownDays, err
}
