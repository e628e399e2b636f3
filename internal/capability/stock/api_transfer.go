package stock

import (
	"context"
	"net/http"
	"time"

	"dangol/internal/core/place"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/id"
)

// TransferInput is a transfer that is to be sent.
type TransferInput struct {
	FromStoreID    string              `json:"from_store_id"`
	FromLocationID string              `json:"from_location_id,omitempty" doc:"loc_…; left out for the sales floor."`
	ToStoreID      string              `json:"to_store_id"`
	ToLocationID   string              `json:"to_location_id,omitempty" doc:"loc_…; left out for the sales floor."`
	Reason         string              `json:"reason,omitempty" maxLength:"200" doc:"A note."`
	Lines          []TransferLineInput `json:"lines" maxItems:"500"`
}

// TransferLineInput is how many units of a variant are sent, or arrived.
type TransferLineInput struct {
	VariantID string `json:"variant_id"`
	Quantity  int64  `json:"quantity"`
}

// TransferView is a transfer.
type TransferView struct {
	ID               string             `json:"id"`
	From             TransferPlaceView  `json:"from"`
	To               TransferPlaceView  `json:"to"`
	Status           TransferStatus     `json:"status" enum:"sent,received,cancelled"`
	Reason           string             `json:"reason"`
	SentAt           time.Time          `json:"sent_at"`
	SentBy           string             `json:"sent_by" doc:"Name"`
	EndedAt          time.Time          `json:"ended_at,omitzero" doc:"Left out while it is on its way."`
	EndedBy          string             `json:"ended_by" doc:"Name"`
	DifferenceReason string             `json:"difference_reason" doc:"Why something else arrived than was sent, or why it was cancelled."`
	Sent             int64              `json:"sent" doc:"Units in all."`
	Received         int64              `json:"received"`
	Lines            []TransferLineView `json:"lines"`
}

// TransferPlaceView is where a transfer begins or ends.
type TransferPlaceView struct {
	StoreID    string `json:"store_id"`
	Store      string `json:"store" doc:"Name"`
	LocationID string `json:"location_id" doc:"Empty for the sales floor."`
	Location   string `json:"location" doc:"Its name; empty for the sales floor."`
}

// TransferLineView is one variant of a transfer.
type TransferLineView struct {
	VariantID   string `json:"variant_id"`
	ProductName string `json:"product_name"`
	VariantName string `json:"variant_name"`
	SKU         string `json:"sku"`
	Sent        int64  `json:"sent"`
	Received    int64  `json:"received" doc:"0 until it has arrived."`
}

func (a *api) serveTransfers(server *httpapi.API) {
	httpapi.Register(server, httpapi.Operation{
		ID: "create-stock-transfer", Method: http.MethodPost, Path: "/v1/stock-transfers", Tag: "Stock", Key: true,
		Summary: "Send units to another store, or move them within one", Permission: writePermission, Status: http.StatusCreated,
		Errors: with(ErrSamePlace),
	}, a.createTransfer)
	httpapi.Register(server, httpapi.Operation{
		ID: "list-stock-transfers", Method: http.MethodGet, Path: "/v1/stock-transfers", Tag: "Stock",
		Summary: "The transfers from and to a store, newest first", Permission: readPermission, Errors: []*fault.Code{id.Unknown},
	}, a.listTransfers)
	httpapi.Register(server, httpapi.Operation{
		ID: "get-stock-transfer", Method: http.MethodGet, Path: "/v1/stock-transfers/{id}", Tag: "Stock",
		Summary: "A transfer with its lines", Permission: readPermission,
	}, a.getTransfer)
	httpapi.Register(server, httpapi.Operation{
		ID: "receive-stock-transfer", Method: http.MethodPost, Path: "/v1/stock-transfers/{id}/receive", Tag: "Stock", Key: true,
		Summary: "Count in what arrived of a transfer", Permission: writePermission,
		Errors: with(ErrTransferEnded, ErrReceivedLines, ErrDifference),
	}, a.receiveTransfer)
	httpapi.Register(server, httpapi.Operation{
		ID: "cancel-stock-transfer", Method: http.MethodPost, Path: "/v1/stock-transfers/{id}/cancel", Tag: "Stock", Key: true,
		Summary: "Bring a transfer back to where it came from", Permission: writePermission, Errors: with(ErrTransferEnded),
	}, a.cancelTransfer)
}

type transferOutput struct{ Body TransferView }

