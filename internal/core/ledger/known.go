package ledger

import (
	"strings"
	"sync"
)

// identities remembers what accounts were opened as, so that a sale needn't ask. That never changes and no account is
// ever deleted, so that it can't become wrong, whoever else writes. Balances are never remembered.
type identities struct {
	mutex sync.RWMutex
	known map[int64]map[string]*identity // by organisation and code
	count int
	names map[string]string
	limit int
}

func newIdentities(limit int) *identities {
	return &identities{known: map[int64]map[string]*identity{}, names: map[string]string{}, limit: limit}
}

// find gives those of the accounts named that are known, and the codes of the others.
func (i *identities) find(org int64, named []opening, found func(*identity)) (unknown []string) {
	i.mutex.RLock()
	defer i.mutex.RUnlock()
	known := i.known[org]
	for n := range named {
		if one := known[named[n].Code]; one != nil {
			found(one)
		} else {
			unknown = append(unknown, named[n].Code)
		}
	}
	return unknown
}

// put remembers an account. When there is no more room, some of what is known is forgotten.
func (i *identities) put(org int64, added *identity) {
	one := *added
	i.mutex.Lock()
	defer i.mutex.Unlock()
	if i.count >= i.limit {
		i.forget(i.limit / 8)
	}
	known := i.known[org]
	if known == nil {
		known = map[string]*identity{}
		i.known[org] = known
	}
	// Assets and days are few: each is kept once.
	one.asset, one.expires = i.name(one.asset), i.name(one.expires)
	one.code = strings.Clone(one.code)
	if known[one.code] == nil {
		i.count++
	}
	known[one.code] = &one
}

// forget forgets so many accounts, in no order.
func (i *identities) forget(drop int) {
	clear(i.names)
	for org, known := range i.known {
		for code := range known {
			if drop < 0 {
				return
			}
			delete(known, code)
			i.count, drop = i.count-1, drop-1
		}
		delete(i.known, org)
	}
}

func (i *identities) name(text string) string {
	kept, is := i.names[text]
	if !is {
		kept = strings.Clone(text)
		i.names[kept] = kept
	}
	return kept
}

// watch is the accounts that have nearly nothing left, or are wanted by more than there is: they are read before a group
// is decided. It is only a hint: the limit stands in the schema.
type watch struct {
	mutex  sync.RWMutex
	scarce map[int64]bool
	limit  int
}

func newWatch(limit int) *watch { return &watch{scarce: map[int64]bool{}, limit: limit} }

func (w *watch) has(id int64) bool {
	w.mutex.RLock()
	defer w.mutex.RUnlock()
	return w.scarce[id]
}

// plenty is how many times of what a group takes an account must have to be watched no more.
const plenty = 64

// learn looks at what a group has read: an account that could not give four times as much is watched, one that could
// give plenty is not.
func (w *watch) learn(b *books) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for id, a := range b.accounts {
		if !a.read || !a.limited {
			continue
		}
		taken, had := a.takes, a.was.of(a.side)
		switch {
		case taken > 0 && had < 4*taken || b.lacking[id]:
			if len(w.scarce) >= w.limit {
				clear(w.scarce)
			}
			w.scarce[id] = true
		case had > plenty*taken:
			delete(w.scarce, id)
		}
	}
}
