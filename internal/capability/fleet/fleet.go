// Package fleet knows the devices of an organisation: where each stands, whether it is paired, and under which register
// and generation it numbers its receipts. It refuses to know what a device does.
package fleet

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"dangol/internal/core/place"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
	"dangol/internal/ground/journal"
)

// DeviceID is the prefix of devices' ids.
const DeviceID id.Kind = "dev"

// Kind is what a device is for.
type Kind string

const (
	Till    Kind = "till"    // a point of sale
	Display Kind = "display" // what a till shows its guest
)

// Device is one device.
type Device struct {
	ID, Store int64
	Name      string
	Kind      Kind
	// RegisterCode is printed on receipts: "AB12". It never changes and no other device of the organisation has it.
	RegisterCode string
	// Generation counts pairings, so that a device that lost its memory can't print a number twice. It is 0 until the
	// first pairing.
	Generation int64
	// Paired and Revoked are zero times when it never was.
	Paired, Revoked time.Time
	// Till is whose order a display shows; 0 for every other device.
	Till int64
}

// State is what can be said of a device in a word.
func (d Device) State() string {
	switch {
	case !d.Revoked.IsZero():
		return "revoked"
	case !d.Paired.IsZero():
		return "paired"
	}
	return "waiting"
}

var (
	// ErrName is for a name that is missing or too long.
	ErrName = fault.Define(fault.Invalid, "fleet.name",
		"기기 이름을 1~50자로 써 주세요.", "Give the device a name of 1 to 50 characters.")
	// ErrKind is for a kind of device that there is not.
	ErrKind = fault.Define(fault.Invalid, "fleet.kind",
		"기기 종류를 골라 주세요.", "Choose the kind of device.")
	// ErrTill is for a display that names no till of its store, or a till that names one.
	ErrTill = fault.Define(fault.Invalid, "fleet.till",
		"고객 화면이 보여 줄 계산대를 골라 주세요.", "Choose the till that the display belongs to.")
	// ErrRevoked is for a device that is no longer used.
	ErrRevoked = fault.Define(fault.Conflict, "fleet.revoked",
		"연결을 끊은 기기예요. 새 기기로 등록해 주세요.", "This device was revoked. Add it as a new one.")
)

var (
	// A register code that is taken leaves the row unwritten, and the next one is tried.
	insertDevice = database.Register("fleet.insert_device", `
		INSERT INTO device (org_id, id, store_id, name, kind, register_code, generation, paired_at, revoked_at, version, till_id)
		VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, 1, $7) ON CONFLICT (org_id, register_code) DO NOTHING`)
	selectDevice = database.Register("fleet.select_device", `
		SELECT id, store_id, name, kind, register_code, generation, paired_at, revoked_at, till_id
		FROM device WHERE org_id = $1 AND id = $2`)
	selectDevices = database.Register("fleet.select_devices", `
		SELECT id, store_id, name, kind, register_code, generation, paired_at, revoked_at, till_id
		FROM device WHERE org_id = $1 AND id > $2 AND ($3 = 1 OR store_id = ANY_ID($4)) ORDER BY id LIMIT $5`)
	countDisplays = database.Register("fleet.count_displays",
		`SELECT COUNT(*) FROM device WHERE org_id = $1 AND store_id = $2 AND till_id = $3 AND revoked_at = 0`)
	pairDevice = database.Register("fleet.pair_device", `
		UPDATE device SET generation = generation + 1, paired_at = $3, version = version + 1
		WHERE org_id = $1 AND id = $2 AND revoked_at = 0`)
	revokeDevice = database.Register("fleet.revoke_device", `
		UPDATE device SET revoked_at = $3, version = version + 1 WHERE org_id = $1 AND id = $2 AND revoked_at = 0`)
)

const (
	maxName       = 50
	registerTries = 100
)

// Create adds a device under an id that the caller made. It returns id.Unknown when the store is not the
// organisation's.
func Create(ctx context.Context, tx *database.Tx, org, actor, device, store int64, name string, kind Kind) error {
	return create(ctx, tx, org, actor, Device{ID: device, Store: store, Name: name, Kind: kind})
}

