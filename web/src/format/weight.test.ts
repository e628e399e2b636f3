import { describe, expect, it } from 'vitest';
import { formatWeight, weigh } from './weight';

describe('formatWeight', () => {
  it('writes kilograms to the gram', () => {
    expect([1, 350, 99_999].map(formatWeight)).toEqual(['0.001 kg', '0.350 kg', '99.999 kg']);
  });
});

describe('weigh', () => {
  it('rounds to whole minor units, a half up', () => {
    expect([weigh(12_000, 350), weigh(12_345, 357), weigh(12_345, 500)]).toEqual([4200, 4407, 6173]);
  });
});
