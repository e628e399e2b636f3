package auth

import (
	"sync"
	"time"

	"dangol/internal/ground/fault"
)

// ErrTooMany is for someone who has failed too often. It has the value "minutes", and "seconds" for machines.
var ErrTooMany = fault.Define(fault.RateLimited, "auth.too_many",
	"여러 번 틀렸어요. {minutes}분 뒤에 다시 해 주세요.", "Too many failed attempts. Try again in {minutes} minutes.")

// limiterKeys is how many names are remembered at once; beyond, those whose window ends first are forgotten.
const limiterKeys = 20_000

// limiter counts attempts by name within a window that begins with the first. It is kept in memory: it slows guessing
// down on each node, and an attacker can't fill the database with attempts.
type limiter struct {
	now    func() time.Time
	window time.Duration

	mutex    sync.Mutex
	attempts map[string]window
}

type window struct {
	count int
	ends  time.Time
}

func newLimiter(now func() time.Time, span time.Duration) *limiter {
	return &limiter{now: now, window: span, attempts: map[string]window{}}
}

// take counts an attempt before its outcome is known, so that many at once are no way around the limit. It returns
// ErrTooMany, and counts nothing, when the name has used up its window.
func (l *limiter) take(name string, limit int) error {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	now := l.now()
	found, known := l.attempts[name]
	if !known || !now.Before(found.ends) {
		found = window{ends: now.Add(l.window)}
	}
	if found.count >= limit {
		wait := found.ends.Sub(now)
		return ErrTooMany.New(fault.Values{
			"minutes": int((wait + time.Minute - 1) / time.Minute), "seconds": int((wait + time.Second - 1) / time.Second),
		})
	}
	found.count++
	if !known && len(l.attempts) >= limiterKeys {
		l.makeRoom(now)
	}
	l.attempts[name] = found
	return nil
}

// giveBack takes back one attempt that did not fail.
func (l *limiter) giveBack(name string) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if found, known := l.attempts[name]; known && found.count > 1 {
		found.count--
		l.attempts[name] = found
		return
	}
	delete(l.attempts, name)
}

// forget forgets all attempts of a name.
func (l *limiter) forget(name string) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	delete(l.attempts, name)
}

// makeRoom forgets what has ended, and when nothing has, what ends first.
func (l *limiter) makeRoom(now time.Time) {
	var first string
	var ends time.Time
	for name, found := range l.attempts {
		if !now.Before(found.ends) {
			delete(l.attempts, name)
		} else if first == "" || found.ends.Before(ends) {
			first, ends = name, found.ends
		}
	}
	if len(l.attempts) >= limiterKeys {
		delete(l.attempts, first)
	}
}
