package print

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"dangol/internal/core/print/paper"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
	"dangol/internal/ground/journal"
)

const printerColumns = `id, store_id, name, address, width, drawer, backup_id, removed_at, status, status_at, version,
	device_id, guest, shop, kitchen`

var (
	insertPrinter = database.Register("print.insert_printer", `
		INSERT INTO printer (org_id, id, store_id, name, address, width, drawer, backup_id, removed_at, status, status_at, version,
			device_id, guest, shop, kitchen)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, '', 0, 1, $9, $10, $11, $12)`)
	updatePrinter = database.Register("print.update_printer", `
		UPDATE printer SET name = $4, address = $5, width = $6, drawer = $7, backup_id = $8, device_id = $9, guest = $10,
			shop = $11, kitchen = $12, version = version + 1
		WHERE org_id = $1 AND id = $2 AND version = $3 AND removed_at = 0`)
	removePrinter = database.Register("print.remove_printer", `
		UPDATE printer SET removed_at = $3, version = version + 1 WHERE org_id = $1 AND id = $2 AND removed_at = 0`)
	// The status is no part of the version: it changes by itself.
	notePrinter = database.Register("print.note_printer",
		`UPDATE printer SET status = $3, status_at = $4 WHERE org_id = $1 AND id = $2`)
	selectPrinter  = database.Register("print.select_printer", `SELECT `+printerColumns+` FROM printer WHERE org_id = $1 AND id = $2`)
	selectPrinters = database.Register("print.select_printers", `
		SELECT `+printerColumns+` FROM printer
		WHERE org_id = $1 AND id > $2 AND ($3 = 1 OR store_id = ANY_ID($4)) AND removed_at = 0 ORDER BY id LIMIT $5`)
)

const (
	maxName    = 50
	maxAddress = 200
)

// check corrects what can be and names what can't.
func (p *Printer) check(ctx context.Context, tx *database.Tx, org int64) error {
	p.Name, p.Address = strings.TrimSpace(p.Name), strings.TrimSpace(p.Address)
	var errs []error
	if p.Name == "" || utf8.RuneCountInString(p.Name) > maxName || strings.ContainsRune(p.Name, 0) {
		errs = append(errs, ErrName.At("name"))
	}
	if !validAddress(p.Address) {
		errs = append(errs, ErrAddress.At("address"))
	}
	if p.Width != paper.Wide && p.Width != paper.Narrow {
		errs = append(errs, ErrWidth.At("width"))
	}
	if p.Guest == "" {
		p.Guest = GuestOnRequest
	}
	if p.Guest != GuestAlways && p.Guest != GuestOnRequest && p.Guest != GuestNever {
		errs = append(errs, ErrRule.At("guest"))
	}
	if p.Backup != 0 {
		backup, err := ReadPrinter(ctx, tx, org, p.Backup)
		if err != nil && !id.Unknown.Has(err) {
			return err
		}
		if err != nil || backup.Store != p.Store || backup.ID == p.ID || !backup.Removed.IsZero() {
			errs = append(errs, ErrBackup.At("backup_id"))
		}
	}
	return fault.Collect(errs...)
}

func validAddress(address string) bool {
	host, port, err := net.SplitHostPort(address)
	number, errPort := strconv.ParseUint(port, 10, 16)
	return err == nil && errPort == nil && number > 0 && host != "" && len(address) <= maxAddress &&
		!strings.ContainsFunc(host, func(r rune) bool {
			return r != '.' && r != '-' && r != ':' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
		})
}

// CreatePrinter adds a printer under an id that the caller made. The caller has made sure of the store.
func CreatePrinter(ctx context.Context, tx *database.Tx, org, actor int64, p Printer) error {
	if err := p.check(ctx, tx, org); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, insertPrinter, org, p.ID, p.Store, p.Name, p.Address, p.Width, database.Bool(p.Drawer), p.Backup,
		p.Device, string(p.Guest), database.Bool(p.Shop), database.Bool(p.Kitchen))
	if err != nil {
		return fmt.Errorf("create printer %s: %w", PrinterIDs.Format(p.ID), err)
	}
	return journal.Append(ctx, tx, org, journal.Event{Kind: "printer.created", Store: p.Store, Subject: p.ID, Actor: actor})
}

