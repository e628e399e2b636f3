package discount

import (
	"context"
	"net/http"

	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/money"
)

// The permissions about discounts. To give one needs only the permission to sell, and a limit that is high enough.
const (
	readPermission  auth.Permission = "discount.read"
	writePermission auth.Permission = "discount.write"
	limitPermission auth.Permission = "discount.limit"
)

type api struct{ db *database.DB }

// Serve adds the operations about discounts.
func Serve(server *httpapi.API, db *database.DB) {
	a := &api{db: db}
	wrong := []*fault.Code{ErrName, ErrForm, ErrCurrency}
	httpapi.Register(server, httpapi.Operation{
		ID: "list-discounts", Method: http.MethodGet, Path: "/v1/discounts", Tag: "Discounts", Permission: readPermission,
		Summary: "The discounts that the organisation has named",
	}, a.list)
	httpapi.Register(server, httpapi.Operation{
		ID: "create-discount", Method: http.MethodPost, Path: "/v1/discounts", Tag: "Discounts", Permission: writePermission,
		Summary: "Name a discount", Status: http.StatusCreated, Errors: append([]*fault.Code{ErrTooMany}, wrong...),
	}, a.create)
	httpapi.Register(server, httpapi.Operation{
		ID: "update-discount", Method: http.MethodPut, Path: "/v1/discounts/{id}", Tag: "Discounts",
		Permission: writePermission, Summary: "Change a discount, or stop giving it", Errors: append([]*fault.Code{ErrMoved}, wrong...),
	}, a.change)
	httpapi.Register(server, httpapi.Operation{
		ID: "get-discount-limits", Method: http.MethodGet, Path: "/v1/discount-limits", Tag: "Discounts",
		Permission: readPermission, Summary: "How much of a price each role may take off by itself",
	}, a.limits)
	httpapi.Register(server, httpapi.Operation{
		ID: "update-discount-limits", Method: http.MethodPut, Path: "/v1/discount-limits", Tag: "Discounts",
		Permission: limitPermission, Summary: "Set how much of a price each role may take off by itself",
		Errors: []*fault.Code{ErrLimit, ErrMoved},
	}, a.setLimits)
}

// Input is what a discount is made or changed from.
type Input struct {
	Name       string         `json:"name" minLength:"1" maxLength:"50"`
	NameEN     string         `json:"name_en,omitempty" maxLength:"50"`
	PercentPPM int64          `json:"percent_ppm,omitempty" minimum:"0" maximum:"1000000" doc:"Parts per million: 100000 is 10 %; left out for an amount"`
	Amount     int64          `json:"amount,omitempty" minimum:"0" maximum:"9007199254740991" doc:"Minor units; left out for a percentage"`
	Currency   money.Currency `json:"currency,omitempty" maxLength:"3" doc:"Of the amount: it is offered in stores with this currency"`
	Approval   bool           `json:"approval,omitempty" doc:"Someone who may take off more has to say yes each time"`
	Active     bool           `json:"active" doc:"It is given now"`
}

// View is a discount as the API shows it.
type View struct {
	ID         string         `json:"id"`
	Version    int64          `json:"version"`
	Name       string         `json:"name"`
	NameEN     string         `json:"name_en,omitempty"`
	PercentPPM int64          `json:"percent_ppm" doc:"Parts per million; 0 for an amount"`
	Amount     int64          `json:"amount" doc:"Minor units; 0 for a percentage"`
	Currency   money.Currency `json:"currency,omitempty" doc:"Of the amount"`
	Approval   bool           `json:"approval"`
	Active     bool           `json:"active"`
}

func (d Discount) view() View {
	return View{
		ID: IDs.Format(d.ID), Version: d.Version, Name: d.Name, NameEN: d.NameEN, PercentPPM: d.PercentPPM, Amount: d.Amount,
		Currency: d.Currency, Approval: d.Approval, Active: d.Active,
	}
}

func (i Input) discount() Discount {
	return Discount{
		Name: i.Name, NameEN: i.NameEN, PercentPPM: i.PercentPPM, Amount: i.Amount, Currency: i.Currency, Approval: i.Approval,
		Active: i.Active,
	}
}

