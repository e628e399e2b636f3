package checkout_test

import (
	"context"
	"testing"

	"dangol/internal/capability/discount"
	"dangol/internal/capability/order"
	"dangol/internal/capability/staff"
	"dangol/internal/core/place"
	"dangol/internal/flow/checkout"
	"dangol/internal/ground/database"
)

// define names a discount and returns its id as the API knows it.
func (s *shop) define(d discount.Discount) string {
	s.t.Helper()
	d.ID, d.Active = s.db.NewID(), true
	s.write(func(ctx context.Context, tx *database.Tx) error {
		return discount.Create(ctx, tx, s.org, s.owner.id, d)
	})
	return discount.IDs.Format(d.ID)
}

// teach gives someone a password.
func (s *shop) teach(who person, password string) {
	s.t.Helper()
	hash, err := s.keeper.Hash(context.Background(), password)
	if err != nil {
		s.t.Fatal(err)
	}
	s.write(func(ctx context.Context, tx *database.Tx) error {
		return s.keeper.SetPassword(ctx, tx, s.org, who.id, hash)
	})
}

// less puts discounts on a line.
func less(on object, discounts ...object) object {
	on["discounts"] = discounts
	return on
}

func percent(ppm int64) object { return object{"percent_ppm": ppm, "name": "단골 손님"} }

func off(amount int64) object { return object{"amount": amount, "name": "흠집"} }

// and adds a field to a body.
func and(body object, name string, value any) object {
	body[name] = value
	return body
}

func TestDiscountsHaveLimits(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		latte := s.stockUp(good{name: "라떼", price: 5000, left: -1})
		family := s.define(discount.Discount{Name: "직원 할인", PercentPPM: 300_000})
		marked := s.define(discount.Discount{Name: "사장님 할인", PercentPPM: 500_000, Approval: true})
		dollars := s.define(discount.Discount{Name: "쿠폰", Amount: 100, Currency: "USD"})
		manager := s.hire("manager", "박매니저", staff.Assignment{Role: staff.Manager, Store: s.store})

		gone := s.define(discount.Discount{Name: "지난 할인", PercentPPM: 100_000})
		s.write(func(ctx context.Context, tx *database.Tx) error {
			parsed, err := discount.IDs.Parse(gone)
			if err != nil {
				return err
			}
			return discount.Change(ctx, tx, s.org, s.owner.id, discount.Discount{ID: parsed, Version: 1, Name: "지난 할인", PercentPPM: 100_000})
		})
		for _, row := range []struct {
			name   string
			person person
			total  int64
			body   object
			code   string
			field  string
		}{
			{"a cashier gives ten percent", s.cashier, 4500, basket(4500, 4500, less(line(latte, 1), percent(100_000))), "", ""},
			{"a cashier gives an amount of a tenth", s.cashier, 4500, basket(4500, 4500, less(line(latte, 1), off(500))), "", ""},
			{"a cashier does not give eleven percent", s.cashier, 0, basket(4450, 4450, less(line(latte, 1), percent(110_000))), "checkout.discount_approval", "body.discounts"},
			{"two discounts of a line count together", s.cashier, 0, basket(4000, 4000, less(line(latte, 1), off(500), off(500))), "checkout.discount_approval", "body.discounts"},
			{"one of the line and one of the order count together", s.cashier, 0, and(basket(4000, 4000, less(line(latte, 1), off(500))), "discounts", []object{off(500)}), "checkout.discount_approval", "body.discounts"},
			{"a line may not take what another leaves", s.cashier, 0, basket(9000, 9000, less(line(latte, 1), off(1000)), line(latte, 1)), "checkout.discount_approval", "body.discounts"},
			{"what the organisation has named needs nobody", s.cashier, 3500, basket(3500, 3500, less(line(latte, 1), object{"discount_id": family})), "", ""},
			{"what is marked has to be approved", s.cashier, 0, basket(2500, 2500, less(line(latte, 1), object{"discount_id": marked})), "checkout.discount_approval", "body.discounts"},
			{"a manager may give what is marked", manager, 2500, basket(2500, 2500, less(line(latte, 1), object{"discount_id": marked})), "", ""},
			{"a manager gives half", manager, 2500, and(basket(2500, 2500, line(latte, 1)), "discounts", []object{percent(500_000)}), "", ""},
			{"a manager does not give all", manager, 0, basket(0, 0, less(line(latte, 1), percent(1_000_000))), "checkout.discount_approval", "body.discounts"},
			{"an owner gives all", s.owner, 0, basket(0, 0, less(line(latte, 1), percent(1_000_000))), "", ""},
			{"a discount that makes a line negative is refused", s.owner, 0, basket(0, 0, less(line(latte, 1), off(5001))), "pricing.discount_too_large", "body.lines[0].discounts[0].amount"},
			{"a discount that makes the order negative is refused", s.owner, 0, and(basket(0, 0, line(latte, 1)), "discounts", []object{off(5001)}), "pricing.discount_too_large", "body.discounts[0].amount"},
			{"a discount of both kinds is refused", s.owner, 0, basket(0, 0, less(line(latte, 1), object{"percent_ppm": 1, "amount": 1, "name": "x"})), "pricing.discount_form", "body.lines[0].discounts[0]"},
			{"a free discount needs its reason", s.owner, 0, basket(4500, 4500, less(line(latte, 1), object{"amount": 500, "name": " "})), "checkout.discount_name", "body.lines[0].discounts[0].name"},
			{"what is not given any more is refused", s.owner, 0, basket(4500, 4500, less(line(latte, 1), object{"discount_id": gone})), "discount.unknown", "body.lines[0].discounts[0].discount_id"},
			{"what was never named is refused", s.owner, 0, and(basket(4500, 4500, line(latte, 1)), "discounts", []object{{"discount_id": "dsc_1"}}), "discount.unknown", "body.discounts[0].discount_id"},
			{"an amount of another currency is refused", s.owner, 0, basket(4900, 4900, less(line(latte, 1), object{"discount_id": dollars})), "discount.unknown", "body.lines[0].discounts[0].discount_id"},
			{"an approval that is none is void", s.cashier, 0, and(basket(4450, 4450, less(line(latte, 1), percent(110_000))), "approval_id", "apv_1"), "checkout.approval_void", "body.approval_id"},
		} {
			got := s.send(call{path: "/v1/checkouts", key: s.key(), person: &row.person, body: row.body})
			if row.code == "" {
				var sold checkout.CheckoutView
				got.into(t, &sold)
				if sold.Order.Total != row.total {
					t.Errorf("%s: it costs %d", row.name, sold.Order.Total)
				}
				continue
			}
			problem := got.problem(t)
			if len(problem.Errors) != 1 || problem.Errors[0].Code != row.code || problem.Errors[0].Location != row.field {
				t.Errorf("%s: answered %d %s", row.name, got.status, got.body)
			}
		}
		s.verify()
	})
}

