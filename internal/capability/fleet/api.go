package fleet

import (
	"context"
	"net/http"
	"time"

	"dangol/internal/core/place"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/id"
)

// View is a device as the API shows it.
type View struct {
	ID           string     `json:"id"`
	StoreID      string     `json:"store_id"`
	Name         string     `json:"name"`
	Kind         Kind       `json:"kind" enum:"till,display"`
	TillID       string     `json:"till_id,omitempty" doc:"Of a display: the till whose order it shows."`
	RegisterCode string     `json:"register_code" doc:"What its receipts are numbered under."`
	Generation   int64      `json:"generation" doc:"How often it was paired."`
	State        string     `json:"state" enum:"waiting,paired,revoked"`
	Paired       *time.Time `json:"paired_at,omitempty"`
	Revoked      *time.Time `json:"revoked_at,omitempty"`
}

// PairingView is a device and the code by which it can be paired once.
type PairingView struct {
	Device  View      `json:"device"`
	Code    string    `json:"pairing_code" doc:"Eight digits, shown once."`
	Expires time.Time `json:"pairing_expires_at"`
}

// PairedView is a paired device and its store.
type PairedView struct {
	Device View            `json:"device"`
	Store  place.StoreView `json:"store"`
	// HasDisplay says whether it is worth while to show something.
	HasDisplay bool `json:"has_display" doc:"A display shows the guest what this till sells."`
}

// The permissions about devices.
const (
	readPermission  auth.Permission = "device.read"
	writePermission auth.Permission = "device.write"
)

type api struct {
	db     *database.DB
	keeper *auth.Keeper
}

// Serve adds the operations about devices.
func Serve(server *httpapi.API, db *database.DB, keeper *auth.Keeper) {
	a := &api{db: db, keeper: keeper}
	httpapi.Register(server, httpapi.Operation{
		ID: "list-devices", Method: http.MethodGet, Path: "/v1/devices", Tag: "Devices",
		Summary: "Devices of the stores that the caller works in", Permission: readPermission, Errors: []*fault.Code{id.Unknown},
	}, a.list)
	httpapi.Register(server, httpapi.Operation{
		ID: "create-device", Method: http.MethodPost, Path: "/v1/devices", Tag: "Devices", Status: http.StatusCreated,
		Summary: "Add a device and get its pairing code", Permission: writePermission,
		Errors: []*fault.Code{ErrName, ErrKind, ErrTill, id.Unknown},
	}, a.create)
	httpapi.Register(server, httpapi.Operation{
		ID: "create-pairing-code", Method: http.MethodPost, Path: "/v1/devices/{id}/pairing-code", Tag: "Devices",
		Summary: "Get a new pairing code for a device", Permission: writePermission, Errors: []*fault.Code{ErrRevoked},
		Status: http.StatusCreated,
	}, a.newPairing)
	httpapi.Register(server, httpapi.Operation{
		ID: "revoke-device", Method: http.MethodDelete, Path: "/v1/devices/{id}", Tag: "Devices",
		Summary: "End a device: it is signed out and can't be paired again", Permission: writePermission,
	}, a.revoke)
	httpapi.Register(server, httpapi.Operation{
		ID: "pair-device", Method: http.MethodPost, Path: "/v1/pairings", Tag: "Devices", Status: http.StatusCreated,
		Summary: "Pair the device that asks: the answer sets its cookie", Permission: httpapi.Public,
		Errors: []*fault.Code{auth.ErrPairingCode, auth.ErrTooMany}, MaxBody: 1024,
	}, a.pair)
	httpapi.Register(server, httpapi.Operation{
		ID: "get-device", Method: http.MethodGet, Path: "/v1/device", Tag: "Devices",
		Summary: "The paired device that asks, and its store", Permission: httpapi.Paired,
	}, a.device)
}

func view(device Device) View {
	shown := View{
		ID: DeviceID.Format(device.ID), StoreID: place.StoreID.Format(device.Store), Name: device.Name, Kind: device.Kind,
		RegisterCode: device.RegisterCode, Generation: device.Generation, State: device.State(),
	}
	if device.Till != 0 {
		shown.TillID = DeviceID.Format(device.Till)
	}
	if !device.Paired.IsZero() {
		shown.Paired = &device.Paired
	}
	if !device.Revoked.IsZero() {
		shown.Revoked = &device.Revoked
	}
	return shown
}

type listInput struct {
	httpapi.Page
	StoreID string `query:"store_id" doc:"Only devices of this store: sto_…"`
}

type listOutput struct{ Body httpapi.List[View] }

func (a *api) list(ctx context.Context, input *listInput) (*listOutput, error) {
	caller := auth.CallerFrom(ctx)
	all, stores := caller.Stores(readPermission)
	if input.StoreID != "" {
		store, err := place.StoreID.Parse(input.StoreID)
		if err != nil {
			return nil, err
		}
		if err := caller.Require(readPermission, store); err != nil {
			return nil, err
		}
		all, stores = false, []int64{store}
	}
	var after int64
	if _, err := input.After(&after); err != nil {
		return nil, err
	}
	output := &listOutput{}
	err := a.db.Read(ctx, func(tx *database.Tx) error {
		if input.StoreID != "" {
			if _, err := (place.Directory{}).Store(ctx, tx, caller.Org, stores[0]); err != nil {
				return err
			}
		}
		list, err := List(ctx, tx, caller.Org, all, stores, after, input.Limit+1)
		if err != nil {
			return err
		}
		output.Body, err = httpapi.NewList(input.Page, list, view, func(device Device) any { return device.ID })
		return err
	})
	return output, err
}

