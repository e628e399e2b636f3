// Command stages runs the stages of a check in order, each within its time budget, and ends with a table of what they
// took and a line of how many tests passed, failed and were skipped. A skipped test fails the run: what isn't run isn't
// tested.
//
//	go run ./tools/stages check|test|test-other-postgres|soak
//	go run ./tools/stages summary
//
// Each run adds its rows to the file that DANGOL_STAGES names, if it names one; summary reads them back.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Getenv("DANGOL_STAGES"), os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "stages:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, arguments []string, file string, output io.Writer) error {
	if len(arguments) != 1 {
		return errors.New("name one of check, test, test-other-postgres, soak, summary")
	}
	if arguments[0] == "summary" {
		rows, err := load(file)
		if err != nil {
			return err
		}
		return summarise(output, rows)
	}
	plan, known := plans[arguments[0]]
	if !known {
		return fmt.Errorf("there is no plan %q", arguments[0])
	}
	var rows []row
	for _, stage := range plan {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		rows = append(rows, stage.execute(ctx, output))
	}
	if err := save(file, rows); err != nil {
		return err
	}
	return summarise(output, rows)
}

// save adds rows to the file, a JSON object a line.
func save(file string, rows []row) error {
	if file == "" {
		return nil
	}
	kept, err := os.OpenFile(file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("keep the rows: %w", err)
	}
	encoder := json.NewEncoder(kept)
	for _, one := range rows {
		err = errors.Join(err, encoder.Encode(one))
	}
	return errors.Join(err, kept.Close())
}

func load(file string) ([]row, error) {
	kept, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read the rows that DANGOL_STAGES names: %w", err)
	}
	defer kept.Close() //nolint:errcheck // only read
	var rows []row
	decoder := json.NewDecoder(kept)
	for {
		var one row
		err := decoder.Decode(&one)
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read the rows of %s: %w", file, err)
		}
		rows = append(rows, one)
	}
}

// summarise prints the table and the closing line. It is an error when anything failed, or was skipped.
func summarise(output io.Writer, rows []row) error {
	var total count
	failed := 0
	_, _ = fmt.Fprintf(output, "\n%-32s %8s %8s  %s\n", "stage", "seconds", "budget", "result")
	for _, one := range rows {
		total.add(one.Count)
		if one.Failure != "" {
			failed++
		}
		_, _ = fmt.Fprintf(output, "%-32s %8.1f %8.0f  %s\n", one.Name, one.Took.Seconds(), one.Budget.Seconds(), one.result())
	}
	if total == (count{}) && failed == 0 {
		return nil // a check without tests
	}
	_, _ = fmt.Fprintf(output, "\n%d passed, %d failed, %d skipped\n", total.Passed, total.Failed, total.Skipped)
	if failed > 0 {
		return fmt.Errorf("%d of %d stages failed", failed, len(rows))
	}
	return nil
}

// row is what became of a stage.
type row struct {
	Name    string
	Took    time.Duration
	Budget  time.Duration
	Count   count
	Failure string // why the stage failed; empty when it didn't
	Remark  string // what a reader of the table has to know all the same
}

func (r row) result() string {
	result := "ok"
	if r.Failure != "" {
		result = "FAILED: " + r.Failure
	}
	if tests := r.Count; tests != (count{}) {
		result += fmt.Sprintf(" (%d passed, %d failed, %d skipped)", tests.Passed, tests.Failed, tests.Skipped)
	}
	if r.Remark != "" {
		result += ", " + r.Remark
	}
	return result
}

// count is how many tests came to which end.
type count struct{ Passed, Failed, Skipped int }

func (c *count) add(more count) {
	c.Passed += more.Passed
	c.Failed += more.Failed
	c.Skipped += more.Skipped
}
