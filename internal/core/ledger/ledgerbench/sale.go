package ledgerbench

import (
	"context"
	"fmt"
	"math/rand/v2"

	"dangol/internal/core/ledger"
	"dangol/internal/ground/database"
	"dangol/internal/ground/journal"
)

const (
	org      = 1
	currency = "KRW"
	// expires is the day of the one lot that each member has.
	expires = "2030-12-31"
	// linesPerSale is how many lines a sale has, each of another SKU.
	linesPerSale = 3
)

// The business rows of a sale. The tables have the keys and the index that such tables have.
var (
	createOrders = database.Register("ledgerbench.create_orders", `
		CREATE TABLE ledgerbench_order (org_id BIGINT NOT NULL, id BIGINT NOT NULL, store_id BIGINT NOT NULL, at BIGINT NOT NULL,
			status TEXT NOT NULL, total BIGINT NOT NULL, tax BIGINT NOT NULL, number TEXT NOT NULL, PRIMARY KEY (org_id, id))`)
	createLines = database.Register("ledgerbench.create_lines", `
		CREATE TABLE ledgerbench_line (org_id BIGINT NOT NULL, order_id BIGINT NOT NULL, line BIGINT NOT NULL,
			variant_id BIGINT NOT NULL, name TEXT NOT NULL, quantity BIGINT NOT NULL, price BIGINT NOT NULL, total BIGINT NOT NULL,
			PRIMARY KEY (org_id, order_id, line))`)
	insertOrder = database.Register("ledgerbench.insert_order", `
		INSERT INTO ledgerbench_order (org_id, id, store_id, at, status, total, tax, number) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`)
	insertLine = database.Register("ledgerbench.insert_line", `
		INSERT INTO ledgerbench_line (org_id, order_id, line, variant_id, name, quantity, price, total)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`)
)

// sale is one sale as a shop makes it: an order of three lines, paid in cash, with points earned. It inserts 1 order,
// 3 lines, 6 transfers, 1 event and 1 random key, and moves 4 accounts that have a limit (three SKUs and the member's
// lot of points) and 7 that have none.
type sale struct {
	order, posting int64
	key            string
	merchant       int
	member         int
	skus           [linesPerSale]int
	prices         [linesPerSale]int64
}

// market is what is sold to whom.
type market struct {
	merchants, members, skus int
	// hot has every sale at the same merchant, with one same SKU.
	hot bool
}

// marketOf divides so many accounts that have a limit between members and SKUs.
func marketOf(accounts int) market {
	return market{merchants: max(accounts/100, 1), members: max(accounts/2, 1), skus: max(accounts/2, linesPerSale)}
}

// draw draws a sale. Its SKUs are different ones.
func (m market) draw(random *rand.Rand, newID func() int64) sale {
	s := sale{
		order: newID(), posting: newID(), key: fmt.Sprintf("%016x%016x", random.Uint64(), random.Uint64()),
		merchant: random.IntN(m.merchants), member: random.IntN(m.members),
	}
	first := random.IntN(m.skus)
	for i := range s.skus {
		s.skus[i] = (first + i*(m.skus/linesPerSale)) % m.skus
		s.prices[i] = int64(1000 + 100*random.IntN(90))
	}
	if m.hot {
		s.merchant = 0
		s.skus[0] = 0
		s.skus[1], s.skus[2] = 1+(s.skus[1]%(m.skus-1)), 1+(s.skus[2]%(m.skus-1))
	}
	return s
}

func stock(sku int) ledger.Account {
	return ledger.Account{Code: fmt.Sprintf("stock:1:%d", sku), Asset: fmt.Sprintf("U:%d", sku), Side: ledger.Debit, Limited: true}
}

func sold(sku int) ledger.Account {
	return ledger.Account{Code: fmt.Sprintf("sold:1:%d", sku), Asset: fmt.Sprintf("U:%d", sku), Side: ledger.Debit}
}

func received(sku int) ledger.Account {
	return ledger.Account{Code: fmt.Sprintf("received:1:%d", sku), Asset: fmt.Sprintf("U:%d", sku), Side: ledger.Credit}
}

func points(member int) ledger.Account {
	return ledger.Account{Code: fmt.Sprintf("points:%d", member), Asset: "POINT", Side: ledger.Credit, Limited: true, Lots: true}
}

func drawer(merchant int) ledger.Account {
	return ledger.Account{Code: fmt.Sprintf("drawer:%d", merchant), Asset: currency, Side: ledger.Debit}
}

