package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"dangol/internal/app"
	"dangol/internal/core/ledger"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
)

// errDiffers ends verify with 1. What differs has been printed.
var errDiffers = errors.New("the books differ")

type verify struct {
	JSON  bool   `help:"Print one JSON object."`
	File  string `help:"Prove a backup file instead of the data folder." type:"existingfile"`
	Since string `help:"Trust what was sealed up to this block of the chain, as the closing report prints it: its number, and the beginning of its hash." placeholder:"BLOCK[:HASH]"`
}

// Run proves the books, also of a program that runs.
func (c verify) Run(s *surroundings) (err error) {
	since, err := parseSince(c.Since)
	if err != nil {
		return err
	}
	options := s.options()
	options.ReadOnly = true
	options.File = c.File
	opened, err := app.Open(s, options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	shown := progressLines{out: s.out}
	progress := shown.show
	if c.JSON {
		progress = nil
	}
	report, err := opened.VerifySince(s, since, progress)
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

// parseSince reads "12" or "12:3fa9…".
func parseSince(text string) (since ledger.Since, err error) {
	if text == "" {
		return since, nil
	}
	number, hash, _ := strings.Cut(text, ":")
	since.Hash = hash
	if since.Block, err = strconv.ParseInt(number, 10, 64); err != nil || since.Block <= 0 {
		return since, fmt.Errorf("--since %s: a block is a number above zero, and after a colon the beginning of its hash", text)
	}
	return since, nil
}

// progressLines shows how far a proof is: each check once, and what takes long once a second.
type progressLines struct {
	out   io.Writer
	last  ledger.Progress
	shown time.Time
}

func (p *progressLines) show(at ledger.Progress) {
	now := clock.System{}.Now()
	if at.Org == p.last.Org && at.Check == p.last.Check && now.Sub(p.shown) < time.Second {
		return
	}
	p.last, p.shown = at, now
	line := fmt.Sprintf("  organisation %d: %s", at.Org, at.Check)
	if at.Total > 0 {
		line += fmt.Sprintf(" %d%%", min(100*at.Done/at.Total, 100))
	}
	_, _ = fmt.Fprintln(p.out, line)
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
