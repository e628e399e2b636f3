package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
)

var (
	selectPostingsByKey = database.Register("ledger.select_postings_by_key", `
		SELECT key, id, request_hash, at, subject_id, rejection FROM ledger_posting
		WHERE org_id = $1 AND key = EACH_TEXT($2)`)
	selectMoved = database.Register("ledger.select_moved", `
		SELECT t.request, t.debit_id, t.credit_id, t.asset, t.amount, t.action, t.short,
			CASE WHEN d.parent_id > 0 THEN d.id WHEN c.parent_id > 0 THEN c.id ELSE 0 END
		FROM ledger_transfer t
		JOIN ledger_account d ON d.org_id = t.org_id AND d.id = t.debit_id
		JOIN ledger_account c ON c.org_id = t.org_id AND c.id = t.credit_id
		WHERE t.org_id = $1 AND t.posting_id = $2 ORDER BY t.line`)
)

// request is one Unit on its way.
type request struct {
	unit *Unit
	// again lets the caller decide anew, so a rejection that came from reading too early is not remembered.
	again   bool
	outcome Outcome
	err     error
	done    chan struct{}
}

// remembered is a posting found by its key.
type remembered struct {
	outcome   Outcome
	hash      []byte
	rejection string
}

// commitGroup decides and writes requests of one organisation in one transaction. Each request then has its outcome or
// its error. An error of commitGroup itself means that nothing was written.
//
// Carefully, it reads and locks before it decides. Else it trusts that keys and claims are new, versions current and
// accounts full enough, and the schema refuses the group when that is not so.
func (l *Ledger) commitGroup(ctx context.Context, to *database.Writer, group []*request, careful bool) error {
	var b *books
	var w writing
	err := to.Write(ctx, func(tx *database.Tx) ([]database.Batch, error) {
		open := openRequests(group)
		if careful {
			var err error
			if open, err = replay(ctx, tx, open); err != nil {
				return nil, err
			}
		}
		if len(open) == 0 {
			return nil, nil
		}
		units := make([]*Unit, len(open))
		for i, one := range open {
			units[i] = one.unit
		}
		var err error
		if b, err = l.readBooks(ctx, tx, units, careful); err != nil {
			return nil, err
		}
		decisions, err := l.decideAll(ctx, tx, b, open)
		if err != nil {
			return nil, err
		}
		if !careful {
			if decisions, err = b.settleRejected(ctx, tx, open, decisions); err != nil {
				return nil, err
			}
		}
		w = writing{}
		return b.batches(tx, &w, decisions)
	})
	if err == nil && b != nil {
		l.learn(b)
		l.sealer.committed(b.org, w.postings.id, w.sealed)
	}
	return err
}

// learn remembers what a group that was committed has shown.
func (l *Ledger) learn(b *books) {
	for _, a := range b.accounts {
		if a.fresh && a.opened {
			l.identities.put(b.org, a.identity)
		}
	}
	l.watch.learn(b)
}

// openRequests gives the requests with nothing decided, each key once: a second request under a key of the same group
// goes back into the queue, and then finds the first one's outcome.
func openRequests(group []*request) []*request {
	var open []*request
	taken := map[string]bool{}
	for _, one := range group {
		one.outcome, one.err = Outcome{}, nil
		if taken[one.unit.Key] {
			one.err = errSameKey
			continue
		}
		taken[one.unit.Key] = true
		open = append(open, one)
	}
	return open
}

// replay answers the requests whose keys were decided before, and gives the others.
func replay(ctx context.Context, tx *database.Tx, requests []*request) ([]*request, error) {
	if len(requests) == 0 {
		return nil, nil
	}
	keys := make(database.Texts, len(requests))
	for i, one := range requests {
		keys[i] = one.unit.Key
	}
	org := requests[0].unit.Org
	known, err := readKeys(ctx, tx, org, keys)
	if err != nil {
		return nil, err
	}
	var open []*request
	for _, one := range requests {
		found, is := known[one.unit.Key]
		if !is {
			open = append(open, one)
			continue
		}
		one.outcome, one.err = found.answer(one.unit.Request)
		if one.err == nil {
			if one.outcome.Moved, err = readMoved(ctx, tx, org, found.outcome.Posting); err != nil {
				return nil, err
			}
		}
	}
	return open, nil
}

