package auth

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dangol/internal/ground/clock"
)

func TestTheLimiterForgetsWhatEndsFirstWhenItIsFull(t *testing.T) {
	t.Parallel()
	now := clock.At(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	l := newLimiter(now.Now, time.Minute)
	take := func(name string) {
		t.Helper()
		if err := l.take(name, 5); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	take("first")
	now.Advance(time.Second)
	for i := range limiterKeys - 1 {
		take(fmt.Sprint(i))
	}
	take("last")
	if _, kept := l.attempts["first"]; kept || len(l.attempts) != limiterKeys {
		t.Errorf("%d names are kept, the first %v", len(l.attempts), kept)
	}
	now.Advance(time.Hour)
	take("tomorrow")
	if len(l.attempts) != 1 {
		t.Errorf("%d names are kept though their windows ended", len(l.attempts))
	}
}

func TestManyAttemptsAtOnceAreNoWayAroundTheLimit(t *testing.T) {
	t.Parallel()
	l := newLimiter(clock.At(time.Unix(0, 0)).Now, time.Minute)
	var group sync.WaitGroup
	var taken atomic.Int64
	for range 200 {
		group.Go(func() {
			if l.take("name", 30) == nil {
				taken.Add(1)
			}
		})
	}
	group.Wait()
	if taken.Load() != 30 {
		t.Errorf("%d attempts of 30 were let through", taken.Load())
	}
}

func TestAnAttemptIsGivenBack(t *testing.T) {
	t.Parallel()
	l := newLimiter(clock.At(time.Unix(0, 0)).Now, time.Minute)
	for range 10 {
		if err := l.take("name", 1); err != nil {
			t.Fatal(err)
		}
		if err := l.take("name", 1); !ErrTooMany.Has(err) {
			t.Fatalf("got %v", err)
		}
		l.giveBack("name")
	}
}

func TestAStoredHashThatCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"x", "$argon2i$v=19$m=19456,t=2,p=1$AAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA", "$argon2id$v=16$m=19456,t=2,p=1$AAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=99999999,t=2,p=1$AAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA", "$argon2id$v=19$m=19456,t=0,p=1$AAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAA$AAAA", "$argon2id$v=19$m=19456,t=2,p=1$!$!",
	} {
		if matched, err := newHasher().matches(t.Context(), "12345678", text); err == nil || matched {
			t.Errorf("%s: got %v %v", text, matched, err)
		}
	}
}
