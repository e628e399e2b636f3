package httpapi

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"

	"github.com/klauspost/compress/gzhttp"
)

// contentPolicy allows what the program itself serves and nothing else.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
	"font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; " +
	"form-action 'self'; frame-ancestors 'none'"

// Handler is the whole surface: operations, pages and what surrounds each of them.
func (a *API) Handler() http.Handler {
	compress, err := gzhttp.NewWrapper(gzhttp.MinSize(1024))
	if err != nil {
		panic(fmt.Sprintf("httpapi: compression: %v", err))
	}
	sameOrigin := http.NewCrossOriginProtection()
	sameOrigin.SetDenyHandler(http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		a.writeProblem(request.Context(), writer, a.problem(request.Context(), errOrigin.New()))
	}))
	return a.watch(compress(sameOrigin.Handler(http.HandlerFunc(a.route))))
}

// watch gives the request its state, logs and measures it, and survives a panic.
func (a *API) watch(next http.Handler) http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		began := a.options.Clock.Now()
		state := a.newState(writer, request)
		recorder := &recorder{ResponseWriter: writer}
		ctx := context.WithValue(request.Context(), stateKey{}, state)
		request = request.WithContext(ctx)
		a.secureHeaders(state, writer.Header())
		a.metrics.inFlight.Inc()
		defer func() {
			a.metrics.inFlight.Dec()
			if panicked := recover(); panicked != nil {
				a.recovered(ctx, recorder, panicked)
			}
			took := a.options.Clock.Now().Sub(began)
			a.metrics.answered(state.operation, recorder.statusCode(), took)
			a.options.Logger.InfoContext(ctx, "request", "request_id", state.requestID, "method", request.Method,
				"operation", state.operation, "status", recorder.statusCode(), "bytes", recorder.bytes,
				"duration_us", took.Microseconds(), "org", state.caller.Org, "staff", state.caller.Staff,
				"device", state.caller.Device)
		}()
		next.ServeHTTP(recorder, request)
	})
}

// recovered answers a request whose handler has panicked; what was already begun can't be answered otherwise and is
// cut off.
func (a *API) recovered(ctx context.Context, recorder *recorder, panicked any) {
	state := stateFrom(ctx)
	if err, is := panicked.(error); is && errors.Is(err, http.ErrAbortHandler) {
		panic(panicked)
	}
	a.options.Logger.ErrorContext(ctx, "panic", "panic", fmt.Sprint(panicked), "stack", string(debug.Stack()),
		"request_id", state.requestID, "operation", state.operation)
	if recorder.status != 0 {
		panic(http.ErrAbortHandler)
	}
	a.writeProblem(ctx, recorder, problemOf(state, errInternal.New()))
}

func (a *API) secureHeaders(state *state, header http.Header) {
	header.Set("X-Request-Id", state.requestID)
	header.Set("Content-Security-Policy", contentPolicy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Permissions-Policy", "camera=(self), microphone=(), geolocation=(), payment=(), usb=(self), serial=(self)")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	if state.secure {
		header.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// route passes the request on, and answers those that nobody else answers with a problem.
func (a *API) route(writer http.ResponseWriter, request *http.Request) {
	handler, pattern := a.mux.Handler(request)
	if pattern != "" {
		if a.isOperation(request) {
			header := writer.Header()
			header.Set("Cache-Control", "no-store")
			header.Set("Content-Language", string(languageOf(request.Context())))
			header.Add("Vary", "Accept-Language")
		}
		a.mux.ServeHTTP(writer, request)
		return
	}
	probe := &recorder{ResponseWriter: discard{header: http.Header{}}}
	handler.ServeHTTP(probe, request)
	problem := problemOf(stateFrom(request.Context()), errRoute.New())
	if allowed := probe.Header().Get("Allow"); probe.status == http.StatusMethodNotAllowed {
		writer.Header().Set("Allow", allowed)
		problem = problemOf(stateFrom(request.Context()), errMethod.New())
		problem.Status, problem.Title = http.StatusMethodNotAllowed, http.StatusText(http.StatusMethodNotAllowed)
	}
	a.writeProblem(request.Context(), writer, problem)
}

// recorder notes what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= http.StatusOK {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(data []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	count, err := r.ResponseWriter.Write(data)
	r.bytes += int64(count)
	return count, err
}

// Hijack hands the connection over to a protocol that is no longer HTTP.
func (r *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	connection, buffered, err := http.NewResponseController(r.ResponseWriter).Hijack()
	if err == nil {
		r.status = http.StatusSwitchingProtocols
	}
	return connection, buffered, err //nolint:wrapcheck // passed on as it is
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *recorder) statusCode() int {
	if r.status == 0 {
		return http.StatusOK
	}
	return r.status
}

// discard is a writer that keeps headers only.
type discard struct{ header http.Header }

func (d discard) Header() http.Header            { return d.header }
func (d discard) Write(data []byte) (int, error) { return len(data), nil }
func (d discard) WriteHeader(int)                {}