// UpdatePrinter changes what can be changed of a printer that was read at p.Version. It returns ErrStale when it has
// moved on.
func UpdatePrinter(ctx context.Context, tx *database.Tx, org, actor int64, p Printer) error {
	if err := p.check(ctx, tx, org); err != nil {
		return err
	}
	changed, err := tx.Exec(ctx, updatePrinter, org, p.ID, p.Version, p.Name, p.Address, p.Width, database.Bool(p.Drawer), p.Backup,
		p.Device, string(p.Guest), database.Bool(p.Shop), database.Bool(p.Kitchen))
	if err != nil {
		return fmt.Errorf("change printer %s: %w", PrinterIDs.Format(p.ID), err)
	}
	if changed != 1 {
		return ErrStale.New()
	}
	return journal.Append(ctx, tx, org, journal.Event{Kind: "printer.changed", Store: p.Store, Subject: p.ID, Actor: actor})
}

// RemovePrinter takes a printer out of use. What was queued for it waits for a person in time. Removing it twice changes
// nothing.
func RemovePrinter(ctx context.Context, tx *database.Tx, org, actor int64, p Printer) error {
	changed, err := tx.Exec(ctx, removePrinter, org, p.ID, tx.Micros())
	if err != nil {
		return fmt.Errorf("remove printer %s: %w", PrinterIDs.Format(p.ID), err)
	}
	if changed == 0 {
		return nil
	}
	return journal.Append(ctx, tx, org, journal.Event{Kind: "printer.removed", Store: p.Store, Subject: p.ID, Actor: actor})
}

// ReadPrinter reads one printer, removed or not. It returns id.Unknown when there is none.
func ReadPrinter(ctx context.Context, tx *database.Tx, org, printer int64) (Printer, error) {
	list, err := database.List(ctx, tx, selectPrinter, scanPrinter, org, printer)
	if err != nil {
		return Printer{}, fmt.Errorf("read printer %s: %w", PrinterIDs.Format(printer), err)
	}
	if len(list) == 0 {
		return Printer{}, id.Unknown.New()
	}
	return list[0], nil
}

// Printers reads at most limit printers in use of some stores, or of all, that follow an id.
func Printers(ctx context.Context, tx *database.Tx, org int64, all bool, stores []int64, after int64, limit int) ([]Printer, error) {
	return database.List(ctx, tx, selectPrinters, scanPrinter, org, after, database.Bool(all), database.IDs(stores), limit)
}

// maxServing bounds how many printers of a store are looked at.
const maxServing = 100

// Serving are the printers in use that print for a till: its own first, then those for all tills of the store.
func Serving(ctx context.Context, tx *database.Tx, org, store, till int64) ([]Printer, error) {
	list, err := Printers(ctx, tx, org, false, []int64{store}, 0, maxServing)
	if err != nil {
		return nil, fmt.Errorf("read the printers of a store: %w", err)
	}
	list = slices.DeleteFunc(list, func(p Printer) bool { return !p.Serves(till) })
	slices.SortStableFunc(list, func(a, b Printer) int { return cmp.Compare(b.Device, a.Device) })
	return list, nil
}

// ForGuests is the printer on which a till prints guests' receipts. It returns ErrNoPrinter when there is none.
func ForGuests(serving []Printer) (Printer, error) {
	for _, p := range serving {
		if p.Guest != GuestNever {
			return p, nil
		}
	}
	return Printer{}, ErrNoPrinter.New()
}

func scanPrinter(row database.Scanner) (Printer, error) {
	var p Printer
	var drawer, removed, statusAt, shop, kitchen int64
	err := row.Scan(&p.ID, &p.Store, &p.Name, &p.Address, &p.Width, &drawer, &p.Backup, &removed, &p.Status, &statusAt, &p.Version,
		&p.Device, &p.Guest, &shop, &kitchen)
	p.Shop, p.Kitchen = shop == 1, kitchen == 1
	p.Drawer, p.Removed, p.StatusAt = drawer == 1, stored(removed), stored(statusAt)
	return p, err
}

// stored reads a time of which 0 means never.
func stored(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return clock.FromMicros(micros)
}
