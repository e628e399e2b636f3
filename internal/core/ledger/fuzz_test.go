package ledger

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"dangol/internal/ground/fault"
)

// unitsOf makes Units of any bytes: most of them are wrong in some way.
func unitsOf(bytes []byte) []*Unit {
	next := func() int {
		if len(bytes) == 0 {
			return 0
		}
		b := bytes[0]
		bytes = bytes[1:]
		return int(b)
	}
	account := func() Account {
		n := next()
		return Account{
			Code: fmt.Sprintf("a%d", n%6), Asset: []string{"U", "U", "U", "V"}[n%4], Side: []Side{Debit, Credit}[n%2],
			Limited: n%3 == 0, Lots: n%6 == 5,
		}
	}
	var units []*Unit
	for len(bytes) > 0 && len(units) < 64 {
		unit := &Unit{Org: 1, Key: fmt.Sprintf("k%d", len(units)), Posting: int64(len(units) + 1), Kind: "fuzz"}
		for range 1 + next()%4 {
			n := next()
			transfer := Transfer{
				Action: []Action{Move, Move, Hold, PostHold, VoidHold, KeepHold}[n%6],
				Mode:   []Amount{Fixed, Fixed, UpTo, All}[n/6%4], Amount: int64(next()) << (next() % 56),
			}
			if n%6 < 3 {
				transfer.Debit, transfer.Credit = account(), account()
			}
			if n%6 > 1 {
				transfer.HoldID = int64(1 + next()%8)
			}
			switch next() % 5 {
			case 0:
				transfer.Lot = &Lot{ExpiresOn: []string{"2026-11-22", "2026-12-31", "never"}[next()%3]}
			case 1:
				transfer.Today = "2026-11-23"
			case 2:
				transfer.LotID = int64(next())
			case 3:
				other := account()
				transfer.Shortage = &other
			}
			unit.Transfers = append(unit.Transfers, transfer)
		}
		if n := next(); n%4 == 0 {
			unit.Claims = []Claim{{Scope: "s", Value: fmt.Sprint(n % 16)}}
		}
		units = append(units, unit)
	}
	return units
}

// FuzzDecide holds the engine to what must be true of any Units whatever: it never fails itself, no limited account goes
// below zero, nothing is held that no hold explains, and every asset's debits are its credits.
func FuzzDecide(f *testing.F) {
	f.Add([]byte("the quick brown fox jumps over the lazy dog, and is back in time for its coffee"))
	f.Add([]byte{0, 0, 9, 0, 1, 3, 0, 0, 0, 6, 4, 0, 3, 1, 2, 0, 1, 0, 12, 7, 0, 0, 1, 5, 200, 3, 2, 3, 0, 1})
	f.Fuzz(func(t *testing.T, bytes []byte) {
		now := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
		b := &books{
			org: 1, now: now.UnixMicro(), accounts: map[int64]*account{}, byCode: map[string]*account{}, lots: map[int64][]*account{},
			swept: map[int64]bool{}, lacking: map[int64]bool{}, holds: map[int64][]*hold{}, versions: map[rowKey]int64{},
			claims: map[Claim]bool{},
		}
		last := int64(0)
		for _, unit := range unitsOf(bytes) {
			if err := unit.validate(now); err != nil {
				if fault.As(err) == nil {
					t.Fatalf("validate: %v", err)
				}
				continue
			}
			b.addFresh(openings([]*Unit{unit}), func() int64 { last++; return last })
			tried, rejection, err := b.try(unit)
			if err != nil {
				t.Fatalf("%+v: %v", unit, err)
			}
			if rejection == nil {
				tried.apply()
			}
			proveBooks(t, b)
		}
	})
}

func proveBooks(t *testing.T, b *books) {
	t.Helper()
	held := map[int64]int64{}
	for _, parts := range b.holds {
		for _, h := range parts {
			if h.state != "held" {
				continue
			}
			if b.accounts[h.debitID].side == Credit {
				held[h.debitID] += h.amount
			}
			if b.accounts[h.creditID].side == Debit {
				held[h.creditID] += h.amount
			}
		}
	}
	sums := map[string]int64{}
	for id, a := range b.accounts {
		if a.limited && a.available() < 0 {
			t.Fatalf("%s is limited and has %d", a.code, a.available())
		}
		if a.held != held[id] {
			t.Fatalf("%s holds %d, its holds %d", a.code, a.held, held[id])
		}
		sums[a.asset] += a.debits - a.credits
	}
	for asset, sum := range sums {
		if sum != 0 {
			t.Fatalf("the debits of %s are %d more than its credits", asset, sum)
		}
	}
}

// FuzzUnpack holds the readers of packed lists to what they say: they never fail but by an error, and what they read is
// written as it was.
func FuzzUnpack(f *testing.F) {
	f.Add([]byte{2, 0, 4, 3})
	f.Add(packIDs([]int64{1 << 40, 1<<40 + 3, 7}))
	f.Fuzz(func(t *testing.T, packed []byte) {
		if ids, err := unpackIDs(packed); err == nil {
			again, err := unpackIDs(packIDs(ids))
			if err != nil || !slices.Equal(ids, again) {
				t.Fatalf("%v became %v, %v", ids, again, err)
			}
		}
		if entries, err := unpackEntries(packed); err == nil {
			var again []byte
			last := int64(0)
			for _, one := range entries {
				again, last = packEntry(again, last, one), one.posting
			}
			read, err := unpackEntries(again)
			if err != nil || !slices.Equal(entries, read) {
				t.Fatalf("%v became %v, %v", entries, read, err)
			}
		}
	})
}
