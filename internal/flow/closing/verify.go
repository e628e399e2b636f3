package closing

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"dangol/internal/capability/fleet"
	"dangol/internal/capability/shift"
	"dangol/internal/capability/tender"
	"dangol/internal/core/ledger"
	"dangol/internal/ground/database"
	"dangol/internal/ground/id"
	"dangol/internal/ground/lang"
)

// checkPage is how many shifts or postings are looked at together.
const checkPage = 200

// Checks prove that shifts agree with the ledger, both ways, and their Z reports with the orders.
func Checks() []ledger.Check {
	return []ledger.Check{
		{Name: "closing.shifts", Run: checkShifts},
		{Name: "closing.postings", Run: checkPostings},
		{Name: "closing.drawers", Run: checkDrawers},
	}
}

// finding reports what is wrong with one shift or movement.
type finding struct {
	report  func(ledger.Difference)
	subject string
	posting int64
}

func (f finding) say(format string, values ...any) {
	f.report(ledger.Difference{Subject: f.subject, Posting: f.posting, Detail: fmt.Sprintf(format, values...)})
}

func (f finding) same(what string, got, want int64) {
	if got != want {
		f.say("%s is %d, it should be %d", what, got, want)
	}
}

// netting is what a posting moves, by account: debits less credits.
type netting map[string]int64

func (n netting) add(account string, amount int64) {
	if n[account] += amount; n[account] == 0 {
		delete(n, account)
	}
}

func nettingOf(transfers []ledger.Transfer) netting {
	n := netting{}
	for _, transfer := range transfers {
		n.add(transfer.Debit.Code, transfer.Amount)
		n.add(transfer.Credit.Code, -transfer.Amount)
	}
	return n
}

// transfers compares what a row says should have been moved with what its posting moved.
func (f finding) transfers(ctx context.Context, tx *database.Tx, org int64, want []ledger.Transfer) error {
	entries, err := ledger.Entries(ctx, tx, org, f.posting)
	if err != nil {
		return err
	}
	got, wanted := netting{}, nettingOf(want)
	for _, entry := range entries {
		got.add(entry.DebitOf, entry.Amount)
		got.add(entry.CreditOf, -entry.Amount)
	}
	accounts := maps.Clone(wanted)
	maps.Copy(accounts, got)
	for _, account := range slices.Sorted(maps.Keys(accounts)) {
		if got[account] != wanted[account] {
			f.report(ledger.Difference{
				Subject: f.subject, Posting: f.posting, Account: account,
				Detail: fmt.Sprintf("the transfers move %d (debits less credits), the rows say %d", got[account], wanted[account]),
			})
		}
	}
	return nil
}

// checkShifts recomputes every shift from its movements, its orders and its transfers.
func checkShifts(ctx context.Context, tx *database.Tx, org int64, found func(ledger.Difference)) error {
	for after := int64(0); ; {
		shifts, err := shift.After(ctx, tx, org, after, checkPage)
		if err != nil || len(shifts) == 0 {
			return err
		}
		after = shifts[len(shifts)-1].ID
		for _, one := range shifts {
			if err := checkShift(ctx, tx, org, one, found); err != nil {
				return err
			}
		}
	}
}

func checkShift(ctx context.Context, tx *database.Tx, org int64, s shift.Shift, found func(ledger.Difference)) error {
	name := shift.ID.Format(s.ID)
	opening := finding{found, name, s.OpeningPosting}
	if err := opening.transfers(ctx, tx, org, s.OpeningTransfers()); err != nil {
		return err
	}
	movements, err := shift.Movements(ctx, tx, org, s.ID)
	if err != nil {
		return err
	}
	for _, one := range movements {
		moved := finding{found, shift.MovementID.Format(one.ID), one.Posting}
		if err := moved.transfers(ctx, tx, org, one.Transfers(s)); err != nil {
			return err
		}
	}
	if s.IsOpen() {
		return nil
	}
	closing := finding{found, name, s.ClosingPosting}
	if err := closing.transfers(ctx, tx, org, s.ClosingTransfers()); err != nil {
		return err
	}
	printed, err := s.Report()
	if err != nil {
		closing.say("its Z report can't be read: %v", err)
		return nil
	}
	var now shift.Report
	if err := fill(ctx, tx, org, s, &now, movements, lang.Korean); err != nil {
		return err
	}
	compareReports(closing, s, printed, now)
	return nil
}

