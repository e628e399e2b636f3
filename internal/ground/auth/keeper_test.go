package auth_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"dangol/internal/ground/auth"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
)

const (
	org     = 11
	subject = 21
	device  = 31
	store   = 41
)

// people may sell in one store, unless they are gone.
type people struct{ gone map[int64]bool }

func (p people) Grants(_ context.Context, _ *database.Tx, _, subject int64) (auth.Grants, error) {
	if p.gone[subject] {
		return nil, auth.ErrSessionEnded.New()
	}
	return auth.Grants{"sale.make": {Stores: []int64{store}}}, nil
}

// shelf has every device in one store, unless it is gone.
type shelf struct{ gone map[int64]bool }

func (s shelf) DeviceStore(_ context.Context, _ *database.Tx, _, device int64) (int64, error) {
	if s.gone[device] {
		return 0, auth.ErrUnpaired.New()
	}
	return store, nil
}

// bench is a keeper on a database whose clock stands still.
type bench struct {
	t      *testing.T
	clock  *clock.Manual
	db     *database.DB
	keeper *auth.Keeper
	people people
	shelf  shelf
}

// each runs the test on both databases.
func each(t *testing.T, test func(b *bench)) {
	t.Helper()
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			test(newBench(t, dialect))
		})
	}
}

// memory runs a test whose subject is kept in memory, so that one database shows it.
func memory(t *testing.T, test func(b *bench)) {
	t.Helper()
	test(newBench(t, database.SQLite))
}

func newBench(t *testing.T, dialect database.Dialect) *bench {
	t.Helper()
	now := clock.At(time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC))
	b := &bench{
		t: t, clock: now, db: databasetest.Open(t, dialect, now),
		people: people{gone: map[int64]bool{}}, shelf: shelf{gone: map[int64]bool{}},
	}
	b.keeper = auth.NewKeeper(b.db, b.people, b.shelf, auth.Options{})
	return b
}

func (b *bench) write(work func(*database.Tx) error) {
	b.t.Helper()
	if err := b.db.Write(b.t.Context(), work); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) password(subject int64, password string) {
	b.t.Helper()
	hash, err := b.keeper.Hash(b.t.Context(), password)
	if err != nil {
		b.t.Fatal(err)
	}
	b.write(func(tx *database.Tx) error { return b.keeper.SetPassword(b.t.Context(), tx, org, subject, hash) })
}

func (b *bench) match(login, password, address string, candidates ...auth.Candidate) error {
	_, err := b.keeper.Match(b.t.Context(), auth.Attempt{Login: login, Password: password, Address: address}, candidates)
	return err
}

func (b *bench) begin() (auth.Session, string) {
	b.t.Helper()
	var session auth.Session
	var token string
	b.write(func(tx *database.Tx) error {
		var err error
		session, token, err = b.keeper.Begin(b.t.Context(), tx, org, subject)
		return err
	})
	return session, token
}

func (b *bench) pair(device int64) (code, token string) {
	b.t.Helper()
	b.write(func(tx *database.Tx) error {
		var err error
		code, _, err = b.keeper.NewPairing(b.t.Context(), tx, org, device)
		return err
	})
	b.write(func(tx *database.Tx) error {
		var err error
		_, _, token, err = b.keeper.Pair(b.t.Context(), tx, code)
		return err
	})
	return code, token
}

func (b *bench) identify(set func(*http.Request)) (auth.Caller, error) {
	request := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
	set(request)
	return b.keeper.Identify(b.t.Context(), request)
}

func bearer(token string) func(*http.Request) {
	return func(request *http.Request) { request.Header.Set("Authorization", "Bearer "+token) }
}

func cookies(session, device string) func(*http.Request) {
	return func(request *http.Request) {
		if session != "" {
			request.AddCookie(&http.Cookie{Name: auth.SessionCookieName, Value: session})
		}
		if device != "" {
			request.AddCookie(&http.Cookie{Name: auth.DeviceCookieName, Value: device})
		}
	}
}

