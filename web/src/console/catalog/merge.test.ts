import { describe, expect, it } from 'vitest';
import type { Product, Store } from '../shapes';
import { differences, merged, type Difference } from './merge';
import { draftOf, emptyVariant, type ProductDraft } from './product';

const stores = [{ id: 'sto_1', currency: 'KRW' }] as Store[];

const base: Product = {
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
  variants: ['ICE', 'HOT'].map((value, at) => ({
    id: `var_${at + 1}`,
    name: value,
    values: [value],
    sku: `L-${value}`,
    barcodes: [],
    tracked: false,
    tax_class: 'standard' as const,
    status: 'active' as const,
    prices: [
      { store_id: 'sto_9', amount: 5500 },
      { store_id: 'sto_1', amount: 5000 },
    ],
    recipe: [{ variant_id: 'var_8', name: '우유', name_en: 'Milk', quantity: 200 }],
  })),
};

/** What one person saved, and what stands in the other's form. */
function both(save: (product: Product) => void, type: (draft: ProductDraft) => void): [Product, ProductDraft] {
  const theirs = structuredClone(base);
  save(theirs);
  const draft = draftOf(base, stores);
  type(draft);
  return [theirs, draft];
}

const brief = (rows: Difference[]): unknown[] =>
  rows.map(({ change, before, theirs, mine, suggested }) => [change.field, before, theirs, mine, suggested]);

describe('differences', () => {
  it('there are none between a product and the form that was filled from it', () => {
    expect(differences(base, structuredClone(base), draftOf(base, stores), stores)).toEqual([]);
  });

  it('suggests who alone changed something, and nobody where both did', () => {
    const [theirs, draft] = both(
      (product) => {
        product.name = '카페라떼';
        product.variants[0]!.prices[1]!.amount = 5200;
      },
      (form) => {
        form.description = '고소해요';
        form.variants[0]!.prices.sto_1 = '5300';
      },
    );
    expect(brief(differences(base, theirs, draft, stores))).toEqual([
      ['name', '라떼', '카페라떼', '라떼', 'theirs'],
      ['prices', '5000', '5200', '5300', null],
      ['description', '', '', '고소해요', 'mine'],
    ]);
  });

  it('what both changed to the same is no difference', () => {
    const [theirs, draft] = both(
      (product) => (product.name = '카페라떼'),
      (form) => (form.name = '카페라떼 '),
    );
    expect(differences(base, theirs, draft, stores)).toEqual([]);
  });

  it('asks when one archived a variant whose price the other changed', () => {
    const [theirs, draft] = both(
      (product) => (product.variants[1]!.status = 'archived'),
      (form) => (form.variants[1]!.prices.sto_1 = '5300'),
    );
    expect(brief(differences(base, theirs, draft, stores))).toEqual([
      ['status', 'active', 'archived', 'active', null],
      ['prices', '5000', '5000', '5300', null],
    ]);
  });
});

describe('merged', () => {
  it('takes mine where it was chosen, theirs elsewhere, and keeps added variants', () => {
    const [theirs, draft] = both(
      (product) => {
        product.name = '카페라떼';
        product.variants[0]!.sku = 'THEIRS';
      },
      (form) => {
        form.name = '내 라떼';
        form.variants[0]!.prices.sto_1 = '5300';
        form.variants[0]!.sku = 'MINE';
        form.variants.push({ ...emptyVariant(1), values: ['디카페인'] });
      },
    );
    const rows = differences(base, theirs, draft, stores);
    const mine = rows.filter(({ change }) => change.field !== 'sku');
    const result = merged(theirs, draft, mine, stores);
    expect(result.name).toBe('내 라떼');
    expect(result.variants.map(({ sku, prices, values }) => [sku, prices.sto_1, values])).toEqual([
      ['THEIRS', '5300', ['ICE']],
      ['L-HOT', '5000', ['HOT']],
      ['', undefined, ['디카페인']],
    ]);
  });

  it('without mine nothing but theirs is left', () => {
    const [theirs, draft] = both(
      (product) => (product.option_groups = []),
      (form) => (form.name = '내 라떼'),
    );
    expect(merged(theirs, draft, [], stores)).toEqual(draftOf(theirs, stores));
  });
});
