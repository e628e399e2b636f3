package app_test

import (
	"bytes"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"dangol/internal/app"
	"dangol/internal/capability/staff"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/httpapi/httpapitest"
	"dangol/internal/ground/lang"
)

const password = "단골 손님 2026"

// brand is an organisation with one store, one of everything in it, and a sale.
type brand struct {
	owner, till                                                            *httpapitest.Client
	staff, merchant, store, category, group                                string
	product, variant, device, order, receipt, line, imported, printer, job string
	day, shift, tender, discount, held, bulk, planned                      string
	// counted is a variant whose units are counted, slip, transfer and count are about it.
	counted, location, slip, transfer, count, picture string
}

func signIn(t testing.TB, opened *app.App, login string) *httpapitest.Client {
	t.Helper()
	client := httpapitest.New(opened.Handler())
	client.Do("POST", "/v1/sessions", map[string]any{"login": login, "password": password}).Want(t, 201)
	return client
}

// named is what of an answer is used to go on.
type named struct {
	ID string `json:"id"`
}

type object = map[string]any

func found(t testing.TB, opened *app.App, login string) brand {
	t.Helper()
	_, err := opened.NewOrganisation(t.Context(), login, lang.Korean, staff.Input{
		Login: login, Name: login, Roles: []staff.Assignment{{Role: staff.Owner}},
	}, password)
	if err != nil {
		t.Fatal(err)
	}
	b := brand{owner: signIn(t, opened, login)}
	create := func(path string, body object) string {
		t.Helper()
		var made named
		b.owner.Do("POST", path, body, "Idempotency-Key", path).Want(t, 201).Into(t, &made)
		return made.ID
	}
	b.merchant = create("/v1/merchants", merchantBody())
	b.store = create("/v1/stores", storeBody(b.merchant))
	b.staff = create("/v1/staff", staffBody("helper", b.store))
	b.category = create("/v1/categories", object{"name": "커피"})
	b.group = create("/v1/option-groups", groupBody())
	b.product = create("/v1/products", productBody(b))
	var product struct {
		Variants []named `json:"variants"`
	}
	b.owner.Do("GET", "/v1/products/"+b.product, nil).Want(t, 200).Into(t, &product)
	b.variant = product.Variants[0].ID
	b.planned = create("/v1/planned-prices", plannedBody(b.variant, b.store))
	b.tender = create("/v1/tenders", tenderBody(login))
	b.sell(t, opened)
	var held named
	b.till.Do("POST", "/v1/held-orders", object{
		"lines": []any{object{"variant_id": b.variant, "quantity": 1}}, "name": "3번",
	}, "Idempotency-Key", "hold-1").Want(t, 201).Into(t, &held)
	b.held = held.ID
	b.importFile(t)
	b.bulk = create("/v1/catalog/bulk-edits", object{
		"products": []any{object{"id": b.product, "version": 1}}, "change": object{"category_id": ""},
	})
	b.discount = create("/v1/discounts", discountBody())
	b.printer = create("/v1/printers", printerBody(b.store))
	var job named
	b.owner.Do("POST", "/v1/print-jobs", object{"receipt_number": b.receipt}, "Idempotency-Key", "print-1").Want(t, 201).Into(t, &job)
	b.job = job.ID
	b.keepStock(t)
	return b
}

// sell pairs a till and sells one.
func (b *brand) sell(t testing.TB, opened *app.App) {
	t.Helper()
	var pairing struct {
		Device named  `json:"device"`
		Code   string `json:"pairing_code"`
	}
	b.owner.Do("POST", "/v1/devices", object{"store_id": b.store, "name": "1번", "kind": "till"}).Want(t, 201).Into(t, &pairing)
	b.device = pairing.Device.ID
	b.till = httpapitest.New(opened.Handler())
	b.till.Headers.Set("Authorization", "Bearer "+b.owner.Cookie(auth.SessionCookieName))
	b.till.Do("POST", "/v1/pairings", object{"code": pairing.Code}).Want(t, 201)
	var sold struct {
		Order struct {
			ID    string  `json:"id"`
			Lines []named `json:"lines"`
		} `json:"order"`
		Receipt struct {
			Number string `json:"number"`
		} `json:"receipt"`
	}
	answer := b.till.Do("POST", "/v1/checkouts", checkoutBody(b.variant), "Idempotency-Key", "sale-1")
	if answer.Status != http.StatusOK && answer.Status != http.StatusCreated {
		t.Fatalf("the sale: %d %s", answer.Status, answer.Body)
	}
	answer.Into(t, &sold)
	b.order, b.receipt, b.line = sold.Order.ID, sold.Receipt.Number, sold.Order.Lines[0].ID
}

