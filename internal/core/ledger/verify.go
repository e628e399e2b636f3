package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"dangol/internal/ground/database"
)

// Difference is one thing that is not as it must be.
type Difference struct {
	// Check is the check that found it.
	Check string `json:"check"`
	Org   int64  `json:"org"`
	// Account is an account's code, Posting a posting's id, Subject what the posting is about: empty when it is about
	// none.
	Account string `json:"account,omitempty"`
	Posting int64  `json:"posting,omitempty"`
	Subject string `json:"subject,omitempty"`
	// Kind is what the posting was for, About the id of what it created or changed, when they are known.
	Kind  string `json:"kind,omitempty"`
	About int64  `json:"about,omitempty"`
	// Detail says what was found, and what it should have been.
	Detail string `json:"detail"`
}

// String is the difference as one line.
func (d Difference) String() string {
	line := d.Check + ":"
	if d.Subject != "" {
		line += " " + d.Subject
	}
	if d.Account != "" {
		line += " account " + d.Account
	}
	if d.Posting != 0 {
		line += fmt.Sprintf(" posting %d", d.Posting)
	}
	return line + ": " + d.Detail
}

// Check proves one property of an organisation's books in one snapshot. The function reports each difference; its error
// means that it could not look.
type Check struct {
	Name string
	Run  func(ctx context.Context, tx *database.Tx, org int64, found func(Difference)) error
}

// Report is what Verify found.
type Report struct {
	Organisations int           `json:"organisations"`
	Postings      int64         `json:"postings"`
	Transfers     int64         `json:"transfers"`
	Accounts      int64         `json:"accounts"`
	Checks        int           `json:"checks"`
	Took          time.Duration `json:"took_ns"`
	// Differences are the first of them; Count is how many there are.
	Differences []Difference `json:"differences"`
	Count       int64        `json:"count"`
}

// WriteJSON writes the report as one line: {"name":"verify","ok":…} and what was found.
func (r *Report) WriteJSON(out io.Writer) error {
	return json.NewEncoder(out).Encode(struct {
		Name string `json:"name"`
		OK   bool   `json:"ok"`
		*Report
	}{"verify", r.OK(), r})
}

// OK says that there is no difference.
func (r *Report) OK() bool { return r.Count == 0 }

// maxDifferences bounds how many differences a report keeps.
const maxDifferences = 1000

// selectOrganisations looks for the next organisation again and again: there are few, and much of each.
var selectOrganisations = database.Register("ledger.select_organisations", func() string {
	tables := []string{"ledger_posting", "ledger_account", "ledger_transfer", "journal_head", "journal_event"}
	parts, all := make([]string, len(tables)), make([]string, len(tables))
	for i, table := range tables {
		parts[i] = fmt.Sprintf(`of_%[1]s(org_id) AS (SELECT MIN(org_id) FROM %[1]s UNION ALL
				SELECT (SELECT MIN(t.org_id) FROM %[1]s t WHERE t.org_id > o.org_id) FROM of_%[1]s o WHERE o.org_id IS NOT NULL)`, table)
		all[i] = "SELECT org_id FROM of_" + table + " WHERE org_id IS NOT NULL"
	}
	return "WITH RECURSIVE " + strings.Join(parts, ", ") + " " + strings.Join(all, " UNION ") + " ORDER BY 1"
}())

// Since is a sealed block up to which the books are trusted: they have been proved before, and its hash was printed.
type Since struct {
	// Block is the block's number, 0 to trust nothing. An organisation that has no such block is proved from its beginning.
	Block int64
	// Hash is how the block's hash begins, in hexadecimal digits; "" when it was not kept.
	Hash string
}

// Progress is how far Verify has come.
type Progress struct {
	Org int64
	// Check is what is being proved. Done and Total count postings, and are 0 for what is quick.
	Check       string
	Done, Total int64
}

// Verify proves the books of every organisation, with the ledger's own checks and those given. It may run beside the
// program: it reads in short snapshots, uses all processors, and what is committed meanwhile is no difference. The
// progress function, when there is one, is called by one at a time.
func Verify(ctx context.Context, db *database.DB, checks []Check, progress func(Progress)) (Report, error) {
	return VerifySince(ctx, db, Since{}, checks, progress)
}

// VerifySince proves what has been committed after a sealed block; balances, and the checks given, are proved as they
// are now.
func VerifySince(
	ctx context.Context, db *database.DB, since Since, checks []Check, progress func(Progress),
) (Report, error) {
	began := db.Clock().Now()
	v := &verification{db: db, since: since, checks: append(ownChecks(), checks...), progress: progress}
	if v.progress == nil {
		v.progress = func(Progress) {}
	}
	v.report.Checks = len(v.checks) + auditChecks
	var orgs []int64
	err := db.Read(ctx, func(tx *database.Tx) error {
		var err error
		orgs, err = database.List(ctx, tx, selectOrganisations, scanID)
		return err
	})
	if err != nil {
		return v.report, fmt.Errorf("list the organisations: %w", err)
	}
	v.report.Organisations = len(orgs)
	for _, org := range orgs {
		if err := v.organisation(ctx, org); err != nil {
			return v.report, err
		}
	}
	v.report.Took = db.Clock().Now().Sub(began)
	return v.report, nil
}

