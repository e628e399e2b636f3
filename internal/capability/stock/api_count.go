package stock

import (
	"context"
	"net/http"
	"slices"
	"time"

	"dangol/internal/core/ledger"
	"dangol/internal/core/place"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/id"
)

// StocktakeView is a stocktake. It says nothing of what the books have: who counts is not to know.
type StocktakeView struct {
	ID         string          `json:"id"`
	StoreID    string          `json:"store_id"`
	LocationID string          `json:"location_id" doc:"Empty for the sales floor."`
	Location   string          `json:"location" doc:"Its name; empty for the sales floor."`
	Status     StocktakeStatus `json:"status" enum:"open,posted,cancelled"`
	Reason     string          `json:"reason"`
	StartedAt  time.Time       `json:"started_at"`
	StartedBy  string          `json:"started_by" doc:"Name"`
	EndedAt    time.Time       `json:"ended_at,omitzero" doc:"Left out while it is open."`
	EndedBy    string          `json:"ended_by" doc:"Name"`
	Counted    int64           `json:"counted" doc:"Variants that were counted."`
	Countable  int64           `json:"countable" doc:"Variants that the store sells and counts."`
}

// CountLineView is one variant of a stocktake that is going on.
type CountLineView struct {
	VariantID   string    `json:"variant_id"`
	ProductName string    `json:"product_name"`
	VariantName string    `json:"variant_name"`
	SKU         string    `json:"sku"`
	Counted     bool      `json:"counted"`
	Quantity    int64     `json:"quantity" doc:"What was counted; 0 before."`
	At          time.Time `json:"at,omitzero"`
}

// ReviewLineView is one variant of a stocktake, with what the books had when it was counted.
type ReviewLineView struct {
	CountLineView
	Book       int64  `json:"book" doc:"What the books had at the moment of counting."`
	Difference int64  `json:"difference" doc:"Found, less missing."`
	StaffName  string `json:"staff_name" doc:"Who counted."`
}

// ReviewView is what a stocktake would change, or has changed.
type ReviewView struct {
	Stocktake StocktakeView    `json:"stocktake"`
	Found     int64            `json:"found" doc:"Units that the books did not have."`
	Missing   int64            `json:"missing" doc:"Units that only the books had."`
	Lines     []ReviewLineView `json:"lines" doc:"All that was counted, the differences first."`
}

func (a *api) serveCounts(server *httpapi.API) {
	httpapi.Register(server, httpapi.Operation{
		ID: "start-stock-count", Method: http.MethodPost, Path: "/v1/stock-counts", Tag: "Stock", Permission: countPermission,
		Summary: "Begin to count a location", Status: http.StatusCreated,
		Errors: []*fault.Code{ErrStocktakeOpen, ErrReason, ErrLocationUnknown, id.Unknown},
	}, a.startCount)
	httpapi.Register(server, httpapi.Operation{
		ID: "list-stock-counts", Method: http.MethodGet, Path: "/v1/stock-counts", Tag: "Stock", Permission: countPermission,
		Summary: "The counts of a store, newest first", Errors: []*fault.Code{id.Unknown},
	}, a.listCounts)
	httpapi.Register(server, httpapi.Operation{
		ID: "get-stock-count", Method: http.MethodGet, Path: "/v1/stock-counts/{id}", Tag: "Stock", Permission: countPermission,
		Summary: "How far a count is",
	}, a.getCount)
	httpapi.Register(server, httpapi.Operation{
		ID: "list-stock-count-lines", Method: http.MethodGet, Path: "/v1/stock-counts/{id}/lines", Tag: "Stock",
		Permission: countPermission, Summary: "What is to be counted, and what was",
	}, a.countLines)
	httpapi.Register(server, httpapi.Operation{
		ID: "enter-stock-count", Method: http.MethodPost, Path: "/v1/stock-counts/{id}/entries", Tag: "Stock", Key: true,
		Permission: countPermission, Summary: "Note what was counted of a variant",
		Errors: []*fault.Code{ErrStocktakeEnded, ErrStocktakeFull, ErrCounted, ErrUntracked, ledger.ErrKeyConflict},
	}, a.enter)
	httpapi.Register(server, httpapi.Operation{
		ID: "review-stock-count", Method: http.MethodGet, Path: "/v1/stock-counts/{id}/review", Tag: "Stock",
		Permission: writePermission, Summary: "What a count differs from the books",
	}, a.review)
	httpapi.Register(server, httpapi.Operation{
		ID: "post-stock-count", Method: http.MethodPost, Path: "/v1/stock-counts/{id}/post", Tag: "Stock", Key: true,
		Permission: writePermission, Summary: "Bring a count's differences into the books",
		Errors: with(ErrStocktakeEnded, ErrStocktakeEmpty, ErrRecount), Timeout: time.Minute,
	}, a.postCount)
	httpapi.Register(server, httpapi.Operation{
		ID: "cancel-stock-count", Method: http.MethodDelete, Path: "/v1/stock-counts/{id}", Tag: "Stock",
		Permission: writePermission, Summary: "End a count without any effect", Errors: []*fault.Code{ErrStocktakeEnded},
	}, a.cancelCount)
}

