import { currencyDigits, parseMoney } from '../../format/money';
import type { Product, RecipePart, Store, TaxClass, Variant } from '../shapes';
import { unitsOf } from '../stock/quantity';

/** A part of a recipe as it stands in the form. The quantity is as typed. */
export interface PartDraft {
  variant_id: string;
  name: string;
  name_en: string;
  quantity: string;
}

/** A variant as it stands in the form. Prices are as typed, by store; empty where it isn't sold. */
export interface VariantDraft {
  id: string;
  values: string[];
  sku: string;
  /** One a line, or separated by commas. */
  barcodes: string;
  tracked: boolean;
  tax_class: TaxClass;
  archived: boolean;
  prices: Record<string, string>;
  recipe: PartDraft[];
}

/** A product as it stands in the form. */
export interface ProductDraft {
  name: string;
  name_en: string;
  handle: string;
  description: string;
  category_id: string;
  kind: Product['kind'];
  sold_by: Product['sold_by'];
  /** The bounds of an open price as typed, in the currency of the first store; empty for none. */
  least_price: string;
  most_price: string;
  archived: boolean;
  axes: string[];
  option_groups: string[];
  variants: VariantDraft[];
}

/** An amount as it is typed into a field: 4500 won, 4.50 dollars. */
export function typed(minor: number, currency: string): string {
  const digits = currencyDigits(currency);
  return (minor / 10 ** digits).toFixed(digits);
}

export function emptyVariant(axes: number): VariantDraft {
  return {
    id: '',
    values: Array.from({ length: axes }, () => ''),
    sku: '',
    barcodes: '',
    tracked: false,
    tax_class: 'standard',
    archived: false,
    prices: {},
    recipe: [],
  };
}

/** Fills the form's recipe from what was read. */
export function recipeDraft(recipe: readonly RecipePart[]): PartDraft[] {
  return recipe.map((part) => ({ ...part, quantity: String(part.quantity) }));
}

/** The recipe that is sent; the server refuses a quantity that says nothing. */
export function recipeInput(recipe: readonly PartDraft[]): { variant_id: string; quantity: number }[] {
  return recipe.map(({ variant_id, quantity }) => ({ variant_id, quantity: unitsOf(quantity) ?? 0 }));
}

export function emptyProduct(): ProductDraft {
  return {
    name: '',
    name_en: '',
    handle: '',
    description: '',
    category_id: '',
    kind: 'food',
    sold_by: 'unit',
    least_price: '',
    most_price: '',
    archived: false,
    axes: [],
    option_groups: [],
    variants: [emptyVariant(0)],
  };
}

/** The currency in which bounds are typed. */
export function currencyOf(stores: readonly Store[]): string {
  return stores[0]?.currency ?? 'KRW';
}

/** Fills the form from a product, with its prices in the stores that the person sees. */
export function draftOf(product: Product, stores: readonly Store[]): ProductDraft {
  return {
    name: product.name,
    name_en: product.name_en,
    handle: product.handle,
    description: product.description,
    category_id: product.category_id,
    kind: product.kind,
    sold_by: product.sold_by,
    least_price: product.least_price > 0 ? typed(product.least_price, currencyOf(stores)) : '',
    most_price: product.most_price > 0 ? typed(product.most_price, currencyOf(stores)) : '',
    archived: product.status === 'archived',
    axes: [...product.axes],
    option_groups: [...product.option_groups],
    variants: product.variants.map((variant) => ({
      id: variant.id,
      values: product.axes.map((_, index) => variant.values[index] ?? ''),
      sku: variant.sku,
      barcodes: variant.barcodes.join(', '),
      tracked: variant.tracked,
      tax_class: variant.tax_class as TaxClass,
      archived: variant.status === 'archived',
      prices: Object.fromEntries(
        stores.flatMap(({ id, currency }) => {
          const price = variant.prices.find(({ store_id }) => store_id === id);
          return price ? [[id, typed(price.amount, currency)]] : [];
        }),
      ),
      recipe: recipeDraft(variant.recipe),
    })),
  };
}

/** Where a price is not an amount: the variant's place in the form, and the store. */
export interface WrongPrice {
  variant: number;
  store: string;
}

/** What a form says is wrong before it is sent. */
export function wrongPrices(draft: ProductDraft, stores: readonly Store[]): WrongPrice[] {
  return draft.variants.flatMap((variant, index) =>
    stores
      .filter(({ id, currency }) => {
        const text = (variant.prices[id] ?? '').trim();
        return !variant.archived && text !== '' && parseMoney(text, currency) === null;
      })
      .map(({ id }) => ({ variant: index, store: id })),
  );
}

/** Which bounds of an open price are no amounts. */
export function wrongBounds(draft: ProductDraft, stores: readonly Store[]): ('least_price' | 'most_price')[] {
  const fields = draft.sold_by === 'open_price' ? (['least_price', 'most_price'] as const) : [];
  return fields.filter((field) => draft[field].trim() !== '' && parseMoney(draft[field], currencyOf(stores)) === null);
}

