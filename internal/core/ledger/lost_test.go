package ledger_test

import (
	"bytes"
	"context"
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
