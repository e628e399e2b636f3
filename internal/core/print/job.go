package print

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"dangol/internal/core/print/paper"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/id"
	"dangol/internal/ground/journal"
)

// Patience is how long a job is tried before it waits for a person. Nothing that is older prints by itself: a guest who
// left needs no receipt, and a kitchen no order of last night.
const Patience = 10 * time.Minute

const jobColumns = `id, store_id, key, printer_id, via_id, what, subject_id, title, layout, drawer, state, reason, attempts,
	created_at, created_by, due_at, deadline, changed_at, version`

var (
	insertJob = database.Register("print.insert_job", `
		INSERT INTO print_job (org_id, id, key, store_id, printer_id, via_id, what, subject_id, title, layout, drawer, state,
			reason, attempts, created_at, created_by, due_at, deadline, changed_at, version)
		VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8, $9, $10, 'queued', '', 0, $11, $12, $11, $13, $11, 1)
		ON CONFLICT (org_id, key) DO NOTHING`)
	selectJob = database.Register("print.select_job", `SELECT `+jobColumns+` FROM print_job WHERE org_id = $1 AND id = $2`)
	selectKey = database.Register("print.select_key", `SELECT `+jobColumns+` FROM print_job WHERE org_id = $1 AND key = $2`)
	listJobs  = database.Register("print.list_jobs", `
		SELECT `+jobColumns+` FROM print_job
		WHERE org_id = $1 AND id < $2 AND ($3 = 1 OR store_id = ANY_ID($4)) AND ($5 = 1 OR state = ANY_TEXT($6))
		ORDER BY id DESC LIMIT $7`)
	// The version is the fence: whoever read an older one changes nothing.
	moveJob = database.Register("print.move_job", `
		UPDATE print_job SET state = $4, reason = $5, via_id = $6, attempts = $7, due_at = $8, deadline = $9, layout = $10,
			changed_at = $11, version = version + 1
		WHERE org_id = $1 AND id = $2 AND version = $3`)
	// What was given up or never came counts for nothing.
	countPrinted = database.Register("print.count_printed", `
		SELECT COUNT(*) FROM print_job WHERE org_id = $1 AND subject_id = $2 AND what = $3
		AND state IN ('queued', 'leased', 'sent', 'confirmed', 'unknown')`)
	countOpen = database.Register("print.count_open", `
		SELECT store_id, state, COUNT(*), MIN(created_at) FROM print_job
		WHERE org_id = $1 AND store_id = ANY_ID($2) AND state IN ('queued', 'unknown', 'waiting', 'failed')
			AND (state <> 'queued' OR created_at < $3)
		GROUP BY store_id, state ORDER BY store_id, state`)
	selectDue = database.Register("print.select_due", `
		SELECT org_id, id, printer_id FROM print_job
		WHERE state IN ('queued', 'leased', 'sent') AND due_at <= $1 ORDER BY due_at, org_id, id LIMIT $2`)
)

// Row is a job that is queued with something else that is committed, as a row to be written and an event. Its key must be
// new. It waits for a person after its deadline, or Patience when it has none.
func Row(org int64, job Job, now time.Time) (*database.Statement, []any, journal.Event, error) {
	layout, err := json.Marshal(job.Layout)
	if err != nil {
		return nil, nil, journal.Event{}, fmt.Errorf("encode the layout: %w", err)
	}
	deadline := job.Deadline
	if deadline.IsZero() {
		deadline = now.Add(Patience)
	}
	row := []any{
		org, job.ID, job.Key, job.Store, job.Printer, job.What, job.Subject, job.Title, string(layout),
		database.Bool(job.Drawer), clock.Micros(now), job.By, clock.Micros(deadline),
	}
	return insertJob, row, journal.Event{
		Kind: "print.queued", Store: job.Store, Subject: job.ID, Actor: job.By,
		Body: map[string]any{"what": job.What, "of": job.Subject},
	}, nil
}

// Queue writes a job under an id that the caller made, to be printed now. When its key already stands for a job about the
// same thing, that job is returned and replayed is true; about another thing it is ErrKey.
func Queue(ctx context.Context, tx *database.Tx, org int64, job Job) (queued Job, replayed bool, err error) {
	statement, row, event, err := Row(org, job, tx.Now())
	if err != nil {
		return job, false, err
	}
	written, err := tx.Exec(ctx, statement, row...)
	if err != nil {
		return job, false, fmt.Errorf("queue a print job: %w", err)
	}
	queued, err = byKey(ctx, tx, org, job.Key)
	if err != nil {
		return job, false, err
	}
	if written == 0 {
		if queued.What != job.What || queued.Subject != job.Subject || queued.Store != job.Store {
			return job, false, ErrKey.New()
		}
		return queued, true, nil
	}
	return queued, false, journal.Append(ctx, tx, org, event)
}

func byKey(ctx context.Context, tx *database.Tx, org int64, key string) (Job, error) {
	list, err := database.List(ctx, tx, selectKey, scanJob, org, key)
	if err != nil {
		return Job{}, err
	}
	if len(list) == 0 {
		return Job{}, errors.New("a print job that was just written is gone")
	}
	return list[0], nil
}

// ReadJob reads one job. It returns id.Unknown when there is none.
func ReadJob(ctx context.Context, tx *database.Tx, org, job int64) (Job, error) {
	list, err := database.List(ctx, tx, selectJob, scanJob, org, job)
	if err != nil {
		return Job{}, fmt.Errorf("read print job %s: %w", JobIDs.Format(job), err)
	}
	if len(list) == 0 {
		return Job{}, id.Unknown.New()
	}
	return list[0], nil
}

