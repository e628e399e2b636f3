package ledger

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
)

// names gives the kinds of the Units of a group, which are "organisation/store/n".
func names(group []*request) string {
	list := make([]string, len(group))
	for i, one := range group {
		list[i] = one.unit.Kind
	}
	return strings.Join(list, " ")
}

func waitingRequest(org, store int64, n int) *request {
	return &request{
		unit: &Unit{Org: org, Store: store, Kind: fmt.Sprintf("%d/%d/%d", org, store, n)}, done: make(chan struct{}),
	}
}

func TestWaitingIsFair(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		add  [][3]int // organisation, store, how many
		take int
		rows int
		want []string
	}{
		{"stores take turns", [][3]int{{1, 1, 4}, {1, 2, 1}, {1, 3, 2}}, 4, 100, []string{"1/1/0 1/2/0 1/3/0 1/1/1", "1/3/1 1/1/2 1/1/3"}},
		{"organisations take turns", [][3]int{{1, 1, 4}, {2, 1, 1}}, 2, 100, []string{"1/1/0 1/1/1", "2/1/0", "1/1/2 1/1/3"}},
		{"a group holds one organisation", [][3]int{{1, 1, 1}, {2, 1, 1}}, 9, 100, []string{"1/1/0", "2/1/0"}},
		{"a group is bounded by what it writes", [][3]int{{1, 1, 3}}, 9, 2, []string{"1/1/0 1/1/1", "1/1/2"}},
		{"a Unit above the bound goes alone", [][3]int{{1, 1, 2}}, 9, 0, []string{"1/1/0", "1/1/1"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := newWaiting(100)
			for _, add := range row.add {
				for n := range add[2] {
					if !w.add(waitingRequest(int64(add[0]), int64(add[1]), n)) {
						t.Fatal("the queue is full")
					}
				}
			}
			var got []string
			for w.size() > 0 {
				got = append(got, names(w.take(row.take, row.rows)))
			}
			if !slices.Equal(got, row.want) {
				t.Fatalf("got %q, want %q", got, row.want)
			}
		})
	}
}

func TestWhatIsNotUrgentWaitsButKeepsAFifth(t *testing.T) {
	t.Parallel()
	w := newWaiting(1000)
	for n := range 100 {
		sale, later := waitingRequest(1, 1, n), waitingRequest(1, 1, n)
		later.unit.Background = true
		if !w.add(sale) || !w.add(later) {
			t.Fatal("the queue is full")
		}
	}
	order := ""
	for w.size() > 0 {
		group := w.take(10, 1000)
		if group[0].unit.Background {
			order += "b"
		} else {
			order += "s"
		}
	}
	if order != "ssssbssssbssbbbbbbbb" {
		t.Fatalf("the order of groups was %s", order)
	}
}

func TestWaitingIsBounded(t *testing.T) {
	t.Parallel()
	w := newWaiting(2)
	first, second := waitingRequest(1, 1, 0), waitingRequest(1, 1, 1)
	if !w.add(first) || !w.add(second) || w.add(waitingRequest(1, 1, 2)) {
		t.Fatal("two and no more may wait")
	}
	if !w.remove(first) || w.remove(first) {
		t.Fatal("what waits can be taken back once")
	}
	if group := w.take(9, 100); len(group) != 1 || w.remove(second) {
		t.Fatal("what was taken can't be taken back")
	}
	large := waitingRequest(1, 1, 3)
	large.unit.Inserts = make([]Insert, maxWaitingRows)
	if !w.add(large) || w.add(second) {
		t.Fatal("what waits is bounded by what it will write, but for a Unit alone")
	}
	if !w.remove(large) || !w.add(second) || !w.remove(second) {
		t.Fatal("there is room again")
	}
	w.add(first)
	w.close()
	if w.add(second) {
		t.Fatal("a closed queue takes nothing")
	}
	if group := w.take(9, 100); len(group) != 1 {
		t.Fatal("what waited when it was closed is still taken")
	}
	if w.take(9, 100) != nil {
		t.Fatal("a closed and empty queue has nothing")
	}
}

// idle is a ledger whose writers have not been started.
func idle(t *testing.T, limit int) *Ledger {
	t.Helper()
	return prepare(databasetest.Open(t, database.SQLite, nil), databasetest.Quiet(), limit)
}

func receiving(l *Ledger, key string) Unit {
	return Unit{
		Org: 1, Key: key, Posting: l.db.NewID(), Kind: "test",
		Transfers: []Transfer{{
			Debit:  Account{Code: "stock", Asset: "U", Side: Debit, Limited: true},
			Credit: Account{Code: "received", Asset: "U", Side: Credit}, Amount: 1,
		}},
	}
}

// until waits, without sleeping, for so many Units to wait.
func until(l *Ledger, waiting int) {
	for l.queue.size() != waiting {
		runtime.Gosched()
	}
}

func TestBusyIsHeardAtOnceAndACallerMayGiveUp(t *testing.T) {
	t.Parallel()
	l := idle(t, 1)
	ctx, giveUp := context.WithCancel(context.Background())
	answer := make(chan error)
	go func() {
		_, err := l.Commit(ctx, receiving(l, "first"))
		answer <- err
	}()
	until(l, 1)
	if _, err := l.Commit(context.Background(), receiving(l, "second")); !ErrBusy.Has(err) {
		t.Fatalf("the second of one place: %v", err)
	}
	giveUp()
	if err := <-answer; !errors.Is(err, context.Canceled) {
		t.Fatalf("a caller that gave up heard %v", err)
	}
	if _, found, err := l.Lookup(context.Background(), 1, "second", nil); found || err != nil {
		t.Fatalf("busy was remembered: %v", err)
	}
	if l.queue.size() != 0 {
		t.Fatal("what was given up still waits")
	}
}

func TestCloseFinishesWhatWasAccepted(t *testing.T) {
	t.Parallel()
	l := idle(t, 100)
	answers := make(chan error)
	for i := range 10 {
		unit := receiving(l, fmt.Sprint(i))
		go func() {
			_, err := l.Commit(context.Background(), unit)
			answers <- err
		}()
	}
	until(l, 10)
	l.queue.close()
	l.writers.Go(l.write)
	for range 10 {
		if err := <-answers; err != nil {
			t.Errorf("accepted before the end: %v", err)
		}
	}
	l.Close()
	if _, err := l.Commit(context.Background(), receiving(l, "late")); !ErrBusy.Has(err) {
		t.Fatalf("after the end: %v", err)
	}
}
