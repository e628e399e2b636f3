package order

import (
	"context"
	"fmt"
	"math"
	"time"

	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
)

// quarterMicros is the step in which sales are counted by time: every time zone's offset is a multiple of it (the tz
// database has none finer in use).
const quarterMicros = int64(15 * time.Minute / time.Microsecond)

// tenderColumns name a tender by the definition that it was, as it was called last in the alphabet when its name changed.
const tenderColumns = `t.definition_id, t.kind, MAX(t.name), MAX(t.name_en)`

// maxGroups bounds what sales are broken down into: no shop sells more products.
const maxGroups = 50_000

// Dimension is what sales are broken down by.
type Dimension string

// The dimensions that orders know of themselves.
const (
	ByNothing Dimension = ""
	ByDay     Dimension = "day"
	ByStore   Dimension = "store"
	ByStaff   Dimension = "staff" // who sold, and who paid back
	ByTender  Dimension = "tender"
	ByProduct Dimension = "product"
	// ByDiscount is what was taken off under each name: orders and discounts only, and nothing of refunds.
	ByDiscount Dimension = "discount"
)

// breakdown are the two statements of a dimension: what was sold, and what was paid back, nil when that isn't known.
type breakdown struct{ sold, paidBack *database.Statement }

// SQLite follows a CROSS JOIN from left to right, so that it begins with the few orders of the period; PostgreSQL takes it
// for any other join.
var breakdowns = map[Dimension]breakdown{
	ByNothing: wholes("all", "0, ''", ""),
	ByDay:     wholes("day", "0, business_date", "GROUP BY business_date ORDER BY business_date"),
	ByStore:   wholes("store", "store_id, ''", "GROUP BY store_id ORDER BY store_id"),
	ByStaff:   wholes("staff", "staff_id, ''", "GROUP BY staff_id ORDER BY staff_id"),
	ByTender: {
		database.Register("order.sum_sold_by_tender", `
			SELECT t.definition_id, '', MAX(t.name), MAX(t.name_en), COUNT(DISTINCT t.order_id), 0, 0,
				CAST(SUM(t.applied) AS BIGINT), 0, 0
			FROM orders o CROSS JOIN tender t
			WHERE `+soldWithin("o.")+` AND t.org_id = o.org_id AND t.order_id = o.id
			GROUP BY t.definition_id ORDER BY t.definition_id LIMIT $6`),
		database.Register("order.sum_paid_back_by_tender", `
			SELECT t.definition_id, '', MAX(t.name), MAX(t.name_en), COUNT(DISTINCT t.refund_id), 0, 0,
				CAST(SUM(t.amount) AS BIGINT), 0, 0
			FROM refund r CROSS JOIN refund_tender t
			WHERE `+paidBackWithin("r.")+` AND t.org_id = r.org_id AND t.refund_id = r.id
			GROUP BY t.definition_id ORDER BY t.definition_id LIMIT $6`),
	},
	ByProduct: {
		database.Register("order.sum_sold_by_product", `
			SELECT l.product_id, '', MAX(l.name), MAX(l.name_en), COUNT(DISTINCT l.order_id), CAST(SUM(l.quantity) AS BIGINT),
				CAST(SUM(l.grams) AS BIGINT), CAST(SUM(l.total) AS BIGINT), CAST(SUM(l.discount) AS BIGINT), CAST(SUM(l.tax) AS BIGINT)
			FROM orders o CROSS JOIN order_line l
			WHERE `+soldWithin("o.")+` AND l.org_id = o.org_id AND l.order_id = o.id GROUP BY l.product_id ORDER BY l.product_id LIMIT $6`),
		database.Register("order.sum_paid_back_by_product", `
			SELECT l.product_id, '', MAX(l.name), MAX(l.name_en), COUNT(DISTINCT f.refund_id), CAST(SUM(f.quantity) AS BIGINT),
				CAST(SUM(l.grams * f.quantity) AS BIGINT),
				CAST(SUM(f.total) AS BIGINT), CAST(SUM(f.discount) AS BIGINT), CAST(SUM(f.tax) AS BIGINT)
			FROM refund r CROSS JOIN refund_line f CROSS JOIN order_line l
			WHERE `+paidBackWithin("r.")+` AND f.org_id = r.org_id AND f.refund_id = r.id
				AND l.org_id = r.org_id AND l.order_id = r.order_id AND l.position = f.line
			GROUP BY l.product_id ORDER BY l.product_id LIMIT $6`),
	},
	ByDiscount: {sold: database.Register("order.sum_sold_by_discount", `
		SELECT 0, d.key || ':' || d.name, d.name, MAX(d.name_en), COUNT(DISTINCT d.order_id), 0, 0, 0, CAST(SUM(d.amount) AS BIGINT), 0
		FROM orders o CROSS JOIN order_line_discount d
		WHERE `+soldWithin("o.")+` AND d.org_id = o.org_id AND d.order_id = o.id
		GROUP BY d.key, d.name ORDER BY d.key, d.name LIMIT $6`)},
}

var sumByQuarter = database.Register("order.sum_by_quarter", fmt.Sprintf(`
	SELECT sold_at / %[1]d, COUNT(*), CAST(SUM(total) AS BIGINT) FROM orders
	WHERE %[2]s GROUP BY sold_at / %[1]d ORDER BY sold_at / %[1]d LIMIT $6`, quarterMicros, soldWithin("")))

