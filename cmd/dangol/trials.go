package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"dangol/internal/app/drill"
	"dangol/internal/core/ledger/ledgerbench"
)

// whereabouts tells a folder from an address.
func whereabouts(database string) (folder, address string) {
	if strings.Contains(database, "://") {
		return "", database
	}
	return database, ""
}

// errNotRight ends a drill with 1. What it found has been printed.
var errNotRight = errors.New("the drill lost, doubled or changed something")

type benchCommand struct {
	Name     []string      `arg:"" optional:"" help:"Which figures, such as ledger/spread or till; all when left out."`
	Database string        `help:"Of the ledger: a folder for SQLite, or a PostgreSQL on which databases may be made." placeholder:"PLACE"`
	Seed     uint64        `help:"What chance is drawn from." default:"1"`
	Size     int           `help:"How many accounts there are." default:"100000"`
	Pairs    int           `help:"How often a figure and its reference take turns." default:"5"`
	Span     time.Duration `help:"How long each turn of the ledger is." default:"10s"`
	JSON     bool          `help:"Print one JSON object a line, which is the only form there is." default:"true"`
}

// Run measures. Ending without an error means that it was measured, not that the figures are good.
func (c benchCommand) Run(s *surroundings) error {
	var ledger, till []string
	for _, name := range c.Name {
		switch face, _, _ := strings.Cut(name, "/"); {
		case face == "till":
			till = append(till, name)
		case name != "ledger":
			ledger = append(ledger, name)
		}
	}
	if len(till) < len(c.Name) || len(c.Name) == 0 {
		folder, address := whereabouts(c.Database)
		err := ledgerbench.Run(s, ledgerbench.Options{
			Names: ledger, URL: address, Folder: folder, Seed: c.Seed, Size: c.Size, Pairs: c.Pairs, Span: c.Span,
		}, s.out)
		if err != nil {
			return err
		}
	}
	if len(till) > 0 || len(c.Name) == 0 {
		return c.till(s, till)
	}
	return nil
}

// till measures the till in a browser. The program doesn't bring one: this works beside the source that it was built from.
func (c benchCommand) till(s *surroundings, names []string) error {
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	script := filepath.Join(filepath.Dir(program), "..", "e2e", "bench.mjs")
	if _, err := os.Stat(script); err != nil {
		return fmt.Errorf("the till is measured from dangol's source folder, with make bench NAME=till: %w", err)
	}
	arguments := append([]string{script, "--pairs", strconv.Itoa(c.Pairs)}, names...)
	node := exec.CommandContext(s, "node", arguments...) //nolint:gosec // its own script, with names of figures
	node.Env = append(os.Environ(), "DANGOL_BIN="+program)
	node.Stdout, node.Stderr = s.out, os.Stderr
	node.Cancel = func() error { return node.Process.Signal(os.Interrupt) }
	if err := node.Run(); err != nil {
		return fmt.Errorf("measure the till: %w", err)
	}
	return nil
}

type drillCommand struct {
	Name     string `arg:"" help:"Which drill: crash (killed while it sells), full (its disk fills up)." enum:"crash,full"`
	Database string `help:"A folder for SQLite, or a PostgreSQL address; left out, a SQLite that is thrown away." placeholder:"PLACE"`
	Seed     uint64 `help:"What chance is drawn from." default:"1"`
	Size     int    `help:"How many sales are to be acknowledged." default:"500"`
	JSON     bool   `help:"Print one JSON object a line, which is the only form there is." default:"true"`
	Ballast  string `help:"For full: a file on the disk that fills up, whose removal makes room." type:"path"`
}

// Run runs a drill on a program of its own.
func (c drillCommand) Run(s *surroundings) error {
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	folder, address := whereabouts(c.Database)
	result, report, err := drill.Run(s, c.Name, drill.Options{
		Program: program, Data: folder, DatabaseURL: address, Seed: c.Seed, Size: c.Size,
		Ballast: c.Ballast, Out: s.out, Logger: s.logger,
	})
	if err != nil {
		return err
	}
	if !result.OK() || !report.OK() {
		return errNotRight
	}
	return nil
}
