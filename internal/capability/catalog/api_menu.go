package catalog

import (
	"context"
	"net/http"
	"slices"

	"dangol/internal/core/place"
	"dangol/internal/core/pricing"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/id"
	"dangol/internal/ground/money"
)

// MenuView is what a till sells.
type MenuView struct {
	Revision     int64              `json:"revision" doc:"Of the catalogue: another one means that the menu may have changed."`
	Prices       string             `json:"prices" doc:"Changes whenever a planned price begins or ends."`
	Currency     money.Currency     `json:"currency" doc:"ISO 4217; of all prices here."`
	Categories   []MenuCategoryView `json:"categories"`
	Products     []MenuProductView  `json:"products"`
	OptionGroups []MenuGroupView    `json:"option_groups"`
}

// MenuCategoryView is a category of a menu.
type MenuCategoryView struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	NameEN string `json:"name_en,omitempty"`
	Sort   int64  `json:"sort"`
}

// MenuProductView is a product of a menu.
type MenuProductView struct {
	ID           string            `json:"id"`
	Name         string            `json:"name"`
	NameEN       string            `json:"name_en,omitempty"`
	CategoryID   string            `json:"category_id"`
	Kind         Kind              `json:"kind" enum:"goods,food,service"`
	SoldBy       SoldBy            `json:"sold_by" enum:"unit,open_price,weight" doc:"What its prices are of: a unit; nothing, the amount is entered; a kilogram of what is weighed."`
	LeastPrice   int64             `json:"least_price,omitempty" doc:"Of an open price; left out without a bound."`
	MostPrice    int64             `json:"most_price,omitempty" doc:"Of an open price; left out without a bound."`
	Variants     []MenuVariantView `json:"variants"`
	OptionGroups []string          `json:"option_groups"`
	Picture      string            `json:"picture,omitempty" doc:"The path of its picture; ?width=320 asks for a smaller one."`
}

// MenuVariantView is a variant of a menu.
type MenuVariantView struct {
	ID       string           `json:"id"`
	Name     string           `json:"name" doc:"Empty when the product has only one variant."`
	SKU      string           `json:"sku"`
	Barcodes []string         `json:"barcodes"`
	Price    int64            `json:"price"`
	Tracked  bool             `json:"tracked" doc:"Its units are counted, or those of what its recipe takes."`
	OnHand   int64            `json:"on_hand" doc:"Units that can be sold, of what is weighed grams; 0 for what isn't tracked."`
	SoldOut  *SoldOutView     `json:"sold_out,omitempty" doc:"Not sold for now (품절); left out when it is."`
	TaxClass pricing.TaxClass `json:"tax_class"`
}

// MenuGroupView is an option group of a menu.
type MenuGroupView struct {
	ID      string       `json:"id"`
	Name    string       `json:"name"`
	NameEN  string       `json:"name_en,omitempty"`
	Min     int64        `json:"min"`
	Max     int64        `json:"max"`
	Options []OptionView `json:"options"`
}

func (a *api) serveMenu(server *httpapi.API) {
	httpapi.Register(server, httpapi.Operation{
		ID: "get-menu", Method: http.MethodGet, Path: "/v1/stores/{store_id}/menu", Tag: "Menu", ETag: true,
		Summary: "All that a store sells, with prices and units on hand", Permission: readPermission,
	}, a.menu)
	a.serveAvailability(server)
}

type menuOutput struct{ Body MenuView }

// menu answers a poll that brings nothing new from what changes alone.
func (a *api) menu(ctx context.Context, input *storePath) (*menuOutput, error) {
	output := &menuOutput{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		now, err := a.offered(ctx, tx, readPermission, input.StoreID)
		if err != nil {
			return err
		}
		if err := httpapi.Unchanged(ctx, now.version()); err != nil {
			return err
		}
		menu, err := ReadMenu(ctx, tx, auth.CallerFrom(ctx).Org, now.store.ID)
		if err == nil {
			output.Body = viewMenu(menu, now)
		}
		return err
	})
}

