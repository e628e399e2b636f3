package order_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"dangol/internal/capability/order"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
)

func TestTillsThatOpenAtOnceHaveBandsOfTheirOwn(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		const org, store, tills = 1, 2, 4
		ctx := context.Background()
		var opening sync.WaitGroup
		for device := range int64(tills) {
			for range 2 { // a till that opens twice keeps what it has
				opening.Go(func() {
					if err := order.OpenRegister(ctx, db, org, device+1, store); err != nil {
						t.Error(err)
					}
				})
			}
		}
		opening.Wait()
		err := db.Read(ctx, func(tx *database.Tx) error {
			var slots []int64
			for device := range int64(tills) {
				register, err := order.ReadRegister(ctx, tx, org, device+1)
				if err != nil {
					return err
				}
				if register.Next != 1 || register.Store != store {
					t.Errorf("got %+v", register)
				}
				slots = append(slots, register.Slot)
			}
			slices.Sort(slots)
			if !slices.Equal(slots, []int64{0, 1, 2, 3}) {
				t.Errorf("the slots are %v", slots)
			}
			if _, err := order.ReadRegister(ctx, tx, org+1, 1); !errors.Is(err, database.ErrNone) {
				t.Errorf("another organisation's till has %v", err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
