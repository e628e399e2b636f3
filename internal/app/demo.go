package app

import (
	"context"
	"errors"

	"dangol/internal/app/demo"
	"dangol/internal/ground/clock"
)

// FillDemo makes the demo organisation on a program of its own, whose clock the demo moves through its past. It does
// nothing where the demo is complete.
func FillDemo(ctx context.Context, options Options, wanted demo.Options) (err error) {
	hands := clock.At(wanted.Until)
	options.Clock = hands
	opened, err := Open(ctx, options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	return demo.Fill(ctx, opened.Demo(), hands, wanted)
}

// Demo gives the demo the parts that it uses.
func (a *App) Demo() demo.Services {
	return demo.Services{DB: a.DB, Keeper: a.Keeper, Catalog: a.Catalog, Stock: a.Stock, Checkout: a.Checkout}
}
