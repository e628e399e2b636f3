package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"

	"dangol/internal/ground/id"
)

// The kinds of tokens. A token is the organisation's id, so that it is looked up within its organisation, and 256
// random bits. Only its SHA-256 is stored: with that much randomness nothing slower is needed.
const (
	sessionToken id.Kind = "dgs"
	deviceToken  id.Kind = "dgd"
)

const secretBytes = 32

// newToken makes a token of an organisation and what is stored of it.
func newToken(kind id.Kind, org int64) (token string, hash []byte) {
	var secret [secretBytes]byte
	_, _ = rand.Read(secret[:]) // never fails: crypto/rand ends the program instead
	token = kind.Format(org) + "." + base64.RawURLEncoding.EncodeToString(secret[:])
	return token, hashOf(token)
}

// parseToken reads the organisation out of a token and makes what is stored of it. It fails for anything that is no
// token of the kind.
func parseToken(kind id.Kind, token string) (org int64, hash []byte, err error) {
	owner, secret, found := strings.Cut(token, ".")
	if !found || len(secret) != base64.RawURLEncoding.EncodedLen(secretBytes) {
		return 0, nil, fmt.Errorf("no token of kind %s", kind)
	}
	if org, err = kind.Parse(owner); err != nil {
		return 0, nil, err
	}
	return org, hashOf(token), nil
}

func hashOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
