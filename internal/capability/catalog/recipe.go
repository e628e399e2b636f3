package catalog

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"dangol/internal/ground/database"
	"dangol/internal/ground/fault"
)

// Part is one row of a recipe (레시피): how many units of a counted variant one unit of what has the recipe takes from
// stock when it is sold. A set (세트) is a variant whose recipe names what is in it. Recipes don't nest: the recipe of a
// part is not looked at. A part that is no longer counted is not taken.
type Part struct {
	Variant  int64 `json:"variant"`
	Quantity int64 `json:"quantity"`
	// Name and NameEN are what the part is called now. They are only read.
	Name   string `json:"-"`
	NameEN string `json:"-"`
}

const (
	maxParts        = 50 // of a recipe
	maxPartQuantity = 100_000
)

// What can be wrong with a recipe.
var (
	ErrPartTwice = fault.Define(fault.Invalid, "catalog.part_twice",
		"같은 재료가 두 번 있어요. 수량으로 합쳐 주세요.", "The same part is there twice. Use its quantity instead.")
	ErrPartUncounted = fault.Define(fault.Invalid, "catalog.part_uncounted",
		"'{name}'은(는) 재고를 세지 않는 품목이에요. 재고를 세도록 바꾸거나 빼 주세요.",
		"“{name_en}” is not counted. Have its stock counted, or take it out.")
	ErrPartItself = fault.Define(fault.Invalid, "catalog.part_itself",
		"품목의 레시피에 그 품목을 넣을 수 없어요. 빼 주세요.", "A variant can't be a part of itself. Take it out.")
)

var (
	selectRecipes = database.Register("catalog.select_recipes", `
		WITH wanted AS MATERIALIZED (
			SELECT item_id, variant_id, quantity, sort FROM catalog_recipe WHERE org_id = $1 AND item_id = ANY_ID($2))
		SELECT w.item_id, w.variant_id, w.quantity, p.name, p.name_en, v.value1, v.value2, v.value3, v.tracked
		FROM wanted w
		JOIN catalog_variant v ON v.org_id = $1 AND v.id = w.variant_id
		JOIN catalog_product p ON p.org_id = $1 AND p.id = v.product_id
		ORDER BY w.item_id, w.sort`)
	// storeRecipes are those of what is priced in a store, and of all options: a store that does not offer an option does
	// not ask for it.
	storeRecipes = database.Register("catalog.store_recipes", `
		WITH used AS MATERIALIZED (
			SELECT item_id, kind, variant_id, quantity, sort FROM catalog_recipe WHERE org_id = $1)
		SELECT u.item_id, u.kind, u.variant_id, u.quantity FROM used u
		JOIN catalog_variant v ON v.org_id = $1 AND v.id = u.variant_id
		LEFT JOIN catalog_price c ON c.org_id = $1 AND c.variant_id = u.item_id AND c.store_id = $2
		WHERE v.tracked = 1 AND (u.kind = 'option' OR c.amount IS NOT NULL)
		ORDER BY u.item_id, u.sort`)
	selectPartOf = database.Register("catalog.select_part_of", `
		SELECT DISTINCT variant_id FROM catalog_recipe WHERE org_id = $1 AND variant_id = ANY_ID($2)`)
	insertPart = database.Register("catalog.insert_part", `
		INSERT INTO catalog_recipe (org_id, item_id, kind, variant_id, quantity, sort) VALUES ($1, $2, $3, $4, $5, $6)`)
	deleteRecipe = database.Register("catalog.delete_recipe", `
		DELETE FROM catalog_recipe WHERE org_id = $1 AND item_id = $2`)
)

// recipes reads the recipes of variants and options, by their ids.
func recipes(ctx context.Context, tx *database.Tx, org int64, items database.IDs) (map[int64][]Part, error) {
	found := map[int64][]Part{}
	return found, eachPart(ctx, tx, org, items, func(item int64, part Part, _ bool) { found[item] = append(found[item], part) })
}

func eachPart(
	ctx context.Context, tx *database.Tx, org int64, items database.IDs, each func(item int64, part Part, tracked bool),
) error {
	return tx.Each(ctx, selectRecipes, func(row database.Scanner) error {
		var item int64
		var part Part
		var values Variant
		var tracked bool
		err := row.Scan(&item, &part.Variant, &part.Quantity, &part.Name, &part.NameEN, &values.Values[0], &values.Values[1],
			&values.Values[2], flag(&tracked))
		if part.NameEN != "" {
			part.NameEN = strings.TrimSpace(part.NameEN + " " + values.Name())
		}
		part.Name = strings.TrimSpace(part.Name + " " + values.Name())
		each(item, part, tracked)
		return err
	}, org, items)
}

