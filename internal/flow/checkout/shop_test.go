package checkout_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dangol/internal/capability/catalog"
	"dangol/internal/capability/fleet"
	"dangol/internal/capability/order"
	"dangol/internal/capability/staff"
	"dangol/internal/capability/stock"
	"dangol/internal/capability/tender"
	"dangol/internal/core/ledger"
	"dangol/internal/core/place"
	"dangol/internal/core/pricing"
	"dangol/internal/flow/checkout"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/lang"
)

// opened is the time at which the clocks of these tests stand: Monday noon in Seoul.
var opened = time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)

// shop is one organisation with a merchant, a store, two tills, an owner and a cashier, served over HTTP.
type shop struct {
	t       testing.TB
	db      *database.DB
	ledger  *ledger.Ledger
	service *checkout.Service
	catalog *catalog.Catalog
	stock   *stock.Stock
	keeper  *auth.Keeper
	server  http.Handler

	org, merchant, store int64
	tills                []till
	owner, cashier       person
	keys                 atomic.Int64
}

type till struct {
	device int64
	token  string
}

type person struct {
	id    int64
	token string
}

// business is what distinguishes the shops of these tests. The zero business is a Korean café of a general merchant.
type business struct {
	taxation place.Taxation
	currency string
	taxes    []place.Tax
	duty     bool // 의무발행업종
}

// each runs a test in a shop on each database.
func each(t *testing.T, test func(t *testing.T, s *shop)) {
	t.Helper()
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			test(t, open(t, databasetest.Open(t, dialect, clock.At(opened)), business{}))
		})
	}
}

func open(t testing.TB, db *database.DB, business business) *shop {
	t.Helper()
	s := &shop{t: t, db: db, ledger: ledger.New(db, databasetest.Quiet())}
	t.Cleanup(s.ledger.Close)
	s.keeper = auth.NewKeeper(db, staff.Subjects{}, fleet.Devices{}, auth.Options{ByPIN: staff.TillPermissions()})
	s.stock = stock.New(db, s.ledger, catalog.Variants{})
	s.catalog = catalog.New(db, s.stock, s.stock)
	s.service = checkout.New(db, s.ledger, s.keeper)
	server := httpapi.New(httpapi.Options{Version: "test", Identify: s.keeper.Identify, Logger: databasetest.Quiet()})
	s.service.Serve(server)
	order.Serve(server, db)
	staff.Serve(server, db, s.keeper)
	tender.Serve(server, db)
	s.server = server.Handler()
	s.settle(business)
	return s
}

// settle founds the organisation.
func (s *shop) settle(business business) {
	s.t.Helper()
	s.org, s.merchant, s.store = s.db.NewID(), s.db.NewID(), s.db.NewID()
	merchant := place.MerchantInput{Country: "KR", Identity: place.Identity{
		ValidFrom: "2020-01-01", RegistrationNumber: "124-81-00998", Name: "단골상회", Representative: "김단골",
		Address: "서울특별시 마포구 양화로 1", Phone: "02-123-4567", BusinessType: "음식점업", BusinessItem: "커피전문점",
		Taxation: place.General,
	}}
	store := place.StoreInput{
		MerchantID: place.MerchantID.Format(s.merchant), Code: "S1", Name: "단골커피 홍대점", Address: "서울특별시 마포구 양화로 1 1층",
		Phone: "02-123-4568", Zone: "Asia/Seoul", Currency: "KRW", TaxMode: place.Inclusive,
	}
	language := lang.Korean
	merchant.Identity.CashReceiptDuty = business.duty
	if business.taxation != "" {
		merchant.Identity.Taxation = business.taxation
	}
	if business.currency == "USD" {
		language = lang.English
		merchant.Country, merchant.Identity = "US", place.Identity{
			ValidFrom: "2020-01-01", RegistrationNumber: "12-3456789", Name: "Dangol Supply LLC", Representative: "Jane Doe",
			Address: "1 Main Street, Springfield", Phone: "555-0100", Taxation: place.General,
		}
		store.Name, store.Address, store.Phone = "Dangol Supply", "1 Main Street, Springfield", "555-0101"
		store.Zone, store.Currency, store.TaxMode, store.Taxes = "America/New_York", "USD", place.Exclusive, business.taxes
	}
	s.write(func(ctx context.Context, tx *database.Tx) error {
		if err := place.CreateOrganisation(ctx, tx, s.org, "단골", language); err != nil {
			return err
		}
		if err := place.CreateMerchant(ctx, tx, s.org, 0, s.merchant, merchant); err != nil {
			return err
		}
		return place.CreateStore(ctx, tx, s.org, 0, s.store, store)
	})
	s.owner = s.hire("owner", "김단골", staff.Assignment{Role: staff.Owner})
	s.cashier = s.hire("cashier", "이하나", staff.Assignment{Role: staff.Cashier, Store: s.store})
	s.tills = []till{s.addTill("계산대 1"), s.addTill("계산대 2")}
}

