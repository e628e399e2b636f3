package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"runtime"
	"sync"
	"sync/atomic"

	_ "modernc.org/sqlite" // the driver, under the name "sqlite"
	lib "modernc.org/sqlite/lib"
)

// minimumSQLite is the first version without the write-ahead-log reset race that could lose committed writes
// (https://sqlite.org/wal.html#walresetbug).
const minimumSQLite = 3_051_003

const (
	// checkpointBytes is how long the write-ahead log grows before it is copied into the file, beside the writing.
	checkpointBytes = 64 << 20
	// checkpointPages, four times as much, is when SQLite copies it by itself, in the middle of a commit: should the other
	// way not have worked.
	checkpointPages = 64_000
)

type sqliteEngine struct {
	address string // for reading
	writing string // for writing; empty when the file was opened for reading only

	step func()

	// gate lets one transaction write at a time. Who holds it owns writer, which is nil until it is first used.
	gate   chan struct{}
	writer *sqliteConn
	// committed hears of commits, so that the log is looked at, until done is closed.
	committed, done chan struct{}
	checkpointing   sync.WaitGroup
	checkpointAt    atomic.Int64 // bytes
	// readers are the connections that no snapshot uses now; nil ones are not open yet.
	readers chan *sqliteConn
}

func openSQLite(ctx context.Context, path string, readOnly bool, step func()) (*sqliteEngine, error) {
	if readOnly {
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("open %s: %w", path, err)
		}
	}
	shared := "&_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&_pragma=cache_size(-65536)"
	address := "file:" + (&url.URL{Path: path}).EscapedPath() + "?_time_format=sqlite" + shared
	engine := &sqliteEngine{address: address + "&_pragma=query_only(1)", gate: make(chan struct{}, 1), step: step}
	connections := max(4, 2*runtime.NumCPU())
	engine.readers = make(chan *sqliteConn, connections)
	for range connections {
		engine.readers <- nil
	}
	if !readOnly {
		engine.writing = address + fmt.Sprintf(
			"&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=wal_autocheckpoint(%d)", checkpointPages)
		if err := engine.refuseUnsafe(ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), engine.close())
		}
		engine.committed, engine.done = make(chan struct{}, 1), make(chan struct{})
		engine.checkpointAt.Store(checkpointBytes)
		engine.checkpointing.Go(func() { engine.checkpoint(path + "-wal") })
	}
	return engine, nil
}

// checkpoint copies the write-ahead log into the file when it has grown long. Nearly all of it is copied while others
// write; only what they add meanwhile is copied while they wait, so that the log can begin anew.
func (e *sqliteEngine) checkpoint(log string) {
	for {
		select {
		case <-e.committed:
		case <-e.done:
			return
		}
		if info, err := os.Stat(log); err != nil || info.Size() < e.checkpointAt.Load() {
			continue
		}
		conn, err := openSQLiteConn(e.writing)
		if err != nil {
			continue // the next commit tries again
		}
		if err := conn.run(context.Background(), "PRAGMA wal_checkpoint(PASSIVE)"); err == nil {
			e.gate <- struct{}{}
			_ = conn.run(context.Background(), "PRAGMA wal_checkpoint(PASSIVE)")
			<-e.gate
		}
		_ = conn.close()
	}
}