// wholes registers the statements of a dimension that whole orders and refunds have.
func wholes(name, key, group string) breakdown {
	const sums = `COUNT(*), 0, 0, CAST(COALESCE(SUM(total), 0) AS BIGINT), CAST(COALESCE(SUM(discount), 0) AS BIGINT),
		CAST(COALESCE(SUM(tax), 0) AS BIGINT)`
	return breakdown{
		database.Register("order.sum_sold_"+name,
			`SELECT `+key+`, '', '', `+sums+` FROM orders WHERE `+soldWithin("")+` `+group+` LIMIT $6`),
		database.Register("order.sum_paid_back_"+name,
			`SELECT `+key+`, '', '', `+sums+` FROM refund WHERE `+paidBackWithin("")+` `+group+` LIMIT $6`),
	}
}

func soldWithin(table string) string     { return within(table, "sold_at") }
func paidBackWithin(table string) string { return within(table, "refunded_at") }

// within begins with the store and its business days, for which there is an index: the plus sign keeps SQLite from reading
// by time instead.
func within(table, at string) string {
	return fmt.Sprintf(`%[1]sorg_id = $1 AND %[1]sstore_id = ANY_ID($2) AND %[1]sbusiness_date >= $3
		AND %[1]sbusiness_date <= $4 AND +%[1]s%[2]s < $5`, table, at)
}

// Period says which sales are summed up: those of the stores on business days, and what was paid back on them, whenever
// that was sold.
type Period struct {
	Stores   []int64
	From, To string // business days, both included
	// Until leaves out what was sold or paid back then or later; the zero time leaves out nothing.
	Until time.Time
}

func (p Period) args(org int64) []any {
	until := int64(math.MaxInt64)
	if !p.Until.IsZero() {
		until = clock.Micros(p.Until)
	}
	return []any{org, database.IDs(p.Stores), p.From, p.To, until, maxGroups}
}

// Sums are a count and what it comes to. Tax is part of Amount; discounts are taken off it already. A piece that was weighed
// is one of Units, and Grams are what such pieces weighed.
type Sums struct {
	Count, Units, Grams, Amount, Discount, Tax int64
}

// Group is one part of what was sold and paid back. Either ID or Text says which, by the dimension. Units and Grams are counted of
// products only. Products and tenders have one of the names under which
// they were sold and taken.
type Group struct {
	ID             int64
	Text           string
	Name, NameEN   string
	Sold, PaidBack Sums
}

// Groups sums up the period by a dimension, in no order that matters: each group sold something or paid something back.
func (p Period) Groups(ctx context.Context, tx *database.Tx, org int64, by Dimension) ([]Group, error) {
	type key struct {
		id   int64
		text string
	}
	var groups []Group
	places := map[key]int{}
	read := func(statement *database.Statement, sums func(*Group) *Sums) error {
		return tx.Each(ctx, statement, func(row database.Scanner) error {
			var of Group
			var read Sums
			err := row.Scan(&of.ID, &of.Text, &of.Name, &of.NameEN, &read.Count, &read.Units, &read.Grams, &read.Amount,
				&read.Discount, &read.Tax)
			if err != nil {
				return err
			}
			at, known := places[key{of.ID, of.Text}]
			if !known {
				at = len(groups)
				places[key{of.ID, of.Text}] = at
				groups = append(groups, of)
			}
			*sums(&groups[at]) = read
			return nil
		}, p.args(org)...)
	}
	if err := read(breakdowns[by].sold, func(group *Group) *Sums { return &group.Sold }); err != nil {
		return nil, fmt.Errorf("sum up sales by %q: %w", by, err)
	}
	if breakdowns[by].paidBack == nil {
		return groups, nil
	}
	if err := read(breakdowns[by].paidBack, func(group *Group) *Sums { return &group.PaidBack }); err != nil {
		return nil, fmt.Errorf("sum up refunds by %q: %w", by, err)
	}
	return groups, nil
}

// Whole sums up the period.
func (p Period) Whole(ctx context.Context, tx *database.Tx, org int64) (Group, error) {
	groups, err := p.Groups(ctx, tx, org, ByNothing)
	if err != nil {
		return Group{}, err
	}
	return groups[0], nil
}

// HourSums are the orders that were sold within one hour of a clock.
type HourSums struct {
	Begins         time.Time
	Orders, Amount int64
}

// Hours are those hours of the zone's clock in which something was sold, in the order in which they came.
func (p Period) Hours(ctx context.Context, tx *database.Tx, org int64, zone *time.Location) ([]HourSums, error) {
	var hours []HourSums
	err := tx.Each(ctx, sumByQuarter, func(row database.Scanner) error {
		var quarter, count, amount int64
		if err := row.Scan(&quarter, &count, &amount); err != nil {
			return err
		}
		local := clock.FromMicros(quarter * quarterMicros).In(zone)
		begins := local.Add(-time.Duration(local.Minute()) * time.Minute)
		if last := len(hours) - 1; last < 0 || !hours[last].Begins.Equal(begins) {
			hours = append(hours, HourSums{Begins: begins})
		}
		hours[len(hours)-1].Orders += count
		hours[len(hours)-1].Amount += amount
		return nil
	}, p.args(org)...)
	if err != nil {
		return nil, fmt.Errorf("sum up sales by the hour: %w", err)
	}
	return hours, nil
}

// TenderSums are what was taken and paid back by one of the organisation's tenders. Change is what went back as cash of
// what was handed over beyond Amount.
type TenderSums struct {
	Means                    // InDrawer is not told
	Count                    int64
	Amount, Change, Refunded int64
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
