package checkout_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"dangol/internal/capability/catalog"
	"dangol/internal/capability/order"
	"dangol/internal/capability/staff"
	"dangol/internal/core/place"
	"dangol/internal/flow/checkout"
	"dangol/internal/ground/database"
	"dangol/internal/ground/httpapi"
)

// tried is a request that is refused, and how.
type tried struct {
	name     string
	call     call
	status   int
	code     string
	location string // of the first field that is named; "" when none is
	korean   string // part of what is said
}

// refuse sends each and expects that it is refused and that nothing has changed.
func refuse(t *testing.T, s *shop, rows []tried) {
	t.Helper()
	before := s.state()
	for _, row := range rows {
		if row.call.key == "" {
			row.call.key = s.key()
		}
		got := s.send(row.call)
		if got.status != row.status {
			t.Errorf("%s: answered %d, want %d: %s", row.name, got.status, row.status, got.body)
			continue
		}
		problem := got.problem(t)
		said := problem.Detail
		location := ""
		code := problem.Code
		if len(problem.Errors) > 0 {
			location = problem.Errors[0].Location
			said += " " + problem.Errors[0].Message
			code = problem.Errors[0].Code
		}
		if code != row.code || location != row.location || !strings.Contains(said, row.korean) {
			t.Errorf("%s: got %s at %q, want %s at %q with %q: %s", row.name, code, location, row.code, row.location, row.korean, got.body)
		}
	}
	if after := s.state(); after != before {
		t.Errorf("something changed:\n%s\nwas\n%s", after, before)
	}
	s.verify()
}

// state is what refused requests must leave as it is.
func (s *shop) state() string {
	s.t.Helper()
	var text strings.Builder
	var orders httpapi.List[order.View]
	s.send(call{path: "/v1/orders?limit=200", person: &s.owner}).into(s.t, &orders)
	fmt.Fprintf(&text, "%+v\n", orders.Items)
	var drawers httpapi.List[checkout.DrawerView]
	s.send(call{path: "/v1/drawers?store_id=" + place.StoreID.Format(s.store), person: &s.owner}).into(s.t, &drawers)
	fmt.Fprintf(&text, "%+v\n", drawers.Items)
	return text.String()
}