func TestAnApprovalIsForOneSaleOfOneBasket(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		latte := s.stockUp(good{name: "라떼", price: 5000, left: -1})
		manager := s.hire("manager", "박매니저", staff.Assignment{Role: staff.Manager, Store: s.store})
		s.teach(manager, "매니저 비밀번호")
		outsider := s.hire("outsider", "최매니저", staff.Assignment{Role: staff.Manager, Store: s.addStore("S2")})
		s.teach(outsider, "다른 매장 비밀번호")
		asked := func(ppm int64, login, password string) answer {
			return s.send(call{path: "/v1/approvals", key: s.key(), body: object{
				"lines": []object{less(line(latte, 1), percent(ppm))}, "approver": object{"login": login, "password": password},
			}})
		}
		for _, row := range []struct {
			name, login, password, code string
			ppm                         int64
		}{
			{"a wrong password approves nothing", "manager", "wrong password", "auth.wrong_password", 300_000},
			{"a manager of another store approves nothing", "outsider", "다른 매장 비밀번호", "checkout.approver_limit", 300_000},
			{"a manager approves no more than half", "manager", "매니저 비밀번호", "checkout.approver_limit", 600_000},
		} {
			if problem := asked(row.ppm, row.login, row.password).problem(t); problem.Code != row.code {
				t.Errorf("%s: %s", row.name, problem.Code)
			}
		}
		var approval checkout.ApprovalView
		asked(300_000, "manager", "매니저 비밀번호").into(t, &approval)

		var quote checkout.QuoteView
		s.send(call{path: "/v1/quotes", body: object{
			"store_id": place.StoreID.Format(s.store), "lines": []object{less(line(latte, 1), percent(300_000))},
		}}).into(t, &quote)
		if !quote.NeedsApproval || quote.Totals.Total != 3500 {
			t.Errorf("the quote is %+v", quote)
		}
		sell := func(till *till, total int64, lines ...object) answer {
			body := and(basket(total, total, lines...), "approval_id", approval.ID)
			return s.send(call{path: "/v1/checkouts", key: s.key(), till: till, body: body})
		}
		one := func(ppm int64) object { return less(line(latte, 1), percent(ppm)) }
		for _, row := range []struct {
			name, code string
			got        answer
		}{
			{"another basket is not approved", "checkout.approval_void", sell(nil, 7000, less(line(latte, 2), percent(300_000)))},
			{"a larger discount is not approved", "checkout.approval_void", sell(nil, 2500, one(500_000))},
			{"another till has no approval", "checkout.approval_void", sell(&s.tills[1], 3500, one(300_000))},
		} {
			if problem := row.got.problem(t); problem.Code != row.code {
				t.Errorf("%s: %s", row.name, row.got.body)
			}
		}
		var sold checkout.CheckoutView
		sell(nil, 3500, one(300_000)).into(t, &sold)
		if sold.Order.ApprovedBy != staff.StaffID.Format(manager.id) || sold.Order.Lines[0].Discounts[0].PercentPPM != 300_000 {
			t.Errorf("sold %+v", sold.Order)
		}
		if problem := sell(nil, 3500, one(300_000)).problem(t); problem.Code != "ledger.claimed" {
			t.Errorf("an approval is good for a second sale: %s", problem.Code)
		}
		s.verify()
	})
}

