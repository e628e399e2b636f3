import { describe, expect, it } from 'vitest';
import {
  add,
  askedBasket,
  cartFrom,
  emptyCart,
  give,
  setDiscounts,
  setQuantity,
  sum,
  unitsIn,
  unitsByVariant,
  unitsOf,
  type Cart,
} from './cart';
import { cafeMenu } from './fixture';
import { Shelf } from './menu';

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
    expect([...unitsByVariant(cart)]).toEqual([['var_americano', 2]]);
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
    expect(askedBasket(put(emptyCart, 'opt_ice', 'opt_shot'))).toEqual({
      lines: [
        {
          variant_id: 'var_americano',
          quantity: 1,
          options: [
            { option_id: 'opt_ice', quantity: 1 },
            { option_id: 'opt_shot', quantity: 1 },
          ],
          discounts: [],
        },
      ],
      discounts: [],
    });
  });

  it('asks for a named discount by its id and for a free one by what it is', () => {
    const staff = {
      id: 'dsc_1',
      version: 1,
      name: '직원',
      percent_ppm: 300_000,
      amount: 0,
      approval: false,
      active: true,
    };
    const free = { id: '', name: '흠집', percent_ppm: 0, amount: 500 };
    const cart = setDiscounts(setDiscounts(put(emptyCart, 'opt_ice'), 1, [free]), null, [give(staff)]);
    const basket = askedBasket(cart);
    expect(basket.lines[0]?.discounts).toEqual([{ amount: 500, name: '흠집' }]);
    expect(basket.discounts).toEqual([{ discount_id: 'dsc_1' }]);
  });

  it('keeps a discounted line apart from the same thing at its full price', () => {
    const cart = setDiscounts(put(emptyCart, 'opt_ice'), 1, [{ id: '', name: '흠집', percent_ppm: 0, amount: 500 }]);
    expect(put(cart, 'opt_ice').lines).toHaveLength(2);
  });

  it('comes back from what was held, without what is not sold any more', () => {
    const named = {
      id: 'dsc_1',
      version: 1,
      name: '직원',
      percent_ppm: 300_000,
      amount: 0,
      approval: false,
      active: true,
    };
    const free = { id: '', name: '흠집', percent_ppm: 0, amount: 500 };
    const whole = setDiscounts(setDiscounts(put(emptyCart, 'opt_ice', 'opt_shot'), 1, [free]), null, [give(named)]);
    const held = askedBasket({ ...whole, service: 'takeaway' }, 'eat_in');
    const shelf = new Shelf(cafeMenu);
    expect(askedBasket(cartFrom(held, shelf, [named]).cart, 'eat_in')).toEqual(held);
    held.lines.push({ variant_id: 'var_gone', quantity: 1 });
    held.lines[0]!.options!.push({ option_id: 'opt_gone', quantity: 1 });
    const back = cartFrom(held, shelf, []);
    expect([back.gone, back.cart.lines.length, back.cart.discounts.length]).toEqual([2, 1, 0]);
  });

  it('asks how it is taken only where the till asks', () => {
    expect(askedBasket({ ...emptyCart, service: 'takeaway' }).service).toBeUndefined();
    expect(askedBasket({ ...emptyCart, service: null }, 'eat_in').service).toBe('eat_in');
  });

  it('has no discount left when it is empty', () => {
    const cart = setDiscounts(put(emptyCart, 'opt_ice'), null, [{ id: '', name: '생일', percent_ppm: 0, amount: 500 }]);
    expect(setQuantity(cart, 1, 0).discounts).toEqual([]);
  });
});
