package stock

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"dangol/internal/core/ledger"
	"dangol/internal/ground/database"
)

// Checks are what is proved about stock, each both ways: what the movements add up to is what the books say lies in each
// bin; what slips, transfers and stocktakes say is what moved; and what is on its way is what was sent and has not ended.
func Checks() []ledger.Check {
	return []ledger.Check{
		{Name: "stock.movements", Run: checkMovements},
		{Name: "stock.documents", Run: checkDocuments},
		{Name: "stock.transit", Run: checkTransit},
	}
}

var (
	selectSums = database.Register("stock.select_sums", `
		SELECT store_id, location_id, pool, variant_id, CAST(SUM(quantity) AS BIGINT) FROM stock_movement
		WHERE org_id = $1 GROUP BY store_id, location_id, pool, variant_id`)
	selectWays = database.Register("stock.select_ways", `
		SELECT t.to_store, l.variant_id, CAST(SUM(l.sent) AS BIGINT) FROM stock_transfer t
		JOIN stock_transfer_line l ON l.org_id = t.org_id AND l.transfer_id = t.id
		WHERE t.org_id = $1 AND t.status = 'sent' GROUP BY t.to_store, l.variant_id`)
	// Movements that were made before there were slips belong to nothing.
	selectDocumentMoves = database.Register("stock.select_document_moves", `
		SELECT posting_id, subject_id, store_id, location_id, pool, variant_id, CAST(SUM(quantity) AS BIGINT) FROM stock_movement
		WHERE org_id = $1 AND kind IN ('receive', 'adjust', 'waste', 'allocate', 'send', 'arrive', 'count') AND subject_id <> 0
		GROUP BY posting_id, subject_id, store_id, location_id, pool, variant_id`)
	selectAllSlipLines = database.Register("stock.select_all_slip_lines", `
		SELECT s.id, s.store_id, s.location_id, s.kind, s.pool, s.posting_id, l.variant_id, l.quantity FROM stock_slip s
		JOIN stock_slip_line l ON l.org_id = s.org_id AND l.slip_id = s.id WHERE s.org_id = $1`)
	selectAllTransferLines = database.Register("stock.select_all_transfer_lines", `
		SELECT t.id, t.from_store, t.from_location, t.to_store, t.to_location, t.status, t.sent_posting, t.ended_posting,
			l.variant_id, l.sent, l.received
		FROM stock_transfer t JOIN stock_transfer_line l ON l.org_id = t.org_id AND l.transfer_id = t.id WHERE t.org_id = $1`)
	selectAllCounted = database.Register("stock.select_all_counted", `
		SELECT c.id, c.store_id, c.location_id, c.posting_id, e.variant_id, e.counted - e.book FROM stock_count c
		JOIN stock_count_entry e ON e.org_id = c.org_id AND e.count_id = c.id AND e.latest = 1
		WHERE c.org_id = $1 AND c.status = 'posted' AND e.counted <> e.book`)
)

// sameUnits reports each account of which the rows say something else than the books.
func sameUnits(
	ctx context.Context, tx *database.Tx, org int64, check, prefix string, rows map[string]int64, found func(ledger.Difference),
	subject func(code string) string,
) error {
	differs := func(code string, books, moved int64) {
		found(ledger.Difference{
			Check: check, Org: org, Account: code, Subject: subject(code),
			Detail: fmt.Sprintf("the books have %d units, the rows add up to %d", books, moved),
		})
	}
	err := ledger.EachBalance(ctx, tx, org, prefix, func(code string, balance ledger.Balance) error {
		if rows[code] != balance.Posted {
			differs(code, balance.Posted, rows[code])
		}
		delete(rows, code)
		return nil
	})
	if err != nil {
		return err
	}
	for _, code := range slices.Sorted(maps.Keys(rows)) {
		if rows[code] != 0 {
			differs(code, 0, rows[code])
		}
	}
	return nil
}

func checkMovements(ctx context.Context, tx *database.Tx, org int64, found func(ledger.Difference)) error {
	sums := map[string]int64{}
	err := tx.Each(ctx, selectSums, func(row database.Scanner) error {
		var bin Bin
		var variant, sum int64
		err := row.Scan(&bin.Store, &bin.Location, &bin.Pool, &variant, &sum)
		sums[Shelf(bin, variant).Code] = sum
		return err
	}, org)
	if err != nil {
		return fmt.Errorf("add up the movements of stock: %w", err)
	}
	return sameUnits(ctx, tx, org, "stock.movements", onHandPrefix, sums, found, func(code string) string {
		_, variant, _ := parseShelf(code)
		return variantID.Format(variant)
	})
}

