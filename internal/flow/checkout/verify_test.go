package checkout_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"dangol/internal/capability/catalog"
	"dangol/internal/capability/stock"
	"dangol/internal/core/ledger"
	"dangol/internal/flow/checkout"
	"dangol/internal/ground/database"
)

// corruption is one thing that is changed behind the program's back. Within the statement, $1 is the organisation.
type corruption struct {
	name string
	sql  string
	// names are parts of one difference that must be found. ORDER, REFUND and NUMBER stand for the ids of the order,
	// which was refunded in part, of that refund, and for the receipt number of the sale.
	names []string
}

var corruptions = []corruption{
	{"an order's total", `UPDATE orders SET total = total + 10 WHERE org_id = $1`, []string{"checkout.orders", "ORDER", "total is"}},
	{"an order's tax", `UPDATE orders SET tax = tax + 1 WHERE org_id = $1`, []string{"ORDER", "tax is"}},
	{"an order's change", `UPDATE orders SET change = change + 10 WHERE org_id = $1`, []string{"ORDER", "change is"}},
	{"an order's refunded sum", `UPDATE orders SET refunded = refunded - 1 WHERE org_id = $1`, []string{"ORDER", "what was refunded is"}},
	{"an order's status", `UPDATE orders SET status = 'paid' WHERE org_id = $1`, []string{"ORDER", `"partly_refunded"`}},
	{"an order's store", `UPDATE orders SET store_id = store_id + 1 WHERE org_id = $1`, []string{"ORDER", "account revenue:"}},
	{"an order's merchant", `UPDATE orders SET merchant_id = merchant_id + 1 WHERE org_id = $1`, []string{"ORDER", "account tax:"}},
	{"an order's till", `UPDATE orders SET device_id = device_id + 1 WHERE org_id = $1`, []string{"ORDER", "account drawer:"}},
	{"an order's cashier", `UPDATE orders SET staff_id = staff_id + 1 WHERE org_id = $1`, []string{"checkout.postings", "ORDER", "its posting in store"}},
	{"an order's currency", `UPDATE orders SET currency = 'USD' WHERE org_id = $1`, []string{"ORDER", ":USD", "the rows say"}},
	{"an order's business day", `UPDATE orders SET business_date = '2026-11-24' WHERE org_id = $1`, []string{"ORDER", "2026-11-24"}},
	{"an order's call number", `UPDATE orders SET call_number = 77 WHERE org_id = $1`, []string{"ORDER", `call "77"`}},
	{"an order's posting", `UPDATE orders SET posting_id = posting_id + 1 WHERE org_id = $1`, []string{"ORDER", "belongs to posting"}},
	{"a line's quantity", `UPDATE order_line SET quantity = quantity + 1 WHERE org_id = $1 AND position = 1`, []string{"ORDER", "line 1: gross is"}},
	{"a line's variant", `UPDATE order_line SET variant_id = variant_id + 1 WHERE org_id = $1 AND tracked = 1`, []string{"ORDER", "account stock:"}},
	{"a line's name", `UPDATE order_line SET name = 'x' WHERE org_id = $1 AND position = 1`, []string{"ORDER", "line 1 shows"}},
	{"that a line was counted", `UPDATE order_line SET tracked = 0 WHERE org_id = $1`, []string{"ORDER", "account sold:"}},
	{"a line that is gone", `DELETE FROM order_line WHERE org_id = $1 AND position = 2`, []string{"ORDER", "the order's gross is"}},
	{"a line's option", `UPDATE order_line_option SET price_delta = price_delta + 100 WHERE org_id = $1`, []string{"ORDER", "unit price is"}},
	{"a line's tax", `UPDATE order_line_tax SET amount = amount + 1 WHERE org_id = $1 AND line = 1`, []string{"ORDER", "line 1: tax is"}},
	{"a tender's amount", `UPDATE tender SET applied = applied - 10 WHERE org_id = $1`, []string{"ORDER", "what the tenders pay is"}},
	{"a tender's kind", `UPDATE tender SET kind = 'gold' WHERE org_id = $1`, []string{"ORDER", "account tender:"}},
	{"a refund's total", `UPDATE refund SET total = total - 1 WHERE org_id = $1`, []string{"REFUND", "the refund's total is"}},
	{"that a refund went back on the shelf", `UPDATE refund SET restock = 0 WHERE org_id = $1`, []string{"REFUND", "account stock:"}},
	{"a refund's quantity", `UPDATE refund_line SET quantity = quantity + 9 WHERE org_id = $1`, []string{"ORDER", "units were refunded"}},
	{"what a refund paid back", `UPDATE refund_tender SET amount = amount + 1 WHERE org_id = $1`, []string{"REFUND", "what was paid back is"}},
	{"a refund that is gone", `DELETE FROM refund WHERE org_id = $1`, []string{"REFUND", "does not exist"}},
	{"an order that is gone", `DELETE FROM orders WHERE org_id = $1`, []string{"ORDER", "the sale that it posts does not exist"}},
	{"a receipt's total", `UPDATE receipt SET document = REPLACE(document, '"total":', '"total":1') WHERE org_id = $1 AND kind = 'sale'`, []string{"ORDER", "the total is"}},
	{"a receipt's number", `UPDATE receipt SET number = 'ZZ99-1-000009' WHERE org_id = $1 AND kind = 'sale'`, []string{"checkout.receipts", "NUMBER", "its receipt does not exist"}},
	{"a receipt's sequence", `UPDATE receipt SET sequence = sequence + 1000 WHERE org_id = $1 AND kind = 'sale'`, []string{"checkout.registers", "it has issued number"}},
	{"a receipt that is gone", `DELETE FROM receipt WHERE org_id = $1 AND kind = 'refund'`, []string{"ORDER", "is missing"}},
	{"a claim that is gone", `DELETE FROM ledger_claim WHERE org_id = $1`, []string{"NUMBER", "is not claimed"}},
	{"a claim of another posting", `UPDATE ledger_claim SET posting_id = posting_id + 1 WHERE org_id = $1`, []string{"NUMBER", "was issued by posting"}},
	{"a register that counts again", `UPDATE register SET version = 1 WHERE org_id = $1`, []string{"checkout.registers", "its next receipt is number 1"}},
	{"a posting that is gone", `DELETE FROM ledger_posting WHERE org_id = $1 AND kind = 'sale'`, []string{"ORDER", "its posting does not exist"}},
	{"a transfer's amount", `UPDATE ledger_transfer SET amount = amount + 1 WHERE org_id = $1 AND asset = 'KRW' AND line = 0`, []string{"ORDER", "account revenue:", "the rows say"}},
	{"a transfer that is gone", `DELETE FROM ledger_transfer WHERE org_id = $1 AND asset = 'KRW' AND line = 1`, []string{"ORDER", "account tax:"}},
}

