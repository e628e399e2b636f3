package demo

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"dangol/internal/capability/catalog"
	"dangol/internal/core/place"
	"dangol/internal/core/pricing"
)

func TestTheVarietyStoreHas1500VariantsAndTheCafeAbout40Products(t *testing.T) {
	t.Parallel()
	variants := 0
	for _, product := range goods().products {
		variants += len(product.Variants)
	}
	if variants != 1500 {
		t.Errorf("the variety store has %d variants, want 1500", variants)
	}
	if products := len(cafe().products); products < 38 || products > 45 {
		t.Errorf("the café has %d products, want about 40", products)
	}
}

func TestEveryProductPassesTheCataloguesOwnCheck(t *testing.T) {
	t.Parallel()
	for name, sells := range map[string]assortment{"café": cafe(), "variety store": goods()} {
		for _, product := range sells.products {
			if err := product.Check(); err != nil {
				t.Errorf("%s: %s: %v", name, product.Name, err)
			}
		}
		for _, group := range sells.groups {
			if err := group.Check(); err != nil {
				t.Errorf("%s: group %s: %v", name, group.Name, err)
			}
			if len(group.habits) != len(group.Options) {
				t.Errorf("%s: group %s has %d options and %d habits", name, group.Name, len(group.Options), len(group.habits))
			}
		}
	}
}

func TestNothingIsNamedTwiceInTheOrganisation(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	once := func(kind, value, product string) {
		if other, taken := seen[kind+value]; taken {
			t.Errorf("%s %s belongs to %s and to %s", kind, value, other, product)
		}
		seen[kind+value] = product
	}
	for _, sells := range []assortment{cafe(), goods()} {
		for _, category := range sells.categories {
			once("category", category.Name, category.Name)
		}
		for _, product := range sells.products {
			once("handle", product.Handle, product.Name)
			once("name", product.category+"/"+product.Name, product.Handle)
			for _, variant := range product.Variants {
				once("SKU", variant.SKU, product.Name)
				for _, barcode := range variant.Barcodes {
					once("barcode", barcode, product.Name)
				}
			}
		}
	}
}

func TestBarcodesAreEAN13OfRestrictedCirculation(t *testing.T) {
	t.Parallel()
	count := 0
	for _, sells := range []assortment{cafe(), goods()} {
		for _, product := range sells.products {
			for _, variant := range product.Variants {
				for _, barcode := range variant.Barcodes {
					count++
					if len(barcode) != 13 || !strings.HasPrefix(barcode, "200") || catalog.CheckDigit(barcode[:12]) != barcode[12] {
						t.Errorf("%s has the barcode %s", product.Name, barcode)
					}
				}
			}
		}
	}
	if count < 1500 {
		t.Errorf("%d barcodes, want one for each of the 1500 variants at least", count)
	}
}

func TestPricesAreWhatShopsAsk(t *testing.T) {
	t.Parallel()
	for _, sells := range []assortment{cafe(), goods()} {
		for _, product := range sells.products {
			for i, price := range product.prices {
				if price < 1_000 || price > 30_000 || price%100 != 0 {
					t.Errorf("%s (%s) costs %d won", product.Name, product.Variants[i].Name(), price)
				}
			}
		}
	}
}

func TestANotebookIsSoldInBothShops(t *testing.T) {
	t.Parallel()
	for name, sells := range map[string]assortment{"café": cafe(), "variety store": goods()} {
		if !slices.ContainsFunc(sells.products, func(p product) bool { return strings.Contains(p.Name, "노트") }) {
			t.Errorf("the %s sells no notebook", name)
		}
	}
}

func TestOnlyUnprocessedFoodIsExempt(t *testing.T) {
	t.Parallel()
	var exempt []string
	for _, sells := range []assortment{cafe(), goods()} {
		for _, product := range sells.products {
			if product.Variants[0].TaxClass == pricing.ExemptItem {
				exempt = append(exempt, product.Name)
			}
		}
	}
	want := []string{"바나나", "백미", "현미", "찹쌀", "검은 콩", "흰 콩", "푸른 콩"}
	if !slices.Equal(exempt, want) {
		t.Errorf("exempt are %v, want %v", exempt, want)
	}
}