func (a *api) list(ctx context.Context, _ *struct{}) (*struct{ Body httpapi.List[View] }, error) {
	output := &struct{ Body httpapi.List[View] }{}
	output.Body.Items = []View{}
	err := a.db.Read(ctx, func(tx *database.Tx) error {
		all, err := List(ctx, tx, auth.CallerFrom(ctx).Org)
		for _, one := range all {
			output.Body.Items = append(output.Body.Items, one.view())
		}
		return err
	})
	return output, err
}

type discountOutput struct{ Body View }

func (a *api) create(ctx context.Context, input *struct{ Body Input }) (*discountOutput, error) {
	caller := auth.CallerFrom(ctx)
	if err := caller.RequireAll(writePermission); err != nil {
		return nil, err
	}
	wanted := input.Body.discount()
	wanted.ID = a.db.NewID()
	return a.save(ctx, caller.Org, wanted.ID, func(tx *database.Tx) error {
		return Create(ctx, tx, caller.Org, caller.Staff, wanted)
	})
}

func (a *api) change(ctx context.Context, input *struct {
	ID string `path:"id" doc:"dsc_…"`
	httpapi.Versioned
	Body Input
},
) (*discountOutput, error) {
	caller := auth.CallerFrom(ctx)
	if err := caller.RequireAll(writePermission); err != nil {
		return nil, err
	}
	wanted := input.Body.discount()
	var err error
	if wanted.ID, err = IDs.Parse(input.ID); err != nil {
		return nil, err
	}
	if wanted.Version, err = input.Version(); err != nil {
		return nil, err
	}
	return a.save(ctx, caller.Org, wanted.ID, func(tx *database.Tx) error {
		return Change(ctx, tx, caller.Org, caller.Staff, wanted)
	})
}

// save writes and shows what was written.
func (a *api) save(ctx context.Context, org, wanted int64, write func(*database.Tx) error) (*discountOutput, error) {
	output := &discountOutput{}
	err := a.db.Write(ctx, func(tx *database.Tx) error {
		if err := write(tx); err != nil {
			return err
		}
		saved, err := Read(ctx, tx, org, wanted)
		output.Body = saved.view()
		return err
	})
	return output, err
}

// LimitsInput sets the limits.
type LimitsInput struct {
	CashierPPM int64 `json:"cashier_ppm" minimum:"0" maximum:"1000000" doc:"Parts per million of a price"`
	ManagerPPM int64 `json:"manager_ppm" minimum:"0" maximum:"1000000"`
}

// LimitsView is how much of a price each role may take off by itself. An owner may take off all.
type LimitsView struct {
	Version int64 `json:"version"`
	LimitsInput
}

type limitsOutput struct{ Body LimitsView }

func (l Limits) view() LimitsView {
	return LimitsView{Version: l.Version, LimitsInput: LimitsInput{CashierPPM: l.Cashier, ManagerPPM: l.Manager}}
}

func (a *api) limits(ctx context.Context, _ *struct{}) (*limitsOutput, error) {
	output := &limitsOutput{}
	err := a.db.Read(ctx, func(tx *database.Tx) error {
		found, err := ReadLimits(ctx, tx, auth.CallerFrom(ctx).Org)
		output.Body = found.view()
		return err
	})
	return output, err
}

func (a *api) setLimits(ctx context.Context, input *struct {
	httpapi.Versioned
	Body LimitsInput
},
) (*limitsOutput, error) {
	caller := auth.CallerFrom(ctx)
	if err := caller.RequireAll(limitPermission); err != nil {
		return nil, err
	}
	version, err := input.Version()
	if err != nil {
		return nil, err
	}
	output := &limitsOutput{}
	err = a.db.Write(ctx, func(tx *database.Tx) error {
		wanted := Limits{Version: version, Cashier: input.Body.CashierPPM, Manager: input.Body.ManagerPPM}
		if err := SetLimits(ctx, tx, caller.Org, caller.Staff, wanted); err != nil {
			return err
		}
		found, err := ReadLimits(ctx, tx, caller.Org)
		output.Body = found.view()
		return err
	})
	return output, err
}