func viewMenu(menu *Menu, now offered) MenuView {
	view := MenuView{
		Revision: now.revision, Prices: now.prices(), Currency: now.store.Currency, Categories: []MenuCategoryView{},
		OptionGroups: []MenuGroupView{},
		Products:     make([]MenuProductView, len(menu.Products)),
	}
	for _, category := range menu.Categories {
		view.Categories = append(view.Categories, MenuCategoryView{
			ID: CategoryID.Format(category.ID), Name: category.Name, NameEN: category.NameEN, Sort: category.Sort,
		})
	}
	for i := range menu.Groups {
		group := &menu.Groups[i]
		shown := MenuGroupView{
			ID: GroupID.Format(group.ID), Name: group.Name, NameEN: group.NameEN, Min: group.Minimum, Max: group.Maximum,
			Options: make([]OptionView, len(group.Options)),
		}
		for j, option := range group.Options {
			shown.Options[j] = viewOption(option)
			_, gone := now.soldOut[Item{ID: option.ID, Option: true}]
			shown.Options[j].SoldOut = option.SoldOut || gone
		}
		view.OptionGroups = append(view.OptionGroups, shown)
	}
	for i := range menu.Products {
		product := &menu.Products[i]
		shown := MenuProductView{
			ID: ProductID.Format(product.ID), Name: product.Name, NameEN: product.NameEN,
			CategoryID: CategoryID.Format(product.Category), Kind: product.Kind, OptionGroups: []string{},
			SoldBy: product.SoldBy, LeastPrice: product.Least, MostPrice: product.Most,
			Picture:  picturePath(product.Picture),
			Variants: make([]MenuVariantView, len(product.Variants)),
		}
		for _, group := range product.Groups {
			shown.OptionGroups = append(shown.OptionGroups, GroupID.Format(group))
		}
		for j := range product.Variants {
			variant := &product.Variants[j]
			shown.Variants[j] = MenuVariantView{
				ID: VariantID.Format(variant.ID), Name: variant.Name, SKU: variant.SKU,
				Barcodes: append([]string{}, variant.Barcodes...), Price: variant.Price, Tracked: variant.Tracked,
				TaxClass: variant.TaxClass,
			}
			if held, planned := now.held[variant.ID]; planned {
				shown.Variants[j].Price = held.Amount
			}
			if left, counted := now.units[variant.ID]; counted {
				shown.Variants[j].Tracked, shown.Variants[j].OnHand = true, left
			}
			if gone, is := now.soldOut[Item{ID: variant.ID}]; is {
				shown.Variants[j].SoldOut = gone.view()
			}
		}
		view.Products[i] = shown
	}
	return view
}

// storesFor are the stores by their ids in a request, in which the caller must have the permission; all must count in
// one currency.
func storesFor(
	ctx context.Context, tx *database.Tx, caller auth.Caller, permission auth.Permission, texts []string,
) ([]int64, money.Currency, error) {
	var ids []int64
	for _, text := range texts {
		parsed, err := place.StoreID.Parse(text)
		if err != nil {
			return nil, "", err
		}
		if !slices.Contains(ids, parsed) {
			ids = append(ids, parsed)
		}
	}
	stores, err := (place.Directory{}).SomeStores(ctx, tx, caller.Org, ids)
	if err != nil {
		return nil, "", err
	}
	if len(stores) != len(ids) {
		return nil, "", id.Unknown.New()
	}
	for _, store := range stores {
		if err := caller.Require(permission, store.ID); err != nil {
			return nil, "", err
		}
		if store.Currency != stores[0].Currency {
			return nil, "", ErrCurrencies.At("store_ids")
		}
	}
	if len(stores) == 0 {
		return nil, "", ErrStoresMissing.At("store_ids")
	}
	return ids, stores[0].Currency, nil
}
