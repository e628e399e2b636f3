package ledger_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"
	"testing"

	"dangol/internal/core/ledger"
	"dangol/internal/ground/database"
)

var (
	changeFirst = database.Register("ledgertest.change_first", `UPDATE ledger_posting SET actor_id = 99 WHERE kind = 'first'`)
	changeLater = database.Register("ledgertest.change_later", `UPDATE ledger_posting SET actor_id = 99 WHERE kind = 'later'`)
	deleteLater = database.Register("ledgertest.delete_later", `DELETE FROM ledger_statement WHERE block = 2`)
	raiseShelf  = database.Register("ledgertest.raise_shelf", `UPDATE ledger_account SET debits = debits + 1 WHERE code = 'stock:1'`)
)

func TestBooksAreProvedFromASealedBlockOn(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		change *database.Statement
		hash   string
		wants  []string // the checks that name it
	}{
		{name: "nothing was changed"},
		{name: "what was sealed before is trusted", change: changeFirst},
		{name: "a posting that was sealed after was changed", change: changeLater, wants: []string{"ledger.postings"}},
		{name: "a statement that was written after is gone", change: deleteLater, wants: []string{"ledger.seals"}},
		{name: "a balance was changed", change: raiseShelf, wants: []string{"ledger.accounts"}},
		{name: "the block has another hash than was printed", hash: "0000", wants: []string{"ledger.seals"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			each(t, func(b *bench) {
				for _, kind := range []string{"first", "later"} {
					unit := b.unit(receive(9), sell(1), earn(5, "2026-12-31"))
					unit.Kind, unit.Subject = kind, 77
					b.commitUnit(unit, nil)
					if err := b.Seal(context.Background()); err != nil {
						b.t.Fatal(err)
					}
				}
				b.must(sell(1))
				if row.change != nil {
					b.exec(row.change)
				}
				since := ledger.Since{Block: 1, Hash: row.hash}
				if row.hash == "" {
					since.Hash = b.hashOf(1)[:8]
				}
				report, err := ledger.VerifySince(context.Background(), b.db, since, nil, nil)
				if err != nil {
					b.t.Fatal(err)
				}
				for _, found := range report.Differences {
					if !slices.Contains(row.wants, found.Check) {
						b.t.Errorf("it found %v", found)
					}
					if found.Check == "ledger.postings" && (found.Posting == 0 || found.Kind != "later" || found.About != 77) {
						b.t.Errorf("it is named %+v", found)
					}
				}
				if len(row.wants) > 0 && report.OK() {
					b.t.Error("it found nothing")
				}
			})
		})
	}
}

var selectHash = database.Register("ledgertest.select_hash", `SELECT hash FROM ledger_block WHERE number = $1`)

func (b *bench) hashOf(number int64) string {
	b.t.Helper()
	var hash []byte
	err := b.db.Read(context.Background(), func(tx *database.Tx) error {
		return tx.QueryRow(context.Background(), selectHash, number).Scan(&hash)
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return hex.EncodeToString(hash)
}

func TestWhatIsCommittedMeanwhileIsNoDifference(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		b.must(receive(1_000_000))
		ctx, stop := context.WithCancel(context.Background())
		var sellers sync.WaitGroup
		for seller := range 4 {
			sellers.Go(func() {
				for n := 0; ctx.Err() == nil; n++ {
					unit := ledger.Unit{
						Org: org, Key: fmt.Sprintf("%d-%d", seller, n), Posting: b.db.NewID(), Kind: "sale",
						Transfers: []ledger.Transfer{sell(1), earn(1, "2026-12-31")},
					}
					unit.Claims = []ledger.Claim{{Scope: "receipt", Value: unit.Key}}
					if _, err := b.Commit(context.Background(), unit); err != nil {
						b.t.Errorf("commit: %v", err)
						return
					}
				}
			})
		}
		done := int64(0)
		for range 5 {
			report, err := ledger.Verify(context.Background(), b.db, nil, func(at ledger.Progress) { done = max(done, at.Done) })
			if err != nil || !report.OK() {
				b.t.Errorf("verify: %v %v", report.Differences, err)
			}
			if err := b.Seal(context.Background()); err != nil {
				b.t.Error(err)
			}
		}
		stop()
		sellers.Wait()
		if done == 0 {
			b.t.Error("it did not tell how far it is")
		}
	})
}
