// Package closing opens and closes the shifts of tills: it joins what a till sold, which the orders know, with what was
// counted in its drawer, which the shifts know, into X and Z reports, and has the ledger commit the cash that is moved. It
// refuses to know how a sale is made.
package closing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"dangol/internal/capability/fleet"
	"dangol/internal/capability/held"
	"dangol/internal/capability/order"
	"dangol/internal/capability/shift"
	"dangol/internal/capability/staff"
	"dangol/internal/capability/tender"
	"dangol/internal/core/ledger"
	"dangol/internal/core/place"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/journal"
	"dangol/internal/ground/lang"
	"dangol/internal/ground/money"
)

// The kinds of postings that a shift makes.
const (
	openKind  = "shift.open"
	cashKind  = "shift.cash"
	closeKind = "shift.close"
)

const (
	maxReason = 100
	// endless is beyond any sequence number: a shift that is open covers all that is still to come.
	endless = int64(1) << 62
)

// Service opens and closes shifts.
type Service struct {
	db     *database.DB
	ledger ledger.Committer
}

// New makes the service of one database.
func New(db *database.DB, committer ledger.Committer) *Service {
	return &Service{db: db, ledger: committer}
}

// Worker is who works, and at which till.
type Worker struct {
	Org, Staff, Device, Store int64
}

// OpenRequest opens a shift with a float.
type OpenRequest struct {
	Float  int64         `json:"float"`
	Counts []shift.Count `json:"counts,omitempty"` // none when only the sum is known
}

// CashRequest brings cash to the drawer or takes it out.
type CashRequest struct {
	Shift  int64           `json:"shift"`
	Kind   shift.Direction `json:"kind"`
	Place  shift.Place     `json:"place"`
	Amount int64           `json:"amount"`
	Reason string          `json:"reason"`
}

// CloseRequest closes a shift with what was counted.
type CloseRequest struct {
	Shift   int64         `json:"shift"`
	Counted int64         `json:"counted"`
	Counts  []shift.Count `json:"counts,omitempty"`
	// TakenOut is what of it goes into the safe; the rest stays in the drawer.
	TakenOut int64 `json:"taken_out"`
}

var errUnprepared = errors.New("the till has no register, no drawer or no business day yet")

// decide has the ledger decide and commit, and prepares a till that works for the first time.
func (s *Service) decide(
	ctx context.Context, worker Worker, key, kind string, request any, plan func(ledger.View) (ledger.Unit, error),
) (ledger.Outcome, error) {
	asked, err := json.Marshal(struct {
		Kind    string `json:"kind"`
		Device  int64  `json:"device"`
		Request any    `json:"request"`
	}{kind, worker.Device, request})
	if err != nil {
		return ledger.Outcome{}, fmt.Errorf("encode the request of a %s: %w", kind, err)
	}
	outcome, err := s.ledger.Decide(ctx, worker.Org, key, asked, plan)
	if !errors.Is(err, errUnprepared) {
		return outcome, err
	}
	if err := s.prepare(ctx, worker); err != nil {
		return outcome, err
	}
	return s.ledger.Decide(ctx, worker.Org, key, asked, plan)
}

// prepare gives a till its register and its drawer, and opens the store's business day.
func (s *Service) prepare(ctx context.Context, worker Worker) error {
	if err := order.OpenRegister(ctx, s.db, worker.Org, worker.Device, worker.Store); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *database.Tx) error {
		if err := shift.AddDrawer(ctx, tx, worker.Org, worker.Device, worker.Store); err != nil {
			return err
		}
		store, err := place.Directory{}.Store(ctx, tx, worker.Org, worker.Store)
		if err != nil {
			return err
		}
		if _, open := store.OpenDay(tx.Now()); open {
			return nil
		}
		return place.OpenDay(ctx, tx, worker.Org, worker.Staff, s.db.NewID(), worker.Store)
	})
}

// Open opens a shift at the worker's till, and the store's business day when none is open, once under its key. The errors
// are ErrOpen, ErrCounts, ErrAmount of shift, and those of the ledger.
func (s *Service) Open(ctx context.Context, worker Worker, key string, request OpenRequest) (int64, error) {
	outcome, err := s.decide(ctx, worker, key, openKind, request, func(view ledger.View) (ledger.Unit, error) {
		return s.planOpen(ctx, view, worker, request)
	})
	return outcome.Subject, err
}

