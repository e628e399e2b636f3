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
		advance: database.Register("ledger.advance_"+name, fmt.Sprintf(
			`UPDATE %s SET version = version + 1 WHERE org_id = $1 AND id = $2 AND version = $3`, name)),
	}
}
