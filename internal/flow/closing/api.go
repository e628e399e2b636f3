package closing

import (
	"context"
	"net/http"
	"time"

	"dangol/internal/capability/fleet"
	"dangol/internal/capability/held"
	"dangol/internal/capability/shift"
	"dangol/internal/core/ledger"
	"dangol/internal/core/place"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/id"
	"dangol/internal/ground/money"
	"dangol/internal/ground/sheet"
)

// The permissions about shifts.
const (
	workPermission  auth.Permission = "shift.work"
	readPermission  auth.Permission = "shift.read"
	closePermission auth.Permission = "shift.close"
)

// committing are the errors of every posting.
var committing = []*fault.Code{
	ledger.ErrKeyConflict, ledger.ErrMoved, ledger.ErrOverflow, ledger.ErrBusy, database.ErrBusy, database.ErrFull,
	database.ErrUnavailable, database.ErrUnsure, auth.ErrUnpaired, id.Unknown, shift.ErrAmount, money.Overflow,
}

func with(codes ...*fault.Code) []*fault.Code { return append(codes, committing...) }

// Serve adds the operations about shifts.
func (s *Service) Serve(server *httpapi.API) {
	httpapi.Register(server, httpapi.Operation{
		ID: "get-current-shift", Method: http.MethodGet, Path: "/v1/shifts/current", Tag: "Shifts", Permission: workPermission,
		Summary: "How this till stands: its open shift with the X report, or its last Z report", Errors: []*fault.Code{auth.ErrUnpaired},
	}, s.getCurrent)
	httpapi.Register(server, httpapi.Operation{
		ID: "open-shift", Method: http.MethodPost, Path: "/v1/shifts", Tag: "Shifts", Permission: workPermission, Key: true,
		Summary: "Open a shift at this till with a float, and the business day when none is open", Status: http.StatusCreated,
		Errors: with(shift.ErrOpen, shift.ErrCounts),
	}, s.postOpen)
	httpapi.Register(server, httpapi.Operation{
		ID: "move-cash", Method: http.MethodPost, Path: "/v1/shifts/{id}/cash-movements", Tag: "Shifts", Permission: workPermission,
		Key: true, Summary: "Bring cash to this till's drawer or take it out", Status: http.StatusCreated,
		Errors: with(shift.ErrClosed, shift.ErrOtherTill, shift.ErrReason),
	}, s.postCash)
	httpapi.Register(server, httpapi.Operation{
		ID: "close-shift", Method: http.MethodPost, Path: "/v1/shifts/{id}/close", Tag: "Shifts", Permission: workPermission,
		Key: true, Summary: "Close a shift with what was counted, and make its Z report",
		Errors: with(shift.ErrClosed, shift.ErrOtherTill, shift.ErrCounts, shift.ErrTakenOut),
	}, s.postClose)
	httpapi.Register(server, httpapi.Operation{
		ID: "list-shifts", Method: http.MethodGet, Path: "/v1/shifts", Tag: "Shifts", Permission: readPermission,
		Summary: "The shifts of a store, the latest first", Errors: []*fault.Code{id.Unknown},
	}, s.list)
	httpapi.Register(server, httpapi.Operation{
		ID: "export-shifts", Method: http.MethodGet, Path: "/v1/shifts/export", Tag: "Shifts", Permission: readPermission,
		Summary: "The shifts of a list as a file", Timeout: exportTimeout, Errors: []*fault.Code{sheet.ErrTooLong, id.Unknown},
	}, s.export)
	httpapi.Register(server, httpapi.Operation{
		ID: "get-shift", Method: http.MethodGet, Path: "/v1/shifts/{id}", Tag: "Shifts", Permission: readPermission,
		Summary: "A shift with its X or Z report and what came after it",
	}, s.get)
}

