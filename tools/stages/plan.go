package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// plans are the stages by what they check, with budgets that a busy machine of two cores keeps too.
var plans = map[string][]stage{
	"check": {
		{"format", time.Minute, gofumpt},
		{"lint", 12 * time.Minute, command(".", "bin/tools/golangci-lint", "run", "--allow-parallel-runners", "./...")},
		{"floors", time.Minute, command(".", "go", "run", "./tools/floors")},
		{"generated files", 4 * time.Minute, generated},
		{"vulnerabilities", 4 * time.Minute, vulnerabilities},
		{"types of the screens", 4 * time.Minute, command("web", "npm", "run", "--silent", "check")},
		{"format of the screens", time.Minute, command("web", "npm", "run", "--silent", "format:check")},
		{"format of the browser tests", time.Minute, command("e2e", "npm", "run", "--silent", "format:check")},
	},
	"test": {
		{"Go, SQLite and PostgreSQL 18", 20 * time.Minute, goTests("bin/tools/withpg", "--", "go", "test", "-json", "./...")},
		{"Go, races", 10 * time.Minute, goTests("bin/tools/withpg", "--", "go", "test", "-json", "-race",
			"./internal/ground/...", "./internal/core/ledger/...")},
		{"Go, fuzzing", 6 * time.Minute, fuzz("2s")},
		{"screens", 4 * time.Minute, junit("bin/reports/web.xml", "web", "npm", "run", "--silent", "test", "--",
			"--reporter=default", "--reporter=junit", "--outputFile.junit=../bin/reports/web.xml")},
		{"browser, SQLite", 20 * time.Minute, browser("sqlite", ".")},
		{"browser, PostgreSQL 18", 15 * time.Minute, browser("postgres", "flows", "../bin/tools/withpg", "--")},
		{"full disk, SQLite", 2 * time.Minute, fullDisk("sqlite")},
		{"full disk, PostgreSQL 18", 5 * time.Minute, fullDisk("postgres")},
	},
	"soak": {
		{"Go, races, twenty times", 90 * time.Minute, goTests("bin/tools/withpg", "--", "go", "test", "-json", "-race",
			"-count=20", "-shuffle=on", "-timeout=85m", "./internal/...")},
		{"Go, fuzzing", 90 * time.Minute, fuzz("3m")},
	},
	"test-other-postgres": {
		{"Go, another PostgreSQL", 12 * time.Minute, goTests("bin/tools/withpg", "--", "go", "test", "-json", "./internal/...")},
	},
}

// fuzz tries every fuzz target for the given time.
func fuzz(each string) work {
	return func(ctx context.Context, output io.Writer) (outcome, error) {
		targets, err := fuzzTargets(ctx)
		if err != nil {
			return outcome{}, err
		}
		var tests count
		for _, target := range targets {
			folder, name := target[0], target[1]
			err := start(ctx, ".", output, "go", "test", "-run=^$", "-fuzz=^"+name+"$", "-fuzztime="+each, "./"+folder)
			if err != nil {
				tests.Failed++
				continue // what it said stands in the output
			}
			tests.Passed++
		}
		if tests == (count{}) {
			return outcome{}, errors.New("no fuzz target was found")
		}
		return outcome{tests: tests}, nil
	}
}

// fuzzTargets are the fuzz targets of the product, each with the folder of its package.
func fuzzTargets(ctx context.Context) ([][2]string, error) {
	var said bytes.Buffer
	files, err := tracked(ctx, "internal/*_test.go")
	if err != nil {
		return nil, err
	}
	if err := start(ctx, ".", &said, append([]string{"grep", "-Eo", "-H", `^func Fuzz\w+`}, files...)...); err != nil {
		return nil, err
	}
	var targets [][2]string
	for line := range strings.Lines(said.String()) {
		file, function, _ := strings.Cut(strings.TrimSpace(line), ":func ")
		targets = append(targets, [2]string{filepath.Dir(file), function})
	}
	return targets, nil
}

