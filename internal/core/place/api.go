package place

import (
	"context"
	"net/http"

	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/id"
)

// The permissions about places.
const (
	Read  auth.Permission = "place.read"
	Write auth.Permission = "place.write"
)

// OrganisationView is an organisation as the API shows it.
type OrganisationView struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Language string `json:"language" enum:"ko,en"`
}

// MerchantView is a merchant as the API shows it.
type MerchantView struct {
	ID                 string     `json:"id"`
	Country            string     `json:"country"`
	Name               string     `json:"name" doc:"Today's."`
	RegistrationNumber string     `json:"registration_number" doc:"Today's."`
	Taxation           Taxation   `json:"taxation" doc:"Today's."`
	Identities         []Identity `json:"identities" doc:"By the day from which each holds."`
	Version            int64      `json:"version"`
}

// StoreMerchantView is a store's merchant as it is today.
type StoreMerchantView struct {
	ID                 string   `json:"id"`
	Name               string   `json:"name"`
	RegistrationNumber string   `json:"registration_number"`
	Taxation           Taxation `json:"taxation"`
}

// StoreView is a store as lists show it.
type StoreView struct {
	ID           string            `json:"id"`
	Name         string            `json:"name"`
	Code         string            `json:"code"`
	Merchant     StoreMerchantView `json:"merchant"`
	Zone         string            `json:"time_zone"`
	Currency     string            `json:"currency"`
	TaxMode      TaxMode           `json:"tax_mode" enum:"inclusive,exclusive"`
	Address      string            `json:"address"`
	Phone        string            `json:"phone"`
	BusinessDate string            `json:"business_date" doc:"The store's business day now."`
}

// StoreDetailView is a store with all that can be changed of it.
type StoreDetailView struct {
	StoreView
	RoundingStep   int64    `json:"rounding_step"`
	Rounding       string   `json:"rounding" enum:"down,half_up,up"`
	CutoverMinutes int      `json:"cutover_minutes"`
	Taxes          []Tax    `json:"taxes"`
	Hours          []Hours  `json:"hours"`
	ClosingDays    []string `json:"closing_days"`
	Version        int64    `json:"version"`
}

// ViewMerchant shows a merchant as it is on a day.
func ViewMerchant(merchant Merchant, day string) MerchantView {
	now := merchant.At(day)
	return MerchantView{
		ID: MerchantID.Format(merchant.ID), Country: merchant.Country, Name: now.Name,
		RegistrationNumber: now.RegistrationNumber, Taxation: now.Taxation, Identities: merchant.Identities,
		Version: merchant.Version,
	}
}

// ViewStore shows a store as it is at the time of the transaction.
func ViewStore(tx *database.Tx, store Store) StoreView {
	day := store.BusinessDate(tx.Now())
	identity := store.Merchant.At(day)
	return StoreView{
		ID: StoreID.Format(store.ID), Name: store.Name, Code: store.Code, Zone: store.Zone,
		Currency: string(store.Currency), TaxMode: store.TaxMode, Address: store.Address, Phone: store.Phone,
		BusinessDate: day,
		Merchant: StoreMerchantView{
			ID: MerchantID.Format(store.Merchant.ID), Name: identity.Name,
			RegistrationNumber: identity.RegistrationNumber, Taxation: identity.Taxation,
		},
	}
}

type merchantOutput struct{ Body MerchantView }

type storeOutput struct{ Body StoreDetailView }

type storePath struct {
	ID string `path:"id" doc:"sto_…"`
}

// api answers the operations about places.
type api struct {
	db *database.DB
}

