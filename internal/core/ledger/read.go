package ledger

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"dangol/internal/ground/database"
)

// Balance is what an account holds, in its asset's smallest unit and on its own side.
type Balance struct {
	// Posted is what has been moved, Held what is set aside of it.
	Posted, Held int64
	// Available is Posted less Held.
	Available int64
}

// Posting is one decided key: a posting, or a rejection when Rejected says with which code.
type Posting struct {
	ID        int64
	Key       string
	At        time.Time
	Store     int64
	Kind      string
	Subject   int64
	Actor     int64
	Transfers int
	// Rejected is the code of the rejection, "" for a posting that was made.
	Rejected string
}

// Entry is one transfer of a posting, with the codes of its accounts.
type Entry struct {
	Posting       int64
	Line          int
	Action        Action
	Debit, Credit string
	// DebitOf and CreditOf are the codes of the accounts to which Debit and Credit belong as lots; else the same codes.
	DebitOf, CreditOf string
	LotID             int64
	Asset             string
	Amount            int64
	Short             bool
}

var (
	selectBalances = database.Register("ledger.select_balances", `
		SELECT p.id, p.code, p.side, p.limited, p.lots, p.parent_id,
			p.debits + COALESCE(CAST(SUM(l.debits) AS BIGINT), 0),
			p.credits + COALESCE(CAST(SUM(l.credits) AS BIGINT), 0),
			p.held + COALESCE(CAST(SUM(l.held) AS BIGINT), 0)
		FROM ledger_account p
		LEFT JOIN ledger_account l ON l.org_id = p.org_id AND l.parent_id = p.id AND l.parent_id > 0
		WHERE p.org_id = $1 AND p.code = ANY_TEXT($2)
		GROUP BY p.id, p.code, p.side, p.limited, p.lots, p.parent_id, p.debits, p.credits, p.held`)
	selectPostings = database.Register("ledger.select_postings", `
		SELECT id, key, at, store_id, kind, subject_id, actor_id, transfers, rejection FROM ledger_posting
		WHERE org_id = $1 AND id > $2 ORDER BY id LIMIT $3`)
	selectPostingsOfSubject = database.Register("ledger.select_postings_of_subject", `
		SELECT id, key, at, store_id, kind, subject_id, actor_id, transfers, rejection FROM ledger_posting
		WHERE org_id = $1 AND subject_id = $2 ORDER BY id`)
	selectEntries = database.Register("ledger.select_entries", `
		SELECT t.posting_id, t.line, t.action, d.code, c.code, COALESCE(dp.code, d.code), COALESCE(cp.code, c.code),
			CASE WHEN d.parent_id > 0 THEN d.id WHEN c.parent_id > 0 THEN c.id ELSE 0 END, t.asset, t.amount, t.short
		FROM ledger_transfer t
		JOIN ledger_account d ON d.org_id = t.org_id AND d.id = t.debit_id
		JOIN ledger_account c ON c.org_id = t.org_id AND c.id = t.credit_id
		LEFT JOIN ledger_account dp ON dp.org_id = d.org_id AND dp.id = d.parent_id AND d.parent_id > 0
		LEFT JOIN ledger_account cp ON cp.org_id = c.org_id AND cp.id = c.parent_id AND c.parent_id > 0
		WHERE t.org_id = $1 AND t.posting_id = ANY_ID($2) ORDER BY t.posting_id, t.line`)
	selectClaim = database.Register("ledger.select_claim", `
		SELECT posting_id FROM ledger_claim WHERE org_id = $1 AND scope = $2 AND value = $3`)
	selectClaimsAfter = database.Register("ledger.select_claims_after", `
		SELECT value, posting_id FROM ledger_claim WHERE org_id = $1 AND scope = $2 AND value > $3 ORDER BY value LIMIT $4`)
	selectAccountsAfter = database.Register("ledger.select_accounts_after", `
		SELECT id, code, side, limited, lots, parent_id, debits, credits, held FROM ledger_account
		WHERE org_id = $1 AND code > $2 AND code < $3 AND parent_id = 0 AND lots = 0 ORDER BY code LIMIT $4`)
)

