package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"runtime"

	_ "modernc.org/sqlite" // the driver, under the name "sqlite"
	lib "modernc.org/sqlite/lib"
)

// minimumSQLite is the first version without the write-ahead-log reset race that could lose committed writes
// (https://sqlite.org/wal.html#walresetbug).
const minimumSQLite = 3_051_003

// checkpointPages is when the write-ahead log is copied into the file: 16,000 pages of 4 KiB.
const checkpointPages = 16_000

type sqliteEngine struct {
	writer *sql.DB
	reader *sql.DB
	gate   chan struct{}

	conn     *sql.Conn
	prepared map[*Statement]*sql.Stmt
	// readers are the connections that no snapshot uses now.
	readers chan *sqliteReader
}

// sqliteReader is one connection for reading, opened when it is first used, with the statements prepared on it.
type sqliteReader struct {
	conn     *sql.Conn
	prepared map[*Statement]*sql.Stmt
}

// close ends the connection and all that was prepared on it.
func (r *sqliteReader) close() error {
	var errs []error
	for _, prepared := range r.prepared {
		errs = append(errs, prepared.Close())
	}
	if r.conn != nil {
		errs = append(errs, r.conn.Close())
	}
	return errors.Join(errs...)
}

func openSQLite(ctx context.Context, path string, readOnly bool) (*sqliteEngine, error) {
	if readOnly {
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("open %s: %w", path, err)
		}
	}
	shared := "&_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&_pragma=cache_size(-65536)"
	address := "file:" + (&url.URL{Path: path}).EscapedPath() + "?_time_format=sqlite" + shared
	engine := &sqliteEngine{
		gate:     make(chan struct{}, 1),
		prepared: map[*Statement]*sql.Stmt{},
	}
	var err error
	if !readOnly {
		durable := fmt.Sprintf("&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=wal_autocheckpoint(%d)", checkpointPages)
		if engine.writer, err = sql.Open("sqlite", address+durable); err != nil {
			return nil, fmt.Errorf("open %s: %w", path, err)
		}
		engine.writer.SetMaxOpenConns(1)
		if err := engine.refuseUnsafe(ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), engine.close())
		}
	}
	if engine.reader, err = sql.Open("sqlite", address+"&_pragma=query_only(1)"); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), engine.close())
	}
	connections := max(4, 2*runtime.NumCPU())
	engine.reader.SetMaxOpenConns(connections)
	engine.reader.SetMaxIdleConns(connections)
	engine.readers = make(chan *sqliteReader, connections)
	for range connections {
		engine.readers <- &sqliteReader{}
	}
	return engine, nil
}

// refuseUnsafe fails when this SQLite could lose what it acknowledged.
func (e *sqliteEngine) refuseUnsafe(ctx context.Context) error {
	var version, synchronous int
	var journal string
	row := e.writer.QueryRowContext(ctx, `SELECT
		CAST(substr(v, 1, instr(v, '.') - 1) AS INTEGER) * 1000000
		+ CAST(substr(v, instr(v, '.') + 1, instr(substr(v, instr(v, '.') + 1), '.') - 1) AS INTEGER) * 1000
		+ CAST(substr(substr(v, instr(v, '.') + 1), instr(substr(v, instr(v, '.') + 1), '.') + 1) AS INTEGER)
		FROM (SELECT sqlite_version() AS v)`)
	if err := row.Scan(&version); err != nil {
		return fmt.Errorf("read the version: %w", err)
	}
	if err := e.writer.QueryRowContext(ctx, `PRAGMA journal_mode`).Scan(&journal); err != nil {
		return fmt.Errorf("read the journal mode: %w", err)
	}
	if err := e.writer.QueryRowContext(ctx, `PRAGMA synchronous`).Scan(&synchronous); err != nil {
		return fmt.Errorf("read the synchronous mode: %w", err)
	}
	return checkSQLite(version, journal, synchronous)
}

func checkSQLite(version int, journal string, synchronous int) error {
	switch {
	case version < minimumSQLite:
		return fmt.Errorf("SQLite %d is older than %d and could lose committed writes", version, minimumSQLite)
	case journal != "wal":
		return fmt.Errorf("journal mode is %q, not wal: is the folder on a network drive?", journal)
	case synchronous < 2:
		return fmt.Errorf("synchronous is %d, not FULL: a power cut could lose sales", synchronous)
	}
	return nil
}

func (e *sqliteEngine) prepare(ctx context.Context, text string) error {
	prepared, err := e.reader.PrepareContext(ctx, text)
	if err != nil {
		return err
	}
	return prepared.Close()
}

func (e *sqliteEngine) ping(ctx context.Context) error { return e.reader.PingContext(ctx) }

func (e *sqliteEngine) close() error {
	var errs []error
	for idle := true; idle; {
		select {
		case reader := <-e.readers:
			errs = append(errs, reader.close())
		default:
			idle = false
		}
	}
	for _, prepared := range e.prepared {
		errs = append(errs, prepared.Close())
	}
	if e.conn != nil {
		errs = append(errs, e.conn.Close())
	}
	for _, pool := range []*sql.DB{e.reader, e.writer} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	return errors.Join(errs...)
}

func (e *sqliteEngine) migrate(ctx context.Context, logger *slog.Logger) error {
	return migrate(ctx, SQLite, e.writer, logger)
}

