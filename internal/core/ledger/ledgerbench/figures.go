package ledgerbench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"dangol/internal/core/ledger"
)

type randomOf = rand.Rand

// two makes the stand that is measured and the one of its reference.
func (b *bench) two(ctx context.Context, measure func(own, other *stand) error) error {
	own, err := b.stand(ctx, b.options.Size)
	if err != nil {
		return err
	}
	other, err := b.stand(ctx, b.options.Size)
	if err != nil {
		return errors.Join(err, own.close())
	}
	err = measure(own, other)
	if err != nil {
		return errors.Join(err, own.close(), other.close())
	}
	return errors.Join(b.prove(ctx, own), other.close())
}

// againstNaive measures sales against one transaction a sale.
func (b *bench) againstNaive(ctx context.Context, hot bool) error {
	return b.two(ctx, func(own, other *stand) error {
		m := own.market
		m.hot = hot
		return b.pair("one transaction a sale",
			func() (measured, error) { return b.sell(ctx, own, m) },
			func() (measured, error) { return b.naive(ctx, other, m) })
	})
}

func (b *bench) spread(ctx context.Context) error   { return b.againstNaive(ctx, false) }
func (b *bench) hotSales(ctx context.Context) error { return b.againstNaive(ctx, true) }

func (b *bench) hotToSpread(ctx context.Context) error {
	return b.two(ctx, func(own, other *stand) error {
		hot := own.market
		hot.hot = true
		return b.pair("spread sales",
			func() (measured, error) { return b.sell(ctx, own, hot) },
			func() (measured, error) { return b.sell(ctx, other, other.market) })
	})
}

func (b *bench) raw(ctx context.Context) error {
	return b.two(ctx, func(own, other *stand) error {
		return b.pair("bulk insert of the same rows with balances",
			func() (measured, error) { return b.sell(ctx, own, own.market) },
			func() (measured, error) { return b.bulked(ctx, other, other.market) })
	})
}

// buyersPerUnit is how many want each unit of a flash sale.
const buyersPerUnit = 20

// flash sells units to many more buyers, again and again.
func (b *bench) flash(ctx context.Context) error {
	return b.two(ctx, func(own, other *stand) error {
		return b.pair("one transaction a buyer",
			func() (measured, error) {
				return b.rush(ctx, own, 2*b.options.Callers, func(key string) (bool, error) {
					unit := ledger.Unit{
						Org: org, Key: key, Posting: own.db.NewID(), Kind: "sale",
						Transfers: []ledger.Transfer{{Debit: flashSold, Credit: flash, Amount: 1}},
					}
					_, err := own.books.Commit(ctx, unit)
					if ledger.ErrShort.Has(err) {
						return false, nil
					}
					return err == nil, err
				})
			},
			func() (measured, error) {
				return b.rush(ctx, other, 32, func(key string) (bool, error) { return buy(ctx, other.db, other.ids, key) })
			})
	})
}

// rush lets all buyers try once.
func (b *bench) rush(ctx context.Context, s *stand, callers int, try func(key string) (bool, error)) (measured, error) {
	round := seeds.Add(1)
	left := ledger.Transfer{Debit: flashSold, Credit: flash, Mode: ledger.All}
	received := ledger.Transfer{Debit: flash, Credit: flashFrom, Amount: int64(b.options.Buyers / buyersPerUnit)}
	fill := ledger.Unit{
		Org: org, Key: fmt.Sprintf("flash-%d", round), Posting: s.db.NewID(), Kind: "fill", Transfers: []ledger.Transfer{left, received},
	}
	if _, err := s.books.Commit(ctx, fill); err != nil {
		return measured{}, err
	}
	var err error
	if s.ids, err = readChart(ctx, s.db); err != nil {
		return measured{}, err
	}
	var next, bought atomic.Int64
	var failed atomic.Pointer[error]
	var wait sync.WaitGroup
	before, log, began := cpuTime(), s.logSize(ctx), time.Now()
	for range callers {
		wait.Go(func() {
			for {
				buyer := next.Add(1)
				if buyer > int64(b.options.Buyers) || failed.Load() != nil {
					return
				}
				got, err := try(fmt.Sprintf("flash-%d-%d", round, buyer))
				if err != nil {
					failed.Store(&err)
					return
				}
				if got {
					bought.Add(1)
				}
			}
		})
	}
	wait.Wait()
	took := time.Since(began)
	if err := failed.Load(); err != nil {
		return measured{}, *err
	}
	if units := int64(b.options.Buyers / buyersPerUnit); bought.Load() != units {
		return measured{}, fmt.Errorf("%d of %d units were sold", bought.Load(), units)
	}
	return measured{count: int64(b.options.Buyers), took: took, cpu: cpuTime() - before, logSize: s.logSize(ctx) - log}, nil
}

