package catalog

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"dangol/internal/core/place"
	"dangol/internal/core/pricing"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/id"
)

// The permissions about the catalogue.
const (
	readPermission   auth.Permission = "catalog.read"
	writePermission  auth.Permission = "catalog.write"
	importPermission auth.Permission = "catalog.import"
)

// OnHand says how many units of variants lie in a store; variants that never had any are absent.
type OnHand interface {
	OnHand(ctx context.Context, tx *database.Tx, org, store int64, variants []int64) (map[int64]int64, error)
}

type api struct {
	db      *database.DB
	catalog *Catalog
	onHand  OnHand
}

// Serve adds the operations about the catalogue.
func Serve(server *httpapi.API, db *database.DB, catalog *Catalog, onHand OnHand) {
	a := &api{db: db, catalog: catalog, onHand: onHand}
	product := []*fault.Code{
		ErrMissing, ErrTooLong, ErrCharacters, ErrTooMany, ErrChoice, ErrRange, ErrBarcode, ErrAxisOrder, ErrValueMissing,
		ErrValueUnnamed, ErrSameValues, ErrSameNumber, ErrSKUTaken, ErrBarcodeTaken, ErrHandleTaken, ErrUnknownReference,
		ErrTaken, ErrStale, ErrPartTwice, ErrPartUncounted, ErrPartItself, ErrLeastMost, ErrBoundsUnasked, ErrProposal,
		ErrWeighedRecipe, ErrWeighedCounted, id.Unknown,
	}
	group := []*fault.Code{
		ErrMissing, ErrTooLong, ErrCharacters, ErrTooMany, ErrRange, ErrSameNumber, ErrNameTaken, ErrUnknownReference,
		ErrMinMax, ErrPresets, ErrStale, ErrPartTwice, ErrPartUncounted, id.Unknown,
	}
	a.serveMenu(server)
	a.servePictures(server)
	a.servePlanned(server)
	httpapi.Register(server, httpapi.Operation{
		ID: "list-products", Method: http.MethodGet, Path: "/v1/products", Tag: "Catalogue",
		Summary: "Products by name", Permission: readPermission, Errors: []*fault.Code{id.Unknown},
	}, a.list)
	httpapi.Register(server, httpapi.Operation{
		ID: "get-product", Method: http.MethodGet, Path: "/v1/products/{id}", Tag: "Catalogue",
		Summary: "One product", Permission: readPermission,
	}, a.get)
	httpapi.Register(server, httpapi.Operation{
		ID: "create-product", Method: http.MethodPost, Path: "/v1/products", Tag: "Catalogue", Status: http.StatusCreated,
		Summary: "Add a product", Permission: writePermission, Errors: product,
	}, a.create)
	httpapi.Register(server, httpapi.Operation{
		ID: "change-product", Method: http.MethodPut, Path: "/v1/products/{id}", Tag: "Catalogue",
		Summary: "Change a product; a variant that is left out is archived", Permission: writePermission, Errors: product,
	}, a.change)
	httpapi.Register(server, httpapi.Operation{
		ID: "list-categories", Method: http.MethodGet, Path: "/v1/categories", Tag: "Catalogue",
		Summary: "All categories in order", Permission: readPermission,
	}, a.categories)
	httpapi.Register(server, httpapi.Operation{
		ID: "create-category", Method: http.MethodPost, Path: "/v1/categories", Tag: "Catalogue", Status: http.StatusCreated,
		Summary: "Add a category", Permission: writePermission, Errors: group,
	}, a.createCategory)
	httpapi.Register(server, httpapi.Operation{
		ID: "change-category", Method: http.MethodPut, Path: "/v1/categories/{id}", Tag: "Catalogue",
		Summary: "Change a category", Permission: writePermission, Errors: group,
	}, a.changeCategory)
	httpapi.Register(server, httpapi.Operation{
		ID: "list-option-groups", Method: http.MethodGet, Path: "/v1/option-groups", Tag: "Catalogue",
		Summary: "All option groups in order", Permission: readPermission,
	}, a.groups)
	httpapi.Register(server, httpapi.Operation{
		ID: "create-option-group", Method: http.MethodPost, Path: "/v1/option-groups", Tag: "Catalogue", Status: http.StatusCreated,
		Summary: "Add an option group", Permission: writePermission, Errors: group,
	}, a.createGroup)
	httpapi.Register(server, httpapi.Operation{
		ID: "change-option-group", Method: http.MethodPut, Path: "/v1/option-groups/{id}", Tag: "Catalogue",
		Summary: "Change an option group; an option that is left out is archived", Permission: writePermission, Errors: group,
	}, a.changeGroup)
	a.serveImports(server)
	a.serveBulk(server)
}

