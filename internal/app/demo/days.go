package demo

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"
)

// crowd is who comes to a store, and when.
type crowd struct {
	// orders a day, from Sunday on.
	orders [7]int
	// weekday and weekend say how the orders spread over the hours of the day.
	weekday, weekend [24]int
	// lines are the chances, in percent, of an order with one line, two lines, and so on.
	lines []int
	// returns says that goods are brought back on a later day, rather than at once.
	returns bool
}

var (
	offices = crowd{
		orders:  [7]int{62, 168, 172, 165, 174, 178, 86},
		weekday: [24]int{7: 5, 8: 13, 9: 8, 10: 5, 11: 8, 12: 22, 13: 15, 14: 7, 15: 7, 16: 5, 17: 6, 18: 9, 19: 5, 20: 3},
		weekend: [24]int{9: 4, 10: 8, 11: 11, 12: 14, 13: 15, 14: 13, 15: 12, 16: 9, 17: 7, 18: 5},
		lines:   []int{52, 28, 11, 5, 3, 1},
	}
	station = crowd{
		orders:  [7]int{142, 92, 90, 95, 98, 118, 150},
		weekday: [24]int{8: 8, 9: 6, 10: 5, 11: 6, 12: 12, 13: 9, 14: 7, 15: 6, 16: 6, 17: 8, 18: 13, 19: 12, 20: 8, 21: 5, 22: 1},
		weekend: [24]int{9: 3, 10: 6, 11: 8, 12: 10, 13: 12, 14: 13, 15: 12, 16: 10, 17: 8, 18: 9, 19: 8, 20: 6, 21: 4, 22: 1},
		lines:   []int{46, 34, 13, 5, 2},
	}
	market = crowd{
		orders:  [7]int{104, 66, 64, 70, 72, 84, 116},
		weekday: [24]int{10: 5, 11: 8, 12: 13, 13: 10, 14: 7, 15: 8, 16: 9, 17: 10, 18: 14, 19: 12, 20: 8, 21: 3},
		weekend: [24]int{10: 4, 11: 7, 12: 9, 13: 11, 14: 13, 15: 14, 16: 13, 17: 11, 18: 9, 19: 7, 20: 5, 21: 3},
		lines:   []int{24, 26, 20, 13, 8, 5, 4},
		returns: true,
	}
)

// unit is one variant of an assortment.
type unit struct{ product, variant int }

// pick is an option that was chosen, by its place in the assortment.
type pick struct{ group, option, quantity int }

// line is what one line of an order asks for.
type line struct {
	unit
	quantity int
	picks    []pick
}

// sale is one order. Cash says what was handed over: the total, filled up to a multiple of it; 0 is the exact amount.
type sale struct {
	number  int
	at      time.Time
	till    int
	cashier int
	lines   []line
	way     way
	cash    int64 // the banknote up to a multiple of which the guest pays, if it is in cash
}

// refund gives a sale back, or only its first line. When it swaps, the guest takes the same units again: what came back
// was broken.
type refund struct {
	at      time.Time
	sale    *sale
	whole   bool
	restock bool
	swap    bool
	reason  string
}

// delivery brings units to the shelf, or takes off what wasn't sold (a negative quantity).
type delivery struct {
	unit
	quantity int64
}

// action is what happens at a till: one of the two.
type action struct {
	at     time.Time
	till   int
	sale   *sale
	refund *refund
}

// day is one business day of a store.
type day struct {
	date string
	// delivered at opening, thrown away at closing.
	opens, closes     time.Time
	delivered, wasted []delivery
	actions           []action
}

// history is the past of one store, up to the morning on which somebody sees it.
type history struct {
	opening []delivery // before the first day
	days    []day
	morning []delivery // what came today
}

// past makes up the past of stores. The same seed and days give the same past.
type past struct {
	seed  uint64
	days  int
	crowd int // percent of the usual orders
	today time.Time
}

