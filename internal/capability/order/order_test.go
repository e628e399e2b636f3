package order_test

import (
	"flag"
	"os"
	"testing"

	"dangol/internal/capability/order"
	"dangol/internal/ground/id"
)

var update = flag.Bool("update", false, "write the page about states anew")

func TestReceiptNumbersAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, text string
		want       string // "" when it is none
	}{
		{"a number as it is printed", "AB12-1-000123", "AB12-1-000123"},
		{"small letters and spaces around it are people's", " ab12-1-000123 ", "AB12-1-000123"},
		{"a sequence outgrows its six digits", "AB12-12-1234567", "AB12-12-1234567"},
		{"a sequence begins with one", "AB12-1-000000", ""},
		{"a generation begins with one", "AB12-0-000123", ""},
		{"six digits are written in full", "AB12-1-123", ""},
		{"a number has three parts", "AB12-000123", ""},
		{"digits are ASCII's", "AB12-1-００0123", ""},
		{"no number is that long", "AB12-1-0001230001230001", ""},
		{"nothing is no number", "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got, err := order.ParseNumber(row.text)
			if row.want == "" {
				if !id.Unknown.Has(err) {
					t.Errorf("got %v and %v, want id.Unknown", got, err)
				}
				return
			}
			if err != nil || got.String() != row.want {
				t.Errorf("got %v and %v", got, err)
			}
		})
	}
}

func TestAnOrderMovesOnlyAsItsStateAllows(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		from   order.Status
		action order.Action
		want   order.Status // New when it is refused
	}{
		{"a new order is paid", order.New, order.Pay, order.Paid},
		{"a paid order is refunded in part", order.Paid, order.RefundPart, order.PartlyRefunded},
		{"a paid order is refunded whole", order.Paid, order.RefundRest, order.Refunded},
		{"what is left is refunded", order.PartlyRefunded, order.RefundRest, order.Refunded},
		{"more is refunded", order.PartlyRefunded, order.RefundPart, order.PartlyRefunded},
		{"an order is paid once", order.Paid, order.Pay, order.New},
		{"a refunded order is not refunded again", order.Refunded, order.RefundRest, order.New},
		{"a new order has nothing to refund", order.New, order.RefundRest, order.New},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got, err := row.from.After(row.action)
			if row.want == order.New {
				if !order.ErrStatus.Has(err) {
					t.Errorf("got %q and %v, want order.status", got, err)
				}
				return
			}
			if err != nil || got != row.want {
				t.Errorf("got %q and %v", got, err)
			}
		})
	}
}

func TestThePageAboutStatesIsFresh(t *testing.T) {
	t.Parallel()
	const path = "../../../docs/order-states.md"
	want := order.StatePage()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is stale: run this test with -update", path)
	}
}

func TestCallNumbersCountInTheRegistersBand(t *testing.T) {
	t.Parallel()
	const today, before = "2026-11-23", "2026-11-22"
	for _, row := range []struct {
		name     string
		register order.Register
		day      string
		want     int64
		setDay   string
		setCalls int64
	}{
		{"the first sale of the first till is called 1", order.Register{}, today, 1, today, 1},
		{"the next one is called 2", order.Register{BusinessDate: today, Calls: 1}, today, 2, today, 2},
		{"after 99 it begins again", order.Register{BusinessDate: today, Calls: 99}, today, 1, today, 100},
		{"a new business day begins with 1", order.Register{BusinessDate: before, Calls: 57}, today, 1, today, 1},
		{"a late sale of the day before counts on", order.Register{BusinessDate: today, Calls: 4}, before, 5, today, 5},
		{"the second till has its own hundred", order.Register{Slot: 1, BusinessDate: today, Calls: 11}, today, 112, today, 12},
		{"the tenth till's band ends at 999", order.Register{Slot: 9, BusinessDate: today, Calls: 98}, today, 999, today, 99},
		{"the eleventh till shares the first one's band", order.Register{Slot: 10, BusinessDate: today, Calls: 0}, today, 1, today, 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			row.register.Device = 7
			number, set := row.register.Call(1, row.day)
			if number != row.want {
				t.Errorf("called %d, want %d", number, row.want)
			}
			if set.Args[2] != row.setDay || set.Args[3] != row.setCalls {
				t.Errorf("sets %v, want %s and %d", set.Args, row.setDay, row.setCalls)
			}
		})
	}
}
