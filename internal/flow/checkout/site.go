package checkout

import (
	"context"
	"time"

	"dangol/internal/capability/order"
	"dangol/internal/core/place"
	"dangol/internal/core/pricing"
	"dangol/internal/ground/database"
	"dangol/internal/ground/lang"
)

// site is where something is sold, as it is on one business day.
type site struct {
	place.Store
	day      string
	identity place.Identity
	language lang.Tag
	policy   pricing.Policy
}

func readSite(ctx context.Context, tx *database.Tx, org, store int64, at time.Time) (site, error) {
	found, err := place.Directory{}.Store(ctx, tx, org, store)
	if err != nil {
		return site{}, err
	}
	organisation, err := place.Directory{}.Organisation(ctx, tx, org)
	if err != nil {
		return site{}, err
	}
	day := found.BusinessDate(at)
	s := site{Store: found, day: day, identity: found.Merchant.At(day), language: organisation.Language}
	s.policy = pricing.Policy{
		RoundingStep: found.RoundingStep, Rounding: found.Rounding, Mode: pricing.TaxMode(found.TaxMode),
	}
	if s.policy.Mode == pricing.Inclusive {
		s.policy.Taxation = pricing.Taxation(s.identity.Taxation)
	}
	for _, tax := range found.Taxes {
		one := pricing.Tax{Key: tax.Key, Name: lang.Text{KO: tax.NameKO, EN: tax.NameEN}, RatePPM: tax.RatePPM}
		for _, class := range tax.Classes {
			one.Classes = append(one.Classes, pricing.TaxClass(class))
		}
		s.policy.Taxes = append(s.policy.Taxes, one)
	}
	return s, nil
}

// merchant is what a receipt says of who sells.
func (s site) merchant() order.DocumentMerchant {
	document := order.DocumentMerchant{
		Name: s.identity.Name, RegistrationNumber: s.identity.RegistrationNumber,
		Representative: s.identity.Representative, Address: s.identity.Address, Phone: s.identity.Phone,
		BusinessType: s.identity.BusinessType, BusinessItem: s.identity.BusinessItem,
	}
	if s.policy.Mode == pricing.Inclusive {
		document.Taxation = string(s.identity.Taxation)
	}
	return document
}

// place is what a receipt says of where it was sold.
func (s site) place() order.DocumentStore {
	return order.DocumentStore{Name: s.Name, Address: s.Address, Phone: s.Phone, TimeZone: s.Zone}
}
