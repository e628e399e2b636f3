import { describe, expect, it } from 'vitest';
import { initialsOf, leftOf, nameIn, Shelf } from './menu';
import { cafeMenu } from './fixture';

describe('Shelf', () => {
  const shelf = new Shelf(cafeMenu);

  const searches: [name: string, query: string, expected: string[]][] = [
    ['a part of a name', '라떼', ['카페라떼']],
    ['initial consonants', 'ㅇㅁㄹ', ['아메리카노']],
    ['the English name, in any case', 'LATTE', ['카페라떼']],
    ['spaces change nothing', '카페 라떼', ['카페라떼']],
    ['an SKU', 'note-a5', ['무지 노트 A5']],
    ['a whole barcode', '8801234567893', ['무지 노트 A5']],
    ['nothing asked finds nothing', '  ', []],
    ['what there isn’t', '홍차', []],
  ];
  it.each(searches)('finds by %s', (_name, query, expected) => {
    expect(shelf.find(query).map((product) => product.name)).toEqual(expected);
  });

  it('shows only categories that have products, in the shop’s order', () => {
    expect(shelf.categories.map((category) => category.name)).toEqual(['커피', '굿즈']);
  });

  it('finds the variant of a barcode', () => {
    expect(shelf.barcode('8801234567893')?.variant.sku).toBe('NOTE-A5');
    expect(shelf.barcode('0000')).toBeUndefined();
  });

  it('takes newer counts and leaves the others', () => {
    const counted = shelf.counted([{ variant_id: 'var_note', on_hand: 1 }]);
    expect(counted.variant('var_note')?.variant.on_hand).toBe(1);
    expect(shelf.variant('var_note')?.variant.on_hand).toBe(3);
    expect(counted.variant('var_latte')?.variant.on_hand).toBe(0);
  });
});

describe('leftOf', () => {
  it('counts what stands in the order already', () => {
    const { variant } = new Shelf(cafeMenu).variant('var_note')!;
    expect([leftOf(variant, 2), leftOf(variant, 5), leftOf({ ...variant, tracked: false }, 5)]).toEqual([1, 0, null]);
  });
});

describe('names', () => {
  it('are English for English staff only where there is one', () => {
    expect(nameIn('en', { name: '라떼', name_en: 'Latte' })).toBe('Latte');
    expect(nameIn('en', { name: '쌍화차' })).toBe('쌍화차');
    expect(nameIn('ko', { name: '라떼', name_en: 'Latte' })).toBe('라떼');
  });

  it('have initial consonants, and other letters stay', () => {
    expect(initialsOf('아메리카노 ICE')).toBe('ㅇㅁㄹㅋㄴ ICE');
  });
});
