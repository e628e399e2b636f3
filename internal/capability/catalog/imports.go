package catalog

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
	"dangol/internal/ground/journal"
	"dangol/internal/ground/money"
)

// OpeningStock receives the first stock of imported variants. Quantities are units by variant.
type OpeningStock interface {
	// Open receives units under the import's piece and the store. What was received before is not received again.
	Open(ctx context.Context, org, actor, importID, piece, store int64, quantities map[int64]int64) error
	// Withdraw takes back what Open received, as far as it is still there, once.
	Withdraw(ctx context.Context, org, actor, importID, piece, store int64, quantities map[int64]int64) error
}

// Usage says which variants something refers to that must keep its meaning: an order, a movement of stock.
type Usage interface {
	Used(ctx context.Context, tx *database.Tx, org int64, variants []int64) (map[int64]bool, error)
}

// State is how far an import is.
type State string

const (
	Checked  State = "checked"  // read and found right; nothing is changed yet
	Refused  State = "refused"  // read and found wrong; it can't be applied
	Applying State = "applying" // partly in the catalogue
	Applied  State = "applied"  // all in the catalogue
	Undoing  State = "undoing"  // partly taken back
	Undone   State = "undone"   // all taken back
)

// Import is one catalogue file and what became of it.
type Import struct {
	ID       int64
	State    State
	Format   Format
	FileName string
	Digest   []byte // SHA-256 of the file, the format and the stores
	Stores   []int64
	Rows     int64
	// Creates, Updates and Unchanged count products, as they were when the file was checked.
	Creates, Updates, Unchanged int64
	// Problems are what is wrong with a refused file, or what could not be applied or taken back.
	Problems []Problem
	// Done and Total count pieces of what is being applied or taken back.
	Done, Total int64
	CreatedAt   time.Time
	FinishedAt  time.Time // zero until it is applied or undone
	CreatedBy   int64

	pieces, applied, stocked, undone int64
}

const (
	// pieceSize is how many products are written in one transaction, so that a sale never waits long for an import.
	pieceSize = 50
	// checkSize is how many drafts are looked up at once while a file is checked.
	checkSize    = 500
	maxStores    = 200
	maxFileName  = 200
	maxImportsOf = 100
)

var (
	ErrImportState = fault.Define(fault.Conflict, "catalog.import_state",
		"지금 상태에서는 할 수 없어요. 새로 불러와 상태를 확인해 주세요.",
		"This can't be done in the import's present state. Reload to see it.")
	ErrKept = fault.Define(fault.Conflict, "catalog.import_kept",
		"'{product}'은(는) 가져온 뒤에 바뀌어서 되돌리지 않았어요. 상품에서 직접 확인해 주세요.",
		"“{product}” was changed after the import and stays as it is. Look at the product itself.")
	ErrStoresMissing = fault.Define(fault.Invalid, "catalog.stores_missing",
		"가격을 넣을 매장을 골라 주세요.", "Choose the stores that get these prices.")
)

