// Package staff knows who works in an organisation, which roles they have and where, and what each role may. It lets
// them sign in through proofs that auth keeps, and refuses to know passwords itself.
package staff

import (
	"context"
	"fmt"
	"regexp"
	"slices"
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

// StaffID is the prefix of staff members' ids.
const StaffID id.Kind = "stf"

// Member is a person who works in the organisation.
type Member struct {
	ID      int64
	Login   string
	Name    string
	Active  bool
	Created time.Time
	Version int64
	Roles   []Assignment
}

// Assignment is a role and where it holds: in one store, in all stores of one merchant, or, when both are 0, in the
// whole organisation.
type Assignment struct {
	Role            Role
	Merchant, Store int64
}

// RolesIn are the roles that hold in a store of a merchant.
func (m Member) RolesIn(merchant, store int64) []Role {
	var held []Role
	for _, role := range m.Roles {
		if (role.Merchant == 0 || role.Merchant == merchant) && (role.Store == 0 || role.Store == store) {
			held = append(held, role.Role)
		}
	}
	return held
}

// Input is what a staff member is made or changed from.
type Input struct {
	Login string
	Name  string
	Roles []Assignment
}

var (
	// ErrLogin is for a login that can't be typed everywhere.
	ErrLogin = fault.Define(fault.Invalid, "staff.login",
		"아이디는 영문 소문자, 숫자, . _ - @로 3~50자예요.", "A login is 3 to 50 small letters, digits and . _ - @.")
	// ErrLoginTaken is for a login that a colleague has.
	ErrLoginTaken = fault.Define(fault.Conflict, "staff.login_taken",
		"이미 쓰고 있는 아이디예요. 다른 아이디를 써 주세요.", "This login is taken. Choose another one.")
	// ErrName is for a name that is missing or too long.
	ErrName = fault.Define(fault.Invalid, "staff.name",
		"이름을 1~100자로 써 주세요.", "Give a name of 1 to 100 characters.")
	// ErrRole is for an unknown role, or one that is given twice or for a place of two kinds at once.
	ErrRole = fault.Define(fault.Invalid, "staff.role",
		"역할과 맡은 곳을 다시 골라 주세요.", "Choose the role, and one place where it holds, again.")
	// ErrLastOwner keeps an organisation from locking itself out.
	ErrLastOwner = fault.Define(fault.Conflict, "staff.last_owner",
		"점주가 한 명은 있어야 해요. 다른 직원에게 점주 역할을 준 뒤 다시 해 주세요.",
		"Someone has to be the owner. Make another person an owner first.")
	// ErrMoved is for a change to a staff member whom someone else has changed meanwhile.
	ErrMoved = fault.Define(fault.Stale, "staff.moved",
		"그 사이에 다른 곳에서 바뀌었어요. 새로 불러온 뒤 다시 해 주세요.",
		"This was changed elsewhere in the meantime. Reload and try again.")
)

var (
	insertStaff = database.Register("staff.insert", `
		INSERT INTO staff (org_id, id, login, name, active, created_at, version) VALUES ($1, $2, $3, $4, 1, $5, 1)`)
	updateStaff = database.Register("staff.update", `
		UPDATE staff SET login = $4, name = $5, active = $6, version = version + 1
		WHERE org_id = $1 AND id = $2 AND version = $3`)
	selectStaff = database.Register("staff.select", `
		SELECT id, login, name, active, created_at, version FROM staff WHERE org_id = $1 AND id = $2`)
	selectAfterLogin = database.Register("staff.select_after_login", `
		SELECT id, login, name, active, created_at, version FROM staff WHERE org_id = $1 AND login > $2
		ORDER BY login LIMIT $3`)
	selectByLogin = database.Register("staff.select_by_login",
		`SELECT org_id, id FROM staff WHERE login = $1 AND active = 1 ORDER BY org_id LIMIT $2`)
	selectRoles = database.Register("staff.select_roles", `
		SELECT staff_id, role, merchant_id, store_id FROM staff_role WHERE org_id = $1 AND staff_id = ANY_ID($2)
		ORDER BY staff_id, role, merchant_id, store_id`)
	insertRole = database.Register("staff.insert_role",
		`INSERT INTO staff_role (org_id, staff_id, role, merchant_id, store_id) VALUES ($1, $2, $3, $4, $5)`)
	deleteRoles = database.Register("staff.delete_roles", `DELETE FROM staff_role WHERE org_id = $1 AND staff_id = $2`)
	lockOwners  = database.Register("staff.lock_owners", `
		SELECT id FROM staff WHERE org_id = $1 AND id IN (
			SELECT staff_id FROM staff_role WHERE org_id = $1 AND role = 'owner' AND merchant_id = 0 AND store_id = 0)
		ORDER BY id FOR UPDATE`)
	countOwners = database.Register("staff.count_owners", `
		SELECT COUNT(*) FROM staff WHERE org_id = $1 AND active = 1 AND id IN (
			SELECT staff_id FROM staff_role WHERE org_id = $1 AND role = 'owner' AND merchant_id = 0 AND store_id = 0)`)
)

// Create makes a staff member under an id that the caller made, with the password of which auth.Keeper.Hash made the
// stored form. It returns ErrLoginTaken when a colleague has the login, and id.Unknown when a role's place is not the
// organisation's.
func Create(ctx context.Context, tx *database.Tx, keeper *auth.Keeper, org, actor, member int64, input Input, hash string) error {
	checked, err := check(ctx, tx, org, input)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertStaff, org, member, checked.Login, checked.Name, tx.Micros())
	if database.IsUnique(err) {
		return ErrLoginTaken.At("login").Because(err)
	}
	if err != nil {
		return fmt.Errorf("create staff %s: %w", StaffID.Format(member), err)
	}
	if err := saveRoles(ctx, tx, org, member, checked.Roles); err != nil {
		return err
	}
	if err := keeper.SetPassword(ctx, tx, org, member, hash); err != nil {
		return err
	}
	return journal.Append(ctx, tx, org, journal.Event{Kind: "staff.created", Subject: member, Actor: actor})
}

