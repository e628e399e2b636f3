// Package catalog is what an organisation sells: products with their variants, categories, option groups, and the price
// of each variant in each store. A variant is sold in a store if and only if it has a price there. It reads and writes
// catalogue files. It knows nothing of how many units there are, of discounts or of tax rates; a tax class is only a
// name that pricing understands.
package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"dangol/internal/core/pricing"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/id"
	"dangol/internal/ground/money"
)

// What the ids of this package begin with.
const (
	ProductID  id.Kind = "prd"
	VariantID  id.Kind = "var"
	CategoryID id.Kind = "cat"
	GroupID    id.Kind = "opg"
	OptionID   id.Kind = "opt"
	ImportID   id.Kind = "imp"
)

// Kind is what sort of thing a product is.
type Kind string

const (
	Goods   Kind = "goods"   // comes ready, from a shelf
	Food    Kind = "food"    // is prepared when it is ordered
	Service Kind = "service" // is done, not handed over
)

// SoldBy is what a product's price is the price of.
type SoldBy string

const (
	SoldByUnit   SoldBy = "unit"       // of one unit
	SoldByAmount SoldBy = "open_price" // of nothing: the cashier enters the amount (금액 입력, 시가)
	SoldByWeight SoldBy = "weight"     // of a kilogram; each piece is weighed (무게 판매), its stock counted in grams
)

// Bounds are the lowest and the highest amount that a cashier may enter for an open price, in minor units of the store's
// currency. A Most of 0 is no bound.
type Bounds struct{ Least, Most int64 }

// holds says whether an amount is within the bounds. Nothing is sold for an amount of nothing.
func (b Bounds) holds(amount int64) bool {
	return amount > 0 && amount >= b.Least && amount <= b.most()
}

func (b Bounds) most() int64 {
	if b.Most == 0 {
		return money.Max
	}
	return b.Most
}

// Axes is the largest number of properties, such as size and colour, by which a product's variants differ.
const Axes = 3

// The limits of one product.
const (
	maxName        = 200   // characters of a name, handle or value
	maxDescription = 5_000 // characters
	maxSKU         = 64    // characters
	maxBarcode     = 64    // characters
	maxBarcodes    = 10    // of a variant
	maxVariants    = 200   // of a product
	maxGroups      = 20    // of a product
	maxOptions     = 100   // of a group
	maxSort        = 1_000_000
)

// Product is what is offered under one name.
type Product struct {
	ID int64
	// Version moves on with every change of the product, its variants, barcodes, groups or prices.
	Version int64
	// Handle names the product in files; unique in the organisation.
	Handle      string
	Name        string
	NameEN      string // "" when there is none
	Description string
	Category    int64 // 0 for none
	Kind        Kind
	SoldBy      SoldBy // "" for SoldByUnit
	// Bounds are those of an open price; any other product has none.
	Bounds
	Archived bool
	// Axes name what variants differ by; "" for an axis that is not used.
	Axes [Axes]string
	// Groups are the option groups that are asked for, in order.
	Groups   []int64
	Variants []Variant
}

// Variant is what is priced, scanned and stocked.
type Variant struct {
	ID int64
	// Values are the variant's on the product's axes.
	Values   [Axes]string
	SKU      string   // unique among the organisation's variants that are not archived; "" when there is none
	Barcodes []string // sorted; unique in the organisation
	// Tracked units are counted and can't be sold below zero.
	Tracked  bool
	TaxClass pricing.TaxClass
	Sort     int64
	Archived bool
	// Prices are amounts in minor units of the store's currency, by store. That of an open price is what the till proposes,
	// 0 for nothing.
	Prices map[int64]int64
	// Recipe is what one unit takes from stock beside itself. What is weighed has none.
	Recipe []Part
}

// Name is the variant's own name: its values. A product that has one variant without values gives "".
func (v *Variant) Name() string {
	values := make([]string, 0, Axes)
	for _, value := range v.Values {
		if value != "" {
			values = append(values, value)
		}
	}
	return strings.Join(values, " / ")
}

// Category is a shelf of the catalogue.
type Category struct {
	ID      int64
	Version int64
	Name    string // unique in the organisation
	NameEN  string
	Sort    int64
}

// Group is a set of options of which at least Minimum and at most Maximum are chosen for each unit.
type Group struct {
	ID      int64
	Version int64
	Name    string // unique in the organisation
	NameEN  string
	Minimum int64
	Maximum int64
	Sort    int64
	Options []Option
}

// Option is one way in which something is prepared.
type Option struct {
	ID     int64
	Name   string
	NameEN string
	// Delta is added to the unit's price for each time it is chosen, in minor units of the store's currency.
	Delta int64
	// Preset options are chosen unless the guest says otherwise.
	Preset   bool
	SoldOut  bool
	Archived bool
	Sort     int64
	// Recipe is what it takes from stock each time it is chosen.
	Recipe []Part
}

