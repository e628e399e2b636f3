package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"dangol/internal/app/drill"
)

// target are the flags that say where a bench or drill works.
type target struct {
	Database string `help:"A folder for SQLite, or a PostgreSQL address; left out, a SQLite that is thrown away." placeholder:"PLACE"`
	Seed     uint64 `help:"What chance is drawn from." default:"1"`
	Size     int    `help:"How much is done." default:"500"`
	JSON     bool   `help:"Print one JSON object a line, which is the only form there is." default:"true"`
}

// split tells a folder from an address.
func (t target) split() (folder, address string) {
	if strings.Contains(t.Database, "://") {
		return "", t.Database
	}
	return t.Database, ""
}

// errNotRight ends a drill with 1. What it found has been printed.
var errNotRight = errors.New("the drill lost, doubled or changed something")

type drillCommand struct {
	target
	Name    string `arg:"" help:"Which drill: crash (killed while it sells), full (its disk fills up)." enum:"crash,full"`
	Ballast string `help:"For full: a file on the disk that fills up, whose removal makes room." type:"path"`
}

// Run runs a drill on a program of its own.
func (c drillCommand) Run(s *surroundings) error {
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	folder, address := c.split()
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
