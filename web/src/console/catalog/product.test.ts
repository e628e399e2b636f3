import { describe, expect, it } from 'vitest';
import type { Product, Store } from '../shapes';
import { changesBetween, draftOf, emptyVariant, inputOf, typed, wrongBounds, wrongPrices } from './product';

const stores = [
  { id: 'sto_1', currency: 'KRW' },
  { id: 'sto_2', currency: 'USD' },
] as Store[];

const latte: Product = {
  id: 'prd_1',
  version: 3,
  handle: 'latte',
  name: '라떼',
  name_en: 'Latte',
  description: '',
  category_id: 'cat_1',
  kind: 'food',
  sold_by: 'unit',
  least_price: 0,
  most_price: 0,
  status: 'active',
  axes: ['온도'],
  option_groups: ['opg_1'],
  variants: [
    {
      id: 'var_1',
      name: 'ICE',
      values: ['ICE'],
      sku: 'L-ICE',
      barcodes: ['8801234567893'],
      tracked: false,
      tax_class: 'standard',
      status: 'active',
      prices: [
        { store_id: 'sto_1', amount: 5000 },
        { store_id: 'sto_9', amount: 5500 },
      ],
      recipe: [{ variant_id: 'var_8', name: '우유', name_en: 'Milk', quantity: 200 }],
    },
  ],
};

describe('typed', () => {
  it('writes an amount as it is typed, without separators', () => {
    expect([typed(4500, 'KRW'), typed(450, 'USD')]).toEqual(['4500', '4.50']);
  });
});

describe('a product and its form', () => {
  it('are sent back unchanged when nothing was typed, with the prices of unseen stores', () => {
    expect(inputOf(draftOf(latte, stores), latte, stores)).toMatchObject({
      name: '라떼',
      status: 'active',
      axes: ['온도'],
      option_groups: ['opg_1'],
      variants: [
        {
          id: 'var_1',
          values: ['ICE'],
          barcodes: ['8801234567893'],
          prices: [
            { store_id: 'sto_9', amount: 5500 },
            { store_id: 'sto_1', amount: 5000 },
          ],
          recipe: [{ variant_id: 'var_8', quantity: 200 }],
        },
      ],
    });
  });

  it('a quantity of a recipe that says nothing is sent as none, which is refused', () => {
    const draft = draftOf(latte, stores);
    draft.variants[0]!.recipe[0]!.quantity = '많이';
    expect(inputOf(draft, latte, stores)).toMatchObject({ variants: [{ recipe: [{ quantity: 0 }] }] });
  });

  it('an empty price takes the variant out of that store', () => {
    const draft = draftOf(latte, stores);
    draft.variants[0]!.prices.sto_1 = '';
    expect(inputOf(draft, latte, stores)).toMatchObject({
      variants: [{ prices: [{ store_id: 'sto_9', amount: 5500 }] }],
    });
  });

  it('a price is read in the currency of its store', () => {
    const draft = draftOf(latte, stores);
    draft.variants[0]!.prices = { sto_1: '4,800원', sto_2: '$4.50' };
    expect(inputOf(draft, undefined, stores)).toMatchObject({
      variants: [
        {
          prices: [
            { store_id: 'sto_1', amount: 4800 },
            { store_id: 'sto_2', amount: 450 },
          ],
        },
      ],
    });
  });

  it('an archived variant is left out, a new one has no id', () => {
    const draft = draftOf(latte, stores);
    draft.variants[0]!.archived = true;
    draft.variants.push({ ...emptyVariant(1), values: ['HOT'] });
    const { variants } = inputOf(draft, latte, stores) as { variants: { id?: string; values: string[] }[] };
    expect(variants.map(({ id, values }) => [id, values])).toEqual([[undefined, ['HOT']]]);
  });

  it('barcodes are separated by commas, spaces or lines', () => {
    const draft = draftOf(latte, stores);
    draft.variants[0]!.barcodes = '111, 222\n333 ';
    expect(inputOf(draft, latte, stores)).toMatchObject({ variants: [{ barcodes: ['111', '222', '333'] }] });
  });
});

describe('what is not sold by the unit', () => {
  const catchOfTheDay: Product = { ...latte, sold_by: 'open_price', least_price: 30_000, most_price: 0 };

  it('keeps its bounds, and an empty one is none', () => {
    const draft = draftOf(catchOfTheDay, stores);
    expect([draft.least_price, draft.most_price]).toEqual(['30000', '']);
    expect(inputOf(draft, catchOfTheDay, stores)).toMatchObject({
      sold_by: 'open_price',
      least_price: 30_000,
      most_price: 0,
    });
  });

  it('names the bound that is no amount', () => {
    const draft = { ...draftOf(catchOfTheDay, stores), most_price: '십만' };
    expect(wrongBounds(draft, stores)).toEqual(['most_price']);
  });

  it('forgets its bounds and its recipe when it is weighed', () => {
    const draft = { ...draftOf(catchOfTheDay, stores), sold_by: 'weight' as const };
    expect(inputOf(draft, catchOfTheDay, stores)).toMatchObject({
      sold_by: 'weight',
      least_price: 0,
      variants: [{ recipe: [] }],
    });
  });

  it('says what someone else changed of it', () => {
    const changes = changesBetween(latte, catchOfTheDay).map(({ field, after }) => [field, after]);
    expect(changes).toEqual([
      ['sold_by', 'open_price'],
      ['least_price', '30000'],
    ]);
  });
});

describe('wrongPrices', () => {
  it('names the variant and the store whose price is no amount', () => {
    const draft = draftOf(latte, stores);
    draft.variants[0]!.prices = { sto_1: '4,5oo', sto_2: '4.505' };
    expect(wrongPrices(draft, stores)).toEqual([
      { variant: 0, store: 'sto_1' },
      { variant: 0, store: 'sto_2' },
    ]);
  });

  it('an empty price is right: it is not sold there', () => {
    expect(wrongPrices(draftOf(latte, stores), stores)).toEqual([]);
  });
});

describe('changesBetween', () => {
  it('finds nothing in two equal readings', () => {
    expect(changesBetween(latte, structuredClone(latte))).toEqual([]);
  });

  it('names fields of the product, of a variant, and the store of a price', () => {
    const after = structuredClone(latte);
    after.name = '카페라떼';
    after.variants[0]!.sku = 'LATTE-ICE';
    after.variants[0]!.prices[0]!.amount = 5200;
    after.variants[0]!.recipe[0]!.quantity = 150;
    expect(changesBetween(latte, after)).toEqual([
      { field: 'name', before: '라떼', after: '카페라떼' },
      { field: 'sku', variant_id: 'var_1', variant: 'ICE', before: 'L-ICE', after: 'LATTE-ICE' },
      { field: 'recipe', variant_id: 'var_1', variant: 'ICE', before: '우유 200', after: '우유 150' },
      { field: 'prices', variant_id: 'var_1', variant: 'ICE', store: 'sto_1', before: '5000', after: '5200' },
    ]);
  });

  it('a price that was taken away has nothing after it', () => {
    const after = structuredClone(latte);
    after.variants[0]!.prices.shift();
    expect(changesBetween(latte, after)).toEqual([
      { field: 'prices', variant_id: 'var_1', variant: 'ICE', store: 'sto_1', before: '5000', after: '' },
    ]);
  });
});