// View is a shift as lists show it.
type View struct {
	ID           string         `json:"id" doc:"shf_…"`
	StoreID      string         `json:"store_id"`
	DeviceID     string         `json:"device_id"`
	Till         string         `json:"till" doc:"The till's name"`
	BusinessDate string         `json:"business_date" format:"date"`
	Status       string         `json:"status" enum:"open,closed"`
	Currency     money.Currency `json:"currency"`
	OpenedBy     string         `json:"opened_by" doc:"Name"`
	OpenedAt     time.Time      `json:"opened_at"`
	ClosedAt     time.Time      `json:"closed_at,omitzero" doc:"Left out while it is open"`
	Float        int64          `json:"float"`
	Number       int64          `json:"number" doc:"Of the Z report; 0 while it is open"`
	Sales        int64          `json:"sales" doc:"Orders; 0 while it is open, as all that follow"`
	Net          int64          `json:"net"`
	Expected     int64          `json:"expected"`
	Counted      int64          `json:"counted"`
	Difference   int64          `json:"difference"`
}

// DetailView is a shift with its report.
type DetailView struct {
	Shift  View              `json:"shift"`
	Report shift.ShownReport `json:"report"`
	After  []shift.Late      `json:"after" doc:"Receipts after the Z report, or issued before it and sent later; at most 200"`
}

// CurrentView is how a till stands.
type CurrentView struct {
	BusinessDay   *place.BusinessDayView `json:"business_day,omitempty" doc:"The one that is open"`
	Shift         *View                  `json:"shift,omitempty" doc:"The one that is open"`
	Report        *shift.ShownReport     `json:"report,omitempty" doc:"Its X report"`
	Last          *shift.ShownReport     `json:"last,omitempty" doc:"The till's last Z report"`
	OpenTills     int64                  `json:"open_tills" doc:"How many tills of the store have an open shift"`
	HeldOrders    int64                  `json:"held_orders" doc:"How many orders the store has set aside (보류)"`
	Denominations []int64                `json:"denominations" doc:"Notes and coins, the largest first; none to count a sum"`
}

func show(ctx context.Context, tx *database.Tx, org int64, s shift.Shift, names people, tills tills) (View, error) {
	opener, err := names.name(ctx, tx, org, s.OpenedBy)
	if err != nil {
		return View{}, err
	}
	till, err := tills.name(ctx, tx, org, s.Device)
	if err != nil {
		return View{}, err
	}
	shown := View{
		ID: shift.ID.Format(s.ID), StoreID: place.StoreID.Format(s.Store), DeviceID: fleet.DeviceID.Format(s.Device), Till: till,
		BusinessDate: s.BusinessDate, Status: "open", Currency: s.Currency, OpenedBy: opener, OpenedAt: s.OpenedAt,
		ClosedAt: s.ClosedAt, Float: s.Float, Number: s.Z,
	}
	if s.IsOpen() {
		return shown, nil
	}
	report, err := s.Report()
	if err != nil {
		return View{}, err
	}
	shown.Status, shown.Sales, shown.Net = "closed", report.Sales, report.Net
	shown.Expected, shown.Counted, shown.Difference = s.Expected, s.Counted, s.Counted-s.Expected
	return shown, nil
}

// tills are names of tills that were read before.
type tills map[int64]string

func (t tills) name(ctx context.Context, tx *database.Tx, org, device int64) (string, error) {
	if name, known := t[device]; known {
		return name, nil
	}
	found, err := fleet.Read(ctx, tx, org, device)
	t[device] = found.Name
	return found.Name, err
}

// detail reads a shift with its report and what came after it.
func detail(ctx context.Context, tx *database.Tx, org int64, s shift.Shift) (DetailView, error) {
	shown := DetailView{}
	var err error
	if shown.Shift, err = show(ctx, tx, org, s, people{}, tills{}); err != nil {
		return shown, err
	}
	told, err := Statement(ctx, tx, org, s)
	shown.Report, shown.After = told.Show(httpapi.Language(ctx)), told.Late
	return shown, err
}

// Statement is what is to be said of a shift: how it stands now, or how it was closed and what came after that.
func Statement(ctx context.Context, tx *database.Tx, org int64, s shift.Shift) (shift.Statement, error) {
	told := shift.Statement{Shift: s, Late: []shift.Late{}}
	var err error
	if s.IsOpen() {
		told.Report, err = makeReport(ctx, tx, org, s)
		return told, err
	}
	if told.Report, err = s.Report(); err != nil {
		return told, err
	}
	next, err := s.Next(ctx, tx, org)
	if err != nil {
		return told, err
	}
	if next == 0 {
		next = endless
	}
	late, err := span(s).After(ctx, tx, org, next, s.ClosedAt)
	for _, one := range late {
		told.Late = append(told.Late, shift.Late{Number: one.Number, Kind: string(one.Kind), IssuedAt: one.At, Total: one.Total})
	}
	return told, err
}

