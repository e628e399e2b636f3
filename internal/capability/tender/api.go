package tender

import (
	"context"
	"net/http"

	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/httpapi"
)

// The permissions about tenders.
const (
	readPermission  auth.Permission = "tender.read"
	writePermission auth.Permission = "tender.write"
)

// View is a tender as the API shows it.
type View struct {
	ID      string `json:"id" doc:"tnd_…"`
	Version int64  `json:"version"`
	Kind    Kind   `json:"kind" enum:"cash,card,other"`
	TermsView
}

// TermsView is what an organisation decides about a tender.
type TermsView struct {
	Name         string `json:"name" minLength:"1" maxLength:"20"`
	NameEN       string `json:"name_en" maxLength:"20"`
	InDrawer     bool   `json:"in_drawer" doc:"What is taken lies in the drawer, which opens for it"`
	GivesChange  bool   `json:"gives_change" doc:"More can be handed over than is due; change is cash from the drawer"`
	CashReceipt  bool   `json:"cash_receipt" doc:"Counts for a cash receipt (현금영수증)"`
	EarnsPoints  bool   `json:"earns_points"`
	SlipRequired bool   `json:"slip_required" doc:"The till asks for the slip of the terminal; of cards alone"`
	Line         string `json:"line" maxLength:"20" doc:"The line of closing reports; empty for one of its own"`
	Sort         int64  `json:"sort" minimum:"0" maximum:"1000000" doc:"The smallest first"`
	Active       bool   `json:"active" doc:"Tills take it"`
}

func view(d Definition) View {
	return View{ID: IDs.Format(d.ID), Version: d.Version, Kind: d.Kind, TermsView: TermsView(d.Terms)}
}

type api struct{ db *database.DB }

// Serve adds the operations about tenders.
func Serve(server *httpapi.API, db *database.DB) {
	a := &api{db}
	httpapi.Register(server, httpapi.Operation{
		ID: "list-tenders", Method: http.MethodGet, Path: "/v1/tenders", Tag: "Tenders", Permission: readPermission,
		Summary: "What the organisation is paid with, all of it, in the order of the till",
	}, a.list)
	httpapi.Register(server, httpapi.Operation{
		ID: "create-tender", Method: http.MethodPost, Path: "/v1/tenders", Tag: "Tenders", Permission: writePermission,
		Summary: "Add a tender", Status: http.StatusCreated, Errors: termErrors,
	}, a.create)
	httpapi.Register(server, httpapi.Operation{
		ID: "update-tender", Method: http.MethodPut, Path: "/v1/tenders/{id}", Tag: "Tenders", Permission: writePermission,
		Summary: "Change a tender. What was paid with it stays as it was", Errors: append([]*fault.Code{ErrMoved}, termErrors...),
	}, a.change)
}

var termErrors = []*fault.Code{ErrName, ErrNameTaken, ErrLine, ErrKind, ErrTooMany}

func (a *api) list(ctx context.Context, _ *struct{}) (*struct{ Body httpapi.List[View] }, error) {
	output := &struct{ Body httpapi.List[View] }{}
	output.Body.Items = []View{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		found, err := List(ctx, tx, auth.CallerFrom(ctx).Org)
		for _, one := range found {
			output.Body.Items = append(output.Body.Items, view(one))
		}
		return err
	})
}

type tenderOutput struct{ Body View }

func (a *api) create(ctx context.Context, input *struct {
	Body struct {
		Kind Kind `json:"kind" enum:"card,other"`
		TermsView
	}
},
) (*tenderOutput, error) {
	caller := auth.CallerFrom(ctx)
	made := a.db.NewID()
	return a.save(ctx, caller, made, func(tx *database.Tx) error {
		return Create(ctx, tx, caller.Org, caller.Staff, made, input.Body.Kind, Terms(input.Body.TermsView))
	})
}

func (a *api) change(ctx context.Context, input *struct {
	ID string `path:"id" doc:"tnd_…"`
	httpapi.Versioned
	Body TermsView
},
) (*tenderOutput, error) {
	caller := auth.CallerFrom(ctx)
	wanted, err := IDs.Parse(input.ID)
	if err != nil {
		return nil, err
	}
	version, err := input.Version()
	if err != nil {
		return nil, err
	}
	return a.save(ctx, caller, wanted, func(tx *database.Tx) error {
		return Change(ctx, tx, caller.Org, caller.Staff, wanted, version, Terms(input.Body))
	})
}

// save writes a tender and shows it. Tenders are the whole organisation's, so the permission must hold in all of it.
func (a *api) save(ctx context.Context, caller auth.Caller, definition int64, write func(*database.Tx) error) (*tenderOutput, error) {
	if err := caller.RequireAll(writePermission); err != nil {
		return nil, err
	}
	output := &tenderOutput{}
	return output, a.db.Write(ctx, func(tx *database.Tx) error {
		if err := write(tx); err != nil {
			return err
		}
		found, err := Read(ctx, tx, caller.Org, definition)
		output.Body = view(found)
		return err
	})
}
