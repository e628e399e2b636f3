package order

import (
	"context"
	"errors"
	"fmt"

	"dangol/internal/core/ledger"
	"dangol/internal/ground/database"
)

// Registers is the tills' counters as Units expect them. A register's version is the sequence number of its next receipt,
// so whoever issues a receipt expects the row and thereby moves it on: two can't issue the same.
var Registers = ledger.Versioned("register")

const (
	// callsPerRegister is how many call numbers a register goes through before it begins again.
	callsPerRegister = 99
	// callBands is how many registers of one store have call numbers of their own: 1 to 99, 101 to 199, up to 999.
	callBands = 10
)

var (
	selectRegister = database.Register("order.register", `
		SELECT version, store_id, slot, business_date, calls FROM register WHERE org_id = $1 AND id = $2`)
	openRegister = database.Register("order.open_register", `
		INSERT INTO register (org_id, id, version, store_id, slot, business_date, calls)
		VALUES ($1, $2, 1, $3, (SELECT COUNT(*) FROM register WHERE org_id = $1 AND store_id = $3), '', 0)
		ON CONFLICT (org_id, id) DO NOTHING`)
	setCalls = database.Register("order.set_calls", `
		UPDATE register SET business_date = $3, calls = $4 WHERE org_id = $1 AND id = $2`)
)

// Register is a till's counters.
type Register struct {
	Device, Store int64
	// Next is the sequence number of its next receipt.
	Next int64
	// Slot counts the store's registers from 0 in the order in which they first sold.
	Slot int64
	// BusinessDate is the last business day on which it gave call numbers, Calls how many it gave on that day.
	BusinessDate string
	Calls        int64
}

// ReadRegister reads a till's counters; database.ErrNone when the till has none yet, see OpenRegister.
func ReadRegister(ctx context.Context, tx *database.Tx, org, device int64) (Register, error) {
	register := Register{Device: device}
	err := tx.QueryRow(ctx, selectRegister, org, device).Scan(
		&register.Next, &register.Store, &register.Slot, &register.BusinessDate, &register.Calls)
	if err != nil && !errors.Is(err, database.ErrNone) {
		return register, fmt.Errorf("read register %d: %w", device, err)
	}
	return register, err
}

// openAttempts bounds how often two tills of a store that open at the same moment take the same slot.
const openAttempts = 5

// OpenRegister gives a till its counters. A till that has them keeps them.
func OpenRegister(ctx context.Context, db *database.DB, org, device, store int64) error {
	var err error
	for range openAttempts {
		err = db.Write(ctx, func(tx *database.Tx) error {
			_, err := tx.Exec(ctx, openRegister, org, device, store)
			return err
		})
		if !database.IsUnique(err) {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("open register %d: %w", device, err)
	}
	return nil
}

// Expect is what a Unit expects that issues the register's next receipt.
func (r Register) Expect() ledger.Expect {
	return ledger.Expect{Table: Registers, ID: r.Device, Version: r.Next}
}

// Call gives the next call number of a business day, and the change that the Unit makes to the register for it. Each
// register counts in a band of its own (its slot's hundred), from the band's first number each business day, so that tills
// never wait for each other's number and a till could go on counting alone. A number comes again after 99 others of the
// same register; an eleventh register shares the first one's band.
func (r Register) Call(org int64, businessDate string) (int64, ledger.Set) {
	calls := r.Calls
	if businessDate > r.BusinessDate {
		calls = 0
	} else {
		businessDate = r.BusinessDate
	}
	number := r.Slot%callBands*100 + calls%callsPerRegister + 1
	return number, ledger.Set{Statement: setCalls, Args: []any{org, r.Device, businessDate, calls + 1}}
}
