package staff

import (
	"context"
	"net/http"
	"slices"
	"time"

	"dangol/internal/core/place"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/id"
	"dangol/internal/ground/journal"
)

// RoleView is a role and where it holds; without a place, in the whole organisation.
type RoleView struct {
	Role       Role   `json:"role" enum:"owner,manager,cashier,support,auditor"`
	MerchantID string `json:"merchant_id,omitempty" doc:"Holds in all stores of this merchant."`
	StoreID    string `json:"store_id,omitempty" doc:"Holds in this store."`
}

// MemberView is a staff member as the API shows it.
type MemberView struct {
	ID      string     `json:"id"`
	Login   string     `json:"login"`
	Name    string     `json:"name"`
	Active  bool       `json:"active"`
	Roles   []RoleView `json:"roles"`
	Created time.Time  `json:"created_at"`
	Version int64      `json:"version"`
	HasPIN  bool       `json:"has_pin" doc:"Whether they can be chosen at a till."`
}

// SessionView is who is signed in and what they may.
type SessionView struct {
	Staff        SessionStaffView        `json:"staff"`
	Organisation SessionOrganisationView `json:"organisation"`
	Permissions  []auth.Permission       `json:"permissions" doc:"What the caller may somewhere."`
	Roles        []RoleView              `json:"roles"`
	Expires      time.Time               `json:"expires_at" doc:"When the session ends unless it is used before."`
}

// SessionStaffView is who is signed in.
type SessionStaffView struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Login string `json:"login"`
}

// SessionOrganisationView is where they are signed in.
type SessionOrganisationView struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// OpenSessionView is one of the caller's sessions.
type OpenSessionView struct {
	ID      string    `json:"id"`
	Current bool      `json:"current" doc:"Whether it is the one that asks."`
	Created time.Time `json:"created_at"`
	Expires time.Time `json:"expires_at"`
}

// The permissions about staff.
const (
	readPermission  auth.Permission = "staff.read"
	writePermission auth.Permission = "staff.write"
)

type api struct {
	db     *database.DB
	keeper *auth.Keeper
}

// Serve adds the operations about sessions and staff.
func Serve(server *httpapi.API, db *database.DB, keeper *auth.Keeper) {
	a := &api{db: db, keeper: keeper}
	a.serveSessions(server)
	a.serveMembers(server)
	a.servePINs(server)
}

func (a *api) serveSessions(server *httpapi.API) {
	signInErrors := []*fault.Code{auth.ErrWrongPassword, auth.ErrTooMany, auth.ErrBusy}
	httpapi.Register(server, httpapi.Operation{
		ID: "sign-in", Method: http.MethodPost, Path: "/v1/sessions", Tag: "Sessions", Status: http.StatusCreated,
		Summary: "Sign in: the answer sets the session's cookie", Permission: httpapi.Public, Errors: signInErrors,
		MaxBody: 4096,
	}, a.signIn)
	httpapi.Register(server, httpapi.Operation{
		ID: "get-session", Method: http.MethodGet, Path: "/v1/session", Tag: "Sessions",
		Summary: "Who is signed in", Permission: httpapi.SignedIn,
	}, a.session)
	httpapi.Register(server, httpapi.Operation{
		ID: "sign-out", Method: http.MethodDelete, Path: "/v1/session", Tag: "Sessions",
		Summary: "Sign out: the session's cookie is forgotten, signed in or not", Permission: httpapi.Public,
	}, a.signOut)
	httpapi.Register(server, httpapi.Operation{
		ID: "change-password", Method: http.MethodPut, Path: "/v1/session/password", Tag: "Sessions",
		Summary: "Change one's own password: all other sessions end", Permission: httpapi.SignedIn,
		Errors: append([]*fault.Code{auth.ErrPasswordForm}, signInErrors...), MaxBody: 4096,
	}, a.changePassword)
	httpapi.Register(server, httpapi.Operation{
		ID: "list-sessions", Method: http.MethodGet, Path: "/v1/sessions", Tag: "Sessions",
		Summary: "The caller's open sessions", Permission: httpapi.SignedIn,
	}, a.sessions)
	httpapi.Register(server, httpapi.Operation{
		ID: "end-session", Method: http.MethodDelete, Path: "/v1/sessions/{id}", Tag: "Sessions",
		Summary: "End one of the caller's sessions", Permission: httpapi.SignedIn,
	}, a.endSession)
}