// CreateOwner makes an owner of the whole organisation, in a transaction of its own: for the command line. It returns
// the new id.
func CreateOwner(ctx context.Context, db *database.DB, keeper *auth.Keeper, org int64, login, name, password string) (int64, error) {
	hash, err := keeper.Hash(ctx, password)
	if err != nil {
		return 0, err
	}
	member := db.NewID()
	err = db.Write(ctx, func(tx *database.Tx) error {
		if _, err := (place.Directory{}).Organisation(ctx, tx, org); err != nil {
			return err
		}
		return Create(ctx, tx, keeper, org, 0, member, Input{Login: login, Name: name, Roles: []Assignment{{Role: Owner}}}, hash)
	})
	return member, err
}

// Change changes a staff member who was read at a version. Who is no longer active, or has other roles than before, is
// signed out. It returns ErrLastOwner when nobody would be left to own the organisation, ErrMoved when the version is
// no longer current, and id.Unknown when there is no such member.
func Change(ctx context.Context, tx *database.Tx, keeper *auth.Keeper, org, actor, member, version int64, input Input, active bool) error {
	before, err := Read(ctx, tx, org, member)
	if err != nil {
		return err
	}
	checked, err := check(ctx, tx, org, input)
	if err != nil {
		return err
	}
	if _, err := database.List(ctx, tx, lockOwners, scanID, org); err != nil {
		return fmt.Errorf("lock the owners: %w", err)
	}
	changed, err := tx.Exec(ctx, updateStaff, org, member, version, checked.Login, checked.Name, database.Bool(active))
	if database.IsUnique(err) {
		return ErrLoginTaken.At("login").Because(err)
	}
	if err != nil {
		return fmt.Errorf("change staff %s: %w", StaffID.Format(member), err)
	}
	if changed == 0 {
		return ErrMoved.New()
	}
	if _, err := tx.Exec(ctx, deleteRoles, org, member); err != nil {
		return fmt.Errorf("change roles of %s: %w", StaffID.Format(member), err)
	}
	if err := saveRoles(ctx, tx, org, member, checked.Roles); err != nil {
		return err
	}
	var owners int64
	if err := tx.QueryRow(ctx, countOwners, org).Scan(&owners); err != nil {
		return fmt.Errorf("count the owners: %w", err)
	}
	if owners == 0 {
		return ErrLastOwner.New()
	}
	if !active || !slices.Equal(before.Roles, checked.Roles) {
		if err := keeper.EndSessions(ctx, tx, org, member); err != nil {
			return err
		}
	}
	return journal.Append(ctx, tx, org, journal.Event{
		Kind: "staff.changed", Subject: member, Actor: actor, Body: map[string]any{"active": active},
	})
}

