package demo

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"dangol/internal/capability/catalog"
	"dangol/internal/capability/discount"
	"dangol/internal/capability/fleet"
	"dangol/internal/capability/order"
	"dangol/internal/capability/staff"
	"dangol/internal/capability/stock"
	"dangol/internal/core/place"
	"dangol/internal/core/pricing"
	"dangol/internal/flow/checkout"
	"dangol/internal/ground/clock"
	"dangol/internal/ground/database"
	"dangol/internal/ground/journal"
)

// filler makes one demo. Each of its steps does nothing where it was done before: places stand in one transaction,
// categories and files are found by their names, and what moves value has a key that says what it is.
type filler struct {
	Services
	hands   *clock.Manual
	options Options
	today   time.Time
	org     int64
	done    bool
	shops   []*shop
	tenders map[string]int64 // ids by name
	// sold are the orders that were made, by shop and number of the sale.
	sold     []map[int]int64
	soldLock sync.Mutex
}

// shop is one store with the ids that it was given.
type shop struct {
	site    site
	company company
	store   int64
	tills   []fleet.Device
	manager int64
	// cashiers are in the order of the site's.
	cashiers [2]int64
	sells    assortment
	past     history
	// variants and options are ids, by the place in the assortment.
	variants map[unit]int64
	options  map[pick]int64
	counter  counter
}

func (f *filler) fill(ctx context.Context) error {
	first := f.today.AddDate(0, 0, -f.options.Days)
	f.hands.Set(first.AddDate(0, 0, -1).Add(9 * time.Hour))
	if f.org == 0 {
		if err := f.found(ctx); err != nil {
			return err
		}
	}
	if err := f.meet(ctx); err != nil {
		return err
	}
	past := past{seed: f.options.Seed, days: f.options.Days, crowd: f.options.SizePercent, today: f.today}
	for i, shop := range f.shops {
		shop.past = past.write(i, shop.site, shop.sells)
		f.sold = append(f.sold, map[int]int64{})
	}
	f.progress(0)
	f.hands.Set(first.AddDate(0, 0, -1).Add(15 * time.Hour))
	if err := f.assort(ctx); err != nil {
		return err
	}
	if err := f.cook(ctx); err != nil {
		return fmt.Errorf("write the recipes: %w", err)
	}
	if err := f.weigh(ctx); err != nil {
		return fmt.Errorf("make what is weighed: %w", err)
	}
	for number := range f.options.Days {
		f.progress(number + 1)
		if err := f.day(ctx, number); err != nil {
			return fmt.Errorf("%s: %w", f.shops[0].past.days[number].date, err)
		}
	}
	if err := f.morning(ctx); err != nil {
		return err
	}
	if err := f.planPrices(ctx); err != nil {
		return err
	}
	if err := f.backRooms(ctx); err != nil {
		return err
	}
	if err := f.picture(ctx); err != nil {
		return err
	}
	f.hands.Set(f.options.Until)
	err := f.DB.Write(ctx, func(tx *database.Tx) error {
		return journal.Append(ctx, tx, f.org, journal.Event{Kind: filled, Subject: f.org})
	})
	f.progress(f.options.Days + 1)
	return err
}

// progress tells how far it is: the catalogue is as much work as a day.
func (f *filler) progress(done int) {
	if f.options.Progress == nil {
		return
	}
	end := "\r"
	if done > f.options.Days {
		end = "\n"
	}
	// Whoever reads along may have gone; the demo is made all the same.
	_, _ = fmt.Fprintf(f.options.Progress, "making the demo shops … %3d %%%s", percent*done/(f.options.Days+1), end)
}

