package database

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// migrate applies what is missing, each migration in a transaction of its own. On PostgreSQL a lock keeps two nodes
// from migrating at once.
func migrate(ctx context.Context, dialect Dialect, pool *sql.DB, logger *slog.Logger) error {
	folder, err := fs.Sub(migrations, "migrations/"+dialect.String())
	if err != nil {
		return fmt.Errorf("open the migrations: %w", err)
	}
	kind := goose.DialectSQLite3
	options := []goose.ProviderOption{goose.WithSlog(logger)}
	if dialect == Postgres {
		kind = goose.DialectPostgres
		locker, err := newMigrationLock()
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(kind, pool, folder, options...)
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	applied, err := provider.Up(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if len(applied) > 0 {
		logger.Info("migrated", "to", applied[len(applied)-1].Source.Version, "steps", len(applied))
	}
	return nil
}

func newMigrationLock() (lock.SessionLocker, error) {
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, fmt.Errorf("prepare the migration lock: %w", err)
	}
	return locker, nil
}
