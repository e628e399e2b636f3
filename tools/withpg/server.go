package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	startLimit = 60 * time.Second
	stopLimit  = 20 * time.Second
	// memoryMin is how much room there must be in memory before data are put there, in bytes.
	memoryMin = 4 << 30
	// connections is what tests of many packages at once, each with pools of its own, stay under.
	connections = "200"
	superuser   = "dangol"
)

// server is a running PostgreSQL.
type server struct {
	version string
	folder  string // removed at the end; holds socket and log
	data    string
	process *exec.Cmd
	ended   chan struct{}
}

// start initialises a cluster, unless data holds one already, and starts PostgreSQL on it. PostgreSQL refuses to run as
// root, so root starts it as the user nobody.
func start(ctx context.Context, binaries, data string, disk bool) (_ *server, err error) {
	version, err := exec.CommandContext(ctx, filepath.Join(binaries, "postgres"), "--version").Output()
	if err != nil {
		return nil, fmt.Errorf("ask %s for its version: %w", filepath.Join(binaries, "postgres"), err)
	}
	folder, err := os.MkdirTemp(roomiest(disk), "dangol-postgres-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for PostgreSQL: %w", err)
	}
	s := &server{version: strings.TrimSpace(string(version)), folder: folder, data: data, ended: make(chan struct{})}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(folder))
		}
	}()
	if s.data == "" {
		s.data = filepath.Join(folder, "data")
	}
	if s.data, err = filepath.Abs(s.data); err != nil {
		return nil, fmt.Errorf("find the data folder: %w", err)
	}
	if err := os.MkdirAll(s.data, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	attributes := endWithParent(syscall.SIGQUIT)
	if os.Geteuid() == 0 {
		if attributes.Credential, err = nobody(); err != nil {
			return nil, err
		}
		if binaries, err = s.handOver(attributes.Credential, binaries); err != nil {
			return nil, err
		}
	}
	if err := s.initialise(ctx, binaries, attributes.Credential); err != nil {
		return nil, err
	}

	log, err := os.Create(filepath.Join(folder, "log"))
	if err != nil {
		return nil, fmt.Errorf("make the log of PostgreSQL: %w", err)
	}
	defer log.Close() //nolint:errcheck // the server writes it, with a handle of its own
	// Without the context: a server is stopped by stop, after the command that uses it.
	s.process = exec.Command(filepath.Join(binaries, "postgres"), "-D", s.data,
		"-c", "listen_addresses=", "-c", "unix_socket_directories="+folder, "-c", "max_connections="+connections)
	s.process.Dir, s.process.Stdout, s.process.Stderr = folder, log, log
	s.process.SysProcAttr = attributes
	s.process.SysProcAttr.Setpgid = true // a Ctrl-C in the terminal is for the command, not for the server
	if err := s.process.Start(); err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	go func() {
		_ = s.process.Wait() // how it ended stands in its log
		close(s.ended)
	}()
	if err := s.ready(ctx); err != nil {
		said, _ := os.ReadFile(filepath.Join(folder, "log"))
		return nil, errors.Join(fmt.Errorf("%w; PostgreSQL said:\n%s", err, said), s.end())
	}
	return s, nil
}

// url is how a client reaches the server.
func (s *server) url() string {
	query := url.Values{"host": {s.folder}, "user": {superuser}}
	return (&url.URL{Scheme: "postgres", Path: "/postgres", RawQuery: query.Encode()}).String()
}

// handOver gives the server's folders to the user it runs as, and puts a copy of the binaries into them when that user
// can't reach the original, as in a clone under /root.
func (s *server) handOver(owner *syscall.Credential, binaries string) (string, error) {
	for _, folder := range []string{s.folder, s.data} {
		if err := os.Chown(folder, int(owner.Uid), int(owner.Gid)); err != nil {
			return "", fmt.Errorf("give %s to the user nobody: %w", folder, err)
		}
	}
	probe := exec.Command(filepath.Join(binaries, "postgres"), "--version")
	probe.Dir, probe.SysProcAttr = "/", &syscall.SysProcAttr{Credential: owner}
	if probe.Run() == nil {
		return binaries, nil
	}
	installation := filepath.Join(s.folder, "postgres")
	if err := os.CopyFS(installation, os.DirFS(filepath.Dir(binaries))); err != nil {
		return "", fmt.Errorf("copy PostgreSQL to where the user nobody can reach it: %w", err)
	}
	return filepath.Join(installation, filepath.Base(binaries)), nil
}

// initialise makes the cluster, unless there is one.
func (s *server) initialise(ctx context.Context, binaries string, owner *syscall.Credential) error {
	if _, err := os.Stat(filepath.Join(s.data, "PG_VERSION")); err == nil {
		return nil
	}
	initdb := exec.CommandContext(ctx, filepath.Join(binaries, "initdb"), "--pgdata="+s.data, "--username="+superuser,
		"--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
	initdb.Dir, initdb.SysProcAttr = s.folder, &syscall.SysProcAttr{Credential: owner}
	if said, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initialise PostgreSQL in %s: %w; initdb said:\n%s", s.data, err, said)
	}
	return nil
}

// ready waits until the server takes connections. It says so in the eighth line of postmaster.pid, as pg_ctl reads it
// (PostgreSQL's src/include/utils/pidfile.h).
func (s *server) ready(ctx context.Context) error {
	const statusLine = 7
	limit := time.NewTimer(startLimit)
	defer limit.Stop()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case <-s.ended:
			return errors.New("PostgreSQL ended while it was starting")
		case <-ctx.Done():
			return fmt.Errorf("wait for PostgreSQL: %w", context.Cause(ctx))
		case <-limit.C:
			return fmt.Errorf("PostgreSQL was not ready within %s", startLimit)
		case <-look.C:
		}
		file, err := os.ReadFile(filepath.Join(s.data, "postmaster.pid"))
		if err != nil {
			continue // not written yet
		}
		lines := bytes.Split(file, []byte("\n"))
		if len(lines) > statusLine && string(bytes.TrimSpace(lines[statusLine])) == "ready" {
			return nil
		}
	}
}

// stop ends the server and removes what is thrown away. A server that had ended before is an error: its log says why.
func (s *server) stop() error {
	var early error
	select {
	case <-s.ended:
		said, _ := os.ReadFile(filepath.Join(s.folder, "log"))
		early = fmt.Errorf("PostgreSQL ended before the command did; it said:\n%s", said)
	default:
	}
	return errors.Join(early, s.end(), os.RemoveAll(s.folder))
}

// end stops the process, harder each time: fast shutdown, immediate shutdown, kill.
func (s *server) end() error {
	for _, harder := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGKILL} {
		if err := s.process.Process.Signal(harder); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("stop PostgreSQL: %w", err)
		}
		select {
		case <-s.ended:
			return nil
		case <-time.After(stopLimit):
		}
	}
	return fmt.Errorf("PostgreSQL (process %d) does not end", s.process.Process.Pid)
}

// roomiest is the folder under which the server's own folder is made: in memory when there is room, else on disk.
func roomiest(disk bool) string {
	const memory = "/dev/shm"
	var room syscall.Statfs_t
	if disk || syscall.Statfs(memory, &room) != nil {
		return os.TempDir()
	}
	if room.Bavail < memoryMin/uint64(room.Bsize) { //nolint:gosec // the size of a block is positive
		return os.TempDir()
	}
	return memory
}

// nobody is the user as whom root starts the server.
func nobody() (*syscall.Credential, error) {
	account, err := user.Lookup("nobody")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL does not run as root: %w", err)
	}
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("read the number of user nobody: %w", err)
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("read the group of user nobody: %w", err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}
