package catalog

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"dangol/internal/core/place"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/id"
)

// soldOutPermission is for saying that something is sold out, and that it is not any more.
const soldOutPermission auth.Permission = "catalog.sold_out"

// SoldOutView says until when something is not sold. With neither day nor end, until somebody says so.
type SoldOutView struct {
	Day  string     `json:"day,omitempty" format:"date" doc:"The business day with which it ends."`
	Ends *time.Time `json:"ends_at,omitempty"`
}

func (s SoldOut) view() *SoldOutView {
	view := &SoldOutView{Day: s.Day}
	if !s.Ends.IsZero() {
		view.Ends = &s.Ends
	}
	return view
}

// AvailabilityView is what changes of a menu while people sell.
type AvailabilityView struct {
	Revision int64               `json:"revision" doc:"Of the catalogue: another one than the menu's means to read the menu again."`
	Prices   string              `json:"prices" doc:"Changes whenever a planned price begins or ends: another one than the menu's means the same."`
	SoldOut  []SoldOutItemView   `json:"sold_out" doc:"What is not sold for now (품절)."`
	OnHand   []OnHandVariantView `json:"on_hand" doc:"Units that can be sold, of all that is counted or made of what is."`
}

// SoldOutItemView is a variant or an option that is not sold for now.
type SoldOutItemView struct {
	VariantID string `json:"variant_id,omitempty"`
	OptionID  string `json:"option_id,omitempty"`
	SoldOutView
}

// OnHandVariantView is how many units of a variant can be sold.
type OnHandVariantView struct {
	VariantID string `json:"variant_id"`
	OnHand    int64  `json:"on_hand"`
}

func (a *api) serveAvailability(server *httpapi.API) {
	httpapi.Register(server, httpapi.Operation{
		ID: "get-availability", Method: http.MethodGet, Path: "/v1/stores/{store_id}/availability", Tag: "Menu", ETag: true,
		Summary: "What changes of the menu while people sell: units on hand and what is sold out", Permission: readPermission,
	}, a.availability)
	httpapi.Register(server, httpapi.Operation{
		ID: "change-sold-out", Method: http.MethodPut, Path: "/v1/stores/{store_id}/sold-out", Tag: "Menu",
		Summary: "Mark variants and options as sold out in a store, or sell them again", Permission: soldOutPermission,
		Errors: []*fault.Code{ErrSoldOutItems, ErrSoldOutEnd, ErrTooMany},
	}, a.changeSoldOut)
}

type storePath struct {
	StoreID string `path:"store_id" doc:"sto_…"`
}

// offered is what changes of what a store offers.
type offered struct {
	store    place.Store
	revision int64
	// units are how many can be sold of all that is counted, or made of what is; counted has their variants, sorted.
	units   map[int64]int64
	counted []int64
	soldOut map[Item]SoldOut
	marks   []SoldOut         // the same, by item
	held    map[int64]Planned // prices that hold for a while, by variant
}

// offered reads what changes of the menu of a store in which the caller has the permission.
func (a *api) offered(ctx context.Context, tx *database.Tx, permission auth.Permission, text string) (offered, error) {
	caller := auth.CallerFrom(ctx)
	now := offered{soldOut: map[Item]SoldOut{}}
	wanted, err := place.StoreID.Parse(text)
	if err != nil {
		return now, err
	}
	if now.store, err = (place.Directory{}).Store(ctx, tx, caller.Org, wanted); err != nil {
		return now, err
	}
	if err := caller.Require(permission, wanted); err != nil {
		return now, err
	}
	if now.revision, err = Revision(ctx, tx, caller.Org); err != nil {
		return now, err
	}
	if now.marks, err = ReadSoldOut(ctx, tx, caller.Org, now.store); err != nil {
		return now, err
	}
	if now.held, err = readHeld(ctx, tx, caller.Org, now.store); err != nil {
		return now, err
	}
	if err := a.count(ctx, tx, caller.Org, &now); err != nil {
		return now, err
	}
	for _, mark := range now.marks {
		now.soldOut[mark.Item] = mark
	}
	return now, nil
}

// count works out what is left of what is offered: of a variant with a recipe as many as its parts suffice for, and an
// option whose parts are used up is sold out until there are some again.
func (a *api) count(ctx context.Context, tx *database.Tx, org int64, now *offered) error {
	tracked, err := Tracked(ctx, tx, org, now.store.ID)
	if err != nil {
		return err
	}
	left, err := a.onHand.OnHand(ctx, tx, org, now.store.ID, tracked)
	if err != nil {
		return fmt.Errorf("read the units on hand: %w", err)
	}
	recipes, err := readStoreRecipes(ctx, tx, org, now.store.ID)
	if err != nil {
		return fmt.Errorf("read the recipes of a store: %w", err)
	}
	now.units = make(map[int64]int64, len(tracked))
	for _, variant := range tracked {
		now.units[variant] = left[variant]
	}
	marked := map[Item]bool{}
	for _, mark := range now.marks {
		marked[mark.Item] = true
	}
	for item, recipe := range recipes {
		units := enough(recipe, left)
		switch own, counted := now.units[item.ID]; {
		case !item.Option && counted:
			now.units[item.ID] = min(own, units)
		case !item.Option:
			now.units[item.ID] = units
		case units == 0 && !marked[item]:
			now.marks = append(now.marks, SoldOut{Item: item})
		}
	}
	slices.SortFunc(now.marks, func(a, b SoldOut) int { return cmp.Compare(a.Item.ID, b.Item.ID) })
	now.counted = slices.Sorted(maps.Keys(now.units))
	return nil
}

