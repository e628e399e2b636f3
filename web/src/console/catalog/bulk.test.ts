import { describe, expect, it } from 'vitest';
import { changeOf, noCategory, parsePercent, type BulkDraft } from './bulk';

const nothing: BulkDraft = {
  category_id: '',
  status: '',
  tax_class: '',
  way: '',
  value: '',
  step: '10',
  stores: ['sto_1'],
};

describe('parsePercent', () => {
  it.each([
    ['5', 500],
    ['2.5', 250],
    ['2.55%', 255],
    ['0.05', 5],
    ['2.555', null],
    ['-5', null],
    ['', null],
    ['다섯', null],
  ])('%s is %s hundredths of a percent', (text, want) => {
    expect(parsePercent(text)).toBe(want);
  });
});

describe('changeOf', () => {
  it('leaves out what stays', () => {
    expect(changeOf(nothing, 'KRW')).toEqual({});
  });

  it('takes products out of their category', () => {
    expect(changeOf({ ...nothing, category_id: noCategory }, 'KRW')).toEqual({ category_id: '' });
  });

  it('lowers by a percentage, rounded', () => {
    expect(changeOf({ ...nothing, way: 'lowerPercent', value: '2.5', step: '100' }, 'KRW')).toEqual({
      price: { store_ids: ['sto_1'], mode: 'percent', value: -250, step: 100 },
    });
  });

  it('sets a price as it was typed', () => {
    expect(changeOf({ ...nothing, way: 'set', value: '4,900원' }, 'KRW')).toEqual({
      price: { store_ids: ['sto_1'], mode: 'set', value: 4900, step: 1 },
    });
  });

  it('is nothing when the amount is none', () => {
    expect(changeOf({ ...nothing, way: 'raise', value: '조금' }, 'KRW')).toBeNull();
  });
});
