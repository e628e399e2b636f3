import { describe, expect, it } from 'vitest';
import { compare, formatShort, formatSigned, pairHours, soldBefore, type Comparison } from './figures';

describe('formatShort', () => {
  it('writes large won in 만 and 억, and in thousands and millions in English', () => {
    expect(formatShort(123_400, 'KRW', 'ko')).toBe('12.3만');
    expect(formatShort(7_700, 'KRW', 'ko')).toBe('7,700');
    expect(formatShort(120_000_000, 'KRW', 'ko')).toBe('1.2억');
    expect(formatShort(123_400, 'KRW', 'en')).toBe('123.4K');
  });

  it('counts cents as parts of a dollar', () => {
    expect(formatShort(123_456, 'USD', 'en')).toBe('1.2K');
  });
});

describe('compare', () => {
  const rows: [name: string, now: number, before: number, expected: Comparison][] = [
    ['more is told in percent of before', 112, 100, { way: 'more', percent: 12 }],
    ['less is told in percent of before', 90, 100, { way: 'less', percent: 10 }],
    ['the same is the same', 100, 100, { way: 'same', percent: 0 }],
    ['nothing before gives no percent', 100, 0, { way: 'more', percent: null }],
    ['nothing at all is the same', 0, 0, { way: 'same', percent: null }],
  ];
  it.each(rows)('%s', (_name, now, before, expected) => {
    expect(compare(now, before)).toEqual(expected);
  });
});

describe('pairHours', () => {
  it('stretches from the first hour in which either day sold to the last', () => {
    const pairs = pairHours(
      [{ hour: 9, orders: 2, amount: 9000 }],
      [
        { hour: 8, orders: 1, amount: 4500 },
        { hour: 11, orders: 1, amount: 5000 },
      ],
      5,
    );
    expect(pairs).toEqual([
      { hour: 8, orders: 0, now: 0, before: 4500 },
      { hour: 9, orders: 2, now: 9000, before: 0 },
      { hour: 10, orders: 0, now: 0, before: 0 },
      { hour: 11, orders: 0, now: 0, before: 5000 },
    ]);
  });

  it('puts the hours after midnight at the end of the business day', () => {
    const hours = [
      { hour: 0, orders: 1, amount: 100 },
      { hour: 23, orders: 1, amount: 200 },
    ];
    expect(pairHours(hours, [], 5).map((pair) => pair.hour)).toEqual([23, 0]);
  });

  it('has nothing to show for two days without sales', () => {
    expect(pairHours([], [], 5)).toEqual([]);
  });
});

describe('soldBefore', () => {
  const hours = [
    { hour: 9, orders: 1, amount: 100 },
    { hour: 23, orders: 1, amount: 200 },
    { hour: 1, orders: 1, amount: 400 },
  ];
  it('leaves out the hour that is still going on', () => {
    expect(soldBefore(hours, 23, 5)).toBe(100);
  });

  it('counts what was sold before midnight when it is past it', () => {
    expect(soldBefore(hours, 1, 5)).toBe(300);
  });
});

describe('formatSigned', () => {
  it('names the direction, but for none', () => {
    expect([12, -3, 0].map((count) => formatSigned(count, 'ko'))).toEqual(['+12', '−3', '0']);
  });
});