var (
	insertImport = database.Register("catalog.insert_import", `
		INSERT INTO catalog_import (org_id, id, state, format, file_name, digest, stores, row_count, creates, updates, unchanged,
			problems, pieces, applied, stocked, undone, created_at, created_by, finished_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, 0, 0, $14, $15, 0)`)
	insertPiece = database.Register("catalog.insert_piece", `
		INSERT INTO catalog_import_piece (org_id, import_id, piece, drafts, effects) VALUES ($1, $2, $3, $4, '{}')`)
	selectImport = database.Register("catalog.select_import", `
		SELECT id, state, format, file_name, digest, stores, row_count, creates, updates, unchanged, problems, pieces, applied,
			stocked, undone, created_at, created_by, finished_at
		FROM catalog_import WHERE org_id = $1 AND id = $2`)
	lockImport = database.Register("catalog.lock_import", `
		SELECT id, state, format, file_name, digest, stores, row_count, creates, updates, unchanged, problems, pieces, applied,
			stocked, undone, created_at, created_by, finished_at
		FROM catalog_import WHERE org_id = $1 AND id = $2 FOR UPDATE`)
	listImports = database.Register("catalog.list_imports", `
		SELECT id, state, format, file_name, digest, stores, row_count, creates, updates, unchanged, '[]', pieces, applied,
			stocked, undone, created_at, created_by, finished_at
		FROM catalog_import WHERE org_id = $1 AND (created_at < $2 OR (created_at = $2 AND id < $3))
		ORDER BY created_at DESC, id DESC LIMIT $4`)
	advanceImport = database.Register("catalog.advance_import", `
		UPDATE catalog_import SET state = $3, applied = $4, stocked = $5, undone = $6, problems = $7, finished_at = $8
		WHERE org_id = $1 AND id = $2`)
	// analyze has the database learn how much there is now: an import changes that from one minute to the next, and plans
	// for empty tables are ruinous for full ones.
	analyze = []*database.Statement{
		database.Register("catalog.analyze_products", `ANALYZE catalog_product`),
		database.Register("catalog.analyze_variants", `ANALYZE catalog_variant`),
		database.Register("catalog.analyze_barcodes", `ANALYZE catalog_barcode`),
		database.Register("catalog.analyze_prices", `ANALYZE catalog_price`),
	}
	selectPiece = database.Register("catalog.select_piece", `
		SELECT drafts, effects FROM catalog_import_piece WHERE org_id = $1 AND import_id = $2 AND piece = $3`)
	updatePiece = database.Register("catalog.update_piece", `
		UPDATE catalog_import_piece SET effects = $4 WHERE org_id = $1 AND import_id = $2 AND piece = $3`)
)

// effects are what a piece did, so that it can be taken back.
type effects struct {
	Categories []int64   `json:"categories,omitempty"`
	Products   []effect  `json:"products,omitempty"`
	Openings   []opening `json:"openings,omitempty"`
	// Withdrawn are the openings of what was taken back.
	Withdrawn []opening `json:"withdrawn,omitempty"`
}

type effect struct {
	ID int64 `json:"id"`
	// Version is the product's after the import: another one means that someone has changed it since.
	Version int64    `json:"version"`
	Before  *Product `json:"before,omitempty"`
}

// File is a catalogue file as it was uploaded.
type File struct {
	Name     string
	Data     []byte
	Format   Format
	Stores   []int64
	Currency money.Currency // of all these stores
}

