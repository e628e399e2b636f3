package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"reflect"
)

// sqliteConn is one connection of the driver itself, with the statements that were prepared on it. Going through
// database/sql would cost a quarter to a third of what a sale costs.
type sqliteConn struct {
	conn     driver.Conn
	prepared map[string]driver.Stmt
}

func openSQLiteConn(address string) (*sqliteConn, error) {
	opener, err := sql.Open("sqlite", address)
	if err != nil {
		return nil, err
	}
	defer func() { _ = opener.Close() }() // it has opened nothing: it only knows the driver
	conn, err := opener.Driver().Open(address)
	if err != nil {
		return nil, err
	}
	return &sqliteConn{conn: conn, prepared: map[string]driver.Stmt{}}, nil
}

// close ends the connection and all that was prepared on it.
func (c *sqliteConn) close() error {
	var errs []error
	for _, prepared := range c.prepared {
		errs = append(errs, prepared.Close())
	}
	return errors.Join(append(errs, c.conn.Close())...)
}

func (c *sqliteConn) statement(text string) (driver.Stmt, error) {
	prepared, known := c.prepared[text]
	if !known {
		var err error
		if prepared, err = c.conn.Prepare(text); err != nil {
			return nil, err
		}
		c.prepared[text] = prepared
	}
	return prepared, nil
}

// run runs a text without arguments.
func (c *sqliteConn) run(ctx context.Context, text string) error {
	_, err := c.exec(ctx, text, nil)
	return err
}

func (c *sqliteConn) exec(ctx context.Context, text string, args []any) (int64, error) {
	prepared, err := c.statement(text)
	if err != nil {
		return 0, err
	}
	values, err := sqliteValues(args)
	if err != nil {
		return 0, err
	}
	result, err := prepared.(driver.StmtExecContext).ExecContext(ctx, values) //nolint:errcheck // the driver's statements all can
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (c *sqliteConn) query(ctx context.Context, text string, args []any) (rows, error) {
	prepared, err := c.statement(text)
	if err != nil {
		return nil, err
	}
	values, err := sqliteValues(args)
	if err != nil {
		return nil, err
	}
	found, err := prepared.(driver.StmtQueryContext).QueryContext(ctx, values) //nolint:errcheck // the driver's statements all can
	if err != nil {
		return nil, err
	}
	return &sqliteRows{found: found, row: make([]driver.Value, len(found.Columns()))}, nil
}

// sqliteValues gives arguments the types that the driver stores.
func sqliteValues(args []any) ([]driver.NamedValue, error) {
	args, err := sqliteArguments(args)
	if err != nil {
		return nil, err
	}
	values := make([]driver.NamedValue, len(args))
	for i, arg := range args {
		switch arg.(type) {
		case int64, string, []byte:
		default:
			if arg, err = driver.DefaultParameterConverter.ConvertValue(arg); err != nil {
				return nil, fmt.Errorf("argument %d: %w", i+1, err)
			}
		}
		values[i] = driver.NamedValue{Ordinal: i + 1, Value: arg}
	}
	return values, nil
}

type sqliteRows struct {
	found driver.Rows
	row   []driver.Value
	err   error
}

func (r *sqliteRows) Next() bool {
	err := r.found.Next(r.row)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return err == nil
}

func (r *sqliteRows) Err() error { return r.err }

func (r *sqliteRows) close() error { return r.found.Close() }

func (r *sqliteRows) Scan(into ...any) error {
	if len(into) != len(r.row) {
		return fmt.Errorf("a row of %d columns is read into %d", len(r.row), len(into))
	}
	for i, value := range r.row {
		if err := scanInto(into[i], value); err != nil {
			return fmt.Errorf("column %d: %w", i+1, err)
		}
	}
	return nil
}

// scanInto reads one stored value. Nothing is converted but what Go needs: what stands in the wrong column is found.
func scanInto(into any, value driver.Value) error {
	switch into := into.(type) {
	case *int64:
		if number, is := value.(int64); is {
			*into = number
			return nil
		}
	case *string:
		if text, is := value.(string); is {
			*into = text
			return nil
		}
	case *[]byte:
		switch value := value.(type) {
		case []byte:
			*into = value
			return nil
		case nil:
			*into = nil
			return nil
		}
	case sql.Scanner:
		return into.Scan(value)
	default:
		return scanKind(reflect.ValueOf(into), value)
	}
	return fmt.Errorf("%T is read into %T", value, into)
}

// scanKind reads into named types and smaller numbers.
func scanKind(into reflect.Value, value driver.Value) error {
	if into.Kind() == reflect.Pointer && !into.IsNil() {
		target := into.Elem()
		switch value := value.(type) {
		case int64:
			switch {
			case target.CanInt() && !target.OverflowInt(value):
				target.SetInt(value)
				return nil
			case target.Kind() == reflect.Bool && (value == 0 || value == 1):
				target.SetBool(value == 1)
				return nil
			case target.CanUint() && value >= 0 && !target.OverflowUint(uint64(value)):
				target.SetUint(uint64(value))
				return nil
			}
		case string:
			if target.Kind() == reflect.String {
				target.SetString(value)
				return nil
			}
		case float64:
			if target.CanFloat() {
				target.SetFloat(value)
				return nil
			}
		}
	}
	return fmt.Errorf("%T is read into %s", value, into.Type())
}
