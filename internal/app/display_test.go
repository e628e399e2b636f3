package app_test

import (
	"testing"

	"dangol/internal/ground/auth"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/httpapi/httpapitest"
)

// scene is what a test looks at of a display.
type scene struct {
	Version int64  `json:"version"`
	TillID  string `json:"till_id"`
	Phone   string `json:"phone"`
	Scene   struct {
		State string `json:"state"`
		Total int64  `json:"total"`
	} `json:"scene"`
}

func TestADisplayShowsWhatItsTillSellsAndHandsItANumber(t *testing.T) {
	t.Parallel()
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			opened := open(t, databasetest.Target(t, dialect))
			b := found(t, opened, "owner")
			pair := func(body object) *httpapitest.Client {
				t.Helper()
				var pairing struct {
					Code string `json:"pairing_code"`
				}
				b.owner.Do("POST", "/v1/devices", body).Want(t, 201).Into(t, &pairing)
				client := httpapitest.New(opened.Handler())
				client.Do("POST", "/v1/pairings", object{"code": pairing.Code}).Want(t, 201)
				return client
			}
			b.owner.Do("POST", "/v1/devices", object{"store_id": b.store, "name": "화면", "kind": "display"}).WantCode(t, 422, "fleet.till")
			guest := pair(object{"store_id": b.store, "name": "화면", "kind": "display", "till_id": b.device})
			other := pair(object{"store_id": b.store, "name": "2번", "kind": "till"})
			var seen scene
			look := func(client *httpapitest.Client) scene {
				t.Helper()
				seen = scene{}
				client.Do("GET", "/v1/display", nil).Want(t, 200).Into(t, &seen)
				return seen
			}
			if look(guest); seen.Scene.State != "idle" || seen.TillID != b.device {
				t.Errorf("at first it shows %+v", seen)
			}
			order := object{
				"state": "order", "currency": "KRW", "total": 4500,
				"lines": []any{object{"name": "아메리카노", "quantity": 1, "amount": 4500}},
			}
			b.till.Do("PUT", "/v1/display", order).Want(t, 204)
			if look(guest); seen.Scene.State != "order" || seen.Scene.Total != 4500 {
				t.Errorf("it shows %+v", seen)
			}
			if look(other); seen.Scene.State != "idle" {
				t.Errorf("another till shows %+v", seen)
			}
			guest.Do("PUT", "/v1/display", order).WantCode(t, 409, "display.till")
			guest.Do("PUT", "/v1/display/phone", object{"phone": "12345678"}).WantCode(t, 409, "display.phone")
			order["ask_phone"] = true
			b.till.Do("PUT", "/v1/display", order).Want(t, 204)
			guest.Do("PUT", "/v1/display/phone", object{"phone": "1234"}).Want(t, 422)
			guest.Do("PUT", "/v1/display/phone", object{"phone": "12345678"}).Want(t, 204)
			if look(b.till); seen.Phone != "12345678" {
				t.Errorf("the till sees %+v", seen)
			}
			b.till.Do("PUT", "/v1/display", order).Want(t, 204)
			if look(b.till); seen.Phone != "12345678" {
				t.Errorf("while it asks, the till sees %+v", seen)
			}
			order["ask_phone"] = false
			b.till.Do("PUT", "/v1/display", order).Want(t, 204)
			if look(b.till); seen.Phone != "" {
				t.Errorf("when it asks no more, the till sees %+v", seen)
			}
			// A display is no till, also with a cashier's session.
			guest.Headers.Set("Authorization", "Bearer "+b.owner.Cookie(auth.SessionCookieName))
			guest.Do("POST", "/v1/checkouts", checkoutBody(b.variant), "Idempotency-Key", "d").WantCode(t, 401, "auth.unpaired")
			guest.Do("POST", "/v1/shifts", object{"float": 0}, "Idempotency-Key", "d").WantCode(t, 401, "auth.unpaired")
		})
	}
}