// ResetPassword gives a staff member another password and ends all sessions.
func ResetPassword(ctx context.Context, tx *database.Tx, keeper *auth.Keeper, org, actor, member int64, hash string) error {
	if _, err := Read(ctx, tx, org, member); err != nil {
		return err
	}
	if err := keeper.SetPassword(ctx, tx, org, member, hash); err != nil {
		return err
	}
	return journal.Append(ctx, tx, org, journal.Event{Kind: "staff.password_changed", Subject: member, Actor: actor})
}

func scanID(row database.Scanner) (int64, error) {
	var found int64
	err := row.Scan(&found)
	return found, err
}

func saveRoles(ctx context.Context, tx *database.Tx, org, member int64, roles []Assignment) error {
	rows := make([][]any, len(roles))
	for i, role := range roles {
		rows[i] = []any{org, member, string(role.Role), role.Merchant, role.Store}
	}
	if _, err := tx.ExecMany(ctx, insertRole, rows); err != nil {
		return fmt.Errorf("save roles of %s: %w", StaffID.Format(member), err)
	}
	return nil
}

// Read reads one staff member, active or not. It returns id.Unknown when there is none.
func Read(ctx context.Context, tx *database.Tx, org, member int64) (Member, error) {
	list, err := database.List(ctx, tx, selectStaff, scanMember, org, member)
	if err != nil {
		return Member{}, fmt.Errorf("read staff %s: %w", StaffID.Format(member), err)
	}
	if len(list) == 0 {
		return Member{}, id.Unknown.New()
	}
	return list[0], fillRoles(ctx, tx, org, list)
}

// List reads at most limit staff members whose login follows the given one.
func List(ctx context.Context, tx *database.Tx, org int64, after string, limit int) ([]Member, error) {
	list, err := database.List(ctx, tx, selectAfterLogin, scanMember, org, after, limit)
	if err != nil {
		return nil, fmt.Errorf("read staff: %w", err)
	}
	return list, fillRoles(ctx, tx, org, list)
}

// maxCandidates is how many organisations' staff may share a login and still sign in.
const maxCandidates = 5

// candidates are those whom a login may mean: logins are unique within an organisation only.
func candidates(ctx context.Context, tx *database.Tx, login string) ([]auth.Candidate, error) {
	return database.List(ctx, tx, selectByLogin, func(row database.Scanner) (auth.Candidate, error) {
		var found auth.Candidate
		err := row.Scan(&found.Org, &found.Subject)
		return found, err
	}, normalLogin(login), maxCandidates)
}

func scanMember(row database.Scanner) (Member, error) {
	var member Member
	var active, created int64
	err := row.Scan(&member.ID, &member.Login, &member.Name, &active, &created, &member.Version)
	member.Active, member.Created = active == 1, time.UnixMicro(created).UTC()
	return member, err
}

func fillRoles(ctx context.Context, tx *database.Tx, org int64, list []Member) error {
	ids := make(database.IDs, len(list))
	byID := map[int64]*Member{}
	for i := range list {
		ids[i] = list[i].ID
		byID[list[i].ID] = &list[i]
	}
	err := tx.Each(ctx, selectRoles, func(row database.Scanner) error {
		var member int64
		var role Assignment
		if err := row.Scan(&member, &role.Role, &role.Merchant, &role.Store); err != nil {
			return err
		}
		byID[member].Roles = append(byID[member].Roles, role)
		return nil
	}, org, ids)
	if err != nil {
		return fmt.Errorf("read roles: %w", err)
	}
	return nil
}

var loginForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]{2,49}$`)

func normalLogin(login string) string { return strings.ToLower(strings.TrimSpace(login)) }

const (
	maxName  = 100
	maxRoles = 50
)

// check makes an input complete: the login in small letters, the roles in order.
func check(ctx context.Context, tx *database.Tx, org int64, input Input) (Input, error) {
	input.Login = normalLogin(input.Login)
	input.Name = strings.TrimSpace(input.Name)
	var errs []error
	if !loginForm.MatchString(input.Login) {
		errs = append(errs, ErrLogin.At("login"))
	}
	if input.Name == "" || utf8.RuneCountInString(input.Name) > maxName || strings.ContainsRune(input.Name, 0) {
		errs = append(errs, ErrName.At("name"))
	}
	if len(input.Roles) == 0 || len(input.Roles) > maxRoles {
		errs = append(errs, ErrRole.At("roles"))
	}
	seen := map[Assignment]bool{}
	for i, role := range input.Roles {
		if seen[role] || !slices.Contains(Roles, role.Role) || role.Merchant != 0 && role.Store != 0 {
			errs = append(errs, ErrRole.At(fmt.Sprintf("roles[%d]", i)))
		}
		seen[role] = true
	}
	if err := fault.Collect(errs...); err != nil {
		return input, err
	}
	for i, role := range input.Roles {
		if err := checkPlace(ctx, tx, org, role); id.Unknown.Has(err) {
			return input, id.Unknown.At(fmt.Sprintf("roles[%d]", i))
		} else if err != nil {
			return input, err
		}
	}
	input.Roles = slices.Clone(input.Roles)
	slices.SortFunc(input.Roles, compare)
	return input, nil
}

func compare(a, b Assignment) int {
	if order := strings.Compare(string(a.Role), string(b.Role)); order != 0 {
		return order
	}
	if a.Merchant != b.Merchant {
		return int(min(1, max(-1, a.Merchant-b.Merchant)))
	}
	return int(min(1, max(-1, a.Store-b.Store)))
}

func checkPlace(ctx context.Context, tx *database.Tx, org int64, role Assignment) error {
	var err error
	switch {
	case role.Merchant != 0:
		_, err = place.Directory{}.Merchant(ctx, tx, org, role.Merchant)
	case role.Store != 0:
		_, err = place.Directory{}.Store(ctx, tx, org, role.Store)
	}
	return err
}

// Subjects tells auth what staff may.
type Subjects struct{}

// Grants are what a staff member may by all roles together. It returns auth.ErrSessionEnded for one who is gone or no
// longer active.
func (Subjects) Grants(ctx context.Context, tx *database.Tx, org, member int64) (auth.Grants, error) {
	found, err := Read(ctx, tx, org, member)
	if id.Unknown.Has(err) || err == nil && !found.Active {
		return nil, auth.ErrSessionEnded.New()
	}
	if err != nil {
		return nil, err
	}
	grants := auth.Grants{}
	for _, role := range found.Roles {
		scope := auth.Scope{All: role.Merchant == 0 && role.Store == 0}
		switch {
		case role.Store != 0:
			scope.Stores = []int64{role.Store}
		case role.Merchant != 0:
			if scope.Stores, err = (place.Directory{}).StoresOfMerchants(ctx, tx, org, []int64{role.Merchant}); err != nil {
				return nil, fmt.Errorf("read the stores of a role: %w", err)
			}
		}
		for _, permission := range permissionsOf[role.Role] {
			grants.Add(permission, scope)
		}
	}
	return grants, nil
}

var selectNames = database.Register("staff.select_names", `SELECT id, name FROM staff WHERE org_id = $1 AND id = ANY_ID($2)`)

// Names are the names of staff by id, of those that there are.
func Names(ctx context.Context, tx *database.Tx, org int64, members []int64) (map[int64]string, error) {
	names := make(map[int64]string, len(members))
	return names, tx.Each(ctx, selectNames, func(row database.Scanner) error {
		var member int64
		var name string
		err := row.Scan(&member, &name)
		names[member] = name
		return err
	}, org, database.IDs(members))
}
