package ledger

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
)

const (
	// maxGroup is how many Units share one commit at most.
	maxGroup = 256
	// maxWaiting is how many Units may wait; beyond it the caller hears ErrBusy at once.
	maxWaiting = 4096
	// maxIdentities is how many accounts are known without asking: at about 200 bytes each.
	maxIdentities = 1 << 20
	// maxWatched is how many accounts are read beforehand because they have little left.
	maxWatched = 4096
	// maxRuns is how often a group is run again after a deadlock or the like.
	maxRuns = 5
	// maxTaken is how often a group is run again because something unique had been taken.
	maxTaken = 2
	// maxGroupRows bounds what one group writes, but for a single Unit.
	maxGroupRows = MaxRows
	// maxDecisions is how often Decide looks anew.
	maxDecisions = 5
	// groupTimeout bounds one run of a group.
	groupTimeout = 20 * time.Second
)

// Ledger commits Units to one database.
type Ledger struct {
	db     *database.DB
	logger *slog.Logger

	queue      *waiting
	identities *identities
	watch      *watch
	sealer     *sealer

	writers sync.WaitGroup
	stop    context.CancelFunc // ends the sealer
	sealing sync.WaitGroup
	counts  counters
}

type counters struct {
	groups, units, rejected, careful, retried, split atomic.Int64
}

// Counts say what the ledger has done since it was started.
type Counts struct {
	// Groups is how many groups there were; Units, how many Units they held; Rejected, how many of these were refused;
	// Careful, how many groups had to be decided again with everything read and locked; Retried, how many runs were made
	// again after a deadlock or the like; Split, how many groups had to be taken apart.
	Groups, Units, Rejected, Careful, Retried, Split int64
	// Waiting is how many Units wait now.
	Waiting int
}

var _ Committer = (*Ledger)(nil)

// New starts the ledger's writers: one on SQLite, two on PostgreSQL. The database must have been migrated.
func New(db *database.DB, logger *slog.Logger) *Ledger {
	l := prepare(db, logger, maxWaiting)
	writers := 1
	if db.Dialect() == database.Postgres {
		writers = 2
	}
	for range writers {
		l.writers.Go(l.write)
	}
	sealing, stop := context.WithCancel(context.Background())
	l.stop = stop
	l.sealing.Go(func() { l.sealer.run(sealing) })
	return l
}

// prepare makes a ledger without writers and sealer.
func prepare(db *database.DB, logger *slog.Logger, waiting int) *Ledger {
	l := &Ledger{
		db: db, logger: logger, queue: newWaiting(waiting), identities: newIdentities(maxIdentities), watch: newWatch(maxWatched),
		stop: func() {},
	}
	l.sealer = newSealer(l)
	return l
}

// Close refuses new Units, finishes those that were accepted and returns.
func (l *Ledger) Close() {
	l.queue.close()
	l.writers.Wait()
	l.stop()
	l.sealing.Wait()
}

// Counts say what the ledger has done.
func (l *Ledger) Counts() Counts {
	return Counts{
		Groups: l.counts.groups.Load(), Units: l.counts.units.Load(), Rejected: l.counts.rejected.Load(),
		Careful: l.counts.careful.Load(), Retried: l.counts.retried.Load(), Split: l.counts.split.Load(), Waiting: l.queue.size(),
	}
}

// Commit commits one Unit; see Committer.
func (l *Ledger) Commit(ctx context.Context, unit Unit) (Outcome, error) {
	return l.submit(ctx, unit, false)
}

func (l *Ledger) submit(ctx context.Context, unit Unit, again bool) (Outcome, error) {
	if err := unit.validate(l.db.Clock().Now()); err != nil {
		return Outcome{}, err
	}
	for {
		one := &request{unit: &unit, again: again, done: make(chan struct{})}
		if !l.queue.add(one) {
			return Outcome{}, ErrBusy.New()
		}
		select {
		case <-one.done:
		case <-ctx.Done():
			if l.queue.remove(one) {
				return Outcome{}, fmt.Errorf("commit %s: %w", unit.Kind, ctx.Err())
			}
			// It has been taken: it will happen or not within the group's own time, and the caller can ask by its key.
			<-one.done
		}
		if !errors.Is(one.err, errSameKey) {
			return one.outcome, one.err
		}
	}
}