// refuseUnsafe fails when this SQLite could lose what it acknowledged.
func (e *sqliteEngine) refuseUnsafe(ctx context.Context) (err error) {
	pool, err := sql.Open("sqlite", e.writing)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	var version, synchronous int
	var journal string
	row := pool.QueryRowContext(ctx, `SELECT
		CAST(substr(v, 1, instr(v, '.') - 1) AS INTEGER) * 1000000
		+ CAST(substr(v, instr(v, '.') + 1, instr(substr(v, instr(v, '.') + 1), '.') - 1) AS INTEGER) * 1000
		+ CAST(substr(substr(v, instr(v, '.') + 1), instr(substr(v, instr(v, '.') + 1), '.') + 1) AS INTEGER)
		FROM (SELECT sqlite_version() AS v)`)
	if err := row.Scan(&version); err != nil {
		return fmt.Errorf("read the version: %w", err)
	}
	if err := pool.QueryRowContext(ctx, `PRAGMA journal_mode`).Scan(&journal); err != nil {
		return fmt.Errorf("read the journal mode: %w", err)
	}
	if err := pool.QueryRowContext(ctx, `PRAGMA synchronous`).Scan(&synchronous); err != nil {
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
	reader, err := e.takeReader(ctx)
	if err != nil {
		return err
	}
	defer func() { e.readers <- reader }()
	prepared, err := reader.conn.Prepare(text)
	if err != nil {
		return err
	}
	return prepared.Close()
}

func (e *sqliteEngine) ping(ctx context.Context) error {
	session, err := e.begin(ctx, false)
	if err != nil {
		return err
	}
	return session.commit(ctx)
}

// close ends the connections that are not in use.
func (e *sqliteEngine) close() error {
	if e.done != nil {
		close(e.done)
		e.checkpointing.Wait()
		e.done = nil
	}
	var errs []error
	for idle := true; idle; {
		select {
		case reader := <-e.readers:
			if reader != nil {
				errs = append(errs, reader.close())
			}
		default:
			idle = false
		}
	}
	if e.writer != nil {
		errs = append(errs, e.writer.close())
	}
	return errors.Join(errs...)
}

func (e *sqliteEngine) migrate(ctx context.Context, logger *slog.Logger) (err error) {
	if e.writing == "" {
		return errReadOnly
	}
	pool, err := sql.Open("sqlite", e.writing)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	pool.SetMaxOpenConns(1)
	return migrate(ctx, SQLite, pool, logger)
}

var errReadOnly = errors.New("the database was opened for reading only")

func (e *sqliteEngine) begin(ctx context.Context, write bool) (session, error) {
	if write {
		return e.beginWrite(ctx)
	}
	reader, err := e.takeReader(ctx)
	if err != nil {
		return nil, err
	}
	session := &sqliteReading{engine: e, reader: reader}
	if err := reader.run(ctx, "BEGIN"); err != nil {
		session.rollback()
		return nil, err
	}
	return session, nil
}

// takeReader waits for a connection that no snapshot uses.
func (e *sqliteEngine) takeReader(ctx context.Context) (*sqliteConn, error) {
	var reader *sqliteConn
	select {
	case reader = <-e.readers:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if reader == nil {
		var err error
		if reader, err = openSQLiteConn(e.address); err != nil {
			e.readers <- nil
			return nil, err
		}
	}
	return reader, nil
}

// beginWrite waits for its turn: waiting senders on a channel are served in the order in which they came.
func (e *sqliteEngine) beginWrite(ctx context.Context) (session, error) {
	if e.writing == "" {
		return nil, errReadOnly
	}
	select {
	case e.gate <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if e.writer == nil {
		writer, err := openSQLiteConn(e.writing)
		if err != nil {
			<-e.gate
			return nil, err
		}
		e.writer = writer
	}
	if err := e.writer.run(ctx, "BEGIN IMMEDIATE"); err != nil {
		<-e.gate
		return nil, err
	}
	return &sqliteWriting{engine: e}, nil
}

// newWriter gives what everyone has: there is one writing connection.
func (e *sqliteEngine) newWriter() (func(ctx context.Context) (session, error), func()) {
	return e.beginWrite, func() {}
}

// sqliteReading is a snapshot.
type sqliteReading struct {
	engine *sqliteEngine
	reader *sqliteConn
}

func (s *sqliteReading) exec(context.Context, *Statement, []any) (int64, error) {
	return 0, errors.New("a snapshot can't write")
}

func (s *sqliteReading) execMany(context.Context, *Statement, [][]any) ([]int64, error) {
	return nil, errors.New("a snapshot can't write")
}

func (s *sqliteReading) finish(context.Context, []Batch) error {
	return errors.New("a snapshot can't write")
}

func (s *sqliteReading) query(ctx context.Context, statement *Statement, args []any) (rows, error) {
	return s.reader.query(ctx, statement.sql[SQLite], args)
}

func (s *sqliteReading) commit(context.Context) error {
	s.rollback()
	return nil
}

func (s *sqliteReading) rollback() {
	if err := s.reader.run(context.Background(), "ROLLBACK"); err != nil {
		// The connection can't be trusted any more: the next snapshot opens another.
		_ = s.reader.close()
		s.reader = nil
	}
	s.engine.readers <- s.reader
}

// sqliteWriting is the one transaction that writes. Its statements are not interrupted: they are short, and a watcher
// for each would cost more than they do.
type sqliteWriting struct {
	engine *sqliteEngine
}

func (s *sqliteWriting) exec(ctx context.Context, statement *Statement, args []any) (int64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	return s.engine.writer.exec(context.Background(), statement.sql[SQLite], args)
}

func (s *sqliteWriting) execMany(ctx context.Context, statement *Statement, list [][]any) ([]int64, error) {
	counts := make([]int64, len(list))
	if statement.insert != nil {
		for i := range counts {
			counts[i] = 1
		}
		return counts, s.write(ctx, Batch{Statement: statement, Rows: list, One: true})
	}
	for i, args := range list {
		count, err := s.exec(ctx, statement, args)
		if err != nil {
			return nil, err
		}
		counts[i] = count
	}
	return counts, nil
}

// finish writes the batches and commits. When it fails, the transaction is still to be rolled back.
func (s *sqliteWriting) finish(ctx context.Context, batches []Batch) error {
	for _, batch := range batches {
		if err := s.write(ctx, batch); err != nil {
			return err
		}
	}
	s.engine.step()
	if err := s.commit(ctx); err != nil {
		return err
	}
	s.engine.step()
	return nil
}

func (s *sqliteWriting) query(ctx context.Context, statement *Statement, args []any) (rows, error) {
	return s.engine.writer.query(ctx, statement.sql[SQLite], args)
}

// rowsAtOnce is how many rows one execution of an INSERT writes: beginning and ending each costs as much as a row.
const rowsAtOnce = 16

// write writes the rows of a batch, those of a plain INSERT several at once.
func (s *sqliteWriting) write(ctx context.Context, batch Batch) error {
	done, length, into := 0, batch.Len(), make([]any, len(batch.Columns))
	if insert := batch.Statement.insert; insert != nil && insert.many != "" {
		var args []any
		for ; length-done >= rowsAtOnce; done += rowsAtOnce {
			if err := ctx.Err(); err != nil {
				return err
			}
			args = args[:0]
			for i := range rowsAtOnce {
				args = append(args, batch.row(done+i, into)...)
			}
			s.engine.step()
			count, err := s.engine.writer.exec(context.Background(), insert.many, args)
			if err != nil {
				return fmt.Errorf("%s: %w", batch.Statement.name, err)
			}
			if count != rowsAtOnce {
				return batch.missed(count)
			}
		}
	}
	for i := done; i < length; i++ {
		s.engine.step()
		count, err := s.exec(ctx, batch.Statement, batch.row(i, into))
		if err != nil {
			return fmt.Errorf("%s: %w", batch.Statement.name, err)
		}
		if batch.One && count != 1 {
			return batch.missed(count)
		}
	}
	return nil
}

// commit is not to be interrupted: once begun, its outcome is waited for. When it fails, the transaction is still to be
// rolled back.
func (s *sqliteWriting) commit(context.Context) error {
	if err := s.engine.writer.run(context.Background(), "COMMIT"); err != nil {
		return err
	}
	select {
	case s.engine.committed <- struct{}{}:
	default:
	}
	<-s.engine.gate
	return nil
}

func (s *sqliteWriting) rollback() {
	err := s.engine.writer.run(context.Background(), "ROLLBACK")
	// After a full disk or an input/output error SQLite has rolled back by itself, and says that there is nothing to
	// roll back. After any other failure the connection can't be trusted: the next turn opens a new one.
	if code, is := sqliteCode(err); err != nil && (!is || code != lib.SQLITE_ERROR) {
		_ = s.engine.writer.close()
		s.engine.writer = nil
	}
	<-s.engine.gate
}