func TestCheckoutRefuses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		size := s.group("사이즈", 1, 1, catalog.Option{Name: "보통"}, catalog.Option{Name: "크게", Delta: 500})
		other := s.group("얼음", 0, 1, catalog.Option{Name: "적게"})
		coffee := s.stockUp(good{name: "아메리카노", price: 4500, left: -1, groups: []int64{size.ID}})
		note := s.stockUp(good{name: "공책", price: 3000, left: 5})
		dear := s.stockUp(good{name: "건물", price: 1<<53 - 1, left: -1})
		normal := size.Options[0].ID
		elsewhere := open(t, s.db, business{})
		foreign := elsewhere.stockUp(good{name: "남의 물건", price: 1000, left: -1})
		used := s.key()
		s.send(call{path: "/v1/checkouts", key: used, body: basket(3000, 3000, line(note, 1))}).into(t, &checkout.CheckoutView{})

		sale := func(body any) call { return call{path: "/v1/checkouts", body: body} }
		with := func(change object) call {
			body := basket(3000, 3000, line(note, 1))
			for name, value := range change {
				body[name] = value
			}
			return sale(body)
		}
		ended := person{id: s.cashier.id, token: s.endedSession()}
		nobody, noTill := &person{}, &till{}
		auditor := s.hire("auditor", "박감사", staff.Assignment{Role: staff.Auditor})

		refuse(t, s, []tried{
			{"the same key with another body is a conflict", call{path: "/v1/checkouts", key: used, body: basket(6000, 6000, line(note, 2))}, 409, "ledger.key_conflict", "", "새 요청"},
			{"the same key at another till is a conflict", call{path: "/v1/checkouts", key: used, till: &s.tills[1], body: basket(3000, 3000, line(note, 1))}, 409, "ledger.key_conflict", "", ""},
			{"an option that does not exist is named by its field", sale(basket(4500, 4500, line(coffee, 1, normal, 99))), 422, "catalog.option_unknown", "body.lines[0].options[1].option_id", "옵션"},
			{"an option of another product is refused", sale(basket(4500, 4500, line(coffee, 1, normal, other.Options[0].ID))), 422, "catalog.option_foreign", "body.lines[0].options[1].option_id", "적게"},
			{"a group under its minimum is named", sale(basket(4500, 4500, line(coffee, 1))), 422, "catalog.group_minimum", "body.lines[0].options", "사이즈"},
			{"a variant that is no id is unknown", with(object{"lines": []object{{"variant_id": "x", "quantity": 1}}}), 422, "catalog.variant_unknown", "body.lines[0].variant_id", ""},
			{"a variant of another organisation is as unknown as any", sale(basket(1000, 1000, line(foreign, 1))), 422, "catalog.variant_unknown", "body.lines[0].variant_id", ""},
			{"more units than there are name the variant and what is left", sale(basket(15000, 15000, line(note, 5))), 409, "checkout.out_of_stock", "body.lines[0].quantity", "공책의 재고가 4개"},
			{"units of one variant on two lines count together", sale(basket(15000, 15000, line(note, 2), line(note, 3))), 409, "checkout.out_of_stock", "body.lines[0].quantity", "4개"},
			{"tenders below the total are too little", sale(basket(6000, 5990, line(note, 2))), 422, "pricing.tender_short", "body.tenders", "10원"},
			{"no tender for something that costs is too little", with(object{"tenders": []object{}}), 422, "pricing.tender_short", "body.tenders", ""},
			{"a total that is not the customer's is refused", sale(basket(2500, 3000, line(note, 1))), 409, "checkout.price_changed", "body.expected_total", "가격이 바뀌었어요"},
			{"an amount that overflows is refused", sale(basket(1, 1, line(dear, 2))), 422, "money.overflow", "body.lines[0].quantity", ""},
			{"sums that overflow are refused", sale(basket(1, 1, line(dear, 1), line(dear, 1))), 422, "money.overflow", "body.lines[1]", ""},
			{"tenders that overflow are refused", with(object{"tenders": []object{{"kind": "cash", "amount": int64(1<<53 - 1)}, {"kind": "cash", "amount": int64(1<<53 - 1)}}}), 422, "money.overflow", "body.tenders[1].amount", ""},
			{"a number beyond what JSON holds is refused", sale(`{"lines":[{"variant_id":"var_1","quantity":1}],"expected_total":9007199254740993,"tenders":[]}`), 422, "input.integer", "body.expected_total", ""},
			{"a negative quantity is refused", sale(basket(3000, 3000, line(note, -1))), 422, "input.minimum", "body.lines[0].quantity", ""},
			{"a quantity of zero is refused", sale(basket(3000, 3000, line(note, 0))), 422, "input.minimum", "body.lines[0].quantity", ""},
			{"a negative tender is refused", sale(basket(3000, -3000, line(note, 1))), 422, "input.minimum", "body.tenders[0].amount", ""},
			{"a fractional quantity is refused", sale(strings.Replace(`{"lines":[{"variant_id":"VARIANT","quantity":1.5}],"expected_total":4500,"tenders":[]}`, "VARIANT", catalog.VariantID.Format(note), 1)), 422, "input.integer", "body.lines[0].quantity", ""},
			{"a fractional tender is refused", with(object{"tenders": []object{{"kind": "cash", "amount": 3000.5}}}), 422, "input.integer", "body.tenders[0].amount", ""},
			{"another currency is refused", with(object{"currency": "USD"}), 422, "checkout.currency", "body.currency", "KRW"},
			{"a tender that does not exist is refused", with(object{"tenders": []object{{"kind": "gold", "amount": 3000}}}), 422, "input.choice", "body.tenders[0].kind", ""},
			{"nothing can't be sold", with(object{"lines": []object{}}), 422, "input.too_few", "body.lines", ""},
			{"a sale in the future is refused", with(object{"sold_at": opened.Add(6 * time.Minute)}), 422, "checkout.sold_at", "body.sold_at", "시계"},
			{"a sale of last year is refused", with(object{"sold_at": opened.AddDate(-1, 0, 0)}), 422, "checkout.sold_at", "body.sold_at", ""},
			{"nobody can't sell", call{path: "/v1/checkouts", person: nobody, body: basket(3000, 3000, line(note, 1))}, 401, "auth.sign_in", "", ""},
			{"an ended session can't sell", call{path: "/v1/checkouts", person: &ended, body: basket(3000, 3000, line(note, 1))}, 401, "auth.session_ended", "", ""},
			{"without a till nothing is sold", call{path: "/v1/checkouts", till: noTill, body: basket(3000, 3000, line(note, 1))}, 401, "auth.unpaired", "", ""},
			{"who only reads can't sell", call{path: "/v1/checkouts", person: &auditor, body: basket(3000, 3000, line(note, 1))}, 403, "auth.forbidden", "", ""},
		})
	})
}

