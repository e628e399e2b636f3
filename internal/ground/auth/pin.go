package auth

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
)

// How many wrong PINs are let pass within the window of attempts: of one subject, and at one device.
const (
	failuresOfPIN    = 5
	failuresOfPINsAt = 20
)

var (
	// ErrPINForm is for a new PIN that may not be chosen.
	ErrPINForm = fault.Define(fault.Invalid, "auth.pin_form",
		"PIN은 숫자 4~6자리로 정해 주세요. 1111이나 1234처럼 쉬운 번호는 쓸 수 없어요.",
		"Choose 4 to 6 digits, and no easy ones such as 1111 or 1234.")
	// ErrWrongPIN says no more than that the PIN is not this person's.
	ErrWrongPIN = fault.Define(fault.Conflict, "auth.wrong_pin",
		"PIN이 맞지 않아요. 다시 입력해 주세요.", "The PIN is not right. Type it again.")
)

var (
	putPIN = database.Register("auth.put_pin", `
		INSERT INTO auth_pin (org_id, subject_id, hash, changed_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (org_id, subject_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at`)
	deletePIN  = database.Register("auth.delete_pin", `DELETE FROM auth_pin WHERE org_id = $1 AND subject_id = $2`)
	selectPIN  = database.Register("auth.select_pin", `SELECT hash FROM auth_pin WHERE org_id = $1 AND subject_id = $2`)
	selectPINs = database.Register("auth.select_pins",
		`SELECT subject_id FROM auth_pin WHERE org_id = $1 AND subject_id = ANY_ID($2)`)
	deletePINSessions = database.Register("auth.delete_pin_sessions",
		`DELETE FROM auth_session WHERE org_id = $1 AND subject_id = $2 AND pin_device_id <> 0`)
)

var pinForm = regexp.MustCompile(`^[0-9]{4,6}$`)

// straight are the rows of keys that a finger runs along.
const straight = "01234567890 09876543210"

// HashPIN makes the stored form of a PIN, outside of a transaction because it takes long. It returns ErrPINForm for one
// that may not be chosen.
func (k *Keeper) HashPIN(ctx context.Context, pin string) (string, error) {
	if !pinForm.MatchString(pin) || strings.Count(pin, pin[:1]) == len(pin) || strings.Contains(straight, pin) {
		return "", ErrPINForm.At("pin")
	}
	return k.hasher.digest(ctx, pin)
}

// SetPIN gives a subject the PIN of which HashPIN made the stored form, or with an empty one, none. Sessions that were
// begun by the one before end.
func (k *Keeper) SetPIN(ctx context.Context, tx *database.Tx, org, subject int64, hash string) error {
	var err error
	if hash == "" {
		_, err = tx.Exec(ctx, deletePIN, org, subject)
	} else {
		_, err = tx.Exec(ctx, putPIN, org, subject, hash, tx.Micros())
	}
	if err != nil {
		return fmt.Errorf("set a PIN: %w", err)
	}
	if _, err := tx.Exec(ctx, deletePINSessions, org, subject); err != nil {
		return fmt.Errorf("end the sessions of a PIN: %w", err)
	}
	return nil
}

// HavePIN says which of the subjects have a PIN.
func (k *Keeper) HavePIN(ctx context.Context, tx *database.Tx, org int64, subjects []int64) (map[int64]bool, error) {
	have := map[int64]bool{}
	err := tx.Each(ctx, selectPINs, func(row database.Scanner) error {
		var subject int64
		err := row.Scan(&subject)
		have[subject] = true
		return err
	}, org, database.IDs(subjects))
	if err != nil {
		return nil, fmt.Errorf("read who has a PIN: %w", err)
	}
	return have, nil
}

// MatchPIN says whether a PIN that was typed at a device is the subject's. It returns ErrWrongPIN when it is not, or when
// there is none, and ErrTooMany after too many failures.
func (k *Keeper) MatchPIN(ctx context.Context, org, subject, device int64, pin string) error {
	own, at := fmt.Sprintf("pin:%d:%d", org, subject), fmt.Sprintf("pins:%d:%d", org, device)
	if err := k.attempts.take(own, failuresOfPIN); err != nil {
		return err
	}
	if err := k.attempts.take(at, failuresOfPINsAt); err != nil {
		k.attempts.giveBack(own)
		return err
	}
	err := k.comparePIN(ctx, org, subject, pin)
	switch {
	case err == nil:
		k.attempts.forget(own)
		k.attempts.giveBack(at)
	case !ErrWrongPIN.Has(err):
		k.attempts.giveBack(own)
		k.attempts.giveBack(at)
	}
	return err
}

func (k *Keeper) comparePIN(ctx context.Context, org, subject int64, pin string) error {
	var hash string
	err := k.db.Read(ctx, func(tx *database.Tx) error {
		err := tx.QueryRow(ctx, selectPIN, org, subject).Scan(&hash)
		if errors.Is(err, database.ErrNone) {
			return nil
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("read a PIN: %w", err)
	}
	matched, err := k.hasher.matches(ctx, pin, hash)
	if err == nil && !matched {
		return ErrWrongPIN.At("pin")
	}
	return err
}
