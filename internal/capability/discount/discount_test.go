package discount_test

import (
	"context"
	"strings"
	"testing"

	"dangol/internal/capability/discount"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
	"dangol/internal/ground/money"
)

const (
	org   = 7
	actor = 8
)

// each runs a test on each database.
func each(t *testing.T, test func(t *testing.T, db *database.DB)) {
	t.Helper()
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			test(t, databasetest.Open(t, dialect, clock.System{}))
		})
	}
}

func write(t *testing.T, db *database.DB, work func(ctx context.Context, tx *database.Tx) error) error {
	t.Helper()
	return db.Write(t.Context(), func(tx *database.Tx) error { return work(t.Context(), tx) })
}

// says whether an error is about one field, with this code.
func says(err error, code *fault.Code) bool {
	found := fault.As(err)
	return found != nil && len(found.Fields) == 1 && found.Fields[0].Code == code.Name()
}

func TestADiscountIsAPercentageOrAnAmount(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *database.DB) {
		for _, row := range []struct {
			name     string
			discount discount.Discount
			want     *fault.Code
		}{
			{"a percentage", discount.Discount{Name: "직원 할인", PercentPPM: 300_000}, nil},
			{"all of it", discount.Discount{Name: "무료", PercentPPM: 1_000_000}, nil},
			{"an amount", discount.Discount{Name: "쿠폰", Amount: 1000, Currency: money.KRW}, nil},
			{"more than all of it is refused", discount.Discount{Name: "과한 할인", PercentPPM: 1_000_001}, discount.ErrForm},
			{"both are refused", discount.Discount{Name: "둘 다", PercentPPM: 1, Amount: 1, Currency: money.KRW}, discount.ErrForm},
			{"neither is refused", discount.Discount{Name: "없음"}, discount.ErrForm},
			{"below zero is refused", discount.Discount{Name: "거꾸로", Amount: -1, Currency: money.KRW}, discount.ErrForm},
			{"an amount without a currency is refused", discount.Discount{Name: "쿠폰", Amount: 1000}, discount.ErrCurrency},
			{"no name is refused", discount.Discount{Name: " ", PercentPPM: 1}, discount.ErrName},
			{"a long name is refused", discount.Discount{Name: strings.Repeat("가", 51), PercentPPM: 1}, discount.ErrName},
		} {
			row.discount.ID = db.NewID()
			err := write(t, db, func(ctx context.Context, tx *database.Tx) error {
				return discount.Create(ctx, tx, org, actor, row.discount)
			})
			if row.want == nil && err != nil || row.want != nil && !says(err, row.want) {
				t.Errorf("%s: %v", row.name, err)
			}
		}
	})
}

func TestADiscountIsChangedAtItsVersion(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *database.DB) {
		made := discount.Discount{ID: db.NewID(), Name: "직원 할인", PercentPPM: 300_000, Active: true}
		change := func(version int64, id int64) error {
			return write(t, db, func(ctx context.Context, tx *database.Tx) error {
				return discount.Change(ctx, tx, org, actor, discount.Discount{
					ID: id, Version: version, Name: "가족 할인", Amount: 500, Currency: money.KRW, Approval: true,
				})
			})
		}
		if err := write(t, db, func(ctx context.Context, tx *database.Tx) error {
			return discount.Create(ctx, tx, org, actor, made)
		}); err != nil {
			t.Fatal(err)
		}
		if err := change(1, made.ID); err != nil {
			t.Fatal(err)
		}
		if err := change(1, made.ID); !discount.ErrMoved.Has(err) {
			t.Errorf("an old version is changed: %v", err)
		}
		if err := change(1, db.NewID()); !id.Unknown.Has(err) {
			t.Errorf("what is not there is changed: %v", err)
		}
		err := db.Read(t.Context(), func(tx *database.Tx) error {
			found, err := discount.Read(t.Context(), tx, org, made.ID)
			want := discount.Discount{
				ID: made.ID, Version: 2, Name: "가족 할인", Amount: 500, Currency: money.KRW, Approval: true,
			}
			if found != want {
				t.Errorf("found %+v", found)
			}
			if priced := found.Priced(); priced.Name.EN != "가족 할인" || priced.Amount != 500 {
				t.Errorf("priced as %+v", priced)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestLimitsHoldByRole(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *database.DB) {
		set := func(limits discount.Limits) error {
			return write(t, db, func(ctx context.Context, tx *database.Tx) error {
				return discount.SetLimits(ctx, tx, org, actor, limits)
			})
		}
		if err := set(discount.Limits{Version: 1, Cashier: 1_000_001}); !says(err, discount.ErrLimit) {
			t.Errorf("more than all of it: %v", err)
		}
		if err := set(discount.Limits{Version: 1, Cashier: 0, Manager: 300_000}); err != nil {
			t.Fatal(err)
		}
		if err := set(discount.Limits{Version: 1, Cashier: 1, Manager: 1}); !discount.ErrMoved.Has(err) {
			t.Errorf("limits that were set before are set as if they were not: %v", err)
		}
		if err := set(discount.Limits{Version: 2, Cashier: 50_000, Manager: 400_000}); err != nil {
			t.Fatal(err)
		}
		for _, row := range []struct {
			name  string
			org   int64
			roles []string
			want  int64
		}{
			{"an owner may take off all", org, []string{"owner"}, 1_000_000},
			{"a manager what was set", org, []string{"manager"}, 400_000},
			{"the highest role counts", org, []string{"cashier", "manager"}, 400_000},
			{"an auditor may take off nothing", org, []string{"auditor", "support"}, 0},
			{"another organisation has what the program begins with", org + 1, []string{"cashier"}, 100_000},
		} {
			err := db.Read(t.Context(), func(tx *database.Tx) error {
				limits, err := discount.ReadLimits(t.Context(), tx, row.org)
				if got := limits.Of(row.roles...); got != row.want {
					t.Errorf("%s: %d", row.name, got)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}
