import { chosenOptions, counted, type Choice } from './choice';
import type { AskedLine, Option, OptionGroup, Product, Variant } from './shop';

/** One line of the order that is being taken. */
export interface Line {
  /** Tells lines apart on this screen; the server makes its own ids. */
  key: number;
  product: Product;
  variant: Variant;
  /** In the order of the menu, each as often as it is chosen. */
  options: Option[];
  quantity: number;
}

/** An order that is being taken. It is never changed, only replaced, so that undoing is putting the old one back. */
export interface Cart {
  lines: readonly Line[];
  nextKey: number;
}

export const emptyCart: Cart = { lines: [], nextKey: 1 };

/** The server takes no more of one line. */
export const mostUnits = 999;

export function unitPrice(line: Pick<Line, 'variant' | 'options'>): number {
  return line.options.reduce((price, option) => price + option.price_delta, line.variant.price);
}

/** The till's own sum, shown until the server's quote arrives, which decides. */
export function sum(cart: Cart): number {
  return cart.lines.reduce((total, line) => total + unitPrice(line) * line.quantity, 0);
}

export function unitsOf(cart: Cart, variantId: string): number {
  return cart.lines.reduce((units, line) => units + (line.variant.id === variantId ? line.quantity : 0), 0);
}

export function unitsIn(cart: Cart): number {
  return cart.lines.reduce((units, line) => units + line.quantity, 0);
}

function sameThing(line: Line, variant: Variant, options: readonly Option[]): boolean {
  return (
    line.variant.id === variant.id &&
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
): { cart: Cart; key: number } {
  const options = chosenOptions(groups, choice);
  const line = cart.lines.find((candidate) => sameThing(candidate, variant, options));
  if (line) {
    return { cart: setQuantity(cart, line.key, line.quantity + quantity), key: line.key };
  }
  const added: Line = { key: cart.nextKey, product, variant, options, quantity };
  return { cart: { lines: [...cart.lines, added], nextKey: cart.nextKey + 1 }, key: added.key };
}

/** Sets how many units a line has, up to what the server takes; none takes the line out. */
export function setQuantity(cart: Cart, key: number, quantity: number): Cart {
  const bounded = Math.min(mostUnits, Math.max(0, quantity));
  const lines = cart.lines.map((line) => (line.key === key ? { ...line, quantity: bounded } : line));
  return { ...cart, lines: lines.filter((line) => line.quantity > 0) };
}

/** The order as the server is asked about it. */
export function askedLines(cart: Cart): AskedLine[] {
  return cart.lines.map((line) => ({
    variant_id: line.variant.id,
    quantity: line.quantity,
    options: counted(line.options).map(({ option, count }) => ({ option_id: option.id, quantity: count })),
  }));
}
