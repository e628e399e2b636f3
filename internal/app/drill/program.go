package drill

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"syscall"
	"time"
)

// startTime bounds how long the program may take until it is ready.
const startTime = 30 * time.Second

// program is the served program, as a process of its own.
type program struct {
	command *exec.Cmd
	base    string
}

var address = regexp.MustCompile(`(http://\S+)/till`)

// start starts the program and waits until it is ready. It ends with the context at the latest.
func start(ctx context.Context, o Options) (*program, error) {
	arguments := []string{"serve", "--listen", "127.0.0.1:0", "--data", o.Data, "--log-level", "error"}
	command := exec.CommandContext(ctx, o.Program, arguments...)
	command.Env = append(command.Environ(), "DATABASE_URL="+o.DatabaseURL)
	command.Stderr = logWriter{o}
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", o.Program, err)
	}
	p := &program{command: command}
	lines := bufio.NewScanner(out)
	for p.base == "" && lines.Scan() {
		if found := address.FindStringSubmatch(lines.Text()); found != nil {
			p.base = found[1]
		}
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	if p.base == "" {
		p.kill()
		return nil, fmt.Errorf("the program ended before it served")
	}
	if err := p.awaitReady(ctx); err != nil {
		p.kill()
		return nil, err
	}
	return p, nil
}

func (p *program) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.base+"/readyz", http.NoBody)
		if err != nil {
			return err
		}
		if response, err := http.DefaultClient.Do(request); err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("the program is not ready: %w", ctx.Err())
		}
	}
}

// kill ends the program as a power cut does: it hears nothing of it.
func (p *program) kill() {
	_ = p.command.Process.Kill()
	_ = p.command.Wait()
}

// stop asks the program to end and waits for it.
func (p *program) stop() error {
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return p.command.Wait()
}

type logWriter struct{ options Options }

// Write passes a line of the program's log on.
func (w logWriter) Write(line []byte) (int, error) {
	w.options.Logger.Error("program", "line", string(line))
	return len(line), nil
}
