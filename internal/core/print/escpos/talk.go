package escpos

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"
)

// Line is an open line to a printer. It belongs to one goroutine.
type Line struct {
	conn     net.Conn
	patience time.Duration
	received [1]byte
}

// ErrSilent is for a printer that did not answer in time.
var ErrSilent = errors.New("escpos: the printer does not answer")

// Dial opens a line. The patience is how long one answer may take.
func Dial(ctx context.Context, address string, patience time.Duration) (*Line, error) {
	dialer := net.Dialer{Timeout: patience}
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("call printer %s: %w", address, err)
	}
	return &Line{conn: conn, patience: patience}, nil
}

// Close ends the line.
func (l *Line) Close() error { return l.conn.Close() }

// Status asks the printer how it is. It returns ErrSilent when an answer is missing.
func (l *Line) Status() (Status, error) {
	var status Status
	for _, question := range Questions {
		if err := l.write(Ask(question), l.patience); err != nil {
			return status, err
		}
		answer, err := l.await(answered, l.patience)
		if err != nil {
			return status, err
		}
		status = status.with(question, answer)
	}
	return status, nil
}

// Send sends what is to be printed, for which a slow printer with a small buffer may take the given time. An error may
// come after some of it was taken.
func (l *Line) Send(content []byte, within time.Duration) error { return l.write(content, within) }

// Done waits until the printer has worked through all that was sent, at most the given time, and returns how it is then.
// It returns ErrSilent when the printer does not say so: then nobody knows what was printed, and the status, which a
// printer also gives while it stands still, may say why.
func (l *Line) Done(within time.Duration) (Status, error) {
	if err := l.write(AskDone(), within); err != nil {
		return Status{}, err
	}
	_, waited := l.await(done, within)
	status, err := l.Status()
	return status, errors.Join(waited, err)
}

func (l *Line) write(content []byte, within time.Duration) error {
	if err := l.conn.SetWriteDeadline(soon(within)); err != nil {
		return fmt.Errorf("set the deadline: %w", err)
	}
	if _, err := l.conn.Write(content); err != nil {
		return fmt.Errorf("write to the printer: %w", err)
	}
	return nil
}

// soon is a deadline for the network, which keeps the machine's time.
func soon(within time.Duration) time.Time { return time.Now().Add(within) } //nolint:forbidigo // connections keep the machine's time

// maxNoise bounds how many bytes a printer may send instead of an answer.
const maxNoise = 4096

// await reads until an answer of the wanted kind. A block of ASB that comes in between is read whole, so that its bytes
// are not taken for answers; when it says that the printer stands still, no work will be done and nothing is waited for.
func (l *Line) await(wanted kind, within time.Duration) (byte, error) {
	deadline := soon(within)
	for range maxNoise {
		b, err := l.read(deadline)
		if err != nil {
			return 0, err
		}
		switch sort(b) {
		case wanted:
			return b, nil
		case block:
			state := [4]byte{b}
			for i := range state[1:] {
				if state[i+1], err = l.read(deadline); err != nil {
					return 0, err
				}
			}
			if wanted == done && !asb(state).Ready() {
				return 0, ErrSilent
			}
		case noise, answered, done:
		}
	}
	return 0, ErrSilent
}

func (l *Line) read(deadline time.Time) (byte, error) {
	if err := l.conn.SetReadDeadline(deadline); err != nil {
		return 0, fmt.Errorf("set the deadline: %w", err)
	}
	if _, err := l.conn.Read(l.received[:]); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrSilent, err)
	}
	return l.received[0], nil
}
