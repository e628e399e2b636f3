package order

import (
	"context"
	"fmt"

	"dangol/internal/ground/database"
	"dangol/internal/ground/money"
)

var (
	selectOrderOwners = database.Register("order.select_owners", `
		SELECT id, posting_id, store_id, staff_id FROM orders WHERE org_id = $1 AND id = ANY_ID($2)`)
	selectRefundOwners = database.Register("order.select_refund_owners", `
		SELECT id, posting_id, store_id, staff_id FROM refund WHERE org_id = $1 AND id = ANY_ID($2)`)
	countOrders = database.Register("order.count", `
		SELECT (SELECT COUNT(*) FROM orders WHERE org_id = $1), (SELECT COUNT(*) FROM refund WHERE org_id = $1)`)
	countReceipts = database.Register("order.count_receipts", `SELECT COUNT(*) FROM receipt WHERE org_id = $1`)
	// A receipt's posting is its refund's, or else its order's.
	selectReceiptPostings = database.Register("order.select_receipt_postings", `
		SELECT r.number, COALESCE(f.posting_id, o.posting_id, 0) FROM receipt r
		LEFT JOIN refund f ON f.org_id = r.org_id AND f.id = r.refund_id
		LEFT JOIN orders o ON o.org_id = r.org_id AND o.id = r.order_id AND r.refund_id = 0
		WHERE r.org_id = $1 AND r.number = ANY_TEXT($2)`)
	sumTaken = database.Register("order.sum_taken", `
		SELECT t.definition_id, t.kind, t.in_drawer, o.store_id, o.device_id, o.currency,
			CAST(SUM(t.applied + t.change) AS BIGINT)
		FROM tender t JOIN orders o ON o.org_id = t.org_id AND o.id = t.order_id
		WHERE t.org_id = $1 AND t.kind <> 'cash'
		GROUP BY t.definition_id, t.kind, t.in_drawer, o.store_id, o.device_id, o.currency`)
	sumGivenBack = database.Register("order.sum_given_back", `
		SELECT t.definition_id, t.kind, t.in_drawer, f.store_id, f.device_id, o.currency, CAST(-SUM(t.amount) AS BIGINT)
		FROM refund_tender t JOIN refund f ON f.org_id = t.org_id AND f.id = t.refund_id
		JOIN orders o ON o.org_id = f.org_id AND o.id = f.order_id
		WHERE t.org_id = $1 AND t.kind <> 'cash'
		GROUP BY t.definition_id, t.kind, t.in_drawer, f.store_id, f.device_id, o.currency`)
	selectReceiptNumbers = database.Register("order.select_receipt_numbers", `
		SELECT number FROM receipt WHERE org_id = $1 AND number > $2 ORDER BY number LIMIT $3`)
	selectRegisters = database.Register("order.select_registers", `
		SELECT r.device_id, COALESCE(g.version, 0), MAX(r.sequence) FROM receipt r
		LEFT JOIN register g ON g.org_id = r.org_id AND g.id = r.device_id
		WHERE r.org_id = $1 GROUP BY r.device_id, g.version ORDER BY r.device_id`)
)

// Owner says which posting an order or a refund belongs to, and where and by whom it was made.
type Owner struct {
	Posting, Store, Staff int64
}

// OrderOwners reads the owners of those orders that exist, by id.
func OrderOwners(ctx context.Context, tx *database.Tx, org int64, orders []int64) (map[int64]Owner, error) {
	return owners(ctx, tx, selectOrderOwners, org, orders)
}

// RefundOwners reads the owners of those refunds that exist, by id.
func RefundOwners(ctx context.Context, tx *database.Tx, org int64, refunds []int64) (map[int64]Owner, error) {
	return owners(ctx, tx, selectRefundOwners, org, refunds)
}

func owners(
	ctx context.Context, tx *database.Tx, statement *database.Statement, org int64, ids database.IDs,
) (map[int64]Owner, error) {
	found := map[int64]Owner{}
	err := tx.Each(ctx, statement, func(row database.Scanner) error {
		var subject int64
		var owner Owner
		err := row.Scan(&subject, &owner.Posting, &owner.Store, &owner.Staff)
		found[subject] = owner
		return err
	}, org, ids)
	return found, err
}

// Count says how many orders and refunds there are.
func Count(ctx context.Context, tx *database.Tx, org int64) (orders, refunds int64, err error) {
	err = tx.QueryRow(ctx, countOrders, org).Scan(&orders, &refunds)
	return orders, refunds, err
}

// CountReceipts says how many receipts there are.
func CountReceipts(ctx context.Context, tx *database.Tx, org int64) (int64, error) {
	var count int64
	err := tx.QueryRow(ctx, countReceipts, org).Scan(&count)
	return count, err
}

// ReceiptPostings reads, by number, which posting issued those receipts that exist: 0 when its order or refund is gone.
func ReceiptPostings(ctx context.Context, tx *database.Tx, org int64, numbers []string) (map[string]int64, error) {
	found := map[string]int64{}
	err := tx.Each(ctx, selectReceiptPostings, func(row database.Scanner) error {
		var number string
		var posting int64
		err := row.Scan(&number, &posting)
		found[number] = posting
		return err
	}, org, database.Texts(numbers))
	return found, err
}

// ReceiptNumbers reads at most limit receipt numbers that follow, in the order of their text.
func ReceiptNumbers(ctx context.Context, tx *database.Tx, org int64, after string, limit int) ([]string, error) {
	return database.List(ctx, tx, selectReceiptNumbers, func(row database.Scanner) (string, error) {
		var number string
		err := row.Scan(&number)
		return number, err
	}, org, after, limit)
}

// EachRegister reads, for each till that has issued receipts, the sequence number that it will give out next (0 when it
// has no register) and the last that it gave out.
func EachRegister(
	ctx context.Context, tx *database.Tx, org int64, each func(device, next, last int64),
) error {
	return tx.Each(ctx, selectRegisters, func(row database.Scanner) error {
		var device, next, last int64
		if err := row.Scan(&device, &next, &last); err != nil {
			return err
		}
		each(device, next, last)
		return nil
	}, org)
}

// Taken is what a till took of a tender, less what was given back: then Amount is negative.
type Taken struct {
	Means         // without its name
	Store, Device int64
	Currency      money.Currency
	Amount        int64
}

// EachTaken reads what tills took of tenders other than cash, change included, and what they gave back, in no order.
func EachTaken(ctx context.Context, tx *database.Tx, org int64, each func(Taken)) error {
	for _, statement := range []*database.Statement{sumTaken, sumGivenBack} {
		err := tx.Each(ctx, statement, func(row database.Scanner) error {
			var taken Taken
			var drawer int64
			err := row.Scan(&taken.Definition, &taken.Kind, &drawer, &taken.Store, &taken.Device, &taken.Currency, &taken.Amount)
			taken.InDrawer = drawer == 1
			each(taken)
			return err
		}, org)
		if err != nil {
			return fmt.Errorf("sum up what was taken: %w", err)
		}
	}
	return nil
}
