package checkout

import (
	"context"
	"sync"

	"dangol/internal/core/ledger"
)

// maxWaiting is how many requests of one till may wait for each other.
const maxWaiting = 64

// turns lets the requests of one till go one after the other: each issues a receipt and so expects the till's register,
// and those that went together would only be decided again. Two programs on one database still can meet; the ledger
// settles that.
type turns struct {
	mutex sync.Mutex
	tills map[int64]*turn
}

// turn is one till's: its channel has room for the one request that goes.
type turn struct {
	going   chan struct{}
	waiting int // those that go or wait
}

// take waits for a till's turn. The function that it returns gives the turn to the next. It returns ErrBusy when too
// many wait, and the context's error when it ends first.
func (t *turns) take(ctx context.Context, device int64) (func(), error) {
	t.mutex.Lock()
	if t.tills == nil {
		t.tills = map[int64]*turn{}
	}
	till := t.tills[device]
	if till == nil {
		till = &turn{going: make(chan struct{}, 1)}
		t.tills[device] = till
	}
	if till.waiting == maxWaiting {
		t.mutex.Unlock()
		return nil, ledger.ErrBusy.New()
	}
	till.waiting++
	t.mutex.Unlock()

	select {
	case till.going <- struct{}{}:
		return func() {
			<-till.going
			t.leave(device)
		}, nil
	case <-ctx.Done():
		t.leave(device)
		return nil, ctx.Err()
	}
}

// leave forgets a till for which nobody waits any more.
func (t *turns) leave(device int64) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.tills[device].waiting--; t.tills[device].waiting == 0 {
		delete(t.tills, device)
	}
}
