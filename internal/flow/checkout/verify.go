package checkout

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"dangol/internal/capability/fleet"
	"dangol/internal/capability/order"
	"dangol/internal/capability/stock"
	"dangol/internal/core/ledger"
	"dangol/internal/core/pricing"
	"dangol/internal/ground/database"
)

// checkPage is how many orders, postings or claims are looked at together.
const checkPage = 500

// Checks prove that orders, refunds and receipts agree with the ledger, both ways.
func Checks() []ledger.Check {
	return []ledger.Check{
		{Name: "checkout.orders", Run: checkOrders},
		{Name: "checkout.postings", Run: checkPostings},
		{Name: "checkout.receipts", Run: checkReceiptClaims},
		{Name: "checkout.registers", Run: checkRegisters},
		{Name: "checkout.tenders", Run: checkTenderAccounts},
		{Name: "checkout.slips", Run: checkStraySlips},
	}
}

// finding reports what is wrong with one order or refund.
type finding struct {
	report  func(ledger.Difference)
	subject string
	posting int64
}

func (f finding) say(format string, values ...any) {
	f.report(ledger.Difference{Subject: f.subject, Posting: f.posting, Detail: fmt.Sprintf(format, values...)})
}

// same reports a figure that is not what it should be.
func (f finding) same(what string, got, want int64) {
	if got != want {
		f.say("%s is %d, it should be %d", what, got, want)
	}
}

// checkOrders recomputes every order from its lines, tenders, refunds, receipts and transfers.
func checkOrders(ctx context.Context, tx *database.Tx, org int64, found func(ledger.Difference)) error {
	for after := int64(0); ; {
		orders, err := order.After(ctx, tx, org, after, checkPage)
		if err != nil || len(orders) == 0 {
			return err
		}
		after = orders[len(orders)-1].ID
		if err := checkOrderPage(ctx, tx, org, orders, found); err != nil {
			return err
		}
	}
}

func checkOrderPage(
	ctx context.Context, tx *database.Tx, org int64, orders []order.Order, found func(ledger.Difference),
) error {
	var ids, postings []int64
	for _, o := range orders {
		ids = append(ids, o.ID)
		postings = append(postings, o.Posting)
		for _, r := range o.Refunds {
			postings = append(postings, r.Posting)
		}
	}
	entries, err := ledger.Entries(ctx, tx, org, postings...)
	if err != nil {
		return err
	}
	moved := map[int64]netting{}
	for _, entry := range entries {
		if moved[entry.Posting] == nil {
			moved[entry.Posting] = netting{}
		}
		moved[entry.Posting].add(entry.DebitOf, entry.Amount)
		moved[entry.Posting].add(entry.CreditOf, -entry.Amount)
	}
	receipts, err := order.Receipts(ctx, tx, org, ids...)
	if err != nil {
		return err
	}
	of := map[int64][]order.Receipt{}
	for _, receipt := range receipts {
		of[receipt.Order] = append(of[receipt.Order], receipt)
	}
	others, err := exchanges(ctx, tx, org, orders)
	if err != nil {
		return err
	}
	for _, o := range orders {
		sale := finding{report: found, subject: order.IDs.Format(o.ID), posting: o.Posting}
		checkAmounts(sale, o)
		checkTenders(sale, o)
		back := checkExchange(sale, o, others)
		sale.transfers(saleNetting(o, back), moved[o.Posting])
		checkStatus(sale, o)
		for _, r := range o.Refunds {
			refund := finding{report: found, subject: order.RefundIDs.Format(r.ID), posting: r.Posting}
			checkRefund(refund, o, r)
			if r.Exchange != 0 {
				checkExchanged(refund, r, others) // its transfers are those of the order that was sold
				continue
			}
			refund.transfers(refundNetting(o, r), moved[r.Posting])
		}
		checkDocuments(sale, o, back, of[o.ID])
		checkSlips(sale, o)
		checkCashReceipts(sale, o)
	}
	return nil
}

// netting is what a posting moves, by account: debits less credits.
type netting map[string]int64

func (n netting) add(account string, amount int64) {
	if n[account] += amount; n[account] == 0 {
		delete(n, account)
	}
}

// transfers compares what the rows say should have been moved with what was.
func (f finding) transfers(want, got netting) {
	accounts := maps.Clone(want)
	maps.Copy(accounts, got)
	for _, account := range slices.Sorted(maps.Keys(accounts)) {
		if want[account] != got[account] {
			f.report(ledger.Difference{
				Subject: f.subject, Posting: f.posting, Account: account,
				Detail: fmt.Sprintf("the transfers move %d (debits less credits), the rows say %d", got[account], want[account]),
			})
		}
	}
}

