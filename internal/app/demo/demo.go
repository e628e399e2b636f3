// Package demo fills an empty installation with a brand that looks alive: two cafés and a variety store, what they sell,
// who works there, and two weeks of customers. All of it is made up from a seed and goes in by the same ways as a real
// shop's: catalogue files, deliveries, sales and refunds. It knows no SQL, and writes nothing where there is a brand
// already.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"dangol/internal/capability/catalog"
	"dangol/internal/capability/fleet"
	"dangol/internal/capability/stock"
	"dangol/internal/core/place"
	"dangol/internal/flow/checkout"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/journal"
)

// Services are the parts of the program that the demo uses.
type Services struct {
	DB       *database.DB
	Keeper   *auth.Keeper
	Catalog  *catalog.Catalog
	Stock    *stock.Stock
	Checkout *checkout.Service
}

// Options say what is made up.
type Options struct {
	// Seed is what everything is drawn from: the same seed, size and last day give the same demo.
	Seed uint64
	// SizePercent is how many orders come on a day, compared with a usual one.
	SizePercent int
	// Days are the business days before the last one's morning.
	Days int
	// Until is the present. The history ends with this day's deliveries.
	Until time.Time
	// Progress hears how far it is; nil for nobody.
	Progress io.Writer
}

// The bounds of Options.
const (
	maxSize = 1_000
	maxDays = 30
)

var (
	// ErrNotEmpty is for an installation in which a real brand could be.
	ErrNotEmpty = fault.Define(fault.Conflict, "demo.not_empty",
		"여기에는 이미 브랜드가 있어요. 데모는 빈 데이터 폴더에 만들어 주세요.",
		"There is a brand here already. Make the demo in an empty data folder.")
	// ErrSize is for a demo that is too large or has no days.
	ErrSize = fault.Define(fault.Invalid, "demo.size",
		"데모는 1~{days}일, 보통 날의 1~{size}%로 만들 수 있어요.",
		"A demo has 1 to {days} days and 1 to {size} % of a usual day's orders.")
)

const (
	// filled is the event that ends a fill. Its subject is the organisation.
	filled = "demo.filled"
	// organisations is how many brands are looked at: with a second one there is more than the demo.
	organisations = 2
)

// state is how far an earlier fill came.
type state struct {
	org   int64
	today time.Time // the day before whose morning the history ends
	done  bool
}

// read finds the demo's organisation; org is 0 when there is no organisation at all. The error is ErrNotEmpty when there
// is one that isn't the demo's.
func read(ctx context.Context, tx *database.Tx, location *time.Location) (state, error) {
	found, err := place.Directory{}.Organisations(ctx, tx, organisations)
	if err != nil || len(found) == 0 {
		return state{}, err
	}
	if len(found) > 1 || found[0].Name != brandName {
		return state{}, ErrNotEmpty.New()
	}
	entries, err := journal.OfSubject(ctx, tx, found[0].ID, found[0].ID, 0, 2)
	if err != nil {
		return state{}, fmt.Errorf("read how far the demo came: %w", err)
	}
	now := state{org: found[0].ID}
	for _, entry := range entries {
		switch entry.Kind {
		case filled:
			now.done = true
		default:
			now.today = midnight(entry.At.In(location))
		}
	}
	return now, nil
}

// Fill makes the demo. Where it is complete nothing is written; where an earlier fill was interrupted, it is completed
// up to the day that was meant then. The clock must be the database's: it is put to each moment of the past, and to
// options.Until in the end. The errors that a person sees are ErrNotEmpty and ErrSize.
func Fill(ctx context.Context, services Services, hands *clock.Manual, options Options) error {
	if options.Days < 1 || options.Days > maxDays || options.SizePercent < 1 || options.SizePercent > maxSize {
		return ErrSize.New(fault.Values{"days": maxDays, "size": maxSize})
	}
	if services.DB.Clock() != clock.Clock(hands) {
		return errors.New("fill the demo: the clock is not the database's")
	}
	location, err := time.LoadLocation(zone)
	if err != nil {
		return fmt.Errorf("fill the demo: %w", err)
	}
	f := &filler{
		Services: services, hands: hands, options: options,
		today: midnight(options.Until.In(location)),
	}
	err = services.DB.Read(ctx, func(tx *database.Tx) error {
		now, err := read(ctx, tx, location)
		f.org = now.org
		if now.org != 0 {
			f.done, f.today = now.done, now.today.AddDate(0, 0, options.Days+1)
		}
		return err
	})
	if err != nil || f.done {
		return err
	}
	if err := f.fill(ctx); err != nil {
		return fmt.Errorf("fill the demo: %w", err)
	}
	return nil
}