// WasPrinted says whether something of this kind has been printed, may have been, or is about to be.
func WasPrinted(ctx context.Context, tx *database.Tx, org, subject int64, what string) (bool, error) {
	var count int64
	if err := tx.QueryRow(ctx, countPrinted, org, subject, what).Scan(&count); err != nil {
		return false, fmt.Errorf("look whether something was printed: %w", err)
	}
	return count > 0, nil
}

// Filter says which jobs are listed: those of the stores, or of all; in one of the states, or in any when there is none.
type Filter struct {
	All    bool
	Stores []int64
	States []State
}

// Newest is where a list begins.
const Newest = 1<<63 - 1

// Jobs reads at most limit jobs older than one, the newest first.
func Jobs(ctx context.Context, tx *database.Tx, org int64, filter Filter, before int64, limit int) ([]Job, error) {
	states := make(database.Texts, len(filter.States))
	for i, state := range filter.States {
		states[i] = string(state)
	}
	return database.List(ctx, tx, listJobs, scanJob, org, before, database.Bool(filter.All), database.IDs(filter.Stores),
		database.Bool(len(states) == 0), states, limit)
}

// Stuck are the jobs of a store that are not printed.
type Stuck struct {
	Store int64
	// Jobs counts those that only a person can bring further, and those that have been queued since the time asked for.
	Jobs int64
	// Since is when the oldest was queued.
	Since time.Time
}

// StuckIn counts the jobs of stores that wait for a person, or for a printer since before a time; by store.
func StuckIn(ctx context.Context, tx *database.Tx, org int64, stores []int64, before time.Time) ([]Stuck, error) {
	var list []Stuck
	err := tx.Each(ctx, countOpen, func(row database.Scanner) error {
		var state string
		var store, count, oldest int64
		if err := row.Scan(&store, &state, &count, &oldest); err != nil {
			return err
		}
		since := clock.FromMicros(oldest)
		if last := len(list) - 1; last < 0 || list[last].Store != store {
			list = append(list, Stuck{Store: store, Since: since})
		}
		last := &list[len(list)-1]
		last.Jobs += count
		if since.Before(last.Since) {
			last.Since = since
		}
		return nil
	}, org, database.IDs(stores), clock.Micros(before))
	if err != nil {
		return nil, fmt.Errorf("count print jobs that wait: %w", err)
	}
	return list, nil
}

func scanJob(row database.Scanner) (Job, error) {
	var j Job
	var layout string
	var drawer, created, due, deadline, changed int64
	err := row.Scan(&j.ID, &j.Store, &j.Key, &j.Printer, &j.Via, &j.What, &j.Subject, &j.Title, &layout, &drawer, &j.State,
		&j.Reason, &j.Attempts, &created, &j.By, &due, &deadline, &changed, &j.Version)
	if err != nil {
		return j, err
	}
	j.Drawer, j.Created, j.Due = drawer == 1, clock.FromMicros(created), clock.FromMicros(due)
	j.Deadline, j.Changed = clock.FromMicros(deadline), clock.FromMicros(changed)
	if layout != "" {
		err = json.Unmarshal([]byte(layout), &j.Layout)
	}
	return j, err
}

// Settle is a person's word about a job: Retry, Discard or Printed. It returns ErrState when the job's state does not allow it, also when a
// worker was quicker.
func Settle(ctx context.Context, tx *database.Tx, org, actor int64, job Job, action Action) (Job, error) {
	next := job
	switch action {
	case Retry:
		next.Due, next.Deadline, next.Via, next.Reason = tx.Now(), tx.Now().Add(Patience), 0, ""
	case Discard, Printed:
	default:
		return job, fmt.Errorf("print: %q is not for people", action)
	}
	return move(ctx, tx, org, actor, job, next, action)
}

// move brings a job from how it was read to how it is next, by an action. It returns ErrState when the state does not
// allow the action or the job has moved on.
func move(ctx context.Context, tx *database.Tx, org, actor int64, job, next Job, action Action) (Job, error) {
	to, err := job.State.After(action)
	if err != nil {
		return job, err
	}
	next.State, next.Changed, next.Version = to, tx.Now(), job.Version+1
	layout := []byte{}
	if to == Confirmed || to == Discarded {
		next.Layout = paper.Layout{}
	} else if layout, err = json.Marshal(next.Layout); err != nil {
		return job, fmt.Errorf("encode the layout: %w", err)
	}
	changed, err := tx.Exec(ctx, moveJob, org, job.ID, job.Version, string(to), next.Reason, next.Via, next.Attempts,
		clock.Micros(next.Due), clock.Micros(next.Deadline), string(layout), tx.Micros())
	if err != nil {
		return job, fmt.Errorf("%s print job %s: %w", action, JobIDs.Format(job.ID), err)
	}
	if changed != 1 {
		return job, ErrState.New()
	}
	if to == Leased || to == Sent || to == Queued && actor == 0 {
		return next, nil // comes and goes; the journal keeps what matters to people
	}
	return next, journal.Append(ctx, tx, org, journal.Event{
		Kind: "print." + string(to), Store: job.Store, Subject: job.ID, Actor: actor,
		Body: map[string]any{"what": job.What, "of": job.Subject, "reason": next.Reason},
	})
}