func (a *api) serveMembers(server *httpapi.API) {
	memberErrors := []*fault.Code{ErrLogin, ErrLoginTaken, ErrName, ErrRole, id.Unknown}
	httpapi.Register(server, httpapi.Operation{
		ID: "list-staff", Method: http.MethodGet, Path: "/v1/staff", Tag: "Staff",
		Summary: "Who works in the organisation", Permission: readPermission,
	}, a.list)
	httpapi.Register(server, httpapi.Operation{
		ID: "create-staff", Method: http.MethodPost, Path: "/v1/staff", Tag: "Staff", Status: http.StatusCreated,
		Summary: "Add a staff member", Permission: writePermission,
		Errors: append([]*fault.Code{auth.ErrPasswordForm, auth.ErrBusy}, memberErrors...),
	}, a.create)
	httpapi.Register(server, httpapi.Operation{
		ID: "update-staff", Method: http.MethodPut, Path: "/v1/staff/{id}", Tag: "Staff",
		Summary: "Change a staff member, or stop them from signing in", Permission: writePermission,
		Errors: append([]*fault.Code{ErrMoved, ErrLastOwner}, memberErrors...),
	}, a.change)
	httpapi.Register(server, httpapi.Operation{
		ID: "reset-staff-password", Method: http.MethodPut, Path: "/v1/staff/{id}/password", Tag: "Staff",
		Summary: "Give a staff member another password: all their sessions end", Permission: writePermission,
		Errors: []*fault.Code{auth.ErrPasswordForm, auth.ErrBusy},
	}, a.resetPassword)
	httpapi.Register(server, httpapi.Operation{
		ID: "set-staff-pin", Method: http.MethodPut, Path: "/v1/staff/{id}/pin", Tag: "Staff",
		Summary: "Give a staff member a PIN for the tills, or take it away", Permission: writePermission,
		Errors: []*fault.Code{auth.ErrPINForm, auth.ErrBusy},
	}, a.setPIN)
}

type signInInput struct {
	Body struct {
		Login    string `json:"login" minLength:"1" maxLength:"100"`
		Password string `json:"password" minLength:"1" maxLength:"500"`
	}
}

type sessionOutput struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      SessionView
}

func (a *api) signIn(ctx context.Context, input *signInInput) (*sessionOutput, error) {
	var meant []auth.Candidate
	err := a.db.Read(ctx, func(tx *database.Tx) error {
		var err error
		meant, err = candidates(ctx, tx, input.Body.Login)
		return err
	})
	if err != nil {
		return nil, err
	}
	found, err := a.keeper.Match(ctx, auth.Attempt{
		Login: normalLogin(input.Body.Login), Password: input.Body.Password, Address: httpapi.Address(ctx),
	}, meant)
	if err != nil {
		return nil, err
	}
	output := &sessionOutput{}
	err = a.db.Write(ctx, func(tx *database.Tx) error { return a.begin(ctx, tx, found.Org, found.Subject, output) })
	return output, err
}

// ProofInput proves who someone is who does not sign in: an approver at someone else's till.
// Either login and password, or, at a paired till, the staff member and the PIN.
type ProofInput struct {
	Login    string `json:"login,omitempty" maxLength:"100"`
	Password string `json:"password,omitempty" maxLength:"500"`
	StaffID  string `json:"staff_id,omitempty" doc:"stf_…: with pin, instead of login and password"`
	PIN      string `json:"pin,omitempty" maxLength:"6"`
}

