package app_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"dangol/internal/app"
	"dangol/internal/core/ledger"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
)

// corruption is one single change that no program makes. The change touches exactly one row, or removes or adds one.
type corruption struct {
	name   string
	change string
	// check is the check that has to name it.
	check string
}

// Rows are picked by subqueries that both databases understand and that give one row.
const (
	aTransfer    = `posting_id = (SELECT MIN(posting_id) FROM ledger_transfer) AND line = 0`
	aSale        = `id = (SELECT MIN(id) FROM ledger_posting WHERE kind = 'sale')`
	aLimited     = `id = (SELECT MIN(id) FROM ledger_account WHERE limited = 1 AND available > 0)`
	anAccount    = `id = (SELECT MIN(id) FROM ledger_account WHERE debits > 0)`
	aClaim       = `posting_id = (SELECT MIN(posting_id) FROM ledger_claim)`
	aDiscount    = `order_id = (SELECT MIN(order_id) FROM order_line_discount) AND line = (SELECT MIN(line) FROM order_line_discount WHERE order_id = (SELECT MIN(order_id) FROM order_line_discount)) AND position = 1`
	anOrder      = `id = (SELECT MIN(id) FROM orders WHERE status = 'paid')`
	aLine        = `order_id = (SELECT MIN(order_id) FROM order_line) AND position = 1`
	aTender      = `order_id = (SELECT MIN(order_id) FROM tender) AND position = 1`
	aCard        = `order_id = (SELECT MIN(order_id) FROM tender WHERE kind = 'card') AND kind = 'card'`
	aRefund      = `id = (SELECT MIN(id) FROM refund)`
	aBack        = `refund_id = (SELECT MIN(refund_id) FROM refund_line) AND position = 1`
	aReceipt     = `id = (SELECT MIN(id) FROM receipt WHERE kind = 'sale')`
	aMovement    = `id = (SELECT MIN(id) FROM stock_movement WHERE kind = 'sale')`
	aDelivery    = `id = (SELECT MIN(id) FROM stock_movement WHERE kind IN ('receive', 'import'))`
	aSlip        = `id = (SELECT MIN(id) FROM stock_slip WHERE kind = 'receive')`
	aSlipLine    = `slip_id = (SELECT MIN(slip_id) FROM stock_slip_line) AND position = 0`
	aSent        = `transfer_id = (SELECT MIN(transfer_id) FROM stock_transfer_line) AND position = 0`
	anEvent      = `seq = (SELECT MAX(seq) / 2 FROM journal_event)`
	aRegister    = `id = (SELECT MIN(id) FROM register WHERE version > 1)`
	anOption     = `order_id = (SELECT MIN(order_id) FROM order_line_option) AND position = 1 AND line = (SELECT MIN(line) FROM order_line_option WHERE order_id = (SELECT MIN(order_id) FROM order_line_option))`
	aPart        = `order_id = (SELECT MIN(order_id) FROM order_line_part) AND position = 1 AND line = (SELECT MIN(line) FROM order_line_part WHERE order_id = (SELECT MIN(order_id) FROM order_line_part))`
	aBackMoney   = `refund_id = (SELECT MIN(refund_id) FROM refund_tender) AND position = 1`
	aCardSlip    = `id = (SELECT MIN(id) FROM card_slip)`
	anExchange   = `id = (SELECT MIN(id) FROM orders WHERE exchange_of <> 0)`
	aWeighed     = `grams <> 0 AND order_id = (SELECT MIN(order_id) FROM order_line WHERE grams <> 0)`
	aCashReceipt = `id = (SELECT MIN(id) FROM cash_receipt)`
)

