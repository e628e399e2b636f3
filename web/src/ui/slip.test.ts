import { expect, it } from 'vitest';
import { beginSlip, isFilled, monthsOf } from './slip';

it('offers months from 50,000 won', () => {
  expect(monthsOf(49_999, 'KRW')).toEqual([]);
  expect(monthsOf(50_000, 'KRW')[0]).toBe(2);
  expect(monthsOf(500_000, 'USD')).toEqual([]);
});

it('begins with the terminal of the last slip, not with its card', () => {
  const slip = beginSlip({ tid: '12345678', van: '나이스', merchant_number: '001', issuer: '국민카드' });
  expect(slip).toMatchObject({ tid: '12345678', van: '나이스', merchant_number: '001', issuer: '' });
});

it('begins with nothing left undefined, for fields can only be bound to what is there', () => {
  expect(Object.values(beginSlip())).not.toContain(undefined);
});

it('needs an approval number', () => {
  expect(isFilled(beginSlip())).toBe(false);
  expect(isFilled({ approval_number: ' 30012345 ' })).toBe(true);
});
