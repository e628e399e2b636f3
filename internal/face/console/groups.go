package console

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"dangol/internal/capability/catalog"
	"dangol/internal/capability/order"
	"dangol/internal/capability/staff"
	"dangol/internal/core/place"
	"dangol/internal/ground/database"
	"dangol/internal/ground/httpapi"
	"dangol/internal/ground/id"
	"dangol/internal/ground/lang"
	"dangol/internal/ground/money"
	"dangol/internal/ground/sheet"
)

// The prefixes of others' ids.
const (
	productIDs  id.Kind = "prd"
	categoryIDs id.Kind = "cat"
	tenderIDs   id.Kind = "tnd"
)

// byCategory is a dimension that orders know nothing of: products are sorted into the categories they have now.
const byCategory order.Dimension = "category"

// GroupView is one part of what was sold.
type GroupView struct {
	Key    string `json:"key" doc:"The id of the store, product, category or person; the day; the tender; the discount. Empty for products without a category"`
	Name   string `json:"name" doc:"Empty when the key says all"`
	NameEN string `json:"name_en,omitempty"`
	FiguresView
	Units         int64 `json:"units" doc:"Sold, of products and categories"`
	UnitsRefunded int64 `json:"units_refunded"`
	Grams         int64 `json:"grams" doc:"What pieces that are sold by weight weighed; each is one of the units"`
	GramsRefunded int64 `json:"grams_refunded"`
	NetBefore     int64 `json:"net_before" doc:"Net in the period before, up to the same moment while the period runs"`
}

// GroupsQuery asks for a breakdown.
type GroupsQuery struct {
	SalesQuery
	By         order.Dimension `query:"by" required:"true" enum:"day,store,product,category,tender,staff,discount"`
	CategoryID string          `query:"category_id" doc:"Only products of this category: cat_…, or none"`
	Query      string          `query:"query" maxLength:"100" doc:"Found in names"`
	Sort       string          `query:"sort" enum:"key,name,orders,units,gross,refunds,net,discount" default:"net"`
	Order      string          `query:"order" enum:"asc,desc" default:"desc"`
}

// withoutCategory asks for products that are in no category.
const withoutCategory = "none"

// byKey sorts groups by what they are.
func byKey(a, b order.Group) int { return cmp.Or(cmp.Compare(a.Text, b.Text), cmp.Compare(a.ID, b.ID)) }

func sortGroups(groups []order.Group, by func(a, b order.Group) int) { slices.SortFunc(groups, by) }

// groupKey is where a page of groups ends.
type groupKey struct {
	Number int64
	Text   string
	Key    string
}

func (a *api) groups(ctx context.Context, input *struct {
	httpapi.Page
	GroupsQuery
},
) (*struct{ Body httpapi.List[GroupView] }, error) {
	var after groupKey
	follows, err := input.After(&after)
	if err != nil {
		return nil, err
	}
	output := &struct{ Body httpapi.List[GroupView] }{}
	return output, a.db.Read(ctx, func(tx *database.Tx) error {
		_, list, err := groupsOf(ctx, tx, input.GroupsQuery)
		if err != nil {
			return err
		}
		if follows {
			list = slices.DeleteFunc(list, func(group GroupView) bool { return input.compare(input.keyOf(group), after) <= 0 })
		}
		list = list[:min(len(list), input.Limit+1)]
		output.Body, err = httpapi.NewList(input.Page, list, func(group GroupView) GroupView { return group },
			func(group GroupView) any { return input.keyOf(group) })
		return err
	})
}

// keyOf is by what a group is sorted.
func (q GroupsQuery) keyOf(group GroupView) groupKey {
	key := groupKey{Key: group.Key}
	switch q.Sort {
	case "name":
		key.Text = group.Name
	case "orders":
		key.Number = group.Orders
	case "units":
		key.Number = group.Units
	case "gross":
		key.Number = group.Gross
	case "refunds":
		key.Number = group.Refunds
	case "net":
		key.Number = group.Net
	case "discount":
		key.Number = group.Discount
	}
	return key
}

func (q GroupsQuery) compare(a, b groupKey) int {
	compared := cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.Text, b.Text), cmp.Compare(a.Key, b.Key))
	if q.Order == "desc" {
		return -compared
	}
	return compared
}

// groupsOf reads the groups that are asked for, named and sorted.
func groupsOf(ctx context.Context, tx *database.Tx, query GroupsQuery) (scope, []GroupView, error) {
	about, err := scopeOf(ctx, tx, query.SalesQuery)
	if err != nil {
		return about, nil, err
	}
	now, err := about.broken(ctx, tx, about.period(), query)
	if err != nil {
		return about, nil, err
	}
	_, soFar := about.periodBefore()
	before, err := about.broken(ctx, tx, soFar, query)
	if err != nil {
		return about, nil, err
	}
	list, err := about.show(ctx, tx, query.By, merge(now, before, query.By))
	if err != nil {
		return about, nil, err
	}
	wanted := strings.ToLower(strings.TrimSpace(query.Query))
	list = slices.DeleteFunc(list, func(group GroupView) bool {
		return !strings.Contains(strings.ToLower(group.Name), wanted) && !strings.Contains(strings.ToLower(group.NameEN), wanted)
	})
	slices.SortFunc(list, func(a, b GroupView) int { return query.compare(query.keyOf(a), query.keyOf(b)) })
	return about, list, nil
}

