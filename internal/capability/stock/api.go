package stock

import (
	"cmp"
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
	"dangol/internal/ground/sheet"
)

// The permissions about stock.
const (
	readPermission  auth.Permission = "stock.read"
	writePermission auth.Permission = "stock.write"
	countPermission auth.Permission = "stock.count"
	setupPermission auth.Permission = "stock.setup"
)

// Stories tell what else a movement's history needs: the program joins them from who knows.
type Stories interface {
	// StaffNames gives the names of staff members. Those that do not exist are absent.
	StaffNames(ctx context.Context, tx *database.Tx, org int64, staff []int64) (map[int64]string, error)
	// OrdersOfRefunds gives the order of each refund.
	OrdersOfRefunds(ctx context.Context, tx *database.Tx, org int64, refunds []int64) (map[int64]int64, error)
}

// ItemView is what a store has of one variant.
type ItemView struct {
	VariantID   string `json:"variant_id"`
	ProductName string `json:"product_name"`
	VariantName string `json:"variant_name" doc:"Empty when the product has only one variant."`
	SKU         string `json:"sku"`
	Tracked     bool   `json:"tracked" doc:"Units are counted and can't be sold below zero."`
	OnHand      int64  `json:"on_hand" doc:"What the tills can sell: on the sales floor, in the till's pool."`
	Back        int64  `json:"back" doc:"In the till's pool of other locations."`
	Web         int64  `json:"web" doc:"What the online store can sell, in all locations."`
	Total       int64  `json:"total" doc:"All that lies in the store."`
	OnTheWay    int64  `json:"on_the_way" doc:"Sent here and not arrived."`
	Minimum     int64  `json:"minimum" doc:"With this many or fewer it runs low; 0 when nobody set one."`
	Low         bool   `json:"low"`
}

// BinView is how many units lie in one pool of a location.
type BinView struct {
	LocationID string `json:"location_id" doc:"loc_…; empty for the sales floor."`
	Location   string `json:"location" doc:"Its name; empty for the sales floor."`
	Pool       Pool   `json:"pool" enum:"till,web"`
	Units      int64  `json:"units"`
}

// DetailView is what a store has of one variant, and where.
type DetailView struct {
	ItemView
	Bins []BinView `json:"bins" doc:"Where units lie; empty ones are left out."`
}

// DocumentView is what a movement belongs to.
type DocumentView struct {
	Kind    string `json:"kind" enum:"order,refund,import,slip,transfer,count"`
	ID      string `json:"id"`
	OrderID string `json:"order_id,omitempty" doc:"The order of a refund."`
}

// MovementView is one movement of units.
type MovementView struct {
	ID         string        `json:"id"`
	StoreID    string        `json:"store_id"`
	VariantID  string        `json:"variant_id"`
	LocationID string        `json:"location_id" doc:"Empty for the sales floor."`
	Location   string        `json:"location" doc:"Its name; empty for the sales floor."`
	Pool       Pool          `json:"pool" enum:"till,web"`
	At         time.Time     `json:"at"`
	Kind       Kind          `json:"kind" enum:"receive,adjust,sale,return,import,import_undo,waste,count,send,arrive,allocate"`
	Quantity   int64         `json:"quantity" doc:"What the bin gained, below zero for what it lost."`
	Reason     string        `json:"reason"`
	StaffID    string        `json:"staff_id" doc:"Who did it; empty for the program."`
	StaffName  string        `json:"staff_name"`
	Document   *DocumentView `json:"document,omitempty" doc:"What it belongs to; left out when it stands alone."`
}

type api struct {
	db      *database.DB
	stock   *Stock
	stories Stories
}

// posting are the errors of every operation that moves units.
var posting = []*fault.Code{
	ErrQuantity, ErrReason, ErrLines, ErrSameVariant, ErrUntracked, ErrShort, ErrLocationUnknown, id.Unknown,
	ledger.ErrKeyConflict, ledger.ErrMoved, ledger.ErrOverflow, ledger.ErrBusy, database.ErrBusy, database.ErrFull,
	database.ErrUnavailable, database.ErrUnsure,
}

func with(codes ...*fault.Code) []*fault.Code { return append(codes, posting...) }

