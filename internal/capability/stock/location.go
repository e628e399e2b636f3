package stock

import (
	"context"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"dangol/internal/core/ledger"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
	"dangol/internal/ground/journal"
)

// Location is a place in a store where units lie, beside the sales floor: a back room (창고), a fridge, a window.
type Location struct {
	ID, Version, Store int64
	Name               string // unique in the store
	Archived           bool
}

const (
	maxLocations    = 20
	maxLocationName = 40 // characters
)

var (
	// ErrLocationName is for a name that is missing or too long.
	ErrLocationName = fault.Define(fault.Invalid, "stock.location_name",
		"위치 이름을 1자에서 {max}자까지 적어 주세요.", "Give the location a name of 1 to {max} characters.")
	// ErrLocationTaken is for a name that another location of the store has.
	ErrLocationTaken = fault.Define(fault.Conflict, "stock.location_taken",
		"이 매장에 '{name}'이(가) 이미 있어요. 다른 이름을 적어 주세요.",
		"The store has a “{name}” already. Choose another name.")
	// ErrLocations is for more locations than a store may have.
	ErrLocations = fault.Define(fault.Conflict, "stock.locations",
		"위치는 매장마다 {max}개까지 만들 수 있어요. 안 쓰는 위치를 먼저 치워 주세요.",
		"A store can have {max} locations. Put away one that isn't used first.")
	// ErrLocationNotEmpty is for a location that is to be put away while units lie there.
	ErrLocationNotEmpty = fault.Define(fault.Conflict, "stock.location_not_empty",
		"아직 재고가 있어요. 다른 위치로 옮긴 뒤 치워 주세요.",
		"Units still lie there. Move them elsewhere, then put the location away.")
	// ErrLocationUnknown is for a location that the store doesn't have, or no longer uses.
	ErrLocationUnknown = fault.Define(fault.Invalid, "stock.location_unknown",
		"이 매장에서 쓰지 않는 위치예요. 위치를 다시 골라 주세요.", "The store doesn't use this location. Choose another one.")
	// ErrStale is for a change of something that someone else has changed since it was read.
	ErrStale = fault.Define(fault.Stale, "stock.stale",
		"그 사이에 다른 사람이 바꿨어요. 새로 불러온 뒤 다시 해 주세요.",
		"Someone changed this in the meantime. Reload and try again.")
)

var (
	selectLocations = database.Register("stock.select_locations", `
		SELECT id, version, store_id, name, archived FROM stock_location WHERE org_id = $1 AND store_id = $2
		ORDER BY archived, name`)
	selectLocation = database.Register("stock.select_location", `
		SELECT id, version, store_id, name, archived FROM stock_location WHERE org_id = $1 AND id = $2`)
	insertLocation = database.Register("stock.insert_location", `
		INSERT INTO stock_location (org_id, id, version, store_id, name, archived) VALUES ($1, $2, 1, $3, $4, 0)`)
	updateLocation = database.Register("stock.update_location", `
		UPDATE stock_location SET version = version + 1, name = $4, archived = $5 WHERE org_id = $1 AND id = $2 AND version = $3`)
	selectUnitsIn = database.Register("stock.select_units_in", `
		SELECT variant_id FROM stock_movement WHERE org_id = $1 AND store_id = $2 AND location_id = $3
		GROUP BY variant_id, pool HAVING SUM(quantity) <> 0 LIMIT 1`)
	selectOnTheWayTo = database.Register("stock.select_on_the_way_to", `
		SELECT id FROM stock_transfer WHERE org_id = $1 AND to_store = $2 AND to_location = $3 AND status = 'sent' LIMIT 1`)
)

func scanLocation(row database.Scanner) (Location, error) {
	var l Location
	var archived int64
	err := row.Scan(&l.ID, &l.Version, &l.Store, &l.Name, &archived)
	l.Archived = archived != 0
	return l, err
}

// Locations reads the locations of a store beside its sales floor, those that are put away last.
func Locations(ctx context.Context, tx *database.Tx, org, store int64) ([]Location, error) {
	return database.List(ctx, tx, selectLocations, scanLocation, org, store)
}

// ReadLocation reads a location, or id.Unknown.
func ReadLocation(ctx context.Context, tx *database.Tx, org, location int64) (Location, error) {
	found, err := database.List(ctx, tx, selectLocation, scanLocation, org, location)
	if err != nil {
		return Location{}, err
	}
	if len(found) == 0 {
		return Location{}, id.Unknown.New()
	}
	return found[0], nil
}

// inUse refuses a location that is not one of the store's, or is put away. The sales floor always is.
func inUse(ctx context.Context, tx *database.Tx, org, store, location int64, path string) error {
	if location == 0 {
		return nil
	}
	found, err := ReadLocation(ctx, tx, org, location)
	if err != nil {
		return err
	}
	if found.Store != store || found.Archived {
		return ErrLocationUnknown.At(path)
	}
	return nil
}

