package checkout

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"

	"dangol/internal/capability/catalog"
	"dangol/internal/core/place"
	"dangol/internal/core/pricing"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
)

// Quoted is what a basket costs.
type Quoted struct {
	pricing.Quoted
	// NeedsApproval says that who asked may not give its discounts by themselves.
	NeedsApproval bool
}

// Quote prices a basket for a store, at now's prices, for a staff member. Nothing is promised by it.
func (s *Service) Quote(ctx context.Context, org, member, store int64, basket Basket) (Quoted, error) {
	var quoted Quoted
	err := s.db.Read(ctx, func(tx *database.Tx) error {
		priced, err := s.price(ctx, tx, org, store, basket)
		if err != nil {
			return err
		}
		quoted.Quoted = priced.quoted
		if priced.needs == (needs{}) {
			return nil
		}
		own, err := readAuthority(ctx, tx, org, member, priced.site)
		quoted.NeedsApproval = !priced.needs.allowed(own)
		return err
	})
	return quoted, err
}

// priced is a basket with its prices, and what they depend on.
type priced struct {
	site   site
	wares  []catalog.Resolved // in the order of the lines
	quoted pricing.Quoted
	needs  needs
}

// price prices a basket for a store as it is now.
func (s *Service) price(ctx context.Context, tx *database.Tx, org, store int64, basket Basket) (priced, error) {
	site, err := readSite(ctx, tx, org, store, tx.Now())
	if err != nil {
		return priced{}, err
	}
	return quote(ctx, tx, org, site, basket)
}

// quote finds what is wanted in the catalogue and prices it.
func quote(ctx context.Context, tx *database.Tx, org int64, site site, basket Basket) (priced, error) {
	if basket.Currency != "" && basket.Currency != site.Currency {
		return priced{}, ErrCurrency.At("currency", fault.Values{"currency": string(site.Currency)})
	}
	wares, err := resolve(ctx, tx, org, site.Store, basket.Lines)
	if err != nil {
		return priced{}, err
	}
	offers, err := readOffers(ctx, tx, org, site, basket)
	if err != nil {
		return priced{}, err
	}
	request := pricing.Request{
		Currency: site.Currency, Policy: site.policy, Lines: make([]pricing.Line, len(wares)), Discounts: offers.order,
	}
	for i, ware := range wares {
		line := pricing.Line{
			Key: strconv.Itoa(i), Name: ware.Name, Variant: ware.VariantName, UnitPrice: ware.Price,
			Quantity: basket.Lines[i].Quantity, Grams: basket.Lines[i].Grams, TaxClass: ware.TaxClass, Discounts: offers.lines[i],
		}
		for _, option := range ware.Options {
			line.Options = append(line.Options, pricing.Option{
				Group: option.GroupName, Key: strconv.FormatInt(option.Option, 10), Name: option.Name,
				PriceDelta: option.Delta, Quantity: option.Quantity,
			})
		}
		request.Lines[i] = line
	}
	quoted, err := pricing.Quote(request)
	return priced{site: site, wares: wares, quoted: quoted, needs: needed(quoted, offers.marked)}, err
}

func resolve(
	ctx context.Context, tx *database.Tx, org int64, store place.Store, lines []LineWanted,
) ([]catalog.Resolved, error) {
	wanted := make([]catalog.Wanted, len(lines))
	for i, line := range lines {
		wanted[i].Variant, wanted[i].Amount, wanted[i].Grams = line.Variant, line.Price, line.Grams
		for _, option := range line.Options {
			wanted[i].Options = append(wanted[i].Options, catalog.Choice{Option: option.Option, Quantity: option.Quantity})
		}
	}
	return catalog.Resolve(ctx, tx, org, store, wanted)
}

// hash names a quote by its content.
func hash(quoted pricing.Quoted) string {
	sum := sha256.Sum256(fmt.Append(nil, quoted))
	return hex.EncodeToString(sum[:16])
}
