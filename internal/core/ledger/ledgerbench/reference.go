package ledgerbench

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"dangol/internal/core/ledger"
	"dangol/internal/ground/database"
	"dangol/internal/ground/journal"
)

// A reference writes the same rows into the same schema, with the same guards and as durably, but decides and gathers
// nothing.
var (
	insertPosting = database.Register("ledgerbench.insert_posting", `
		INSERT INTO ledger_posting (org_id, id, key, request_hash, at, store_id, kind, subject_id, actor_id, transfers, rejection, digest)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`)
	insertTransfer = database.Register("ledgerbench.insert_transfer", `
		INSERT INTO ledger_transfer (org_id, posting_id, line, request, action, debit_id, credit_id, asset, amount, hold_id, short)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`)
	changeOne = database.Register("ledgerbench.change_one", `
		UPDATE ledger_account SET debits = debits + $3, credits = credits + $4, available = available + $5, low = available - $6
		WHERE org_id = $1 AND id = $2`)
	changeMany = database.RegisterMany("ledgerbench.change_many", `
		UPDATE ledger_account SET debits = debits + $3, credits = credits + $4, available = available + $5, low = available - $6
		WHERE org_id = $1 AND id = $2`, `
		UPDATE ledger_account a SET debits = a.debits + u.debits, credits = a.credits + u.credits,
			available = a.available + u.net, low = a.available - u.takes
		FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
			AS u(org_id, id, debits, credits, net, takes)
		WHERE a.org_id = u.org_id AND a.id = u.id`)
	lockOne = database.Register("ledgerbench.lock_one", `
		SELECT available FROM ledger_account WHERE org_id = $1 AND id = $2 FOR UPDATE`)
	selectIDs = database.Register("ledgerbench.select_ids", `SELECT code, id FROM ledger_account WHERE org_id = $1`)
)

// chart finds accounts by code.
type chart map[string]int64

func readChart(ctx context.Context, db *database.DB) (chart, error) {
	ids := chart{}
	err := db.Read(ctx, func(tx *database.Tx) error {
		return tx.Each(ctx, selectIDs, func(row database.Scanner) error {
			var code string
			var id int64
			err := row.Scan(&code, &id)
			ids[code] = id
			return err
		}, org)
	})
	if err != nil {
		return nil, fmt.Errorf("read the chart of accounts: %w", err)
	}
	return ids, nil
}

var thirtyTwo = make([]byte, 32)

func (s sale) postingRow(at int64, rejection string) []any {
	return []any{int64(org), s.posting, s.key, thirtyTwo, at, int64(s.merchant), "sale", s.order, int64(0), int64(6), rejection, thirtyTwo}
}

// change is what a sale does to one account that has a limit.
type change struct{ id, debits, credits, net, takes int64 }

func (c change) row() []any { return []any{int64(org), c.id, c.debits, c.credits, c.net, c.takes} }

// rows are a sale's transfers, and its changes in the order of accounts.
func (s sale) rows(ids chart) (transfers [][]any, changes []change) {
	total, vat := s.total()
	add := func(debit, credit, asset string, amount int64) {
		transfers = append(transfers, []any{
			int64(org), s.posting, int64(len(transfers)), int64(len(transfers)), "move", ids[debit], ids[credit], asset, amount,
			int64(0), int64(0),
		})
	}
	for _, sku := range s.skus {
		add(sold(sku).Code, stock(sku).Code, stock(sku).Asset, 1)
		changes = append(changes, change{id: ids[stock(sku).Code], credits: 1, net: -1, takes: 1})
	}
	lot := points(s.member).Code + "@" + expires + ".0.0"
	add(drawer(s.merchant).Code, revenue(s.merchant).Code, currency, total-vat)
	add(drawer(s.merchant).Code, tax(s.merchant).Code, currency, vat)
	add(issued.Code, lot, "POINT", total/100)
	changes = append(changes, change{id: ids[lot], credits: total / 100, net: total / 100})
	slices.SortFunc(changes, func(a, b change) int { return cmp.Compare(a.id, b.id) })
	return transfers, changes
}

func (s sale) event() journal.Event { return s.unit().Events[0] }

