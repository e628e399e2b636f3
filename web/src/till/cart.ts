import { weigh } from '../format/weight';
import { chosenOptions, counted, type Choice } from './choice';
import type { Shelf } from './menu';
import type { AskedBasket, AskedDiscount, Discount, Option, OptionGroup, Product, Service, Variant } from './shop';

/** A discount that is given: one that the organisation has named, or a free one with its reason as the name. */
export interface Given {
  /** Of one that the organisation has named; empty for a free one. */
  id: string;
  name: string;
  name_en?: string;
  /** Exactly one of the two is above zero: parts per million, or minor units. */
  percent_ppm: number;
  amount: number;
}

/** What is asked of a product that has no price of a unit; both are 0 for any other. */
export interface Measured {
  /** Of an open price: what one costs, without options, in minor units. */
  amount: number;
  /** Of what is sold by weight: what the piece weighs. */
  grams: number;
}

export const unmeasured: Measured = { amount: 0, grams: 0 };

/** One line of the order that is being taken. */
export interface Line extends Measured {
  /** Tells lines apart on this screen; the server makes its own ids. */
  key: number;
  product: Product;
  variant: Variant;
  /** In the order of the menu, each as often as it is chosen. */
  options: Option[];
  quantity: number;
  /** In the order in which they are taken off. */
  discounts: readonly Given[];
}

/** An order that is being taken. It is never changed, only replaced, so that undoing is putting the old one back. */
export interface Cart {
  lines: readonly Line[];
  /** On the order as a whole. */
  discounts: readonly Given[];
  /** How it is taken; null as the till usually says. */
  service: Service | null;
  nextKey: number;
}

export const emptyCart: Cart = { lines: [], discounts: [], service: null, nextKey: 1 };

/** The server takes no more discounts of one line, or of one order. */
export const mostDiscounts = 5;

/** The server takes no more of one line. */
export const mostUnits = 999;

/** The server takes no heavier piece. */
export const mostGrams = 99_999;

export type Priced = Pick<Line, 'product' | 'variant' | 'options' | keyof Measured>;

function priceWithoutOptions({ product, variant, amount, grams }: Priced): number {
  switch (product.sold_by) {
    case 'open_price':
      return amount;
    case 'weight':
      return weigh(variant.price, grams);
    default:
      return variant.price;
  }
}

export function unitPrice(line: Priced): number {
  return line.options.reduce((price, option) => price + option.price_delta, priceWithoutOptions(line));
}

/** The till's own sum, shown until the server's quote arrives, which decides. */
export function sum(cart: Cart): number {
  return cart.lines.reduce((total, line) => total + unitPrice(line) * line.quantity, 0);
}

/** What a line takes from stock: units, or grams of what is weighed. */
function takenBy({ quantity, grams }: Pick<Line, 'quantity' | 'grams'>): number {
  return quantity * Math.max(1, grams);
}

/** What the order takes of a variant from stock. */
export function takenOf(cart: Cart, variantId: string): number {
  return cart.lines.reduce((taken, line) => taken + (line.variant.id === variantId ? takenBy(line) : 0), 0);
}

export function takenByVariant(cart: Cart): ReadonlyMap<string, number> {
  const taken = new Map<string, number>();
  for (const line of cart.lines) {
    taken.set(line.variant.id, (taken.get(line.variant.id) ?? 0) + takenBy(line));
  }
  return taken;
}

/** How many units of each product stand in the order; a weighed piece is one. */
export function unitsByProduct(cart: Cart): ReadonlyMap<string, number> {
  const units = new Map<string, number>();
  for (const { product, quantity } of cart.lines) {
    units.set(product.id, (units.get(product.id) ?? 0) + quantity);
  }
  return units;
}

export function unitsIn(cart: Cart): number {
  return cart.lines.reduce((units, line) => units + line.quantity, 0);
}

/** Whether units join a line. No two pieces that were weighed are the same. */
function sameThing(line: Line, variant: Variant, options: readonly Option[], { amount, grams }: Measured): boolean {
  return (
    line.variant.id === variant.id &&
    grams === 0 &&
    line.amount === amount &&
    line.discounts.length === 0 &&
    line.options.length === options.length &&
    line.options.every((option, index) => option.id === options[index]?.id)
  );
}