func revenue(merchant int) ledger.Account {
	return ledger.Account{Code: fmt.Sprintf("revenue:%d", merchant), Asset: currency, Side: ledger.Credit}
}

func tax(merchant int) ledger.Account {
	return ledger.Account{Code: fmt.Sprintf("tax:%d", merchant), Asset: currency, Side: ledger.Credit}
}

var issued = ledger.Account{Code: "issued", Asset: "POINT", Side: ledger.Debit}

func (s sale) total() (total, vat int64) {
	for _, price := range s.prices {
		total += price
	}
	return total, (total + 5) / 11
}

func (s sale) unit() ledger.Unit {
	total, vat := s.total()
	unit := ledger.Unit{
		Org: org, Store: int64(s.merchant), Key: s.key, Request: []byte(s.key), Posting: s.posting, Kind: "sale", Subject: s.order,
		Transfers: make([]ledger.Transfer, 0, 6),
		Events: []journal.Event{{
			Kind: "order.paid", Store: int64(s.merchant), Subject: s.order, Body: map[string]any{"total": total, "tax": vat},
		}},
		Inserts: append(make([]ledger.Insert, 0, 1+linesPerSale), ledger.Insert{Statement: insertOrder, Args: s.orderRow(0)}),
	}
	for i, sku := range s.skus {
		unit.Transfers = append(unit.Transfers, ledger.Transfer{Debit: sold(sku), Credit: stock(sku), Amount: 1})
		unit.Inserts = append(unit.Inserts, ledger.Insert{Statement: insertLine, Args: s.lineRow(i)})
	}
	unit.Transfers = append(unit.Transfers,
		ledger.Transfer{Debit: drawer(s.merchant), Credit: revenue(s.merchant), Amount: total - vat},
		ledger.Transfer{Debit: drawer(s.merchant), Credit: tax(s.merchant), Amount: vat},
		ledger.Transfer{Debit: issued, Credit: points(s.member), Amount: total / 100, Lot: &ledger.Lot{ExpiresOn: expires}})
	return unit
}

func (s sale) orderRow(at int64) []any {
	total, vat := s.total()
	return []any{int64(org), s.order, int64(s.merchant), at, "paid", total, vat, "AB12-1-000123"}
}

func (s sale) lineRow(i int) []any {
	return []any{int64(org), s.order, int64(i), int64(s.skus[i]), "아메리카노 (HOT)", int64(1), s.prices[i], s.prices[i]}
}

// fill opens the market's accounts: every SKU is on the shelf, every member has a point.
func (m market) fill(ctx context.Context, books *ledger.Ledger, db *database.DB) error {
	const part = 1000
	for from := 0; from < m.skus; from += part {
		unit := ledger.Unit{Org: org, Key: fmt.Sprintf("fill-stock-%d", from), Posting: db.NewID(), Kind: "fill"}
		for sku := from; sku < min(from+part, m.skus); sku++ {
			unit.Transfers = append(unit.Transfers, ledger.Transfer{Debit: stock(sku), Credit: received(sku), Amount: 1_000_000_000})
		}
		if _, err := books.Commit(ctx, unit); err != nil {
			return fmt.Errorf("fill the shelves: %w", err)
		}
	}
	for from := 0; from < m.members; from += part {
		unit := ledger.Unit{Org: org, Key: fmt.Sprintf("fill-points-%d", from), Posting: db.NewID(), Kind: "fill"}
		for member := from; member < min(from+part, m.members); member++ {
			unit.Transfers = append(unit.Transfers,
				ledger.Transfer{Debit: issued, Credit: points(member), Amount: 1, Lot: &ledger.Lot{ExpiresOn: expires}})
		}
		if _, err := books.Commit(ctx, unit); err != nil {
			return fmt.Errorf("fill the wallets: %w", err)
		}
	}
	// Accounts without a limit are opened by their first sale: that belongs to no measurement.
	for from := 0; from < m.skus; from += part {
		unit := ledger.Unit{Org: org, Key: fmt.Sprintf("fill-sold-%d", from), Posting: db.NewID(), Kind: "fill"}
		for sku := from; sku < min(from+part, m.skus); sku++ {
			unit.Transfers = append(unit.Transfers, ledger.Transfer{Debit: sold(sku), Credit: stock(sku), Amount: 1})
		}
		if _, err := books.Commit(ctx, unit); err != nil {
			return fmt.Errorf("fill what was sold: %w", err)
		}
	}
	return nil
}