type stocktakeOutput struct{ Body StocktakeView }

func (a *api) startCount(ctx context.Context, input *struct {
	Body struct {
		StoreID    string `json:"store_id"`
		LocationID string `json:"location_id,omitempty" doc:"loc_…; left out for the sales floor."`
		Reason     string `json:"reason,omitempty" maxLength:"200" doc:"A note, such as what is counted."`
	}
},
) (*stocktakeOutput, error) {
	caller := auth.CallerFrom(ctx)
	location, err := parseLocation(input.Body.LocationID)
	if err != nil {
		return nil, err
	}
	output := &stocktakeOutput{}
	return output, a.db.Write(ctx, func(tx *database.Tx) error {
		store, err := a.in(ctx, tx, countPermission, input.Body.StoreID)
		if err != nil {
			return err
		}
		made, err := a.stock.StartStocktake(ctx, tx, caller.Org, caller.Staff, store, location, input.Body.Reason)
		if err != nil {
			return err
		}
		found, err := ReadStocktake(ctx, tx, caller.Org, made)
		if err != nil {
			return err
		}
		output.Body, err = a.viewStocktake(ctx, tx, found)
		return err
	})
}

// CountPath names a stocktake.
type CountPath struct {
	ID string `path:"id" doc:"cnt_…"`
}

// counting reads the stocktake of a request, in whose store the caller must have the permission.
func (a *api) counting(ctx context.Context, tx *database.Tx, permission auth.Permission, text string) (Stocktake, error) {
	caller := auth.CallerFrom(ctx)
	wanted, err := CountID.Parse(text)
	if err != nil {
		return Stocktake{}, err
	}
	found, err := ReadStocktake(ctx, tx, caller.Org, wanted)
	if err != nil {
		return Stocktake{}, err
	}
	return found, caller.Require(permission, found.Store)
}

func (a *api) getCount(ctx context.Context, input *CountPath) (*stocktakeOutput, error) {
	output := &stocktakeOutput{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		found, err := a.counting(ctx, tx, countPermission, input.ID)
		if err != nil {
			return err
		}
		output.Body, err = a.viewStocktake(ctx, tx, found)
		return err
	})
}

func (a *api) viewStocktake(ctx context.Context, tx *database.Tx, one Stocktake) (StocktakeView, error) {
	views, err := a.viewStocktakes(ctx, tx, one.Store, []Stocktake{one})
	if err != nil {
		return StocktakeView{}, err
	}
	return views[0], nil
}