// settleRejected looks at what was rejected before its key, claims and versions were read: a request that succeeded once
// may well be rejected the second time, and hears of its success; and of several reasons a Unit hears the first.
func (b *books) settleRejected(
	ctx context.Context, tx *database.Tx, requests []*request, decisions []decision,
) ([]decision, error) {
	var rejected []*request
	for _, one := range requests {
		if one.err != nil {
			rejected = append(rejected, one)
		}
	}
	open, err := replay(ctx, tx, rejected)
	if err != nil || len(rejected) == 0 {
		return decisions, err
	}
	units := make([]*Unit, len(open))
	for i, one := range open {
		units[i] = one.unit
	}
	stored := &books{org: b.org, versions: map[rowKey]int64{}, claims: map[Claim]bool{}}
	if err := stored.readVersions(ctx, tx, units); err != nil {
		return nil, err
	}
	if err := stored.readClaims(ctx, tx, units); err != nil {
		return nil, err
	}
	decisions = slices.DeleteFunc(decisions, func(d decision) bool { return d.rejection != nil })
	for _, one := range open {
		rejection := fault.As(one.err)
		if first := fault.As((&trial{books: stored, unit: one.unit}).guards()); first != nil {
			rejection = first
		}
		decisions = one.reject(decisions, rejection)
	}
	return decisions, nil
}

// reject gives a request its rejection, and adds the decision if it is to be remembered.
func (r *request) reject(decisions []decision, rejection *fault.Error) []decision {
	r.err = rejection
	if remembers(rejection, r.again) {
		decisions = append(decisions, decision{unit: r.unit, rejection: rejection})
	}
	return decisions
}

// errTrusted has a group decided again with everything read: a Unit is rejected, and what was trusted to be enough may
// be the reason for it.
var errTrusted = errors.New("a Unit is rejected that was trusted in part")

// errSameKey sends a request back into the queue: its key is being decided in this very group.
var errSameKey = errors.New("the key is being decided")

// answer is what a remembered key says to a request.
func (r remembered) answer(request []byte) (Outcome, error) {
	if !bytes.Equal(r.hash, requestHash(request)) {
		return Outcome{}, ErrKeyConflict.New()
	}
	if r.rejection != "" {
		return Outcome{}, decodeRejection(r.rejection)
	}
	r.outcome.Replayed = true
	return r.outcome, nil
}

func readKeys(ctx context.Context, tx *database.Tx, org int64, keys database.Texts) (map[string]remembered, error) {
	known := map[string]remembered{}
	err := tx.Each(ctx, selectPostingsByKey, func(row database.Scanner) error {
		var key string
		var at int64
		var found remembered
		err := row.Scan(&key, &found.outcome.Posting, &found.hash, &at, &found.outcome.Subject, &found.rejection)
		if err != nil {
			return err
		}
		found.outcome.At = micros(at)
		known[key] = found
		return nil
	}, org, keys)
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	return known, nil
}

func readMoved(ctx context.Context, tx *database.Tx, org, posting int64) ([]Moved, error) {
	moved, err := database.List(ctx, tx, selectMoved, func(row database.Scanner) (Moved, error) {
		var one Moved
		var action string
		err := row.Scan(&one.Request, &one.DebitID, &one.CreditID, &one.Asset, &one.Amount, &action, ints(&one.Short), &one.LotID)
		one.Action = actionOf[action]
		return one, err
	}, org, posting)
	if err != nil {
		return nil, fmt.Errorf("read transfers: %w", err)
	}
	return moved, nil
}

// actionOf reads the action of a stored transfer.
var actionOf = map[string]Action{"move": Move, "hold": Hold, "post": PostHold, "void": VoidHold}