// Serve adds the operations about places.
func Serve(server *httpapi.API, db *database.DB) {
	a := &api{db: db}
	a.serveDays(server)
	httpapi.Register(server, httpapi.Operation{
		ID: "get-organisation", Method: http.MethodGet, Path: "/v1/organisation", Tag: "Places",
		Summary: "The caller's organisation", Permission: httpapi.SignedIn,
	}, a.organisation)
	httpapi.Register(server, httpapi.Operation{
		ID: "list-merchants", Method: http.MethodGet, Path: "/v1/merchants", Tag: "Places",
		Summary: "Merchants with their tax identities", Permission: Read,
	}, a.merchants)
	httpapi.Register(server, httpapi.Operation{
		ID: "create-merchant", Method: http.MethodPost, Path: "/v1/merchants", Tag: "Places", Status: http.StatusCreated,
		Summary: "Add a merchant", Permission: Write, Errors: merchantErrors,
	}, a.createMerchant)
	httpapi.Register(server, httpapi.Operation{
		ID: "update-merchant", Method: http.MethodPut, Path: "/v1/merchants/{id}", Tag: "Places",
		Summary: "Change a merchant, or give it an identity from a day on", Permission: Write,
		Errors: append([]*fault.Code{ErrMoved}, merchantErrors...),
	}, a.changeMerchant)
	httpapi.Register(server, httpapi.Operation{
		ID: "list-stores", Method: http.MethodGet, Path: "/v1/stores", Tag: "Places",
		Summary: "The stores that the caller works in", Permission: Read,
	}, a.stores)
	httpapi.Register(server, httpapi.Operation{
		ID: "get-store", Method: http.MethodGet, Path: "/v1/stores/{id}", Tag: "Places",
		Summary: "One store with all its settings", Permission: Read,
	}, a.store)
	httpapi.Register(server, httpapi.Operation{
		ID: "create-store", Method: http.MethodPost, Path: "/v1/stores", Tag: "Places", Status: http.StatusCreated,
		Summary: "Add a store", Permission: Write, Errors: storeErrors,
	}, a.createStore)
	httpapi.Register(server, httpapi.Operation{
		ID: "update-store", Method: http.MethodPut, Path: "/v1/stores/{id}", Tag: "Places",
		Summary: "Change a store", Permission: Write, Errors: append([]*fault.Code{ErrMoved}, storeErrors...),
	}, a.changeStore)
}

var (
	merchantErrors = []*fault.Code{ErrRegistrationNumber, ErrCountry, ErrDay, ErrName, ErrTaxation}
	storeErrors    = []*fault.Code{
		ErrCode, ErrCodeTaken, ErrCurrency, ErrCutover, ErrDay, ErrHours, ErrName, ErrRounding, ErrTaxMode, ErrTaxes,
		ErrZone, id.Unknown,
	}
)

func (a *api) organisation(ctx context.Context, _ *struct{}) (*struct{ Body OrganisationView }, error) {
	output := &struct{ Body OrganisationView }{}
	err := a.db.Read(ctx, func(tx *database.Tx) error {
		found, err := (Directory{}).Organisation(ctx, tx, auth.CallerFrom(ctx).Org)
		output.Body = OrganisationView{ID: OrganisationID.Format(found.ID), Name: found.Name, Language: string(found.Language)}
		return err
	})
	return output, err
}

type merchantsOutput struct{ Body httpapi.List[MerchantView] }

func (a *api) merchants(ctx context.Context, input *struct{ httpapi.Page }) (*merchantsOutput, error) {
	var after int64
	if _, err := input.After(&after); err != nil {
		return nil, err
	}
	output := &merchantsOutput{}
	err := a.db.Read(ctx, func(tx *database.Tx) error {
		list, err := (Directory{}).Merchants(ctx, tx, auth.CallerFrom(ctx).Org, after, input.Limit+1)
		if err != nil {
			return err
		}
		show := func(merchant Merchant) MerchantView { return ViewMerchant(merchant, today(tx)) }
		output.Body, err = httpapi.NewList(input.Page, list, show, func(merchant Merchant) any { return merchant.ID })
		return err
	})
	return output, err
}

// today is the day in UTC: which identity a list shows is not worth a time zone per merchant.
func today(tx *database.Tx) string { return tx.Now().Format("2006-01-02") }

func (a *api) createMerchant(ctx context.Context, input *struct{ Body MerchantInput }) (*merchantOutput, error) {
	caller := auth.CallerFrom(ctx)
	if err := caller.RequireAll(Write); err != nil {
		return nil, err
	}
	merchant := a.db.NewID()
	return a.saveMerchant(ctx, caller.Org, merchant, func(tx *database.Tx) error {
		return CreateMerchant(ctx, tx, caller.Org, caller.Staff, merchant, input.Body)
	})
}

func (a *api) changeMerchant(ctx context.Context, input *struct {
	ID string `path:"id" doc:"mer_…"`
	httpapi.Versioned
	Body MerchantInput
},
) (*merchantOutput, error) {
	caller := auth.CallerFrom(ctx)
	if err := caller.RequireAll(Write); err != nil {
		return nil, err
	}
	merchant, err := MerchantID.Parse(input.ID)
	if err != nil {
		return nil, err
	}
	version, err := input.Version()
	if err != nil {
		return nil, err
	}
	return a.saveMerchant(ctx, caller.Org, merchant, func(tx *database.Tx) error {
		return ChangeMerchant(ctx, tx, caller.Org, caller.Staff, merchant, version, input.Body)
	})
}

