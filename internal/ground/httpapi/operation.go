package httpapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"dangol/internal/ground/auth"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
)

// Operation declares one operation of the API.
type Operation struct {
	// ID is unique and names the function that clients call: "create-device".
	ID, Method, Path, Summary, Tag string
	// Permission is what the caller needs somewhere in the organisation; where exactly, the handler asks with
	// auth.Caller.Require. Public, SignedIn and Paired stand for no permission of a role.
	Permission auth.Permission
	// Key says that the operation moves value: it requires the header Idempotency-Key, read with Key.
	Key bool
	// Safe says that the operation changes nothing though it is posted, such as a quote.
	Safe bool
	// ETag says that the operation is polled: its handler calls Unchanged, and the answer may be 304.
	ETag bool
	// Status is the status of success: 200 when there is a body and 204 when there is none, unless it is set.
	Status int
	// Errors are the codes that it can answer beyond the general ones.
	Errors []*fault.Code
	// MaxBody is the largest request body in bytes; 0 is 1 MiB.
	MaxBody int64
	// Timeout is how long it may take; 0 is 10 seconds.
	Timeout time.Duration
}

// The extensions of the description by which guards and clients know what an operation asks for and answers.
const (
	extensionPermission = "x-permission"
	extensionIdempotent = "x-idempotent"
	extensionSafe       = "x-safe"
	extensionErrors     = "x-errors"
	extensionCodes      = "x-codes"
)

const keyHeader = "Idempotency-Key"

// Register adds an operation. The input's fields are read from path, query, header and Body by their tags, the output's
// Body is what is answered, as huma describes (https://huma.rocks/features/request-inputs/). It panics on a wrong
// declaration, so a mistake stops the program at its start.
func Register[I, O any](api *API, operation Operation, handler func(context.Context, *I) (*O, error)) {
	described := api.describe(operation)
	huma.Register(api.huma, described, func(ctx context.Context, input *I) (*O, error) {
		output, err := handler(ctx, input)
		if err != nil {
			return nil, api.failure(ctx, err)
		}
		return output, nil
	})
	api.checkPath(operation)
}

// checkPath panics when the path has a parameter that the input does not read: a field of an embedded type that is not
// exported is passed over silently.
func (a *API) checkPath(operation Operation) {
	item := a.huma.OpenAPI().Paths[operation.Path]
	for _, described := range []*huma.Operation{item.Get, item.Put, item.Post, item.Delete, item.Patch, item.Head} {
		if described == nil || described.OperationID != operation.ID {
			continue
		}
		for _, part := range strings.Split(operation.Path, "/") {
			name, is := strings.CutPrefix(part, "{")
			if is && !slices.ContainsFunc(described.Parameters, func(parameter *huma.Param) bool {
				return parameter.In == "path" && parameter.Name == strings.TrimSuffix(name, "}")
			}) {
				panic(fmt.Sprintf("httpapi: operation %s does not read %s of its path", operation.ID, part))
			}
		}
	}
}

// describe turns the declaration into the description that is published and acted upon.
func (a *API) describe(operation Operation) huma.Operation {
	if operation.ID == "" || operation.Summary == "" || operation.Tag == "" || operation.Permission == "" {
		panic(fmt.Sprintf("httpapi: operation %q %s %s lacks an id, summary, tag or permission",
			operation.ID, operation.Method, operation.Path))
	}
	if operation.MaxBody == 0 {
		operation.MaxBody = defaultMaxBody
	}
	if operation.Timeout == 0 {
		operation.Timeout = defaultTimeout
	}
	codes := append(generalCodes(operation), operation.Errors...)
	described := huma.Operation{
		OperationID: operation.ID, Method: operation.Method, Path: operation.Path, Summary: operation.Summary,
		Tags: []string{operation.Tag}, DefaultStatus: operation.Status,
		MaxBodyBytes: operation.MaxBody, BodyReadTimeout: operation.Timeout,
		Extensions: map[string]any{
			extensionPermission: string(operation.Permission),
			extensionIdempotent: operation.Key,
			extensionErrors:     codeNames(codes),
		},
		Responses:   a.problemResponses(codes),
		Middlewares: huma.Middlewares{a.enter(operation)},
		Security:    security(operation.Permission),
	}
	if operation.Safe {
		described.Extensions[extensionSafe] = true
	}
	if operation.Key {
		described.Parameters = append(described.Parameters, &huma.Param{
			Name: keyHeader, In: "header", Required: true,
			Description: "Made by the caller, 1 to 100 visible ASCII characters: the same key and body are done once.",
			Schema:      &huma.Schema{Type: "string", MinLength: new(1), MaxLength: new(maxKeyBytes)},
		})
	}
	if operation.ETag {
		described.Parameters = append(described.Parameters, &huma.Param{
			Name: "If-None-Match", In: "header", Description: "The ETag of what the caller already has.",
			Schema: &huma.Schema{Type: "string"},
		})
		described.Responses[strconv.Itoa(http.StatusNotModified)] = &huma.Response{Description: "Not Modified"}
	}
	return described
}

func security(permission auth.Permission) []map[string][]string {
	switch permission {
	case Public:
		return nil
	case Paired:
		return []map[string][]string{{"device": {}}, {"bearer": {}}}
	}
	return []map[string][]string{{"session": {}}, {"bearer": {}}}
}

