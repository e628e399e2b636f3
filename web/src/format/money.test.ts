import { describe, expect, it } from 'vitest';
import { currencyDigits, formatMoney, parseMoney } from './money';

describe('formatMoney', () => {
  const rows: [name: string, minor: number, currency: string, locale: 'ko' | 'en', expected: string][] = [
    ['won in Korean carry 원', 4500, 'KRW', 'ko', '4,500원'],
    ['won in English carry ₩', 4500, 'KRW', 'en', '₩4,500'],
    ['dollars come from cents', 450, 'USD', 'en', '$4.50'],
    ['dollars look the same to a Korean reader', 123456, 'USD', 'ko', '$1,234.56'],
    ['a discount has a real minus', -1000, 'KRW', 'ko', '−1,000원'],
    ['a discount in dollars has it before the sign', -50, 'USD', 'en', '−$0.50'],
    ['nothing is zero, not empty', 0, 'KRW', 'ko', '0원'],
  ];
  it.each(rows)('%s', (_name, minor, currency, locale, expected) => {
    expect(formatMoney(minor, currency, locale)).toBe(expected);
  });
});

describe('parseMoney', () => {
  const rows: [name: string, text: string, currency: string, expected: number | null][] = [
    ['plain digits are won', '4500', 'KRW', 4500],
    ['separators and 원 are read', '12,000 원', 'KRW', 12000],
    ['dollars may have cents', '$4.5', 'USD', 450],
    ['whole dollars are cents times a hundred', '4', 'USD', 400],
    ['won have no fraction', '4.5', 'KRW', null],
    ['more than two digits of cents are refused', '1.234', 'USD', null],
    ['negative amounts are refused', '-1', 'KRW', null],
    ['words are refused', '천원', 'KRW', null],
    ['an empty field is no amount', '', 'KRW', null],
    ['amounts that lose digits are refused', '99999999999999999', 'KRW', null],
  ];
  it.each(rows)('%s', (_name, text, currency, expected) => {
    expect(parseMoney(text, currency)).toBe(expected);
  });
});

describe('currencyDigits', () => {
  it('knows that won have none and dollars two', () => {
    expect([currencyDigits('KRW'), currencyDigits('USD')]).toEqual([0, 2]);
  });
});