func scanID(row database.Scanner) (id int64, err error) {
	err = row.Scan(&id)
	return id, err
}

// verification is one run of Verify.
type verification struct {
	db       *database.DB
	since    Since
	checks   []Check
	progress func(Progress)

	mutex  sync.Mutex
	report Report
}

// found hears of a difference.
func (v *verification) found(org int64, check string, d Difference) {
	d.Check, d.Org = check, org
	v.mutex.Lock()
	defer v.mutex.Unlock()
	v.report.Count++
	if len(v.report.Differences) < maxDifferences {
		v.report.Differences = append(v.report.Differences, d)
	}
}

// tell tells how far it is.
func (v *verification) tell(at Progress) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	v.progress(at)
}

// organisation proves one organisation: first what it has committed, then all else, and when anything differs it looks
// for what nothing explains.
func (v *verification) organisation(ctx context.Context, org int64) error {
	before := v.report.Count
	at := Progress{Org: org, Check: "ledger.postings"}
	a := newAudit(v.db, org, v.since, func(check string, d Difference) { v.found(org, check, d) }, func(done, total int64) {
		at.Done, at.Total = done, total
		v.tell(at)
	})
	if err := a.run(ctx); err != nil {
		return fmt.Errorf("prove the postings of organisation %d: %w", org, err)
	}
	v.report.Postings += a.count.postings
	v.report.Transfers += a.count.transfers
	v.report.Accounts += int64(len(a.accounts))
	checks := v.checks
	if v.report.Count > before {
		checks = append(namingChecks(), checks...)
	}
	each := func(_ context.Context, give func(Check) error) error {
		for _, check := range checks {
			if err := give(check); err != nil {
				return err
			}
		}
		return nil
	}
	return allCores(ctx, each, func(ctx context.Context, check Check) error {
		v.tell(Progress{Org: org, Check: check.Name})
		err := v.db.Read(ctx, func(tx *database.Tx) error {
			return check.Run(ctx, tx, org, func(d Difference) { v.found(org, check.Name, d) })
		})
		if err != nil {
			return fmt.Errorf("check %s: %w", check.Name, err)
		}
		return nil
	})
}