/** The variants that are sent, in the order in which the server numbers them in what it says about fields. */
export function sentVariants(draft: ProductDraft): VariantDraft[] {
  return draft.variants.filter(({ archived }) => !archived);
}

/**
 * What is sent to the server. A variant that is left out is archived; prices in stores that the person doesn't see stay
 * as they were.
 */
export function inputOf(draft: ProductDraft, before: Product | undefined, stores: readonly Store[]): object {
  return {
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
    option_groups: draft.option_groups,
    variants: sentVariants(draft).map((variant) => ({
      id: variant.id || undefined,
      values: variant.values.slice(0, draft.axes.length).map((value) => value.trim()),
      sku: variant.sku.trim(),
      barcodes: barcodesOf(variant),
      tracked: variant.tracked,
      tax_class: variant.tax_class,
      prices: pricesOf(variant, before, stores),
      recipe: draft.sold_by === 'weight' ? [] : recipeInput(variant.recipe),
    })),
  };
}

/** The barcodes that were typed, in the order in which the server keeps them. */
export function barcodesOf(variant: VariantDraft): string[] {
  return variant.barcodes
    .split(/[\s,]+/)
    .filter((barcode) => barcode !== '')
    .sort();
}

/** A variant's prices in all stores: as typed where the person sees the store, as they were elsewhere. */
export function pricesOf(
  variant: VariantDraft,
  before: Product | undefined,
  stores: readonly Store[],
): Variant['prices'] {
  return [...pricesElsewhere(variant, before, stores), ...pricesHere(variant, stores)];
}

/** A bound of an open price in minor units; 0 for none. */
export function bound(draft: ProductDraft, field: 'least_price' | 'most_price', stores: readonly Store[]): number {
  return draft.sold_by === 'open_price' ? (parseMoney(draft[field], currencyOf(stores)) ?? 0) : 0;
}

function pricesHere(variant: VariantDraft, stores: readonly Store[]): Variant['prices'] {
  return stores.flatMap(({ id, currency }) => {
    const amount = parseMoney(variant.prices[id] ?? '', currency);
    return amount === null ? [] : [{ store_id: id, amount }];
  });
}

function pricesElsewhere(
  variant: VariantDraft,
  before: Product | undefined,
  stores: readonly Store[],
): Variant['prices'] {
  const earlier = before?.variants.find(({ id }) => id === variant.id);
  return (earlier?.prices ?? []).filter((price) => !stores.some(({ id }) => id === price.store_id));
}

/** One thing about a product that someone changed: what it is, and how it read before and after. */
export interface Change {
  field: keyof Product | keyof Variant;
  /** The variant that it belongs to. */
  variant_id?: string;
  /** The variant's name. */
  variant?: string;
  store?: string;
  before: string;
  after: string;
}

const plainFields = ['name', 'name_en', 'handle', 'description', 'category_id', 'kind', 'sold_by', 'status'] as const;
const variantFields = ['sku', 'tracked', 'tax_class', 'status'] as const;

/** What differs between two readings of one product. */
export function changesBetween(before: Product, after: Product): Change[] {
  const changes: Change[] = [];
  const note = (change: Change): void => {
    if (change.before !== change.after) {
      changes.push(change);
    }
  };
  for (const field of plainFields) {
    note({ field, before: before[field], after: after[field] });
  }
  for (const field of ['least_price', 'most_price'] as const) {
    note({ field, before: String(before[field]), after: String(after[field]) });
  }
  for (const field of ['axes', 'option_groups'] as const) {
    note({ field, before: before[field].join(', '), after: after[field].join(', ') });
  }
  const ids = new Set([...before.variants, ...after.variants].map(({ id }) => id));
  for (const id of ids) {
    const was = before.variants.find((variant) => variant.id === id);
    const is = after.variants.find((variant) => variant.id === id);
    const variant = (is ?? was)?.name ?? '';
    for (const field of variantFields) {
      note({ field, variant_id: id, variant, before: String(was?.[field] ?? ''), after: String(is?.[field] ?? '') });
    }
    for (const field of ['values', 'barcodes'] as const) {
      note({
        field,
        variant_id: id,
        variant,
        before: was?.[field].join(', ') ?? '',
        after: is?.[field].join(', ') ?? '',
      });
    }
    const taken = (of: Variant | undefined): string =>
      (of?.recipe ?? []).map(({ name, quantity }) => `${name} ${quantity}`).join(', ');
    note({ field: 'recipe', variant_id: id, variant, before: taken(was), after: taken(is) });
    const stores = new Set([...(was?.prices ?? []), ...(is?.prices ?? [])].map(({ store_id }) => store_id));
    for (const store of stores) {
      const amountIn = (of: Variant | undefined): string =>
        String(of?.prices.find(({ store_id }) => store_id === store)?.amount ?? '');
      note({ field: 'prices', variant_id: id, variant, store, before: amountIn(was), after: amountIn(is) });
    }
  }
  return changes;
}
