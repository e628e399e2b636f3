package printing

import (
	"context"
	"net/http"
	"time"

	"dangol/internal/capability/fleet"
	"dangol/internal/capability/order"
	"dangol/internal/capability/shift"
	"dangol/internal/core/place"
	"dangol/internal/core/print"
	"dangol/internal/core/print/paper"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/id"
	"dangol/internal/ground/lang"
)

// Trouble is why something does not print.
type Trouble struct {
	Code    string `json:"code"`
	Message string `json:"message" doc:"What to do, in the reader's language."`
}

// PrinterView is a printer as the API shows it.
type PrinterView struct {
	ID       string          `json:"id"`
	StoreID  string          `json:"store_id"`
	Name     string          `json:"name"`
	Address  string          `json:"address" example:"192.168.0.50:9100"`
	Paper    int             `json:"paper" enum:"58,80" doc:"Width of the paper in millimetres."`
	Drawer   bool            `json:"drawer" doc:"A cash drawer hangs on it."`
	BackupID string          `json:"backup_id" doc:"Prints when this one can't; empty for none."`
	DeviceID string          `json:"device_id" doc:"The till that it serves; empty for all tills of the store."`
	Guest    print.GuestRule `json:"guest" enum:"always,request,never" doc:"When it prints guests' receipts."`
	Shop     bool            `json:"shop" doc:"Prints a copy for the shop after each sale and refund."`
	Kitchen  bool            `json:"kitchen" doc:"Prints what is to be made after each sale."`
	Trouble  *Trouble        `json:"trouble,omitempty" doc:"What it said last that someone should know."`
	Asked    *time.Time      `json:"asked_at,omitempty" doc:"When that was."`
	Version  int64           `json:"version" doc:"For If-Match."`
}

// JobView is a print job as the API shows it.
type JobView struct {
	ID          string      `json:"id"`
	StoreID     string      `json:"store_id"`
	PrinterID   string      `json:"printer_id" doc:"The one that was meant."`
	ViaID       string      `json:"via_id" doc:"The one that was tried last; empty when none was."`
	What        string      `json:"what" enum:"receipt,shop,kitchen,drawer,test,x,z"`
	SubjectID   string      `json:"subject_id"`
	Title       string      `json:"title" doc:"What people call it: the receipt's number."`
	State       print.State `json:"state" enum:"queued,leased,sent,confirmed,unknown,waiting,failed,discarded"`
	NeedsPerson bool        `json:"needs_person" doc:"Only a person can bring it further."`
	Trouble     *Trouble    `json:"trouble,omitempty"`
	Attempts    int64       `json:"attempts"`
	Created     time.Time   `json:"created_at"`
	Changed     time.Time   `json:"changed_at"`
}

