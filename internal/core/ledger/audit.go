package ledger

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/maphash"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"

	"dangol/internal/ground/database"
)

// An audit proves what one organisation has committed. Each posting is read once: a block at a time, several blocks at
// once, each in a short snapshot of its own, for what is sealed never changes. What the blocks say of an account is added
// up in their order, and compared with its row and its statements. What is not sealed yet is read in one last snapshot,
// with the rows of the accounts that have moved meanwhile.
//
// That finds whether anything is wrong. Queries that look through everything to name it are run only then.

const (
	// auditAccounts is how many accounts one snapshot reads.
	auditAccounts = 5000
	// auditLeft is how many new blocks are left to the last snapshot.
	auditLeft = 4
)

type audit struct {
	db    *database.DB
	org   int64
	since Since
	// found hears of differences, from several at once, progress of how many postings of how many have been read.
	found    func(check string, d Difference)
	progress func(done, total int64)

	began    int64 // the group that was the last when it began
	from     block // after which it proves
	previous block // the last one that was proved
	index    map[int64]int32
	accounts []auditedAccount
	assets   map[string]string

	postings, transfers, claims int64                                       // how many there are to be
	sum                         int64                                       // of the ids of postings
	done, total                 int64                                       // of postings that are read
	count                       struct{ postings, transfers, claims int64 } // how many there are
	seed                        maphash.Seed
}

// auditedAccount is an account as its row has it, and as its entries say.
type auditedAccount struct {
	id    int64
	asset string
	side  Side
	row   totals
	totals
	// statements is a sum over what its statements should say.
	statements uint64
	counted    bool
	moved      bool // since its row was read
}

var (
	auditStart = database.Register("ledger.audit_start", `
		SELECT COALESCE((SELECT marks FROM journal_head WHERE org_id = $1), 0),
			COALESCE(CAST(SUM(postings) AS BIGINT), 0),
			COALESCE(CAST(SUM(CASE WHEN number <= $2 THEN postings ELSE 0 END) AS BIGINT), 0),
			COALESCE(CAST(SUM(CASE WHEN number <= $2 THEN transfers ELSE 0 END) AS BIGINT), 0)
		FROM ledger_block WHERE org_id = $1`)
	auditBlock = database.Register("ledger.audit_block", `
		SELECT number, last_group, seq, at, postings, transfers, sealed, hash FROM ledger_block
		WHERE org_id = $1 AND number = $2 AND sealed = 1`)
	auditBlocks = database.Register("ledger.audit_blocks", `
		SELECT number, last_group, seq, at, postings, transfers, sealed, hash FROM ledger_block
		WHERE org_id = $1 AND number > $2 AND sealed = 1 ORDER BY number LIMIT 100`)
	auditAccountPage = database.Register("ledger.audit_account_page", `
		SELECT id, code, asset, side, limited, lots, parent_id, expires_on, funder_id, giver_id, fingerprint, debits, credits, held,
			available, low FROM ledger_account WHERE org_id = $1 AND id >= $2 AND id <= $3`)
	auditPageEnd = database.Register("ledger.audit_page_end", `
		SELECT id FROM ledger_account WHERE org_id = $1 AND id >= $2 ORDER BY id LIMIT 1 OFFSET $3`)
	auditAccountsOf = database.Register("ledger.audit_accounts_of", `
		SELECT id, code, asset, side, limited, lots, parent_id, expires_on, funder_id, giver_id, fingerprint, debits, credits, held,
			available, low FROM ledger_account WHERE org_id = $1 AND id = ANY_ID($2)`)
	auditPostings = database.Register("ledger.audit_postings", `
		SELECT id, key, request_hash, at, store_id, kind, subject_id, actor_id, transfers, rejection, digest
		FROM ledger_posting WHERE org_id = $1 AND id >= $2 AND id <= $3`)
	auditTransfers = database.Register("ledger.audit_transfers", `
		SELECT posting_id, line, request, action, debit_id, credit_id, asset, amount, hold_id, short FROM ledger_transfer
		WHERE org_id = $1 AND posting_id >= $2 AND posting_id <= $3 ORDER BY posting_id, line`)
	auditClaims = database.Register("ledger.audit_claims", `
		SELECT posting_id, scope, value FROM ledger_claim
		WHERE org_id = $1 AND posting_id >= $2 AND posting_id <= $3 ORDER BY posting_id, scope, value`)
	auditOpenHolds = database.Register("ledger.audit_open_holds", `
		SELECT debit_id, credit_id, amount FROM ledger_hold WHERE org_id = $1 AND state = 'held'`)
	auditCounts = database.Register("ledger.audit_counts", `
		SELECT (SELECT COUNT(*) FROM ledger_posting WHERE org_id = $1),
			(SELECT COALESCE(CAST(SUM(id % 1000003) AS BIGINT), 0) FROM ledger_posting WHERE org_id = $1),
			(SELECT COUNT(*) FROM ledger_transfer WHERE org_id = $1),
			(SELECT COUNT(*) FROM ledger_claim WHERE org_id = $1)`)
	auditMarks = database.Register("ledger.audit_marks", `
		SELECT COALESCE((SELECT marks FROM journal_head WHERE org_id = $1), 0), COUNT(*), COALESCE(MAX(number), 0)
		FROM ledger_group WHERE org_id = $1`)
	auditStatements = database.Register("ledger.audit_statements", `
		SELECT account_id, block, debits, credits, entries FROM ledger_statement
		WHERE org_id = $1 AND account_id >= $2 AND account_id <= $3 AND block > $4 AND block <= $5`)
	selectStatementsOfBlock = database.Register("ledger.select_statements_of_block", `
		SELECT account_id, debits, credits, entries FROM ledger_statement
		WHERE org_id = $1 AND block = $2 AND account_id = ANY_ID($3)`)
	selectAccountCode = database.Register("ledger.select_account_code", `
		SELECT code FROM ledger_account WHERE org_id = $1 AND id = $2`)
)

