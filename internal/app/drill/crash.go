package drill

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
)

// kills is how often the program is killed in one drill.
const kills = 5

// crash kills the program while its tills sell, starts it again, has the tills send again what was not answered, and
// looks for every sale that was acknowledged.
func crash(ctx context.Context, o Options) (result Result, err error) {
	result = Result{Name: "crash", Database: o.database(), Seed: o.Seed}
	if o.Size < kills {
		return result, fmt.Errorf("a size of %d is too small for %d kills", o.Size, kills)
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
	var selling []*till
	for i := range made.codes {
		opened, err := openTill(ctx, running.base, made, i, o.Seed)
		if err != nil {
			return result, err
		}
		selling = append(selling, opened)
	}
	chance := rand.New(rand.NewPCG(o.Seed, 0))
	for range kills {
		// The program is killed when so many more sales are acknowledged, wherever the others then are.
		share := o.Size / kills
		if err := sellUntil(ctx, running, selling, share/2+1+chance.IntN(share)); err != nil {
			return result, err
		}
		result.Kills++
		restarted, err := start(ctx, o)
		if err != nil {
			return result, err
		}
		running = restarted
		for _, one := range selling {
			if one.pending != nil {
				if err := one.sell(ctx, running.base); err != nil {
					result.Unresolved++
					o.Logger.Error("a sale can't be settled", "key", one.pending.key, "error", err)
					one.pending = nil
				}
			}
		}
	}
	if err := look(ctx, running.base, selling, &result); err != nil {
		return result, err
	}
	return result, running.stop()
}

// sellUntil has all tills sell at once until so many sales are acknowledged, then kills the program under them.
func sellUntil(ctx context.Context, running *program, selling []*till, wanted int) error {
	var acknowledged atomic.Int64
	var kill sync.Once
	var wait sync.WaitGroup
	errs := make([]error, len(selling))
	for i, one := range selling {
		wait.Go(func() {
			for {
				err := one.sell(ctx, running.base)
				var refused *errRefused
				switch {
				case errors.As(err, &refused):
					errs[i] = err
					kill.Do(running.kill)
					return
				case err != nil: // it was killed
					return
				case acknowledged.Add(1) >= int64(wanted):
					kill.Do(running.kill)
				}
			}
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}

// look compares what was acknowledged with what is there.
func look(ctx context.Context, base string, selling []*till, result *Result) error {
	known := map[string]*sale{}
	for _, one := range selling {
		for _, sold := range one.sold {
			result.Count++
			if known[sold.order] != nil {
				result.Wrong++
			}
			known[sold.order] = sold
		}
	}
	asking := selling[0]
	there := map[string]bool{}
	for cursor := ""; ; {
		var page struct {
			Items []struct {
				ID    string `json:"id"`
				Total int64  `json:"total"`
			} `json:"items"`
			NextCursor string `json:"next_cursor"`
		}
		if err := asking.call(ctx, http.MethodGet, base+"/v1/orders?limit=200&cursor="+cursor, "", nil, &page); err != nil {
			return fmt.Errorf("list the orders: %w", err)
		}
		for _, found := range page.Items {
			switch sold := known[found.ID]; {
			case sold == nil || there[found.ID]:
				result.Duplicated++
			case sold.total != found.Total:
				result.Wrong++
			}
			there[found.ID] = true
		}
		if cursor = page.NextCursor; cursor == "" {
			break
		}
	}
	for order := range known {
		if !there[order] {
			result.Lost++
		}
	}
	return nil
}
