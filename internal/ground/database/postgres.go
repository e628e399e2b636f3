package database

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

const (
	minimumPostgres = 150_000
	// postgresConnections is the pool's size unless the address says otherwise (pool_max_conns).
	postgresConnections = 16
	// rollbackTimeout bounds how long an ended transaction keeps its connection.
	rollbackTimeout = 5 * time.Second
)

type postgresEngine struct {
	pool  *pgxpool.Pool
	bulks bulks
	step  func()
}

func openPostgres(ctx context.Context, address string, step func()) (*postgresEngine, error) {
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, fmt.Errorf("read DATABASE_URL: %w", err)
	}
	if config.MaxConns < postgresConnections {
		config.MaxConns = postgresConnections
	}
	for name, value := range map[string]string{
		"TimeZone": "UTC", "lock_timeout": "5s", "statement_timeout": "30s", "idle_in_transaction_session_timeout": "30s",
		"jit": "off", // translating a query of ours takes longer than running it
	} {
		if _, chosen := config.ConnConfig.RuntimeParams[name]; !chosen {
			config.ConnConfig.RuntimeParams[name] = value
		}
	}
	config.AfterConnect = func(_ context.Context, conn *pgx.Conn) error {
		encodeLists(conn)
		return nil
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	engine := &postgresEngine{pool: pool, step: step}
	if err := engine.refuseUnsafe(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return engine, nil
}

// refuseUnsafe fails when this server could lose what it acknowledged
// (https://www.postgresql.org/docs/current/runtime-config-wal.html).
func (e *postgresEngine) refuseUnsafe(ctx context.Context) error {
	settings := make([]string, 3)
	var version int
	err := e.pool.QueryRow(ctx, `SELECT current_setting('server_version_num')::int, current_setting('fsync'),
		current_setting('synchronous_commit'), current_setting('full_page_writes')`).
		Scan(&version, &settings[0], &settings[1], &settings[2])
	if err != nil {
		return fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	return checkPostgres(version, settings[0], settings[1], settings[2])
}

func checkPostgres(version int, fsync, synchronousCommit, fullPageWrites string) error {
	if version < minimumPostgres {
		return fmt.Errorf("PostgreSQL %d is older than 15", version/10_000)
	}
	if fsync != "on" || synchronousCommit == "off" || fullPageWrites != "on" {
		return fmt.Errorf("PostgreSQL is not durable (fsync %s, synchronous_commit %s, full_page_writes %s): all must be on",
			fsync, synchronousCommit, fullPageWrites)
	}
	return nil
}

func (e *postgresEngine) prepare(ctx context.Context, text string) error {
	return e.pool.AcquireFunc(ctx, func(conn *pgxpool.Conn) error {
		if _, err := conn.Conn().Prepare(ctx, "check", text); err != nil {
			return err
		}
		return conn.Conn().Deallocate(ctx, "check")
	})
}

func (e *postgresEngine) ping(ctx context.Context) error { return e.pool.Ping(ctx) }

func (e *postgresEngine) close() error {
	e.pool.Close()
	return nil
}

func (e *postgresEngine) migrate(ctx context.Context, logger *slog.Logger) (err error) {
	pool := stdlib.OpenDBFromPool(e.pool)
	defer func() { err = errors.Join(err, pool.Close()) }()
	return migrate(ctx, Postgres, pool, logger)
}

func (e *postgresEngine) begin(ctx context.Context, write bool) (session, error) {
	options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	if write {
		options = pgx.TxOptions{IsoLevel: pgx.ReadCommitted}
	}
	tx, err := e.pool.BeginTx(ctx, options)
	if err != nil {
		return nil, err
	}
	return &postgresSession{tx: tx, engine: e}, nil
}

type postgresSession struct {
	tx     pgx.Tx
	engine *postgresEngine
}

func (s *postgresSession) exec(ctx context.Context, statement *Statement, args []any) (int64, error) {
	tag, err := s.tx.Exec(ctx, statement.sql[Postgres], postgresArguments(args)...)
	if err != nil {
		return 0, err
	}
	return tag.RowsAffected(), nil
}

func (s *postgresSession) execMany(ctx context.Context, statement *Statement, list [][]any) ([]int64, error) {
	return postgresMany(ctx, s.tx, s.engine, statement, list)
}

func (s *postgresSession) finish(context.Context, []Batch) error {
	return errors.New("batches are written by a Writer")
}

func (s *postgresSession) query(ctx context.Context, statement *Statement, args []any) (rows, error) {
	found, err := s.tx.Query(ctx, statement.sql[Postgres], postgresArguments(args)...)
	if err != nil {
		return nil, err
	}
	return postgresRows{found}, nil
}

// commit is not to be interrupted: once begun, its outcome is waited for.
func (s *postgresSession) commit(ctx context.Context) error {
	err := s.tx.Commit(context.WithoutCancel(ctx))
	if err != nil && !refusedCommit(err) {
		return &commitLost{cause: err}
	}
	return err
}

// refusedCommit says whether the server itself said that nothing was committed. A session that it ends while
// committing (severity FATAL or PANIC) may have committed before.
func refusedCommit(err error) bool {
	if errors.Is(err, pgx.ErrTxCommitRollback) {
		return true
	}
	var refused *pgconn.PgError
	return errors.As(err, &refused) && refused.SeverityUnlocalized == "ERROR"
}

func (s *postgresSession) rollback() {
	ctx, cancel := context.WithTimeout(context.Background(), rollbackTimeout)
	defer cancel()
	_ = s.tx.Rollback(ctx)
}

type postgresRows struct{ pgx.Rows }

func (r postgresRows) close() error {
	r.Close()
	return r.Err()
}
