package console

import (
	"testing"
	"time"
)

func TestThePeriodBefore(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, from, to, wantFrom, wantTo string }{
		{"a day is set against the same weekday of the week before", "2026-11-23", "2026-11-23", "2026-11-16", "2026-11-16"},
		{"the first of a month is a day like any other", "2026-11-01", "2026-11-01", "2026-10-25", "2026-10-25"},
		{"a week that began on Sunday, against the one before", "2026-11-22", "2026-11-24", "2026-11-15", "2026-11-17"},
		{"seven days, against the seven before", "2026-11-17", "2026-11-23", "2026-11-10", "2026-11-16"},
		{"a month so far, against the same days of the month before", "2026-11-01", "2026-11-23", "2026-10-01", "2026-10-23"},
		{"a whole month, against the whole month before", "2026-10-01", "2026-10-31", "2026-09-01", "2026-09-30"},
		{"a whole short month, against the whole longer one", "2026-02-01", "2026-02-28", "2026-01-01", "2026-01-31"},
		{"days that the shorter month before lacks are left out", "2026-03-01", "2026-03-30", "2026-02-01", "2026-02-28"},
		{"ten days, against those two weeks before", "2026-11-10", "2026-11-19", "2026-10-27", "2026-11-05"},
		{"two months go back by whole weeks", "2026-09-01", "2026-10-31", "2026-06-30", "2026-08-29"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			period, err := readDays(SalesQuery{From: row.from, To: row.to}, "2026-11-23")
			if err != nil {
				t.Fatal(err)
			}
			from, to := period.before().text()
			if from != row.wantFrom || to != row.wantTo {
				t.Errorf("got %s to %s", from, to)
			}
		})
	}
}

func TestAPeriodIsReadAsItWasMeant(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name           string
		from, to       string
		wantFrom, want string // "" when it is refused
	}{
		{"nothing is today", "", "", "2026-11-23", "2026-11-23"},
		{"one day is that day", "2026-11-20", "2026-11-20", "2026-11-20", "2026-11-20"},
		{"without an end it goes on until today", "2026-11-20", "", "2026-11-20", "2026-11-23"},
		{"without a beginning it is the last day", "", "2026-11-20", "2026-11-20", "2026-11-20"},
		{"the wrong way round is refused", "2026-11-21", "2026-11-20", "", ""},
		{"longer than ten years is refused", "2010-01-01", "2026-11-20", "", ""},
		{"what is no day is refused", "2026-02-30", "2026-11-20", "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			period, err := readDays(SalesQuery{From: row.from, To: row.to}, "2026-11-23")
			if row.want == "" {
				if !ErrDays.Has(err) {
					t.Errorf("got %v", err)
				}
				return
			}
			if from, to := period.text(); err != nil || from != row.wantFrom || to != row.want {
				t.Errorf("got %s to %s, %v", from, to, err)
			}
		})
	}
}

func TestAMomentOfThePeriodIsAsFarIntoTheOneBefore(t *testing.T) {
	t.Parallel()
	period := days{time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)}
	if got := period.shift(); got != 31*24*time.Hour {
		t.Errorf("got %v", got)
	}
}