func TestRegistrationNumbersAreFormedRightAndOfNoTaxOffice(t *testing.T) {
	t.Parallel()
	for _, company := range companies(wednesday()) {
		number := company.identity.RegistrationNumber
		formatted, valid := place.CheckRegistrationNumber(number)
		if !valid || formatted != number || !strings.HasPrefix(number, "000-") {
			t.Errorf("%s has the number %s", company.identity.Name, number)
		}
	}
}

func wednesday() time.Time {
	location, err := time.LoadLocation(zone)
	if err != nil {
		panic(err)
	}
	return time.Date(2026, 11, 25, 0, 0, 0, 0, location)
}

// histories are those of all stores, in order.
func histories(p past) []history {
	var list []history
	for _, company := range companies(p.today) {
		for _, site := range company.stores {
			list = append(list, p.write(len(list), site, company.sells()))
		}
	}
	return list
}

func fortnight(seed uint64) past { return past{seed: seed, days: 14, crowd: 100, today: wednesday()} }

func TestTheSameSeedGivesTheSamePast(t *testing.T) {
	t.Parallel()
	if !reflect.DeepEqual(histories(fortnight(7)), histories(fortnight(7))) {
		t.Error("two pasts of one seed differ")
	}
	if reflect.DeepEqual(histories(fortnight(7)), histories(fortnight(8))) {
		t.Error("the pasts of two seeds are the same")
	}
}

func TestEachDayHasAShopsOrdersWithinItsHours(t *testing.T) {
	t.Parallel()
	for store, history := range histories(fortnight(1)) {
		if len(history.days) != 14 {
			t.Fatalf("store %d has %d days, want 14", store, len(history.days))
		}
		for _, day := range history.days {
			sales := 0
			for i, action := range day.actions {
				if action.at.Before(day.opens) || !action.at.Before(day.closes) {
					t.Errorf("store %d sells or refunds at %s, outside its hours", store, action.at)
				}
				if i > 0 && action.at.Before(day.actions[i-1].at) {
					t.Errorf("store %d: %s stands after what came later", store, action.at)
				}
				if action.sale != nil {
					sales++
				}
			}
			if sales < 50 || sales > 200 {
				t.Errorf("store %d has %d orders on %s", store, sales, day.date)
			}
		}
	}
}

func TestLunchIsTheBusiestTimeOfTheOffices(t *testing.T) {
	t.Parallel()
	byHour := map[int]int{}
	for _, day := range histories(fortnight(1))[0].days {
		for _, action := range day.actions {
			byHour[action.at.Hour()]++
		}
	}
	for hour, orders := range byHour {
		if hour != 12 && orders >= byHour[12] {
			t.Errorf("%d orders at %d o'clock, %d at noon", orders, hour, byHour[12])
		}
	}
	if byHour[18] <= byHour[16] || byHour[18] <= byHour[20] {
		t.Errorf("no peak in the evening: %d, %d, %d orders at 16, 18 and 20 o'clock", byHour[16], byHour[18], byHour[20])
	}
}

func TestNobodyBuysWhatIsNotThere(t *testing.T) {
	t.Parallel()
	for store, history := range histories(fortnight(3)) {
		sells := cafe()
		if store == 2 {
			sells = goods()
		}
		shelf := map[unit]int64{}
		carry := func(list []delivery) {
			for _, one := range list {
				if shelf[one.unit] += one.quantity; shelf[one.unit] < 0 {
					t.Errorf("store %d: a delivery leaves %d of %v", store, shelf[one.unit], one.unit)
				}
			}
		}
		carry(history.opening)
		for _, day := range history.days {
			carry(day.delivered)
			back := map[unit]int64{}
			for _, action := range day.actions {
				if action.refund != nil {
					for i, line := range action.refund.sale.lines {
						if action.refund.restock && (i == 0 || action.refund.whole) {
							back[line.unit] += int64(line.quantity)
						}
					}
					continue
				}
				for _, line := range action.sale.lines {
					if sells.products[line.product].par == 0 {
						continue
					}
					if shelf[line.unit] -= int64(line.quantity); shelf[line.unit] < 0 {
						t.Errorf("store %d sells %v when none is left on %s", store, line.unit, day.date)
					}
				}
			}
			for unit, quantity := range back {
				shelf[unit] += quantity
			}
			carry(day.wasted)
		}
		low := 0
		for _, left := range shelf {
			if left <= 2 {
				low++
			}
		}
		if low == 0 {
			t.Errorf("store %d: nothing is low or gone after two weeks", store)
		}
	}
}