// Serve adds the operations about printing.
func (s *Service) Serve(server *httpapi.API) {
	setup := []*fault.Code{print.ErrRule, print.ErrName, print.ErrAddress, print.ErrWidth, print.ErrBackup, id.Unknown}
	httpapi.Register(server, httpapi.Operation{
		ID: "list-printers", Method: http.MethodGet, Path: "/v1/printers", Tag: "Printing", Permission: readPermission,
		Summary: "Printers of the stores that the caller works in", Errors: []*fault.Code{id.Unknown},
	}, s.listPrinters)
	httpapi.Register(server, httpapi.Operation{
		ID: "create-printer", Method: http.MethodPost, Path: "/v1/printers", Tag: "Printing", Permission: setupPermission,
		Summary: "Add a printer", Status: http.StatusCreated, Errors: setup,
	}, s.createPrinter)
	httpapi.Register(server, httpapi.Operation{
		ID: "update-printer", Method: http.MethodPut, Path: "/v1/printers/{id}", Tag: "Printing", Permission: setupPermission,
		Summary: "Change a printer", Errors: append(setup, print.ErrStale),
	}, s.updatePrinter)
	httpapi.Register(server, httpapi.Operation{
		ID: "remove-printer", Method: http.MethodDelete, Path: "/v1/printers/{id}", Tag: "Printing", Permission: setupPermission,
		Summary: "Take a printer out of use",
	}, s.removePrinter)
	httpapi.Register(server, httpapi.Operation{
		ID: "print-test-page", Method: http.MethodPost, Path: "/v1/printers/{id}/test-page", Tag: "Printing",
		Permission: setupPermission, Summary: "Print a test page", Status: http.StatusCreated, Key: true,
		Errors: []*fault.Code{print.ErrKey},
	}, s.printTestPage)
	httpapi.Register(server, httpapi.Operation{
		ID: "print-receipt", Method: http.MethodPost, Path: "/v1/print-jobs", Tag: "Printing", Permission: makePermission,
		Summary: "Print a receipt, or a copy of it", Status: http.StatusCreated, Key: true,
		Errors: []*fault.Code{print.ErrKey, print.ErrNoPrinter, id.Unknown},
	}, s.printReceipt)
	httpapi.Register(server, httpapi.Operation{
		ID: "print-shift-report", Method: http.MethodPost, Path: "/v1/shifts/{id}/print-jobs", Tag: "Printing",
		Permission: makePermission, Summary: "Print the X report of an open shift, or the Z report of a closed one",
		Status: http.StatusCreated, Key: true, Errors: []*fault.Code{print.ErrKey, print.ErrNoPrinter},
	}, s.printReport)
	httpapi.Register(server, httpapi.Operation{
		ID: "list-print-jobs", Method: http.MethodGet, Path: "/v1/print-jobs", Tag: "Printing", Permission: readPermission,
		Summary: "Print jobs, the newest first", Errors: []*fault.Code{id.Unknown},
	}, s.listJobs)
	httpapi.Register(server, httpapi.Operation{
		ID: "retry-print-job", Method: http.MethodPost, Path: "/v1/print-jobs/{id}/retry", Tag: "Printing",
		Permission: makePermission, Summary: "Print a job again that waits for a person", Errors: []*fault.Code{print.ErrState},
	}, s.settle(print.Retry))
	httpapi.Register(server, httpapi.Operation{
		ID: "discard-print-job", Method: http.MethodPost, Path: "/v1/print-jobs/{id}/discard", Tag: "Printing",
		Permission: makePermission, Summary: "Say that a job is not needed", Errors: []*fault.Code{print.ErrState},
	}, s.settle(print.Discard))
	httpapi.Register(server, httpapi.Operation{
		ID: "mark-print-job-printed", Method: http.MethodPost, Path: "/v1/print-jobs/{id}/printed", Tag: "Printing",
		Permission: makePermission, Summary: "Say that a job came out", Errors: []*fault.Code{print.ErrState},
	}, s.settle(print.Printed))
}

func trouble(code string, tag lang.Tag) *Trouble {
	if code == "" {
		return nil
	}
	return &Trouble{Code: code, Message: print.Explain(code, tag)}
}

const narrow, wide = 58, 80 // millimetres

func viewPrinter(tag lang.Tag) func(print.Printer) PrinterView {
	return func(p print.Printer) PrinterView {
		view := PrinterView{
			ID: print.PrinterIDs.Format(p.ID), StoreID: place.StoreID.Format(p.Store), Name: p.Name, Address: p.Address,
			DeviceID: fleet.DeviceID.Format(p.Device), Guest: p.Guest, Shop: p.Shop, Kitchen: p.Kitchen,
			Paper: wide, Drawer: p.Drawer, BackupID: print.PrinterIDs.Format(p.Backup), Trouble: trouble(p.Status, tag),
			Version: p.Version,
		}
		if p.Width == paper.Narrow {
			view.Paper = narrow
		}
		if !p.StatusAt.IsZero() {
			view.Asked = &p.StatusAt
		}
		return view
	}
}