// work opens a shift at the till, and with it the business day.
func (b *brand) work(t testing.TB) {
	t.Helper()
	var now struct {
		BusinessDay named `json:"business_day"`
		Shift       named `json:"shift"`
	}
	b.till.Do("POST", "/v1/shifts", object{"float": 0}, "Idempotency-Key", "work").Want(t, 201)
	b.till.Do("GET", "/v1/shifts/current", nil).Want(t, 200).Into(t, &now)
	b.day, b.shift = now.BusinessDay.ID, now.Shift.ID
}

// importFile checks the catalogue that the brand has already.
func (b *brand) importFile(t testing.TB) {
	t.Helper()
	file := b.owner.Do("GET", "/v1/catalog/export?format=csv&store_id="+b.store, nil).Want(t, 200).Body
	answer := b.owner.Send(importRequest(t, file, b.store))
	if answer.Status >= http.StatusBadRequest {
		t.Fatalf("the import: %d %s", answer.Status, answer.Body)
	}
	var made named
	answer.Into(t, &made)
	b.imported = made.ID
}

func importRequest(t testing.TB, file []byte, store string) *http.Request {
	t.Helper()
	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	part, err := writer.CreateFormFile("file", "catalogue.csv")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(file)
	_ = writer.WriteField("store_ids", store)
	_ = writer.Close()
	request := httptest.NewRequest(http.MethodPost, "/v1/catalog-imports", &form)
	request.Header.Set("Content-Type", writer.FormDataContentType())
	return request
}

func merchantBody() object {
	return object{"country": "KR", "identity": object{
		"valid_from": "2026-01-01", "registration_number": "124-81-00998", "name": "단골커피", "representative": "김단골",
		"address": "서울", "phone": "02-000-0000", "business_type": "음식점업", "business_item": "커피", "taxation": "general",
	}}
}

func storeBody(merchant string) object {
	return object{
		"merchant_id": merchant, "code": "S1", "name": "1호점", "time_zone": "Asia/Seoul", "currency": "KRW", "tax_mode": "inclusive",
	}
}

func staffBody(login, store string) object {
	return object{
		"login": login, "name": login, "password": password, "roles": []any{object{"role": "cashier", "store_id": store}},
	}
}

func groupBody() object {
	return object{"name": "온도", "min": 0, "max": 1, "options": []any{object{"name": "ICE", "price_delta": 500}}}
}

func productBody(b brand) object {
	return object{
		"name": "아메리카노", "kind": "food", "status": "active", "category_id": b.category, "option_groups": []any{b.group},
		"variants": []any{object{"tax_class": "standard", "prices": []any{object{"store_id": b.store, "amount": 4000}}}},
	}
}

func tenderBody(name string) object {
	return object{
		"kind": "other", "name": name, "name_en": "", "in_drawer": false, "gives_change": true, "cash_receipt": false,
		"earns_points": true, "slip_required": false, "line": "", "sort": 1, "active": true,
	}
}

func tenderChange(name string) object {
	body := tenderBody(name)
	delete(body, "kind")
	return body
}

func discountBody() object {
	return object{"name": "직원 할인", "percent_ppm": 300_000, "active": true}
}

func printerBody(store string) object {
	return object{"store_id": store, "name": "계산대", "address": "127.0.0.1:9", "paper": 80}
}

