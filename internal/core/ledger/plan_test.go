package ledger

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
)

var writerSettings = database.RegisterFor("ledger_test.writer_settings", `SELECT '', ''`,
	`SELECT name, setting FROM pg_settings WHERE source = 'client'`)

// TestAGroupReadsByKeyWhateverPostgresKnowsOfItsTables is about what PostgreSQL believes of a table until it looks at it
// again, which may be that it holds nothing.
func TestAGroupReadsByKeyWhateverPostgresKnowsOfItsTables(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	target := databasetest.Target(t, database.Postgres)
	db := databasetest.Reopen(t, target, nil)
	settings := map[string]string{}
	writer := db.NewWriter()
	defer writer.Close()
	err := writer.Write(ctx, func(tx *database.Tx) ([]database.Batch, error) {
		return nil, tx.Each(ctx, writerSettings, func(row database.Scanner) error {
			var name, value string
			err := row.Scan(&name, &value)
			settings[name] = value
			return err
		})
	})
	if err != nil || settings["plan_cache_mode"] != "force_generic_plan" {
		t.Fatalf("the writer's settings are %v: %v", settings, err)
	}
	config, err := pgx.ParseConfig(target.URL)
	if err != nil {
		t.Fatal(err)
	}
	config.RuntimeParams = settings
	for _, state := range []struct{ name, before string }{
		{"it has never looked at them", ``},
		{"they were empty when it looked", `ANALYZE`},
		{"they held little when it looked", rows(1, 100) + `ANALYZE`},
	} {
		conn, err := pgx.ConnectConfig(ctx, config)
		if err != nil {
			t.Fatal(err)
		}
		empty := `TRUNCATE ledger_account, ledger_posting, ledger_claim, ledger_transfer;`
		if _, err := conn.Exec(ctx, empty+state.before+";"+rows(1000, 3000), pgx.QueryExecModeSimpleProtocol); err != nil {
			t.Fatal(err)
		}
		for _, one := range []struct {
			statement *database.Statement
			args      int
			condition string
		}{
			{selectPostingsByKey, 2, "(key = wanted.value)"},
			{selectAccountsByCode, 2, "(code = wanted.value)"},
			{lockAccounts, 2, "(id = wanted.value)"},
			{readAccounts, 2, "(id = wanted.value)"},
			{selectLots, 2, "(parent_id = wanted.value)"},
			{selectClaims, 3, "(value = wanted.value)"},
			{sumDebits, 2, "(posting_id = wanted.value)"},
			{sumCredits, 2, "(posting_id = wanted.value)"},
			{changeAccount, 7, "(id = u.id)"},
		} {
			plan := planOf(ctx, t, conn, one.statement, one.args)
			if !strings.Contains(plan, "Index Cond: ((org_id = ") || !strings.Contains(plan, "AND "+one.condition) {
				t.Errorf("when %s, %s is planned as\n%s", state.name, one.statement.Name(), plan)
			}
		}
		if err := conn.Close(ctx); err != nil {
			t.Fatal(err)
		}
	}
}

// explainKeys asks for the plan that the session keeps of selectPostingsByKey, under the name that the driver gives it.
var explainKeys = func() *database.Statement {
	sum := sha256.Sum256([]byte(selectPostingsByKey.SQL(database.Postgres)))
	return database.RegisterFor("ledger_test.explain_keys", `SELECT ''`, fmt.Sprintf(`EXPLAIN EXECUTE "stmtcache_%x"(1, NULL)`, sum[:24]))
}()

func TestAWriterPlansAnewWhenItsTablesHaveGrown(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	target := databasetest.Target(t, database.Postgres)
	db := databasetest.Reopen(t, target, nil)
	conn, err := pgx.Connect(ctx, target.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	writer := db.NewWriter()
	defer writer.Close()
	var plans [2]string
	for i, before := range []string{`ANALYZE`, rows(1, 3000)} {
		if _, err := conn.Exec(ctx, before, pgx.QueryExecModeSimpleProtocol); err != nil {
			t.Fatal(err)
		}
		err := writer.Write(ctx, func(tx *database.Tx) ([]database.Batch, error) {
			if _, err := readKeys(ctx, tx, 1, database.Texts{"k"}); err != nil {
				return nil, err
			}
			return nil, tx.Each(ctx, explainKeys, func(row database.Scanner) error {
				var line string
				err := row.Scan(&line)
				plans[i] += line + "\n"
				return err
			})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if !strings.Contains(plans[1], "AND (key = wanted.value)") {
		t.Errorf("of empty tables:\n%s\nof those that have grown:\n%s", plans[0], plans[1])
	}
}

// rows writes rows of one organisation.
func rows(first, last int) string {
	each := fmt.Sprintf(" FROM generate_series(%d, %d) n;", first, last)
	return `INSERT INTO ledger_account SELECT 1, n, n::text, 'KRW', 'D', 0, 0, n / 2, '', 0, 0, 0, 0, 0, 0, 0, 0` + each +
		`INSERT INTO ledger_posting SELECT 1, n, n::text, '', 0, 0, '', n, 0, 0, '', ''` + each +
		`INSERT INTO ledger_claim SELECT 1, 's', n::text, n` + each +
		`INSERT INTO ledger_transfer SELECT 1, n, 0, 0, 'move', 1, 2, 'KRW', 1, 0, 0` + each
}

// planOf is the plan that a session keeps for a statement with so many arguments, most of which are lists.
func planOf(ctx context.Context, t *testing.T, conn *pgx.Conn, statement *database.Statement, args int) string {
	t.Helper()
	name := strings.ReplaceAll(statement.Name(), ".", "_")
	values := make([]string, args)
	for i := range values {
		values[i] = "NULL"
	}
	if _, err := conn.Exec(ctx, fmt.Sprintf("PREPARE %s AS %s", name, statement.SQL(database.Postgres))); err != nil {
		t.Fatal(err)
	}
	rows, err := conn.Query(ctx, fmt.Sprintf("EXPLAIN EXECUTE %s(%s)", name, strings.Join(values, ", ")))
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}