// money adds what an order or refund earns, and what pays it, each on its side.
func (n netting) money(o order.Order, amounts pricing.Amounts, sign int64) {
	n.add(revenue(o.Store, o.Currency).Code, -sign*(amounts.Total-amounts.Tax))
	for _, tax := range amounts.Taxes {
		n.add(taxOwed(o.Merchant, tax.Key, o.Currency).Code, -sign*tax.Amount)
	}
}

func (n netting) units(store int64, moved units, sign int64) {
	for _, one := range moved {
		n.add(stock.Sold(store, one.Variant).Code, sign*one.Quantity)
		n.add(stock.OnHand(store, one.Variant).Code, -sign*one.Quantity)
	}
}

// saleNetting is what an order moves, in an exchange with what comes back for it.
func saleNetting(o order.Order, back *returned) netting {
	n := netting{}
	if back != nil {
		n = refundNetting(back.order, back.refund)
	}
	for _, one := range o.Tenders {
		account := tenderAccount(one.Means, o.Store, o.Device, o.Currency).Code
		n.add(account, one.Applied+one.Change)
		n.add(Drawer(o.Device, o.Currency).Code, -one.Change)
	}
	n.money(o, o.Amounts, 1)
	n.units(o.Store, soldUnits(o), 1)
	return n
}

func refundNetting(o order.Order, r order.Refund) netting {
	n := netting{}
	for _, one := range r.Tenders {
		n.add(tenderAccount(one.Means, r.Store, r.Device, o.Currency).Code, -one.Amount)
	}
	n.money(o, r.Amounts, -1)
	n.units(r.Store, returnedUnits(o, r), -1)
	return n
}

// checkAmounts adds the lines up.
func checkAmounts(f finding, o order.Order) {
	var sum pricing.Amounts
	for _, line := range o.Lines {
		name := fmt.Sprintf("line %d: ", line.Position)
		f.same(name+"gross", line.Amounts.Gross, line.UnitPrice*line.Quantity)
		var discount int64
		for _, share := range line.Discounts {
			discount += share.Amount
		}
		f.same(name+"discount", line.Amounts.Discount, discount)
		price := line.ListPrice
		if line.Grams != 0 {
			price = f.weighed(name, line)
		}
		for _, option := range line.Options {
			price += option.PriceDelta * option.Quantity
		}
		f.same(name+"unit price", line.UnitPrice, price)
		checkParts(f, name, line.Amounts, o.TaxMode)
		addAmounts(&sum, line.Amounts)
	}
	f.sameAmounts("the order's", o.Amounts, sum)
}

// weighed is what the piece of a line comes to by its weight.
func (f finding) weighed(name string, line order.Line) int64 {
	if line.Grams < 0 || line.Quantity != 1 {
		f.say("%s%d pieces of %d g, it should be one piece that was weighed", name, line.Quantity, line.Grams)
	}
	price, err := pricing.Weigh(line.ListPrice, line.Grams)
	if err != nil {
		f.say("%s%d g at %d a kilogram can't be counted", name, line.Grams, line.ListPrice)
	}
	return price
}

// checkParts proves the sums that pricing.Amounts promises.
func checkParts(f finding, name string, a pricing.Amounts, mode pricing.TaxMode) {
	f.same(name+"net", a.Net, a.Gross-a.Discount)
	f.same(name+"total", a.Total, a.Supply+a.TaxIncluded+a.Exempt+a.ZeroRated+a.Tax)
	var tax int64
	for _, one := range a.Taxes {
		tax += one.Amount
	}
	f.same(name+"tax", a.Tax, tax)
	if mode == pricing.Exclusive {
		f.same(name+"total with tax added", a.Total, a.Net+a.Tax)
	} else {
		f.same(name+"total with tax in it", a.Total, a.Net)
	}
}

func addAmounts(sum *pricing.Amounts, a pricing.Amounts) {
	sum.Gross += a.Gross
	sum.Discount += a.Discount
	sum.Net += a.Net
	sum.Supply += a.Supply
	sum.TaxIncluded += a.TaxIncluded
	sum.Exempt += a.Exempt
	sum.ZeroRated += a.ZeroRated
	sum.Tax += a.Tax
	sum.Total += a.Total
}

