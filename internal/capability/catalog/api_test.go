package catalog

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"dangol/internal/core/place"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/httpapi/httpapitest"
	"dangol/internal/ground/lang"
)

// counter is a catalogue behind its API: an organisation with two stores in won and one in dollars, an owner, a manager
// of the first store, a cashier there, and a stranger from another organisation.
type counter struct {
	*shop
	handler                http.Handler
	gangnam, jongno, tulsa string
	onHand                 map[int64]int64
}

func (c *counter) OnHand(_ context.Context, _ *database.Tx, _, _ int64, variants []int64) (map[int64]int64, error) {
	left := map[int64]int64{}
	for _, variant := range variants {
		left[variant] = c.onHand[variant]
	}
	return left, nil
}

// callers by the name that a test sends in a header, instead of sessions, which are not what is tested here.
var callers = map[string]auth.Caller{
	"owner": {Org: org, Staff: actor, Grants: auth.Grants{
		readPermission: {All: true}, writePermission: {All: true}, importPermission: {All: true}, soldOutPermission: {All: true},
	}},
	"manager": {Org: org, Staff: 10, Grants: auth.Grants{
		readPermission: {Stores: []int64{gangnam}}, writePermission: {Stores: []int64{gangnam}},
		importPermission: {Stores: []int64{gangnam}},
	}},
	"cashier": {Org: org, Staff: 11, Grants: auth.Grants{
		readPermission: {Stores: []int64{gangnam}}, soldOutPermission: {Stores: []int64{gangnam}},
	}},
	"stranger": {Org: otherOrg, Staff: 12, Grants: auth.Grants{
		readPermission: {All: true}, writePermission: {All: true}, importPermission: {All: true}, soldOutPermission: {All: true},
	}},
}

const tulsa = 13

