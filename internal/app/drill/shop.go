package drill

import (
	"context"
	"fmt"
	"strings"
	"time"

	"dangol/internal/app"
	"dangol/internal/capability/catalog"
	"dangol/internal/capability/fleet"
	"dangol/internal/capability/staff"
	"dangol/internal/core/place"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/lang"
)

const (
	// tills is how many sell at once.
	tills = 4
	// goods is how many products the shop has.
	goods = 20
	// shelf is how many units of each there are: enough that none sells out.
	shelf = 10_000_000
)

// shop is where a drill sells.
type shop struct {
	login, password string
	codes           []string // pairing codes, one for each till
}

// open makes an organisation with one store, its goods and its tills.
func openShop(ctx context.Context, o Options) (made shop, err error) {
	opened, err := o.open(ctx, false)
	if err != nil {
		return made, err
	}
	defer func() {
		if closing := opened.Close(); err == nil {
			err = closing
		}
	}()
	made = shop{login: fmt.Sprintf("drill-%d", opened.DB.NewID()), password: "a-password-for-drills"}
	org, err := opened.NewOrganisation(ctx, "Drill", lang.English, staff.Input{
		Login: made.login, Name: "Drill", Roles: []staff.Assignment{{Role: staff.Owner}},
	}, made.password)
	if err != nil {
		return made, err
	}
	store, err := openStore(ctx, opened, org)
	if err != nil {
		return made, err
	}
	if err := stockUp(ctx, opened, org, store); err != nil {
		return made, err
	}
	for i := range tills {
		device := opened.DB.NewID()
		var code string
		err := opened.DB.Write(ctx, func(tx *database.Tx) error {
			if err := fleet.Create(ctx, tx, org, 0, device, store, fmt.Sprintf("Till %d", i+1), fleet.Till); err != nil {
				return err
			}
			var err error
			code, _, err = fleet.NewPairing(ctx, tx, opened.Keeper, org, device)
			return err
		})
		if err != nil {
			return made, fmt.Errorf("make a till: %w", err)
		}
		made.codes = append(made.codes, code)
	}
	return made, nil
}

func openStore(ctx context.Context, opened *app.App, org int64) (int64, error) {
	merchant, store := opened.DB.NewID(), opened.DB.NewID()
	err := opened.DB.Write(ctx, func(tx *database.Tx) error {
		err := place.CreateMerchant(ctx, tx, org, 0, merchant, place.MerchantInput{
			Country: "KR",
			Identity: place.Identity{
				ValidFrom: "2020-01-01", RegistrationNumber: "123-45-67891", Name: "Drill", Representative: "Drill",
				Address: "Drill", Taxation: place.General,
			},
		})
		if err != nil {
			return err
		}
		return place.CreateStore(ctx, tx, org, 0, store, place.StoreInput{
			MerchantID: place.MerchantID.Format(merchant), Code: "D1", Name: "Drill", Zone: "Asia/Seoul", Currency: "KRW",
			TaxMode: place.Inclusive,
		})
	})
	return store, err
}

// stockUp imports the goods from a file, as a shop does.
func stockUp(ctx context.Context, opened *app.App, org, store int64) error {
	var file strings.Builder
	file.WriteString("상품코드,상품명,가격,재고관리,초기재고\n")
	for i := range goods {
		fmt.Fprintf(&file, "drill-%d,Drill %d,%d,Y,%d\n", i, i, 1000+100*i, shelf)
	}
	checked, err := opened.Catalog.Check(ctx, org, 0, catalog.File{
		Name: "drill.csv", Data: []byte(file.String()), Format: catalog.Template, Stores: []int64{store}, Currency: "KRW",
	})
	if err != nil {
		return err
	}
	applied, err := opened.Catalog.Apply(ctx, org, 0, checked.ID, clock.System{}.Now().Add(time.Minute))
	if err != nil {
		return err
	}
	if applied.State != catalog.Applied {
		return fmt.Errorf("the goods were not imported: %s %v", applied.State, applied.Problems)
	}
	return nil
}
