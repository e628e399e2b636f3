package checkout_test

import (
	"testing"

	"dangol/internal/capability/order"
	"dangol/internal/core/pricing"
	"dangol/internal/flow/checkout"
	"dangol/internal/ground/fault"
)

func slip(number string) object { return object{"approval_number": number, "tid": "12345678"} }

// byCard sells one coffee by card, with a slip or without.
func (s *shop) byCard(coffee int64, slip object) answer {
	s.t.Helper()
	tender := object{"kind": "card", "amount": 4500}
	if slip != nil {
		tender["slip"] = slip
	}
	return s.send(call{path: "/v1/checkouts", key: s.key(), body: object{
		"lines": []object{line(coffee, 1)}, "expected_total": 4500, "tenders": []object{tender},
	}})
}

func (s *shop) coffee() int64 {
	return s.stockUp(good{name: "아메리카노", price: 4500, class: pricing.Standard, left: -1})
}

func refused(t *testing.T, a answer, want *fault.Code) {
	t.Helper()
	if said := a.problem(t); said.Code != want.Name() && (len(said.Errors) == 0 || said.Errors[0].Code != want.Name()) {
		t.Errorf("it says %+v, want %s", said, want.Name())
	}
}

func TestTheSameSlipTwiceIsRecordedOnlyWhenSomeoneHasLooked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		coffee := s.coffee()
		s.byCard(coffee, slip("30012345")).into(t, &checkout.CheckoutView{})
		refused(t, s.byCard(coffee, slip("30012345")), checkout.ErrSlipTwice)
		s.byCard(coffee, slip("30012346")).into(t, &checkout.CheckoutView{})
		again := slip("30012345")
		again["confirmed"] = true
		s.byCard(coffee, again).into(t, &checkout.CheckoutView{})
		s.verify()
	})
}

func TestACardSlipIsDemandedWhereTheOrganisationSaysSo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		coffee := s.coffee()
		var sold checkout.CheckoutView
		s.byCard(coffee, slip("30012345")).into(t, &sold)
		s.demandSlips()
		refused(t, s.byCard(coffee, nil), checkout.ErrSlipMissing)
		refund := call{path: "/v1/orders/" + sold.Order.ID + "/refunds", key: s.key(), body: object{"all": true, "restock": false}}
		refused(t, s.send(refund), checkout.ErrSlipMissing)
		refund.key = s.key()
		refund.body = object{"all": true, "restock": false, "slips": []object{{"tender": 1, "slip": slip("30099999")}}}
		var back checkout.RefundedView
		s.send(refund).into(t, &back)
		if back.PaidBack[0].Slip == nil || back.PaidBack[0].Slip.ApprovalNumber != "30099999" {
			t.Errorf("the refund's slip is %+v", back.PaidBack[0].Slip)
		}
		s.verify()
	})
}

func TestACardSlipIsRecordedLaterOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		coffee := s.coffee()
		var sold checkout.CheckoutView
		s.byCard(coffee, nil).into(t, &sold)
		late := call{
			path: "/v1/orders/" + sold.Order.ID + "/card-slips", key: s.key(), person: &s.owner,
			body: object{"tender": 1, "slip": slip("30012345")},
		}
		var told order.DetailView
		for range 2 { // under one key it is one
			s.send(late).into(t, &told)
		}
		if told.Tenders[0].Slip == nil || told.Tenders[0].Slip.ApprovalNumber != "30012345" {
			t.Errorf("the slip is %+v", told.Tenders[0].Slip)
		}
		late.key = s.key()
		refused(t, s.send(late), checkout.ErrSlipExists)
		cash := s.sell(4500, line(coffee, 1))
		late.path, late.key = "/v1/orders/"+cash.Order.ID+"/card-slips", s.key()
		refused(t, s.send(late), checkout.ErrSlipForeign)
		s.verify()
	})
}

func TestACashReceiptIsAskedForLaterOfWhatWasKept(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		coffee := s.coffee()
		sold := s.sell(9000, line(coffee, 2))
		s.send(call{path: "/v1/orders/" + sold.Order.ID + "/refunds", key: s.key(), body: object{
			"lines": []object{{"line_id": sold.Order.Lines[0].ID, "quantity": 1}}, "restock": false,
		}}).into(t, &checkout.RefundedView{})
		ask := call{
			path: "/v1/orders/" + sold.Order.ID + "/cash-receipt", key: s.key(), person: &s.owner,
			body: object{"purpose": "deduction", "number": "010-1234-5678"},
		}
		var told order.DetailView
		s.send(ask).into(t, &told)
		if told.CashReceipt == nil || told.CashReceipt.Amount != 4500 || told.CashReceipt.Tax != 409 || told.CashReceipt.Number != "*******5678" {
			t.Errorf("the cash receipt is %+v", told.CashReceipt)
		}
		ask.key = s.key()
		refused(t, s.send(ask), order.ErrCashReceiptTwice)
		var card checkout.CheckoutView
		s.byCard(coffee, nil).into(t, &card)
		ask.path, ask.key = "/v1/orders/"+card.Order.ID+"/cash-receipt", s.key()
		refused(t, s.send(ask), order.ErrCashReceiptNone)
		s.verify()
	})
}

// demandSlips has the organisation ask for a slip of each card payment.
func (s *shop) demandSlips() {
	s.t.Helper()
	s.send(call{method: "PUT", path: "/v1/tenders/tnd_2", person: &s.owner, version: "1", body: object{
		"name": "카드", "name_en": "Card", "in_drawer": false, "gives_change": false, "cash_receipt": false, "earns_points": true,
		"slip_required": true, "line": "", "sort": 10, "active": true,
	}}).into(s.t, &object{})
}
