package catalog

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"dangol/internal/core/place"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/id"
	"dangol/internal/ground/lang"
	"dangol/internal/ground/money"
	"dangol/internal/ground/sheet"
)

const (
	// importTimeout is how long a file may take to arrive and be checked.
	importTimeout = 2 * time.Minute
	// importStretch is how long one request applies or undoes an import; the caller asks again until all is done.
	importStretch = 5 * time.Second
	// formOverhead is what a form may be larger than its file.
	formOverhead = 64 << 10
)

// ErrCurrencies is for stores that can't share prices.
var ErrCurrencies = fault.Define(fault.Invalid, "catalog.currencies",
	"통화가 다른 매장에는 같은 가격을 넣을 수 없어요. 통화가 같은 매장끼리 나누어 올려 주세요.",
	"Stores with different currencies can't share prices. Upload for each currency separately.")

// ImportProblemView is what is wrong with one cell.
type ImportProblemView struct {
	Row     int    `json:"row" doc:"As a spreadsheet numbers it; 0 for the whole file."`
	Column  string `json:"column" doc:"As the file's header names it."`
	Code    string `json:"code"`
	Message string `json:"message" doc:"What to do about it, in the reader's language."`
}

// ImportSummaryView counts products, as they were when the file was checked.
type ImportSummaryView struct {
	Rows      int64 `json:"rows"`
	Create    int64 `json:"create"`
	Update    int64 `json:"update"`
	Unchanged int64 `json:"unchanged"`
}

// ImportProgressView counts pieces of the work.
type ImportProgressView struct {
	Done  int64 `json:"done"`
	Total int64 `json:"total"`
}

// ImportView is one catalogue file and what became of it.
type ImportView struct {
	ID         string              `json:"id"`
	Status     State               `json:"status" enum:"checked,refused,applying,applied,undoing,undone"`
	Format     Format              `json:"format" enum:"dangol,shopify"`
	FileName   string              `json:"file_name"`
	StoreIDs   []string            `json:"store_ids"`
	Summary    ImportSummaryView   `json:"summary"`
	Progress   ImportProgressView  `json:"progress"`
	Errors     []ImportProblemView `json:"errors" doc:"At most 1,000; lists leave them out."`
	CreatedAt  time.Time           `json:"created_at"`
	FinishedAt *time.Time          `json:"finished_at,omitempty"`
}

func viewImport(tag lang.Tag) func(*Import) ImportView {
	return func(made *Import) ImportView {
		view := ImportView{
			ID: ImportID.Format(made.ID), Status: made.State, Format: made.Format, FileName: made.FileName, StoreIDs: []string{},
			Summary: ImportSummaryView{
				Rows: made.Rows, Create: made.Creates, Update: made.Updates, Unchanged: made.Unchanged,
			},
			Progress:  ImportProgressView{Done: made.Done, Total: made.Total},
			Errors:    []ImportProblemView{},
			CreatedAt: made.CreatedAt,
		}
		if !made.FinishedAt.IsZero() {
			view.FinishedAt = &made.FinishedAt
		}
		for _, store := range made.Stores {
			view.StoreIDs = append(view.StoreIDs, place.StoreID.Format(store))
		}
		for _, problem := range made.Problems {
			view.Errors = append(view.Errors, ImportProblemView{
				Row: problem.Row, Column: problem.Column, Code: problem.Code, Message: problem.Message(tag),
			})
		}
		return view
	}
}