func printerChange() object {
	body := printerBody("")
	delete(body, "store_id")
	return body
}

func checkoutBody(variant string) object {
	return object{
		"lines":          []any{object{"variant_id": variant, "quantity": 1}},
		"tenders":        []any{object{"kind": "cash", "amount": 5000}},
		"expected_total": 4000,
	}
}

func TestTheWholeAPIPassesItsGuard(t *testing.T) {
	t.Parallel()
	spec := open(t, databasetest.Target(t, database.SQLite)).Spec()
	if findings := httpapi.Guard(spec, "sale.make", "sale.refund", "stock.write", "shift.work"); len(findings) > 0 {
		t.Error(strings.Join(findings, "\n"))
	}
	known := map[string]bool{string(httpapi.Public): true, string(httpapi.SignedIn): true, string(httpapi.Paired): true}
	for _, permission := range staff.Permissions() {
		known[string(permission)] = true
	}
	operations, err := httpapitest.Operations(spec)
	if err != nil {
		t.Fatal(err)
	}
	for _, operation := range operations {
		if !known[operation.Permission] {
			t.Errorf("%s asks for %q, which no role can have", operation.ID, operation.Permission)
		}
	}
}

func TestEveryOperationAsEveryRole(t *testing.T) {
	t.Parallel()
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			opened := open(t, databasetest.Target(t, dialect))
			b := found(t, opened, "owner")
			clients := map[string]*httpapitest.Client{httpapitest.Nobody: httpapitest.New(opened.Handler())}
			for _, role := range staff.Roles {
				login := "the-" + string(role)
				body := staffBody(login, "")
				body["roles"] = []any{object{"role": role}}
				b.owner.Do("POST", "/v1/staff", body).Want(t, 201)
				clients[string(role)] = signIn(t, opened, login)
			}
			findings, err := httpapitest.TryRoles(opened.Spec(), clients, func(role, permission string) bool {
				return staff.Role(role).Grants(auth.Permission(permission))
			})
			if err != nil || len(findings) > 0 {
				t.Errorf("%v\n%s", err, strings.Join(findings, "\n"))
			}
		})
	}
}

func TestNothingOfAnotherOrganisationCanBeReachedByItsID(t *testing.T) {
	t.Parallel()
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			opened := open(t, databasetest.Target(t, dialect))
			us, them := found(t, opened, "ours"), found(t, opened, "theirs")
			them.work(t)
			findings, err := httpapitest.TryStrangers(opened.Spec(), us.till, strangers(us, them))
			if err != nil || len(findings) > 0 {
				t.Errorf("%v\n%s", err, strings.Join(findings, "\n"))
			}
			for name, body := range them.bodies() {
				if answer := us.till.Do("POST", body.Path, body.Body, "Idempotency-Key", "foreign-"+name); answer.Status < 400 || answer.Status >= 500 {
					t.Errorf("%s with their ids in the body: %d %s", name, answer.Status, answer.Body)
				}
			}
			if answer := us.owner.Send(importRequest(t, []byte("x"), them.store)); answer.Status < 400 || answer.Status >= 500 {
				t.Errorf("an import into their store: %d %s", answer.Status, answer.Body)
			}
			for _, path := range []string{"/v1/orders", "/v1/receipts", "/v1/products", "/v1/stores", "/v1/devices", "/v1/staff", "/v1/merchants", "/v1/printers", "/v1/print-jobs", "/v1/tenders", "/v1/discounts"} {
				answer := us.owner.Do("GET", path, nil).Want(t, 200)
				for _, theirs := range []string{them.order, them.receipt, them.product, them.store, them.device, them.staff, them.merchant, them.printer, them.job, them.tender, them.discount} {
					if bytes.Contains(answer.Body, []byte(`"`+theirs+`"`)) {
						t.Errorf("GET %s shows their %s", path, theirs)
					}
				}
			}
		})
	}
}

