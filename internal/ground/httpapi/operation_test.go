package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"dangol/internal/ground/auth"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/httpapi"
)

var (
	errSoldOut = fault.Define(fault.Conflict, "sample.sold_out", "{left}개만 남았어요.", "Only {left} are left.")
	errTired   = fault.Define(fault.RateLimited, "sample.tired", "{seconds}초 뒤에 다시 해 주세요.", "Try again in {seconds} seconds.")
)

type sampleLine struct {
	Variant  string `json:"variant" minLength:"3"`
	Quantity int64  `json:"quantity" minimum:"1" maximum:"1000"`
	Kind     string `json:"kind,omitempty" enum:"hot,iced"`
}

type sampleInput struct {
	ID    string `path:"id"`
	Count int    `query:"count" maximum:"9"`
	Body  struct {
		Name   string       `json:"name" maxLength:"10"`
		Amount int64        `json:"amount,omitempty"`
		Lines  []sampleLine `json:"lines,omitempty" maxItems:"2"`
	}
}

type sampleOutput struct {
	Body struct {
		Name string `json:"name"`
		Key  string `json:"key"`
	}
}

// serve makes an API whose one operation answers with the given function.
func serve(t *testing.T, operation httpapi.Operation, options httpapi.Options,
	answer func(context.Context, *sampleInput) (*sampleOutput, error),
) http.Handler {
	t.Helper()
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	api := httpapi.New(options)
	if operation.Permission == "" {
		operation.Permission = httpapi.Public
	}
	operation.ID, operation.Method, operation.Path = "change-thing", http.MethodPost, "/v1/things/{id}"
	operation.Summary, operation.Tag = "Change a thing", "Things"
	httpapi.Register(api, operation, answer)
	return api.Handler()
}

func echo(ctx context.Context, input *sampleInput) (*sampleOutput, error) {
	output := &sampleOutput{}
	output.Body.Name, output.Body.Key = input.Body.Name, httpapi.Key(ctx)
	return output, nil
}

func post(handler http.Handler, path, body string, headers ...string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Add(headers[i], headers[i+1])
	}
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	return answer
}

func problemOf(t *testing.T, answer *httptest.ResponseRecorder) httpapi.Problem {
	t.Helper()
	var problem httpapi.Problem
	if got := answer.Header().Get("Content-Type"); got != "application/problem+json" {
		t.Fatalf("content type %q: %s", got, answer.Body)
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &problem); err != nil {
		t.Fatalf("read the problem: %v: %s", err, answer.Body)
	}
	return problem
}

