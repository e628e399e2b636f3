package catalog

import (
	"fmt"
	"testing"

	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/money"
)

func TestAPriceIsChanged(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		change PriceChange
		price  int64
		want   int64
		fails  bool
	}{
		"an amount is set as it is":                       {PriceChange{Mode: PriceSet, Value: 4444, Step: 100}, 5000, 4444, false},
		"an amount is added":                              {PriceChange{Mode: PriceAdd, Value: 300, Step: 1}, 5000, 5300, false},
		"an amount is taken off":                          {PriceChange{Mode: PriceAdd, Value: -300, Step: 1}, 5000, 4700, false},
		"a sum is rounded to its step":                    {PriceChange{Mode: PriceAdd, Value: 50, Step: 100}, 5000, 5100, false},
		"five percent more":                               {PriceChange{Mode: PricePercent, Value: 500, Step: 1}, 4500, 4725, false},
		"five percent more, to ten won":                   {PriceChange{Mode: PricePercent, Value: 500, Step: 10}, 4500, 4730, false},
		"five percent more, to a hundred won":             {PriceChange{Mode: PricePercent, Value: 500, Step: 100}, 4500, 4700, false},
		"it is rounded once, not to the won and then on":  {PriceChange{Mode: PricePercent, Value: 1, Step: 10}, 4444, 4440, false},
		"two and a half percent less":                     {PriceChange{Mode: PricePercent, Value: -250, Step: 10}, 10000, 9750, false},
		"all of it less is nothing":                       {PriceChange{Mode: PricePercent, Value: -100_00, Step: 10}, 4500, 0, false},
		"a sum beyond what can be counted is no price":    {PriceChange{Mode: PriceAdd, Value: money.Max, Step: 1}, 1, 0, true},
		"a product beyond what can be counted is neither": {PriceChange{Mode: PricePercent, Value: 1000_00, Step: 1}, money.Max, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := row.change.price(row.price)
			if (err != nil) != row.fails || got != row.want {
				t.Errorf("got %d, %v", got, err)
			}
		})
	}
}

// versions are products as they are now.
func (s *shop) versions(products ...int64) []Version {
	list := make([]Version, len(products))
	for i, product := range products {
		list[i] = Version{ID: product, Version: s.product(product).Version}
	}
	return list
}

func TestManyProductsAreChangedAndChangedBack(t *testing.T) {
	t.Parallel()
	eachCounter(t, func(t *testing.T, c *counter) {
		owner := c.as("owner")
		var category CategoryView
		owner.Do("POST", "/v1/categories", map[string]any{"name": "음료"}).Want(t, 201).Into(t, &category)
		var ids []string
		for i := range 3 {
			var made ProductView
			owner.Do("POST", "/v1/products", c.input(fmt.Sprint("차 ", i), 4500, c.gangnam, c.jongno)).Want(t, 201).Into(t, &made)
			ids = append(ids, made.ID)
		}
		change := map[string]any{
			"category_id": category.ID, "tax_class": "exempt", "status": "archived",
			"price": map[string]any{"store_ids": []string{c.gangnam}, "mode": "percent", "value": 500, "step": 100},
		}
		var preview BulkPreviewView
		owner.Do("POST", "/v1/catalog/bulk-edits/preview", map[string]any{"product_ids": ids, "change": change}).Want(t, 200).Into(t, &preview)
		if len(preview.Products) != 3 || preview.Unchanged != 0 || len(preview.Products[0].Rows) != 4 {
			t.Fatalf("got %+v", preview)
		}
		price := preview.Products[0].Rows[3]
		if price.Field != "prices" || price.StoreID != c.gangnam || price.Before != "4500" || price.After != "4700" {
			t.Errorf("got %+v", price)
		}
		var products []map[string]any
		for _, product := range preview.Products {
			products = append(products, map[string]any{"id": product.ID, "version": product.Version})
		}
		body := map[string]any{"products": products, "change": change}
		c.as("manager").Do("POST", "/v1/catalog/bulk-edits", map[string]any{"products": products, "change": map[string]any{
			"price": map[string]any{"store_ids": []string{c.jongno}, "mode": "set", "value": 1},
		}}).WantCode(t, 403, auth.ErrForbidden.Name())
		var edit BulkEditView
		owner.Do("POST", "/v1/catalog/bulk-edits", body).Want(t, 201).Into(t, &edit)
		owner.Do("POST", "/v1/catalog/bulk-edits", body).WantCode(t, 412, ErrStale.Name())
		var now ProductView
		owner.Do("GET", "/v1/products/"+ids[0], nil).Want(t, 200).Into(t, &now)
		if now.CategoryID != category.ID || now.Status != Archived || now.Variants[0].TaxClass != "exempt" ||
			len(now.Variants[0].Prices) != 2 || now.Variants[0].Prices[0].Amount+now.Variants[0].Prices[1].Amount != 4700+4500 {
			t.Errorf("got %+v", now)
		}
		renamed := c.input("다른 차", 9000, c.gangnam)
		renamed["variants"] = []map[string]any{{"id": now.Variants[0].ID, "tax_class": "standard", "tracked": true}}
		owner.Do("PUT", "/v1/products/"+ids[0], renamed, "If-Match", fmt.Sprint(now.Version)).Want(t, 200)
		path := "/v1/catalog/bulk-edits/" + edit.ID + "/undo"
		c.as("stranger").Do("POST", path, nil).WantCode(t, 404, "id.unknown")
		owner.Do("POST", path, nil).Want(t, 200).Into(t, &edit)
		if edit.Kept != 1 || edit.UndoneAt == nil {
			t.Errorf("got %+v", edit)
		}
		owner.Do("POST", path, nil).WantCode(t, 409, ErrBulkUndone.Name())
		owner.Do("GET", "/v1/products/"+ids[0], nil).Want(t, 200).Into(t, &now)
		if now.Name != "다른 차" {
			t.Errorf("what was changed since was changed back: %+v", now)
		}
		owner.Do("GET", "/v1/products/"+ids[1], nil).Want(t, 200).Into(t, &now)
		if now.CategoryID != "" || now.Status != Active || now.Variants[0].TaxClass != "standard" || now.Variants[0].Prices[0].Amount != 4500 {
			t.Errorf("got %+v", now)
		}
		var list struct {
			Items []BulkEditView `json:"items"`
		}
		owner.Do("GET", "/v1/catalog/bulk-edits", nil).Want(t, 200).Into(t, &list)
		if len(list.Items) != 1 || list.Items[0].Products != 3 || list.Items[0].Price.Value != 500 {
			t.Errorf("got %+v", list)
		}
	})
}