// viewStocktakes shows stocktakes of one store.
func (a *api) viewStocktakes(ctx context.Context, tx *database.Tx, store int64, list []Stocktake) ([]StocktakeView, error) {
	org := auth.CallerFrom(ctx).Org
	people := map[int64]bool{}
	for _, one := range list {
		people[one.StartedBy], people[one.EndedBy] = true, true
	}
	names, err := a.staff(ctx, tx, people)
	if err != nil {
		return nil, err
	}
	rooms, err := places(ctx, tx, org, store)
	if err != nil {
		return nil, err
	}
	countable, err := a.stock.variants.Tracked(ctx, tx, org, store)
	views := make([]StocktakeView, len(list))
	for i, one := range list {
		views[i] = StocktakeView{
			ID: CountID.Format(one.ID), StoreID: place.StoreID.Format(one.Store), LocationID: LocationID.Format(one.Location),
			Location: rooms[one.Location], Status: one.Status, Reason: one.Reason, StartedAt: one.StartedAt,
			StartedBy: names[one.StartedBy], EndedAt: one.EndedAt, EndedBy: names[one.EndedBy], Counted: one.Counted,
			Countable: int64(len(countable)),
		}
	}
	return views, err
}

func (a *api) listCounts(ctx context.Context, input *struct {
	httpapi.Page
	StoreID string `query:"store_id" required:"true" doc:"sto_…"`
},
) (*struct{ Body httpapi.List[StocktakeView] }, error) {
	moment, beforeID, err := before(input.Page)
	if err != nil {
		return nil, err
	}
	org := auth.CallerFrom(ctx).Org
	output := &struct{ Body httpapi.List[StocktakeView] }{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		store, err := a.in(ctx, tx, countPermission, input.StoreID)
		if err != nil {
			return err
		}
		found, err := Stocktakes(ctx, tx, org, store, moment, beforeID, input.Limit+1)
		if err != nil {
			return err
		}
		views, err := a.viewStocktakes(ctx, tx, store, found)
		if err != nil {
			return err
		}
		output.Body, err = httpapi.NewList(input.Page, views, func(view StocktakeView) StocktakeView { return view },
			func(view StocktakeView) any {
				parsed, _ := CountID.Parse(view.ID)
				return momentKey{clock.Micros(view.StartedAt), parsed}
			})
		return err
	})
}

func (a *api) countLines(ctx context.Context, input *struct {
	httpapi.Page
	CountPath
	Query   string `query:"query" maxLength:"100" doc:"Found in names, leading consonants, SKUs and barcodes."`
	Barcode string `query:"barcode" maxLength:"64" doc:"Exactly the variant with this barcode."`
	Show    string `query:"show" enum:"all,left,counted" default:"all"`
},
) (*struct{ Body httpapi.List[CountLineView] }, error) {
	var after listKey
	if _, err := input.After(&after); err != nil {
		return nil, err
	}
	org := auth.CallerFrom(ctx).Org
	output := &struct{ Body httpapi.List[CountLineView] }{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		of, err := a.counting(ctx, tx, countPermission, input.ID)
		if err != nil {
			return err
		}
		all, err := AllCounted(ctx, tx, org, of.ID)
		if err != nil {
			return err
		}
		counted := make(map[int64]Counted, len(all))
		for _, one := range all {
			counted[one.Variant] = one
		}
		rows, err := a.countable(ctx, tx, org, of.Store, input.Barcode, input.Query, after, input.Limit+1, func(row listed) bool {
			_, done := counted[row.variant]
			return row.Tracked && (input.Show == "all" || done == (input.Show == "counted"))
		})
		if err != nil {
			return err
		}
		output.Body, err = httpapi.NewList(input.Page, rows, func(row listed) CountLineView {
			one, done := counted[row.variant]
			return viewCounted(row, one, done)
		}, func(row listed) any { return listKey{row.Product, row.variant} })
		return err
	})
}

// countable finds the variants of one page of a count: the one with the barcode, or those that the store sells.
func (a *api) countable(
	ctx context.Context, tx *database.Tx, org, store int64, barcode, query string, after listKey, enough int,
	wanted func(listed) bool,
) ([]listed, error) {
	if barcode == "" {
		return a.sift(ctx, tx, org, store, query, after, enough, wanted)
	}
	return a.wanted(ctx, tx, org, store, &listInput{ListQuery: ListQuery{Barcode: barcode}}, after)
}

