// Package ledgerbench measures the ledger against what the database underneath can do. Each figure is a ratio to a
// reference that writes the same rows with the same guards into a database of the same kind, as durably and as warm; the
// two take turns, and time stops when sealing has caught up.
package ledgerbench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"dangol/internal/core/ledger"
	"dangol/internal/ground/database"
)

// Options say what to measure, and where.
type Options struct {
	// Names are the figures wanted; none for all. See Names.
	Names []string
	// URL is a PostgreSQL whose user may create databases; each run makes its own and drops them. When it is empty, SQLite
	// is measured, in Folder (a temporary one when that is empty too).
	URL, Folder string
	Seed        uint64
	// Size is how many accounts with a limit there are, 100,000 when 0.
	Size int
	// Callers is how many sell at once, 512 when 0.
	Callers int
	// Buyers is how many come to a flash sale, and how many sales latency is measured over: 20,000 when 0.
	Buyers int
	// Pairs is how often a figure and its reference take turns, 5 when 0; Span how long each turn is, 10 s when 0.
	Pairs int
	Span  time.Duration
}

// Names are the figures, in the order in which they are measured.
func Names() []string {
	names := make([]string, len(figures))
	for i, f := range figures {
		names[i] = f.name
	}
	return names
}

// figure is one line of the output.
type figure struct {
	name    string
	measure func(b *bench, ctx context.Context) error
}

var figures = []figure{
	{"ledger/spread", (*bench).spread},
	{"ledger/hot", (*bench).hotSales},
	{"ledger/hot-spread", (*bench).hotToSpread},
	{"ledger/raw", (*bench).raw},
	{"ledger/flash", (*bench).flash},
	{"ledger/growth", (*bench).growth},
	{"ledger/import", (*bench).imports},
	{"ledger/latency", (*bench).latency},
	{"ledger/memory", (*bench).memory},
	{"ledger/verify", (*bench).verify},
}

// line is one measured figure; see the design's chapter on proof.
type line struct {
	Name           string  `json:"name"`
	Database       string  `json:"database"`
	Value          float64 `json:"value"`
	Unit           string  `json:"unit"`
	Reference      string  `json:"reference,omitempty"`
	ReferenceValue float64 `json:"reference_value,omitempty"`
	Ratio          float64 `json:"ratio,omitempty"`
	Runs           int     `json:"runs"`
	// Min and Max are of the ratios of the pairs; of the values where there is no reference.
	Min float64 `json:"min"`
	Max float64 `json:"max"`
	// CPU is this program's, in microseconds a sale, and that of the reference; PostgreSQL's own is not in it. Bytes is
	// what PostgreSQL's log grew by, a sale.
	CPU          float64 `json:"cpu_us,omitempty"`
	ReferenceCPU float64 `json:"reference_cpu_us,omitempty"`
	Bytes        float64 `json:"log_bytes,omitempty"`
	Note         string  `json:"note,omitempty"`
}

// bench is one run of the benchmark.
type bench struct {
	options Options
	out     *json.Encoder
	name    string
	note    string
	dialect database.Dialect
}

// Run measures and prints one JSON object a line, the last of them {"name":"verify","ok":…}. An error means that it
// could not be measured; a low figure is none.
func Run(ctx context.Context, options Options, out io.Writer) error {
	options.Size = orElse(options.Size, 100_000)
	options.Callers = orElse(options.Callers, 512)
	options.Buyers = orElse(options.Buyers, 20_000)
	options.Pairs = orElse(options.Pairs, 5)
	options.Span = orElse(options.Span, 10*time.Second)
	b := &bench{options: options, out: json.NewEncoder(out)}
	if options.URL != "" {
		b.dialect = database.Postgres
	}
	for _, name := range options.Names {
		if !slices.Contains(Names(), name) {
			return fmt.Errorf("there is no figure %q; there are %v", name, Names())
		}
	}
	for _, f := range figures {
		if len(options.Names) > 0 && !slices.Contains(options.Names, f.name) {
			continue
		}
		b.name, b.note = f.name, ""
		if err := f.measure(b, ctx); err != nil {
			return fmt.Errorf("measure %s: %w", f.name, err)
		}
	}
	return b.out.Encode(map[string]any{"name": "verify", "ok": true})
}