// Prove says which of the organisation's staff has given the proof at a device. The errors are those of
// auth.Keeper.Match and MatchPIN.
func Prove(ctx context.Context, db *database.DB, keeper *auth.Keeper, org, device int64, proof ProofInput) (int64, error) {
	if proof.StaffID != "" {
		member, err := StaffID.Parse(proof.StaffID)
		if err != nil {
			return 0, auth.ErrWrongPIN.At("pin")
		}
		err = keeper.MatchPIN(ctx, org, member, device, proof.PIN)
		return member, err
	}
	var meant []auth.Candidate
	err := db.Read(ctx, func(tx *database.Tx) error {
		found, err := candidates(ctx, tx, proof.Login)
		meant = slices.DeleteFunc(found, func(one auth.Candidate) bool { return one.Org != org })
		return err
	})
	if err != nil {
		return 0, err
	}
	found, err := keeper.Match(ctx, auth.Attempt{
		Login: normalLogin(proof.Login), Password: proof.Password, Address: httpapi.Address(ctx),
	}, meant)
	return found.Subject, err
}

// begin opens a session and shows it.
func (a *api) begin(ctx context.Context, tx *database.Tx, org, member int64, output *sessionOutput) error {
	grants, err := Subjects{}.Grants(ctx, tx, org, member)
	if err != nil {
		return err
	}
	session, token, err := a.keeper.Begin(ctx, tx, org, member)
	if err != nil {
		return err
	}
	caller := auth.Caller{Org: org, Staff: member, Session: session.ID, Grants: grants}
	if output.Body, err = a.view(ctx, tx, caller); err != nil {
		return err
	}
	output.SetCookie = []http.Cookie{auth.SessionCookie(token, tx.Now(), httpapi.Secure(ctx))}
	return journal.Append(ctx, tx, org, journal.Event{Kind: "staff.signed_in", Subject: member, Actor: member})
}

func (a *api) view(ctx context.Context, tx *database.Tx, caller auth.Caller) (SessionView, error) {
	var view SessionView
	member, err := Read(ctx, tx, caller.Org, caller.Staff)
	if err != nil {
		return view, err
	}
	organisation, err := place.Directory{}.Organisation(ctx, tx, caller.Org)
	if err != nil {
		return view, err
	}
	sessions, err := a.keeper.Sessions(ctx, tx, caller.Org, caller.Staff)
	if err != nil {
		return view, err
	}
	for _, session := range sessions {
		if session.ID == caller.Session {
			view.Expires = session.Expires
		}
	}
	view.Staff.ID, view.Staff.Name, view.Staff.Login = StaffID.Format(member.ID), member.Name, member.Login
	view.Organisation.ID, view.Organisation.Name = place.OrganisationID.Format(organisation.ID), organisation.Name
	view.Roles = viewRoles(member.Roles)
	view.Permissions = []auth.Permission{}
	for _, permission := range Permissions() {
		if caller.May(permission, 0) {
			view.Permissions = append(view.Permissions, permission)
		}
	}
	return view, nil
}

func (a *api) session(ctx context.Context, _ *struct{}) (*struct{ Body SessionView }, error) {
	output := &struct{ Body SessionView }{}
	err := a.db.Read(ctx, func(tx *database.Tx) error {
		var err error
		output.Body, err = a.view(ctx, tx, auth.CallerFrom(ctx))
		return err
	})
	return output, err
}

type signOutOutput struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
}

func (a *api) signOut(ctx context.Context, _ *struct{}) (*signOutOutput, error) {
	caller := auth.CallerFrom(ctx)
	if caller.Session != 0 {
		err := a.db.Write(ctx, func(tx *database.Tx) error {
			if err := a.keeper.End(ctx, tx, caller.Org, caller.Session); err != nil {
				return err
			}
			return journal.Append(ctx, tx, caller.Org, journal.Event{
				Kind: "staff.signed_out", Subject: caller.Staff, Actor: caller.Staff,
			})
		})
		if err != nil {
			return nil, err
		}
	}
	return &signOutOutput{SetCookie: []http.Cookie{auth.EndSessionCookie(httpapi.Secure(ctx))}}, nil
}

type changePasswordInput struct {
	Body struct {
		Current  string `json:"current_password" minLength:"1" maxLength:"500"`
		Password string `json:"password" minLength:"1" maxLength:"500"`
	}
}

