// Package fault holds the one error type that reaches a person: a kind (which decides the HTTP status), a code for
// machines, a sentence in the reader's language that says what to do next, and the fields it is about. Errors of any
// other type are internal: they go to the log, never to a person.
package fault

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"sort"
	"sync"

	"dangol/internal/ground/lang"
)

// Kind sorts errors by what the caller can do about them.
type Kind string

const (
	Invalid      Kind = "invalid"      // the input is wrong: correct it (422)
	Unauthorized Kind = "unauthorized" // sign in first (401)
	Forbidden    Kind = "forbidden"    // not allowed (403)
	NotFound     Kind = "not_found"    // not there, or not for this caller (404)
	Conflict     Kind = "conflict"     // the state has moved on, or refuses (409)
	Stale        Kind = "stale"        // the version that was read is no longer current (412)
	TooLarge     Kind = "too_large"    // over a limit of size (413)
	Unsupported  Kind = "unsupported"  // not a form that is read here (415)
	RateLimited  Kind = "rate_limited" // too many attempts (429)
	Internal     Kind = "internal"     // ours; the log knows (500)
	Busy         Kind = "busy"         // try again with the same key (503)
)

var statuses = map[Kind]int{
	Invalid: http.StatusUnprocessableEntity, Unauthorized: http.StatusUnauthorized, Forbidden: http.StatusForbidden,
	NotFound: http.StatusNotFound, Conflict: http.StatusConflict, Stale: http.StatusPreconditionFailed,
	TooLarge: http.StatusRequestEntityTooLarge, Unsupported: http.StatusUnsupportedMediaType,
	RateLimited: http.StatusTooManyRequests, Internal: http.StatusInternalServerError, Busy: http.StatusServiceUnavailable,
}

// Status is the HTTP status of the kind.
func (k Kind) Status() int {
	if status, known := statuses[k]; known {
		return status
	}
	return http.StatusInternalServerError
}

// Code is one defined error: its kind, its name for machines and its sentence for people.
type Code struct {
	kind Kind
	name string
	text lang.Text
}

var (
	registryMutex sync.Mutex
	registry      = map[string]*Code{}
	codeName      = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$`)
)

// Define registers a code. The name is "package.reason"; each name may be defined once. It is called for package
// variables, so a wrong definition stops the program at its start.
func Define(kind Kind, name, ko, en string) *Code {
	registryMutex.Lock()
	defer registryMutex.Unlock()
	if _, twice := registry[name]; twice || !codeName.MatchString(name) || ko == "" || en == "" {
		panic(fmt.Sprintf("fault: %q is defined twice, misnamed or lacks a sentence", name))
	}
	code := &Code{kind: kind, name: name, text: lang.Text{KO: ko, EN: en}}
	registry[name] = code
	return code
}

// Codes lists every defined code by name.
func Codes() []*Code {
	registryMutex.Lock()
	defer registryMutex.Unlock()
	codes := make([]*Code, 0, len(registry))
	for _, code := range registry {
		codes = append(codes, code)
	}
	sort.Slice(codes, func(i, j int) bool { return codes[i].name < codes[j].name })
	return codes
}

// Lookup finds a defined code by name, nil when there is none.
func Lookup(name string) *Code {
	registryMutex.Lock()
	defer registryMutex.Unlock()
	return registry[name]
}

// Name is the code's name for machines.
func (c *Code) Name() string { return c.name }

// Kind is the code's kind.
func (c *Code) Kind() Kind { return c.kind }

// Text is the code's sentence.
func (c *Code) Text() lang.Text { return c.text }

// Values are what a sentence is filled with. They must survive JSON: numbers, strings, booleans.
type Values map[string]any

// New makes an error of this code. Values fill the {names} of its sentence; at most one set may be given.
func (c *Code) New(values ...Values) *Error {
	e := &Error{Kind: c.kind, Code: c.name, text: c.text}
	if len(values) > 0 {
		e.Values = values[0]
	}
	return e
}

// At makes an error of this code about one field, named by its path in the input: "lines[0].quantity".
func (c *Code) At(path string, values ...Values) *Error {
	e := c.New(values...)
	e.Fields = []Field{{Path: path, Code: c.name, Values: e.Values, text: c.text}}
	return e
}

// Field is what is wrong with one part of the input.
type Field struct {
	Path   string
	Code   string
	Values Values
	text   lang.Text
}

// Message is the field's sentence in the reader's language.
func (f Field) Message(tag lang.Tag) string { return f.text.In(tag, f.Values) }

// Error is an error that a person may read.
type Error struct {
	Kind   Kind
	Code   string
	Values Values
	Fields []Field

	text  lang.Text
	cause error
}

// Error is for the log: the code, the English sentence and the cause.
func (e *Error) Error() string {
	message := e.Code + ": " + e.text.In(lang.English, e.Values)
	if e.cause != nil {
		message += ": " + e.cause.Error()
	}
	return message
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.cause }

// Is says whether the target is an error of the same code, so that errors.Is(err, ErrShort.New()) holds.
func (e *Error) Is(target error) bool {
	other, same := target.(*Error)
	return same && other.Code == e.Code
}

// Message is the sentence in the reader's language.
func (e *Error) Message(tag lang.Tag) string { return e.text.In(tag, e.Values) }

// Because gives a copy that carries the cause for the log.
func (e *Error) Because(cause error) *Error {
	copied := *e
	copied.cause = cause
	return &copied
}

// Has says whether err is, or wraps, an error of this code.
func (c *Code) Has(err error) bool {
	found := As(err)
	return found != nil && found.Code == c.name
}

// As finds the fault in err, nil when there is none: then the error is internal.
func As(err error) *Error {
	var found *Error
	if errors.As(err, &found) {
		return found
	}
	return nil
}

// KindOf is the kind of err: Internal for every error that is not a fault.
func KindOf(err error) Kind {
	if found := As(err); found != nil {
		return found.Kind
	}
	return Internal
}

var invalid = Define(Invalid, "input.invalid",
	"입력한 내용 중 고칠 곳이 있어요. 표시된 칸을 확인해 주세요.", "Some of the input needs correcting. Check the fields named here.")

// Collect gathers the fields of several errors into one. Nil errors are passed over; the first error that is not a
// fault about fields is returned as it is; nothing wrong gives nil.
func Collect(errs ...error) error {
	all := invalid.New()
	for _, err := range errs {
		if err == nil {
			continue
		}
		found := As(err)
		if found == nil || len(found.Fields) == 0 {
			return err
		}
		all.Fields = append(all.Fields, found.Fields...)
	}
	if len(all.Fields) == 0 {
		return nil
	}
	return all
}