func TestABulkEditIsRefusedWhole(t *testing.T) {
	t.Parallel()
	eachCounter(t, func(t *testing.T, c *counter) {
		made := c.cafe()
		c.save(&Product{
			Handle: "물", Name: "물", Kind: Goods, Variants: []Variant{{TaxClass: "standard", Prices: map[int64]int64{gangnam: 100}}},
		})
		all := c.all()
		both := c.versions(all[0].ID, all[1].ID)
		unknown := int64(77)
		same := false
		cheaper := &PriceChange{Stores: []int64{gangnam}, Mode: PriceAdd, Value: -200, Step: 1}
		for name, row := range map[string]struct {
			products []Version
			change   Change
			want     *fault.Code
		}{
			"a change of nothing":                       {both, Change{}, ErrBulkNothing},
			"no products":                               {nil, Change{Archived: &same}, ErrBulkProducts},
			"too many products":                         {make([]Version, maxBulk+1), Change{Archived: &same}, ErrTooMany},
			"a category that there is not":              {both, Change{Category: &unknown}, ErrUnknownReference},
			"what is so already":                        {both, Change{Archived: &same}, ErrBulkSame},
			"a price below nothing":                     {both, Change{Price: cheaper}, ErrBulkPrice},
			"a product that someone changed in between": {[]Version{{ID: made.product.ID, Version: 99}}, Change{Archived: &same}, ErrStale},
			"a percentage that nobody can mean":         {both, Change{Price: &PriceChange{Stores: []int64{gangnam}, Mode: PricePercent, Value: -100_01, Step: 1}}, ErrRange},
			"prices in no store":                        {both, Change{Price: &PriceChange{Mode: PriceSet, Step: 1}}, ErrStoresMissing},
		} {
			t.Run(name, func(t *testing.T) {
				err := c.write(func(tx *database.Tx) error {
					_, err := c.catalog.Edit(t.Context(), tx, org, actor, row.products, row.change)
					return err
				})
				found := fault.As(err)
				if found == nil || found.Code != row.want.Name() && (len(found.Fields) == 0 || found.Fields[0].Code != row.want.Name()) {
					t.Errorf("got %v", err)
				}
			})
		}
		for _, before := range all {
			if now := c.product(before.ID); !sameProduct(&before, now) {
				t.Errorf("%s was changed", now.Name)
			}
		}
	})
}