// endedSession is the token of a session that was ended.
func (s *shop) endedSession() string {
	s.t.Helper()
	var token string
	s.write(func(ctx context.Context, tx *database.Tx) error {
		session, opened, err := s.keeper.Begin(ctx, tx, s.org, s.cashier.id)
		token = opened
		return errors.Join(err, s.keeper.End(ctx, tx, s.org, session.ID))
	})
	return token
}

func TestTheSameRequestIsDoneOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		note := s.stockUp(good{name: "공책", price: 3000, left: 5})
		again := call{path: "/v1/checkouts", key: s.key(), body: basket(3000, 5000, line(note, 1))}
		var first, second checkout.CheckoutView
		s.send(again).into(t, &first)
		s.sell(3000, line(note, 1))
		s.send(again).into(t, &second)
		if first.Replayed || !second.Replayed || second.Order.ID != first.Order.ID || second.Receipt.Number != first.Receipt.Number {
			t.Errorf("first %+v, then %+v", first, second)
		}
		if second.OnHand[0].OnHand != 3 || second.Drawer.Balance != 6000 || second.Change != 2000 {
			t.Errorf("the balances of now are 3 units and 6,000 won, got %+v", second)
		}

		back := call{path: "/v1/orders/" + first.Order.ID + "/refunds", key: s.key(), body: object{"all": true, "restock": true}}
		var refunded, replayed checkout.RefundedView
		s.send(back).into(t, &refunded)
		s.send(back).into(t, &replayed)
		if refunded.Replayed || !replayed.Replayed || replayed.Refund.ID != refunded.Refund.ID || replayed.Drawer.Balance != 3000 {
			t.Errorf("refunded %+v, then %+v", refunded, replayed)
		}
		if left := s.left(note); left != 4 {
			t.Errorf("%d units are left, want 4", left)
		}
		s.verify()
	})
}

func TestARejectionIsRememberedUnderItsKey(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		note := s.stockUp(good{name: "공책", price: 3000, left: 1})
		short := call{path: "/v1/checkouts", key: s.key(), body: basket(6000, 6000, line(note, 2))}
		s.send(short)
		if _, err := s.stock.Move(context.Background(), s.org, s.owner.id, s.key(), receive(s, note, 9)); err != nil {
			t.Fatal(err)
		}
		got := s.send(short)
		if problem := got.problem(t); got.status != http.StatusConflict || problem.Code != "checkout.out_of_stock" || s.left(note) != 10 {
			t.Errorf("got %s with %d left, want the first answer again and nothing sold", got.body, s.left(note))
		}
		s.verify()
	})
}

