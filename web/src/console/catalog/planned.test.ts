import { describe, expect, it } from 'vitest';
import { joined, momentIn, parted } from './planned';

describe('a moment of a planned price', () => {
  it('is a day, or a minute of it', () => {
    expect([joined('2026-11-25', ''), joined('2026-11-25', '15:00'), joined('', '15:00')]).toEqual([
      '2026-11-25',
      '2026-11-25T15:00',
      '',
    ]);
    expect([parted('2026-11-25'), parted('2026-11-25T15:00'), parted('')]).toEqual([
      ['2026-11-25', ''],
      ['2026-11-25', '15:00'],
      ['', ''],
    ]);
  });

  it('is written for people', () => {
    const now = new Date('2026-11-24T00:00:00Z');
    expect(momentIn('2026-11-25T15:00', 'ko', now)).toMatch(/11월 25일 \(수\) 15:00$/);
  });
});