// answer reads a shift after it was opened, changed or closed.
func (s *Service) answer(ctx context.Context, org, wanted int64) (*struct{ Body DetailView }, error) {
	output := &struct{ Body DetailView }{}
	return output, s.db.Read(ctx, func(tx *database.Tx) error {
		found, err := shift.Read(ctx, tx, org, wanted)
		if err != nil {
			return err
		}
		output.Body, err = detail(ctx, tx, org, found)
		return err
	})
}

func (s *Service) getCurrent(ctx context.Context, _ *struct{}) (*struct{ Body CurrentView }, error) {
	at, err := worker(ctx)
	if err != nil {
		return nil, err
	}
	output := &struct{ Body CurrentView }{}
	return output, s.db.Read(ctx, func(tx *database.Tx) error {
		output.Body, err = current(ctx, tx, at)
		return err
	})
}

func current(ctx context.Context, tx *database.Tx, at Worker) (CurrentView, error) {
	var shown CurrentView
	store, err := place.Directory{}.Store(ctx, tx, at.Org, at.Store)
	if err != nil {
		return shown, err
	}
	shown.Denominations = append([]int64{}, shift.Denominations(store.Currency)...)
	if day, open := store.OpenDay(tx.Now()); open {
		view := day.Show()
		shown.BusinessDay = &view
	}
	if shown.OpenTills, err = shift.CountOpen(ctx, tx, at.Org, at.Store); err != nil {
		return shown, err
	}
	if shown.HeldOrders, err = held.Count(ctx, tx, at.Org, at.Store); err != nil {
		return shown, err
	}
	drawer, err := shift.ReadDrawer(ctx, tx, at.Org, at.Device)
	if err != nil {
		return shown, err
	}
	last, found, err := drawer.Last(ctx, tx, at.Org)
	if err != nil {
		return shown, err
	}
	if found {
		told, err := Statement(ctx, tx, at.Org, last)
		if err != nil {
			return shown, err
		}
		report := told.Show(httpapi.Language(ctx))
		shown.Last = &report
	}
	if drawer.Shift == 0 {
		return shown, nil
	}
	open, err := shift.Read(ctx, tx, at.Org, drawer.Shift)
	if err != nil {
		return shown, err
	}
	one, err := detail(ctx, tx, at.Org, open)
	shown.Shift, shown.Report = &one.Shift, &one.Report
	return shown, err
}

func (s *Service) postOpen(ctx context.Context, input *struct {
	Body struct {
		Float  int64         `json:"float" minimum:"0" maximum:"9007199254740991" doc:"준비금, minor units"`
		Counts []shift.Count `json:"counts,omitempty" maxItems:"20" doc:"By denomination; left out, only the sum is known"`
	}
},
) (*struct{ Body DetailView }, error) {
	at, err := worker(ctx)
	if err != nil {
		return nil, err
	}
	opened, err := s.Open(ctx, at, httpapi.Key(ctx), OpenRequest{Float: input.Body.Float, Counts: input.Body.Counts})
	if err != nil {
		return nil, err
	}
	return s.answer(ctx, at.Org, opened)
}

func (s *Service) postCash(ctx context.Context, input *struct {
	ID   string `path:"id" doc:"shf_…"`
	Body struct {
		Kind   string `json:"kind" enum:"in,out" doc:"입금, 출금"`
		Place  string `json:"place" enum:"safe,other" doc:"Where it comes from or goes to"`
		Amount int64  `json:"amount" minimum:"1" maximum:"9007199254740991"`
		Reason string `json:"reason" minLength:"1" maxLength:"100"`
	}
},
) (*struct{ Body DetailView }, error) {
	at, err := worker(ctx)
	if err != nil {
		return nil, err
	}
	wanted, err := shift.ID.Parse(input.ID)
	if err != nil {
		return nil, err
	}
	_, err = s.MoveCash(ctx, at, httpapi.Key(ctx), CashRequest{
		Shift: wanted, Kind: shift.Direction(input.Body.Kind), Place: shift.Place(input.Body.Place), Amount: input.Body.Amount,
		Reason: input.Body.Reason,
	})
	if err != nil {
		return nil, err
	}
	return s.answer(ctx, at.Org, wanted)
}

