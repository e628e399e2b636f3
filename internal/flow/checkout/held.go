package checkout

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"dangol/internal/capability/held"
	"dangol/internal/capability/staff"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/money"
)

// serveHeld adds the operations of setting orders aside (보류).
func (s *Service) serveHeld(server *httpapi.API) {
	httpapi.Register(server, httpapi.Operation{
		ID: "hold-order", Method: http.MethodPost, Path: "/v1/held-orders", Tag: "Held orders", Permission: sellPermission, Key: true,
		Summary: "Set an order aside; nothing of it is in the books, and no unit is kept for it", Status: http.StatusCreated,
		Errors: all(wanting, []*fault.Code{held.ErrName, held.ErrTooMany, auth.ErrUnpaired}),
	}, s.postHeld)
	httpapi.Register(server, httpapi.Operation{
		ID: "list-held-orders", Method: http.MethodGet, Path: "/v1/held-orders", Tag: "Held orders", Permission: sellPermission,
		Summary: "What this till's store holds, the oldest first", Errors: []*fault.Code{auth.ErrUnpaired},
	}, s.listHeld)
	httpapi.Register(server, httpapi.Operation{
		ID: "recall-order", Method: http.MethodPost, Path: "/v1/held-orders/{id}/recall", Tag: "Held orders",
		Permission: sellPermission, Key: true, Summary: "Go on with a held order at this till: of two tills, one gets it",
		Errors: []*fault.Code{held.ErrTaken, auth.ErrUnpaired},
	}, s.endHeld(held.Recalled))
	httpapi.Register(server, httpapi.Operation{
		ID: "discard-held-order", Method: http.MethodPost, Path: "/v1/held-orders/{id}/discard", Tag: "Held orders",
		Permission: sellPermission, Key: true, Summary: "Throw a held order away", Errors: []*fault.Code{held.ErrTaken, auth.ErrUnpaired},
	}, s.endHeld(held.Discarded))
}

// HeldView is an order that was set aside.
type HeldView struct {
	ID       string         `json:"id" doc:"hld_…"`
	Name     string         `json:"name" doc:"What the cashier called it; may be empty"`
	Units    int64          `json:"units"`
	Total    int64          `json:"total" doc:"What it cost when it was set aside"`
	Currency money.Currency `json:"currency"`
	HeldAt   time.Time      `json:"held_at"`
	HeldBy   string         `json:"held_by" doc:"Name"`
	Basket   BasketInput    `json:"basket"`
}

func (s *Service) showHeld(ctx context.Context, tx *database.Tx, org int64, o held.Order) (HeldView, error) {
	shown := HeldView{
		ID: held.IDs.Format(o.ID), Name: o.Name, Units: o.Units, Total: o.Total, Currency: o.Currency, HeldAt: o.HeldAt,
	}
	by, err := staff.Read(ctx, tx, org, o.Staff)
	if err != nil {
		return shown, err
	}
	shown.HeldBy = by.Name
	if err := json.Unmarshal(o.Basket, &shown.Basket); err != nil {
		return shown, fmt.Errorf("read held order %s: %w", shown.ID, err)
	}
	return shown, nil
}

type heldOutput struct{ Body HeldView }

func (s *Service) postHeld(ctx context.Context, input *struct {
	Body struct {
		BasketInput
		Name string `json:"name,omitempty" maxLength:"50" doc:"Whose it is, or what it is called"`
	}
},
) (*heldOutput, error) {
	seller, err := seller(ctx, sellPermission)
	if err != nil {
		return nil, err
	}
	basket, err := input.Body.basket()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(input.Body.BasketInput)
	if err != nil {
		return nil, fmt.Errorf("encode a held order: %w", err)
	}
	output := &heldOutput{}
	err = s.db.Write(ctx, func(tx *database.Tx) error {
		priced, err := s.price(ctx, tx, seller.Org, seller.Store, basket)
		if err != nil {
			return err
		}
		wanted := held.Order{
			ID: s.db.NewID(), Key: httpapi.Key(ctx), Store: seller.Store, Device: seller.Device, Staff: seller.Staff,
			Name: input.Body.Name, Basket: text, Total: priced.quoted.Total, Currency: priced.site.Currency,
		}
		for _, line := range basket.Lines {
			wanted.Units += line.Quantity
		}
		kept, err := held.Put(ctx, tx, seller.Org, wanted)
		if err != nil {
			return err
		}
		output.Body, err = s.showHeld(ctx, tx, seller.Org, kept)
		return err
	})
	return output, err
}

func (s *Service) listHeld(ctx context.Context, _ *struct{}) (*struct{ Body httpapi.List[HeldView] }, error) {
	seller, err := seller(ctx, sellPermission)
	if err != nil {
		return nil, err
	}
	output := &struct{ Body httpapi.List[HeldView] }{}
	output.Body.Items = []HeldView{}
	err = s.db.Read(ctx, func(tx *database.Tx) error {
		list, err := held.List(ctx, tx, seller.Org, seller.Store)
		if err != nil {
			return err
		}
		for _, one := range list {
			shown, err := s.showHeld(ctx, tx, seller.Org, one)
			if err != nil {
				return err
			}
			output.Body.Items = append(output.Body.Items, shown)
		}
		return nil
	})
	return output, err
}

func (s *Service) endHeld(state held.State) func(context.Context, *struct {
	ID string `path:"id" doc:"hld_…"`
}) (*heldOutput, error) {
	return func(ctx context.Context, input *struct {
		ID string `path:"id" doc:"hld_…"`
	},
	) (*heldOutput, error) {
		wanted, err := held.IDs.Parse(input.ID)
		if err != nil {
			return nil, err
		}
		seller, err := seller(ctx, sellPermission)
		if err != nil {
			return nil, err
		}
		output := &heldOutput{}
		err = s.db.Write(ctx, func(tx *database.Tx) error {
			ended, err := held.End(ctx, tx, seller.Org, seller.Store, wanted, state, seller.Device, seller.Staff)
			if err != nil {
				return err
			}
			output.Body, err = s.showHeld(ctx, tx, seller.Org, ended)
			return err
		})
		return output, err
	}
}