func (s *Service) planOpen(ctx context.Context, view ledger.View, worker Worker, request OpenRequest) (ledger.Unit, error) {
	store, err := place.Directory{}.Store(ctx, view.Tx, worker.Org, worker.Store)
	if err != nil {
		return ledger.Unit{}, err
	}
	if err := shift.CheckCounts(store.Currency, request.Counts, request.Float); err != nil {
		return ledger.Unit{}, err
	}
	register, err := readRegister(ctx, view.Tx, worker.Org, worker.Device)
	if err != nil {
		return ledger.Unit{}, err
	}
	drawer, err := shift.ReadDrawer(ctx, view.Tx, worker.Org, worker.Device)
	if err != nil {
		return ledger.Unit{}, err
	}
	day, open := store.OpenDay(view.Tx.Now())
	if drawer.Version == 0 || !open {
		return ledger.Unit{}, errUnprepared
	}
	if drawer.Shift != 0 {
		return ledger.Unit{}, shift.ErrOpen.New()
	}
	account := shift.Drawer(worker.Device, store.Currency).Code
	before, err := ledger.Balances(ctx, view.Tx, worker.Org, account)
	if err != nil {
		return ledger.Unit{}, err
	}
	opened := shift.Shift{
		ID: s.db.NewID(), Store: worker.Store, Device: worker.Device, BusinessDate: day.Date, Currency: store.Currency,
		OpenedBy: worker.Staff, OpenedAt: view.Tx.Now(), OpeningPosting: s.db.NewID(), DrawerBefore: before[account].Posted,
		Float: request.Float, From: register.Next + 1, // the register moves on by one with this posting
	}
	return ledger.Unit{
		Store: worker.Store, Posting: opened.OpeningPosting, Kind: openKind, Subject: opened.ID, Actor: worker.Staff,
		Expects:   []ledger.Expect{register.Expect(), drawer.Expect()},
		Sets:      []ledger.Set{drawer.Set(worker.Org, opened.ID, drawer.LastZ)},
		Transfers: opened.OpeningTransfers(),
		Inserts:   []ledger.Insert{opened.Insert(worker.Org)},
		Events: []journal.Event{{
			Kind: "shift.opened", Store: worker.Store, Subject: opened.ID, Actor: worker.Staff,
			Body: map[string]any{"device": worker.Device, "float": request.Float, "currency": string(store.Currency)},
		}},
	}, nil
}

func readRegister(ctx context.Context, tx *database.Tx, org, device int64) (order.Register, error) {
	register, err := order.ReadRegister(ctx, tx, org, device)
	if errors.Is(err, database.ErrNone) {
		return register, errUnprepared
	}
	return register, err
}

// MoveCash brings cash to the drawer of an open shift or takes it out, once under its key. The errors are ErrClosed,
// ErrOtherTill, ErrReason and ErrAmount of shift, id.Unknown, and those of the ledger.
func (s *Service) MoveCash(ctx context.Context, worker Worker, key string, request CashRequest) (int64, error) {
	request.Reason = strings.TrimSpace(request.Reason)
	if length := utf8.RuneCountInString(request.Reason); length == 0 || length > maxReason {
		return 0, shift.ErrReason.At("reason")
	}
	if request.Amount <= 0 || request.Amount > money.Max {
		return 0, shift.ErrAmount.At("amount")
	}
	outcome, err := s.decide(ctx, worker, key, cashKind, request, func(view ledger.View) (ledger.Unit, error) {
		current, err := openShift(ctx, view.Tx, worker, request.Shift)
		if err != nil {
			return ledger.Unit{}, err
		}
		moved := shift.Movement{
			ID: s.db.NewID(), Shift: current.ID, Kind: request.Kind, Place: request.Place, Amount: request.Amount,
			Reason: request.Reason, Staff: worker.Staff, At: view.Tx.Now(), Posting: s.db.NewID(),
		}
		return ledger.Unit{
			Store: current.Store, Posting: moved.Posting, Kind: cashKind, Subject: moved.ID, Actor: worker.Staff,
			Expects:   []ledger.Expect{current.Expect()},
			Transfers: moved.Transfers(current),
			Inserts:   []ledger.Insert{moved.Insert(worker.Org)},
			Events: []journal.Event{{
				Kind: "shift.cash_moved", Store: current.Store, Subject: current.ID, Actor: worker.Staff,
				Body: map[string]any{
					"movement": moved.ID, "kind": string(moved.Kind), "place": string(moved.Place), "amount": moved.Amount,
					"currency": string(current.Currency),
				},
			}},
		}, nil
	})
	return outcome.Subject, err
}

// openShift reads a shift that must be open at the worker's till.
func openShift(ctx context.Context, tx *database.Tx, worker Worker, wanted int64) (shift.Shift, error) {
	found, err := shift.Read(ctx, tx, worker.Org, wanted)
	switch {
	case err != nil:
		return found, err
	case found.Device != worker.Device:
		return found, shift.ErrOtherTill.New()
	case !found.IsOpen():
		return found, shift.ErrClosed.New()
	}
	return found, nil
}