// Decide decides in a snapshot and commits; see Committer.
func (l *Ledger) Decide(
	ctx context.Context, org int64, key string, asked []byte, decide func(View) (Unit, error),
) (Outcome, error) {
	for attempt := 1; ; attempt++ {
		var unit Unit
		var known Outcome
		found := false
		err := l.db.Read(ctx, func(tx *database.Tx) error {
			var err error
			if known, found, err = lookup(ctx, tx, org, key, asked); err != nil || found {
				return err
			}
			unit, err = decide(View{Tx: tx, Org: org})
			return err
		})
		if err != nil || found {
			return known, err
		}
		unit.Org, unit.Key, unit.Request = org, key, asked
		outcome, err := l.submit(ctx, unit, attempt < maxDecisions)
		if attempt == maxDecisions || !ErrMoved.Has(err) && !ErrClaimed.Has(err) {
			return outcome, err
		}
	}
}

// Lookup finds what was decided under a key; see Committer.
func (l *Ledger) Lookup(ctx context.Context, org int64, key string, asked []byte) (Outcome, bool, error) {
	var outcome Outcome
	found := false
	err := l.db.Read(ctx, func(tx *database.Tx) error {
		var err error
		outcome, found, err = lookup(ctx, tx, org, key, asked)
		return err
	})
	return outcome, found, err
}

func lookup(ctx context.Context, tx *database.Tx, org int64, key string, asked []byte) (Outcome, bool, error) {
	known, err := readKeys(ctx, tx, org, database.Texts{key})
	if err != nil {
		return Outcome{}, false, err
	}
	stored, found := known[key]
	if !found {
		return Outcome{}, false, nil
	}
	outcome, err := stored.answer(asked)
	if err != nil {
		return Outcome{}, true, err
	}
	outcome.Moved, err = readMoved(ctx, tx, org, outcome.Posting)
	return outcome, true, err
}

// write takes groups from the queue until it is closed and empty. What waits while one group is on its way to disk is
// the next group: there is no timer.
func (l *Ledger) write() {
	to := l.db.NewWriter()
	defer to.Close()
	for {
		group := l.queue.take(maxGroup, maxGroupRows)
		if group == nil {
			return
		}
		l.commit(to, group, false)
		for _, one := range group {
			if one.err != nil && !errors.Is(one.err, errSameKey) {
				l.counts.rejected.Add(1)
			}
			close(one.done)
		}
		l.counts.groups.Add(1)
		l.counts.units.Add(int64(len(group)))
	}
}

// commit gives each request of a group its outcome or error. A group that the database refuses even when everything was
// read before is taken apart, so that a poisoned Unit fails alone.
func (l *Ledger) commit(to *database.Writer, group []*request, careful bool) {
	err := l.runGroup(to, group, careful)
	switch {
	case err == nil:
	case len(group) == 1 || fault.As(err) != nil:
		for _, one := range group {
			one.outcome, one.err = Outcome{}, err
		}
	default:
		l.counts.split.Add(1)
		l.logger.Warn("a group of postings is taken apart", "units", len(group), "error", err)
		half := len(group) / 2
		l.commit(to, group[:half], true)
		l.commit(to, group[half:], true)
	}
}

// runGroup runs a group: once trusting the schema to refuse what can't be, then with everything read and locked, and
// again after what is transient. A commit whose outcome is unknown is settled by running the group again: the keys that
// were written answer, the others are written.
func (l *Ledger) runGroup(to *database.Writer, group []*request, careful bool) error {
	unsure := false
	for run := 1; ; run++ {
		ctx, cancel := context.WithTimeout(context.Background(), groupTimeout)
		err := l.commitGroup(ctx, to, group, careful)
		cancel()
		if err == nil && unsure {
			for _, one := range group {
				one.outcome.Replayed = one.outcome.Replayed && one.outcome.Posting != one.unit.Posting
			}
		}
		lost, transient := database.ErrUnsure.Has(err), database.IsTransient(err)
		// A key, claim or account that another writer took in the meantime is found when the group is run again. One that
		// a Unit can never have fails every time: then the group is taken apart.
		taken := database.IsUnique(err) && run <= maxTaken
		switch {
		case err == nil:
			return nil
		case !careful && !transient && (lost || fault.As(err) == nil):
			careful = true
			l.counts.careful.Add(1)
		case run >= maxRuns || !lost && !taken && !transient:
			return err
		default:
			l.counts.retried.Add(1)
		}
		unsure = unsure || lost
	}
}

// watched says whether an account is to be read before a group is decided.
func (l *Ledger) watched(id int64) bool { return l.watch.has(id) }

func micros(at int64) time.Time { return clock.FromMicros(at) }
