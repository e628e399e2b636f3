package realtime

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"dangol/internal/ground/database"
	"dangol/internal/ground/journal"
)

const (
	// maxEntries is how many events are read at once for one organisation.
	maxEntries = 1_000
	// maxBehind is how far behind the head hints are worth telling one by one; beyond, everyone is told to read again.
	maxBehind = 5_000
	// maxIdle is how many turns a channel is followed that nobody listens to.
	maxIdle = 50
)

// relay follows the journals of organisations that are listened to.
type relay struct {
	hub   *Hub
	mutex sync.Mutex
	orgs  map[int64]*audience
}

// audience is what is listened to of one organisation.
type audience struct {
	// told is the last event of the journal that was told.
	told     int64
	channels map[string]*followed
}

type followed struct {
	channel
	mark int64 // of a watch
	idle int   // turns without a listener
}

func newRelay(hub *Hub) *relay { return &relay{hub: hub, orgs: map[int64]*audience{}} }

// follow begins to follow a channel from the head of the journal.
func (r *relay) follow(ctx context.Context, tx *database.Tx, org int64, c channel) error {
	heads, err := journal.Heads(ctx, tx, []int64{org})
	if err != nil {
		return fmt.Errorf("read the head of the journal: %w", err)
	}
	one := followed{channel: c}
	if c.watched {
		marks, err := r.hub.watches[c.topic].Marks(ctx, tx, org, []int64{c.subject})
		if err != nil {
			return fmt.Errorf("read the marks of %s: %w", c.topic, err)
		}
		one.mark = marks[c.subject]
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.orgs[org] == nil {
		r.orgs[org] = &audience{told: heads[org], channels: map[string]*followed{}}
	}
	if already := r.orgs[org].channels[c.name]; already != nil {
		already.idle = 0
		return nil
	}
	r.orgs[org].channels[c.name] = &one
	return nil
}

func (r *relay) run(ctx context.Context) {
	ticker := time.NewTicker(r.hub.options.Every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := r.turn(ctx); err != nil && ctx.Err() == nil {
			r.hub.options.Logger.WarnContext(ctx, "follow the journal", "error", err)
		}
	}
}

// turn tells what has happened since the last one.
func (r *relay) turn(ctx context.Context) error {
	orgs := r.listened()
	if len(orgs) == 0 {
		return nil
	}
	return r.hub.db.Read(ctx, func(tx *database.Tx) error {
		heads, err := journal.Heads(ctx, tx, orgs)
		if err != nil {
			return fmt.Errorf("read the heads of journals: %w", err)
		}
		for _, org := range orgs {
			if err := r.tellEvents(ctx, tx, org, heads[org]); err != nil {
				return err
			}
			if err := r.tellMarks(ctx, tx, org); err != nil {
				return err
			}
		}
		return nil
	})
}

// listened are the organisations that somebody listens to. What nobody listened to for a while is no longer followed.
func (r *relay) listened() []int64 {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	var orgs []int64
	for org, heard := range r.orgs {
		for name, one := range heard.channels {
			one.idle++
			if r.hub.node.Hub().NumSubscribers(name) > 0 {
				one.idle = 0
			} else if one.idle > maxIdle {
				delete(heard.channels, name)
			}
		}
		if len(heard.channels) == 0 {
			delete(r.orgs, org)
			continue
		}
		orgs = append(orgs, org)
	}
	slices.Sort(orgs)
	return orgs
}

// tellEvents tells each channel once of what followed the last turn.
func (r *relay) tellEvents(ctx context.Context, tx *database.Tx, org, head int64) error {
	r.mutex.Lock()
	told := r.orgs[org].told
	r.mutex.Unlock()
	var entries []journal.Entry
	missed := head-told > maxBehind
	if !missed && head > told {
		var err error
		if entries, err = journal.After(ctx, tx, org, told, maxEntries); err != nil {
			return fmt.Errorf("read the journal: %w", err)
		}
		if len(entries) == 0 {
			return nil
		}
		head = entries[len(entries)-1].Seq
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for name, one := range r.orgs[org].channels {
		if one.watched {
			continue
		}
		kinds := one.kinds(r.hub.topics[one.topic], entries)
		if len(kinds) > 0 || missed {
			r.hub.tell(name, Hint{Seq: head, Kinds: kinds})
		}
	}
	r.orgs[org].told = max(told, head)
	return nil
}

// kinds are the kinds of those entries that the channel is about. What happened in no store in particular concerns all.
func (f *followed) kinds(topic Topic, entries []journal.Entry) []string {
	var kinds []string
	for _, entry := range entries {
		noun, _, _ := strings.Cut(entry.Kind, ".")
		here := f.subject == 0 || entry.Store == 0 || entry.Store == f.subject
		if here && slices.Contains(topic.Nouns, noun) && !slices.Contains(kinds, entry.Kind) {
			kinds = append(kinds, entry.Kind)
		}
	}
	return kinds
}

// tellMarks tells the channels of watches whose subjects have changed.
func (r *relay) tellMarks(ctx context.Context, tx *database.Tx, org int64) error {
	for name, watch := range r.hub.watches {
		subjects := r.watched(org, name)
		if len(subjects) == 0 {
			continue
		}
		marks, err := watch.Marks(ctx, tx, org, subjects)
		if err != nil {
			return fmt.Errorf("read the marks of %s: %w", name, err)
		}
		r.mutex.Lock()
		for channel, one := range r.orgs[org].channels {
			if one.watched && one.topic == name && one.mark != marks[one.subject] {
				one.mark = marks[one.subject]
				r.hub.tell(channel, Hint{Seq: one.mark})
			}
		}
		r.mutex.Unlock()
	}
	return nil
}

func (r *relay) watched(org int64, topic string) []int64 {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	var subjects []int64
	for _, one := range r.orgs[org].channels {
		if one.watched && one.topic == topic {
			subjects = append(subjects, one.subject)
		}
	}
	return subjects
}