// CreateDisplay adds a guest's display of a till, as Create does. It returns id.Unknown for a till that there is not, and
// ErrTill for a device that is none.
func CreateDisplay(ctx context.Context, tx *database.Tx, org, actor, device, till int64, name string) error {
	found, err := Read(ctx, tx, org, till)
	if err != nil {
		return err
	}
	if found.Kind != Till || !found.Revoked.IsZero() {
		return ErrTill.At("till_id")
	}
	return create(ctx, tx, org, actor, Device{ID: device, Store: found.Store, Name: name, Kind: Display, Till: till})
}

func create(ctx context.Context, tx *database.Tx, org, actor int64, made Device) error {
	device, store, name, kind := made.ID, made.Store, made.Name, made.Kind
	name = strings.TrimSpace(name)
	var errs []error
	if name == "" || utf8.RuneCountInString(name) > maxName || strings.ContainsRune(name, 0) {
		errs = append(errs, ErrName.At("name"))
	}
	if kind != Till && (kind != Display || made.Till == 0) {
		errs = append(errs, ErrKind.At("kind"))
	}
	if err := fault.Collect(errs...); err != nil {
		return err
	}
	if _, err := (place.Directory{}).Store(ctx, tx, org, store); err != nil {
		return err
	}
	for try := range registerTries {
		written, err := tx.Exec(ctx, insertDevice, org, device, store, name, string(Till), registerCode(device, try), made.Till)
		if err != nil {
			return fmt.Errorf("create device %s: %w", DeviceID.Format(device), err)
		}
		if written == 1 {
			return journal.Append(ctx, tx, org, journal.Event{
				Kind: "device.created", Store: store, Subject: device, Actor: actor,
			})
		}
	}
	return fmt.Errorf("no free register code in %d tries", registerTries)
}

// registerLetters leaves out those that are taken for digits or for each other.
const registerLetters = "ABCDEFGHJKMNPQRSTVWXYZ"

// registerCode is the try-th code of a device: two letters and two digits that look unlike their neighbours'.
func registerCode(device int64, try int) string {
	var seed [16]byte
	binary.BigEndian.PutUint64(seed[:8], uint64(device)) //nolint:gosec // ids are not negative
	binary.BigEndian.PutUint64(seed[8:], uint64(try))    //nolint:gosec // neither are tries
	sum := sha256.Sum256(seed[:])
	number := binary.BigEndian.Uint64(sum[:8])
	letters := uint64(len(registerLetters))
	return fmt.Sprintf("%c%c%02d", registerLetters[number%letters], registerLetters[number/letters%letters],
		number/letters/letters%100)
}

// Read reads one device, revoked or not. It returns id.Unknown when there is none.
func Read(ctx context.Context, tx *database.Tx, org, device int64) (Device, error) {
	list, err := database.List(ctx, tx, selectDevice, scan, org, device)
	if err != nil {
		return Device{}, fmt.Errorf("read device %s: %w", DeviceID.Format(device), err)
	}
	if len(list) == 0 {
		return Device{}, id.Unknown.New()
	}
	return list[0], nil
}

// List reads at most limit devices of some stores, or of all, that follow an id.
func List(ctx context.Context, tx *database.Tx, org int64, all bool, stores []int64, after int64, limit int) ([]Device, error) {
	list, err := database.List(ctx, tx, selectDevices, scan, org, after, database.Bool(all), database.IDs(stores), limit)
	if err != nil {
		return nil, fmt.Errorf("read devices: %w", err)
	}
	return list, nil
}

func scan(row database.Scanner) (Device, error) {
	var device Device
	var paired, revoked int64
	err := row.Scan(&device.ID, &device.Store, &device.Name, &device.Kind, &device.RegisterCode, &device.Generation,
		&paired, &revoked, &device.Till)
	if device.Till != 0 { // the column of kinds knows tills only; a display is a device that has one
		device.Kind = Display
	}
	device.Paired, device.Revoked = stored(paired), stored(revoked)
	return device, err
}

