// Package app puts the parts of the program together: it opens the database, gives each capability what it needs from
// the others, and starts and stops them. It is the only place that sees everything.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"dangol/internal/capability/catalog"
	"dangol/internal/capability/discount"
	"dangol/internal/capability/display"
	"dangol/internal/capability/fleet"
	"dangol/internal/capability/order"
	"dangol/internal/capability/staff"
	"dangol/internal/capability/stock"
	"dangol/internal/capability/tender"
	"dangol/internal/core/ledger"
	"dangol/internal/core/place"
	"dangol/internal/core/print"
	"dangol/internal/face/console"
	"dangol/internal/flow/checkout"
	"dangol/internal/flow/closing"
	"dangol/internal/flow/printing"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/id"
	"dangol/internal/ground/lang"
	"dangol/internal/ground/realtime"
	"dangol/web"
)

// Options say how the program is opened.
type Options struct {
	// Data is the data folder, where SQLite's file lies.
	Data string
	// DatabaseURL is a PostgreSQL address; SQLite in the data folder when empty.
	DatabaseURL string
	// File is a backup to read instead of the data folder.
	File string
	// ReadOnly opens the books for reading, also beside a program that writes them.
	ReadOnly bool
	// HTTPS says that people reach the program over HTTPS.
	HTTPS bool
	// Proxies are the networks of the proxies in front whose word about where a request came from is believed.
	Proxies []netip.Prefix
	// Auth says how proofs of who is calling are kept.
	Auth auth.Options
	// Version is the program's.
	Version string
	// Clock is where time comes from; the system's when nil.
	Clock clock.Clock
	// Logger hears of what needs an operator.
	Logger *slog.Logger
}

// App is the program, opened.
type App struct {
	DB       *database.DB
	Ledger   *ledger.Ledger
	Keeper   *auth.Keeper
	Catalog  *catalog.Catalog
	Stock    *stock.Stock
	Checkout *checkout.Service
	Closing  *closing.Service

	api      *httpapi.API
	printers *print.Worker
	guard    *ledger.Guard
	live     *realtime.Hub
	release  func() error
}

// Open opens the program. Unless it is read-only, the database is migrated first, and a SQLite folder is this process's
// alone until Close: it returns database.ErrFolderInUse while another process has it.
func Open(ctx context.Context, options Options) (*App, error) {
	a := &App{release: func() error { return nil }}
	if options.DatabaseURL == "" && !options.ReadOnly {
		release, err := database.LockFolder(options.Data)
		if err != nil {
			return nil, err
		}
		a.release = release
	}
	db, err := database.Open(ctx, database.Options{
		URL: options.DatabaseURL, Folder: options.Data, File: options.File, ReadOnly: options.ReadOnly, Clock: options.Clock,
		Logger: options.Logger,
	})
	if err != nil {
		return nil, errors.Join(err, a.release())
	}
	a.DB = db
	if options.ReadOnly {
		return a, nil
	}
	if err := db.Migrate(ctx); err != nil {
		return nil, errors.Join(err, db.Close(), a.release())
	}
	a.Ledger = ledger.New(db, options.Logger)
	if a.live, err = a.wire(options); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// wire gives each part what it needs from the others, and the API its operations. What follows the journal comes back.
func (a *App) wire(options Options) (*realtime.Hub, error) {
	options.Auth.ByPIN = staff.TillPermissions()
	a.Keeper = auth.NewKeeper(a.DB, staff.Subjects{}, fleet.Devices{}, options.Auth)
	a.Stock = stock.New(a.DB, a.Ledger, catalog.Variants{})
	a.Catalog = catalog.New(a.DB, a.Stock, usage{a.Stock})
	a.Checkout = checkout.New(a.DB, a.Ledger, a.Keeper)
	a.Closing = closing.New(a.DB, a.Ledger)
	a.printers = print.NewWorker(a.DB, options.Logger, print.Options{})
	a.api = httpapi.New(httpapi.Options{
		Version: options.Version, Identify: a.Keeper.Identify, Ready: a.DB.Ping, Turns: a.DB.Turns, Faces: web.Files(),
		HTTPS: options.HTTPS, Proxies: options.Proxies, Logger: options.Logger, Clock: options.Clock,
	})
	a.guard = ledger.NewGuard(a.DB, func(ctx context.Context) (ledger.Report, error) { return a.Verify(ctx, nil) }, options.Logger)
	a.api.Metrics().MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "dangol_books_wrong", Help: "How many things about the books need somebody to look.",
	}, func() float64 { return float64(a.guard.Wrong()) }))
	ledger.Serve(a.api, a.DB)
	place.Serve(a.api, a.DB)
	staff.Serve(a.api, a.DB, a.Keeper)
	fleet.Serve(a.api, a.DB, a.Keeper)
	display.Serve(a.api, a.DB, fleet.Devices{}, fleet.DeviceID)
	catalog.Serve(a.api, a.DB, a.Catalog, a.Stock)
	stock.Serve(a.api, a.DB, a.Stock, stories{})
	tender.Serve(a.api, a.DB)
	order.Serve(a.api, a.DB)
	discount.Serve(a.api, a.DB)
	a.Checkout.Serve(a.api)
	a.Closing.Serve(a.api)
	console.Serve(a.api, a.DB, a.Stock)
	printers := printing.New(a.DB, a.printers.Wake, closing.Statement)
	printers.Serve(a.api)
	a.Checkout.PrintWith(printers)
	live, err := a.listen(options)
	if err == nil {
		a.api.Stream("GET /v1/live", "live", live)
	}
	return live, err
}

