// Package drill breaks the running program on purpose, as the world does, and counts what was lost. Each drill works on
// an organisation of its own, through the program's own doors.
package drill

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sort"

	"dangol/internal/app"
	"dangol/internal/core/ledger"
)

// Options say where and how hard a drill works.
type Options struct {
	// Program is the executable that is started and killed.
	Program string
	// Data is SQLite's folder, or DatabaseURL a PostgreSQL address. Both empty: a SQLite that is thrown away.
	Data, DatabaseURL string
	// Seed is what chance is drawn from.
	Seed uint64
	// Size is how many sales are to be acknowledged.
	Size int
	// Ballast is a file on the disk that the drill "full" fills up; removing it makes room.
	Ballast string
	// Out hears the result: one JSON object a line.
	Out io.Writer
	// Logger hears of the program's own troubles.
	Logger *slog.Logger
}

// Result is what a drill found.
type Result struct {
	Name     string `json:"name"`
	Database string `json:"database"`
	Seed     uint64 `json:"seed"`
	// Count is how many sales were acknowledged, Kills how often the program was killed.
	Count int `json:"count"`
	Kills int `json:"kills"`
	// Lost were acknowledged and are not there; Duplicated are there more often than they were sold; Wrong differ from
	// what was acknowledged; Unresolved were sent and could not be settled by sending them again.
	Lost       int `json:"lost"`
	Duplicated int `json:"duplicated"`
	Wrong      int `json:"wrong"`
	Unresolved int `json:"unresolved"`
}

// OK says that nothing was lost, doubled, changed or left open.
func (r Result) OK() bool { return r.Lost+r.Duplicated+r.Wrong+r.Unresolved == 0 }

var drills = map[string]func(context.Context, Options) (Result, error){
	"crash": crash,
	"full":  full,
}

// Names lists the drills.
func Names() []string {
	names := make([]string, 0, len(drills))
	for name := range drills {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// Run runs a drill, prints its result and that of verify, and returns both.
func Run(ctx context.Context, name string, options Options) (Result, ledger.Report, error) {
	run, known := drills[name]
	if !known {
		return Result{}, ledger.Report{}, fmt.Errorf("there is no drill %q; there is %v", name, Names())
	}
	if options.Data == "" && options.DatabaseURL == "" {
		folder, err := os.MkdirTemp("", "dangol-drill-")
		if err != nil {
			return Result{}, ledger.Report{}, err
		}
		defer func() { _ = os.RemoveAll(folder) }()
		options.Data = folder
	}
	result, err := run(ctx, options)
	if err != nil {
		return result, ledger.Report{}, fmt.Errorf("drill %s: %w", name, err)
	}
	report, err := options.prove(ctx)
	if err != nil {
		return result, report, fmt.Errorf("drill %s: verify: %w", name, err)
	}
	return result, report, write(options.Out, result, report)
}

func (o Options) open(ctx context.Context, readOnly bool) (*app.App, error) {
	return app.Open(ctx, app.Options{
		Data: o.Data, DatabaseURL: o.DatabaseURL, ReadOnly: readOnly, Version: "drill", Logger: o.Logger,
	})
}

func (o Options) database() string {
	if o.DatabaseURL != "" {
		return "postgres"
	}
	return "sqlite"
}

func (o Options) prove(ctx context.Context) (ledger.Report, error) {
	opened, err := o.open(ctx, true)
	if err != nil {
		return ledger.Report{}, err
	}
	defer func() { _ = opened.Close() }()
	return opened.Verify(ctx, nil)
}

func write(out io.Writer, result Result, report ledger.Report) error {
	if err := json.NewEncoder(out).Encode(result); err != nil {
		return err
	}
	return report.WriteJSON(out)
}
