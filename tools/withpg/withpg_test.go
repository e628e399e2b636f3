package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// asProgram makes the test binary behave as withpg itself.
const asProgram = "WITHPG_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// waits is a command that tells where the server is and then stays until it is told to end.
var waits = []string{"sh", "-c", `echo "$DANGOL_TEST_DATABASE_URL"; exec sleep 300`}

func TestCommandsExitCodeIsHandedOn(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		script string
		want   int
	}{
		{"a command that succeeds", "exit 0", 0},
		{"a command that fails", "exit 7", 7},
		{"a command that is killed", "kill -9 $$", 128 + 9},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			program := withpg(t, "--", "sh", "-c", row.script)
			err := program.Run()
			var exit *exec.ExitError
			if err != nil && !errors.As(err, &exit) {
				t.Fatal(err)
			}
			if got := program.ProcessState.ExitCode(); got != row.want {
				t.Errorf("exit code %d, want %d", got, row.want)
			}
		})
	}
}

func TestServerIsDurableAndGoneWhenTheCommandIsInterrupted(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			program, address := serving(t, withpg(t, append([]string{"--"}, waits...)...))
			checkDurable(t, address)
			if err := program.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			_ = program.Wait()
			if code := program.ProcessState.ExitCode(); code != 128+int(syscall.SIGTERM) {
				t.Errorf("exit code %d, want that of a command ended by SIGTERM", code)
			}
			if _, err := os.Stat(folderOf(t, address)); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the data are still there: %v", err)
			}
		})
	}
}

func TestServerEndsWhenWithpgIsKilled(t *testing.T) {
	t.Parallel()
	program, address := serving(t, withpg(t, append([]string{"--"}, waits...)...))
	folder := folderOf(t, address)
	t.Cleanup(func() {
		if err := os.RemoveAll(folder); err != nil {
			t.Error(err)
		}
	})
	server := serverProcess(t, folder)
	if err := program.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = program.Wait()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	limit := time.After(30 * time.Second)
	for {
		select {
		case <-look.C:
			if errors.Is(syscall.Kill(server, 0), syscall.ESRCH) {
				return
			}
		case <-limit:
			t.Fatalf("PostgreSQL (process %d) lives on", server)
		}
	}
}

func TestDataFolderThatIsNamedIsKept(t *testing.T) {
	t.Parallel()
	data := filepath.Join(openFolder(t), "data")
	arguments := append([]string{"--data", data, "--"}, waits...)

	program, address := serving(t, withpg(t, arguments...))
	execute(t, address, "CREATE TABLE kept (id BIGINT PRIMARY KEY)")
	endGently(t, program)

	program, address = serving(t, withpg(t, arguments...))
	execute(t, address, "INSERT INTO kept VALUES (1)")
	endGently(t, program)
}

func TestServerRunsForAnyUser(t *testing.T) {
	t.Parallel()
	binaries, err := pinned(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	folder := openFolder(t)
	installation := filepath.Join(folder, "postgres")
	if err := os.CopyFS(installation, os.DirFS(filepath.Dir(binaries))); err != nil {
		t.Fatal(err)
	}
	self := filepath.Join(folder, "withpg")
	content, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(self, content, 0o755); err != nil {
		t.Fatal(err)
	}
	program := withpg(t, append([]string{"--bin", filepath.Join(installation, "bin"), "--"}, waits...)...)
	program.Path, program.Dir = self, folder
	if os.Geteuid() == 0 {
		owner, err := nobody()
		if err != nil {
			t.Fatal(err)
		}
		program.SysProcAttr = &syscall.SysProcAttr{Credential: owner}
	}
	_, address := serving(t, program)
	checkDurable(t, address)
	endGently(t, program)
}

func TestProgramsOwnAddressIsSetOnlyWhenAskedFor(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		flags []string
		want  bool
	}{
		{"tests reach the server by the tests' own variable", nil, false},
		{"--run has dangol use the server", []string{"--run"}, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			program := withpg(t, append(row.flags, "--", "sh", "-c", `echo "$DATABASE_URL"`)...)
			said, err := program.Output()
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.TrimSpace(string(said)) != ""; got != row.want {
				t.Errorf("DATABASE_URL is %q", said)
			}
		})
	}
}

// withpg is the program with these arguments, not yet started.
func withpg(t *testing.T, arguments ...string) *exec.Cmd {
	t.Helper()
	program := exec.Command(os.Args[0], arguments...)
	program.Env = append(os.Environ(), asProgram+"=1", "DATABASE_URL=", "DANGOL_POSTGRES_BIN=")
	said := &bytes.Buffer{}
	program.Stderr = said
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("withpg said:\n%s", said)
		}
	})
	return program
}

// serving starts the program and gives the address of its server.
func serving(t *testing.T, program *exec.Cmd) (*exec.Cmd, string) {
	t.Helper()
	output, err := program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = program.Process.Signal(syscall.SIGTERM) }) // ended already, unless the test failed
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	address := strings.TrimSpace(line)
	if address == "" {
		_ = program.Wait()
		t.Fatal("withpg told no address")
	}
	return program, address
}

func endGently(t *testing.T, program *exec.Cmd) {
	t.Helper()
	if err := program.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = program.Wait() // ends with the code of the command that was interrupted
}

func connect(t *testing.T, address string) *pgx.Conn {
	t.Helper()
	connection, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close(context.WithoutCancel(t.Context())) })
	return connection
}

func execute(t *testing.T, address, statement string) {
	t.Helper()
	if _, err := connect(t, address).Exec(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// checkDurable asks for the settings without which dangol refuses to start, and for the order of texts.
func checkDurable(t *testing.T, address string) {
	t.Helper()
	connection := connect(t, address)
	for setting, want := range map[string]string{
		"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on",
		"server_encoding": "UTF8", "max_connections": connections,
	} {
		var got string
		if err := connection.QueryRow(t.Context(), "SELECT current_setting($1)", setting).Scan(&got); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("%s is %s, want %s", setting, got, want)
		}
	}
}

func folderOf(t *testing.T, address string) string {
	t.Helper()
	parsed, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return parsed.Query().Get("host")
}

func serverProcess(t *testing.T, folder string) int {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(folder, "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(file), "\n")
	number, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil {
		t.Fatal(err)
	}
	return number
}

// openFolder is a temporary folder that every user can reach, which t.TempDir is not.
func openFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "withpg-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(folder); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	return folder
}