// diarist writes one store's history.
type diarist struct {
	past
	store int
	site  site
	sells assortment
	units []unit
	// reach are the sums of the units' weights, for drawing by weight.
	reach []int
	// late units are not delivered again.
	late  []bool
	shelf []int64
	sales int
	back  []refund // still to come
}

const (
	minutesOfHour = 60
	percent       = 100
	latePercent   = 8  // units whose supplier is late
	triesToPick   = 8  // a guest looks for something else when it is sold out
	noisePercent  = 10 // a day has that many more or fewer orders
	refundPerMill = 12
)

// write is the store's history. The index of the store keeps the stores' chances apart.
func (p past) write(store int, site site, sells assortment) history {
	d := &diarist{past: p, store: store, site: site, sells: sells}
	random := d.random(-1)
	d.stock(random)
	found := history{opening: d.openShelf(random)}
	for number := range p.days {
		found.days = append(found.days, d.day(p.today.AddDate(0, 0, number-p.days), number))
	}
	random = d.random(p.days)
	found.morning = d.deliver(p.today.Weekday(), random)
	return found
}

// random is a source of its own for each day of each store, so that a change to one leaves the others as they were.
func (d *diarist) random(number int) *rand.Rand {
	return rand.New(rand.NewPCG(d.seed, uint64(d.store)<<32+uint64(number+1))) //nolint:gosec // it has to come out the same again
}

// stock lists the units and how often each is bought: within a product the first variants are the favourites.
func (d *diarist) stock(random *rand.Rand) {
	sum := 0
	for i := range d.sells.products {
		product := &d.sells.products[i]
		for j := range product.Variants {
			share := 12*product.weight/len(product.Variants) + 1
			share = share * (50 + random.IntN(percent)) / percent
			sum += max(share, 1)
			d.units = append(d.units, unit{i, j})
			d.reach = append(d.reach, sum)
			d.late = append(d.late, product.par > 0 && !product.fresh && !product.steady && random.IntN(percent) < latePercent)
		}
	}
	d.shelf = make([]int64, len(d.units))
}

func (d *diarist) product(i int) *product { return &d.sells.products[d.units[i].product] }

// openShelf fills the shelf for the first time. What is late was nearly gone already.
func (d *diarist) openShelf(random *rand.Rand) []delivery {
	var list []delivery
	for i := range d.units {
		par := d.product(i).par
		if par == 0 || d.product(i).fresh {
			continue
		}
		quantity := par + random.Int64N(par)
		if d.late[i] {
			quantity = 1 + random.Int64N(4)
		}
		list = d.put(list, i, quantity)
	}
	return list
}

func (d *diarist) put(list []delivery, i int, quantity int64) []delivery {
	if quantity == 0 {
		return list
	}
	d.shelf[i] += quantity
	return append(list, delivery{d.units[i], quantity})
}

// deliver is the morning's delivery: fresh things every day, the rest twice a week when half of it is gone.
func (d *diarist) deliver(weekday time.Weekday, random *rand.Rand) []delivery {
	var list []delivery
	for i := range d.units {
		product := d.product(i)
		switch {
		case product.fresh:
			list = d.put(list, i, max(product.par-random.Int64N(product.par/3)-d.shelf[i], 0))
		case product.par == 0 || d.late[i]:
		case (weekday == time.Monday || weekday == time.Thursday) && 2*d.shelf[i] < product.par:
			list = d.put(list, i, product.par)
		}
	}
	return list
}

// waste is what is thrown away in the evening: bread and cake that wasn't sold, but for a few that keep.
func (d *diarist) waste(random *rand.Rand) []delivery {
	var list []delivery
	for i := range d.units {
		if keeps := random.Int64N(4); d.product(i).fresh && d.shelf[i] > keeps {
			list = d.put(list, i, keeps-d.shelf[i])
		}
	}
	return list
}