// What can be wrong with a product, a category or a group.
var (
	ErrMissing = fault.Define(fault.Invalid, "catalog.missing",
		"꼭 필요한 칸이에요. 내용을 적어 주세요.", "This is required. Fill it in.")
	ErrTooLong = fault.Define(fault.Invalid, "catalog.too_long",
		"너무 길어요. {max}자 안으로 줄여 주세요.", "Too long. Keep it within {max} characters.")
	ErrCharacters = fault.Define(fault.Invalid, "catalog.characters",
		"쓸 수 없는 글자가 들어 있어요. 지우고 다시 적어 주세요.", "It contains a character that can't be used. Type it again.")
	ErrTooMany = fault.Define(fault.Invalid, "catalog.too_many",
		"너무 많아요. {max}개까지 넣을 수 있어요.", "Too many. At most {max} are possible.")
	ErrChoice = fault.Define(fault.Invalid, "catalog.choice",
		"고를 수 없는 값이에요. 쓸 수 있는 값: {allowed}", "Not one of the possible values: {allowed}.")
	ErrRange = fault.Define(fault.Invalid, "catalog.range",
		"{min}부터 {max}까지의 숫자로 적어 주세요.", "Enter a number from {min} to {max}.")
	ErrBarcode = fault.Define(fault.Invalid, "catalog.barcode",
		"바코드 {barcode}의 마지막 확인 숫자가 맞지 않아요. 라벨의 숫자를 다시 확인해 주세요.",
		"The check digit of barcode {barcode} is wrong. Compare it with the label.")
	ErrAxisOrder = fault.Define(fault.Invalid, "catalog.axis_order",
		"앞의 옵션 이름부터 차례로 채워 주세요.", "Fill the option names in order, without a gap.")
	ErrValueMissing = fault.Define(fault.Invalid, "catalog.value_missing",
		"옵션 '{axis}'의 값을 적어 주세요.", "Enter the value of option “{axis}”.")
	ErrValueUnnamed = fault.Define(fault.Invalid, "catalog.value_unnamed",
		"옵션 값이 있으면 옵션 이름도 적어 주세요.", "An option value needs an option name.")
	ErrSameValues = fault.Define(fault.Invalid, "catalog.same_values",
		"옵션 값이 같은 품목이 두 개 있어요. 하나를 바꾸거나 지워 주세요.",
		"Two variants have the same option values. Change or remove one.")
	ErrSameNumber = fault.Define(fault.Invalid, "catalog.same_number",
		"{value}을(를) 이 상품에서 두 번 썼어요. 하나를 지워 주세요.", "{value} is used twice in this product. Remove one.")
	ErrSKUTaken = fault.Define(fault.Conflict, "catalog.sku_taken",
		"SKU {sku}은(는) 이미 '{product}'에서 쓰고 있어요. 다른 SKU를 적어 주세요.",
		"SKU {sku} already belongs to “{product}”. Use another one.")
	ErrBarcodeTaken = fault.Define(fault.Conflict, "catalog.barcode_taken",
		"바코드 {barcode}은(는) 이미 '{product}'에서 쓰고 있어요. 바코드를 다시 확인해 주세요.",
		"Barcode {barcode} already belongs to “{product}”. Check the barcode.")
	ErrHandleTaken = fault.Define(fault.Conflict, "catalog.handle_taken",
		"상품코드 {handle}은(는) 이미 쓰고 있어요. 다른 코드를 적어 주세요.", "Product code {handle} is already used. Choose another one.")
	ErrNameTaken = fault.Define(fault.Conflict, "catalog.name_taken",
		"'{name}'은(는) 이미 있어요. 다른 이름을 적어 주세요.", "“{name}” already exists. Choose another name.")
	ErrUnknownReference = fault.Define(fault.Invalid, "catalog.unknown_reference",
		"고른 항목을 찾을 수 없어요. 새로 불러온 뒤 다시 골라 주세요.", "What was chosen here no longer exists. Reload and choose again.")
	ErrMinMax = fault.Define(fault.Invalid, "catalog.min_max",
		"최소 개수가 최대 개수보다 많아요. 둘 중 하나를 고쳐 주세요.", "The minimum is above the maximum. Correct one of them.")
	ErrPresets = fault.Define(fault.Invalid, "catalog.presets",
		"미리 고른 옵션이 최대 개수보다 많아요. 줄여 주세요.", "More options are preset than may be chosen. Preset fewer.")
	ErrLeastMost = fault.Define(fault.Invalid, "catalog.least_most",
		"최소 금액이 최대 금액보다 커요. 둘 중 하나를 고쳐 주세요.", "The lowest amount is above the highest. Correct one of them.")
	ErrBoundsUnasked = fault.Define(fault.Invalid, "catalog.bounds_unasked",
		"최소·최대 금액은 금액을 입력해 파는 상품에만 쓸 수 있어요. 지워 주세요.",
		"Only a product whose amount is entered at the till has a lowest and a highest amount. Remove them.")
	ErrProposal = fault.Define(fault.Invalid, "catalog.proposal",
		"기본 금액이 최소·최대 금액을 벗어났어요. 고치거나 0으로 두세요.",
		"The proposed amount is outside the lowest and highest. Correct it, or leave it 0.")
	ErrWeighedRecipe = fault.Define(fault.Invalid, "catalog.weighed_recipe",
		"무게로 파는 상품에는 레시피를 둘 수 없어요. 레시피를 지워 주세요.", "What is sold by weight can't have a recipe. Remove it.")
	ErrWeighedCounted = fault.Define(fault.Conflict, "catalog.weighed_counted",
		"재고를 세고 있는 상품은 무게 판매로 바꾸거나 되돌릴 수 없어요. 새 상품으로 만들어 주세요.",
		"Its stock is counted, in units or in grams, so it can't be changed to or from selling by weight. Make a new product.")
	ErrStale = fault.Define(fault.Stale, "catalog.stale",
		"그 사이에 다른 사람이 바꿨어요. 새로 불러와 바뀐 내용을 확인한 뒤 다시 저장해 주세요.",
		"Someone changed this in the meantime. Reload, look at the change, and save again.")
	ErrTaken = fault.Define(fault.Conflict, "catalog.taken",
		"같은 코드나 이름이 방금 등록되었어요. 새로 불러온 뒤 다시 저장해 주세요.",
		"The same code or name was registered just now. Reload and save again.")
)