// growth compares a database with ten times the accounts, and twenty stored transfers for each account that the other
// has, with that other one, which is fresh.
func (b *bench) growth(ctx context.Context) error {
	began := time.Now()
	grown, err := b.stand(ctx, 10*b.options.Size)
	if err != nil {
		return err
	}
	filled, stored := time.Since(began), int64(0)
	for stored < int64(20*b.options.Size) {
		turn, err := b.sell(ctx, grown, grown.market)
		if err != nil {
			return errors.Join(err, grown.close())
		}
		stored += 6 * turn.count
	}
	b.note = fmt.Sprintf("%d accounts with a limit were opened in %.0f s, %d transfers stored in %.0f s", 10*b.options.Size,
		filled.Seconds(), stored, (time.Since(began) - filled).Seconds())
	fresh, err := b.stand(ctx, b.options.Size)
	if err != nil {
		return errors.Join(err, grown.close())
	}
	err = b.pair("spread sales in a fresh database",
		func() (measured, error) { return b.sell(ctx, grown, grown.market) },
		func() (measured, error) { return b.sell(ctx, fresh, fresh.market) })
	return errors.Join(err, b.prove(ctx, grown), fresh.close())
}

// imports is how much longer a sale takes, at a quarter of what is possible, while an import runs behind it.
func (b *bench) imports(ctx context.Context) error {
	s, err := b.stand(ctx, b.options.Size)
	if err != nil {
		return err
	}
	if err := b.importBeside(ctx, s); err != nil {
		return errors.Join(err, s.close())
	}
	return b.prove(ctx, s)
}

func (b *bench) importBeside(ctx context.Context, s *stand) error {
	if _, err := b.sell(ctx, s, s.market); err != nil {
		return err
	}
	full, err := b.sell(ctx, s, s.market)
	if err != nil {
		return err
	}
	rate := full.rate() / 4
	alone, err := b.openLoop(ctx, s, rate, b.options.Buyers)
	if err != nil {
		return err
	}
	importing, stop := context.WithCancel(ctx)
	var imported atomic.Int64
	var wait sync.WaitGroup
	began := time.Now()
	for thread := range 64 {
		random := randoms(b.options.Seed, 64)[thread]
		wait.Go(func() {
			for importing.Err() == nil {
				unit := ledger.Unit{
					Org: org, Background: true, Key: fmt.Sprintf("import-%d-%016x", thread, random.Uint64()), Posting: s.db.NewID(), Kind: "import",
					Transfers: []ledger.Transfer{{
						Debit: issued, Credit: points(random.IntN(s.market.members)), Amount: 1, Lot: &ledger.Lot{ExpiresOn: expires},
					}},
				}
				if _, err := s.books.Commit(ctx, unit); err == nil {
					imported.Add(1)
				}
			}
		})
	}
	beside, err := b.openLoop(ctx, s, rate, b.options.Buyers)
	stop()
	wait.Wait()
	if err != nil {
		return err
	}
	with, without := percentile(beside, 99), percentile(alone, 99)
	return b.out.Encode(line{
		Name: b.name, Database: b.dialect.String(), Value: with.Seconds() * 1000, Unit: "ms", Reference: "p99 without the import",
		ReferenceValue: without.Seconds() * 1000, Ratio: float64(with) / float64(without), Runs: 1,
		Min: float64(with) / float64(without), Max: float64(with) / float64(without),
		Note: fmt.Sprintf("%.0f sales/s, %.0f postings/s imported", rate, float64(imported.Load())/time.Since(began).Seconds()),
	})
}

// percentile sorts durations and gives the one below which so many of a hundred lie.
func percentile(took []time.Duration, of int) time.Duration {
	slices.Sort(took)
	return took[len(took)*of/100]
}

