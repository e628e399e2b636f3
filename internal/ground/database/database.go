// Package database opens SQLite or PostgreSQL, migrates it and runs registered statements in transactions. It owns the
// one gate through which everything is written, refuses a database that could lose what it acknowledged, and knows
// nothing of what is stored.
package database

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"time"

	"dangol/internal/ground/clock"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
)

// FileName is the name of SQLite's file in the data folder.
const FileName = "dangol.db"

// Options say what to open.
type Options struct {
	// URL is a PostgreSQL address. When it is empty, SQLite is opened.
	URL string
	// Folder is where SQLite's file lies; it must exist.
	Folder string
	// File is a SQLite file to read instead of the one in Folder; it needs ReadOnly.
	File string
	// Clock is what transactions take their time from. The system's when nil.
	Clock clock.Clock
	// Logger hears of what needs an operator. The default one when nil.
	Logger *slog.Logger
	// ReadOnly opens SQLite without the possibility to write: for commands that run beside the program.
	ReadOnly bool
	// Step, for tests, hears of each step of a Writer before it is made, and once after the commit. It may end the process.
	Step func() `json:"-"`
}

// DB is an open database.
type DB struct {
	dialect Dialect
	engine  engine
	clock   clock.Clock
	logger  *slog.Logger
	ids     *id.Source

	turns  atomic.Int64
	waited atomic.Int64
}

// engine is what differs between the two databases.
type engine interface {
	begin(ctx context.Context, write bool) (session, error)
	migrate(ctx context.Context, logger *slog.Logger) error
	prepare(ctx context.Context, sql string) error
	ping(ctx context.Context) error
	// newWriter gives a way to begin transactions of one writer of its own, and to end it.
	newWriter() (begin func(ctx context.Context) (session, error), end func())
	close() error
}

// session is one open transaction.
type session interface {
	exec(ctx context.Context, statement *Statement, args []any) (int64, error)
	query(ctx context.Context, statement *Statement, args []any) (rows, error)
	execMany(ctx context.Context, statement *Statement, list [][]any) ([]int64, error)
	// finish writes batches and commits. When finish or commit fails, the transaction is still to be rolled back.
	finish(ctx context.Context, batches []Batch) error
	commit(ctx context.Context) error
	rollback()
}

type rows interface {
	Next() bool
	Scan(into ...any) error
	Err() error
	close() error
}

// Open opens a database, without migrating it. It fails when the database is too old or not durable.
func Open(ctx context.Context, options Options) (*DB, error) {
	if options.Clock == nil {
		options.Clock = clock.System{}
	}
	if options.Logger == nil {
		options.Logger = slog.Default()
	}
	if options.Step == nil {
		options.Step = func() {}
	}
	db := &DB{clock: options.Clock, logger: options.Logger}
	var err error
	if options.URL != "" {
		db.dialect = Postgres
		db.engine, err = openPostgres(ctx, options.URL, options.Step)
	} else {
		db.dialect = SQLite
		path := options.File
		if path == "" {
			path = filepath.Join(options.Folder, FileName)
		} else if !options.ReadOnly {
			return nil, errors.New("a named file is opened for reading only")
		}
		db.engine, err = openSQLite(ctx, path, options.ReadOnly, options.Step)
	}
	if err != nil {
		return nil, err
	}
	return db, nil
}

// Close ends all connections. Transactions that still run fail.
func (db *DB) Close() error { return db.engine.close() }

// Dialect says which database this is.
func (db *DB) Dialect() Dialect { return db.dialect }

// Clock is what the database takes its time from.
func (db *DB) Clock() clock.Clock { return db.clock }

// Ping asks whether the database answers.
func (db *DB) Ping(ctx context.Context) error { return db.engine.ping(ctx) }

// Migrate brings the schema to this program's version and prepares the source of ids.
func (db *DB) Migrate(ctx context.Context) error {
	if err := db.engine.migrate(ctx, db.logger); err != nil {
		return err
	}
	return db.startIDs(ctx)
}