// text checks a text that is shown on one line.
func text(path, value string, limit int, required bool) error {
	switch {
	case value == "" && required:
		return ErrMissing.At(path)
	case utf8.RuneCountInString(value) > limit:
		return ErrTooLong.At(path, fault.Values{"max": limit})
	case strings.ContainsFunc(value, unicode.IsControl) || !utf8.ValidString(value):
		return ErrCharacters.At(path)
	}
	return nil
}

// prose checks a text that may have several lines.
func prose(path, value string, limit int) error {
	return text(path, strings.NewReplacer("\n", " ", "\t", " ").Replace(value), limit, false)
}

func between(path string, value, least, most int64) error {
	if value < least || value > most {
		return ErrRange.At(path, fault.Values{"min": least, "max": most})
	}
	return nil
}

func choice[T ~string](path string, value T, allowed ...T) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	names := make([]string, len(allowed))
	for i, name := range allowed {
		names[i] = string(name)
	}
	return ErrChoice.At(path, fault.Values{"allowed": strings.Join(names, ", ")})
}

// Check says what is wrong with a product by itself: nil, or an error with the fields that are to be corrected. The
// paths are those of the product's JSON.
func (p *Product) Check() error {
	errs := []error{
		text("handle", p.Handle, maxName, true),
		text("name", p.Name, maxName, true),
		text("name_en", p.NameEN, maxName, false),
		prose("description", p.Description, maxDescription),
		choice("kind", p.Kind, Goods, Food, Service),
		choice("sold_by", cmp.Or(p.SoldBy, SoldByUnit), SoldByUnit, SoldByAmount, SoldByWeight),
	}
	errs = append(errs, p.checkBounds()...)
	for i, axis := range p.Axes {
		path := fmt.Sprintf("axes[%d]", i)
		errs = append(errs, text(path, axis, maxName, false))
		if axis != "" && i > 0 && p.Axes[i-1] == "" {
			errs = append(errs, ErrAxisOrder.At(path))
		}
	}
	if len(p.Groups) > maxGroups {
		errs = append(errs, ErrTooMany.At("option_groups", fault.Values{"max": maxGroups}))
	}
	switch {
	case len(p.Variants) == 0:
		errs = append(errs, ErrMissing.At("variants"))
	case len(p.Variants) > maxVariants:
		errs = append(errs, ErrTooMany.At("variants", fault.Values{"max": maxVariants}))
	}
	seen := map[[Axes]string]bool{}
	numbers := map[string]bool{}
	for i := range p.Variants {
		if p.Variants[i].Archived {
			continue
		}
		path := fmt.Sprintf("variants[%d]", i)
		errs = append(errs, p.Variants[i].check(path, p.Axes, numbers)...)
		if seen[p.Variants[i].Values] {
			errs = append(errs, ErrSameValues.At(path+".values"))
		}
		seen[p.Variants[i].Values] = true
		if p.SoldBy == SoldByWeight && len(p.Variants[i].Recipe) > 0 {
			errs = append(errs, ErrWeighedRecipe.At(path+".recipe"))
		}
		for _, proposed := range p.Variants[i].Prices {
			if p.SoldBy == SoldByAmount && proposed != 0 && !p.holds(proposed) {
				errs = append(errs, ErrProposal.At(path+".prices"))
			}
		}
	}
	return fault.Collect(errs...)
}