// compareReports compares a Z report as it was printed with what the rows come to.
func compareReports(f finding, s shift.Shift, printed, now shift.Report) {
	f.same("the number of the Z report", printed.Number, s.Z)
	for _, one := range []struct {
		name         string
		printed, now int64
	}{
		{"orders", printed.Sales, now.Sales},
		{"gross", printed.Gross, now.Gross},
		{"discount", printed.Discount, now.Discount},
		{"refunds", printed.Refunds, now.Refunds},
		{"refunded", printed.Refunded, now.Refunded},
		{"net", printed.Net, now.Net},
		{"taxable supply", printed.TaxableSupply, now.TaxableSupply},
		{"tax", printed.Tax, now.Tax},
		{"exempt", printed.Exempt, now.Exempt},
		{"zero rated", printed.ZeroRated, now.ZeroRated},
		{"tax included", printed.TaxIncluded, now.TaxIncluded},
		{"total", printed.Total, now.Total},
		{"float", printed.Float, s.Float},
		{"cash in", printed.CashIn, now.CashIn},
		{"cash out", printed.CashOut, now.CashOut},
		{"cash sales", printed.CashSales, now.CashSales},
		{"cash refunds", printed.CashRefunds, now.CashRefunds},
		{"change given", printed.ChangeGiven, now.ChangeGiven},
		{"expected cash", printed.Expected, now.Expected},
		{"counted cash", printed.Counted, s.Counted},
		{"difference", printed.Difference, s.Counted - s.Expected},
		{"cash taken out", printed.TakenOut, s.TakenOut},
	} {
		f.same("the Z report's "+one.name, one.printed, one.now)
	}
	f.same("the expected cash", s.Expected, now.Expected)
	if printed.FirstReceipt != now.FirstReceipt || printed.LastReceipt != now.LastReceipt {
		f.say("the Z report names the receipts %s to %s, they are %s to %s", printed.FirstReceipt, printed.LastReceipt,
			now.FirstReceipt, now.LastReceipt)
	}
	before, after := byTender(printed), byTender(now)
	names := maps.Clone(before)
	maps.Copy(names, after)
	for _, definition := range slices.Sorted(maps.Keys(names)) {
		if b, a := before[definition], after[definition]; b != a {
			f.say("the Z report says that %s took %d with %d change and gave back %d, the tenders say %d, %d and %d", definition,
				b.Taken, b.Change, b.Refunded, a.Taken, a.Change, a.Refunded)
		}
	}
}

// byTender are the figures of a report's tenders by their ids, without their names, which may change. Reports from before
// there were several tenders name none: what they took was cash.
func byTender(report shift.Report) map[string]shift.ReportTender {
	figures := map[string]shift.ReportTender{}
	for _, one := range report.Tenders {
		definition := one.TenderID
		if definition == "" {
			definition = tender.IDs.Format(tender.CashID)
		}
		figures[definition] = shift.ReportTender{
			Kind: one.Kind, Count: one.Count, Taken: one.Taken, Change: one.Change, Refunded: one.Refunded, Net: one.Net,
		}
	}
	return figures
}

// checkPostings finds postings without their shift or movement, and shifts and movements without their posting.
func checkPostings(ctx context.Context, tx *database.Tx, org int64, found func(ledger.Difference)) error {
	made := map[string]int64{}
	for after := int64(0); ; {
		postings, err := ledger.PostingsAfter(ctx, tx, org, after, checkPage)
		if err != nil {
			return err
		}
		if len(postings) == 0 {
			break
		}
		after = postings[len(postings)-1].ID
		for _, posting := range postings {
			if posting.Rejected != "" {
				continue
			}
			if posting.Kind != openKind && posting.Kind != cashKind && posting.Kind != closeKind {
				continue
			}
			made[posting.Kind]++
			if err := checkPosting(ctx, tx, org, posting, found); err != nil {
				return err
			}
		}
	}
	shifts, closed, movements, err := shift.Totals(ctx, tx, org)
	if err != nil {
		return err
	}
	for _, one := range []struct {
		kind string
		rows int64
	}{{openKind, shifts}, {closeKind, closed}, {cashKind, movements}} {
		if made[one.kind] != one.rows {
			found(ledger.Difference{Detail: fmt.Sprintf("there are %d postings of %s and %d rows", made[one.kind], one.kind, one.rows)})
		}
	}
	return nil
}

// checkPosting compares a posting with the shift or movement that it is about.
func checkPosting(
	ctx context.Context, tx *database.Tx, org int64, posting ledger.Posting, found func(ledger.Difference),
) error {
	f := finding{found, shift.ID.Format(posting.Subject), posting.ID}
	var of int64
	var err error
	if posting.Kind == cashKind {
		var movement shift.Movement
		f.subject = shift.MovementID.Format(posting.Subject)
		movement, err = shift.ReadMovement(ctx, tx, org, posting.Subject)
		of = movement.Posting
	} else {
		var s shift.Shift
		s, err = shift.Read(ctx, tx, org, posting.Subject)
		if of = s.OpeningPosting; posting.Kind == closeKind {
			of = s.ClosingPosting
		}
	}
	switch {
	case id.Unknown.Has(err):
		f.say("what the posting %s is about does not exist", posting.Kind)
	case err != nil:
		return err
	case of != posting.ID:
		f.say("it belongs to posting %d", of)
	}
	return nil
}

// checkDrawers proves that each till's Z reports are numbered without a gap, and that its drawer knows which shift is open.
func checkDrawers(ctx context.Context, tx *database.Tx, org int64, found func(ledger.Difference)) error {
	return shift.EachDrawer(ctx, tx, org, func(state shift.DrawerState, maxZ, reports, open int64) {
		f := finding{report: found, subject: fleet.DeviceID.Format(state.Device)}
		f.same("the number of its last Z report", state.LastZ, maxZ)
		f.same("the number of its Z reports", reports, maxZ)
		f.same("its open shift", state.Shift, open)
	})
}
