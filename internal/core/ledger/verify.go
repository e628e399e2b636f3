package ledger

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
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

var (
	selectOrganisations = database.Register("ledger.select_organisations", `
		SELECT org_id FROM ledger_posting UNION SELECT org_id FROM ledger_account UNION SELECT org_id FROM ledger_transfer
		UNION SELECT org_id FROM journal_head UNION SELECT org_id FROM journal_event ORDER BY 1`)
	countAll = database.Register("ledger.count_all", `
		SELECT (SELECT COUNT(*) FROM ledger_posting), (SELECT COUNT(*) FROM ledger_transfer), (SELECT COUNT(*) FROM ledger_account)`)
)

// Verify runs the ledger's own checks and those given, for every organisation, several at once. The progress function,
// when there is one, hears of each check before it runs; it is called by one at a time.
func Verify(ctx context.Context, db *database.DB, checks []Check, progress func(org int64, check string)) (Report, error) {
	began := db.Clock().Now()
	checks = append(ownChecks(), checks...)
	report := Report{Checks: len(checks)}
	var orgs []int64
	err := db.Read(ctx, func(tx *database.Tx) error {
		var err error
		orgs, err = database.List(ctx, tx, selectOrganisations, func(row database.Scanner) (int64, error) {
			var org int64
			err := row.Scan(&org)
			return org, err
		})
		if err != nil {
			return err
		}
		return tx.QueryRow(ctx, countAll).Scan(&report.Postings, &report.Transfers, &report.Accounts)
	})
	if err != nil {
		return report, fmt.Errorf("list the organisations: %w", err)
	}
	report.Organisations = len(orgs)
	if err := report.run(ctx, db, orgs, checks, progress); err != nil {
		return report, err
	}
	report.Took = db.Clock().Now().Sub(began)
	return report, nil
}

// run runs every check for every organisation, as many at once as there are processors, each in a snapshot of its own.
func (r *Report) run(
	ctx context.Context, db *database.DB, orgs []int64, checks []Check, progress func(org int64, check string),
) error {
	type job struct {
		org   int64
		check Check
		found []Difference
		count int64
	}
	jobs := make([]*job, 0, len(orgs)*len(checks))
	for _, org := range orgs {
		for _, check := range checks {
			jobs = append(jobs, &job{org: org, check: check})
		}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wait sync.WaitGroup
	var mutex sync.Mutex
	next := make(chan *job)
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for one := range next {
				if progress != nil {
					mutex.Lock()
					progress(one.org, one.check.Name)
					mutex.Unlock()
				}
				err := db.Read(ctx, func(tx *database.Tx) error {
					return one.check.Run(ctx, tx, one.org, func(d Difference) {
						d.Check, d.Org = one.check.Name, one.org
						one.count++
						if len(one.found) < maxDifferences {
							one.found = append(one.found, d)
						}
					})
				})
				if err != nil {
					cancel(fmt.Errorf("check %s: %w", one.check.Name, err))
				}
			}
		})
	}
	for _, one := range jobs {
		next <- one
	}
	close(next)
	wait.Wait()
	for _, one := range jobs {
		r.Count += one.count
		r.Differences = append(r.Differences, one.found[:min(len(one.found), maxDifferences-len(r.Differences))]...)
	}
	return context.Cause(ctx)
}

func ownChecks() []Check {
	return []Check{
		{"ledger.accounts", checkAccounts},
		{"ledger.orphans", checkOrphans},
		{"ledger.postings", checkPostings},
		{"ledger.holds", checkHolds},
		{"ledger.lots", checkLots},
		{"ledger.claims", checkClaims},
		{"ledger.seals", checkSeals},
		{"journal.order", checkJournal},
		{"database.ids", checkIDs},
	}
}