// Balances reads the balances of accounts by code. An account that was never opened is absent: its balance is zero.
// Accounts with lots show the sum of all their lots, expired ones too.
func Balances(ctx context.Context, tx *database.Tx, org int64, codes ...string) (map[string]Balance, error) {
	accounts, err := database.List(ctx, tx, selectBalances, scanAccount, org, database.Texts(codes))
	if err != nil {
		return nil, fmt.Errorf("read balances: %w", err)
	}
	var unsealed *tail
	if err := addStatements(ctx, tx, org, accounts, &unsealed); err != nil {
		return nil, err
	}
	balances := make(map[string]Balance, len(accounts))
	for _, a := range accounts {
		balances[a.code] = a.balance()
	}
	return balances, nil
}

// EachBalance reads the balances of the accounts without lots whose codes begin with the prefix, in the order of their
// codes.
func EachBalance(
	ctx context.Context, tx *database.Tx, org int64, prefix string, each func(code string, balance Balance) error,
) error {
	const page = 1000
	var unsealed *tail
	after, end := prefix, prefix+"\U0010FFFF"
	for {
		accounts, err := database.List(ctx, tx, selectAccountsAfter, scanAccount, org, after, end, page)
		if err != nil {
			return fmt.Errorf("read balances of %s: %w", prefix, err)
		}
		if err := addStatements(ctx, tx, org, accounts, &unsealed); err != nil {
			return err
		}
		for _, a := range accounts {
			after = a.code
			if err := each(a.code, a.balance()); err != nil {
				return err
			}
		}
		if len(accounts) < page {
			return nil
		}
	}
}

func scanAccount(row database.Scanner) (*account, error) {
	a := newAccount()
	return a, row.Scan(&a.id, &a.code, &a.side, ints(&a.limited), ints(&a.lots), &a.parent, &a.debits, &a.credits, &a.held)
}

func (a *account) balance() Balance {
	return Balance{Posted: a.available() + a.held, Held: a.held, Available: a.available()}
}

// tail is what has been committed and not sealed yet.
type tail struct {
	block    int64 // the last one that is sealed
	accounts map[int64]totals
}

var (
	selectSealedBlock = database.Register("ledger.select_sealed_block", `
		SELECT number, last_group FROM ledger_block WHERE org_id = $1 AND sealed = 1 ORDER BY number DESC LIMIT 1`)
	sumDebits = database.Register("ledger.sum_debits", `
		SELECT debit_id, CAST(SUM(amount) AS BIGINT) FROM ledger_transfer
		WHERE org_id = $1 AND posting_id = EACH_ID($2) AND action IN ('move', 'post') GROUP BY debit_id`)
	sumCredits = database.Register("ledger.sum_credits", `
		SELECT credit_id, CAST(SUM(amount) AS BIGINT) FROM ledger_transfer
		WHERE org_id = $1 AND posting_id = EACH_ID($2) AND action IN ('move', 'post') GROUP BY credit_id`)
)