func (a *api) saveMerchant(ctx context.Context, org, merchant int64, save func(*database.Tx) error) (*merchantOutput, error) {
	output := &merchantOutput{}
	err := a.db.Write(ctx, func(tx *database.Tx) error {
		if err := save(tx); err != nil {
			return err
		}
		found, err := (Directory{}).Merchant(ctx, tx, org, merchant)
		if err != nil {
			return err
		}
		output.Body = ViewMerchant(found, today(tx))
		return nil
	})
	return output, err
}

type storesOutput struct{ Body httpapi.List[StoreView] }

func (a *api) stores(ctx context.Context, input *struct{ httpapi.Page }) (*storesOutput, error) {
	caller := auth.CallerFrom(ctx)
	var after string
	if _, err := input.After(&after); err != nil {
		return nil, err
	}
	output := &storesOutput{}
	err := a.db.Read(ctx, func(tx *database.Tx) error {
		list, err := storesOf(ctx, tx, caller, after, input.Limit+1)
		if err != nil {
			return err
		}
		show := func(store Store) StoreView { return ViewStore(tx, store) }
		output.Body, err = httpapi.NewList(input.Page, list, show, func(store Store) any { return store.Code })
		return err
	})
	return output, err
}

// storesOf reads the stores in which the caller may read, by code.
func storesOf(ctx context.Context, tx *database.Tx, caller auth.Caller, after string, limit int) ([]Store, error) {
	all, ids := caller.Stores(Read)
	if all {
		return (Directory{}).Stores(ctx, tx, caller.Org, after, limit)
	}
	some, err := (Directory{}).SomeStores(ctx, tx, caller.Org, ids)
	if err != nil {
		return nil, err
	}
	var list []Store
	for _, store := range some {
		if store.Code > after && len(list) < limit {
			list = append(list, store)
		}
	}
	return list, nil
}

func (a *api) store(ctx context.Context, input *storePath) (*storeOutput, error) {
	caller := auth.CallerFrom(ctx)
	store, err := StoreID.Parse(input.ID)
	if err != nil {
		return nil, err
	}
	if err := caller.Require(Read, store); err != nil {
		return nil, err
	}
	output := &storeOutput{}
	err = a.db.Read(ctx, func(tx *database.Tx) error { return a.show(ctx, tx, caller.Org, store, output) })
	return output, err
}

func (a *api) show(ctx context.Context, tx *database.Tx, org, store int64, output *storeOutput) error {
	found, err := (Directory{}).Store(ctx, tx, org, store)
	if err != nil {
		return err
	}
	hours, days, err := (Directory{}).Hours(ctx, tx, org, store)
	if err != nil {
		return err
	}
	output.Body = StoreDetailView{
		StoreView: ViewStore(tx, found), RoundingStep: found.RoundingStep, Rounding: string(found.Rounding),
		CutoverMinutes: found.CutoverMinutes, Taxes: append([]Tax{}, found.Taxes...), Hours: append([]Hours{}, hours...),
		ClosingDays: append([]string{}, days...), Version: found.Version,
	}
	return nil
}

func (a *api) createStore(ctx context.Context, input *struct{ Body StoreInput }) (*storeOutput, error) {
	caller := auth.CallerFrom(ctx)
	if err := caller.RequireAll(Write); err != nil {
		return nil, err
	}
	store := a.db.NewID()
	return a.saveStore(ctx, caller.Org, store, func(tx *database.Tx) error {
		return CreateStore(ctx, tx, caller.Org, caller.Staff, store, input.Body)
	})
}

func (a *api) changeStore(ctx context.Context, input *struct {
	ID string `path:"id" doc:"sto_…"`
	httpapi.Versioned
	Body StoreInput
},
) (*storeOutput, error) {
	caller := auth.CallerFrom(ctx)
	if err := caller.RequireAll(Write); err != nil {
		return nil, err
	}
	store, err := StoreID.Parse(input.ID)
	if err != nil {
		return nil, err
	}
	version, err := input.Version()
	if err != nil {
		return nil, err
	}
	return a.saveStore(ctx, caller.Org, store, func(tx *database.Tx) error {
		return ChangeStore(ctx, tx, caller.Org, caller.Staff, store, version, input.Body)
	})
}

func (a *api) saveStore(ctx context.Context, org, store int64, save func(*database.Tx) error) (*storeOutput, error) {
	output := &storeOutput{}
	err := a.db.Write(ctx, func(tx *database.Tx) error {
		if err := save(tx); err != nil {
			return err
		}
		return a.show(ctx, tx, org, store, output)
	})
	return output, err
}
