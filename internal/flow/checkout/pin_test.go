package checkout_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"dangol/internal/capability/staff"
	"dangol/internal/flow/checkout"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/httpapi"
)

// givePIN gives someone a PIN, as the owner does.
func (s *shop) givePIN(who person, pin string) answer {
	s.t.Helper()
	return s.send(call{
		method: http.MethodPut, path: "/v1/staff/" + staff.StaffID.Format(who.id) + "/pin", person: &s.owner, body: object{"pin": pin},
	})
}

// switchTo goes on at a till as someone else, and gives the session that was begun, or what was answered instead.
func (s *shop) switchTo(at *till, from *person, who person, pin string) (person, answer) {
	s.t.Helper()
	request := httptest.NewRequest(http.MethodPost, "/v1/sessions/pin",
		strings.NewReader(`{"staff_id":"`+staff.StaffID.Format(who.id)+`","pin":"`+pin+`"}`))
	request.Header.Set("Content-Type", "application/json")
	request.AddCookie(&http.Cookie{Name: auth.DeviceCookieName, Value: at.token})
	if from != nil {
		request.AddCookie(&http.Cookie{Name: auth.SessionCookieName, Value: from.token})
	}
	recorder := httptest.NewRecorder()
	s.server.ServeHTTP(recorder, request)
	switched := person{id: who.id}
	for _, cookie := range recorder.Result().Cookies() {
		if cookie.Name == auth.SessionCookieName {
			switched.token = cookie.Value
		}
	}
	return switched, answer{status: recorder.Code, body: recorder.Body.Bytes()}
}

func TestStaffSwitchByPIN(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		latte := s.stockUp(good{name: "라떼", price: 5000, left: -1})
		manager := s.hire("manager", "박매니저", staff.Assignment{Role: staff.Manager, Store: s.store})
		auditor := s.hire("auditor", "박감사", staff.Assignment{Role: staff.Auditor})
		for _, row := range []struct{ name, pin string }{
			{"three digits are too few", "123"},
			{"letters are none", "12a4"},
			{"one digit again and again is too easy", "7777"},
			{"a row of keys is too easy", "3456"},
			{"backwards too", "9876"},
		} {
			if problem := s.givePIN(manager, row.pin).problem(t); problem.Errors[0].Code != "auth.pin_form" {
				t.Errorf("%s: %s", row.name, problem.Code)
			}
		}
		for who, pin := range map[person]string{manager: "2580", auditor: "1357", s.owner: "864209"} {
			if got := s.givePIN(who, pin); got.status != http.StatusNoContent {
				t.Fatalf("answered %d: %s", got.status, got.body)
			}
		}
		var list httpapi.List[staff.TillStaffView]
		s.send(call{path: "/v1/till-staff"}).into(t, &list)
		if len(list.Items) != 2 || list.Items[0].Name != "박매니저" || list.Items[1].Name != "김단골" {
			t.Errorf("at the till are %+v", list.Items)
		}
		for _, row := range []struct {
			name, pin, code string
			who             person
		}{
			{"a wrong PIN switches to nobody", "2581", "auth.wrong_pin", manager},
			{"who has no PIN can't be switched to", "2580", "auth.wrong_pin", s.cashier},
			{"who sells nothing can't be switched to", "1357", "auth.forbidden", auditor},
		} {
			if _, got := s.switchTo(&s.tills[0], nil, row.who, row.pin); got.problem(t).Code != row.code && got.problem(t).Errors[0].Code != row.code {
				t.Errorf("%s: %s", row.name, got.body)
			}
		}

		before := s.cashier
		owner, got := s.switchTo(&s.tills[0], &before, s.owner, "864209")
		if got.status != http.StatusCreated {
			t.Fatalf("answered %d: %s", got.status, got.body)
		}
		var sold checkout.CheckoutView
		s.send(call{path: "/v1/checkouts", key: s.key(), person: &owner, body: basket(5000, 5000, line(latte, 1))}).into(t, &sold)
		if sold.Receipt.Cashier != "김단골" || sold.Order.StaffID != staff.StaffID.Format(s.owner.id) {
			t.Errorf("%s sold, by the receipt %s", sold.Order.StaffID, sold.Receipt.Cashier)
		}
		for _, row := range []struct {
			name   string
			call   call
			status int
		}{
			{"the session before has ended", call{path: "/v1/session", person: &before}, 401},
			{"at another till it is none", call{path: "/v1/session", person: &owner, till: &s.tills[1]}, 401},
			{"without the till it is none", call{path: "/v1/session", person: &owner, till: &till{}}, 401},
			{"a PIN opens no more than the till", call{path: "/v1/staff", person: &owner}, 403},
			{"not even for an owner", call{path: "/v1/orders/" + sold.Order.ID + "/books", person: &owner}, 403},
		} {
			if got := s.send(row.call); got.status != row.status {
				t.Errorf("%s: %d %s", row.name, got.status, got.body)
			}
		}
		s.givePIN(s.owner, "")
		if got := s.send(call{path: "/v1/session", person: &owner}); got.status != http.StatusUnauthorized {
			t.Errorf("a PIN that was taken away still opens the till: %s", got.body)
		}
		s.verify()
	})
}

func TestPINsCantBeGuessed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		s.givePIN(s.cashier, "2580")
		for range 5 {
			if _, got := s.switchTo(&s.tills[0], nil, s.cashier, "0000"); got.status != http.StatusConflict {
				t.Fatalf("answered %d: %s", got.status, got.body)
			}
		}
		if _, got := s.switchTo(&s.tills[1], nil, s.cashier, "2580"); got.problem(t).Code != "auth.too_many" {
			t.Errorf("after five failures: %s", got.body)
		}
	})
}

func TestAManagerApprovesByPIN(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		latte := s.stockUp(good{name: "라떼", price: 5000, left: -1})
		manager := s.hire("manager", "박매니저", staff.Assignment{Role: staff.Manager, Store: s.store})
		s.givePIN(manager, "2580")
		asked := func(pin string) answer {
			return s.send(call{path: "/v1/approvals", key: s.key(), body: object{
				"lines":    []object{less(line(latte, 1), percent(300_000))},
				"approver": object{"staff_id": staff.StaffID.Format(manager.id), "pin": pin},
			}})
		}
		if problem := asked("2581").problem(t); problem.Code != "auth.wrong_pin" {
			t.Errorf("a wrong PIN: %s", problem.Code)
		}
		var approval checkout.ApprovalView
		asked("2580").into(t, &approval)
		if approval.ApprovedBy != staff.StaffID.Format(manager.id) {
			t.Errorf("approved by %s", approval.ApprovedBy)
		}
	})
}
