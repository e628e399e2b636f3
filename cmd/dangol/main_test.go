package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dangol/internal/app/drill"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
)

// asProgram makes the test binary be dangol itself, for drills that start it and kill it.
const asProgram = "DANGOL_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		os.Exit(0)
	}
	if err := os.Setenv(asProgram, "1"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

func TestAProgramThatIsKilledWhileItSellsLosesNothing(t *testing.T) {
	t.Parallel()
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			target := databasetest.Target(t, dialect)
			var out bytes.Buffer
			result, report, err := drill.Run(context.Background(), "crash", drill.Options{
				Program: os.Args[0], Data: target.Folder, DatabaseURL: target.URL, Seed: 7, Size: 300, Out: &out,
				Logger: databasetest.Quiet(),
			})
			if err != nil {
				t.Fatal(err)
			}
			if !result.OK() || result.Kills < 3 || result.Count < 100 {
				t.Errorf("the drill found %+v", result)
			}
			if !report.OK() || report.Postings < int64(result.Count) {
				t.Errorf("verify found %+v", report)
			}
		})
	}
}

// dangol runs the program in this process on a data folder.
func dangol(t *testing.T, folder string, arguments ...string) (string, error) {
	t.Helper()
	var out, log bytes.Buffer
	err := run(context.Background(), append(arguments, "--data", folder, "--log-level", "error"), &out, &log)
	return out.String(), err
}

func must(t *testing.T, folder string, arguments ...string) string {
	t.Helper()
	out, err := dangol(t, folder, arguments...)
	if err != nil {
		t.Fatalf("dangol %s: %s\n%s", strings.Join(arguments, " "), explain(err), out)
	}
	return out
}

func TestACatalogueIsImportedAndExportedAndComesBackUnchanged(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "data")
	must(t, folder, "demo", "--days", "1", "--size", "5")
	file := filepath.Join(t.TempDir(), "catalogue.xlsx")
	must(t, folder, "export", "catalog", file, "--store", "CAFE-1")
	if out := must(t, folder, "import", "catalog", file, "--check", "--store", "CAFE-1"); !strings.Contains(out, " 0 products new, 0 changed") {
		t.Errorf("an export that is imported again says: %s", out)
	}
	text := filepath.Join(t.TempDir(), "text.csv")
	if err := os.WriteFile(text, []byte("%PDF-1.7 nothing to sell"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := dangol(t, folder, "import", "catalog", text); err == nil {
		t.Errorf("a PDF was imported: %s", out)
	}
}

func TestABackupOfTheBooksProvesRightWhereverItIs(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "data")
	must(t, folder, "demo", "--days", "1", "--size", "5")
	file := filepath.Join(t.TempDir(), "backup.db")
	must(t, folder, "backup", file)
	postings := func(arguments ...string) float64 {
		var report struct {
			OK       bool    `json:"ok"`
			Postings float64 `json:"postings"`
		}
		out := must(t, folder, append([]string{"verify", "--json"}, arguments...)...)
		if err := json.Unmarshal([]byte(out), &report); err != nil || !report.OK {
			t.Fatalf("verify %v: %s, %v", arguments, out, err)
		}
		return report.Postings
	}
	here := postings()
	if here == 0 || postings("--file", file) != here {
		t.Errorf("the backup has %v postings, the books %v", postings("--file", file), here)
	}
	must(t, folder, "restore", file)
	if back := postings(); back != here {
		t.Errorf("after the restore there are %v postings, before %v", back, here)
	}
}

func TestACommandThatWritesWaitsForNoOneElse(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "data")
	must(t, folder, "migrate")
	release, err := database.LockFolder(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = release() }()
	for _, command := range [][]string{{"migrate"}, {"demo"}, {"restore", filepath.Join(folder, database.FileName)}} {
		if _, err := dangol(t, folder, command...); !database.ErrFolderInUse.Has(err) {
			t.Errorf("%v while the folder is in use: %v", command, err)
		}
	}
	must(t, folder, "verify")
}