func (e *sqliteEngine) begin(ctx context.Context, write bool) (session, error) {
	if write {
		return e.beginWrite(ctx)
	}
	var reader *sqliteReader
	select {
	case reader = <-e.readers:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	session := &sqliteReading{engine: e, reader: reader}
	if reader.conn == nil {
		conn, err := e.reader.Conn(ctx)
		if err != nil {
			e.readers <- reader
			return nil, err
		}
		reader.conn, reader.prepared = conn, map[*Statement]*sql.Stmt{}
	}
	if _, err := reader.conn.ExecContext(ctx, "BEGIN"); err != nil {
		session.rollback()
		return nil, err
	}
	return session, nil
}

// beginWrite waits for its turn: waiting senders on a channel are served in the order in which they came.
func (e *sqliteEngine) beginWrite(ctx context.Context) (session, error) {
	if e.writer == nil {
		return nil, errors.New("the database was opened for reading only")
	}
	select {
	case e.gate <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if e.conn == nil {
		conn, err := e.writer.Conn(ctx)
		if err != nil {
			<-e.gate
			return nil, err
		}
		e.conn = conn
	}
	if _, err := e.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		<-e.gate
		return nil, err
	}
	return &sqliteWriting{engine: e}, nil
}

// sqliteReading is a snapshot.
type sqliteReading struct {
	engine *sqliteEngine
	reader *sqliteReader
}

func (s *sqliteReading) statement(ctx context.Context, statement *Statement) (*sql.Stmt, error) {
	prepared, known := s.reader.prepared[statement]
	if !known {
		var err error
		if prepared, err = s.reader.conn.PrepareContext(ctx, statement.sql[SQLite]); err != nil {
			return nil, err
		}
		s.reader.prepared[statement] = prepared
	}
	return prepared, nil
}

func (s *sqliteReading) exec(context.Context, *Statement, []any) (int64, error) {
	return 0, errors.New("a snapshot can't write")
}

func (s *sqliteReading) execMany(context.Context, *Statement, [][]any) ([]int64, error) {
	return nil, errors.New("a snapshot can't write")
}

func (s *sqliteReading) query(ctx context.Context, statement *Statement, args []any) (rows, error) {
	prepared, err := s.statement(ctx, statement)
	if err != nil {
		return nil, err
	}
	return sqliteQuery(ctx, prepared, args)
}

func (s *sqliteReading) commit(context.Context) error {
	s.rollback()
	return nil
}

func (s *sqliteReading) rollback() {
	if _, err := s.reader.conn.ExecContext(context.Background(), "ROLLBACK"); err != nil {
		// The connection can't be trusted any more: the next snapshot opens another.
		_ = s.reader.conn.Raw(func(any) error { return driver.ErrBadConn })
		_ = s.reader.close()
		*s.reader = sqliteReader{}
	}
	s.engine.readers <- s.reader
}

// sqliteWriting is the one transaction that writes.
type sqliteWriting struct {
	engine *sqliteEngine
}

func (s *sqliteWriting) statement(ctx context.Context, statement *Statement) (*sql.Stmt, error) {
	prepared, known := s.engine.prepared[statement]
	if !known {
		var err error
		if prepared, err = s.engine.conn.PrepareContext(ctx, statement.sql[SQLite]); err != nil {
			return nil, err
		}
		s.engine.prepared[statement] = prepared
	}
	return prepared, nil
}

func (s *sqliteWriting) exec(ctx context.Context, statement *Statement, args []any) (int64, error) {
	prepared, err := s.statement(ctx, statement)
	if err != nil {
		return 0, err
	}
	if args, err = sqliteArguments(args); err != nil {
		return 0, err
	}
	result, err := prepared.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (s *sqliteWriting) execMany(ctx context.Context, statement *Statement, list [][]any) ([]int64, error) {
	counts := make([]int64, len(list))
	for i, args := range list {
		count, err := s.exec(ctx, statement, args)
		if err != nil {
			return nil, err
		}
		counts[i] = count
	}
	return counts, nil
}

func (s *sqliteWriting) query(ctx context.Context, statement *Statement, args []any) (rows, error) {
	prepared, err := s.statement(ctx, statement)
	if err != nil {
		return nil, err
	}
	return sqliteQuery(ctx, prepared, args)
}

// commit is not to be interrupted: once begun, its outcome is waited for.
func (s *sqliteWriting) commit(ctx context.Context) error {
	if _, err := s.engine.conn.ExecContext(context.WithoutCancel(ctx), "COMMIT"); err != nil {
		s.rollback()
		return err
	}
	<-s.engine.gate
	return nil
}

func (s *sqliteWriting) rollback() {
	_, err := s.engine.conn.ExecContext(context.Background(), "ROLLBACK")
	// After a full disk or an input/output error SQLite has rolled back by itself, and says that there is nothing to
	// roll back. After any other failure the connection can't be trusted: the next turn opens a new one.
	if code, is := sqliteCode(err); err != nil && (!is || code != lib.SQLITE_ERROR) {
		s.engine.discard()
	}
	<-s.engine.gate
}

// discard closes the writing connection for good.
func (e *sqliteEngine) discard() {
	for _, prepared := range e.prepared {
		_ = prepared.Close()
	}
	e.prepared = map[*Statement]*sql.Stmt{}
	_ = e.conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = e.conn.Close()
	e.conn = nil
}

func sqliteQuery(ctx context.Context, prepared *sql.Stmt, args []any) (rows, error) {
	args, err := sqliteArguments(args)
	if err != nil {
		return nil, err
	}
	found, err := prepared.QueryContext(ctx, args...)
	if err != nil {
		return nil, err
	}
	return sqliteRows{found}, nil
}

type sqliteRows struct{ *sql.Rows }

func (r sqliteRows) close() error { return r.Rows.Close() }