// stored reads a time of which 0 means never.
func stored(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

// NewPairing makes a code by which the device can be paired once. A device that is paired stays so until the code is
// used. It returns ErrRevoked for a device that is no longer used.
func NewPairing(ctx context.Context, tx *database.Tx, keeper *auth.Keeper, org, device int64) (string, time.Time, error) {
	found, err := Read(ctx, tx, org, device)
	if err != nil {
		return "", time.Time{}, err
	}
	if !found.Revoked.IsZero() {
		return "", time.Time{}, ErrRevoked.New()
	}
	return keeper.NewPairing(ctx, tx, org, device)
}

// Pair uses a pairing code up and begins the device's next generation. It returns the device's token, which is shown
// once, and auth.ErrPairingCode for a code that does not hold.
func Pair(ctx context.Context, tx *database.Tx, keeper *auth.Keeper, code string) (org int64, device Device, token string, err error) {
	org, paired, token, err := keeper.Pair(ctx, tx, code)
	if err != nil {
		return 0, Device{}, "", err
	}
	changed, err := tx.Exec(ctx, pairDevice, org, paired, tx.Micros())
	if err != nil {
		return 0, Device{}, "", fmt.Errorf("pair device %s: %w", DeviceID.Format(paired), err)
	}
	if changed != 1 {
		return 0, Device{}, "", auth.ErrPairingCode.At("code")
	}
	if device, err = Read(ctx, tx, org, paired); err != nil {
		return 0, Device{}, "", err
	}
	err = journal.Append(ctx, tx, org, journal.Event{
		Kind: "device.paired", Store: device.Store, Subject: device.ID,
		Body: map[string]any{"generation": device.Generation},
	})
	return org, device, token, err
}

// Revoke ends a device: its token no longer holds, and it can't be paired again. Revoking it twice changes nothing.
func Revoke(ctx context.Context, tx *database.Tx, keeper *auth.Keeper, org, actor, device int64) error {
	found, err := Read(ctx, tx, org, device)
	if err != nil {
		return err
	}
	changed, err := tx.Exec(ctx, revokeDevice, org, device, tx.Micros())
	if err != nil {
		return fmt.Errorf("revoke device %s: %w", DeviceID.Format(device), err)
	}
	if changed == 0 {
		return nil
	}
	if err := keeper.Revoke(ctx, tx, org, device); err != nil {
		return err
	}
	return journal.Append(ctx, tx, org, journal.Event{
		Kind: "device.revoked", Store: found.Store, Subject: device, Actor: actor,
	})
}

// Register is what a paired device prints receipts under: its register code and the generation of its pairing. It
// returns auth.ErrUnpaired for a device that is not paired.
func Register(ctx context.Context, tx *database.Tx, org, device int64) (code string, generation int64, err error) {
	found, err := Read(ctx, tx, org, device)
	if id.Unknown.Has(err) || err == nil && (found.State() != "paired" || found.Kind != Till) {
		return "", 0, auth.ErrUnpaired.New()
	}
	return found.RegisterCode, found.Generation, err
}

// Devices tells auth where devices stand.
type Devices struct{}

// DeviceStore is the store of a device. It returns auth.ErrUnpaired for one that is gone or revoked.
func (Devices) DeviceStore(ctx context.Context, tx *database.Tx, org, device int64) (int64, error) {
	found, err := Read(ctx, tx, org, device)
	if id.Unknown.Has(err) || err == nil && !found.Revoked.IsZero() {
		return 0, auth.ErrUnpaired.New()
	}
	return found.Store, err
}

// TillOf is the till whose order a display shows; a till's is its own. It returns auth.ErrUnpaired for a device that is
// gone, or whose till is.
func (Devices) TillOf(ctx context.Context, tx *database.Tx, org, device int64) (int64, error) {
	found, err := Read(ctx, tx, org, device)
	if err == nil && found.Kind == Display {
		found, err = Read(ctx, tx, org, found.Till)
	}
	if id.Unknown.Has(err) || err == nil && !found.Revoked.IsZero() {
		return 0, auth.ErrUnpaired.New()
	}
	return found.ID, err
}

// hasDisplay says whether a till shows its order to guests.
func hasDisplay(ctx context.Context, tx *database.Tx, org int64, till Device) (bool, error) {
	var count int64
	if err := tx.QueryRow(ctx, countDisplays, org, till.Store, till.ID).Scan(&count); err != nil {
		return false, fmt.Errorf("count the displays of a till: %w", err)
	}
	return count > 0, nil
}
