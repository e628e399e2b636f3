package checkout_test

import (
	"net/http"
	"testing"

	"dangol/internal/capability/catalog"
	"dangol/internal/capability/order"
	"dangol/internal/capability/staff"
	"dangol/internal/flow/checkout"
	"dangol/internal/ground/httpapi"
)

// hold sets an order aside at the first till.
func (s *shop) hold(name string, body object) checkout.HeldView {
	s.t.Helper()
	var kept checkout.HeldView
	s.send(call{path: "/v1/held-orders", key: s.key(), body: and(body, "name", name)}).into(s.t, &kept)
	return kept
}

func (s *shop) listHeld(at *till) []checkout.HeldView {
	s.t.Helper()
	var list httpapi.List[checkout.HeldView]
	s.send(call{path: "/v1/held-orders", till: at}).into(s.t, &list)
	return list.Items
}

func TestAHeldOrderGoesOnAtAnyTillOfTheStore(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		group := s.group("온도", 0, 1, catalog.Option{Name: "ICE", Delta: 500})
		latte := s.stockUp(good{name: "라떼", price: 5000, left: -1, groups: []int64{group.ID}})
		body := object{
			"lines":     []object{less(line(latte, 2, group.Options[0].ID), percent(100_000))},
			"discounts": []object{off(100)}, "service": "takeaway",
		}
		kept := s.hold("창가 손님", body)
		if kept.Total != 9800 || kept.Units != 2 || kept.HeldBy != "이하나" {
			t.Errorf("held %+v", kept)
		}
		listed := s.listHeld(&s.tills[1])
		if len(listed) != 1 || listed[0].Name != "창가 손님" {
			t.Fatalf("the other till sees %+v", listed)
		}
		var back checkout.HeldView
		recall := call{path: "/v1/held-orders/" + kept.ID + "/recall", method: http.MethodPost, till: &s.tills[1], key: s.key()}
		s.send(recall).into(t, &back)
		basket := back.Basket
		if basket.Service != order.Takeaway || len(basket.Lines) != 1 || basket.Lines[0].Options[0].OptionID == "" ||
			basket.Lines[0].Discounts[0].PercentPPM != 100_000 || basket.Discounts[0].Amount != 100 {
			t.Errorf("recalled %+v", basket)
		}
		recall.key = s.key()
		s.send(recall).into(t, &back) // its answer may have got lost
		if left := s.listHeld(nil); len(left) != 0 {
			t.Errorf("still held: %+v", left)
		}
		recall.till, recall.key = &s.tills[0], s.key()
		if problem := s.send(recall).problem(t); problem.Code != "held.taken" {
			t.Errorf("a second till recalls it: %s", problem.Code)
		}
	})
}

func TestTwoTillsNeverRecallTheSameOrder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		latte := s.stockUp(good{name: "라떼", price: 5000, left: -1})
		for range 5 {
			kept := s.hold("", object{"lines": []object{line(latte, 1)}})
			path := "/v1/held-orders/" + kept.ID + "/recall"
			answers := s.together(
				call{path: path, method: http.MethodPost, key: s.key(), till: &s.tills[0]},
				call{path: path, method: http.MethodPost, key: s.key(), till: &s.tills[1]},
			)
			won := 0
			for _, got := range answers {
				if got.status == http.StatusOK {
					won++
				} else if problem := got.problem(t); problem.Code != "held.taken" {
					t.Errorf("answered %s", got.body)
				}
			}
			if won != 1 {
				t.Errorf("%d tills have the order", won)
			}
		}
	})
}

func TestHoldingRefuses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		latte := s.stockUp(good{name: "라떼", price: 5000, left: -1})
		again := call{path: "/v1/held-orders", key: s.key(), body: object{"lines": []object{line(latte, 1)}}}
		var first, second checkout.HeldView
		s.send(again).into(t, &first)
		s.send(again).into(t, &second)
		if first.ID != second.ID || len(s.listHeld(nil)) != 1 {
			t.Errorf("one key holds %s and %s", first.ID, second.ID)
		}
		stranger := s.hire("stranger", "최남", staff.Assignment{Role: staff.Cashier, Store: s.addStore("S2")})
		end := func(id, verb string) call {
			return call{path: "/v1/held-orders/" + id + "/" + verb, method: http.MethodPost}
		}
		s.send(call{path: "/v1/held-orders/" + first.ID + "/discard", method: http.MethodPost, key: s.key()}).into(t, &second)
		refuse(t, s, []tried{
			{"what was discarded can't be recalled", end(first.ID, "recall"), 409, "held.taken", "", ""},
			{"what was never held is unknown", end("hld_1", "recall"), 404, "id.unknown", "", ""},
			{"what is no id is unknown", end("x", "discard"), 404, "id.unknown", "", ""},
			{"an order of nothing can't be held", call{path: "/v1/held-orders", body: object{"lines": []object{}}}, 422, "input.too_few", "body.lines", ""},
			{"who works elsewhere holds nothing here", call{path: "/v1/held-orders", person: &stranger, body: object{"lines": []object{line(latte, 1)}}}, 403, "auth.forbidden", "", ""},
		})
	})
}

func TestAnOrderSaysHowItIsTaken(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		latte := s.stockUp(good{name: "라떼", price: 5000, left: -1})
		var sold checkout.CheckoutView
		s.send(call{path: "/v1/checkouts", key: s.key(), body: and(basket(5000, 5000, line(latte, 1)), "service", "takeaway")}).into(t, &sold)
		s.sell(5000, line(latte, 1))
		if sold.Order.Service != order.Takeaway || sold.Receipt.Service != order.Takeaway {
			t.Errorf("the order says %q, the receipt %q", sold.Order.Service, sold.Receipt.Service)
		}
		for service, want := range map[string]int{"takeaway": 1, "eat_in": 0, "": 2} {
			var list httpapi.List[order.View]
			s.send(call{path: "/v1/orders?service=" + service}).into(t, &list)
			if len(list.Items) != want {
				t.Errorf("%d orders are %q, want %d", len(list.Items), service, want)
			}
		}
		s.verify()
	})
}
