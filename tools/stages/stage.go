package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// stage is one step of a plan.
type stage struct {
	name   string
	budget time.Duration
	work   work
}

// work does what a stage is for and says how it went. An error is the reason for which the stage failed.
type work func(ctx context.Context, output io.Writer) (outcome, error)

type outcome struct {
	tests  count
	remark string
}

func (s stage) execute(ctx context.Context, output io.Writer) row {
	_, _ = fmt.Fprintf(output, "\n=== %s\n", s.name)
	limited, cancel := context.WithTimeout(ctx, s.budget)
	defer cancel()
	begun := time.Now()
	reached, err := s.work(limited, output)
	done := row{Name: s.name, Took: time.Since(begun), Budget: s.budget, Count: reached.tests, Remark: reached.remark}
	switch {
	case ctx.Err() != nil:
		done.Failure = "interrupted"
	case limited.Err() != nil:
		done.Failure = "over its time budget"
	case err != nil:
		done.Failure = err.Error()
	case reached.tests.Failed > 0:
		done.Failure = "tests failed"
	case reached.tests.Skipped > 0:
		done.Failure = "tests were skipped"
	}
	return done
}

// command runs a program of this machine in a folder of the repository.
func command(folder string, arguments ...string) work {
	return func(ctx context.Context, output io.Writer) (outcome, error) {
		return outcome{}, start(ctx, folder, output, arguments...)
	}
}

// start runs a program and waits for it. When its time is over, all that it started ends with it.
func start(ctx context.Context, folder string, output io.Writer, arguments ...string) error {
	program := exec.CommandContext(ctx, arguments[0], arguments[1:]...)
	program.Dir = folder
	program.Stdout, program.Stderr = output, output
	program.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	program.Cancel = func() error { return syscall.Kill(-program.Process.Pid, syscall.SIGTERM) }
	program.WaitDelay = 40 * time.Second // withpg gives its own command thirty
	if err := program.Run(); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(arguments, " "), err)
	}
	return nil
}

// silent is a command that has something to complain about when it prints anything.
func silent(complaint string, arguments ...string) work {
	return func(ctx context.Context, output io.Writer) (outcome, error) {
		var said bytes.Buffer
		if err := start(ctx, ".", io.MultiWriter(output, &said), arguments...); err != nil {
			return outcome{}, err
		}
		if said.Len() > 0 {
			return outcome{}, errors.New(complaint)
		}
		return outcome{}, nil
	}
}

// goTests runs `go test -json` and shows what its reader needs: a line for each package, and all that a failed test
// said.
func goTests(arguments ...string) work {
	return func(ctx context.Context, output io.Writer) (outcome, error) {
		reader, writer := io.Pipe()
		ended := make(chan error, 1)
		go func() {
			err := start(ctx, ".", writer, arguments...)
			ended <- errors.Join(err, writer.Close())
		}()
		tests, err := readGoTests(reader, output)
		if err == nil && tests.Passed == 0 {
			err = errors.New("no test ran")
		}
		// The reader has seen the end of the output, or must not keep the program waiting.
		return outcome{tests: tests}, errors.Join(err, reader.Close(), <-ended)
	}
}

// goEvent is a line of `go test -json`; see `go doc test2json`.
type goEvent struct {
	Action     string
	Package    string
	ImportPath string // of what could not be built
	Test       string
	Elapsed    float64
	Output     string
}

// readGoTests counts the tests of a stream of events. Lines that are no events are shown as they are: the go command
// writes those about what it could not do.
func readGoTests(events io.Reader, output io.Writer) (count, error) {
	var total count
	said := map[string]*strings.Builder{} // by package and test
	perPackage := map[string]count{}
	decoder := newLines(events)
	for decoder.Scan() {
		var event goEvent
		if err := json.Unmarshal(decoder.Bytes(), &event); err != nil {
			_, _ = fmt.Fprintf(output, "%s\n", decoder.Bytes())
			continue
		}
		key := event.Package + " " + event.Test
		var one count
		switch event.Action {
		case "build-output":
			_, _ = io.WriteString(output, event.Output)
		case "output":
			if said[key] == nil {
				said[key] = &strings.Builder{}
			}
			said[key].WriteString(event.Output)
		case "pass":
			one.Passed++
		case "fail":
			one.Failed++
			if text := said[key]; text != nil {
				_, _ = io.WriteString(output, text.String())
			}
		case "skip":
			one.Skipped++
			if event.Test != "" {
				_, _ = fmt.Fprintf(output, "SKIPPED %s %s\n", event.Package, event.Test)
			}
		}
		if one == (count{}) {
			continue
		}
		delete(said, key)
		sum := perPackage[event.Package]
		if event.Test != "" {
			sum.add(one)
			total.add(one)
			perPackage[event.Package] = sum
			continue
		}
		// The package's own end. Without any failed test it couldn't be built, or ended early.
		if one.Failed > 0 && sum.Failed == 0 {
			total.Failed++
			for _, unfinished := range slices.Sorted(maps.Keys(said)) {
				if strings.HasPrefix(unfinished, event.Package+" ") {
					_, _ = io.WriteString(output, said[unfinished].String())
				}
			}
		}
		if ran := sum.Passed + sum.Failed + sum.Skipped; ran > 0 {
			_, _ = fmt.Fprintf(output, "%-4s %-56s %4d tests %7.1fs\n", event.Action, event.Package, ran, event.Elapsed)
		}
	}
	return total, decoder.Err()
}

// junit runs a command that leaves a JUnit report, and counts the cases in it. A report from before doesn't count.
func junit(report, folder string, arguments ...string) work {
	return func(ctx context.Context, output io.Writer) (outcome, error) {
		if err := os.Remove(report); err != nil && !errors.Is(err, os.ErrNotExist) {
			return outcome{}, fmt.Errorf("remove the report from before: %w", err)
		}
		if err := os.MkdirAll(filepath.Dir(report), 0o755); err != nil {
			return outcome{}, fmt.Errorf("make the folder of the report: %w", err)
		}
		ended := start(ctx, folder, output, arguments...)
		content, err := os.ReadFile(report)
		if err != nil {
			return outcome{}, errors.Join(ended, err)
		}
		tests, err := countCases(content)
		if err == nil && tests.Passed == 0 {
			err = errors.New("no test ran")
		}
		return outcome{tests: tests}, errors.Join(ended, err)
	}
}

// countCases counts the test cases of a JUnit report, however deep its suites are nested. A failure may quote what a
// terminal was sent, with control characters that XML has no place for: they are read over.
func countCases(report []byte) (count, error) {
	var total count
	decoder := xml.NewDecoder(bytes.NewReader(bytes.Map(printable, report)))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return total, nil
		}
		if err != nil {
			return count{}, fmt.Errorf("read the JUnit report: %w", err)
		}
		element, begins := token.(xml.StartElement)
		if !begins || element.Name.Local != "testcase" {
			continue
		}
		var one struct {
			Failure *struct{} `xml:"failure"`
			Error   *struct{} `xml:"error"`
			Skipped *struct{} `xml:"skipped"`
		}
		if err := decoder.DecodeElement(&one, &element); err != nil {
			return count{}, fmt.Errorf("read a case of the JUnit report: %w", err)
		}
		switch {
		case one.Failure != nil || one.Error != nil:
			total.Failed++
		case one.Skipped != nil:
			total.Skipped++
		default:
			total.Passed++
		}
	}
}

// printable gives the character, or -1 for a control character that XML doesn't allow.
func printable(character rune) rune {
	if character < ' ' && !strings.ContainsRune("\t\n\r", character) {
		return -1
	}
	return character
}