func (f finding) sameAmounts(whose string, got, want pricing.Amounts) {
	for _, one := range []struct {
		name      string
		got, want int64
	}{
		{"gross", got.Gross, want.Gross},
		{"discount", got.Discount, want.Discount},
		{"net", got.Net, want.Net},
		{"supply", got.Supply, want.Supply},
		{"tax included", got.TaxIncluded, want.TaxIncluded},
		{"exempt", got.Exempt, want.Exempt},
		{"zero rated", got.ZeroRated, want.ZeroRated},
		{"tax", got.Tax, want.Tax},
		{"total", got.Total, want.Total},
	} {
		f.same(whose+" "+one.name, one.got, one.want)
	}
}

func checkTenders(f finding, o order.Order) {
	var applied, change int64
	for _, tender := range o.Tenders {
		applied += tender.Applied
		change += tender.Change
	}
	f.same("what the tenders pay", applied, o.Amounts.Total)
	f.same("the change", o.Change, change)
	for _, left := range o.Left() {
		if left.Amount < 0 {
			f.say("tender %d gave back %d more than it paid", left.Tender, -left.Amount)
		}
	}
}

// checkStatus compares an order's state with its refunds.
func checkStatus(f finding, o order.Order) {
	var refunded, left int64
	for _, r := range o.Refunds {
		refunded += r.Amounts.Total
	}
	f.same("what was refunded", o.Refunded, refunded)
	for _, line := range o.Lines {
		left += line.Left()
		if line.Left() < 0 {
			f.say("line %d: %d of %d units were refunded", line.Position, line.Returned, line.Quantity)
		}
	}
	want := order.PartlyRefunded
	switch {
	case len(o.Refunds) == 0:
		want = order.Paid
	case left == 0:
		want = order.Refunded
	}
	if o.Status != want {
		f.say("its status is %q, its refunds say %q", o.Status, want)
	}
}

// checkRefund adds a refund's lines and tenders up.
func checkRefund(f finding, o order.Order, r order.Refund) {
	var sum pricing.Amounts
	for _, line := range r.Lines {
		checkParts(f, fmt.Sprintf("line %d: ", line.Line), line.Amounts, o.TaxMode)
		addAmounts(&sum, line.Amounts)
	}
	f.sameAmounts("the refund's", r.Amounts, sum)
	var paid int64
	for _, tender := range r.Tenders {
		paid += tender.Amount
		if tender.Carried < 0 || tender.PaidBack() < 0 || tender.Carried != 0 && r.Exchange == 0 {
			f.say("tender %d carried over %d of %d", tender.Position, tender.Carried, tender.Amount)
		}
	}
	f.same("what was paid back", paid, r.Amounts.Total)
}

// checkDocuments compares the receipts that were issued for an order with its rows. The receipt of an exchange is that of
// the order that was sold.
func checkDocuments(f finding, o order.Order, back *returned, receipts []order.Receipt) {
	byNumber := map[string]order.Receipt{}
	for _, receipt := range receipts {
		byNumber[receipt.Number.String()] = receipt
	}
	issued := order.Receipt{Order: o.ID, Store: o.Store, Device: o.Device, Number: o.Number, Document: letterhead{}.sale(o)}
	if back != nil {
		issued.Refund, issued.Document = back.refund.ID, letterhead{}.exchange(o, *back)
	}
	f.document(byNumber[o.Number.String()], issued, o.Amounts)
	expected := 1
	for _, r := range o.Refunds {
		if r.Exchange != 0 {
			continue
		}
		expected++
		f.document(byNumber[r.Number.String()], order.Receipt{
			Order: o.ID, Refund: r.ID, Store: r.Store, Device: r.Device, Number: r.Number,
			Document: letterhead{}.refund(o, r),
		}, r.Amounts)
	}
	f.same("the number of its receipts", int64(len(receipts)), int64(expected))
}

