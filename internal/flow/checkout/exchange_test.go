package checkout_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"dangol/internal/capability/order"
	"dangol/internal/capability/staff"
	"dangol/internal/flow/checkout"
	"dangol/internal/ground/database"
)

// swap is the body of an exchange: units of a line come back, worth so much, for lines that come to a total.
func swap(line string, quantity, worth, total int64, tenders []object, lines ...object) object {
	return object{
		"return":          object{"lines": []object{{"line_id": line, "quantity": quantity}}, "restock": true, "reason": "단순 변심"},
		"expected_return": worth, "lines": lines, "expected_total": total, "tenders": tenders,
	}
}

func inCash(amount int64) []object { return []object{{"kind": "cash", "amount": amount}} }

func (s *shop) exchange(sold string, body object) call {
	return call{path: "/v1/orders/" + sold + "/exchanges", key: s.key(), body: body}
}

func TestExchangeRefuses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		note := s.stockUp(good{name: "공책", price: 3000, left: 9})
		pen := s.stockUp(good{name: "만년필", price: 8000, left: 1})
		sold, done := s.sell(9000, line(note, 3)), s.sell(3000, line(note, 1))
		first, last := sold.Order.Lines[0].ID, done.Order.Lines[0].ID
		s.send(s.exchange(done.Order.ID, swap(last, 1, 3000, 3000, []object{}, line(note, 1)))).into(t, &checkout.ExchangedView{})
		with := func(change object) call {
			body := swap(first, 1, 3000, 8000, inCash(5000), line(pen, 1))
			for name, value := range change {
				body[name] = value
			}
			return s.exchange(sold.Order.ID, body)
		}
		returning := func(change object) call {
			back := object{"lines": []object{{"line_id": first, "quantity": 1}}, "restock": true}
			for name, value := range change {
				back[name] = value
			}
			return with(object{"return": back})
		}
		elsewhere := s.addStore("S2")
		away := s.hire("away", "최남", staff.Assignment{Role: staff.Cashier, Store: elsewhere})
		nobody := with(nil)
		nobody.person = &away
		english := with(object{"expected_return": 2999})
		english.english = true

		refuse(t, s, []tried{
			{"units that were exchanged before have nothing left", s.exchange(done.Order.ID, swap(last, 1, 3000, 3000, []object{}, line(note, 1))), 409, "checkout.already_refunded", "body.return.lines[0].quantity", "0개"},
			{"more units than were sold name what is left", returning(object{"lines": []object{{"line_id": first, "quantity": 4}}}), 409, "checkout.already_refunded", "body.return.lines[0].quantity", "3개"},
			{"a line of another order is unknown", returning(object{"lines": []object{{"line_id": last, "quantity": 1}}}), 422, "pricing.unknown_line", "body.return.lines[0].line_id", ""},
			{"a line that is no id is unknown", returning(object{"lines": []object{{"line_id": "x", "quantity": 1}}}), 422, "pricing.unknown_line", "body.return.lines[0].line_id", ""},
			{"nothing that comes back is no exchange", returning(object{"lines": []object{}}), 422, "checkout.all_or_lines", "body.return.lines", "환불할 항목"},
			{"nothing that is taken is no exchange", with(object{"lines": []object{}}), 422, "input.too_few", "body.lines", ""},
			{"another worth than the customer was told is refused", with(object{"expected_return": 2990}), 409, "checkout.return_changed", "body.expected_return", "새 차액"},
			{"and in English", english, 409, "checkout.return_changed", "body.expected_return", "new difference"},
			{"another total than the customer was told is refused", with(object{"expected_total": 7000}), 409, "checkout.price_changed", "body.expected_total", ""},
			{"too little for the difference says what is missing", with(object{"tenders": inCash(4990)}), 422, "pricing.tender_short", "body.tenders", "10원"},
			{"a card for more than the difference is refused", with(object{"tenders": []object{{"kind": "card", "amount": 8000}}}), 422, "pricing.tender_exceeds", "body.tenders[0].amount", "5,000원"},
			{"a card when money goes back is refused", s.exchange(sold.Order.ID, swap(first, 3, 9000, 8000, []object{{"kind": "card", "amount": 1}}, line(pen, 1))), 422, "pricing.tender_exceeds", "body.tenders[0].amount", "0원"},
			{"more units than there are name the variant", with(object{"lines": []object{line(pen, 2)}, "expected_total": 16000, "tenders": inCash(13000)}), 409, "checkout.out_of_stock", "body.lines[0].quantity", "만년필의 재고가 1개"},
			{"a slip of what stays with the shop is refused", returning(object{"slips": []object{{"tender": 1, "slip": slip("30012345")}}}), 422, "checkout.slip_foreign", "body.return.slips", ""},
			{"an order that does not exist is unknown", s.exchange("ord_99", swap(first, 1, 3000, 8000, inCash(5000), line(pen, 1))), 404, "id.unknown", "", ""},
			{"a cashier of another store may not", nobody, 403, "auth.forbidden", "", ""},
		})
	})
}

