package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"time"

	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
)

// Subjects tells what those whose proofs are kept may.
type Subjects interface {
	// Grants are what a subject may. It returns ErrSessionEnded for one who may not sign in any more.
	Grants(ctx context.Context, tx *database.Tx, org, subject int64) (Grants, error)
}

// Devices tells where devices stand.
type Devices interface {
	// DeviceStore is the store of a device. It returns ErrUnpaired for one that may not be used any more.
	DeviceStore(ctx context.Context, tx *database.Tx, org, device int64) (int64, error)
}

// SessionID is the prefix of sessions' ids.
const SessionID id.Kind = "ses"

// How long proofs hold.
const (
	sessionIdle    = 12 * time.Hour
	sessionLife    = 30 * 24 * time.Hour
	renewAfter     = 15 * time.Minute
	pairingDefault = 10 * time.Minute
)

// How often may fail within the window, by login and by network address: behind one address may be a whole shop.
const (
	attemptWindow     = 15 * time.Minute
	failuresOfLogin   = 10
	failuresOfAddress = 30
	failuresOfPairing = 10
)

var (
	// ErrWrongPassword says no more than that login and password don't belong together.
	ErrWrongPassword = fault.Define(fault.Unauthorized, "auth.wrong_password",
		"아이디나 비밀번호가 맞지 않아요. 다시 확인해 주세요.", "Login or password is not right. Check both.")
	// ErrPairingCode is for a code that was never given, was used or has expired.
	ErrPairingCode = fault.Define(fault.Invalid, "auth.pairing_code",
		"연결 코드가 맞지 않거나 시간이 지났어요. 콘솔에서 새 코드를 받아 주세요.",
		"This pairing code is not right or has expired. Get a new one in the console.")
)

// Options say how proofs are kept.
type Options struct {
	// PairingLife is how long a pairing code holds; 0 is ten minutes.
	PairingLife time.Duration
	// ByPIN are the permissions that someone has who proved by PIN who they are, of those that they hold.
	ByPIN []Permission
}

// Keeper keeps proofs.
type Keeper struct {
	db       *database.DB
	subjects Subjects
	devices  Devices
	options  Options
	hasher   *hasher
	attempts *limiter
}

// NewKeeper makes the one keeper of a database, which it does not touch before it is asked something.
func NewKeeper(db *database.DB, subjects Subjects, devices Devices, options Options) *Keeper {
	if options.PairingLife == 0 {
		options.PairingLife = pairingDefault
	}
	return &Keeper{
		db: db, subjects: subjects, devices: devices, options: options,
		hasher: newHasher(), attempts: newLimiter(func() time.Time { return db.Clock().Now() }, attemptWindow),
	}
}

