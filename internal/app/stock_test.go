package app_test

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/httpapi/httpapitest"
)

// keepStock takes units in, sends one to the back room of another store, and begins to count.
func (b *brand) keepStock(t testing.TB) {
	t.Helper()
	create := func(path string, body object) string {
		t.Helper()
		var made named
		b.owner.Do("POST", path, body, "Idempotency-Key", "stock:"+path).Want(t, 201).Into(t, &made)
		return made.ID
	}
	body := productBody(*b)
	body["name"], body["option_groups"] = "원두", []any{}
	body["variants"] = []any{object{
		"tax_class": "standard", "tracked": true, "prices": []any{object{"store_id": b.store, "amount": 4000}},
	}}
	var product struct {
		Variants []named `json:"variants"`
	}
	b.owner.Do("GET", "/v1/products/"+create("/v1/products", body), nil).Want(t, 200).Into(t, &product)
	b.counted = product.Variants[0].ID
	other := storeBody(b.merchant)
	other["code"] = "S2"
	second := create("/v1/stores", other)
	b.location = create("/v1/stock-locations", object{"store_id": second, "name": "창고"})
	b.slip = create("/v1/stock-slips", slipBody(*b))
	b.transfer = create("/v1/stock-transfers", object{
		"from_store_id": b.store, "to_store_id": second, "to_location_id": b.location, "lines": slipBody(*b)["lines"],
	})
	b.count = create("/v1/stock-counts", object{"store_id": b.store})
	b.picture = b.pictured(t)
}

func slipBody(b brand) object {
	return object{"store_id": b.store, "kind": "receive", "lines": []any{object{"variant_id": b.counted, "quantity": 1}}}
}

// pictured gives the brand's product a picture, and its path.
func (b *brand) pictured(t testing.TB) string {
	t.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, image.NewGray(image.Rect(0, 0, 400, 300))); err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequest(http.MethodPut, "/v1/products/"+b.product+"/picture", &file)
	request.Header.Set("Content-Type", "application/octet-stream")
	answer := b.owner.Send(request)
	if answer.Status != http.StatusOK {
		t.Fatalf("the picture: %d %s", answer.Status, answer.Body)
	}
	var made struct {
		Picture string `json:"picture"`
	}
	answer.Into(t, &made)
	return made.Picture
}

func TestAPictureIsServedForEver(t *testing.T) {
	t.Parallel()
	opened := open(t, databasetest.Target(t, database.SQLite))
	b := found(t, opened, "owner")
	answer := b.owner.Do("GET", b.picture+"?width=320", nil).Want(t, 200)
	read, err := jpeg.Decode(bytes.NewReader(answer.Body))
	if err != nil || read.Bounds().Dx() != 320 {
		t.Errorf("got %v, %v", read, err)
	}
	if kept := answer.Header.Get("Cache-Control"); kept != "private, max-age=31536000, immutable" {
		t.Errorf("it is kept %q", kept)
	}
	drawing := httptest.NewRequest(http.MethodPut, "/v1/products/"+b.product+"/picture", strings.NewReader(`<svg><script/></svg>`))
	drawing.Header.Set("Content-Type", "application/octet-stream")
	if refused := b.owner.Send(drawing); refused.Status != http.StatusUnprocessableEntity || !strings.Contains(string(refused.Body), "picture.kind") {
		t.Errorf("a drawing: %d %s", refused.Status, refused.Body)
	}
}

// stockStrangers calls every operation about stock that names something in its path with what is theirs.
func stockStrangers(us, them brand) map[string]httpapitest.Stranger {
	return map[string]httpapitest.Stranger{
		"set-product-picture":    {Path: fmt.Sprintf("/v1/products/%s/picture", them.product), Body: object{}},
		"remove-product-picture": {Path: fmt.Sprintf("/v1/products/%s/picture", them.product)},
		"get-picture":            {Path: them.picture},
		"get-stock":              {Path: fmt.Sprintf("/v1/stock/%s?store_id=%s", them.variant, us.store)},
		"set-stock-minimum": {Path: fmt.Sprintf("/v1/stock/%s/minimum", them.variant), Body: object{
			"store_id": us.store, "minimum": 1,
		}},
		"list-stock-locations":  {Path: fmt.Sprintf("/v1/stock-locations?store_id=%s", them.store)},
		"change-stock-location": {Path: fmt.Sprintf("/v1/stock-locations/%s", them.location), Body: object{"name": "창", "archived": false}},
		"list-stock-slips":      {Path: fmt.Sprintf("/v1/stock-slips?store_id=%s", them.store)},
		"get-stock-slip":        {Path: fmt.Sprintf("/v1/stock-slips/%s", them.slip)},
		"list-stock-transfers":  {Path: fmt.Sprintf("/v1/stock-transfers?store_id=%s", them.store)},
		"get-stock-transfer":    {Path: fmt.Sprintf("/v1/stock-transfers/%s", them.transfer)},
		"receive-stock-transfer": {Path: fmt.Sprintf("/v1/stock-transfers/%s/receive", them.transfer), Body: object{
			"lines": slipBody(them)["lines"],
		}},
		"cancel-stock-transfer":  {Path: fmt.Sprintf("/v1/stock-transfers/%s/cancel", them.transfer), Body: object{"reason": "오배송"}},
		"list-stock-counts":      {Path: fmt.Sprintf("/v1/stock-counts?store_id=%s", them.store)},
		"get-stock-count":        {Path: fmt.Sprintf("/v1/stock-counts/%s", them.count)},
		"list-stock-count-lines": {Path: fmt.Sprintf("/v1/stock-counts/%s/lines", them.count)},
		"enter-stock-count": {Path: fmt.Sprintf("/v1/stock-counts/%s/entries", them.count), Body: object{
			"variant_id": us.counted, "quantity": 1,
		}},
		"review-stock-count": {Path: fmt.Sprintf("/v1/stock-counts/%s/review", them.count)},
		"post-stock-count":   {Path: fmt.Sprintf("/v1/stock-counts/%s/post", them.count)},
		"cancel-stock-count": {Path: fmt.Sprintf("/v1/stock-counts/%s", them.count)},
	}
}
