// Package journal is the append-only record of what happened, in order, per organisation. Events hold ids, amounts and
// states, never names, phone numbers or free text: the story is worded when it is read. It does not know what its
// events mean.
package journal

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
)

// Event is one thing that happened.
type Event struct {
	// Kind is "noun.past", such as "order.paid".
	Kind string
	// Store is where it happened, 0 when it was nowhere in particular.
	Store int64
	// Subject is the id of the thing it happened to.
	Subject int64
	// Actor is who did it: a staff id, 0 for the program itself.
	Actor int64
	// Body holds more ids, amounts and states; nil for none. It must encode as a JSON object.
	Body map[string]any
}

// Entry is an event as it is recorded.
type Entry struct {
	Event
	// Seq is dense per organisation, from 1, in the order of commit.
	Seq int64
	At  time.Time
}

var (
	advanceHead = database.Register("journal.advance_head", `
		INSERT INTO journal_head (org_id, seq, marks) VALUES ($1, $2, 0)
		ON CONFLICT (org_id) DO UPDATE SET seq = journal_head.seq + excluded.seq
		RETURNING seq`)
	insertEvent = database.Register("journal.insert_event", `
		INSERT INTO journal_event (org_id, seq, at, kind, store_id, subject_id, actor_id, body)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`)
	selectAfter = database.Register("journal.select_after", `
		SELECT seq, at, kind, store_id, subject_id, actor_id, body FROM journal_event
		WHERE org_id = $1 AND seq > $2 ORDER BY seq LIMIT $3`)
	selectHeads = database.Register("journal.select_heads",
		`SELECT org_id, seq FROM journal_head WHERE org_id = ANY_ID($1)`)
	selectOfSubject = database.Register("journal.select_of_subject", `
		SELECT seq, at, kind, store_id, subject_id, actor_id, body FROM journal_event
		WHERE org_id = $1 AND subject_id = $2 AND seq > $3 ORDER BY seq LIMIT $4`)
)

// Append records events. It is to be the last write of its transaction: the organisation's head row stays locked from
// here to the commit, which is what makes the order of reading the order of commit.
func Append(ctx context.Context, tx *database.Tx, org int64, events ...Event) error {
	if len(events) == 0 {
		return nil
	}
	var last int64
	if err := tx.QueryRow(ctx, advanceHead, org, len(events)).Scan(&last); err != nil {
		return fmt.Errorf("advance the journal: %w", err)
	}
	list := make([][]any, len(events))
	for i, event := range events {
		body, err := event.encode()
		if err != nil {
			return err
		}
		seq := last - int64(len(events)-1-i)
		list[i] = []any{org, seq, tx.Micros(), event.Kind, event.Store, event.Subject, event.Actor, body}
	}
	if _, err := tx.ExecMany(ctx, insertEvent, list); err != nil {
		return fmt.Errorf("record events: %w", err)
	}
	return nil
}

func (e Event) encode() (string, error) {
	if e.Body == nil {
		return "{}", nil
	}
	body, err := json.Marshal(e.Body)
	if err != nil {
		return "", fmt.Errorf("encode event %s: %w", e.Kind, err)
	}
	return string(body), nil
}

var (
	markHead = database.Register("journal.mark_head", `
		INSERT INTO journal_head (org_id, seq, marks) VALUES ($1, $2, 1)
		ON CONFLICT (org_id) DO UPDATE SET seq = journal_head.seq + excluded.seq, marks = journal_head.marks + 1`)
	insertBehindHead = database.Register("journal.insert_behind_head", `
		INSERT INTO journal_event (org_id, seq, at, kind, store_id, subject_id, actor_id, body)
		VALUES ($1, (SELECT seq FROM journal_head WHERE org_id = $1) - $2, $3, $4, $5, $6, $7, $8)`)
	// markAndInsert does both at once. The list of bodies stands for all lists: they are of one length.
	markAndInsert = database.RegisterFor("journal.mark_and_insert", `SELECT 1`, `
		WITH head AS (
			INSERT INTO journal_head (org_id, seq, marks) VALUES ($1, cardinality($7::text[]), 1)
			ON CONFLICT (org_id) DO UPDATE SET seq = journal_head.seq + excluded.seq, marks = journal_head.marks + 1
			RETURNING seq)
		INSERT INTO journal_event (org_id, seq, at, kind, store_id, subject_id, actor_id, body)
		SELECT $1, head.seq - cardinality($7::text[]) + e.n, $2, e.kind, e.store_id, e.subject_id, e.actor_id, e.body
		FROM head, unnest($3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[])
			WITH ORDINALITY AS e(kind, store_id, subject_id, actor_id, body, n)`)
)

// Batches records events as Append does, for a database.Writer, and marks the place: the head's marks go up by one. They
// are to be the last batches but for what is written at the mark.
func Batches(dialect database.Dialect, org, at int64, events []Event) ([]database.Batch, error) {
	bodies := make(database.Texts, len(events))
	for i, event := range events {
		var err error
		if bodies[i], err = event.encode(); err != nil {
			return nil, err
		}
	}
	if dialect == database.SQLite {
		rows := make([][]any, len(events))
		for i, e := range events {
			rows[i] = []any{org, len(events) - 1 - i, at, e.Kind, e.Store, e.Subject, e.Actor, bodies[i]}
		}
		return []database.Batch{
			{Statement: markHead, Rows: [][]any{{org, len(events)}}},
			{Statement: insertBehindHead, Rows: rows},
		}, nil
	}
	kinds := make(database.Texts, len(events))
	stores, subjects, actors := make(database.IDs, len(events)), make(database.IDs, len(events)), make(database.IDs, len(events))
	for i, e := range events {
		kinds[i], stores[i], subjects[i], actors[i] = e.Kind, e.Store, e.Subject, e.Actor
	}
	return []database.Batch{{Statement: markAndInsert, Rows: [][]any{{org, at, kinds, stores, subjects, actors, bodies}}}}, nil
}

// Heads are the last seq of each organisation that has one.
func Heads(ctx context.Context, tx *database.Tx, orgs []int64) (map[int64]int64, error) {
	heads := map[int64]int64{}
	return heads, tx.Each(ctx, selectHeads, func(row database.Scanner) error {
		var org, seq int64
		err := row.Scan(&org, &seq)
		heads[org] = seq
		return err
	}, database.IDs(orgs))
}

// After reads at most limit entries that follow seq, in order.
func After(ctx context.Context, tx *database.Tx, org, seq int64, limit int) ([]Entry, error) {
	return database.List(ctx, tx, selectAfter, scan, org, seq, limit)
}

// OfSubject reads at most limit entries about one thing that follow seq, in order.
func OfSubject(ctx context.Context, tx *database.Tx, org, subject, seq int64, limit int) ([]Entry, error) {
	return database.List(ctx, tx, selectOfSubject, scan, org, subject, seq, limit)
}

func scan(row database.Scanner) (Entry, error) {
	var entry Entry
	var at int64
	var body string
	err := row.Scan(&entry.Seq, &at, &entry.Kind, &entry.Store, &entry.Subject, &entry.Actor, &body)
	if err != nil {
		return entry, err
	}
	entry.At = clock.FromMicros(at)
	if err := json.Unmarshal([]byte(body), &entry.Body); err != nil {
		return entry, fmt.Errorf("decode event %d: %w", entry.Seq, err)
	}
	return entry, nil
}