// Check reads a file whole and stores it as an import that is checked or refused; the catalogue stays as it is. The
// error is a fault when the file can't be read at all: then nothing is stored.
func (c *Catalog) Check(ctx context.Context, org, actor int64, file File) (*Import, error) {
	if len(file.Stores) == 0 {
		return nil, ErrStoresMissing.At("store_ids")
	}
	if len(file.Stores) > maxStores {
		return nil, ErrTooMany.At("store_ids", fault.Values{"max": maxStores})
	}
	if err := choice("format", file.Format, Auto, Template, Shopify); err != nil {
		return nil, err
	}
	stores := slices.Clone(file.Stores)
	slices.Sort(stores)
	stores = slices.Compact(stores)
	read, found, err := parse(file.Data, file.Format, file.Currency)
	if err != nil {
		return nil, err
	}
	made := &Import{
		ID: c.db.NewID(), State: Checked, Format: read.format, FileName: cut(file.Name), Stores: stores, Rows: int64(read.rows),
		CreatedBy: actor,
	}
	made.Digest = digest(file.Data, read.format, stores)
	err = c.db.Read(ctx, func(tx *database.Tx) error {
		planner, err := newPlanner(ctx, tx, org, stores, found)
		if err != nil {
			return err
		}
		planner.header, planner.names = read.header, read.names
		for drafts := range slices.Chunk(read.drafts, checkSize) {
			plans, err := planner.plan(ctx, tx, org, drafts)
			if err != nil {
				return err
			}
			made.count(plans)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("check a catalogue file: %w", err)
	}
	made.Problems = found.sorted()
	if len(made.Problems) > 0 {
		made.State = Refused
	} else {
		made.pieces = int64((len(read.drafts) + pieceSize - 1) / pieceSize)
	}
	made.Total = made.pieces
	return made, c.stage(ctx, org, made, read.drafts)
}

func (i *Import) count(plans []planned) {
	for _, plan := range plans {
		switch {
		case plan.before == nil:
			i.Creates++
		case plan.changed():
			i.Updates++
		default:
			i.Unchanged++
		}
	}
}

func digest(data []byte, format Format, stores []int64) []byte {
	hash := sha256.New()
	_, _ = fmt.Fprintln(hash, format, stores) // a hash takes everything
	_, _ = hash.Write(data)
	return hash.Sum(nil)
}

func cut(name string) string {
	letters := []rune(name)
	return string(letters[:min(len(letters), maxFileName)])
}

// stage stores the import and its pieces.
func (c *Catalog) stage(ctx context.Context, org int64, made *Import, drafts []*draft) error {
	problems, err := json.Marshal(made.Problems)
	if err != nil {
		return fmt.Errorf("encode the problems of a file: %w", err)
	}
	stores, err := json.Marshal(made.Stores)
	if err != nil {
		return fmt.Errorf("encode the stores of an import: %w", err)
	}
	var pieces [][]any
	if made.State == Checked {
		for piece := range slices.Chunk(drafts, pieceSize) {
			text, err := json.Marshal(piece)
			if err != nil {
				return fmt.Errorf("encode a piece of an import: %w", err)
			}
			pieces = append(pieces, []any{org, made.ID, len(pieces), string(text)})
		}
	}
	return c.db.Write(ctx, func(tx *database.Tx) error {
		made.CreatedAt = tx.Now()
		_, err := tx.Exec(ctx, insertImport, org, made.ID, string(made.State), string(made.Format), made.FileName, made.Digest,
			string(stores), made.Rows, made.Creates, made.Updates, made.Unchanged, string(problems), made.pieces, tx.Micros(),
			made.CreatedBy)
		if err != nil {
			return err
		}
		if _, err := tx.ExecMany(ctx, insertPiece, pieces); err != nil {
			return err
		}
		return journal.Append(ctx, tx, org, journal.Event{
			Kind: "catalog_import." + string(made.State), Subject: made.ID, Actor: made.CreatedBy,
			Body: map[string]any{"rows": made.Rows, "creates": made.Creates, "updates": made.Updates},
		})
	})
}

// ImportByID reads one import. The error is id.Unknown when there is none.
func ImportByID(ctx context.Context, tx *database.Tx, org, wanted int64) (*Import, error) {
	return readImport(ctx, tx, selectImport, org, wanted)
}

func readImport(ctx context.Context, tx *database.Tx, statement *database.Statement, org, wanted int64) (*Import, error) {
	found, err := database.List(ctx, tx, statement, scanImport, org, wanted)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, id.Unknown.New()
	}
	return found[0], nil
}

// Imports reads at most limit imports that are older than the one made at this time with this id, newest first and
// without their problems. A zero time is for the newest.
func Imports(ctx context.Context, tx *database.Tx, org int64, before time.Time, beforeID int64, limit int) ([]*Import, error) {
	from := int64(1<<63 - 1)
	if !before.IsZero() {
		from = clock.Micros(before)
	}
	return database.List(ctx, tx, listImports, scanImport, org, from, beforeID, min(limit, maxImportsOf))
}

func scanImport(row database.Scanner) (*Import, error) {
	var i Import
	var stores, problems string
	var created, finished int64
	err := row.Scan(&i.ID, &i.State, &i.Format, &i.FileName, &i.Digest, &stores, &i.Rows, &i.Creates, &i.Updates, &i.Unchanged,
		&problems, &i.pieces, &i.applied, &i.stocked, &i.undone, &created, &i.CreatedBy, &finished)
	if err != nil {
		return nil, err
	}
	i.CreatedAt = clock.FromMicros(created)
	if finished != 0 {
		i.FinishedAt = clock.FromMicros(finished)
	}
	i.progress()
	// Numbers stay as they were written: as floating point, a million would be shown as 1e+06.
	decoder := json.NewDecoder(strings.NewReader(problems))
	decoder.UseNumber()
	return &i, errors.Join(json.Unmarshal([]byte(stores), &i.Stores), decoder.Decode(&i.Problems))
}

func (i *Import) progress() {
	i.Done, i.Total = i.applied, i.pieces
	if i.State == Undoing || i.State == Undone {
		i.Done, i.Total = i.undone, i.applied
	}
}

// Apply brings an import into the catalogue, piece by piece, and returns how far it is when all is done or the context's
// patience is over: calling it again goes on, also after a crash. Errors: ErrImportState for one that was refused or is
// being taken back, id.Unknown.
func (c *Catalog) Apply(ctx context.Context, org, actor, wanted int64, until time.Time) (*Import, error) {
	return c.proceed(ctx, until, func() (*Import, bool, error) { return c.applyStep(ctx, org, actor, wanted) })
}

// Undo takes an import back, piece by piece from the last, as Apply brings it in. A product that someone has changed
// since stays as it is and is named in Problems. A product that the import created is deleted, or archived when something
// refers to it; its codes are free again either way.
func (c *Catalog) Undo(ctx context.Context, org, actor, wanted int64, until time.Time) (*Import, error) {
	return c.proceed(ctx, until, func() (*Import, bool, error) { return c.undoStep(ctx, org, actor, wanted) })
}

func (c *Catalog) proceed(ctx context.Context, until time.Time, step func() (*Import, bool, error)) (*Import, error) {
	for {
		found, more, err := step()
		if err != nil {
			return nil, err
		}
		if !more || c.db.Clock().Now().After(until) {
			return found, nil
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
}

// step runs one piece's change of the catalogue under the import's lock.
func (c *Catalog) step(
	ctx context.Context, org, wanted int64, change func(*database.Tx, *Import) ([]journal.Event, error),
) (*Import, error) {
	var found *Import
	err := c.db.Write(ctx, func(tx *database.Tx) error {
		if err := begin(ctx, tx, org); err != nil {
			return err
		}
		var err error
		if found, err = readImport(ctx, tx, lockImport, org, wanted); err != nil {
			return err
		}
		events, err := change(tx, found)
		if err != nil {
			return err
		}
		if err := found.save(ctx, tx, org); err != nil {
			return err
		}
		return journal.Append(ctx, tx, org, events...)
	})
	return found, err
}

func (i *Import) save(ctx context.Context, tx *database.Tx, org int64) error {
	problems, err := json.Marshal(i.Problems)
	if err != nil {
		return fmt.Errorf("encode the problems of an import: %w", err)
	}
	finished := int64(0)
	if (i.State == Applied || i.State == Undone) && i.FinishedAt.IsZero() {
		i.FinishedAt = tx.Now()
	}
	if !i.FinishedAt.IsZero() {
		finished = clock.Micros(i.FinishedAt)
	}
	i.progress()
	_, err = tx.Exec(ctx, advanceImport, org, i.ID, string(i.State), i.applied, i.stocked, i.undone, string(problems), finished)
	return err
}

// applyStep applies the next piece and then posts its stock: two commits, since the ledger has its own. Each is counted
// by itself, so that a crash between them is mended by the next call.
func (c *Catalog) applyStep(ctx context.Context, org, actor, wanted int64) (*Import, bool, error) {
	found, err := c.step(ctx, org, wanted, func(tx *database.Tx, i *Import) ([]journal.Event, error) {
		switch {
		case i.State == Applied:
			return nil, nil
		case i.State != Checked && i.State != Applying:
			return nil, ErrImportState.New()
		case i.applied == i.pieces:
			return nil, nil
		}
		i.State = Applying
		events, err := c.applyPiece(ctx, tx, org, actor, i)
		i.applied++
		return events, err
	})
	if err != nil || found.State == Applied {
		return found, false, err
	}
	for found.stocked < found.applied {
		made, err := c.effects(ctx, org, found.ID, found.stocked)
		if err != nil {
			return nil, false, err
		}
		for store, quantities := range byStore(made.Openings) {
			if err := c.stock.Open(ctx, org, actor, found.ID, found.stocked, store, quantities); err != nil {
				return nil, false, fmt.Errorf("post the opening stock of piece %d: %w", found.stocked, err)
			}
		}
		posted := found.stocked + 1
		found, err = c.step(ctx, org, wanted, func(tx *database.Tx, i *Import) ([]journal.Event, error) {
			if i.State != Applying {
				return nil, ErrImportState.New()
			}
			i.stocked = max(i.stocked, posted)
			if i.stocked < i.pieces {
				return nil, nil
			}
			i.State = Applied
			for _, statement := range analyze {
				if _, err := tx.Exec(ctx, statement); err != nil {
					return nil, err
				}
			}
			return []journal.Event{{Kind: "catalog_import.applied", Subject: i.ID, Actor: actor}}, nil
		})
		if err != nil {
			return nil, false, err
		}
	}
	return found, found.State == Applying, nil
}

func (c *Catalog) effects(ctx context.Context, org, wanted, piece int64) (*effects, error) {
	var made *effects
	return made, c.db.Read(ctx, func(tx *database.Tx) error {
		var err error
		_, made, err = readPiece(ctx, tx, org, wanted, piece)
		return err
	})
}

func readPiece(ctx context.Context, tx *database.Tx, org, wanted, piece int64) ([]*draft, *effects, error) {
	var drafts, made string
	if err := tx.QueryRow(ctx, selectPiece, org, wanted, piece).Scan(&drafts, &made); err != nil {
		return nil, nil, fmt.Errorf("read piece %d of import %d: %w", piece, wanted, err)
	}
	var list []*draft
	var done effects
	if err := errors.Join(json.Unmarshal([]byte(drafts), &list), json.Unmarshal([]byte(made), &done)); err != nil {
		return nil, nil, fmt.Errorf("read piece %d of import %d: %w", piece, wanted, err)
	}
	return list, &done, nil
}

func byStore(openings []opening) map[int64]map[int64]int64 {
	stores := map[int64]map[int64]int64{}
	for _, one := range openings {
		if stores[one.Store] == nil {
			stores[one.Store] = map[int64]int64{}
		}
		stores[one.Store][one.Variant] += one.Quantity
	}
	return stores
}

// applyPiece writes one piece. It is worked out anew: what has changed since the check counts, and a product that no
// longer fits is passed over and named.
func (c *Catalog) applyPiece(ctx context.Context, tx *database.Tx, org, actor int64, i *Import) ([]journal.Event, error) {
	drafts, _, err := readPiece(ctx, tx, org, i.ID, i.applied)
	if err != nil {
		return nil, err
	}
	found := &problems{list: i.Problems}
	planner, err := newPlanner(ctx, tx, org, i.Stores, found)
	if err != nil {
		return nil, err
	}
	plans, err := planner.plan(ctx, tx, org, drafts)
	if err != nil {
		return nil, err
	}
	i.Problems = found.list
	var made effects
	var events []journal.Event
	writer := &writer{db: c.db, org: org}
	for at := range plans {
		plan := &plans[at]
		if plan.bad || !plan.changed() {
			continue
		}
		if plan.category != "" {
			if plan.after.Category, err = c.category(ctx, tx, org, planner, plan.category, &made); err != nil {
				return nil, err
			}
		}
		event := "product.changed"
		if plan.before == nil {
			event = "product.created"
		}
		writer.save(plan.before, plan.after)
		made.Products = append(made.Products, effect{ID: plan.after.ID, Version: plan.after.Version, Before: plan.before})
		for _, first := range plan.openings {
			first.Variant = plan.after.Variants[first.at].ID
			made.Openings = append(made.Openings, first)
		}
		events = append(events, journal.Event{Kind: event, Subject: plan.after.ID, Actor: actor, Body: map[string]any{"import": i.ID}})
	}
	if err := writer.flush(ctx, tx); err != nil {
		return nil, fmt.Errorf("write piece %d of import %d: %w", i.applied, i.ID, err)
	}
	return events, saveEffects(ctx, tx, org, i.ID, i.applied, &made)
}

// category is the id of a category by name, made when an earlier draft has not made it.
func (c *Catalog) category(
	ctx context.Context, tx *database.Tx, org int64, planner *planner, name string, made *effects,
) (int64, error) {
	if known, there := planner.categories[name]; there {
		return known, nil
	}
	created := c.db.NewID()
	if _, err := tx.Exec(ctx, insertCategory, org, created, name, "", len(planner.categories)); err != nil {
		return 0, fmt.Errorf("create a category: %w", err)
	}
	planner.categories[name] = created
	made.Categories = append(made.Categories, created)
	return created, nil
}

func saveEffects(ctx context.Context, tx *database.Tx, org, wanted, piece int64, made *effects) error {
	text, err := json.Marshal(made)
	if err != nil {
		return fmt.Errorf("encode what an import did: %w", err)
	}
	_, err = tx.Exec(ctx, updatePiece, org, wanted, piece, string(text))
	return err
}

// undoStep takes the last piece that is still applied back, then its stock.
func (c *Catalog) undoStep(ctx context.Context, org, actor, wanted int64) (*Import, bool, error) {
	found, err := c.step(ctx, org, wanted, func(tx *database.Tx, i *Import) ([]journal.Event, error) {
		switch {
		case i.State == Undone || i.State == Undoing && i.undone == i.applied:
			return nil, nil
		case i.State == Applying || i.State == Applied:
			i.FinishedAt = time.Time{}
		case i.State != Undoing:
			return nil, ErrImportState.New()
		}
		i.State = Undoing
		if i.applied == 0 {
			i.State = Undone
			return nil, nil
		}
		events, err := c.undoPiece(ctx, tx, org, actor, i)
		i.undone++
		return events, err
	})
	if err != nil || found.State == Undone {
		return found, false, err
	}
	left := found.applied - found.undone
	if found.stocked > left {
		made, err := c.effects(ctx, org, found.ID, left)
		if err != nil {
			return nil, false, err
		}
		for store, quantities := range byStore(made.Withdrawn) {
			if err := c.stock.Withdraw(ctx, org, actor, found.ID, left, store, quantities); err != nil {
				return nil, false, fmt.Errorf("take back the opening stock of piece %d: %w", left, err)
			}
		}
	}
	found, err = c.step(ctx, org, wanted, func(_ *database.Tx, i *Import) ([]journal.Event, error) {
		if i.State != Undoing {
			return nil, ErrImportState.New()
		}
		i.stocked = min(i.stocked, left)
		if i.undone < i.applied {
			return nil, nil
		}
		i.State = Undone
		return []journal.Event{{Kind: "catalog_import.undone", Subject: i.ID, Actor: actor}}, nil
	})
	return found, err == nil && found.State == Undoing, err
}

func (c *Catalog) undoPiece(ctx context.Context, tx *database.Tx, org, actor int64, i *Import) ([]journal.Event, error) {
	piece := i.applied - i.undone - 1
	_, made, err := readPiece(ctx, tx, org, i.ID, piece)
	if err != nil {
		return nil, err
	}
	wanted := make([]int64, len(made.Products))
	for at, one := range made.Products {
		wanted[at] = one.ID
	}
	products, err := Products(ctx, tx, org, wanted...)
	if err != nil {
		return nil, err
	}
	used, err := c.used(ctx, tx, org, products, made.Openings)
	if err != nil {
		return nil, err
	}
	writer := &writer{db: c.db, org: org}
	var events []journal.Event
	for at := range products {
		now := &products[at]
		done := made.Products[slices.Index(wanted, now.ID)]
		fits, err := undoable(ctx, tx, org, now, &done)
		if err != nil {
			return nil, err
		}
		if !fits {
			i.Problems = append(i.Problems, Problem{Code: ErrKept.Name(), Values: fault.Values{"product": now.Name}})
			continue
		}
		event := "product.changed"
		switch {
		case done.Before != nil:
			writer.save(now, restored(now, done.Before))
		case used[now.ID]:
			writer.save(now, shelved(now))
		default:
			writer.remove(now)
			event = "product.removed"
		}
		for _, first := range made.Openings {
			if now.variant(first.Variant) != nil {
				made.Withdrawn = append(made.Withdrawn, first)
			}
		}
		events = append(events, journal.Event{Kind: event, Subject: now.ID, Actor: actor, Body: map[string]any{"import": i.ID}})
	}
	if err := writer.flush(ctx, tx); err != nil {
		return nil, fmt.Errorf("take back piece %d of import %d: %w", piece, i.ID, err)
	}
	for _, category := range made.Categories {
		if _, err := tx.Exec(ctx, deleteEmptyCategory, org, category); err != nil {
			return nil, err
		}
	}
	return events, saveEffects(ctx, tx, org, i.ID, piece, made)
}

// undoable says whether a product is still as the import left it, and what it was before has not been given away since.
func undoable(ctx context.Context, tx *database.Tx, org int64, now *Product, done *effect) (bool, error) {
	if now.Version != done.Version || done.Before == nil {
		return now.Version == done.Version, nil
	}
	err := conflicts(ctx, tx, org, done.Before)
	if fault.As(err) != nil {
		return false, nil
	}
	return err == nil, err
}

// used says which products something refers to: what asks for it, and the opening stock of the import itself, whose
// movements stay in the books.
func (c *Catalog) used(
	ctx context.Context, tx *database.Tx, org int64, products []Product, openings []opening,
) (map[int64]bool, error) {
	var variants []int64
	for i := range products {
		for j := range products[i].Variants {
			variants = append(variants, products[i].Variants[j].ID)
		}
	}
	referred, err := c.usage.Used(ctx, tx, org, variants)
	if err != nil {
		return nil, fmt.Errorf("ask which variants are in use: %w", err)
	}
	err = tx.Each(ctx, selectPartOf, func(row database.Scanner) error {
		var variant int64
		err := row.Scan(&variant)
		referred[variant] = true
		return err
	}, org, database.IDs(variants))
	if err != nil {
		return nil, fmt.Errorf("ask which variants are in recipes: %w", err)
	}
	for _, first := range openings {
		referred[first.Variant] = true
	}
	used := map[int64]bool{}
	for i := range products {
		for j := range products[i].Variants {
			used[products[i].ID] = used[products[i].ID] || referred[products[i].Variants[j].ID]
		}
	}
	return used, nil
}

// restored is the product as it was before; what the import added to it is archived.
func restored(now, before *Product) *Product {
	after := before.clone()
	for i := range now.Variants {
		if after.variant(now.Variants[i].ID) == nil {
			gone := now.Variants[i]
			gone.Archived = true
			gone.Prices = nil
			after.Variants = append(after.Variants, gone)
		}
	}
	return after
}

// shelved is a product that is no longer sold and whose codes are free.
func shelved(now *Product) *Product {
	after := now.clone()
	after.Archived = true
	after.Handle += "~" + ProductID.Format(now.ID)
	for i := range after.Variants {
		after.Variants[i].Archived = true
		after.Variants[i].Prices = nil
	}
	return after
}
