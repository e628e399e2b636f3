// Package display is what a till shows its guest (고객 화면): the order as it grows, what is to be paid, the change, and a
// keypad on which the guest types a phone number for the till. It is worth nothing tomorrow: it stands in no books and in
// no journal, and is overwritten with each change. It refuses to know what a price is made of and whose the number is.
package display

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"dangol/internal/ground/auth"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/id"
	"dangol/internal/ground/money"
)

// Scene is what is shown.
type Scene struct {
	State    string         `json:"state" enum:"idle,order,paid" doc:"Nothing, an order that grows, or what was paid"`
	Currency money.Currency `json:"currency" minLength:"3" maxLength:"3"`
	Lines    []Line         `json:"lines" maxItems:"500"`
	Total    int64          `json:"total"`
	Received int64          `json:"received,omitempty" doc:"What was handed over, once it is paid"`
	Change   int64          `json:"change,omitempty"`
	Call     string         `json:"call_number,omitempty" maxLength:"20" doc:"주문번호, once it is paid"`
	AskPhone bool           `json:"ask_phone,omitempty" doc:"Shows the keypad"`
}

// Line is one line of the order.
type Line struct {
	Name     string `json:"name" maxLength:"400"`
	NameEN   string `json:"name_en,omitempty" maxLength:"400"`
	Detail   string `json:"detail,omitempty" maxLength:"1000" doc:"Its options"`
	Quantity int64  `json:"quantity"`
	Amount   int64  `json:"amount"`
	// Grams and KiloPrice are those of what was weighed.
	Grams     int64 `json:"grams,omitempty"`
	KiloPrice int64 `json:"kilo_price,omitempty" doc:"Of a kilogram of what was weighed"`
}

// forgetAfter is how long a number that a guest has typed is kept when nobody takes it off.
const forgetAfter = 5 * time.Minute

var (
	// ErrTill is for a device that is no till, or has none.
	ErrTill = fault.Define(fault.Conflict, "display.till",
		"계산대와 연결된 고객 화면에서만 할 수 있어요. 관리 화면의 기기에서 다시 연결해 주세요.",
		"This device is not connected to a till. Connect it again in the console.")
	// ErrPhone is for a number that nobody asks for.
	ErrPhone = fault.Define(fault.Conflict, "display.phone",
		"지금은 번호를 받고 있지 않아요. 직원에게 말씀해 주세요.", "No number is asked for now. Please tell the staff.")
)

var (
	putScene = database.Register("display.put_scene", `
		INSERT INTO display (org_id, till_id, version, body, phone, changed_at) VALUES ($1, $2, 1, $3, '', $4)
		ON CONFLICT (org_id, till_id) DO UPDATE SET version = display.version + 1, body = excluded.body,
			phone = CASE WHEN $5 = 1 THEN display.phone ELSE '' END, changed_at = excluded.changed_at`)
	putPhone = database.Register("display.put_phone", `
		UPDATE display SET version = version + 1, phone = $3, changed_at = $4 WHERE org_id = $1 AND till_id = $2`)
	selectScene = database.Register("display.select_scene", `
		SELECT version, body, phone, changed_at FROM display WHERE org_id = $1 AND till_id = $2`)
	selectVersions = database.Register("display.select_versions", `
		SELECT till_id, version FROM display WHERE org_id = $1 AND till_id = ANY_ID($2)`)
)

// Marks are how often the scenes of tills have changed.
func Marks(ctx context.Context, tx *database.Tx, org int64, tills []int64) (map[int64]int64, error) {
	marks := map[int64]int64{}
	return marks, tx.Each(ctx, selectVersions, func(row database.Scanner) error {
		var till, version int64
		err := row.Scan(&till, &version)
		marks[till] = version
		return err
	}, org, database.IDs(tills))
}

// Tills knows which till a device belongs to.
type Tills interface {
	// TillOf is the till whose order the device shows, or the device itself when it is a till.
	TillOf(ctx context.Context, tx *database.Tx, org, device int64) (int64, error)
}

// View is what a till and its displays read.
type View struct {
	Version int64  `json:"version"`
	TillID  string `json:"till_id" doc:"dev_…; what is followed as display:dev_…"`
	Scene   Scene  `json:"scene"`
	Phone   string `json:"phone" doc:"The eight digits after 010 that the guest has typed; empty for none" example:"12345678"`
}

