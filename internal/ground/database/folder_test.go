package database_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
)

func TestOnlyOneProcessWritesInAFolder(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "data")
	release, err := database.LockFolder(folder)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := database.LockFolder(folder); !database.ErrFolderInUse.Has(err) {
		t.Fatalf("a second lock: %v", err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	again, err := database.LockFolder(folder)
	if err != nil {
		t.Fatalf("after the release: %v", err)
	}
	if err := again(); err != nil {
		t.Fatal(err)
	}
}

func TestABackupIsOneMomentsStateAndCanBeRestored(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	target := databasetest.Target(t, database.SQLite)
	db := databasetest.Reopen(t, target, nil)
	before := db.NewID()
	file := filepath.Join(t.TempDir(), "backup.db")
	if err := database.Backup(ctx, target.Folder, file); err != nil {
		t.Fatal(err)
	}
	if err := database.Backup(ctx, target.Folder, file); err == nil {
		t.Fatal("a backup overwrote an older one")
	}
	other := t.TempDir()
	if kept, err := database.Restore(ctx, file, other); err != nil || kept != "" {
		t.Fatalf("restore into an empty folder: kept %q, %v", kept, err)
	}
	restored := databasetest.Reopen(t, database.Options{Folder: other}, nil)
	if after := restored.NewID(); after <= before {
		t.Fatalf("after the restore id %d follows %d", after, before)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	kept, err := database.Restore(ctx, file, target.Folder)
	if err != nil || kept == "" {
		t.Fatalf("restore over a database: kept %q, %v", kept, err)
	}
	if _, err := os.Stat(kept); err != nil {
		t.Fatalf("what was there is gone: %v", err)
	}
}

func TestWhatIsNoBackupIsNotRestored(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	target := databasetest.Target(t, database.SQLite)
	path := filepath.Join(target.Folder, database.FileName)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(t.TempDir(), "cut.db")
	if err := os.WriteFile(cut, before[:len(before)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	text := filepath.Join(t.TempDir(), "text.db")
	if err := os.WriteFile(text, []byte("not a database"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{"half a file": cut, "a text": text, "nothing": filepath.Join(t.TempDir(), "none")} {
		if _, err := database.Restore(ctx, file, target.Folder); err == nil {
			t.Errorf("%s was restored", name)
		}
	}
	after, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(after, before) {
		t.Fatalf("a refused restore changed the database: %v", err)
	}
}
