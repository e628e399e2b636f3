package auth

import (
	"net/http"
	"time"
)

// The cookies that carry tokens.
const (
	SessionCookieName = "dangol_session"
	DeviceCookieName  = "dangol_device"
)

// deviceCookieLife is the longest that browsers keep a cookie
// (https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis §5.5): it is set again whenever the device asks
// who it is.
const deviceCookieLife = 400 * 24 * time.Hour

// SessionCookie carries the token of a session that begins now. It outlives the session, whose end is kept in the
// database and moves on with each use.
func SessionCookie(token string, now time.Time, secure bool) http.Cookie {
	return cookie(SessionCookieName, token, now.Add(sessionLife), secure)
}

// DeviceCookie carries a device's token.
func DeviceCookie(token string, now time.Time, secure bool) http.Cookie {
	return cookie(DeviceCookieName, token, now.Add(deviceCookieLife), secure)
}

// EndSessionCookie makes the browser forget its session.
func EndSessionCookie(secure bool) http.Cookie {
	gone := cookie(SessionCookieName, "", time.Time{}, secure)
	gone.MaxAge = -1
	return gone
}

func cookie(name, value string, expires time.Time, secure bool) http.Cookie {
	return http.Cookie{
		Name: name, Value: value, Path: "/", Expires: expires, HttpOnly: true, Secure: secure,
		SameSite: http.SameSiteStrictMode,
	}
}
