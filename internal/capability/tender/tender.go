// Package tender knows what an organisation is paid with (결제수단): cash, card, and kinds of its own such as gift
// certificates, local currency or a tab. It says what each of them is called and how it behaves. It refuses to know what
// was paid with them: the orders remember that.
package tender

import (
	"strings"
	"unicode/utf8"

	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
)

// IDs is the prefix of definitions' ids.
const IDs id.Kind = "tnd"

// Kind says how the money of a tender moves.
type Kind string

const (
	Cash  Kind = "cash"  // 현금: lies in the drawer, and change comes out of it
	Card  Kind = "card"  // 카드: paid on a terminal, of which a slip is left
	Other Kind = "other" // anything else that the organisation takes
)

// The definitions that every organisation has from its beginning.
const (
	CashID int64 = 1
	CardID int64 = 2
)

// maxDefinitions bounds how many tenders an organisation has, those that it no longer takes included.
const maxDefinitions = 50

// maxName is how long a name may be, in characters: it stands on a button and on 58 mm of paper.
const maxName = 20

// Definition is one tender of an organisation.
type Definition struct {
	ID, Version int64
	Kind        Kind
	Terms
}

// Terms are what an organisation decides about a tender.
type Terms struct {
	Name, NameEN string
	// InDrawer says that what is taken lies in the till's drawer, like a paper voucher, which therefore opens.
	InDrawer bool
	// GivesChange says that more can be handed over than is due; the change is cash from the drawer.
	GivesChange bool
	// CashReceipt says that what is paid with it counts for a cash receipt (현금영수증).
	CashReceipt bool
	// EarnsPoints says that what is paid with it earns points.
	EarnsPoints bool
	// SlipRequired says that the till asks for the slip of the terminal; of cards alone.
	SlipRequired bool
	// Line is the line of closing reports that it is summed up in; empty for one of its own.
	Line string
	// Sort is its place among the others, the smallest first.
	Sort int64
	// Active says that tills take it.
	Active bool
}

var (
	// ErrUnknown is for a tender that the organisation doesn't have.
	ErrUnknown = fault.Define(fault.Invalid, "tender.unknown",
		"모르는 결제수단이에요. 화면을 새로 불러와 주세요.", "There is no such tender. Reload the screen.")
	// ErrInactive is for a tender that the organisation no longer takes. Its value "name" is what it is called.
	ErrInactive = fault.Define(fault.Conflict, "tender.inactive",
		"{name}은(는) 지금 받지 않는 결제수단이에요. 다른 결제수단을 골라 주세요.",
		"{name} is not taken any more. Choose another tender.")
	// ErrName is for a name that is missing or too long.
	ErrName = fault.Define(fault.Invalid, "tender.name",
		"이름을 1~20자로 적어 주세요.", "Give a name of 1 to 20 characters.")
	// ErrNameTaken is for a name that another tender has.
	ErrNameTaken = fault.Define(fault.Conflict, "tender.name_taken",
		"같은 이름의 결제수단이 있어요. 다른 이름을 써 주세요.", "Another tender has this name. Choose another one.")
	// ErrLine is for a line of closing reports whose name is too long.
	ErrLine = fault.Define(fault.Invalid, "tender.line",
		"마감 항목 이름을 20자 안으로 적어 주세요.", "Keep the line's name within 20 characters.")
	// ErrKind is for a second kind of cash, and for a tender that would change its kind.
	ErrKind = fault.Define(fault.Invalid, "tender.kind",
		"현금은 하나뿐이에요. 카드나 기타로 골라 주세요.", "There is only one cash. Choose card or other.")
	// ErrTooMany is for more tenders than an organisation can have. Its value "max" is how many.
	ErrTooMany = fault.Define(fault.Conflict, "tender.too_many",
		"결제수단은 {max}개까지 만들 수 있어요. 쓰지 않는 것을 고쳐서 써 주세요.",
		"There can be {max} tenders. Change one that is not used.")
	// ErrMoved is for a change to a tender that someone else has changed meanwhile.
	ErrMoved = fault.Define(fault.Stale, "tender.moved",
		"그 사이에 다른 곳에서 바뀌었어요. 새로 불러온 뒤 다시 해 주세요.",
		"This was changed elsewhere in the meantime. Reload and try again.")
)

// delivered are the tenders of an organisation that has not changed them. A card is what most customers pay with, so it
// comes first.
func delivered() []Definition {
	return []Definition{
		{ID: CardID, Version: 1, Kind: Card, Terms: Terms{
			Name: "카드", NameEN: "Card", EarnsPoints: true, Sort: 10, Active: true,
		}},
		{ID: CashID, Version: 1, Kind: Cash, Terms: Terms{
			Name: "현금", NameEN: "Cash", InDrawer: true, GivesChange: true, CashReceipt: true, EarnsPoints: true, Sort: 20,
			Active: true,
		}},
	}
}

// check tidies the terms of a tender of a kind, or says what is wrong with them. What follows from the kind is not asked:
// cash lies in the drawer, gives change and counts for a cash receipt; a card does none of these.
func (t Terms) check(kind Kind) (Terms, error) {
	t.Name, t.NameEN, t.Line = strings.TrimSpace(t.Name), strings.TrimSpace(t.NameEN), strings.TrimSpace(t.Line)
	var wrong []error
	if length := utf8.RuneCountInString(t.Name); length == 0 || length > maxName {
		wrong = append(wrong, ErrName.At("name"))
	}
	if utf8.RuneCountInString(t.NameEN) > maxName {
		wrong = append(wrong, ErrName.At("name_en"))
	}
	if utf8.RuneCountInString(t.Line) > maxName {
		wrong = append(wrong, ErrLine.At("line"))
	}
	switch kind {
	case Cash:
		t.InDrawer, t.GivesChange, t.CashReceipt, t.SlipRequired = true, true, true, false
	case Card:
		t.InDrawer, t.GivesChange, t.CashReceipt = false, false, false
	case Other:
		t.SlipRequired = false
	default:
		wrong = append(wrong, ErrKind.At("kind"))
	}
	return t, fault.Collect(wrong...)
}