func (a *api) changePassword(ctx context.Context, input *changePasswordInput) (*sessionOutput, error) {
	caller := auth.CallerFrom(ctx)
	var member Member
	err := a.db.Read(ctx, func(tx *database.Tx) error {
		var err error
		member, err = Read(ctx, tx, caller.Org, caller.Staff)
		return err
	})
	if err != nil {
		return nil, err
	}
	_, err = a.keeper.Match(ctx, auth.Attempt{
		Login: member.Login, Password: input.Body.Current, Address: httpapi.Address(ctx),
	}, []auth.Candidate{{Org: caller.Org, Subject: caller.Staff}})
	if err != nil {
		return nil, err
	}
	hash, err := a.keeper.Hash(ctx, input.Body.Password)
	if err != nil {
		return nil, err
	}
	output := &sessionOutput{}
	err = a.db.Write(ctx, func(tx *database.Tx) error {
		if err := ResetPassword(ctx, tx, a.keeper, caller.Org, caller.Staff, caller.Staff, hash); err != nil {
			return err
		}
		return a.begin(ctx, tx, caller.Org, caller.Staff, output)
	})
	return output, err
}

func (a *api) sessions(ctx context.Context, _ *struct{}) (*struct {
	Body httpapi.List[OpenSessionView]
}, error,
) {
	caller := auth.CallerFrom(ctx)
	output := &struct {
		Body httpapi.List[OpenSessionView]
	}{}
	err := a.db.Read(ctx, func(tx *database.Tx) error {
		sessions, err := a.keeper.Sessions(ctx, tx, caller.Org, caller.Staff)
		if err != nil {
			return err
		}
		output.Body.Items = make([]OpenSessionView, len(sessions))
		for i, session := range sessions {
			output.Body.Items[i] = OpenSessionView{
				ID: auth.SessionID.Format(session.ID), Current: session.ID == caller.Session,
				Created: session.Created, Expires: session.Expires,
			}
		}
		return nil
	})
	return output, err
}

func (a *api) endSession(ctx context.Context, input *struct {
	ID string `path:"id" doc:"ses_…"`
},
) (*struct{}, error) {
	caller := auth.CallerFrom(ctx)
	wanted, err := auth.SessionID.Parse(input.ID)
	if err != nil {
		return nil, err
	}
	return nil, a.db.Write(ctx, func(tx *database.Tx) error {
		sessions, err := a.keeper.Sessions(ctx, tx, caller.Org, caller.Staff)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(sessions, func(session auth.Session) bool { return session.ID == wanted }) {
			return id.Unknown.New()
		}
		return a.keeper.End(ctx, tx, caller.Org, wanted)
	})
}

type listOutput struct{ Body httpapi.List[MemberView] }

func (a *api) list(ctx context.Context, input *struct{ httpapi.Page }) (*listOutput, error) {
	caller := auth.CallerFrom(ctx)
	if err := caller.RequireAll(readPermission); err != nil {
		return nil, err
	}
	var after string
	if _, err := input.After(&after); err != nil {
		return nil, err
	}
	output := &listOutput{}
	err := a.db.Read(ctx, func(tx *database.Tx) error {
		list, err := List(ctx, tx, caller.Org, after, input.Limit+1)
		if err != nil {
			return err
		}
		ids := make([]int64, len(list))
		for i, member := range list {
			ids[i] = member.ID
		}
		have, err := a.keeper.HavePIN(ctx, tx, caller.Org, ids)
		if err != nil {
			return err
		}
		show := func(member Member) MemberView { return viewMember(member, have[member.ID]) }
		output.Body, err = httpapi.NewList(input.Page, list, show, func(member Member) any { return member.Login })
		return err
	})
	return output, err
}

func viewMember(member Member, hasPIN bool) MemberView {
	return MemberView{
		HasPIN: hasPIN,
		ID:     StaffID.Format(member.ID), Login: member.Login, Name: member.Name, Active: member.Active,
		Roles: viewRoles(member.Roles), Created: member.Created, Version: member.Version,
	}
}

func viewRoles(roles []Assignment) []RoleView {
	views := make([]RoleView, len(roles))
	for i, role := range roles {
		views[i] = RoleView{
			Role: role.Role, MerchantID: place.MerchantID.Format(role.Merchant), StoreID: place.StoreID.Format(role.Store),
		}
	}
	return views
}