// PrepareAll prepares every registered statement, to find those that this database does not understand.
func (db *DB) PrepareAll(ctx context.Context) error {
	var errs []error
	for _, statement := range Statements() {
		if err := db.engine.prepare(ctx, statement.sql[db.dialect]); err != nil {
			errs = append(errs, fmt.Errorf("%s on %s: %w", statement.name, db.dialect, err))
		}
	}
	return errors.Join(errs...)
}

var reserveBlock = Register("database.reserve_block", `
	UPDATE id_block SET next_block = next_block + 1 WHERE id = 1 RETURNING next_block`)

func (db *DB) startIDs(ctx context.Context) error {
	ids, err := id.NewSource(ctx, func(ctx context.Context) (int64, error) {
		var block int64
		err := db.Write(ctx, func(tx *Tx) error {
			return tx.QueryRow(ctx, reserveBlock).Scan(&block)
		})
		return block, err
	})
	if err != nil {
		return err
	}
	db.ids = ids
	return nil
}

// NewID is a new id for a row. The database must have been migrated.
func (db *DB) NewID() int64 { return db.ids.Next() }

// Tx is one transaction. It belongs to one goroutine and ends with the function it was given to.
type Tx struct {
	session session
	dialect Dialect
	now     time.Time
}

// Now is the transaction's one time.
func (tx *Tx) Now() time.Time { return tx.now }

// Micros is the transaction's one time as it is stored.
func (tx *Tx) Micros() int64 { return clock.Micros(tx.now) }

// Dialect says in which database the transaction runs.
func (tx *Tx) Dialect() Dialect { return tx.dialect }

// ErrNone is what Scan returns when a query that wants one row has found none.
var ErrNone = errors.New("database: no such row")

// Read runs the function in a snapshot: all that it reads belongs to one moment. It can't write. Snapshots are to be
// short, since SQLite's log grows while one is open.
func (db *DB) Read(ctx context.Context, read func(tx *Tx) error) error {
	return db.run(ctx, false, read)
}

// Write runs the function in a transaction that is durable when Write returns nil, and undone when it returns an
// error. Should the connection be lost while the transaction commits, the error is ErrUnsure: it may have happened.
func (db *DB) Write(ctx context.Context, write func(tx *Tx) error) error {
	return db.run(ctx, true, write)
}

// Turns says how many writes have begun, and how long they waited for their turn in all.
func (db *DB) Turns() (count int64, waited time.Duration) {
	return db.turns.Load(), time.Duration(db.waited.Load())
}

func (db *DB) run(ctx context.Context, write bool, work func(tx *Tx) error) error {
	begin := func(ctx context.Context) (session, error) { return db.engine.begin(ctx, write) }
	return db.runOn(ctx, write, begin, func(tx *Tx) ([]Batch, error) { return nil, work(tx) })
}

// runOn runs work in the session that begin gives, writes what it returns and commits.
func (db *DB) runOn(
	ctx context.Context, write bool, begin func(context.Context) (session, error), work func(tx *Tx) ([]Batch, error),
) error {
	asked := db.clock.Now()
	session, err := begin(ctx)
	if write {
		db.turns.Add(1)
		db.waited.Add(int64(db.clock.Now().Sub(asked)))
	}
	if err != nil {
		return translate(fmt.Errorf("begin: %w", err))
	}
	done := false
	defer func() {
		if !done {
			session.rollback()
		}
	}()
	batches, err := work(&Tx{session: session, dialect: db.dialect, now: db.clock.Now()})
	if err != nil {
		return translate(err)
	}
	if len(batches) > 0 {
		err = session.finish(ctx, batches)
	} else {
		err = session.commit(ctx)
	}
	if err != nil {
		return translate(fmt.Errorf("commit: %w", err))
	}
	done = true
	return nil
}

