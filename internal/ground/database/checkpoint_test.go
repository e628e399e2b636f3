package database

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheLogIsCopiedWhileOthersWrite(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	folder := t.TempDir()
	db, err := Open(ctx, Options{Folder: folder})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	engine, is := db.engine.(*sqliteEngine)
	if !is {
		t.Fatal("this is not SQLite")
	}
	const at, written = 1 << 20, 64 << 20
	engine.checkpointAt.Store(at)
	body := strings.Repeat("x", 64<<10)
	for seq := range written / len(body) {
		err := db.Write(ctx, func(tx *Tx) error {
			_, err := tx.Exec(ctx, fillForTest, seq+1, body)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(filepath.Join(folder, FileName+"-wal"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > written/2 {
		t.Fatalf("the log has grown to %d bytes", info.Size())
	}
}