// checkBounds gathers what is wrong with the bounds of an open price.
func (p *Product) checkBounds() []error {
	if p.SoldBy != SoldByAmount && p.Bounds != (Bounds{}) {
		return []error{ErrBoundsUnasked.At("least_price")}
	}
	errs := []error{between("least_price", p.Least, 0, money.Max), between("most_price", p.Most, 0, money.Max)}
	if p.Least > p.most() {
		errs = append(errs, ErrLeastMost.At("least_price"))
	}
	return errs
}

// check gathers what is wrong with a variant. Numbers are the SKUs and barcodes that its product has used so far.
func (v *Variant) check(path string, axes [Axes]string, numbers map[string]bool) []error {
	errs := []error{
		text(path+".sku", v.SKU, maxSKU, false),
		choice(path+".tax_class", v.TaxClass, pricing.Standard, pricing.ExemptItem, pricing.ZeroRated),
		between(path+".sort", v.Sort, 0, maxSort),
	}
	for i, value := range v.Values {
		at := fmt.Sprintf("%s.values[%d]", path, i)
		errs = append(errs, text(at, value, maxName, false))
		switch {
		case axes[i] == "" && value != "":
			errs = append(errs, ErrValueUnnamed.At(at))
		case axes[i] != "" && value == "":
			errs = append(errs, ErrValueMissing.At(at, fault.Values{"axis": axes[i]}))
		}
	}
	used := func(at, number string) {
		if numbers[number] {
			errs = append(errs, ErrSameNumber.At(at, fault.Values{"value": number}))
		}
		numbers[number] = true
	}
	if v.SKU != "" {
		used(path+".sku", "SKU "+v.SKU)
	}
	if len(v.Barcodes) > maxBarcodes {
		errs = append(errs, ErrTooMany.At(path+".barcodes", fault.Values{"max": maxBarcodes}))
	}
	for i, barcode := range v.Barcodes {
		at := fmt.Sprintf("%s.barcodes[%d]", path, i)
		if !validBarcode(barcode) {
			errs = append(errs, ErrBarcode.At(at, fault.Values{"barcode": barcode}))
		}
		used(at, barcode)
	}
	for _, amount := range v.Prices {
		errs = append(errs, between(path+".prices", amount, 0, money.Max))
	}
	return append(errs, checkRecipe(path+".recipe", v.Recipe)...)
}

// Check says what is wrong with a category by itself.
func (c *Category) Check() error {
	return fault.Collect(
		text("name", c.Name, maxName, true),
		text("name_en", c.NameEN, maxName, false),
		between("sort", c.Sort, 0, maxSort),
	)
}

// Check says what is wrong with a group by itself.
func (g *Group) Check() error {
	errs := []error{
		text("name", g.Name, maxName, true),
		text("name_en", g.NameEN, maxName, false),
		between("min", g.Minimum, 0, maxOptions),
		between("max", g.Maximum, 1, maxOptions),
		between("sort", g.Sort, 0, maxSort),
	}
	if g.Minimum > g.Maximum {
		errs = append(errs, ErrMinMax.At("min"))
	}
	if len(g.Options) > maxOptions {
		errs = append(errs, ErrTooMany.At("options", fault.Values{"max": maxOptions}))
	}
	names := map[string]bool{}
	presets := int64(0)
	current := 0
	for i := range g.Options {
		option := &g.Options[i]
		if option.Archived {
			continue
		}
		current++
		path := fmt.Sprintf("options[%d]", i)
		errs = append(errs,
			text(path+".name", option.Name, maxName, true),
			text(path+".name_en", option.NameEN, maxName, false),
			between(path+".price_delta", option.Delta, -money.Max, money.Max),
			between(path+".sort", option.Sort, 0, maxSort),
		)
		errs = append(errs, checkRecipe(path+".recipe", option.Recipe)...)
		if names[option.Name] {
			errs = append(errs, ErrSameNumber.At(path+".name", fault.Values{"value": option.Name}))
		}
		names[option.Name] = true
		presets += int64(bit(option.Preset))
	}
	if current == 0 {
		errs = append(errs, ErrMissing.At("options"))
	}
	if presets > g.Maximum {
		errs = append(errs, ErrPresets.At("options"))
	}
	return fault.Collect(errs...)
}

func bit(truth bool) int {
	if truth {
		return 1
	}
	return 0
}
