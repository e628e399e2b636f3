package demo

import (
	"context"
	"fmt"
	"time"

	"dangol/internal/capability/catalog"
	"dangol/internal/capability/stock"
	"dangol/internal/ground/database"
)

// What lies behind the shops on the last morning.
const (
	backRoom    = "창고"
	kept        = 8  // variants that are kept in the back room
	keptUnits   = 24 // of each
	keptCost    = 1_200
	watched     = 12 // variants with a minimum
	minimum     = 10
	lentUnits   = 2
	countedOpen = 3 // variants of a count that isn't finished
)

// backRooms gives each store a back room with a delivery, minimums and a count that is half done, and sends something
// from the first store to the second.
func (f *filler) backRooms(ctx context.Context) error {
	for _, shop := range f.shops {
		if err := f.backRoom(ctx, shop); err != nil {
			return fmt.Errorf("the back room of %s: %w", shop.site.code, err)
		}
	}
	from, to := f.shops[0], f.shops[1]
	_, full, err := f.plenty(ctx, from)
	if err != nil {
		return err
	}
	transfer := stock.Transfer{
		From: stock.Bin{Store: from.store}, To: stock.Bin{Store: to.store}, Reason: "오늘 모자란다고 해서 보냄",
	}
	for _, variant := range full[:min(2, len(full))] {
		transfer.Lines = append(transfer.Lines, stock.TransferLine{Variant: variant, Sent: lentUnits})
	}
	_, err = f.Stock.SendTransfer(ctx, f.org, from.manager, "demo:lend", transfer)
	return err
}

// plenty gives a shop's counted variants, and those of which some can be spared.
func (f *filler) plenty(ctx context.Context, shop *shop) (all, full []int64, err error) {
	err = f.DB.Read(ctx, func(tx *database.Tx) error {
		var err error
		if all, err = catalog.Tracked(ctx, tx, f.org, shop.store); err != nil {
			return err
		}
		levels, err := stock.Levels(ctx, tx, f.org, shop.store, all)
		for _, variant := range all {
			if levels[variant].Floor > 2*lentUnits {
				full = append(full, variant)
			}
		}
		return err
	})
	return all, full, err
}

func (f *filler) backRoom(ctx context.Context, shop *shop) error {
	all, _, err := f.plenty(ctx, shop)
	if err != nil || len(all) == 0 {
		return err
	}
	location, err := f.locate(ctx, shop)
	if err != nil {
		return err
	}
	slip := stock.Slip{Store: shop.store, Location: location, Kind: stock.Receive, Pool: stock.Till, Supplier: "새벽물류"}
	for _, variant := range all[:min(kept, len(all))] {
		slip.Lines = append(slip.Lines, stock.SlipLine{Variant: variant, Quantity: keptUnits, Cost: keptCost})
	}
	if _, err := f.Stock.Post(ctx, f.org, shop.manager, "demo:"+shop.site.code+":back", slip); err != nil {
		return err
	}
	return f.DB.Write(ctx, func(tx *database.Tx) error {
		for _, variant := range all[min(kept, len(all)):min(kept+watched, len(all))] {
			if err := f.Stock.SetMinimum(ctx, tx, f.org, shop.manager, shop.store, variant, minimum); err != nil {
				return err
			}
		}
		return f.halfCounted(ctx, tx, shop, location, all)
	})
}

// locate makes the back room, unless it is there already.
func (f *filler) locate(ctx context.Context, shop *shop) (int64, error) {
	location := stock.Location{Store: shop.store, Name: backRoom}
	err := f.DB.Write(ctx, func(tx *database.Tx) error {
		found, err := stock.Locations(ctx, tx, f.org, shop.store)
		if err != nil {
			return err
		}
		if len(found) > 0 {
			location = found[0]
			return nil
		}
		return f.Stock.SaveLocation(ctx, tx, f.org, shop.manager, &location)
	})
	return location.ID, err
}

// halfCounted begins a count of the back room and leaves it open. Nothing is done where one was begun before.
func (f *filler) halfCounted(ctx context.Context, tx *database.Tx, shop *shop, location int64, all []int64) error {
	begun, err := stock.Stocktakes(ctx, tx, f.org, shop.store, time.Time{}, 0, 1)
	if err != nil || len(begun) > 0 {
		return err
	}
	count, err := f.Stock.StartStocktake(ctx, tx, f.org, shop.cashiers[0], shop.store, location, "월말 실사")
	if err != nil {
		return err
	}
	for i, variant := range all[:min(countedOpen, len(all))] {
		key := fmt.Sprintf("demo:%d", i)
		_, err := f.Stock.Enter(ctx, tx, f.org, shop.cashiers[0], key, stock.Entry{
			Stocktake: count, Variant: variant, Quantity: keptUnits - int64(i),
		})
		if err != nil {
			return err
		}
	}
	return nil
}