// Serve adds the operations about stock.
func Serve(server *httpapi.API, db *database.DB, stock *Stock, stories Stories) {
	a := &api{db: db, stock: stock, stories: stories}
	httpapi.Register(server, httpapi.Operation{
		ID: "list-stock", Method: http.MethodGet, Path: "/v1/stock", Tag: "Stock",
		Summary: "What a store sells and how much of it is there", Permission: readPermission, Errors: []*fault.Code{id.Unknown},
	}, a.list)
	httpapi.Register(server, httpapi.Operation{
		ID: "export-stock", Method: http.MethodGet, Path: "/v1/stock/export", Tag: "Stock", Permission: readPermission,
		Summary: "The stock of a list as a file", Timeout: exportTimeout, Errors: []*fault.Code{sheet.ErrTooLong, id.Unknown},
	}, a.export)
	httpapi.Register(server, httpapi.Operation{
		ID: "get-stock", Method: http.MethodGet, Path: "/v1/stock/{variant_id}", Tag: "Stock",
		Summary: "How much a store has of a variant, and where", Permission: readPermission,
	}, a.get)
	httpapi.Register(server, httpapi.Operation{
		ID: "set-stock-minimum", Method: http.MethodPut, Path: "/v1/stock/{variant_id}/minimum", Tag: "Stock",
		Summary: "Say with how many units a variant runs low in a store", Permission: setupPermission,
		Errors: []*fault.Code{ErrQuantity},
	}, a.setMinimum)
	httpapi.Register(server, httpapi.Operation{
		ID: "list-stock-movements", Method: http.MethodGet, Path: "/v1/stock/{variant_id}/movements", Tag: "Stock",
		Summary: "What moved a variant's units in a store, newest first", Permission: readPermission,
	}, a.history)
	a.serveLocations(server)
	a.serveSlips(server)
	a.serveTransfers(server)
	a.serveCounts(server)
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

// may is in for a request that is not yet in a transaction.
func (a *api) may(ctx context.Context, permission auth.Permission, text string) (store int64, err error) {
	return store, a.db.Read(ctx, func(tx *database.Tx) error {
		store, err = a.in(ctx, tx, permission, text)
		return err
	})
}

// parseLocation reads a location's id; empty is the sales floor.
func parseLocation(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	return LocationID.Parse(text)
}

// places are the names of a store's locations.
func places(ctx context.Context, tx *database.Tx, org, store int64) (map[int64]string, error) {
	all, err := Locations(ctx, tx, org, store)
	names := map[int64]string{}
	for _, location := range all {
		names[location.ID] = location.Name
	}
	return names, err
}

// ListQuery asks for the stock of a store.
type ListQuery struct {
	StoreID string `query:"store_id" required:"true" doc:"sto_…"`
	Query   string `query:"query" maxLength:"100" doc:"Found in names, leading consonants, SKUs and barcodes."`
	Barcode string `query:"barcode" maxLength:"64" doc:"Exactly the variant with this barcode."`
	Level   string `query:"level" enum:"all,tracked,low,zero,web" default:"all" doc:"tracked: counted ones; low: at or below their minimum; zero: none in the store; web: some for the online store."`
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

// listed is a variant that a list goes through.
type listed struct {
	Named
	variant int64
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
		rows, err := a.wanted(ctx, tx, org, store, input, after)
		if err != nil {
			return err
		}
		ids := make([]int64, len(rows))
		for i, row := range rows {
			ids[i] = row.variant
		}
		levels, err := Levels(ctx, tx, org, store, ids)
		if err != nil {
			return err
		}
		output.Body, err = httpapi.NewList(input.Page, rows,
			func(row listed) ItemView { return viewItem(row.variant, row.Named, levels[row.variant]) },
			func(row listed) any { return listKey{row.Product, row.variant} })
		return err
	})
}

// wanted finds the variants of one page and one more.
func (a *api) wanted(
	ctx context.Context, tx *database.Tx, org, store int64, input *listInput, after listKey,
) ([]listed, error) {
	if input.Barcode != "" {
		variant, err := a.stock.variants.ByBarcode(ctx, tx, org, input.Barcode)
		if variant == 0 || err != nil {
			return nil, err
		}
		named, err := a.stock.named(ctx, tx, org, []int64{variant})
		return []listed{{named[variant], variant}}, err
	}
	if input.Level == "all" {
		return a.sift(ctx, tx, org, store, input.Query, after, input.Limit+1, func(listed) bool { return true })
	}
	levels, err := StoreLevels(ctx, tx, org, store)
	if err != nil {
		return nil, err
	}
	return a.sift(ctx, tx, org, store, input.Query, after, input.Limit+1, func(row listed) bool {
		level := levels[row.variant]
		switch {
		case !row.Tracked:
			return false
		case input.Level == "low":
			return level.Low()
		case input.Level == "zero":
			return level.Total() == 0
		case input.Level == "web":
			return level.Web > 0
		}
		return true
	})
}

