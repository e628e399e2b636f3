package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"dangol/internal/ground/fault"
	"dangol/internal/ground/lang"
)

const problemType = "application/problem+json"

// Problem is what every error looks like to who sent the request (RFC 9457).
type Problem struct {
	Type   string `json:"type" doc:"Always about:blank: the code says what it is."`
	Title  string `json:"title" doc:"The status in words."`
	Status int    `json:"status" doc:"The HTTP status."`
	Detail string `json:"detail" doc:"What happened and what to do next, in the reader's language."`
	// Code is for machines.
	Code      string         `json:"code" doc:"Which error it is: package.reason."`
	RequestID string         `json:"request_id" doc:"What the log calls this request."`
	Values    map[string]any `json:"values,omitempty" doc:"What the detail is filled with."`
	Errors    []ProblemField `json:"errors,omitempty" doc:"What is wrong with which part of the request."`
}

// ProblemField is what is wrong with one part of the request.
type ProblemField struct {
	Location string `json:"location" doc:"Where: body.lines[0].quantity, query.limit, header.Idempotency-Key."`
	Code     string `json:"code" doc:"Which error it is: package.reason."`
	Message  string `json:"message" doc:"What to do about it, in the reader's language."`
}

var problemSchema = reflect.TypeFor[Problem]()

// Error is the code: a problem has been logged before it is made.
func (p *Problem) Error() string { return p.Code }

// GetStatus is the HTTP status, for huma.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is the media type of problem details, for huma.
func (p *Problem) ContentType(string) string { return problemType }

// huma makes its errors through variables of its package: there is one way for all APIs of a process, so it is set
// once, here. Names of fields are compared exactly, and a list is never null.
func init() {
	huma.NewErrorWithContext = func(ctx huma.Context, status int, message string, errs ...error) huma.StatusError {
		return refusal(ctx.Context(), status, message, errs)
	}
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		return refusal(context.Background(), status, message, errs)
	}
	huma.ValidateStrictCasing = true
	huma.DefaultArrayNullable = false
}

// refusal is the problem for a request that huma did not let through to its handler.
func refusal(ctx context.Context, status int, message string, errs []error) *Problem {
	state := stateFrom(ctx)
	code := errBody
	switch {
	case status == http.StatusRequestEntityTooLarge || state.tooLarge:
		return problemOf(state, errTooLarge.New())
	case status == http.StatusUnsupportedMediaType:
		return problemOf(state, errMediaType.New())
	case status == http.StatusRequestTimeout:
		return problemOf(state, errTimeout.New())
	case status == http.StatusInternalServerError && message != "cannot read request body":
		code = errInternal
	}
	fields := make([]error, 0, len(errs))
	for _, err := range errs {
		var detailer huma.ErrorDetailer
		if errors.As(err, &detailer) {
			fields = append(fields, fieldOf(detailer.ErrorDetail()))
		}
	}
	if len(fields) == 0 {
		return problemOf(state, code.New())
	}
	return problemOf(state, fault.As(fault.Collect(fields...)))
}

// failure turns a handler's error into what its caller is told.
func (a *API) failure(ctx context.Context, err error) error {
	var unchanged *notModified
	if errors.As(err, &unchanged) {
		return unchanged
	}
	return a.problem(ctx, err)
}

// problem is what the sender is told of an error. What is internal goes to the log, under the request's id.
func (a *API) problem(ctx context.Context, err error) *Problem {
	state := stateFrom(ctx)
	found := fault.As(err)
	if found == nil && errors.Is(err, context.DeadlineExceeded) && ctx.Err() != nil {
		found = errTimeout.New().Because(err)
	}
	if found == nil {
		found = errInternal.New().Because(err)
	}
	switch found.Kind {
	case fault.Internal:
		a.options.Logger.ErrorContext(ctx, "internal error", "error", err, "request_id", state.requestID,
			"operation", state.operation)
	case fault.Busy:
		a.options.Logger.WarnContext(ctx, "busy", "error", err, "request_id", state.requestID, "operation", state.operation)
	}
	if found.Kind == fault.RateLimited || found.Kind == fault.Busy {
		state.header.Set("Retry-After", strconv.Itoa(retryAfter(found)))
	}
	return problemOf(state, found)
}

// retryAfter is how many seconds the sender is asked to wait: the error's own "seconds" when it has them.
func retryAfter(found *fault.Error) int {
	if seconds, is := found.Values["seconds"].(int); is && seconds > 0 {
		return seconds
	}
	return 1
}

func problemOf(state *state, found *fault.Error) *Problem {
	problem := &Problem{
		Type: "about:blank", Title: http.StatusText(found.Kind.Status()), Status: found.Kind.Status(),
		Detail: found.Message(state.language), Code: found.Code, RequestID: state.requestID, Values: found.Values,
	}
	for _, field := range found.Fields {
		problem.Errors = append(problem.Errors, ProblemField{
			Location: location(field.Path), Code: field.Code, Message: field.Message(state.language),
		})
	}
	return problem
}

// location completes a path that a handler gave: without another beginning it lies in the body.
func location(path string) string {
	for _, part := range []string{"body", "query", "path", "header", "cookie"} {
		if path == part || strings.HasPrefix(path, part+".") || strings.HasPrefix(path, part+"[") {
			return path
		}
	}
	return "body." + path
}

// writeProblem answers with a problem outside of an operation's own answer.
func (a *API) writeProblem(ctx context.Context, writer http.ResponseWriter, problem *Problem) {
	header := writer.Header()
	header.Set("Content-Type", problemType)
	header.Set("Content-Language", string(languageOf(ctx)))
	header.Set("Cache-Control", "no-store")
	writer.WriteHeader(problem.Status)
	if err := json.NewEncoder(writer).Encode(problem); err != nil {
		a.options.Logger.DebugContext(ctx, "answer with a problem", "error", err, "request_id", problem.RequestID)
	}
}

func languageOf(ctx context.Context) lang.Tag { return stateFrom(ctx).language }