var (
	putPassword = database.Register("auth.put_password", `
		INSERT INTO auth_password (org_id, subject_id, hash, changed_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (org_id, subject_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at`)
	selectPassword = database.Register("auth.select_password",
		`SELECT hash FROM auth_password WHERE org_id = $1 AND subject_id = $2`)
	insertSession = database.Register("auth.insert_session", `
		INSERT INTO auth_session (org_id, id, subject_id, token_hash, created_at, expires_at, pin_device_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`)
	selectSession = database.Register("auth.select_session", `
		SELECT id, subject_id, created_at, expires_at, pin_device_id FROM auth_session WHERE org_id = $1 AND token_hash = $2`)
	renewSession = database.Register("auth.renew_session",
		`UPDATE auth_session SET expires_at = $3 WHERE org_id = $1 AND id = $2`)
	deleteSession         = database.Register("auth.delete_session", `DELETE FROM auth_session WHERE org_id = $1 AND id = $2`)
	deleteSessions        = database.Register("auth.delete_sessions", `DELETE FROM auth_session WHERE org_id = $1 AND subject_id = $2`)
	deleteExpiredSessions = database.Register("auth.delete_expired_sessions",
		`DELETE FROM auth_session WHERE org_id = $1 AND subject_id = $2 AND expires_at <= $3`)
	selectSessions = database.Register("auth.select_sessions", `
		SELECT id, subject_id, created_at, expires_at FROM auth_session
		WHERE org_id = $1 AND subject_id = $2 AND expires_at > $3 ORDER BY id LIMIT $4`)
	putDeviceToken = database.Register("auth.put_device_token", `
		INSERT INTO auth_device_token (org_id, device_id, token_hash, created_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (org_id, device_id) DO UPDATE SET token_hash = excluded.token_hash, created_at = excluded.created_at`)
	selectDeviceToken = database.Register("auth.select_device_token",
		`SELECT device_id FROM auth_device_token WHERE org_id = $1 AND token_hash = $2`)
	deleteDeviceToken = database.Register("auth.delete_device_token",
		`DELETE FROM auth_device_token WHERE org_id = $1 AND device_id = $2`)
	putPairing = database.Register("auth.put_pairing", `
		INSERT INTO auth_pairing (org_id, device_id, code_hash, expires_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (org_id, device_id) DO UPDATE SET code_hash = excluded.code_hash, expires_at = excluded.expires_at`)
	selectPairings = database.Register("auth.select_pairings", `
		SELECT org_id, device_id FROM auth_pairing WHERE code_hash = $1 AND expires_at > $2 ORDER BY org_id, device_id LIMIT 2`)
	deletePairing = database.Register("auth.delete_pairing",
		`DELETE FROM auth_pairing WHERE org_id = $1 AND device_id = $2 AND code_hash = $3`)
	dropPairing = database.Register("auth.drop_pairing", `DELETE FROM auth_pairing WHERE org_id = $1 AND device_id = $2`)
)

// Hash makes the stored form of a password, outside of a transaction because it takes long. It returns ErrPasswordForm
// for one that may not be chosen.
func (k *Keeper) Hash(ctx context.Context, password string) (string, error) {
	return k.hasher.hash(ctx, password)
}

// SetPassword gives a subject the password of which Hash made the stored form, and ends all its sessions.
func (k *Keeper) SetPassword(ctx context.Context, tx *database.Tx, org, subject int64, hash string) error {
	if _, err := tx.Exec(ctx, putPassword, org, subject, hash, tx.Micros()); err != nil {
		return fmt.Errorf("set a password: %w", err)
	}
	return k.EndSessions(ctx, tx, org, subject)
}

// Candidate is a subject who may be meant by a login.
type Candidate struct{ Org, Subject int64 }

// Attempt is one try to sign in.
type Attempt struct {
	Login, Password string
	// Address is the network address it comes from.
	Address string
}

// Match says which of the candidates has the password. It returns ErrWrongPassword when none has, after as long a time
// as if there had been one, and ErrTooMany for a login or an address that has failed too often.
func (k *Keeper) Match(ctx context.Context, attempt Attempt, candidates []Candidate) (Candidate, error) {
	login, address := "login:"+string(hashOf(strings.ToLower(attempt.Login))), "address:"+attempt.Address
	if err := k.attempts.take(login, failuresOfLogin); err != nil {
		return Candidate{}, err
	}
	if err := k.attempts.take(address, failuresOfAddress); err != nil {
		k.attempts.giveBack(login)
		return Candidate{}, err
	}
	candidate, err := k.match(ctx, attempt.Password, candidates)
	switch {
	case err == nil:
		k.attempts.forget(login)
		k.attempts.giveBack(address)
	case !ErrWrongPassword.Has(err):
		k.attempts.giveBack(login)
		k.attempts.giveBack(address)
	}
	return candidate, err
}

func (k *Keeper) match(ctx context.Context, password string, candidates []Candidate) (Candidate, error) {
	if len(candidates) == 0 {
		candidates = []Candidate{{}}
	}
	for _, candidate := range candidates {
		hash, err := k.passwordOf(ctx, candidate)
		if err != nil {
			return Candidate{}, err
		}
		matched, err := k.hasher.matches(ctx, password, hash)
		if err != nil {
			return Candidate{}, err
		}
		if matched {
			return candidate, nil
		}
	}
	return Candidate{}, ErrWrongPassword.New()
}