func TestAnOrderNamesItsDiscounts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		latte := s.stockUp(good{name: "라떼", price: 5000, left: -1})
		note := s.stockUp(good{name: "노트", price: 3000, left: 5})
		birthday := s.define(discount.Discount{Name: "생일", NameEN: "Birthday", Amount: 801, Currency: "KRW"})
		body := and(basket(6699, 7000, less(line(latte, 1), percent(100_000)), line(note, 1)),
			"discounts", []object{{"discount_id": birthday}})
		var sold checkout.CheckoutView
		s.send(call{path: "/v1/checkouts", key: s.key(), body: body}).into(t, &sold)
		whole := sold.Order.Discounts
		if len(whole) != 1 || whole[0].Amount != 801 || whole[0].NameKO != "생일" || whole[0].Key != birthday {
			t.Errorf("the order's discounts are %+v", whole)
		}
		receipt := sold.Receipt
		if own := receipt.Lines[0].Discounts; len(own) != 1 || own[0].Amount != 500 || own[0].Name != "단골 손님 10%" {
			t.Errorf("the receipt's first line has %+v", own)
		}
		if shared := receipt.Totals.Discounts; len(shared) != 1 || shared[0].Amount != 801 || receipt.Totals.Discount != 1301 {
			t.Errorf("the receipt's totals are %+v", receipt.Totals)
		}
		var taken []order.Group
		err := s.db.Read(t.Context(), func(tx *database.Tx) error {
			var err error
			period := order.Period{Stores: []int64{s.store}, From: sold.Order.BusinessDate, To: sold.Order.BusinessDate}
			taken, err = period.Groups(t.Context(), tx, s.org, order.ByDiscount)
			return err
		})
		if err != nil || len(taken) != 2 || taken[0].Sold.Discount+taken[1].Sold.Discount != 1301 {
			t.Errorf("the day's discounts are %+v, %v", taken, err)
		}
		var back checkout.RefundedView
		s.send(call{path: "/v1/orders/" + sold.Order.ID + "/refunds", key: s.key(), body: object{
			"lines": []object{{"line_id": sold.Order.Lines[1].ID, "quantity": 1}}, "restock": true,
		}}).into(t, &back)
		if back.Refund.Total != sold.Order.Lines[1].Total || back.Refund.Total >= 3000 {
			t.Errorf("a refund of %d for a line that cost %d", back.Refund.Total, sold.Order.Lines[1].Total)
		}
		s.verify()
	})
}