func (a *api) serveImports(server *httpapi.API) {
	httpapi.Register(server, httpapi.Operation{
		ID: "create-catalog-import", Method: http.MethodPost, Path: "/v1/catalog-imports", Tag: "Catalogue",
		Status: http.StatusCreated, Summary: "Check a catalogue file whole; nothing is changed yet", Permission: importPermission,
		MaxBody: MaxUpload + formOverhead, Timeout: importTimeout,
		Errors: []*fault.Code{
			ErrEmptyFile, ErrFileTooLarge, ErrNotASheet, ErrOldExcel, ErrBrokenFile, ErrEncoding, ErrQuotes, ErrTooManyRows,
			ErrTooManyColumns, ErrCellLong, ErrNoRows, ErrStoresMissing, ErrCurrencies, ErrTooMany, ErrChoice, id.Unknown,
		},
	}, a.upload)
	httpapi.Register(server, httpapi.Operation{
		ID: "list-catalog-imports", Method: http.MethodGet, Path: "/v1/catalog-imports", Tag: "Catalogue",
		Summary: "Imports, newest first", Permission: importPermission,
	}, a.imports)
	httpapi.Register(server, httpapi.Operation{
		ID: "get-catalog-import", Method: http.MethodGet, Path: "/v1/catalog-imports/{id}", Tag: "Catalogue",
		Summary: "One import with what is wrong with it", Permission: importPermission,
	}, a.oneImport)
	httpapi.Register(server, httpapi.Operation{
		ID: "apply-catalog-import", Method: http.MethodPost, Path: "/v1/catalog-imports/{id}/apply", Tag: "Catalogue",
		Summary:    "Bring a checked import into the catalogue; ask again while it is applying",
		Permission: importPermission, Timeout: importTimeout, Errors: []*fault.Code{ErrImportState},
	}, a.apply)
	httpapi.Register(server, httpapi.Operation{
		ID: "undo-catalog-import", Method: http.MethodPost, Path: "/v1/catalog-imports/{id}/undo", Tag: "Catalogue",
		Summary:    "Take an import back; ask again while it is undoing",
		Permission: importPermission, Timeout: importTimeout, Errors: []*fault.Code{ErrImportState},
	}, a.undo)
	httpapi.Register(server, httpapi.Operation{
		ID: "export-catalog", Method: http.MethodGet, Path: "/v1/catalog/export", Tag: "Catalogue",
		Summary: "All products as a file that can be imported again", Permission: readPermission, Timeout: importTimeout,
		Errors: []*fault.Code{id.Unknown, ErrStoresMissing},
	}, a.export)
	httpapi.Register(server, httpapi.Operation{
		ID: "get-catalog-template", Method: http.MethodGet, Path: "/v1/catalog/template", Tag: "Catalogue",
		Summary: "An empty catalogue file with two examples", Permission: readPermission,
	}, a.template)
}

// uploadForm is the form of an upload. Stores may be repeated or separated by commas.
type uploadForm struct {
	File     huma.FormFile `form:"file" required:"true" doc:"XLSX or CSV, at most 20 MB."`
	StoreIDs []string      `form:"store_ids" required:"true" doc:"sto_…: the stores that get the prices and the opening stock."`
	Format   string        `form:"format" required:"false" doc:"auto (default), dangol or shopify."`
}

type uploadInput struct {
	RawBody huma.MultipartFormFiles[uploadForm]
}

type importOutput struct{ Body ImportView }

func (a *api) upload(ctx context.Context, input *uploadInput) (*importOutput, error) {
	caller := auth.CallerFrom(ctx)
	form := input.RawBody.Data()
	if form.File.Size > MaxUpload {
		return nil, ErrFileTooLarge.New(fault.Values{"max": MaxUpload >> 20})
	}
	data, err := io.ReadAll(io.LimitReader(form.File, MaxUpload+1))
	if err != nil {
		return nil, fmt.Errorf("read an uploaded file: %w", err)
	}
	file := File{Name: form.File.Filename, Data: data, Format: Format(form.Format)}
	if file.Format == "" {
		file.Format = Auto
	}
	var texts []string
	for _, list := range form.StoreIDs {
		texts = append(texts, strings.FieldsFunc(list, func(letter rune) bool { return letter == ',' || letter == ' ' })...)
	}
	err = a.db.Read(ctx, func(tx *database.Tx) (err error) {
		file.Stores, file.Currency, err = storesFor(ctx, tx, caller, importPermission, texts)
		return err
	})
	if err != nil {
		return nil, err
	}
	made, err := a.catalog.Check(ctx, caller.Org, caller.Staff, file)
	if err != nil {
		return nil, err
	}
	return &importOutput{viewImport(httpapi.Language(ctx))(made)}, nil
}

