package ledger

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"maps"
	"slices"
	"sync"
	"time"

	"dangol/internal/ground/database"
)

// Sealing runs behind the sales. It takes groups in the order in which they were committed, some thousand postings a
// block: it links their digests and the journal's events into a chain, and writes a statement for each account that
// they touched, with its totals and where its entries are. Nothing that a sale does waits for it.

const (
	// maxBlockPostings is how many postings one block seals, but for the last group that it takes: the more, the fewer
	// statements are written of an account that moves often.
	maxBlockPostings = 16_000
	// sealEarly is how many unsealed postings are sealed at once, sealAfter how long fewer wait for more. Who reads the
	// balance of an account without a limit reads these too.
	sealEarly = 4000
	sealAfter = 5 * time.Second
	// sealLook is how often the sealer looks, sealLookAll how often it looks at organisations that others have written.
	sealLook    = 250 * time.Millisecond
	sealLookAll = time.Minute
	// sealSlot is how many statements SQLite writes in one go, so that no sale waits for more.
	sealSlot = 500
	// maxSealKnown is how many accounts' totals the sealer remembers.
	maxSealKnown = 1 << 19
)

// block is one row of ledger_block.
type block struct {
	number, lastGroup, seq, at int64
	postings, transfers        int64
	sealed                     bool
	hash                       []byte
}

// group is one row of ledger_group: the postings that one commit held, in their order.
type group struct {
	number, seq, at int64
	postings        []int64
}

var (
	selectUnsealed = database.Register("ledger.select_unsealed", `
		SELECT h.org_id, h.marks - COALESCE((SELECT b.last_group FROM ledger_block b
			WHERE b.org_id = h.org_id AND b.sealed = 1 ORDER BY b.number DESC LIMIT 1), 0)
		FROM journal_head h`)
	selectMarks = database.Register("ledger.select_marks", `
		SELECT COALESCE((SELECT marks FROM journal_head WHERE org_id = $1), 0)`)
	selectLastBlocks = database.Register("ledger.select_last_blocks", `
		SELECT number, last_group, seq, at, postings, transfers, sealed, hash FROM ledger_block
		WHERE org_id = $1 ORDER BY number DESC LIMIT 2`)
	selectGroups = database.Register("ledger.select_groups", `
		SELECT number, seq, at, postings FROM ledger_group WHERE org_id = $1 AND number > $2 ORDER BY number LIMIT $3`)
	selectDigests = database.Register("ledger.select_digests", `
		SELECT id, digest FROM ledger_posting WHERE org_id = $1 AND id >= $2 AND id <= $3`)
	selectSealable = database.Register("ledger.select_sealable", `
		SELECT posting_id, line, action, debit_id, credit_id, amount FROM ledger_transfer
		WHERE org_id = $1 AND posting_id >= $2 AND posting_id <= $3 ORDER BY posting_id, line`)
	selectEvents = database.Register("ledger.select_events", `
		SELECT seq, at, kind, store_id, subject_id, actor_id, body FROM journal_event
		WHERE org_id = $1 AND seq > $2 AND seq <= $3 ORDER BY seq`)
	selectStatements = database.RegisterFor("ledger.select_statements", `
		SELECT j.value, s.debits, s.credits FROM json_each($2) j
		CROSS JOIN ledger_statement s ON s.org_id = $1 AND s.account_id = j.value AND s.block = (
			SELECT MAX(m.block) FROM ledger_statement m WHERE m.org_id = $1 AND m.account_id = j.value AND m.block <= $3)`, `
		SELECT j.id, s.debits, s.credits FROM unnest($2::bigint[]) AS j(id)
		CROSS JOIN LATERAL (SELECT m.debits, m.credits FROM ledger_statement m
			WHERE m.org_id = $1 AND m.account_id = j.id AND m.block <= $3 ORDER BY m.block DESC LIMIT 1) s`)
	openBlock = database.Register("ledger.open_block", `
		INSERT INTO ledger_block (org_id, number, last_group, seq, at, postings, transfers, sealed, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8)`)
	lockBlock = database.Register("ledger.lock_block", `
		SELECT sealed FROM ledger_block WHERE org_id = $1 AND number = $2 FOR UPDATE`)
	deleteStatements = database.Register("ledger.delete_statements", `
		DELETE FROM ledger_statement WHERE org_id = $1 AND block = $2 AND account_id = ANY_ID($3)`)
	insertStatement = database.Register("ledger.insert_statement", `
		INSERT INTO ledger_statement (org_id, account_id, block, debits, credits, entries) VALUES ($1, $2, $3, $4, $5, $6)`)
	sealBlock = database.Register("ledger.seal_block", `
		UPDATE ledger_block SET sealed = 1, hash = $3 WHERE org_id = $1 AND number = $2 AND sealed = 0`)
)

