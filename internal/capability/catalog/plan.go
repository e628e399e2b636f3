package catalog

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"dangol/internal/core/pricing"
	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
)

// planned is what a draft means for the catalogue as it is now.
type planned struct {
	draft  *draft
	before *Product // nil: it does not exist
	after  *Product
	// category is the name of one that does not exist yet.
	category string
	openings []opening
	// bad says that problems were noted: it is not to be written.
	bad bool
}

func (p *planned) changed() bool {
	return p.before == nil || p.category != "" || !sameProduct(p.before, p.after)
}

// opening is the first stock of a variant in a store.
type opening struct {
	Variant  int64 `json:"variant"`
	Store    int64 `json:"store"`
	Quantity int64 `json:"quantity"`
	// at is the variant's place in its product: a new one gets its id only when it is written.
	at int
}

// planner works out what drafts mean. Prices are those of its stores.
type planner struct {
	stores           []int64
	header           map[field]int
	names            []string
	categories       map[string]int64
	groups           map[string]int64
	problems         *problems
	bySKU, byBarcode map[string]owner
}

func newPlanner(ctx context.Context, tx *database.Tx, org int64, stores []int64, problems *problems) (*planner, error) {
	categories, err := Categories(ctx, tx, org)
	if err != nil {
		return nil, err
	}
	groups, err := Groups(ctx, tx, org)
	if err != nil {
		return nil, err
	}
	p := &planner{stores: stores, categories: map[string]int64{}, groups: map[string]int64{}, problems: problems}
	for _, category := range categories {
		p.categories[category.Name] = category.ID
	}
	for i := range groups {
		p.groups[groups[i].Name] = groups[i].ID
	}
	return p, nil
}

// plan reads what the drafts are about, in a handful of queries for all of them, and works out what each means.
func (p *planner) plan(ctx context.Context, tx *database.Tx, org int64, drafts []*draft) ([]planned, error) {
	var codes, skus, barcodes []string
	for _, draft := range drafts {
		codes = append(codes, draft.Handle)
		for i := range draft.Variants {
			if draft.Variants[i].SKU != "" {
				skus = append(skus, draft.Variants[i].SKU)
			}
			barcodes = append(barcodes, draft.Variants[i].Barcodes...)
		}
	}
	byHandle, err := handles(ctx, tx, org, codes)
	if err != nil {
		return nil, err
	}
	if p.bySKU, err = owners(ctx, tx, selectBySKUs, org, skus); err != nil {
		return nil, err
	}
	if p.byBarcode, err = owners(ctx, tx, selectByBarcodes, org, barcodes); err != nil {
		return nil, err
	}
	products, err := Products(ctx, tx, org, slices.Collect(maps.Values(byHandle))...)
	if err != nil {
		return nil, err
	}
	known := map[string]*Product{}
	for i := range products {
		known[products[i].Handle] = &products[i]
	}
	plans := make([]planned, len(drafts))
	for i, draft := range drafts {
		plans[i] = p.one(draft, known[draft.Handle])
	}
	return plans, nil
}

// one works out what one draft means.
func (p *planner) one(draft *draft, before *Product) planned {
	plan := planned{draft: draft, before: before}
	noted := len(p.problems.list) + p.problems.more
	after := &Product{Handle: draft.Handle, Kind: Goods}
	if before != nil {
		after = before.clone()
	}
	plan.after = after
	after.Name = cmp.Or(draft.Name, after.Name)
	after.NameEN = cmp.Or(draft.NameEN, after.NameEN)
	after.Description = cmp.Or(draft.Description, after.Description)
	after.Kind = cmp.Or(draft.Kind, after.Kind)
	after.SoldBy = cmp.Or(draft.SoldBy, after.SoldBy)
	if after.SoldBy != SoldByAmount {
		after.Bounds = Bounds{} // what was bounded is not entered any more
	}
	if draft.Least != nil {
		after.Least = *draft.Least
	}
	if draft.Most != nil {
		after.Most = *draft.Most
	}
	p.note(draft.Row, fieldSoldBy, keepsCounting(before, after))
	if draft.Archived != nil {
		after.Archived = *draft.Archived
	}
	for i, axis := range draft.Axes {
		after.Axes[i] = cmp.Or(axis, after.Axes[i])
	}
	if draft.Category != "" {
		if id, there := p.categories[draft.Category]; there {
			after.Category = id
		} else {
			plan.category = draft.Category
			p.note(draft.Row, fieldCategory, text("", draft.Category, maxName, true))
		}
	}
	p.resolveGroups(draft, after)
	rows := p.variants(&plan)
	p.check(&plan, rows)
	plan.bad = len(p.problems.list)+p.problems.more > noted
	return plan
}

