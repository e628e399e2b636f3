package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"dangol/internal/ground/database"
)

var (
	verifyBlocks = database.Register("ledger.verify_blocks", `
		SELECT number, last_group, seq, at, postings, transfers, sealed, hash FROM ledger_block
		WHERE org_id = $1 AND number > $2 ORDER BY number LIMIT 100`)
	verifyStatements = database.Register("ledger.verify_statements", `
		SELECT account_id, debits, credits, entries FROM ledger_statement
		WHERE org_id = $1 AND block = $2 AND account_id = ANY_ID($3)`)
	countStatements = database.Register("ledger.count_statements", `
		SELECT COUNT(*) FROM ledger_statement WHERE org_id = $1 AND block <= $2`)
	verifyMarks = database.Register("ledger.verify_marks", `
		SELECT COALESCE((SELECT marks FROM journal_head WHERE org_id = $1), 0), COUNT(*), COALESCE(MAX(number), 0)
		FROM ledger_group WHERE org_id = $1`)
	countPostings = database.Register("ledger.count_postings", `
		SELECT COUNT(*), COALESCE(CAST(SUM(id % 1000003) AS BIGINT), 0) FROM ledger_posting WHERE org_id = $1`)
	selectAccountCode = database.Register("ledger.select_account_code", `
		SELECT code FROM ledger_account WHERE org_id = $1 AND id = $2`)
)

// checkSeals goes through all blocks: it recomputes the chain from the digests and the events, and each statement from
// the transfers; and it proves that every posting stands in one group, and every group in its place.
func checkSeals(ctx context.Context, tx *database.Tx, org int64, found func(Difference)) error {
	c := sealCheck{org: org, found: found, totals: map[int64]totals{}}
	if err := c.blocks(ctx, tx); err != nil {
		return err
	}
	var marks, groups, last, postings, sum int64
	if err := tx.QueryRow(ctx, verifyMarks, org).Scan(&marks, &groups, &last); err != nil {
		return err
	}
	if marks != groups || marks != last {
		found(Difference{Detail: fmt.Sprintf("the journal has %d marks, there are %d groups up to %d", marks, groups, last)})
	}
	unsealed, err := unsealedPostings(ctx, tx, org, c.previous.lastGroup)
	if err != nil {
		return err
	}
	c.count(unsealed)
	if err := tx.QueryRow(ctx, countPostings, org).Scan(&postings, &sum); err != nil {
		return err
	}
	if postings != c.postings || sum != c.sum {
		found(Difference{Detail: fmt.Sprintf("there are %d postings, the groups hold %d, or others", postings, c.postings)})
	}
	var statements int64
	if err := tx.QueryRow(ctx, countStatements, org, c.previous.number).Scan(&statements); err != nil {
		return err
	}
	if statements != c.statements {
		found(Difference{Detail: fmt.Sprintf("there are %d statements, the blocks say %d", statements, c.statements)})
	}
	return nil
}

type sealCheck struct {
	org   int64
	found func(Difference)

	previous   block
	totals     map[int64]totals
	statements int64
	postings   int64
	sum        int64
}

func (c *sealCheck) count(postings []int64) {
	for _, posting := range postings {
		c.postings++
		c.sum += posting % 1000003
	}
}

func (c *sealCheck) blocks(ctx context.Context, tx *database.Tx) error {
	for {
		list, err := database.List(ctx, tx, verifyBlocks, scanBlock, c.org, c.previous.number)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, next := range list {
			if !next.sealed {
				return nil
			}
			if err := c.block(ctx, tx, next); err != nil {
				return err
			}
			c.previous = next
		}
	}
}

func (c *sealCheck) block(ctx context.Context, tx *database.Tx, next block) error {
	differs := func(format string, args ...any) {
		c.found(Difference{Detail: fmt.Sprintf("block %d: %s", next.number, fmt.Sprintf(format, args...))})
	}
	if next.number != c.previous.number+1 {
		differs("follows block %d", c.previous.number)
	}
	groups, err := readGroups(ctx, tx, c.org, c.previous.lastGroup, next.lastGroup)
	if err != nil {
		return err
	}
	for _, g := range groups {
		c.count(g.postings)
	}
	if len(groups) == 0 || groups[len(groups)-1].number != next.lastGroup {
		differs("its last group %d is not there", next.lastGroup)
		return nil
	}
	content, err := readContent(ctx, tx, c.org, c.previous, groups)
	var gone *goneError
	if errors.As(err, &gone) {
		c.found(Difference{Posting: gone.posting, Detail: fmt.Sprintf("block %d seals it, and it is gone", next.number)})
		return nil
	}
	if err != nil {
		return err
	}
	if !bytes.Equal(content.hash(c.org, c.previous, next), next.hash) {
		differs("its hash differs from what it seals: a posting, its order or an event was changed")
	}
	return c.compare(ctx, tx, next, content)
}

// compare compares a block's statements with what its transfers say.
func (c *sealCheck) compare(ctx context.Context, tx *database.Tx, next block, content *content) error {
	stored := map[int64]statement{}
	ids := database.IDs(slices.Sorted(maps.Keys(content.accounts)))
	c.statements += int64(len(ids))
	err := tx.Each(ctx, verifyStatements, func(row database.Scanner) error {
		var one statement
		var packed []byte
		if err := row.Scan(&one.account, &one.debits, &one.credits, &packed); err != nil {
			return err
		}
		one.entries, _ = unpackEntries(packed) // what can't be read differs
		stored[one.account] = one
		return nil
	}, c.org, next.number, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		want, got := content.accounts[id], stored[id]
		had := c.totals[id]
		had.debits, had.credits = had.debits+want.debits, had.credits+want.credits
		c.totals[id] = had
		if got.totals == had && slices.Equal(got.entries, want.entries) {
			continue
		}
		var code string
		if err := tx.QueryRow(ctx, selectAccountCode, c.org, id).Scan(&code); err != nil && !errors.Is(err, database.ErrNone) {
			return err
		}
		c.found(Difference{Account: code, Detail: fmt.Sprintf(
			"the statement of block %d says debits %d, credits %d in %d entries, the transfers %d, %d, %d",
			next.number, got.debits, got.credits, len(got.entries), had.debits, had.credits, len(want.entries))})
	}
	return nil
}