func TestOnlyTheRightPasswordMatches(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		b.password(subject, "단골 손님 2026")
		known := auth.Candidate{Org: org, Subject: subject}
		if err := b.match("kim", "단골 손님 2026", "a", known); err != nil {
			b.t.Errorf("the right password: %v", err)
		}
		if err := b.match("kim", norm.NFD.String("단골 손님 2026"), "a", known); err != nil {
			b.t.Errorf("the same password from a keyboard that decomposes Hangul: %v", err)
		}
		for name, err := range map[string]error{
			"a wrong password":             b.match("kim", "단골 손님 2027", "a", known),
			"an empty password":            b.match("kim", "", "a", known),
			"a password of a megabyte":     b.match("kim", strings.Repeat("x", 1<<20), "a", known),
			"someone who has no password":  b.match("lee", "단골 손님 2026", "a", auth.Candidate{Org: org, Subject: 99}),
			"someone else's organisation":  b.match("lee", "단골 손님 2026", "a", auth.Candidate{Org: 12, Subject: subject}),
			"a login that nobody goes by":  b.match("nobody", "단골 손님 2026", "a"),
			"an organisation of zero's id": b.match("nobody", "", "a", auth.Candidate{}),
		} {
			if !auth.ErrWrongPassword.Has(err) {
				b.t.Errorf("%s: got %v", name, err)
			}
		}
	})
}

func TestOfTwoWhoShareALoginThePasswordDecides(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		b.password(subject, "first password")
		b.password(22, "second password")
		found, err := b.keeper.Match(b.t.Context(), auth.Attempt{Login: "kim", Password: "second password"},
			[]auth.Candidate{{Org: org, Subject: subject}, {Org: org, Subject: 22}})
		if err != nil || found.Subject != 22 {
			b.t.Errorf("got %v %v", found, err)
		}
	})
}

func TestPasswordsThatMayNotBeChosen(t *testing.T) {
	t.Parallel()
	keeper := auth.NewKeeper(databasetest.Open(t, database.SQLite, nil), people{}, shelf{}, auth.Options{})
	for name, password := range map[string]string{
		"seven characters": "1234567", "seven syllables": "가나다라마바사", "too many bytes": strings.Repeat("x", 513), "broken UTF-8": "12345678\xff",
	} {
		if _, err := keeper.Hash(t.Context(), password); !auth.ErrPasswordForm.Has(err) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	first, err := keeper.Hash(t.Context(), "12345678")
	if err != nil || !strings.HasPrefix(first, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("got %q %v", first, err)
	}
	if second, _ := keeper.Hash(t.Context(), "12345678"); second == first {
		t.Error("two hashes of one password are equal")
	}
}

func TestGuessingIsSlowedDown(t *testing.T) {
	t.Parallel()
	memory(t, func(b *bench) {
		b.password(subject, "the right one")
		known := auth.Candidate{Org: org, Subject: subject}
		for range 10 {
			if err := b.match("kim", "guess guess", "attacker", known); !auth.ErrWrongPassword.Has(err) {
				b.t.Fatalf("got %v", err)
			}
		}
		err := b.match("KIM", "the right one", "elsewhere", known)
		if !auth.ErrTooMany.Has(err) {
			b.t.Fatalf("the eleventh attempt from anywhere: got %v", err)
		}
		b.clock.Advance(15*time.Minute - time.Second)
		if err := b.match("kim", "the right one", "elsewhere", known); !auth.ErrTooMany.Has(err) {
			b.t.Errorf("a second before the window ends: got %v", err)
		}
		b.clock.Advance(time.Second)
		if err := b.match("kim", "the right one", "elsewhere", known); err != nil {
			b.t.Errorf("after the window: %v", err)
		}
	})
}

func TestOneAddressCannotTryManyLogins(t *testing.T) {
	t.Parallel()
	memory(t, func(b *bench) {
		for i := range 30 {
			if err := b.match(fmt.Sprint("login", i), "guess guess", "attacker"); !auth.ErrWrongPassword.Has(err) {
				b.t.Fatalf("got %v", err)
			}
		}
		if err := b.match("another", "guess guess", "attacker"); !auth.ErrTooMany.Has(err) {
			b.t.Errorf("got %v", err)
		}
		if err := b.match("another", "guess guess", "neighbour"); !auth.ErrWrongPassword.Has(err) {
			b.t.Errorf("the neighbour got %v", err)
		}
	})
}

func TestManySignInsFromOneShopAreNoAttack(t *testing.T) {
	t.Parallel()
	memory(t, func(b *bench) {
		b.password(subject, "the right one")
		for range 35 {
			if err := b.match("kim", "the right one", "shop", auth.Candidate{Org: org, Subject: subject}); err != nil {
				b.t.Fatal(err)
			}
		}
	})
}

func TestASessionProvesWhoIsThere(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		session, token := b.begin()
		for name, set := range map[string]func(*http.Request){"cookie": cookies(token, ""), "bearer": bearer(token)} {
			caller, err := b.identify(set)
			if err != nil || caller.Org != org || caller.Staff != subject || caller.Session != session.ID ||
				!caller.May("sale.make", store) || caller.May("sale.make", 42) || caller.May("staff.write", store) {
				b.t.Errorf("%s: got %+v %v", name, caller, err)
			}
		}
		if caller, err := b.identify(func(*http.Request) {}); err != nil || caller.Org != 0 {
			b.t.Errorf("without a proof: got %+v %v", caller, err)
		}
		tampered := token[:len(token)-2] + "AA"
		for name, wrong := range map[string]string{"a changed token": tampered, "no token at all": "hello", "half a token": token[:20]} {
			if _, err := b.identify(cookies(wrong, "")); !auth.ErrSessionEnded.Has(err) {
				b.t.Errorf("%s: got %v", name, err)
			}
		}
	})
}

