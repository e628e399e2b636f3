// Package clock is where time comes from. Nothing else in dangol asks the system for it, so a test can say what time
// it is.
package clock

import (
	"sync"
	"time"
)

// Clock tells the time.
type Clock interface {
	Now() time.Time
}

// System is the machine's clock, in UTC and cut to microseconds: the unit that is stored.
type System struct{}

// Now is the present.
func (System) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// Manual is a clock that stands still until it is moved.
type Manual struct {
	mutex sync.Mutex
	now   time.Time
}

// At makes a manual clock that stands at the given time.
func At(now time.Time) *Manual { return &Manual{now: now.UTC().Truncate(time.Microsecond)} }

// Now is the time at which the clock stands.
func (m *Manual) Now() time.Time {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.now
}

// Set moves the clock to the given time, which may lie in its past.
func (m *Manual) Set(now time.Time) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.now = now.UTC().Truncate(time.Microsecond)
}

// Advance moves the clock by the given span.
func (m *Manual) Advance(span time.Duration) { m.Set(m.Now().Add(span)) }

// Micros is the stored form of a time: microseconds since 1970 in UTC.
func Micros(t time.Time) int64 { return t.UnixMicro() }

// FromMicros reads the stored form.
func FromMicros(micros int64) time.Time { return time.UnixMicro(micros).UTC() }