func TestTheCoffeeNotebookIsAlwaysThere(t *testing.T) {
	t.Parallel()
	sells := cafe()
	notebook := slices.IndexFunc(sells.products, func(p product) bool { return p.Name == "커피 노트" })
	for seed := range uint64(5) {
		for store, site := range companies(wednesday())[0].stores {
			history := fortnight(seed).write(store, site, sells)
			left := int64(0)
			move := func(list []delivery) {
				for _, one := range list {
					if one.product == notebook {
						left += one.quantity
					}
				}
			}
			move(history.opening)
			for _, day := range history.days {
				move(day.delivered)
				for _, action := range day.actions {
					if action.sale == nil {
						continue
					}
					for _, line := range action.sale.lines {
						move([]delivery{{line.unit, -int64(line.quantity)}})
					}
				}
			}
			if left < 3 {
				t.Errorf("seed %d: store %d has %d of them at the end", seed, store, left)
			}
		}
	}
}

func TestAFewOrdersAreRefundedAfterTheyWereSold(t *testing.T) {
	t.Parallel()
	refunds, sales := 0, 0
	for store, history := range histories(fortnight(1)) {
		for _, day := range history.days {
			for _, action := range day.actions {
				if action.sale != nil {
					sales++
					continue
				}
				refunds++
				if !action.at.After(action.refund.sale.at) || action.till != action.refund.sale.till {
					t.Errorf("store %d refunds at %s and till %d what was sold at %s and till %d", store, action.at, action.till,
						action.refund.sale.at, action.refund.sale.till)
				}
			}
		}
	}
	if refunds < sales/200 || refunds > sales/50 {
		t.Errorf("%d refunds of %d sales, want about one in a hundred", refunds, sales)
	}
}

func TestARequiredGroupIsAnsweredOnceAndOthersWithinTheirMaximum(t *testing.T) {
	t.Parallel()
	sells := cafe()
	for _, day := range histories(fortnight(1))[0].days {
		for _, action := range day.actions {
			if action.sale == nil {
				continue
			}
			for _, line := range action.sale.lines {
				chosen := map[string]int64{}
				for _, pick := range line.picks {
					chosen[sells.groups[pick.group].Name] += int64(pick.quantity)
				}
				for _, name := range sells.products[line.product].groups {
					at := slices.IndexFunc(sells.groups, func(group optionGroup) bool { return group.Name == name })
					if group := sells.groups[at]; chosen[name] < group.Minimum || chosen[name] > group.Maximum {
						t.Errorf("%s has %d of %s", sells.products[line.product].Name, chosen[name], name)
					}
				}
			}
		}
	}
}

func TestWindowsKeepTheOrderOfTimeAndEndWithARefundOrTheHour(t *testing.T) {
	t.Parallel()
	all := histories(fortnight(1))
	for number := range 14 {
		var stores []day
		count := 0
		for _, history := range all {
			stores = append(stores, history.days[number])
			count += len(history.days[number].actions)
		}
		var last time.Time
		for _, window := range windows(stores) {
			for i, action := range window.actions {
				if action.at.Before(last) {
					t.Errorf("%s comes after %s", action.at, last)
				}
				last = action.at
				count--
				if action.refund != nil && i != len(window.actions)-1 {
					t.Errorf("a refund at %s does not end its window", action.at)
				}
			}
			if !window.end.Equal(last) {
				t.Errorf("a window ends at %s, its last action is at %s", window.end, last)
			}
		}
		if count != 0 {
			t.Errorf("%d actions are in no window", count)
		}
	}
}
