// Package checkout sells and refunds: it asks each capability for its piece of a sale and has the ledger commit them as
// one posting, so that stock, money, order and receipt change together or not at all. What a thing costs pricing says,
// what there is to sell the catalogue, what was sold the orders; checkout only puts them together, and proves afterwards
// that they agree.
package checkout

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"dangol/internal/capability/catalog"
	"dangol/internal/capability/fleet"
	"dangol/internal/capability/order"
	"dangol/internal/capability/staff"
	"dangol/internal/capability/stock"
	"dangol/internal/core/ledger"
	"dangol/internal/core/place"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/journal"
)

// Service sells and refunds.
type Service struct {
	db     *database.DB
	ledger ledger.Committer
	keeper *auth.Keeper
	slips  Slips
	turns  turns
}

// New makes the service of one database. The keeper proves who approves.
func New(db *database.DB, committer ledger.Committer, keeper *auth.Keeper) *Service {
	return &Service{db: db, ledger: committer, keeper: keeper}
}

// Slips prints what is printed by itself when something was sold or refunded.
type Slips interface {
	// Rows are written with the receipt, so that what is to be printed is as sure as the sale.
	Rows(ctx context.Context, tx *database.Tx, org, actor int64, receipt order.Receipt) ([]ledger.Insert, []journal.Event, error)
	// Wake says that something may have been committed.
	Wake()
}

// PrintWith has slips printed from now on. It is called before anything is sold.
func (s *Service) PrintWith(slips Slips) { s.slips = slips }

// issue adds a receipt to a posting, under the register's next number, and what is printed with it.
func (s *Service) issue(
	ctx context.Context, tx *database.Tx, seller Seller, receipt order.Receipt, register order.Register, unit *ledger.Unit,
) error {
	insert, err := order.ReceiptInsert(seller.Org, receipt)
	if err != nil {
		return err
	}
	unit.Claims = append(unit.Claims, receipt.Number.Claim())
	unit.Expects = append(unit.Expects, register.Expect())
	unit.Inserts = append(unit.Inserts, insert)
	if s.slips == nil {
		return nil
	}
	rows, events, err := s.slips.Rows(ctx, tx, seller.Org, seller.Staff, receipt)
	if err != nil {
		return fmt.Errorf("lay out what is printed with receipt %s: %w", receipt.Number, err)
	}
	unit.Inserts = append(unit.Inserts, rows...)
	unit.Events = append(unit.Events, events...)
	return nil
}

// Seller is who sells or refunds, and at which till.
type Seller struct {
	Org, Staff, Device, Store int64
}

// The limits of a request, beyond those of pricing.
const maxReason = 200

// The kinds of postings that a checkout makes.
const (
	saleKind     = "sale"
	refundKind   = "refund"
	exchangeKind = "exchange"
)

var (
	// ErrPriceChanged is for a total that is not what the customer was told. Its values are "expected" and "total".
	ErrPriceChanged = fault.Define(fault.Conflict, "checkout.price_changed",
		"그 사이에 가격이 바뀌었어요. 새 금액을 손님에게 알리고 다시 결제해 주세요.",
		"The price has changed in the meantime. Tell the customer the new total and pay again.")
	// ErrOutOfStock is for more units than there are. Its values are "variant_id", "name" and "left".
	ErrOutOfStock = fault.Define(fault.Conflict, "checkout.out_of_stock",
		"{name}의 재고가 {left}개예요. 수량을 줄이거나 빼 주세요.",
		"Only {left} of {name} are left. Lower the quantity or take it off.")
	// ErrGramsShort is for a heavier piece than there is. Its values are those of ErrOutOfStock.
	ErrGramsShort = fault.Define(fault.Conflict, "checkout.grams_short",
		"{name}의 재고가 {left}g이에요. 무게를 줄이거나 빼 주세요.",
		"Only {left} g of {name} are left. Lower the weight or take it off.")
	// ErrPartShort is for a line that takes more units of something from stock than there are. Its values are "variant_id",
	// "part" and "left".
	ErrPartShort = fault.Define(fault.Conflict, "checkout.part_short",
		"{name}에 들어가는 {part}의 재고가 {left}개예요. 수량을 줄이거나 빼 주세요.",
		"Only {left} of {part} are left, which {name} takes. Lower the quantity or take it off.")
	// ErrNotRefundable is for units that are not left to refund. Its value "left" is how many are.
	ErrNotRefundable = fault.Define(fault.Conflict, "checkout.already_refunded",
		"이미 환불한 항목이에요. 지금 환불할 수 있는 수량은 {left}개예요.",
		"This was refunded already. {left} can still be refunded.")
	// ErrOtherStore is for a refund at a till of another store than the order's.
	ErrOtherStore = fault.Define(fault.Conflict, "checkout.other_store",
		"다른 매장에서 판 주문이에요. 판매한 매장에서 환불해 주세요.",
		"This order was sold in another store. Refund it there.")
	// ErrSoldAt is for a time of sale that lies in the future, or too far in the past.
	ErrSoldAt = fault.Define(fault.Invalid, "checkout.sold_at",
		"판매 시각이 올바르지 않아요. 기기의 시계를 확인해 주세요.",
		"The time of the sale is not possible. Check the device's clock.")
	// ErrCurrency is for a request in another currency than the store's, which is its value "currency".
	ErrCurrency = fault.Define(fault.Invalid, "checkout.currency",
		"이 매장은 {currency}로 팔아요. 통화를 바꿔 주세요.", "This store sells in {currency}. Change the currency.")
	// ErrAllOrLines is for a refund of neither all nor some lines, or of both.
	ErrAllOrLines = fault.Define(fault.Invalid, "checkout.all_or_lines",
		"전부 환불하거나, 환불할 항목을 골라 주세요.", "Refund everything, or choose the lines to refund.")
	// ErrReason is for a reason that is too long; its value "max" is how many characters it may have.
	ErrReason = fault.Define(fault.Invalid, "checkout.reason",
		"사유를 {max}자 안으로 적어 주세요.", "Keep the reason within {max} characters.")
)