// passwordOf reads a stored hash: "" when there is none.
func (k *Keeper) passwordOf(ctx context.Context, candidate Candidate) (string, error) {
	var hash string
	err := k.db.Read(ctx, func(tx *database.Tx) error {
		err := tx.QueryRow(ctx, selectPassword, candidate.Org, candidate.Subject).Scan(&hash)
		if errors.Is(err, database.ErrNone) {
			return nil
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("read a password: %w", err)
	}
	return hash, nil
}

// Session is a sign-in that holds.
type Session struct {
	ID, Subject int64
	Created     time.Time
	Expires     time.Time
}

// Begin opens a session of a subject and gives its token, which is shown once.
func (k *Keeper) Begin(ctx context.Context, tx *database.Tx, org, subject int64) (Session, string, error) {
	return k.begin(ctx, tx, org, subject, 0)
}

// BeginByPIN opens a session that holds at one device, and for what Options.ByPIN names.
func (k *Keeper) BeginByPIN(ctx context.Context, tx *database.Tx, org, subject, device int64) (Session, string, error) {
	return k.begin(ctx, tx, org, subject, device)
}

func (k *Keeper) begin(ctx context.Context, tx *database.Tx, org, subject, device int64) (Session, string, error) {
	if _, err := tx.Exec(ctx, deleteExpiredSessions, org, subject, tx.Micros()); err != nil {
		return Session{}, "", fmt.Errorf("clear expired sessions: %w", err)
	}
	token, hash := newToken(sessionToken, org)
	session := Session{ID: k.db.NewID(), Subject: subject, Created: tx.Now(), Expires: tx.Now().Add(sessionIdle)}
	_, err := tx.Exec(ctx, insertSession, org, session.ID, subject, hash, tx.Micros(), session.Expires.UnixMicro(), device)
	if err != nil {
		return Session{}, "", fmt.Errorf("open a session: %w", err)
	}
	return session, token, nil
}

// End ends one session.
func (k *Keeper) End(ctx context.Context, tx *database.Tx, org, session int64) error {
	if _, err := tx.Exec(ctx, deleteSession, org, session); err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	return nil
}

// EndSessions ends all sessions of a subject.
func (k *Keeper) EndSessions(ctx context.Context, tx *database.Tx, org, subject int64) error {
	if _, err := tx.Exec(ctx, deleteSessions, org, subject); err != nil {
		return fmt.Errorf("end sessions: %w", err)
	}
	return nil
}

// maxSessions is how many of a subject's sessions are listed.
const maxSessions = 100

// Sessions lists the sessions of a subject that hold.
func (k *Keeper) Sessions(ctx context.Context, tx *database.Tx, org, subject int64) ([]Session, error) {
	return database.List(ctx, tx, selectSessions, scanSession, org, subject, tx.Micros(), maxSessions)
}

func scanSession(row database.Scanner) (Session, error) {
	var session Session
	var created, expires int64
	err := row.Scan(&session.ID, &session.Subject, &created, &expires)
	session.Created, session.Expires = time.UnixMicro(created).UTC(), time.UnixMicro(expires).UTC()
	return session, err
}

// Identify finds out who sends a request, by the cookies or by the bearer token. Nobody is no error; ErrSessionEnded is
// for a token of a session that no longer holds, beside the device that the request comes from.
func (k *Keeper) Identify(ctx context.Context, request *http.Request) (Caller, error) {
	session, device := tokens(request)
	if session == "" && device == "" {
		return Caller{}, nil
	}
	var caller Caller
	var renew *Session
	var ended error
	err := k.db.Read(ctx, func(tx *database.Tx) error {
		var err error
		if caller, renew, err = k.sessionCaller(ctx, tx, session); err != nil {
			if !ErrSessionEnded.Has(err) {
				return err
			}
			caller, ended = Caller{}, err
		}
		if err := k.addDevice(ctx, tx, device, &caller); err != nil {
			return err
		}
		if caller.pinDevice != 0 && caller.pinDevice != caller.Device {
			caller = Caller{Org: caller.Org, Device: caller.Device, DeviceStore: caller.DeviceStore}
			renew, ended = nil, ErrSessionEnded.New()
		}
		return nil
	})
	if err != nil {
		return Caller{}, fmt.Errorf("identify the caller: %w", err)
	}
	if renew != nil {
		k.renew(ctx, caller.Org, *renew)
	}
	return caller, ended
}

// renewTimeout bounds how long a request waits so that its session lasts longer.
const renewTimeout = time.Second

// renew lets a session last longer. That it can't, on a full disk or a busy database, is no reason to refuse a request
// that only reads: the next one tries again.
func (k *Keeper) renew(ctx context.Context, org int64, session Session) {
	ctx, cancel := context.WithTimeout(ctx, renewTimeout)
	defer cancel()
	_ = k.db.Write(ctx, func(tx *database.Tx) error {
		_, err := tx.Exec(ctx, renewSession, org, session.ID, session.Expires.UnixMicro())
		return err
	})
}

// tokens reads the proofs that a request carries.
func tokens(request *http.Request) (session, device string) {
	if cookie, err := request.Cookie(SessionCookieName); err == nil {
		session = cookie.Value
	}
	if cookie, err := request.Cookie(DeviceCookieName); err == nil {
		device = cookie.Value
	}
	scheme, token, found := strings.Cut(request.Header.Get("Authorization"), " ")
	if found && strings.EqualFold(scheme, "Bearer") {
		if strings.HasPrefix(token, string(deviceToken)+"_") {
			device = token
		} else {
			session = token
		}
	}
	return session, device
}

// sessionCaller is whom a session's token proves, and the session when it is time to renew it.
func (k *Keeper) sessionCaller(ctx context.Context, tx *database.Tx, token string) (Caller, *Session, error) {
	if token == "" {
		return Caller{}, nil, nil
	}
	org, hash, err := parseToken(sessionToken, token)
	if err != nil {
		return Caller{}, nil, ErrSessionEnded.New().Because(err)
	}
	var session Session
	var created, expires, pinDevice int64
	err = tx.QueryRow(ctx, selectSession, org, hash).Scan(&session.ID, &session.Subject, &created, &expires, &pinDevice)
	if errors.Is(err, database.ErrNone) || err == nil && expires <= tx.Micros() {
		return Caller{}, nil, ErrSessionEnded.New()
	}
	if err != nil {
		return Caller{}, nil, err
	}
	grants, err := k.subjects.Grants(ctx, tx, org, session.Subject)
	if err != nil {
		return Caller{}, nil, err
	}
	if pinDevice != 0 {
		grants = grants.Only(k.options.ByPIN)
	}
	caller := Caller{Org: org, Staff: session.Subject, Session: session.ID, Grants: grants, pinDevice: pinDevice}
	end := time.UnixMicro(created).UTC().Add(sessionLife)
	session.Expires = tx.Now().Add(sessionIdle)
	if session.Expires.After(end) {
		session.Expires = end
	}
	if session.Expires.UnixMicro()-expires < renewAfter.Microseconds() {
		return caller, nil, nil
	}
	return caller, &session, nil
}

// addDevice adds the paired device that a token proves. A device of another organisation than the session's counts for
// nothing.
func (k *Keeper) addDevice(ctx context.Context, tx *database.Tx, token string, caller *Caller) error {
	if token == "" {
		return nil
	}
	org, hash, err := parseToken(deviceToken, token)
	if err != nil || caller.Org != 0 && caller.Org != org {
		return nil //nolint:nilerr // a token that is none proves nothing: the device is not paired
	}
	var device int64
	err = tx.QueryRow(ctx, selectDeviceToken, org, hash).Scan(&device)
	if errors.Is(err, database.ErrNone) {
		return nil
	}
	if err != nil {
		return err
	}
	store, err := k.devices.DeviceStore(ctx, tx, org, device)
	if ErrUnpaired.Has(err) {
		return nil
	}
	if err != nil {
		return err
	}
	caller.Org, caller.Device, caller.DeviceStore = org, device, store
	return nil
}

// pairingDigits is how long a pairing code is: short enough to type, and too long to be guessed in its time.
const (
	pairingDigits = 8
	pairingTries  = 10
)

// NewPairing makes a code by which a device can be paired once. An earlier one of the device no longer holds.
func (k *Keeper) NewPairing(ctx context.Context, tx *database.Tx, org, device int64) (code string, expires time.Time, err error) {
	for range pairingTries {
		number, err := rand.Int(rand.Reader, big.NewInt(100_000_000))
		if err != nil {
			return "", time.Time{}, fmt.Errorf("make a pairing code: %w", err)
		}
		code = fmt.Sprintf("%0*d", pairingDigits, number)
		taken, err := database.List(ctx, tx, selectPairings, scanCandidate, hashOf(code), tx.Micros())
		if err != nil {
			return "", time.Time{}, fmt.Errorf("make a pairing code: %w", err)
		}
		if len(taken) > 0 {
			continue
		}
		expires = tx.Now().Add(k.options.PairingLife)
		if _, err := tx.Exec(ctx, putPairing, org, device, hashOf(code), expires.UnixMicro()); err != nil {
			return "", time.Time{}, fmt.Errorf("keep a pairing code: %w", err)
		}
		return code, expires, nil
	}
	return "", time.Time{}, fmt.Errorf("no free pairing code in %d tries", pairingTries)
}

func scanCandidate(row database.Scanner) (Candidate, error) {
	var found Candidate
	err := row.Scan(&found.Org, &found.Subject)
	return found, err
}

// Pairing counts an attempt of an address to pair: ErrTooMany when there were too many failures. The function that it
// gives is called with the attempt's outcome.
func (k *Keeper) Pairing(address string) (ended func(error), err error) {
	name := "pairing:" + address
	if err := k.attempts.take(name, failuresOfPairing); err != nil {
		return nil, err
	}
	return func(outcome error) {
		if !ErrPairingCode.Has(outcome) {
			k.attempts.giveBack(name)
		}
	}, nil
}

// Pair uses a code up and gives the device its token. It returns ErrPairingCode for a code that does not hold; should
// two devices have been given the same one, neither gets it.
func (k *Keeper) Pair(ctx context.Context, tx *database.Tx, code string) (org, device int64, token string, err error) {
	digits := strings.NewReplacer(" ", "", "-", "").Replace(code)
	found, err := database.List(ctx, tx, selectPairings, scanCandidate, hashOf(digits), tx.Micros())
	if err != nil {
		return 0, 0, "", fmt.Errorf("read a pairing code: %w", err)
	}
	if len(found) != 1 {
		return 0, 0, "", ErrPairingCode.At("code")
	}
	org, device = found[0].Org, found[0].Subject
	used, err := tx.Exec(ctx, deletePairing, org, device, hashOf(digits))
	if err != nil {
		return 0, 0, "", fmt.Errorf("use a pairing code: %w", err)
	}
	if used != 1 {
		return 0, 0, "", ErrPairingCode.At("code")
	}
	token, hash := newToken(deviceToken, org)
	if _, err := tx.Exec(ctx, putDeviceToken, org, device, hash, tx.Micros()); err != nil {
		return 0, 0, "", fmt.Errorf("keep a device's token: %w", err)
	}
	return org, device, token, nil
}

// Revoke ends a device's token and its pairing code.
func (k *Keeper) Revoke(ctx context.Context, tx *database.Tx, org, device int64) error {
	if _, err := tx.Exec(ctx, deleteDeviceToken, org, device); err != nil {
		return fmt.Errorf("revoke a device's token: %w", err)
	}
	if _, err := tx.Exec(ctx, dropPairing, org, device); err != nil {
		return fmt.Errorf("revoke a device's pairing code: %w", err)
	}
	return nil
}