// sift goes through what the store sells until enough was found, or there is no more.
func (a *api) sift(
	ctx context.Context, tx *database.Tx, org, store int64, query string, after listKey, enough int, wanted func(listed) bool,
) ([]listed, error) {
	const page = 500
	var found []listed
	for {
		count := 0
		err := a.stock.variants.EachSold(ctx, tx, org, store, query, after.Name, after.ID, page,
			func(variant int64, product, name, sku string, tracked bool) {
				count++
				after = listKey{product, variant}
				row := listed{Named{product, name, sku, tracked}, variant}
				if len(found) < enough && wanted(row) {
					found = append(found, row)
				}
			})
		if err != nil || count < page || len(found) == enough {
			return found, err
		}
	}
}

func viewItem(variant int64, named Named, level Level) ItemView {
	return ItemView{
		VariantID: variantID.Format(variant), ProductName: named.Product, VariantName: named.Name, SKU: named.SKU,
		Tracked: named.Tracked, OnHand: level.Floor, Back: level.Back, Web: level.Web, Total: level.Total(), OnTheWay: level.Way,
		Minimum: level.Minimum, Low: named.Tracked && level.Low(),
	}
}

// VariantPath names a variant in a store.
type VariantPath struct {
	VariantID string `path:"variant_id" doc:"var_…"`
	StoreID   string `query:"store_id" required:"true" doc:"sto_…"`
}

type detailOutput struct{ Body DetailView }

func (a *api) get(ctx context.Context, input *VariantPath) (*detailOutput, error) {
	variant, err := variantID.Parse(input.VariantID)
	if err != nil {
		return nil, err
	}
	output := &detailOutput{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		store, err := a.in(ctx, tx, readPermission, input.StoreID)
		if err != nil {
			return err
		}
		output.Body, err = a.detail(ctx, tx, store, variant)
		return err
	})
}

func (a *api) detail(ctx context.Context, tx *database.Tx, store, variant int64) (DetailView, error) {
	org := auth.CallerFrom(ctx).Org
	named, err := a.stock.named(ctx, tx, org, []int64{variant})
	if err != nil {
		return DetailView{}, err
	}
	if _, known := named[variant]; !known {
		return DetailView{}, id.Unknown.New()
	}
	levels, err := Levels(ctx, tx, org, store, []int64{variant})
	if err != nil {
		return DetailView{}, err
	}
	bins, err := Bins(ctx, tx, org, store, []int64{variant})
	if err != nil {
		return DetailView{}, err
	}
	names, err := places(ctx, tx, org, store)
	detail := DetailView{ItemView: viewItem(variant, named[variant], levels[variant]), Bins: []BinView{}}
	for _, in := range bins[variant] {
		detail.Bins = append(detail.Bins, BinView{
			LocationID: LocationID.Format(in.Location), Location: names[in.Location], Pool: in.Pool, Units: in.Units,
		})
	}
	return detail, err
}

func (a *api) setMinimum(ctx context.Context, input *struct {
	VariantID string `path:"variant_id" doc:"var_…"`
	Body      struct {
		StoreID string `json:"store_id"`
		Minimum int64  `json:"minimum" doc:"0 takes it back."`
	}
},
) (*detailOutput, error) {
	variant, err := variantID.Parse(input.VariantID)
	if err != nil {
		return nil, err
	}
	caller := auth.CallerFrom(ctx)
	output := &detailOutput{}
	return output, a.db.Write(ctx, func(tx *database.Tx) error {
		store, err := a.in(ctx, tx, setupPermission, input.Body.StoreID)
		if err != nil {
			return err
		}
		if err := a.stock.SetMinimum(ctx, tx, caller.Org, caller.Staff, store, variant, input.Body.Minimum); err != nil {
			return err
		}
		output.Body, err = a.detail(ctx, tx, store, variant)
		return err
	})
}

