package stock

import (
	"context"
	"net/http"
	"time"

	"dangol/internal/core/place"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/id"
)

// SlipInput is a slip that is to be made.
type SlipInput struct {
	StoreID    string          `json:"store_id"`
	LocationID string          `json:"location_id,omitempty" doc:"loc_…; left out for the sales floor."`
	Kind       Kind            `json:"kind" enum:"receive,adjust,waste,allocate"`
	Pool       Pool            `json:"pool,omitempty" enum:"till,web" doc:"Which pool gains or loses; left out, the till's. To allocate, the one that gains, from the other."`
	Supplier   string          `json:"supplier,omitempty" maxLength:"200"`
	Reason     string          `json:"reason,omitempty" maxLength:"200" doc:"Why, or a note; required to adjust and to waste."`
	Lines      []SlipLineInput `json:"lines" maxItems:"500"`
}

// SlipLineInput is one variant of a slip.
type SlipLineInput struct {
	VariantID string `json:"variant_id"`
	Quantity  int64  `json:"quantity" doc:"Above zero; an adjustment is what the bin gains and may be below."`
	Cost      int64  `json:"cost,omitempty" doc:"What one unit cost, in minor units of the store's currency; 0 when nobody said."`
}

// SlipView is a slip.
type SlipView struct {
	ID         string         `json:"id"`
	StoreID    string         `json:"store_id"`
	LocationID string         `json:"location_id" doc:"Empty for the sales floor."`
	Location   string         `json:"location" doc:"Its name; empty for the sales floor."`
	Kind       Kind           `json:"kind" enum:"receive,adjust,waste,allocate"`
	Pool       Pool           `json:"pool" enum:"till,web"`
	Supplier   string         `json:"supplier"`
	Reason     string         `json:"reason"`
	At         time.Time      `json:"at"`
	StaffID    string         `json:"staff_id"`
	StaffName  string         `json:"staff_name"`
	Units      int64          `json:"units" doc:"The sum of its quantities."`
	Cost       int64          `json:"cost" doc:"The sum of its costs, where they are known."`
	Lines      []SlipLineView `json:"lines"`
}

// SlipLineView is one variant of a slip.
type SlipLineView struct {
	VariantID   string `json:"variant_id"`
	ProductName string `json:"product_name"`
	VariantName string `json:"variant_name"`
	SKU         string `json:"sku"`
	Quantity    int64  `json:"quantity"`
	Cost        int64  `json:"cost" doc:"Of one unit; 0 when nobody said."`
	OnHand      int64  `json:"on_hand" doc:"What the tills of the store can sell now."`
}

func (a *api) serveSlips(server *httpapi.API) {
	httpapi.Register(server, httpapi.Operation{
		ID: "create-stock-slip", Method: http.MethodPost, Path: "/v1/stock-slips", Tag: "Stock", Key: true,
		Summary: "Receive, adjust or waste units, or put them into another pool", Permission: writePermission,
		Status: http.StatusCreated, Errors: with(ErrKind, ErrPool, ErrCost),
	}, a.createSlip)
	httpapi.Register(server, httpapi.Operation{
		ID: "list-stock-slips", Method: http.MethodGet, Path: "/v1/stock-slips", Tag: "Stock",
		Summary: "The slips of a store, newest first", Permission: readPermission, Errors: []*fault.Code{id.Unknown},
	}, a.listSlips)
	httpapi.Register(server, httpapi.Operation{
		ID: "get-stock-slip", Method: http.MethodGet, Path: "/v1/stock-slips/{id}", Tag: "Stock",
		Summary: "A slip with its lines", Permission: readPermission,
	}, a.getSlip)
}

type slipOutput struct{ Body SlipView }

func (a *api) createSlip(ctx context.Context, input *struct{ Body SlipInput }) (*slipOutput, error) {
	caller := auth.CallerFrom(ctx)
	store, err := a.may(ctx, writePermission, input.Body.StoreID)
	if err != nil {
		return nil, err
	}
	slip := Slip{
		Store: store, Kind: input.Body.Kind, Pool: input.Body.Pool, Supplier: input.Body.Supplier, Reason: input.Body.Reason,
	}
	if slip.Pool == "" {
		slip.Pool = Till
	}
	if slip.Location, err = parseLocation(input.Body.LocationID); err != nil {
		return nil, err
	}
	for _, line := range input.Body.Lines {
		variant, err := variantID.Parse(line.VariantID)
		if err != nil {
			return nil, err
		}
		slip.Lines = append(slip.Lines, SlipLine{variant, line.Quantity, line.Cost})
	}
	made, err := a.stock.Post(ctx, caller.Org, caller.Staff, httpapi.Key(ctx), slip)
	if err != nil {
		return nil, err
	}
	return a.readSlip(ctx, writePermission, made)
}