// strangers calls every operation that names something in its path with what is theirs.
func strangers(us, them brand) map[string]httpapitest.Stranger {
	change := staffBody("another", us.store)
	delete(change, "password")
	change["active"] = true
	all := map[string]httpapitest.Stranger{
		"apply-catalog-import": {Path: fmt.Sprintf("/v1/catalog-imports/%s/apply", them.imported)},
		"undo-catalog-import":  {Path: fmt.Sprintf("/v1/catalog-imports/%s/undo", them.imported)},
		"get-catalog-import":   {Path: fmt.Sprintf("/v1/catalog-imports/%s", them.imported)},
		"undo-bulk-edit":       {Path: fmt.Sprintf("/v1/catalog/bulk-edits/%s/undo", them.bulk)},
		"list-planned-prices":  {Path: fmt.Sprintf("/v1/planned-prices?store_id=%s", them.store)},
		"change-planned-price": {Path: fmt.Sprintf("/v1/planned-prices/%s", them.planned), Body: plannedBody(us.variant, us.store)},
		"drop-planned-price":   {Path: fmt.Sprintf("/v1/planned-prices/%s", them.planned)},
		"change-category":      {Path: fmt.Sprintf("/v1/categories/%s", them.category), Body: object{"name": "차"}},
		"change-option-group":  {Path: fmt.Sprintf("/v1/option-groups/%s", them.group), Body: groupBody()},
		"get-product":          {Path: fmt.Sprintf("/v1/products/%s", them.product)},
		"change-product":       {Path: fmt.Sprintf("/v1/products/%s", them.product), Body: productBody(us)},
		"revoke-device":        {Path: fmt.Sprintf("/v1/devices/%s", them.device)},
		"create-pairing-code":  {Path: fmt.Sprintf("/v1/devices/%s/pairing-code", them.device)},
		"update-merchant":      {Path: fmt.Sprintf("/v1/merchants/%s", them.merchant), Body: merchantBody()},
		"get-store":            {Path: fmt.Sprintf("/v1/stores/%s", them.store)},
		"update-store":         {Path: fmt.Sprintf("/v1/stores/%s", them.store), Body: storeBody(us.merchant)},
		"get-menu":             {Path: fmt.Sprintf("/v1/stores/%s/menu", them.store)},
		"get-availability":     {Path: fmt.Sprintf("/v1/stores/%s/availability", them.store)},
		"change-sold-out": {Path: fmt.Sprintf("/v1/stores/%s/sold-out", them.store), Body: object{
			"sold_out": true, "variant_ids": []any{us.variant},
		}},
		"read-order":         {Path: fmt.Sprintf("/v1/orders/%s", them.order)},
		"read-order-books":   {Path: fmt.Sprintf("/v1/orders/%s/books", them.order)},
		"read-order-receipt": {Path: fmt.Sprintf("/v1/orders/%s/receipt", them.order)},
		"find-receipt":       {Path: fmt.Sprintf("/v1/receipts/%s", them.receipt)},
		"refund":             {Path: fmt.Sprintf("/v1/orders/%s/refunds", them.order), Body: refundBody(them)},
		"quote-return": {Path: fmt.Sprintf("/v1/orders/%s/return-quotes", them.order), Body: object{
			"lines": []any{object{"line_id": them.line, "quantity": 1}},
		}},
		"exchange": {Path: fmt.Sprintf("/v1/orders/%s/exchanges", them.order), Body: object{
			"return": refundBody(them), "expected_return": 1000, "lines": []any{object{"variant_id": us.variant, "quantity": 1}},
			"expected_total": 1000, "tenders": []any{},
		}},
		"record-card-slip": {Path: fmt.Sprintf("/v1/orders/%s/card-slips", them.order), Body: object{
			"tender": 1, "slip": object{"approval_number": "30012345"},
		}},
		"record-cash-receipt": {Path: fmt.Sprintf("/v1/orders/%s/cash-receipt", them.order), Body: object{
			"purpose": "deduction", "number": "01012345678",
		}},
		"list-stock-movements":   {Path: fmt.Sprintf("/v1/stock/%s/movements?store_id=%s", them.variant, us.store)},
		"recall-order":           {Path: fmt.Sprintf("/v1/held-orders/%s/recall", them.held)},
		"discard-held-order":     {Path: fmt.Sprintf("/v1/held-orders/%s/discard", them.held)},
		"update-tender":          {Path: fmt.Sprintf("/v1/tenders/%s", them.tender), Body: tenderChange("theirs")},
		"update-discount":        {Path: fmt.Sprintf("/v1/discounts/%s", them.discount), Body: discountBody()},
		"update-printer":         {Path: fmt.Sprintf("/v1/printers/%s", them.printer), Body: printerChange()},
		"remove-printer":         {Path: fmt.Sprintf("/v1/printers/%s", them.printer)},
		"print-test-page":        {Path: fmt.Sprintf("/v1/printers/%s/test-page", them.printer)},
		"retry-print-job":        {Path: fmt.Sprintf("/v1/print-jobs/%s/retry", them.job)},
		"discard-print-job":      {Path: fmt.Sprintf("/v1/print-jobs/%s/discard", them.job)},
		"mark-print-job-printed": {Path: fmt.Sprintf("/v1/print-jobs/%s/printed", them.job)},
		"list-printers":          {Path: fmt.Sprintf("/v1/printers?store_id=%s", them.store)},
		"list-print-jobs":        {Path: fmt.Sprintf("/v1/print-jobs?store_id=%s", them.store)},
		"create-printer":         {Path: "/v1/printers", Body: printerBody(them.store)},
		"end-session":            {Path: "/v1/sessions/ses_1"},
		"update-staff":           {Path: fmt.Sprintf("/v1/staff/%s", them.staff), Body: change},
		"set-staff-pin":          {Path: fmt.Sprintf("/v1/staff/%s/pin", them.staff), Body: object{"pin": "2580"}},
		"reset-staff-password":   {Path: fmt.Sprintf("/v1/staff/%s/password", them.staff), Body: object{"password": password}},
		"list-devices":           {Path: fmt.Sprintf("/v1/devices?store_id=%s", them.store)},
		"list-drawers":           {Path: fmt.Sprintf("/v1/drawers?store_id=%s", them.store)},
		"list-stock":             {Path: fmt.Sprintf("/v1/stock?store_id=%s", them.store)},
		"read-sales":             {Path: fmt.Sprintf("/v1/reports/sales?store_id=%s", them.store)},
		"read-today":             {Path: fmt.Sprintf("/v1/reports/today?store_id=%s", them.store)},
		"list-sales-groups":      {Path: fmt.Sprintf("/v1/reports/sales/groups?by=product&store_id=%s", them.store)},
		"export-sales-groups":    {Path: fmt.Sprintf("/v1/reports/sales/groups/export?by=store&store_id=%s", them.store)},
		"list-refunds":           {Path: fmt.Sprintf("/v1/refunds?store_id=%s", them.store)},
		"export-orders":          {Path: fmt.Sprintf("/v1/orders/export?store_id=%s", them.store)},
		"export-refunds":         {Path: fmt.Sprintf("/v1/refunds/export?store_id=%s", them.store)},
		"export-receipts":        {Path: fmt.Sprintf("/v1/receipts/export?store_id=%s", them.store)},
		"export-stock":           {Path: fmt.Sprintf("/v1/stock/export?store_id=%s", them.store)},
		"export-shifts":          {Path: fmt.Sprintf("/v1/shifts/export?store_id=%s", them.store)},
		"create-device":          {Path: "/v1/devices", Body: object{"store_id": them.store, "name": "n", "kind": "till"}},
		"create-staff":           {Path: "/v1/staff", Body: staffBody("another", them.store)},
		"get-shift":              {Path: fmt.Sprintf("/v1/shifts/%s", them.shift)},
		"print-shift-report":     {Path: fmt.Sprintf("/v1/shifts/%s/print-jobs", them.shift)},
		"list-shifts":            {Path: fmt.Sprintf("/v1/shifts?store_id=%s", them.store)},
		"move-cash": {Path: fmt.Sprintf("/v1/shifts/%s/cash-movements", them.shift), Body: object{
			"kind": "out", "place": "safe", "amount": 1, "reason": "금고",
		}},
		"close-shift":        {Path: fmt.Sprintf("/v1/shifts/%s/close", them.shift), Body: object{"counted": 0, "taken_out": 0}},
		"list-business-days": {Path: fmt.Sprintf("/v1/business-days?store_id=%s", them.store)},
		"open-business-day":  {Path: "/v1/business-days", Body: object{"store_id": them.store}},
		"close-business-day": {Path: fmt.Sprintf("/v1/business-days/%s/close", them.day)},
	}
	maps.Copy(all, stockStrangers(us, them))
	return all
}

