// Package printing prints what capabilities have to say: it turns a receipt into paper, chooses the printer and queues
// the job, and it is how people see to printers and jobs. It refuses to know how a printer is spoken to.
package printing

import (
	"context"
	"fmt"
	"slices"
	"time"

	"dangol/internal/capability/order"
	"dangol/internal/capability/shift"
	"dangol/internal/core/place"
	"dangol/internal/core/print"
	"dangol/internal/core/print/paper"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/id"
	"dangol/internal/ground/lang"
)

// What is printed.
const (
	receipts  = "receipt"
	testPages = "test"
	reportX   = "x"
	reportZ   = "z"
)

// The permissions about printing.
const (
	readPermission  auth.Permission = "print.read"
	makePermission  auth.Permission = "print.make"
	setupPermission auth.Permission = "print.setup"
)

// Service prints.
type Service struct {
	db      *database.DB
	wake    func()
	reports Reports
}

// Reports reads the X or Z report of a shift, with what came after it.
type Reports func(ctx context.Context, tx *database.Tx, org int64, of shift.Shift) (shift.Statement, error)

// New makes the service. It calls wake when something was queued.
func New(db *database.DB, wake func(), reports Reports) *Service {
	return &Service{db: db, wake: wake, reports: reports}
}

// wanted is what a caller wants printed.
type wanted struct {
	key     string
	receipt string
	printer int64 // 0 for the till's
	copied  bool
}

// receipt queues a receipt, or a copy when it was printed already. It returns id.Unknown for a receipt or printer that the
// caller can't reach, and print.ErrNoPrinter when there is none.
func (s *Service) receipt(ctx context.Context, tx *database.Tx, caller auth.Caller, want wanted) (print.Job, error) {
	number, err := order.ParseNumber(want.receipt)
	if err != nil {
		return print.Job{}, err
	}
	found, err := order.ReadReceipt(ctx, tx, caller.Org, number)
	if err != nil {
		return print.Job{}, err
	}
	if err := caller.Require("order.read", found.Store); err != nil {
		return print.Job{}, id.Unknown.New() // a receipt elsewhere is as good as none
	}
	till := caller.Device
	if till == 0 {
		till = found.Device
	}
	printer, err := s.choose(ctx, tx, caller.Org, found.Store, till, want.printer)
	if err != nil {
		return print.Job{}, err
	}
	if !caller.May(makePermission, printer.Store) {
		return print.Job{}, id.Unknown.New()
	}
	printed, err := print.WasPrinted(ctx, tx, caller.Org, found.ID, receipts)
	if err != nil {
		return print.Job{}, err
	}
	opened, err := print.WasPrinted(ctx, tx, caller.Org, found.ID, drawers)
	if err != nil {
		return print.Job{}, err
	}
	copied := want.copied || printed
	job, _, err := print.Queue(ctx, tx, caller.Org, print.Job{
		ID: s.db.NewID(), Key: want.key, Store: printer.Store, Printer: printer.ID, What: receipts, Subject: found.ID,
		Title: found.Number.String(), Layout: found.Document.Layout(order.GuestSlip, copied), By: caller.Staff,
		Drawer: !copied && !opened && cash(found.Document),
	})
	return job, err
}

// cash says whether money went into the drawer or out of it.
func cash(document order.Document) bool {
	tenders := document.Tenders
	if document.Returned != nil {
		tenders = slices.Concat(tenders, document.Returned.PaidBack)
	}
	for _, tender := range tenders {
		if tender.Kind == order.Cash || tender.InDrawer {
			return true
		}
	}
	return false
}