func TestASessionEnds(t *testing.T) {
	t.Parallel()
	ended := func(b *bench, token string) {
		b.t.Helper()
		if caller, err := b.identify(cookies(token, "")); !auth.ErrSessionEnded.Has(err) || caller.Staff != 0 {
			b.t.Errorf("got %+v %v", caller, err)
		}
	}
	for name, end := range map[string]func(b *bench, session auth.Session){
		"when it is ended": func(b *bench, session auth.Session) {
			b.write(func(tx *database.Tx) error { return b.keeper.End(b.t.Context(), tx, org, session.ID) })
		},
		"when the password changes":         func(b *bench, _ auth.Session) { b.password(subject, "another one") },
		"when its owner is gone":            func(b *bench, _ auth.Session) { b.people.gone[subject] = true },
		"when it was idle for twelve hours": func(b *bench, _ auth.Session) { b.clock.Advance(12 * time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(b *bench) {
				session, token := b.begin()
				if _, err := b.identify(cookies(token, "")); err != nil {
					b.t.Fatal(err)
				}
				end(b, session)
				ended(b, token)
			})
		})
	}
}

func TestASessionInUseLastsButNotForEver(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		_, token := b.begin()
		for hour := 0; hour < 30*24-6; hour += 6 {
			if _, err := b.identify(cookies(token, "")); err != nil {
				b.t.Fatalf("after %d hours: %v", hour, err)
			}
			b.clock.Advance(6 * time.Hour)
		}
		b.clock.Advance(6 * time.Hour)
		if _, err := b.identify(cookies(token, "")); !auth.ErrSessionEnded.Has(err) {
			b.t.Errorf("after thirty days: got %v", err)
		}
	})
}

func TestAPairedDeviceIsKnown(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		_, token := b.pair(device)
		for name, set := range map[string]func(*http.Request){"cookie": cookies("", token), "bearer": bearer(token)} {
			caller, err := b.identify(set)
			if err != nil || caller.Org != org || caller.Device != device || caller.DeviceStore != store || caller.Staff != 0 {
				b.t.Errorf("%s: got %+v %v", name, caller, err)
			}
		}
		_, session := b.begin()
		if caller, err := b.identify(cookies(session, token)); err != nil || caller.Staff != subject || caller.Device != device {
			b.t.Errorf("with a session: got %+v %v", caller, err)
		}
		if caller, err := b.identify(cookies("ended", token)); !auth.ErrSessionEnded.Has(err) || caller.Device != device {
			b.t.Errorf("with an ended session: got %+v %v", caller, err)
		}
		_, second := b.pair(device)
		if caller, err := b.identify(cookies("", token)); err != nil || caller.Device != 0 {
			b.t.Errorf("the first token after a second pairing: got %+v %v", caller, err)
		}
		b.write(func(tx *database.Tx) error { return b.keeper.Revoke(b.t.Context(), tx, org, device) })
		if caller, err := b.identify(cookies("", second)); err != nil || caller.Device != 0 {
			b.t.Errorf("a revoked device: got %+v %v", caller, err)
		}
	})
}

func TestAnotherOrganisationsDeviceCountsForNothing(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		_, token := b.pair(device)
		var session string
		b.write(func(tx *database.Tx) error {
			var err error
			_, session, err = b.keeper.Begin(b.t.Context(), tx, 12, subject)
			return err
		})
		if caller, err := b.identify(cookies(session, token)); err != nil || caller.Org != 12 || caller.Device != 0 {
			b.t.Errorf("got %+v %v", caller, err)
		}
	})
}