// broken breaks a period down, into categories too.
func (s scope) broken(ctx context.Context, tx *database.Tx, period order.Period, query GroupsQuery) ([]order.Group, error) {
	by := query.By
	if by == byCategory {
		by = order.ByProduct
	}
	groups, err := period.Groups(ctx, tx, s.org, by)
	if err != nil || query.By != byCategory && (query.By != order.ByProduct || query.CategoryID == "") {
		return groups, err
	}
	products := make([]int64, len(groups))
	for i := range groups {
		products[i] = groups[i].ID
	}
	categories, err := catalog.CategoriesOf(ctx, tx, s.org, products)
	if err != nil {
		return nil, err
	}
	if query.By == byCategory {
		return fold(groups, categories), nil
	}
	var category int64
	if query.CategoryID != withoutCategory {
		if category, err = categoryIDs.Parse(query.CategoryID); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(groups, func(group order.Group) bool { return categories[group.ID] != category }), nil
}

// fold sums products up into their categories. How many orders a category is in is not known: an order has products of
// several.
func fold(products []order.Group, categories map[int64]int64) []order.Group {
	places := map[int64]int{}
	var folded []order.Group
	for _, product := range products {
		category := categories[product.ID]
		at, known := places[category]
		if !known {
			at = len(folded)
			places[category] = at
			folded = append(folded, order.Group{ID: category})
		}
		add(&folded[at].Sold, product.Sold)
		add(&folded[at].PaidBack, product.PaidBack)
	}
	return folded
}

func add(to *order.Sums, more order.Sums) {
	to.Units += more.Units
	to.Grams += more.Grams
	to.Amount += more.Amount
	to.Discount += more.Discount
	to.Tax += more.Tax
}

// compared is a group beside what it came to in the period before.
type compared struct {
	order.Group
	netBefore int64
}

// merge sets each group beside that of the period before. What sold only then is there with nothing now; days are not
// compared, as no two periods share one, nor are discounts.
func merge(now, before []order.Group, by order.Dimension) []compared {
	type key struct {
		id   int64
		text string
	}
	places := map[key]int{}
	list := make([]compared, 0, len(now))
	for i, group := range now {
		list = append(list, compared{Group: group})
		places[key{group.ID, group.Text}] = i
	}
	if by == order.ByDay || by == order.ByDiscount {
		return list
	}
	for _, group := range before {
		at, known := places[key{group.ID, group.Text}]
		if !known {
			at = len(list)
			list = append(list, compared{Group: order.Group{ID: group.ID, Text: group.Text, Name: group.Name, NameEN: group.NameEN}})
		}
		list[at].netBefore = group.Sold.Amount - group.PaidBack.Amount
	}
	return list
}

// show names groups.
func (s scope) show(ctx context.Context, tx *database.Tx, by order.Dimension, groups []compared) ([]GroupView, error) {
	name, err := s.names(ctx, tx, by, groups)
	if err != nil {
		return nil, err
	}
	list := make([]GroupView, 0, len(groups))
	for _, group := range groups {
		shown := GroupView{
			Name: group.Name, NameEN: group.NameEN, FiguresView: showFigures(group.Group), Units: group.Sold.Units,
			UnitsRefunded: group.PaidBack.Units, Grams: group.Sold.Grams, GramsRefunded: group.PaidBack.Grams,
			NetBefore: group.netBefore,
		}
		name(group.Group, &shown)
		list = append(list, shown)
	}
	return list, nil
}

// names gives the function that says what groups are and how they are called.
func (s scope) names(
	ctx context.Context, tx *database.Tx, by order.Dimension, groups []compared,
) (func(order.Group, *GroupView), error) {
	switch by {
	case order.ByStore:
		return func(group order.Group, shown *GroupView) {
			shown.Key = place.StoreID.Format(group.ID)
			for i := range s.stores {
				if s.stores[i].ID == group.ID {
					shown.Name = s.stores[i].Name
				}
			}
		}, nil
	case order.ByStaff:
		members := make([]int64, len(groups))
		for i := range groups {
			members[i] = groups[i].ID
		}
		names, err := staff.Names(ctx, tx, s.org, members)
		return func(group order.Group, shown *GroupView) {
			shown.Key, shown.Name = staff.StaffID.Format(group.ID), names[group.ID]
		}, err
	case byCategory:
		categories, err := catalog.Categories(ctx, tx, s.org)
		return func(group order.Group, shown *GroupView) {
			for _, category := range categories {
				if category.ID == group.ID {
					shown.Key, shown.Name, shown.NameEN = categoryIDs.Format(group.ID), category.Name, category.NameEN
				}
			}
		}, err
	case order.ByProduct:
		return func(group order.Group, shown *GroupView) { shown.Key = productIDs.Format(group.ID) }, nil
	case order.ByDiscount:
		return func(group order.Group, shown *GroupView) { shown.Key = group.Text }, nil
	case order.ByTender:
		return func(group order.Group, shown *GroupView) { shown.Key = tenderIDs.Format(group.ID) }, nil
	}
	return func(group order.Group, shown *GroupView) { shown.Key, shown.Name = group.Text, group.Text }, nil
}

// groupRow is a row of a file.
type groupRow struct {
	GroupView
	currency money.Currency
	tag      lang.Tag
}

func (r groupRow) amount(minor int64) sheet.Cell {
	return sheet.Decimal(money.Decimal(minor, r.currency))
}

// keyTitles name the first column of a file.
var keyTitles = map[order.Dimension]lang.Text{
	order.ByDay: {KO: "영업일", EN: "Business day"}, order.ByStore: {KO: "매장", EN: "Store"},
	order.ByProduct: {KO: "상품", EN: "Product"}, byCategory: {KO: "카테고리", EN: "Category"},
	order.ByTender: {KO: "결제수단", EN: "Tender"}, order.ByStaff: {KO: "직원", EN: "Staff"},
	order.ByDiscount: {KO: "할인", EN: "Discount"},
}

var noCategory = lang.Text{KO: "카테고리 없음", EN: "No category"}

func columnsOf(by order.Dimension) []sheet.Column[groupRow] {
	const wide, narrow = 24, 14
	columns := []sheet.Column[groupRow]{{Title: keyTitles[by], Width: wide, Cell: func(r groupRow) sheet.Cell {
		switch {
		case r.Key == "":
			return sheet.Text(noCategory.In(r.tag, nil))
		case r.tag == lang.English && r.NameEN != "":
			return sheet.Text(r.NameEN)
		}
		return sheet.Text(r.Name)
	}}}
	count := func(ko, en string, number func(groupRow) int64) {
		columns = append(columns, sheet.Column[groupRow]{
			Title: lang.Text{KO: ko, EN: en}, Width: narrow, Cell: func(r groupRow) sheet.Cell { return sheet.Whole(number(r)) },
		})
	}
	amount := func(ko, en string, minor func(groupRow) int64) {
		columns = append(columns, sheet.Column[groupRow]{
			Title: lang.Text{KO: ko, EN: en}, Width: narrow, Cell: func(r groupRow) sheet.Cell { return r.amount(minor(r)) },
		})
	}
	if by != byCategory {
		count("주문", "Orders", func(r groupRow) int64 { return r.Orders })
	}
	if by == byCategory || by == order.ByProduct {
		count("수량", "Units", func(r groupRow) int64 { return r.Units })
		count("환불 수량", "Units refunded", func(r groupRow) int64 { return r.UnitsRefunded })
		count("무게 (g)", "Weight (g)", func(r groupRow) int64 { return r.Grams })
		count("환불 무게 (g)", "Weight refunded (g)", func(r groupRow) int64 { return r.GramsRefunded })
	}
	amount("할인", "Discount", func(r groupRow) int64 { return r.Discount })
	if by != order.ByDiscount {
		amount("매출", "Sales", func(r groupRow) int64 { return r.Gross })
		amount("환불", "Refunds", func(r groupRow) int64 { return r.Refunds })
		amount("순매출", "Net sales", func(r groupRow) int64 { return r.Net })
	}
	if by != order.ByDay && by != order.ByDiscount {
		amount("직전 기간 순매출", "Net sales before", func(r groupRow) int64 { return r.NetBefore })
	}
	return append(columns, sheet.Column[groupRow]{
		Title: lang.Text{KO: "통화", EN: "Currency"}, Width: narrow,
		Cell: func(r groupRow) sheet.Cell { return sheet.Text(string(r.currency)) },
	})
}

func (a *api) exportGroups(ctx context.Context, input *struct {
	sheet.Wanted
	GroupsQuery
},
) (*sheet.File, error) {
	tag := httpapi.Language(ctx)
	return sheet.Export(input.Format, tag, "dangol-sales", columnsOf(input.By), func(row func(groupRow) error) error {
		return a.db.Read(ctx, func(tx *database.Tx) error {
			about, list, err := groupsOf(ctx, tx, input.GroupsQuery)
			if err != nil {
				return err
			}
			for _, group := range list {
				if err := row(groupRow{group, about.currency, tag}); err != nil {
					return err
				}
			}
			return nil
		})
	})
}
