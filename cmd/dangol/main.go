// Command dangol is the whole program: it serves a shop, and keeps its books from the command line.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	_ "time/tzdata" // stores know their time zones on machines that don't

	"github.com/alecthomas/kong"

	"dangol/internal/app"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/lang"
)

// version is set by the build.
var version = "dev"

// globals are the flags that every command takes.
type globals struct {
	Data        string `help:"The data folder." default:"./data" type:"path"`
	DatabaseURL string `help:"A PostgreSQL address; SQLite in the data folder when left out." name:"database-url" env:"DATABASE_URL,DANGOL_DATABASE_URL"`
	LogLevel    string `help:"How much is logged." enum:"debug,info,warn,error" default:"info"`
}

type commands struct {
	globals

	Serve   serve           `cmd:"" help:"Serve the shop."`
	Demo    demoFill        `cmd:"" help:"Fill the demo organisation and end."`
	Migrate migrate         `cmd:"" help:"Bring the database to this version and end."`
	Import  importing       `cmd:"" help:"Import from a file."`
	Export  exporting       `cmd:"" help:"Export to a file."`
	Verify  verify          `cmd:"" help:"Prove the books. Ends with 1 when anything differs."`
	Staff   staffCommands   `cmd:"" help:"Staff, without a browser."`
	Backup  backup          `cmd:"" help:"Copy a SQLite database to a file, also while it is served."`
	Restore restore         `cmd:"" help:"Put a backup in the place of a SQLite database."`
	Bench   benchCommand    `cmd:"" help:"Measure, as ratios taken in one run."`
	Drill   drillCommand    `cmd:"" help:"Break things on purpose and count what was lost."`
	Sandbox sandboxCommands `cmd:"" help:"Parts of the world to try things out with, that exist only here."`
	OpenAPI openAPI         `cmd:"" name:"openapi" help:"Print the description of the API." hidden:""`
	Version versionOf       `cmd:"" help:"Print the version."`
}

// surroundings are what commands work with.
type surroundings struct {
	context.Context
	globals globals
	out     io.Writer
	logger  *slog.Logger
}

// collectAt lets garbage grow to three times what is in use before it is collected: a sale leaves much behind, and what the
// program keeps is small. GOGC says otherwise.
const collectAt = 300

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "dangol: "+explain(err))
		os.Exit(1)
	}
}

func run(ctx context.Context, arguments []string, out, log io.Writer) error {
	var chosen commands
	parser, err := kong.New(&chosen,
		kong.Name("dangol"),
		kong.Description("Runs shops people come back to. Every flag is also a variable: --listen is DANGOL_LISTEN."),
		kong.DefaultEnvars("DANGOL"),
		kong.Writers(out, log),
		kong.UsageOnError(),
	)
	if err != nil {
		return fmt.Errorf("read the command line: %w", err)
	}
	command, err := parser.Parse(arguments)
	if err != nil {
		parser.FatalIfErrorf(err)
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(chosen.LogLevel)); err != nil {
		return fmt.Errorf("read the log level: %w", err)
	}
	return command.Run(&surroundings{
		Context: ctx, globals: chosen.globals, out: out,
		logger: slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: level})),
	})
}

// explain words an error for the person at the terminal, in the language of LANG.
func explain(err error) string {
	tag := lang.English
	if strings.HasPrefix(os.Getenv("LANG"), "ko") {
		tag = lang.Korean
	}
	found := fault.As(err)
	if found == nil {
		return err.Error()
	}
	sentence := found.Message(tag)
	for _, field := range found.Fields {
		sentence += "\n  " + field.Path + ": " + field.Message(tag)
	}
	if cause := errors.Unwrap(found); cause != nil {
		sentence += "\n  (" + cause.Error() + ")"
	}
	return sentence
}

// options are how the program is opened for a command.
func (s *surroundings) options() app.Options {
	return app.Options{
		Data: s.globals.Data, DatabaseURL: s.globals.DatabaseURL, Version: version, Logger: s.logger,
	}
}

// writing opens the program to change something. It refuses when another process works in the data folder.
func (s *surroundings) writing(use func(*app.App) error) (err error) {
	opened, err := app.Open(s, s.options())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	return use(opened)
}

type migrate struct{}

// Run migrates: opening does.
func (migrate) Run(s *surroundings) error {
	return s.writing(func(*app.App) error { return nil })
}

type versionOf struct{}

// Run prints the version.
func (versionOf) Run(s *surroundings) error {
	_, err := fmt.Fprintln(s.out, version)
	return err
}

type openAPI struct{}

// Run prints the description of the API, which a program on an empty database gives.
func (openAPI) Run(s *surroundings) error {
	folder, err := os.MkdirTemp("", "dangol-openapi-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	options := s.options()
	options.Data, options.DatabaseURL, options.Version = folder, "", "1"
	opened, err := app.Open(s, options)
	if err != nil {
		return err
	}
	_, err = s.out.Write(opened.Spec())
	return errors.Join(err, opened.Close())
}