func TestTheLastUnitCanBeExchangedForItself(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		pen := s.stockUp(good{name: "만년필", price: 8000, left: 1})
		sold := s.sell(8000, line(pen, 1))
		var made checkout.ExchangedView
		once := s.exchange(sold.Order.ID, swap(sold.Order.Lines[0].ID, 1, 8000, 8000, []object{}, line(pen, 1)))
		s.send(once).into(t, &made)
		if left := s.left(pen); left != 0 || made.OnHand[0].OnHand != 0 {
			t.Errorf("%d are left, it says %+v", left, made.OnHand)
		}
		if made.Original.Status != order.Refunded || made.Order.ExchangeOf != sold.Order.ID || made.Refund.ExchangeID != made.Order.ID ||
			made.Receipt.Kind != order.ExchangeReceipt || made.Drawer.Balance != 8000 || len(made.PaidBack) != 0 {
			t.Errorf("made %+v", made)
		}
		var again checkout.ExchangedView
		s.send(once).into(t, &again)
		if !again.Replayed || again.Order.ID != made.Order.ID || again.Receipt.Number != made.Receipt.Number {
			t.Errorf("sent again it made %+v", again)
		}
		s.verify()
	})
}

func TestTwoTillsExchangeAUnitOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		note := s.stockUp(good{name: "공책", price: 3000, left: 9})
		sold := s.sell(3000, line(note, 1))
		at := func(till *till) call {
			made := s.exchange(sold.Order.ID, swap(sold.Order.Lines[0].ID, 1, 3000, 3000, []object{}, line(note, 1)))
			made.till = till
			return made
		}
		answers := s.together(at(&s.tills[0]), at(&s.tills[1]))
		won, lost := answers[0], answers[1]
		if won.status != http.StatusOK {
			won, lost = lost, won
		}
		won.into(t, &checkout.ExchangedView{})
		refused(t, lost, checkout.ErrNotRefundable)
		s.verify()
	})
}

func TestADiscountThatNeedsApprovalNeedsItInAnExchangeToo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		note := s.stockUp(good{name: "공책", price: 3000, left: 9})
		sold := s.sell(3000, line(note, 1))
		body := swap(sold.Order.Lines[0].ID, 1, 3000, 1500, []object{}, line(note, 1))
		body["discounts"] = []object{{"percent_ppm": 500_000, "name": "흠집"}}
		refused(t, s.send(s.exchange(sold.Order.ID, body)), checkout.ErrApproval)
		owners := s.exchange(sold.Order.ID, body)
		owners.person = &s.owner
		var made checkout.ExchangedView
		s.send(owners).into(t, &made)
		if len(made.PaidBack) != 1 || made.PaidBack[0].Amount != 1500 || made.Receipt.Net() != -1500 {
			t.Errorf("it paid back %+v", made.PaidBack)
		}
		s.verify()
	})
}

func TestASlipIsDemandedOnlyForWhatACardGivesBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		coffee := s.coffee()
		cake := s.stockUp(good{name: "케이크", price: 3000, left: -1})
		s.demandSlips()
		var sold checkout.CheckoutView
		s.byCard(coffee, slip("30012345")).into(t, &sold)
		body := swap(sold.Order.Lines[0].ID, 1, 4500, 3000, []object{}, line(cake, 1))
		refused(t, s.send(s.exchange(sold.Order.ID, body)), checkout.ErrSlipMissing)
		body["return"] = object{
			"lines": []object{{"line_id": sold.Order.Lines[0].ID, "quantity": 1}}, "restock": true, "reason": "단순 변심",
			"slips": []object{{"tender": 1, "slip": slip("30012399")}},
		}
		var made checkout.ExchangedView
		s.send(s.exchange(sold.Order.ID, body)).into(t, &made)
		if one := made.PaidBack; len(one) != 1 || one[0].Amount != 1500 || one[0].Slip.ApprovalNumber != "30012399" {
			t.Errorf("it paid back %+v", one)
		}
		even := swap(made.Order.Lines[0].ID, 1, 3000, 3000, []object{}, line(cake, 1))
		s.send(s.exchange(made.Order.ID, even)).into(t, &made)
		s.verify()
	})
}

