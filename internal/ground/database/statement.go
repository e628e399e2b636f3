package database

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"
	"sync"
)

// Dialect is one of the two databases.
type Dialect int

const (
	// SQLite is the default: one file, in the process.
	SQLite Dialect = iota
	// Postgres is PostgreSQL 15 or newer.
	Postgres
)

// String is the dialect's name.
func (d Dialect) String() string {
	if d == Postgres {
		return "postgres"
	}
	return "sqlite"
}

// Statement is one registered SQL text. SQL exists nowhere else, so a test can prepare every statement on both
// databases.
type Statement struct {
	name string
	sql  [2]string
	// insert is set when PostgreSQL can be given many rows at once in place of one.
	insert *insertion
	// many says that PostgreSQL's text takes one array for each placeholder of SQLite's.
	many bool
}

// Name is the statement's registered name.
func (s *Statement) Name() string { return s.name }

// SQL is the text for one database.
func (s *Statement) SQL(dialect Dialect) string { return s.sql[dialect] }

var (
	registryMutex sync.Mutex
	registry      = map[string]*Statement{}
	anyID         = regexp.MustCompile(`ANY_ID\((\$\d+)\)`)
	anyText       = regexp.MustCompile(`ANY_TEXT\((\$\d+)\)`)
	each          = regexp.MustCompile(`EACH_(ID|TEXT)\((\$\d+)\)`)
	forUpdate     = regexp.MustCompile(`\s+FOR (UPDATE|SHARE)\b`)
)

// Register registers a statement of the common subset. Placeholders are $1, $2 …; three forms are translated:
//
//   - "x = ANY_ID($1)" and "x = ANY_TEXT($1)" test against a list given as IDs or Texts.
//   - "x = EACH_ID($1)" and "x = EACH_TEXT($1)" do, too, and have PostgreSQL run the query once for each of the list, in its
//     order: then it takes the key that ends with x, whatever it believes of the table's size. The list holds nothing
//     twice.
//   - "FOR UPDATE" and "FOR SHARE" lock rows on PostgreSQL and are left out on SQLite, which has one writer.
//
// A plain INSERT of one row, "INSERT INTO t (a, b) VALUES ($1, $2)", is given to PostgreSQL once for many rows.
//
// It is called for package variables; a name registered twice stops the program at its start.
func Register(name, sql string) *Statement {
	sqlite := each.ReplaceAllString(sql, `ANY_$1($2)`)
	sqlite = anyID.ReplaceAllString(sqlite, `(SELECT value FROM json_each($1))`)
	sqlite = anyText.ReplaceAllString(sqlite, `(SELECT value FROM json_each($1))`)
	sqlite = strings.ReplaceAll(sqlite, "= (SELECT value FROM json_each", "IN (SELECT value FROM json_each")
	sqlite = forUpdate.ReplaceAllString(sqlite, "")
	postgres := anyID.ReplaceAllString(sql, `ANY($1::bigint[])`)
	postgres = anyText.ReplaceAllString(postgres, `ANY($1::text[])`)
	if list := each.FindStringSubmatch(postgres); list != nil {
		kind := map[string]string{"ID": "bigint", "TEXT": "text"}[list[1]]
		// OFFSET 0 keeps the planner from turning it into a join that it may begin from either end.
		postgres = fmt.Sprintf("SELECT found.* FROM unnest(%s::%s[]) AS wanted(value) CROSS JOIN LATERAL (%s OFFSET 0) found",
			list[2], kind, each.ReplaceAllString(postgres, "wanted.value"))
	}
	return RegisterFor(name, sqlite, postgres)
}

// RegisterFor registers a hot statement that each database needs in its own words.
func RegisterFor(name, sqlite, postgres string) *Statement {
	registryMutex.Lock()
	defer registryMutex.Unlock()
	if _, twice := registry[name]; twice {
		panic(fmt.Sprintf("database: statement %q is registered twice", name))
	}
	statement := &Statement{name: name, sql: [2]string{SQLite: sqlite, Postgres: postgres}, insert: parseInsert(postgres)}
	if statement.insert != nil && sqlite != postgres {
		statement.insert.many = ""
	}
	registry[name] = statement
	return statement
}

// RegisterMany registers a hot statement for batches: SQLite's text is run for each row, PostgreSQL's once, with one array
// for each placeholder, all of numbers ($1::bigint[]), texts or bytes, or one number where the batch's column is one. How
// many rows it touched is its own to prove.
func RegisterMany(name, sqlite, postgres string) *Statement {
	statement := RegisterFor(name, sqlite, postgres)
	statement.many, statement.insert = true, nil
	return statement
}

// Statements lists every registered statement by name.
func Statements() []*Statement {
	registryMutex.Lock()
	defer registryMutex.Unlock()
	statements := make([]*Statement, 0, len(registry))
	for _, statement := range registry {
		statements = append(statements, statement)
	}
	sort.Slice(statements, func(i, j int) bool { return statements[i].name < statements[j].name })
	return statements
}

// IDs is a list of ids as an argument for ANY_ID.
type IDs []int64

// Texts is a list of texts as an argument for ANY_TEXT.
type Texts []string

// Bool is how a truth is stored: 1 or 0.
func Bool(truth bool) int64 {
	if truth {
		return 1
	}
	return 0
}

// sqliteArguments gives lists the form that SQLite reads. The arguments given stay as they are.
func sqliteArguments(args []any) ([]any, error) {
	return convert(args, func(arg any) (any, bool, error) {
		var text []byte
		var err error
		switch list := arg.(type) {
		case IDs:
			text, err = json.Marshal(append(IDs{}, list...))
		case Texts:
			text, err = json.Marshal(append(Texts{}, list...))
		default:
			return nil, false, nil
		}
		return string(text), true, err
	})
}

// postgresArguments gives lists the form that pgx reads. The arguments given stay as they are.
func postgresArguments(args []any) []any {
	converted, _ := convert(args, func(arg any) (any, bool, error) {
		switch list := arg.(type) {
		case IDs:
			return append([]int64{}, list...), true, nil
		case Texts:
			return append([]string{}, list...), true, nil
		}
		return nil, false, nil
	})
	return converted
}

// convert replaces some arguments, in a copy when there are any to replace.
func convert(args []any, replace func(arg any) (any, bool, error)) ([]any, error) {
	converted := args
	for i, arg := range args {
		replaced, is, err := replace(arg)
		if err != nil {
			return nil, fmt.Errorf("encode argument %d: %w", i+1, err)
		}
		if !is {
			continue
		}
		if &converted[0] == &args[0] {
			converted = slices.Clone(args)
		}
		converted[i] = replaced
	}
	return converted, nil
}