func midnight(at time.Time) time.Time {
	return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, at.Location())
}

// Login is one of the demo's people.
type Login struct {
	Login, Name, Place string
	Role               string
}

// Till is one of the demo's tills, with a code by which a browser can become it.
type Till struct {
	Store, Name, Code string
	Until             time.Time // when the code ends
}

// Summary is what one has to know to walk about in the demo.
type Summary struct {
	Password string
	Logins   []Login
	Tills    []Till
}

// Summarise lists the demo's people, and its tills with new pairing codes. A till that is paired stays so until its code
// is used. The error is ErrNotEmpty where there is no demo.
func Summarise(ctx context.Context, services Services) (Summary, error) {
	summary := Summary{Password: Password, Logins: []Login{{owner.login, owner.name, brandName, "점주 owner"}}}
	for _, company := range companies(time.Time{}) {
		summary.Logins = append(summary.Logins,
			Login{company.manager.login, company.manager.name, company.identity.Name, "매니저 manager"})
		for _, site := range company.stores {
			for _, person := range site.cashiers {
				summary.Logins = append(summary.Logins, Login{person.login, person.name, site.name, "캐셔 cashier"})
			}
		}
	}
	err := services.DB.Write(ctx, func(tx *database.Tx) error {
		now, err := read(ctx, tx, time.UTC)
		if err != nil {
			return err
		}
		if now.org == 0 {
			return ErrNotEmpty.New()
		}
		stores, err := place.Directory{}.Stores(ctx, tx, now.org, "", maxPlaces)
		if err != nil {
			return err
		}
		for _, store := range stores {
			tills, err := tillsOf(ctx, tx, now.org, store.ID)
			if err != nil {
				return err
			}
			for _, till := range tills {
				code, until, err := fleet.NewPairing(ctx, tx, services.Keeper, now.org, till.ID)
				if err != nil {
					return err
				}
				summary.Tills = append(summary.Tills, Till{store.Name, till.Name, code, until})
			}
		}
		return nil
	})
	if err != nil {
		return Summary{}, fmt.Errorf("summarise the demo: %w", err)
	}
	return summary, nil
}

// maxPlaces bounds how many stores, and tills of a store, are read at once.
const maxPlaces = 200

// tillsOf are a store's tills that are in use, in the order in which they were made.
func tillsOf(ctx context.Context, tx *database.Tx, org, store int64) ([]fleet.Device, error) {
	list, err := fleet.List(ctx, tx, org, false, []int64{store}, 0, maxPlaces)
	return slices.DeleteFunc(list, func(d fleet.Device) bool { return !d.Revoked.IsZero() }), err
}

// Welcome is the Summary as the start of the program prints it.
func Welcome(ctx context.Context, services Services) (string, error) {
	summary, err := Summarise(ctx, services)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	fmt.Fprintf(&text, "  Sign in (password %s, PIN at a till %s)\n", summary.Password, PIN)
	for _, login := range summary.Logins {
		fmt.Fprintf(&text, "    %-9s  %s · %s · %s\n", login.Login, login.Role, login.Name, login.Place)
	}
	text.WriteString("\n  Pair a till\n")
	for _, till := range summary.Tills {
		fmt.Fprintf(&text, "    %-9s  %s · %s\n", till.Code, till.Store, till.Name)
	}
	return text.String(), nil
}
