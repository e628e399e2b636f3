package order

import (
	"context"
	"fmt"
	"time"

	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
)

// topProducts is how many products a day's report names.
const topProducts = 10

// quarterMicros is the step in which sales are counted by time: every time zone's offset is a multiple of it (the tz
// database has none finer in use).
const quarterMicros = int64(15 * time.Minute / time.Microsecond)

// tenderColumns name a tender by the definition that it was, as it was called last in the alphabet when its name changed.
const tenderColumns = `t.definition_id, t.kind, MAX(t.name), MAX(t.name_en)`

var (
	sumOrders = database.Register("order.sum_orders", `
		SELECT COUNT(*), CAST(COALESCE(SUM(total), 0) AS BIGINT), CAST(COALESCE(SUM(tax), 0) AS BIGINT),
			CAST(COALESCE(SUM(discount), 0) AS BIGINT)
		FROM orders
		WHERE org_id = $1 AND store_id = $2 AND business_date = $3`)
	sumRefunds = database.Register("order.sum_refunds", `
		SELECT COUNT(*), CAST(COALESCE(SUM(total), 0) AS BIGINT), CAST(COALESCE(SUM(tax), 0) AS BIGINT),
			CAST(COALESCE(SUM(discount), 0) AS BIGINT)
		FROM refund
		WHERE org_id = $1 AND store_id = $2 AND business_date = $3`)
	sumByQuarter = database.Register("order.sum_by_quarter", fmt.Sprintf(`
		SELECT sold_at / %[1]d, COUNT(*), CAST(SUM(total) AS BIGINT) FROM orders
		WHERE org_id = $1 AND store_id = $2 AND business_date = $3
		GROUP BY sold_at / %[1]d ORDER BY sold_at / %[1]d`, quarterMicros))
	sumByTender = database.Register("order.sum_by_tender", `
		SELECT `+tenderColumns+`, COUNT(*), CAST(SUM(t.applied) AS BIGINT), CAST(SUM(t.change) AS BIGINT) FROM orders o
		JOIN tender t ON t.org_id = o.org_id AND t.order_id = o.id
		WHERE o.org_id = $1 AND o.store_id = $2 AND o.business_date = $3
		GROUP BY t.definition_id, t.kind ORDER BY t.definition_id, t.kind`)
	sumRefundedByTender = database.Register("order.sum_refunded_by_tender", `
		SELECT `+tenderColumns+`, CAST(SUM(t.amount) AS BIGINT) FROM refund r
		JOIN refund_tender t ON t.org_id = r.org_id AND t.refund_id = r.id
		WHERE r.org_id = $1 AND r.store_id = $2 AND r.business_date = $3
		GROUP BY t.definition_id, t.kind ORDER BY t.definition_id, t.kind`)
	sumByProduct = database.Register("order.sum_by_product", `
		SELECT l.product_id, MAX(l.name), MAX(l.name_en), CAST(SUM(l.quantity) AS BIGINT), CAST(SUM(l.total) AS BIGINT)
		FROM orders o
		JOIN order_line l ON l.org_id = o.org_id AND l.order_id = o.id
		WHERE o.org_id = $1 AND o.store_id = $2 AND o.business_date = $3
		GROUP BY l.product_id ORDER BY SUM(l.total) DESC, l.product_id LIMIT $4`)
	sumByService = database.Register("order.sum_by_service", `
		SELECT service, COUNT(*), CAST(SUM(total) AS BIGINT) FROM orders
		WHERE org_id = $1 AND store_id = $2 AND business_date = $3 AND service <> ''
		GROUP BY service ORDER BY service`)
	sumByDiscount = database.Register("order.sum_by_discount", `
		SELECT d.key, d.name, MAX(d.name_en), COUNT(DISTINCT d.order_id), CAST(SUM(d.amount) AS BIGINT) FROM orders o
		JOIN order_line_discount d ON d.org_id = o.org_id AND d.order_id = o.id
		WHERE o.org_id = $1 AND o.store_id = $2 AND o.business_date = $3
		GROUP BY d.key, d.name ORDER BY SUM(d.amount) DESC, d.key, d.name LIMIT $4`)
)

// Sums are a count and what it comes to. Tax is part of Amount, Discount is not.
type Sums struct {
	Count, Amount, Tax, Discount int64
}

// HourSums are the orders that were sold within one hour of the store's clock.
type HourSums struct {
	Hour           int // 0 to 23
	Orders, Amount int64
}

// TenderSums are what was taken and paid back by one of the organisation's tenders. Change is what went back as cash of
// what was handed over beyond Amount.
type TenderSums struct {
	Means                    // InDrawer is not told
	Count                    int64
	Amount, Change, Refunded int64
}