func TestBadInputIsNamedFieldByField(t *testing.T) {
	t.Parallel()
	handler := serve(t, httpapi.Operation{MaxBody: 500}, httpapi.Options{}, echo)
	for _, row := range []struct{ name, path, body, location, code string }{
		{"a missing name is required", "/v1/things/a", `{}`, "body.name", "input.required"},
		{"a name that is too long is too long", "/v1/things/a", `{"name":"12345678901"}`, "body.name", "input.too_long"},
		{"a number for a name is not text", "/v1/things/a", `{"name":7}`, "body.name", "input.string"},
		{"an unknown field is refused", "/v1/things/a", `{"name":"n","colour":"red"}`, "body.colour", "input.unknown"},
		{"another casing is another field", "/v1/things/a", `{"name":"n","NAME":"m"}`, "body.NAME", "input.unknown"},
		{"a fraction is no integer", "/v1/things/a", `{"name":"n","amount":1.5}`, "body.amount", "input.integer"},
		{"a whole number written as a fraction is no integer", "/v1/things/a", `{"name":"n","amount":1.0}`, "body.amount", "input.integer"},
		{"an exponent is no integer", "/v1/things/a", `{"name":"n","amount":1e3}`, "body.amount", "input.integer"},
		{"two to the 53rd is too large", "/v1/things/a", `{"name":"n","amount":9007199254740992}`, "body.amount", "input.integer"},
		{"what overflows int64 is too large", "/v1/things/a", `{"name":"n","amount":99999999999999999999}`, "body.amount", "input.integer"},
		{"text for a number is refused", "/v1/things/a", `{"name":"n","amount":"3"}`, "body.amount", "input.integer"},
		{"a quantity below one is below the minimum", "/v1/things/a", `{"name":"n","lines":[{"variant":"abc","quantity":0}]}`, "body.lines[0].quantity", "input.minimum"},
		{"a quantity above the maximum is named by its line", "/v1/things/a", `{"name":"n","lines":[{"variant":"abc","quantity":1},{"variant":"abc","quantity":1001}]}`, "body.lines[1].quantity", "input.maximum"},
		{"too many lines are too many", "/v1/things/a", `{"name":"n","lines":[{"variant":"abc","quantity":1},{"variant":"abc","quantity":1},{"variant":"abc","quantity":1}]}`, "body.lines", "input.too_many"},
		{"a short variant is too short", "/v1/things/a", `{"name":"n","lines":[{"variant":"a","quantity":1}]}`, "body.lines[0].variant", "input.too_short"},
		{"an unknown choice lists the choices", "/v1/things/a", `{"name":"n","lines":[{"variant":"abc","quantity":1,"kind":"warm"}]}`, "body.lines[0].kind", "input.choice"},
		{"an object for a list is refused", "/v1/things/a", `{"name":"n","lines":{}}`, "body.lines", "input.array"},
		{"a list for an object is refused", "/v1/things/a", `{"name":"n","lines":[[]]}`, "body.lines[0]", "input.object"},
		{"the character NUL is refused", "/v1/things/a", `{"name":"a\u0000b"}`, "body.name", "input.text"},
		{"an unknown query parameter is refused", "/v1/things/a?size=1", `{"name":"n"}`, "query.size", "input.unknown"},
		{"a query that is no number is refused", "/v1/things/a?count=x", `{"name":"n"}`, "query.count", "input.integer"},
		{"a query above its maximum is refused", "/v1/things/a?count=10", `{"name":"n"}`, "query.count", "input.maximum"},
		{"a NUL in the query is refused", "/v1/things/a?count=%00", `{"name":"n"}`, "query", "input.text"},
		{"broken UTF-8 in the path is refused", "/v1/things/%ff", `{"name":"n"}`, "path", "input.text"},
		{"half a body can't be read", "/v1/things/a", `{"name":"n"`, "body", "http.body"},
		{"a name that stands twice can't be read", "/v1/things/a", `{"name":"n","name":"m"}`, "body", "http.body"},
		{"something after the body can't be read", "/v1/things/a", `{"name":"n"} {}`, "body", "http.body"},
		{"broken UTF-8 can't be read", "/v1/things/a", "{\"name\":\"\xff\"}", "body", "http.body"},
		{"a body that is too deep can't be read", "/v1/things/a", strings.Repeat("[", 40) + strings.Repeat("]", 40), "body", "http.body"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			answer := post(handler, row.path, row.body)
			problem := problemOf(t, answer)
			if answer.Code != http.StatusUnprocessableEntity || len(problem.Errors) != 1 ||
				problem.Errors[0].Location != row.location || problem.Errors[0].Code != row.code {
				t.Errorf("got %d %s", answer.Code, answer.Body)
			}
		})
	}
}

func TestBodiesThatAreNotReadAreRefusedAsAWhole(t *testing.T) {
	t.Parallel()
	handler := serve(t, httpapi.Operation{MaxBody: 500}, httpapi.Options{}, echo)
	for _, row := range []struct {
		name, body, contentType string
		status                  int
		code                    string
	}{
		{"an empty body is refused", "", "application/json", 422, "http.body"},
		{"a body over the limit is too large", `{"name":"` + strings.Repeat("x", 600) + `"}`, "application/json", 413, "http.too_large"},
		{"a form is not read", "name=n", "application/x-www-form-urlencoded", 415, "http.media_type"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			request := httptest.NewRequest(http.MethodPost, "/v1/things/a", strings.NewReader(row.body))
			request.Header.Set("Content-Type", row.contentType)
			answer := httptest.NewRecorder()
			handler.ServeHTTP(answer, request)
			if problem := problemOf(t, answer); answer.Code != row.status || problem.Code != row.code {
				t.Errorf("got %d %s", answer.Code, answer.Body)
			}
		})
	}
}

func TestErrorsSpeakTheReadersLanguage(t *testing.T) {
	t.Parallel()
	handler := serve(t, httpapi.Operation{Errors: []*fault.Code{errSoldOut}}, httpapi.Options{},
		func(context.Context, *sampleInput) (*sampleOutput, error) {
			return nil, errSoldOut.At("lines[0].quantity", fault.Values{"left": 2})
		})
	for language, want := range map[string]string{
		"": "2개만 남았어요.", "ko-KR": "2개만 남았어요.", "en-US,ko;q=0.5": "Only 2 are left.", "fr": "2개만 남았어요.",
	} {
		answer := post(handler, "/v1/things/a", `{"name":"n"}`, "Accept-Language", language)
		problem := problemOf(t, answer)
		if answer.Code != http.StatusConflict || problem.Detail != want || problem.Errors[0].Message != want {
			t.Errorf("%q: got %d %s", language, answer.Code, answer.Body)
		}
		if problem.Errors[0].Location != "body.lines[0].quantity" || problem.Values["left"] != float64(2) {
			t.Errorf("%q: got %s", language, answer.Body)
		}
	}
}