func (a *api) createTransfer(ctx context.Context, input *struct{ Body TransferInput }) (*transferOutput, error) {
	caller := auth.CallerFrom(ctx)
	transfer := Transfer{Reason: input.Body.Reason}
	var err error
	if transfer.From.Store, err = a.may(ctx, writePermission, input.Body.FromStoreID); err != nil {
		return nil, err
	}
	// Whoever sends needn't have a say where it arrives: the store must only exist.
	if transfer.To.Store, err = a.known(ctx, input.Body.ToStoreID); err != nil {
		return nil, err
	}
	if transfer.From.Location, err = parseLocation(input.Body.FromLocationID); err != nil {
		return nil, err
	}
	if transfer.To.Location, err = parseLocation(input.Body.ToLocationID); err != nil {
		return nil, err
	}
	for _, line := range input.Body.Lines {
		variant, err := variantID.Parse(line.VariantID)
		if err != nil {
			return nil, err
		}
		transfer.Lines = append(transfer.Lines, TransferLine{Variant: variant, Sent: line.Quantity})
	}
	made, err := a.stock.SendTransfer(ctx, caller.Org, caller.Staff, httpapi.Key(ctx), transfer)
	if err != nil {
		return nil, err
	}
	return a.readTransfer(ctx, made)
}

// known is a store of the caller's organisation.
func (a *api) known(ctx context.Context, text string) (int64, error) {
	store, err := place.StoreID.Parse(text)
	if err != nil {
		return 0, err
	}
	return store, a.db.Read(ctx, func(tx *database.Tx) error {
		_, err := place.Directory{}.Store(ctx, tx, auth.CallerFrom(ctx).Org, store)
		return err
	})
}

// TransferPath names a transfer.
type TransferPath struct {
	ID string `path:"id" doc:"trf_…"`
}

func (a *api) getTransfer(ctx context.Context, input *TransferPath) (*transferOutput, error) {
	wanted, err := TransferID.Parse(input.ID)
	if err != nil {
		return nil, err
	}
	return a.readTransfer(ctx, wanted)
}

// readTransfer shows a transfer to who may read stock at either end.
func (a *api) readTransfer(ctx context.Context, wanted int64) (*transferOutput, error) {
	caller := auth.CallerFrom(ctx)
	output := &transferOutput{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		transfer, err := ReadTransfer(ctx, tx, caller.Org, wanted)
		if err != nil {
			return err
		}
		if !caller.May(readPermission, transfer.From.Store) {
			if err := caller.Require(readPermission, transfer.To.Store); err != nil {
				return err
			}
		}
		views, err := a.viewTransfers(ctx, tx, []Transfer{transfer})
		if err == nil {
			output.Body = views[0]
		}
		return err
	})
}

// decides is the transfer of a request, which the caller may end at the end that is meant.
func (a *api) decides(ctx context.Context, text string, end func(Transfer) int64) (int64, error) {
	caller := auth.CallerFrom(ctx)
	wanted, err := TransferID.Parse(text)
	if err != nil {
		return 0, err
	}
	return wanted, a.db.Read(ctx, func(tx *database.Tx) error {
		transfer, err := ReadTransfer(ctx, tx, caller.Org, wanted)
		if err != nil {
			return err
		}
		return caller.Require(writePermission, end(transfer))
	})
}

func (a *api) receiveTransfer(ctx context.Context, input *struct {
	TransferPath
	Body struct {
		Lines  []TransferLineInput `json:"lines" maxItems:"500" doc:"What arrived of each line that was sent."`
		Reason string              `json:"reason,omitempty" maxLength:"200" doc:"Why it differs; required when it does."`
	}
},
) (*transferOutput, error) {
	caller := auth.CallerFrom(ctx)
	wanted, err := a.decides(ctx, input.ID, func(t Transfer) int64 { return t.To.Store })
	if err != nil {
		return nil, err
	}
	arrival := Arrival{Transfer: wanted, Reason: input.Body.Reason}
	for _, line := range input.Body.Lines {
		variant, err := variantID.Parse(line.VariantID)
		if err != nil {
			return nil, err
		}
		arrival.Lines = append(arrival.Lines, ReceivedLine{variant, line.Quantity})
	}
	if err := a.stock.ReceiveTransfer(ctx, caller.Org, caller.Staff, httpapi.Key(ctx), arrival); err != nil {
		return nil, err
	}
	return a.readTransfer(ctx, wanted)
}

