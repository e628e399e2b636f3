package staff

import (
	"fmt"
	"slices"
	"strings"

	"dangol/internal/ground/auth"
)

// Role is what someone does in the organisation.
type Role string

const (
	Owner   Role = "owner"   // 점주: everything
	Manager Role = "manager" // 매니저: everything in the stores, not who works there
	Cashier Role = "cashier" // 캐셔: sells and refunds
	Support Role = "support" // 상담: sees what happened, changes nothing
	Auditor Role = "auditor" // 감사: sees what happened and the books, changes nothing
)

// Roles are all roles, from the one that may most.
var Roles = []Role{Owner, Manager, Cashier, Support, Auditor}

// permissions says who may what. It is the one place where this is said; docs/roles.md is printed from it.
var permissions = []struct {
	Permission auth.Permission
	Means      string
	Roles      []Role
}{
	{"sale.make", "Quote and check out", []Role{Owner, Manager, Cashier}},
	{"sale.refund", "Refund", []Role{Owner, Manager, Cashier}},
	{"shift.work", "Open and close the till's shift, move cash, see its X and Z report", []Role{Owner, Manager, Cashier}},
	{"shift.read", "Read the closings of all tills", []Role{Owner, Manager, Auditor}},
	{"shift.close", "Close the shift of another till", []Role{Owner, Manager}},
	{"day.open", "Open and close the business day", []Role{Owner, Manager, Cashier}},
	{"discount.read", "Read the discounts and who may give how much", []Role{Owner, Manager, Cashier, Support, Auditor}},
	{"discount.write", "Define discounts, approve those that need it", []Role{Owner, Manager}},
	{"discount.limit", "Set how much each role may take off by itself", []Role{Owner}},
	{"order.read", "Read orders and receipts", []Role{Owner, Manager, Cashier, Support, Auditor}},
	{"catalog.read", "Read the menu and the catalogue", []Role{Owner, Manager, Cashier, Support, Auditor}},
	{"catalog.sold_out", "Say what is sold out in a store", []Role{Owner, Manager, Cashier}},
	{"catalog.write", "Change the catalogue", []Role{Owner, Manager}},
	{"catalog.import", "Import a catalogue", []Role{Owner, Manager}},
	{"stock.read", "Read stock and its movements", []Role{Owner, Manager, Support, Auditor}},
	{"stock.count", "Count stock without seeing what the books have", []Role{Owner, Manager, Cashier}},
	{"stock.write", "Receive, adjust, move and waste stock, post counts", []Role{Owner, Manager}},
	{"stock.setup", "Set up locations and minimums of stock", []Role{Owner, Manager}},
	{"books.read", "Read the books, drawers and reports", []Role{Owner, Manager, Auditor}},
	{"place.read", "Read merchants and stores", []Role{Owner, Manager, Cashier, Support, Auditor}},
	{"place.write", "Change merchants and stores", []Role{Owner}},
	{"tender.read", "Read what the organisation is paid with", []Role{Owner, Manager, Cashier, Support, Auditor}},
	{"tender.write", "Change what the organisation is paid with", []Role{Owner}},
	{"staff.read", "Read who works here", []Role{Owner, Auditor}},
	{"staff.write", "Change who works here", []Role{Owner}},
	{"device.read", "Read devices", []Role{Owner, Manager, Support, Auditor}},
	{"device.write", "Add, pair and revoke devices", []Role{Owner, Manager}},
	{"print.read", "Read printers and print jobs", []Role{Owner, Manager, Cashier, Support, Auditor}},
	{"print.make", "Print receipts, decide about jobs", []Role{Owner, Manager, Cashier}},
	{"print.setup", "Add, change and remove printers", []Role{Owner, Manager}},
}

var permissionsOf = func() map[Role][]auth.Permission {
	by := map[Role][]auth.Permission{}
	for _, row := range permissions {
		for _, role := range row.Roles {
			by[role] = append(by[role], row.Permission)
		}
	}
	return by
}()

// TillPermissions are what someone may at a till to which they switched by PIN, of all that their roles allow: what a
// cashier may. A PIN is short, and seen over the shoulder, so it opens no more.
func TillPermissions() []auth.Permission { return permissionsOf[Cashier] }

// Permissions are all permissions that a role can have.
func Permissions() []auth.Permission {
	all := make([]auth.Permission, len(permissions))
	for i, row := range permissions {
		all[i] = row.Permission
	}
	return all
}

// Grants says whether the role has the permission, where the role holds.
func (r Role) Grants(permission auth.Permission) bool {
	return slices.Contains(permissionsOf[r], permission)
}

// Table is the page about roles, as docs/roles.md has it.
func Table() string {
	var page strings.Builder
	page.WriteString("# Who may do what\n\n" +
		"Printed from `internal/capability/staff/role.go`: change it there, then run `go test ./internal/capability/staff -update`.\n\n" +
		"A role holds in one store, in all stores of one merchant, or in the whole organisation. Someone with several roles\n" +
		"may what any of them allows, each where it holds. Selling and refunding also need a paired till.\n\n" +
		"Support and auditor read: each operation that changes something refuses them, but for those that ask for no\n" +
		"permission, such as about one's own password and session, or about what the guest's display shows.\n\n" +
		"| permission | means |")
	for _, role := range Roles {
		fmt.Fprintf(&page, " %s |", role)
	}
	page.WriteString("\n| --- | --- |" + strings.Repeat(" :-: |", len(Roles)) + "\n")
	for _, row := range permissions {
		fmt.Fprintf(&page, "| `%s` | %s |", row.Permission, row.Means)
		for _, role := range Roles {
			if slices.Contains(row.Roles, role) {
				page.WriteString(" yes |")
			} else {
				page.WriteString(" – |")
			}
		}
		page.WriteString("\n")
	}
	return page.String()
}