// decide has the ledger decide and commit, and gives a till that never issued a receipt its register first.
func (s *Service) decide(
	ctx context.Context, seller Seller, key string, request []byte, plan func(ledger.View) (ledger.Unit, error),
) (ledger.Outcome, error) {
	done, err := s.turns.take(ctx, seller.Device)
	if err != nil {
		return ledger.Outcome{}, fmt.Errorf("wait for the till's turn: %w", err)
	}
	defer done()
	if s.slips != nil {
		defer s.slips.Wake()
	}
	outcome, err := s.ledger.Decide(ctx, seller.Org, key, request, plan)
	if !errors.Is(err, errNoRegister) {
		return outcome, err
	}
	if err := order.OpenRegister(ctx, s.db, seller.Org, seller.Device, seller.Store); err != nil {
		return outcome, err
	}
	return s.ledger.Decide(ctx, seller.Org, key, request, plan)
}

// readLetterhead gathers what every receipt of the till says at a time.
func readLetterhead(ctx context.Context, tx *database.Tx, seller Seller, at time.Time) (letterhead, error) {
	var head letterhead
	var err error
	if head.site, err = readSite(ctx, tx, seller.Org, seller.Store, at); err != nil {
		return head, err
	}
	till, err := fleet.Read(ctx, tx, seller.Org, seller.Device)
	if err != nil {
		return head, err
	}
	if till.State() != "paired" || till.Kind != fleet.Till {
		return head, auth.ErrUnpaired.New()
	}
	cashier, err := staff.Read(ctx, tx, seller.Org, seller.Staff)
	if err != nil {
		return head, err
	}
	head.till, head.code, head.generation, head.cashier = till.Name, till.RegisterCode, till.Generation, cashier.Name
	return head, nil
}

// explain says which variant is short, by what it is called. Other errors stay as they are.
func (s *Service) explain(ctx context.Context, seller Seller, lines []LineWanted, err error) error {
	found := fault.As(err)
	if found == nil || !ledger.ErrShort.Has(err) {
		return err
	}
	account, _ := found.Values["account"].(string)
	_, variant, is := stock.ParseOnHand(account)
	if !is {
		return err
	}
	var wares []catalog.Resolved
	reading := s.db.Read(ctx, func(tx *database.Tx) error {
		store, err := place.Directory{}.Store(ctx, tx, seller.Org, seller.Store)
		if err != nil {
			return err
		}
		wares, err = resolve(ctx, tx, seller.Org, store, lines)
		return err
	})
	switch {
	case fault.As(reading) != nil: // it is not sold any more: what was short then is said without its name
		return stock.Short(err)
	case reading != nil:
		return fmt.Errorf("name the variant that is short: %w", reading)
	}
	values := fault.Values{"variant_id": catalog.VariantID.Format(variant), "left": found.Values["left"]}
	for at, ware := range wares {
		values["name"] = strings.TrimSpace(ware.Name + " " + ware.VariantName)
		path := fmt.Sprintf("lines[%d].quantity", at)
		if ware.Tracked && ware.Variant == variant && ware.SoldBy == catalog.SoldByWeight {
			return ErrGramsShort.At(fmt.Sprintf("lines[%d].grams", at), values)
		}
		if ware.Tracked && ware.Variant == variant {
			return ErrOutOfStock.At(path, values)
		}
		for _, part := range ware.Parts {
			if part.Variant == variant {
				values["part"] = part.Name
				return ErrPartShort.At(path, values)
			}
		}
	}
	return stock.Short(err)
}
