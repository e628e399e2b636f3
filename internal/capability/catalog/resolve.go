package catalog

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"dangol/internal/core/place"
	"dangol/internal/core/pricing"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
	"dangol/internal/ground/money"
)

// The limits of what is resolved at once.
const (
	maxLines           = 500
	maxChoices         = 100 // options chosen on one line
	maxChoiceQuantity  = 99
	resolveOptionsPath = "lines[%d].options[%d].option_id"
)

// Wanted is one line that someone wants to buy.
type Wanted struct {
	Variant int64
	Options []Choice
	// Amount is what the cashier entered for an open price, and Grams what a piece weighs; 0 for what is sold otherwise.
	Amount, Grams int64
}

// Choice is an option and how often it is chosen for each unit.
type Choice struct {
	Option   int64
	Quantity int64
}

// Resolved is what a wanted line is, at the moment it was looked up.
type Resolved struct {
	Variant, Product, Category int64
	Name, NameEN               string // the product's
	VariantName                string // "" when the product has only one
	SKU                        string
	SoldBy                     SoldBy
	Price                      int64 // of one unit without options, by weight of a kilogram, in minor units of the store's currency
	TaxClass                   pricing.TaxClass
	Tracked                    bool
	Options                    []ResolvedOption
	// Parts are what one unit with its options takes from stock beside itself.
	Parts []Part
}

// ResolvedOption is a chosen option.
type ResolvedOption struct {
	Group, Option          int64
	GroupName, GroupNameEN string
	Name, NameEN           string
	Delta                  int64 // for each time it is chosen
	Quantity               int64
}

// What can be wrong with a wanted line. The sentences name the group or option as the reader's language has it.
var (
	ErrVariantUnknown = fault.Define(fault.Invalid, "catalog.variant_unknown",
		"찾을 수 없는 품목이에요. 메뉴를 새로 불러온 뒤 다시 담아 주세요.", "This item no longer exists. Reload the menu and add it again.")
	ErrNotSold = fault.Define(fault.Invalid, "catalog.not_sold",
		"'{name}'은(는) 이 매장에서 팔지 않아요. 주문에서 빼 주세요.", "“{name_en}” is not sold in this store. Remove it from the order.")
	ErrOptionUnknown = fault.Define(fault.Invalid, "catalog.option_unknown",
		"찾을 수 없는 옵션이에요. 메뉴를 새로 불러온 뒤 다시 골라 주세요.", "This option no longer exists. Reload the menu and choose again.")
	ErrOptionForeign = fault.Define(fault.Invalid, "catalog.option_foreign",
		"'{option}'은(는) 이 상품에서 고를 수 없는 옵션이에요. 옵션을 다시 골라 주세요.",
		"“{option_en}” is not an option of this item. Choose again.")
	ErrOptionTwice = fault.Define(fault.Invalid, "catalog.option_twice",
		"같은 옵션이 두 번 있어요. 수량으로 합쳐 주세요.", "The same option is there twice. Use its quantity instead.")
	ErrOptionSoldOut = fault.Define(fault.Invalid, "catalog.option_sold_out",
		"'{option}'은(는) 품절이에요. 다른 옵션을 골라 주세요.", "“{option_en}” is sold out. Choose another option.")
	ErrGroupMinimum = fault.Define(fault.Invalid, "catalog.group_minimum",
		"'{group}'에서 {min}개 이상 골라 주세요.", "Choose at least {min} in “{group_en}”.")
	ErrGroupMaximum = fault.Define(fault.Invalid, "catalog.group_maximum",
		"'{group}'에서는 {max}개까지만 고를 수 있어요.", "Choose at most {max} in “{group_en}”.")
	ErrPriceBelowZero = fault.Define(fault.Invalid, "catalog.price_below_zero",
		"고른 옵션으로는 '{name}'의 가격이 0원보다 적어져요. 옵션을 바꿔 주세요.",
		"With these options the price of “{name_en}” falls below zero. Change the options.")
)