func (s *shop) write(work func(context.Context, *database.Tx) error) {
	s.t.Helper()
	ctx := context.Background()
	if err := s.db.Write(ctx, func(tx *database.Tx) error { return work(ctx, tx) }); err != nil {
		s.t.Fatalf("%+v", err)
	}
}

// hire makes a staff member who is signed in.
func (s *shop) hire(login, name string, role staff.Assignment) person {
	s.t.Helper()
	hired := person{id: s.db.NewID()}
	s.write(func(ctx context.Context, tx *database.Tx) error {
		input := staff.Input{Login: login, Name: name, Roles: []staff.Assignment{role}}
		if err := staff.Create(ctx, tx, s.keeper, s.org, 0, hired.id, input, "unused"); err != nil {
			return err
		}
		var err error
		_, hired.token, err = s.keeper.Begin(ctx, tx, s.org, hired.id)
		return err
	})
	return hired
}

// addTill adds a till and pairs it.
func (s *shop) addTill(name string) till {
	s.t.Helper()
	added := till{device: s.db.NewID()}
	s.write(func(ctx context.Context, tx *database.Tx) error {
		if err := fleet.Create(ctx, tx, s.org, 0, added.device, s.store, name, fleet.Till); err != nil {
			return err
		}
		code, _, err := fleet.NewPairing(ctx, tx, s.keeper, s.org, added.device)
		if err != nil {
			return err
		}
		_, _, added.token, err = fleet.Pair(ctx, tx, s.keeper, code)
		return err
	})
	return added
}

// good is something that the shop sells. Left is how many units there are; below zero, they are not counted.
type good struct {
	name, nameEN string
	price        int64
	class        pricing.TaxClass
	left         int64
	groups       []int64
	soldBy       catalog.SoldBy
	bounds       catalog.Bounds
}

// stockUp adds a good to the catalogue and the shelf, and returns its variant.
func (s *shop) stockUp(g good) int64 {
	s.t.Helper()
	if g.class == "" {
		g.class = pricing.Standard
	}
	product := &catalog.Product{
		Handle: g.name, Name: g.name, NameEN: g.nameEN, Kind: catalog.Goods, Groups: g.groups, SoldBy: g.soldBy, Bounds: g.bounds,
		Variants: []catalog.Variant{{TaxClass: g.class, Tracked: g.left >= 0, Prices: map[int64]int64{s.store: g.price}}},
	}
	s.write(func(ctx context.Context, tx *database.Tx) error {
		return s.catalog.SaveProduct(ctx, tx, s.org, 0, product)
	})
	variant := product.Variants[0].ID
	if g.left > 0 {
		_, err := s.stock.Move(context.Background(), s.org, s.owner.id, s.key(), stock.Request{
			Store: s.store, Variant: variant, Kind: stock.Receive, Quantity: g.left,
		})
		if err != nil {
			s.t.Fatal(err)
		}
	}
	return variant
}

// group adds an option group and returns it with the ids of its options.
func (s *shop) group(name string, least, most int64, options ...catalog.Option) catalog.Group {
	s.t.Helper()
	group := catalog.Group{Name: name, Minimum: least, Maximum: most, Options: options}
	s.write(func(ctx context.Context, tx *database.Tx) error {
		return s.catalog.SaveGroup(ctx, tx, s.org, 0, &group)
	})
	return group
}

func (s *shop) key() string { return fmt.Sprintf("key-%d", s.keys.Add(1)) }

// call is a request. Who sends it is the cashier at the first till, unless the call says otherwise.
type call struct {
	method, path string
	body         any // text is sent as it is
	key          string
	till         *till
	person       *person
	english      bool
	version      string // the one that was read
}

// answer is what came back.
type answer struct {
	status int
	body   []byte
}

