package database

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// pinned are the settings of a writer's session. Its statements reach few rows through a key each; a plan that was made
// while a table was empty, or that joins two thousand ids by hashing a million accounts, would be kept for ever.
var pinned = map[string]string{
	"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off",
	"enable_bitmapscan": "off", "jit": "off", "lock_timeout": "1s", "statement_timeout": "5s",
}

// postgresWriter is a session of its own.
type postgresWriter struct {
	engine *postgresEngine
	conn   *pgx.Conn
	// used is how many transactions the session has begun.
	used int
}

func (e *postgresEngine) newWriter() (func(ctx context.Context) (session, error), func()) {
	w := &postgresWriter{engine: e}
	return w.begin, w.close
}

func (w *postgresWriter) begin(ctx context.Context) (session, error) {
	if w.conn == nil {
		config := w.engine.pool.Config().ConnConfig
		for name, value := range pinned {
			config.RuntimeParams[name] = value
		}
		conn, err := pgx.ConnectConfig(ctx, config)
		if err != nil {
			return nil, err
		}
		// Only a superuser may, and most databases are used by none: then deadlocks take a second to be found.
		_, _ = conn.Exec(ctx, "SET deadlock_timeout = '100ms'")
		encodeLists(conn)
		w.conn, w.used = conn, 0
	}
	// While a table is small all its indexes look alike, so what was planned then may go through every row of an
	// organisation. It is planned anew each time that the tables may have doubled.
	if w.used++; w.used&(w.used-1) == 0 {
		if _, err := w.conn.Exec(ctx, "DISCARD PLANS"); err != nil {
			w.close()
			return nil, err
		}
	}
	return &postgresWriting{writer: w}, nil
}

func (w *postgresWriter) close() {
	if w.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), rollbackTimeout)
	defer cancel()
	_ = w.conn.Close(ctx)
	w.conn = nil
}

// postgresWriting is a transaction that begins with its first round trip.
type postgresWriting struct {
	writer *postgresWriter
	begun  bool
}

func (s *postgresWriting) ready(ctx context.Context) error {
	if s.begun {
		return nil
	}
	s.begun = true
	_, err := s.writer.conn.Exec(ctx, "begin")
	return err
}

func (s *postgresWriting) exec(ctx context.Context, statement *Statement, args []any) (int64, error) {
	if err := s.ready(ctx); err != nil {
		return 0, err
	}
	tag, err := s.writer.conn.Exec(ctx, statement.sql[Postgres], postgresArguments(args)...)
	return tag.RowsAffected(), err
}

func (s *postgresWriting) query(ctx context.Context, statement *Statement, args []any) (rows, error) {
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	found, err := s.writer.conn.Query(ctx, statement.sql[Postgres], postgresArguments(args)...)
	if err != nil {
		return nil, err
	}
	return postgresRows{found}, nil
}

func (s *postgresWriting) execMany(ctx context.Context, statement *Statement, list [][]any) ([]int64, error) {
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	return postgresMany(ctx, s.writer.conn, s.writer.engine, statement, list)
}

// finish sends the beginning if it has not been sent, the batches and the COMMIT in one round trip. A batch whose rows
// must be counted is asked about before the COMMIT, which is a round trip more.
func (s *postgresWriting) finish(ctx context.Context, batches []Batch) error {
	pipeline := &pgx.Batch{}
	if !s.begun {
		pipeline.Queue("begin")
	}
	s.begun = true
	counted := false
	var failed error
	for _, batch := range batches {
		counted = counted || batch.One && !batch.Statement.many
		for _, call := range s.writer.engine.batchCalls(batch) {
			queued := pipeline.Queue(call.text, call.args...)
			if batch.One && !batch.Statement.many {
				queued.Exec(func(tag pgconn.CommandTag) error {
					if tag.RowsAffected() != call.rows && failed == nil {
						failed = batch.missed(tag.RowsAffected())
					}
					return nil
				})
			}
		}
	}
	if !counted {
		pipeline.Queue("commit")
	}
	s.writer.engine.step()
	if err := s.writer.conn.SendBatch(ctx, pipeline).Close(); err != nil {
		return s.lost(err, !counted)
	}
	s.writer.engine.step()
	if failed != nil || !counted {
		return failed
	}
	return s.commit(ctx)
}