// sealer seals for one ledger.
type sealer struct {
	ledger *Ledger
	one    sync.Mutex // seals at a time

	mutex sync.Mutex
	dirty map[int64]*unsealed

	known  knownTotals
	recent recent
}

// recent is what this process has committed and not sealed yet, so that it need not be read again. It is forgotten when it
// grows too large: what is not known is read.
type recent struct {
	mutex    sync.Mutex
	postings map[[2]int64]*sealedPosting
}

// maxRecent is how many postings are remembered, at about a thousand bytes each.
const maxRecent = 32_000

func (r *recent) put(org int64, ids []int64, postings []*sealedPosting) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if len(r.postings)+len(ids) > maxRecent {
		clear(r.postings)
	}
	for i, id := range ids {
		r.postings[[2]int64{org, id}] = postings[i]
	}
}

// take gives what is known of the postings of groups, and forgets it.
func (r *recent) take(org int64, groups []group) map[int64]*sealedPosting {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	taken := map[int64]*sealedPosting{}
	for _, g := range groups {
		for _, id := range g.postings {
			if one := r.postings[[2]int64{org, id}]; one != nil {
				taken[id] = one
				delete(r.postings, [2]int64{org, id})
			}
		}
	}
	return taken
}

// unsealed is what has been committed to an organisation since it was last sealed.
type unsealed struct {
	postings int
	since    time.Time
}

// knownTotals remembers the totals of accounts as of the last block that this process sealed.
type knownTotals struct {
	blocks map[int64]int64 // by organisation
	totals map[[2]int64]totals
}

func newSealer(l *Ledger) *sealer {
	return &sealer{
		ledger: l, dirty: map[int64]*unsealed{}, known: newKnownTotals(), recent: recent{postings: map[[2]int64]*sealedPosting{}},
	}
}

func newKnownTotals() knownTotals {
	return knownTotals{blocks: map[int64]int64{}, totals: map[[2]int64]totals{}}
}

// committed hears of a group that was committed.
func (s *sealer) committed(org int64, ids []int64, postings []*sealedPosting) {
	s.recent.put(org, ids, postings)
	s.note(org, len(ids))
}

// note hears that something is to be sealed.
func (s *sealer) note(org int64, postings int) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.dirty[org] == nil {
		s.dirty[org] = &unsealed{since: time.Now()} //nolint:forbidigo // compared with what the ticker says
	}
	s.dirty[org].postings += postings
}

// due gives the organisations whose turn it is.
func (s *sealer) due(now time.Time) []int64 {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	var orgs []int64
	for org, waiting := range s.dirty {
		if waiting.postings >= sealEarly || now.Sub(waiting.since) >= sealAfter {
			orgs = append(orgs, org)
			delete(s.dirty, org)
		}
	}
	slices.Sort(orgs)
	return orgs
}

// run seals until the context ends.
func (s *sealer) run(ctx context.Context) {
	look, all := time.NewTicker(sealLook), time.NewTicker(sealLookAll)
	defer look.Stop()
	defer all.Stop()
	s.noteAll(ctx)
	for {
		select {
		case <-ctx.Done():
			return
		case <-all.C:
			s.noteAll(ctx)
		case now := <-look.C:
			for _, org := range s.due(now) {
				if err := s.seal(ctx, org); err != nil && ctx.Err() == nil {
					s.ledger.logger.Error("the books could not be sealed; it is tried again", "org", org, "error", err)
					s.note(org, 0)
				}
			}
		}
	}
}

// noteAll finds what others have left unsealed.
func (s *sealer) noteAll(ctx context.Context) {
	left, err := s.ledger.unsealedGroups(ctx)
	if err != nil && ctx.Err() == nil {
		s.ledger.logger.Error("what is not sealed could not be read; it is tried again", "error", err)
	}
	for org := range left {
		s.note(org, 0)
	}
}

