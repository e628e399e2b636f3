package catalog

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"dangol/internal/core/place"
	"dangol/internal/core/pricing"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/id"
)

func (a *api) serveBulk(server *httpapi.API) {
	wrong := []*fault.Code{
		ErrBulkNothing, ErrBulkProducts, ErrBulkPrice, ErrTooMany, ErrChoice, ErrRange, ErrStoresMissing, ErrCurrencies,
		ErrUnknownReference, ErrStale, id.Unknown,
	}
	httpapi.Register(server, httpapi.Operation{
		ID: "preview-bulk-edit", Method: http.MethodPost, Path: "/v1/catalog/bulk-edits/preview", Tag: "Catalogue",
		Summary: "What a change would do to many products; nothing is changed", Permission: writePermission, Errors: wrong,
	}, a.previewBulk)
	httpapi.Register(server, httpapi.Operation{
		ID: "create-bulk-edit", Method: http.MethodPost, Path: "/v1/catalog/bulk-edits", Tag: "Catalogue",
		Status: http.StatusCreated, Summary: "Change many products at once, all or none", Permission: writePermission,
		Errors: append(wrong, ErrBulkSame, ErrTaken),
	}, a.createBulk)
	httpapi.Register(server, httpapi.Operation{
		ID: "list-bulk-edits", Method: http.MethodGet, Path: "/v1/catalog/bulk-edits", Tag: "Catalogue",
		Summary: "Bulk edits, newest first", Permission: readPermission,
	}, a.bulkEdits)
	httpapi.Register(server, httpapi.Operation{
		ID: "undo-bulk-edit", Method: http.MethodPost, Path: "/v1/catalog/bulk-edits/{id}/undo", Tag: "Catalogue",
		Summary: "Make the products what they were before a bulk edit; what someone changed since stays", Permission: writePermission,
		Errors: []*fault.Code{ErrBulkUndone, ErrTaken, ErrStale, id.Unknown},
	}, a.undoBulk)
}

// BulkPriceInput changes prices in stores that sell the products already.
type BulkPriceInput struct {
	StoreIDs []string  `json:"store_ids" minItems:"1" maxItems:"200" doc:"sto_…, of one currency."`
	Mode     PriceMode `json:"mode" enum:"set,add,percent"`
	Value    int64     `json:"value" doc:"An amount in the smallest unit of the stores' currency; with percent, hundredths of a percent: 250 is 2.5%."`
	Step     int64     `json:"step,omitempty" minimum:"1" maximum:"10000" doc:"What a computed price is rounded to, the half up; 1 when left out."`
}

// BulkChangeInput is what happens to each product; what is left out stays.
type BulkChangeInput struct {
	CategoryID *string           `json:"category_id,omitempty" doc:"cat_…; empty for none."`
	Status     Status            `json:"status,omitempty" enum:"active,archived"`
	TaxClass   *pricing.TaxClass `json:"tax_class,omitempty" enum:"standard,exempt,zero"`
	Price      *BulkPriceInput   `json:"price,omitempty"`
}

// BulkProductInput is a product as it was looked at.
type BulkProductInput struct {
	ID      string `json:"id" doc:"prd_…"`
	Version int64  `json:"version" minimum:"1"`
}

// BulkRowView is one value that changes.
type BulkRowView struct {
	Field     string `json:"field" enum:"category_id,status,tax_class,prices"`
	VariantID string `json:"variant_id,omitempty"`
	Variant   string `json:"variant,omitempty" doc:"The variant's name."`
	StoreID   string `json:"store_id,omitempty"`
	Before    string `json:"before"`
	After     string `json:"after"`
}

// BulkProductView is a product that would change.
type BulkProductView struct {
	ID      string        `json:"id"`
	Version int64         `json:"version"`
	Name    string        `json:"name"`
	NameEN  string        `json:"name_en"`
	Rows    []BulkRowView `json:"rows"`
}

// BulkPreviewView is what a change would do.
type BulkPreviewView struct {
	Products  []BulkProductView `json:"products"`
	Unchanged int               `json:"unchanged" doc:"How many of the products are so already."`
}