func (p *planner) resolveGroups(draft *draft, after *Product) {
	if len(draft.Groups) == 0 {
		return
	}
	after.Groups = nil
	for _, name := range draft.Groups {
		id, there := p.groups[name]
		if !there {
			p.wrong(draft.Row, fieldGroups, ErrGroupUnknown.New(fault.Values{"name": name}))
		} else if !slices.Contains(after.Groups, id) {
			after.Groups = append(after.Groups, id)
		}
	}
}

// variants brings the draft's variants into the product, and says from which row each variant comes.
func (p *planner) variants(plan *planned) map[int]int {
	after := plan.after
	rows := map[int]int{}
	sort := int64(0)
	for i := range after.Variants {
		sort = max(sort, after.Variants[i].Sort+1)
	}
	for i := range plan.draft.Variants {
		from := &plan.draft.Variants[i]
		at, ok := p.match(plan, from)
		if !ok {
			continue
		}
		if earlier, taken := rows[at]; taken {
			p.wrong(from.Row, fieldSKU, ErrSameItem.New(fault.Values{"row": earlier}))
			continue
		}
		if at < 0 {
			after.Variants = append(after.Variants, Variant{TaxClass: pricing.Standard, Sort: sort, Prices: map[int64]int64{}})
			at = len(after.Variants) - 1
			sort++
		}
		rows[at] = from.Row
		p.fill(plan, at, from)
	}
	return rows
}

// match finds the variant that a row is about: the one with its SKU, else the one with its values. It gives -1 for none,
// and false for a row whose codes belong to another product.
func (p *planner) match(plan *planned, from *draftVariant) (int, bool) {
	after := plan.after
	ok := true
	for _, barcode := range from.Barcodes {
		if other, taken := p.byBarcode[barcode]; taken && other.product != after.ID {
			p.wrong(from.Row, fieldBarcode, ErrBarcodeTaken.New(fault.Values{"barcode": barcode, "product": other.name}))
			ok = false
		}
	}
	other, taken := p.bySKU[from.SKU]
	if taken && other.product != after.ID {
		p.wrong(from.Row, fieldSKU, ErrSKUTaken.New(fault.Values{"sku": from.SKU, "product": other.name}))
		ok = false
	}
	if !ok {
		return -1, false
	}
	if taken {
		return slices.IndexFunc(after.Variants, func(v Variant) bool { return v.ID == other.variant }), true
	}
	return slices.IndexFunc(after.Variants, func(v Variant) bool {
		return !v.Archived && v.ID != 0 && v.Values == from.Values
	}), true
}

// fill brings what a row says into its variant.
func (p *planner) fill(plan *planned, at int, from *draftVariant) {
	variant := &plan.after.Variants[at]
	if from.Values != [Axes]string{} {
		variant.Values = from.Values
	}
	variant.SKU = cmp.Or(from.SKU, variant.SKU)
	variant.TaxClass = cmp.Or(from.TaxClass, variant.TaxClass)
	if len(from.Barcodes) > 0 {
		variant.Barcodes = from.Barcodes
	}
	if from.Tracked != nil {
		variant.Tracked = *from.Tracked
	}
	if from.Opening > 0 && !variant.Tracked {
		p.wrong(from.Row, fieldOpening, ErrOpeningUntracked.New())
	}
	if from.Price == nil {
		return
	}
	for _, store := range p.stores {
		if _, sold := variant.Prices[store]; !sold && from.Opening > 0 {
			plan.openings = append(plan.openings, opening{Store: store, Quantity: from.Opening, at: at})
		}
		variant.Prices[store] = *from.Price
	}
}