// found makes the brand with its places, people and tills, all at once.
func (f *filler) found(ctx context.Context) error {
	hash, err := f.Keeper.Hash(ctx, Password)
	if err != nil {
		return fmt.Errorf("hash the password: %w", err)
	}
	pin, err := f.Keeper.HashPIN(ctx, PIN)
	if err != nil {
		return fmt.Errorf("hash the PIN: %w", err)
	}
	org := f.DB.NewID()
	err = f.DB.Write(ctx, func(tx *database.Tx) error {
		if err := place.CreateOrganisation(ctx, tx, org, brandName, brandLanguage); err != nil {
			return err
		}
		hire := func(person person, role staff.Role, merchant, store int64) error {
			member := f.DB.NewID()
			err := staff.Create(ctx, tx, f.Keeper, org, 0, member, staff.Input{
				Login: person.login, Name: person.name, Roles: []staff.Assignment{{Role: role, Merchant: merchant, Store: store}},
			}, hash)
			if err != nil {
				return err
			}
			return f.Keeper.SetPIN(ctx, tx, org, member, pin)
		}
		if err := hire(owner, staff.Owner, 0, 0); err != nil {
			return err
		}
		if err := f.settle(ctx, tx, org); err != nil {
			return err
		}
		for _, company := range companies(f.today) {
			if err := f.foundCompany(ctx, tx, org, company, hire); err != nil {
				return err
			}
		}
		return nil
	})
	f.org = org
	return err
}

// settle says what the brand takes, and what it takes off.
func (f *filler) settle(ctx context.Context, tx *database.Tx, org int64) error {
	if err := f.createTenders(ctx, tx, org); err != nil {
		return err
	}
	for _, given := range discounts {
		given.ID = f.DB.NewID()
		if err := discount.Create(ctx, tx, org, 0, given); err != nil {
			return err
		}
	}
	return nil
}

// foundCompany makes a merchant with its stores and people.
func (f *filler) foundCompany(
	ctx context.Context, tx *database.Tx, org int64, company company,
	hire func(person person, role staff.Role, merchant, store int64) error,
) error {
	merchant := f.DB.NewID()
	input := place.MerchantInput{Country: "KR", Identity: company.identity}
	if err := place.CreateMerchant(ctx, tx, org, 0, merchant, input); err != nil {
		return err
	}
	if err := hire(company.manager, staff.Manager, merchant, 0); err != nil {
		return err
	}
	for _, site := range company.stores {
		store := f.DB.NewID()
		if err := f.openStore(ctx, tx, org, merchant, store, site); err != nil {
			return err
		}
		for _, person := range site.cashiers {
			if err := hire(person, staff.Cashier, 0, store); err != nil {
				return err
			}
		}
	}
	return nil
}

// openStore makes a store with its tills, each paired once, so that it can sell.
func (f *filler) openStore(ctx context.Context, tx *database.Tx, org, merchant, store int64, site site) error {
	err := place.CreateStore(ctx, tx, org, 0, store, place.StoreInput{
		MerchantID: place.MerchantID.Format(merchant), Code: site.code, Name: site.name, Address: site.address, Phone: site.phone,
		Zone: zone, Currency: string(currency), TaxMode: place.Inclusive, Hours: site.hours,
	})
	if err != nil {
		return err
	}
	for _, name := range site.tills {
		till := f.DB.NewID()
		if err := fleet.Create(ctx, tx, org, 0, till, store, name, fleet.Till); err != nil {
			return err
		}
		code, _, err := fleet.NewPairing(ctx, tx, f.Keeper, org, till)
		if err != nil {
			return err
		}
		if _, _, _, err := fleet.Pair(ctx, tx, f.Keeper, code); err != nil {
			return err
		}
	}
	return nil
}

