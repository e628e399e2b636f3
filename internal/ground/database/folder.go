package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"dangol/internal/ground/fault"
)

// ErrFolderInUse is for a command that writes while another program works in the same data folder.
var ErrFolderInUse = fault.Define(fault.Conflict, "database.folder_in_use",
	"다른 dangol이 이 데이터 폴더를 쓰고 있어요. 그 프로그램을 끝낸 뒤 다시 해 주세요: {folder}",
	"Another dangol is working in this data folder. Stop it first, then try again: {folder}")

const lockName = "dangol.lock"

// LockFolder makes this process the only one that writes in a data folder, which it creates if it has to. The lock goes
// with the process, however that ends. It returns ErrFolderInUse while another process holds it.
func LockFolder(folder string) (release func() error, err error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(folder, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the lock: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		closing := file.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, ErrFolderInUse.New(fault.Values{"folder": folder})
		}
		return nil, errors.Join(fmt.Errorf("lock the data folder: %w", err), closing)
	}
	return func() error {
		// Closing alone would not do while a child process that is just being started still has the file.
		return errors.Join(syscall.Flock(int(file.Fd()), syscall.LOCK_UN), file.Close())
	}, nil
}

// Backup copies SQLite's file in a data folder to a new file, also while a program writes there: the copy is one
// moment's state. It is complete on disk when Backup returns; an existing file is not overwritten.
func Backup(ctx context.Context, folder, to string) error {
	from := filepath.Join(folder, FileName)
	if _, err := os.Stat(from); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	if _, err := os.Stat(to); err == nil {
		return fmt.Errorf("back up: %s exists already", to)
	}
	partial := to + ".partial"
	if err := os.Remove(partial); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("back up: %w", err)
	}
	err := withFile(from, "&mode=ro", func(pool *sql.DB) error {
		_, err := pool.ExecContext(ctx, `VACUUM INTO ?`, partial)
		return err
	})
	if err == nil {
		err = settle(partial, to)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("back up: %w", err), removeIfThere(partial))
	}
	return nil
}

// Restore puts a backup in the place of SQLite's file in a data folder, which no program may use meanwhile (LockFolder).
// The backup is checked and copied first; what was there is kept beside it, under the name returned ("" when there was
// nothing).
func Restore(ctx context.Context, from, folder string) (kept string, err error) {
	if err := checkFile(ctx, from); err != nil {
		return "", fmt.Errorf("restore %s: %w", from, err)
	}
	partial := filepath.Join(folder, FileName+".partial")
	if err := copyFile(from, partial); err != nil {
		return "", errors.Join(fmt.Errorf("restore: %w", err), removeIfThere(partial))
	}
	current := filepath.Join(folder, FileName)
	if _, err := os.Stat(current); err == nil {
		// What the write-ahead log still holds is put into the file before it is set aside.
		err := withFile(current, "", func(pool *sql.DB) error {
			_, err := pool.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
			return err
		})
		if err != nil {
			return "", fmt.Errorf("restore: close the present file: %w", err)
		}
		//nolint:forbidigo // the name of a file, seen by its operator
		kept = current + ".before-restore-" + time.Now().UTC().Format("20060102T150405.000000")
		if err := os.Rename(current, kept); err != nil {
			return "", fmt.Errorf("restore: set the present file aside: %w", err)
		}
	}
	for _, rest := range []string{"-wal", "-shm"} {
		if err := removeIfThere(current + rest); err != nil {
			return kept, fmt.Errorf("restore: %w", err)
		}
	}
	if err := settle(partial, current); err != nil {
		return kept, fmt.Errorf("restore: %w", err)
	}
	return kept, nil
}

// checkFile fails when a file is no whole SQLite database of this program.
func checkFile(ctx context.Context, path string) error {
	if _, err := os.Stat(path); err != nil {
		return err
	}
	return withFile(path, "&mode=ro", func(pool *sql.DB) error {
		var answer string
		if err := pool.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&answer); err != nil {
			return fmt.Errorf("it is not a backup that can be read: %w", err)
		}
		if answer != "ok" {
			return fmt.Errorf("it is damaged: %s", answer)
		}
		var tables int
		err := pool.QueryRowContext(ctx, `
			SELECT COUNT(*) FROM sqlite_master WHERE name IN ('ledger_posting', 'journal_head')`).Scan(&tables)
		if err != nil {
			return err
		}
		if tables != 2 {
			return errors.New("it is a database of another program")
		}
		return nil
	})
}

func withFile(path, mode string, use func(pool *sql.DB) error) (err error) {
	address := "file:" + (&url.URL{Path: path}).EscapedPath() + "?_pragma=busy_timeout(5000)" + mode
	pool, err := sql.Open("sqlite", address)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	return use(pool)
}

func copyFile(from, to string) error {
	content, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }()
	copied, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = copied.ReadFrom(content)
	return errors.Join(err, copied.Close())
}

// settle makes a finished file appear under its name, on disk.
func settle(partial, to string) error {
	file, err := os.Open(partial)
	if err != nil {
		return err
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Rename(partial, to); err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(to))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