// usage says for the catalogue which variants stock has moved or orders have sold.
type usage struct{ stock *stock.Stock }

// Used says which of the variants must keep their meaning.
func (u usage) Used(ctx context.Context, tx *database.Tx, org int64, variants []int64) (map[int64]bool, error) {
	moved, err := u.stock.Used(ctx, tx, org, variants)
	if err != nil {
		return nil, err
	}
	sold, err := order.Used(ctx, tx, org, variants)
	if err != nil {
		return nil, err
	}
	maps.Copy(moved, sold)
	return moved, nil
}

// stories tell stock who moved units, and with which order.
type stories struct{}

// StaffNames gives the names of staff members. Those that do not exist are absent.
func (stories) StaffNames(ctx context.Context, tx *database.Tx, org int64, members []int64) (map[int64]string, error) {
	names := map[int64]string{}
	for _, one := range members {
		member, err := staff.Read(ctx, tx, org, one)
		if err != nil && !id.Unknown.Has(err) {
			return nil, err
		}
		if err == nil {
			names[one] = member.Name
		}
	}
	return names, nil
}

// OrdersOfRefunds gives the order of each refund.
func (stories) OrdersOfRefunds(ctx context.Context, tx *database.Tx, org int64, refunds []int64) (map[int64]int64, error) {
	return order.OrdersOfRefunds(ctx, tx, org, refunds)
}

// Work does what is done beside answering requests, until the context ends and what was begun is over.
func (a *App) Work(ctx context.Context) {
	var work sync.WaitGroup
	work.Go(func() { a.printers.Run(ctx) })
	work.Go(func() { a.guard.Run(ctx) })
	work.Go(func() { a.live.Run(ctx) })
	work.Wait()
}

// Listening is closed when Work has begun to take connections of screens.
func (a *App) Listening() <-chan struct{} { return a.live.Started() }

// Handler serves the program over HTTP.
func (a *App) Handler() http.Handler { return a.api.Handler() }

// Checks are what is proved of the books beyond what the ledger proves by itself.
func (a *App) Checks() []ledger.Check {
	return slices.Concat(stock.Checks(), checkout.Checks(), closing.Checks())
}

// Verify proves the books. The progress function, when there is one, hears how far it is.
func (a *App) Verify(ctx context.Context, progress func(ledger.Progress)) (ledger.Report, error) {
	return a.VerifySince(ctx, ledger.Since{}, progress)
}

// VerifySince proves the books, and of the postings only those after a sealed block. What a posting is about is named as
// people know it.
func (a *App) VerifySince(ctx context.Context, since ledger.Since, progress func(ledger.Progress)) (ledger.Report, error) {
	report, err := ledger.VerifySince(ctx, a.DB, since, a.Checks(), progress)
	for i := range report.Differences {
		found := &report.Differences[i]
		if found.Subject == "" && found.About != 0 {
			found.Subject = nameOf(found.Kind, found.About)
		}
	}
	return report, err
}

// nameOf names what a posting is about.
func nameOf(kind string, about int64) string {
	switch {
	case kind == "sale" || kind == "exchange":
		return order.IDs.Format(about)
	case kind == "refund":
		return order.RefundIDs.Format(about)
	case strings.HasPrefix(kind, "stock."):
		return stock.FormatSubject(kind, about)
	}
	return fmt.Sprintf("%s %d", kind, about)
}

// Close finishes what was accepted and closes the database.
func (a *App) Close() error {
	if a.Ledger != nil {
		a.Ledger.Close()
	}
	return errors.Join(a.DB.Close(), a.release())
}

// Spec is the description of the API.
func (a *App) Spec() []byte { return a.api.Spec() }

// OnlyOrganisation is the installation's organisation when there is exactly one, for commands that name none.
func (a *App) OnlyOrganisation(ctx context.Context) (int64, error) {
	var found []place.Organisation
	err := a.DB.Read(ctx, func(tx *database.Tx) error {
		var err error
		found, err = place.Directory{}.Organisations(ctx, tx, 2)
		return err
	})
	switch {
	case err != nil:
		return 0, err
	case len(found) == 0:
		return 0, errors.New("there is no organisation yet: make one with `dangol staff owner`, or try `dangol demo`")
	case len(found) > 1:
		return 0, errors.New("there are several organisations: name one with --organisation")
	}
	return found[0].ID, nil
}

// NewOrganisation makes an organisation with its first owner and gives its id.
func (a *App) NewOrganisation(ctx context.Context, name string, language lang.Tag, owner staff.Input, password string) (int64, error) {
	hash, err := a.Keeper.Hash(ctx, password)
	if err != nil {
		return 0, err
	}
	org := a.DB.NewID()
	return org, a.DB.Write(ctx, func(tx *database.Tx) error {
		if err := place.CreateOrganisation(ctx, tx, org, name, language); err != nil {
			return fmt.Errorf("make the organisation: %w", err)
		}
		return staff.Create(ctx, tx, a.Keeper, org, 0, a.DB.NewID(), owner, hash)
	})
}