// meet finds the places and people by what they are called.
func (f *filler) meet(ctx context.Context) error {
	return f.DB.Read(ctx, func(tx *database.Tx) error {
		members, err := staff.List(ctx, tx, f.org, "", maxPlaces)
		if err != nil {
			return err
		}
		ids := map[string]int64{}
		for _, member := range members {
			ids[member.Login] = member.ID
		}
		stores, err := place.Directory{}.Stores(ctx, tx, f.org, "", maxPlaces)
		if err != nil {
			return err
		}
		if err := f.findTenders(ctx, tx); err != nil {
			return err
		}
		f.shops = nil
		for _, company := range companies(f.today) {
			for _, site := range company.stores {
				at := slices.IndexFunc(stores, func(store place.Store) bool { return store.Code == site.code })
				if at < 0 {
					return fmt.Errorf("the store %s is missing", site.code)
				}
				met := &shop{
					site: site, company: company, store: stores[at].ID, sells: company.sells(),
					manager:  ids[company.manager.login],
					cashiers: [2]int64{ids[site.cashiers[0].login], ids[site.cashiers[1].login]},
				}
				if met.tills, err = tillsOf(ctx, tx, f.org, met.store); err != nil {
					return err
				}
				if len(met.tills) < len(site.tills) {
					return fmt.Errorf("the store %s has %d tills of %d", site.code, len(met.tills), len(site.tills))
				}
				f.shops = append(f.shops, met)
			}
		}
		return nil
	})
}

// day lives through one business day of all stores.
func (f *filler) day(ctx context.Context, number int) error {
	days := make([]day, len(f.shops))
	opens, closes := f.shops[0].past.days[number].opens, time.Time{}
	for i, shop := range f.shops {
		days[i] = shop.past.days[number]
		if days[i].opens.Before(opens) {
			opens = days[i].opens
		}
		if days[i].closes.After(closes) {
			closes = days[i].closes
		}
	}
	f.hands.Set(opens)
	for i, shop := range f.shops {
		if err := f.carry(ctx, shop, "in:"+days[i].date, days[i].delivered); err != nil {
			return err
		}
	}
	for _, window := range windows(days) {
		f.hands.Set(window.end)
		if err := f.serve(ctx, window); err != nil {
			return err
		}
	}
	f.hands.Set(closes)
	for i, shop := range f.shops {
		if err := f.atTheCounter(ctx, shop, number, days[i].closes); err != nil {
			return err
		}
		if err := f.carry(ctx, shop, "out:"+days[i].date, days[i].wasted); err != nil {
			return err
		}
	}
	return nil
}

// morning brings what was delivered today.
func (f *filler) morning(ctx context.Context) error {
	at := f.today.Add(7 * time.Hour)
	if f.options.Until.Before(at) {
		at = f.options.Until
	}
	f.hands.Set(at)
	for _, shop := range f.shops {
		if err := f.carry(ctx, shop, "in:"+f.today.Format(time.DateOnly), shop.past.morning); err != nil {
			return err
		}
		if err := f.sellOut(ctx, shop); err != nil {
			return err
		}
	}
	return nil
}

// gone is what no shop has this morning.
const gone = "자몽에이드"

// sellOut marks it as sold out until the fruit comes.
func (f *filler) sellOut(ctx context.Context, shop *shop) error {
	for i, product := range shop.sells.products {
		if product.Name != gone {
			continue
		}
		err := f.DB.Write(ctx, func(tx *database.Tx) error {
			store, err := place.Directory{}.Store(ctx, tx, f.org, shop.store)
			if err != nil {
				return err
			}
			items := []catalog.Item{{ID: shop.variants[unit{i, 0}]}}
			return catalog.MarkSoldOut(ctx, tx, f.org, shop.manager, store, items, "", time.Time{})
		})
		if err != nil {
			return fmt.Errorf("mark %s as sold out: %w", gone, err)
		}
	}
	return nil
}

// wastedFor is why units are taken off the shelf in the evening.
const wastedFor = "당일 판매 후 폐기"

// perSlip is how many lines of a delivery stand on one slip.
const perSlip = 400

