package stock

import (
	"context"
	"net/http"
	"time"

	"dangol/internal/core/ledger"
	"dangol/internal/core/place"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/id"
	"dangol/internal/ground/sheet"
)

// The permissions about stock.
const (
	readPermission  auth.Permission = "stock.read"
	writePermission auth.Permission = "stock.write"
)

// ItemView is what lies in a store of one variant.
type ItemView struct {
	VariantID   string `json:"variant_id"`
	ProductName string `json:"product_name"`
	VariantName string `json:"variant_name" doc:"Empty when the product has only one variant."`
	SKU         string `json:"sku"`
	Tracked     bool   `json:"tracked" doc:"Units are counted and can't be sold below zero."`
	OnHand      int64  `json:"on_hand"`
}

// MovementView is one movement of units.
type MovementView struct {
	ID        string    `json:"id"`
	StoreID   string    `json:"store_id"`
	VariantID string    `json:"variant_id"`
	At        time.Time `json:"at"`
	Kind      Kind      `json:"kind" enum:"receive,adjust,sale,return,import,import_undo"`
	Quantity  int64     `json:"quantity" doc:"What the shelf gained, below zero for what it lost."`
	Reason    string    `json:"reason"`
	StaffID   string    `json:"staff_id" doc:"Who did it; empty for the program."`
}

type api struct {
	db    *database.DB
	stock *Stock
}

// Serve adds the operations about stock.
func Serve(server *httpapi.API, db *database.DB, stock *Stock) {
	a := &api{db: db, stock: stock}
	httpapi.Register(server, httpapi.Operation{
		ID: "list-stock", Method: http.MethodGet, Path: "/v1/stock", Tag: "Stock",
		Summary: "What a store sells and how much of it is there", Permission: readPermission, Errors: []*fault.Code{id.Unknown},
	}, a.list)
	httpapi.Register(server, httpapi.Operation{
		ID: "export-stock", Method: http.MethodGet, Path: "/v1/stock/export", Tag: "Stock", Permission: readPermission,
		Summary: "The stock of a list as a file", Timeout: exportTimeout, Errors: []*fault.Code{sheet.ErrTooLong, id.Unknown},
	}, a.export)
	httpapi.Register(server, httpapi.Operation{
		ID: "create-stock-movement", Method: http.MethodPost, Path: "/v1/stock-movements", Tag: "Stock", Key: true,
		Summary: "Receive or adjust units of a variant in a store", Permission: writePermission, Status: http.StatusCreated,
		Errors: []*fault.Code{
			ErrKind, ErrQuantity, ErrReason, ErrUntracked, ErrShort, id.Unknown, ledger.ErrKeyConflict, ledger.ErrOverflow,
			ledger.ErrBusy,
		},
	}, a.move)
	httpapi.Register(server, httpapi.Operation{
		ID: "list-stock-movements", Method: http.MethodGet, Path: "/v1/stock/{variant_id}/movements", Tag: "Stock",
		Summary: "What moved a variant's units in a store, newest first", Permission: readPermission,
	}, a.history)
}

// in is the store of a request, in which the caller must have the permission. Another organisation's store is unknown.
func (a *api) in(ctx context.Context, tx *database.Tx, permission auth.Permission, text string) (int64, error) {
	caller := auth.CallerFrom(ctx)
	store, err := place.StoreID.Parse(text)
	if err != nil {
		return 0, err
	}
	if _, err := (place.Directory{}).Store(ctx, tx, caller.Org, store); err != nil {
		return 0, err
	}
	return store, caller.Require(permission, store)
}

// ListQuery asks for the stock of a store.
type ListQuery struct {
	StoreID string `query:"store_id" required:"true" doc:"sto_…"`
	Query   string `query:"query" maxLength:"100" doc:"Found in names, leading consonants, SKUs and barcodes."`
}

type listInput struct {
	httpapi.Page
	ListQuery
}

type listOutput struct{ Body httpapi.List[ItemView] }

type listKey struct {
	Name string
	ID   int64
}

