import { describe, expect, it } from 'vitest';
import { compare, daysBetween, formatShort, formatSigned, pairDays, pairHours, type Comparison } from './figures';

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
  const at = (text: string): string => `2026-11-${text}:00:00.000Z`;
  const hour = (text: string, amount: number) => ({ begins: at(text), hour: 0, amount });

  it('lays the same hour of the week before beside each hour, from the first to the last', () => {
    const pairs = pairHours([hour('23T01', 100)], [hour('16T01', 80), hour('16T03', 60)], 7, null);
    expect(pairs).toEqual([
      { at: at('23T01'), now: 100, before: 80 },
      { at: at('23T02'), now: 0, before: 0 },
      { at: at('23T03'), now: 0, before: 60 },
    ]);
  });

  it('knows nothing of hours that are still to come', () => {
    const pairs = pairHours([hour('23T01', 100)], [hour('16T02', 80)], 7, new Date(at('23T01')));
    expect(pairs.map((pair) => pair.now)).toEqual([100, null]);
  });

  it('is empty when nothing was sold', () => {
    expect(pairHours([], [], 7, null)).toEqual([]);
  });
});

describe('pairDays', () => {
  it('lays the first day beside the first; days without sales are nothing, days to come unknown', () => {
    const pairs = pairDays(
      { from: '2026-11-22', to: '2026-11-24' },
      [{ date: '2026-11-22', gross: 5 }],
      { from: '2026-11-15', to: '2026-11-16' },
      [{ date: '2026-11-16', gross: 7 }],
      '2026-11-23',
    );
    expect(pairs).toEqual([
      { at: '2026-11-22', now: 5, before: 0 },
      { at: '2026-11-23', now: 0, before: 7 },
      { at: '2026-11-24', now: null, before: null },
    ]);
  });
});

describe('daysBetween', () => {
  it('counts over the end of a month', () => {
    expect(daysBetween('2026-10-30', '2026-11-02')).toBe(3);
  });
});

describe('formatSigned', () => {
  it('names the direction, but for none', () => {
    expect([12, -3, 0].map((count) => formatSigned(count, 'ko'))).toEqual(['+12', '−3', '0']);
  });
});