// one writes a sale in a transaction of its own, statement by statement.
func (s sale) one(ctx context.Context, db *database.DB, ids chart) error {
	transfers, changes := s.rows(ids)
	return db.Write(ctx, func(tx *database.Tx) error {
		exec := func(statement *database.Statement, args []any) error {
			_, err := tx.Exec(ctx, statement, args...)
			return err
		}
		if err := exec(insertPosting, s.postingRow(tx.Micros(), "")); err != nil {
			return err
		}
		for _, transfer := range transfers {
			if err := exec(insertTransfer, transfer); err != nil {
				return err
			}
		}
		if err := exec(insertOrder, s.orderRow(tx.Micros())); err != nil {
			return err
		}
		for i := range s.skus {
			if err := exec(insertLine, s.lineRow(i)); err != nil {
				return err
			}
		}
		for _, changed := range changes {
			if err := exec(changeOne, changed.row()); err != nil {
				return err
			}
		}
		return journal.Append(ctx, tx, org, s.event())
	})
}

// bulkSales is how many sales the bulk reference writes in one transaction.
const bulkSales = 1024

// bulk writes many sales in one transaction, each table once and each account once.
func bulk(ctx context.Context, to *database.Writer, ids chart, sales []sale) error {
	return to.Write(ctx, func(tx *database.Tx) ([]database.Batch, error) {
		var postings, transfers, orders, lines, accounts [][]any
		events := make([]journal.Event, len(sales))
		sum := map[int64]change{}
		for i, s := range sales {
			postings = append(postings, s.postingRow(tx.Micros(), ""))
			rows, changes := s.rows(ids)
			transfers = append(transfers, rows...)
			orders = append(orders, s.orderRow(tx.Micros()))
			for line := range s.skus {
				lines = append(lines, s.lineRow(line))
			}
			for _, c := range changes {
				had := sum[c.id]
				sum[c.id] = change{
					id: c.id, debits: had.debits + c.debits, credits: had.credits + c.credits, net: had.net + c.net, takes: had.takes + c.takes,
				}
			}
			events[i] = s.event()
		}
		for _, c := range sum {
			accounts = append(accounts, c.row())
		}
		slices.SortFunc(accounts, func(a, b []any) int { return cmp.Compare(a[1].(int64), b[1].(int64)) })
		journaled, err := journal.Batches(tx.Dialect(), org, tx.Micros(), events)
		return append([]database.Batch{
			{Statement: insertPosting, Rows: postings},
			{Statement: insertTransfer, Rows: transfers},
			{Statement: insertOrder, Rows: orders},
			{Statement: insertLine, Rows: lines},
			{Statement: changeMany, Rows: accounts},
		}, journaled...), err
	})
}

// buy is a buyer in a flash sale, in a transaction of its own that locks what is left before it looks.
func buy(ctx context.Context, db *database.DB, ids chart, key string) (bought bool, err error) {
	s := sale{order: db.NewID(), posting: db.NewID(), key: key}
	id := ids[flash.Code]
	err = db.Write(ctx, func(tx *database.Tx) error {
		var left int64
		if err := tx.QueryRow(ctx, lockOne, org, id).Scan(&left); err != nil {
			return err
		}
		bought = left > 0
		rejection := ""
		if !bought {
			rejection = `{"code":"ledger.short"}`
		}
		if _, err := tx.Exec(ctx, insertPosting, s.postingRow(tx.Micros(), rejection)...); err != nil || !bought {
			return err
		}
		transfer := []any{int64(org), s.posting, int64(0), int64(0), "move", ids[flashSold.Code], id, flash.Asset, int64(1), int64(0), int64(0)}
		if _, err := tx.Exec(ctx, insertTransfer, transfer...); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, changeOne, change{id: id, credits: 1, net: -1, takes: 1}.row()...)
		return err
	})
	return bought, err
}

var (
	flash     = ledger.Account{Code: "stock:flash", Asset: "U:flash", Side: ledger.Debit, Limited: true}
	flashSold = ledger.Account{Code: "sold:flash", Asset: "U:flash", Side: ledger.Debit}
	flashFrom = ledger.Account{Code: "received:flash", Asset: "U:flash", Side: ledger.Credit}
)

// newRandom is chance of its own for one thread.
func newRandom(seed uint64, thread int) *rand.Rand {
	return rand.New(rand.NewPCG(seed, uint64(thread)))
}
