package ledger_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"dangol/internal/core/ledger"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
)

// cutter stands between the program and PostgreSQL, and cuts the line at a COMMIT when it is told to.
type cutter struct {
	network, server string
	// cut is how many commits lose their line; reach says whether the server hears of them before.
	cut   atomic.Int64
	reach bool
	lost  atomic.Int64
	// after, when above zero, ends the line that sends next behind so many of its messages.
	after atomic.Int64
}

// upTo gives so many messages of a chunk: each is a letter and its length
// (https://www.postgresql.org/docs/current/protocol-message-formats.html). There are fewer when it has no more.
func upTo(chunk []byte, messages int64) (part []byte, left int64) {
	at := 0
	for ; messages > 0 && at+5 <= len(chunk); messages-- {
		at += 1 + int(binary.BigEndian.Uint32(chunk[at+1:]))
	}
	return chunk[:min(at, len(chunk))], messages
}

// cutAt opens a migrated PostgreSQL through a cutter.
func cutAt(t *testing.T, reach bool) (*cutter, *database.DB) {
	t.Helper()
	target := databasetest.Target(t, database.Postgres)
	config, err := pgx.ParseConfig(target.URL)
	if err != nil {
		t.Fatal(err)
	}
	c := &cutter{network: "tcp", server: net.JoinHostPort(config.Host, fmt.Sprint(config.Port)), reach: reach}
	if strings.HasPrefix(config.Host, "/") {
		c.network, c.server = "unix", filepath.Join(config.Host, fmt.Sprintf(".s.PGSQL.%d", config.Port))
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var lines sync.WaitGroup
	lines.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			lines.Go(func() { c.serve(client) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		lines.Wait()
	})
	address := fmt.Sprintf("postgres://%s:%s@%s/%s?sslmode=disable", config.User, config.Password, listener.Addr(), config.Database)
	return c, databasetest.Reopen(t, database.Options{URL: address}, clock.At(start))
}

func (c *cutter) serve(client net.Conn) {
	defer func() { _ = client.Close() }()
	server, err := net.Dial(c.network, c.server)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	var answers sync.WaitGroup
	var mute atomic.Bool
	answered := make(chan struct{}, 1)
	answers.Go(func() {
		defer func() { _ = client.Close() }()
		chunk := make([]byte, 64<<10)
		for {
			n, err := server.Read(chunk)
			if err != nil {
				return
			}
			if mute.Load() {
				answered <- struct{}{}
				return
			}
			if _, err := client.Write(chunk[:n]); err != nil {
				return
			}
		}
	})
	defer answers.Wait()
	defer func() { _ = server.Close() }()
	chunk := make([]byte, 64<<10)
	var left int64
	for {
		n, err := client.Read(chunk)
		if err != nil {
			return
		}
		if bytes.Contains(bytes.ToLower(chunk[:n]), []byte("commit\x00")) && c.cut.Add(-1) >= 0 {
			c.lost.Add(1)
			if c.reach {
				mute.Store(true)
				_, _ = server.Write(chunk[:n])
				<-answered
			}
			return
		}
		if after := c.after.Swap(0); after > 0 {
			left = after
		}
		if left > 0 {
			var part []byte
			if part, left = upTo(chunk[:n], left); left == 0 {
				c.lost.Add(1)
				_, _ = server.Write(part)
				return
			}
		}
		if _, err := io.Copy(server, bytes.NewReader(chunk[:n])); err != nil {
			return
		}
	}
}

func TestALostCommitIsSettledByKey(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		reach bool
	}{
		{"that had reached the server", true},
		{"that had not reached the server", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			cut, db := cutAt(t, row.reach)
			books := ledger.New(db, databasetest.Quiet())
			t.Cleanup(books.Close)
			b := &bench{Ledger: books, t: t, db: db, clock: clock.At(start)}
			known := b.unit(receive(1))
			b.commitUnit(known, nil)
			for range 5 {
				cut.cut.Store(2)
				repeated := known
				repeated.Posting = db.NewID()
				units := []ledger.Unit{b.unit(receive(1)), b.unit(receive(1)), b.unit(sell(1)), repeated}
				outcomes := make([]ledger.Outcome, len(units))
				var wait sync.WaitGroup
				for i := range units {
					wait.Go(func() {
						var err error
						if outcomes[i], err = b.Commit(context.Background(), units[i]); err != nil {
							t.Errorf("commit: %v", err)
						}
					})
				}
				wait.Wait()
				for i, outcome := range outcomes {
					if outcome.Replayed != (i == 3) {
						t.Errorf("outcome %d is replayed: %v", i, outcome.Replayed)
					}
				}
			}
			if cut.lost.Load() == 0 {
				t.Fatal("no commit was lost")
			}
			cut.cut.Store(0)
			b.available(shelf, 6)
			b.verify()
		})
	}
}

// The line to PostgreSQL is cut behind every message in turn of what a sale sends: before and after each statement, and
// behind COMMIT before the answer. Each time the sale happens once.
func TestALineMayBeCutBehindEveryMessage(t *testing.T) {
	t.Parallel()
	cut, db := cutAt(t, true)
	books := ledger.New(db, databasetest.Quiet())
	t.Cleanup(books.Close)
	b := &bench{Ledger: books, t: t, db: db, clock: clock.At(start)}
	sale := func() ledger.Unit {
		unit := b.unit(receive(1))
		unit.Claims = []ledger.Claim{{Scope: "receipt", Value: unit.Key}}
		return unit
	}
	sales, cuts := int64(0), int64(0)
	for messages := range int64(soak(60, 200)) {
		// Two writers have a line each, and prepare what they send first: not each time so much is sent at once.
		b.commitUnit(sale(), nil)
		cut.lost.Store(0)
		cut.after.Store(messages + 1)
		cutSale := sale()
		_, err := b.Commit(context.Background(), cutSale)
		if database.ErrUnavailable.Has(err) { // it was cut while it connected: who hears that sends it again
			_, err = b.Commit(context.Background(), cutSale)
		}
		if err != nil {
			t.Fatalf("cut behind %d messages: %v", messages+1, err)
		}
		cut.after.Store(0)
		sales += 2
		b.available(shelf, sales)
		cuts += cut.lost.Load()
	}
	if cuts < 20 {
		t.Errorf("the line was cut %d times only", cuts)
	}
	b.verify()
}