func newCounter(t *testing.T, db *database.DB) *counter {
	t.Helper()
	c := &counter{
		shop: newShop(t, db), onHand: map[int64]int64{}, gangnam: place.StoreID.Format(gangnam),
		jongno: place.StoreID.Format(jongno), tulsa: place.StoreID.Format(tulsa),
	}
	c.mustWrite(func(tx *database.Tx) error {
		if err := place.CreateOrganisation(t.Context(), tx, org, "단골", lang.Korean); err != nil {
			return err
		}
		err := place.CreateMerchant(t.Context(), tx, org, 0, 5, place.MerchantInput{
			Country: "US", Identity: place.Identity{ValidFrom: "2026-01-01", Name: "Dangol", Taxation: place.General},
		})
		if err != nil {
			return err
		}
		for store, currency := range map[int64]string{gangnam: "KRW", jongno: "KRW", tulsa: "USD"} {
			err := place.CreateStore(t.Context(), tx, org, 0, store, place.StoreInput{
				MerchantID: place.MerchantID.Format(5), Code: string(rune('A' + store - gangnam)), Name: "매장", Zone: "Asia/Seoul",
				Currency: currency, TaxMode: place.Inclusive,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	server := httpapi.New(httpapi.Options{
		Logger: databasetest.Quiet(),
		Identify: func(_ context.Context, request *http.Request) (auth.Caller, error) {
			return callers[request.Header.Get("X-Caller")], nil
		},
	})
	Serve(server, db, c.catalog, c)
	c.handler = server.Handler()
	return c
}

func (c *counter) as(caller string) *httpapitest.Client {
	client := httpapitest.New(c.handler)
	client.Headers.Set("X-Caller", caller)
	return client
}

// upload sends a file as a browser's form does.
func (c *counter) upload(caller string, data []byte, stores ...string) httpapitest.Answer {
	c.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "메뉴.csv")
	if err == nil {
		_, err = part.Write(data)
	}
	for _, store := range stores {
		if err == nil {
			err = form.WriteField("store_ids", store)
		}
	}
	if err != nil || form.Close() != nil {
		c.t.Fatalf("write a form: %v", err)
	}
	request := httptest.NewRequest(http.MethodPost, "/v1/catalog-imports", &body)
	request.Header.Set("Content-Type", form.FormDataContentType())
	request.Header.Set("X-Caller", caller)
	request.Header.Set("Accept-Language", "ko")
	recorder := httptest.NewRecorder()
	c.handler.ServeHTTP(recorder, request)
	return httpapitest.Answer{Status: recorder.Code, Header: recorder.Header(), Body: recorder.Body.Bytes()}
}

func eachCounter(t *testing.T, test func(t *testing.T, c *counter)) {
	t.Helper()
	databasetest.Each(t, func(t *testing.T, db *database.DB) { test(t, newCounter(t, db)) })
}

func (c *counter) input(name string, price int64, stores ...string) map[string]any {
	prices := []map[string]any{}
	for _, store := range stores {
		prices = append(prices, map[string]any{"store_id": store, "amount": price})
	}
	return map[string]any{
		"name": name, "kind": "food", "status": "active",
		"variants": []map[string]any{{"tax_class": "standard", "tracked": true, "prices": prices}},
	}
}

func TestAProductIsEditedThroughTheAPI(t *testing.T) {
	t.Parallel()
	eachCounter(t, func(t *testing.T, c *counter) {
		owner := c.as("owner")
		var made ProductView
		owner.Do("POST", "/v1/products", c.input("라떼", 5000, c.gangnam)).Want(t, 201).Into(t, &made)
		if made.Handle != "라떼" || made.Version != 1 || made.Variants[0].Prices[0] != (PriceView{StoreID: c.gangnam, Amount: 5000}) {
			t.Errorf("got %+v", made)
		}
		changed := c.input("카페라떼", 5500, c.gangnam, c.jongno)
		changed["variants"] = []map[string]any{{
			"id": made.Variants[0].ID, "tax_class": "standard", "tracked": true,
			"prices": []PriceView{{StoreID: c.gangnam, Amount: 5500}, {StoreID: c.jongno, Amount: 5500}},
		}}
		path := "/v1/products/" + made.ID
		owner.Do("PUT", path, changed, "If-Match", "7").WantCode(t, 412, ErrStale.Name())
		owner.Do("PUT", path, changed, "If-Match", "1").Want(t, 200).Into(t, &made)
		if made.Version != 2 || made.Name != "카페라떼" || made.Handle != "라떼" || len(made.Variants) != 1 || len(made.Variants[0].Prices) != 2 {
			t.Errorf("got %+v", made)
		}
		c.as("manager").Do("PUT", path, c.input("카페라떼", 100, c.jongno), "If-Match", "2").WantCode(t, 403, auth.ErrForbidden.Name())
		c.as("cashier").Do("PUT", path, changed, "If-Match", "2").WantCode(t, 403, auth.ErrForbidden.Name())
		c.as("stranger").Do("GET", path, nil).WantCode(t, 404, "id.unknown")
		c.as("stranger").Do("PUT", path, changed, "If-Match", "2").WantCode(t, 404, "id.unknown")
		owner.Do("POST", "/v1/products", c.input("", 1, c.gangnam)).WantCode(t, 422, ErrMissing.Name())
		owner.Do("POST", "/v1/products", c.input("모카", 1, place.StoreID.Format(99))).WantCode(t, 422, ErrUnknownReference.Name())
		var page struct {
			Items      []ProductView `json:"items"`
			NextCursor string        `json:"next_cursor"`
		}
		owner.Do("POST", "/v1/products", c.input("모카", 1, c.gangnam)).Want(t, 201)
		owner.Do("GET", "/v1/products?limit=1", nil).Want(t, 200).Into(t, &page)
		first := page.Items[0].Name
		owner.Do("GET", "/v1/products?limit=1&cursor="+page.NextCursor, nil).Want(t, 200).Into(t, &page)
		if first != "모카" || len(page.Items) != 1 || page.Items[0].Name != "카페라떼" || page.NextCursor != "" {
			t.Errorf("got %s, then %+v", first, page)
		}
	})
}

func TestGroupsAndCategoriesAreEditedThroughTheAPI(t *testing.T) {
	t.Parallel()
	eachCounter(t, func(t *testing.T, c *counter) {
		owner := c.as("owner")
		var group GroupView
		owner.Do("POST", "/v1/option-groups", map[string]any{
			"name": "온도", "min": 1, "max": 1, "options": []map[string]any{{"name": "HOT", "default": true}, {"name": "ICE", "price_delta": 500}},
		}).Want(t, 201).Into(t, &group)
		change := map[string]any{
			"name": "온도", "min": 1, "max": 1, "options": []map[string]any{{"id": group.Options[1].ID, "name": "ICE", "sold_out": true}},
		}
		owner.Do("PUT", "/v1/option-groups/"+group.ID, change, "If-Match", "1").Want(t, 200).Into(t, &group)
		if group.Version != 2 || len(group.Options) != 1 || !group.Options[0].SoldOut {
			t.Errorf("got %+v", group)
		}
		owner.Do("PUT", "/v1/option-groups/"+group.ID, change, "If-Match", "1").WantCode(t, 412, ErrStale.Name())
		c.as("stranger").Do("PUT", "/v1/option-groups/"+group.ID, change, "If-Match", "2").WantCode(t, 404, "id.unknown")
		var category CategoryView
		owner.Do("POST", "/v1/categories", map[string]any{"name": "커피"}).Want(t, 201).Into(t, &category)
		owner.Do("POST", "/v1/categories", map[string]any{"name": "커피"}).WantCode(t, 409, ErrNameTaken.Name())
		path := "/v1/categories/" + category.ID
		owner.Do("PUT", path, map[string]any{"name": "차", "sort": 3}, "If-Match", "1").Want(t, 200).Into(t, &category)
		owner.Do("PUT", path, map[string]any{"name": "차"}, "If-Match", "1").WantCode(t, 412, ErrStale.Name())
		c.as("stranger").Do("PUT", path, map[string]any{"name": "차"}, "If-Match", "2").WantCode(t, 404, "id.unknown")
		if category.Name != "차" || category.Sort != 3 {
			t.Errorf("got %+v", category)
		}
	})
}

func TestTheMenuIsCheapToPoll(t *testing.T) {
	t.Parallel()
	eachCounter(t, func(t *testing.T, c *counter) {
		made := c.cafe()
		cashier := c.as("cashier")
		path := "/v1/stores/" + c.gangnam + "/menu"
		var menu MenuView
		first := cashier.Do("GET", path, nil).Want(t, 200).Into(t, &menu)
		if menu.Currency != "KRW" || len(menu.Products) != 1 || menu.Products[0].Variants[1].Price != 4500 ||
			menu.Products[0].NameEN != "Americano" || len(menu.OptionGroups) != 2 || len(menu.Categories) != 1 {
			t.Errorf("got %+v", menu)
		}
		tag := first.Header.Get("ETag")
		cashier.Do("GET", path, nil, "If-None-Match", tag).Want(t, 304)
		c.onHand[made.large] = 7
		second := cashier.Do("GET", path, nil, "If-None-Match", tag).Want(t, 200).Into(t, &menu)
		if menu.Products[0].Variants[1].OnHand != 7 {
			t.Errorf("got %+v", menu.Products[0].Variants[1])
		}
		c.save(made.product)
		cashier.Do("GET", path, nil, "If-None-Match", second.Header.Get("ETag")).Want(t, 200)
		cashier.Do("GET", "/v1/stores/"+c.jongno+"/menu", nil).WantCode(t, 403, auth.ErrForbidden.Name())
		c.as("stranger").Do("GET", path, nil).WantCode(t, 404, "id.unknown")
	})
}

func TestAFileIsImportedThroughTheAPI(t *testing.T) {
	t.Parallel()
	eachCounter(t, func(t *testing.T, c *counter) {
		owner := c.as("owner")
		var made ImportView
		c.upload("owner", []byte(coffee), c.gangnam, c.jongno).Want(t, 201).Into(t, &made)
		if made.Status != Checked || made.Summary != (ImportSummaryView{Rows: 2, Create: 2}) || made.FileName != "메뉴.csv" || len(made.StoreIDs) != 2 {
			t.Errorf("got %+v", made)
		}
		path := "/v1/catalog-imports/" + made.ID
		c.as("manager").Do("POST", path+"/apply", nil).WantCode(t, 403, auth.ErrForbidden.Name())
		c.as("stranger").Do("POST", path+"/apply", nil).WantCode(t, 404, "id.unknown")
		owner.Do("POST", path+"/apply", nil).Want(t, 200).Into(t, &made)
		if made.Status != Applied || made.Progress != (ImportProgressView{Done: 1, Total: 1}) || len(c.all()) != 2 {
			t.Errorf("got %+v", made)
		}
		export := owner.Do("GET", "/v1/catalog/export?format=csv&store_id="+c.gangnam, nil).Want(t, 200)
		if text := string(export.Body); !strings.Contains(text, "아메리카노") || !strings.HasPrefix(export.Header.Get("Content-Type"), "text/csv") {
			t.Errorf("got %s: %s", export.Header, text)
		}
		owner.Do("GET", "/v1/catalog/template?format=xlsx", nil).Want(t, 200)
		owner.Do("POST", path+"/undo", nil).Want(t, 200).Into(t, &made)
		if made.Status != Undone || len(c.all()) != 0 {
			t.Errorf("got %+v and %d products", made, len(c.all()))
		}
		owner.Do("POST", path+"/apply", nil).WantCode(t, 409, ErrImportState.Name())
		c.upload("owner", []byte("상품명,가격\n라떼,많이\n"), c.gangnam).Want(t, 201).Into(t, &made)
		if made.Status != Refused || len(made.Errors) != 1 || made.Errors[0].Row != 2 || made.Errors[0].Column != "가격" ||
			!strings.Contains(made.Errors[0].Message, "금액을 읽을 수 없어요") {
			t.Errorf("got %+v", made)
		}
		c.upload("owner", []byte("%PDF-1.7"), c.gangnam).WantCode(t, 415, ErrNotASheet.Name())
		c.upload("owner", make([]byte, MaxUpload+formOverhead), c.gangnam).Want(t, 413)
		c.upload("owner", []byte(coffee), c.gangnam, c.tulsa).WantCode(t, 422, ErrCurrencies.Name())
		c.upload("owner", []byte(coffee), place.StoreID.Format(99)).WantCode(t, 404, "id.unknown")
		c.upload("manager", []byte(coffee), c.jongno).WantCode(t, 403, auth.ErrForbidden.Name())
		c.upload("cashier", []byte(coffee), c.gangnam).WantCode(t, 403, auth.ErrForbidden.Name())
		var list struct {
			Items []ImportView `json:"items"`
		}
		owner.Do("GET", "/v1/catalog-imports", nil).Want(t, 200).Into(t, &list)
		if len(list.Items) != 2 {
			t.Errorf("got %+v", list)
		}
	})
}