// plannedBody is a price that nobody pays for a long time.
func plannedBody(variant, store string) object {
	return object{"variant_id": variant, "store_id": store, "amount": 3500, "starts": "2030-01-01"}
}

func refundBody(them brand) object {
	return object{"lines": []any{object{"line_id": them.line, "quantity": 1}}, "restock": false, "reason": "변심"}
}

// bodies name what is theirs inside a body.
func (b brand) bodies() map[string]httpapitest.Stranger {
	return map[string]httpapitest.Stranger{
		"a quote": {Path: "/v1/quotes", Body: object{
			"store_id": b.store, "lines": []any{object{"variant_id": b.variant, "quantity": 1}},
		}},
		"an order to hold": {Path: "/v1/held-orders", Body: object{
			"lines": []any{object{"variant_id": b.variant, "quantity": 1}},
		}},
		"a practice sale": {Path: "/v1/practice-sales", Body: checkoutBody(b.variant)},
		"an approval": {Path: "/v1/approvals", Body: object{
			"lines": []any{object{"variant_id": b.variant, "quantity": 1}}, "approver": object{"login": "ours", "password": password},
		}},
		"a discount": {Path: "/v1/approvals", Body: object{
			"lines": []any{object{
				"variant_id": b.variant, "quantity": 1, "discounts": []any{object{"discount_id": b.discount}},
			}},
			"approver": object{"login": "theirs", "password": password},
		}},
		"a price in a store": {Path: "/v1/planned-prices", Body: plannedBody(b.variant, b.store)},
		"a product":          {Path: "/v1/products", Body: productBody(b)},
		"a bulk edit": {Path: "/v1/catalog/bulk-edits", Body: object{
			"products": []any{object{"id": b.product, "version": 2}}, "change": object{"tax_class": "exempt"},
		}},
		"a slip":              {Path: "/v1/stock-slips", Body: slipBody(b)},
		"a location of stock": {Path: "/v1/stock-locations", Body: object{"store_id": b.store, "name": "냉장고"}},
		"a transfer": {Path: "/v1/stock-transfers", Body: object{
			"from_store_id": b.store, "to_store_id": b.store, "to_location_id": b.location, "lines": slipBody(b)["lines"],
		}},
		"a count":            {Path: "/v1/stock-counts", Body: object{"store_id": b.store}},
		"a receipt to print": {Path: "/v1/print-jobs", Body: object{"receipt_number": b.receipt}},
		"a printer to print on": {Path: "/v1/print-jobs", Body: object{
			"receipt_number": b.receipt, "printer_id": b.printer,
		}},
		"a backup printer": {Path: "/v1/printers", Body: object{
			"store_id": b.store, "name": "n", "address": "127.0.0.1:9", "paper": 80, "backup_id": b.printer,
		}},
		"a sale": {Path: "/v1/checkouts", Body: checkoutBody(b.variant)},
		"a tender": {Path: "/v1/checkouts", Body: object{
			"lines":   []any{object{"variant_id": b.variant, "quantity": 1}},
			"tenders": []any{object{"tender_id": b.tender, "amount": 4000}}, "expected_total": 4000,
		}},
		"a store": {Path: "/v1/stores", Body: storeBody(b.merchant)},
	}
}
