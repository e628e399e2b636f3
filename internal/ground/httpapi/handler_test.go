package httpapi_test

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/httpapi/httpapitest"
)

type nameRow struct{ Name string }

type nameView struct {
	Name string `json:"name"`
}

type namesOutput struct{ Body httpapi.List[nameView] }

// names are listed in this order.
var names = []nameRow{{"가"}, {"나"}, {"다"}, {"라"}, {"마"}}

func listNames(_ context.Context, input *struct{ httpapi.Page }) (*namesOutput, error) {
	var after string
	if _, err := input.After(&after); err != nil {
		return nil, err
	}
	var rows []nameRow
	for _, row := range names {
		if row.Name > after && len(rows) <= input.Limit {
			rows = append(rows, row)
		}
	}
	list, err := httpapi.NewList(input.Page, rows,
		func(row nameRow) nameView { return nameView(row) }, func(row nameRow) any { return row.Name })
	return &namesOutput{Body: list}, err
}

type versionOutput struct{ Body nameView }

// surface is an API with a list, a polled operation, faces and everything that surrounds them.
func surface(t *testing.T, options httpapi.Options) http.Handler {
	t.Helper()
	options.Logger = databasetest.Quiet()
	options.Faces = fstest.MapFS{
		".gitkeep":            {},
		"till/index.html":     {Data: []byte("<!doctype html><title>till</title>")},
		"assets/till-1234.js": {Data: []byte("console.log('" + strings.Repeat("dangol ", 400) + "')")},
		"icon.svg":            {Data: []byte("<svg xmlns='http://www.w3.org/2000/svg'/>")},
	}
	api := httpapi.New(options)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-names", Method: "GET", Path: "/v1/names", Summary: "List names", Tag: "Names", Permission: httpapi.Public,
	}, listNames)
	httpapi.Register(api, httpapi.Operation{
		ID: "get-name", Method: "GET", Path: "/v1/name", Summary: "Poll a name", Tag: "Names", Permission: httpapi.Public, ETag: true,
	}, func(ctx context.Context, _ *struct{}) (*versionOutput, error) {
		if err := httpapi.Unchanged(ctx, "version 3"); err != nil {
			return nil, err
		}
		return &versionOutput{Body: nameView{Name: "단골"}}, nil
	})
	httpapi.Register(api, httpapi.Operation{
		ID: "put-name", Method: "POST", Path: "/v1/name", Summary: "Put a name", Tag: "Names", Permission: httpapi.Public,
	}, func(context.Context, *struct{}) (*versionOutput, error) { return &versionOutput{}, nil })
	return api.Handler()
}

func TestEveryAnswerIsGuardedByItsHeaders(t *testing.T) {
	t.Parallel()
	client := httpapitest.New(surface(t, httpapi.Options{HTTPS: true}))
	for _, path := range []string{"/v1/name", "/till", "/docs", "/healthz", "/v1/nothing", "/metrics"} {
		header := client.Do("GET", path, nil).Header
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
				"connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
			"X-Content-Type-Options":     "nosniff",
			"Referrer-Policy":            "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin",
			"Strict-Transport-Security":  "max-age=31536000",
		} {
			if got := header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		if len(header.Get("X-Request-Id")) != 32 {
			t.Errorf("%s: the request id is %q", path, header.Get("X-Request-Id"))
		}
	}
	if got := httpapitest.New(surface(t, httpapi.Options{})).Do("GET", "/till", nil).Header.Get("Strict-Transport-Security"); got != "" {
		t.Errorf("without HTTPS there is %q", got)
	}
}

func TestARequestIDIsTakenWhenItIsSane(t *testing.T) {
	t.Parallel()
	client := httpapitest.New(surface(t, httpapi.Options{}))
	for given, kept := range map[string]bool{"till-1_2.3abc": true, "short": false, "with space here": false, strings.Repeat("a", 65): false} {
		got := client.Do("GET", "/v1/name", nil, "X-Request-Id", given).Header.Get("X-Request-Id")
		if (got == given) != kept {
			t.Errorf("%q became %q", given, got)
		}
	}
}

func TestWhatNobodyAnswersIsAProblem(t *testing.T) {
	t.Parallel()
	client := httpapitest.New(surface(t, httpapi.Options{}))
	client.Do("GET", "/v1/nothing", nil).WantCode(t, 404, "http.unknown_route")
	client.Do("GET", "/assets/", nil).WantCode(t, 404, "http.unknown_route")
	client.Do("GET", "/assets/../../etc/passwd", nil).WantCode(t, 404, "http.unknown_route")
	answer := client.Do("DELETE", "/v1/names", nil).WantCode(t, 405, "http.method")
	if got := answer.Header.Get("Allow"); got != "GET, HEAD" {
		t.Errorf("Allow is %q", got)
	}
}