// Status is whether a product is offered.
type Status string

const (
	Active   Status = "active"
	Archived Status = "archived"
)

func statusOf(archived bool) Status {
	if archived {
		return Archived
	}
	return Active
}

// PriceView is the price of a variant in a store.
type PriceView struct {
	StoreID string `json:"store_id"`
	Amount  int64  `json:"amount" minimum:"0" doc:"In the smallest unit of the store's currency: of one unit; by weight, of a kilogram; of an open price, what the till proposes (0: nothing)."`
}

// VariantInput is a variant as it is written.
type VariantInput struct {
	ID       string           `json:"id,omitempty" doc:"var_…; left out for a new one."`
	Values   []string         `json:"values,omitempty" maxItems:"3" doc:"One for each of the product's axes."`
	SKU      string           `json:"sku,omitempty" maxLength:"64"`
	Barcodes []string         `json:"barcodes,omitempty" maxItems:"10"`
	Tracked  bool             `json:"tracked,omitempty" doc:"Units are counted and can't be sold below zero."`
	TaxClass pricing.TaxClass `json:"tax_class" enum:"standard,exempt,zero"`
	Prices   []PriceView      `json:"prices,omitempty" maxItems:"200" doc:"It is sold in these stores only."`
	Recipe   []PartInput      `json:"recipe,omitempty" maxItems:"50" doc:"What one unit takes from stock beside itself (레시피); what is in a set (세트)."`
}

// ProductInput is a product as it is written.
type ProductInput struct {
	Handle       string         `json:"handle,omitempty" maxLength:"200" doc:"Its name in files; left out, made from the name."`
	Name         string         `json:"name" maxLength:"200"`
	NameEN       string         `json:"name_en,omitempty" maxLength:"200"`
	Description  string         `json:"description,omitempty" maxLength:"5000"`
	CategoryID   string         `json:"category_id,omitempty"`
	Kind         Kind           `json:"kind" enum:"goods,food,service"`
	SoldBy       SoldBy         `json:"sold_by,omitempty" enum:"unit,open_price,weight" default:"unit" doc:"What its price is the price of: a unit; nothing, since the amount is entered at the till (시가); a kilogram of what is weighed."`
	LeastPrice   int64          `json:"least_price,omitempty" minimum:"0" maximum:"9007199254740991" doc:"Of an open price: the lowest amount that may be entered."`
	MostPrice    int64          `json:"most_price,omitempty" minimum:"0" maximum:"9007199254740991" doc:"Of an open price: the highest amount; 0 for no bound."`
	Status       Status         `json:"status" enum:"active,archived"`
	Axes         []string       `json:"axes,omitempty" maxItems:"3" doc:"What the variants differ by: Size, Colour."`
	OptionGroups []string       `json:"option_groups,omitempty" maxItems:"20" doc:"opg_… in the order in which they are asked."`
	Variants     []VariantInput `json:"variants" maxItems:"200"`
}

// VariantView is a variant as it is read.
type VariantView struct {
	ID       string           `json:"id"`
	Name     string           `json:"name" doc:"Its values; empty when the product has only one."`
	Values   []string         `json:"values"`
	SKU      string           `json:"sku"`
	Barcodes []string         `json:"barcodes"`
	Tracked  bool             `json:"tracked"`
	TaxClass pricing.TaxClass `json:"tax_class"`
	Status   Status           `json:"status" enum:"active,archived"`
	Prices   []PriceView      `json:"prices"`
	Recipe   []PartView       `json:"recipe" doc:"What one unit takes from stock beside itself."`
}