// document compares a receipt with what the rows would put on it today. What only the receipt remembers (names of
// merchant, store, till and cashier) can't be compared.
func (f finding) document(got, want order.Receipt, amounts pricing.Amounts) {
	number := want.Number.String()
	if got.ID == 0 {
		f.say("receipt %s is missing", number)
		return
	}
	if got.Order != want.Order || got.Refund != want.Refund || got.Store != want.Store || got.Device != want.Device {
		f.say("receipt %s is filed under another order, refund, store or till", number)
	}
	d, w := got.Document, want.Document
	if d.Number != number || d.Kind != w.Kind || d.CallNumber != w.CallNumber || !d.IssuedAt.Equal(w.IssuedAt) ||
		d.BusinessDate != w.BusinessDate {
		f.say("receipt %s shows %s %s, call %q, issued at %s on %s; the rows say %s, call %q, %s on %s", number, d.Kind, d.Number,
			d.CallNumber, d.IssuedAt, d.BusinessDate, w.Kind, w.CallNumber, w.IssuedAt, w.BusinessDate)
	}
	if d.Service != w.Service {
		f.say("receipt %s says %q, the rows say %q", number, d.Service, w.Service)
	}
	f.sameAmounts("receipt "+number+": the", amountsOn(d.Totals), amounts)
	f.same("receipt "+number+": the change", d.Change, w.Change)
	f.sameLines(number, d.Lines, w.Lines)
	f.sameTenders(number, d.Tenders, w.Tenders)
	if (d.Returned == nil) != (w.Returned == nil) {
		f.say("receipt %s is not of an exchange, or should be one", number)
		return
	}
	if d.Returned != nil {
		f.sameAmounts("receipt "+number+": what came back:", amountsOn(d.Returned.Totals), amountsOn(w.Returned.Totals))
		f.sameLines(number, d.Returned.Lines, w.Returned.Lines)
		f.sameTenders(number, slices.Concat(d.Returned.Carried, d.Returned.PaidBack),
			slices.Concat(w.Returned.Carried, w.Returned.PaidBack))
	}
}

func amountsOn(t order.DocumentTotals) pricing.Amounts {
	return pricing.Amounts{
		Gross: t.Subtotal, Discount: t.Discount, Net: t.Subtotal - t.Discount, Supply: t.TaxableSupply,
		TaxIncluded: t.TaxIncluded, Exempt: t.Exempt, ZeroRated: t.ZeroRated, Tax: t.Tax, Total: t.Total,
	}
}

func (f finding) sameLines(number string, got, want []order.DocumentLine) {
	if len(got) != len(want) {
		f.say("receipt %s shows %d lines, the rows say %d", number, len(got), len(want))
		return
	}
	for i, line := range got {
		if other := want[i]; line.Name != other.Name || line.Variant != other.Variant || line.Quantity != other.Quantity ||
			line.UnitPrice != other.UnitPrice || line.Grams != other.Grams || line.KiloPrice != other.KiloPrice ||
			line.Amount != other.Amount || line.Exempt != other.Exempt {
			f.say("receipt %s: line %d shows %s %s %d × %d = %d, the rows say %s %s %d × %d = %d", number, i+1, line.Name,
				line.Variant, line.UnitPrice, line.Quantity, line.Amount, other.Name, other.Variant, other.UnitPrice,
				other.Quantity, other.Amount)
		}
	}
}

func (f finding) sameTenders(number string, got, want []order.DocumentTender) {
	if len(got) != len(want) {
		f.say("receipt %s shows %d tenders, the rows say %d", number, len(got), len(want))
		return
	}
	for i, tender := range got {
		if tender.Kind != want[i].Kind || tender.Amount != want[i].Amount {
			f.say("receipt %s: tender %d shows %s %d, the rows say %s %d", number, i+1, tender.Kind, tender.Amount,
				want[i].Kind, want[i].Amount)
		}
	}
}

// checkPostings finds postings without their order or refund, and orders and refunds without their posting.
func checkPostings(ctx context.Context, tx *database.Tx, org int64, found func(ledger.Difference)) error {
	var sales, refunds int64
	for after := int64(0); ; {
		postings, err := ledger.PostingsAfter(ctx, tx, org, after, checkPage)
		if err != nil {
			return err
		}
		if len(postings) == 0 {
			break
		}
		after = postings[len(postings)-1].ID
		made := map[string][]ledger.Posting{}
		for _, posting := range postings {
			if posting.Rejected == "" {
				made[posting.Kind] = append(made[posting.Kind], posting)
			}
		}
		sold := slices.Concat(made[saleKind], made[exchangeKind])
		sales += int64(len(sold))
		refunds += int64(len(made[refundKind]) + len(made[exchangeKind]))
		if err := checkSubjects(ctx, tx, org, sold, order.IDs.Format, order.OrderOwners, found); err != nil {
			return err
		}
		if err := checkSubjects(ctx, tx, org, made[refundKind], order.RefundIDs.Format, order.RefundOwners, found); err != nil {
			return err
		}
	}
	orders, refunded, err := order.Count(ctx, tx, org)
	if err != nil {
		return err
	}
	if orders != sales {
		found(ledger.Difference{Detail: fmt.Sprintf("there are %d orders and %d postings of sales", orders, sales)})
	}
	if refunded != refunds {
		found(ledger.Difference{Detail: fmt.Sprintf("there are %d refunds and %d postings of refunds", refunded, refunds)})
	}
	if orders > sales || refunded > refunds {
		return nameUnposted(ctx, tx, org, found)
	}
	return nil
}

