import { expect, test } from 'vitest';
import { countsOf, sumOf } from './count';

test('notes and coins are listed from the largest, without what is empty or no number', () => {
  expect(countsOf({ 10: '3', 50000: '2', 1000: '', 500: 'x', 100: '0' })).toEqual([
    { value: 50000, count: 2 },
    { value: 10, count: 3 },
  ]);
});

test('notes and coins come to their sum', () => {
  expect(sumOf({ 50000: '2', 1000: '5', 100: '7' })).toBe(105_700);
  expect(sumOf({})).toBe(0);
});
