import { describe, expect, it, vi } from 'vitest';
import { sampleReceipt } from '../ui/sample';
import { add, emptyCart } from './cart';
import { beans, cafeMenu } from './fixture';
import { sceneOf } from './guest.svelte';
import type { Sold } from './shop';

vi.mock('../live/live', () => ({ follow: () => () => {}, hangUp: () => {} }));

describe('sceneOf', () => {
  const latte = cafeMenu.products[1]!;

  it('is idle without an order', () => {
    expect(sceneOf(emptyCart, null, 0, 'KRW', null)).toMatchObject({ state: 'idle', lines: [] });
  });
  it('shows each line with its name in both languages, and the total that the till says', () => {
    const { cart } = add(emptyCart, latte, latte.variants[0]!, [], new Map(), 2);
    expect(sceneOf(cart, null, 9_000, 'KRW', null)).toEqual({
      state: 'order',
      currency: 'KRW',
      total: 9_000,
      lines: [{ name: '카페라떼', name_en: 'Caffè latte', detail: '', quantity: 2, amount: 10_000 }],
    });
  });
  it('shows what a piece weighs, and what a kilogram costs', () => {
    const { cart } = add(emptyCart, beans, beans.variants[0]!, [], new Map(), 1, { amount: 0, grams: 357 });
    expect(sceneOf(cart, null, 4400, 'KRW', null).lines[0]).toMatchObject({
      quantity: 1,
      amount: 4407,
      grams: 357,
      kilo_price: 12_345,
    });
  });
  it('shows what is left of each line after discounts, once the server has said it', () => {
    const { cart } = add(emptyCart, latte, latte.variants[0]!, [], new Map(), 2);
    expect(sceneOf(cart, { lines: [{ net: 9_000 }] }, 9_000, 'KRW', null)).toMatchObject({
      total: 9_000,
      lines: [{ quantity: 2, amount: 9_000 }],
    });
  });
  it('shows what was paid, and the change', () => {
    const sold = { receipt: sampleReceipt, change: 500 } as Sold;
    expect(sceneOf(emptyCart, null, 0, 'KRW', sold)).toMatchObject({
      state: 'paid',
      total: sampleReceipt.totals.total,
      change: 500,
      call_number: '12',
    });
  });
});
