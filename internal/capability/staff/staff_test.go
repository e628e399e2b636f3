package staff_test

import (
	"context"
	"flag"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dangol/internal/capability/staff"
	"dangol/internal/core/place"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/httpapi/httpapitest"
	"dangol/internal/ground/id"
	"dangol/internal/ground/lang"
)

// noDevices has none.
type noDevices struct{}

func (noDevices) DeviceStore(context.Context, *database.Tx, int64, int64) (int64, error) {
	return 0, auth.ErrUnpaired.New()
}

const password = "단골 손님 2026"

// shop is an organisation with two merchants, three stores and an owner, behind its API.
type shop struct {
	t         *testing.T
	clock     *clock.Manual
	db        *database.DB
	keeper    *auth.Keeper
	api       *httpapi.API
	org       int64
	owner     int64
	merchants []int64
	stores    []int64
}

func each(t *testing.T, test func(s *shop)) {
	t.Helper()
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			test(open(t, dialect))
		})
	}
}

func open(t *testing.T, dialect database.Dialect) *shop {
	t.Helper()
	now := clock.At(time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC))
	s := &shop{t: t, clock: now, db: databasetest.Open(t, dialect, now)}
	s.keeper = auth.NewKeeper(s.db, staff.Subjects{}, noDevices{}, auth.Options{})
	s.api = httpapi.New(httpapi.Options{Identify: s.keeper.Identify, Logger: databasetest.Quiet()})
	staff.Serve(s.api, s.db, s.keeper)
	place.Serve(s.api, s.db)
	s.org, s.owner, s.merchants, s.stores = s.found("owner")
	return s
}

