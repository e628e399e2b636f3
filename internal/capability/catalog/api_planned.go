package catalog

import (
	"context"
	"net/http"
	"strings"

	"dangol/internal/core/place"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/id"
	"dangol/internal/ground/money"
)

// PlannedInput is a planned price as it is written.
type PlannedInput struct {
	VariantID string         `json:"variant_id" doc:"var_…"`
	StoreID   string         `json:"store_id,omitempty" doc:"sto_…; left out, all stores that count in the currency."`
	Currency  money.Currency `json:"currency,omitempty" maxLength:"3" doc:"ISO 4217; left out, the store's."`
	Amount    int64          `json:"amount" minimum:"0" maximum:"9007199254740991" doc:"In the smallest unit of the currency; of what is sold by weight, of a kilogram."`
	Name      string         `json:"name,omitempty" maxLength:"50" doc:"What it is for."`
	Starts    string         `json:"starts" maxLength:"16" example:"2026-11-25" doc:"A business day, or a time on the store's clock: 2026-11-25T15:00."`
	Ends      string         `json:"ends,omitempty" maxLength:"16" doc:"The last business day, or a time on the store's clock; left out, it stays."`
}

// PlannedView is a planned price as it is read for a store.
type PlannedView struct {
	ID            string         `json:"id"`
	Version       int64          `json:"version" doc:"For If-Match."`
	VariantID     string         `json:"variant_id"`
	ProductName   string         `json:"product_name"`
	ProductNameEN string         `json:"product_name_en"`
	VariantName   string         `json:"variant_name"`
	SoldBy        SoldBy         `json:"sold_by" enum:"unit,open_price,weight"`
	StoreID       string         `json:"store_id" doc:"Empty for all stores that count in the currency."`
	Currency      money.Currency `json:"currency"`
	Amount        int64          `json:"amount"`
	Name          string         `json:"name"`
	Starts        string         `json:"starts"`
	Ends          string         `json:"ends" doc:"Empty when it stays."`
	State         PlannedState   `json:"state" enum:"coming,running,over" doc:"Now, on the store's clock."`
}

func (a *api) servePlanned(server *httpapi.API) {
	planned := []*fault.Code{
		ErrTooLong, ErrCharacters, ErrRange, ErrPlannedTime, ErrPlannedOrder, ErrPlannedOpen, ErrPlannedCurrency,
		ErrUnknownReference, ErrTooMany, ErrStale, id.Unknown,
	}
	httpapi.Register(server, httpapi.Operation{
		ID: "list-planned-prices", Method: http.MethodGet, Path: "/v1/planned-prices", Tag: "Catalogue",
		Summary: "The prices that are planned for a store, its own and those of all stores, by their starts", Permission: readPermission,
		Errors: []*fault.Code{id.Unknown},
	}, a.listPlanned)
	httpapi.Register(server, httpapi.Operation{
		ID: "plan-price", Method: http.MethodPost, Path: "/v1/planned-prices", Tag: "Catalogue", Status: http.StatusCreated,
		Summary: "Plan a price of a variant for a while", Permission: writePermission, Errors: planned,
	}, a.plan)
	httpapi.Register(server, httpapi.Operation{
		ID: "change-planned-price", Method: http.MethodPut, Path: "/v1/planned-prices/{id}", Tag: "Catalogue",
		Summary: "Change a planned price", Permission: writePermission, Errors: planned,
	}, a.changePlanned)
	httpapi.Register(server, httpapi.Operation{
		ID: "drop-planned-price", Method: http.MethodDelete, Path: "/v1/planned-prices/{id}", Tag: "Catalogue",
		Summary: "Take a planned price away; one that holds, holds no longer", Permission: writePermission,
		Errors: []*fault.Code{id.Unknown},
	}, a.dropPlanned)
}

// showPlanned shows prices as a store has them now.
func showPlanned(ctx context.Context, tx *database.Tx, org int64, store place.Store, list []Planned) ([]PlannedView, error) {
	names, err := namesOf(ctx, tx, org, list)
	if err != nil {
		return nil, err
	}
	shown := make([]PlannedView, len(list))
	for i := range list {
		p := &list[i]
		shown[i] = names[p.Variant]
		shown[i].ID, shown[i].Version, shown[i].VariantID = PlannedID.Format(p.ID), p.Version, VariantID.Format(p.Variant)
		if p.Store != 0 {
			shown[i].StoreID = place.StoreID.Format(p.Store)
		}
		shown[i].Currency, shown[i].Amount, shown[i].Name = p.Currency, p.Amount, p.Name
		shown[i].Starts, shown[i].Ends, shown[i].State = p.Starts, p.Ends, p.State(store, tx.Now())
	}
	return shown, nil
}

var selectPlannedNames = database.Register("catalog.select_planned_names", `
	WITH wanted AS MATERIALIZED (
		SELECT id, product_id, value1, value2, value3 FROM catalog_variant WHERE org_id = $1 AND id = ANY_ID($2))
	SELECT w.id, p.name, p.name_en, p.sold_by, w.value1, w.value2, w.value3 FROM wanted w
	JOIN catalog_product p ON p.org_id = $1 AND p.id = w.product_id`)

// namesOf are what is said of the variants of planned prices, by variant.
func namesOf(ctx context.Context, tx *database.Tx, org int64, list []Planned) (map[int64]PlannedView, error) {
	var variants database.IDs
	for i := range list {
		variants = append(variants, list[i].Variant)
	}
	names := map[int64]PlannedView{}
	return names, tx.Each(ctx, selectPlannedNames, func(row database.Scanner) error {
		var view PlannedView
		var variant Variant
		err := row.Scan(&variant.ID, &view.ProductName, &view.ProductNameEN, &view.SoldBy, &variant.Values[0], &variant.Values[1],
			&variant.Values[2])
		view.VariantName = variant.Name()
		names[variant.ID] = view
		return err
	}, org, variants)
}