func viewJob(tag lang.Tag) func(print.Job) JobView {
	return func(j print.Job) JobView {
		subject := order.ReceiptIDs
		switch j.What {
		case testPages:
			subject = print.PrinterIDs
		case reportX, reportZ:
			subject = shift.ID
		}
		view := JobView{
			ID: print.JobIDs.Format(j.ID), StoreID: place.StoreID.Format(j.Store), PrinterID: print.PrinterIDs.Format(j.Printer),
			ViaID: print.PrinterIDs.Format(j.Via), What: j.What, SubjectID: subject.Format(j.Subject), Title: j.Title,
			State: j.State, NeedsPerson: j.NeedsPerson(), Attempts: j.Attempts, Created: j.Created, Changed: j.Changed,
		}
		if j.State != print.Confirmed && j.State != print.Discarded {
			view.Trouble = trouble(j.Reason, tag)
		}
		return view
	}
}

// scope says in which stores the caller looks: in one, of which he needs the permission, or in all where he has it.
func scope(ctx context.Context, tx *database.Tx, caller auth.Caller, wanted string) (all bool, stores []int64, err error) {
	if wanted == "" {
		all, stores = caller.Stores(readPermission)
		return all, stores, nil
	}
	store, err := place.StoreID.Parse(wanted)
	if err != nil {
		return false, nil, err
	}
	if _, err := (place.Directory{}).Store(ctx, tx, caller.Org, store); err != nil {
		return false, nil, err
	}
	return false, []int64{store}, caller.Require(readPermission, store)
}

type listPrintersInput struct {
	httpapi.Page
	StoreID string `query:"store_id" doc:"Only printers of this store: sto_…"`
}

func (s *Service) listPrinters(ctx context.Context, input *listPrintersInput) (*struct{ Body httpapi.List[PrinterView] }, error) {
	caller := auth.CallerFrom(ctx)
	var after int64
	if _, err := input.After(&after); err != nil {
		return nil, err
	}
	output := &struct{ Body httpapi.List[PrinterView] }{}
	err := s.db.Read(ctx, func(tx *database.Tx) error {
		all, stores, err := scope(ctx, tx, caller, input.StoreID)
		if err != nil {
			return err
		}
		list, err := print.Printers(ctx, tx, caller.Org, all, stores, after, input.Limit+1)
		if err != nil {
			return err
		}
		output.Body, err = httpapi.NewList(input.Page, list, viewPrinter(httpapi.Language(ctx)), func(p print.Printer) any { return p.ID })
		return err
	})
	return output, err
}

// PrinterBody is what can be said of a printer.
type PrinterBody struct {
	Name     string `json:"name" minLength:"1" maxLength:"50"`
	Address  string `json:"address" minLength:"3" maxLength:"200" doc:"Host and port." example:"192.168.0.50:9100"`
	Paper    int    `json:"paper" enum:"58,80" doc:"Width of the paper in millimetres."`
	Drawer   bool   `json:"drawer,omitempty" doc:"A cash drawer hangs on it."`
	BackupID string `json:"backup_id,omitempty" doc:"Another printer of the same store that prints when this one can't."`

	DeviceID string          `json:"device_id,omitempty" doc:"The till that it serves; all tills of the store when left out."`
	Guest    print.GuestRule `json:"guest,omitempty" enum:"always,request,never" doc:"When it prints guests' receipts; on request when left out."`
	Shop     bool            `json:"shop,omitempty" doc:"Prints a copy for the shop after each sale and refund."`
	Kitchen  bool            `json:"kitchen,omitempty" doc:"Prints what is to be made after each sale."`
}

// into puts what was said into a printer; the till must stand in its store.
func (b PrinterBody) into(ctx context.Context, tx *database.Tx, org int64, p *print.Printer) error {
	p.Name, p.Address, p.Drawer, p.Width, p.Backup = b.Name, b.Address, b.Drawer, paper.Wide, 0
	p.Device, p.Guest, p.Shop, p.Kitchen = 0, b.Guest, b.Shop, b.Kitchen
	if b.Paper == narrow {
		p.Width = paper.Narrow
	}
	if b.DeviceID != "" {
		till, err := fleet.DeviceID.Parse(b.DeviceID)
		if err != nil {
			return err
		}
		found, err := fleet.Read(ctx, tx, org, till)
		if err != nil {
			return err
		}
		if found.Store != p.Store || found.Kind != fleet.Till {
			return id.Unknown.At("device_id")
		}
		p.Device = till
	}
	if b.BackupID == "" {
		return nil
	}
	backup, err := print.PrinterIDs.Parse(b.BackupID)
	if err != nil {
		return print.ErrBackup.At("backup_id")
	}
	p.Backup = backup
	return nil
}

