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
  takenByVariant,
  takenOf,
  unitsByProduct,
  type Cart,
} from './cart';
import { beans, cafeMenu, cake } from './fixture';
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
    expect(takenOf(cart, 'var_americano')).toBe(2);
    expect([...takenByVariant(cart)]).toEqual([['var_americano', 2]]);
    expect([...unitsByProduct(cart)]).toEqual([['prd_americano', 2]]);
  });

  it('keeps each weighed piece on a line of its own, and counts what it takes in grams', () => {
    const piece = (cart: Cart): Cart =>
      add(cart, beans, beans.variants[0]!, [], new Map(), 1, { amount: 0, grams: 357 }).cart;
    const cart = piece(piece(emptyCart));
    expect(cart.lines.map((line) => line.quantity)).toEqual([1, 1]);
    expect([sum(cart), unitsIn(cart), takenOf(cart, 'var_beans')]).toEqual([2 * 4407, 2, 714]);
    expect([...unitsByProduct(cart)]).toEqual([['prd_beans', 2]]);
    expect(askedBasket(cart).lines[0]).toMatchObject({ variant_id: 'var_beans', quantity: 1, grams: 357 });
  });

  it('joins an open price only with the same amount', () => {
    const at = (cart: Cart, amount: number): Cart =>
      add(cart, cake, cake.variants[0]!, [], new Map(), 1, { amount, grams: 0 }).cart;
    const cart = at(at(at(emptyCart, 45_000), 45_000), 52_000);
    expect(cart.lines.map((line) => [line.quantity, line.amount])).toEqual([
      [2, 45_000],
      [1, 52_000],
    ]);
    expect(sum(cart)).toBe(142_000);
    expect(askedBasket(cart).lines[0]).toMatchObject({ quantity: 2, price: 45_000 });
  });

  it('takes what was weighed and entered back from a held order', () => {
    const shelf = new Shelf({ ...cafeMenu, products: [beans, cake] });
    const basket = {
      lines: [
        { variant_id: 'var_beans', quantity: 1, grams: 357 },
        { variant_id: 'var_cake', quantity: 1, price: 45_000 },
      ],
    };
    const { cart } = cartFrom(basket, shelf, []);
    expect(askedBasket(cart).lines).toMatchObject(basket.lines);
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