// What can be wrong with what was entered or weighed.
var (
	ErrNotAsked = fault.Define(fault.Invalid, "catalog.not_asked",
		"'{name}'은(는) 정해진 가격으로 파는 상품이에요. 금액을 지우고 다시 담아 주세요.",
		"“{name_en}” has a price of its own. Remove the amount and add it again.")
	ErrAmount = fault.Define(fault.Invalid, "catalog.amount",
		"'{name}'의 금액을 {minKO}부터 {maxKO}까지로 입력해 주세요.", "Enter an amount from {minEN} to {maxEN} for “{name_en}”.")
	ErrNotWeighed = fault.Define(fault.Invalid, "catalog.not_weighed",
		"'{name}'은(는) 무게로 파는 상품이 아니에요. 무게를 지우고 다시 담아 주세요.",
		"“{name_en}” is not sold by weight. Remove the weight and add it again.")
	ErrGrams = fault.Define(fault.Invalid, "catalog.grams",
		"'{name}'의 무게를 {min}g부터 {max}g까지로 입력해 주세요.", "Enter a weight from {min} g to {max} g for “{name_en}”.")
)

var (
	// What is wanted stands in a WITH, so that it is looked up first whatever PostgreSQL believes of a fresh table.
	resolveVariants = database.Register("catalog.resolve_variants", `
		WITH wanted AS MATERIALIZED (
			SELECT id, product_id, value1, value2, value3, sku, tax_class, tracked, archived FROM catalog_variant
			WHERE org_id = $1 AND id = ANY_ID($3))
		SELECT w.id, w.product_id, p.category_id, p.name, p.name_en, p.sold_by, p.least_price, p.most_price,
			w.value1, w.value2, w.value3, w.sku, w.tax_class, w.tracked,
			w.archived + p.archived, CASE WHEN c.amount IS NULL THEN -1 ELSE COALESCE((
				SELECT p.amount FROM catalog_planned_price p
				WHERE p.org_id = $1 AND p.variant_id = w.id AND `+holds("$2", "$6", "$4", "$7")+`
				ORDER BY `+firstHeld+` LIMIT 1), c.amount) END, CASE WHEN s.item_id IS NULL THEN 0 ELSE 1 END
		FROM wanted w
		JOIN catalog_product p ON p.org_id = $1 AND p.id = w.product_id
		LEFT JOIN catalog_price c ON c.org_id = $1 AND c.variant_id = w.id AND c.store_id = $2
		LEFT JOIN catalog_sold_out s ON s.org_id = $1 AND s.store_id = $2 AND s.item_id = w.id
			AND (s.day = '' OR s.day = $4) AND (s.ends_at = 0 OR s.ends_at > $5)`)
	resolveGroups = database.Register("catalog.resolve_groups", `
		SELECT l.product_id, g.id, g.name, g.name_en, g.minimum, g.maximum FROM catalog_product_group l
		JOIN catalog_option_group g ON g.org_id = l.org_id AND g.id = l.group_id
		WHERE l.org_id = $1 AND l.product_id = ANY_ID($2) ORDER BY l.product_id, l.sort`)
	resolveOptions = database.Register("catalog.resolve_options", `
		SELECT o.id, o.group_id, o.name, o.name_en, o.price_delta,
			CASE WHEN o.sold_out = 1 OR s.item_id IS NOT NULL THEN 1 ELSE 0 END, o.archived
		FROM catalog_option o
		LEFT JOIN catalog_sold_out s ON s.org_id = $1 AND s.store_id = $2 AND s.item_id = o.id
			AND (s.day = '' OR s.day = $4) AND (s.ends_at = 0 OR s.ends_at > $5)
		WHERE o.org_id = $1 AND o.id = ANY_ID($3)`)
)

// Resolve says what wanted lines are, with the price in the store as it sells now, planned ones included. The answer has one
// entry a line, in order. What is wrong with any of them comes back as one error with a field for each:
// lines[0].variant_id, lines[0].price, lines[0].grams, lines[0].options and lines[0].options[1].option_id. It takes four
// queries, however many lines there are.
func Resolve(ctx context.Context, tx *database.Tx, org int64, store place.Store, lines []Wanted) ([]Resolved, error) {
	if len(lines) > maxLines {
		return nil, ErrTooMany.At("lines", fault.Values{"max": maxLines})
	}
	known, err := lookUp(ctx, tx, org, store, lines)
	if err != nil {
		return nil, err
	}
	resolved := make([]Resolved, len(lines))
	var errs []error
	for i, line := range lines {
		errs = append(errs, known.line(i, line, store.Currency, &resolved[i])...)
	}
	if err := fault.Collect(errs...); err != nil {
		return nil, err
	}
	return resolved, nil
}

