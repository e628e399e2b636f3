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

// SessionCookie carries a session's token until the session expires at the latest.
func SessionCookie(token string, expires time.Time, secure bool) http.Cookie {
	return cookie(SessionCookieName, token, expires, secure)
}

// DeviceCookie carries a device's token. Browsers keep a cookie for 400 days at most (RFC 6265bis §5.5); the program
// renews it whenever the device asks who it is.
func DeviceCookie(token string, expires time.Time, secure bool) http.Cookie {
	return cookie(DeviceCookieName, token, expires, secure)
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
