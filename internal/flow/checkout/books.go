package checkout

import (
	"context"
	"strings"
	"time"

	"dangol/internal/capability/catalog"
	"dangol/internal/capability/fleet"
	"dangol/internal/capability/order"
	"dangol/internal/capability/staff"
	"dangol/internal/capability/tender"
	"dangol/internal/core/ledger"
	"dangol/internal/core/place"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/id"
	"dangol/internal/ground/lang"
	"dangol/internal/ground/money"
)

// chart names the kinds of account that orders move between (계정과목). The kind is what a code begins with.
var chart = map[string]lang.Text{
	drawerKind:  {KO: "현금 시재", EN: "Cash in drawer"},
	tenderKind:  {KO: "받은 결제수단", EN: "Tender"},
	revenueKind: {KO: "매출", EN: "Revenue"},
	taxKind:     {KO: "예수 세금", EN: "Tax collected"},
	"stock":     {KO: "재고", EN: "Stock on hand"},
	"sold":      {KO: "판매 수량", EN: "Units sold"},
}

// postingNames name the kinds of posting.
var postingNames = map[string]lang.Text{
	saleKind:     {KO: "판매", EN: "Sale"},
	refundKind:   {KO: "환불", EN: "Refund"},
	exchangeKind: {KO: "교환", EN: "Exchange"},
}

// BooksView is what an order moved.
type BooksView struct {
	OrderID  string        `json:"order_id"`
	Number   string        `json:"number" doc:"Receipt number"`
	Postings []PostingView `json:"postings" doc:"The sale, then its refunds"`
}

// PostingView is a posting: transfers that stand or fall together.
type PostingView struct {
	ID        string         `json:"id" doc:"pst_…"`
	Kind      string         `json:"kind"`
	Name      string         `json:"name" doc:"The kind in the reader's language"`
	At        time.Time      `json:"at"`
	SubjectID string         `json:"subject_id" doc:"The order or the refund"`
	StaffID   string         `json:"staff_id"`
	Transfers []TransferView `json:"transfers"`
}

// TransferView moves an amount from the credit account to the debit account.
type TransferView struct {
	Debit  AccountView `json:"debit"`
	Credit AccountView `json:"credit"`
	Asset  string      `json:"asset" doc:"A currency, or units of a variant"`
	Unit   string      `json:"unit" enum:"money,units"`
	Amount int64       `json:"amount"`
}

// AccountView is an account.
type AccountView struct {
	Code string `json:"code"`
	Name string `json:"name" doc:"In the reader's language"`
}

const postingIDs id.Kind = "pst"

func (s *Service) getBooks(ctx context.Context, input *struct {
	ID string `path:"id" doc:"ord_…"`
},
) (*struct{ Body BooksView }, error) {
	caller := auth.CallerFrom(ctx)
	wanted, err := order.IDs.Parse(input.ID)
	if err != nil {
		return nil, err
	}
	output := &struct{ Body BooksView }{}
	err = s.db.Read(ctx, func(tx *database.Tx) error {
		o, err := order.Read(ctx, tx, caller.Org, wanted)
		if err != nil {
			return err
		}
		if !caller.May(booksPermission, o.Store) {
			return id.Unknown.New()
		}
		output.Body, err = readBooks(ctx, tx, caller.Org, o, httpapi.Language(ctx))
		return err
	})
	return output, err
}

func readBooks(ctx context.Context, tx *database.Tx, org int64, o order.Order, language lang.Tag) (BooksView, error) {
	books := BooksView{OrderID: order.IDs.Format(o.ID), Number: o.Number.String(), Postings: []PostingView{}}
	names := namesOf(o, language)
	type subject struct {
		id    int64
		shown string
	}
	subjects := []subject{{o.ID, books.OrderID}}
	for _, r := range o.Refunds {
		subjects = append(subjects, subject{postedAs(r), order.RefundIDs.Format(r.ID)})
	}
	for _, subject := range subjects {
		postings, err := ledger.Postings(ctx, tx, org, subject.id)
		if err != nil {
			return books, err
		}
		for _, posting := range postings {
			if posting.Rejected != "" {
				continue
			}
			entries, err := ledger.Entries(ctx, tx, org, posting.ID)
			if err != nil {
				return books, err
			}
			books.Postings = append(books.Postings, showPosting(posting, entries, subject.shown, names, language))
		}
	}
	return books, nil
}

