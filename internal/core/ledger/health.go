package ledger

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/journal"
)

// What a Guard looks at.
const (
	// HealthProof is the nightly proof: wrong when the books differ.
	HealthProof = "ledger.proof"
	// HealthSeal is sealing: wrong when something that was committed is not sealed after a minute.
	HealthSeal = "ledger.seal"
)

// Health is what was found the last time one thing was looked at.
type Health struct {
	Kind     string
	LookedAt time.Time
	// WrongSince is when it was first found wrong; the zero time while all is well.
	WrongSince time.Time
	// Count is how many differences there are, or how many seconds sealing lags.
	Count int64
	// Detail names the first differences, one a line, for who looks after the program.
	Detail string
}

// Wrong says that somebody must look.
func (h Health) Wrong() bool { return !h.WrongSince.IsZero() }

var (
	selectHealth = database.Register("ledger.select_health", `
		SELECT kind, looked_at, wrong_since, count, detail FROM ledger_health WHERE org_id = $1 ORDER BY kind`)
	lockHealth = database.Register("ledger.lock_health", `
		SELECT kind, looked_at, wrong_since, count, detail FROM ledger_health WHERE org_id = $1 AND kind = $2 FOR UPDATE`)
	writeHealth = database.Register("ledger.write_health", `
		INSERT INTO ledger_health (org_id, kind, looked_at, wrong_since, count, detail) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (org_id, kind) DO UPDATE SET looked_at = excluded.looked_at, wrong_since = excluded.wrong_since,
			count = excluded.count, detail = excluded.detail`)
	countWrong     = database.Register("ledger.count_wrong", `SELECT COUNT(*) FROM ledger_health WHERE wrong_since > 0`)
	selectJournals = database.Register("ledger.select_journals", `SELECT org_id FROM journal_head ORDER BY org_id`)
	selectLag      = database.Register("ledger.select_lag", `
		SELECT h.org_id, COALESCE((SELECT g.at FROM ledger_group g WHERE g.org_id = h.org_id AND g.number = 1 +
			COALESCE((SELECT b.last_group FROM ledger_block b WHERE b.org_id = h.org_id AND b.sealed = 1
				ORDER BY b.number DESC LIMIT 1), 0)), 0)
		FROM journal_head h`)
)

// ReadHealth reads how an organisation's books are, as far as they have been looked after.
func ReadHealth(ctx context.Context, tx *database.Tx, org int64) ([]Health, error) {
	return database.List(ctx, tx, selectHealth, scanHealth, org)
}

func scanHealth(row database.Scanner) (Health, error) {
	var h Health
	var looked, wrong int64
	err := row.Scan(&h.Kind, &looked, &wrong, &h.Count, &h.Detail)
	h.LookedAt = micros(looked)
	if wrong > 0 {
		h.WrongSince = micros(wrong)
	}
	return h, err
}

// Guard looks after the books while the program runs: it proves them each night, and sees that sealing keeps up. What it
// finds is kept, told to the journal as "ledger.alarm" and "ledger.calm", and logged.
type Guard struct {
	db     *database.DB
	verify func(ctx context.Context) (Report, error)
	logger *slog.Logger
	// began is when this guard looked first. What was committed before waits from then on: while no program ran, none
	// could have sealed it.
	began time.Time
	wrong atomic.Int64
}

const (
	guardEvery = time.Minute
	// maxSealLag is how long something may stay unsealed.
	maxSealLag = time.Minute
	// proofHour is when the nightly proof begins, by the machine's clock: before the shops open, and for two hours. A
	// program that was off at that time is proved when the last proof is two days old.
	proofHour, proofHours = 4, 2
	proofAtLatest         = 48 * time.Hour
	// healthLines bounds how many differences are named in a finding.
	healthLines = 20
)

// NewGuard makes a guard that proves the books by a function.
func NewGuard(db *database.DB, verify func(ctx context.Context) (Report, error), logger *slog.Logger) *Guard {
	return &Guard{db: db, verify: verify, logger: logger}
}

// Wrong is how many things are wrong in all organisations, as of the last look.
func (g *Guard) Wrong() int64 { return g.wrong.Load() }