func (l *Ledger) decideAll(ctx context.Context, tx *database.Tx, b *books, open []*request) ([]decision, error) {
	var decisions []decision
	for _, one := range open {
		decided, rejection, err := b.try(one.unit)
		if err != nil {
			return nil, err
		}
		// Before a Unit goes without, the expired holds on what it lacks are ended. Each account is swept once a group.
		for scarce := b.unswept(decided.scarce); len(scarce) > 0; scarce = b.unswept(decided.scarce) {
			decided.undo()
			swept, err := l.expireHolds(ctx, tx, b, scarce)
			if err != nil {
				return nil, err
			}
			decisions = append(decisions, swept...)
			if decided, rejection, err = b.try(one.unit); err != nil {
				return nil, err
			}
		}
		for _, id := range decided.scarce {
			b.lacking[id] = true
		}
		if rejection != nil && b.trusted(one.unit) {
			return nil, errTrusted
		}
		if rejection != nil {
			decisions = one.reject(decisions, rejection)
			continue
		}
		decided.apply()
		one.outcome = Outcome{Posting: one.unit.Posting, Subject: one.unit.Subject, At: tx.Now(), Moved: decided.moved}
		decisions = append(decisions, decision{unit: one.unit, trial: decided})
	}
	return decisions, nil
}

// remembers says whether a rejection is a decision about the state of the books, kept under its key. What is wrong with
// the request itself is not kept, nor what the caller will decide anew.
func remembers(rejection *fault.Error, again bool) bool {
	if again && (rejection.Code == ErrMoved.Name() || rejection.Code == ErrClaimed.Name()) {
		return false
	}
	return rejection.Kind == fault.Conflict
}

// unswept gives those of the accounts, and their lots, whose expired holds this group has not ended yet.
func (b *books) unswept(scarce []int64) database.IDs {
	var ids database.IDs
	add := func(id int64) {
		if !b.swept[id] && !b.accounts[id].fresh {
			ids = append(ids, id)
		}
	}
	for _, id := range scarce {
		add(id)
		for _, lot := range b.lots[id] {
			add(lot.id)
		}
	}
	return ids
}

// expireHolds voids the holds that have expired on accounts that lack something, each as a posting of its own, so that
// what they set aside can be had again even if nothing has swept.
func (l *Ledger) expireHolds(ctx context.Context, tx *database.Tx, b *books, on database.IDs) ([]decision, error) {
	for _, id := range on {
		b.swept[id] = true
	}
	ids, err := database.List(ctx, tx, selectExpiredHolds, func(row database.Scanner) (int64, error) {
		var found int64
		err := row.Scan(&found)
		return found, err
	}, b.org, b.now, on)
	if err != nil {
		return nil, fmt.Errorf("find expired holds: %w", err)
	}
	if len(ids) > 0 && b.unlocked {
		return nil, errTrusted // what was hopeless is not any more
	}
	var unread database.IDs
	for _, one := range ids {
		if len(b.holds[one]) == 0 {
			unread = append(unread, one)
		}
	}
	touched, err := b.lockHolds(ctx, tx, unread)
	if err != nil {
		return nil, err
	}
	if err := b.read(ctx, tx, lockAccounts, touched); err != nil {
		return nil, err
	}
	var swept []decision
	for _, one := range ids {
		expired, err := l.expire(b, one)
		if err != nil {
			return nil, err
		}
		if expired.trial != nil {
			swept = append(swept, expired)
		}
	}
	return swept, nil
}

// expire ends one hold that has passed its deadline. The decision has no trial when it has ended already.
func (l *Ledger) expire(b *books, id int64) (decision, error) {
	unit := &Unit{
		Org: b.org, Key: fmt.Sprintf("%shold.expire:%d", ownKeys, id), Posting: l.db.NewID(), Kind: "hold.expire", Subject: id,
	}
	t := newTrial(b, unit)
	for _, stored := range b.holds[id] {
		part := t.holdPart(stored)
		if part.state != "held" || part.deadline == 0 || part.deadline > b.now {
			return decision{unit: unit}, nil
		}
		if err := t.release(0, part, 0, "expired"); err != nil {
			return decision{}, err
		}
	}
	t.apply()
	return decision{unit: unit, trial: t}, nil
}
