import type { Product, Store, Variant } from '../shapes';
import {
  barcodesOf,
  bound,
  changesBetween,
  draftOf,
  pricesOf,
  recipeInput,
  type Change,
  type ProductDraft,
  type VariantDraft,
} from './product';

/** Whose change stays. */
export type Side = 'theirs' | 'mine';

/** One thing that somebody changed while two edited a product: how it was, and how each wants it. */
export interface Difference {
  key: string;
  change: Pick<Change, 'field' | 'variant' | 'variant_id' | 'store'>;
  before: string;
  theirs: string;
  mine: string;
  /** What stays unless the person says otherwise; nothing where both changed it and somebody must decide. */
  suggested: Side | null;
}

/** The product as it would be read if the form were saved over base. Variants that the form adds are left out. */
function productOf(draft: ProductDraft, base: Product, stores: readonly Store[]): Product {
  return {
    ...base,
    name: draft.name.trim(),
    name_en: draft.name_en.trim(),
    handle: draft.handle.trim(),
    description: draft.description,
    category_id: draft.category_id,
    kind: draft.kind,
    sold_by: draft.sold_by,
    least_price: bound(draft, 'least_price', stores),
    most_price: bound(draft, 'most_price', stores),
    status: draft.archived ? 'archived' : 'active',
    axes: draft.axes.map((axis) => axis.trim()),
    option_groups: [...draft.option_groups],
    variants: base.variants.map((variant) => {
      const typed = draft.variants.find(({ id }) => id === variant.id);
      return typed ? variantOf(variant, typed, draft, base, stores) : variant;
    }),
  };
}

function variantOf(
  variant: Variant,
  typed: VariantDraft,
  draft: ProductDraft,
  base: Product,
  stores: readonly Store[],
): Variant {
  return {
    ...variant,
    values: typed.values.slice(0, draft.axes.length).map((value) => value.trim()),
    sku: typed.sku.trim(),
    barcodes: barcodesOf(typed),
    tracked: typed.tracked,
    tax_class: typed.tax_class,
    status: typed.archived ? 'archived' : 'active',
    prices: pricesOf(typed, base, stores),
    recipe: recipeInput(typed.recipe).map(({ variant_id, quantity }, at) => ({
      variant_id,
      quantity,
      name: typed.recipe[at]!.name,
      name_en: typed.recipe[at]!.name_en,
    })),
  };
}

function keyOf({ field, variant_id, store }: Change): string {
  return [field, variant_id, store].join(' ');
}

/** Takes a variant off the menu: what the other side changed about it would be lost with it. */
function archives(changes: readonly Change[], variant: string | undefined): boolean {
  return changes.some(
    ({ field, variant_id, after }) => field === 'status' && variant_id === variant && after === 'archived',
  );
}

/** What differs between what stands in a form and what someone else saved, both begun from base. */
export function differences(
  base: Product,
  theirs: Product,
  draft: ProductDraft,
  stores: readonly Store[],
): Difference[] {
  const their = changesBetween(base, theirs);
  const my = changesBetween(base, productOf(draft, base, stores));
  const keys = new Set([...their, ...my].map(keyOf));
  return [...keys].flatMap((key) => {
    const theirChange = their.find((change) => keyOf(change) === key);
    const myChange = my.find((change) => keyOf(change) === key);
    const change = (theirChange ?? myChange)!;
    if (theirChange && myChange && theirChange.after === myChange.after) {
      return [];
    }
    const variant = change.variant_id;
    const contested =
      (theirChange !== undefined && myChange !== undefined) ||
      (variant !== undefined &&
        ((archives(their, variant) && my.some((one) => one.variant_id === variant)) ||
          (archives(my, variant) && their.some((one) => one.variant_id === variant))));
    return [
      {
        key,
        change: { field: change.field, variant: change.variant, variant_id: variant, store: change.store },
        before: change.before,
        theirs: theirChange?.after ?? change.before,
        mine: myChange?.after ?? change.before,
        suggested: contested ? null : theirChange ? 'theirs' : 'mine',
      },
    ];
  });
}

/** The form with what was decided: theirs, and mine where mine was chosen. Variants that the form added stay added. */
export function merged(
  theirs: Product,
  draft: ProductDraft,
  mine: readonly Difference[],
  stores: readonly Store[],
): ProductDraft {
  const result = draftOf(theirs, stores);
  for (const { change } of mine) {
    if (change.variant_id === undefined) {
      takeField(result, draft, change.field);
    } else {
      takeVariantField(result, draft, change);
    }
  }
  result.variants.push(...draft.variants.filter(({ id }) => id === ''));
  for (const variant of result.variants) {
    variant.values = result.axes.map((_, index) => variant.values[index] ?? '');
  }
  return result;
}

function takeField(into: ProductDraft, from: ProductDraft, field: Change['field']): void {
  if (field === 'status') {
    into.archived = from.archived;
  } else {
    Object.assign(into, { [field]: from[field as keyof ProductDraft] });
  }
}

function takeVariantField(
  into: ProductDraft,
  from: ProductDraft,
  { field, variant_id, store }: Difference['change'],
): void {
  const source = from.variants.find(({ id }) => id === variant_id);
  const target = into.variants.find(({ id }) => id === variant_id);
  if (!source || !target) {
    return;
  }
  if (field === 'status') {
    target.archived = source.archived;
  } else if (field === 'prices' && store !== undefined) {
    target.prices[store] = source.prices[store] ?? '';
  } else {
    Object.assign(target, { [field]: source[field as keyof VariantDraft] });
  }
}