func checkTransit(ctx context.Context, tx *database.Tx, org int64, found func(ledger.Difference)) error {
	sums := map[string]int64{}
	err := tx.Each(ctx, selectWays, func(row database.Scanner) error {
		var store, variant, sum int64
		err := row.Scan(&store, &variant, &sum)
		sums[Transit(store, variant).Code] = sum
		return err
	}, org)
	if err != nil {
		return fmt.Errorf("add up what is on its way: %w", err)
	}
	return sameUnits(ctx, tx, org, "stock.transit", transitPrefix, sums, found, func(string) string { return "" })
}

// moving is what one document moves of a variant in a bin. For a stocktake the pool is empty: what is missing leaves
// whichever has it.
type moving struct {
	posting, subject int64
	bin              Bin
	variant          int64
}

func checkDocuments(ctx context.Context, tx *database.Tx, org int64, found func(ledger.Difference)) error {
	said := map[moving]int64{}
	counts := map[int64]bool{}
	for _, read := range []func() error{
		func() error { return saidBySlips(ctx, tx, org, said) },
		func() error { return saidByTransfers(ctx, tx, org, said) },
		func() error { return saidByStocktakes(ctx, tx, org, said, counts) },
	} {
		if err := read(); err != nil {
			return err
		}
	}
	moved := map[moving]int64{}
	err := tx.Each(ctx, selectDocumentMoves, func(row database.Scanner) error {
		var m moving
		var quantity int64
		err := row.Scan(&m.posting, &m.subject, &m.bin.Store, &m.bin.Location, &m.bin.Pool, &m.variant, &quantity)
		if counts[m.subject] {
			m.bin.Pool = ""
		}
		moved[m] += quantity
		return err
	}, org)
	if err != nil {
		return fmt.Errorf("read what documents moved: %w", err)
	}
	all := maps.Clone(said)
	maps.Copy(all, moved)
	for m := range all {
		if said[m] != moved[m] {
			found(ledger.Difference{
				Check: "stock.documents", Org: org, Posting: m.posting, Subject: variantID.Format(m.variant),
				Detail: fmt.Sprintf("document %d says %d units, its movements are %d", m.subject, said[m], moved[m]),
			})
		}
	}
	return nil
}

func saidBySlips(ctx context.Context, tx *database.Tx, org int64, said map[moving]int64) error {
	return tx.Each(ctx, selectAllSlipLines, func(row database.Scanner) error {
		var slip Slip
		var line SlipLine
		err := row.Scan(&slip.ID, &slip.Store, &slip.Location, &slip.Kind, &slip.Pool, &slip.Posting, &line.Variant, &line.Quantity)
		if err != nil {
			return err
		}
		_, moves := slip.moves(line)
		for _, m := range moves {
			said[moving{slip.Posting, slip.ID, Bin{m.Store, m.Location, m.Pool}, m.Variant}] += m.Quantity
		}
		return nil
	}, org)
}

func saidByTransfers(ctx context.Context, tx *database.Tx, org int64, said map[moving]int64) error {
	return tx.Each(ctx, selectAllTransferLines, func(row database.Scanner) error {
		t := Transfer{From: Bin{Pool: Till}, To: Bin{Pool: Till}}
		var line TransferLine
		err := row.Scan(&t.ID, &t.From.Store, &t.From.Location, &t.To.Store, &t.To.Location, &t.Status, &t.SentPosting,
			&t.EndedPosting, &line.Variant, &line.Sent, &line.Received)
		if err != nil {
			return err
		}
		said[moving{t.SentPosting, t.ID, t.From, line.Variant}] -= line.Sent
		into := t.To
		if t.Status == Cancelled {
			into = t.From
		}
		if t.Status != Sent {
			said[moving{t.EndedPosting, t.ID, into, line.Variant}] += line.Received
		}
		return nil
	}, org)
}

func saidByStocktakes(ctx context.Context, tx *database.Tx, org int64, said map[moving]int64, counts map[int64]bool) error {
	return tx.Each(ctx, selectAllCounted, func(row database.Scanner) error {
		var m moving
		var difference int64
		err := row.Scan(&m.subject, &m.bin.Store, &m.bin.Location, &m.posting, &m.variant, &difference)
		counts[m.subject] = true
		said[m] += difference
		return err
	}, org)
}
