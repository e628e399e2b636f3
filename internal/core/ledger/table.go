package ledger

import (
	"fmt"

	"dangol/internal/ground/database"
)

// Table is a table whose rows have a version that Units expect. It must have the columns org_id, id and version.
type Table struct {
	name    string
	version *database.Statement
	advance *database.Statement
}

// Versioned registers a table. It is called for package variables, once a table.
func Versioned(name string) *Table {
	return &Table{
		name: name,
		version: database.Register("ledger.version_of_"+name, fmt.Sprintf(
			`SELECT version FROM %s WHERE org_id = $1 AND id = $2 FOR UPDATE`, name)),
		advance: database.RegisterMany("ledger.advance_"+name,
			fmt.Sprintf(`UPDATE %s SET version = version + 1 WHERE org_id = $1 AND id = $2 AND version = $3`, name),
			fmt.Sprintf(`
				WITH moved AS (
					UPDATE %s t SET version = t.version + 1
					FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS u(org_id, id, version)
					WHERE t.org_id = u.org_id AND t.id = u.id AND t.version = u.version
					RETURNING 1)
				SELECT 1 / CASE WHEN COUNT(*) = cardinality($1::bigint[]) THEN 1 ELSE 0 END FROM moved`, name)),
	}
}