// addStatements adds the totals of the accounts that are not counted in their rows. The tail is read when it is needed
// first.
func addStatements(ctx context.Context, tx *database.Tx, org int64, accounts []*account, unsealed **tail) error {
	var ids []int64
	for _, a := range accounts {
		if !a.counted() && !a.lots {
			ids = append(ids, a.id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	if *unsealed == nil {
		var err error
		if *unsealed, err = readTail(ctx, tx, org); err != nil {
			return err
		}
	}
	sealed, err := readStatements(ctx, tx, org, (*unsealed).block, ids)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if !a.counted() && !a.lots {
			since := (*unsealed).accounts[a.id]
			a.debits += sealed[a.id].debits + since.debits
			a.credits += sealed[a.id].credits + since.credits
		}
	}
	return nil
}

func readTail(ctx context.Context, tx *database.Tx, org int64) (*tail, error) {
	t := &tail{accounts: map[int64]totals{}}
	var lastGroup int64
	err := tx.QueryRow(ctx, selectSealedBlock, org).Scan(&t.block, &lastGroup)
	if err != nil && !errors.Is(err, database.ErrNone) {
		return nil, fmt.Errorf("read the last block: %w", err)
	}
	postings, err := unsealedPostings(ctx, tx, org, lastGroup)
	if err != nil {
		return nil, err
	}
	err = t.sum(ctx, tx, org, postings)
	return t, err
}

// unsealedPostings are the postings of the groups after one, in order.
func unsealedPostings(ctx context.Context, tx *database.Tx, org, after int64) (database.IDs, error) {
	var postings database.IDs
	err := tx.Each(ctx, selectGroups, func(row database.Scanner) error {
		g, err := scanGroup(row)
		postings = append(postings, g.postings...)
		return err
	}, org, after, int64(math.MaxInt64))
	if err != nil {
		return nil, fmt.Errorf("read what is not sealed: %w", err)
	}
	return postings, nil
}

func (t *tail) sum(ctx context.Context, tx *database.Tx, org int64, postings database.IDs) error {
	if len(postings) == 0 {
		return nil
	}
	for _, side := range []struct {
		statement *database.Statement
		add       func(*totals, int64)
	}{
		{sumDebits, func(to *totals, amount int64) { to.debits += amount }},
		{sumCredits, func(to *totals, amount int64) { to.credits += amount }},
	} {
		err := tx.Each(ctx, side.statement, func(row database.Scanner) error {
			var id, amount int64
			err := row.Scan(&id, &amount)
			to := t.accounts[id]
			side.add(&to, amount)
			t.accounts[id] = to
			return err
		}, org, postings)
		if err != nil {
			return fmt.Errorf("sum what is not sealed: %w", err)
		}
	}
	return nil
}

// Postings reads what was decided about one subject, in order.
func Postings(ctx context.Context, tx *database.Tx, org, subject int64) ([]Posting, error) {
	return database.List(ctx, tx, selectPostingsOfSubject, scanPosting, org, subject)
}

// PostingsAfter reads at most limit decisions with ids above after, by id: to walk over all of them.
func PostingsAfter(ctx context.Context, tx *database.Tx, org, after int64, limit int) ([]Posting, error) {
	return database.List(ctx, tx, selectPostings, scanPosting, org, after, limit)
}

func scanPosting(row database.Scanner) (Posting, error) {
	var p Posting
	var at int64
	var rejection string
	err := row.Scan(&p.ID, &p.Key, &at, &p.Store, &p.Kind, &p.Subject, &p.Actor, &p.Transfers, &rejection)
	p.At = micros(at)
	if err == nil && rejection != "" {
		var stored rejected
		if stored, err = parseRejection(rejection); err == nil {
			p.Rejected = stored.Code
		}
	}
	return p, err
}

// Entries reads the transfers of postings, in order.
func Entries(ctx context.Context, tx *database.Tx, org int64, postings ...int64) ([]Entry, error) {
	return database.List(ctx, tx, selectEntries, func(row database.Scanner) (Entry, error) {
		var e Entry
		var action string
		err := row.Scan(&e.Posting, &e.Line, &action, &e.Debit, &e.Credit, &e.DebitOf, &e.CreditOf, &e.LotID, &e.Asset,
			&e.Amount, ints(&e.Short))
		e.Action = actionOf[action]
		return e, err
	}, org, database.IDs(postings))
}

// Claimed gives the posting that holds a claim, 0 when it is free.
func Claimed(ctx context.Context, tx *database.Tx, org int64, claim Claim) (int64, error) {
	var posting int64
	err := tx.QueryRow(ctx, selectClaim, org, claim.Scope, claim.Value).Scan(&posting)
	if errors.Is(err, database.ErrNone) {
		return 0, nil
	}
	return posting, err
}

// ClaimsAfter reads at most limit claims of a scope whose values follow after, with the postings that hold them.
func ClaimsAfter(
	ctx context.Context, tx *database.Tx, org int64, scope, after string, limit int, each func(value string, posting int64) error,
) error {
	return tx.Each(ctx, selectClaimsAfter, func(row database.Scanner) error {
		var value string
		var posting int64
		if err := row.Scan(&value, &posting); err != nil {
			return err
		}
		return each(value, posting)
	}, org, scope, after, limit)
}
