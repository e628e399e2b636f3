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
		INSERT INTO journal_head (org_id, seq) VALUES ($1, $2)
		ON CONFLICT (org_id) DO UPDATE SET seq = journal_head.seq + excluded.seq
		RETURNING seq`)
	insertEvent = database.Register("journal.insert_event", `
		INSERT INTO journal_event (org_id, seq, at, kind, store_id, subject_id, actor_id, body)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`)
	selectAfter = database.Register("journal.select_after", `
		SELECT seq, at, kind, store_id, subject_id, actor_id, body FROM journal_event
		WHERE org_id = $1 AND seq > $2 ORDER BY seq LIMIT $3`)
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
		body := []byte("{}")
		if event.Body != nil {
			var err error
			if body, err = json.Marshal(event.Body); err != nil {
				return fmt.Errorf("encode event %s: %w", event.Kind, err)
			}
		}
		seq := last - int64(len(events)-1-i)
		list[i] = []any{org, seq, tx.Micros(), event.Kind, event.Store, event.Subject, event.Actor, string(body)}
	}
	if _, err := tx.ExecMany(ctx, insertEvent, list); err != nil {
		return fmt.Errorf("record events: %w", err)
	}
	return nil
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