// exchanged makes an order by card and cash, and exchanges a part of it.
func (s *shop) exchanged() {
	s.t.Helper()
	note := s.stockUp(good{name: "공책", price: 3000, left: 9})
	var sold checkout.CheckoutView
	s.send(call{path: "/v1/checkouts", key: s.key(), body: object{
		"lines": []object{line(note, 2)}, "expected_total": 6000,
		"tenders": []object{{"kind": "card", "amount": 4000}, {"kind": "cash", "amount": 2000}},
	}}).into(s.t, &sold)
	s.send(s.exchange(sold.Order.ID, swap(sold.Order.Lines[0].ID, 1, 3000, 6000, inCash(3000), line(note, 2)))).
		into(s.t, &checkout.ExchangedView{})
}

// halves are corruptions of one half of an exchange, each with what verify says of it.
var halves = []struct{ name, sql, found string }{
	{"the order forgets what it was exchanged for", `UPDATE orders SET exchange_of = 0 WHERE org_id = $1 AND exchange_of <> 0`, "though nothing was exchanged"},
	{"the refund forgets what was sold for it", `UPDATE refund SET exchange_id = 0 WHERE org_id = $1`, "was exchanged for it"},
	{"the order was exchanged for something else", `UPDATE orders SET exchange_of = 1 WHERE org_id = $1 AND exchange_of <> 0`, "says it was for order"},
	{"the refund was exchanged for something else", `UPDATE refund SET exchange_id = 1 WHERE org_id = $1`, "does not exist"},
	{"the refund carried over more", `UPDATE refund_tender SET carried = carried + 1 WHERE org_id = $1 AND position = 1`, "took over from"},
	{"the refund carried over nothing", `UPDATE refund_tender SET carried = 0 WHERE org_id = $1 AND position = 2`, "took over from"},
	{"a tender was handed over", `UPDATE tender SET carried_from = 0 WHERE org_id = $1 AND carried_from = 1`, "which the order did not take"},
	{"a tender took over another", `UPDATE tender SET carried_from = 9 WHERE org_id = $1 AND carried_from = 1`, "took over from"},
	{"a tender took over more", `UPDATE tender SET applied = applied + 1 WHERE org_id = $1 AND carried_from = 1`, "took over from"},
	{"the refund belongs to another posting", `UPDATE refund SET posting_id = posting_id + 1 WHERE org_id = $1`, "numbered or made elsewhere"},
	{"the refund has another number", `UPDATE refund SET number = 'ZZ99-1-000009' WHERE org_id = $1`, "numbered or made elsewhere"},
	{"the receipt is of a sale alone", `UPDATE receipt SET refund_id = 0 WHERE org_id = $1 AND refund_id <> 0`, "filed under another order"},
	{"the receipt shows less that came back", `UPDATE receipt SET document = REPLACE(document, '"returned":{"lines":[{', '"returned":{"lines":[{"x":1},{') WHERE org_id = $1 AND refund_id <> 0`, "shows 2 lines"},
	{"the order is gone", `DELETE FROM orders WHERE org_id = $1 AND exchange_of <> 0`, "the exchange that it posts does not exist"},
	{"the refund is gone", `DELETE FROM refund WHERE org_id = $1`, "was exchanged for it"},
}

var halfStatements = func() []*database.Statement {
	all := make([]*database.Statement, len(halves))
	for i, one := range halves {
		all[i] = database.Register(fmt.Sprintf("checkout_test.half_%d", i), one.sql)
	}
	return all
}()

func TestVerifyComparesBothHalvesOfAnExchange(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		s.exchanged()
		s.verify()
		for i, one := range halves {
			found := s.corrupted(halfStatements[i])
			if !strings.Contains(strings.Join(found, "\n"), one.found) {
				t.Errorf("%s: want a difference with %q, found\n%s", one.name, one.found, strings.Join(found, "\n"))
			}
		}
	})
}
