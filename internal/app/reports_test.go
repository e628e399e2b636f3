package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"dangol/internal/app"
	"dangol/internal/capability/order"
	"dangol/internal/face/console"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/httpapi/httpapitest"
)

// soldAt sells one coffee at a time and gives the order.
func (b *brand) soldAt(t *testing.T, at time.Time) string {
	t.Helper()
	body := checkoutBody(b.variant)
	body["sold_at"] = at
	var sold struct {
		Order named `json:"order"`
	}
	b.till.Do("POST", "/v1/checkouts", body, "Idempotency-Key", "sale-"+at.Format(time.RFC3339)).Want(t, 200).Into(t, &sold)
	return sold.Order.ID
}

func TestSalesAreSetAgainstTheSameMomentOfTheWeekBefore(t *testing.T) {
	t.Parallel()
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			with := options(databasetest.Target(t, dialect))
			with.Clock = clock.At(until) // Monday noon in Seoul
			opened, err := app.Open(t.Context(), with)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = opened.Close() })
			b := found(t, opened, "owner")
			week := 7 * 24 * time.Hour
			earlier := b.soldAt(t, until.Add(-week-time.Hour))
			b.soldAt(t, until.Add(-week+3*time.Hour))
			b.soldAt(t, until.Add(-90*time.Minute))
			b.till.Do("POST", "/v1/orders/"+earlier+"/refunds", object{"all": true, "restock": false, "reason": "=변심"},
				"Idempotency-Key", "back").Want(t, 200)

			var sales console.SalesView
			b.owner.Do("GET", "/v1/reports/sales?store_id="+b.store, nil).Want(t, 200).Into(t, &sales)
			want := console.FiguresView{Orders: 2, Gross: 8000, RefundCount: 1, Refunds: 4000, Net: 4000, Tax: 363 + 364 - 364}
			sales.Tax = want.Tax // how tax is rounded is not the report's
			if sales.FiguresView != want || sales.From != "2026-11-23" || !sales.Running || sales.Currency != "KRW" {
				t.Errorf("today is %+v", sales)
			}
			if before := sales.Before; before.From != "2026-11-16" || before.SoFar.Gross != 4000 || before.Whole.Gross != 8000 ||
				before.Whole.Net != 8000 || len(before.Hours) != 2 || before.Hours[0].Hour != 11 || before.Hours[1].Hour != 15 {
				t.Errorf("the week before is %+v", before)
			}
			if hours := sales.Hours; len(hours) != 2 || hours[0].Hour != 10 || hours[1].Hour != 12 || hours[1].Amount != 4000 {
				t.Errorf("the hours are %+v", hours)
			}
			var refunds httpapi.List[order.RefundedView]
			b.owner.Do("GET", "/v1/refunds?from=2026-11-23&to=2026-11-23&product_id="+b.product, nil).Want(t, 200).Into(t, &refunds)
			if len(refunds.Items) != 1 || refunds.Items[0].OrderID != earlier || refunds.Items[0].Total != 4000 {
				t.Errorf("the refunds are %+v", refunds)
			}
			file := b.owner.Do("GET", "/v1/refunds/export?format=csv", nil).Want(t, 200)
			if !strings.Contains(string(file.Body), ",'=변심,") {
				t.Errorf("the refunds' file is %s", file.Body)
			}
		})
	}
}

// items reads a list to its end.
func items[T any](t *testing.T, client *httpapitest.Client, path string) []T {
	t.Helper()
	var all []T
	for cursor := ""; ; {
		var page httpapi.List[T]
		client.Do("GET", path+"&limit=7&cursor="+cursor, nil).Want(t, 200).Into(t, &page)
		all = append(all, page.Items...)
		if cursor = page.NextCursor; cursor == "" {
			return all
		}
	}
}

// TestEveryBreakdownAddsUpToTheWhole also follows each figure to what it is made of.
func TestEveryBreakdownAddsUpToTheWhole(t *testing.T) {
	t.Parallel()
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			target := databasetest.Target(t, dialect)
			fill(t, target)
			with := options(target)
			with.Clock = clock.At(until)
			opened, err := app.Open(t.Context(), with)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = opened.Close() })
			owner := httpapitest.New(opened.Handler())
			owner.Do("POST", "/v1/sessions", object{"login": "owner", "password": "dangol-demo"}).Want(t, 201)
			const period = "from=2026-11-20&to=2026-11-23"
			var whole console.SalesView
			owner.Do("GET", "/v1/reports/sales?"+period, nil).Want(t, 200).Into(t, &whole)
			if whole.Orders == 0 || whole.Refunds == 0 || whole.Net != whole.Gross-whole.Refunds || len(whole.Days) < 2 {
				t.Fatalf("the sales are %+v", whole)
			}
			var off int64
			for _, group := range items[console.GroupView](t, owner, "/v1/reports/sales/groups?"+period+"&by=discount&sort=discount") {
				off += group.Discount
			}
			if off != whole.Discount {
				t.Errorf("the discounts are %d, not %d", off, whole.Discount)
			}
			for _, by := range []string{"day", "store", "product", "category", "tender", "staff"} {
				var sums console.FiguresView
				last := int64(1 << 60)
				for _, group := range items[console.GroupView](t, owner, "/v1/reports/sales/groups?"+period+"&by="+by) {
					sums.Gross, sums.Refunds, sums.Net = sums.Gross+group.Gross, sums.Refunds+group.Refunds, sums.Net+group.Net
					if group.Net > last {
						t.Errorf("by %s, %d follows %d", by, group.Net, last)
					}
					last = group.Net
					if group.Name == "" && group.Key != "" {
						t.Errorf("by %s, %s has no name", by, group.Key)
					}
					followed(t, owner, period, by, group)
				}
				if sums.Gross != whole.Gross || sums.Refunds != whole.Refunds || sums.Net != whole.Net {
					t.Errorf("by %s it is %+v, not %+v", by, sums, whole.FiguresView)
				}
				for _, format := range []string{"csv", "xlsx"} {
					path := fmt.Sprintf("/v1/reports/sales/groups/export?%s&by=%s&format=%s", period, by, format)
					if file := owner.Do("GET", path, nil).Want(t, 200); len(file.Body) < 100 {
						t.Errorf("%s has %d bytes", path, len(file.Body))
					}
				}
			}
		})
	}
}

// followed reads the orders and refunds of which a figure is made, where there is a list of just those.
func followed(t *testing.T, owner *httpapitest.Client, period, by string, group console.GroupView) {
	t.Helper()
	filter := map[string]string{"store": "&store_id=", "staff": "&staff_id=", "tender": "&tender_id=", "product": "&product_id="}[by]
	if filter == "" {
		return
	}
	sold := items[order.View](t, owner, "/v1/orders?"+period+filter+group.Key)
	paidBack := items[order.RefundedView](t, owner, "/v1/refunds?"+period+filter+group.Key)
	if int64(len(sold)) != group.Orders || int64(len(paidBack)) != group.RefundCount {
		t.Errorf("by %s, %s says %d orders and %d refunds; listed are %d and %d", by, group.Name, group.Orders,
			group.RefundCount, len(sold), len(paidBack))
	}
	if by == "product" || by == "tender" {
		return // an order has other products, and may be paid in several ways
	}
	var gross, refunds int64
	for _, one := range sold {
		gross += one.Total
	}
	for _, one := range paidBack {
		refunds += one.Total
	}
	if gross != group.Gross || refunds != group.Refunds {
		t.Errorf("by %s, %s says %d less %d; the lists say %d less %d", by, group.Name, group.Gross, group.Refunds, gross, refunds)
	}
}
