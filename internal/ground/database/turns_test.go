package database_test

import (
	"testing"

	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
)

func TestTurnsAreCountedForWritesOnly(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		before, _ := db.Turns()
		nothing := func(*database.Tx) error { return nil }
		for _, run := range []error{db.Write(t.Context(), nothing), db.Write(t.Context(), nothing), db.Read(t.Context(), nothing)} {
			if run != nil {
				t.Fatal(run)
			}
		}
		if count, waited := db.Turns(); count != before+2 || waited <= 0 {
			t.Errorf("%d turns after %d, waited %s", count, before, waited)
		}
	})
}
