// Package databasetest gives tests migrated databases of their own, on SQLite and on PostgreSQL. A test that can't have
// one fails: nothing is skipped.
package databasetest

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
)

// Dialects are the databases on which everything is tested.
var Dialects = []database.Dialect{database.SQLite, database.Postgres}

// Each runs the test on an empty, migrated database of each kind, in parallel.
func Each(t *testing.T, test func(t *testing.T, db *database.DB)) {
	t.Helper()
	for _, dialect := range Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			test(t, Open(t, dialect, nil))
		})
	}
}

// Open opens an empty, migrated database that goes away with the test. Its time comes from the clock; nil is the
// system's.
func Open(t testing.TB, dialect database.Dialect, from clock.Clock) *database.DB {
	t.Helper()
	return Reopen(t, Target(t, dialect), from)
}

// Target makes an empty, migrated database and says how to open it: for tests that open it more than once, or from
// another process.
func Target(t testing.TB, dialect database.Dialect) database.Options {
	t.Helper()
	if dialect == database.Postgres {
		return database.Options{URL: clonePostgres(t)}
	}
	return copySQLite(t, sqliteTemplate(t))
}

// Copy copies a target that nothing has open.
func Copy(t testing.TB, from database.Options) database.Options {
	t.Helper()
	if from.URL == "" {
		return copySQLite(t, filepath.Join(from.Folder, database.FileName))
	}
	config, err := pgx.ParseConfig(from.URL)
	if err != nil {
		t.Fatalf("read the address: %v", err)
	}
	return database.Options{URL: copyPostgres(t, config.Database)}
}

func copySQLite(t testing.TB, from string) database.Options {
	t.Helper()
	folder := t.TempDir()
	content, err := os.ReadFile(from)
	if err != nil {
		t.Fatalf("read the database: %v", err)
	}
	if err := os.WriteFile(filepath.Join(folder, database.FileName), content, 0o600); err != nil {
		t.Fatalf("write the database: %v", err)
	}
	return database.Options{Folder: folder}
}

// Reopen opens a target.
func Reopen(t testing.TB, target database.Options, from clock.Clock) *database.DB {
	t.Helper()
	target.Clock = from
	target.Logger = Quiet()
	db, err := database.Open(context.Background(), target)
	if err != nil {
		t.Fatalf("open the database: %v", err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(context.Background()); err != nil {
		t.Fatalf("migrate: %v", err)
	}
	return db
}

// Quiet is a logger that keeps nothing.
func Quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// The templates are made once for each test binary: copying a migrated database is quicker than migrating one.
var (
	sqliteOnce   sync.Once
	sqlitePath   string
	sqliteErr    error
	postgresOnce sync.Once
	postgresName string
	postgresErr  error
	copies       atomic.Int64
)

func sqliteTemplate(t testing.TB) string {
	t.Helper()
	sqliteOnce.Do(func() {
		var folder string
		if folder, sqliteErr = os.MkdirTemp("", "dangol-template-"); sqliteErr != nil {
			return
		}
		sqlitePath = filepath.Join(folder, database.FileName)
		sqliteErr = prepare(database.Options{Folder: folder, Logger: Quiet()})
	})
	if sqliteErr != nil {
		t.Fatalf("make the SQLite template: %v", sqliteErr)
	}
	return sqlitePath
}

// prepare migrates a database and closes it.
func prepare(options database.Options) error {
	db, err := database.Open(context.Background(), options)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	return db.Migrate(context.Background())
}

func clonePostgres(t testing.TB) string {
	t.Helper()
	server := URL(t)
	postgresOnce.Do(func() {
		postgresName = fmt.Sprintf("dangol_template_%d", os.Getpid())
		if postgresErr = administer(server, "CREATE DATABASE "+postgresName+" TEMPLATE template0 ENCODING 'UTF8'"); postgresErr != nil {
			return
		}
		postgresErr = prepare(database.Options{URL: named(server, postgresName), Logger: Quiet()})
	})
	if postgresErr != nil {
		t.Fatalf("make the PostgreSQL template: %v", postgresErr)
	}
	return copyPostgres(t, postgresName)
}

// copyPostgres copies a database that nobody is connected to.
func copyPostgres(t testing.TB, from string) string {
	t.Helper()
	server := URL(t)
	name := fmt.Sprintf("dangol_test_%d_%d", os.Getpid(), copies.Add(1))
	if err := administer(server, "CREATE DATABASE "+name+" TEMPLATE "+from); err != nil {
		t.Fatalf("copy %s: %v", from, err)
	}
	t.Cleanup(func() {
		if err := administer(server, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("drop the database: %v", err)
		}
	})
	return named(server, name)
}

// administration is one at a time: PostgreSQL refuses to copy a template that someone is connected to.
var administration sync.Mutex

func administer(server, command string) error {
	administration.Lock()
	defer administration.Unlock()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, command)
	return err
}

// named is the address of another database on the same server.
func named(server, name string) string {
	address, err := url.Parse(server)
	if err != nil || !strings.HasPrefix(address.Scheme, "postgres") {
		return server + " dbname=" + name
	}
	address.Path = "/" + name
	return address.String()
}