// carry posts deliveries, and what is thrown away: a list is all of one or all of the other.
func (f *filler) carry(ctx context.Context, shop *shop, when string, list []delivery) error {
	var work []func(context.Context) error
	for number, part := range slices.Collect(slices.Chunk(list, perSlip)) {
		slip := stock.Slip{Store: shop.store, Kind: stock.Receive, Pool: stock.Till}
		for _, one := range part {
			line := stock.SlipLine{Variant: shop.variants[one.unit], Quantity: one.quantity}
			if one.quantity < 0 {
				slip.Kind, slip.Reason, line.Quantity = stock.Waste, wastedFor, -one.quantity
			}
			slip.Lines = append(slip.Lines, line)
		}
		key := fmt.Sprintf("demo:%s:%s:%d", shop.site.code, when, number)
		work = append(work, func(ctx context.Context) error {
			_, err := f.Stock.Post(ctx, f.org, shop.manager, key, slip)
			return err
		})
	}
	return together(ctx, work)
}

// serve lets the tills of all stores work side by side; each does one thing after the other.
func (f *filler) serve(ctx context.Context, window window) error {
	type desk struct{ shop, till int }
	queues := map[desk][]storeAction{}
	var desks []desk
	for _, one := range window.actions {
		at := desk{one.store, one.till}
		if queues[at] == nil {
			desks = append(desks, at)
		}
		queues[at] = append(queues[at], one)
	}
	work := make([]func(context.Context) error, len(desks))
	for i, at := range desks {
		work[i] = func(ctx context.Context) error {
			for _, one := range queues[at] {
				if err := f.act(ctx, one); err != nil {
					return err
				}
			}
			return nil
		}
	}
	return together(ctx, work)
}

func (f *filler) act(ctx context.Context, one storeAction) error {
	shop := f.shops[one.store]
	seller := checkout.Seller{Org: f.org, Device: shop.tills[one.till].ID, Store: shop.store}
	if one.refund != nil {
		seller.Staff = shop.cashiers[one.refund.sale.cashier]
		return f.refund(ctx, one, seller)
	}
	seller.Staff = shop.cashiers[one.sale.cashier]
	request := shop.request(one.sale)
	request.Tenders = f.handed(one.sale, request.ExpectedTotal)
	request.CashReceipt = one.sale.cashReceipt()
	made, err := f.Checkout.Sell(ctx, seller, fmt.Sprintf("demo:%s:sale:%d", shop.site.code, one.sale.number), request)
	if err != nil {
		return fmt.Errorf("sell at %s: %w", one.at.Format(time.DateTime), err)
	}
	f.soldLock.Lock()
	defer f.soldLock.Unlock()
	f.sold[one.store][one.sale.number] = made.Order.ID
	return nil
}

// request is a sale as the till sends it, without what is paid.
func (s *shop) request(made *sale) checkout.SaleRequest {
	request := checkout.SaleRequest{SoldAt: made.at}
	if s.company.asksService {
		request.Service = order.EatIn
		if made.number%takeawayEvery == 0 {
			request.Service = order.Takeaway
		}
	}
	for _, line := range made.lines {
		wanted := checkout.LineWanted{Variant: s.variants[line.unit], Quantity: int64(line.quantity)}
		price := s.price(line.unit)
		for _, chosen := range line.picks {
			price += s.sells.groups[chosen.group].Options[chosen.option].Delta * int64(chosen.quantity)
			wanted.Options = append(wanted.Options, checkout.OptionWanted{
				Option: s.options[pick{chosen.group, chosen.option, 1}], Quantity: int64(chosen.quantity),
			})
		}
		request.Lines = append(request.Lines, wanted)
		request.ExpectedTotal += price * int64(line.quantity)
	}
	if off, given := made.thanks(request.ExpectedTotal); given {
		request.Discounts = []checkout.DiscountWanted{off}
		request.ExpectedTotal -= off.Amount
	}
	return request
}

// takeawayEvery is how often a café's guest takes the order away.
const takeawayEvery = 3

// thanksEvery is how often a guest is thanked, thanksAbove from which sum on, and thanksOff what it is worth.
const (
	thanksEvery = 25
	thanksAbove = 10_000
	thanksOff   = 500
)