// ProductView is a product as it is read.
type ProductView struct {
	ID           string        `json:"id"`
	Version      int64         `json:"version" doc:"For If-Match."`
	Handle       string        `json:"handle"`
	Name         string        `json:"name"`
	NameEN       string        `json:"name_en"`
	Description  string        `json:"description"`
	CategoryID   string        `json:"category_id"`
	Kind         Kind          `json:"kind" enum:"goods,food,service"`
	SoldBy       SoldBy        `json:"sold_by" enum:"unit,open_price,weight"`
	LeastPrice   int64         `json:"least_price" doc:"Of an open price."`
	MostPrice    int64         `json:"most_price" doc:"Of an open price; 0 for no bound."`
	Status       Status        `json:"status" enum:"active,archived"`
	Axes         []string      `json:"axes"`
	OptionGroups []string      `json:"option_groups"`
	Variants     []VariantView `json:"variants"`
	Picture      string        `json:"picture,omitempty" doc:"The path of its picture; ?width=320 asks for a smaller one."`
}

// showProduct shows a product with its picture.
func showProduct(ctx context.Context, tx *database.Tx, org int64, product Product) (ProductView, error) {
	pictures, err := Pictures(ctx, tx, org, []int64{product.ID})
	return viewProduct(product, pictures[product.ID]), err
}

func viewProduct(product Product, picture int64) ProductView {
	shown := ProductView{
		ID: ProductID.Format(product.ID), Version: product.Version, Handle: product.Handle, Name: product.Name,
		NameEN: product.NameEN, Description: product.Description, CategoryID: CategoryID.Format(product.Category),
		Kind: product.Kind, SoldBy: product.SoldBy, LeastPrice: product.Least, MostPrice: product.Most,
		Status: statusOf(product.Archived), Axes: filled(product.Axes), OptionGroups: []string{},
		Variants: []VariantView{}, Picture: picturePath(picture),
	}
	for _, group := range product.Groups {
		shown.OptionGroups = append(shown.OptionGroups, GroupID.Format(group))
	}
	for i := range product.Variants {
		variant := &product.Variants[i]
		view := VariantView{
			ID: VariantID.Format(variant.ID), Name: variant.Name(), Values: variant.Values[:len(shown.Axes)], SKU: variant.SKU,
			Barcodes: append([]string{}, variant.Barcodes...), Tracked: variant.Tracked, TaxClass: variant.TaxClass,
			Status: statusOf(variant.Archived), Prices: []PriceView{}, Recipe: viewRecipe(variant.Recipe),
		}
		for store, amount := range variant.Prices {
			view.Prices = append(view.Prices, PriceView{StoreID: place.StoreID.Format(store), Amount: amount})
		}
		slices.SortFunc(view.Prices, func(a, b PriceView) int { return strings.Compare(a.StoreID, b.StoreID) })
		shown.Variants = append(shown.Variants, view)
	}
	return shown
}

func filled(axes [Axes]string) []string {
	used := []string{}
	for _, axis := range axes {
		if axis != "" {
			used = append(used, axis)
		}
	}
	return used
}