// Close closes a shift with its Z report, once under its key. Worker.Device is the shift's till, wherever it is closed
// from. The errors are ErrClosed, ErrCounts, ErrAmount and ErrTakenOut of shift, id.Unknown, and those of the ledger.
//
// Nothing can be sold between the report's sums and its posting: both expect the till's register, which every sale and
// refund moves on.
func (s *Service) Close(ctx context.Context, worker Worker, key string, request CloseRequest) (int64, error) {
	if request.TakenOut < 0 || request.TakenOut > request.Counted {
		return 0, shift.ErrTakenOut.At("taken_out")
	}
	outcome, err := s.decide(ctx, worker, key, closeKind, request, func(view ledger.View) (ledger.Unit, error) {
		return s.planClose(ctx, view, worker, request)
	})
	return outcome.Subject, err
}

func (s *Service) planClose(ctx context.Context, view ledger.View, worker Worker, request CloseRequest) (ledger.Unit, error) {
	closed, err := openShift(ctx, view.Tx, worker, request.Shift)
	if err != nil {
		return ledger.Unit{}, err
	}
	if err := shift.CheckCounts(closed.Currency, request.Counts, request.Counted); err != nil {
		return ledger.Unit{}, err
	}
	register, err := readRegister(ctx, view.Tx, worker.Org, closed.Device)
	if err != nil {
		return ledger.Unit{}, err
	}
	drawer, err := shift.ReadDrawer(ctx, view.Tx, worker.Org, closed.Device)
	if err != nil {
		return ledger.Unit{}, err
	}
	before := closed.Expect()
	open, err := held.Count(ctx, view.Tx, worker.Org, closed.Store)
	if err != nil {
		return ledger.Unit{}, err
	}
	report, err := makeReport(ctx, view.Tx, worker.Org, closed)
	if err != nil {
		return ledger.Unit{}, err
	}
	closed.Until, closed.ClosedBy, closed.ClosedAt = register.Next+1, worker.Staff, view.Tx.Now()
	closed.ClosingPosting, closed.Z = s.db.NewID(), drawer.LastZ+1
	closed.Expected, closed.Counted, closed.TakenOut = report.Expected, request.Counted, request.TakenOut

	seal, err := ledger.ReadHead(ctx, view.Tx, worker.Org)
	if err != nil {
		return ledger.Unit{}, err
	}
	closer, err := staff.Read(ctx, view.Tx, worker.Org, worker.Staff)
	if err != nil {
		return ledger.Unit{}, err
	}
	report.Kind, report.Number, report.ClosedBy, report.IssuedAt = shift.Z, closed.Z, closer.Name, closed.ClosedAt
	report.Counted, report.Difference = closed.Counted, closed.Counted-closed.Expected
	report.Counts = append([]shift.Count{}, request.Counts...)
	report.HeldOrders = open
	report.TakenOut, report.Left = closed.TakenOut, closed.Left()
	report.Seal = seal.String()
	set, err := closed.Close(worker.Org, report)
	if err != nil {
		return ledger.Unit{}, err
	}
	return ledger.Unit{
		Store: closed.Store, Posting: closed.ClosingPosting, Kind: closeKind, Subject: closed.ID, Actor: worker.Staff,
		Expects:   []ledger.Expect{register.Expect(), drawer.Expect(), before},
		Sets:      []ledger.Set{drawer.Set(worker.Org, 0, closed.Z), set},
		Transfers: closed.ClosingTransfers(),
		Events: []journal.Event{{
			Kind: "shift.closed", Store: closed.Store, Subject: closed.ID, Actor: worker.Staff,
			Body: map[string]any{
				"device": closed.Device, "z": closed.Z, "counted": closed.Counted, "difference": report.Difference,
				"taken_out": closed.TakenOut, "net": report.Net, "currency": string(closed.Currency),
			},
		}},
	}, nil
}

