package ledger

import (
	"slices"
	"sync"
)

// waiting is the bounded queue in front of the writers. It is fair: organisations take turns, and within an
// organisation its stores do, so that one that sends much does not keep the others waiting. A group holds Units of one
// organisation. What is not urgent waits in a lane of its own.
type waiting struct {
	mutex  sync.Mutex
	filled *sync.Cond
	limit  int
	count  int
	rows   int // of all that waits
	closed bool
	urgent lane
	later  lane
	// passed is how many urgent groups have gone since the last one that was not.
	passed int
}

// lane is what waits, by organisation and store.
type lane struct {
	count int
	orgs  ring[int64, *ring[int64, *line]]
}

const (
	// maxWaitingRows bounds what all that waits will write, at about 200 bytes of memory each; one Unit may always wait.
	maxWaitingRows = 500_000
	// laterEvery is after how many urgent groups one of the later lane goes, so that it keeps a fifth of its rate.
	laterEvery = 4
	// laterRows bounds what such a group writes, so that a sale that comes meanwhile waits some milliseconds only.
	laterRows = 100
)

// line is what waits of one store, first come first served.
type line struct{ requests []*request }

// ring holds values by key and gives them in turn.
type ring[K comparable, V any] struct {
	order  []K
	values map[K]V
}

func newRing[K comparable, V any]() ring[K, V] { return ring[K, V]{values: map[K]V{}} }

func (r *ring[K, V]) get(key K, fresh func() V) V {
	value, there := r.values[key]
	if !there {
		value = fresh()
		r.values[key] = value
		r.order = append(r.order, key)
	}
	return value
}

// turn moves the first key to the end.
func (r *ring[K, V]) turn() { r.order = append(r.order[1:], r.order[0]) }

func (r *ring[K, V]) dropFirst() {
	delete(r.values, r.order[0])
	r.order = r.order[1:]
}

func newWaiting(limit int) *waiting {
	w := &waiting{limit: limit}
	w.urgent.orgs, w.later.orgs = newRing[int64, *ring[int64, *line]](), newRing[int64, *ring[int64, *line]]()
	w.filled = sync.NewCond(&w.mutex)
	return w
}

// of is the lane in which a request waits.
func (w *waiting) of(one *request) *lane {
	if one.unit.Background {
		return &w.later
	}
	return &w.urgent
}

// add puts a request into the queue; false when it is full or closed.
func (w *waiting) add(one *request) bool {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	rows := one.unit.rows()
	if w.closed || w.count >= w.limit || w.count > 0 && w.rows+rows > maxWaitingRows {
		return false
	}
	w.rows += rows
	in := w.of(one)
	stores := in.orgs.get(one.unit.Org, func() *ring[int64, *line] {
		made := newRing[int64, *line]()
		return &made
	})
	store := stores.get(one.unit.Store, func() *line { return &line{} })
	store.requests = append(store.requests, one)
	in.count++
	w.count++
	w.filled.Signal()
	return true
}

// remove takes back a request that no writer has taken; false when one has.
func (w *waiting) remove(one *request) bool {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	in := w.of(one)
	stores, there := in.orgs.values[one.unit.Org]
	if !there {
		return false
	}
	store, there := stores.values[one.unit.Store]
	if !there {
		return false
	}
	at := slices.Index(store.requests, one)
	if at < 0 {
		return false
	}
	store.requests = slices.Delete(store.requests, at, at+1)
	in.count--
	w.count--
	w.rows -= one.unit.rows()
	return true
}

// take waits for requests and gives at most limit of one organisation, which write at most so many rows unless it is
// one alone; nil when the queue is closed and empty.
func (w *waiting) take(limit, rows int) []*request {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for {
		for w.count == 0 {
			if w.closed {
				return nil
			}
			w.filled.Wait()
		}
		in := w.turn()
		if in == &w.later {
			rows = min(rows, laterRows)
		}
		if group := in.take(limit, rows); len(group) > 0 {
			w.count -= len(group)
			for _, one := range group {
				w.rows -= one.unit.rows()
			}
			return group
		}
	}
}

// turn says whose turn it is: what is not urgent goes when nothing else waits, and now and then all the same.
func (w *waiting) turn() *lane {
	if w.urgent.count > 0 && (w.later.count == 0 || w.passed < laterEvery) {
		w.passed++
		return &w.urgent
	}
	w.passed = 0
	return &w.later
}

// take takes from the organisation whose turn it is, one request a store in turn.
func (l *lane) take(limit, rows int) []*request {
	stores := l.orgs.values[l.orgs.order[0]]
	var group []*request
	for len(stores.order) > 0 && len(group) < limit {
		store := stores.values[stores.order[0]]
		if len(store.requests) == 0 {
			stores.dropFirst()
			continue
		}
		next := store.requests[0]
		rows -= next.unit.rows()
		if len(group) > 0 && rows < 0 {
			break
		}
		group = append(group, next)
		store.requests[0] = nil
		store.requests = store.requests[1:]
		stores.turn()
	}
	if len(stores.order) == 0 {
		l.orgs.dropFirst()
	} else {
		l.orgs.turn()
	}
	l.count -= len(group)
	return group
}

func (w *waiting) size() int {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return w.count
}

// close refuses new requests; those that wait are still taken.
func (w *waiting) close() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.closed = true
	w.filled.Broadcast()
}