func (s *Service) postClose(ctx context.Context, input *struct {
	ID   string `path:"id" doc:"shf_…"`
	Body struct {
		Counted  int64         `json:"counted" minimum:"0" maximum:"9007199254740991" doc:"실제 시재"`
		Counts   []shift.Count `json:"counts,omitempty" maxItems:"20" doc:"By denomination; left out, only the sum is known"`
		TakenOut int64         `json:"taken_out" minimum:"0" maximum:"9007199254740991" doc:"What of it goes into the safe"`
	}
},
) (*struct{ Body DetailView }, error) {
	caller := auth.CallerFrom(ctx)
	wanted, err := shift.ID.Parse(input.ID)
	if err != nil {
		return nil, err
	}
	var at Worker
	err = s.db.Read(ctx, func(tx *database.Tx) error {
		found, err := shift.Read(ctx, tx, caller.Org, wanted)
		at = Worker{Org: caller.Org, Staff: caller.Staff, Device: found.Device, Store: found.Store}
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := caller.Require(workPermission, at.Store); err != nil {
		return nil, err
	}
	if caller.Device != at.Device && !caller.May(closePermission, at.Store) {
		return nil, shift.ErrOtherTill.New()
	}
	_, err = s.Close(ctx, at, httpapi.Key(ctx), CloseRequest{
		Shift: wanted, Counted: input.Body.Counted, Counts: input.Body.Counts, TakenOut: input.Body.TakenOut,
	})
	if err != nil {
		return nil, err
	}
	return s.answer(ctx, at.Org, wanted)
}

// ShiftsQuery asks for the shifts of a store.
type ShiftsQuery struct {
	StoreID string `query:"store_id" required:"true" doc:"sto_…"`
	From    string `query:"from" format:"date" doc:"The first business day"`
	To      string `query:"to" format:"date" doc:"The last business day"`
}

type shiftsInput struct {
	httpapi.Page
	ShiftsQuery
}

func (s *Service) list(ctx context.Context, input *shiftsInput) (*struct{ Body httpapi.List[View] }, error) {
	after := shift.Start
	if _, err := input.After(&after); err != nil {
		return nil, err
	}
	caller := auth.CallerFrom(ctx)
	store, err := place.StoreID.Parse(input.StoreID)
	if err != nil {
		return nil, err
	}
	output := &struct{ Body httpapi.List[View] }{}
	return output, s.db.Read(ctx, func(tx *database.Tx) error {
		if _, err := (place.Directory{}).Store(ctx, tx, caller.Org, store); err != nil {
			return err
		}
		if err := caller.Require(readPermission, store); err != nil {
			return err
		}
		found, err := shift.List(ctx, tx, caller.Org, shift.Filter{Store: store, From: input.From, To: input.To}, after, input.Limit+1)
		if err != nil {
			return err
		}
		names, devices, shown := people{}, tills{}, map[int64]View{}
		for _, one := range found {
			if shown[one.ID], err = show(ctx, tx, caller.Org, one, names, devices); err != nil {
				return err
			}
		}
		output.Body, err = httpapi.NewList(input.Page, found, func(one shift.Shift) View { return shown[one.ID] },
			func(one shift.Shift) any { return one.Cursor() })
		return err
	})
}

func (s *Service) get(ctx context.Context, input *struct {
	ID string `path:"id" doc:"shf_…"`
},
) (*struct{ Body DetailView }, error) {
	caller := auth.CallerFrom(ctx)
	wanted, err := shift.ID.Parse(input.ID)
	if err != nil {
		return nil, err
	}
	output := &struct{ Body DetailView }{}
	return output, s.db.Read(ctx, func(tx *database.Tx) error {
		found, err := shift.Read(ctx, tx, caller.Org, wanted)
		if err != nil {
			return err
		}
		if !caller.May(readPermission, found.Store) {
			return id.Unknown.New()
		}
		output.Body, err = detail(ctx, tx, caller.Org, found)
		return err
	})
}
