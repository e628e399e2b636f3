package place

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"dangol/internal/ground/database"
	"dangol/internal/ground/id"
)

// Directory reads places. It holds nothing: it is a type so that its readers can name what they need of it.
type Directory struct{}

var (
	selectOrganisation = database.Register("place.select_organisation",
		`SELECT org_id, name, language, version FROM organisation WHERE org_id = $1`)
	selectOrganisations = database.Register("place.select_organisations",
		`SELECT org_id, name, language, version FROM organisation ORDER BY org_id LIMIT $1`)
	selectMerchants = database.Register("place.select_merchants",
		`SELECT id, country, version FROM merchant WHERE org_id = $1 AND id > $2 ORDER BY id LIMIT $3`)
	selectSomeMerchants = database.Register("place.select_some_merchants",
		`SELECT id, country, version FROM merchant WHERE org_id = $1 AND id = ANY_ID($2) ORDER BY id`)
	selectIdentities = database.Register("place.select_identities", `
		SELECT merchant_id, valid_from, registration_number, name, representative, address, phone, business_type,
			business_item, taxation, cash_receipt_duty
		FROM merchant_identity WHERE org_id = $1 AND merchant_id = ANY_ID($2) ORDER BY merchant_id, valid_from`)
	selectStores = database.Register("place.select_stores", `
		SELECT id, merchant_id, code, name, address, phone, time_zone, currency, tax_mode, rounding_step, rounding,
			cutover_minutes, version
		FROM store WHERE org_id = $1 AND code > $2 ORDER BY code LIMIT $3`)
	selectSomeStores = database.Register("place.select_some_stores", `
		SELECT id, merchant_id, code, name, address, phone, time_zone, currency, tax_mode, rounding_step, rounding,
			cutover_minutes, version
		FROM store WHERE org_id = $1 AND id = ANY_ID($2) ORDER BY code`)
	selectStoresOfMerchants = database.Register("place.select_stores_of_merchants",
		`SELECT id FROM store WHERE org_id = $1 AND merchant_id = ANY_ID($2) ORDER BY id`)
	selectTaxes = database.Register("place.select_taxes", `
		SELECT store_id, key, name_ko, name_en, rate_ppm, classes FROM store_tax
		WHERE org_id = $1 AND store_id = ANY_ID($2) ORDER BY store_id, position`)
	selectHours = database.Register("place.select_hours", `
		SELECT weekday, opens_minute, closes_minute FROM store_hours WHERE org_id = $1 AND store_id = $2
		ORDER BY weekday, opens_minute`)
	selectClosingDays = database.Register("place.select_closing_days",
		`SELECT day FROM store_closing_day WHERE org_id = $1 AND store_id = $2 ORDER BY day`)
)

// Organisation reads the tenant. It returns id.Unknown when there is none.
func (Directory) Organisation(ctx context.Context, tx *database.Tx, org int64) (Organisation, error) {
	var found Organisation
	err := tx.QueryRow(ctx, selectOrganisation, org).Scan(&found.ID, &found.Name, &found.Language, &found.Version)
	if errors.Is(err, database.ErrNone) {
		return found, id.Unknown.New()
	}
	if err != nil {
		return found, fmt.Errorf("read the organisation: %w", err)
	}
	return found, nil
}

// Organisations reads at most limit tenants, oldest first: for commands of the operator.
func (Directory) Organisations(ctx context.Context, tx *database.Tx, limit int) ([]Organisation, error) {
	return database.List(ctx, tx, selectOrganisations, func(row database.Scanner) (Organisation, error) {
		var found Organisation
		err := row.Scan(&found.ID, &found.Name, &found.Language, &found.Version)
		return found, err
	}, limit)
}

// Merchant reads one merchant with all its identities. It returns id.Unknown when there is none.
func (Directory) Merchant(ctx context.Context, tx *database.Tx, org, merchant int64) (Merchant, error) {
	found, err := merchants(ctx, tx, org, []int64{merchant})
	if err != nil {
		return Merchant{}, err
	}
	if len(found) == 0 {
		return Merchant{}, id.Unknown.New()
	}
	return found[0], nil
}

// Merchants reads at most limit merchants that follow an id.
func (Directory) Merchants(ctx context.Context, tx *database.Tx, org, after int64, limit int) ([]Merchant, error) {
	list, err := database.List(ctx, tx, selectMerchants, scanMerchant, org, after, limit)
	if err != nil {
		return nil, fmt.Errorf("read merchants: %w", err)
	}
	return list, fillIdentities(ctx, tx, org, list)
}

func merchants(ctx context.Context, tx *database.Tx, org int64, ids database.IDs) ([]Merchant, error) {
	list, err := database.List(ctx, tx, selectSomeMerchants, scanMerchant, org, ids)
	if err != nil {
		return nil, fmt.Errorf("read merchants: %w", err)
	}
	return list, fillIdentities(ctx, tx, org, list)
}

func scanMerchant(row database.Scanner) (Merchant, error) {
	var found Merchant
	err := row.Scan(&found.ID, &found.Country, &found.Version)
	return found, err
}

