package app_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"dangol/internal/app"
	"dangol/internal/capability/staff"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/database/databasetest"
	"dangol/internal/ground/httpapi/httpapitest"
	"dangol/internal/ground/journal"
)

// ofThemselves are the operations that change something and ask for no permission of a role, each with the reason why
// those who only read may call it.
var ofThemselves = map[string]string{
	"sign-in":         "opens a session of their own",
	"sign-out":        "ends it",
	"end-session":     "ends another one of their own",
	"change-password": "is about their own password",
	"switch-staff":    "opens a session of whoever has the PIN, at a till",
	"pair-device":     "is for whoever has the code, which only device.write makes",
	"show-on-display": "is the till's, whoever stands at it, and is kept nowhere but on the display",
	"type-phone":      "is the guest's, at the till's display",
}

func TestWhoOnlyReadsChangesNothing(t *testing.T) {
	t.Parallel()
	for _, dialect := range databasetest.Dialects {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			opened := open(t, databasetest.Target(t, dialect))
			b := found(t, opened, "owner")
			operations, err := httpapitest.Operations(opened.Spec())
			if err != nil {
				t.Fatal(err)
			}
			named := maps.Clone(ofThemselves)
			for _, operation := range operations {
				if operation.Writes {
					delete(named, operation.ID)
				}
			}
			if len(named) > 0 {
				t.Errorf("excused, though nothing is changed by them: %v", named)
			}
			for _, role := range []staff.Role{staff.Support, staff.Auditor} {
				reader := b.reader(t, opened, role)
				before := lastEvent(t, opened)
				for _, operation := range operations {
					if !operation.Writes || ofThemselves[operation.ID] != "" {
						continue
					}
					path := strings.NewReplacer("{id}", "none", "{", "", "}", "").Replace(operation.Path)
					answer := reader.Do(operation.Method, path, nil, "Idempotency-Key", "reader", "If-Match", "1")
					if answer.Status != http.StatusForbidden {
						t.Errorf("%s as %s: answered %d, not 403: %s", operation.ID, role, answer.Status, answer.Body)
					}
				}
				if after := lastEvent(t, opened); after != before {
					t.Errorf("what %s was refused left %d events in the journal", role, after-before)
				}
			}
		})
	}
}

// reader signs someone in who has one role everywhere, at a till that is paired: there nothing is refused for want of a
// device.
func (b *brand) reader(t testing.TB, opened *app.App, role staff.Role) *httpapitest.Client {
	t.Helper()
	login := "reads-" + string(role)
	body := staffBody(login, "")
	body["roles"] = []any{object{"role": role}}
	b.owner.Do("POST", "/v1/staff", body).Want(t, 201)
	client := signIn(t, opened, login)
	client.SetCookie(http.Cookie{Name: auth.DeviceCookieName, Value: b.till.Cookie(auth.DeviceCookieName)})
	return client
}

// lastEvent is the number of the journal's last event.
func lastEvent(t testing.TB, opened *app.App) int64 {
	t.Helper()
	org, err := opened.OnlyOrganisation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var heads map[int64]int64
	err = opened.DB.Read(t.Context(), func(tx *database.Tx) error {
		heads, err = journal.Heads(t.Context(), tx, []int64{org})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return heads[org]
}
