package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"dangol/internal/app"
	"dangol/internal/core/ledger"
	"dangol/internal/ground/database"
)

// errDiffers ends verify with 1. What differs has been printed.
var errDiffers = errors.New("the books differ")

type verify struct {
	JSON bool   `help:"Print one JSON object."`
	File string `help:"Prove a backup file instead of the data folder." type:"existingfile"`
}

// Run proves the books, also of a program that runs.
func (c verify) Run(s *surroundings) (err error) {
	options := s.options()
	options.ReadOnly = true
	options.File = c.File
	opened, err := app.Open(s, options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	report, err := opened.Verify(s, func(at ledger.Progress) {
		if !c.JSON {
			_, _ = fmt.Fprintf(s.out, "  organisation %d: %s\n", at.Org, at.Check)
		}
	})
	if err != nil {
		return err
	}
	if !c.JSON {
		return conclude(s, report)
	}
	err = report.WriteJSON(s.out)
	if err == nil && !report.OK() {
		err = errDiffers
	}
	return err
}

// conclude prints what verify found. The error is errDiffers when anything differs.
func conclude(s *surroundings, report ledger.Report) error {
	for _, difference := range report.Differences {
		if _, err := fmt.Fprintln(s.out, difference); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(s.out, "%d checks over %d postings, %d transfers and %d accounts in %s: %d differences\n",
		report.Checks, report.Postings, report.Transfers, report.Accounts, report.Took.Round(time.Millisecond), report.Count)
	if err == nil && !report.OK() {
		err = errDiffers
	}
	return err
}

type backup struct {
	File string `arg:"" help:"The file to write; it must not exist." type:"path"`
}

// Run backs up.
func (c backup) Run(s *surroundings) error {
	if s.globals.DatabaseURL != "" {
		return errors.New("this database is PostgreSQL: back it up with pg_dump or by its own means")
	}
	if err := database.Backup(s, s.globals.Data, c.File); err != nil {
		return err
	}
	info, err := os.Stat(c.File)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "%s: %d bytes, one moment's state of %s\n", c.File, info.Size(), s.globals.Data)
	return err
}

type restore struct {
	File string `arg:"" help:"The backup." type:"existingfile"`
}

// Run restores, brings what was restored to this version and proves its books.
func (c restore) Run(s *surroundings) error {
	if s.globals.DatabaseURL != "" {
		return errors.New("this database is PostgreSQL: restore it with pg_restore or by its own means")
	}
	kept, err := c.replace(s)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(s.out, "restored %s into %s\n", c.File, s.globals.Data); err != nil {
		return err
	}
	if kept != "" {
		if _, err := fmt.Fprintf(s.out, "what was there is kept as %s\n", kept); err != nil {
			return err
		}
	}
	return s.writing(func(a *app.App) error {
		report, err := a.Verify(s, nil)
		if err != nil {
			return err
		}
		return conclude(s, report)
	})
}

// replace puts the file in its place while nobody else has the folder.
func (c restore) replace(s *surroundings) (kept string, err error) {
	release, err := database.LockFolder(s.globals.Data)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, release()) }()
	return database.Restore(s, c.File, s.globals.Data)
}
