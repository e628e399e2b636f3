import { describe, expect, it } from 'vitest';
import { levelOf, type Level } from './level';

describe('levelOf', () => {
  const rows: [name: string, tracked: boolean, onHand: number, expected: Level[]][] = [
    ['what is not counted is neither low nor used up', false, 0, ['all']],
    ['plenty is only counted', true, 6, ['all', 'tracked']],
    ['five are low', true, 5, ['all', 'tracked', 'low']],
    ['none are low and used up', true, 0, ['all', 'tracked', 'low', 'zero']],
  ];
  it.each(rows)('%s', (_name, tracked, on_hand, expected) => {
    const found = (['all', 'tracked', 'low', 'zero'] as const).filter((level) => levelOf({ tracked, on_hand }, level));
    expect(found).toEqual(expected);
  });
});
