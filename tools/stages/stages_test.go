package main

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestGoTestsAreCounted(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		events string
		want   count
		shown  string
		hidden string
	}{
		{
			name: "what passed is counted and not repeated",
			events: `{"Action":"output","Package":"dangol/a","Test":"TestX","Output":"chatter\n"}
{"Action":"pass","Package":"dangol/a","Test":"TestX"}
{"Action":"pass","Package":"dangol/a","Elapsed":1.5}`,
			want: count{Passed: 1}, shown: "dangol/a", hidden: "chatter",
		},
		{
			name: "what a failed test said is shown",
			events: `{"Action":"output","Package":"dangol/a","Test":"TestX","Output":"got 1, want 2\n"}
{"Action":"fail","Package":"dangol/a","Test":"TestX"}
{"Action":"fail","Package":"dangol/a"}`,
			want: count{Failed: 1}, shown: "got 1, want 2",
		},
		{
			name:   "a skipped test is counted and named",
			events: `{"Action":"skip","Package":"dangol/a","Test":"TestX"}`,
			want:   count{Skipped: 1}, shown: "SKIPPED dangol/a TestX",
		},
		{
			name:   "a package without tests is no skipped test",
			events: `{"Action":"skip","Package":"dangol/a"}`,
		},
		{
			name: "a package that can't be built has failed",
			events: `{"Action":"build-output","ImportPath":"dangol/a","Output":"undefined: x\n"}
{"Action":"fail","Package":"dangol/a"}`,
			want: count{Failed: 1}, shown: "undefined: x",
		},
		{
			name: "what was said by a test that never ended is shown",
			events: `{"Action":"output","Package":"dangol/a","Test":"TestX","Output":"out of memory\n"}
{"Action":"fail","Package":"dangol/a"}`,
			want: count{Failed: 1}, shown: "out of memory",
		},
		{
			name:   "what is no event is shown",
			events: `go: cannot find main module`,
			shown:  "go: cannot find main module",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var output strings.Builder
			got, err := readGoTests(strings.NewReader(row.events), &output)
			if err != nil {
				t.Fatal(err)
			}
			if got != row.want {
				t.Errorf("counted %+v, want %+v", got, row.want)
			}
			if !strings.Contains(output.String(), row.shown) {
				t.Errorf("showed %q, want %q in it", output.String(), row.shown)
			}
			if row.hidden != "" && strings.Contains(output.String(), row.hidden) {
				t.Errorf("showed %q, want nothing of %q", output.String(), row.hidden)
			}
		})
	}
}

func TestCasesOfAReportAreCounted(t *testing.T) {
	t.Parallel()
	got, err := countCases([]byte(`<?xml version="1.0"?>
<testsuites>
  <testsuite name="till"><testcase name="a"/><testcase name="b"><failure>` + "\x1b[31mno\x1b[0m" + `</failure></testcase>
    <testsuite name="inner"><testcase name="c"><skipped/></testcase><testcase name="d"/></testsuite>
  </testsuite>
  <testcase name="e"><error/></testcase>
</testsuites>`))
	if want := (count{Passed: 2, Failed: 2, Skipped: 1}); err != nil || got != want {
		t.Errorf("counted %+v (%v), want %+v", got, err, want)
	}
	if _, err := countCases([]byte("<testsuites><testcase")); err == nil {
		t.Error("half a report was taken for a whole one")
	}
}

func TestStageFails(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		work work
		want string
	}{
		{"not when its work succeeds", reaching(outcome{tests: count{Passed: 3}}, nil), ""},
		{"when its work does", reaching(outcome{}, errors.New("no browser")), "no browser"},
		{"when a test failed", reaching(outcome{tests: count{Passed: 3, Failed: 1}}, nil), "tests failed"},
		{"when a test was skipped", reaching(outcome{tests: count{Passed: 3, Skipped: 1}}, nil), "tests were skipped"},
		{"when its command fails", command(".", "false"), "false: exit status 1"},
		{"when a silent command complains", silent("complaint", "echo", "file.go"), "complaint"},
		{"when no test ran", goTests("true"), "no test ran"},
		{"when it leaves no report", junit(filepath.Join(t.TempDir(), "report.xml"), ".", "true"), "no such file"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			done := stage{"a stage", time.Minute, row.work}.execute(t.Context(), io.Discard)
			if (row.want == "") != (done.Failure == "") || !strings.Contains(done.Failure, row.want) {
				t.Errorf("failure is %q, want %q", done.Failure, row.want)
			}
		})
	}
}

func TestStageOverItsBudgetEndsWithAllThatItStarted(t *testing.T) {
	t.Parallel()
	begun := time.Now()
	done := stage{"a stage", 50 * time.Millisecond, command(".", "sh", "-c", "sleep 60 & sleep 60")}.execute(t.Context(), io.Discard)
	if done.Failure != "over its time budget" {
		t.Errorf("failure is %q", done.Failure)
	}
	if took := time.Since(begun); took > 30*time.Second {
		t.Errorf("took %s", took)
	}
}

func TestInterruptedStageSaysSo(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if done := (stage{"a stage", time.Minute, command(".", "sleep", "60")}).execute(ctx, io.Discard); done.Failure != "interrupted" {
		t.Errorf("failure is %q", done.Failure)
	}
}

func TestRowsAreAddedUpOverRuns(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "stages")
	for _, rows := range [][]row{
		{{Name: "one", Budget: time.Second, Count: count{Passed: 2}}},
		{{Name: "two", Budget: time.Second, Count: count{Passed: 1, Failed: 1}, Failure: "tests failed", Remark: "NOT CHECKED: something"}},
	} {
		if err := save(file, rows); err != nil {
			t.Fatal(err)
		}
	}
	var output strings.Builder
	err := run(t.Context(), []string{"summary"}, file, &output)
	if err == nil {
		t.Error("a failed stage is no failure of the whole")
	}
	for _, want := range []string{"one", "two", "NOT CHECKED: something", "\n3 passed, 1 failed, 0 skipped\n"} {
		if !strings.Contains(output.String(), want) {
			t.Errorf("the summary lacks %q:\n%s", want, output.String())
		}
	}
}

func TestUnreachableDatabaseIsNoVulnerability(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		said string
		want bool
	}{
		{"no network", `govulncheck: fetching vulnerabilities: Get "https://…": dial tcp: lookup …: no such host`, true},
		{"a vulnerability", "=== Symbol Results ===\n\nVulnerability #1: GO-2025-0001\n", false},
		{"a program that does not build", "govulncheck: loading packages: There are errors with the provided package patterns", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got := unreachable(row.said); got != row.want {
				t.Errorf("unreachable is %v", got)
			}
		})
	}
}

// reaching is work that comes to the given end.
func reaching(end outcome, err error) work {
	return func(context.Context, io.Writer) (outcome, error) { return end, err }
}