// lost says what an error means for a transaction whose COMMIT had been sent.
func (s *postgresWriting) lost(err error, sent bool) error {
	if sent && !refusedCommit(err) {
		return &commitLost{cause: err}
	}
	return err
}

// commit is not to be interrupted: once begun, its outcome is waited for.
func (s *postgresWriting) commit(ctx context.Context) error {
	if !s.begun {
		return nil
	}
	tag, err := s.writer.conn.Exec(context.WithoutCancel(ctx), "commit")
	if err == nil && tag.String() == "ROLLBACK" {
		return pgx.ErrTxCommitRollback
	}
	if err != nil {
		return s.lost(err, true)
	}
	return nil
}

func (s *postgresWriting) rollback() {
	ctx, cancel := context.WithTimeout(context.Background(), rollbackTimeout)
	defer cancel()
	conn := s.writer.conn
	if s.begun && !conn.IsClosed() && conn.PgConn().TxStatus() != 'I' {
		if _, err := conn.Exec(ctx, "rollback"); err != nil {
			s.writer.close()
			return
		}
	}
	if conn.IsClosed() {
		s.writer.conn = nil
	}
}

// call is one execution of a statement that stands for so many rows of a batch.
type call struct {
	text string
	args []any
	rows int64
}

// batchCalls gives the executions for a batch.
func (e *postgresEngine) batchCalls(batch Batch) []call {
	statement := batch.Statement
	if batch.Columns == nil {
		return e.calls(statement, batch.Rows)
	}
	length := int64(batch.Len())
	switch {
	case length == 0:
		return nil
	case statement.many:
		return []call{{text: statement.sql[Postgres], args: batch.Columns, rows: length}}
	case statement.insert != nil:
		return []call{{text: e.bulk(statement, kindsOf(batch.Columns)), args: batch.Columns, rows: length}}
	}
	rows := make([][]any, length)
	for i := range rows {
		rows[i] = make([]any, len(batch.Columns))
		batch.row(i, rows[i])
	}
	return e.calls(statement, rows)
}

// kindsOf are the letters of columns; a capital is one number for all rows.
func kindsOf(columns []any) string {
	kinds := make([]byte, len(columns))
	for i, column := range columns {
		switch column.(type) {
		case int64:
			kinds[i] = 'N'
		case []string:
			kinds[i] = 't'
		case [][]byte:
			kinds[i] = 'b'
		default:
			kinds[i] = 'n'
		}
	}
	return string(kinds)
}

// calls gives the executions for rows: one for all its rows where the statement allows it, else one for each.
func (e *postgresEngine) calls(statement *Statement, list [][]any) []call {
	if len(list) == 0 {
		return nil
	}
	if statement.many || len(list) > 1 && statement.insert != nil {
		if columns := transpose(list); columns != nil {
			text := statement.sql[Postgres]
			if !statement.many {
				columns[0] = sole(columns[0])
				text = e.bulk(statement, kindsOf(columns))
			}
			return []call{{text: text, args: columns, rows: int64(len(list))}}
		}
	}
	calls := make([]call, len(list))
	for i, args := range list {
		calls[i] = call{text: statement.sql[Postgres], args: postgresArguments(args), rows: 1}
	}
	return calls
}

// transpose makes a list of rows one array for each column; nil when a column holds anything but numbers, texts or
// bytes, each all the way down.
func transpose(list [][]any) []any {
	columns := make([]any, len(list[0]))
	for c := range columns {
		switch list[0][c].(type) {
		case int64, int:
			columns[c] = numbers(list, c)
		case string:
			columns[c] = cast[string](list, c)
		case []byte:
			columns[c] = cast[[]byte](list, c)
		}
		if columns[c] == nil {
			return nil
		}
	}
	return columns
}

// sole gives the number that all rows have, such as their organisation; else the column.
func sole(column any) any {
	numbers, is := column.([]int64)
	if !is || slices.ContainsFunc(numbers, func(number int64) bool { return number != numbers[0] }) {
		return column
	}
	return numbers[0]
}

func numbers(list [][]any, c int) any {
	column := make([]int64, len(list))
	for i, row := range list {
		switch number := row[c].(type) {
		case int64:
			column[i] = number
		case int:
			column[i] = int64(number)
		default:
			return nil
		}
	}
	return column
}