func TestOtherSitesMayNotWrite(t *testing.T) {
	t.Parallel()
	client := httpapitest.New(surface(t, httpapi.Options{}))
	client.Do("POST", "/v1/name", nil, "Sec-Fetch-Site", "cross-site").WantCode(t, 403, "http.cross_origin")
	client.Do("POST", "/v1/name", nil, "Origin", "https://evil.example").WantCode(t, 403, "http.cross_origin")
	client.Do("POST", "/v1/name", nil, "Sec-Fetch-Site", "same-origin").Want(t, 200)
	client.Do("GET", "/v1/name", nil, "Sec-Fetch-Site", "cross-site").Want(t, 200)
}

func TestListsAreReadPageByPage(t *testing.T) {
	t.Parallel()
	client := httpapitest.New(surface(t, httpapi.Options{}))
	var read []string
	cursor := ""
	for range 3 {
		var page httpapi.List[nameView]
		client.Do("GET", "/v1/names?limit=2&cursor="+cursor, nil).Want(t, 200).Into(t, &page)
		for _, item := range page.Items {
			read = append(read, item.Name)
		}
		cursor = page.NextCursor
	}
	if strings.Join(read, "") != "가나다라마" || cursor != "" {
		t.Errorf("read %v, then %q", read, cursor)
	}
	for _, broken := range []string{"!", "WyJhIl0", "MQ", "IlxlMDAwIg", "ImEiICJiIg"} {
		client.Do("GET", "/v1/names?cursor="+broken, nil).WantCode(t, 422, "input.cursor")
	}
	client.Do("GET", "/v1/names?limit=201", nil).WantCode(t, 422, "input.maximum")
}

func TestWhoHasTheVersionIsNotSentItAgain(t *testing.T) {
	t.Parallel()
	client := httpapitest.New(surface(t, httpapi.Options{}))
	tag := client.Do("GET", "/v1/name", nil).Want(t, 200).Header.Get("ETag")
	if tag == "" {
		t.Fatal("there is no ETag")
	}
	answer := client.Do("GET", "/v1/name", nil, "If-None-Match", `"other", `+tag).Want(t, 304)
	if len(answer.Body) > 0 || answer.Header.Get("ETag") != tag {
		t.Errorf("got %s with %s", answer.Body, answer.Header.Get("ETag"))
	}
	client.Do("GET", "/v1/name", nil, "If-None-Match", `W/"other"`).Want(t, 200)
}

func TestFacesAreServedAndNothingElse(t *testing.T) {
	t.Parallel()
	client := httpapitest.New(surface(t, httpapi.Options{}))
	for _, path := range []string{"/till", "/till/", "/till/orders/ord_1"} {
		answer := client.Do("GET", path, nil).Want(t, 200)
		if !strings.Contains(string(answer.Body), "<title>till") || answer.Header.Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: got %s %v", path, answer.Body, answer.Header)
		}
	}
	asset := client.Do("GET", "/assets/till-1234.js", nil).Want(t, 200)
	if asset.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" ||
		asset.Header.Get("Content-Type") != "text/javascript; charset=utf-8" {
		t.Errorf("got %v", asset.Header)
	}
	client.Do("GET", "/assets/till-1234.js", nil, "If-None-Match", asset.Header.Get("ETag")).Want(t, 304)
	client.Do("GET", "/console", nil).Want(t, 503)
	client.Do("GET", "/.gitkeep", nil).Want(t, 404)
	if got := client.Do("GET", "/", nil).Want(t, 302).Header.Get("Location"); got != "/till" {
		t.Errorf("the front door leads to %q", got)
	}
}

func TestLargeAnswersAreCompressed(t *testing.T) {
	t.Parallel()
	answer := httpapitest.New(surface(t, httpapi.Options{})).Do("GET", "/assets/till-1234.js", nil, "Accept-Encoding", "gzip")
	if answer.Header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("got %v", answer.Header)
	}
	reader, err := gzip.NewReader(strings.NewReader(string(answer.Body)))
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(reader)
	if err != nil || !strings.HasPrefix(string(content), "console.log") {
		t.Errorf("got %v %.20s", err, content)
	}
}