// BulkEditView is a bulk edit that happened.
type BulkEditView struct {
	ID         string            `json:"id"`
	CategoryID *string           `json:"category_id,omitempty"`
	Status     Status            `json:"status,omitempty" enum:"active,archived"`
	TaxClass   *pricing.TaxClass `json:"tax_class,omitempty" enum:"standard,exempt,zero"`
	Price      *BulkPriceInput   `json:"price,omitempty"`
	Products   int64             `json:"products"`
	Kept       int64             `json:"kept" doc:"Products that someone had changed since when it was undone; they stayed as they were."`
	CreatedAt  time.Time         `json:"created_at"`
	UndoneAt   *time.Time        `json:"undone_at,omitempty"`
}

func viewBulk(edit *BulkEdit) BulkEditView {
	view := BulkEditView{
		ID: BulkID.Format(edit.ID), TaxClass: edit.Change.TaxClass, Products: edit.Products, Kept: edit.Kept,
		CreatedAt: edit.CreatedAt,
	}
	if category := edit.Change.Category; category != nil {
		text := CategoryID.Format(*category)
		view.CategoryID = &text
	}
	if edit.Change.Archived != nil {
		view.Status = statusOf(*edit.Change.Archived)
	}
	if price := edit.Change.Price; price != nil {
		view.Price = &BulkPriceInput{Mode: price.Mode, Value: price.Value, Step: price.Step, StoreIDs: []string{}}
		for _, store := range price.Stores {
			view.Price.StoreIDs = append(view.Price.StoreIDs, place.StoreID.Format(store))
		}
	}
	if !edit.UndoneAt.IsZero() {
		view.UndoneAt = &edit.UndoneAt
	}
	return view
}

// change reads what was asked for, in stores in which the caller may change prices.
func (i *BulkChangeInput) change(ctx context.Context, tx *database.Tx, caller auth.Caller) (Change, error) {
	change := Change{TaxClass: i.TaxClass}
	if i.CategoryID != nil {
		category := int64(0)
		if *i.CategoryID != "" {
			var err error
			if category, err = CategoryID.Parse(*i.CategoryID); err != nil {
				return change, ErrUnknownReference.At("change.category_id")
			}
		}
		change.Category = &category
	}
	if i.Status != "" {
		archived := i.Status == Archived
		change.Archived = &archived
	}
	if i.Price != nil {
		stores, _, err := storesFor(ctx, tx, caller, writePermission, i.Price.StoreIDs)
		if err != nil {
			return change, err
		}
		change.Price = &PriceChange{Stores: stores, Mode: i.Price.Mode, Value: i.Price.Value, Step: cmp.Or(i.Price.Step, 1)}
	}
	return change, nil
}

type previewBulkInput struct {
	Body struct {
		ProductIDs []string        `json:"product_ids" maxItems:"500" doc:"prd_…"`
		Change     BulkChangeInput `json:"change"`
	}
}

type previewBulkOutput struct{ Body BulkPreviewView }

func (a *api) previewBulk(ctx context.Context, input *previewBulkInput) (*previewBulkOutput, error) {
	caller := auth.CallerFrom(ctx)
	var products []Version
	for _, text := range input.Body.ProductIDs {
		parsed, err := ProductID.Parse(text)
		if err != nil {
			return nil, err
		}
		products = append(products, Version{ID: parsed})
	}
	output := &previewBulkOutput{Body: BulkPreviewView{Products: []BulkProductView{}}}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		change, err := input.Body.Change.change(ctx, tx, caller)
		if err != nil {
			return err
		}
		plans, err := change.plan(ctx, tx, caller.Org, products)
		if err != nil {
			return err
		}
		rows := 0
		for _, plan := range plans {
			shown := viewEdited(plan)
			rows += len(shown.Rows)
			output.Body.Products = append(output.Body.Products, shown)
		}
		if rows > maxBulkRows {
			return ErrTooMany.At("product_ids", fault.Values{"max": maxBulkRows})
		}
		output.Body.Unchanged = len(products) - len(plans)
		return nil
	})
}

