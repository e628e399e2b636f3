package shift_test

import (
	"flag"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"dangol/internal/capability/shift"
	"dangol/internal/core/print/paper/papertest"
	"dangol/internal/ground/lang"
)

var update = flag.Bool("update", false, "write the pictures, to be checked by eye")

// The reports in pictures. Write them anew with -update, and look at each: an owner counts his drawer by them.
func TestReportsAreDrawn(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		tag    lang.Tag
		copied bool
		change func(*shift.Statement)
	}{
		{"z", lang.Korean, false, func(*shift.Statement) {}},
		{"z-copy", lang.Korean, true, func(*shift.Statement) {}},
		{"z-late", lang.Korean, false, func(s *shift.Statement) {
			s.Late = []shift.Late{
				{Number: "AB12-1-000007", Kind: "sale", IssuedAt: s.Report.IssuedAt.Add(20 * time.Minute), Total: 5500},
				{Number: "AB12-1-000009", Kind: "refund", IssuedAt: s.Report.IssuedAt.Add(30 * time.Minute), Total: 4000},
			}
		}},
		{"z-over", lang.Korean, false, func(s *shift.Statement) {
			s.Report.Counted, s.Report.Counts, s.Report.Difference, s.Report.Left = 155_000, nil, 500, 118_600
		}},
		{"x", lang.Korean, false, func(s *shift.Statement) {
			s.Report.Kind, s.Report.Number, s.Report.ClosedBy, s.Report.HeldOrders, s.Report.Seal = shift.X, 0, "", 0, ""
		}},
		{"x-before-the-first-sale", lang.Korean, false, func(s *shift.Statement) {
			s.Report = shift.Report{
				Kind: shift.X, BusinessDate: s.Report.BusinessDate, Store: s.Report.Store, TimeZone: s.Report.TimeZone,
				Till: s.Report.Till, OpenedBy: s.Report.OpenedBy, OpenedAt: s.Report.OpenedAt,
				IssuedAt: s.Report.OpenedAt.Add(time.Minute), Currency: "KRW", Float: 100_000, Expected: 100_000,
			}
		}},
		{"z-dollars", lang.English, false, func(s *shift.Statement) {
			s.Report.Currency, s.Report.TaxMode, s.Report.TimeZone = "USD", "exclusive", "America/New_York"
			s.Report.Store, s.Report.Till, s.Report.OpenedBy, s.Report.ClosedBy = "Dangol Supply", "Till 1", "Hana", "Jane"
			s.Report.TaxableSupply, s.Report.Tax, s.Report.Exempt, s.Report.Total = 378_000, 33_548, 10_000, 421_548
			s.Report.Tenders = []shift.ReportTender{
				{Name: "Cash", Line: "Cash", Count: 6, Taken: 42_000, Refunded: 12_000, Net: 30_000},
				{Name: "Card", Line: "Card", Count: 36, Taken: 391_548, Net: 391_548},
			}
			s.Report.Counts = []shift.Count{{Value: 10_000, Count: 15}, {Value: 100, Count: 44}}
			s.Report.Movements[0].Reason, s.Report.Movements[1].Reason = "Change", "Milk"
		}},
	} {
		for name, width := range papertest.Widths {
			t.Run(row.name+" on "+name+" mm", func(t *testing.T) {
				t.Parallel()
				statement := evening()
				row.change(&statement)
				papertest.Compare(t, statement.Layout(row.tag, row.copied), width,
					filepath.Join("testdata", row.name+"-"+name+".png"), *update)
			})
		}
	}
}

func TestAReportLeavesOutWhatIsZeroAndRare(t *testing.T) {
	t.Parallel()
	statement := evening()
	said := func() (labels []string) {
		for _, row := range statement.Layout(lang.Korean, false).Rows {
			labels = append(labels, row.Left)
		}
		return labels
	}
	for _, label := range []string{"영세율", "공급대가"} {
		if slices.Contains(said(), label) {
			t.Errorf("it speaks of %s, of which there was none", label)
		}
	}
	statement.Report.ZeroRated = 1000
	if !slices.Contains(said(), "영세율") {
		t.Error("it says nothing of zero-rated sales")
	}
	statement.Report.Kind = shift.X
	if slices.Contains(said(), "과부족") {
		t.Error("an X report speaks of a difference that nobody counted")
	}
}

// evening is a café's day with a refund, two tenders that share a line, and a hundred won missing.
func evening() shift.Statement {
	return shift.Statement{Report: shift.Report{
		Kind: shift.Z, Number: 12, BusinessDate: "2026-11-23", Store: "단골커피 홍대점", TimeZone: "Asia/Seoul", Till: "계산대 1",
		OpenedBy: "이하나", ClosedBy: "김단골", OpenedAt: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC),
		IssuedAt: time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC), Currency: "KRW", TaxMode: "inclusive", Language: "ko",
		Sales: 42, Gross: 412_000, Discount: 12_000, Refunds: 1, Refunded: 12_000, Net: 388_000,
		TaxableSupply: 343_636, Tax: 34_364, Exempt: 10_000, Total: 388_000,
		Tenders: []shift.ReportTender{
			{Name: "현금", Line: "현금", Count: 6, Taken: 42_000, Refunded: 12_000, Net: 30_000},
			{Name: "카드", Line: "카드", Count: 34, Taken: 338_000, Net: 338_000},
			{Name: "온누리상품권", Line: "상품권", Count: 1, Taken: 10_000, Net: 10_000},
			{Name: "백화점상품권", Line: "상품권", Count: 1, Taken: 10_000, Net: 10_000},
		},
		Float: 100_000, CashIn: 30_000, CashOut: 5_500, CashSales: 42_000, CashRefunds: 12_000, Expected: 154_500,
		Counted: 154_400, Difference: -100, TakenOut: 36_400, Left: 118_000, HeldOrders: 2,
		Counts: []shift.Count{{Value: 50_000, Count: 2}, {Value: 10_000, Count: 5}, {Value: 1000, Count: 4}, {Value: 500}, {Value: 100, Count: 4}},
		Movements: []shift.ReportMovement{
			{Kind: shift.In, Place: shift.Safe, Amount: 30_000, Reason: "잔돈", Staff: "이하나"},
			{Kind: shift.Out, Place: shift.Other, Amount: 5_500, Reason: "우유 구입", Staff: "이하나"},
		},
		FirstReceipt: "AB12-1-000003", LastReceipt: "AB12-1-000045", Average: 9523, Seal: "1842:9f3a1c5d7e80b2c4",
	}}
}