func TestOperatorsSeeHowItIs(t *testing.T) {
	t.Parallel()
	client := httpapitest.New(surface(t, httpapi.Options{
		Ready: func(context.Context) error { return errors.New("no database") },
		Turns: func() (int64, time.Duration) { return 7, 1500 * time.Millisecond },
	}))
	client.Do("GET", "/healthz", nil).Want(t, 200)
	if answer := client.Do("GET", "/readyz", nil).Want(t, 503); strings.Contains(string(answer.Body), "no database") {
		t.Errorf("details were told: %s", answer.Body)
	}
	httpapitest.New(surface(t, httpapi.Options{})).Do("GET", "/readyz", nil).Want(t, 200)
	client.Do("GET", "/v1/name", nil)
	metrics := string(client.Do("GET", "/metrics", nil).Want(t, 200).Body)
	for _, want := range []string{
		`dangol_http_requests_total{operation="get-name",status="200"} 1`,
		`dangol_http_request_seconds_count{operation="get-name"} 1`,
		`dangol_http_requests_in_flight 1`, "go_goroutines", "dangol_database_writes_total 7",
		"dangol_database_write_wait_seconds_total 1.5",
	} {
		if !strings.Contains(metrics, want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
}

func TestTheDocumentationIsServedFromHere(t *testing.T) {
	t.Parallel()
	client := httpapitest.New(surface(t, httpapi.Options{Version: "1.2.3"}))
	page := string(client.Do("GET", "/docs", nil).Want(t, 200).Body)
	for _, want := range []string{"dangol API 1.2.3", "GET /v1/names", "http.internal", `href="/docs/style.css"`, `id="schema-Problem"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for _, foreign := range []string{"https://", "<script", "style="} {
		if strings.Contains(page, foreign) {
			t.Errorf("the page has %s", foreign)
		}
	}
	client.Do("GET", "/docs/style.css", nil).Want(t, 200)
	var spec struct{ OpenAPI string }
	client.Do("GET", "/openapi.json", nil).Want(t, 200).Into(t, &spec)
	if spec.OpenAPI != "3.1.0" {
		t.Errorf("OpenAPI %q", spec.OpenAPI)
	}
}

func TestTheLogNamesNoPerson(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	handler := serve(t, httpapi.Operation{}, httpapi.Options{Logger: slog.New(slog.NewJSONHandler(&log, nil))}, echo)
	post(handler, "/v1/things/hong-gildong?count=1", `{"name":"홍길동"}`, "Cookie", "dangol_session=secret-token")
	for _, secret := range []string{"hong", "홍길동", "secret-token", "192.0.2"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %q: %s", secret, log.String())
		}
	}
	if !strings.Contains(log.String(), `"operation":"change-thing"`) || !strings.Contains(log.String(), `"status":200`) {
		t.Errorf("the log is %s", log.String())
	}
}

func TestStoppingFinishesWhatWasAccepted(t *testing.T) {
	t.Parallel()
	entered, leave := make(chan struct{}), make(chan struct{})
	handler := http.HandlerFunc(func(writer http.ResponseWriter, _ *http.Request) {
		close(entered)
		<-leave
		_, _ = io.WriteString(writer, "sold")
	})
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() { stopped <- httpapi.Serve(ctx, listener, handler, databasetest.Quiet()) }()
	answered := make(chan string, 1)
	go func() {
		request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+listener.Addr().String(), http.NoBody)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			answered <- err.Error()
			return
		}
		defer func() { _ = answer.Body.Close() }()
		content, _ := io.ReadAll(answer.Body)
		answered <- string(content)
	}()
	<-entered
	stop()
	select {
	case err := <-stopped:
		t.Fatalf("it stopped with a request unanswered: %v", err)
	default:
	}
	close(leave)
	if got := <-answered; got != "sold" {
		t.Errorf("the request that was accepted got %q", got)
	}
	if err := <-stopped; err != nil {
		t.Errorf("stopping: %v", err)
	}
}

func TestServingFailsOnAListenerThatIsClosed(t *testing.T) {
	t.Parallel()
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = listener.Close()
	if err := httpapi.Serve(t.Context(), listener, http.NotFoundHandler(), databasetest.Quiet()); err == nil {
		t.Error("no error")
	}
}

func TestOutsideOfARequestTheLanguageIsKorean(t *testing.T) {
	t.Parallel()
	if got := httpapi.Language(t.Context()); got != "ko" {
		t.Errorf("got %s", got)
	}
	request := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
	if httpapi.Key(request.Context()) != "" || httpapi.Secure(request.Context()) {
		t.Error("there is a key or a secure connection without a request")
	}
}
