package tender

import (
	"context"
	"fmt"
	"slices"

	"dangol/internal/ground/database"
	"dangol/internal/ground/id"
	"dangol/internal/ground/journal"
)

const columns = `id, version, kind, name, name_en, in_drawer, gives_change, cash_receipt, earns_points, slip_required, line,
	sort, active`

var (
	selectAll = database.Register("tender.select_all", `
		SELECT `+columns+` FROM tender_definition WHERE org_id = $1 ORDER BY id`)
	insert = database.Register("tender.insert", `
		INSERT INTO tender_definition (org_id, `+columns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (org_id, id) DO NOTHING`)
	update = database.Register("tender.update", `
		UPDATE tender_definition SET version = version + 1, name = $4, name_en = $5, in_drawer = $6, gives_change = $7,
			cash_receipt = $8, earns_points = $9, slip_required = $10, line = $11, sort = $12, active = $13
		WHERE org_id = $1 AND id = $2 AND version = $3`)
)

// List reads all tenders of an organisation, those that it no longer takes included, in the order in which people see
// them.
func List(ctx context.Context, tx *database.Tx, org int64) ([]Definition, error) {
	found, err := database.List(ctx, tx, selectAll, scan, org)
	if err != nil {
		return nil, fmt.Errorf("list tenders: %w", err)
	}
	for _, one := range delivered() {
		if !slices.ContainsFunc(found, func(d Definition) bool { return d.ID == one.ID }) {
			found = append(found, one)
		}
	}
	slices.SortFunc(found, func(a, b Definition) int {
		if a.Sort != b.Sort {
			return int(a.Sort - b.Sort)
		}
		return int(min(max(a.ID-b.ID, -1), 1))
	})
	return found, nil
}

// ByID reads all tenders of an organisation by their ids.
func ByID(ctx context.Context, tx *database.Tx, org int64) (map[int64]Definition, error) {
	list, err := List(ctx, tx, org)
	if err != nil {
		return nil, err
	}
	byID := make(map[int64]Definition, len(list))
	for _, one := range list {
		byID[one.ID] = one
	}
	return byID, nil
}

// Read reads one tender, or id.Unknown.
func Read(ctx context.Context, tx *database.Tx, org, definition int64) (Definition, error) {
	byID, err := ByID(ctx, tx, org)
	if err != nil {
		return Definition{}, err
	}
	found, known := byID[definition]
	if !known {
		return Definition{}, id.Unknown.New()
	}
	return found, nil
}

// Create adds a tender under an id that the caller made. It returns ErrNameTaken, ErrTooMany, and what is wrong with the
// terms.
func Create(ctx context.Context, tx *database.Tx, org, actor, definition int64, kind Kind, terms Terms) error {
	if kind == Cash {
		return ErrKind.At("kind")
	}
	checked, err := checkNew(ctx, tx, org, definition, kind, terms)
	if err != nil {
		return err
	}
	made := Definition{ID: definition, Version: 1, Kind: kind, Terms: checked}
	if _, err := tx.Exec(ctx, insert, append([]any{org}, made.values()...)...); err != nil {
		return fmt.Errorf("create tender %s: %w", IDs.Format(definition), err)
	}
	return journal.Append(ctx, tx, org, journal.Event{Kind: "tender.created", Subject: definition, Actor: actor})
}

// Change changes a tender that was read at a version. It returns ErrMoved when that is no longer current, id.Unknown when
// there is no such tender, and otherwise what Create does.
func Change(ctx context.Context, tx *database.Tx, org, actor, definition, version int64, terms Terms) error {
	before, err := Read(ctx, tx, org, definition)
	if err != nil {
		return err
	}
	if before.Version != version {
		return ErrMoved.New()
	}
	checked, err := checkNew(ctx, tx, org, definition, before.Kind, terms)
	if err != nil {
		return err
	}
	after := Definition{ID: definition, Version: version + 1, Kind: before.Kind, Terms: checked}
	values := after.values()
	changed, err := tx.Exec(ctx, update, append([]any{org, definition, version}, values[3:]...)...)
	if err == nil && changed == 0 && version == 1 { // as delivered, without a row
		changed, err = tx.Exec(ctx, insert, append([]any{org}, values...)...)
	}
	if err != nil {
		return fmt.Errorf("change tender %s: %w", IDs.Format(definition), err)
	}
	if changed == 0 {
		return ErrMoved.New()
	}
	return journal.Append(ctx, tx, org, journal.Event{
		Kind: "tender.changed", Subject: definition, Actor: actor, Body: map[string]any{"active": checked.Active},
	})
}

// checkNew checks terms by themselves and beside the other tenders.
func checkNew(ctx context.Context, tx *database.Tx, org, definition int64, kind Kind, terms Terms) (Terms, error) {
	checked, err := terms.check(kind)
	if err != nil {
		return checked, err
	}
	all, err := List(ctx, tx, org)
	if err != nil {
		return checked, err
	}
	known := false
	for _, other := range all {
		if other.ID == definition {
			known = true
		} else if other.Name == checked.Name {
			return checked, ErrNameTaken.At("name")
		}
	}
	if !known && len(all) >= maxDefinitions {
		return checked, ErrTooMany.New(map[string]any{"max": maxDefinitions})
	}
	return checked, nil
}

func (d Definition) values() []any {
	return []any{
		d.ID, d.Version, string(d.Kind), d.Name, d.NameEN, database.Bool(d.InDrawer), database.Bool(d.GivesChange),
		database.Bool(d.CashReceipt), database.Bool(d.EarnsPoints), database.Bool(d.SlipRequired), d.Line, d.Sort,
		database.Bool(d.Active),
	}
}

func scan(row database.Scanner) (Definition, error) {
	var d Definition
	var drawer, change, receipt, points, slip, active int64
	err := row.Scan(&d.ID, &d.Version, &d.Kind, &d.Name, &d.NameEN, &drawer, &change, &receipt, &points, &slip, &d.Line, &d.Sort,
		&active)
	d.InDrawer, d.GivesChange, d.CashReceipt = drawer == 1, change == 1, receipt == 1
	d.EarnsPoints, d.SlipRequired, d.Active = points == 1, slip == 1, active == 1
	return d, err
}