// allCores does the work that each gives, as much at once as there are processors. The first error ends it.
func allCores[T any](
	ctx context.Context, each func(ctx context.Context, give func(T) error) error, work func(ctx context.Context, one T) error,
) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var workers sync.WaitGroup
	given := make(chan T)
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for one := range given {
				if err := work(ctx, one); err != nil {
					cancel(err)
				}
			}
		})
	}
	err := each(ctx, func(one T) error {
		select {
		case given <- one:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	})
	close(given)
	workers.Wait()
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

// auditChecks is how many properties an audit proves: accounts, orphans, postings, claims and seals.
const auditChecks = 5

func ownChecks() []Check {
	return []Check{
		{"ledger.holds", checkHolds},
		{"ledger.lots", checkLots},
		{"journal.order", checkJournal},
		{"database.ids", checkIDs},
	}
}

// namingChecks look through everything for what an audit can only count.
func namingChecks() []Check {
	return []Check{{"ledger.orphans", checkOrphans}, {"ledger.claims", checkClaims}}
}

var (
	verifyOrphans = database.Register("ledger.verify_orphans", `
		SELECT t.posting_id, t.line, COALESCE(p.id, 0), COALESCE(p.rejection, ''), COALESCE(d.asset, ''), COALESCE(c.asset, ''), t.asset
		FROM ledger_transfer t
		LEFT JOIN ledger_posting p ON p.org_id = t.org_id AND p.id = t.posting_id
		LEFT JOIN ledger_account d ON d.org_id = t.org_id AND d.id = t.debit_id
		LEFT JOIN ledger_account c ON c.org_id = t.org_id AND c.id = t.credit_id
		WHERE t.org_id = $1 AND (p.id IS NULL OR p.rejection <> '' OR d.asset IS NULL OR c.asset IS NULL
			OR d.asset <> t.asset OR c.asset <> t.asset)
		ORDER BY t.posting_id, t.line`)
	verifyHolds = database.Register("ledger.verify_holds", `
		SELECT id, part, debit_id, credit_id, asset, amount, posted, state, deadline, fingerprint FROM ledger_hold
		WHERE org_id = $1 AND id > $2 ORDER BY id, part LIMIT $3`)
	verifyHoldTransfers = database.Register("ledger.verify_hold_transfers", `
		SELECT hold_id, debit_id, credit_id, posting_id, action, amount FROM ledger_transfer
		WHERE org_id = $1 AND hold_id > $2 AND hold_id <= $3 AND hold_id > 0`)
	verifyLots = database.Register("ledger.verify_lots", `
		SELECT l.code, l.expires_on, l.funder_id, l.giver_id, l.asset, l.side, l.limited,
			COALESCE(p.code, ''), COALESCE(p.asset, ''), COALESCE(p.side, ''), COALESCE(p.limited, 0), COALESCE(p.lots, 0)
		FROM ledger_account l
		LEFT JOIN ledger_account p ON p.org_id = l.org_id AND p.id = l.parent_id
		WHERE l.org_id = $1 AND l.parent_id > 0`)
	verifyClaims = database.Register("ledger.verify_claims", `
		SELECT c.scope, c.value, c.posting_id FROM ledger_claim c
		LEFT JOIN ledger_posting p ON p.org_id = c.org_id AND p.id = c.posting_id
		WHERE c.org_id = $1 AND (p.id IS NULL OR p.rejection <> '') ORDER BY c.scope, c.value`)
	verifyHead = database.Register("ledger.verify_journal_head", `
		SELECT COALESCE((SELECT seq FROM journal_head WHERE org_id = $1), 0), COALESCE(MAX(seq), 0), COALESCE(MIN(seq), 1), COUNT(*)
		FROM journal_event WHERE org_id = $1`)
	verifyGaps = database.Register("ledger.verify_journal_gaps", `
		SELECT e.seq FROM journal_event e
		WHERE e.org_id = $1 AND e.seq > 1
			AND NOT EXISTS (SELECT 1 FROM journal_event b WHERE b.org_id = e.org_id AND b.seq = e.seq - 1)
		ORDER BY e.seq`)
	verifyIDs = database.Register("ledger.verify_ids", `
		SELECT COALESCE((SELECT MAX(id) FROM ledger_posting WHERE org_id = $1), 0),
			COALESCE((SELECT MAX(id) FROM ledger_account WHERE org_id = $1), 0),
			(SELECT next_block FROM id_block WHERE id = 1)`)
)

// checkOrphans finds transfers without their posting or accounts, or of another asset than these.
func checkOrphans(ctx context.Context, tx *database.Tx, org int64, found func(Difference)) error {
	return tx.Each(ctx, verifyOrphans, func(row database.Scanner) error {
		var posting, line, owner int64
		var rejection, debit, credit, asset string
		if err := row.Scan(&posting, &line, &owner, &rejection, &debit, &credit, &asset); err != nil {
			return err
		}
		detail := fmt.Sprintf("transfer %d moves %s between accounts of %q and %q", line, asset, debit, credit)
		switch {
		case owner == 0:
			detail = fmt.Sprintf("transfer %d has no posting", line)
		case rejection != "":
			detail = fmt.Sprintf("transfer %d belongs to a posting that was rejected", line)
		}
		found(Difference{Posting: posting, Detail: detail})
		return nil
	}, org)
}

// heldBy is what the transfers say of a part of a hold.
type heldBy struct{ held, posted, voided, posting int64 }

type heldPart struct{ id, debit, credit int64 }

// checkHolds compares holds with the transfers that made and ended them, both ways.
func checkHolds(ctx context.Context, tx *database.Tx, org int64, found func(Difference)) error {
	const page = 2000
	for after, more := int64(0), true; more; {
		holds, err := database.List(ctx, tx, verifyHolds, func(row database.Scanner) (hold, error) {
			var h hold
			var fingerprint int64
			err := row.Scan(&h.id, &h.part, &h.debitID, &h.creditID, &h.asset, &h.amount, &h.posted, &h.state, &h.deadline, &fingerprint)
			if err == nil && fingerprint != h.fingerprint(org) {
				found(Difference{Detail: fmt.Sprintf("hold %d is not what it was made as, or had another deadline", h.id)})
			}
			return h, err
		}, org, after, page)
		if err != nil {
			return fmt.Errorf("read holds: %w", err)
		}
		last := int64(math.MaxInt64)
		if more = len(holds) == page; more {
			// The last one of the page may have more parts.
			last = holds[page-1].id - 1
			if cut := slices.IndexFunc(holds, func(h hold) bool { return h.id > last }); cut > 0 {
				holds = holds[:cut]
			} else {
				last++
			}
		}
		by, err := readHeld(ctx, tx, org, after, last)
		if err != nil {
			return err
		}
		for i := range holds {
			compareHold(&holds[i], by, found)
		}
		for part, one := range by {
			found(Difference{Posting: one.posting, Detail: fmt.Sprintf("a transfer and its hold (%d) do not belong together", part.id)})
		}
		after = last
	}
	return nil
}

// readHeld adds up the transfers of holds.
func readHeld(ctx context.Context, tx *database.Tx, org, after, last int64) (map[heldPart]heldBy, error) {
	by := map[heldPart]heldBy{}
	err := tx.Each(ctx, verifyHoldTransfers, func(row database.Scanner) error {
		var part heldPart
		var posting, amount int64
		var action string
		err := row.Scan(&part.id, &part.debit, &part.credit, &posting, &action, &amount)
		one := by[part]
		one.posting = posting
		switch action {
		case "hold":
			one.held += amount
		case "post":
			one.posted += amount
		case "void":
			one.voided += amount
		}
		by[part] = one
		return err
	}, org, after, last)
	if err != nil {
		return nil, fmt.Errorf("read the transfers of holds: %w", err)
	}
	return by, nil
}

// compareHold compares a part of a hold with its transfers, and takes these out of the others.
func compareHold(h *hold, by map[heldPart]heldBy, found func(Difference)) {
	key := heldPart{h.id, h.debitID, h.creditID}
	t := by[key]
	delete(by, key)
	ended := t.posted + t.voided
	if t.held != h.amount || t.posted != h.posted || (h.state == "held") != (ended == 0) || ended != 0 && ended != h.amount ||
		(h.state == "posted") != (t.posted > 0) {
		found(Difference{Posting: t.posting, Detail: fmt.Sprintf(
			"hold %d is %s with %d of %d posted, its transfers held %d, posted %d, voided %d",
			h.id, h.state, h.posted, h.amount, t.held, t.posted, t.voided,
		)})
	}
}

// checkLots compares each lot with the account that it is part of.
func checkLots(ctx context.Context, tx *database.Tx, org int64, found func(Difference)) error {
	return tx.Each(ctx, verifyLots, func(row database.Scanner) error {
		lot, owner := newAccount(), newAccount()
		var names Lot
		err := row.Scan(&lot.code, &names.ExpiresOn, &names.Funder, &names.Giver, &lot.asset, &lot.side, ints(&lot.limited),
			&owner.code, &owner.asset, &owner.side, ints(&owner.limited), ints(&owner.lots))
		if err != nil {
			return err
		}
		if !owner.lots || owner.asset != lot.asset || owner.side != lot.side || owner.limited != lot.limited ||
			lot.code != lotCode(owner.code, names) {
			found(Difference{Account: lot.code, Detail: fmt.Sprintf("this lot does not belong to account %q", owner.code)})
		}
		return nil
	}, org)
}

// checkClaims finds claims that no posting holds.
func checkClaims(ctx context.Context, tx *database.Tx, org int64, found func(Difference)) error {
	return tx.Each(ctx, verifyClaims, func(row database.Scanner) error {
		var claim Claim
		var posting int64
		if err := row.Scan(&claim.Scope, &claim.Value, &posting); err != nil {
			return err
		}
		found(Difference{Posting: posting, Detail: fmt.Sprintf("the claim %s %q is held by no posting", claim.Scope, claim.Value)})
		return nil
	}, org)
}

// checkJournal proves that the journal is dense from 1 to its head.
func checkJournal(ctx context.Context, tx *database.Tx, org int64, found func(Difference)) error {
	var head, last, first, count int64
	if err := tx.QueryRow(ctx, verifyHead, org).Scan(&head, &last, &first, &count); err != nil {
		return err
	}
	if head != last {
		found(Difference{Detail: fmt.Sprintf("the journal's head is %d, its last event %d", head, last)})
	}
	if first != 1 {
		found(Difference{Detail: fmt.Sprintf("the journal begins with event %d", first)})
	}
	if count == last {
		return nil
	}
	return tx.Each(ctx, verifyGaps, func(row database.Scanner) error {
		var seq int64
		if err := row.Scan(&seq); err != nil {
			return err
		}
		if seq != first {
			found(Difference{Detail: fmt.Sprintf("events before %d are missing from the journal", seq)})
		}
		return nil
	}, org)
}

// idBlockBits is how many ids are in a block; see package id.
const idBlockBits = 20

// checkIDs proves that no id that is in use can be given out again, as it could after a wrong restore.
func checkIDs(ctx context.Context, tx *database.Tx, org int64, found func(Difference)) error {
	var posting, accountID, next int64
	if err := tx.QueryRow(ctx, verifyIDs, org).Scan(&posting, &accountID, &next); err != nil {
		return err
	}
	if last := max(posting, accountID); last>>idBlockBits > next {
		found(Difference{Detail: fmt.Sprintf("id %d is in use, though blocks are given out only up to %d", last, next)})
	}
	return nil
}