/** Adds units; the same thing with the same options joins its line. Gives the key of the line they went to. */
export function add(
  cart: Cart,
  product: Product,
  variant: Variant,
  groups: readonly OptionGroup[],
  choice: Choice,
  quantity = 1,
  measured = unmeasured,
): { cart: Cart; key: number } {
  const options = chosenOptions(groups, choice);
  const line = cart.lines.find((candidate) => sameThing(candidate, variant, options, measured));
  if (line) {
    return { cart: setQuantity(cart, line.key, line.quantity + quantity), key: line.key };
  }
  const added: Line = { key: cart.nextKey, product, variant, options, quantity, ...measured, discounts: [] };
  return { cart: { ...cart, lines: [...cart.lines, added], nextKey: cart.nextKey + 1 }, key: added.key };
}

/** Sets how many units a line has, up to what the server takes; none takes the line out. */
export function setQuantity(cart: Cart, key: number, quantity: number): Cart {
  const bounded = Math.min(mostUnits, Math.max(0, quantity));
  const lines = cart.lines.map((line) => (line.key === key ? { ...line, quantity: bounded } : line));
  const left = lines.filter((line) => line.quantity > 0);
  return { ...cart, lines: left, discounts: left.length > 0 ? cart.discounts : [] };
}

/** Replaces what is taken off a line, or with no line, off the order as a whole. */
export function setDiscounts(cart: Cart, key: number | null, discounts: readonly Given[]): Cart {
  if (key === null) {
    return { ...cart, discounts };
  }
  return { ...cart, lines: cart.lines.map((line) => (line.key === key ? { ...line, discounts } : line)) };
}

export function discountsOf(cart: Cart, key: number | null): readonly Given[] {
  return key === null ? cart.discounts : (cart.lines.find((line) => line.key === key)?.discounts ?? []);
}

/** A discount of the organisation, as it is given. */
export function give(discount: Discount): Given {
  const { id, name, name_en, percent_ppm, amount } = discount;
  return { id, name, name_en, percent_ppm, amount };
}

function asked(discounts: readonly Given[]): AskedDiscount[] {
  return discounts.map(({ id, name, percent_ppm, amount }) =>
    id !== '' ? { discount_id: id } : percent_ppm > 0 ? { percent_ppm, name } : { amount, name },
  );
}

/** Discounts as the server was asked for them; one that the organisation no longer gives is left out. */
function givenAgain(wanted: readonly AskedDiscount[], named: readonly Discount[]): Given[] {
  return wanted.flatMap((one) => {
    if (one.discount_id) {
      const found = named.find(({ id }) => id === one.discount_id);
      return found ? [give(found)] : [];
    }
    return [{ id: '', name: one.name ?? '', percent_ppm: one.percent_ppm ?? 0, amount: one.amount ?? 0 }];
  });
}

/**
 * The order that was asked about so, from what is sold now. It says how many of its lines and options are not sold here any
 * more, and so are not in it.
 */
export function cartFrom(basket: AskedBasket, shelf: Shelf, named: readonly Discount[]): { cart: Cart; gone: number } {
  let cart: Cart = {
    ...emptyCart,
    service: basket.service ?? null,
    discounts: givenAgain(basket.discounts ?? [], named),
  };
  let gone = 0;
  for (const line of basket.lines) {
    const found = shelf.variant(line.variant_id);
    if (!found) {
      gone++;
      continue;
    }
    const known = shelf.groupsOf(found.product).flatMap((group) => group.options);
    const options = (line.options ?? []).flatMap((one) => {
      const option = known.find(({ id }) => id === one.option_id);
      return option ? Array.from({ length: one.quantity ?? 1 }, () => option) : [];
    });
    gone += options.length === (line.options ?? []).reduce((sum, one) => sum + (one.quantity ?? 1), 0) ? 0 : 1;
    const { product, variant } = found;
    const discounts = givenAgain(line.discounts ?? [], named);
    const taken: Line = {
      key: cart.nextKey,
      product,
      variant,
      options,
      quantity: line.quantity,
      amount: line.price ?? 0,
      grams: line.grams ?? 0,
      discounts,
    };
    cart = { ...cart, lines: [...cart.lines, taken], nextKey: cart.nextKey + 1 };
  }
  return { cart: cart.lines.length > 0 ? cart : emptyCart, gone };
}

/** The order as the server is asked about it, at a till that usually serves so. */
export function askedBasket(cart: Cart, usual: Service | '' = ''): AskedBasket {
  return {
    lines: cart.lines.map((line) => ({
      variant_id: line.variant.id,
      quantity: line.quantity,
      price: line.amount || undefined,
      grams: line.grams || undefined,
      options: counted(line.options).map(({ option, count }) => ({ option_id: option.id, quantity: count })),
      discounts: asked(line.discounts),
    })),
    discounts: asked(cart.discounts),
    service: (usual === '' ? null : (cart.service ?? usual)) ?? undefined,
  };
}