// generalCodes are the codes that every operation of this shape can answer.
func generalCodes(operation Operation) []*fault.Code {
	codes := []*fault.Code{errInternal, errTimeout, errValue}
	switch operation.Permission {
	case Public:
	case Paired:
		codes = append(codes, auth.ErrUnpaired)
	case SignedIn:
		codes = append(codes, auth.ErrSignIn, auth.ErrSessionEnded)
	default:
		codes = append(codes, auth.ErrSignIn, auth.ErrSessionEnded, auth.ErrForbidden)
	}
	if strings.Contains(operation.Path, "{") {
		codes = append(codes, id.Unknown)
	}
	if operation.Key {
		codes = append(codes, errKey)
	}
	if operation.Method != http.MethodGet && operation.Method != http.MethodDelete {
		codes = append(codes, errTooLarge, errMediaType, errBody)
	}
	return codes
}

func codeNames(codes []*fault.Code) []string {
	seen := map[string]bool{}
	var names []string
	for _, code := range codes {
		if !seen[code.Name()] {
			seen[code.Name()] = true
			names = append(names, code.Name())
		}
	}
	sort.Strings(names)
	return names
}

// problemResponses documents, for each status, which codes it can carry.
func (a *API) problemResponses(codes []*fault.Code) map[string]*huma.Response {
	byStatus := map[int][]*fault.Code{}
	for _, code := range codes {
		byStatus[code.Kind().Status()] = append(byStatus[code.Kind().Status()], code)
	}
	responses := map[string]*huma.Response{}
	for status, list := range byStatus {
		names := codeNames(list)
		enum := make([]any, len(names))
		for i, name := range names {
			enum[i] = name
		}
		responses[strconv.Itoa(status)] = &huma.Response{
			Description: http.StatusText(status),
			Content: map[string]*huma.MediaType{problemType: {Schema: &huma.Schema{AllOf: []*huma.Schema{
				a.huma.OpenAPI().Components.Schemas.Schema(problemSchema, true, "Problem"),
				{Type: "object", Properties: map[string]*huma.Schema{"code": {Type: "string", Enum: enum}}},
			}}}},
			Extensions: map[string]any{extensionCodes: names},
		}
	}
	return responses
}

// enter is what happens before an operation reads its input: limits are set, the caller is identified and let in.
func (a *API) enter(operation Operation) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		request, writer := humago.Unwrap(ctx)
		state := stateFrom(ctx.Context())
		state.operation = operation.ID
		state.ifNoneMatch = request.Header.Get("If-None-Match")
		deadline, cancel := context.WithTimeout(ctx.Context(), operation.Timeout)
		defer cancel()
		if err := http.NewResponseController(writer).SetWriteDeadline(
			//nolint:forbidigo // connections keep the machine's time
			time.Now().Add(operation.Timeout + answerTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			a.options.Logger.WarnContext(deadline, "set the write deadline", "error", err)
		}
		request.Body = &limitedBody{body: request.Body, left: operation.MaxBody + 1, state: state}
		caller, err := a.admit(deadline, request, operation)
		if err == nil && operation.Key {
			state.key, err = readKey(request)
		}
		if err == nil {
			err = checkText(request)
		}
		if err != nil {
			a.writeProblem(deadline, writer, a.problem(deadline, err))
			return
		}
		state.caller = caller
		next(huma.WithContext(ctx, auth.WithCaller(deadline, caller)))
	}
}

// answerTime is how long an operation's answer may take to be read, in addition to its own time.
const answerTime = 20 * time.Second

// admit identifies the caller and asks for the operation's permission.
func (a *API) admit(ctx context.Context, request *http.Request, operation Operation) (auth.Caller, error) {
	caller, err := a.options.Identify(ctx, request)
	switch {
	case operation.Permission == Public:
		if fault.KindOf(err) == fault.Unauthorized {
			return caller, nil
		}
		return caller, err
	case operation.Permission == Paired:
		if err != nil && fault.KindOf(err) != fault.Unauthorized {
			return caller, err
		}
		return caller, caller.RequireDevice()
	case err != nil:
		return caller, err
	case caller.Staff == 0:
		return caller, auth.ErrSignIn.New()
	case operation.Permission == SignedIn:
		return caller, nil
	}
	return caller, caller.Require(operation.Permission, 0)
}

const (
	// maxKeyBytes bounds what a caller may send as a key.
	maxKeyBytes = 100
	// callersKey is what keys that come from outside begin with.
	callersKey = "api:"
)

func readKey(request *http.Request) (string, error) {
	keys := request.Header.Values(keyHeader)
	if len(keys) != 1 || keys[0] == "" || len(keys[0]) > maxKeyBytes {
		return "", errKey.At("header." + keyHeader)
	}
	for _, char := range []byte(keys[0]) {
		if char <= ' ' || char > '~' {
			return "", errKey.At("header." + keyHeader)
		}
	}
	return keys[0], nil
}

// limitedBody ends a body that is larger than it may be.
type limitedBody struct {
	body  io.ReadCloser
	left  int64
	state *state
}

func (b *limitedBody) Read(into []byte) (int, error) {
	if b.left <= 0 {
		b.state.tooLarge = true
		return 0, errTooLarge.New()
	}
	if int64(len(into)) > b.left {
		into = into[:b.left]
	}
	count, err := b.body.Read(into)
	b.left -= int64(count)
	return count, err
}

func (b *limitedBody) Close() error { return b.body.Close() }