// unsealedGroups is how many groups of each organisation are not sealed, of those that have any.
func (l *Ledger) unsealedGroups(ctx context.Context) (map[int64]int64, error) {
	left := map[int64]int64{}
	err := l.db.Read(ctx, func(tx *database.Tx) error {
		return tx.Each(ctx, selectUnsealed, func(row database.Scanner) error {
			var org, count int64
			err := row.Scan(&org, &count)
			if count > 0 {
				left[org] = count
			}
			return err
		})
	})
	return left, err
}

// Seal seals all that has been committed. It is done behind the sales anyway; who calls it wants the chain's head now,
// as the report at the end of a day does.
func (l *Ledger) Seal(ctx context.Context) error {
	left, err := l.unsealedGroups(ctx)
	if err != nil {
		return err
	}
	for org := range left {
		if err := l.sealer.seal(ctx, org); err != nil {
			return err
		}
	}
	return nil
}

// seal seals blocks of an organisation until all is sealed that had been committed when it began: under load there is
// always more.
func (s *sealer) seal(ctx context.Context, org int64) error {
	s.one.Lock()
	defer s.one.Unlock()
	var until int64
	err := s.ledger.db.Read(ctx, func(tx *database.Tx) error { return tx.QueryRow(ctx, selectMarks, org).Scan(&until) })
	if err != nil {
		return fmt.Errorf("read the journal's marks: %w", err)
	}
	for lost := 0; ; {
		sealed, err := s.sealNext(ctx, org)
		if err != nil {
			clear(s.known.blocks)
			clear(s.known.totals)
		}
		if lost < maxRuns && (database.IsUnique(err) || errors.Is(err, errSealed)) {
			lost++ // another process was quicker
			continue
		}
		if err != nil || sealed == 0 || sealed >= until {
			return err
		}
	}
}

var errSealed = errors.New("the block is sealed already")

// sealNext seals one block: the one that was begun, or the groups that follow the last one. It gives the last group that
// it sealed, 0 when there was none.
func (s *sealer) sealNext(ctx context.Context, org int64) (last int64, err error) {
	var next, previous block
	var list []statement
	found := false
	err = s.ledger.db.Read(ctx, func(tx *database.Tx) error {
		last, err := lastBlocks(ctx, tx, org)
		if err != nil {
			return err
		}
		begun := len(last) > 0 && !last[0].sealed
		if begun {
			next, last = last[0], last[1:]
		}
		if len(last) > 0 {
			previous = last[0]
		}
		groups, err := readGroups(ctx, tx, org, previous.lastGroup, next.lastGroup)
		if err != nil || len(groups) == 0 {
			return err
		}
		if !begun {
			next = follow(previous, groups)
		}
		c, err := s.readContent(ctx, tx, org, previous, groups)
		if err != nil {
			return err
		}
		next.transfers = c.transfers
		next.hash = c.hash(org, previous, next)
		list, found = c.statements(), true
		return s.addTotals(ctx, tx, org, previous.number, list)
	})
	if err != nil || !found {
		return 0, err
	}
	if err := s.write(ctx, org, next, list); err != nil {
		return 0, err
	}
	s.remember(org, next.number, list)
	return next.lastGroup, nil
}

// follow is the block of groups that follow a block.
func follow(previous block, groups []group) block {
	next := block{number: previous.number + 1, at: previous.at}
	for _, g := range groups {
		next.lastGroup, next.seq, next.at = g.number, g.seq, max(next.at, g.at)
		next.postings += int64(len(g.postings))
	}
	return next
}

func lastBlocks(ctx context.Context, tx *database.Tx, org int64) ([]block, error) {
	return database.List(ctx, tx, selectLastBlocks, scanBlock, org)
}

func scanBlock(row database.Scanner) (block, error) {
	var b block
	err := row.Scan(&b.number, &b.lastGroup, &b.seq, &b.at, &b.postings, &b.transfers, ints(&b.sealed), &b.hash)
	return b, err
}

// readGroups reads the groups after one, up to another or, when that is 0, as many as make a block.
func readGroups(ctx context.Context, tx *database.Tx, org, after, last int64) ([]group, error) {
	var groups []group
	postings := 0
	for full := false; !full; {
		const page = 100
		count := 0
		err := tx.Each(ctx, selectGroups, func(row database.Scanner) error {
			g, err := scanGroup(row)
			if err != nil {
				return err
			}
			count++
			after = g.number
			if last > 0 && g.number > last || last == 0 && postings >= maxBlockPostings {
				full = true
			} else {
				groups, postings = append(groups, g), postings+len(g.postings)
			}
			return nil
		}, org, after, page)
		if err != nil {
			return nil, fmt.Errorf("read groups: %w", err)
		}
		full = full || count < page
	}
	return groups, nil
}