// ProductSums are the units of one product that were sold, refunded ones included.
type ProductSums struct {
	Product      int64
	Name, NameEN string
	Quantity     int64
	Amount       int64
}

// DiscountSums are what was taken off under one name, from what was sold, refunded or not.
type DiscountSums struct {
	Key          string // as in pricing.Discount; empty for a rounding
	Name, NameEN string
	Orders       int64
	Amount       int64
}

// ServiceSums are the orders that were eaten in, or taken away.
type ServiceSums struct {
	Service        Service
	Orders, Amount int64
}

// topDiscounts is how many discounts a day's report names.
const topDiscounts = 20

// Day is what one store sold on one business day, and what it paid back on that day, whenever that was sold.
type Day struct {
	Orders, Refunds Sums
	Hours           []HourSums // those with sales, in the order in which they came
	Tenders         []TenderSums
	Products        []ProductSums  // those that brought most
	Discounts       []DiscountSums // those that took off most
	Services        []ServiceSums  // of the orders for which the till asked
}

// ReadDay sums up a store's business day. Hours are those of the zone.
func ReadDay(
	ctx context.Context, tx *database.Tx, org, store int64, businessDate string, zone *time.Location,
) (Day, error) {
	var day Day
	for _, sum := range []struct {
		statement *database.Statement
		into      *Sums
	}{{sumOrders, &day.Orders}, {sumRefunds, &day.Refunds}} {
		err := tx.QueryRow(ctx, sum.statement, org, store, businessDate).
			Scan(&sum.into.Count, &sum.into.Amount, &sum.into.Tax, &sum.into.Discount)
		if err != nil {
			return day, err
		}
	}
	err := tx.Each(ctx, sumByQuarter, func(row database.Scanner) error {
		var quarter, count, amount int64
		if err := row.Scan(&quarter, &count, &amount); err != nil {
			return err
		}
		day.addHour(clock.FromMicros(quarter*quarterMicros).In(zone).Hour(), count, amount)
		return nil
	}, org, store, businessDate)
	if err != nil {
		return day, err
	}
	if day.Tenders, err = sumTenders(ctx, tx, sumByTender, sumRefundedByTender, org, store, businessDate); err != nil {
		return day, err
	}
	day.Products, err = database.List(ctx, tx, sumByProduct, func(row database.Scanner) (ProductSums, error) {
		var sums ProductSums
		err := row.Scan(&sums.Product, &sums.Name, &sums.NameEN, &sums.Quantity, &sums.Amount)
		return sums, err
	}, org, store, businessDate, topProducts)
	if err != nil {
		return day, err
	}
	day.Services, err = database.List(ctx, tx, sumByService, func(row database.Scanner) (ServiceSums, error) {
		var sums ServiceSums
		err := row.Scan(&sums.Service, &sums.Orders, &sums.Amount)
		return sums, err
	}, org, store, businessDate)
	if err != nil {
		return day, err
	}
	day.Discounts, err = database.List(ctx, tx, sumByDiscount, func(row database.Scanner) (DiscountSums, error) {
		var sums DiscountSums
		err := row.Scan(&sums.Key, &sums.Name, &sums.NameEN, &sums.Orders, &sums.Amount)
		return sums, err
	}, org, store, businessDate, topDiscounts)
	return day, err
}

func (d *Day) addHour(hour int, orders, amount int64) {
	if last := len(d.Hours) - 1; last >= 0 && d.Hours[last].Hour == hour {
		d.Hours[last].Orders += orders
		d.Hours[last].Amount += amount
		return
	}
	d.Hours = append(d.Hours, HourSums{Hour: hour, Orders: orders, Amount: amount})
}

// sumTenders reads what each tender brought, and what went back by it.
func sumTenders(
	ctx context.Context, tx *database.Tx, taken, refunded *database.Statement, args ...any,
) ([]TenderSums, error) {
	sums, err := database.List(ctx, tx, taken, func(row database.Scanner) (TenderSums, error) {
		var one TenderSums
		err := row.Scan(&one.Definition, &one.Kind, &one.Name, &one.NameEN, &one.Count, &one.Amount, &one.Change)
		return one, err
	}, args...)
	if err != nil {
		return nil, err
	}
	err = tx.Each(ctx, refunded, func(row database.Scanner) error {
		var back TenderSums
		if err := row.Scan(&back.Definition, &back.Kind, &back.Name, &back.NameEN, &back.Refunded); err != nil {
			return err
		}
		for i := range sums {
			if sums[i].Definition == back.Definition && sums[i].Kind == back.Kind {
				sums[i].Refunded = back.Refunded
				return nil
			}
		}
		sums = append(sums, back)
		return nil
	}, args...)
	return sums, err
}