// SaveLocation makes a location (ID 0) or changes the one that was read at this Version; its store never changes. A
// location in which units lie, or to which they are on their way, can't be put away. Errors: ErrLocationName,
// ErrLocationTaken, ErrLocations, ErrLocationNotEmpty, ErrStale.
func (s *Stock) SaveLocation(ctx context.Context, tx *database.Tx, org, actor int64, location *Location) error {
	location.Name = strings.TrimSpace(location.Name)
	length := utf8.RuneCountInString(location.Name)
	if length == 0 || length > maxLocationName || strings.ContainsFunc(location.Name, unicode.IsControl) {
		return ErrLocationName.At("name", fault.Values{"max": maxLocationName})
	}
	event := "stock_location.changed"
	changed := int64(1)
	var err error
	if location.ID == 0 {
		event = "stock_location.created"
		if err := s.roomForLocation(ctx, tx, org, location.Store); err != nil {
			return err
		}
		location.ID, location.Version = s.db.NewID(), 1
		_, err = tx.Exec(ctx, insertLocation, org, location.ID, location.Store, location.Name)
	} else {
		if location.Archived {
			if err := emptyLocation(ctx, tx, org, location); err != nil {
				return err
			}
		}
		changed, err = tx.Exec(ctx, updateLocation, org, location.ID, location.Version, location.Name,
			database.Bool(location.Archived))
		location.Version++
	}
	switch {
	case database.IsUnique(err):
		return ErrLocationTaken.At("name", fault.Values{"name": location.Name}).Because(err)
	case err != nil:
		return err
	case changed == 0:
		return ErrStale.New()
	}
	return journal.Append(ctx, tx, org, journal.Event{Kind: event, Store: location.Store, Subject: location.ID, Actor: actor})
}

func (s *Stock) roomForLocation(ctx context.Context, tx *database.Tx, org, store int64) error {
	all, err := Locations(ctx, tx, org, store)
	if err == nil && len(all) >= maxLocations {
		err = ErrLocations.New(fault.Values{"max": maxLocations})
	}
	return err
}

func emptyLocation(ctx context.Context, tx *database.Tx, org int64, location *Location) error {
	for _, statement := range []*database.Statement{selectUnitsIn, selectOnTheWayTo} {
		var found int64
		err := tx.QueryRow(ctx, statement, org, location.Store, location.ID).Scan(&found)
		if err == nil {
			return ErrLocationNotEmpty.New()
		}
		if !errors.Is(err, database.ErrNone) {
			return err
		}
	}
	return nil
}

// Level is how many units of a variant a store has, and where.
type Level struct {
	// Floor is what the tills can sell, Web what the online store can, Back what lies in the till's pool of other
	// locations, Way what is on its way to the store.
	Floor, Web, Back, Way int64
	// Minimum is below what it runs low; 0 when nobody set one.
	Minimum int64
}

// Total is all that lies in the store.
func (l Level) Total() int64 { return l.Floor + l.Web + l.Back }

// Low says that the store has no more than its minimum.
func (l Level) Low() bool { return l.Minimum > 0 && l.Total() <= l.Minimum }

// InBin is how many units lie in a bin.
type InBin struct {
	Bin
	Units int64
}

var (
	selectMinimums = database.Register("stock.select_minimums", `
		SELECT variant_id, minimum FROM stock_minimum WHERE org_id = $1 AND store_id = $2 AND variant_id = ANY_ID($3)`)
	selectAllMinimums = database.Register("stock.select_all_minimums", `
		SELECT variant_id, minimum FROM stock_minimum WHERE org_id = $1 AND store_id = $2`)
	selectMinimumsOf = database.Register("stock.select_minimums_of", `
		SELECT store_id, variant_id FROM stock_minimum WHERE org_id = $1 AND store_id = ANY_ID($2) ORDER BY store_id, variant_id`)
	putMinimum = database.Register("stock.put_minimum", `
		INSERT INTO stock_minimum (org_id, store_id, variant_id, minimum) VALUES ($1, $2, $3, $4)
		ON CONFLICT (org_id, store_id, variant_id) DO UPDATE SET minimum = excluded.minimum`)
	dropMinimum = database.Register("stock.drop_minimum", `
		DELETE FROM stock_minimum WHERE org_id = $1 AND store_id = $2 AND variant_id = $3`)
)

// Bins reads in which bins of a store units of the variants lie; empty ones are left out.
func Bins(ctx context.Context, tx *database.Tx, org, store int64, variants []int64) (map[int64][]InBin, error) {
	places, err := Locations(ctx, tx, org, store)
	if err != nil {
		return nil, err
	}
	var codes []string
	for _, variant := range variants {
		for _, place := range append([]Location{{}}, places...) {
			for _, pool := range pools {
				codes = append(codes, Shelf(Bin{store, place.ID, pool}, variant).Code)
			}
		}
	}
	balances, err := ledger.Balances(ctx, tx, org, codes...)
	if err != nil {
		return nil, err
	}
	found := map[int64][]InBin{}
	for _, code := range codes {
		if units := balances[code].Posted; units != 0 {
			bin, variant, _ := parseShelf(code)
			found[variant] = append(found[variant], InBin{bin, units})
		}
	}
	return found, nil
}