func (a *api) list(ctx context.Context, input *listInput) (*listOutput, error) {
	var after listKey
	if _, err := input.After(&after); err != nil {
		return nil, err
	}
	org := auth.CallerFrom(ctx).Org
	output := &listOutput{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		store, err := a.in(ctx, tx, readPermission, input.StoreID)
		if err != nil {
			return err
		}
		var items []ItemView
		var ids []int64
		err = a.stock.variants.EachSold(ctx, tx, org, store, input.Query, after.Name, after.ID, input.Limit+1,
			func(variant int64, product, name, sku string, tracked bool) {
				ids = append(ids, variant)
				items = append(items, ItemView{
					VariantID: variantID.Format(variant), ProductName: product, VariantName: name, SKU: sku, Tracked: tracked,
				})
			})
		if err != nil {
			return err
		}
		left, err := ReadOnHand(ctx, tx, org, store, ids)
		if err != nil {
			return err
		}
		keys := map[string]listKey{}
		for i := range items {
			items[i].OnHand = left[ids[i]]
			keys[items[i].VariantID] = listKey{items[i].ProductName, ids[i]}
		}
		output.Body, err = httpapi.NewList(input.Page, items, func(item ItemView) ItemView { return item },
			func(item ItemView) any { return keys[item.VariantID] })
		return err
	})
}

type moveInput struct {
	Body struct {
		StoreID   string `json:"store_id"`
		VariantID string `json:"variant_id"`
		Kind      Kind   `json:"kind" enum:"receive,adjust"`
		Quantity  int64  `json:"quantity" doc:"What the shelf gains; an adjustment may be below zero."`
		Reason    string `json:"reason,omitempty" maxLength:"200" doc:"Why; required for an adjustment."`
	}
}

type moveOutput struct {
	Body struct {
		OnHand   int64        `json:"on_hand" doc:"Units after it."`
		Movement MovementView `json:"movement"`
	}
}

func (a *api) move(ctx context.Context, input *moveInput) (*moveOutput, error) {
	caller := auth.CallerFrom(ctx)
	var store int64
	err := a.db.Read(ctx, func(tx *database.Tx) (err error) {
		store, err = a.in(ctx, tx, writePermission, input.Body.StoreID)
		return err
	})
	if err != nil {
		return nil, err
	}
	variant, err := variantID.Parse(input.Body.VariantID)
	if err != nil {
		return nil, err
	}
	movement, err := a.stock.Move(ctx, caller.Org, caller.Staff, httpapi.Key(ctx), Request{
		Store: store, Variant: variant, Kind: input.Body.Kind, Quantity: input.Body.Quantity, Reason: input.Body.Reason,
	})
	if err != nil {
		return nil, err
	}
	output := &moveOutput{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		record, err := ByID(ctx, tx, caller.Org, movement)
		if err != nil {
			return err
		}
		left, err := ReadOnHand(ctx, tx, caller.Org, store, []int64{variant})
		output.Body.OnHand, output.Body.Movement = left[variant], view(record)
		return err
	})
}

type historyInput struct {
	httpapi.Page
	VariantID string `path:"variant_id"`
	StoreID   string `query:"store_id" required:"true" doc:"sto_…"`
}

type historyOutput struct{ Body httpapi.List[MovementView] }

type historyKey struct{ At, ID int64 }

func (a *api) history(ctx context.Context, input *historyInput) (*historyOutput, error) {
	var after historyKey
	follows, err := input.After(&after)
	if err != nil {
		return nil, err
	}
	variant, err := variantID.Parse(input.VariantID)
	if err != nil {
		return nil, err
	}
	var before time.Time
	if follows {
		before = clock.FromMicros(after.At)
	}
	org := auth.CallerFrom(ctx).Org
	output := &historyOutput{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		store, err := a.in(ctx, tx, readPermission, input.StoreID)
		if err != nil {
			return err
		}
		if _, err := a.stock.variants.IsTracked(ctx, tx, org, variant); err != nil {
			return err
		}
		records, err := History(ctx, tx, org, store, variant, before, after.ID, input.Limit+1)
		if err != nil {
			return err
		}
		output.Body, err = httpapi.NewList(input.Page, records, view,
			func(record Record) any { return historyKey{clock.Micros(record.At), record.ID} })
		return err
	})
}

func view(record Record) MovementView {
	return MovementView{
		ID: MovementID.Format(record.ID), StoreID: place.StoreID.Format(record.Store),
		VariantID: variantID.Format(record.Variant), At: record.At, Kind: record.Kind, Quantity: record.Quantity,
		Reason: record.Reason, StaffID: id.Kind("stf").Format(record.Actor),
	}
}
