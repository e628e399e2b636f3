package database

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

var (
	fillForTest = Register("database.test_fill", `
		INSERT INTO journal_event (org_id, seq, at, kind, store_id, subject_id, actor_id, body) VALUES (1, $1, 0, $2, 0, 0, 0, '{}')`)
	countForTest = Register("database.test_count", `SELECT COUNT(*) FROM journal_event`)
)

// openNew opens an empty SQLite that goes away with the test.
func openNew(t *testing.T) *DB {
	t.Helper()
	db, err := Open(t.Context(), Options{Folder: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

// limitPages makes SQLite refuse to grow, which takes the same way through it as a full disk.
func limitPages(t *testing.T, db *DB, pages int) {
	t.Helper()
	engine, is := db.engine.(*sqliteEngine)
	if !is {
		t.Fatal("this is not SQLite")
	}
	if _, err := engine.writer.exec(context.Background(), fmt.Sprintf("PRAGMA max_page_count = %d", pages), nil); err != nil {
		t.Fatal(err)
	}
}

func TestAFullDiskRefusesWritesWithAReasonAndReadsGoOn(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := openNew(t)
	big := strings.Repeat("x", 100_000)
	written := 0
	write := func() error {
		return db.Write(ctx, func(tx *Tx) error {
			_, err := tx.Exec(ctx, fillForTest, written+1, big)
			return err
		})
	}
	limitPages(t, db, 200)
	var err error
	for err == nil && written < 100 {
		if err = write(); err == nil {
			written++
		}
	}
	if !ErrFull.Has(err) {
		t.Fatalf("after %d writes: %v", written, err)
	}
	count := func() int {
		var found int
		err := db.Read(ctx, func(tx *Tx) error { return tx.QueryRow(ctx, countForTest).Scan(&found) })
		if err != nil {
			t.Fatalf("a read while the disk is full: %v", err)
		}
		return found
	}
	if found := count(); found != written {
		t.Fatalf("%d rows are there, %d were acknowledged", found, written)
	}
	if err := write(); !ErrFull.Has(err) {
		t.Fatalf("another write: %v", err)
	}
	limitPages(t, db, 100_000)
	if err := write(); err != nil {
		t.Fatalf("a write once there is room: %v", err)
	}
	if found := count(); found != written+1 {
		t.Fatalf("%d rows are there, %d were acknowledged", found, written+1)
	}
}

func TestADatabaseThatCouldLoseWhatItAcknowledgedIsRefused(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		err     error
		refused bool
	}{
		{"a durable SQLite is taken", checkSQLite(3_051_003, "wal", 2), false},
		{"an old SQLite is refused", checkSQLite(3_051_002, "wal", 2), true},
		{"SQLite without its write-ahead log is refused", checkSQLite(3_054_000, "delete", 2), true},
		{"SQLite that does not wait for the disk is refused", checkSQLite(3_054_000, "wal", 1), true},
		{"a durable PostgreSQL is taken", checkPostgres(150_000, "on", "on", "on"), false},
		{"an old PostgreSQL is refused", checkPostgres(149_999, "on", "on", "on"), true},
		{"PostgreSQL without fsync is refused", checkPostgres(180_000, "off", "on", "on"), true},
		{"PostgreSQL that commits before the disk has is refused", checkPostgres(180_000, "on", "off", "on"), true},
		{"PostgreSQL without full pages is refused", checkPostgres(180_000, "on", "on", "off"), true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if (row.err != nil) != row.refused {
				t.Fatalf("got %v", row.err)
			}
		})
	}
}

func TestAWriteThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := openNew(t)
	stop := errors.New("stop")
	err := db.Write(ctx, func(tx *Tx) error {
		if _, err := tx.Exec(ctx, fillForTest, 1, "x"); err != nil {
			return err
		}
		return stop
	})
	if !errors.Is(err, stop) {
		t.Fatalf("got %v", err)
	}
	var found int
	if err := db.Read(ctx, func(tx *Tx) error { return tx.QueryRow(ctx, countForTest).Scan(&found) }); err != nil || found != 0 {
		t.Fatalf("%d rows, %v", found, err)
	}
}

func TestASnapshotCanNotWrite(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := openNew(t)
	err := db.Read(ctx, func(tx *Tx) error {
		_, err := tx.Exec(ctx, fillForTest, 1, "x")
		return err
	})
	if err == nil {
		t.Fatal("a snapshot wrote")
	}
}

func TestStatementsAreTranslatedForEachDatabase(t *testing.T) {
	t.Parallel()
	statement := Register("database.test_translate", `SELECT 1 FROM x WHERE a = ANY_ID($2) AND b = ANY_TEXT($3) FOR UPDATE`)
	if got, want := statement.SQL(SQLite), `SELECT 1 FROM x WHERE a IN (SELECT value FROM json_each($2)) AND b IN (SELECT value FROM json_each($3))`; got != want {
		t.Errorf("SQLite gets %s", got)
	}
	if got, want := statement.SQL(Postgres), `SELECT 1 FROM x WHERE a = ANY($2::bigint[]) AND b = ANY($3::text[]) FOR UPDATE`; got != want {
		t.Errorf("PostgreSQL gets %s", got)
	}
}