// product reads what was written. Ids that can't be are reported by their field.
func (i *ProductInput) product() (*Product, error) {
	product := &Product{
		Handle: i.Handle, Name: strings.TrimSpace(i.Name), NameEN: strings.TrimSpace(i.NameEN), Description: i.Description,
		Kind: i.Kind, SoldBy: i.SoldBy, Bounds: Bounds{Least: i.LeastPrice, Most: i.MostPrice},
		Archived: i.Status == Archived,
	}
	if product.Handle == "" {
		product.Handle = slug(product.Name)
	}
	copy(product.Axes[:], i.Axes)
	var errs []error
	reference := func(kind id.Kind, path, text string) int64 {
		if text == "" {
			return 0
		}
		parsed, err := kind.Parse(text)
		if err != nil {
			errs = append(errs, ErrUnknownReference.At(path))
		}
		return parsed
	}
	product.Category = reference(CategoryID, "category_id", i.CategoryID)
	for at, group := range i.OptionGroups {
		product.Groups = append(product.Groups, reference(GroupID, fmt.Sprintf("option_groups[%d]", at), group))
	}
	for at, from := range i.Variants {
		path := fmt.Sprintf("variants[%d]", at)
		variant := Variant{
			ID: reference(VariantID, path+".id", from.ID), SKU: from.SKU, Barcodes: slices.Clone(from.Barcodes),
			Tracked: from.Tracked, TaxClass: from.TaxClass, Sort: int64(at), Prices: map[int64]int64{},
		}
		slices.Sort(variant.Barcodes)
		copy(variant.Values[:], from.Values)
		for p, price := range from.Prices {
			store := reference(place.StoreID, fmt.Sprintf("%s.prices[%d].store_id", path, p), price.StoreID)
			variant.Prices[store] = price.Amount
		}
		recipe, wrong := readRecipe(path+".recipe", from.Recipe)
		variant.Recipe, errs = recipe, append(errs, wrong...)
		product.Variants = append(product.Variants, variant)
	}
	return product, fault.Collect(append(errs, product.Check())...)
}

type listInput struct {
	httpapi.Page
	Query      string `query:"query" maxLength:"100" doc:"Found in names, leading consonants, SKUs and barcodes."`
	CategoryID string `query:"category_id" doc:"Only products of this category: cat_…"`
	StoreID    string `query:"store_id" doc:"Only what has a price in this store: sto_…"`
	Status     string `query:"status" enum:"active,archived,all" default:"active"`
}

type listOutput struct{ Body httpapi.List[ProductView] }

type nameKey struct {
	Name string
	ID   int64
}

func (a *api) list(ctx context.Context, input *listInput) (*listOutput, error) {
	var after nameKey
	if _, err := input.After(&after); err != nil {
		return nil, err
	}
	filter := Filter{Query: input.Query, Archived: map[string]int64{"active": 0, "archived": 1, "all": -1}[input.Status]}
	var err error
	if input.CategoryID != "" {
		if filter.Category, err = CategoryID.Parse(input.CategoryID); err != nil {
			return nil, err
		}
	}
	if input.StoreID != "" {
		if filter.Store, err = place.StoreID.Parse(input.StoreID); err != nil {
			return nil, err
		}
	}
	output := &listOutput{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		products, err := List(ctx, tx, auth.CallerFrom(ctx).Org, filter, after.Name, after.ID, input.Limit+1)
		if err != nil {
			return err
		}
		ids := make([]int64, len(products))
		for i := range products {
			ids[i] = products[i].ID
		}
		pictures, err := Pictures(ctx, tx, auth.CallerFrom(ctx).Org, ids)
		if err != nil {
			return err
		}
		output.Body, err = httpapi.NewList(input.Page, products,
			func(product Product) ProductView { return viewProduct(product, pictures[product.ID]) },
			func(product Product) any { return nameKey{product.Name, product.ID} })
		return err
	})
}

// ProductPath names a product in an address.
type ProductPath struct {
	ID string `path:"id" doc:"prd_…"`
}

type productOutput struct{ Body ProductView }

func (a *api) get(ctx context.Context, input *ProductPath) (*productOutput, error) {
	wanted, err := ProductID.Parse(input.ID)
	if err != nil {
		return nil, err
	}
	output := &productOutput{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		found, err := ByID(ctx, tx, auth.CallerFrom(ctx).Org, wanted)
		if err == nil {
			output.Body, err = showProduct(ctx, tx, auth.CallerFrom(ctx).Org, *found)
		}
		return err
	})
}