func TestAPairingCodeHoldsOnce(t *testing.T) {
	t.Parallel()
	try := func(b *bench, code string) error {
		return b.db.Write(b.t.Context(), func(tx *database.Tx) error {
			_, _, _, err := b.keeper.Pair(b.t.Context(), tx, code)
			return err
		})
	}
	each(t, func(b *bench) {
		used, _ := b.pair(device)
		if err := try(b, used); !auth.ErrPairingCode.Has(err) {
			b.t.Errorf("a used code: got %v", err)
		}
		var first, second string
		b.write(func(tx *database.Tx) error {
			var err error
			if first, _, err = b.keeper.NewPairing(b.t.Context(), tx, org, device); err != nil {
				return err
			}
			second, _, err = b.keeper.NewPairing(b.t.Context(), tx, org, device)
			return err
		})
		if err := try(b, first); !auth.ErrPairingCode.Has(err) {
			b.t.Errorf("a code that was replaced: got %v", err)
		}
		if err := try(b, "12"); !auth.ErrPairingCode.Has(err) {
			b.t.Errorf("no code: got %v", err)
		}
		b.clock.Advance(10 * time.Minute)
		if err := try(b, second); !auth.ErrPairingCode.Has(err) {
			b.t.Errorf("an expired code: got %v", err)
		}
	})
}

func TestTwoDevicesCannotUseOneCodeAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		var code string
		b.write(func(tx *database.Tx) error {
			var err error
			code, _, err = b.keeper.NewPairing(b.t.Context(), tx, org, device)
			return err
		})
		outcomes := make(chan error, 8)
		for range cap(outcomes) {
			go func() {
				outcomes <- b.db.Write(b.t.Context(), func(tx *database.Tx) error {
					_, _, _, err := b.keeper.Pair(b.t.Context(), tx, code[:4]+" "+code[4:])
					return err
				})
			}()
		}
		paired := 0
		for range cap(outcomes) {
			if err := <-outcomes; err == nil {
				paired++
			} else if !auth.ErrPairingCode.Has(err) {
				b.t.Errorf("got %v", err)
			}
		}
		if paired != 1 {
			b.t.Errorf("%d devices were paired", paired)
		}
	})
}

func TestGuessingPairingCodesIsSlowedDown(t *testing.T) {
	t.Parallel()
	memory(t, func(b *bench) {
		for range 10 {
			ended, err := b.keeper.Pairing("attacker")
			if err != nil {
				b.t.Fatal(err)
			}
			ended(auth.ErrPairingCode.New())
		}
		if _, err := b.keeper.Pairing("attacker"); !auth.ErrTooMany.Has(err) {
			b.t.Errorf("got %v", err)
		}
		for range 20 {
			ended, err := b.keeper.Pairing("shop")
			if err != nil {
				b.t.Fatal(err)
			}
			ended(nil)
		}
	})
}

func TestSessionsAreListedUntilTheyEnd(t *testing.T) {
	t.Parallel()
	each(t, func(b *bench) {
		first, _ := b.begin()
		b.clock.Advance(11 * time.Hour)
		second, _ := b.begin()
		list := func() []auth.Session {
			var sessions []auth.Session
			err := b.db.Read(b.t.Context(), func(tx *database.Tx) error {
				var err error
				sessions, err = b.keeper.Sessions(b.t.Context(), tx, org, subject)
				return err
			})
			if err != nil {
				b.t.Fatal(err)
			}
			return sessions
		}
		if got := list(); len(got) != 2 || got[0].ID != first.ID || got[1].ID != second.ID {
			b.t.Errorf("got %+v", got)
		}
		b.clock.Advance(time.Hour)
		if got := list(); len(got) != 1 || got[0].ID != second.ID {
			b.t.Errorf("got %+v", got)
		}
	})
}

func TestCookiesCanOnlyBeReadByTheProgram(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	session := auth.SessionCookie("token", now, true)
	if got := session.String(); got != "dangol_session=token; Path=/; Expires=Wed, 23 Dec 2026 00:00:00 GMT; HttpOnly; Secure; SameSite=Strict" {
		t.Errorf("got %s", got)
	}
	pairing := auth.DeviceCookie("token", now, false)
	if got := pairing.String(); !strings.Contains(got, "HttpOnly; SameSite=Strict") || strings.Contains(got, "Secure") {
		t.Errorf("got %s", got)
	}
	gone := auth.EndSessionCookie(false)
	if got := gone.String(); !strings.Contains(got, "Max-Age=0") {
		t.Errorf("got %s", got)
	}
}