var corruptions = []corruption{
	{"a transfer moves more than it did", `UPDATE ledger_transfer SET amount = amount + 1 WHERE ` + aTransfer, "ledger.accounts"},
	{"a transfer takes from another account", `UPDATE ledger_transfer SET debit_id = (SELECT MAX(id) FROM ledger_account) WHERE ` + aTransfer, "ledger.accounts"},
	{"a transfer gives to an account that does not exist", `UPDATE ledger_transfer SET credit_id = 1 WHERE ` + aTransfer, "ledger.orphans"},
	{"a transfer moves another asset", `UPDATE ledger_transfer SET asset = 'USD' WHERE ` + aTransfer, "ledger.orphans"},
	{"a transfer is gone", `DELETE FROM ledger_transfer WHERE ` + aTransfer, "ledger.postings"},
	{"a posting is gone", `DELETE FROM ledger_posting WHERE ` + aSale, "ledger.orphans"},
	{"a posting happened at another time", `UPDATE ledger_posting SET at = at + 1 WHERE ` + aSale, "ledger.postings"},
	{"a posting was made by someone else", `UPDATE ledger_posting SET actor_id = actor_id + 1 WHERE ` + aSale, "ledger.postings"},
	{"a posting has another key", `UPDATE ledger_posting SET key = 'other' WHERE ` + aSale, "ledger.postings"},
	{"a posting is of another kind", `UPDATE ledger_posting SET kind = 'gift' WHERE ` + aSale, "ledger.postings"},
	{"a posting is about something else", `UPDATE ledger_posting SET subject_id = 1 WHERE ` + aSale, "ledger.postings"},
	{"a posting is marked as rejected", `UPDATE ledger_posting SET rejection = '{"code":"ledger.short"}' WHERE ` + aSale, "ledger.orphans"},
	{"an account's debits are raised", `UPDATE ledger_account SET debits = debits + 1 WHERE ` + anAccount, "ledger.accounts"},
	{"an account's credits are raised", `UPDATE ledger_account SET credits = credits + 1 WHERE ` + anAccount, "ledger.accounts"},
	{"an account holds what nothing holds", `UPDATE ledger_account SET held = 1 WHERE ` + aLimited, "ledger.accounts"},
	{"an account has more available than its balance", `UPDATE ledger_account SET available = available + 1 WHERE ` + aLimited, "ledger.accounts"},
	{"an account's guard is loosened", `UPDATE ledger_account SET low = low + 1 WHERE ` + aLimited, "ledger.accounts"},
	{"a limit is taken off", `UPDATE ledger_account SET limited = 0 WHERE ` + aLimited, "ledger.accounts"},
	{"a claim is gone", `DELETE FROM ledger_claim WHERE ` + aClaim, "ledger.postings"},
	{"a claim is for something else", `UPDATE ledger_claim SET value = 'other' WHERE ` + aClaim, "ledger.postings"},
	{"a claim belongs to another posting", `UPDATE ledger_claim SET posting_id = (SELECT MAX(id) FROM ledger_posting) WHERE ` + aClaim, "ledger.postings"},
	{"an event is gone", `DELETE FROM journal_event WHERE ` + anEvent, "journal.order"},
	{"the journal's head is behind", `UPDATE journal_head SET seq = seq - 1`, "journal.order"},
	{"ids would be given out again", `UPDATE id_block SET next_block = 0`, "database.ids"},
	{"an order costs more", `UPDATE orders SET total = total + 10 WHERE ` + anOrder, "checkout.orders"},
	{"an order's tax is less", `UPDATE orders SET tax = tax + 1 WHERE ` + anOrder, "checkout.orders"},
	{"an order counts as refunded", `UPDATE orders SET status = 'refunded' WHERE ` + anOrder, "checkout.orders"},
	{"an order says that money was paid back", `UPDATE orders SET refunded = 10 WHERE ` + anOrder, "checkout.orders"},
	{"an order belongs to another posting", `UPDATE orders SET posting_id = 1 WHERE ` + anOrder, "checkout.orders"},
	{"an order is of another business day", `UPDATE orders SET business_date = '2020-01-01' WHERE ` + anOrder, "checkout.orders"},
	{"an order is gone", `DELETE FROM orders WHERE ` + anOrder, "checkout.postings"},
	{"a line has more units", `UPDATE order_line SET quantity = quantity + 1 WHERE ` + aLine, "checkout.orders"},
	{"a line costs less", `UPDATE order_line SET total = total - 10 WHERE ` + aLine, "checkout.orders"},
	{"a line is of another variant", `UPDATE order_line SET variant_id = 1 WHERE tracked = 1 AND order_id = (SELECT MIN(order_id) FROM order_line WHERE tracked = 1) AND position = (SELECT MIN(position) FROM order_line WHERE tracked = 1 AND order_id = (SELECT MIN(order_id) FROM order_line WHERE tracked = 1))`, "checkout.orders"},
	{"a line is gone", `DELETE FROM order_line WHERE ` + aLine, "checkout.orders"},
	{"a piece weighed more", `UPDATE order_line SET grams = grams + 1 WHERE ` + aWeighed, "checkout.orders"},
	{"a piece was not weighed", `UPDATE order_line SET grams = 0 WHERE ` + aWeighed, "checkout.orders"},
	{"a kilogram cost more", `UPDATE order_line SET list_price = list_price + 1000 WHERE ` + aWeighed, "checkout.orders"},
	{"a line was weighed that was not", `UPDATE order_line SET grams = 1000 WHERE ` + aLine, "checkout.orders"},
	{"a chosen option cost more", `UPDATE order_line_option SET price_delta = price_delta + 500 WHERE ` + anOption, "checkout.orders"},
	{"a line's part took more units", `UPDATE order_line_part SET quantity = quantity + 1 WHERE ` + aPart, "checkout.orders"},
	{"a line's part was another variant", `UPDATE order_line_part SET variant_id = 1 WHERE ` + aPart, "checkout.orders"},
	{"a line's part is gone", `DELETE FROM order_line_part WHERE ` + aPart, "checkout.orders"},
	{"an order was taken away", `UPDATE orders SET service = 'takeaway' WHERE id = (SELECT MIN(id) FROM orders WHERE service = 'eat_in')`, "checkout.orders"},
	{"a discount took off more", `UPDATE order_line_discount SET amount = amount + 10 WHERE ` + aDiscount, "checkout.orders"},
	{"a discount is gone", `DELETE FROM order_line_discount WHERE ` + aDiscount, "checkout.orders"},
	{"a tender paid less", `UPDATE tender SET applied = applied - 1 WHERE ` + aTender, "checkout.orders"},
	{"a tender gave more change", `UPDATE tender SET change = change + 10 WHERE ` + aTender, "checkout.orders"},
	{"a tender was another one", `UPDATE tender SET kind = 'other', definition_id = 99 WHERE ` + aTender, "checkout.tenders"},
	{"a tender lies elsewhere", `UPDATE tender SET in_drawer = 1 - in_drawer WHERE ` + aCard, "checkout.tenders"},
	{"a card's tender paid less", `UPDATE tender SET applied = applied - 1 WHERE ` + aCard, "checkout.tenders"},
	{"a refund was paid back by another tender", `UPDATE refund_tender SET kind = 'other', definition_id = 99 WHERE ` + aBackMoney, "checkout.tenders"},
	{"a tender is gone", `DELETE FROM tender WHERE ` + aTender, "checkout.orders"},
	{"a refund paid back more", `UPDATE refund SET total = total + 10 WHERE ` + aRefund, "checkout.orders"},
	{"a refund is gone", `DELETE FROM refund WHERE ` + aRefund, "checkout.postings"},
	{"a refund took back more units", `UPDATE refund_line SET quantity = quantity + 1 WHERE ` + aBack, "checkout.orders"},
	{"a card slip is of another amount", `UPDATE card_slip SET amount = amount + 1 WHERE ` + aCardSlip, "checkout.orders"},
	{"a card slip is of another tender", `UPDATE card_slip SET tender = 99 WHERE ` + aCardSlip, "checkout.slips"},
	{"a cash receipt is of another amount", `UPDATE cash_receipt SET amount = amount + 1 WHERE ` + aCashReceipt, "checkout.orders"},
	{"a refund's money went elsewhere", `UPDATE refund_tender SET amount = amount + 1 WHERE ` + aBackMoney, "checkout.orders"},
	{"an exchange forgets its other half", `UPDATE orders SET exchange_of = 0 WHERE ` + anExchange, "checkout.orders"},
	{"an exchange is gone", `DELETE FROM orders WHERE ` + anExchange, "checkout.postings"},
	{"what came back was exchanged for nothing", `UPDATE refund SET exchange_id = 0 WHERE id = (SELECT MIN(id) FROM refund WHERE exchange_id <> 0)`, "checkout.orders"},
	{"what came back carried over more", `UPDATE refund_tender SET carried = carried + 1 WHERE refund_id = (SELECT MIN(refund_id) FROM refund_tender WHERE carried > 0) AND position = 1`, "checkout.orders"},
	{"a tender of an exchange was handed over", `UPDATE tender SET carried_from = 0 WHERE order_id = (SELECT MIN(order_id) FROM tender WHERE carried_from > 0) AND carried_from = 1`, "checkout.orders"},
	{"a receipt says another total", `UPDATE receipt SET document = replace(document, '"total":', '"total":1') WHERE ` + aReceipt, "checkout.orders"},
	{"a receipt is gone", `DELETE FROM receipt WHERE ` + aReceipt, "checkout.orders"},
	{"a receipt has another number", `UPDATE receipt SET sequence = 999999 WHERE ` + aReceipt, "checkout.orders"},
	{"a register would number again", `UPDATE register SET version = 1 WHERE ` + aRegister, "checkout.registers"},
	{"a sale took more units", `UPDATE stock_movement SET quantity = quantity - 1 WHERE ` + aMovement, "stock.movements"},
	{"a sale's movement is gone", `DELETE FROM stock_movement WHERE ` + aMovement, "stock.movements"},
	{"units lie in another pool", `UPDATE stock_movement SET pool = 'web' WHERE ` + aDelivery, "stock.movements"},
	{"units lie in another location", `UPDATE stock_movement SET location_id = 1 WHERE ` + aDelivery, "stock.movements"},
	{"a slip says more units", `UPDATE stock_slip_line SET quantity = quantity + 1 WHERE ` + aSlipLine, "stock.documents"},
	{"a slip's line is gone", `DELETE FROM stock_slip_line WHERE ` + aSlipLine, "stock.documents"},
	{"a slip is of another kind", `UPDATE stock_slip SET kind = 'waste' WHERE ` + aSlip, "stock.documents"},
	{"more is on its way than was sent", `UPDATE stock_transfer_line SET sent = sent + 1 WHERE ` + aSent, "stock.transit"},
	{"a transfer counts as received", `UPDATE stock_transfer SET status = 'received' WHERE id = (SELECT MIN(id) FROM stock_transfer)`, "stock.transit"},
	{"a count was posted and moved nothing", `UPDATE stock_count SET status = 'posted' WHERE id = (SELECT MIN(id) FROM stock_count)`, "stock.documents"},
	{"a delivery brought more units", `UPDATE stock_movement SET quantity = quantity + 1 WHERE ` + aDelivery, "stock.movements"},
}

