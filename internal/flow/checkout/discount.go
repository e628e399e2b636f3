package checkout

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"dangol/internal/capability/discount"
	"dangol/internal/capability/staff"
	"dangol/internal/core/ledger"
	"dangol/internal/core/pricing"
	"dangol/internal/ground/auth"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
	"dangol/internal/ground/lang"
)

// DiscountWanted asks for a discount: one that the organisation has named, or a free one, which has a percentage or an
// amount and the reason why it is given.
type DiscountWanted struct {
	Defined    int64  `json:"defined,omitempty"`
	PercentPPM int64  `json:"percent_ppm,omitempty"`
	Amount     int64  `json:"amount,omitempty"`
	Name       string `json:"name,omitempty"`
}

// freeKey marks a discount that nobody has named beforehand.
const freeKey = "free"

const maxDiscountName = 50

// million is the whole, in parts per million.
const million = 1_000_000

var (
	// ErrDiscountName is for a free discount without a reason, or with one that is too long.
	ErrDiscountName = fault.Define(fault.Invalid, "checkout.discount_name",
		"할인하는 이유를 1~50자로 적어 주세요.", "Say why the discount is given, in 1 to 50 characters.")
	// ErrApproval is for discounts above what who sells may give. Its value "limit" is that share of a price in percent.
	ErrApproval = fault.Define(fault.Conflict, "checkout.discount_approval",
		"이 할인은 승인이 필요해요. 혼자 할 수 있는 할인은 {limit}%까지예요. 점주나 매니저에게 승인을 받아 주세요.",
		"This discount needs approval: you may give {limit} % by yourself. Ask the owner or a manager to approve it.")
	// ErrApprovalVoid is for an approval that is not for this order at this till, or whose time is over.
	ErrApprovalVoid = fault.Define(fault.Conflict, "checkout.approval_void",
		"승인한 뒤에 주문이 바뀌었거나 시간이 지났어요. 다시 승인을 받아 주세요.",
		"The order changed after it was approved, or it took too long. Have it approved again.")
	// ErrApprover is for someone who may not take off so much either. Its value "limit" is what they may, in percent.
	ErrApprover = fault.Define(fault.Conflict, "checkout.approver_limit",
		"이 직원은 {limit}%까지만 할인할 수 있어요. 더 많이 할인할 수 있는 사람이 승인해 주세요.",
		"This person may give {limit} % only. Someone who may give more has to approve it.")
)

// offers are the discounts of a basket as pricing takes them.
type offers struct {
	order []pricing.Discount
	lines [][]pricing.Discount
	// marked says that one of them has to be approved whatever it comes to.
	marked bool
}

// readOffers looks up what the organisation has named.
func readOffers(ctx context.Context, tx *database.Tx, org int64, site site, basket Basket) (offers, error) {
	all := basket.Discounts
	for _, line := range basket.Lines {
		all = slices.Concat(all, line.Discounts)
	}
	found := offers{lines: make([][]pricing.Discount, len(basket.Lines))}
	if len(all) == 0 {
		return found, nil
	}
	var named []discount.Discount
	if slices.ContainsFunc(all, func(one DiscountWanted) bool { return one.Defined != 0 }) {
		var err error
		if named, err = discount.List(ctx, tx, org); err != nil {
			return found, err
		}
	}
	var errs []error
	take := func(path string, wanted []DiscountWanted) []pricing.Discount {
		var taken []pricing.Discount
		for i, one := range wanted {
			priced, marked, err := one.priced(fmt.Sprintf("%s[%d]", path, i), named, site)
			errs = append(errs, err)
			found.marked = found.marked || marked
			taken = append(taken, priced)
		}
		return taken
	}
	found.order = take("discounts", basket.Discounts)
	for i, line := range basket.Lines {
		found.lines[i] = take(fmt.Sprintf("lines[%d].discounts", i), line.Discounts)
	}
	return found, fault.Collect(errs...)
}

// priced is the discount as pricing takes it, and whether it has to be approved each time.
func (d DiscountWanted) priced(path string, named []discount.Discount, site site) (pricing.Discount, bool, error) {
	if d.Defined == 0 {
		name := strings.TrimSpace(d.Name)
		if name == "" || utf8.RuneCountInString(name) > maxDiscountName || strings.ContainsRune(name, 0) {
			return pricing.Discount{}, false, ErrDiscountName.At(path + ".name")
		}
		return pricing.Discount{
			Key: freeKey, Name: lang.Text{KO: name, EN: name}, PercentPPM: d.PercentPPM, Amount: d.Amount,
		}, false, nil
	}
	at := slices.IndexFunc(named, func(one discount.Discount) bool { return one.ID == d.Defined })
	if at < 0 || !named[at].Active || named[at].Currency != "" && named[at].Currency != site.Currency {
		return pricing.Discount{}, false, discount.ErrUnknown.At(path + ".discount_id")
	}
	return named[at].Priced(), named[at].Approval, nil
}