// Run looks every minute until the context ends.
func (g *Guard) Run(ctx context.Context) {
	tick := time.NewTicker(guardEvery)
	defer tick.Stop()
	for {
		if err := g.Look(ctx); err != nil && ctx.Err() == nil {
			g.logger.Error("the books could not be looked after; it is tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Look looks once, and proves the books if it is time. One goroutine at a time may look.
func (g *Guard) Look(ctx context.Context) error {
	now := g.db.Clock().Now()
	if g.began.IsZero() {
		g.began = now
	}
	if err := g.lookAtSeals(ctx, now); err != nil {
		return err
	}
	due, orgs, err := g.due(ctx, now)
	if err != nil {
		return err
	}
	if due {
		if err := g.prove(ctx, orgs); err != nil {
			return err
		}
	}
	return g.db.Read(ctx, func(tx *database.Tx) error {
		var wrong int64
		err := tx.QueryRow(ctx, countWrong).Scan(&wrong)
		g.wrong.Store(wrong)
		return err
	})
}

// lookAtSeals finds the organisations of which something has waited too long to be sealed.
func (g *Guard) lookAtSeals(ctx context.Context, now time.Time) error {
	oldest := map[int64]int64{}
	err := g.db.Read(ctx, func(tx *database.Tx) error {
		return tx.Each(ctx, selectLag, func(row database.Scanner) error {
			var org, at int64
			err := row.Scan(&org, &at)
			oldest[org] = at
			return err
		})
	})
	if err != nil {
		return fmt.Errorf("read how far sealing is: %w", err)
	}
	for org, at := range oldest {
		found := Health{Kind: HealthSeal}
		waits := micros(at)
		if waits.Before(g.began) {
			waits = g.began
		}
		if lag := now.Sub(waits); at > 0 && lag > maxSealLag {
			found.Count = int64(lag / time.Second)
			found.Detail = fmt.Sprintf("postings of %s are not sealed yet", micros(at).Format(time.RFC3339))
		}
		if err := g.record(ctx, org, found); err != nil {
			return err
		}
	}
	return nil
}

// due says whether it is time for a proof, and claims it: of several programs on one database one proves.
func (g *Guard) due(ctx context.Context, now time.Time) (due bool, orgs []int64, err error) {
	err = g.db.Read(ctx, func(tx *database.Tx) error {
		var err error
		orgs, err = database.List(ctx, tx, selectJournals, scanID)
		return err
	})
	if err != nil || len(orgs) == 0 {
		return false, nil, err
	}
	err = g.db.Write(ctx, func(tx *database.Tx) error {
		last, found, err := readLast(ctx, tx, orgs[0], HealthProof)
		if err != nil {
			return err
		}
		hour := now.Local().Hour()
		age := now.Sub(last.LookedAt)
		due = !found || age > proofAtLatest || hour >= proofHour && hour < proofHour+proofHours && age > (proofHours+1)*time.Hour
		if !due {
			return nil
		}
		last.Kind, last.LookedAt = HealthProof, now
		return last.write(ctx, tx, orgs[0])
	})
	return due, orgs, err
}

func readLast(ctx context.Context, tx *database.Tx, org int64, kind string) (last Health, found bool, err error) {
	err = tx.Each(ctx, lockHealth, func(row database.Scanner) error {
		found = true
		last, err = scanHealth(row)
		return err
	}, org, kind)
	return last, found, err
}

func (h Health) write(ctx context.Context, tx *database.Tx, org int64) error {
	wrong := int64(0)
	if h.Wrong() {
		wrong = clock.Micros(h.WrongSince)
	}
	_, err := tx.Exec(ctx, writeHealth, org, h.Kind, clock.Micros(h.LookedAt), wrong, h.Count, h.Detail)
	return err
}

// prove proves the books and records what was found for each organisation.
func (g *Guard) prove(ctx context.Context, orgs []int64) error {
	report, err := g.verify(ctx)
	if err != nil {
		return fmt.Errorf("prove the books: %w", err)
	}
	found := map[int64]*Health{}
	for _, org := range orgs {
		found[org] = &Health{Kind: HealthProof}
	}
	lines := map[int64][]string{}
	for _, difference := range report.Differences {
		if one := found[difference.Org]; one != nil {
			one.Count++
			if len(lines[difference.Org]) < healthLines {
				lines[difference.Org] = append(lines[difference.Org], difference.String())
			}
		}
	}
	var errs []error
	for org, one := range found {
		one.Detail = strings.Join(lines[org], "\n")
		errs = append(errs, g.record(ctx, org, *one))
	}
	return errors.Join(errs...)
}

// record keeps what was found. What was fine before and is fine now is written once in ten minutes only.
func (g *Guard) record(ctx context.Context, org int64, found Health) error {
	err := g.db.Write(ctx, func(tx *database.Tx) error {
		last, known, err := readLast(ctx, tx, org, found.Kind)
		if err != nil {
			return err
		}
		found.LookedAt = tx.Now()
		wrong := found.Count > 0
		if wrong == last.Wrong() && !wrong && known && found.Kind == HealthSeal && found.LookedAt.Sub(last.LookedAt) < 10*guardEvery {
			return nil
		}
		if wrong {
			found.WrongSince = last.WrongSince
			if !last.Wrong() {
				found.WrongSince = found.LookedAt
			}
		}
		if err := found.write(ctx, tx, org); err != nil || wrong == last.Wrong() {
			return err
		}
		event := journal.Event{Kind: "ledger.calm", Body: map[string]any{"what": found.Kind}}
		if wrong {
			event = journal.Event{Kind: "ledger.alarm", Body: map[string]any{"what": found.Kind, "count": found.Count}}
			g.logger.Error("the books need somebody to look", "org", org, "what", found.Kind, "count", found.Count, "detail", found.Detail)
		}
		return journal.Append(ctx, tx, org, event)
	})
	if err != nil {
		return fmt.Errorf("record what was found of %s: %w", found.Kind, err)
	}
	return nil
}
