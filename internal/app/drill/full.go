package drill

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"
)

const (
	// fillMost bounds how many sales may fit onto a disk that is meant to fill up.
	fillMost = 200_000
	// recoverTime bounds how long the program may take to sell again once there is room.
	recoverTime = time.Minute
)

// full sells until the disk is full. Then sales are to be refused with a reason while the program stays up; once the
// ballast file is gone there is room again, and the program is to go on by itself, with the sale that was refused.
func full(ctx context.Context, o Options) (result Result, err error) {
	result = Result{Name: "full", Database: o.database(), Seed: o.Seed}
	if _, err := os.Stat(o.Ballast); err != nil {
		return result, fmt.Errorf("name a ballast file on the disk that is to fill up: %w", err)
	}
	made, err := openShop(ctx, o)
	if err != nil {
		return result, err
	}
	running, err := start(ctx, o)
	if err != nil {
		return result, err
	}
	defer func() { running.kill() }()
	seller, err := openTill(ctx, running.base, made, 0, o.Seed)
	if err != nil {
		return result, err
	}
	if err := sellUntilFull(ctx, running, seller); err != nil {
		return result, err
	}
	if err := staysUp(ctx, o, running, seller); err != nil {
		return result, err
	}
	if err := os.Remove(o.Ballast); err != nil {
		return result, fmt.Errorf("make room: %w", err)
	}
	if err := recovers(ctx, running, seller); err != nil {
		return result, err
	}
	if err := look(ctx, running.base, []*till{seller}, &result); err != nil {
		return result, err
	}
	return result, running.stop()
}

// sellUntilFull sells until a sale is refused, which is to be said as a full disk.
func sellUntilFull(ctx context.Context, running *program, seller *till) error {
	for range fillMost {
		err := seller.sell(ctx, running.base)
		var refused *errRefused
		switch {
		case err == nil:
		case errors.As(err, &refused) && refused.status == http.StatusServiceUnavailable &&
			(strings.Contains(refused.body, "database.full") || strings.Contains(refused.body, "database.unavailable") ||
				strings.Contains(refused.body, "database.unsure")):
			return nil
		default:
			return fmt.Errorf("a full disk is not said: %w", err)
		}
	}
	return fmt.Errorf("%d sales did not fill the disk", fillMost)
}

// staysUp asks what has to work while nothing can be saved. A PostgreSQL whose own disk is full may be down as a whole;
// then the program at least says so.
func staysUp(ctx context.Context, o Options, running *program, seller *till) error {
	if err := seller.call(ctx, http.MethodGet, running.base+"/healthz", "", nil, nil); err != nil {
		return fmt.Errorf("the program is not up: %w", err)
	}
	err := seller.call(ctx, http.MethodGet, running.base+"/v1/orders?limit=1", "", nil, nil)
	var refused *errRefused
	if o.DatabaseURL != "" && errors.As(err, &refused) && refused.status == http.StatusServiceUnavailable {
		return nil
	}
	if err != nil {
		return fmt.Errorf("orders can't be read: %w", err)
	}
	return nil
}

// recovers sends the refused sale again until it is taken.
func recovers(ctx context.Context, running *program, seller *till) error {
	ctx, cancel := context.WithTimeout(ctx, recoverTime)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		err := seller.sell(ctx, running.base)
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("there is room again, and still nothing can be sold: %w", err)
		}
	}
}
