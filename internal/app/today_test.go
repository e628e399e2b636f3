package app_test

import (
	"slices"
	"testing"
	"time"

	"dangol/internal/app"
	"dangol/internal/face/console"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/httpapi/httpapitest"
)

// today reads what somebody sees on the owner's page.
func today(t *testing.T, client *httpapitest.Client) console.TodayView {
	t.Helper()
	var shown console.TodayView
	client.Do("GET", "/v1/reports/today", nil).Want(t, 200).Into(t, &shown)
	return shown
}

// kinds are the problems that are told of a store, in their order.
func kinds(shown console.TodayView, store string) []string {
	var list []string
	for _, problem := range shown.Problems {
		if problem.StoreID == store {
			list = append(list, string(problem.Kind))
		}
	}
	return list
}

func TestTheOwnersPageTellsWhatSomebodyShouldLookAt(t *testing.T) {
	t.Parallel()
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			hands := clock.At(until) // Monday noon in Seoul
			with := options(databasetest.Target(t, dialect))
			with.Clock = hands
			opened, err := app.Open(t.Context(), with)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = opened.Close() })
			b := found(t, opened, "owner")

			shown := today(t, b.owner)
			if got := kinds(shown, b.store); got != nil {
				t.Errorf("in a store where all is well: %v", got)
			}
			if len(shown.Stores) != 2 || shown.LeftOut != 0 || shown.Stores[0].Net != 4000 || shown.Stores[0].Orders != 1 ||
				shown.Stores[1].Orders != 0 || shown.Sales.Orders != 1 || shown.Stores[0].Day != nil {
				t.Errorf("the stores are %+v", shown.Stores)
			}

			b.work(t)
			b.owner.Do("PUT", "/v1/stock/"+b.counted+"/minimum", object{"store_id": b.store, "minimum": 3}).Want(t, 200)
			b.owner.Do("PUT", "/v1/stores/"+b.store+"/sold-out", object{"sold_out": true, "variant_ids": []any{b.variant}}).Want(t, 200)
			b.till.Do("POST", "/v1/shifts/"+b.shift+"/close", object{"counted": 1000, "taken_out": 0}, "Idempotency-Key", "close").Want(t, 200)
			hands.Advance(2 * time.Minute) // nobody prints what is queued
			shown = today(t, b.owner)
			want := []string{"print.jobs", "shift.difference", "stock.low", "sold_out"}
			if got := kinds(shown, b.store); !slices.Equal(got, want) {
				t.Errorf("told are %v, not %v", got, want)
			}
			for _, problem := range shown.Problems {
				switch problem.Kind {
				case "shift.difference":
					if problem.Difference != 1000 || problem.SubjectID != b.shift || problem.Name != "1번" || problem.Currency != "KRW" {
						t.Errorf("the difference is %+v", problem)
					}
				case "stock.low":
					if problem.Count != 1 || problem.Gone != 1 {
						t.Errorf("what runs low is %+v", problem)
					}
				case "print.jobs":
					if problem.Count != 1 {
						t.Errorf("what waits is %+v", problem)
					}
				}
			}
			store := shown.Stores[0]
			if store.Day == nil || store.Day.ID != b.day || store.OpenTills != 0 || store.Closing == nil || store.Closing.Difference != 1000 ||
				store.Closing.Number != 1 {
				t.Errorf("the store stands as %+v", store)
			}

			b.till.Do("POST", "/v1/shifts", object{"float": 0}, "Idempotency-Key", "again").Want(t, 201)
			hands.Set(until.Add(20 * time.Hour)) // eight the next morning: the day was not closed, and is still open
			b.owner = signIn(t, opened, "owner")
			want = []string{"print.jobs", "day.not_closed", "shift.difference", "stock.low", "sold_out"}
			if got := kinds(today(t, b.owner), b.store); !slices.Equal(got, want) {
				t.Errorf("the next morning told are %v, not %v", got, want)
			}

			change := storeBody(b.merchant)
			change["hours"] = []any{object{"weekday": 2, "opens_minute": 8 * 60, "closes_minute": 20 * 60}}
			b.owner.Do("PUT", "/v1/stores/"+b.store, change, "If-Match", "1").Want(t, 200)
			b.owner.Do("POST", "/v1/business-days/"+b.day+"/close", nil).Want(t, 200)
			hands.Set(until.Add(26 * time.Hour)) // Tuesday, two in the afternoon
			b.owner = signIn(t, opened, "owner")
			want = []string{"day.not_opened", "print.jobs", "shift.not_closed", "shift.difference", "stock.low", "sold_out"}
			if got := kinds(today(t, b.owner), b.store); !slices.Equal(got, want) {
				t.Errorf("during its hours told are %v, not %v", got, want)
			}
		})
	}
}
