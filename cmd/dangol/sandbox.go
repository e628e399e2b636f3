package main

import (
	"fmt"
	"image"
	"image/png"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"dangol/internal/core/print/virtual"
)

type sandboxCommands struct {
	Printer sandboxPrinter `cmd:"" help:"A receipt printer that exists only here, and misbehaves on demand."`
}

type sandboxPrinter struct {
	Listen    string `help:"Where it listens as a printer." default:"127.0.0.1:9100"`
	Control   string `help:"Where it can be looked at and its faults be changed, over HTTP: GET and PUT /faults, GET /page." default:"127.0.0.1:9180"`
	Pages     string `help:"The folder into which it lays its pages." default:"./pages" type:"path"`
	PaperOut  bool   `help:"It has no paper."`
	CoverOpen bool   `help:"Its cover is open."`
	Silent    bool   `help:"It never answers."`
	Babbling  bool   `help:"It answers what no printer answers."`
	Deaf      bool   `help:"It prints and never says that it is done."`
	Forgetful bool   `help:"It says that it printed and did not."`
	RowsLeft  int    `help:"After how many rows of dots the paper ends; 0 is never."`
	DropAfter int    `help:"After how many bytes of pictures it drops the line; 0 is never."`
	RowMicros int    `help:"How long a row of dots takes, in microseconds." default:"400"`
}

// Run prints until it is told to stop.
func (c sandboxPrinter) Run(s *surroundings) error {
	if err := os.MkdirAll(c.Pages, 0o750); err != nil {
		return fmt.Errorf("make the folder for pages: %w", err)
	}
	printer, err := virtual.Listen(s, c.Listen)
	if err != nil {
		return err
	}
	defer func() { _ = printer.Close() }()
	printer.Set(virtual.Faults{
		PaperOut: c.PaperOut, CoverOpen: c.CoverOpen, Silent: c.Silent, Babbling: c.Babbling, Deaf: c.Deaf, Forgetful: c.Forgetful,
		RowsLeft: c.RowsLeft, DropAfter: c.DropAfter, RowMicros: c.RowMicros,
	})
	control, err := (&net.ListenConfig{}).Listen(s, "tcp", c.Control)
	if err != nil {
		return fmt.Errorf("listen for control: %w", err)
	}
	server := &http.Server{Handler: printer.Control(), ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(control) }()
	defer func() { _ = server.Close() }()
	_, err = fmt.Fprintf(s.out, "printer  %s\ncontrol  http://%s/faults\npages    %s\n", printer.Address(), control.Addr(), c.Pages)
	if err != nil {
		return err
	}
	return c.keep(s, printer)
}

// keep lays each page into the folder.
func (c sandboxPrinter) keep(s *surroundings, printer *virtual.Printer) error {
	for number := 1; ; number++ {
		select {
		case <-s.Done():
			return nil
		case <-printer.Cut():
		}
		pages := printer.Pages()
		path := filepath.Join(c.Pages, fmt.Sprintf("page-%04d.png", number))
		if err := write(path, pages[len(pages)-1]); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(s.out, path); err != nil {
			return err
		}
	}
}

func write(path string, page image.Image) error {
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("keep a page: %w", err)
	}
	if err := png.Encode(file, page); err != nil {
		_ = file.Close()
		return fmt.Errorf("keep %s: %w", path, err)
	}
	return file.Close()
}