func (s *shop) send(c call) answer {
	s.t.Helper()
	var body []byte
	if text, is := c.body.(string); is {
		body = []byte(text)
	} else if c.body != nil {
		var err error
		if body, err = json.Marshal(c.body); err != nil {
			s.t.Fatal(err)
		}
	}
	if c.method == "" {
		c.method = http.MethodGet
		if c.body != nil {
			c.method = http.MethodPost
		}
	}
	request := httptest.NewRequest(c.method, c.path, bytes.NewReader(body))
	if c.body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if c.key != "" {
		request.Header.Set("Idempotency-Key", c.key)
	}
	if c.version != "" {
		request.Header.Set("If-Match", c.version)
	}
	if c.english {
		request.Header.Set("Accept-Language", "en")
	}
	if c.till == nil {
		c.till = &s.tills[0]
	}
	if c.person == nil {
		c.person = &s.cashier
	}
	for name, token := range map[string]string{
		auth.SessionCookieName: c.person.token, auth.DeviceCookieName: c.till.token,
	} {
		if token != "" {
			request.AddCookie(&http.Cookie{Name: name, Value: token})
		}
	}
	recorder := httptest.NewRecorder()
	s.server.ServeHTTP(recorder, request)
	return answer{status: recorder.Code, body: recorder.Body.Bytes()}
}

// into reads an answer that must be a success.
func (a answer) into(t testing.TB, target any) {
	t.Helper()
	if a.status != http.StatusOK && a.status != http.StatusCreated {
		t.Fatalf("answered %d: %s", a.status, a.body)
	}
	if err := json.Unmarshal(a.body, target); err != nil {
		t.Fatalf("read %s: %v", a.body, err)
	}
}

// problem reads an answer that must be a refusal.
func (a answer) problem(t testing.TB) httpapi.Problem {
	t.Helper()
	var problem httpapi.Problem
	if err := json.Unmarshal(a.body, &problem); err != nil || problem.Code == "" {
		t.Fatalf("answered %d, which is no problem: %s", a.status, a.body)
	}
	return problem
}

// object is a JSON object.
type object = map[string]any

// line asks for units of a variant.
func line(variant, quantity int64, options ...int64) object {
	chosen := []object{}
	for _, option := range options {
		chosen = append(chosen, object{"option_id": catalog.OptionID.Format(option), "quantity": 1})
	}
	return object{"variant_id": catalog.VariantID.Format(variant), "quantity": quantity, "options": chosen}
}

// basket is the body of a checkout that pays a total in cash; no cash is no tender.
func basket(total, cash int64, lines ...object) object {
	tenders := []object{}
	if cash != 0 {
		tenders = append(tenders, object{"kind": "cash", "amount": cash})
	}
	return object{"lines": lines, "expected_total": total, "tenders": tenders}
}

// sell sells and expects that it works.
func (s *shop) sell(total int64, lines ...object) checkout.CheckoutView {
	s.t.Helper()
	var sold checkout.CheckoutView
	s.send(call{path: "/v1/checkouts", key: s.key(), body: basket(total, total, lines...)}).into(s.t, &sold)
	return sold
}

// verify proves the books and the orders.
func (s *shop) verify() {
	s.t.Helper()
	checks := append(checkout.Checks(), stock.Checks()...)
	report, err := ledger.Verify(context.Background(), s.db, checks, nil)
	if err != nil {
		s.t.Fatalf("verify: %v", err)
	}
	var lines []string
	for _, difference := range report.Differences {
		lines = append(lines, difference.String())
	}
	if !report.OK() {
		s.t.Errorf("verify finds %d differences:\n%s", report.Count, strings.Join(lines, "\n"))
	}
}

// left is how many units of a variant there are.
func (s *shop) left(variant int64) int64 {
	s.t.Helper()
	var units map[int64]int64
	err := s.db.Read(context.Background(), func(tx *database.Tx) error {
		var err error
		units, err = stock.ReadOnHand(context.Background(), tx, s.org, s.store, []int64{variant})
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return units[variant]
}

func receive(s *shop, variant, units int64) stock.Request {
	return stock.Request{Store: s.store, Variant: variant, Kind: stock.Receive, Quantity: units}
}

// addStore adds another store of the merchant.
func (s *shop) addStore(code string) int64 {
	s.t.Helper()
	store := s.db.NewID()
	s.write(func(ctx context.Context, tx *database.Tx) error {
		return place.CreateStore(ctx, tx, s.org, 0, store, place.StoreInput{
			MerchantID: place.MerchantID.Format(s.merchant), Code: code, Name: "다른 매장", Zone: "Asia/Seoul", Currency: "KRW",
			TaxMode: place.Inclusive,
		})
	})
	return store
}

// rename gives the merchant another name from today on.
func (s *shop) rename(name string) {
	s.t.Helper()
	s.write(func(ctx context.Context, tx *database.Tx) error {
		merchant, err := place.Directory{}.Merchant(ctx, tx, s.org, s.merchant)
		if err != nil {
			return err
		}
		identity := merchant.Identities[0]
		identity.ValidFrom, identity.Name = "2026-11-23", name
		return place.ChangeMerchant(ctx, tx, s.org, s.owner.id, s.merchant, merchant.Version,
			place.MerchantInput{Country: merchant.Country, Identity: identity})
	})
}