// authority is how far someone's word goes in a store when it comes to discounts.
type authority struct {
	limit int64 // the share of a price that they may take off freely, in parts per million
	names bool  // they define discounts, so they may say yes to one that has to be approved
}

func readAuthority(ctx context.Context, tx *database.Tx, org, member int64, site site) (authority, error) {
	limits, err := discount.ReadLimits(ctx, tx, org)
	if err != nil {
		return authority{}, err
	}
	found, err := staff.Read(ctx, tx, org, member)
	if err != nil {
		return authority{}, err
	}
	var held authority
	for _, role := range found.RolesIn(site.Merchant.ID, site.ID) {
		held.limit = max(held.limit, limits.Of(string(role)))
		held.names = held.names || role.Grants(definePermission)
	}
	return held, nil
}

// definePermission is held by those who define discounts.
const definePermission auth.Permission = "discount.write"

// needs is what has to be allowed for a quote.
type needs struct {
	limit  int64 // the smallest share of the prices that covers what is taken off freely, in parts per million
	marked bool
}

// needed says what a quote asks of who gives its discounts: of each line, and of all of them together, no more may be
// taken off than their share. What the organisation has named counts only when it is marked.
func needed(quoted pricing.Quoted, marked bool) needs {
	var off, gross, most int64
	for _, line := range quoted.Lines {
		var own int64
		for _, taken := range line.Shares {
			if taken.Key != freeKey {
				continue
			}
			off += taken.Amount
			if taken.Kind == pricing.LineDiscount {
				own += taken.Amount
			}
		}
		most = max(most, leastLimit(own, line.Gross, 1))
		gross += line.Gross
	}
	return needs{limit: max(most, leastLimit(off, gross, int64(len(quoted.Lines)))), marked: marked}
}

// leastLimit is the smallest share under which an amount may be taken off a price. A percentage comes to whole minor
// units and may be rounded up, by less than one for each line: so much is slack.
func leastLimit(off, gross, slack int64) int64 {
	if off <= 0 || gross <= 0 {
		return 0
	}
	if off <= slack {
		return 1
	}
	// Both are money, so the product stays far inside of 2⁶³ only for what a shop sells; beyond, the whole is needed.
	if off > (1<<62)/million {
		return million
	}
	return min(million, (off-slack)*million/gross+1)
}

func (n needs) allowed(by authority) bool { return n.limit <= by.limit && (!n.marked || by.names) }

// percent writes a share of a price for people: 12.5.
func percent(ppm int64) string {
	whole := fmt.Sprintf("%d.%04d", ppm/10_000, ppm%10_000)
	return strings.TrimSuffix(strings.TrimRight(whole, "0"), ".")
}

// approved says who allowed the discounts of a sale, when who sells could not; the claim makes it good for one sale.
type approved struct {
	by    int64
	name  string
	claim []ledger.Claim
}

// approve checks that the discounts of a quote are allowed: by who sells, or by an approval.
func approve(ctx context.Context, tx *database.Tx, seller Seller, priced priced, approval int64) (approved, error) {
	if priced.needs == (needs{}) {
		return approved{}, nil
	}
	own, err := readAuthority(ctx, tx, seller.Org, seller.Staff, priced.site)
	if err != nil || priced.needs.allowed(own) {
		return approved{}, err
	}
	if approval == 0 {
		return approved{}, ErrApproval.At("discounts", fault.Values{"limit": percent(own.limit)})
	}
	found, err := discount.ReadApproval(ctx, tx, seller.Org, approval)
	if err != nil {
		if id.Unknown.Has(err) {
			err = ErrApprovalVoid.At("approval_id")
		}
		return approved{}, err
	}
	if found.Device != seller.Device || found.Quote != hash(priced.quoted) || tx.Now().After(found.Expires) {
		return approved{}, ErrApprovalVoid.At("approval_id")
	}
	approver, err := staff.Read(ctx, tx, seller.Org, found.ApprovedBy)
	return approved{by: found.ApprovedBy, name: approver.Name, claim: []ledger.Claim{found.Claim()}}, err
}

// Approve says yes to the discounts of a basket at the seller's till, in the name of someone else, who has proved who
// they are. The approval is for this basket alone, once, within a quarter of an hour. The error ErrApprover means that
// they may not take off so much either.
func (s *Service) Approve(ctx context.Context, seller Seller, approver int64, basket Basket) (discount.Approval, error) {
	approval := discount.Approval{ID: s.db.NewID(), Device: seller.Device, AskedBy: seller.Staff, ApprovedBy: approver}
	err := s.db.Write(ctx, func(tx *database.Tx) error {
		priced, err := s.price(ctx, tx, seller.Org, seller.Store, basket)
		if err != nil {
			return err
		}
		held, err := readAuthority(ctx, tx, seller.Org, approver, priced.site)
		if err != nil {
			return err
		}
		if !priced.needs.allowed(held) {
			return ErrApprover.New(fault.Values{"limit": percent(held.limit)})
		}
		approval.Quote = hash(priced.quoted)
		return discount.Approve(ctx, tx, seller.Org, approval)
	})
	return approval, err
}