func viewEdited(plan edited) BulkProductView {
	before, after := plan.before, plan.after
	shown := BulkProductView{
		ID: ProductID.Format(before.ID), Version: before.Version, Name: before.Name, NameEN: before.NameEN, Rows: []BulkRowView{},
	}
	note := func(row BulkRowView) {
		if row.Before != row.After {
			shown.Rows = append(shown.Rows, row)
		}
	}
	note(BulkRowView{Field: "category_id", Before: CategoryID.Format(before.Category), After: CategoryID.Format(after.Category)})
	note(BulkRowView{Field: "status", Before: string(statusOf(before.Archived)), After: string(statusOf(after.Archived))})
	for i := range before.Variants {
		was, is := &before.Variants[i], &after.Variants[i]
		row := BulkRowView{VariantID: VariantID.Format(was.ID), Variant: was.Name()}
		row.Field, row.Before, row.After = "tax_class", string(was.TaxClass), string(is.TaxClass)
		note(row)
		for _, store := range slices.Sorted(maps.Keys(was.Prices)) {
			row.Field, row.StoreID = "prices", place.StoreID.Format(store)
			row.Before, row.After = strconv.FormatInt(was.Prices[store], 10), strconv.FormatInt(is.Prices[store], 10)
			note(row)
		}
	}
	return shown
}

type createBulkInput struct {
	Body struct {
		Products []BulkProductInput `json:"products" maxItems:"500" doc:"As a preview showed them."`
		Change   BulkChangeInput    `json:"change"`
	}
}

type bulkOutput struct{ Body BulkEditView }

func (a *api) createBulk(ctx context.Context, input *createBulkInput) (*bulkOutput, error) {
	caller := auth.CallerFrom(ctx)
	var products []Version
	for _, one := range input.Body.Products {
		parsed, err := ProductID.Parse(one.ID)
		if err != nil {
			return nil, err
		}
		products = append(products, Version{ID: parsed, Version: one.Version})
	}
	output := &bulkOutput{}
	return output, a.db.Write(ctx, func(tx *database.Tx) error {
		change, err := input.Body.Change.change(ctx, tx, caller)
		if err != nil {
			return err
		}
		made, err := a.catalog.Edit(ctx, tx, caller.Org, caller.Staff, products, change)
		if err != nil {
			return err
		}
		output.Body = viewBulk(made)
		return nil
	})
}

type bulkEditsOutput struct{ Body httpapi.List[BulkEditView] }

func (a *api) bulkEdits(ctx context.Context, input *struct{ httpapi.Page }) (*bulkEditsOutput, error) {
	var after timeKey
	follows, err := input.After(&after)
	if err != nil {
		return nil, err
	}
	var before time.Time
	if follows {
		before = clock.FromMicros(after.At)
	}
	output := &bulkEditsOutput{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		list, err := BulkEdits(ctx, tx, auth.CallerFrom(ctx).Org, before, after.ID, input.Limit+1)
		if err != nil {
			return err
		}
		output.Body, err = httpapi.NewList(input.Page, list, viewBulk,
			func(edit *BulkEdit) any { return timeKey{clock.Micros(edit.CreatedAt), edit.ID} })
		return err
	})
}

func (a *api) undoBulk(ctx context.Context, input *struct {
	ID string `path:"id" doc:"blk_…"`
},
) (*bulkOutput, error) {
	caller := auth.CallerFrom(ctx)
	wanted, err := BulkID.Parse(input.ID)
	if err != nil {
		return nil, err
	}
	output := &bulkOutput{}
	return output, a.db.Write(ctx, func(tx *database.Tx) error {
		undone, err := a.catalog.UndoEdit(ctx, tx, caller.Org, caller.Staff, wanted, func(change Change) error {
			if change.Price == nil {
				return nil
			}
			for _, store := range change.Price.Stores {
				if err := caller.Require(writePermission, store); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		output.Body = viewBulk(undone)
		return nil
	})
}