// thanks is what a guest who buys much is thanked with now and then.
func (s *sale) thanks(total int64) (checkout.DiscountWanted, bool) {
	given := s.number%thanksEvery == 0 && total >= thanksAbove
	return checkout.DiscountWanted{Amount: thanksOff, Name: "단골 손님"}, given
}

// price is what a variant costs in this store, without options.
func (s *shop) price(of unit) int64 {
	product := &s.sells.products[of.product]
	if product.Kind == catalog.Food {
		return product.prices[of.variant] + s.site.surcharge
	}
	return product.prices[of.variant]
}

func (f *filler) refund(ctx context.Context, one storeAction, seller checkout.Seller) error {
	back := one.refund
	f.soldLock.Lock()
	request := checkout.RefundRequest{
		Order: f.sold[one.store][back.sale.number], All: back.whole, Restock: back.restock, Reason: back.reason,
	}
	f.soldLock.Unlock()
	if !back.whole || back.swap {
		var sold order.Order
		err := f.DB.Read(ctx, func(tx *database.Tx) error {
			var err error
			sold, err = order.Read(ctx, tx, f.org, request.Order)
			return err
		})
		if err != nil {
			return fmt.Errorf("read the order of a refund: %w", err)
		}
		request.All = false
		request.Lines = []checkout.ReturnLine{{Line: sold.Lines[0].ID, Quantity: sold.Lines[0].Quantity}}
		if back.swap {
			return f.swap(ctx, one, seller, request, sold)
		}
	}
	key := fmt.Sprintf("demo:%s:refund:%d", f.shops[one.store].site.code, back.sale.number)
	if _, err := f.Checkout.Refund(ctx, seller, key, request); err != nil {
		return fmt.Errorf("refund at %s: %w", one.at.Format(time.DateTime), err)
	}
	return nil
}

// swap exchanges what a refund brings back, which is one line, for the same again. A guest who was thanked for the first
// order pays in cash what that took off.
func (f *filler) swap(
	ctx context.Context, one storeAction, seller checkout.Seller, back checkout.RefundRequest, sold order.Order,
) error {
	line := sold.Lines[0]
	worth, err := pricing.Refund(sold.Sold(), []pricing.Return{{Key: order.LineIDs.Format(line.ID), Quantity: line.Quantity}})
	if err != nil {
		return fmt.Errorf("price what is exchanged: %w", err)
	}
	request := checkout.ExchangeRequest{Return: back, ExpectedReturn: worth.Total}
	wanted := checkout.LineWanted{Variant: line.Variant, Quantity: line.Quantity}
	for _, option := range line.Options {
		wanted.Options = append(wanted.Options, checkout.OptionWanted{Option: option.ID, Quantity: option.Quantity})
	}
	request.Sale.Lines, request.Sale.ExpectedTotal = []checkout.LineWanted{wanted}, line.UnitPrice*line.Quantity
	if due := request.Sale.ExpectedTotal - worth.Total; due > 0 {
		request.Sale.Tenders = []checkout.Tender{{Kind: order.Cash, Amount: due}}
	}
	key := fmt.Sprintf("demo:%s:exchange:%d", f.shops[one.store].site.code, one.refund.sale.number)
	if _, err := f.Checkout.Exchange(ctx, seller, key, request); err != nil {
		return fmt.Errorf("exchange at %s: %w", one.at.Format(time.DateTime), err)
	}
	return nil
}

// sideBySide is how much is done at once: enough for the ledger to commit in groups.
const sideBySide = 32

// together does the work side by side. The first error stops what has not begun, and is returned.
func together(ctx context.Context, work []func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var running sync.WaitGroup
	turns := make(chan struct{}, sideBySide)
	for _, do := range work {
		turns <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		running.Go(func() {
			defer func() { <-turns }()
			if err := do(ctx); err != nil {
				cancel(err)
			}
		})
	}
	running.Wait()
	return context.Cause(ctx)
}