func cast[T any](list [][]any, c int) any {
	column := make([]T, len(list))
	for i, row := range list {
		value, is := row[c].(T)
		if !is {
			return nil
		}
		column[i] = value
	}
	return column
}

// plainInsert is an INSERT of one row whose values are placeholders or expressions of them, with nothing after it.
var plainInsert = regexp.MustCompile(`(?s)^\s*(INSERT INTO \w+\s*\([^)]*\))\s*VALUES\s*\((.*)\)\s*$`)

// insertion is the parts of a plain INSERT.
type insertion struct {
	head, values string
	// many is the text for rowsAtOnce rows, whose placeholders follow each other.
	many string
}

var placeholder = regexp.MustCompile(`\$(\d+)`)

func parseInsert(text string) *insertion {
	parts := plainInsert.FindStringSubmatch(text)
	if len(parts) == 0 || strings.Contains(strings.ToUpper(parts[2]), "SELECT") {
		return nil // what a row looks up may depend on the row before it
	}
	return &insertion{head: parts[1], values: parts[2], many: manyRows(parts[1], parts[2])}
}

// manyRows repeats the values of an INSERT.
func manyRows(head, values string) string {
	width := 0
	for _, found := range placeholder.FindAllStringSubmatch(values, -1) {
		if number, err := strconv.Atoi(found[1]); err == nil {
			width = max(width, number)
		}
	}
	rows := make([]string, rowsAtOnce)
	for i := range rows {
		rows[i] = "(" + placeholder.ReplaceAllStringFunc(values, func(found string) string {
			number, _ := strconv.Atoi(found[1:])
			return "$" + strconv.Itoa(number+i*width)
		}) + ")"
	}
	return head + " VALUES " + strings.Join(rows, ", ")
}

// bulk is the text that inserts many rows at once, given as one array for each placeholder.
func (e *postgresEngine) bulk(statement *Statement, kinds string) string {
	key := bulkKey{statement, kinds}
	if text, known := e.bulks.Load(key); known {
		return text.(string) //nolint:errcheck // bulks holds nothing but texts
	}
	// Lists that are unfolded where columns are selected give row after row. As a table, each would be stored first.
	var lists []string
	for i, kind := range kinds {
		if kind != 'N' {
			kind := map[rune]string{'n': "bigint", 't': "text", 'b': "bytea"}[kind]
			lists = append(lists, fmt.Sprintf("unnest($%d::%s[]) AS p%d", i+1, kind, i+1))
		}
	}
	values := placeholder.ReplaceAllStringFunc(statement.insert.values, func(found string) string {
		if number, _ := strconv.Atoi(found[1:]); kinds[number-1] != 'N' {
			return "u.p" + found[1:]
		}
		return found + "::bigint"
	})
	text := fmt.Sprintf("%s SELECT %s FROM (SELECT %s) AS u", statement.insert.head, values, strings.Join(lists, ", "))
	e.bulks.Store(key, text)
	return text
}

type bulkKey struct {
	statement *Statement
	kinds     string
}

// bulks holds the texts by statement and kinds of columns.
type bulks = sync.Map

// postgresMany runs a statement for each row, in as few executions and one round trip as can be.
func postgresMany(
	ctx context.Context, on interface {
		SendBatch(ctx context.Context, batch *pgx.Batch) pgx.BatchResults
	}, engine *postgresEngine, statement *Statement, list [][]any,
) (counts []int64, err error) {
	pipeline := &pgx.Batch{}
	calls := engine.calls(statement, list)
	for _, call := range calls {
		pipeline.Queue(call.text, call.args...)
	}
	results := on.SendBatch(ctx, pipeline)
	defer func() {
		if closing := results.Close(); err == nil && closing != nil {
			err = closing
		}
	}()
	for _, call := range calls {
		tag, err := results.Exec()
		if err != nil {
			return nil, err
		}
		if call.rows == 1 {
			counts = append(counts, tag.RowsAffected())
			continue
		}
		if tag.RowsAffected() != call.rows && !statement.many {
			return nil, errors.New("an insert of many rows did not insert each")
		}
		for range call.rows {
			counts = append(counts, 1)
		}
	}
	return counts, nil
}
