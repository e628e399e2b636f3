// Package httpapitest calls an API in tests: as a browser does, with cookies, and as everyone might, with every role
// and with another organisation's ids.
package httpapitest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"dangol/internal/ground/httpapi"
)

// Client is one browser or program that calls a handler directly, without a network.
type Client struct {
	handler http.Handler
	cookies map[string]*http.Cookie
	// Headers are sent with every request.
	Headers http.Header
	// Address is where its requests come from: host and port.
	Address string
}

// New makes a client without cookies that reads English.
func New(handler http.Handler) *Client {
	return &Client{
		handler: handler, cookies: map[string]*http.Cookie{}, Address: "192.0.2.1:4000",
		Headers: http.Header{"Accept-Language": {"en"}},
	}
}

// Cookie is the value of a cookie that the client keeps: "" when there is none.
func (c *Client) Cookie(name string) string {
	if cookie, kept := c.cookies[name]; kept {
		return cookie.Value
	}
	return ""
}

// SetCookie keeps a cookie.
func (c *Client) SetCookie(cookie http.Cookie) { c.cookies[cookie.Name] = &cookie }

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Do sends a request; a body that is not nil is encoded as JSON, and headers are given as name and value in turn.
func (c *Client) Do(method, path string, body any, headers ...string) Answer {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			panic(err)
		}
		content = bytes.NewReader(text)
	}
	request := httptest.NewRequest(method, path, content)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return c.Send(request)
}

// Send sends a request that was made elsewhere, with the client's cookies and headers.
func (c *Client) Send(request *http.Request) Answer {
	request.RemoteAddr = c.Address
	for name, values := range c.Headers {
		if request.Header.Get(name) == "" {
			request.Header[name] = values
		}
	}
	for _, cookie := range c.cookies {
		request.AddCookie(cookie)
	}
	recorder := httptest.NewRecorder()
	c.handler.ServeHTTP(recorder, request)
	result := recorder.Result()
	defer func() { _ = result.Body.Close() }()
	for _, cookie := range result.Cookies() {
		if cookie.MaxAge < 0 {
			delete(c.cookies, cookie.Name)
		} else {
			c.cookies[cookie.Name] = cookie
		}
	}
	return Answer{Status: recorder.Code, Header: recorder.Header(), Body: recorder.Body.Bytes()}
}

// Want fails the test unless the answer has the status.
func (a Answer) Want(t testing.TB, status int) Answer {
	t.Helper()
	if a.Status != status {
		t.Fatalf("got %d, want %d: %s", a.Status, status, a.Body)
	}
	return a
}

// Into decodes the answer.
func (a Answer) Into(t testing.TB, into any) Answer {
	t.Helper()
	if err := json.Unmarshal(a.Body, into); err != nil {
		t.Fatalf("decode %s: %v", a.Body, err)
	}
	return a
}

// Problem is the answer as a problem; the zero one when it is none.
func (a Answer) Problem() httpapi.Problem {
	var problem httpapi.Problem
	if a.Header.Get("Content-Type") == "application/problem+json" {
		_ = json.Unmarshal(a.Body, &problem) // what can't be read stays the zero problem
	}
	return problem
}

// WantCode fails the test unless the answer is a problem of the code.
func (a Answer) WantCode(t testing.TB, status int, code string) Answer {
	t.Helper()
	if problem := a.Problem(); a.Status != status || problem.Code != code && !hasField(problem, code) {
		t.Fatalf("got %d, want %d with %s: %s", a.Status, status, code, a.Body)
	}
	return a
}

func hasField(problem httpapi.Problem, code string) bool {
	for _, field := range problem.Errors {
		if field.Code == code {
			return true
		}
	}
	return false
}