// postedAs is the subject of a refund's posting: that of an exchange is about the order that was sold.
func postedAs(r order.Refund) int64 {
	if r.Exchange != 0 {
		return r.Exchange
	}
	return r.ID
}

func showPosting(
	posting ledger.Posting, entries []ledger.Entry, subject string, names accountNames, language lang.Tag,
) PostingView {
	shown := PostingView{
		ID: postingIDs.Format(posting.ID), Kind: posting.Kind, Name: postingNames[posting.Kind].In(language, nil),
		At: posting.At, SubjectID: subject, StaffID: staff.StaffID.Format(posting.Actor), Transfers: []TransferView{},
	}
	for _, entry := range entries {
		unit := "units"
		if money.Currency(entry.Asset).Known() {
			unit = "money"
		}
		shown.Transfers = append(shown.Transfers, TransferView{
			Debit: names.show(entry.Debit), Credit: names.show(entry.Credit), Asset: entry.Asset, Unit: unit, Amount: entry.Amount,
		})
	}
	return shown
}

// accountNames name accounts in one language: by the kind in the chart, and by what the order knows of their owners.
type accountNames struct {
	language lang.Tag
	owners   map[string]string // by the owner's id as it stands in the code
}

func namesOf(o order.Order, language lang.Tag) accountNames {
	names := accountNames{language: language, owners: map[string]string{}}
	for _, one := range o.Tenders {
		names.owners[tender.IDs.Format(one.Definition)] = one.In(language)
	}
	for _, line := range o.Lines {
		name := line.Name
		if language == lang.English && line.NameEN != "" {
			name = line.NameEN
		}
		names.owners[catalog.VariantID.Format(line.Variant)] = strings.TrimSpace(name + " " + line.VariantName)
		for _, part := range line.Parts {
			name = part.Name
			if language == lang.English && part.NameEN != "" {
				name = part.NameEN
			}
			names.owners[catalog.VariantID.Format(part.Variant)] = name
		}
		for _, tax := range line.Amounts.Taxes {
			names.owners[tax.Key] = tax.Name.In(language, nil)
		}
	}
	return names
}

func (n accountNames) show(code string) AccountView {
	parts := strings.Split(code, ":")
	name := code
	if kind, known := chart[parts[0]]; known {
		name = kind.In(n.language, nil)
	}
	for _, part := range parts[1:] {
		if owner, known := n.owners[part]; known {
			name += " · " + owner
		}
	}
	return AccountView{Code: code, Name: name}
}

// DrawerView is a till's drawer.
type DrawerView struct {
	DeviceID string         `json:"device_id"`
	Name     string         `json:"name" doc:"The till's"`
	Balance  int64          `json:"balance" doc:"Cash that should lie in it, by the books"`
	Currency money.Currency `json:"currency"`
}

// maxDrawers bounds how many tills of one store are listed.
const maxDrawers = 200

func (s *Service) getDrawers(ctx context.Context, input *struct {
	StoreID string `query:"store_id" required:"true" doc:"sto_…"`
},
) (*struct{ Body httpapi.List[DrawerView] }, error) {
	caller := auth.CallerFrom(ctx)
	store, err := place.StoreID.Parse(input.StoreID)
	if err != nil {
		return nil, err
	}
	output := &struct{ Body httpapi.List[DrawerView] }{}
	output.Body.Items = []DrawerView{}
	err = s.db.Read(ctx, func(tx *database.Tx) error {
		found, err := place.Directory{}.Store(ctx, tx, caller.Org, store)
		if err != nil {
			return err
		}
		if err := caller.Require(booksPermission, store); err != nil {
			return err
		}
		devices, err := fleet.List(ctx, tx, caller.Org, false, []int64{store}, 0, maxDrawers)
		if err != nil {
			return err
		}
		codes := make([]string, len(devices))
		for i, device := range devices {
			codes[i] = Drawer(device.ID, found.Currency).Code
		}
		balances, err := ledger.Balances(ctx, tx, caller.Org, codes...)
		if err != nil {
			return err
		}
		for i, device := range devices {
			output.Body.Items = append(output.Body.Items, DrawerView{
				DeviceID: fleet.DeviceID.Format(device.ID), Name: device.Name, Balance: balances[codes[i]].Posted,
				Currency: found.Currency,
			})
		}
		return nil
	})
	return output, err
}
