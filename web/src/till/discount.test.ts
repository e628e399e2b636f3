import { describe, expect, it } from 'vitest';
import { ownOff, rateOf, written } from './discount';

describe('discounts on screen', () => {
  it('writes a rate without digits that say nothing', () => {
    expect([rateOf(100_000), rateOf(125_000), rateOf(0)]).toEqual(['10%', '12.5%', '']);
  });

  it('writes what a discount takes off beside its name', () => {
    const write = written('KRW');
    expect(write({ id: '', name: '흠집', percent_ppm: 0, amount: 1500 })).toBe('흠집 1,500원');
    expect(write({ id: 'dsc_1', name: '직원 할인', percent_ppm: 300_000, amount: 0 })).toBe('직원 할인 30%');
  });

  it('counts on a line only what belongs to it', () => {
    const taken = { key: '', name_ko: '', name_en: '', percent_ppm: 0 };
    expect(
      ownOff([
        { ...taken, kind: 'line', amount: 455 },
        { ...taken, kind: 'line_rounding', amount: 5 },
        { ...taken, kind: 'order', amount: 1000 },
        { ...taken, kind: 'order_rounding', amount: 3 },
      ]),
    ).toBe(460);
  });
});
