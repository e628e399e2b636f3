import { describe, expect, it } from 'vitest';
import { percentOf, ppmOf } from './percent';

describe('percentages', () => {
  it.each([
    ['10', 100_000],
    ['12.5', 125_000],
    ['0,0001', 1],
    ['100', 1_000_000],
    ['0', 0],
  ])('reads %s', (text, ppm) => {
    expect(ppmOf(text)).toBe(ppm);
  });

  it.each(['', '-1', '101', '100.0001', '1.00001', 'half'])('does not read %s', (text) => {
    expect(ppmOf(text)).toBeNull();
  });

  it('writes no more digits than there are', () => {
    expect([percentOf(100_000), percentOf(125_000), percentOf(1)]).toEqual(['10', '12.5', '0.0001']);
  });
});