// lookedUp is what lines are resolved from.
type lookedUp struct {
	variants map[int64]foundVariant
	groups   map[int64][]foundGroup // by product
	options  map[int64]foundOption
	recipes  map[int64][]Part // of variants and options, as far as their parts are counted
}

type foundVariant struct {
	Resolved
	Bounds
	archived int64
	soldOut  bool
}

type foundGroup struct {
	id, minimum, maximum int64
	name, nameEN         string
}

type foundOption struct {
	ResolvedOption
	soldOut, archived bool
}

func lookUp(ctx context.Context, tx *database.Tx, org int64, store place.Store, lines []Wanted) (*lookedUp, error) {
	known := &lookedUp{
		variants: map[int64]foundVariant{}, groups: map[int64][]foundGroup{}, options: map[int64]foundOption{}, recipes: map[int64][]Part{},
	}
	day, minute := clockOf(store, tx.Now())
	now := tx.Micros()
	var variants, products, options database.IDs
	for _, line := range lines {
		variants = append(variants, line.Variant)
		for _, choice := range line.Options {
			options = append(options, choice.Option)
		}
	}
	err := tx.Each(ctx, resolveVariants, func(row database.Scanner) error {
		var v foundVariant
		var values Variant
		err := row.Scan(&v.Variant, &v.Product, &v.Category, &v.Name, &v.NameEN, &v.SoldBy, &v.Least, &v.Most, &values.Values[0],
			&values.Values[1], &values.Values[2], &v.SKU, &v.TaxClass, flag(&v.Tracked), &v.archived, &v.Price, flag(&v.soldOut))
		v.VariantName = values.Name()
		known.variants[v.Variant] = v
		products = append(products, v.Product)
		return err
	}, org, store.ID, variants, day, now, string(store.Currency), minute)
	if err != nil {
		return nil, err
	}
	err = tx.Each(ctx, resolveGroups, func(row database.Scanner) error {
		var product int64
		var g foundGroup
		err := row.Scan(&product, &g.id, &g.name, &g.nameEN, &g.minimum, &g.maximum)
		known.groups[product] = append(known.groups[product], g)
		return err
	}, org, products)
	if err != nil {
		return known, err
	}
	err = eachPart(ctx, tx, org, append(variants, options...), func(item int64, part Part, tracked bool) {
		if tracked {
			known.recipes[item] = append(known.recipes[item], part)
		}
	})
	if err != nil || len(options) == 0 {
		return known, err
	}
	return known, tx.Each(ctx, resolveOptions, func(row database.Scanner) error {
		var o foundOption
		err := row.Scan(&o.Option, &o.Group, &o.Name, &o.NameEN, &o.Delta, flag(&o.soldOut), flag(&o.archived))
		known.options[o.Option] = o
		return err
	}, org, store.ID, options, day, now)
}