func (a *api) create(ctx context.Context, input *struct{ Body ProductInput }) (*productOutput, error) {
	product, err := input.Body.product()
	if err != nil {
		return nil, err
	}
	return a.save(ctx, product)
}

func (a *api) change(ctx context.Context, input *struct {
	ProductPath
	httpapi.Versioned
	Body ProductInput
},
) (*productOutput, error) {
	wanted, err := ProductID.Parse(input.ID)
	if err != nil {
		return nil, err
	}
	version, err := input.Version()
	if err != nil {
		return nil, err
	}
	product, err := input.Body.product()
	if err != nil {
		return nil, err
	}
	product.ID, product.Version = wanted, version
	return a.save(ctx, product)
}

func (a *api) save(ctx context.Context, product *Product) (*productOutput, error) {
	caller := auth.CallerFrom(ctx)
	output := &productOutput{}
	return output, a.db.Write(ctx, func(tx *database.Tx) error {
		var before *Product
		if product.ID != 0 {
			found, err := ByID(ctx, tx, caller.Org, product.ID)
			if err != nil {
				return err
			}
			before = found
			keepHandle(before, product)
		}
		if err := mayPrice(ctx, tx, caller, before, product); err != nil {
			return err
		}
		if err := a.catalog.SaveProduct(ctx, tx, caller.Org, caller.Staff, product); err != nil {
			return err
		}
		saved, err := ByID(ctx, tx, caller.Org, product.ID)
		if err == nil {
			output.Body, err = showProduct(ctx, tx, caller.Org, *saved)
		}
		return err
	})
}

// keepHandle lets a renamed product keep the handle that was made from its first name.
func keepHandle(before, after *Product) {
	if after.Handle == slug(after.Name) && before.Handle == slug(before.Name) {
		after.Handle = before.Handle
	}
}

// mayPrice refuses stores that the organisation does not have, and prices that change where the caller may not.
func mayPrice(ctx context.Context, tx *database.Tx, caller auth.Caller, before, after *Product) error {
	if before == nil {
		before = &Product{}
	}
	stores := map[int64]bool{}
	for i := range after.Variants {
		earlier := before.variant(after.Variants[i].ID)
		if earlier == nil {
			earlier = &Variant{}
		}
		changed(earlier.Prices, after.Variants[i].Prices, stores)
	}
	for i := range before.Variants {
		if after.variant(before.Variants[i].ID) == nil && !before.Variants[i].Archived {
			changed(before.Variants[i].Prices, nil, stores)
		}
	}
	ids := make([]int64, 0, len(stores))
	for store := range stores {
		ids = append(ids, store)
	}
	known, err := (place.Directory{}).SomeStores(ctx, tx, caller.Org, ids)
	if err != nil {
		return err
	}
	if len(known) != len(ids) {
		return ErrUnknownReference.At("variants")
	}
	for _, store := range ids {
		if err := caller.Require(writePermission, store); err != nil {
			return err
		}
	}
	return nil
}

// changed notes the stores whose price differs.
func changed(before, after map[int64]int64, stores map[int64]bool) {
	for store, amount := range after {
		if earlier, sold := before[store]; !sold || earlier != amount {
			stores[store] = true
		}
	}
	for store := range before {
		if _, sold := after[store]; !sold {
			stores[store] = true
		}
	}
}

// CategoryView is a category.
type CategoryView struct {
	ID      string `json:"id"`
	Version int64  `json:"version" doc:"For If-Match."`
	Name    string `json:"name"`
	NameEN  string `json:"name_en"`
	Sort    int64  `json:"sort"`
}

// CategoryInput is a category as it is written.
type CategoryInput struct {
	Name   string `json:"name" maxLength:"200"`
	NameEN string `json:"name_en,omitempty" maxLength:"200"`
	Sort   int64  `json:"sort,omitempty" minimum:"0" maximum:"1000000"`
}

func viewCategory(category Category) CategoryView {
	return CategoryView{
		ID: CategoryID.Format(category.ID), Version: category.Version, Name: category.Name, NameEN: category.NameEN,
		Sort: category.Sort,
	}
}