func scanGroup(row database.Scanner) (group, error) {
	var g group
	var packed []byte
	if err := row.Scan(&g.number, &g.seq, &g.at, &packed); err != nil {
		return g, err
	}
	var err error
	g.postings, err = unpackIDs(packed)
	return g, err
}

// unpackIDs reads what packIDs wrote.
func unpackIDs(packed []byte) ([]int64, error) {
	var ids []int64
	last := int64(0)
	for len(packed) > 0 {
		difference, size := binary.Varint(packed)
		if size <= 0 {
			return nil, errors.New("a list of postings is broken")
		}
		last += difference
		ids, packed = append(ids, last), packed[size:]
	}
	return ids, nil
}

// content is what a block seals.
type content struct {
	chain     hash.Hash
	transfers int64
	postings  []int64 // in the order of commit
	touches   []touch
}

// touch is one side of a transfer: an account's entry.
type touch struct {
	account int64
	at      int32 // the posting's place in the block
	line    int32
	credit  bool
	amount  int64 // what it moved, 0 for a hold that was made or voided
	asset   string
}

// statement is one row of ledger_statement.
type statement struct {
	account int64
	totals  // debits and credits that the block adds, or those at its end
	packed  []byte
	asset   string
	mixed   bool // whether its entries are of several assets
}

// entry is where an account's entry is found.
type entry struct {
	posting, line int64
	credit        bool
}

// sealedPosting is a posting as sealing sees it.
type sealedPosting struct {
	digest    []byte
	transfers []sealedTransfer // in order
}

// sealedTransfer is a transfer as sealing sees it.
type sealedTransfer struct {
	line          int64
	action        string
	debit, credit int64
	asset         string
	amount        int64
}

// moved is what changed hands: nothing when a hold was made or voided.
func (t *sealedTransfer) moved() int64 {
	if t.action == "move" || t.action == "post" {
		return t.amount
	}
	return 0
}

// add adds the next posting.
func (c *content) add(id int64, posting *sealedPosting) {
	at := int32(len(c.postings)) //nolint:gosec // a block has some thousand
	c.postings = append(c.postings, id)
	c.chain.Write(posting.digest)
	c.transfers += int64(len(posting.transfers))
	for i := range posting.transfers {
		one := &posting.transfers[i]
		line, amount := int32(one.line), one.moved() //nolint:gosec // a posting has at most MaxTransfers
		c.touches = append(c.touches,
			touch{account: one.debit, at: at, line: line, amount: amount, asset: one.asset},
			touch{account: one.credit, at: at, line: line, credit: true, amount: amount, asset: one.asset})
	}
}

// statements gives what the block says of each account, in the order of accounts.
func (c *content) statements() []statement {
	slices.SortFunc(c.touches, func(a, b touch) int {
		return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.at, b.at), cmp.Compare(a.line, b.line),
			cmp.Compare(database.Bool(a.credit), database.Bool(b.credit)))
	})
	var list []statement
	var all []byte // of all statements, so that they need not be allocated one by one
	var ends []int
	for i, t := range c.touches {
		last := int64(0)
		if i == 0 || c.touches[i-1].account != t.account {
			list, ends = append(list, statement{account: t.account, asset: t.asset}), append(ends, 0)
		} else {
			last = c.postings[c.touches[i-1].at]
		}
		one := &list[len(list)-1]
		one.mixed = one.mixed || one.asset != t.asset
		if t.credit {
			one.credits += t.amount
		} else {
			one.debits += t.amount
		}
		all = packEntry(all, last, entry{posting: c.postings[t.at], line: int64(t.line), credit: t.credit})
		ends[len(ends)-1] = len(all)
	}
	begin := 0
	for i := range list {
		list[i].packed = all[begin:ends[i]:ends[i]]
		begin = ends[i]
	}
	return list
}

