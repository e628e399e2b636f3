package database_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
)

func TestAClosedDatabaseIsOneFile(t *testing.T) {
	t.Parallel()
	target := databasetest.Target(t, database.SQLite)
	db := databasetest.Reopen(t, target, nil)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(target.Folder, database.FileName+"-wal")); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("the write-ahead log is still there: %v", err)
	}
}