// Levels reads how many units of each variant a store has.
func Levels(ctx context.Context, tx *database.Tx, org, store int64, variants []int64) (map[int64]Level, error) {
	bins, err := Bins(ctx, tx, org, store, variants)
	if err != nil {
		return nil, err
	}
	codes := make([]string, len(variants))
	for i, variant := range variants {
		codes[i] = Transit(store, variant).Code
	}
	way, err := ledger.Balances(ctx, tx, org, codes...)
	if err != nil {
		return nil, err
	}
	levels := make(map[int64]Level, len(variants))
	for i, variant := range variants {
		level := Level{Way: way[codes[i]].Posted}
		for _, in := range bins[variant] {
			level.add(in.Bin, in.Units)
		}
		levels[variant] = level
	}
	return levels, readMinimums(ctx, tx, levels, selectMinimums, org, store, database.IDs(variants))
}

// StoreLevels reads the level of every variant of which the store has, or ever had, units, or that has a minimum there.
// What is on its way is left out.
func StoreLevels(ctx context.Context, tx *database.Tx, org, store int64) (map[int64]Level, error) {
	levels := map[int64]Level{}
	prefix := strings.TrimSuffix(OnHand(store, 0).Code, variantID.Format(0))
	err := ledger.EachBalance(ctx, tx, org, prefix, func(code string, balance ledger.Balance) error {
		if bin, variant, is := parseShelf(code); is {
			level := levels[variant]
			level.add(bin, balance.Posted)
			levels[variant] = level
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return levels, readMinimums(ctx, tx, levels, selectAllMinimums, org, store)
}

// Lack counts what runs low in a store: counted variants at or below their minimum, and how many of them are gone.
type Lack struct{ Low, Gone int64 }

// LackIn counts what runs low in stores; those in which nothing does are absent.
func (s *Stock) LackIn(ctx context.Context, tx *database.Tx, org int64, stores []int64) (map[int64]Lack, error) {
	watched := map[int64][]int64{}
	err := tx.Each(ctx, selectMinimumsOf, func(row database.Scanner) error {
		var store, variant int64
		err := row.Scan(&store, &variant)
		watched[store] = append(watched[store], variant)
		return err
	}, org, database.IDs(stores))
	if err != nil {
		return nil, err
	}
	lacks := map[int64]Lack{}
	for store, variants := range watched {
		lack, err := s.lack(ctx, tx, org, store, variants)
		if err != nil {
			return nil, err
		}
		if lack.Low > 0 {
			lacks[store] = lack
		}
	}
	return lacks, nil
}

// lack counts those of the variants that run low in a store that still sells them, as the list of what is low does.
func (s *Stock) lack(ctx context.Context, tx *database.Tx, org, store int64, variants []int64) (Lack, error) {
	var lack Lack
	levels, err := Levels(ctx, tx, org, store, variants)
	if err != nil {
		return lack, err
	}
	tracked, err := s.variants.Tracked(ctx, tx, org, store)
	if err != nil {
		return lack, err
	}
	for _, variant := range tracked {
		level, watched := levels[variant]
		if !watched || !level.Low() {
			continue
		}
		lack.Low++
		if level.Total() == 0 {
			lack.Gone++
		}
	}
	return lack, nil
}

func (l *Level) add(bin Bin, units int64) {
	switch {
	case bin.Pool == Web:
		l.Web += units
	case bin.Location == 0:
		l.Floor += units
	default:
		l.Back += units
	}
}

func readMinimums(
	ctx context.Context, tx *database.Tx, levels map[int64]Level, statement *database.Statement, args ...any,
) error {
	return tx.Each(ctx, statement, func(row database.Scanner) error {
		var variant, minimum int64
		err := row.Scan(&variant, &minimum)
		level := levels[variant]
		level.Minimum = minimum
		levels[variant] = level
		return err
	}, args...)
}

// SetMinimum says below how many units a variant runs low in a store; 0 takes it back. Errors: ErrQuantity, id.Unknown.
func (s *Stock) SetMinimum(ctx context.Context, tx *database.Tx, org, actor, store, variant, minimum int64) error {
	if minimum < 0 || minimum > MaxQuantity {
		return ErrQuantity.At("minimum", fault.Values{"min": 0, "max": MaxQuantity})
	}
	named, err := s.named(ctx, tx, org, []int64{variant})
	if err != nil {
		return err
	}
	if _, known := named[variant]; !known {
		return id.Unknown.New()
	}
	if minimum == 0 {
		_, err = tx.Exec(ctx, dropMinimum, org, store, variant)
	} else {
		_, err = tx.Exec(ctx, putMinimum, org, store, variant, minimum)
	}
	if err != nil {
		return err
	}
	return journal.Append(ctx, tx, org, journal.Event{
		Kind: "stock.minimum_set", Store: store, Subject: variant, Actor: actor, Body: map[string]any{"minimum": minimum},
	})
}
