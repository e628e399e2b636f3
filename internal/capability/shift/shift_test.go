package shift_test

import (
	"testing"

	"dangol/internal/capability/shift"
	"dangol/internal/ground/money"
)

func TestCountsComeToTheirSumInNotesAndCoinsThatExist(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name     string
		currency money.Currency
		counts   []shift.Count
		sum      int64
		fine     bool
	}{
		{"a sum alone is fine", "KRW", nil, 123_450, true},
		{"an empty drawer is fine", "KRW", nil, 0, true},
		{"notes and coins that come to the sum are fine", "KRW", []shift.Count{{50_000, 2}, {10, 3}}, 100_030, true},
		{"none of a coin is fine", "KRW", []shift.Count{{500, 0}, {1000, 1}}, 1000, true},
		{"a cent is counted in dollars", "USD", []shift.Count{{2000, 1}, {1, 4}}, 2004, true},
		{"a sum below zero is not", "KRW", nil, -1, false},
		{"a note that does not exist is not", "KRW", []shift.Count{{20_000, 1}}, 20_000, false},
		{"a note that stands twice is not", "KRW", []shift.Count{{1000, 1}, {1000, 1}}, 2000, false},
		{"less than nothing of a coin is not", "KRW", []shift.Count{{1000, 2}, {500, -2}}, 1000, false},
		{"another sum is not", "KRW", []shift.Count{{1000, 1}}, 1001, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if err := shift.CheckCounts(row.currency, row.counts, row.sum); (err == nil) != row.fine {
				t.Errorf("got %v", err)
			}
		})
	}
}
