package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"dangol/internal/ground/fault"
)

// The parameters of argon2id are the second of those that OWASP recommends as equals: 19 MiB, two passes, one lane
// (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html).
const (
	argonMemoryKiB = 19 * 1024
	argonPasses    = 2
	argonLanes     = 1
	saltBytes      = 16
	hashBytes      = 32
)

// The limits of a password: NIST SP 800-63B §5.1.1 asks for at least 8 characters and for letting people use 64.
const (
	minPasswordRunes = 8
	maxPasswordBytes = 512
)

// What hashing may take at once: each takes 19 MiB and a core for some tens of milliseconds.
const (
	maxWaiting  = 64
	maxHashWait = 5 * time.Second
)

var (
	// ErrPasswordForm is for a new password that is too short or too long.
	ErrPasswordForm = fault.Define(fault.Invalid, "auth.password_form",
		"비밀번호는 8자 이상으로 정해 주세요.", "Choose a password of at least 8 characters.")
	// ErrBusy is for a moment in which too many sign in at once.
	ErrBusy = fault.Define(fault.Busy, "auth.busy",
		"지금은 로그인이 몰리고 있어요. 잠시 뒤 다시 해 주세요.", "Too many people are signing in. Try again in a moment.")
)

// hasher makes and compares password hashes, few at a time.
type hasher struct {
	turns   chan struct{}
	waiting chan struct{}

	dummyOnce sync.Once
	dummy     string
}

func newHasher() *hasher {
	return &hasher{turns: make(chan struct{}, max(1, min(4, runtime.NumCPU()))), waiting: make(chan struct{}, maxWaiting)}
}

// turn waits until one more hash may be computed, and gives the function that ends it.
func (h *hasher) turn(ctx context.Context) (func(), error) {
	select {
	case h.waiting <- struct{}{}:
		defer func() { <-h.waiting }()
	default:
		return nil, ErrBusy.New()
	}
	ctx, cancel := context.WithTimeout(ctx, maxHashWait)
	defer cancel()
	select {
	case h.turns <- struct{}{}:
		return func() { <-h.turns }, nil
	case <-ctx.Done():
		return nil, ErrBusy.New().Because(ctx.Err())
	}
}

// hash makes the stored form of a password. It returns ErrPasswordForm for one that may not be chosen.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	if utf8.RuneCountInString(password) < minPasswordRunes || len(password) > maxPasswordBytes || !utf8.ValidString(password) {
		return "", ErrPasswordForm.At("password")
	}
	return h.digest(ctx, password)
}

// digest makes the stored form of a secret, as a PHC string.
func (h *hasher) digest(ctx context.Context, secret string) (string, error) {
	end, err := h.turn(ctx)
	if err != nil {
		return "", err
	}
	defer end()
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails: crypto/rand ends the program instead
	sum := argon2.IDKey(normal(secret), salt, argonPasses, argonMemoryKiB, argonLanes, hashBytes)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemoryKiB, argonPasses, argonLanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(sum)), nil
}

// matches says whether the password has the hash. An empty hash, of someone who is not there, takes as long as any and
// matches nothing.
func (h *hasher) matches(ctx context.Context, password, hash string) (bool, error) {
	if len(password) > maxPasswordBytes {
		return false, nil
	}
	nobody := hash == ""
	if nobody {
		hash = h.dummyHash()
	}
	end, err := h.turn(ctx)
	if err != nil {
		return false, err
	}
	defer end()
	salt, want, memory, passes, lanes, err := parsePHC(hash)
	if err != nil {
		return false, err
	}
	got := argon2.IDKey(normal(password), salt, passes, memory, lanes, uint32(len(want))) //nolint:gosec // parsePHC limits it
	return subtle.ConstantTimeCompare(got, want) == 1 && !nobody, nil
}

// dummyHash is compared with when there is no hash: of nobody's password, with the parameters of today.
func (h *hasher) dummyHash() string {
	h.dummyOnce.Do(func() {
		var random [hashBytes]byte
		_, _ = rand.Read(random[:]) // never fails: crypto/rand ends the program instead
		encoded := base64.RawStdEncoding.EncodeToString(random[:])
		h.dummy = fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemoryKiB, argonPasses,
			argonLanes, encoded[:22], encoded)
	})
	return h.dummy
}

// normal makes one password out of the ways to type it (RFC 8265 §4.2 asks for NFC).
func normal(password string) []byte { return norm.NFC.Bytes([]byte(password)) }

var errPHC = errors.New("auth: the stored hash can't be read")

// parsePHC reads $argon2id$v=19$m=…,t=…,p=…$salt$hash, within limits that keep a broken row from taking the machine.
func parsePHC(text string) (salt, sum []byte, memory, passes uint32, lanes uint8, err error) {
	parts := strings.Split(text, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return nil, nil, 0, 0, 0, errPHC
	}
	var version int
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return nil, nil, 0, 0, 0, errPHC
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &lanes); err != nil {
		return nil, nil, 0, 0, 0, errPHC
	}
	salt, errSalt := base64.RawStdEncoding.DecodeString(parts[4])
	sum, errSum := base64.RawStdEncoding.DecodeString(parts[5])
	if errSalt != nil || errSum != nil || len(sum) < 16 || len(sum) > 64 || memory > 1<<20 || passes < 1 || passes > 10 || lanes < 1 {
		return nil, nil, 0, 0, 0, errPHC
	}
	return salt, sum, memory, passes, lanes, nil
}