func fillIdentities(ctx context.Context, tx *database.Tx, org int64, list []Merchant) error {
	ids := make(database.IDs, len(list))
	place := map[int64]*Merchant{}
	for i := range list {
		ids[i] = list[i].ID
		place[list[i].ID] = &list[i]
	}
	err := tx.Each(ctx, selectIdentities, func(row database.Scanner) error {
		var merchant int64
		var found Identity
		var duty int64
		err := row.Scan(&merchant, &found.ValidFrom, &found.RegistrationNumber, &found.Name, &found.Representative,
			&found.Address, &found.Phone, &found.BusinessType, &found.BusinessItem, &found.Taxation, &duty)
		if err != nil {
			return err
		}
		found.CashReceiptDuty = duty == 1
		place[merchant].Identities = append(place[merchant].Identities, found)
		return nil
	}, org, ids)
	if err != nil {
		return fmt.Errorf("read identities: %w", err)
	}
	return nil
}

// Store reads one store with its merchant and taxes. It returns id.Unknown when there is none.
func (Directory) Store(ctx context.Context, tx *database.Tx, org, store int64) (Store, error) {
	list, err := (Directory{}).SomeStores(ctx, tx, org, []int64{store})
	if err != nil {
		return Store{}, err
	}
	if len(list) == 0 {
		return Store{}, id.Unknown.New()
	}
	return list[0], nil
}

// SomeStores reads those stores of the organisation that are in the list, by code.
func (Directory) SomeStores(ctx context.Context, tx *database.Tx, org int64, stores []int64) ([]Store, error) {
	list, err := database.List(ctx, tx, selectSomeStores, scanStore, org, database.IDs(stores))
	if err != nil {
		return nil, fmt.Errorf("read stores: %w", err)
	}
	return list, fillStores(ctx, tx, org, list)
}

// Stores reads at most limit stores whose code follows the given one.
func (Directory) Stores(ctx context.Context, tx *database.Tx, org int64, after string, limit int) ([]Store, error) {
	list, err := database.List(ctx, tx, selectStores, scanStore, org, after, limit)
	if err != nil {
		return nil, fmt.Errorf("read stores: %w", err)
	}
	return list, fillStores(ctx, tx, org, list)
}

// StoresOfMerchants are the ids of all stores of the given merchants.
func (Directory) StoresOfMerchants(ctx context.Context, tx *database.Tx, org int64, merchants []int64) ([]int64, error) {
	return database.List(ctx, tx, selectStoresOfMerchants, func(row database.Scanner) (int64, error) {
		var store int64
		err := row.Scan(&store)
		return store, err
	}, org, database.IDs(merchants))
}

func scanStore(row database.Scanner) (Store, error) {
	var found Store
	err := row.Scan(&found.ID, &found.Merchant.ID, &found.Code, &found.Name, &found.Address, &found.Phone, &found.Zone,
		&found.Currency, &found.TaxMode, &found.RoundingStep, &found.Rounding, &found.CutoverMinutes, &found.Version)
	return found, err
}

// fillStores adds merchants, taxes and business days, in one statement each for all stores.
func fillStores(ctx context.Context, tx *database.Tx, org int64, list []Store) error {
	ids := make(database.IDs, len(list))
	var owners database.IDs
	place := map[int64]*Store{}
	for i := range list {
		ids[i] = list[i].ID
		owners = append(owners, list[i].Merchant.ID)
		place[list[i].ID] = &list[i]
	}
	err := tx.Each(ctx, selectTaxes, func(row database.Scanner) error {
		var store int64
		var tax Tax
		var classes string
		if err := row.Scan(&store, &tax.Key, &tax.NameKO, &tax.NameEN, &tax.RatePPM, &classes); err != nil {
			return err
		}
		if classes != "" {
			tax.Classes = strings.Split(classes, ",")
		}
		place[store].Taxes = append(place[store].Taxes, tax)
		return nil
	}, org, ids)
	if err != nil {
		return fmt.Errorf("read taxes: %w", err)
	}
	if err := fillDays(ctx, tx, org, ids, place); err != nil {
		return err
	}
	found, err := merchants(ctx, tx, org, owners)
	if err != nil {
		return err
	}
	byID := map[int64]Merchant{}
	for _, merchant := range found {
		byID[merchant.ID] = merchant
	}
	for i := range list {
		list[i].Merchant = byID[list[i].Merchant.ID]
	}
	return nil
}

// Hours reads when a store is open, and its closing days.
func (Directory) Hours(ctx context.Context, tx *database.Tx, org, store int64) ([]Hours, []string, error) {
	hours, err := database.List(ctx, tx, selectHours, func(row database.Scanner) (Hours, error) {
		var span Hours
		err := row.Scan(&span.Weekday, &span.Opens, &span.Closes)
		return span, err
	}, org, store)
	if err != nil {
		return nil, nil, fmt.Errorf("read opening hours: %w", err)
	}
	days, err := database.List(ctx, tx, selectClosingDays, func(row database.Scanner) (string, error) {
		var day string
		err := row.Scan(&day)
		return day, err
	}, org, store)
	if err != nil {
		return nil, nil, fmt.Errorf("read closing days: %w", err)
	}
	return hours, days, nil
}
