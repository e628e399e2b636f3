// Package auth keeps proofs of who is calling: passwords, sessions, pairing codes and device tokens, all of subjects
// that it knows by number only. Who they are and what they may is told to it through Subjects. It refuses to know what
// a role is.
package auth

import (
	"context"
	"slices"

	"dangol/internal/ground/fault"
)

// Permission names one thing that may be allowed: "sale.make".
type Permission string

// Scope is where a permission holds.
type Scope struct {
	// All says that it holds in every store and for the organisation itself.
	All bool
	// Stores are the stores in which it holds when it does not hold everywhere.
	Stores []int64
}

// Grants are what a subject may, and where.
type Grants map[Permission]Scope

// Add widens a permission by a scope.
func (g Grants) Add(permission Permission, scope Scope) {
	held := g[permission]
	held.All = held.All || scope.All
	for _, store := range scope.Stores {
		if !slices.Contains(held.Stores, store) {
			held.Stores = append(held.Stores, store)
		}
	}
	g[permission] = held
}

// Only keeps those of the permissions.
func (g Grants) Only(permissions []Permission) Grants {
	kept := Grants{}
	for _, permission := range permissions {
		if scope, held := g[permission]; held {
			kept[permission] = scope
		}
	}
	return kept
}

// Caller is who sends a request. The zero Caller is nobody.
type Caller struct {
	// Org is the organisation that the caller belongs to, 0 when nobody is signed in and no device is paired.
	Org int64
	// Staff and Session are 0 when nobody is signed in.
	Staff, Session int64
	// Device and DeviceStore are 0 when the request does not come from a paired device.
	Device, DeviceStore int64
	// Grants are what the staff member may.
	Grants Grants
	// pinDevice is the device at which the session was begun by PIN, 0 for one that was begun by password.
	pinDevice int64
}

var (
	// ErrSignIn is for a request that needs someone signed in.
	ErrSignIn = fault.Define(fault.Unauthorized, "auth.sign_in",
		"로그인이 필요해요. 로그인한 뒤 다시 해 주세요.", "Sign in, then try again.")
	// ErrSessionEnded is for a session that was ended, has expired or whose owner may no longer sign in.
	ErrSessionEnded = fault.Define(fault.Unauthorized, "auth.session_ended",
		"로그인 시간이 끝났어요. 다시 로그인해 주세요.", "This session has ended. Sign in again.")
	// ErrUnpaired is for a request that needs a paired device.
	ErrUnpaired = fault.Define(fault.Unauthorized, "auth.unpaired",
		"이 기기는 아직 연결되지 않았어요. 콘솔에서 연결 코드를 받아 입력해 주세요.",
		"This device is not paired. Get a pairing code in the console and enter it.")
	// ErrForbidden is for a caller who may not do this, or not there.
	ErrForbidden = fault.Define(fault.Forbidden, "auth.forbidden",
		"이 일을 할 권한이 없어요. 점주나 관리자에게 부탁해 주세요.", "You may not do this. Ask the owner or a manager.")
)

// May says whether the caller has the permission in a store; store 0 asks whether it is held anywhere at all.
func (c Caller) May(permission Permission, store int64) bool {
	scope, held := c.Grants[permission]
	if !held {
		return false
	}
	return scope.All || store == 0 && len(scope.Stores) > 0 || slices.Contains(scope.Stores, store)
}

// Require returns nil when the caller has the permission in the store, ErrSignIn when nobody is signed in, and
// ErrForbidden else. Store 0 asks whether it is held anywhere at all.
func (c Caller) Require(permission Permission, store int64) error {
	if c.Staff == 0 {
		return ErrSignIn.New()
	}
	if !c.May(permission, store) {
		return ErrForbidden.New()
	}
	return nil
}

// RequireAll returns nil when the caller has the permission for the whole organisation, and the errors of Require
// else.
func (c Caller) RequireAll(permission Permission) error {
	if c.Staff == 0 {
		return ErrSignIn.New()
	}
	if !c.Grants[permission].All {
		return ErrForbidden.New()
	}
	return nil
}

// RequireDevice returns ErrUnpaired when the request does not come from a paired device.
func (c Caller) RequireDevice() error {
	if c.Device == 0 {
		return ErrUnpaired.New()
	}
	return nil
}

// Stores says in which stores the caller has the permission: all of the organisation's, or those of the list.
func (c Caller) Stores(permission Permission) (all bool, ids []int64) {
	scope := c.Grants[permission]
	if scope.All {
		return true, nil
	}
	return false, slices.Clone(scope.Stores)
}

type callerKey struct{}

// WithCaller gives a context that carries the caller.
func WithCaller(ctx context.Context, caller Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, caller)
}

// CallerFrom is the caller whom the context carries: nobody when there is none.
func CallerFrom(ctx context.Context) Caller {
	caller, _ := ctx.Value(callerKey{}).(Caller)
	return caller
}
