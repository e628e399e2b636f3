package catalog

import (
	"context"
	"fmt"

	"dangol/internal/ground/database"
	"dangol/internal/ground/id"
)

// ByID reads one product. The error is id.Unknown when the organisation has none with this id.
func ByID(ctx context.Context, tx *database.Tx, org, product int64) (*Product, error) {
	found, err := Products(ctx, tx, org, product)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, id.Unknown.New()
	}
	return &found[0], nil
}

// ByHandle reads the product with a handle. The error is id.Unknown when the organisation has none.
func ByHandle(ctx context.Context, tx *database.Tx, org int64, handle string) (*Product, error) {
	known, err := handles(ctx, tx, org, []string{handle})
	if err != nil {
		return nil, err
	}
	return ByID(ctx, tx, org, known[handle])
}

// truth reads a stored 0 or 1.
type truth struct{ into *bool }

func flag(into *bool) truth { return truth{into} }

// Scan implements what both drivers scan into.
func (t truth) Scan(value any) error {
	number, is := value.(int64)
	if !is {
		return fmt.Errorf("read a truth: %T is no whole number", value)
	}
	*t.into = number != 0
	return nil
}