type api struct {
	db      *database.DB
	tills   Tills
	devices id.Kind
}

// Serve adds the operations about guests' displays. Devices are the ids of tills.
func Serve(server *httpapi.API, db *database.DB, tills Tills, devices id.Kind) {
	a := &api{db: db, tills: tills, devices: devices}
	httpapi.Register(server, httpapi.Operation{
		ID: "get-display", Method: http.MethodGet, Path: "/v1/display", Tag: "Display", Permission: httpapi.Paired, ETag: true,
		Summary: "What the till of this device shows its guest", Errors: []*fault.Code{ErrTill},
	}, a.get)
	httpapi.Register(server, httpapi.Operation{
		ID: "show-on-display", Method: http.MethodPut, Path: "/v1/display", Tag: "Display", Permission: httpapi.Paired,
		Summary: "Show something on the displays of this till", Errors: []*fault.Code{ErrTill},
	}, a.put)
	httpapi.Register(server, httpapi.Operation{
		ID: "type-phone", Method: http.MethodPut, Path: "/v1/display/phone", Tag: "Display", Permission: httpapi.Paired,
		Summary: "Hand the number that the guest has typed to the till", Errors: []*fault.Code{ErrTill, ErrPhone},
	}, a.phone)
}

type viewOutput struct{ Body View }

func (a *api) get(ctx context.Context, _ *struct{}) (*viewOutput, error) {
	caller := auth.CallerFrom(ctx)
	output := &viewOutput{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		till, err := a.tills.TillOf(ctx, tx, caller.Org, caller.Device)
		if err != nil {
			return err
		}
		if output.Body, err = a.read(ctx, tx, caller.Org, till); err != nil {
			return err
		}
		return httpapi.Unchanged(ctx, fmt.Sprintln(till, output.Body.Version, output.Body.Phone))
	})
}

func (a *api) read(ctx context.Context, tx *database.Tx, org, till int64) (View, error) {
	view := View{TillID: a.devices.Format(till), Scene: Scene{State: "idle", Lines: []Line{}}}
	var body string
	var changed int64
	err := tx.QueryRow(ctx, selectScene, org, till).Scan(&view.Version, &body, &view.Phone, &changed)
	if errors.Is(err, database.ErrNone) {
		return view, nil
	}
	if err != nil {
		return view, fmt.Errorf("read what a till shows: %w", err)
	}
	if tx.Now().Sub(clock.FromMicros(changed)) > forgetAfter {
		view.Phone = ""
	}
	return view, json.Unmarshal([]byte(body), &view.Scene)
}

func (a *api) put(ctx context.Context, input *struct{ Body Scene }) (*struct{}, error) {
	caller := auth.CallerFrom(ctx)
	body, err := json.Marshal(input.Body)
	if err != nil {
		return nil, fmt.Errorf("encode a scene: %w", err)
	}
	return nil, a.db.Write(ctx, func(tx *database.Tx) error {
		till, err := a.tills.TillOf(ctx, tx, caller.Org, caller.Device)
		if err != nil {
			return err
		}
		if till != caller.Device {
			return ErrTill.New()
		}
		_, err = tx.Exec(ctx, putScene, caller.Org, till, string(body), tx.Micros(), database.Bool(input.Body.AskPhone))
		return err
	})
}

func (a *api) phone(ctx context.Context, input *struct {
	Body struct {
		Phone string `json:"phone" pattern:"^[0-9]{8}$" doc:"The eight digits after 010"`
	}
},
) (*struct{}, error) {
	caller := auth.CallerFrom(ctx)
	return nil, a.db.Write(ctx, func(tx *database.Tx) error {
		till, err := a.tills.TillOf(ctx, tx, caller.Org, caller.Device)
		if err != nil {
			return err
		}
		shown, err := a.read(ctx, tx, caller.Org, till)
		if err != nil {
			return err
		}
		if !shown.Scene.AskPhone {
			return ErrPhone.New()
		}
		_, err = tx.Exec(ctx, putPhone, caller.Org, till, input.Body.Phone, tx.Micros())
		return err
	})
}