type categoriesOutput struct {
	Body httpapi.List[CategoryView]
}

func (a *api) categories(ctx context.Context, _ *struct{}) (*categoriesOutput, error) {
	output := &categoriesOutput{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		categories, err := Categories(ctx, tx, auth.CallerFrom(ctx).Org)
		output.Body.Items = []CategoryView{}
		for _, category := range categories {
			output.Body.Items = append(output.Body.Items, viewCategory(category))
		}
		return err
	})
}

type categoryOutput struct{ Body CategoryView }

func (a *api) createCategory(ctx context.Context, input *struct{ Body CategoryInput }) (*categoryOutput, error) {
	return a.saveCategory(ctx, 0, 0, input.Body)
}

func (a *api) changeCategory(ctx context.Context, input *struct {
	ID string `path:"id" doc:"cat_…"`
	httpapi.Versioned
	Body CategoryInput
},
) (*categoryOutput, error) {
	wanted, err := CategoryID.Parse(input.ID)
	if err != nil {
		return nil, err
	}
	version, err := input.Version()
	if err != nil {
		return nil, err
	}
	return a.saveCategory(ctx, wanted, version, input.Body)
}

func (a *api) saveCategory(ctx context.Context, wanted, version int64, input CategoryInput) (*categoryOutput, error) {
	caller := auth.CallerFrom(ctx)
	category := &Category{
		ID: wanted, Version: version, Name: strings.TrimSpace(input.Name), NameEN: strings.TrimSpace(input.NameEN), Sort: input.Sort,
	}
	if err := category.Check(); err != nil {
		return nil, err
	}
	output := &categoryOutput{}
	return output, a.db.Write(ctx, func(tx *database.Tx) error {
		if wanted != 0 {
			known, err := Categories(ctx, tx, caller.Org)
			if err != nil {
				return err
			}
			if !slices.ContainsFunc(known, func(other Category) bool { return other.ID == wanted }) {
				return id.Unknown.New()
			}
		}
		err := a.catalog.SaveCategory(ctx, tx, caller.Org, caller.Staff, category)
		output.Body = viewCategory(*category)
		return err
	})
}

// OptionInput is an option as it is written.
type OptionInput struct {
	ID         string      `json:"id,omitempty" doc:"opt_…; left out for a new one."`
	Name       string      `json:"name" maxLength:"200"`
	NameEN     string      `json:"name_en,omitempty" maxLength:"200"`
	PriceDelta int64       `json:"price_delta,omitempty" doc:"Added to the price, in the smallest unit of the store's currency."`
	Default    bool        `json:"default,omitempty" doc:"Chosen unless the guest says otherwise."`
	SoldOut    bool        `json:"sold_out,omitempty"`
	Recipe     []PartInput `json:"recipe,omitempty" maxItems:"50" doc:"What it takes from stock each time it is chosen."`
}

// OptionView is an option as it is read.
type OptionView struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	NameEN     string `json:"name_en"`
	PriceDelta int64  `json:"price_delta"`
	Default    bool   `json:"default"`
	SoldOut    bool   `json:"sold_out"`
}

// WrittenOptionView is an option as it is changed: with its recipe, which tills don't need.
type WrittenOptionView struct {
	OptionView
	Recipe []PartView `json:"recipe" doc:"What it takes from stock each time it is chosen."`
}

// GroupInput is an option group as it is written.
type GroupInput struct {
	Name    string        `json:"name" maxLength:"200"`
	NameEN  string        `json:"name_en,omitempty" maxLength:"200"`
	Min     int64         `json:"min" minimum:"0" maximum:"100"`
	Max     int64         `json:"max" minimum:"1" maximum:"100"`
	Sort    int64         `json:"sort,omitempty" minimum:"0" maximum:"1000000"`
	Options []OptionInput `json:"options" maxItems:"100"`
}

