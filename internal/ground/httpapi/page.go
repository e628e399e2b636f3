package httpapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// Page is embedded in the input of an operation that lists.
type Page struct {
	Cursor string `query:"cursor" maxLength:"1000" doc:"next_cursor of the page before; left out, the first page."`
	Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"200" doc:"How many to give at most."`
}

// After reads the key of the last item of the page before into what the list's key is made of. It leaves it as it is
// when there was no page before, and returns a fault for a cursor that this list did not make.
func (p Page) After(key any) (follows bool, err error) {
	if p.Cursor == "" {
		return false, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	if err != nil {
		return false, errCursor.At("query.cursor")
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(key); err != nil || decoder.More() || !storable(string(text)) || strings.Contains(string(text), `\u0000`) {
		return false, errCursor.At("query.cursor")
	}
	return true, nil
}

// List is one page of a list.
type List[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"next_cursor" doc:"Where the next page begins; empty on the last one."`
}

// NewList makes a page out of at most limit items and one more, which shows that another page follows. The key is what
// Page.After reads back: the columns by which the list is ordered, of the last item given.
func NewList[R, T any](page Page, rows []R, show func(R) T, key func(R) any) (List[T], error) {
	list := List[T]{Items: []T{}}
	for i, row := range rows {
		if i == page.Limit {
			text, err := json.Marshal(key(rows[i-1]))
			if err != nil {
				return list, fmt.Errorf("encode a cursor: %w", err)
			}
			list.NextCursor = base64.RawURLEncoding.EncodeToString(text)
			break
		}
		list.Items = append(list.Items, show(row))
	}
	return list, nil
}

// maxLimit is the most that a page can hold; Page's tag says the same to callers.
const maxLimit = 200

// All reads a list to its end, page by page, and calls the function for each item: for writing a list as a file.
func All[T any](list func(Page) (List[T], error), each func(T) error) error {
	for page := (Page{Limit: maxLimit}); ; {
		read, err := list(page)
		if err != nil {
			return err
		}
		for _, item := range read.Items {
			if err := each(item); err != nil {
				return err
			}
		}
		if page.Cursor = read.NextCursor; page.Cursor == "" {
			return nil
		}
	}
}

// notModified is the answer to a caller who already has what is asked for.
type notModified struct{}

func (*notModified) Error() string { return "not modified" }

// GetStatus is the HTTP status, for huma.
func (*notModified) GetStatus() int { return http.StatusNotModified }

// Unchanged says what version the answer has, in any words that change when the answer does. When it returns an error
// the caller already has that version: the handler returns the error and is done.
func Unchanged(ctx context.Context, version string) error {
	sum := sha256.Sum256([]byte(version))
	tag := `W/"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
	state := stateFrom(ctx)
	state.header.Set("ETag", tag)
	state.header.Set("Cache-Control", "private, no-cache")
	for candidate := range strings.SplitSeq(state.ifNoneMatch, ",") {
		candidate = strings.TrimSpace(candidate)
		if candidate == "*" || candidate != "" && strings.TrimPrefix(candidate, "W/") == strings.TrimPrefix(tag, "W/") {
			return &notModified{}
		}
	}
	return nil
}