var (
	verifyAccounts = database.Register("ledger.verify_accounts", `
		SELECT a.id, a.code, a.asset, a.side, a.limited, a.lots, a.parent_id, a.expires_on, a.funder_id, a.giver_id,
			a.fingerprint, a.debits, a.credits, a.held, a.available, a.low,
			COALESCE(d.sum, 0), COALESCE(c.sum, 0), COALESCE(h.sum, 0)
		FROM ledger_account a
		LEFT JOIN (SELECT debit_id AS id, CAST(SUM(amount) AS BIGINT) AS sum FROM ledger_transfer
			WHERE org_id = $1 AND action IN ('move', 'post') GROUP BY debit_id) d ON d.id = a.id
		LEFT JOIN (SELECT credit_id AS id, CAST(SUM(amount) AS BIGINT) AS sum FROM ledger_transfer
			WHERE org_id = $1 AND action IN ('move', 'post') GROUP BY credit_id) c ON c.id = a.id
		LEFT JOIN (SELECT x.id, CAST(SUM(x.amount) AS BIGINT) AS sum FROM (
				SELECT h.debit_id AS id, h.amount FROM ledger_hold h
				JOIN ledger_account s ON s.org_id = h.org_id AND s.id = h.debit_id AND s.side = 'C'
				WHERE h.org_id = $1 AND h.state = 'held'
				UNION ALL
				SELECT h.credit_id, h.amount FROM ledger_hold h
				JOIN ledger_account s ON s.org_id = h.org_id AND s.id = h.credit_id AND s.side = 'D'
				WHERE h.org_id = $1 AND h.state = 'held'
			) x GROUP BY x.id) h ON h.id = a.id
		WHERE a.org_id = $1 ORDER BY a.id`)
	verifyOrphans = database.Register("ledger.verify_orphans", `
		SELECT t.posting_id, t.line, COALESCE(p.id, 0), COALESCE(p.rejection, ''), COALESCE(d.asset, ''), COALESCE(c.asset, ''), t.asset
		FROM ledger_transfer t
		LEFT JOIN ledger_posting p ON p.org_id = t.org_id AND p.id = t.posting_id
		LEFT JOIN ledger_account d ON d.org_id = t.org_id AND d.id = t.debit_id
		LEFT JOIN ledger_account c ON c.org_id = t.org_id AND c.id = t.credit_id
		WHERE t.org_id = $1 AND (p.id IS NULL OR p.rejection <> '' OR d.asset IS NULL OR c.asset IS NULL
			OR d.asset <> t.asset OR c.asset <> t.asset)
		ORDER BY t.posting_id, t.line`)
	verifyPostings = database.Register("ledger.verify_postings", `
		SELECT id, key, request_hash, at, store_id, kind, subject_id, actor_id, transfers, rejection, digest
		FROM ledger_posting WHERE org_id = $1 AND id > $2 ORDER BY id LIMIT $3`)
	verifyTransfers = database.Register("ledger.verify_transfers", `
		SELECT posting_id, line, request, action, debit_id, credit_id, asset, amount, hold_id, short FROM ledger_transfer
		WHERE org_id = $1 AND posting_id >= $2 AND posting_id <= $3 ORDER BY posting_id, line`)
	verifyPostingClaims = database.Register("ledger.verify_posting_claims", `
		SELECT posting_id, scope, value FROM ledger_claim WHERE org_id = $1 ORDER BY scope, value`)
	verifyHolds = database.Register("ledger.verify_holds", `
		SELECT h.id, h.state, h.amount, h.posted, h.debit_id, h.credit_id,
			COALESCE(t.held, 0), COALESCE(t.posted, 0), COALESCE(t.voided, 0)
		FROM ledger_hold h
		LEFT JOIN (SELECT hold_id, debit_id, credit_id,
				CAST(SUM(CASE WHEN action = 'hold' THEN amount ELSE 0 END) AS BIGINT) AS held,
				CAST(SUM(CASE WHEN action = 'post' THEN amount ELSE 0 END) AS BIGINT) AS posted,
				CAST(SUM(CASE WHEN action = 'void' THEN amount ELSE 0 END) AS BIGINT) AS voided
			FROM ledger_transfer WHERE org_id = $1 AND hold_id > 0 GROUP BY hold_id, debit_id, credit_id) t
			ON t.hold_id = h.id AND t.debit_id = h.debit_id AND t.credit_id = h.credit_id
		WHERE h.org_id = $1 ORDER BY h.id, h.part`)
	verifyHoldTransfers = database.Register("ledger.verify_hold_transfers", `
		SELECT t.posting_id, t.hold_id FROM ledger_transfer t
		LEFT JOIN ledger_hold h ON h.org_id = t.org_id AND h.id = t.hold_id AND h.debit_id = t.debit_id AND h.credit_id = t.credit_id
		WHERE t.org_id = $1 AND ((t.hold_id > 0 AND h.id IS NULL) OR (t.action <> 'move') <> (t.hold_id > 0))
		ORDER BY t.posting_id`)
	verifyLots = database.Register("ledger.verify_lots", `
		SELECT l.code, l.expires_on, l.funder_id, l.giver_id, l.asset, l.side, l.limited, l.parent_id,
			COALESCE(p.code, ''), COALESCE(p.asset, ''), COALESCE(p.side, ''), COALESCE(p.limited, 0), COALESCE(p.lots, 0)
		FROM ledger_account l
		LEFT JOIN ledger_account p ON p.org_id = l.org_id AND p.id = l.parent_id
		WHERE l.org_id = $1 AND (l.parent_id > 0 OR l.lots = 1) ORDER BY l.id`)
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

// checkAccounts recomputes every account from transfers and holds.
func checkAccounts(ctx context.Context, tx *database.Tx, org int64, found func(Difference)) error {
	return tx.Each(ctx, verifyAccounts, func(row database.Scanner) error {
		a := newAccount()
		var fingerprint, stored, low, debits, credits, held int64
		err := row.Scan(&a.id, &a.code, &a.asset, &a.side, ints(&a.limited), ints(&a.lots), &a.parent, &a.expires, &a.funder, &a.giver,
			&fingerprint, &a.debits, &a.credits, &a.held, &stored, &low, &debits, &credits, &held)
		if err != nil {
			return err
		}
		if fingerprint != a.fingerprint(org) {
			found(Difference{Account: a.code, Detail: "it is not what it was opened as"})
		}
		if !a.counted() {
			debits, credits = 0, 0 // its row holds none: see checkSeals
		}
		for _, total := range []struct {
			name      string
			got, want int64
		}{
			{"debits", a.debits, debits},
			{"credits", a.credits, credits},
			{"held", a.held, held},
			{"available", stored, a.available()},
		} {
			if total.got != total.want {
				found(Difference{Account: a.code, Detail: fmt.Sprintf("%s is %d, the entries say %d", total.name, total.got, total.want)})
			}
		}
		if a.limited && (a.available() < 0 || low < 0) || low > stored {
			found(Difference{Account: a.code, Detail: fmt.Sprintf("%d is available, and %d was at least", a.available(), low)})
		}
		return nil
	}, org)
}

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

// checkPostings recomputes the digest of every posting from its rows, and counts its transfers.
func checkPostings(ctx context.Context, tx *database.Tx, org int64, found func(Difference)) error {
	claims := map[int64][]Claim{}
	err := tx.Each(ctx, verifyPostingClaims, func(row database.Scanner) error {
		var posting int64
		var claim Claim
		if err := row.Scan(&posting, &claim.Scope, &claim.Value); err != nil {
			return err
		}
		claims[posting] = append(claims[posting], claim)
		return nil
	}, org)
	if err != nil {
		return err
	}
	const page = 1000
	for after := int64(0); ; {
		heads, counts, digests, err := readHeads(ctx, tx, org, after, page)
		if err != nil || len(heads) == 0 {
			return err
		}
		rows, err := readDigestRows(ctx, tx, org, heads[0].id, heads[len(heads)-1].id)
		if err != nil {
			return err
		}
		for i, head := range heads {
			transfers := rows[head.id]
			if int64(len(transfers)) != counts[i] {
				detail := fmt.Sprintf("it has %d transfers, it was made of %d", len(transfers), counts[i])
				found(Difference{Posting: head.id, Detail: detail})
			}
			for line, row := range transfers {
				if row.line != int64(line) {
					found(Difference{Posting: head.id, Detail: fmt.Sprintf("transfer %d stands where %d should", row.line, line)})
					break
				}
			}
			if !bytes.Equal(digests[i], digest(head, transfers, claims[head.id])) {
				found(Difference{Posting: head.id, Detail: "its digest differs from what its rows say: something in it was changed"})
			}
		}
		after = heads[len(heads)-1].id
	}
}

func readHeads(
	ctx context.Context, tx *database.Tx, org, after int64, limit int,
) (heads []digestHead, counts []int64, digests [][]byte, err error) {
	err = tx.Each(ctx, verifyPostings, func(row database.Scanner) error {
		head := digestHead{org: org}
		var count int64
		var stored []byte
		err := row.Scan(&head.id, &head.key, &head.requestHash, &head.at, &head.store, &head.kind, &head.subject, &head.actor,
			&count, &head.rejection, &stored)
		heads, counts, digests = append(heads, head), append(counts, count), append(digests, stored)
		return err
	}, org, after, limit)
	return heads, counts, digests, err
}

func readDigestRows(ctx context.Context, tx *database.Tx, org, from, to int64) (map[int64][]digestRow, error) {
	rows := map[int64][]digestRow{}
	err := tx.Each(ctx, verifyTransfers, func(row database.Scanner) error {
		var posting int64
		var r digestRow
		err := row.Scan(&posting, &r.line, &r.request, &r.action, &r.debitID, &r.creditID, &r.asset, &r.amount, &r.holdID, ints(&r.short))
		rows[posting] = append(rows[posting], r)
		return err
	}, org, from, to)
	return rows, err
}

// checkHolds compares holds with the transfers that made and ended them, both ways.
func checkHolds(ctx context.Context, tx *database.Tx, org int64, found func(Difference)) error {
	err := tx.Each(ctx, verifyHolds, func(row database.Scanner) error {
		var h hold
		var held, posted, voided int64
		err := row.Scan(&h.id, &h.state, &h.amount, &h.posted, &h.debitID, &h.creditID, &held, &posted, &voided)
		if err != nil {
			return err
		}
		ended := posted + voided
		if held != h.amount || posted != h.posted || (h.state == "held") != (ended == 0) || ended != 0 && ended != h.amount ||
			(h.state == "posted") != (posted > 0) {
			found(Difference{Detail: fmt.Sprintf("hold %d is %s with %d of %d posted, its transfers held %d, posted %d, voided %d",
				h.id, h.state, h.posted, h.amount, held, posted, voided)})
		}
		return nil
	}, org)
	if err != nil {
		return err
	}
	return tx.Each(ctx, verifyHoldTransfers, func(row database.Scanner) error {
		var posting, holdID int64
		if err := row.Scan(&posting, &holdID); err != nil {
			return err
		}
		found(Difference{Posting: posting, Detail: fmt.Sprintf("a transfer and its hold (%d) do not belong together", holdID)})
		return nil
	}, org)
}

// checkLots compares each lot with the account that it is part of.
func checkLots(ctx context.Context, tx *database.Tx, org int64, found func(Difference)) error {
	return tx.Each(ctx, verifyLots, func(row database.Scanner) error {
		lot, owner := newAccount(), newAccount()
		var names Lot
		var parent int64
		err := row.Scan(&lot.code, &names.ExpiresOn, &names.Funder, &names.Giver, &lot.asset, &lot.side, ints(&lot.limited), &parent,
			&owner.code, &owner.asset, &owner.side, ints(&owner.limited), ints(&owner.lots))
		if err != nil || parent == 0 {
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