func (d *diarist) day(date time.Time, number int) day {
	random := d.random(number)
	hours := d.site.hours[date.Weekday()]
	at := func(minute int) time.Time { return date.Add(time.Duration(minute) * time.Minute) }
	found := day{date: date.Format(time.DateOnly), opens: at(hours.Opens - minutesOfHour/2), closes: at(hours.Closes)}
	found.delivered = d.deliver(date.Weekday(), random)

	spread := d.site.crowd.weekday
	if date.Weekday() == time.Saturday || date.Weekday() == time.Sunday {
		spread = d.site.crowd.weekend
	}
	orders := d.site.crowd.orders[date.Weekday()] * d.crowd / percent
	orders += orders * (random.IntN(2*noisePercent+1) - noisePercent) / percent
	times := make([]time.Time, orders)
	for i := range times {
		times[i] = at(0).Add(moment(random, spread[:]))
		// The shop opens and closes within an hour of the spread.
		for times[i].Before(at(hours.Opens)) || !times[i].Before(at(hours.Closes)) {
			times[i] = at(0).Add(moment(random, spread[:]))
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	noon := at((hours.Opens + hours.Closes) / 2)
	var returned []refund
	for _, sold := range times {
		if made := d.sale(random, sold, sold.After(noon)); made != nil {
			found.actions = append(found.actions, action{at: sold, till: made.till, sale: made})
			if back, happens := d.refund(random, made, found.closes); happens {
				returned = append(returned, back)
			}
		}
	}
	found.actions = append(found.actions, d.refundsOf(at(hours.Opens), found.closes, returned)...)
	slices.SortStableFunc(found.actions, func(a, b action) int { return a.at.Compare(b.at) })
	found.wasted = d.waste(random)
	return found
}

// refundsOf are the refunds that fall into a day: new ones, and those that waited for it.
func (d *diarist) refundsOf(opens, closes time.Time, fresh []refund) []action {
	var actions []action
	var later []refund
	for _, back := range append(d.back, fresh...) {
		if back.at.After(closes) {
			later = append(later, back)
			continue
		}
		if back.at.Before(opens) {
			back.at = opens.Add(time.Hour)
		}
		if back.restock {
			d.restock(back)
		} else {
			back.swap = d.swap(back)
		}
		actions = append(actions, action{at: back.at, till: back.sale.till, refund: &back})
	}
	d.back = later
	return actions
}

// restock puts a refund's units back on the shelf, where the next day finds them.
func (d *diarist) restock(back refund) {
	lines := back.sale.lines
	if !back.whole {
		lines = lines[:1]
	}
	for _, line := range lines {
		if i := slices.Index(d.units, line.unit); d.product(i).par > 0 {
			d.shelf[i] += int64(line.quantity)
		}
	}
}

// swap says whether a guest takes the units of a line again: a drink is made anew, goods come off the shelf, if the evening
// leaves as many.
func (d *diarist) swap(back refund) bool {
	line := back.sale.lines[0]
	i := slices.Index(d.units, line.unit)
	if back.whole && len(back.sale.lines) > 1 || back.reason == mistaken {
		return false
	}
	if d.product(i).par == 0 {
		return true
	}
	if d.shelf[i] < int64(line.quantity) {
		return false
	}
	d.shelf[i] -= int64(line.quantity)
	return true
}

// mistaken is why an order is refunded that should not have been made at all.
const mistaken = "주문 실수"

// moment is a time of the day, drawn from the weights of its hours.
func moment(random *rand.Rand, spread []int) time.Duration {
	hour := draw(random, spread)
	return time.Duration(hour)*time.Hour + time.Duration(random.IntN(3600))*time.Second
}

// draw is an index, as likely as its weight.
func draw(random *rand.Rand, weights []int) int {
	sum := 0
	for _, weight := range weights {
		sum += weight
	}
	left := random.IntN(sum)
	for i, weight := range weights {
		if left -= weight; left < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// chance is true in so many of a hundred cases.
func chance(random *rand.Rand, of int) bool { return random.IntN(percent) < of }

// notes are the banknotes up to a multiple of which guests pay.
var (
	notes       = []int64{0, 1_000, 5_000, 10_000, 50_000}
	notesChance = []int{14, 34, 12, 34, 6}
)

func (d *diarist) sale(random *rand.Rand, at time.Time, afternoon bool) *sale {
	made := &sale{at: at, till: random.IntN(len(d.site.tills))}
	if afternoon {
		made.cashier = 1
	}
	for range 1 + draw(random, d.site.crowd.lines) {
		if line, found := d.line(random); found {
			made.lines = append(made.lines, line)
		}
	}
	made.way, made.cash = way(draw(random, waysChance)), notes[draw(random, notesChance)]
	if len(made.lines) == 0 {
		return nil
	}
	d.sales++
	made.number = d.sales
	return made
}

// line draws what a guest takes. Nothing is found when all that came to mind is sold out.
func (d *diarist) line(random *rand.Rand) (line, bool) {
	for range triesToPick {
		i, _ := slices.BinarySearch(d.reach, 1+random.IntN(d.reach[len(d.reach)-1]))
		product := d.product(i)
		made := line{unit: d.units[i], quantity: 1 + draw(random, []int{88, 10, 2})}
		if product.par > 0 {
			if d.shelf[i] < int64(made.quantity) {
				continue
			}
			d.shelf[i] -= int64(made.quantity)
		}
		for _, name := range product.groups {
			made.picks = append(made.picks, d.choose(random, name)...)
		}
		return made, true
	}
	return line{}, false
}

// choose answers one option group.
func (d *diarist) choose(random *rand.Rand, name string) []pick {
	at := slices.IndexFunc(d.sells.groups, func(group optionGroup) bool { return group.Name == name })
	group := &d.sells.groups[at]
	if group.Minimum > 0 {
		return []pick{{at, draw(random, group.habits), 1}}
	}
	var picks []pick
	for i, habit := range group.habits {
		if int64(len(picks)) < group.Maximum && chance(random, habit) {
			quantity := 1
			if len(group.habits) == 1 && group.Maximum > 1 && chance(random, 20) {
				quantity = 2
			}
			picks = append(picks, pick{at, i, quantity})
		}
	}
	return picks
}

// refund says whether a sale is brought back. Drinks are complained about at once, goods are brought back on another day.
func (d *diarist) refund(random *rand.Rand, of *sale, closes time.Time) (refund, bool) {
	if random.IntN(1000) >= refundPerMill {
		return refund{}, false
	}
	back := refund{sale: of, whole: len(of.lines) == 1 || chance(random, 40)}
	if d.site.crowd.returns {
		back.at = of.at.Add(24*time.Hour + time.Duration(random.IntN(3*24*60))*time.Minute)
		back.restock = chance(random, 75)
		back.reason = "불량"
		if back.restock {
			back.reason = "단순 변심"
		}
		return back, true
	}
	back.at = of.at.Add(time.Duration(2+random.IntN(20)) * time.Minute)
	back.reason = []string{mistaken, "메뉴 변경", "음료 불만족"}[random.IntN(3)]
	return back, back.at.Before(closes)
}

// window is a stretch of time in which the tills of all stores work side by side. It ends with its last action.
type window struct {
	end     time.Time
	actions []storeAction
}

type storeAction struct {
	action
	store int
}

// windows cuts one day of all stores into stretches. A new one begins with each hour and after each refund: what happens
// later may build on it.
func windows(stores []day) []window {
	var all []storeAction
	for store := range stores {
		for _, one := range stores[store].actions {
			all = append(all, storeAction{one, store})
		}
	}
	slices.SortStableFunc(all, func(a, b storeAction) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.store, b.store))
	})
	var list []window
	ended := true
	for _, one := range all {
		if last := len(list) - 1; ended || !list[last].end.Truncate(time.Hour).Equal(one.at.Truncate(time.Hour)) {
			list = append(list, window{})
		}
		last := &list[len(list)-1]
		last.actions = append(last.actions, one)
		last.end = one.at
		ended = one.refund != nil
	}
	return list
}