// makeReport is the X report of an open shift.
func makeReport(ctx context.Context, tx *database.Tx, org int64, s shift.Shift) (shift.Report, error) {
	store, err := place.Directory{}.Store(ctx, tx, org, s.Store)
	if err != nil {
		return shift.Report{}, err
	}
	organisation, err := place.Directory{}.Organisation(ctx, tx, org)
	if err != nil {
		return shift.Report{}, err
	}
	till, err := fleet.Read(ctx, tx, org, s.Device)
	if err != nil {
		return shift.Report{}, err
	}
	names := people{}
	opener, err := names.name(ctx, tx, org, s.OpenedBy)
	if err != nil {
		return shift.Report{}, err
	}
	report := shift.Report{
		Kind: shift.X, BusinessDate: s.BusinessDate, Store: store.Name, TimeZone: store.Zone, Till: till.Name, OpenedBy: opener,
		OpenedAt: s.OpenedAt, IssuedAt: tx.Now(), Currency: s.Currency, TaxMode: string(store.TaxMode),
		Language: string(organisation.Language), Tenders: []shift.ReportTender{}, Counts: []shift.Count{},
		Movements: []shift.ReportMovement{},
	}
	movements, err := shift.Movements(ctx, tx, org, s.ID)
	if err != nil {
		return report, err
	}
	for _, one := range movements {
		name, err := names.name(ctx, tx, org, one.Staff)
		if err != nil {
			return report, err
		}
		report.Movements = append(report.Movements, shift.ReportMovement{
			Kind: one.Kind, Place: one.Place, Amount: one.Amount, Reason: one.Reason, Staff: name, At: one.At,
		})
	}
	err = fill(ctx, tx, org, s, &report, movements, organisation.Language)
	return report, err
}

// fill adds everything that is counted.
func fill(
	ctx context.Context, tx *database.Tx, org int64, s shift.Shift, report *shift.Report, movements []shift.Movement,
	language lang.Tag,
) error {
	sums, err := span(s).Sum(ctx, tx, org)
	if err != nil {
		return err
	}
	sold, back := sums.Sold, sums.PaidBack
	report.Sales, report.Gross, report.Discount = sums.Orders, sold.Gross, sold.Discount
	report.Refunds, report.Refunded, report.Net = sums.Refunds, back.Net, sold.Net-back.Net
	report.TaxableSupply, report.Tax = sold.Supply-back.Supply, sold.Tax-back.Tax
	report.Exempt, report.ZeroRated = sold.Exempt-back.Exempt, sold.ZeroRated-back.ZeroRated
	report.TaxIncluded, report.Total = sold.TaxIncluded-back.TaxIncluded, sold.Total-back.Total
	report.FirstReceipt, report.LastReceipt = sums.First, sums.Last
	if sums.Orders > 0 {
		report.Average = sold.Net / sums.Orders
	}
	definitions, err := tender.List(ctx, tx, org)
	if err != nil {
		return err
	}
	for _, definition := range definitions {
		for _, one := range sums.Tenders {
			if one.Definition == definition.ID {
				addTender(report, one, definition.Line, language)
			}
		}
	}
	for _, one := range movements {
		if one.Kind == shift.In {
			report.CashIn += one.Amount
		} else {
			report.CashOut += one.Amount
		}
	}
	report.Float = s.Float
	report.Expected = report.Float + report.CashIn - report.CashOut + report.CashSales - report.CashRefunds -
		report.ChangeGiven
	return nil
}

// addTender adds what a tender took and gave back, to be summed up in a line of its own when it has no other.
func addTender(report *shift.Report, sums order.TenderSums, line string, language lang.Tag) {
	name := sums.In(language)
	if line == "" {
		line = name
	}
	report.Tenders = append(report.Tenders, shift.ReportTender{
		TenderID: tender.IDs.Format(sums.Definition), Kind: string(sums.Kind), Name: name, Line: line, Count: sums.Count,
		Taken: sums.Amount, Change: sums.Change, Refunded: sums.Refunded, Net: sums.Amount - sums.Refunded,
	})
	if sums.Kind == order.Cash {
		report.CashSales, report.CashRefunds = sums.Amount, sums.Refunded
	} else {
		report.ChangeGiven += sums.Change
	}
}

// span are the receipts of a shift.
func span(s shift.Shift) order.Span {
	receipts := order.Span{Device: s.Device, From: s.From, Until: s.Until}
	if s.IsOpen() {
		receipts.Until = endless
	}
	return receipts
}

// people are names of staff that were read before.
type people map[int64]string

func (p people) name(ctx context.Context, tx *database.Tx, org, member int64) (string, error) {
	if name, known := p[member]; known {
		return name, nil
	}
	found, err := staff.Read(ctx, tx, org, member)
	if err != nil {
		return "", fmt.Errorf("read who worked: %w", err)
	}
	p[member] = found.Name
	return found.Name, nil
}

// worker is who asks, at which till. Both are needed.
func worker(ctx context.Context) (Worker, error) {
	caller := auth.CallerFrom(ctx)
	if err := caller.RequireDevice(); err != nil {
		return Worker{}, err
	}
	if err := caller.Require(workPermission, caller.DeviceStore); err != nil {
		return Worker{}, err
	}
	return Worker{Org: caller.Org, Staff: caller.Staff, Device: caller.Device, Store: caller.DeviceStore}, nil
}