// report queues the X or Z report of a shift, as it is at the caller's own till or where he reads reports. A Z report that
// was printed already is a copy. It returns id.Unknown for a shift that the caller can't reach, and print.ErrNoPrinter when
// there is no printer.
func (s *Service) report(
	ctx context.Context, tx *database.Tx, caller auth.Caller, key string, wanted int64, tag lang.Tag,
) (print.Job, error) {
	found, err := shift.Read(ctx, tx, caller.Org, wanted)
	if err != nil {
		return print.Job{}, err
	}
	sees := caller.May("shift.read", found.Store) || caller.Device == found.Device && caller.May("shift.work", found.Store)
	if !sees || !caller.May(makePermission, found.Store) {
		return print.Job{}, id.Unknown.New()
	}
	printer, err := s.choose(ctx, tx, caller.Org, found.Store, found.Device, 0)
	if err != nil {
		return print.Job{}, err
	}
	told, err := s.reports(ctx, tx, caller.Org, found)
	if err != nil {
		return print.Job{}, err
	}
	kind, title := reportX, told.Report.Title(tag)+" · "+told.Report.Till
	copied := false
	if told.Report.Kind == shift.Z {
		kind, title = reportZ, fmt.Sprintf("%s %d · %s", told.Report.Title(tag), told.Report.Number, told.Report.Till)
		if copied, err = print.WasPrinted(ctx, tx, caller.Org, found.ID, kind); err != nil {
			return print.Job{}, err
		}
	}
	job, _, err := print.Queue(ctx, tx, caller.Org, print.Job{
		ID: s.db.NewID(), Key: key, Store: printer.Store, Printer: printer.ID, What: kind, Subject: found.ID, Title: title,
		Layout: told.Layout(tag, copied), By: caller.Staff,
	})
	return job, err
}

// testPage queues a page that shows what the printer can do.
func (s *Service) testPage(ctx context.Context, tx *database.Tx, caller auth.Caller, key string, printer print.Printer) (print.Job, error) {
	store, err := (place.Directory{}).Store(ctx, tx, caller.Org, printer.Store)
	if err != nil {
		return print.Job{}, err
	}
	organisation, err := (place.Directory{}).Organisation(ctx, tx, caller.Org)
	if err != nil {
		return print.Job{}, err
	}
	title := testTitle.In(organisation.Language, nil)
	job, _, err := print.Queue(ctx, tx, caller.Org, print.Job{
		ID: s.db.NewID(), Key: key, Store: printer.Store, Printer: printer.ID, What: testPages, Subject: printer.ID,
		Title: title, Layout: testLayout(store, printer, organisation.Language, tx.Now()), Drawer: true, By: caller.Staff,
	})
	return job, err
}

var (
	testTitle = lang.Text{KO: "시험 인쇄", EN: "Test page"}
	testEdges = lang.Text{
		KO: "선이 종이의 양쪽 끝까지 이어지고 글자가 또렷하면 준비가 끝났어요.",
		EN: "When the lines reach both edges and the letters are clear, this printer is ready.",
	}
	testPaper = lang.Text{KO: "용지 폭", EN: "Paper"}
	testTime  = lang.Text{KO: "시각", EN: "Time"}
)

func testLayout(store place.Store, printer print.Printer, tag lang.Tag, now time.Time) paper.Layout {
	millimetres := "80 mm"
	if printer.Width == paper.Narrow {
		millimetres = "58 mm"
	}
	if zone, err := time.LoadLocation(store.Zone); err == nil {
		now = now.In(zone)
	}
	return paper.Layout{Rows: []paper.Row{
		{Role: paper.Heading, Left: store.Name},
		{Role: paper.Text, Left: testTitle.In(tag, nil)},
		{Role: paper.Rule},
		{Role: paper.Strong, Left: printer.Name, Right: printer.Address},
		{Role: paper.Soft, Left: testPaper.In(tag, nil), Right: millimetres},
		{Role: paper.Soft, Left: testTime.In(tag, nil), Right: now.Format("2006-01-02 15:04:05")},
		{Role: paper.Rule},
		{Role: paper.Text, Left: "가나다라 똠얌꿍 ABC 0123456789"},
		{Role: paper.Text, Left: testEdges.In(tag, nil)},
		{Role: paper.Rule},
	}}
}

// printer reads a printer in whose store the caller has the permission: one elsewhere is as good as none, and so is one
// that was removed.
func (s *Service) printer(
	ctx context.Context, tx *database.Tx, caller auth.Caller, permission auth.Permission, printer int64,
) (print.Printer, error) {
	found, err := print.ReadPrinter(ctx, tx, caller.Org, printer)
	if err != nil {
		return found, err
	}
	if !caller.May(permission, found.Store) || !found.Removed.IsZero() {
		return found, id.Unknown.New()
	}
	return found, nil
}
