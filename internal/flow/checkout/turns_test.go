package checkout

import (
	"context"
	"testing"
	"testing/synctest"

	"dangol/internal/core/ledger"
)

func TestATillsRequestsTakeTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var turns turns
		first, err := turns.take(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		if other, err := turns.take(t.Context(), 2); err != nil {
			t.Errorf("another till waits: %v", err)
		} else {
			other()
		}
		gone := false
		go func() {
			second, err := turns.take(t.Context(), 1)
			if err != nil {
				t.Error(err)
				return
			}
			gone = true
			second()
		}()
		synctest.Wait()
		if gone {
			t.Error("two requests of one till go at once")
		}
		given, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := turns.take(given, 1); err == nil {
			t.Error("who gave up goes all the same")
		}
		first()
		synctest.Wait()
		if !gone || len(turns.tills) != 0 {
			t.Errorf("the second has gone: %v; remembered tills: %d", gone, len(turns.tills))
		}
	})
}

func TestATillsQueueIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var turns turns
		first, err := turns.take(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		for range maxWaiting - 1 {
			go func() {
				done, err := turns.take(t.Context(), 1)
				if err != nil {
					t.Error(err)
					return
				}
				done()
			}()
		}
		synctest.Wait()
		if _, err := turns.take(t.Context(), 1); !ledger.ErrBusy.Has(err) {
			t.Errorf("one too many hears %v", err)
		}
		first()
		synctest.Wait()
	})
}
