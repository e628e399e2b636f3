// Command withpg runs another command beside a real PostgreSQL that it starts for it and throws away afterwards:
//
//	go run ./tools/withpg -- go test ./...
//
// The command finds the server in DANGOL_TEST_DATABASE_URL. The server is durable, as dangol demands; its data lie in
// memory where there is enough of it, so that durability costs a test nothing. The server listens on a socket in a
// folder of its own, never on the network. However withpg ends, the server ends with it.
//
// The command is not attached to the terminal's input.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

// commandGrace is how long the command may take to end after it was asked to.
const commandGrace = 30 * time.Second

const usage = `usage: withpg [flags] -- COMMAND [ARGUMENT…]

Starts a PostgreSQL, runs COMMAND with DANGOL_TEST_DATABASE_URL set, stops the PostgreSQL and removes its data.
Ends with the exit code of COMMAND.

`

func main() {
	var options options
	flags := flag.NewFlagSet("withpg", flag.ExitOnError)
	flags.BoolVar(&options.program, "run", false, "set DATABASE_URL too, so that dangol itself uses the server")
	flags.BoolVar(&options.disk, "disk", false, "keep the data on disk, not in memory: for measurements")
	flags.StringVar(&options.data, "data", "", "keep the data in this `folder`, which is not removed afterwards")
	flags.StringVar(&options.binaries, "bin", os.Getenv("DANGOL_POSTGRES_BIN"),
		"the `folder` of initdb and postgres; left out, the ones pinned in tools/postgres [$DANGOL_POSTGRES_BIN]")
	flags.Usage = func() {
		_, _ = fmt.Fprint(flags.Output(), usage)
		flags.PrintDefaults()
	}
	_ = flags.Parse(os.Args[1:]) // flag.ExitOnError: it doesn't come back with an error
	if flags.NArg() == 0 {
		flags.Usage()
		os.Exit(2)
	}

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	code, err := run(ctx, options, flags.Args())
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "withpg:", err)
		os.Exit(1)
	}
	os.Exit(code)
}

// options are the flags of the command line.
type options struct {
	program  bool
	disk     bool
	data     string
	binaries string
}

// run starts the server, runs the command beside it and stops the server again. The code is the command's exit code;
// an error means that the command did not get to run, or that the server did not stop cleanly.
func run(ctx context.Context, options options, command []string) (code int, err error) {
	binaries := options.binaries
	if binaries == "" {
		if binaries, err = pinned(ctx); err != nil {
			return 0, err
		}
	}
	server, err := start(ctx, binaries, options.data, options.disk)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, server.stop()) }()

	// The command may find the server long before it fails; what it says stands between these two lines.
	fmt.Fprintf(os.Stderr, "withpg: %s, data in %s\n", server.version, server.data)
	child := exec.CommandContext(ctx, command[0], command[1:]...)
	child.Env = append(os.Environ(), "DANGOL_TEST_DATABASE_URL="+server.url())
	if options.program {
		child.Env = append(child.Env, "DATABASE_URL="+server.url())
	}
	child.Stdout, child.Stderr = os.Stdout, os.Stderr
	// A process group of its own, so that the command's own children can be told, too.
	child.SysProcAttr = endWithParent(syscall.SIGTERM)
	child.SysProcAttr.Setpgid = true
	child.Cancel = func() error { return syscall.Kill(-child.Process.Pid, syscall.SIGTERM) }
	child.WaitDelay = commandGrace
	if err := child.Start(); err != nil {
		return 0, fmt.Errorf("run %s: %w", command[0], err)
	}
	waited := child.Wait()
	_ = syscall.Kill(-child.Process.Pid, syscall.SIGKILL) // what the command left behind; mostly nothing

	if status, ok := child.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal()), nil
	}
	if code := child.ProcessState.ExitCode(); code != 0 {
		return code, nil
	}
	if waited != nil && ctx.Err() == nil {
		return 0, fmt.Errorf("run %s: %w", command[0], waited)
	}
	return 0, nil
}
