import { describe, expect, it } from 'vitest';
import { add, askedLines, emptyCart, setQuantity, sum, unitsIn, unitsOf, type Cart } from './cart';
import { cafeMenu } from './fixture';

const [americano, latte] = cafeMenu.products as [(typeof cafeMenu.products)[0], (typeof cafeMenu.products)[0]];
const groups = cafeMenu.option_groups;

function put(cart: Cart, ...options: string[]): Cart {
  return add(cart, americano, americano.variants[0]!, groups, new Map(options.map((id) => [id, 1]))).cart;
}

describe('the order that is being taken', () => {
  it('joins the same thing with the same options', () => {
    const cart = put(put(emptyCart, 'opt_ice', 'opt_shot'), 'opt_shot', 'opt_ice');
    expect(cart.lines.map((line) => line.quantity)).toEqual([2]);
    expect(sum(cart)).toBe(10000);
  });

  it('keeps other options on a line of their own', () => {
    const cart = put(put(emptyCart, 'opt_ice'), 'opt_hot');
    expect(cart.lines).toHaveLength(2);
    expect(unitsOf(cart, 'var_americano')).toBe(2);
  });

  it('takes a line out when nothing is left of it', () => {
    const cart = put(emptyCart, 'opt_ice');
    expect(setQuantity(cart, 1, 0).lines).toEqual([]);
    expect(cart.lines).toHaveLength(1);
  });

  it('gives a line that is added later another key than one that was taken out', () => {
    const emptied = setQuantity(put(emptyCart, 'opt_ice'), 1, 0);
    expect(add(emptied, latte, latte.variants[0]!, [], new Map()).key).toBe(2);
  });

  it('takes no more units than the server does', () => {
    expect(unitsIn(setQuantity(put(emptyCart, 'opt_ice'), 1, 5000))).toBe(999);
  });

  it('asks the server for variants, quantities and options', () => {
    expect(askedLines(put(emptyCart, 'opt_ice', 'opt_shot'))).toEqual([
      {
        variant_id: 'var_americano',
        quantity: 1,
        options: [
          { option_id: 'opt_ice', quantity: 1 },
          { option_id: 'opt_shot', quantity: 1 },
        ],
      },
    ]);
  });
});