func TestRefundRefuses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		note := s.stockUp(good{name: "공책", price: 3000, left: 5})
		sold := s.sell(9000, line(note, 3))
		whole := s.sell(3000, line(note, 1))
		first := sold.Order.Lines[0].ID
		refund := func(body object) call { return call{path: "/v1/orders/" + sold.Order.ID + "/refunds", body: body} }
		lines := func(line string, quantity any) object {
			return object{"lines": []object{{"line_id": line, "quantity": quantity}}, "restock": true}
		}
		s.send(call{path: "/v1/orders/" + whole.Order.ID + "/refunds", key: s.key(), body: object{"all": true, "restock": false}}).
			into(t, &checkout.RefundedView{})
		elsewhere := open(t, s.db, business{})
		foreign := elsewhere.sell(1000, line(elsewhere.stockUp(good{name: "남의 물건", price: 1000, left: -1}), 1))
		auditor := s.hire("auditor", "박감사", staff.Assignment{Role: staff.Auditor})

		refuse(t, s, []tried{
			{"more units than were sold name what is left", refund(lines(first, 4)), 409, "checkout.already_refunded", "body.lines[0].quantity", "3개"},
			{"an order that was refunded whole has nothing left", call{path: "/v1/orders/" + whole.Order.ID + "/refunds", body: object{"all": true, "restock": true}}, 409, "checkout.already_refunded", "", "0개"},
			{"a line of another order is unknown", refund(lines(whole.Order.Lines[0].ID, 1)), 422, "pricing.unknown_line", "body.lines[0].line_id", ""},
			{"a line that is no id is unknown", refund(lines("x", 1)), 422, "pricing.unknown_line", "body.lines[0].line_id", ""},
			{"a line can't stand twice", refund(object{"lines": []object{{"line_id": first, "quantity": 1}, {"line_id": first, "quantity": 1}}, "restock": true}), 422, "pricing.line_twice", "body.lines[1].line_id", ""},
			{"a negative quantity is refused", refund(lines(first, -1)), 422, "input.minimum", "body.lines[0].quantity", ""},
			{"a fractional quantity is refused", refund(lines(first, 0.5)), 422, "input.integer", "body.lines[0].quantity", ""},
			{"neither all nor lines is refused", refund(object{"restock": true}), 422, "checkout.all_or_lines", "body.lines", ""},
			{"whether the units go back must be said", refund(object{"all": true}), 422, "input.required", "body.restock", ""},
			{"another organisation's order does not exist", call{path: "/v1/orders/" + foreign.Order.ID + "/refunds", body: object{"all": true, "restock": true}}, 404, "id.unknown", "", ""},
			{"an order that is no id does not exist", call{path: "/v1/orders/x/refunds", body: object{"all": true, "restock": true}}, 404, "id.unknown", "", ""},
			{"who only reads can't refund", call{path: "/v1/orders/" + sold.Order.ID + "/refunds", person: &auditor, body: object{"all": true, "restock": true}}, 403, "auth.forbidden", "", ""},
		})
	})
}

func TestACashierReadsHisStoreAndNotTheBooks(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		sold := s.sell(1000, line(s.stockUp(good{name: "사탕", price: 1000, left: -1}), 1))
		store := place.StoreID.Format(s.store)
		stranger := s.hire("stranger", "최남", staff.Assignment{Role: staff.Cashier, Store: s.addStore("S2")})
		elsewhere := open(t, s.db, business{})
		foreign := elsewhere.sell(1000, line(elsewhere.stockUp(good{name: "남의 물건", price: 1000, left: -1}), 1))
		for _, row := range []struct {
			name, path string
			person     person
			status     int
		}{
			{"a cashier reads an order of his store", "/v1/orders/" + sold.Order.ID, s.cashier, 200},
			{"a cashier finds a receipt by its number", "/v1/receipts/" + sold.Receipt.Number, s.cashier, 200},
			{"a number may be typed in small letters", "/v1/receipts/" + strings.ToLower(sold.Receipt.Number), s.cashier, 200},
			{"a cashier reads the receipt again", "/v1/orders/" + sold.Order.ID + "/receipt", s.cashier, 200},
			{"a cashier may not read the books", "/v1/orders/" + sold.Order.ID + "/books", s.cashier, 403},
			{"a cashier may not read the drawers", "/v1/drawers?store_id=" + store, s.cashier, 403},
			{"a cashier of another store does not find the order", "/v1/orders/" + sold.Order.ID, stranger, 404},
			{"a cashier of another store does not find the receipt", "/v1/receipts/" + sold.Receipt.Number, stranger, 404},
			{"a cashier of another store may not list this one's orders", "/v1/orders?store_id=" + store, stranger, 403},
			{"an order of another organisation does not exist", "/v1/orders/" + foreign.Order.ID, s.owner, 404},
			{"nor do its books", "/v1/orders/" + foreign.Order.ID + "/books", s.owner, 404},
			{"nor its receipt", "/v1/receipts/" + foreign.Receipt.Number, s.owner, 404},
			{"nor its store", "/v1/drawers?store_id=" + place.StoreID.Format(elsewhere.store), s.owner, 404},
			{"a store that does not exist has no orders", "/v1/orders?store_id=sto_99", s.owner, 404},
			{"the owner reads the books", "/v1/orders/" + sold.Order.ID + "/books", s.owner, 200},
			{"a receipt that was never issued is not found", "/v1/receipts/ZZ99-1-000001", s.owner, 404},
			{"what is no receipt number is not found", "/v1/receipts/hello", s.owner, 404},
		} {
			if got := s.send(call{path: row.path, person: &row.person}); got.status != row.status {
				t.Errorf("%s: answered %d: %s", row.name, got.status, got.body)
			}
		}
		var list httpapi.List[order.View]
		s.send(call{path: "/v1/orders", person: &stranger}).into(t, &list)
		if len(list.Items) != 0 {
			t.Errorf("a cashier of another store sees %+v", list.Items)
		}
	})
}