type createDeviceInput struct {
	Body struct {
		StoreID string `json:"store_id"`
		Name    string `json:"name" minLength:"1" maxLength:"50"`
		Kind    Kind   `json:"kind" enum:"till,display"`
		TillID  string `json:"till_id,omitempty" doc:"Of a display: the till whose order it shows."`
	}
}

type pairingOutput struct{ Body PairingView }

func (a *api) create(ctx context.Context, input *createDeviceInput) (*pairingOutput, error) {
	caller := auth.CallerFrom(ctx)
	store, err := place.StoreID.Parse(input.Body.StoreID)
	if err != nil {
		return nil, id.Unknown.At("store_id")
	}
	if err := caller.Require(writePermission, store); err != nil {
		return nil, err
	}
	device := a.db.NewID()
	output := &pairingOutput{}
	err = a.db.Write(ctx, func(tx *database.Tx) error {
		if err := a.add(ctx, tx, caller, device, store, input); err != nil {
			return err
		}
		return a.showPairing(ctx, tx, caller.Org, device, output)
	})
	return output, err
}

// add adds a till, or the display of a till in the same store.
func (a *api) add(
	ctx context.Context, tx *database.Tx, caller auth.Caller, device, store int64, input *createDeviceInput,
) error {
	if input.Body.Kind != Display {
		return Create(ctx, tx, caller.Org, caller.Staff, device, store, input.Body.Name, input.Body.Kind)
	}
	till, err := DeviceID.Parse(input.Body.TillID)
	if err != nil {
		return ErrTill.At("till_id")
	}
	found, err := Read(ctx, tx, caller.Org, till)
	if err != nil {
		return err
	}
	if found.Store != store {
		return ErrTill.At("till_id")
	}
	return CreateDisplay(ctx, tx, caller.Org, caller.Staff, device, till, input.Body.Name)
}

type devicePath struct {
	ID string `path:"id" doc:"dev_…"`
}

// wanted reads the device of a path, of whose store the caller needs the permission to change devices.
func (a *api) wanted(ctx context.Context, tx *database.Tx, caller auth.Caller, text string) (Device, error) {
	device, err := DeviceID.Parse(text)
	if err != nil {
		return Device{}, err
	}
	found, err := Read(ctx, tx, caller.Org, device)
	if err != nil {
		return found, err
	}
	if err := caller.Require(writePermission, found.Store); err != nil {
		return found, id.Unknown.New() // a device elsewhere is as good as none
	}
	return found, nil
}

func (a *api) newPairing(ctx context.Context, input *devicePath) (*pairingOutput, error) {
	caller := auth.CallerFrom(ctx)
	output := &pairingOutput{}
	err := a.db.Write(ctx, func(tx *database.Tx) error {
		device, err := a.wanted(ctx, tx, caller, input.ID)
		if err != nil {
			return err
		}
		return a.showPairing(ctx, tx, caller.Org, device.ID, output)
	})
	return output, err
}

func (a *api) showPairing(ctx context.Context, tx *database.Tx, org, device int64, output *pairingOutput) error {
	code, expires, err := NewPairing(ctx, tx, a.keeper, org, device)
	if err != nil {
		return err
	}
	found, err := Read(ctx, tx, org, device)
	output.Body = PairingView{Device: view(found), Code: code, Expires: expires}
	return err
}

func (a *api) revoke(ctx context.Context, input *devicePath) (*struct{}, error) {
	caller := auth.CallerFrom(ctx)
	return nil, a.db.Write(ctx, func(tx *database.Tx) error {
		device, err := a.wanted(ctx, tx, caller, input.ID)
		if err != nil {
			return err
		}
		return Revoke(ctx, tx, a.keeper, caller.Org, caller.Staff, device.ID)
	})
}

type pairInput struct {
	Body struct {
		Code string `json:"code" minLength:"8" maxLength:"20" doc:"Eight digits; spaces and hyphens don't matter."`
	}
}

type pairedOutput struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      PairedView
}

func (a *api) pair(ctx context.Context, input *pairInput) (*pairedOutput, error) {
	ended, err := a.keeper.Pairing(httpapi.Address(ctx))
	if err != nil {
		return nil, err
	}
	output := &pairedOutput{}
	err = a.db.Write(ctx, func(tx *database.Tx) error {
		org, device, token, err := Pair(ctx, tx, a.keeper, input.Body.Code)
		if err != nil {
			return err
		}
		output.SetCookie = []http.Cookie{auth.DeviceCookie(token, tx.Now(), httpapi.Secure(ctx))}
		output.Body, err = paired(ctx, tx, org, device)
		return err
	})
	ended(err)
	return output, err
}

func paired(ctx context.Context, tx *database.Tx, org int64, device Device) (PairedView, error) {
	store, err := place.Directory{}.Store(ctx, tx, org, device.Store)
	if err != nil {
		return PairedView{}, err
	}
	shows, err := hasDisplay(ctx, tx, org, device)
	return PairedView{Device: view(device), Store: place.ViewStore(tx, store), HasDisplay: shows}, err
}

type deviceInput struct {
	Token string `cookie:"dangol_device" doc:"Set again, so that a device in use never forgets that it is paired."`
}

func (a *api) device(ctx context.Context, input *deviceInput) (*pairedOutput, error) {
	caller := auth.CallerFrom(ctx)
	output := &pairedOutput{}
	err := a.db.Read(ctx, func(tx *database.Tx) error {
		device, err := Read(ctx, tx, caller.Org, caller.Device)
		if err != nil {
			return err
		}
		if input.Token != "" {
			output.SetCookie = []http.Cookie{auth.DeviceCookie(input.Token, tx.Now(), httpapi.Secure(ctx))}
		}
		output.Body, err = paired(ctx, tx, caller.Org, device)
		return err
	})
	return output, err
}