func TestVerifyNamesEverySingleCorruption(t *testing.T) {
	t.Parallel()
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			target := databasetest.Target(t, dialect)
			fill(t, target)
			if report := prove(t, target); !report.OK() || report.Transfers < 100 {
				t.Fatalf("before any corruption: %+v", report)
			}
			for _, row := range corruptions {
				t.Run(row.name, func(t *testing.T) {
					copied := databasetest.Copy(t, target)
					corrupt(t, copied, row.change)
					report := prove(t, copied)
					for _, difference := range report.Differences {
						if difference.Check == row.check {
							return
						}
					}
					t.Errorf("%s does not name it; found: %v", row.check, report.Differences)
				})
			}
		})
	}
}

func prove(t *testing.T, target database.Options) ledger.Report {
	t.Helper()
	wanted := options(target)
	wanted.ReadOnly = true
	opened, err := app.Open(context.Background(), wanted)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = opened.Close() }()
	report, err := opened.Verify(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// corrupt makes one change behind the program's back.
func corrupt(t *testing.T, target database.Options, change string) {
	t.Helper()
	driver, address := "pgx", target.URL
	if address == "" {
		driver, address = "sqlite", filepath.Join(target.Folder, database.FileName)
	}
	pool, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = pool.Close() }()
	result, err := pool.ExecContext(context.Background(), change)
	if err != nil {
		t.Fatal(err)
	}
	if touched, err := result.RowsAffected(); err != nil || touched != 1 {
		t.Fatalf("the change touched %d rows, not one (%v)", touched, err)
	}
}

func TestThereAreAtLeastThirtyCorruptions(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, row := range corruptions {
		names[row.name] = true
	}
	if len(names) < 30 || len(names) != len(corruptions) {
		t.Fatalf("%d different corruptions of %d", len(names), len(corruptions))
	}
}