// version is what the ETag of a menu is made from.
func (o offered) version() string {
	var version strings.Builder
	fmt.Fprintln(&version, o.store.ID, o.store.Currency, o.revision, o.prices())
	for _, variant := range o.counted {
		fmt.Fprintln(&version, variant, o.units[variant])
	}
	for _, mark := range o.marks {
		fmt.Fprintln(&version, mark.Item, mark.Day, mark.Ends.UnixMicro())
	}
	return version.String()
}

// prices changes whenever a planned price begins or ends.
func (o offered) prices() string {
	sum := fnv.New64a()
	for _, variant := range slices.Sorted(maps.Keys(o.held)) {
		_, _ = fmt.Fprintln(sum, o.held[variant].ID) // a hash takes everything
	}
	return strconv.FormatUint(sum.Sum64(), 36)
}

func (o offered) view() AvailabilityView {
	view := AvailabilityView{
		Revision: o.revision, Prices: o.prices(), SoldOut: make([]SoldOutItemView, len(o.marks)),
		OnHand: make([]OnHandVariantView, len(o.counted)),
	}
	for i, mark := range o.marks {
		view.SoldOut[i].SoldOutView = *mark.view()
		if mark.Item.Option {
			view.SoldOut[i].OptionID = OptionID.Format(mark.Item.ID)
		} else {
			view.SoldOut[i].VariantID = VariantID.Format(mark.Item.ID)
		}
	}
	for i, variant := range o.counted {
		view.OnHand[i] = OnHandVariantView{VariantID: VariantID.Format(variant), OnHand: o.units[variant]}
	}
	return view
}

type availabilityOutput struct{ Body AvailabilityView }

func (a *api) availability(ctx context.Context, input *storePath) (*availabilityOutput, error) {
	output := &availabilityOutput{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		now, err := a.offered(ctx, tx, readPermission, input.StoreID)
		if err != nil {
			return err
		}
		output.Body = now.view()
		return httpapi.Unchanged(ctx, now.version())
	})
}

// Until says when what is sold out is sold again.
type Until string

const (
	UntilCleared Until = "cleared" // when somebody says so
	UntilDayEnds Until = "day"     // when the next business day begins
	UntilTime    Until = "time"    // at a time
)

type soldOutInput struct {
	StoreID string `path:"store_id" doc:"sto_…"`
	Body    struct {
		VariantIDs []string  `json:"variant_ids,omitempty" maxItems:"300"`
		OptionIDs  []string  `json:"option_ids,omitempty" maxItems:"300"`
		SoldOut    bool      `json:"sold_out" doc:"False sells them again."`
		Until      Until     `json:"until,omitempty" enum:"cleared,day,time" doc:"Until somebody says so when left out; with the business day; or at ends_at."`
		Ends       time.Time `json:"ends_at,omitzero" doc:"Only with until time."`
	}
}

func (i *soldOutInput) items() ([]Item, error) {
	var items []Item
	add := func(kind id.Kind, texts []string, option bool) error {
		for _, text := range texts {
			parsed, err := kind.Parse(text)
			if err != nil {
				return err
			}
			items = append(items, Item{ID: parsed, Option: option})
		}
		return nil
	}
	if err := add(VariantID, i.Body.VariantIDs, false); err != nil {
		return nil, err
	}
	return items, add(OptionID, i.Body.OptionIDs, true)
}

func (a *api) changeSoldOut(ctx context.Context, input *soldOutInput) (*availabilityOutput, error) {
	caller := auth.CallerFrom(ctx)
	items, err := input.items()
	if err != nil {
		return nil, err
	}
	if input.Body.SoldOut && (input.Body.Until == UntilTime) == input.Body.Ends.IsZero() {
		return nil, ErrSoldOutEnd.At("ends_at")
	}
	output := &availabilityOutput{}
	return output, a.db.Write(ctx, func(tx *database.Tx) error {
		now, err := a.offered(ctx, tx, soldOutPermission, input.StoreID)
		if err != nil {
			return err
		}
		if input.Body.SoldOut {
			day := ""
			if input.Body.Until == UntilDayEnds {
				day = now.store.BusinessDate(tx.Now())
			}
			err = MarkSoldOut(ctx, tx, caller.Org, caller.Staff, now.store, items, day, input.Body.Ends)
		} else {
			err = ClearSoldOut(ctx, tx, caller.Org, caller.Staff, now.store, items)
		}
		if err != nil {
			return err
		}
		now, err = a.offered(ctx, tx, soldOutPermission, input.StoreID)
		output.Body = now.view()
		return err
	})
}
