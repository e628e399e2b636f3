package main

import (
	"errors"
	"fmt"
	"os"
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
	Name     []string      `arg:"" optional:"" help:"Which figures, such as ledger/spread; all when left out."`
	Database string        `help:"A folder for SQLite, or a PostgreSQL on which databases may be made." placeholder:"PLACE"`
	Seed     uint64        `help:"What chance is drawn from." default:"1"`
	Size     int           `help:"How many accounts there are." default:"100000"`
	Pairs    int           `help:"How often a figure and its reference take turns." default:"5"`
	Span     time.Duration `help:"How long each turn is." default:"10s"`
	JSON     bool          `help:"Print one JSON object a line, which is the only form there is." default:"true"`
}

// Run measures. Ending without an error means that it was measured, not that the figures are good.
func (c benchCommand) Run(s *surroundings) error {
	folder, address := whereabouts(c.Database)
	var names []string
	for _, name := range c.Name {
		if name != "ledger" {
			names = append(names, name)
		}
	}
	return ledgerbench.Run(s, ledgerbench.Options{
		Names: names, URL: address, Folder: folder, Seed: c.Seed, Size: c.Size, Pairs: c.Pairs, Span: c.Span,
	}, s.out)
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
