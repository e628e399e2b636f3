package httpapi

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestWhereARequestCameFrom(t *testing.T) {
	t.Parallel()
	trusted := []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, row := range []struct {
		name, remote string
		forwarded    []string
		trusted      []netip.Prefix
		want         string
	}{
		{"without a proxy it is who connects", "203.0.113.7:4000", nil, trusted, "203.0.113.7"},
		{"a stranger's word counts for nothing", "203.0.113.7:4000", []string{"198.51.100.1"}, trusted, "203.0.113.7"},
		{"without trusted proxies nobody's does", "127.0.0.1:4000", []string{"198.51.100.1"}, nil, "127.0.0.1"},
		{"a trusted proxy says who came", "127.0.0.1:4000", []string{"198.51.100.1"}, trusted, "198.51.100.1"},
		{"what stands before the client was written by it", "127.0.0.1:4000", []string{"1.1.1.1, 198.51.100.1"}, trusted, "198.51.100.1"},
		{"two trusted proxies in a row", "127.0.0.1:4000", []string{"198.51.100.1, 10.1.2.3"}, trusted, "198.51.100.1"},
		{"two headers are one list", "127.0.0.1:4000", []string{"198.51.100.1", "10.1.2.3"}, trusted, "198.51.100.1"},
		{"what is no address ends the list", "127.0.0.1:4000", []string{"unknown, 10.1.2.3"}, trusted, "10.1.2.3"},
		{"an empty list says nothing", "127.0.0.1:4000", []string{""}, trusted, "127.0.0.1"},
		{"an IPv6 client is its network", "[fd00::1]:4000", []string{"2001:db8:1:2:3::4"}, trusted, "2001:db8:1:2::/64"},
		{"an IPv4 proxy written as IPv6 is the same", "[::ffff:127.0.0.1]:4000", []string{"198.51.100.1"}, trusted, "198.51.100.1"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			request := httptest.NewRequest(http.MethodGet, "/", nil)
			request.RemoteAddr = row.remote
			for _, value := range row.forwarded {
				request.Header.Add("X-Forwarded-For", value)
			}
			if got := networkOf(clientOf(request, row.trusted)); got != row.want {
				t.Errorf("got %s", got)
			}
		})
	}
}