// Exec runs a statement and says how many rows it touched.
func (tx *Tx) Exec(ctx context.Context, statement *Statement, args ...any) (int64, error) {
	count, err := tx.session.exec(ctx, statement, args)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", statement.name, err)
	}
	return count, nil
}

// ExecMany runs one statement for each list of arguments, in order and in one round trip where the database can, and
// says how many rows each touched.
func (tx *Tx) ExecMany(ctx context.Context, statement *Statement, list [][]any) ([]int64, error) {
	if len(list) == 0 {
		return nil, nil
	}
	counts, err := tx.session.execMany(ctx, statement, list)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", statement.name, err)
	}
	return counts, nil
}

// Scanner is a row that can be read.
type Scanner interface {
	Scan(into ...any) error
}

// Each runs a query and calls the function for each row. The row is only valid during the call; no other statement may
// run on the transaction meanwhile.
func (tx *Tx) Each(ctx context.Context, statement *Statement, row func(Scanner) error, args ...any) (err error) {
	found, err := tx.session.query(ctx, statement, args)
	if err != nil {
		return fmt.Errorf("%s: %w", statement.name, err)
	}
	defer func() {
		if closing := found.close(); err == nil && closing != nil {
			err = fmt.Errorf("%s: %w", statement.name, closing)
		}
	}()
	for found.Next() {
		if err := row(found); err != nil {
			return err
		}
	}
	if err := found.Err(); err != nil {
		return fmt.Errorf("%s: %w", statement.name, err)
	}
	return nil
}

// QueryRow runs a query that gives at most one row.
func (tx *Tx) QueryRow(ctx context.Context, statement *Statement, args ...any) Row {
	return Row{ctx: ctx, tx: tx, statement: statement, args: args}
}

// Row is the answer of QueryRow.
type Row struct {
	ctx       context.Context
	tx        *Tx
	statement *Statement
	args      []any
}

// Scan reads the row's columns. It returns ErrNone when there is no row.
func (r Row) Scan(into ...any) error {
	found := false
	err := r.tx.Each(r.ctx, r.statement, func(row Scanner) error {
		if found {
			return nil
		}
		found = true
		return row.Scan(into...)
	}, r.args...)
	if err == nil && !found {
		return ErrNone
	}
	return err
}

// List runs a query and gathers what the function reads from each row.
func List[T any](ctx context.Context, tx *Tx, statement *Statement, read func(Scanner) (T, error), args ...any) ([]T, error) {
	var list []T
	err := tx.Each(ctx, statement, func(row Scanner) error {
		item, err := read(row)
		if err != nil {
			return fmt.Errorf("%s: %w", statement.name, err)
		}
		list = append(list, item)
		return nil
	}, args...)
	return list, err
}

var (
	// ErrFull is what every write gets while the disk is full. Reads go on.
	ErrFull = fault.Define(fault.Busy, "database.full",
		"저장 공간이 가득 차서 지금은 저장할 수 없어요. 공간을 비우면 바로 다시 쓸 수 있어요.",
		"Nothing can be saved: the disk is full. It works again as soon as there is room.")
	// ErrUnavailable is what everything gets while the database does not answer.
	ErrUnavailable = fault.Define(fault.Busy, "database.unavailable",
		"데이터베이스가 응답하지 않아요. 잠시 뒤 다시 시도해 주세요.",
		"The database does not answer. Try again in a moment.")
	// ErrUnsure is a commit whose outcome is not known: the connection was lost on the way.
	ErrUnsure = fault.Define(fault.Busy, "database.unsure",
		"저장되었는지 확인하고 있어요. 같은 요청을 다시 보내면 두 번 처리되지 않아요.",
		"Whether this was saved is not known yet. Send the same request again: it will not be done twice.")
	// ErrBusy is what a write gets that waited too long for its turn.
	ErrBusy = fault.Define(fault.Busy, "database.busy",
		"지금은 처리할 일이 많아요. 잠시 뒤 다시 시도해 주세요.",
		"Too much is going on right now. Try again in a moment.")
)