type importsOutput struct{ Body httpapi.List[ImportView] }

type timeKey struct{ At, ID int64 }

func (a *api) imports(ctx context.Context, input *struct{ httpapi.Page }) (*importsOutput, error) {
	var after timeKey
	follows, err := input.After(&after)
	if err != nil {
		return nil, err
	}
	var before time.Time
	if follows {
		before = clock.FromMicros(after.At)
	}
	output := &importsOutput{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		list, err := Imports(ctx, tx, auth.CallerFrom(ctx).Org, before, after.ID, input.Limit+1)
		if err != nil {
			return err
		}
		output.Body, err = httpapi.NewList(input.Page, list, viewImport(httpapi.Language(ctx)),
			func(made *Import) any { return timeKey{clock.Micros(made.CreatedAt), made.ID} })
		return err
	})
}

type importPath struct {
	ID string `path:"id" doc:"imp_…"`
}

// allowed reads an import that the caller may handle: one that touches only stores in which he may import.
func (a *api) allowed(ctx context.Context, text string) (*Import, error) {
	caller := auth.CallerFrom(ctx)
	wanted, err := ImportID.Parse(text)
	if err != nil {
		return nil, err
	}
	var found *Import
	err = a.db.Read(ctx, func(tx *database.Tx) (err error) {
		found, err = ImportByID(ctx, tx, caller.Org, wanted)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, store := range found.Stores {
		if err := caller.Require(importPermission, store); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (a *api) oneImport(ctx context.Context, input *importPath) (*importOutput, error) {
	found, err := a.allowed(ctx, input.ID)
	if err != nil {
		return nil, err
	}
	return &importOutput{viewImport(httpapi.Language(ctx))(found)}, nil
}

func (a *api) apply(ctx context.Context, input *importPath) (*importOutput, error) {
	return a.proceed(ctx, input.ID, a.catalog.Apply)
}

func (a *api) undo(ctx context.Context, input *importPath) (*importOutput, error) {
	return a.proceed(ctx, input.ID, a.catalog.Undo)
}

func (a *api) proceed(
	ctx context.Context, text string, work func(context.Context, int64, int64, int64, time.Time) (*Import, error),
) (*importOutput, error) {
	caller := auth.CallerFrom(ctx)
	found, err := a.allowed(ctx, text)
	if err != nil {
		return nil, err
	}
	found, err = work(ctx, caller.Org, caller.Staff, found.ID, a.db.Clock().Now().Add(importStretch))
	if err != nil {
		return nil, err
	}
	return &importOutput{viewImport(httpapi.Language(ctx))(found)}, nil
}

func (a *api) export(ctx context.Context, input *struct {
	sheet.Wanted
	StoreID string `query:"store_id" required:"true" doc:"The store whose prices are written: sto_…"`
},
) (*sheet.File, error) {
	caller := auth.CallerFrom(ctx)
	var stores []int64
	var currency money.Currency
	err := a.db.Read(ctx, func(tx *database.Tx) (err error) {
		stores, currency, err = storesFor(ctx, tx, caller, readPermission, []string{input.StoreID})
		return err
	})
	if err != nil {
		return nil, err
	}
	var content bytes.Buffer
	err = a.catalog.Export(ctx, &content, input.Format, caller.Org, stores[0], currency, httpapi.Language(ctx))
	if err != nil {
		return nil, err
	}
	return sheet.NewFile(input.Format, "dangol-catalog", &content), nil
}

func (a *api) template(ctx context.Context, input *struct {
	sheet.Wanted
},
) (*sheet.File, error) {
	var content bytes.Buffer
	if err := WriteTemplate(&content, input.Format, httpapi.Language(ctx)); err != nil {
		return nil, err
	}
	return sheet.NewFile(input.Format, "dangol-template", &content), nil
}