type historyInput struct {
	httpapi.Page
	VariantPath
}

type historyOutput struct{ Body httpapi.List[MovementView] }

// momentKey is the key of lists by time.
type momentKey struct{ At, ID int64 }

// before is the moment after which a list by time goes on, and the id at that moment.
func before(page httpapi.Page) (time.Time, int64, error) {
	var after momentKey
	follows, err := page.After(&after)
	if err != nil || !follows {
		return time.Time{}, 0, err
	}
	return clock.FromMicros(after.At), after.ID, nil
}

func (a *api) history(ctx context.Context, input *historyInput) (*historyOutput, error) {
	moment, beforeID, err := before(input.Page)
	if err != nil {
		return nil, err
	}
	variant, err := variantID.Parse(input.VariantID)
	if err != nil {
		return nil, err
	}
	org := auth.CallerFrom(ctx).Org
	output := &historyOutput{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		store, err := a.in(ctx, tx, readPermission, input.StoreID)
		if err != nil {
			return err
		}
		named, err := a.stock.named(ctx, tx, org, []int64{variant})
		if err != nil {
			return err
		}
		if _, known := named[variant]; !known {
			return id.Unknown.New()
		}
		records, err := History(ctx, tx, org, store, variant, moment, beforeID, input.Limit+1)
		if err != nil {
			return err
		}
		output.Body, err = a.viewHistory(ctx, tx, input.Page, store, records)
		return err
	})
}

func (a *api) viewHistory(
	ctx context.Context, tx *database.Tx, page httpapi.Page, store int64, records []Record,
) (httpapi.List[MovementView], error) {
	org := auth.CallerFrom(ctx).Org
	var refunds []int64
	people := map[int64]bool{}
	for _, record := range records {
		people[record.Actor] = true
		if record.Kind == Return {
			refunds = append(refunds, record.Subject)
		}
	}
	names, err := a.staff(ctx, tx, people)
	if err != nil {
		return httpapi.List[MovementView]{}, err
	}
	orders, err := a.stories.OrdersOfRefunds(ctx, tx, org, refunds)
	if err != nil {
		return httpapi.List[MovementView]{}, err
	}
	rooms, err := places(ctx, tx, org, store)
	if err != nil {
		return httpapi.List[MovementView]{}, err
	}
	return httpapi.NewList(page, records, func(record Record) MovementView {
		view := viewMovement(record)
		view.StaffName, view.Location = names[record.Actor], rooms[record.Location]
		if record.Kind == Return && view.Document != nil {
			view.Document.OrderID = id.Kind("ord").Format(orders[record.Subject])
		}
		return view
	}, func(record Record) any { return momentKey{clock.Micros(record.At), record.ID} })
}

// staff are the names of some people.
func (a *api) staff(ctx context.Context, tx *database.Tx, people map[int64]bool) (map[int64]string, error) {
	delete(people, 0)
	ids := make([]int64, 0, len(people))
	for one := range people {
		ids = append(ids, one)
	}
	slices.Sort(ids)
	return a.stories.StaffNames(ctx, tx, auth.CallerFrom(ctx).Org, ids)
}

// documents say what the subject of a movement is.
var documents = map[Kind]struct {
	kind string
	id   id.Kind
}{
	Sale: {"order", "ord"}, Return: {"refund", "ref"}, Import: {"import", "imp"}, ImportUndo: {"import", "imp"},
	Receive: {"slip", SlipID}, Adjust: {"slip", SlipID}, Waste: {"slip", SlipID}, Allocate: {"slip", SlipID},
	Send: {"transfer", TransferID}, Arrive: {"transfer", TransferID}, Count: {"count", CountID},
}

func viewMovement(record Record) MovementView {
	view := MovementView{
		ID: MovementID.Format(record.ID), StoreID: place.StoreID.Format(record.Store),
		VariantID: variantID.Format(record.Variant), LocationID: LocationID.Format(record.Location), Pool: record.Pool,
		At: record.At, Kind: record.Kind, Quantity: record.Quantity, Reason: record.Reason,
		StaffID: id.Kind("stf").Format(record.Actor),
	}
	if document, known := documents[record.Kind]; known && record.Subject != 0 {
		view.Document = &DocumentView{Kind: document.kind, ID: document.id.Format(record.Subject)}
	}
	return view
}

