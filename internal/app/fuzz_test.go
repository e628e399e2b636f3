package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dangol/internal/app"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/httpapi/httpapitest"
)

// anybody sends bodies to the operations that write.
type anybody struct {
	app        *app.App
	brand      brand
	operations []httpapitest.Operation
	sent       int
}

func newAnybody(t testing.TB, dialect database.Dialect) *anybody {
	t.Helper()
	a := &anybody{app: open(t, databasetest.Target(t, dialect))}
	a.brand = found(t, a.app, "owner")
	a.brand.work(t)
	operations, err := httpapitest.Operations(a.app.Spec())
	if err != nil {
		t.Fatal(err)
	}
	a.operations = slices.DeleteFunc(operations, func(o httpapitest.Operation) bool {
		// Who fails to prove who he is is noted, and counted.
		return o.Method == http.MethodGet || o.Method == http.MethodDelete || o.Permission == "public" || strings.Contains(o.Path, "session")
	})
	return a
}

var parameter = regexp.MustCompile(`\{[^}]+\}`)

// path names what there is, where an operation is about one thing.
func (a *anybody) path(operation httpapitest.Operation) string {
	id := "none"
	for prefix, of := range map[string]string{
		"/v1/orders": a.brand.order, "/v1/products": a.brand.product, "/v1/shifts": a.brand.shift, "/v1/tenders": a.brand.tender,
		"/v1/stores": a.brand.store, "/v1/stock/": a.brand.counted, "/v1/stock-counts": a.brand.count,
		"/v1/stock-transfers": a.brand.transfer, "/v1/discounts": a.brand.discount, "/v1/categories": a.brand.category,
	} {
		if strings.HasPrefix(operation.Path, prefix) {
			id = of
		}
	}
	return parameter.ReplaceAllString(operation.Path, id)
}

var sumOfHeads = database.Register("apptest.sum_of_heads", `SELECT COALESCE(CAST(SUM(seq) AS BIGINT), 0) FROM journal_head`)

// done is how much has been done: how long the journals are.
func (a *anybody) done(t testing.TB) (done int64) {
	t.Helper()
	err := a.app.DB.Read(t.Context(), func(tx *database.Tx) error { return tx.QueryRow(t.Context(), sumOfHeads).Scan(&done) })
	if err != nil || done == 0 {
		t.Fatalf("the journals have %d entries: %v", done, err)
	}
	return done
}

// send sends a body. What can't be understood is refused with a code and changes nothing; the program never fails.
func (a *anybody) send(t testing.TB, operation httpapitest.Operation, body []byte) {
	t.Helper()
	before := a.done(t)
	a.sent++
	request := httptest.NewRequestWithContext(t.Context(), operation.Method, a.path(operation), bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", fmt.Sprintf("any-%d", a.sent))
	request.Header.Set("If-Match", `"1"`)
	answer := a.brand.till.Send(request)
	switch problem := answer.Problem(); {
	case answer.Status >= 500:
		t.Errorf("%s: %d for %.200q: %s", operation.ID, answer.Status, body, answer.Body)
	case answer.Status >= 400 && problem.Code == "":
		t.Errorf("%s: %d without a code for %.200q: %s", operation.ID, answer.Status, body, answer.Body)
	case answer.Status >= 400 && a.done(t) != before:
		t.Errorf("%s: %d for %.200q, and something was done", operation.ID, answer.Status, body)
	}
}

// strange bodies are understood by no operation, or ask for what can't be.
func (a *anybody) strange() [][]byte {
	v := a.brand.variant
	texts := []string{
		``, ` `, `null`, `true`, `0`, `"text"`, `[]`, `{`, `}`, `{"a":}`, `{"a":1}{"b":2}`, `{"lines":null}`, `{"lines":{}}`, `{"lines":[null]}`,
		`{"lines":[[]]}`, `{"lines":"x"}`, `{"id":1e400}`, "{\"name\":\"\x00\"}", `{"name":"\u0000"}`, "{\"name\":\"\xff\xfe\"}",
		`{"name":"\ud800"}`, `{"":""}`, strings.Repeat(`[`, 20_000), strings.Repeat(`{"a":`, 20_000),
		`{"name":"` + strings.Repeat("가", 200_000) + `"}`, `{"lines":[` + strings.Repeat(`{},`, 50_000) + `{}]}`,
	}
	for _, quantity := range []string{"0", "-1", "1.5", "9223372036854775807", "9223372036854775808", "1e3", `"1"`, "null", "9007199254740991"} {
		texts = append(texts, fmt.Sprintf(
			`{"lines":[{"variant_id":%q,"quantity":%s}],"tenders":[{"kind":"cash","amount":%[2]s}],"expected_total":%[2]s}`, v, quantity))
		texts = append(texts, fmt.Sprintf(`{"amount":%s,"float":%[1]s,"counted":%[1]s,"minimum":%[1]s,"kind":"in","reason":"r"}`, quantity))
		texts = append(texts, fmt.Sprintf(`{"store_id":%q,"kind":"receive","lines":[{"variant_id":%q,"quantity":%s,"cost":%[3]s}]}`,
			a.brand.store, a.brand.counted, quantity))
		texts = append(texts, fmt.Sprintf(`{"lines":[{"line_id":%q,"quantity":%s}],"restock":true,"reason":"r"}`, a.brand.line, quantity))
	}
	bodies := make([][]byte, len(texts))
	for i, text := range texts {
		bodies[i] = []byte(text)
	}
	return bodies
}

func TestNoBodyMakesAnOperationFail(t *testing.T) {
	t.Parallel()
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			a := newAnybody(t, dialect)
			for _, operation := range a.operations {
				for _, body := range a.strange() {
					a.send(t, operation, body)
				}
			}
			if len(a.operations) < 40 || a.sent < 2000 {
				t.Errorf("only %d operations got %d bodies", len(a.operations), a.sent)
			}
		})
	}
}

// FuzzBodies sends any body to any operation that writes.
func FuzzBodies(f *testing.F) {
	a := newAnybody(f, database.SQLite)
	for i := range a.operations {
		for _, body := range []object{
			checkoutBody(a.brand.variant), refundBody(a.brand), slipBody(a.brand), productBody(a.brand), {"float": 0}, {"amount": 1, "kind": "in"},
		} {
			text, err := json.Marshal(body)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(byte(i), text)
		}
	}
	f.Fuzz(func(t *testing.T, which byte, body []byte) {
		a.send(t, a.operations[int(which)%len(a.operations)], body)
	})
}