// readContent reads the postings of groups, their transfers and the events up to the last of them.
func (s *sealer) readContent(ctx context.Context, tx *database.Tx, org int64, previous block, groups []group) (*content, error) {
	c := newContent()
	read := s.recent.take(org, groups)
	if err := readSealed(ctx, tx, org, groups, read); err != nil {
		return nil, err
	}
	for _, g := range groups {
		for _, posting := range g.postings {
			one := read[posting]
			if one == nil || one.digest == nil {
				return nil, &goneError{posting: posting}
			}
			c.add(posting, one)
		}
	}
	err := c.addEvents(ctx, tx, org, previous.seq, groups[len(groups)-1].seq)
	return c, err
}

// ranges calls the function for the ranges in which the ids of groups lie: they lie close together. Those that are known
// are left out.
func ranges(groups []group, known func(id int64) bool, each func(first, last int64) error) error {
	var ids []int64
	for _, g := range groups {
		for _, id := range g.postings {
			if !known(id) {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	for from := 0; from < len(ids); {
		to := from
		for to+1 < len(ids) && ids[to+1]-ids[to] <= sealGap {
			to++
		}
		if err := each(ids[from], ids[to]); err != nil {
			return err
		}
		from = to + 1
	}
	return nil
}

// sealGap is how many ids may lie between two postings that are read in one go.
const sealGap = 256

// readSealed reads those postings of groups that are not known yet.
func readSealed(ctx context.Context, tx *database.Tx, org int64, groups []group, into map[int64]*sealedPosting) error {
	known := func(id int64) bool { return into[id] != nil }
	read := map[int64]*sealedPosting{}
	err := ranges(groups, known, func(first, last int64) error {
		err := tx.Each(ctx, selectDigests, func(row database.Scanner) error {
			var id int64
			one := &sealedPosting{}
			err := row.Scan(&id, &one.digest)
			read[id] = one
			return err
		}, org, first, last)
		if err != nil {
			return fmt.Errorf("read digests: %w", err)
		}
		err = tx.Each(ctx, selectSealable, func(row database.Scanner) error {
			var posting int64
			var one sealedTransfer
			err := row.Scan(&posting, &one.line, &one.action, &one.debit, &one.credit, &one.amount)
			if of := read[posting]; of != nil {
				of.transfers = append(of.transfers, one)
			}
			return err
		}, org, first, last)
		if err != nil {
			return fmt.Errorf("read transfers: %w", err)
		}
		return nil
	})
	maps.Copy(into, read)
	return err
}

// goneError is a posting that a group holds and that is not there.
type goneError struct{ posting int64 }

func (e *goneError) Error() string { return fmt.Sprintf("posting %d is gone", e.posting) }

func (c *content) addEvents(ctx context.Context, tx *database.Tx, org, after, last int64) error {
	var w digestWriter
	err := tx.Each(ctx, selectEvents, func(row database.Scanner) error {
		var seq, at, store, subject, actor int64
		var kind, body string
		if err := row.Scan(&seq, &at, &kind, &store, &subject, &actor, &body); err != nil {
			return err
		}
		w.text = w.text[:0]
		w.number(seq).number(at).quoted(kind).number(store).number(subject).number(actor).quoted(body).end()
		_, err := c.chain.Write(w.text)
		return err
	}, org, after, last)
	if err != nil {
		return fmt.Errorf("read events: %w", err)
	}
	return nil
}

// hash links a block to the one before it.
func (c *content) hash(org int64, previous, next block) []byte {
	sum := sha256.New()
	_, _ = fmt.Fprintf(sum, "%d|%d|%d|%d|%d|%d|%d|%x|%x\n", org, next.number, next.lastGroup, next.seq, next.at, next.postings,
		next.transfers, previous.hash, c.chain.Sum(nil))
	return sum.Sum(nil)
}

// addTotals adds to each account what it had at the end of the block before.
func (s *sealer) addTotals(ctx context.Context, tx *database.Tx, org, before int64, list []statement) error {
	if s.known.blocks[org] != before {
		clear(s.known.totals)
	}
	var unknown database.IDs
	var places []int
	for i := range list {
		had, is := s.known.totals[[2]int64{org, list[i].account}]
		if is {
			list[i].add(had)
		} else {
			unknown, places = append(unknown, list[i].account), append(places, i)
		}
	}
	if len(unknown) == 0 || before == 0 {
		return nil
	}
	had, err := readStatements(ctx, tx, org, before, unknown)
	for _, i := range places {
		list[i].add(had[list[i].account])
	}
	return err
}

func (t *totals) add(more totals) {
	t.debits, t.credits, t.held = t.debits+more.debits, t.credits+more.credits, t.held+more.held
}

// readStatements gives the totals of accounts at the end of a block; those that had none are absent.
func readStatements(ctx context.Context, tx *database.Tx, org, number int64, accounts []int64) (map[int64]totals, error) {
	list := map[int64]totals{}
	err := tx.Each(ctx, selectStatements, func(row database.Scanner) error {
		var id int64
		var one totals
		err := row.Scan(&id, &one.debits, &one.credits)
		list[id] = one
		return err
	}, org, database.IDs(accounts), number)
	if err != nil {
		return nil, fmt.Errorf("read statements: %w", err)
	}
	return list, nil
}

func (s *sealer) remember(org, number int64, list []statement) {
	if len(s.known.totals)+len(list) > maxSealKnown {
		clear(s.known.totals)
	}
	for i := range list {
		s.known.totals[[2]int64{org, list[i].account}] = list[i].totals
	}
	s.known.blocks[org] = number
}

// write writes a block and its statements. PostgreSQL takes them in one transaction. On SQLite, where sales would wait
// for it, they are written in slots; a block that was begun there and left is written anew by the next seal.
func (s *sealer) write(ctx context.Context, org int64, next block, list []statement) error {
	rows := make([][]any, len(list))
	ids := make(database.IDs, len(list))
	for i := range list {
		one := &list[i]
		ids[i] = one.account
		rows[i] = []any{org, one.account, next.number, one.debits, one.credits, one.packed}
	}
	begin := func(tx *database.Tx) error { return beginBlock(ctx, tx, org, next, ids) }
	end := func(tx *database.Tx) error {
		count, err := tx.Exec(ctx, sealBlock, org, next.number, next.hash)
		if err == nil && count != 1 {
			err = errSealed
		}
		return err
	}
	slot := sealSlot
	if s.ledger.db.Dialect() == database.Postgres {
		slot = len(rows) + 1
	}
	steps := []func(tx *database.Tx) error{begin}
	for part := range slices.Chunk(rows, slot) {
		steps = append(steps, func(tx *database.Tx) error {
			_, err := tx.ExecMany(ctx, insertStatement, part)
			return err
		})
	}
	steps = append(steps, end)
	if s.ledger.db.Dialect() == database.Postgres {
		all := steps
		steps = []func(tx *database.Tx) error{func(tx *database.Tx) error {
			for _, step := range all {
				if err := step(tx); err != nil {
					return err
				}
			}
			return nil
		}}
	}
	for _, step := range steps {
		if err := s.ledger.db.Write(ctx, step); err != nil {
			return fmt.Errorf("seal block %d: %w", next.number, err)
		}
	}
	return nil
}

// beginBlock opens a block, or takes up one that was begun and removes what had been written of it.
func beginBlock(ctx context.Context, tx *database.Tx, org int64, next block, accounts database.IDs) error {
	sealed := false
	err := tx.QueryRow(ctx, lockBlock, org, next.number).Scan(ints(&sealed))
	switch {
	case errors.Is(err, database.ErrNone):
		_, err = tx.Exec(ctx, openBlock, org, next.number, next.lastGroup, next.seq, next.at, next.postings, next.transfers, []byte{})
		return err
	case err != nil:
		return err
	case sealed:
		return errSealed
	}
	_, err = tx.Exec(ctx, deleteStatements, org, next.number, accounts)
	return err
}

// packEntry adds an entry to bytes, its posting as the difference from the one before.
func packEntry(packed []byte, last int64, e entry) []byte {
	packed = binary.AppendVarint(packed, e.posting-last)
	return binary.AppendUvarint(packed, uint64(e.line)<<1|uint64(database.Bool(e.credit))) //nolint:gosec // 0 or 1
}

// unpackEntries reads what packEntry wrote.
func unpackEntries(packed []byte) ([]entry, error) {
	var entries []entry
	last := int64(0)
	for len(packed) > 0 {
		difference, size := binary.Varint(packed)
		if size <= 0 {
			return nil, errors.New("a statement's entries are broken")
		}
		last += difference
		packed = packed[size:]
		line, size := binary.Uvarint(packed)
		if size <= 0 {
			return nil, errors.New("a statement's entries are broken")
		}
		packed = packed[size:]
		entries = append(entries, entry{posting: last, line: int64(line >> 1), credit: line&1 == 1})
	}
	return entries, nil
}
