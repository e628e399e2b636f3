import { describe, expect, it } from 'vitest';
import { unitsOf } from './quantity';

describe('unitsOf', () => {
  it.each([
    ['a number is that many', '12', 1, 12],
    ['spaces around it do not matter', ' 3 ', 1, 3],
    ['nothing is no number', '', 1, null],
    ['words are no number', '두 개', 1, null],
    ['a half is no number of units', '1.5', 1, null],
    ['nothing was received is refused', '0', 1, null],
    ['nothing was counted is a count', '0', 0, 0],
    ['less than nothing is refused', '-1', 0, null],
    ['more than fits is refused', '1234567890', 1, null],
  ])('%s', (_, typed, least, units) => {
    expect(unitsOf(typed, least)).toBe(units);
  });
});