type createPrinterInput struct {
	Body struct {
		StoreID string `json:"store_id"`
		PrinterBody
	}
}

type printerOutput struct{ Body PrinterView }

func (s *Service) createPrinter(ctx context.Context, input *createPrinterInput) (*printerOutput, error) {
	caller := auth.CallerFrom(ctx)
	store, err := place.StoreID.Parse(input.Body.StoreID)
	if err != nil {
		return nil, id.Unknown.At("store_id")
	}
	if err := caller.Require(setupPermission, store); err != nil {
		return nil, err
	}
	p := print.Printer{ID: s.db.NewID(), Store: store}
	output := &printerOutput{}
	err = s.db.Write(ctx, func(tx *database.Tx) error {
		if _, err := (place.Directory{}).Store(ctx, tx, caller.Org, store); err != nil {
			return err
		}
		if err := input.Body.into(ctx, tx, caller.Org, &p); err != nil {
			return err
		}
		if err := print.CreatePrinter(ctx, tx, caller.Org, caller.Staff, p); err != nil {
			return err
		}
		return s.show(ctx, tx, caller.Org, p.ID, output)
	})
	return output, err
}

func (s *Service) show(ctx context.Context, tx *database.Tx, org, printer int64, output *printerOutput) error {
	found, err := print.ReadPrinter(ctx, tx, org, printer)
	output.Body = viewPrinter(httpapi.Language(ctx))(found)
	return err
}

type printerPath struct {
	ID string `path:"id" doc:"ptr_…"`
}

type updatePrinterInput struct {
	httpapi.Versioned
	ID   string `path:"id" doc:"ptr_…"`
	Body PrinterBody
}

func (s *Service) updatePrinter(ctx context.Context, input *updatePrinterInput) (*printerOutput, error) {
	caller := auth.CallerFrom(ctx)
	version, err := input.Version()
	if err != nil {
		return nil, err
	}
	output := &printerOutput{}
	err = s.db.Write(ctx, func(tx *database.Tx) error {
		p, err := s.named(ctx, tx, caller, input.ID)
		if err != nil {
			return err
		}
		p.Version = version
		if err := input.Body.into(ctx, tx, caller.Org, &p); err != nil {
			return err
		}
		if err := print.UpdatePrinter(ctx, tx, caller.Org, caller.Staff, p); err != nil {
			return err
		}
		return s.show(ctx, tx, caller.Org, p.ID, output)
	})
	return output, err
}

// named reads the printer of a path that the caller may set up.
func (s *Service) named(ctx context.Context, tx *database.Tx, caller auth.Caller, text string) (print.Printer, error) {
	printer, err := print.PrinterIDs.Parse(text)
	if err != nil {
		return print.Printer{}, err
	}
	return s.printer(ctx, tx, caller, setupPermission, printer)
}

func (s *Service) removePrinter(ctx context.Context, input *printerPath) (*struct{}, error) {
	caller := auth.CallerFrom(ctx)
	return nil, s.db.Write(ctx, func(tx *database.Tx) error {
		p, err := s.named(ctx, tx, caller, input.ID)
		if err != nil {
			return err
		}
		return print.RemovePrinter(ctx, tx, caller.Org, caller.Staff, p)
	})
}

type jobOutput struct{ Body JobView }

// queue runs work that queues a job, and wakes the worker when it is durable.
func (s *Service) queue(ctx context.Context, work func(tx *database.Tx) (print.Job, error)) (*jobOutput, error) {
	output := &jobOutput{}
	err := s.db.Write(ctx, func(tx *database.Tx) error {
		job, err := work(tx)
		output.Body = viewJob(httpapi.Language(ctx))(job)
		return err
	})
	if err == nil {
		s.wake()
	}
	return output, err
}