func (a *api) cancelTransfer(ctx context.Context, input *struct {
	TransferPath
	Body struct {
		Reason string `json:"reason" maxLength:"200"`
	}
},
) (*transferOutput, error) {
	caller := auth.CallerFrom(ctx)
	wanted, err := a.decides(ctx, input.ID, func(t Transfer) int64 { return t.From.Store })
	if err != nil {
		return nil, err
	}
	err = a.stock.CancelTransfer(ctx, caller.Org, caller.Staff, httpapi.Key(ctx), wanted, input.Body.Reason)
	if err != nil {
		return nil, err
	}
	return a.readTransfer(ctx, wanted)
}

func (a *api) listTransfers(ctx context.Context, input *struct {
	httpapi.Page
	StoreID string `query:"store_id" required:"true" doc:"sto_…"`
	Status  string `query:"status" enum:",sent,received,cancelled" doc:"Left out, all of them."`
},
) (*struct{ Body httpapi.List[TransferView] }, error) {
	moment, beforeID, err := before(input.Page)
	if err != nil {
		return nil, err
	}
	org := auth.CallerFrom(ctx).Org
	output := &struct{ Body httpapi.List[TransferView] }{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		store, err := a.in(ctx, tx, readPermission, input.StoreID)
		if err != nil {
			return err
		}
		found, err := Transfers(ctx, tx, org, store, TransferStatus(input.Status), moment, beforeID, input.Limit+1)
		if err != nil {
			return err
		}
		views, err := a.viewTransfers(ctx, tx, found)
		if err != nil {
			return err
		}
		output.Body, err = httpapi.NewList(input.Page, views, func(view TransferView) TransferView { return view },
			func(view TransferView) any {
				parsed, _ := TransferID.Parse(view.ID)
				return momentKey{clock.Micros(view.SentAt), parsed}
			})
		return err
	})
}

func (a *api) viewTransfers(ctx context.Context, tx *database.Tx, transfers []Transfer) ([]TransferView, error) {
	org := auth.CallerFrom(ctx).Org
	people := map[int64]bool{}
	var variants []int64
	for _, transfer := range transfers {
		people[transfer.SentBy], people[transfer.EndedBy] = true, true
		for _, line := range transfer.Lines {
			variants = append(variants, line.Variant)
		}
	}
	names, err := a.staff(ctx, tx, people)
	if err != nil {
		return nil, err
	}
	named, err := a.stock.named(ctx, tx, org, variants)
	if err != nil {
		return nil, err
	}
	ends := ends{stores: map[int64]string{}, rooms: map[int64]string{}}
	views := make([]TransferView, len(transfers))
	for i, transfer := range transfers {
		view := TransferView{
			ID: TransferID.Format(transfer.ID), Status: transfer.Status, Reason: transfer.Reason, SentAt: transfer.SentAt,
			SentBy: names[transfer.SentBy], EndedAt: transfer.EndedAt, EndedBy: names[transfer.EndedBy],
			DifferenceReason: transfer.DifferenceReason, Lines: make([]TransferLineView, len(transfer.Lines)),
		}
		if view.From, err = ends.view(ctx, tx, org, transfer.From); err != nil {
			return nil, err
		}
		if view.To, err = ends.view(ctx, tx, org, transfer.To); err != nil {
			return nil, err
		}
		for j, line := range transfer.Lines {
			one := named[line.Variant]
			view.Sent += line.Sent
			view.Received += line.Received
			view.Lines[j] = TransferLineView{
				VariantID: variantID.Format(line.Variant), ProductName: one.Product, VariantName: one.Name, SKU: one.SKU,
				Sent: line.Sent, Received: line.Received,
			}
		}
		views[i] = view
	}
	return views, nil
}

// ends are names of stores and locations that were read before.
type ends struct{ stores, rooms map[int64]string }

func (e ends) view(ctx context.Context, tx *database.Tx, org int64, bin Bin) (TransferPlaceView, error) {
	if _, known := e.stores[bin.Store]; !known {
		store, err := place.Directory{}.Store(ctx, tx, org, bin.Store)
		if err != nil {
			return TransferPlaceView{}, err
		}
		e.stores[bin.Store] = store.Name
		rooms, err := places(ctx, tx, org, bin.Store)
		if err != nil {
			return TransferPlaceView{}, err
		}
		for room, name := range rooms {
			e.rooms[room] = name
		}
	}
	return TransferPlaceView{
		StoreID: place.StoreID.Format(bin.Store), Store: e.stores[bin.Store], LocationID: LocationID.Format(bin.Location),
		Location: e.rooms[bin.Location],
	}, nil
}
