package database_test

import (
	"context"
	"database/sql"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestBothSchemasAreTheSame compares all columns, keys and indexes of the two databases with each other and with the
// snapshot that is committed.
func TestBothSchemasAreTheSame(t *testing.T) {
	t.Parallel()
	sqlite := describe(t, "sqlite", filepath.Join(databasetest.Target(t, database.SQLite).Folder, database.FileName), sqliteSchema)
	postgres := describe(t, "pgx", databasetest.Target(t, database.Postgres).URL, postgresSchema)
	if sqlite != postgres {
		t.Fatalf("the schemas differ:\n%s", differing(sqlite, postgres))
	}
	const golden = "testdata/schema.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(sqlite), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if sqlite != string(want) {
		t.Fatalf("the schema is not the committed one (write it anew with -update):\n%s", differing(sqlite, string(want)))
	}
}

// TestTheMigrationsHaveEqualNumbers compares the names of the two folders.
func TestTheMigrationsHaveEqualNumbers(t *testing.T) {
	t.Parallel()
	names := map[string][]string{}
	for _, folder := range []string{"sqlite", "postgres"} {
		entries, err := os.ReadDir(filepath.Join("migrations", folder))
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			names[folder] = append(names[folder], entry.Name())
		}
	}
	if len(names["sqlite"]) == 0 || !slices.Equal(names["sqlite"], names["postgres"]) {
		t.Fatalf("sqlite has %v, postgres has %v", names["sqlite"], names["postgres"])
	}
}

const sqliteSchema = `
	SELECT 'column ' || t.name || '.' || c.name || ' ' || lower(c.type) || CASE WHEN c."notnull" = 1 THEN ' not null' ELSE '' END
	FROM sqlite_master t JOIN pragma_table_info(t.name) c
	WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE 'goose_%'
	UNION ALL
	SELECT CASE WHEN i.origin = 'pk' THEN 'key ' WHEN i."unique" = 1 THEN 'unique ' ELSE 'index ' END || t.name || ' (' ||
		(SELECT group_concat(k.name, ', ') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno) k) || ')' ||
		CASE WHEN i.partial = 1 THEN ' partial' ELSE '' END
	FROM sqlite_master t JOIN pragma_index_list(t.name) i
	WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE 'goose_%'
	UNION ALL
	SELECT 'key ' || t.name || ' (' || c.name || ')'
	FROM sqlite_master t JOIN pragma_table_info(t.name) c
	WHERE t.type = 'table' AND c.pk = 1 AND lower(c.type) = 'integer' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE 'goose_%'
		AND NOT EXISTS (SELECT 1 FROM pragma_index_list(t.name) i WHERE i.origin = 'pk')`

const postgresSchema = `
	SELECT 'column ' || table_name || '.' || column_name || ' ' ||
		CASE data_type WHEN 'bigint' THEN 'integer' WHEN 'bytea' THEN 'blob' ELSE data_type END ||
		CASE WHEN is_nullable = 'NO' THEN ' not null' ELSE '' END
	FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'goose_%'
	UNION ALL
	SELECT CASE WHEN i.indisprimary THEN 'key ' WHEN i.indisunique THEN 'unique ' ELSE 'index ' END || t.relname || ' (' ||
		(SELECT string_agg(a.attname, ', ' ORDER BY k.n) FROM unnest(i.indkey) WITH ORDINALITY k(num, n)
			JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.num) || ')' ||
		CASE WHEN i.indpred IS NOT NULL THEN ' partial' ELSE '' END
	FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
	WHERE n.nspname = 'public' AND t.relname NOT LIKE 'goose_%'`

func describe(t *testing.T, driver, address, query string) string {
	t.Helper()
	pool, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = pool.Close() }()
	rows, err := pool.QueryContext(context.Background(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var lines []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n") + "\n"
}

// differing lists the lines that only one of the texts has.
func differing(one, other string) string {
	var out []string
	for _, side := range []struct{ mark, has, lacks string }{{"- ", one, other}, {"+ ", other, one}} {
		for line := range strings.Lines(side.has) {
			if !strings.Contains(side.lacks, line) {
				out = append(out, side.mark+strings.TrimSpace(line))
			}
		}
	}
	return strings.Join(out, "\n")
}

// TestEveryTableBelongsToAnOrganisation holds that org_id comes first in every key, so that organisations can be spread
// over machines. The tables named here belong to the installation.
func TestEveryTableBelongsToAnOrganisation(t *testing.T) {
	t.Parallel()
	installation := []string{"id_block"}
	content, err := os.ReadFile("testdata/schema.golden")
	if err != nil {
		t.Fatal(err)
	}
	keys := regexp.MustCompile(`(?m)^(?:key|unique) (\w+) \((\w+)`).FindAllStringSubmatch(string(content), -1)
	if len(keys) < 5 {
		t.Fatalf("only %d keys were found", len(keys))
	}
	for _, key := range keys {
		if key[2] != "org_id" && !slices.Contains(installation, key[1]) {
			t.Errorf("a key of %s begins with %s, not with org_id", key[1], key[2])
		}
	}
}
