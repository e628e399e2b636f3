package ledger_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"dangol/internal/core/ledger"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/fault"
)

// asked is what a caller asks of one account, answered what it hears.
type asked struct {
	kind   string // receive, sell, read
	amount int64
}

type answered struct {
	ok   bool
	left int64 // what a refusal or a reading says
}

// oneShelf is a shelf as a single person would see it who is asked one thing after the other.
var oneShelf = porcupine.Model{
	Init: func() any { return int64(0) },
	Step: func(state, input, output any) (bool, any) {
		has, _ := state.(int64)
		ask, _ := input.(asked)
		answer, _ := output.(answered)
		switch {
		case ask.kind == "read":
			return answer.left == has, has
		case ask.kind == "receive":
			return answer.ok, has + ask.amount
		case answer.ok:
			return has >= ask.amount, has - ask.amount
		}
		return has < ask.amount && answer.left == has, has
	},
	DescribeOperation: func(input, output any) string { return fmt.Sprintf("%v → %v", input, output) },
}

// TestWhatCallersSeeCouldHaveHappenedOneByOne records what many callers ask and hear at once, through two ledgers on one
// PostgreSQL as two programs would have, and finds an order in which it all makes sense.
func TestWhatCallersSeeCouldHaveHappenedOneByOne(t *testing.T) {
	t.Parallel()
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			target := databasetest.Target(t, dialect)
			first := opened(t, target)
			programs := []*bench{first}
			if dialect == database.Postgres {
				programs = append(programs, opened(t, target))
			}
			var mutex sync.Mutex
			var history []porcupine.Operation
			var wait sync.WaitGroup
			var moment atomic.Int64 // comes before the one after it, whoever takes them
			for client := range 8 {
				b := programs[client%len(programs)]
				random := rand.New(rand.NewPCG(1, uint64(client)))
				wait.Go(func() {
					for n := range 20 {
						ask := asked{kind: []string{"receive", "sell", "sell", "sell", "read"}[random.IntN(5)], amount: 1 + random.Int64N(5)}
						called := moment.Add(1)
						answer, err := b.ask(ask, fmt.Sprintf("%d-%d", client, n))
						returned := moment.Add(1)
						if err != nil {
							t.Errorf("%v: %v", ask, err)
							return
						}
						mutex.Lock()
						history = append(history, porcupine.Operation{
							ClientId: client, Input: ask, Call: called, Output: answer, Return: returned,
						})
						mutex.Unlock()
					}
				})
			}
			wait.Wait()
			if result := porcupine.CheckOperationsTimeout(oneShelf, history, time.Minute); result != porcupine.Ok {
				t.Fatalf("no order explains what was seen: %v", result)
			}
			first.verify()
		})
	}
}

func (b *bench) ask(ask asked, key string) (answered, error) {
	ctx := context.Background()
	if ask.kind == "read" {
		var balances map[string]ledger.Balance
		err := b.db.Read(ctx, func(tx *database.Tx) error {
			var err error
			balances, err = ledger.Balances(ctx, tx, org, shelf.Code)
			return err
		})
		return answered{left: balances[shelf.Code].Available}, err
	}
	transfer := receive(ask.amount)
	if ask.kind == "sell" {
		transfer = sell(ask.amount)
	}
	unit := ledger.Unit{Org: org, Key: key, Posting: b.db.NewID(), Kind: "test", Transfers: []ledger.Transfer{transfer}}
	_, err := b.Commit(ctx, unit)
	if ledger.ErrShort.Has(err) {
		left, _ := fault.As(err).Values["left"].(int64)
		return answered{left: left}, nil
	}
	return answered{ok: err == nil}, err
}
