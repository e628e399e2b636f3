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

// Quote prices a basket for a store, at now's prices. Nothing is promised by it.
func (s *Service) Quote(ctx context.Context, org, store int64, basket Basket) (pricing.Quoted, error) {
	var quoted pricing.Quoted
	err := s.db.Read(ctx, func(tx *database.Tx) error {
		site, err := readSite(ctx, tx, org, store, tx.Now())
		if err != nil {
			return err
		}
		_, quoted, err = quote(ctx, tx, org, site, basket)
		return err
	})
	return quoted, err
}

// quote finds what is wanted in the catalogue and prices it. What was found is in the order of the lines.
func quote(
	ctx context.Context, tx *database.Tx, org int64, site site, basket Basket,
) ([]catalog.Resolved, pricing.Quoted, error) {
	if basket.Currency != "" && basket.Currency != site.Currency {
		return nil, pricing.Quoted{}, ErrCurrency.At("currency", fault.Values{"currency": string(site.Currency)})
	}
	wares, err := resolve(ctx, tx, org, site.Store, basket.Lines)
	if err != nil {
		return nil, pricing.Quoted{}, err
	}
	request := pricing.Request{Currency: site.Currency, Policy: site.policy, Lines: make([]pricing.Line, len(wares))}
	for i, ware := range wares {
		line := pricing.Line{
			Key: strconv.Itoa(i), Name: ware.Name, Variant: ware.VariantName, UnitPrice: ware.Price,
			Quantity: basket.Lines[i].Quantity, TaxClass: ware.TaxClass,
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
	return wares, quoted, err
}

func resolve(
	ctx context.Context, tx *database.Tx, org int64, store place.Store, lines []LineWanted,
) ([]catalog.Resolved, error) {
	wanted := make([]catalog.Wanted, len(lines))
	for i, line := range lines {
		wanted[i].Variant = line.Variant
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