func TestInternalErrorsTellNothingButTheRequestID(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	handler := serve(t, httpapi.Operation{}, httpapi.Options{Logger: slog.New(slog.NewJSONHandler(&log, nil))},
		func(_ context.Context, input *sampleInput) (*sampleOutput, error) {
			if input.ID == "panic" {
				panic("secret of the panic")
			}
			return nil, errors.New("secret of the error")
		})
	for _, path := range []string{"/v1/things/a", "/v1/things/panic"} {
		answer := post(handler, path, `{"name":"n"}`, "X-Request-Id", "request-1234")
		problem := problemOf(t, answer)
		if answer.Code != http.StatusInternalServerError || problem.RequestID != "request-1234" ||
			strings.Contains(answer.Body.String(), "secret") {
			t.Errorf("%s: got %d %s", path, answer.Code, answer.Body)
		}
	}
	for _, want := range []string{"secret of the error", "secret of the panic", "request-1234", "change-thing"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %q: %s", want, log.String())
		}
	}
}

func TestWhoMayCall(t *testing.T) {
	t.Parallel()
	cashier := auth.Caller{Org: 1, Staff: 2, Session: 3, Grants: auth.Grants{"sale.make": {Stores: []int64{7}}}}
	for _, row := range []struct {
		name       string
		permission auth.Permission
		caller     auth.Caller
		err        error
		status     int
	}{
		{"nobody may call what is public", httpapi.Public, auth.Caller{}, nil, 200},
		{"an ended session may call what is public", httpapi.Public, auth.Caller{}, auth.ErrSessionEnded.New(), 200},
		{"nobody may not call what needs a sign-in", httpapi.SignedIn, auth.Caller{}, nil, 401},
		{"an ended session may not call what needs a sign-in", httpapi.SignedIn, auth.Caller{}, auth.ErrSessionEnded.New(), 401},
		{"staff may call what needs a sign-in", httpapi.SignedIn, cashier, nil, 200},
		{"a cashier may sell", "sale.make", cashier, nil, 200},
		{"a cashier may not change staff", "staff.write", cashier, nil, 403},
		{"a device alone may not sell", "sale.make", auth.Caller{Org: 1, Device: 4, DeviceStore: 7}, nil, 401},
		{"a device may ask who it is", httpapi.Paired, auth.Caller{Org: 1, Device: 4, DeviceStore: 7}, nil, 200},
		{"staff without a device are not paired", httpapi.Paired, cashier, nil, 401},
		{"a database that is away is not a wrong password", "sale.make", auth.Caller{}, errors.New("gone"), 500},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			identify := func(context.Context, *http.Request) (auth.Caller, error) { return row.caller, row.err }
			handler := serve(t, httpapi.Operation{Permission: row.permission}, httpapi.Options{Identify: identify}, echo)
			if answer := post(handler, "/v1/things/a", `{"name":"n"}`); answer.Code != row.status {
				t.Errorf("got %d %s", answer.Code, answer.Body)
			}
		})
	}
}

func TestTheIdempotencyKeyIsStrict(t *testing.T) {
	t.Parallel()
	handler := serve(t, httpapi.Operation{Key: true}, httpapi.Options{}, echo)
	for _, row := range []struct {
		name    string
		headers []string
		status  int
	}{
		{"a key is read", []string{"Idempotency-Key", "0192f0a0-7c"}, 200},
		{"a hundred characters are read", []string{"Idempotency-Key", strings.Repeat("k", 100)}, 200},
		{"no key is refused", nil, 422},
		{"an empty key is refused", []string{"Idempotency-Key", ""}, 422},
		{"more than a hundred characters are refused", []string{"Idempotency-Key", strings.Repeat("k", 101)}, 422},
		{"two keys are refused", []string{"Idempotency-Key", "a", "Idempotency-Key", "b"}, 422},
		{"a space is refused", []string{"Idempotency-Key", "a b"}, 422},
		{"Hangul is refused", []string{"Idempotency-Key", "열쇠"}, 422},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			answer := post(handler, "/v1/things/a", `{"name":"n"}`, row.headers...)
			if answer.Code != row.status {
				t.Fatalf("got %d %s", answer.Code, answer.Body)
			}
			if row.status == 200 && !strings.Contains(answer.Body.String(), `"api:`+row.headers[1]+`"`) {
				t.Errorf("the handler did not see the key as a caller's: %s", answer.Body)
			}
		})
	}
}