var statements = func() []*database.Statement {
	all := make([]*database.Statement, len(corruptions))
	for i, one := range corruptions {
		all[i] = database.Register(fmt.Sprintf("checkout_test.corruption_%d", i), one.sql)
	}
	return all
}()

// TestVerifyNamesWhatWasChanged changes one thing after the other in the rows of a shop that has sold and refunded, and
// undoes each: the transaction in which the checks look is never committed.
func TestVerifyNamesWhatWasChanged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		size := s.group("사이즈", 0, 1, catalog.Option{Name: "크게", Delta: 500})
		coffee := s.stockUp(good{name: "아메리카노", price: 4500, left: -1, groups: []int64{size.ID}})
		note := s.stockUp(good{name: "공책", price: 3000, left: 9})
		sold := s.sell(11000, line(coffee, 1, size.Options[0].ID), line(note, 2))
		var refunded checkout.RefundedView
		s.send(call{path: "/v1/orders/" + sold.Order.ID + "/refunds", key: s.key(), body: object{
			"lines": []object{{"line_id": sold.Order.Lines[1].ID, "quantity": 1}}, "restock": true,
		}}).into(t, &refunded)
		s.verify()
		words := strings.NewReplacer("ORDER", sold.Order.ID, "REFUND", refunded.Refund.ID, "NUMBER", sold.Receipt.Number)
		for i, one := range corruptions {
			found := s.corrupted(statements[i])
			named := slices.ContainsFunc(found, func(difference string) bool {
				return !slices.ContainsFunc(one.names, func(name string) bool { return !strings.Contains(difference, words.Replace(name)) })
			})
			if !named {
				t.Errorf("%s: want a difference with %q, found\n%s", one.name, one.names, strings.Join(found, "\n"))
			}
		}
		s.verify()
	})
}

// errUndo ends a transaction that is not to be kept.
var errUndo = errors.New("undo")

// corrupted runs the checks after a statement, and undoes it.
func (s *shop) corrupted(statement *database.Statement) []string {
	s.t.Helper()
	ctx := context.Background()
	var found []string
	err := s.db.Write(ctx, func(tx *database.Tx) error {
		if touched, err := tx.Exec(ctx, statement, s.org); err != nil || touched == 0 {
			return fmt.Errorf("%s touched %d rows: %w", statement.Name(), touched, err)
		}
		for _, check := range append(checkout.Checks(), stock.Checks()...) {
			err := check.Run(ctx, tx, s.org, func(difference ledger.Difference) {
				difference.Check = check.Name
				found = append(found, difference.String())
			})
			if err != nil {
				return err
			}
		}
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		s.t.Errorf("%s: %v", statement.Name(), err)
	}
	return found
}
