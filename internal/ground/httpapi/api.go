// Package httpapi turns functions into HTTP operations: it declares who may call them and what they answer, reads and
// checks their input, speaks of errors in the reader's language, and sets the limits of time and size within which each
// must stay. It refuses to know what an operation is about.
package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"dangol/internal/ground/auth"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/fault"
)

// What an operation may ask for instead of a permission that a role grants.
const (
	// Public operations answer everyone.
	Public auth.Permission = "public"
	// SignedIn operations answer every staff member who is signed in.
	SignedIn auth.Permission = "signed_in"
	// Paired operations answer every paired device, with or without someone signed in.
	Paired auth.Permission = "paired"
)

// Options say how the API is served.
type Options struct {
	// Version is the program's, shown in the description of the API.
	Version string
	// Identify finds out who sends a request. It returns nobody for a request without a proof, and an error such as
	// auth.ErrSessionEnded for a proof that no longer holds.
	Identify func(context.Context, *http.Request) (auth.Caller, error)
	// Ready says whether the program can work: the database answers. Nil: always.
	Ready func(context.Context) error
	// Turns says how often something was written to the database and how long it waited for its turn. Nil: not told.
	Turns func() (count int64, waited time.Duration)
	// Faces are the built browser surfaces; nil serves none.
	Faces fs.FS
	// HTTPS says that people reach the program over HTTPS, through a proxy or directly.
	HTTPS bool
	// Proxies are the networks of the proxies in front whose X-Forwarded-For is believed; without any, none is.
	Proxies []netip.Prefix
	// Logger hears of every request and every internal error. The default one when nil.
	Logger *slog.Logger
	// Clock measures how long requests take. The system's when nil.
	Clock clock.Clock
}

// API is the program's HTTP surface.
type API struct {
	options Options
	mux     *http.ServeMux
	huma    huma.API
	metrics *metrics
}

// New makes an API with no operations.
func New(options Options) *API {
	if options.Logger == nil {
		options.Logger = slog.Default()
	}
	if options.Clock == nil {
		options.Clock = clock.System{}
	}
	if options.Identify == nil {
		options.Identify = func(context.Context, *http.Request) (auth.Caller, error) { return auth.Caller{}, nil }
	}
	api := &API{options: options, mux: http.NewServeMux(), metrics: newMetrics(options.Turns)}
	format := huma.Format{Marshal: encodeJSON, Unmarshal: decodeJSON}
	api.huma = humago.New(api.mux, huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "dangol", Version: options.Version,
				Description: "Amounts are integers in the currency's smallest unit. Times are RFC 3339 in UTC, days are 2026-11-23. " +
					"Lists are read with cursor and limit. Errors are problem details (RFC 9457) in the language of Accept-Language.",
			},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", schemaName),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"session": {Type: "apiKey", In: "cookie", Name: auth.SessionCookieName},
					"device":  {Type: "apiKey", In: "cookie", Name: auth.DeviceCookieName},
					"bearer":  {Type: "http", Scheme: "bearer"},
				},
			},
		},
		Formats:                      map[string]huma.Format{"application/json": format, "json": format},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
	})
	api.servePlain()
	api.serveDocs()
	if options.Faces != nil {
		api.serveFaces(options.Faces)
	}
	return api
}

// Handle adds a handler that is no operation of the API, such as a page.
func (a *API) Handle(pattern string, handler http.Handler) { a.mux.Handle(pattern, handler) }

// Stream adds a handler that keeps its connection and is no operation of the API, for those who are signed in and for
// paired devices. It finds them with auth.CallerFrom; the name is what the log and the figures call it.
func (a *API) Stream(pattern, name string, handler http.Handler) {
	a.mux.HandleFunc(pattern, func(writer http.ResponseWriter, request *http.Request) {
		state := stateFrom(request.Context())
		state.operation = name
		caller, err := a.options.Identify(request.Context(), request)
		if err == nil && caller.Org == 0 {
			err = auth.ErrSignIn.New()
		}
		if err != nil && (caller.Device == 0 || fault.KindOf(err) != fault.Unauthorized) {
			a.writeProblem(request.Context(), writer, a.problem(request.Context(), err))
			return
		}
		state.caller = caller
		handler.ServeHTTP(writer, request.WithContext(auth.WithCaller(request.Context(), caller)))
	})
}

// Spec is the description of all registered operations as OpenAPI 3.1, indented, in a stable order.
func (a *API) Spec() []byte {
	text, err := json.MarshalIndent(a.huma.OpenAPI(), "", "  ")
	if err != nil {
		panic(fmt.Sprintf("httpapi: the description can't be encoded: %v", err))
	}
	return append(text, '\n')
}

// The limits of an operation that names none.
const (
	defaultMaxBody = 1 << 20
	defaultTimeout = 10 * time.Second
)