func (a *api) getSlip(ctx context.Context, input *struct {
	ID string `path:"id" doc:"slp_…"`
},
) (*slipOutput, error) {
	wanted, err := SlipID.Parse(input.ID)
	if err != nil {
		return nil, err
	}
	return a.readSlip(ctx, readPermission, wanted)
}

func (a *api) readSlip(ctx context.Context, permission auth.Permission, wanted int64) (*slipOutput, error) {
	caller := auth.CallerFrom(ctx)
	output := &slipOutput{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		slip, err := ReadSlip(ctx, tx, caller.Org, wanted)
		if err != nil {
			return err
		}
		if err := caller.Require(permission, slip.Store); err != nil {
			return err
		}
		views, err := a.viewSlips(ctx, tx, slip.Store, []Slip{slip})
		if err != nil {
			return err
		}
		output.Body = views[0]
		variants := make([]int64, len(slip.Lines))
		for i, line := range slip.Lines {
			variants[i] = line.Variant
		}
		left, err := ReadOnHand(ctx, tx, caller.Org, slip.Store, variants)
		for i, variant := range variants {
			output.Body.Lines[i].OnHand = left[variant]
		}
		return err
	})
}

func (a *api) listSlips(ctx context.Context, input *struct {
	httpapi.Page
	StoreID string `query:"store_id" required:"true" doc:"sto_…"`
	Kind    string `query:"kind" enum:",receive,adjust,waste,allocate" doc:"Left out, all kinds."`
},
) (*struct{ Body httpapi.List[SlipView] }, error) {
	moment, beforeID, err := before(input.Page)
	if err != nil {
		return nil, err
	}
	org := auth.CallerFrom(ctx).Org
	output := &struct{ Body httpapi.List[SlipView] }{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		store, err := a.in(ctx, tx, readPermission, input.StoreID)
		if err != nil {
			return err
		}
		slips, err := Slips(ctx, tx, org, store, Kind(input.Kind), moment, beforeID, input.Limit+1)
		if err != nil {
			return err
		}
		views, err := a.viewSlips(ctx, tx, store, slips)
		if err != nil {
			return err
		}
		output.Body, err = httpapi.NewList(input.Page, views, func(view SlipView) SlipView { return view },
			func(view SlipView) any {
				parsed, _ := SlipID.Parse(view.ID)
				return momentKey{clock.Micros(view.At), parsed}
			})
		return err
	})
}

// viewSlips shows slips of one store.
func (a *api) viewSlips(ctx context.Context, tx *database.Tx, store int64, slips []Slip) ([]SlipView, error) {
	org := auth.CallerFrom(ctx).Org
	people := map[int64]bool{}
	var variants []int64
	for _, slip := range slips {
		people[slip.Actor] = true
		for _, line := range slip.Lines {
			variants = append(variants, line.Variant)
		}
	}
	names, err := a.staff(ctx, tx, people)
	if err != nil {
		return nil, err
	}
	named, err := a.stock.named(ctx, tx, org, variants)
	if err != nil {
		return nil, err
	}
	rooms, err := places(ctx, tx, org, store)
	views := make([]SlipView, len(slips))
	for i, slip := range slips {
		view := SlipView{
			ID: SlipID.Format(slip.ID), StoreID: place.StoreID.Format(slip.Store), LocationID: LocationID.Format(slip.Location),
			Location: rooms[slip.Location], Kind: slip.Kind, Pool: slip.Pool, Supplier: slip.Supplier, Reason: slip.Reason,
			At: slip.At, StaffID: id.Kind("stf").Format(slip.Actor), StaffName: names[slip.Actor],
			Lines: make([]SlipLineView, len(slip.Lines)),
		}
		for j, line := range slip.Lines {
			one := named[line.Variant]
			view.Units += line.Quantity
			view.Cost += line.Quantity * line.Cost
			view.Lines[j] = SlipLineView{
				VariantID: variantID.Format(line.Variant), ProductName: one.Product, VariantName: one.Name, SKU: one.SKU,
				Quantity: line.Quantity, Cost: line.Cost,
			}
		}
		views[i] = view
	}
	return views, err
}
