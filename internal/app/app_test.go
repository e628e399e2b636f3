package app_test

import (
	"bytes"
	"context"
	"os"
	"testing"
	"time"

	"dangol/internal/app"
	"dangol/internal/app/demo"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/fault"
)

// until is the present of the tests' demo.
var until = time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)

func options(target database.Options) app.Options {
	return app.Options{Data: target.Folder, DatabaseURL: target.URL, Version: "1", Logger: databasetest.Quiet()}
}

// open opens the program on a target until the test ends.
func open(t testing.TB, target database.Options) *app.App {
	t.Helper()
	opened, err := app.Open(context.Background(), options(target))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := opened.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return opened
}

// fill makes a small demo: three shops, two days.
func fill(t *testing.T, target database.Options) {
	t.Helper()
	err := app.FillDemo(context.Background(), options(target), demo.Options{Seed: 3, SizePercent: 40, Days: 2, Until: until})
	if err != nil {
		t.Fatal(err)
	}
}

func TestBothDatabasesUnderstandEveryStatement(t *testing.T) {
	t.Parallel()
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			opened := open(t, databasetest.Target(t, dialect))
			if count := len(database.Statements()); count < 100 {
				t.Fatalf("only %d statements are registered", count)
			}
			if err := opened.DB.PrepareAll(context.Background()); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestTheCommittedDescriptionIsTheAPIs(t *testing.T) {
	t.Parallel()
	spec := open(t, databasetest.Target(t, database.SQLite)).Spec()
	committed, err := os.ReadFile("../../api/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(committed, spec) {
		t.Error("api/openapi.json is stale: run `make generate`")
	}
}

func TestEveryErrorSpeaksBothLanguages(t *testing.T) {
	t.Parallel()
	codes := fault.Codes()
	if len(codes) < 50 {
		t.Fatalf("only %d codes are defined", len(codes))
	}
	for _, code := range codes {
		korean := false
		for _, letter := range code.Text().KO {
			korean = korean || letter >= '가' && letter <= '힣'
		}
		if !korean || code.Text().EN == "" {
			t.Errorf("%s says %q and %q", code.Name(), code.Text().KO, code.Text().EN)
		}
	}
}
