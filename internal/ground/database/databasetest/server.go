package databasetest

import (
	"os"
	"testing"
)

// variable names the PostgreSQL server on which tests make their databases. tools/withpg sets it.
const variable = "DANGOL_TEST_DATABASE_URL"

// URL is the address of the PostgreSQL server for tests. A test that can't reach one has failed: what is not tried on
// both databases is not tested.
func URL(t testing.TB) string {
	t.Helper()
	address := os.Getenv(variable)
	if address == "" {
		t.Fatalf("%s names no PostgreSQL. Run `make test`, or for one package:\n"+
			"\tgo run ./tools/withpg -- go test ./internal/…", variable)
	}
	return address
}