func (a *api) listPlanned(ctx context.Context, input *struct {
	StoreID string `query:"store_id" required:"true" doc:"sto_…"`
},
) (*struct {
	Body httpapi.List[PlannedView]
}, error,
) {
	caller := auth.CallerFrom(ctx)
	wanted, err := place.StoreID.Parse(input.StoreID)
	if err != nil {
		return nil, err
	}
	output := &struct{ Body httpapi.List[PlannedView] }{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		store, err := place.Directory{}.Store(ctx, tx, caller.Org, wanted)
		if err != nil {
			return err
		}
		if err := caller.Require(readPermission, wanted); err != nil {
			return err
		}
		list, err := PlannedFor(ctx, tx, caller.Org, store)
		if err != nil {
			return err
		}
		output.Body.Items, err = showPlanned(ctx, tx, caller.Org, store, list)
		return err
	})
}

type plannedOutput struct{ Body PlannedView }

func (a *api) plan(ctx context.Context, input *struct{ Body PlannedInput }) (*plannedOutput, error) {
	return a.savePlanned(ctx, Planned{}, input.Body)
}

// PlannedPath names a planned price in an address.
type PlannedPath struct {
	ID string `path:"id" doc:"ppr_…"`
}

func (a *api) changePlanned(ctx context.Context, input *struct {
	PlannedPath
	httpapi.Versioned
	Body PlannedInput
},
) (*plannedOutput, error) {
	wanted, err := PlannedID.Parse(input.ID)
	if err != nil {
		return nil, err
	}
	version, err := input.Version()
	if err != nil {
		return nil, err
	}
	return a.savePlanned(ctx, Planned{ID: wanted, Version: version}, input.Body)
}

func (a *api) savePlanned(ctx context.Context, planned Planned, input PlannedInput) (*plannedOutput, error) {
	caller := auth.CallerFrom(ctx)
	var err error
	if planned.Variant, err = VariantID.Parse(input.VariantID); err != nil {
		return nil, ErrUnknownReference.At("variant_id")
	}
	if input.StoreID != "" {
		if planned.Store, err = place.StoreID.Parse(input.StoreID); err != nil {
			return nil, ErrUnknownReference.At("store_id")
		}
	}
	planned.Currency, planned.Amount, planned.Name = input.Currency, input.Amount, strings.TrimSpace(input.Name)
	planned.Starts, planned.Ends = input.Starts, input.Ends
	output := &plannedOutput{}
	return output, a.db.Write(ctx, func(tx *database.Tx) error {
		if planned.ID != 0 {
			before, err := PlannedByID(ctx, tx, caller.Org, planned.ID)
			if err != nil {
				return err
			}
			if err := mayPlan(caller, before.Store); err != nil {
				return err
			}
		}
		store, err := plannedStore(ctx, tx, caller, &planned)
		if err != nil {
			return err
		}
		if err := a.catalog.SavePlanned(ctx, tx, caller.Org, caller.Staff, &planned); err != nil {
			return err
		}
		shown, err := showPlanned(ctx, tx, caller.Org, store, []Planned{planned})
		if err == nil {
			output.Body = shown[0]
		}
		return err
	})
}

// mayPlan refuses whoever may not set prices in the store, or for store 0 in all of them.
func mayPlan(caller auth.Caller, store int64) error {
	if store == 0 {
		return caller.RequireAll(writePermission)
	}
	return caller.Require(writePermission, store)
}

// plannedStore is the store whose clock says how a price stands, its own or the first that counts in its currency, which
// it gets from the store when it has none.
func plannedStore(ctx context.Context, tx *database.Tx, caller auth.Caller, planned *Planned) (place.Store, error) {
	if err := mayPlan(caller, planned.Store); err != nil {
		return place.Store{}, err
	}
	if planned.Store != 0 {
		store, err := place.Directory{}.Store(ctx, tx, caller.Org, planned.Store)
		if id.Unknown.Has(err) {
			return store, ErrUnknownReference.At("store_id")
		}
		if planned.Currency == "" {
			planned.Currency = store.Currency
		}
		if err == nil && planned.Currency != store.Currency {
			err = ErrPlannedCurrency.At("currency")
		}
		return store, err
	}
	stores, err := place.Directory{}.Stores(ctx, tx, caller.Org, "", storesOfCurrency)
	if err != nil {
		return place.Store{}, err
	}
	for _, store := range stores {
		if store.Currency == planned.Currency {
			return store, nil
		}
	}
	return place.Store{}, ErrPlannedCurrency.At("currency")
}

// storesOfCurrency bounds how many stores are looked through for one that counts in a currency.
const storesOfCurrency = 2000

func (a *api) dropPlanned(ctx context.Context, input *PlannedPath) (*struct{}, error) {
	caller := auth.CallerFrom(ctx)
	wanted, err := PlannedID.Parse(input.ID)
	if err != nil {
		return nil, err
	}
	return nil, a.db.Write(ctx, func(tx *database.Tx) error {
		planned, err := PlannedByID(ctx, tx, caller.Org, wanted)
		if err != nil {
			return err
		}
		if err := mayPlan(caller, planned.Store); err != nil {
			return err
		}
		return a.catalog.DropPlanned(ctx, tx, caller.Org, caller.Staff, planned)
	})
}
