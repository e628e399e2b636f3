package ledger

import (
	"context"
	"testing"
	"time"

	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
)

func TestSealingThatLagsIsAnAlarm(t *testing.T) {
	t.Parallel()
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			ctx := context.Background()
			now := clock.At(clock.FromMicros(1_795_000_000_000_000))
			db := databasetest.Open(t, dialect, now)
			l := prepare(db, databasetest.Quiet(), 10) // which seals nothing by itself
			to := db.NewWriter()
			defer to.Close()
			unit := Unit{Org: 1, Key: "k", Posting: db.NewID(), Kind: "test"}
			one := &request{unit: &unit, done: make(chan struct{})}
			l.commit(to, []*request{one}, false)
			g := NewGuard(db, func(ctx context.Context) (Report, error) { return Verify(ctx, db, nil, nil) }, databasetest.Quiet())
			for _, row := range []struct {
				after time.Duration
				seal  bool
				lags  int64
			}{{0, false, 0}, {2 * time.Minute, false, 120}, {time.Minute, false, 180}, {time.Minute, true, 0}} {
				now.Advance(row.after)
				if row.seal {
					if err := l.Seal(ctx); err != nil {
						t.Fatal(err)
					}
				}
				if err := g.Look(ctx); err != nil {
					t.Fatal(err)
				}
				var found []Health
				err := db.Read(ctx, func(tx *database.Tx) error {
					var err error
					found, err = ReadHealth(ctx, tx, 1)
					return err
				})
				if err != nil || len(found) != 2 || found[1].Kind != HealthSeal || found[1].Count != row.lags || found[1].Wrong() != (row.lags > 0) {
					t.Errorf("after %s: %+v, %v; want a lag of %d s", row.after, found, err, row.lags)
				}
			}
		})
	}
}