func TestTwoTillsNeverSellTheSameUnit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		note := s.stockUp(good{name: "공책", price: 3000, left: 5})
		answers := s.together(
			call{path: "/v1/checkouts", key: s.key(), till: &s.tills[0], body: basket(9000, 9000, line(note, 3))},
			call{path: "/v1/checkouts", key: s.key(), till: &s.tills[1], body: basket(9000, 9000, line(note, 3))},
		)
		won, lost := answers[0], answers[1]
		if won.status != http.StatusOK {
			won, lost = lost, won
		}
		won.into(t, &checkout.CheckoutView{})
		if problem := lost.problem(t); lost.status != http.StatusConflict || problem.Code != "checkout.out_of_stock" ||
			!strings.Contains(problem.Detail, "공책의 재고가 2개") {
			t.Errorf("the other till hears %s", lost.body)
		}
		if left := s.left(note); left != 2 {
			t.Errorf("%d units are left, want 2", left)
		}
		s.verify()
	})
}

func TestOneLineIsPaidBackOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		note := s.stockUp(good{name: "공책", price: 3000, left: 5})
		sold := s.sell(6000, line(note, 2))
		refund := func(at *till) call {
			return call{path: "/v1/orders/" + sold.Order.ID + "/refunds", key: s.key(), till: at, body: object{
				"lines": []object{{"line_id": sold.Order.Lines[0].ID, "quantity": 2}}, "restock": true,
			}}
		}
		answers := s.together(refund(&s.tills[0]), refund(&s.tills[1]))
		won, lost := answers[0], answers[1]
		if won.status != http.StatusOK {
			won, lost = lost, won
		}
		var refunded checkout.RefundedView
		won.into(t, &refunded)
		if problem := lost.problem(t); lost.status != http.StatusConflict || problem.Code != "checkout.already_refunded" ||
			!strings.Contains(problem.Detail, "0개") {
			t.Errorf("the other till hears %s", lost.body)
		}
		if refunded.Order.Status != order.Refunded || refunded.Order.Refunded != 6000 || s.left(note) != 5 {
			t.Errorf("got %+v with %d left", refunded.Order, s.left(note))
		}
		s.verify()
	})
}

// TestOneTillNeverIssuesANumberTwice sells in many tabs of one till at once.
func TestOneTillNeverIssuesANumberTwice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		candy := s.stockUp(good{name: "사탕", price: 1000, left: -1})
		const tabs = 16
		calls := make([]call, tabs)
		for i := range calls {
			calls[i] = call{path: "/v1/checkouts", key: s.key(), body: basket(1000, 1000, line(candy, 1))}
		}
		numbers, called := map[string]bool{}, map[string]bool{}
		for _, got := range s.together(calls...) {
			var sold checkout.CheckoutView
			got.into(t, &sold)
			numbers[sold.Receipt.Number] = true
			called[sold.Receipt.CallNumber] = true
		}
		if len(numbers) != tabs || len(called) != tabs {
			t.Errorf("%d sales have the numbers %v and call %v", tabs, numbers, called)
		}
		s.verify()
	})
}

// together sends all calls at once.
func (s *shop) together(calls ...call) []answer {
	answers := make([]answer, len(calls))
	var sending sync.WaitGroup
	for i, one := range calls {
		sending.Go(func() { answers[i] = s.send(one) })
	}
	sending.Wait()
	return answers
}