// browser runs the browser tests of a folder after the given command, if any, has found them a database.
func browser(database, folder string, before ...string) work {
	report := "bin/reports/browser-" + database + ".xml"
	return junit(report, "e2e", append(before, "env", "DANGOL_E2E_DATABASE="+database, "node", "--test",
		"--test-concurrency=1", "--test-reporter=spec", "--test-reporter-destination=stdout",
		"--test-reporter=junit", "--test-reporter-destination=../"+report, folder)...)
}

// gofumpt names the files that it would write otherwise.
func gofumpt(ctx context.Context, output io.Writer) (outcome, error) {
	files, err := tracked(ctx, "*.go")
	if err != nil {
		return outcome{}, err
	}
	return silent("not formatted: run `make format`", append([]string{"bin/tools/gofumpt", "-l"}, files...)...)(ctx, output)
}

// generated makes the generated files again and compares them with what was there.
func generated(ctx context.Context, output io.Writer) (outcome, error) {
	before, err := worktree(ctx)
	if err != nil {
		return outcome{}, err
	}
	if err := start(ctx, ".", output, "make", "--no-print-directory", "generate"); err != nil {
		return outcome{}, err
	}
	after, err := worktree(ctx)
	if err != nil {
		return outcome{}, err
	}
	if !bytes.Equal(before, after) {
		_, _ = output.Write(after)
		return outcome{}, errors.New("stale: commit what `make generate` makes")
	}
	return outcome{}, nil
}

// worktree is how the working tree differs from its last commit, new files included.
func worktree(ctx context.Context) ([]byte, error) {
	var state bytes.Buffer
	for _, arguments := range [][]string{{"git", "diff", "HEAD"}, {"git", "status", "--porcelain"}} {
		if err := start(ctx, ".", &state, arguments...); err != nil {
			return nil, err
		}
	}
	return state.Bytes(), nil
}

// vulnerabilities asks the Go vulnerability database about what dangol calls. On a machine that can't reach it nothing
// was checked, and the table says so.
func vulnerabilities(ctx context.Context, output io.Writer) (outcome, error) {
	var said bytes.Buffer
	err := start(ctx, ".", io.MultiWriter(output, &said), "bin/tools/govulncheck", "./...")
	if err != nil && unreachable(said.String()) {
		const remark = "NOT CHECKED: the Go vulnerability database can't be reached from this machine"
		_, _ = fmt.Fprintln(output, remark)
		return outcome{remark: remark}, nil
	}
	return outcome{}, err
}

// fullDisk fills a small disk while the program sells. Where none can be mounted nothing was checked, and the table says
// so.
func fullDisk(database string) work {
	return func(ctx context.Context, output io.Writer) (outcome, error) {
		const cannotMount = 77
		err := start(ctx, ".", output, "tools/fulldisk", database)
		var ended *exec.ExitError
		if errors.As(err, &ended) && ended.ExitCode() == cannotMount {
			return outcome{remark: "NOT CHECKED: a small disk can't be mounted here"}, nil
		}
		return outcome{}, err
	}
}

// unreachable tells whether govulncheck failed before it knew anything. It then names the address that it asked, and
// nothing that it found.
func unreachable(said string) bool {
	return strings.Contains(said, "fetching vulnerabilities:") && !strings.Contains(said, "Vulnerability #")
}

// tracked are the files of the repository that match, new ones included.
func tracked(ctx context.Context, pattern string) ([]string, error) {
	var said bytes.Buffer
	err := start(ctx, ".", &said, "git", "ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", pattern)
	return strings.Fields(said.String()), err
}

// newLines reads lines of any length that a test may print, up to a bound.
func newLines(input io.Reader) *bufio.Scanner {
	const longest = 16 << 20
	lines := bufio.NewScanner(input)
	lines.Buffer(nil, longest)
	return lines
}