// check notes what is wrong with the product that the draft makes, each at the cell that it comes from.
func (p *planner) check(plan *planned, rows map[int]int) {
	found := fault.As(plan.after.Check())
	if found == nil || len(plan.after.Variants) == 0 {
		// Without variants, each of its rows has been found wrong already.
		return
	}
	for _, wrong := range found.Fields {
		row, at := plan.draft.Row, fieldOf(wrong.Path)
		if index, is := variantOf(wrong.Path); is && rows[index] != 0 {
			row = rows[index]
		}
		p.problems.add(row, columnName(p.header, p.names, at), &fault.Error{Code: wrong.Code, Values: wrong.Values})
	}
}

func (p *planner) note(row int, at field, err error) {
	if found := fault.As(err); found != nil {
		p.wrong(row, at, found)
	}
}

func (p *planner) wrong(row int, at field, err *fault.Error) {
	p.problems.add(row, columnName(p.header, p.names, at), err)
}

var pathFields = []struct {
	part string
	at   field
}{
	{".sku", fieldSKU},
	{".barcodes", fieldBarcode},
	{".prices", fieldPrice},
	{".tax_class", fieldTax},
	{".values[0]", fieldValue1},
	{".values[1]", fieldValue2},
	{".values[2]", fieldValue3},
	{".values", fieldValue1},
	{"axes[0]", fieldAxis1},
	{"axes[1]", fieldAxis2},
	{"axes[2]", fieldAxis3},
	{"name_en", fieldNameEN},
	{"name", fieldName},
	{"description", fieldDescription},
	{"kind", fieldKind},
	{"sold_by", fieldSoldBy},
	{"least_price", fieldLeast},
	{"most_price", fieldMost},
	{"option_groups", fieldGroups},
	{"handle", fieldHandle},
}

// fieldOf is the column that holds what a path of Product.Check names.
func fieldOf(path string) field {
	for _, one := range pathFields {
		if strings.Contains(path, one.part) {
			return one.at
		}
	}
	return fieldHandle
}

func variantOf(path string) (int, bool) {
	rest, is := strings.CutPrefix(path, "variants[")
	if !is {
		return 0, false
	}
	number, _, _ := strings.Cut(rest, "]")
	index, err := strconv.Atoi(number)
	return index, err == nil
}

func (p *Product) clone() *Product {
	copied := *p
	copied.Groups = slices.Clone(p.Groups)
	copied.Variants = slices.Clone(p.Variants)
	for i := range copied.Variants {
		copied.Variants[i].Barcodes = slices.Clone(p.Variants[i].Barcodes)
		copied.Variants[i].Prices = maps.Clone(p.Variants[i].Prices)
		copied.Variants[i].Recipe = slices.Clone(p.Variants[i].Recipe)
	}
	return &copied
}

func sameProduct(a, b *Product) bool {
	return a.Handle == b.Handle && a.Name == b.Name && a.NameEN == b.NameEN && a.Description == b.Description &&
		a.Category == b.Category && a.Kind == b.Kind && a.SoldBy == b.SoldBy &&
		a.Bounds == b.Bounds && a.Archived == b.Archived && a.Axes == b.Axes &&
		slices.Equal(a.Groups, b.Groups) && slices.EqualFunc(a.Variants, b.Variants, func(v, w Variant) bool {
		return v.ID == w.ID && sameRow(&v, &w) && slices.Equal(v.Barcodes, w.Barcodes) && maps.Equal(v.Prices, w.Prices) &&
			sameRecipe(v.Recipe, w.Recipe)
	})
}
