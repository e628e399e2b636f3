package databasetest

import (
	"os"
	"testing"
)

// URL is the PostgreSQL server on which tests make databases of their own.
func URL(t testing.TB) string {
	t.Helper()
	server := os.Getenv("DANGOL_TEST_DATABASE_URL")
	if server == "" {
		t.Fatal("there is no PostgreSQL to test on: run `make test`, or set DANGOL_TEST_DATABASE_URL to a server on which databases may be made")
	}
	return server
}
