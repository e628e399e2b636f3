package print

import (
	"context"

	"dangol/internal/ground/database"
)

// Abandon leaves a job as a worker does that dies: leased, or also sent.
func Abandon(ctx context.Context, tx *database.Tx, org, job, via int64, sent bool) error {
	found, err := ReadJob(ctx, tx, org, job)
	if err != nil {
		return err
	}
	next := found
	next.Via, next.Due = via, tx.Now().Add(lease)
	found, err = move(ctx, tx, org, 0, found, next, Lease)
	if err != nil || !sent {
		return err
	}
	_, err = move(ctx, tx, org, 0, found, found, Send)
	return err
}
