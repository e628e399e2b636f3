package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"dangol/internal/app"
	"dangol/internal/capability/catalog"
	"dangol/internal/core/place"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/lang"
	"dangol/internal/ground/sheet"
)

// stepTime is how long an import works before it says how far it is.
const stepTime = time.Second

// errRefused ends an import that was refused. Why has been printed.
var errRefused = errors.New("nothing was imported")

type importing struct {
	Catalog importCatalog `cmd:"" help:"Import a catalogue: dangol's own template as XLSX or CSV, or Shopify's product CSV."`
}

type importCatalog struct {
	File         string   `arg:"" help:"The file." type:"existingfile"`
	Store        []string `help:"The stores that get the prices, by code; all stores when left out."`
	Format       string   `help:"The file's format." enum:"auto,dangol,shopify" default:"auto"`
	Organisation string   `help:"The organisation, when there are several." placeholder:"org_…"`
	Check        bool     `help:"Say what the import would do, and do nothing."`
}

// Run checks the whole file, then applies it.
func (c importCatalog) Run(s *surroundings) error {
	content, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	return s.writing(func(a *app.App) error {
		org, err := organisation(s, a, c.Organisation)
		if err != nil {
			return err
		}
		stores, err := storesByCode(s, a.DB, org, c.Store)
		if err != nil {
			return err
		}
		file := catalog.File{
			Name: filepath.Base(c.File), Data: content, Format: catalog.Format(c.Format), Currency: stores[0].Currency,
		}
		for _, store := range stores {
			if store.Currency != file.Currency {
				return errors.New("these stores sell in different currencies: import for each currency by itself")
			}
			file.Stores = append(file.Stores, store.ID)
		}
		checked, err := a.Catalog.Check(s, org, 0, file)
		if err != nil {
			return err
		}
		return c.apply(s, a, org, checked)
	})
}

func (c importCatalog) apply(s *surroundings, a *app.App, org int64, found *catalog.Import) error {
	_, err := fmt.Fprintf(s.out, "%s: %d rows, %d products new, %d changed, %d unchanged\n",
		found.FileName, found.Rows, found.Creates, found.Updates, found.Unchanged)
	if err != nil {
		return err
	}
	for _, problem := range found.Problems {
		if _, err := fmt.Fprintf(s.out, "  row %d, %s: %s\n", problem.Row, problem.Column, problem.Message(lang.English)); err != nil {
			return err
		}
	}
	if found.State == catalog.Refused {
		return errRefused
	}
	if c.Check {
		return nil
	}
	for found.State != catalog.Applied {
		if found, err = a.Catalog.Apply(s, org, 0, found.ID, clock.System{}.Now().Add(stepTime)); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(s.out, "  %d of %d parts\n", found.Done, found.Total); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(s.out, "applied as %s\n", catalog.ImportID.Format(found.ID))
	return err
}

type exporting struct {
	Catalog exportCatalog `cmd:"" help:"Export the catalogue in dangol's own template."`
}

type exportCatalog struct {
	File         string `arg:"" help:"The file to write: .csv or .xlsx." type:"path"`
	Store        string `help:"The store whose prices are written, by code; the first one when left out."`
	Organisation string `help:"The organisation, when there are several." placeholder:"org_…"`
	English      bool   `help:"Name the columns in English."`
}

// Run exports, also from a program that runs on PostgreSQL; a SQLite folder must be free.
func (c exportCatalog) Run(s *surroundings) error {
	format, tag := sheet.CSV, lang.Korean
	if strings.EqualFold(filepath.Ext(c.File), ".xlsx") {
		format = sheet.XLSX
	}
	if c.English {
		tag = lang.English
	}
	return s.writing(func(a *app.App) error {
		org, err := organisation(s, a, c.Organisation)
		if err != nil {
			return err
		}
		var wanted []string
		if c.Store != "" {
			wanted = []string{c.Store}
		}
		stores, err := storesByCode(s, a.DB, org, wanted)
		if err != nil {
			return err
		}
		return writeFile(c.File, func(to io.Writer) error {
			return a.Catalog.Export(s, to, format, org, stores[0].ID, stores[0].Currency, tag)
		})
	})
}

// writeFile makes a new file, which is gone again when the writing fails.
func writeFile(path string, write func(io.Writer) error) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(write(file), file.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// storesByCode finds stores by their codes; no codes finds all of them.
func storesByCode(ctx context.Context, db *database.DB, org int64, codes []string) ([]place.Store, error) {
	var all []place.Store
	err := db.Read(ctx, func(tx *database.Tx) error {
		const most = 1000
		var err error
		all, err = place.Directory{}.Stores(ctx, tx, org, "", most)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, errors.New("there is no store yet: make one in the console")
	}
	if len(codes) == 0 {
		return all, nil
	}
	var found []place.Store
	for _, code := range codes {
		known := len(found)
		for _, store := range all {
			if store.Code == code {
				found = append(found, store)
			}
		}
		if len(found) == known {
			return nil, fmt.Errorf("there is no store with the code %q", code)
		}
	}
	return found, nil
}
