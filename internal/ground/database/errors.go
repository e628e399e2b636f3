package database

import (
	"context"
	"errors"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"dangol/internal/ground/fault"
)

// commitLost marks an error that came while a transaction was committing and says nothing of its outcome.
type commitLost struct{ cause error }

func (e *commitLost) Error() string { return "connection lost at commit: " + e.cause.Error() }
func (e *commitLost) Unwrap() error { return e.cause }

// translate gives errors that a person can act on their fault and leaves all others as they are.
func translate(err error) error {
	var lost *commitLost
	switch {
	case err == nil || fault.As(err) != nil:
		return err
	case errors.As(err, &lost):
		return ErrUnsure.New().Because(err)
	case isFull(err):
		return ErrFull.New().Because(err)
	case isBusy(err):
		return ErrBusy.New().Because(err)
	case isUnavailable(err):
		return ErrUnavailable.New().Because(err)
	}
	return err
}

func sqliteCode(err error) (int, bool) {
	var failed *sqlite.Error
	if errors.As(err, &failed) {
		return failed.Code(), true
	}
	return 0, false
}

func postgresCode(err error) (string, bool) {
	var failed *pgconn.PgError
	if errors.As(err, &failed) {
		return failed.Code, true
	}
	return "", false
}

// IsUnique says whether err is a unique or primary key that is taken.
func IsUnique(err error) bool {
	if code, is := sqliteCode(err); is {
		return code == lib.SQLITE_CONSTRAINT_UNIQUE || code == lib.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	code, _ := postgresCode(err)
	return code == "23505"
}

// IsConstraint says whether err is any constraint of the schema that was broken: the data are at fault, not the
// database.
func IsConstraint(err error) bool {
	if code, is := sqliteCode(err); is {
		return code&0xff == lib.SQLITE_CONSTRAINT
	}
	code, _ := postgresCode(err)
	return strings.HasPrefix(code, "23")
}

// IsTransient says whether the same transaction may well succeed when it is run again: a deadlock, a lock that took too
// long, a serialization failure.
func IsTransient(err error) bool {
	code, _ := postgresCode(err)
	return code == "40001" || code == "40P01" || code == "55P03"
}

func isFull(err error) bool {
	if code, is := sqliteCode(err); is {
		return code&0xff == lib.SQLITE_FULL || code == lib.SQLITE_IOERR_WRITE || code == lib.SQLITE_IOERR_SHMSIZE
	}
	code, _ := postgresCode(err)
	return code == "53100"
}

func isBusy(err error) bool {
	if code, is := sqliteCode(err); is {
		return code&0xff == lib.SQLITE_BUSY
	}
	return IsTransient(err) || errors.Is(err, context.DeadlineExceeded)
}

func isUnavailable(err error) bool {
	if code, is := postgresCode(err); is {
		return strings.HasPrefix(code, "08") || strings.HasPrefix(code, "57P") || strings.HasPrefix(code, "53")
	}
	var network *net.OpError
	var connecting *pgconn.ConnectError
	return errors.As(err, &network) || errors.As(err, &connecting) || pgconn.SafeToRetry(err)
}