// MemberInput is what the API makes or changes a staff member from.
type MemberInput struct {
	Login string     `json:"login" minLength:"3" maxLength:"50"`
	Name  string     `json:"name" minLength:"1" maxLength:"100"`
	Roles []RoleView `json:"roles" minItems:"1" maxItems:"50"`
}

func (m MemberInput) input() (Input, error) {
	input := Input{Login: m.Login, Name: m.Name}
	for _, role := range m.Roles {
		assignment := Assignment{Role: role.Role}
		var err error
		if role.MerchantID != "" {
			if assignment.Merchant, err = place.MerchantID.Parse(role.MerchantID); err != nil {
				return input, id.Unknown.At("roles")
			}
		}
		if role.StoreID != "" {
			if assignment.Store, err = place.StoreID.Parse(role.StoreID); err != nil {
				return input, id.Unknown.At("roles")
			}
		}
		input.Roles = append(input.Roles, assignment)
	}
	return input, nil
}

type memberOutput struct{ Body MemberView }

type createMemberInput struct {
	Body struct {
		MemberInput
		Password string `json:"password" minLength:"1" maxLength:"500"`
	}
}

func (a *api) create(ctx context.Context, input *createMemberInput) (*memberOutput, error) {
	caller := auth.CallerFrom(ctx)
	if err := caller.RequireAll(writePermission); err != nil {
		return nil, err
	}
	wanted, err := input.Body.input()
	if err != nil {
		return nil, err
	}
	hash, err := a.keeper.Hash(ctx, input.Body.Password)
	if err != nil {
		return nil, err
	}
	member := a.db.NewID()
	return a.save(ctx, caller.Org, member, func(tx *database.Tx) error {
		return Create(ctx, tx, a.keeper, caller.Org, caller.Staff, member, wanted, hash)
	})
}

type changeMemberInput struct {
	ID string `path:"id" doc:"stf_…"`
	httpapi.Versioned
	Body struct {
		MemberInput
		Active bool `json:"active" doc:"Whether they may sign in."`
	}
}

func (a *api) change(ctx context.Context, input *changeMemberInput) (*memberOutput, error) {
	caller := auth.CallerFrom(ctx)
	if err := caller.RequireAll(writePermission); err != nil {
		return nil, err
	}
	member, err := StaffID.Parse(input.ID)
	if err != nil {
		return nil, err
	}
	version, err := input.Version()
	if err != nil {
		return nil, err
	}
	wanted, err := input.Body.input()
	if err != nil {
		return nil, err
	}
	return a.save(ctx, caller.Org, member, func(tx *database.Tx) error {
		return Change(ctx, tx, a.keeper, caller.Org, caller.Staff, member, version, wanted, input.Body.Active)
	})
}

type resetPasswordInput struct {
	ID   string `path:"id" doc:"stf_…"`
	Body struct {
		Password string `json:"password" minLength:"1" maxLength:"500"`
	}
}

func (a *api) resetPassword(ctx context.Context, input *resetPasswordInput) (*struct{}, error) {
	caller := auth.CallerFrom(ctx)
	if err := caller.RequireAll(writePermission); err != nil {
		return nil, err
	}
	member, err := StaffID.Parse(input.ID)
	if err != nil {
		return nil, err
	}
	hash, err := a.keeper.Hash(ctx, input.Body.Password)
	if err != nil {
		return nil, err
	}
	return nil, a.db.Write(ctx, func(tx *database.Tx) error {
		return ResetPassword(ctx, tx, a.keeper, caller.Org, caller.Staff, member, hash)
	})
}

func (a *api) save(ctx context.Context, org, member int64, save func(*database.Tx) error) (*memberOutput, error) {
	output := &memberOutput{}
	err := a.db.Write(ctx, func(tx *database.Tx) error {
		if err := save(tx); err != nil {
			return err
		}
		found, err := Read(ctx, tx, org, member)
		if err != nil {
			return err
		}
		have, err := a.keeper.HavePIN(ctx, tx, org, []int64{member})
		output.Body = viewMember(found, have[member])
		return err
	})
	return output, err
}
