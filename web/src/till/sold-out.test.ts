import { describe, expect, it } from 'vitest';
import { ending, nextAt, stateOf } from './sold-out';

const now = new Date(2026, 10, 23, 14, 30);

describe('nextAt', () => {
  it('is today when the time is still to come', () => {
    expect(nextAt('14:31', now)).toEqual(new Date(2026, 10, 23, 14, 31));
  });
  it('is tomorrow when it has passed, or is now', () => {
    expect(nextAt('09:00', now)).toEqual(new Date(2026, 10, 24, 9, 0));
    expect(nextAt('14:30', now)).toEqual(new Date(2026, 10, 24, 14, 30));
  });
});

describe('ending', () => {
  it('has a time only when one was chosen', () => {
    expect(ending('day', '15:00', now)).toEqual({ until: 'day' });
    expect(ending('time', '15:00', now)).toEqual({
      until: 'time',
      ends_at: new Date(2026, 10, 23, 15, 0).toISOString(),
    });
  });
});

describe('stateOf', () => {
  const at = new Date('2026-11-23T05:30:00Z');
  it.each([
    ['what is sold', undefined, '판매 중'],
    ['what is sold out until somebody says so', {}, '품절'],
    ['what comes back with the day', { day: '2026-11-23' }, '오늘 영업일까지 품절'],
    ['what comes back soon', { ends_at: '2026-11-23T06:00:00Z' }, '15:00까지 품절'],
    [
      'what comes back another day, with its date',
      { ends_at: '2026-11-25T06:00:00Z' },
      '11월 25일 (수) 15:00까지 품절',
    ],
  ])('says of %s', (_name, soldOut, text) => {
    expect(stateOf(soldOut, 'Asia/Seoul', 'ko', at)).toBe(text);
  });
});