// LocationView is a place in a store where units lie.
type LocationView struct {
	ID       string `json:"id"`
	Version  int64  `json:"version"`
	StoreID  string `json:"store_id"`
	Name     string `json:"name"`
	Archived bool   `json:"archived" doc:"Put away: nothing is moved there any more."`
}

func viewLocation(location Location) LocationView {
	return LocationView{
		ID: LocationID.Format(location.ID), Version: location.Version, StoreID: place.StoreID.Format(location.Store),
		Name: location.Name, Archived: location.Archived,
	}
}

func (a *api) serveLocations(server *httpapi.API) {
	httpapi.Register(server, httpapi.Operation{
		ID: "list-stock-locations", Method: http.MethodGet, Path: "/v1/stock-locations", Tag: "Stock", Permission: countPermission,
		Summary: "The locations of a store beside its sales floor", Errors: []*fault.Code{id.Unknown},
	}, a.listLocations)
	httpapi.Register(server, httpapi.Operation{
		ID: "create-stock-location", Method: http.MethodPost, Path: "/v1/stock-locations", Tag: "Stock",
		Permission: setupPermission, Summary: "Add a location to a store", Status: http.StatusCreated,
		Errors: []*fault.Code{ErrLocationName, ErrLocationTaken, ErrLocations, id.Unknown},
	}, a.createLocation)
	httpapi.Register(server, httpapi.Operation{
		ID: "change-stock-location", Method: http.MethodPut, Path: "/v1/stock-locations/{id}", Tag: "Stock",
		Permission: setupPermission, Summary: "Rename a location or put it away",
		Errors: []*fault.Code{ErrLocationName, ErrLocationTaken, ErrLocationNotEmpty, ErrStale},
	}, a.changeLocation)
}

func (a *api) listLocations(ctx context.Context, input *struct {
	StoreID string `query:"store_id" required:"true" doc:"sto_…"`
},
) (*struct{ Body httpapi.List[LocationView] }, error) {
	output := &struct{ Body httpapi.List[LocationView] }{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		store, err := a.in(ctx, tx, countPermission, input.StoreID)
		if err != nil {
			return err
		}
		all, err := Locations(ctx, tx, auth.CallerFrom(ctx).Org, store)
		output.Body.Items = make([]LocationView, len(all))
		for i, location := range all {
			output.Body.Items[i] = viewLocation(location)
		}
		return err
	})
}

type locationOutput struct{ Body LocationView }

func (a *api) createLocation(ctx context.Context, input *struct {
	Body struct {
		StoreID string `json:"store_id"`
		Name    string `json:"name" maxLength:"200"`
	}
},
) (*locationOutput, error) {
	caller := auth.CallerFrom(ctx)
	output := &locationOutput{}
	return output, a.db.Write(ctx, func(tx *database.Tx) error {
		store, err := a.in(ctx, tx, setupPermission, input.Body.StoreID)
		if err != nil {
			return err
		}
		location := Location{Store: store, Name: input.Body.Name}
		err = a.stock.SaveLocation(ctx, tx, caller.Org, caller.Staff, &location)
		output.Body = viewLocation(location)
		return err
	})
}

func (a *api) changeLocation(ctx context.Context, input *struct {
	httpapi.Versioned
	ID   string `path:"id" doc:"loc_…"`
	Body struct {
		Name     string `json:"name" maxLength:"200"`
		Archived bool   `json:"archived"`
	}
},
) (*locationOutput, error) {
	caller := auth.CallerFrom(ctx)
	version, err := input.Version()
	if err != nil {
		return nil, err
	}
	wanted, err := LocationID.Parse(input.ID)
	if err != nil {
		return nil, err
	}
	output := &locationOutput{}
	return output, a.db.Write(ctx, func(tx *database.Tx) error {
		location, err := ReadLocation(ctx, tx, caller.Org, wanted)
		if err != nil {
			return err
		}
		if err := caller.Require(setupPermission, location.Store); err != nil {
			return err
		}
		location.Version, location.Name, location.Archived = version, input.Body.Name, input.Body.Archived
		err = a.stock.SaveLocation(ctx, tx, caller.Org, caller.Staff, &location)
		output.Body = viewLocation(location)
		return err
	})
}

// byName orders lines as people look for them.
func byName(a, b Named) int {
	return cmp.Or(cmp.Compare(a.Product, b.Product), cmp.Compare(a.Name, b.Name))
}