func (s *Service) printTestPage(ctx context.Context, input *printerPath) (*jobOutput, error) {
	caller := auth.CallerFrom(ctx)
	return s.queue(ctx, func(tx *database.Tx) (print.Job, error) {
		p, err := s.named(ctx, tx, caller, input.ID)
		if err != nil {
			return print.Job{}, err
		}
		return s.testPage(ctx, tx, caller, httpapi.Key(ctx), p)
	})
}

type printReceiptInput struct {
	Body struct {
		ReceiptNumber string `json:"receipt_number" minLength:"1" maxLength:"40" example:"AB12-1-000123"`
		PrinterID     string `json:"printer_id,omitempty" doc:"The first of the receipt's store when left out."`
		Copy          bool   `json:"copy,omitempty" doc:"Marks it as a copy (재발행), which opens no drawer."`
	}
}

func (s *Service) printReceipt(ctx context.Context, input *printReceiptInput) (*jobOutput, error) {
	caller := auth.CallerFrom(ctx)
	want := wanted{key: httpapi.Key(ctx), receipt: input.Body.ReceiptNumber, copied: input.Body.Copy}
	if input.Body.PrinterID != "" {
		var err error
		if want.printer, err = print.PrinterIDs.Parse(input.Body.PrinterID); err != nil {
			return nil, err
		}
	}
	return s.queue(ctx, func(tx *database.Tx) (print.Job, error) { return s.receipt(ctx, tx, caller, want) })
}

type shiftPath struct {
	ID string `path:"id" doc:"shf_…"`
}

func (s *Service) printReport(ctx context.Context, input *shiftPath) (*jobOutput, error) {
	wanted, err := shift.ID.Parse(input.ID)
	if err != nil {
		return nil, err
	}
	return s.queue(ctx, func(tx *database.Tx) (print.Job, error) {
		return s.report(ctx, tx, auth.CallerFrom(ctx), httpapi.Key(ctx), wanted, httpapi.Language(ctx))
	})
}

type listJobsInput struct {
	httpapi.Page
	StoreID string        `query:"store_id" doc:"Only jobs of this store: sto_…"`
	State   []print.State `query:"state" enum:"queued,leased,sent,confirmed,unknown,waiting,failed,discarded" doc:"One of these."`
}

func (s *Service) listJobs(ctx context.Context, input *listJobsInput) (*struct{ Body httpapi.List[JobView] }, error) {
	caller := auth.CallerFrom(ctx)
	before := int64(print.Newest)
	if _, err := input.After(&before); err != nil {
		return nil, err
	}
	output := &struct{ Body httpapi.List[JobView] }{}
	err := s.db.Read(ctx, func(tx *database.Tx) error {
		filter := print.Filter{States: input.State}
		var err error
		if filter.All, filter.Stores, err = scope(ctx, tx, caller, input.StoreID); err != nil {
			return err
		}
		list, err := print.Jobs(ctx, tx, caller.Org, filter, before, input.Limit+1)
		if err != nil {
			return err
		}
		output.Body, err = httpapi.NewList(input.Page, list, viewJob(httpapi.Language(ctx)), func(j print.Job) any { return j.ID })
		return err
	})
	return output, err
}

type jobPath struct {
	ID string `path:"id" doc:"pjb_…"`
}

// settle makes the operation by which a person decides about a job.
func (s *Service) settle(action print.Action) func(context.Context, *jobPath) (*jobOutput, error) {
	return func(ctx context.Context, input *jobPath) (*jobOutput, error) {
		caller := auth.CallerFrom(ctx)
		job, err := print.JobIDs.Parse(input.ID)
		if err != nil {
			return nil, err
		}
		return s.queue(ctx, func(tx *database.Tx) (print.Job, error) {
			found, err := print.ReadJob(ctx, tx, caller.Org, job)
			if err != nil {
				return found, err
			}
			if !caller.May(makePermission, found.Store) {
				return found, id.Unknown.New()
			}
			return print.Settle(ctx, tx, caller.Org, caller.Staff, found, action)
		})
	}
}