// line resolves one line, and gathers what is wrong with it.
func (l *lookedUp) line(at int, wanted Wanted, currency money.Currency, into *Resolved) []error {
	variant, there := l.variants[wanted.Variant]
	path := fmt.Sprintf("lines[%d].variant_id", at)
	if !there {
		return []error{ErrVariantUnknown.At(path)}
	}
	*into = variant.Resolved
	into.take(l.recipes[variant.Variant], 1)
	if variant.archived > 0 || variant.Price < 0 {
		return []error{ErrNotSold.At(path, bothNames("name", variant.Name, variant.NameEN))}
	}
	if variant.soldOut {
		return []error{ErrSoldOut.At(path, bothNames("name", variant.Name, variant.NameEN))}
	}
	if len(wanted.Options) > maxChoices {
		return []error{ErrTooMany.At(fmt.Sprintf("lines[%d].options", at), fault.Values{"max": maxChoices})}
	}
	unit, err := variant.price(wanted, currency, fmt.Sprintf("lines[%d]", at))
	if err != nil {
		return []error{err}
	}
	if variant.SoldBy == SoldByAmount {
		into.Price = wanted.Amount
	}
	groups := l.groups[variant.Product]
	var errs []error
	counts := map[int64]int64{}
	chosen := map[int64]bool{}
	for i, choice := range wanted.Options {
		option, err := l.option(groups, choice, fmt.Sprintf(resolveOptionsPath, at, i))
		if err == nil && chosen[choice.Option] {
			err = ErrOptionTwice.At(fmt.Sprintf(resolveOptionsPath, at, i))
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		chosen[choice.Option] = true
		counts[option.Group] += choice.Quantity
		unit += option.Delta * choice.Quantity
		into.Options = append(into.Options, *option)
		into.take(l.recipes[option.Option], choice.Quantity)
	}
	if len(errs) > 0 {
		return errs
	}
	path = fmt.Sprintf("lines[%d].options", at)
	for _, group := range groups {
		values := bothNames("group", group.name, group.nameEN)
		values["min"], values["max"] = group.minimum, group.maximum
		switch {
		case counts[group.id] < group.minimum:
			errs = append(errs, ErrGroupMinimum.At(path, values))
		case counts[group.id] > group.maximum:
			errs = append(errs, ErrGroupMaximum.At(path, values))
		}
	}
	if len(errs) == 0 && unit < 0 {
		errs = append(errs, ErrPriceBelowZero.At(path, bothNames("name", variant.Name, variant.NameEN)))
	}
	return errs
}

// price is what one unit or the weighed piece costs without options.
func (v *foundVariant) price(wanted Wanted, currency money.Currency, path string) (int64, error) {
	name := bothNames("name", v.Name, v.NameEN)
	if wanted.Amount != 0 && v.SoldBy != SoldByAmount {
		return 0, ErrNotAsked.At(path+".price", name)
	}
	if wanted.Grams != 0 && v.SoldBy != SoldByWeight {
		return 0, ErrNotWeighed.At(path+".grams", name)
	}
	switch v.SoldBy {
	case SoldByAmount:
		if !v.holds(wanted.Amount) {
			maps.Copy(name, money.Money{Amount: max(1, v.Least), Currency: currency}.Values("min"))
			maps.Copy(name, money.Money{Amount: v.most(), Currency: currency}.Values("max"))
			return 0, ErrAmount.At(path+".price", name)
		}
		return wanted.Amount, nil
	case SoldByWeight:
		if wanted.Grams < 1 || wanted.Grams > pricing.MaxGrams {
			name["min"], name["max"] = 1, pricing.MaxGrams
			return 0, ErrGrams.At(path+".grams", name)
		}
		amount, err := pricing.Weigh(v.Price, wanted.Grams)
		if err != nil {
			return 0, money.Overflow.At(path + ".grams")
		}
		return amount, nil
	default:
		return v.Price, nil
	}
}

// take adds what a recipe takes so many times.
func (r *Resolved) take(recipe []Part, times int64) {
	for _, part := range recipe {
		part.Quantity *= times
		at := slices.IndexFunc(r.Parts, func(other Part) bool { return other.Variant == part.Variant })
		if at < 0 {
			r.Parts = append(r.Parts, part)
			continue
		}
		r.Parts[at].Quantity += part.Quantity
	}
}

// option resolves one choice among the groups of its product.
func (l *lookedUp) option(groups []foundGroup, choice Choice, path string) (*ResolvedOption, error) {
	option, there := l.options[choice.Option]
	if !there || option.archived {
		return nil, ErrOptionUnknown.At(path)
	}
	var group *foundGroup
	for i := range groups {
		if groups[i].id == option.Group {
			group = &groups[i]
		}
	}
	switch {
	case group == nil:
		return nil, ErrOptionForeign.At(path, bothNames("option", option.Name, option.NameEN))
	case option.soldOut:
		return nil, ErrOptionSoldOut.At(path, bothNames("option", option.Name, option.NameEN))
	case choice.Quantity < 1 || choice.Quantity > maxChoiceQuantity:
		return nil, ErrRange.At(path, fault.Values{"min": 1, "max": maxChoiceQuantity})
	}
	option.GroupName, option.GroupNameEN, option.Quantity = group.name, group.nameEN, choice.Quantity
	if _, err := money.Mul(option.Delta, choice.Quantity); err != nil {
		return nil, money.Overflow.At(path)
	}
	return &option.ResolvedOption, nil
}

// bothNames are the values for a sentence in which the Korean text says {what} and the English one {what_en}.
func bothNames(what, name, nameEN string) fault.Values {
	if nameEN == "" {
		nameEN = name
	}
	return fault.Values{what: name, what + "_en": nameEN}
}
