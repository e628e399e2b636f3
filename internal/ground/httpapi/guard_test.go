package httpapi_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"dangol/internal/ground/httpapi"
)

func TestTheGuardNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	const whole = `"operationId":"sell","summary":"Sell","tags":["Sales"],"x-permission":"sale.make","x-idempotent":true,
		"x-errors":["order.short"],"parameters":[{"name":"Idempotency-Key","in":"header","required":true}],
		"responses":{"409":{"x-codes":["order.short"]}}`
	without := func(part, instead string) string {
		if !strings.Contains(whole, part) {
			t.Fatalf("the sample has no %s", part)
		}
		return strings.Replace(whole, part, instead, 1)
	}
	for _, row := range []struct{ name, operation, want string }{
		{"a whole operation is fine", whole, ""},
		{"an operation needs an id", without(`"operationId":"sell",`, ""), "POST /v1/sales: no id"},
		{"an operation needs a summary", without(`"summary":"Sell",`, ""), "POST /v1/sales: no summary"},
		{"an operation needs a tag", without(`"tags":["Sales"],`, ""), "POST /v1/sales: no tag"},
		{"an operation needs a permission", without(`"x-permission":"sale.make",`, ""), "POST /v1/sales: no permission"},
		{"an operation needs a list of errors", without(`"x-errors":["order.short"],`, ""), "POST /v1/sales: no list of errors"},
		{"each error stands in a response", without(`{"x-codes":["order.short"]}`, "{}"), "POST /v1/sales: no response says order.short"},
		{"what moves value needs a key", without(`"x-idempotent":true`, `"x-idempotent":false`), "POST /v1/sales: moves value without an idempotency key"},
		{"a key is a required header", without(`"required":true`, `"required":false`), "POST /v1/sales: its key is not a required header"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			findings := httpapi.Guard([]byte(`{"paths":{"/v1/sales":{"post":{`+row.operation+`}}}}`), "sale.make")
			if row.want == "" && len(findings) > 0 || row.want != "" && !slices.Contains(findings, row.want) {
				t.Errorf("got %q", findings)
			}
		})
	}
}

func TestTheGuardRefusesADescriptionThatSaysNothing(t *testing.T) {
	t.Parallel()
	for _, spec := range []string{"", "{}", `{"paths":{}}`} {
		if findings := httpapi.Guard([]byte(spec)); len(findings) != 1 {
			t.Errorf("%q: got %q", spec, findings)
		}
	}
}

func TestTheGuardNamesAnIDThatStandsTwice(t *testing.T) {
	t.Parallel()
	findings := httpapi.Guard([]byte(`{"paths":{"/a":{"get":{"operationId":"x"},"put":{"operationId":"x"}}}}`))
	if !slices.ContainsFunc(findings, func(finding string) bool { return strings.Contains(finding, `its id "x" is that of`) }) {
		t.Errorf("got %q", findings)
	}
}

func TestWhatIsRegisteredPassesTheGuard(t *testing.T) {
	t.Parallel()
	api := httpapi.New(httpapi.Options{})
	httpapi.Register(api, httpapi.Operation{
		ID: "sell", Method: "POST", Path: "/v1/sales/{id}", Summary: "Sell", Tag: "Sales", Permission: "sale.make", Key: true,
	}, func(context.Context, *sampleInput) (*sampleOutput, error) { return &sampleOutput{}, nil })
	if findings := httpapi.Guard(api.Spec(), "sale.make"); len(findings) > 0 {
		t.Errorf("got %q", findings)
	}
	for _, want := range []string{`"x-permission": "sale.make"`, `"auth.forbidden"`, `"id.unknown"`, `"#/components/schemas/Problem"`} {
		if !strings.Contains(string(api.Spec()), want) {
			t.Errorf("the description lacks %s", want)
		}
	}
}
