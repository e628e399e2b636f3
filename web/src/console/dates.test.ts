import { describe, expect, it } from 'vitest';
import { addDays, daysOf, isDay, periodOf, type Period } from './dates';

describe('isDay', () => {
  const rows: [name: string, text: string, expected: boolean][] = [
    ['a day that exists is one', '2026-11-23', true],
    ['a leap day exists in a leap year', '2028-02-29', true],
    ['a leap day does not exist in another year', '2026-02-29', false],
    ['a month has no thirteenth', '2026-13-01', false],
    ['words are no day', 'yesterday', false],
    ['an instant is no day', '2026-11-23T00:00:00Z', false],
  ];
  it.each(rows)('%s', (_name, text, expected) => {
    expect(isDay(text)).toBe(expected);
  });
});

describe('addDays', () => {
  const rows: [name: string, day: string, days: number, expected: string][] = [
    ['a week ago lies in the month before', '2026-11-03', -7, '2026-10-27'],
    ['the day after the last of the year is the first of the next', '2026-12-31', 1, '2027-01-01'],
  ];
  it.each(rows)('%s', (_name, day, days, expected) => {
    expect(addDays(day, days)).toBe(expected);
  });
});

describe('periods', () => {
  const rows: [name: string, period: Period, from: string, to: string][] = [
    ['today is one day', 'today', '2026-11-23', '2026-11-23'],
    ['yesterday is the day before', 'yesterday', '2026-11-22', '2026-11-22'],
    ['the week began on Sunday', 'week', '2026-11-22', '2026-11-23'],
    ['last week ended on Saturday', 'lastWeek', '2026-11-15', '2026-11-21'],
    ['the month begins on its first', 'month', '2026-11-01', '2026-11-23'],
    ['last month is whole', 'lastMonth', '2026-10-01', '2026-10-31'],
  ];
  it.each(rows)('%s, and is recognised again', (_name, period, from, to) => {
    expect(daysOf(period, '2026-11-23')).toEqual({ from, to });
    expect(periodOf({ from, to }, '2026-11-23')).toBe(period);
  });

  it('days without a name have none', () => {
    expect(periodOf({ from: '2026-11-02', to: '2026-11-05' }, '2026-11-23')).toBeUndefined();
  });

  it('on the first of a month the shorter name is used', () => {
    expect(periodOf({ from: '2026-11-01', to: '2026-11-01' }, '2026-11-01')).toBe('today');
  });
});
