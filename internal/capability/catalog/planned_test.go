package catalog

import (
	"testing"

	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/fault"
)

func TestPlannedCheck(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		change func(*Planned)
		path   string
		code   *fault.Code
	}{
		{"a day until a day", func(*Planned) {}, "", nil},
		{"one day alone", func(p *Planned) { p.Ends = p.Starts }, "", nil},
		{"a day until a time of it", func(p *Planned) { p.Ends = "2026-11-25T18:00" }, "", nil},
		{"a time until a day", func(p *Planned) { p.Starts = "2026-11-25T18:00" }, "", nil},
		{"without an end", func(p *Planned) { p.Ends = "" }, "", nil},
		{"a day that there is not", func(p *Planned) { p.Starts = "2026-02-30" }, "starts", ErrPlannedTime},
		{"a time that there is not", func(p *Planned) { p.Ends = "2026-11-27T24:00" }, "ends", ErrPlannedTime},
		{"a time to the second", func(p *Planned) { p.Starts = "2026-11-25T18:00:00" }, "starts", ErrPlannedTime},
		{"no start", func(p *Planned) { p.Starts = "" }, "starts", ErrPlannedTime},
		{"an end before the start", func(p *Planned) { p.Ends = "2026-11-24" }, "ends", ErrPlannedOrder},
		{"a minute that ends when it starts", func(p *Planned) {
			p.Starts, p.Ends = "2026-11-25T18:00", "2026-11-25T18:00"
		}, "ends", ErrPlannedOrder},
		{"a price below zero", func(p *Planned) { p.Amount = -1 }, "amount", ErrRange},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			planned := &Planned{Variant: 1, Amount: 3000, Starts: "2026-11-25", Ends: "2026-11-27"}
			row.change(planned)
			wantField(t, planned.Check(), row.path, row.code)
		})
	}
}

func TestPricesArePlannedThroughTheAPI(t *testing.T) {
	t.Parallel()
	eachCounter(t, func(t *testing.T, c *counter) {
		owner := c.as("owner")
		var latte, cake ProductView
		owner.Do("POST", "/v1/products", c.input("라떼", 5000, c.gangnam, c.jongno)).Want(t, 201).Into(t, &latte)
		input := c.input("케이크", 0, c.gangnam)
		input["sold_by"] = "open_price"
		owner.Do("POST", "/v1/products", input).Want(t, 201).Into(t, &cake)
		variant := latte.Variants[0].ID

		var menu MenuView
		owner.Do("GET", "/v1/stores/"+c.gangnam+"/menu", nil).Want(t, 200).Into(t, &menu)
		before := menu.Prices

		body := map[string]any{"variant_id": variant, "store_id": c.gangnam, "amount": 4000, "starts": "2020-01-01", "name": "개점 행사"}
		var made PlannedView
		owner.Do("POST", "/v1/planned-prices", body).Want(t, 201).Into(t, &made)
		if made.State != Running || made.Currency != "KRW" || made.ProductName != "라떼" || made.Version != 1 {
			t.Errorf("it was planned as %+v", made)
		}
		owner.Do("GET", "/v1/stores/"+c.gangnam+"/menu", nil).Want(t, 200).Into(t, &menu)
		if menu.Prices == before || price(menu, variant) != 4000 {
			t.Errorf("the menu says %q and %d, want another and 4000", menu.Prices, price(menu, variant))
		}
		owner.Do("GET", "/v1/stores/"+c.jongno+"/menu", nil).Want(t, 200).Into(t, &menu)
		if price(menu, variant) != 5000 {
			t.Errorf("another store sells it for %d", price(menu, variant))
		}

		path := "/v1/planned-prices/" + made.ID
		body["ends"] = "2020-01-31"
		owner.Do("PUT", path, body, "If-Match", "7").WantCode(t, 412, ErrStale.Name())
		owner.Do("PUT", path, body, "If-Match", "1").Want(t, 200).Into(t, &made)
		if made.State != Over || made.Version != 2 {
			t.Errorf("it is now %+v", made)
		}
		all := map[string]any{"variant_id": variant, "currency": "KRW", "amount": 3900, "starts": "2999-01-01T10:00"}
		owner.Do("POST", "/v1/planned-prices", all).Want(t, 201)
		var list struct{ Items []PlannedView }
		owner.Do("GET", "/v1/planned-prices?store_id="+c.gangnam, nil).Want(t, 200).Into(t, &list)
		if len(list.Items) != 2 || list.Items[1].StoreID != "" || list.Items[1].State != Coming {
			t.Errorf("planned are %+v", list.Items)
		}
		owner.Do("GET", "/v1/planned-prices?store_id="+c.tulsa, nil).Want(t, 200).Into(t, &list)
		if len(list.Items) != 0 {
			t.Errorf("a store in dollars has %+v", list.Items)
		}
		for code, change := range map[*fault.Code]map[string]any{
			ErrPlannedOpen:      {"variant_id": cake.Variants[0].ID},
			ErrUnknownReference: {"variant_id": "var_1"},
			ErrPlannedCurrency:  {"currency": "USD"},
			ErrPlannedOrder:     {"ends": "2019-12-31"},
			ErrPlannedTime:      {"starts": "tomorrow"},
		} {
			wrong := map[string]any{}
			for _, from := range []map[string]any{body, change} {
				for key, value := range from {
					wrong[key] = value
				}
			}
			owner.Do("POST", "/v1/planned-prices", wrong).WantCode(t, 422, code.Name())
		}
		owner.Do("DELETE", path, nil).Want(t, 204)
		owner.Do("DELETE", path, nil).Want(t, 404)
	})
}

// price is what a menu says that a variant costs.
func price(menu MenuView, variant string) int64 {
	for _, product := range menu.Products {
		for _, one := range product.Variants {
			if one.ID == variant {
				return one.Price
			}
		}
	}
	return -1
}

func TestAnUndoneImportTakesItsPlannedPricesAlong(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		shop := newShop(t, db)
		made := shop.apply([]byte("상품코드,상품명,가격\ncup,컵,3000\n"), "KRW", gangnam)
		cup := shop.all()[0]
		shop.mustWrite(func(tx *database.Tx) error {
			return shop.catalog.SavePlanned(t.Context(), tx, org, actor, &Planned{
				Variant: cup.Variants[0].ID, Store: gangnam, Currency: "KRW", Amount: 2000, Starts: "2026-11-25",
			})
		})
		wantImport(t, shop.undo(made.ID), Undone, 1, 0, 0)
		if left := shop.all(); len(left) != 0 {
			t.Errorf("%d products are left", len(left))
		}
	})
}