// checkSubjects compares postings with the rows that they are about.
func checkSubjects(
	ctx context.Context, tx *database.Tx, org int64, postings []ledger.Posting, format func(int64) string,
	read func(context.Context, *database.Tx, int64, []int64) (map[int64]order.Owner, error), found func(ledger.Difference),
) error {
	if len(postings) == 0 {
		return nil
	}
	subjects := make([]int64, len(postings))
	for i, posting := range postings {
		subjects[i] = posting.Subject
	}
	owners, err := read(ctx, tx, org, subjects)
	if err != nil {
		return err
	}
	for _, posting := range postings {
		f := finding{report: found, subject: format(posting.Subject), posting: posting.ID}
		owner, known := owners[posting.Subject]
		switch {
		case !known:
			f.say("the %s that it posts does not exist", posting.Kind)
		case owner.Posting != posting.ID:
			f.say("the %s belongs to posting %d", posting.Kind, owner.Posting)
		case owner.Store != posting.Store || owner.Staff != posting.Actor:
			f.say("the %s was made in store %d by %d, its posting in store %d by %d", posting.Kind, owner.Store, owner.Staff,
				posting.Store, posting.Actor)
		}
	}
	return nil
}

// nameUnposted finds the orders and refunds that have no posting: one by one, since there should be none.
func nameUnposted(ctx context.Context, tx *database.Tx, org int64, found func(ledger.Difference)) error {
	unposted := func(subject, posting int64, name string) error {
		postings, err := ledger.Postings(ctx, tx, org, subject)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(postings, func(p ledger.Posting) bool { return p.ID == posting && p.Rejected == "" }) {
			found(ledger.Difference{Subject: name, Posting: posting, Detail: "its posting does not exist"})
		}
		return nil
	}
	for after := int64(0); ; {
		orders, err := order.After(ctx, tx, org, after, checkPage)
		if err != nil || len(orders) == 0 {
			return err
		}
		for _, o := range orders {
			if err := unposted(o.ID, o.Posting, order.IDs.Format(o.ID)); err != nil {
				return err
			}
			for _, r := range o.Refunds {
				if err := unposted(postedAs(r), r.Posting, order.RefundIDs.Format(r.ID)); err != nil {
					return err
				}
			}
		}
		after = orders[len(orders)-1].ID
	}
}

// checkReceiptClaims proves that every receipt number is claimed by the posting that issued it, and that nothing else
// claims one.
func checkReceiptClaims(ctx context.Context, tx *database.Tx, org int64, found func(ledger.Difference)) error {
	claimed := int64(0)
	for after := ""; ; {
		claims := map[string]int64{}
		err := ledger.ClaimsAfter(ctx, tx, org, order.ClaimScope, after, checkPage, func(number string, posting int64) error {
			claims[number], after = posting, number
			return nil
		})
		if err != nil {
			return err
		}
		if len(claims) == 0 {
			break
		}
		claimed += int64(len(claims))
		issued, err := order.ReceiptPostings(ctx, tx, org, slices.Collect(maps.Keys(claims)))
		if err != nil {
			return err
		}
		for _, number := range slices.Sorted(maps.Keys(claims)) {
			if posting, known := issued[number]; !known {
				found(ledger.Difference{
					Subject: number, Posting: claims[number], Detail: "the number is claimed, its receipt does not exist",
				})
			} else if posting != claims[number] {
				found(ledger.Difference{
					Subject: number, Posting: claims[number],
					Detail: fmt.Sprintf("the number is claimed by this posting, its receipt was issued by posting %d", posting),
				})
			}
		}
	}
	receipts, err := order.CountReceipts(ctx, tx, org)
	if err != nil {
		return err
	}
	if receipts != claimed {
		found(ledger.Difference{Detail: fmt.Sprintf("there are %d receipts and %d claims on receipt numbers", receipts, claimed)})
	}
	if receipts <= claimed {
		return nil
	}
	return nameUnclaimed(ctx, tx, org, found)
}

