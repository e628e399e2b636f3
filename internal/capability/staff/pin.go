package staff

import (
	"context"
	"fmt"
	"net/http"

	"dangol/internal/core/place"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/journal"
)

// sellPermission is what someone needs to be chosen at a till.
const sellPermission auth.Permission = "sale.make"

// maxAtTill bounds who is offered at a till.
const maxAtTill = 200

func (a *api) servePINs(server *httpapi.API) {
	httpapi.Register(server, httpapi.Operation{
		ID: "list-till-staff", Method: http.MethodGet, Path: "/v1/till-staff", Tag: "Sessions", Permission: httpapi.Paired,
		Summary: "Who may sell at the till that asks, and has a PIN",
	}, a.tillStaff)
	httpapi.Register(server, httpapi.Operation{
		ID: "switch-staff", Method: http.MethodPost, Path: "/v1/sessions/pin", Tag: "Sessions", Permission: httpapi.Paired,
		Summary: "Go on at this till as someone else, by PIN: the session before ends", Status: http.StatusCreated,
		Errors: []*fault.Code{auth.ErrWrongPIN, auth.ErrTooMany, auth.ErrBusy}, MaxBody: 1024,
	}, a.switchStaff)
}

// TillStaffView is someone who can be chosen at a till.
type TillStaffView struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (a *api) tillStaff(ctx context.Context, _ *struct{}) (*struct {
	Body httpapi.List[TillStaffView]
}, error,
) {
	caller := auth.CallerFrom(ctx)
	output := &struct {
		Body httpapi.List[TillStaffView]
	}{}
	output.Body.Items = []TillStaffView{}
	err := a.db.Read(ctx, func(tx *database.Tx) error {
		able, err := a.atTill(ctx, tx, caller)
		for _, member := range able {
			output.Body.Items = append(output.Body.Items, TillStaffView{ID: StaffID.Format(member.ID), Name: member.Name})
		}
		return err
	})
	return output, err
}

// atTill are those who may sell in the store of the caller's till, and have a PIN.
func (a *api) atTill(ctx context.Context, tx *database.Tx, caller auth.Caller) ([]Member, error) {
	store, err := place.Directory{}.Store(ctx, tx, caller.Org, caller.DeviceStore)
	if err != nil {
		return nil, err
	}
	list, err := List(ctx, tx, caller.Org, "", maxAtTill)
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(list))
	for i, member := range list {
		ids[i] = member.ID
	}
	have, err := a.keeper.HavePIN(ctx, tx, caller.Org, ids)
	if err != nil {
		return nil, err
	}
	var able []Member
	for _, member := range list {
		if member.Active && have[member.ID] && member.sells(store) {
			able = append(able, member)
		}
	}
	return able, nil
}

func (m Member) sells(store place.Store) bool {
	for _, role := range m.RolesIn(store.Merchant.ID, store.ID) {
		if role.Grants(sellPermission) {
			return true
		}
	}
	return false
}

func (a *api) switchStaff(ctx context.Context, input *struct {
	Body struct {
		StaffID string `json:"staff_id" doc:"stf_…"`
		PIN     string `json:"pin" minLength:"1" maxLength:"6"`
	}
},
) (*sessionOutput, error) {
	caller := auth.CallerFrom(ctx)
	member, err := Prove(ctx, a.db, a.keeper, caller.Org, caller.Device, ProofInput{StaffID: input.Body.StaffID, PIN: input.Body.PIN})
	if err != nil {
		return nil, err
	}
	output := &sessionOutput{}
	err = a.db.Write(ctx, func(tx *database.Tx) error {
		able, err := a.atTill(ctx, tx, caller)
		if err != nil {
			return err
		}
		found := false
		for _, one := range able {
			found = found || one.ID == member
		}
		if !found { // the PIN is right, but they don't sell here
			return auth.ErrForbidden.New()
		}
		if caller.Session != 0 {
			if err := a.keeper.End(ctx, tx, caller.Org, caller.Session); err != nil {
				return err
			}
		}
		session, token, err := a.keeper.BeginByPIN(ctx, tx, caller.Org, member, caller.Device)
		if err != nil {
			return err
		}
		grants, err := Subjects{}.Grants(ctx, tx, caller.Org, member)
		if err != nil {
			return err
		}
		switched := auth.Caller{Org: caller.Org, Staff: member, Session: session.ID, Grants: grants.Only(TillPermissions())}
		if output.Body, err = a.view(ctx, tx, switched); err != nil {
			return err
		}
		output.SetCookie = []http.Cookie{auth.SessionCookie(token, tx.Now(), httpapi.Secure(ctx))}
		return journal.Append(ctx, tx, caller.Org, journal.Event{
			Kind: "staff.switched", Store: caller.DeviceStore, Subject: member, Actor: member,
			Body: map[string]any{"device": caller.Device, "before": caller.Staff},
		})
	})
	return output, err
}

func (a *api) setPIN(ctx context.Context, input *struct {
	ID   string `path:"id" doc:"stf_…"`
	Body struct {
		PIN string `json:"pin" maxLength:"6" doc:"4 to 6 digits; empty takes the PIN away"`
	}
},
) (*struct{}, error) {
	caller := auth.CallerFrom(ctx)
	if err := caller.RequireAll(writePermission); err != nil {
		return nil, err
	}
	member, err := StaffID.Parse(input.ID)
	if err != nil {
		return nil, err
	}
	hash := ""
	if input.Body.PIN != "" {
		if hash, err = a.keeper.HashPIN(ctx, input.Body.PIN); err != nil {
			return nil, err
		}
	}
	return nil, a.db.Write(ctx, func(tx *database.Tx) error {
		if _, err := Read(ctx, tx, caller.Org, member); err != nil {
			return err
		}
		if err := a.keeper.SetPIN(ctx, tx, caller.Org, member, hash); err != nil {
			return fmt.Errorf("set the PIN of %s: %w", StaffID.Format(member), err)
		}
		return journal.Append(ctx, tx, caller.Org, journal.Event{Kind: "staff.pin_changed", Subject: member, Actor: caller.Staff})
	})
}