func newAudit(
	db *database.DB, org int64, since Since, found func(string, Difference), progress func(done, total int64),
) *audit {
	return &audit{
		db: db, org: org, since: since, found: found, progress: progress, index: map[int64]int32{}, assets: map[string]string{},
		seed: maphash.MakeSeed(),
	}
}

func (a *audit) run(ctx context.Context) error {
	if err := a.start(ctx); err != nil {
		return err
	}
	if err := a.readAccounts(ctx); err != nil {
		return err
	}
	for count := auditLeft; count >= auditLeft; {
		var err error
		if count, err = a.blocks(ctx); err != nil {
			return err
		}
	}
	if err := a.end(ctx); err != nil {
		return err
	}
	return a.statements(ctx)
}

// start finds where to begin.
func (a *audit) start(ctx context.Context) error {
	return a.db.Read(ctx, func(tx *database.Tx) error {
		if a.since.Block > 0 {
			found, err := database.List(ctx, tx, auditBlock, scanBlock, a.org, a.since.Block)
			if err != nil {
				return err
			}
			if len(found) > 0 {
				a.from, a.previous = found[0], found[0]
			}
			if hash := hex.EncodeToString(a.previous.hash); !strings.HasPrefix(hash, strings.ToLower(a.since.Hash)) {
				a.found("ledger.seals", Difference{Detail: fmt.Sprintf(
					"block %d has the hash %s, not %s", a.since.Block, hash, a.since.Hash,
				)})
			}
		}
		return tx.QueryRow(ctx, auditStart, a.org, a.previous.number).Scan(&a.began, &a.total, &a.postings, &a.transfers)
	})
}