func viewCounted(row listed, one Counted, done bool) CountLineView {
	return CountLineView{
		VariantID: variantID.Format(row.variant), ProductName: row.Product, VariantName: row.Name, SKU: row.SKU, Counted: done,
		Quantity: one.Quantity, At: one.At,
	}
}

func (a *api) enter(ctx context.Context, input *struct {
	CountPath
	Body struct {
		VariantID string `json:"variant_id"`
		Quantity  int64  `json:"quantity" doc:"What was counted, from 0."`
		Add       bool   `json:"add,omitempty" doc:"It lay elsewhere than what was counted before, and comes on top."`
	}
},
) (*struct{ Body CountLineView }, error) {
	caller := auth.CallerFrom(ctx)
	variant, err := variantID.Parse(input.Body.VariantID)
	if err != nil {
		return nil, err
	}
	output := &struct{ Body CountLineView }{}
	return output, a.db.Write(ctx, func(tx *database.Tx) error {
		of, err := a.counting(ctx, tx, countPermission, input.ID)
		if err != nil {
			return err
		}
		counted, err := a.stock.Enter(ctx, tx, caller.Org, caller.Staff, httpapi.Key(ctx), Entry{
			Stocktake: of.ID, Variant: variant, Quantity: input.Body.Quantity, Add: input.Body.Add,
		})
		if err != nil {
			return err
		}
		named, err := a.stock.named(ctx, tx, caller.Org, []int64{variant})
		output.Body = viewCounted(listed{named[variant], variant}, counted, true)
		return err
	})
}

func (a *api) review(ctx context.Context, input *CountPath) (*struct{ Body ReviewView }, error) {
	org := auth.CallerFrom(ctx).Org
	output := &struct{ Body ReviewView }{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		of, err := a.counting(ctx, tx, writePermission, input.ID)
		if err != nil {
			return err
		}
		if output.Body.Stocktake, err = a.viewStocktake(ctx, tx, of); err != nil {
			return err
		}
		all, err := AllCounted(ctx, tx, org, of.ID)
		if err != nil {
			return err
		}
		people := map[int64]bool{}
		variants := make([]int64, len(all))
		for i, one := range all {
			people[one.Actor], variants[i] = true, one.Variant
			output.Body.Found += max(one.Difference(), 0)
			output.Body.Missing += max(-one.Difference(), 0)
		}
		names, err := a.staff(ctx, tx, people)
		if err != nil {
			return err
		}
		named, err := a.stock.named(ctx, tx, org, variants)
		slices.SortFunc(all, func(x, y Counted) int {
			if differs := (x.Difference() != 0); differs != (y.Difference() != 0) {
				if differs {
					return -1
				}
				return 1
			}
			return byName(named[x.Variant], named[y.Variant])
		})
		output.Body.Lines = make([]ReviewLineView, len(all))
		for i, one := range all {
			output.Body.Lines[i] = ReviewLineView{
				CountLineView: viewCounted(listed{named[one.Variant], one.Variant}, one, true), Book: one.Book,
				Difference: one.Difference(), StaffName: names[one.Actor],
			}
		}
		return err
	})
}

func (a *api) postCount(ctx context.Context, input *CountPath) (*stocktakeOutput, error) {
	caller := auth.CallerFrom(ctx)
	var of Stocktake
	err := a.db.Read(ctx, func(tx *database.Tx) (err error) {
		of, err = a.counting(ctx, tx, writePermission, input.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := a.stock.PostStocktake(ctx, caller.Org, caller.Staff, httpapi.Key(ctx), of.ID); err != nil {
		return nil, err
	}
	return a.getCount(ctx, input)
}

func (a *api) cancelCount(ctx context.Context, input *CountPath) (*struct{}, error) {
	caller := auth.CallerFrom(ctx)
	return nil, a.db.Write(ctx, func(tx *database.Tx) error {
		of, err := a.counting(ctx, tx, writePermission, input.ID)
		if err != nil {
			return err
		}
		return a.stock.CancelStocktake(ctx, tx, caller.Org, caller.Staff, of.ID)
	})
}