func orElse[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}

// stand is one database with a market on it.
type stand struct {
	db     *database.DB
	books  *ledger.Ledger
	ids    chart
	market market
	close  func() error
}

// stand makes an empty database and fills it.
func (b *bench) stand(ctx context.Context, accounts int) (*stand, error) {
	s := &stand{market: marketOf(accounts)}
	where, remove, err := b.place(ctx)
	if err != nil {
		return nil, err
	}
	where.Logger = slog.New(slog.DiscardHandler)
	if s.db, err = database.Open(ctx, where); err != nil {
		return nil, errors.Join(err, remove())
	}
	s.close = func() error {
		if s.books != nil {
			s.books.Close()
		}
		return errors.Join(s.db.Close(), remove())
	}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *stand) open(ctx context.Context) error {
	if err := s.db.Migrate(ctx); err != nil {
		return err
	}
	err := s.db.Write(ctx, func(tx *database.Tx) error {
		for _, create := range []*database.Statement{createOrders, createLines} {
			if _, err := tx.Exec(ctx, create); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.books = ledger.New(s.db, slog.New(slog.DiscardHandler))
	if err := s.market.fill(ctx, s.books, s.db); err != nil {
		return err
	}
	if err := s.books.Seal(ctx); err != nil {
		return err
	}
	s.ids, err = readChart(ctx, s.db)
	return err
}

var places atomic.Int64

// place is where a new database lies, and how it is removed.
func (b *bench) place(ctx context.Context) (database.Options, func() error, error) {
	if b.options.URL == "" {
		folder, err := os.MkdirTemp(b.options.Folder, "ledgerbench-")
		return database.Options{Folder: folder}, func() error { return os.RemoveAll(folder) }, err
	}
	name := fmt.Sprintf("dangol_bench_%d_%d", os.Getpid(), places.Add(1))
	administer := func(command string) error {
		conn, err := pgx.Connect(context.WithoutCancel(ctx), b.options.URL)
		if err != nil {
			return err
		}
		_, err = conn.Exec(context.WithoutCancel(ctx), command)
		return errors.Join(err, conn.Close(context.WithoutCancel(ctx)))
	}
	if err := administer("CREATE DATABASE " + name); err != nil {
		return database.Options{}, nil, fmt.Errorf("create a database: %w", err)
	}
	address, err := url.Parse(b.options.URL)
	if err != nil {
		return database.Options{}, nil, fmt.Errorf("read the address: %w", err)
	}
	address.Path = "/" + name
	query := address.Query()
	query.Set("pool_max_conns", "32")
	address.RawQuery = query.Encode()
	return database.Options{URL: address.String()}, func() error {
		return administer("DROP DATABASE " + name + " WITH (FORCE)")
	}, nil
}

// measured is one turn.
type measured struct {
	count   int64
	took    time.Duration
	cpu     time.Duration
	logSize int64
}

func (m measured) rate() float64 { return float64(m.count) / m.took.Seconds() }

func (m measured) each(amount int64) float64 { return float64(amount) / float64(max(m.count, 1)) }

func (m *measured) add(turn measured) {
	m.count, m.cpu, m.logSize = m.count+turn.count, m.cpu+turn.cpu, m.logSize+turn.logSize
}

// turn runs callers for the span, then finish, and counts what they did.
func (b *bench) turn(
	ctx context.Context, s *stand, callers int, each func(ctx context.Context, thread int) (int64, error), finish func() error,
) (measured, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var count atomic.Int64
	var wait sync.WaitGroup
	before, log, began := cpuTime(), s.logSize(ctx), time.Now()
	for thread := range callers {
		wait.Go(func() {
			for time.Since(began) < b.options.Span && ctx.Err() == nil {
				done, err := each(ctx, thread)
				if err != nil {
					cancel(err)
					return
				}
				count.Add(done)
			}
		})
	}
	wait.Wait()
	if err := context.Cause(ctx); err != nil {
		return measured{}, err
	}
	if err := finish(); err != nil {
		return measured{}, err
	}
	took := time.Since(began)
	return measured{count: count.Load(), took: took, cpu: cpuTime() - before, logSize: s.logSize(ctx) - log}, nil
}

func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

var logPosition = database.RegisterFor("ledgerbench.log_position",
	`SELECT 0`, `SELECT CAST(pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS BIGINT)`)

// logSize is how much PostgreSQL has ever written to its log; 0 on SQLite.
func (s *stand) logSize(ctx context.Context) (size int64) {
	err := s.db.Read(ctx, func(tx *database.Tx) error { return tx.QueryRow(ctx, logPosition).Scan(&size) })
	if err != nil {
		return 0
	}
	return size
}

// sell is a turn of sales through the ledger.
func (b *bench) sell(ctx context.Context, s *stand, m market) (measured, error) {
	randoms := randoms(b.options.Seed, b.options.Callers)
	return b.turn(ctx, s, b.options.Callers, func(ctx context.Context, thread int) (int64, error) {
		_, err := s.books.Commit(ctx, m.draw(randoms[thread], s.db.NewID).unit())
		return 1, err
	}, func() error { return s.books.Seal(ctx) })
}

// naive is a turn of sales in a transaction each.
func (b *bench) naive(ctx context.Context, s *stand, m market) (measured, error) {
	callers := 32
	if b.dialect == database.SQLite {
		callers = 4 // there is one writer; more would only queue
	}
	randoms := randoms(b.options.Seed, callers)
	return b.turn(ctx, s, callers, func(ctx context.Context, thread int) (int64, error) {
		err := m.draw(randoms[thread], s.db.NewID).one(ctx, s.db, s.ids)
		for database.IsTransient(err) {
			err = m.draw(randoms[thread], s.db.NewID).one(ctx, s.db, s.ids)
		}
		return 1, err
	}, func() error { return nil })
}

// bulked is a turn of sales in large transactions, one stream.
func (b *bench) bulked(ctx context.Context, s *stand, m market) (measured, error) {
	random := randoms(b.options.Seed, 1)[0]
	to := s.db.NewWriter()
	defer to.Close()
	return b.turn(ctx, s, 1, func(ctx context.Context, _ int) (int64, error) {
		sales := make([]sale, bulkSales)
		for i := range sales {
			sales[i] = m.draw(random, s.db.NewID)
		}
		return bulkSales, bulk(ctx, to, s.ids, sales)
	}, func() error { return nil })
}

// seeds makes each turn draw other sales.
var seeds atomic.Uint64

func randoms(seed uint64, threads int) []*randomOf {
	list := make([]*randomOf, threads)
	turn := seeds.Add(1)
	for i := range list {
		list[i] = newRandom(seed+turn<<32, i)
	}
	return list
}

// pair has a figure and its reference take turns and prints the ratio.
func (b *bench) pair(reference string, measure, against func() (measured, error)) error {
	var ratios, values, others []float64
	var all, allOthers measured
	for run := range b.options.Pairs + 1 {
		one, err := measure()
		if err != nil {
			return err
		}
		other, err := against()
		if err != nil {
			return fmt.Errorf("%s: %w", reference, err)
		}
		if run == 0 {
			continue // both are warm now
		}
		values, others = append(values, one.rate()), append(others, other.rate())
		ratios = append(ratios, one.rate()/other.rate())
		all.add(one)
		allOthers.add(other)
	}
	return b.out.Encode(line{
		Name: b.name, Database: b.dialect.String(), Value: median(values), Unit: "sales/s",
		Reference: reference, ReferenceValue: median(others), Ratio: median(ratios), Runs: len(ratios),
		Min: slices.Min(ratios), Max: slices.Max(ratios),
		CPU: all.each(all.cpu.Microseconds()), ReferenceCPU: allOthers.each(allOthers.cpu.Microseconds()),
		Bytes: all.each(all.logSize), Note: b.note,
	})
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// prove verifies a stand and closes it.
func (b *bench) prove(ctx context.Context, s *stand) error {
	report, err := ledger.Verify(ctx, s.db, nil, nil)
	if err == nil && !report.OK() {
		err = fmt.Errorf("the books are wrong: %v", report.Differences[0])
	}
	return errors.Join(err, s.close())
}
