package tender_test

import (
	"context"
	"slices"
	"testing"

	"dangol/internal/capability/tender"
	"dangol/internal/core/place"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
	"dangol/internal/ground/lang"
)

// each runs a test with an organisation on both databases.
func each(t *testing.T, test func(t *testing.T, db *database.DB, org int64)) {
	t.Helper()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		org := db.NewID()
		write(t, db, func(ctx context.Context, tx *database.Tx) error {
			return place.CreateOrganisation(ctx, tx, org, "단골", lang.Korean)
		})
		test(t, db, org)
	})
}

func write(t *testing.T, db *database.DB, work func(context.Context, *database.Tx) error) {
	t.Helper()
	if err := try(t, db, work); err != nil {
		t.Fatal(err)
	}
}

func try(t *testing.T, db *database.DB, work func(context.Context, *database.Tx) error) error {
	t.Helper()
	return db.Write(t.Context(), func(tx *database.Tx) error { return work(t.Context(), tx) })
}

func list(t *testing.T, db *database.DB, org int64) []tender.Definition {
	t.Helper()
	var found []tender.Definition
	write(t, db, func(ctx context.Context, tx *database.Tx) error {
		var err error
		found, err = tender.List(ctx, tx, org)
		return err
	})
	return found
}

func voucher() tender.Terms {
	return tender.Terms{Name: "상품권", InDrawer: true, GivesChange: true, SlipRequired: true, Sort: 15, Active: true}
}

func TestAnOrganisationBeginsWithCardAndCash(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *database.DB, org int64) {
		found := list(t, db, org)
		if len(found) != 2 || found[0].ID != tender.CardID || found[1].ID != tender.CashID || !found[1].GivesChange {
			t.Errorf("it begins with %+v", found)
		}
	})
}

func TestTendersAreListedInTheirOrder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *database.DB, org int64) {
		made := db.NewID()
		write(t, db, func(ctx context.Context, tx *database.Tx) error {
			return tender.Create(ctx, tx, org, 0, made, tender.Other, voucher())
		})
		var ids []int64
		for _, one := range list(t, db, org) {
			ids = append(ids, one.ID)
		}
		if !slices.Equal(ids, []int64{tender.CardID, made, tender.CashID}) {
			t.Errorf("they are listed as %v", ids)
		}
	})
}

func TestATenderIsWhatItsKindAllows(t *testing.T) {
	t.Parallel()
	everything := tender.Terms{
		Name: " 결제 ", InDrawer: true, GivesChange: true, CashReceipt: true, SlipRequired: true, Active: true,
	}
	each(t, func(t *testing.T, db *database.DB, org int64) {
		card := db.NewID()
		write(t, db, func(ctx context.Context, tx *database.Tx) error {
			return tender.Create(ctx, tx, org, 0, card, tender.Card, everything)
		})
		nothing := everything
		nothing.Name, nothing.InDrawer, nothing.GivesChange, nothing.CashReceipt = "지폐", false, false, false
		write(t, db, func(ctx context.Context, tx *database.Tx) error {
			return tender.Change(ctx, tx, org, 0, tender.CashID, 1, nothing)
		})
		for _, one := range list(t, db, org) {
			switch one.ID {
			case card:
				if one.Name != "결제" || one.InDrawer || one.GivesChange || one.CashReceipt || !one.SlipRequired {
					t.Errorf("the card is %+v", one)
				}
			case tender.CashID:
				if one.Name != "지폐" || one.Version != 2 || !one.InDrawer || !one.GivesChange || !one.CashReceipt || one.SlipRequired {
					t.Errorf("the cash is %+v", one)
				}
			}
		}
	})
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	named := func(name string) tender.Terms {
		terms := voucher()
		terms.Name = name
		return terms
	}
	create := func(kind tender.Kind, terms tender.Terms) func(context.Context, *database.Tx, int64) error {
		return func(ctx context.Context, tx *database.Tx, org int64) error {
			return tender.Create(ctx, tx, org, 0, 7, kind, terms)
		}
	}
	change := func(definition, version int64, terms tender.Terms) func(context.Context, *database.Tx, int64) error {
		return func(ctx context.Context, tx *database.Tx, org int64) error {
			return tender.Change(ctx, tx, org, 0, definition, version, terms)
		}
	}
	lined := voucher()
	lined.Line = "스무 글자보다 훨씬 더 긴 마감 항목의 이름이에요"
	rows := []struct {
		name string
		do   func(context.Context, *database.Tx, int64) error
		want *fault.Code
	}{
		{"a tender without a name", create(tender.Other, named(" ")), tender.ErrName},
		{"a name that fits no button", create(tender.Other, named("스무 글자보다 훨씬 더 긴 결제수단의 이름이에요")), tender.ErrName},
		{"a name that another has", create(tender.Other, named("현금")), tender.ErrNameTaken},
		{"a line that fits no report", create(tender.Other, lined), tender.ErrLine},
		{"a second cash", create(tender.Cash, named("동전")), tender.ErrKind},
		{"a kind that nobody knows", create("shells", named("조개")), tender.ErrKind},
		{"a change of what someone else has changed", change(tender.CashID, 2, named("현금")), tender.ErrMoved},
		{"a change of what does not exist", change(99, 1, named("현금")), id.Unknown},
		{"another tender's name", change(tender.CashID, 1, named("카드")), tender.ErrNameTaken},
	}
	each(t, func(t *testing.T, db *database.DB, org int64) {
		for _, row := range rows {
			t.Run(row.name, func(t *testing.T) {
				err := try(t, db, func(ctx context.Context, tx *database.Tx) error { return row.do(ctx, tx, org) })
				said := fault.As(err)
				if said == nil || !row.want.Has(err) &&
					!slices.ContainsFunc(said.Fields, func(f fault.Field) bool { return f.Code == row.want.Name() }) {
					t.Errorf("it says %v, want %s", err, row.want.Name())
				}
			})
		}
	})
}

func TestThereIsAnEndToTenders(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *database.DB, org int64) {
		var refused error
		for i := 0; refused == nil && i < 100; i++ {
			refused = try(t, db, func(ctx context.Context, tx *database.Tx) error {
				terms := voucher()
				terms.Name = "상품권 " + tender.IDs.Format(int64(i))
				return tender.Create(ctx, tx, org, 0, db.NewID(), tender.Other, terms)
			})
		}
		if !tender.ErrTooMany.Has(refused) {
			t.Errorf("it ends with %v", refused)
		}
	})
}
