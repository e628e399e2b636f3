package httpapi

import (
	"context"
	"net/http"
	"strings"
	"time"
)

// readyTimeout is how long the database may take to answer before the program counts as not ready.
const readyTimeout = 2 * time.Second

// servePlain adds what operators and programs read: health, readiness, metrics and the description.
func (a *API) servePlain() {
	a.mux.HandleFunc("GET /healthz", func(writer http.ResponseWriter, request *http.Request) {
		stateFrom(request.Context()).operation = "healthz"
		answerText(writer, http.StatusOK, "ok\n")
	})
	a.mux.HandleFunc("GET /readyz", func(writer http.ResponseWriter, request *http.Request) {
		stateFrom(request.Context()).operation = "readyz"
		ctx, cancel := context.WithTimeout(request.Context(), readyTimeout)
		defer cancel()
		if a.options.Ready != nil {
			if err := a.options.Ready(ctx); err != nil {
				a.options.Logger.WarnContext(ctx, "not ready", "error", err)
				answerText(writer, http.StatusServiceUnavailable, "not ready\n")
				return
			}
		}
		answerText(writer, http.StatusOK, "ready\n")
	})
	a.mux.HandleFunc("GET /metrics", func(writer http.ResponseWriter, request *http.Request) {
		stateFrom(request.Context()).operation = "metrics"
		a.metrics.handler().ServeHTTP(writer, request)
	})
	a.mux.HandleFunc("GET /openapi.json", func(writer http.ResponseWriter, request *http.Request) {
		stateFrom(request.Context()).operation = "openapi"
		writer.Header().Set("Content-Type", "application/openapi+json")
		_, _ = writer.Write(a.Spec()) // a reader that has gone away is not an error
	})
}

func answerText(writer http.ResponseWriter, status int, text string) {
	writer.Header().Set("Content-Type", "text/plain; charset=utf-8")
	writer.Header().Set("Cache-Control", "no-store")
	writer.WriteHeader(status)
	_, _ = writer.Write([]byte(text)) // a reader that has gone away is not an error
}

func (a *API) isOperation(request *http.Request) bool {
	return strings.HasPrefix(request.URL.Path, "/v1/")
}
