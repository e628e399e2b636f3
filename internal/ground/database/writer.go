package database

import (
	"context"
	"fmt"
)

// Batch is one statement and the rows of arguments that it is run for, in order.
type Batch struct {
	Statement *Statement
	Rows      [][]any
	// Columns, in place of Rows, are the arguments by placeholder: each an []int64, []string or [][]byte, all of one length,
	// or an int64 that is the same for all rows. One at least is a list.
	Columns []any
	// One says that each row of arguments must touch exactly one row of the table, or the transaction fails. On
	// PostgreSQL a statement of RegisterMany proves that itself.
	One bool
}

// Len is how many rows there are.
func (b Batch) Len() int {
	if b.Columns == nil {
		return len(b.Rows)
	}
	for _, column := range b.Columns {
		switch column := column.(type) {
		case []int64:
			return len(column)
		case []string:
			return len(column)
		case [][]byte:
			return len(column)
		}
	}
	return 0
}

// row gives one row of arguments.
func (b Batch) row(i int, into []any) []any {
	if b.Columns == nil {
		return b.Rows[i]
	}
	for c, column := range b.Columns {
		switch column := column.(type) {
		case int64:
			into[c] = column
		case []int64:
			into[c] = column[i]
		case []string:
			into[c] = column[i]
		case [][]byte:
			into[c] = column[i]
		}
	}
	return into
}

// errMissed is a row of a Batch that touched none or several.
type errMissed struct {
	statement string
	count     int64
}

func (e *errMissed) Error() string {
	return fmt.Sprintf("%s touched %d rows instead of one", e.statement, e.count)
}

func (b Batch) missed(count int64) error {
	return &errMissed{statement: b.Statement.name, count: count}
}

// Writer writes many rows in few round trips. It belongs to one goroutine and, on PostgreSQL, has a session of its own
// whose plans are pinned: plans made while tables were empty would scan them for ever.
type Writer struct {
	db    *DB
	begin func(ctx context.Context) (session, error)
	end   func()
}

// NewWriter gives a writer. It connects when it is first used, and again when its connection was lost.
func (db *DB) NewWriter() *Writer {
	w := &Writer{db: db}
	w.begin, w.end = db.engine.newWriter()
	return w
}

// Close ends the writer's session.
func (w *Writer) Close() { w.end() }

// Write runs the function in a transaction, then writes the batches that it returns, in order, and commits. If the
// function has used the transaction for nothing but its time, PostgreSQL hears of everything in one round trip. The
// transaction is durable when Write returns nil, and undone when it returns an error; should the connection be lost
// while it commits, the error is ErrUnsure.
func (w *Writer) Write(ctx context.Context, work func(tx *Tx) ([]Batch, error)) error {
	return w.db.runOn(ctx, true, w.begin, work)
}
