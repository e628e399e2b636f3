package httpapi

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"dangol/internal/ground/auth"
	"dangol/internal/ground/lang"
)

// state is what is known of one request while it is served.
type state struct {
	requestID   string
	operation   string
	language    lang.Tag
	address     string
	secure      bool
	key         string
	ifNoneMatch string
	tooLarge    bool
	caller      auth.Caller
	header      http.Header
}

type stateKey struct{}

// stateFrom is the request's state; outside of a request, an empty one.
func stateFrom(ctx context.Context) *state {
	if found, is := ctx.Value(stateKey{}).(*state); is {
		return found
	}
	return &state{language: lang.Korean, header: http.Header{}}
}

// Language is the language in which the sender of the request reads.
func Language(ctx context.Context) lang.Tag { return stateFrom(ctx).language }

// Key is the request's idempotency key, marked as a caller's so that it can't be one of the program's own work; ""
// when the operation does not declare one.
func Key(ctx context.Context) string {
	key := stateFrom(ctx).key
	if key == "" {
		return ""
	}
	return callersKey + key
}

// RequestID names the request in answers and in the log.
func RequestID(ctx context.Context) string { return stateFrom(ctx).requestID }

// Address is the network address that the request came from, for limits: an IPv4 address, or an IPv6 network of 64
// bits, which is what one subscriber has.
func Address(ctx context.Context) string { return stateFrom(ctx).address }

// Secure says whether cookies are to be sent over HTTPS only.
func Secure(ctx context.Context) bool { return stateFrom(ctx).secure }

var saneRequestID = regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`)

func (a *API) newState(writer http.ResponseWriter, request *http.Request) *state {
	requestID := request.Header.Get("X-Request-Id")
	if !saneRequestID.MatchString(requestID) {
		var random [16]byte
		_, _ = rand.Read(random[:]) // never fails: crypto/rand ends the program instead
		requestID = hex.EncodeToString(random[:])
	}
	return &state{
		requestID: requestID,
		operation: "other",
		language:  lang.FromHeader(request.Header.Get("Accept-Language")),
		address:   networkOf(clientOf(request, a.options.Proxies)),
		secure:    a.options.HTTPS || request.TLS != nil,
		header:    writer.Header(),
	}
}

// maxHops bounds how many proxies a request is believed to have passed.
const maxHops = 8

// clientOf is the address from which a request came. What a proxy says of it in X-Forwarded-For counts only when the proxy
// is one of the trusted, and only as far as trusted ones handed it on: the list is read from its end, and the first address
// that is no trusted proxy's is the client's. Everything before it anybody could have written. Forwarding by ports is not
// understood: an entry that is no plain address ends the reading.
func clientOf(request *http.Request, trusted []netip.Prefix) string {
	client := request.RemoteAddr
	hops := strings.Split(strings.Join(request.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= max(0, len(hops)-maxHops); i-- {
		if !isTrusted(client, trusted) {
			break
		}
		address, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		client = address.String()
	}
	return client
}

func isTrusted(remote string, trusted []netip.Prefix) bool {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		host = remote
	}
	address, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	address = address.Unmap().WithZone("")
	return slices.ContainsFunc(trusted, func(prefix netip.Prefix) bool { return prefix.Contains(address) })
}

func networkOf(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		host = remote
	}
	address, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	address = address.Unmap().WithZone("")
	if address.Is4() {
		return address.String()
	}
	network, err := address.Prefix(64)
	if err != nil {
		return address.String()
	}
	return network.String()
}

// checkText refuses what no database can store as text: broken UTF-8 and the character NUL.
func checkText(request *http.Request) error {
	query, err := url.QueryUnescape(request.URL.RawQuery)
	if err != nil || !storable(query) {
		return errText.At("query")
	}
	if !storable(request.URL.Path) {
		return errText.At("path")
	}
	return nil
}

func storable(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }
