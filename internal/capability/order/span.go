package order

import (
	"context"
	"errors"
	"fmt"
	"time"

	"dangol/internal/core/pricing"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
)

// maxLate bounds how many receipts are named that came after a span.
const maxLate = 200

// A receipt whose kind is that of a sale sold its order, one that names a refund paid that back: the receipt of an exchange
// did both.
var (
	sumSpanOrders = database.Register("order.sum_span_orders", `
		SELECT COUNT(*), CAST(COALESCE(SUM(o.gross), 0) AS BIGINT), CAST(COALESCE(SUM(o.discount), 0) AS BIGINT),
			CAST(COALESCE(SUM(o.net), 0) AS BIGINT), CAST(COALESCE(SUM(o.supply), 0) AS BIGINT),
			CAST(COALESCE(SUM(o.tax_included), 0) AS BIGINT), CAST(COALESCE(SUM(o.exempt), 0) AS BIGINT),
			CAST(COALESCE(SUM(o.zero_rated), 0) AS BIGINT), CAST(COALESCE(SUM(o.tax), 0) AS BIGINT),
			CAST(COALESCE(SUM(o.total), 0) AS BIGINT)
		FROM receipt r JOIN orders o ON o.org_id = r.org_id AND o.id = r.order_id
		WHERE r.org_id = $1 AND r.device_id = $2 AND r.sequence >= $3 AND r.sequence < $4 AND r.kind = 'sale'`)
	sumSpanRefunds = database.Register("order.sum_span_refunds", `
		SELECT COUNT(*), CAST(COALESCE(SUM(f.gross), 0) AS BIGINT), CAST(COALESCE(SUM(f.discount), 0) AS BIGINT),
			CAST(COALESCE(SUM(f.net), 0) AS BIGINT), CAST(COALESCE(SUM(f.supply), 0) AS BIGINT),
			CAST(COALESCE(SUM(f.tax_included), 0) AS BIGINT), CAST(COALESCE(SUM(f.exempt), 0) AS BIGINT),
			CAST(COALESCE(SUM(f.zero_rated), 0) AS BIGINT), CAST(COALESCE(SUM(f.tax), 0) AS BIGINT),
			CAST(COALESCE(SUM(f.total), 0) AS BIGINT)
		FROM receipt r JOIN refund f ON f.org_id = r.org_id AND f.id = r.refund_id
		WHERE r.org_id = $1 AND r.device_id = $2 AND r.sequence >= $3 AND r.sequence < $4 AND r.refund_id <> 0`)
	sumSpanTenders = database.Register("order.sum_span_tenders", `
		SELECT `+tenderColumns+`, COUNT(*), CAST(SUM(t.applied) AS BIGINT), CAST(SUM(t.change) AS BIGINT)
		FROM receipt r JOIN tender t ON t.org_id = r.org_id AND t.order_id = r.order_id
		WHERE r.org_id = $1 AND r.device_id = $2 AND r.sequence >= $3 AND r.sequence < $4 AND r.kind = 'sale'
		GROUP BY t.definition_id, t.kind ORDER BY t.definition_id, t.kind`)
	sumSpanRefundTenders = database.Register("order.sum_span_refund_tenders", `
		SELECT `+tenderColumns+`, CAST(SUM(t.amount) AS BIGINT)
		FROM receipt r JOIN refund_tender t ON t.org_id = r.org_id AND t.refund_id = r.refund_id
		WHERE r.org_id = $1 AND r.device_id = $2 AND r.sequence >= $3 AND r.sequence < $4 AND r.refund_id <> 0
		GROUP BY t.definition_id, t.kind ORDER BY t.definition_id, t.kind`)
	selectSpanFirst = database.Register("order.select_span_first", `
		SELECT number FROM receipt WHERE org_id = $1 AND device_id = $2 AND sequence >= $3 AND sequence < $4
		ORDER BY sequence LIMIT 1`)
	selectSpanLast = database.Register("order.select_span_last", `
		SELECT number FROM receipt WHERE org_id = $1 AND device_id = $2 AND sequence >= $3 AND sequence < $4
		ORDER BY sequence DESC LIMIT 1`)
	selectLate = database.Register("order.select_late", `
		SELECT r.number, CASE WHEN r.kind = 'sale' AND r.refund_id <> 0 THEN 'exchange' ELSE r.kind END, r.issued_at,
			CASE WHEN r.kind = 'refund' THEN COALESCE(f.total, 0) ELSE COALESCE(o.total, 0) - COALESCE(f.total, 0) END
		FROM receipt r
		LEFT JOIN orders o ON o.org_id = r.org_id AND o.id = r.order_id
		LEFT JOIN refund f ON f.org_id = r.org_id AND f.id = r.refund_id AND r.refund_id <> 0
		WHERE r.org_id = $1 AND r.device_id = $2 AND r.sequence >= $3 AND (r.sequence < $4 OR r.issued_at < $5)
		ORDER BY r.sequence LIMIT $6`)
)

// Span names the receipts of one till from a sequence number up to, not including, another. Since a till's receipts are
// numbered one after the other, no two spans that follow each other share a sale, and none is between them.
type Span struct {
	Device, From, Until int64
}

// SpanSums are what a till sold and paid back in a span. Refunds are positive amounts.
type SpanSums struct {
	Orders, Refunds int64
	Sold, PaidBack  pricing.Amounts // without the list of taxes
	Tenders         []TenderSums
	// First and Last are the first and last receipt numbers, empty when there is none.
	First, Last string
}

// Sum adds a span up.
func (s Span) Sum(ctx context.Context, tx *database.Tx, org int64) (SpanSums, error) {
	var sums SpanSums
	args := []any{org, s.Device, s.From, s.Until}
	for _, part := range []struct {
		statement *database.Statement
		count     *int64
		amounts   *pricing.Amounts
	}{{sumSpanOrders, &sums.Orders, &sums.Sold}, {sumSpanRefunds, &sums.Refunds, &sums.PaidBack}} {
		err := tx.QueryRow(ctx, part.statement, args...).Scan(append([]any{part.count}, amountFields(part.amounts)...)...)
		if err != nil {
			return sums, fmt.Errorf("sum up what a till sold: %w", err)
		}
	}
	for _, edge := range []struct {
		statement *database.Statement
		number    *string
	}{{selectSpanFirst, &sums.First}, {selectSpanLast, &sums.Last}} {
		err := tx.QueryRow(ctx, edge.statement, args...).Scan(edge.number)
		if err != nil && !errors.Is(err, database.ErrNone) {
			return sums, fmt.Errorf("read the first and last receipt of a till: %w", err)
		}
	}
	var err error
	sums.Tenders, err = sumTenders(ctx, tx, sumSpanTenders, sumSpanRefundTenders, args...)
	return sums, err
}

// Late is a receipt that came after a span. The total of an exchange is what was paid on top, below zero what was paid
// back.
type Late struct {
	Number string
	Kind   ReceiptKind
	At     time.Time
	Total  int64
}

// After reads the receipts that came after the span and before the next one begins, and those of the next ones that were
// issued before the time at which the span ended: an offline till sends them late. There are at most 200.
func (s Span) After(ctx context.Context, tx *database.Tx, org, next int64, ended time.Time) ([]Late, error) {
	return database.List(ctx, tx, selectLate, func(row database.Scanner) (Late, error) {
		var late Late
		var at int64
		err := row.Scan(&late.Number, &late.Kind, &at, &late.Total)
		late.At = clock.FromMicros(at)
		return late, err
	}, org, s.Device, s.Until, next, clock.Micros(ended), maxLate)
}