// readStoreRecipes reads what is taken from the stock of a store by what it offers.
func readStoreRecipes(ctx context.Context, tx *database.Tx, org, store int64) (map[Item][]Part, error) {
	found := map[Item][]Part{}
	return found, tx.Each(ctx, storeRecipes, func(row database.Scanner) error {
		var item Item
		var kind string
		var part Part
		err := row.Scan(&item.ID, &kind, &part.Variant, &part.Quantity)
		item.Option = kind == Item{Option: true}.kind()
		found[item] = append(found[item], part)
		return err
	}, org, store)
}

// enough is how many units a recipe can be made of what is left.
func enough(recipe []Part, left map[int64]int64) int64 {
	least := int64(-1)
	for _, part := range recipe {
		if units := max(0, left[part.Variant]) / part.Quantity; least < 0 || units < least {
			least = units
		}
	}
	return max(0, least)
}

// checkRecipe gathers what is wrong with a recipe by itself.
func checkRecipe(path string, recipe []Part) []error {
	if len(recipe) > maxParts {
		return []error{ErrTooMany.At(path, fault.Values{"max": maxParts})}
	}
	var errs []error
	seen := map[int64]bool{}
	for i, part := range recipe {
		at := fmt.Sprintf("%s[%d]", path, i)
		errs = append(errs, between(at+".quantity", part.Quantity, 1, maxPartQuantity))
		if seen[part.Variant] {
			errs = append(errs, ErrPartTwice.At(at+".variant_id"))
		}
		seen[part.Variant] = true
	}
	return errs
}

// asked is a recipe that is to be kept, with the path at which it was asked for.
type asked struct {
	path   string
	item   int64 // 0 for one that is new
	recipe []Part
	before []Part
}

// checkParts refuses parts that the organisation does not have or does not count, unless the recipe had them before.
func checkParts(ctx context.Context, tx *database.Tx, org int64, recipes []asked) error {
	var wanted []int64
	for _, one := range recipes {
		for _, part := range one.recipe {
			wanted = append(wanted, part.Variant)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	counted := map[int64]bool{}
	names := map[int64]string{}
	err := (Variants{}).EachNamed(ctx, tx, org, wanted, func(variant int64, product, name, _ string, tracked bool) {
		counted[variant], names[variant] = tracked, strings.TrimSpace(product+" "+name)
	})
	if err != nil {
		return fmt.Errorf("look up the parts of recipes: %w", err)
	}
	var errs []error
	for _, one := range recipes {
		for i, part := range one.recipe {
			at := fmt.Sprintf("%s[%d].variant_id", one.path, i)
			_, known := counted[part.Variant]
			had := slices.ContainsFunc(one.before, func(other Part) bool { return other.Variant == part.Variant })
			switch {
			case !known:
				errs = append(errs, ErrUnknownReference.At(at))
			case part.Variant == one.item:
				errs = append(errs, ErrPartItself.At(at))
			case !counted[part.Variant] && !had:
				errs = append(errs, ErrPartUncounted.At(at, bothNames("name", names[part.Variant], "")))
			}
		}
	}
	return fault.Collect(errs...)
}

// sameRecipe says whether two recipes take the same in the same order.
func sameRecipe(a, b []Part) bool {
	return slices.EqualFunc(a, b, func(p, q Part) bool { return p.Variant == q.Variant && p.Quantity == q.Quantity })
}

// partRows are the rows of a recipe after the organisation's id.
func partRows(item Item, recipe []Part) [][]any {
	rows := make([][]any, len(recipe))
	for i, part := range recipe {
		rows[i] = []any{item.ID, item.kind(), part.Variant, part.Quantity, int64(i)}
	}
	return rows
}

// PartInput is a row of a recipe as it is written.
type PartInput struct {
	VariantID string `json:"variant_id" doc:"var_… whose units are counted."`
	Quantity  int64  `json:"quantity" minimum:"1" maximum:"100000" doc:"Units that one unit sold takes."`
}

// PartView is a row of a recipe as it is read.
type PartView struct {
	VariantID string `json:"variant_id"`
	Name      string `json:"name"`
	NameEN    string `json:"name_en"`
	Quantity  int64  `json:"quantity"`
}

func viewRecipe(recipe []Part) []PartView {
	view := make([]PartView, len(recipe))
	for i, part := range recipe {
		view[i] = PartView{VariantID: VariantID.Format(part.Variant), Name: part.Name, NameEN: part.NameEN, Quantity: part.Quantity}
	}
	return view
}

// readRecipe reads a recipe that was written, and gathers the ids that can't be.
func readRecipe(path string, from []PartInput) ([]Part, []error) {
	var recipe []Part
	var errs []error
	for i, one := range from {
		variant, err := VariantID.Parse(one.VariantID)
		if err != nil {
			errs = append(errs, ErrUnknownReference.At(fmt.Sprintf("%s[%d].variant_id", path, i)))
		}
		recipe = append(recipe, Part{Variant: variant, Quantity: one.Quantity})
	}
	return recipe, errs
}