// found makes an organisation with an owner of the given login.
func (s *shop) found(login string) (org, owner int64, merchants, stores []int64) {
	s.t.Helper()
	org = s.db.NewID()
	s.write(func(tx *database.Tx) error {
		if err := place.CreateOrganisation(s.t.Context(), tx, org, "단골", lang.Korean); err != nil {
			return err
		}
		for _, code := range []string{"A", "B", "C"} {
			if code != "C" {
				merchants = append(merchants, s.db.NewID())
				err := place.CreateMerchant(s.t.Context(), tx, org, 0, merchants[len(merchants)-1], place.MerchantInput{
					Country: "US", Identity: place.Identity{ValidFrom: "2026-01-01", Name: "Dangol", Taxation: place.General},
				})
				if err != nil {
					return err
				}
			}
			stores = append(stores, s.db.NewID())
			err := place.CreateStore(s.t.Context(), tx, org, 0, stores[len(stores)-1], place.StoreInput{
				MerchantID: place.MerchantID.Format(merchants[len(merchants)-1]), Code: code, Name: code, Zone: "Asia/Seoul",
				Currency: "KRW", TaxMode: place.Inclusive,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	owner, err := staff.CreateOwner(s.t.Context(), s.db, s.keeper, org, login, "김점주", password)
	if err != nil {
		s.t.Fatal(err)
	}
	return org, owner, merchants, stores
}

func (s *shop) write(work func(*database.Tx) error) {
	s.t.Helper()
	if err := s.db.Write(s.t.Context(), work); err != nil {
		s.t.Fatal(err)
	}
}

// hire adds a staff member with the roles.
func (s *shop) hire(login string, roles ...staff.Assignment) int64 {
	s.t.Helper()
	hash, err := s.keeper.Hash(s.t.Context(), password)
	if err != nil {
		s.t.Fatal(err)
	}
	member := s.db.NewID()
	s.write(func(tx *database.Tx) error {
		return staff.Create(s.t.Context(), tx, s.keeper, s.org, s.owner, member, staff.Input{Login: login, Name: login, Roles: roles}, hash)
	})
	return member
}

func (s *shop) client() *httpapitest.Client { return httpapitest.New(s.api.Handler()) }

func (s *shop) signIn(login string) *httpapitest.Client {
	s.t.Helper()
	client := s.client()
	client.Do("POST", "/v1/sessions", map[string]any{"login": login, "password": password}).Want(s.t, 201)
	return client
}

func TestSigningInAndOut(t *testing.T) {
	t.Parallel()
	each(t, func(s *shop) {
		client := s.client()
		client.Do("GET", "/v1/session", nil).WantCode(s.t, 401, "auth.sign_in")
		client.Do("POST", "/v1/sessions", map[string]any{"login": "owner", "password": "wrong"}).WantCode(s.t, 401, "auth.wrong_password")
		client.Do("POST", "/v1/sessions", map[string]any{"login": "nobody", "password": password}).WantCode(s.t, 401, "auth.wrong_password")
		var signedIn, read staff.SessionView
		client.Do("POST", "/v1/sessions", map[string]any{"login": " Owner ", "password": password}).Want(s.t, 201).Into(s.t, &signedIn)
		client.Do("GET", "/v1/session", nil).Want(s.t, 200).Into(s.t, &read)
		if read.Staff.Login != "owner" || read.Organisation.Name != "단골" || len(read.Permissions) != len(staff.Permissions()) ||
			!read.Expires.Equal(s.clock.Now().Add(12*time.Hour)) || signedIn.Staff != read.Staff {
			s.t.Errorf("got %+v, then %+v", signedIn, read)
		}
		token := client.Cookie(auth.SessionCookieName)
		client.Do("DELETE", "/v1/session", nil).Want(s.t, 204)
		if client.Cookie(auth.SessionCookieName) != "" {
			s.t.Error("the cookie was not taken back")
		}
		s.client().Do("GET", "/v1/session", nil, "Authorization", "Bearer "+token).WantCode(s.t, 401, "auth.session_ended")
		client.Do("DELETE", "/v1/session", nil).Want(s.t, 204)
	})
}

func TestTheSameLoginInTwoOrganisations(t *testing.T) {
	t.Parallel()
	each(t, func(s *shop) {
		org, _, _, _ := s.found("owner")
		hash, err := s.keeper.Hash(s.t.Context(), "the other password")
		if err != nil {
			s.t.Fatal(err)
		}
		s.write(func(tx *database.Tx) error {
			list, err := staff.List(s.t.Context(), tx, org, "", 1)
			if err != nil {
				return err
			}
			return staff.ResetPassword(s.t.Context(), tx, s.keeper, org, 0, list[0].ID, hash)
		})
		var session staff.SessionView
		s.client().Do("POST", "/v1/sessions", map[string]any{"login": "owner", "password": "the other password"}).Want(s.t, 201).Into(s.t, &session)
		if session.Organisation.ID != place.OrganisationID.Format(org) {
			s.t.Errorf("signed in to %s", session.Organisation.ID)
		}
	})
}

func TestRolesHoldWhereTheyWereGiven(t *testing.T) {
	t.Parallel()
	each(t, func(s *shop) {
		for _, row := range []struct {
			name  string
			roles []staff.Assignment
			may   []bool // sale.make in each store
			all   bool
		}{
			{"cashier-of-b", []staff.Assignment{{Role: staff.Cashier, Store: s.stores[1]}}, []bool{false, true, false}, false},
			{"manager-of-second-merchant", []staff.Assignment{{Role: staff.Manager, Merchant: s.merchants[1]}}, []bool{false, true, true}, false},
			{"cashier-everywhere", []staff.Assignment{{Role: staff.Cashier}}, []bool{true, true, true}, true},
			{"cashier-of-two", []staff.Assignment{{Role: staff.Cashier, Store: s.stores[0]}, {Role: staff.Manager, Store: s.stores[2]}}, []bool{true, false, true}, false},
			{"auditor", []staff.Assignment{{Role: staff.Auditor}}, []bool{false, false, false}, false},
		} {
			member := s.hire(row.name, row.roles...)
			var grants auth.Grants
			s.write(func(tx *database.Tx) error {
				var err error
				grants, err = staff.Subjects{}.Grants(s.t.Context(), tx, s.org, member)
				return err
			})
			caller := auth.Caller{Org: s.org, Staff: member, Grants: grants}
			for i, store := range s.stores {
				if caller.May("sale.make", store) != row.may[i] {
					s.t.Errorf("%s: store %d: got %v", row.name, i, !row.may[i])
				}
			}
			if (caller.RequireAll("sale.make") == nil) != row.all {
				s.t.Errorf("%s: everywhere: got %v", row.name, !row.all)
			}
		}
	})
}

func TestAnOwnerManagesStaff(t *testing.T) {
	t.Parallel()
	each(t, func(s *shop) {
		owner := s.signIn("owner")
		store := place.StoreID.Format(s.stores[0])
		input := map[string]any{"login": "Park", "name": "박캐셔", "password": password, "roles": []any{map[string]any{"role": "cashier", "store_id": store}}}
		var made staff.MemberView
		owner.Do("POST", "/v1/staff", input).Want(s.t, 201).Into(s.t, &made)
		if made.Login != "park" || !made.Active || len(made.Roles) != 1 || made.Roles[0].StoreID != store || made.Version != 1 {
			s.t.Errorf("made %+v", made)
		}
		owner.Do("POST", "/v1/staff", input).WantCode(s.t, 409, "staff.login_taken")
		cashier := s.signIn("park")
		cashier.Do("GET", "/v1/staff", nil).WantCode(s.t, 403, "auth.forbidden")

		change := map[string]any{"login": "park", "name": "박매니저", "active": true, "roles": []any{map[string]any{"role": "manager", "store_id": store}}}
		path := "/v1/staff/" + made.ID
		owner.Do("PUT", path, change, "If-Match", "1").Want(s.t, 200)
		owner.Do("PUT", path, change, "If-Match", "1").WantCode(s.t, 412, "staff.moved")
		owner.Do("PUT", path, change).WantCode(s.t, 422, "input.required")
		cashier.Do("GET", "/v1/session", nil).WantCode(s.t, 401, "auth.session_ended")

		park := s.signIn("park")
		owner.Do("PUT", path+"/password", map[string]any{"password": "short"}).WantCode(s.t, 422, "auth.password_form")
		owner.Do("PUT", path+"/password", map[string]any{"password": "a new password"}).Want(s.t, 204)
		park.Do("GET", "/v1/session", nil).WantCode(s.t, 401, "auth.session_ended")

		change["active"] = false
		owner.Do("PUT", path, change, "If-Match", "2").Want(s.t, 200)
		s.client().Do("POST", "/v1/sessions", map[string]any{"login": "park", "password": "a new password"}).WantCode(s.t, 401, "auth.wrong_password")

		var page httpapi.List[staff.MemberView]
		owner.Do("GET", "/v1/staff?limit=1", nil).Want(s.t, 200).Into(s.t, &page)
		if len(page.Items) != 1 || page.Items[0].Login != "owner" || page.NextCursor == "" {
			s.t.Errorf("the first page is %+v", page)
		}
		owner.Do("GET", "/v1/staff?cursor="+page.NextCursor, nil).Want(s.t, 200).Into(s.t, &page)
		if len(page.Items) != 1 || page.Items[0].Login != "park" || page.Items[0].Active {
			s.t.Errorf("the second page is %+v", page)
		}
	})
}

func TestWrongStaffAreNamedByField(t *testing.T) {
	t.Parallel()
	s := open(t, database.SQLite)
	owner := s.signIn("owner")
	_, _, otherMerchants, otherStores := s.found("other")
	role := func(fields ...string) []any {
		one := map[string]any{"role": fields[0]}
		for i := 1; i < len(fields); i += 2 {
			one[fields[i]] = fields[i+1]
		}
		return []any{one}
	}
	for _, row := range []struct {
		name, login string
		roles       []any
		status      int
		code        string
	}{
		{"a login with a space", "kim lee", role("cashier"), 422, "staff.login"},
		{"a login in Hangul", "김캐셔", role("cashier"), 422, "staff.login"},
		{"no role", "kim", []any{}, 422, "input.too_few"},
		{"an unknown role", "kim", role("emperor"), 422, "input.choice"},
		{"a role twice", "kim", append(role("cashier"), role("cashier")...), 422, "staff.role"},
		{"a role in a store and a merchant", "kim", role("cashier", "store_id", place.StoreID.Format(s.stores[0]), "merchant_id", place.MerchantID.Format(s.merchants[0])), 422, "staff.role"},
		{"another organisation's store", "kim", role("cashier", "store_id", place.StoreID.Format(otherStores[0])), 404, "id.unknown"},
		{"another organisation's merchant", "kim", role("cashier", "merchant_id", place.MerchantID.Format(otherMerchants[0])), 404, "id.unknown"},
	} {
		answer := owner.Do("POST", "/v1/staff", map[string]any{"login": row.login, "name": "n", "password": password, "roles": row.roles})
		if problem := answer.Problem(); answer.Status != row.status || problem.Code != row.code && (len(problem.Errors) != 1 || problem.Errors[0].Code != row.code) {
			t.Errorf("%s: got %d %s", row.name, answer.Status, answer.Body)
		}
	}
}

func TestTheLastOwnerStays(t *testing.T) {
	t.Parallel()
	each(t, func(s *shop) {
		owner := s.signIn("owner")
		path := "/v1/staff/" + staff.StaffID.Format(s.owner)
		for name, change := range map[string]map[string]any{
			"deactivated":  {"login": "owner", "name": "n", "active": false, "roles": []any{map[string]any{"role": "owner"}}},
			"made manager": {"login": "owner", "name": "n", "active": true, "roles": []any{map[string]any{"role": "manager"}}},
			"made owner of one merchant": {"login": "owner", "name": "n", "active": true, "roles": []any{
				map[string]any{"role": "owner", "merchant_id": place.MerchantID.Format(s.merchants[0])},
			}},
		} {
			if answer := owner.Do("PUT", path, change, "If-Match", "1"); answer.Problem().Code != "staff.last_owner" {
				s.t.Errorf("%s: got %d %s", name, answer.Status, answer.Body)
			}
		}
	})
}

func TestTwoOwnersCannotRemoveEachOtherAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(s *shop) {
		second := s.hire("second", staff.Assignment{Role: staff.Owner})
		var group sync.WaitGroup
		errs := make([]error, 2)
		for i, member := range []int64{s.owner, second} {
			group.Go(func() {
				errs[i] = s.db.Write(s.t.Context(), func(tx *database.Tx) error {
					return staff.Change(s.t.Context(), tx, s.keeper, s.org, 0, member, 1, staff.Input{
						Login: []string{"owner", "second"}[i], Name: "n", Roles: []staff.Assignment{{Role: staff.Owner}},
					}, false)
				})
			})
		}
		group.Wait()
		if (errs[0] == nil) == (errs[1] == nil) || !staff.ErrLastOwner.Has(errs[0]) && !staff.ErrLastOwner.Has(errs[1]) {
			s.t.Errorf("got %v and %v", errs[0], errs[1])
		}
	})
}

func TestStaffOfAnotherOrganisationAreUnknown(t *testing.T) {
	t.Parallel()
	each(t, func(s *shop) {
		_, stranger, _, _ := s.found("other")
		owner := s.signIn("owner")
		path := "/v1/staff/" + staff.StaffID.Format(stranger)
		owner.Do("PUT", path, map[string]any{"login": "other", "name": "n", "active": true, "roles": []any{map[string]any{"role": "owner"}}}, "If-Match", "1").WantCode(s.t, 404, "id.unknown")
		owner.Do("PUT", path+"/password", map[string]any{"password": "a new password"}).WantCode(s.t, 404, "id.unknown")
		_, err := staff.CreateOwner(s.t.Context(), s.db, s.keeper, 999, "ghost", "n", password)
		if !id.Unknown.Has(err) {
			s.t.Errorf("an owner of no organisation: got %v", err)
		}
	})
}

func TestOnesOwnPasswordAndSessions(t *testing.T) {
	t.Parallel()
	each(t, func(s *shop) {
		here, elsewhere := s.signIn("owner"), s.signIn("owner")
		var list httpapi.List[staff.OpenSessionView]
		here.Do("GET", "/v1/sessions", nil).Want(s.t, 200).Into(s.t, &list)
		current := slices.IndexFunc(list.Items, func(session staff.OpenSessionView) bool { return session.Current })
		if len(list.Items) != 2 || current < 0 {
			s.t.Fatalf("the sessions are %+v", list)
		}
		here.Do("DELETE", "/v1/sessions/"+list.Items[1-current].ID, nil).Want(s.t, 204)
		here.Do("DELETE", "/v1/sessions/"+list.Items[1-current].ID, nil).WantCode(s.t, 404, "id.unknown")
		elsewhere.Do("GET", "/v1/session", nil).WantCode(s.t, 401, "auth.session_ended")

		elsewhere = s.signIn("owner")
		here.Do("PUT", "/v1/session/password", map[string]any{"current_password": "wrong one", "password": "a new password"}).WantCode(s.t, 401, "auth.wrong_password")
		here.Do("PUT", "/v1/session/password", map[string]any{"current_password": password, "password": "a new password"}).Want(s.t, 200)
		here.Do("GET", "/v1/session", nil).Want(s.t, 200)
		elsewhere.Do("GET", "/v1/session", nil).WantCode(s.t, 401, "auth.session_ended")
	})
}

func TestEveryRoleMayWhatTheTableSays(t *testing.T) {
	t.Parallel()
	s := open(t, database.SQLite)
	clients := map[string]*httpapitest.Client{httpapitest.Nobody: s.client()}
	for _, role := range staff.Roles {
		s.hire("the-"+string(role), staff.Assignment{Role: role})
		clients[string(role)] = s.signIn("the-" + string(role))
	}
	findings, err := httpapitest.TryRoles(s.api.Spec(), clients, func(role, permission string) bool {
		return staff.Role(role).Grants(auth.Permission(permission))
	})
	if err != nil || len(findings) > 0 {
		t.Errorf("%v\n%s", err, strings.Join(findings, "\n"))
	}
	// The same, told that a cashier may change staff and an owner may not: the matrix must name both.
	findings, err = httpapitest.TryRoles(s.api.Spec(), clients, func(role, permission string) bool {
		if permission == "staff.write" {
			return role == "cashier"
		}
		return staff.Role(role).Grants(auth.Permission(permission))
	})
	found := strings.Join(findings, "\n")
	if err != nil || !strings.Contains(found, "POST /v1/staff as cashier: refused") || !strings.Contains(found, "POST /v1/staff as owner: answered 422, not 403") {
		t.Errorf("%v\n%s", err, found)
	}
}

func TestAnotherOrganisationsIDsAreUnknownEverywhere(t *testing.T) {
	t.Parallel()
	s := open(t, database.SQLite)
	other, stranger, merchants, stores := s.found("other")
	day := s.db.NewID()
	s.write(func(tx *database.Tx) error { return place.OpenDay(t.Context(), tx, other, stranger, day, stores[0]) })
	member, merchant, store := staff.StaffID.Format(stranger), place.MerchantID.Format(merchants[0]), place.StoreID.Format(stores[0])
	roles := []any{map[string]any{"role": "cashier"}}
	storeBody := map[string]any{"merchant_id": merchant, "code": "NEW", "name": "n", "time_zone": "Asia/Seoul", "currency": "KRW", "tax_mode": "inclusive"}
	calls := map[string]httpapitest.Stranger{
		"update-staff":         {Path: "/v1/staff/" + member, Body: map[string]any{"login": "abc", "name": "n", "active": true, "roles": roles}},
		"set-staff-pin":        {Path: "/v1/staff/" + member + "/pin", Body: map[string]any{"pin": "2580"}},
		"reset-staff-password": {Path: "/v1/staff/" + member + "/password", Body: map[string]any{"password": password}},
		"create-staff": {Path: "/v1/staff", Body: map[string]any{
			"login": "abc", "name": "n", "password": password, "roles": []any{map[string]any{"role": "cashier", "store_id": store}},
		}},
		"end-session":        {Path: "/v1/sessions/ses_1"},
		"close-business-day": {Path: "/v1/business-days/" + place.BusinessDayID.Format(day) + "/close"},
		"get-store":          {Path: "/v1/stores/" + store},
		"update-store":       {Path: "/v1/stores/" + store, Body: storeBody},
		"create-store":       {Path: "/v1/stores", Body: storeBody},
		"update-merchant": {Path: "/v1/merchants/" + merchant, Body: map[string]any{"country": "US", "identity": map[string]any{
			"valid_from": "2026-01-01", "registration_number": "", "name": "n", "representative": "", "address": "", "phone": "",
			"business_type": "", "business_item": "", "taxation": "general",
		}}},
	}
	findings, err := httpapitest.TryStrangers(s.api.Spec(), s.signIn("owner"), calls)
	if err != nil || len(findings) > 0 {
		t.Errorf("%v\n%s", err, strings.Join(findings, "\n"))
	}
	// Without the call for an operation, or with an id of one's own, the matrix must say so.
	delete(calls, "update-staff")
	calls["get-store"] = httpapitest.Stranger{Path: "/v1/stores/" + place.StoreID.Format(s.stores[0])}
	findings, err = httpapitest.TryStrangers(s.api.Spec(), s.signIn("owner"), calls)
	if err != nil || len(findings) != 2 {
		t.Errorf("%v\n%s", err, strings.Join(findings, "\n"))
	}
}

func TestTheAPIPassesItsGuard(t *testing.T) {
	t.Parallel()
	if findings := httpapi.Guard(open(t, database.SQLite).api.Spec()); len(findings) > 0 {
		t.Error(strings.Join(findings, "\n"))
	}
}

func TestACashierSeesOnlyTheirStore(t *testing.T) {
	t.Parallel()
	each(t, func(s *shop) {
		s.hire("kim", staff.Assignment{Role: staff.Cashier, Store: s.stores[1]})
		cashier := s.signIn("kim")
		var list httpapi.List[place.StoreView]
		cashier.Do("GET", "/v1/stores", nil).Want(s.t, 200).Into(s.t, &list)
		if len(list.Items) != 1 || list.Items[0].Code != "B" || list.Items[0].BusinessDate != "2026-11-23" {
			s.t.Errorf("got %+v", list)
		}
		cashier.Do("GET", "/v1/stores/"+place.StoreID.Format(s.stores[0]), nil).WantCode(s.t, 403, "auth.forbidden")
		cashier.Do("POST", "/v1/stores", nil).WantCode(s.t, 403, "auth.forbidden")
		owner := s.signIn("owner")
		owner.Do("GET", "/v1/stores?limit=2", nil).Want(s.t, 200).Into(s.t, &list)
		if len(list.Items) != 2 || list.NextCursor == "" {
			s.t.Errorf("the first page is %+v", list)
		}
		owner.Do("GET", "/v1/stores?cursor="+list.NextCursor, nil).Want(s.t, 200).Into(s.t, &list)
		if len(list.Items) != 1 || list.Items[0].Code != "C" {
			s.t.Errorf("the second page is %+v", list)
		}
		owner.Do("GET", "/v1/organisation", nil).Want(s.t, 200)
		owner.Do("GET", "/v1/merchants", nil).Want(s.t, 200)
	})
}

var update = flag.Bool("update", false, "write docs/roles.md anew")

func TestTheDocumentedRolesAreThoseOfTheCode(t *testing.T) {
	t.Parallel()
	const page = "../../../docs/roles.md"
	if *update {
		if err := os.WriteFile(page, []byte(staff.Table()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != staff.Table() {
		t.Error("docs/roles.md is stale: run go test ./internal/capability/staff -update")
	}
}