// readAccounts reads the rows of all accounts, a page at a time, and what they had at the block from which on it proves.
func (a *audit) readAccounts(ctx context.Context) error {
	var mutex sync.Mutex
	err := allCores(ctx, a.accountPages, func(ctx context.Context, page idRange) error {
		var rows []auditedAccount
		err := a.db.Read(ctx, func(tx *database.Tx) error {
			var err error
			rows, err = database.List(ctx, tx, auditAccountPage, a.scanAccount, a.org, page.first, page.last)
			if err != nil || a.from.number == 0 {
				return err
			}
			return a.addBefore(ctx, tx, rows)
		})
		mutex.Lock()
		defer mutex.Unlock()
		for i := range rows {
			rows[i].asset = a.name(rows[i].asset)
			a.index[rows[i].id] = int32(len(a.accounts)) //nolint:gosec // memory ends before
			a.accounts = append(a.accounts, rows[i])
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("read accounts: %w", err)
	}
	return nil
}

// idRange is the ids from first to last.
type idRange struct{ first, last int64 }

// accountPages gives the ranges of ids in which so many accounts lie each, the last of them without an end.
func (a *audit) accountPages(ctx context.Context, each func(idRange) error) error {
	for page := (idRange{first: math.MinInt64}); page.last < math.MaxInt64; page.first = page.last + 1 {
		err := a.db.Read(ctx, func(tx *database.Tx) error {
			err := tx.QueryRow(ctx, auditPageEnd, a.org, page.first, auditAccounts-1).Scan(&page.last)
			if errors.Is(err, database.ErrNone) {
				page.last, err = math.MaxInt64, nil
			}
			return err
		})
		if err == nil {
			err = each(page)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// addBefore adds what accounts had at the block from which on it proves.
func (a *audit) addBefore(ctx context.Context, tx *database.Tx, page []auditedAccount) error {
	ids := make([]int64, len(page))
	for i := range page {
		ids[i] = page[i].id
	}
	had, err := readStatements(ctx, tx, a.org, a.from.number, ids)
	for i := range page {
		page[i].totals = had[page[i].id]
	}
	return err
}

// scanAccount reads a row and proves what it says by itself.
func (a *audit) scanAccount(row database.Scanner) (auditedAccount, error) {
	read := newAccount()
	var fingerprint, stored, low int64
	err := row.Scan(&read.id, &read.code, &read.asset, &read.side, ints(&read.limited), ints(&read.lots), &read.parent,
		&read.expires, &read.funder, &read.giver, &fingerprint, &read.debits, &read.credits, &read.held, &stored, &low)
	if err != nil {
		return auditedAccount{}, err
	}
	if fingerprint != read.fingerprint(a.org) {
		a.found("ledger.accounts", Difference{Account: read.code, Detail: "it is not what it was opened as"})
	}
	if stored != read.available() {
		a.found("ledger.accounts", Difference{
			Account: read.code, Detail: fmt.Sprintf("available is %d, the entries say %d", stored, read.available()),
		})
	}
	if read.limited && (read.available() < 0 || low < 0) || low > stored {
		a.found("ledger.accounts", Difference{
			Account: read.code, Detail: fmt.Sprintf("%d is available, and %d was at least", read.available(), low),
		})
	}
	return auditedAccount{id: read.id, asset: read.asset, side: read.side, counted: read.counted(), row: read.totals}, nil
}

// name keeps each asset once.
func (a *audit) name(asset string) string {
	kept, known := a.assets[asset]
	if !known {
		kept = strings.Clone(asset)
		a.assets[kept] = kept
	}
	return kept
}

// blockWork is one block on its way through the audit.
type blockWork struct {
	previous, next block
	content        *content
	list           []statement
	proved         proved
	err            error
	ready          chan struct{}
}

// blocks proves the blocks that have been sealed and not been proved yet, several at once, and adds them up in order.
func (a *audit) blocks(ctx context.Context) (count int, err error) {
	ctx, cancel := context.WithCancel(ctx)
	var workers sync.WaitGroup
	defer workers.Wait()
	defer cancel()
	many := runtime.GOMAXPROCS(0)
	todo, inOrder := make(chan *blockWork, many), make(chan *blockWork, 2*many)
	for range many {
		workers.Go(func() {
			for one := range todo {
				one.err = a.block(ctx, one)
				close(one.ready)
			}
		})
	}
	var failed error
	from := a.previous
	workers.Go(func() {
		defer close(inOrder)
		defer close(todo)
		failed = a.list(ctx, from, func(one *blockWork) error {
			inOrder <- one
			todo <- one
			return nil
		})
	})
	for one := range inOrder {
		<-one.ready
		if err == nil {
			err = one.err
		}
		if err != nil {
			cancel()
			continue
		}
		a.addBlock(one)
		count++
	}
	if err == nil {
		err = failed
	}
	return count, err
}

// list gives the blocks after one.
func (a *audit) list(ctx context.Context, previous block, each func(*blockWork) error) error {
	for {
		var page []block
		err := a.db.Read(ctx, func(tx *database.Tx) error {
			var err error
			page, err = database.List(ctx, tx, auditBlocks, scanBlock, a.org, previous.number)
			return err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		for _, next := range page {
			if err := each(&blockWork{previous: previous, next: next, ready: make(chan struct{})}); err != nil {
				return err
			}
			previous = next
		}
	}
}

// block proves one block: the postings in it, their order, the events, and its place in the chain.
func (a *audit) block(ctx context.Context, one *blockWork) error {
	next := one.next
	differs := func(format string, args ...any) {
		a.found("ledger.seals", Difference{Detail: fmt.Sprintf("block %d: %s", next.number, fmt.Sprintf(format, args...))})
	}
	if next.number != one.previous.number+1 {
		differs("follows block %d", one.previous.number)
	}
	err := a.db.Read(ctx, func(tx *database.Tx) error {
		groups, err := readGroups(ctx, tx, a.org, one.previous.lastGroup, next.lastGroup)
		if err != nil {
			return err
		}
		if len(groups) == 0 || groups[len(groups)-1].number != next.lastGroup {
			differs("its last group %d is not there", next.lastGroup)
		}
		if len(groups) == 0 {
			one.content = newContent()
			return nil
		}
		if one.content, one.proved, err = a.groups(ctx, tx, groups); err != nil {
			return err
		}
		return one.content.addEvents(ctx, tx, a.org, one.previous.seq, next.seq)
	})
	if err != nil {
		return fmt.Errorf("prove block %d: %w", next.number, err)
	}
	if !bytes.Equal(one.content.hash(a.org, one.previous, next), next.hash) {
		differs("its hash differs from what it seals: a posting, its order or an event was changed")
	}
	one.list = one.content.statements()
	return nil
}

// addBlock adds what a block says of each account.
func (a *audit) addBlock(one *blockWork) {
	a.add(one.content, one.proved, one.list, one.next.lastGroup > a.began)
	var text []byte
	for i := range one.list {
		account := &a.accounts[a.index[one.list[i].account]]
		text = account.text(text[:0], one.next.number, account.totals, one.list[i].packed)
		account.statements += maphash.Bytes(a.seed, text)
	}
	a.previous = one.next
	a.tell(one.content)
}

func (a *audit) tell(c *content) {
	a.done += int64(len(c.postings))
	a.progress(a.done, max(a.done, a.total))
}

// text is what a statement says.
func (one *auditedAccount) text(text []byte, number int64, end totals, packed []byte) []byte {
	w := digestWriter{text: text}
	w.number(one.id).number(number).number(end.debits).number(end.credits)
	return append(w.text, packed...)
}

// add adds up postings.
func (a *audit) add(c *content, p proved, list []statement, moved bool) {
	a.postings += int64(len(c.postings)) - p.gone
	a.transfers += c.transfers
	a.claims += p.claims
	for _, id := range c.postings {
		a.sum += id % 1000003
	}
	for i := range list {
		place, known := a.index[list[i].account]
		if !known { // it was opened meanwhile, or is gone: the last snapshot tells
			place = int32(len(a.accounts)) //nolint:gosec // memory ends before
			a.index[list[i].account] = place
			a.accounts = append(a.accounts, auditedAccount{id: list[i].account, moved: true})
		}
		account := &a.accounts[place]
		account.totals.add(list[i].totals)
		account.moved = account.moved || moved
		if account.asset == "" {
			account.asset = list[i].asset
		}
		if account.asset != list[i].asset || list[i].mixed {
			a.found("ledger.orphans", Difference{Detail: fmt.Sprintf("account %d is of %s, its transfers move another asset",
				account.id, account.asset)})
		}
	}
}

// proved is what was counted while postings were proved.
type proved struct{ claims, gone int64 }

// auditedPosting is a posting with all that its digest is of.
type auditedPosting struct {
	head   digestHead
	count  int64
	stored []byte
	rows   []digestRow
	claims []Claim
}

// groups reads the postings of groups and proves each by itself.
func (a *audit) groups(ctx context.Context, tx *database.Tx, groups []group) (*content, proved, error) {
	read := map[int64]*auditedPosting{}
	err := ranges(groups, func(int64) bool { return false }, func(first, last int64) error {
		return a.read(ctx, tx, first, last, read)
	})
	if err != nil {
		return nil, proved{}, err
	}
	c, p := newContent(), proved{}
	for _, g := range groups {
		for _, id := range g.postings {
			one := read[id]
			if one == nil {
				a.found("ledger.seals", Difference{Posting: id, Detail: fmt.Sprintf("group %d holds it, and it is gone", g.number)})
				c.postings, p.gone = append(c.postings, id), p.gone+1
				continue
			}
			a.posting(one)
			p.claims += int64(len(one.claims))
			c.add(id, &sealedPosting{digest: one.stored, transfers: one.sealed()})
		}
	}
	return c, p, nil
}

func (p *auditedPosting) sealed() []sealedTransfer {
	list := make([]sealedTransfer, len(p.rows))
	for i := range p.rows {
		list[i] = p.rows[i].sealed()
	}
	return list
}

// read reads the postings between two ids.
func (a *audit) read(ctx context.Context, tx *database.Tx, first, last int64, into map[int64]*auditedPosting) error {
	err := tx.Each(ctx, auditPostings, func(row database.Scanner) error {
		one := &auditedPosting{head: digestHead{org: a.org}}
		h := &one.head
		err := row.Scan(&h.id, &h.key, &h.requestHash, &h.at, &h.store, &h.kind, &h.subject, &h.actor, &one.count, &h.rejection,
			&one.stored)
		one.rows = make([]digestRow, 0, min(max(one.count, 0), MaxTransfers))
		into[h.id] = one
		return err
	}, a.org, first, last)
	if err != nil {
		return fmt.Errorf("read postings: %w", err)
	}
	err = tx.Each(ctx, auditTransfers, func(row database.Scanner) error {
		var posting int64
		var r digestRow
		err := row.Scan(&posting, &r.line, &r.request, &r.action, &r.debitID, &r.creditID, &r.asset, &r.amount, &r.holdID, ints(&r.short))
		if of := into[posting]; of != nil {
			of.rows = append(of.rows, r)
		}
		return err
	}, a.org, first, last)
	if err != nil {
		return fmt.Errorf("read transfers: %w", err)
	}
	err = tx.Each(ctx, auditClaims, func(row database.Scanner) error {
		var posting int64
		var claim Claim
		err := row.Scan(&posting, &claim.Scope, &claim.Value)
		if of := into[posting]; of != nil {
			of.claims = append(of.claims, claim)
		}
		return err
	}, a.org, first, last)
	if err != nil {
		return fmt.Errorf("read claims: %w", err)
	}
	return nil
}

// posting recomputes the digest of a posting from its rows, and counts its transfers.
func (a *audit) posting(one *auditedPosting) {
	differs := func(check, format string, args ...any) {
		a.found(check, Difference{
			Posting: one.head.id, Kind: one.head.kind, About: one.head.subject, Detail: fmt.Sprintf(format, args...),
		})
	}
	if int64(len(one.rows)) != one.count {
		differs("ledger.postings", "it has %d transfers, it was made of %d", len(one.rows), one.count)
	}
	if one.head.rejection != "" && len(one.rows) > 0 {
		differs("ledger.orphans", "transfer %d belongs to a posting that was rejected", one.rows[0].line)
	}
	for line := range one.rows {
		row := &one.rows[line]
		if row.line != int64(line) {
			differs("ledger.postings", "transfer %d stands where %d should", row.line, line)
			break
		}
		if (row.action != "move") != (row.holdID > 0) {
			differs("ledger.holds", "a transfer and its hold (%d) do not belong together", row.holdID)
		}
	}
	if !bytes.Equal(one.stored, digest(one.head, one.rows, one.claims)) {
		differs("ledger.postings", "its digest differs from what its rows say: something in it was changed")
	}
}

func newContent() *content { return &content{chain: sha256.New()} }

// end reads, in one snapshot, what is not sealed and the rows that have moved since they were read, and compares.
func (a *audit) end(ctx context.Context) error {
	return a.db.Read(ctx, func(tx *database.Tx) error {
		groups, err := database.List(ctx, tx, selectGroups, scanGroup, a.org, a.previous.lastGroup, int64(math.MaxInt64))
		if err != nil {
			return fmt.Errorf("read what is not sealed: %w", err)
		}
		if len(groups) > 0 {
			c, p, err := a.groups(ctx, tx, groups)
			if err != nil {
				return err
			}
			a.add(c, p, c.statements(), true)
			a.tell(c)
		}
		if err := a.readMoved(ctx, tx); err != nil {
			return err
		}
		if err := a.addHeld(ctx, tx); err != nil {
			return err
		}
		if err := a.compare(ctx, tx); err != nil {
			return err
		}
		return a.counts(ctx, tx)
	})
}

// readMoved reads again the rows of the accounts that have moved.
func (a *audit) readMoved(ctx context.Context, tx *database.Tx) error {
	var moved []int64
	for i := range a.accounts {
		if a.accounts[i].moved {
			moved = append(moved, a.accounts[i].id)
		}
	}
	for part := range slices.Chunk(moved, auditAccounts) {
		rows, err := database.List(ctx, tx, auditAccountsOf, a.scanAccount, a.org, database.IDs(part))
		if err != nil {
			return fmt.Errorf("read accounts again: %w", err)
		}
		for i := range rows {
			one := &a.accounts[a.index[rows[i].id]]
			one.asset, one.side, one.counted, one.row = a.name(rows[i].asset), rows[i].side, rows[i].counted, rows[i].row
		}
	}
	return nil
}

// addHeld adds up what open holds set aside.
func (a *audit) addHeld(ctx context.Context, tx *database.Tx) error {
	err := tx.Each(ctx, auditOpenHolds, func(row database.Scanner) error {
		var debit, credit, amount int64
		if err := row.Scan(&debit, &credit, &amount); err != nil {
			return err
		}
		for id, side := range map[int64]Side{debit: Credit, credit: Debit} {
			if place, known := a.index[id]; known && a.accounts[place].side == side {
				a.accounts[place].held += amount
			}
		}
		return nil
	}, a.org)
	if err != nil {
		return fmt.Errorf("read open holds: %w", err)
	}
	return nil
}

// compare compares the rows of accounts with what their entries say. The rows of those that are not counted hold
// nothing but what is held.
func (a *audit) compare(ctx context.Context, tx *database.Tx) error {
	for i := range a.accounts {
		one := &a.accounts[i]
		want := one.totals
		if one.side == "" {
			a.found("ledger.orphans", Difference{Detail: fmt.Sprintf("account %d has entries and does not exist", one.id)})
			continue
		}
		if !one.counted {
			want.debits, want.credits = 0, 0
		}
		if one.row == want {
			continue
		}
		code, err := a.code(ctx, tx, one.id)
		if err != nil {
			return err
		}
		for _, total := range []struct {
			name      string
			got, want int64
		}{
			{"debits", one.row.debits, want.debits}, {"credits", one.row.credits, want.credits}, {"held", one.row.held, want.held},
		} {
			if total.got != total.want {
				a.found("ledger.accounts", Difference{
					Account: code, Detail: fmt.Sprintf("%s is %d, the entries say %d", total.name, total.got, total.want),
				})
			}
		}
	}
	return nil
}

func (a *audit) code(ctx context.Context, tx *database.Tx, id int64) (string, error) {
	var code string
	err := tx.QueryRow(ctx, selectAccountCode, a.org, id).Scan(&code)
	if errors.Is(err, database.ErrNone) {
		return fmt.Sprint(id), nil
	}
	return code, err
}

// counts proves that there is nothing beside what the groups hold.
func (a *audit) counts(ctx context.Context, tx *database.Tx) error {
	var marks, groups, last, sum int64
	count := &a.count
	if err := tx.QueryRow(ctx, auditMarks, a.org).Scan(&marks, &groups, &last); err != nil {
		return fmt.Errorf("count groups: %w", err)
	}
	if marks != groups || marks != last {
		a.found("ledger.seals", Difference{Detail: fmt.Sprintf(
			"the journal has %d marks, there are %d groups up to %d", marks, groups, last,
		)})
	}
	if err := tx.QueryRow(ctx, auditCounts, a.org).Scan(&count.postings, &sum, &count.transfers, &count.claims); err != nil {
		return fmt.Errorf("count postings: %w", err)
	}
	all := a.from.number == 0
	if count.postings != a.postings || all && sum != a.sum {
		a.found("ledger.seals", Difference{Detail: fmt.Sprintf(
			"there are %d postings, the groups hold %d, or others", count.postings, a.postings,
		)})
	}
	if count.transfers != a.transfers {
		a.found("ledger.orphans", Difference{Detail: fmt.Sprintf(
			"there are %d transfers, the postings hold %d", count.transfers, a.transfers,
		)})
	}
	if all && count.claims != a.claims {
		a.found("ledger.claims", Difference{Detail: fmt.Sprintf("there are %d claims, the postings hold %d", count.claims, a.claims)})
	}
	return nil
}

// statements reads all statements of the blocks that were proved, in the order in which they are stored, and compares
// what those of each account say together.
func (a *audit) statements(ctx context.Context) error {
	ids := make([]int64, len(a.accounts))
	for i := range a.accounts {
		ids[i] = a.accounts[i].id
	}
	slices.Sort(ids)
	var wrong []int64
	var mutex sync.Mutex
	err := allCores(ctx, a.accountPages, func(ctx context.Context, page idRange) error {
		from, _ := slices.BinarySearch(ids, page.first)
		to, found := slices.BinarySearch(ids, page.last)
		if found {
			to++
		}
		differing, err := a.statementsOf(ctx, page, ids[from:to])
		mutex.Lock()
		defer mutex.Unlock()
		wrong = append(wrong, differing...)
		return err
	})
	if err != nil {
		return fmt.Errorf("read statements: %w", err)
	}
	slices.Sort(wrong)
	return a.nameStatements(ctx, wrong)
}

// statementsOf gives the accounts in a range whose statements differ.
func (a *audit) statementsOf(ctx context.Context, page idRange, ids []int64) (wrong []int64, err error) {
	sums := make(map[int64]uint64, len(ids))
	var text []byte
	err = a.db.Read(ctx, func(tx *database.Tx) error {
		return tx.Each(ctx, auditStatements, func(row database.Scanner) error {
			var number int64
			var one statement
			if err := row.Scan(&one.account, &number, &one.debits, &one.credits, &one.packed); err != nil {
				return err
			}
			text = (&auditedAccount{id: one.account}).text(text[:0], number, one.totals, one.packed)
			sums[one.account] += maphash.Bytes(a.seed, text)
			return nil
		}, a.org, page.first, page.last, a.from.number, a.previous.number)
	})
	for _, id := range ids {
		place, known := a.index[id]
		if known && a.accounts[place].statements != sums[id] {
			wrong = append(wrong, id)
		}
		delete(sums, id)
	}
	for id := range sums { // accounts that there are not
		wrong = append(wrong, id)
	}
	return wrong, err
}

// maxNamed bounds for how many accounts the statements that differ are named.
const maxNamed = 100

// nameStatements goes through the blocks again to say which statements of accounts differ, and how.
func (a *audit) nameStatements(ctx context.Context, wrong []int64) error {
	if len(wrong) == 0 {
		return nil
	}
	wrong = wrong[:min(len(wrong), maxNamed)]
	quiet := *a
	quiet.found = func(string, Difference) {} // the postings have been proved
	sum := map[int64]totals{}
	if a.from.number > 0 {
		err := a.db.Read(ctx, func(tx *database.Tx) (err error) {
			sum, err = readStatements(ctx, tx, a.org, a.from.number, wrong)
			return err
		})
		if err != nil {
			return err
		}
	}
	return a.list(ctx, a.from, func(one *blockWork) error {
		if one.next.number > a.previous.number {
			return nil
		}
		if err := quiet.block(ctx, one); err != nil {
			return err
		}
		return a.db.Read(ctx, func(tx *database.Tx) error { return a.nameOf(ctx, tx, one, wrong, sum) })
	})
}

// nameOf compares the statements of accounts in one block.
func (a *audit) nameOf(ctx context.Context, tx *database.Tx, one *blockWork, wrong []int64, sum map[int64]totals) error {
	stored := map[int64]statement{}
	err := tx.Each(ctx, selectStatementsOfBlock, func(row database.Scanner) error {
		var s statement
		err := row.Scan(&s.account, &s.debits, &s.credits, &s.packed)
		stored[s.account] = s
		return err
	}, a.org, one.next.number, database.IDs(wrong))
	if err != nil {
		return err
	}
	wanted := map[int64]statement{}
	for _, s := range one.list {
		wanted[s.account] = s
	}
	for _, id := range wrong {
		want, is := wanted[id]
		got, there := stored[id]
		had := sum[id]
		had.add(want.totals)
		sum[id] = had
		if is == there && (!is || got.totals == had && bytes.Equal(got.packed, want.packed)) {
			continue
		}
		code, err := a.code(ctx, tx, id)
		if err != nil {
			return err
		}
		detail := fmt.Sprintf("the statement of block %d says debits %d, credits %d, the transfers %d, %d; or it lists other entries",
			one.next.number, got.debits, got.credits, had.debits, had.credits)
		switch {
		case !there:
			detail = fmt.Sprintf("block %d has no statement of it", one.next.number)
		case !is:
			detail = fmt.Sprintf("block %d has a statement of it and no entries", one.next.number)
		}
		a.found("ledger.seals", Difference{Account: code, Detail: detail})
	}
	return nil
}