// GroupView is an option group as it is read, without archived options.
type GroupView struct {
	ID      string              `json:"id"`
	Version int64               `json:"version" doc:"For If-Match."`
	Name    string              `json:"name"`
	NameEN  string              `json:"name_en"`
	Min     int64               `json:"min"`
	Max     int64               `json:"max"`
	Sort    int64               `json:"sort"`
	Options []WrittenOptionView `json:"options"`
}

func viewGroup(group Group) GroupView {
	shown := GroupView{
		ID: GroupID.Format(group.ID), Version: group.Version, Name: group.Name, NameEN: group.NameEN, Min: group.Minimum,
		Max: group.Maximum, Sort: group.Sort, Options: []WrittenOptionView{},
	}
	for _, option := range group.Options {
		if !option.Archived {
			shown.Options = append(shown.Options, WrittenOptionView{viewOption(option), viewRecipe(option.Recipe)})
		}
	}
	return shown
}

func viewOption(option Option) OptionView {
	return OptionView{
		ID: OptionID.Format(option.ID), Name: option.Name, NameEN: option.NameEN, PriceDelta: option.Delta,
		Default: option.Preset, SoldOut: option.SoldOut,
	}
}

type groupsOutput struct {
	Body httpapi.List[GroupView]
}

func (a *api) groups(ctx context.Context, _ *struct{}) (*groupsOutput, error) {
	output := &groupsOutput{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		groups, err := Groups(ctx, tx, auth.CallerFrom(ctx).Org)
		output.Body.Items = []GroupView{}
		for i := range groups {
			output.Body.Items = append(output.Body.Items, viewGroup(groups[i]))
		}
		return err
	})
}

type groupOutput struct{ Body GroupView }

func (a *api) createGroup(ctx context.Context, input *struct{ Body GroupInput }) (*groupOutput, error) {
	return a.saveGroup(ctx, 0, 0, input.Body)
}

func (a *api) changeGroup(ctx context.Context, input *struct {
	ID string `path:"id" doc:"opg_…"`
	httpapi.Versioned
	Body GroupInput
},
) (*groupOutput, error) {
	wanted, err := GroupID.Parse(input.ID)
	if err != nil {
		return nil, err
	}
	version, err := input.Version()
	if err != nil {
		return nil, err
	}
	return a.saveGroup(ctx, wanted, version, input.Body)
}

func (a *api) saveGroup(ctx context.Context, wanted, version int64, input GroupInput) (*groupOutput, error) {
	caller := auth.CallerFrom(ctx)
	group := &Group{
		ID: wanted, Version: version, Name: strings.TrimSpace(input.Name), NameEN: strings.TrimSpace(input.NameEN),
		Minimum: input.Min, Maximum: input.Max, Sort: input.Sort,
	}
	var errs []error
	for i, from := range input.Options {
		recipe, wrong := readRecipe(fmt.Sprintf("options[%d].recipe", i), from.Recipe)
		errs = append(errs, wrong...)
		option := Option{
			Name: strings.TrimSpace(from.Name), NameEN: strings.TrimSpace(from.NameEN), Delta: from.PriceDelta,
			Preset: from.Default, SoldOut: from.SoldOut, Sort: int64(i), Recipe: recipe,
		}
		if from.ID != "" {
			known, err := OptionID.Parse(from.ID)
			if err != nil {
				return nil, ErrUnknownReference.At("options[" + strconv.Itoa(i) + "].id")
			}
			option.ID = known
		}
		group.Options = append(group.Options, option)
	}
	if err := fault.Collect(append(errs, group.Check())...); err != nil {
		return nil, err
	}
	output := &groupOutput{}
	return output, a.db.Write(ctx, func(tx *database.Tx) error {
		if wanted != 0 {
			known, err := Groups(ctx, tx, caller.Org)
			if err != nil {
				return err
			}
			if !slices.ContainsFunc(known, func(other Group) bool { return other.ID == wanted }) {
				return id.Unknown.New()
			}
		}
		err := a.catalog.SaveGroup(ctx, tx, caller.Org, caller.Staff, group)
		output.Body = viewGroup(*group)
		return err
	})
}