// nameUnclaimed finds the receipts whose numbers are not claimed: one by one, since there should be none.
func nameUnclaimed(ctx context.Context, tx *database.Tx, org int64, found func(ledger.Difference)) error {
	for after := ""; ; {
		numbers, err := order.ReceiptNumbers(ctx, tx, org, after, checkPage)
		if err != nil || len(numbers) == 0 {
			return err
		}
		after = numbers[len(numbers)-1]
		for _, number := range numbers {
			posting, err := ledger.Claimed(ctx, tx, org, ledger.Claim{Scope: order.ClaimScope, Value: number})
			if err != nil {
				return err
			}
			if posting == 0 {
				found(ledger.Difference{Subject: number, Detail: "the receipt's number is not claimed"})
			}
		}
	}
}

// checkRegisters proves that no register will give out a number again.
func checkRegisters(ctx context.Context, tx *database.Tx, org int64, found func(ledger.Difference)) error {
	return order.EachRegister(ctx, tx, org, func(device, next, last int64) {
		if next <= last {
			found(ledger.Difference{
				Subject: fleet.DeviceID.Format(device),
				Detail:  fmt.Sprintf("its next receipt is number %d, it has issued number %d", next, last),
			})
		}
	})
}

// checkTenderAccounts compares what lies in the accounts of tenders with what orders took and refunds gave back, both ways.
func checkTenderAccounts(ctx context.Context, tx *database.Tx, org int64, found func(ledger.Difference)) error {
	want := map[string]int64{}
	err := order.EachTaken(ctx, tx, org, func(taken order.Taken) {
		want[tenderAccount(taken.Means, taken.Store, taken.Device, taken.Currency).Code] += taken.Amount
	})
	if err != nil {
		return err
	}
	got := map[string]int64{}
	err = ledger.EachBalance(ctx, tx, org, tenderKind+":", func(code string, balance ledger.Balance) error {
		got[code] = balance.Posted
		return nil
	})
	if err != nil {
		return err
	}
	accounts := maps.Clone(want)
	maps.Copy(accounts, got)
	for _, account := range slices.Sorted(maps.Keys(accounts)) {
		if got[account] != want[account] {
			found(ledger.Difference{
				Account: account,
				Detail:  fmt.Sprintf("it holds %d, the tenders come to %d", got[account], want[account]),
			})
		}
	}
	return nil
}

// checkSlips compares card slips with what was paid and given back by the cards.
func checkSlips(f finding, o order.Order) {
	type owner struct{ tender, refund int64 }
	amounts, seen := map[owner]int64{}, map[owner]bool{}
	for _, one := range o.Tenders {
		if one.Kind == order.Card {
			amounts[owner{one.Position, 0}] = one.Applied
		}
	}
	for _, r := range o.Refunds {
		for _, one := range r.Tenders {
			if one.Kind == order.Card {
				amounts[owner{one.Tender, r.ID}] = one.PaidBack()
			}
		}
	}
	for _, slip := range o.Slips {
		name, at := order.SlipIDs.Format(slip.ID), owner{slip.Tender, slip.Refund}
		amount, known := amounts[at]
		switch {
		case !known:
			f.say("slip %s is of tender %d, which is no card of it", name, slip.Tender)
		case seen[at]:
			f.say("slip %s is the second one of tender %d", name, slip.Tender)
		default:
			f.same("slip "+name+": the amount", slip.Amount, amount)
		}
		seen[at] = true
	}
}

// checkCashReceipts compares an order's cash receipt, less what refunds cancelled of it, with what counts for one.
func checkCashReceipts(f finding, o order.Order) {
	if len(o.CashReceipts) == 0 {
		return
	}
	if o.CashReceipt(0) == nil {
		f.say("a cash receipt was cancelled that was never issued")
		return
	}
	var left int64
	for _, one := range o.CashReceipts {
		if one.Refund == 0 {
			left += one.Amount
			continue
		}
		left -= one.Amount
		if !slices.ContainsFunc(o.Refunds, func(r order.Refund) bool { return r.ID == one.Refund }) {
			f.say("a cash receipt was cancelled by refund %s, which it doesn't have", order.RefundIDs.Format(one.Refund))
		}
	}
	f.same("what is left of its cash receipt", left, o.CashLeft())
}

// checkStraySlips finds slips that belong to nothing.
func checkStraySlips(ctx context.Context, tx *database.Tx, org int64, found func(ledger.Difference)) error {
	stray, err := order.StraySlips(ctx, tx, org)
	for _, slip := range stray {
		found(ledger.Difference{Subject: order.SlipIDs.Format(slip), Detail: "what it is the slip of does not exist"})
	}
	return err
}
