package app

import (
	"context"

	"dangol/internal/capability/display"
	"dangol/internal/capability/fleet"
	"dangol/internal/core/place"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/realtime"
)

// topics are what screens can follow. Who may read something may hear that it has changed.
var topics = []realtime.Topic{
	{
		Name: "menu", Permission: "catalog.read",
		Nouns: []string{
			"product", "category", "option_group", "catalog_import", "sold_out", "stock", "order", "store", "day", "discount", "price",
		},
	},
	{Name: "orders", Permission: "order.read", Nouns: []string{"order"}},
	{Name: "print", Permission: "print.read", Nouns: []string{"print", "printer"}},
	{Name: "shifts", Permission: "shift.read", Nouns: []string{"shift", "day"}},
	{Name: "devices", Permission: "device.read", Nouns: []string{"device"}},
}

// watches are what changes and is worth nothing tomorrow: what a till shows its guest, for the till and its displays.
var watches = []realtime.Watch{{
	Name: "display", Subject: fleet.DeviceID, Marks: display.Marks,
	May: func(ctx context.Context, tx *database.Tx, caller auth.Caller, subject int64) error {
		if err := caller.RequireDevice(); err != nil {
			return err
		}
		till, err := fleet.Devices{}.TillOf(ctx, tx, caller.Org, caller.Device)
		if err == nil && till != subject {
			err = auth.ErrForbidden.New()
		}
		return err
	},
}}

// listen makes the hub that tells screens what has changed.
func (a *App) listen(options Options) (*realtime.Hub, error) {
	return realtime.New(a.DB, realtime.Options{
		Identify: a.Keeper.Identify, Organisations: place.OrganisationID, Stores: place.StoreID,
		HasStore: hasStore, Topics: topics, Watches: watches, Logger: options.Logger,
	})
}

func hasStore(ctx context.Context, tx *database.Tx, org, store int64) error {
	_, err := place.Directory{}.Store(ctx, tx, org, store)
	return err
}