func TestAnOperationIsStoppedAfterItsTime(t *testing.T) {
	t.Parallel()
	handler := serve(t, httpapi.Operation{Timeout: time.Millisecond}, httpapi.Options{},
		func(ctx context.Context, _ *sampleInput) (*sampleOutput, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		})
	answer := post(handler, "/v1/things/a", `{"name":"n"}`)
	if problem := problemOf(t, answer); answer.Code != http.StatusServiceUnavailable || problem.Code != "http.timeout" {
		t.Errorf("got %d %s", answer.Code, answer.Body)
	}
}

func TestARateLimitSaysWhenToTryAgain(t *testing.T) {
	t.Parallel()
	handler := serve(t, httpapi.Operation{}, httpapi.Options{}, func(context.Context, *sampleInput) (*sampleOutput, error) {
		return nil, errTired.New(fault.Values{"seconds": 90})
	})
	answer := post(handler, "/v1/things/a", `{"name":"n"}`)
	if answer.Code != http.StatusTooManyRequests || answer.Header().Get("Retry-After") != "90" {
		t.Errorf("got %d %v", answer.Code, answer.Header())
	}
}

func TestAPathThatTheInputDoesNotReadStopsTheProgram(t *testing.T) {
	t.Parallel()
	type hidden struct {
		ID string `path:"id"`
	}
	defer func() {
		if recover() == nil {
			t.Error("it was registered")
		}
	}()
	httpapi.Register(httpapi.New(httpapi.Options{}), httpapi.Operation{
		ID: "get-thing", Method: "GET", Path: "/v1/things/{id}", Summary: "Get a thing", Tag: "Things", Permission: httpapi.Public,
	}, func(context.Context, *struct{ hidden }) (*sampleOutput, error) { return &sampleOutput{}, nil })
}

func TestAKoreanReaderIsToldInKoreanWhatIsWrong(t *testing.T) {
	t.Parallel()
	handler := serve(t, httpapi.Operation{}, httpapi.Options{}, echo)
	body := `{"name":"12345678901","amount":1.5,"lines":[{"variant":"abc","quantity":0,"kind":"warm"}],"x":1}`
	problem := problemOf(t, post(handler, "/v1/things/a", body, "Accept-Language", "ko"))
	got := map[string]string{}
	for _, field := range problem.Errors {
		got[field.Location] = field.Message
	}
	for location, want := range map[string]string{
		"body.name":              "10자까지만 입력할 수 있어요.",
		"body.amount":            "소수점 없는 숫자로 입력해 주세요. ±9,007,199,254,740,991까지 쓸 수 있어요.",
		"body.lines[0].quantity": "1 이상이어야 해요.",
		"body.lines[0].kind":     "다음 중 하나를 골라 주세요: hot, iced",
		"body.x":                 "모르는 항목이에요. 빼고 다시 보내 주세요.",
	} {
		if got[location] != want {
			t.Errorf("%s: got %q, want %q", location, got[location], want)
		}
	}
}

type uploadInput struct {
	RawBody huma.MultipartFormFiles[struct {
		File huma.FormFile `form:"file" required:"true"`
	}]
}

func TestAnUploadIsReadUpToItsLimit(t *testing.T) {
	t.Parallel()
	api := httpapi.New(httpapi.Options{Logger: slog.New(slog.DiscardHandler)})
	httpapi.Register(api, httpapi.Operation{
		ID: "upload", Method: "POST", Path: "/v1/uploads", Summary: "Upload a file", Tag: "Uploads", Permission: httpapi.Public,
		MaxBody: 1000,
	}, func(_ context.Context, input *uploadInput) (*sampleOutput, error) {
		output := &sampleOutput{}
		output.Body.Name = input.RawBody.Data().File.Filename
		return output, nil
	})
	for _, row := range []struct {
		name, field string
		size        int
		status      int
		code        string
	}{
		{"a small file is read", "file", 100, 200, ""},
		{"a file over the limit is too large", "file", 2000, 413, "http.too_large"},
		{"a form without the file lacks it", "other", 100, 422, "input.invalid"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var form bytes.Buffer
			writer := multipart.NewWriter(&form)
			part, err := writer.CreateFormFile(row.field, "menu.csv")
			if err != nil {
				t.Fatal(err)
			}
			_, _ = part.Write(bytes.Repeat([]byte("x"), row.size))
			_ = writer.Close()
			request := httptest.NewRequest(http.MethodPost, "/v1/uploads", &form)
			request.Header.Set("Content-Type", writer.FormDataContentType())
			answer := httptest.NewRecorder()
			api.Handler().ServeHTTP(answer, request)
			if answer.Code != row.status || row.code != "" && problemOf(t, answer).Code != row.code {
				t.Errorf("got %d %s", answer.Code, answer.Body)
			}
		})
	}
}