// latency is how long a sale takes at half of what is possible, in an open loop: from when it was due.
func (b *bench) latency(ctx context.Context) error {
	s, err := b.stand(ctx, b.options.Size)
	if err != nil {
		return err
	}
	if _, err := b.sell(ctx, s, s.market); err != nil {
		return errors.Join(err, s.close())
	}
	full, err := b.sell(ctx, s, s.market)
	if err != nil {
		return errors.Join(err, s.close())
	}
	took, err := b.openLoop(ctx, s, full.rate()/2, b.options.Buyers)
	if err != nil {
		return errors.Join(err, s.close())
	}
	p50, p99 := percentile(took, 50), percentile(took, 99)
	err = b.out.Encode(line{
		Name: b.name, Database: b.dialect.String(), Value: p99.Seconds() * 1000, Unit: "ms", Reference: "p50 at the same rate",
		ReferenceValue: p50.Seconds() * 1000, Ratio: float64(p99) / float64(p50), Runs: 1,
		Min: took[0].Seconds() * 1000, Max: took[len(took)-1].Seconds() * 1000, Note: fmt.Sprintf("%.0f sales/s", full.rate()/2),
	})
	return errors.Join(err, b.prove(ctx, s))
}

// openLoop sells at a rate, whether or not the sales before have been answered, and gives how long each took from when
// it was due.
func (b *bench) openLoop(ctx context.Context, s *stand, rate float64, count int) ([]time.Duration, error) {
	took := make([]time.Duration, count)
	random := randoms(b.options.Seed, 1)[0]
	sales := make([]ledger.Unit, count)
	for i := range sales {
		sales[i] = s.market.draw(random, s.db.NewID).unit()
	}
	var failed atomic.Pointer[error]
	var wait sync.WaitGroup
	began := time.Now()
	for i := range sales {
		due := began.Add(time.Duration(float64(i) / rate * float64(time.Second)))
		if ahead := time.Until(due); ahead > 0 {
			select {
			case <-time.After(ahead):
			case <-ctx.Done():
			}
		}
		if ctx.Err() != nil {
			break
		}
		wait.Go(func() {
			if _, err := s.books.Commit(ctx, sales[i]); err != nil {
				failed.Store(&err)
			}
			took[i] = time.Since(due)
		})
	}
	wait.Wait()
	if err := failed.Load(); err != nil {
		return nil, *err
	}
	return took, context.Cause(ctx)
}

// memory is what an open Unit and the accounts take.
func (b *bench) memory(ctx context.Context) error {
	s, err := b.stand(ctx, b.options.Size)
	if err != nil {
		return err
	}
	heap := func() uint64 {
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	const units = 10_000
	random := randoms(b.options.Seed, 1)[0]
	before := heap()
	open := make([]ledger.Unit, units)
	for i := range open {
		open[i] = s.market.draw(random, s.db.NewID).unit()
	}
	each := float64(heap()-before) / units
	runtime.KeepAlive(open)
	err = b.out.Encode(line{
		Name: b.name, Database: b.dialect.String(), Value: each, Unit: "bytes/unit", Runs: 1, Min: each, Max: each,
		Note: fmt.Sprintf("heap %d MiB with %d accounts known", before>>20, len(s.ids)),
	})
	return errors.Join(err, b.prove(ctx, s))
}

// verify is how many transfers a second are checked.
func (b *bench) verify(ctx context.Context) error {
	s, err := b.stand(ctx, b.options.Size)
	if err != nil {
		return err
	}
	if _, err := b.sell(ctx, s, s.market); err != nil {
		return errors.Join(err, s.close())
	}
	var rates []float64
	var checked int64
	before := cpuTime()
	for range b.options.Pairs {
		began := time.Now()
		report, err := ledger.Verify(ctx, s.db, nil, nil)
		if err == nil && !report.OK() {
			err = fmt.Errorf("the books are wrong: %v", report.Differences[0])
		}
		if err != nil {
			return errors.Join(err, s.close())
		}
		checked += report.Transfers
		rates = append(rates, float64(report.Transfers)/time.Since(began).Seconds())
	}
	err = b.out.Encode(line{
		Name: b.name, Database: b.dialect.String(), Value: median(rates), Unit: "transfers/s", Runs: len(rates),
		Min: slices.Min(rates), Max: slices.Max(rates), CPU: float64((cpuTime() - before).Microseconds()) / float64(checked),
	})
	return errors.Join(err, s.close())
}
