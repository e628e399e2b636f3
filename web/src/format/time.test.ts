import { describe, expect, it } from 'vitest';
import { formatBusinessDate, formatDate, formatDateTime, formatTime } from './time';

const seoul = 'Asia/Seoul';
const now = new Date('2026-11-23T11:00:00Z');

describe('time', () => {
  const rows: [name: string, written: string, expected: string][] = [
    ['a time is the store’s, by 24 hours', formatTime('2026-11-23T10:42:05Z', seoul, 'ko'), '19:42'],
    ['midnight is 00, not 24', formatTime('2026-11-22T15:00:00Z', seoul, 'en'), '00:00'],
    ['another store has another time', formatTime('2026-11-23T10:42:05Z', 'America/New_York', 'en'), '05:42'],
    ['a Korean date has its weekday', formatDate('2026-11-23T10:42:05Z', seoul, 'ko', now), '11월 23일 (월)'],
    ['an English date is short', formatDate('2026-11-23T10:42:05Z', seoul, 'en', now), 'Mon, Nov 23'],
    ['another year is written out', formatDate('2025-01-05T03:00:00Z', seoul, 'ko', now), '2025년 1월 5일 (일)'],
    ['the year turns at the store’s midnight', formatDate('2025-12-31T16:00:00Z', seoul, 'ko', now), '1월 1일 (목)'],
    ['a business date belongs to no zone', formatBusinessDate('2026-11-23', 'ko', now), '11월 23일 (월)'],
    ['day and time stand together', formatDateTime('2026-11-23T10:42:05Z', seoul, 'ko', now), '11월 23일 (월) 19:42'],
  ];
  it.each(rows)('%s', (_name, written, expected) => {
    expect(written).toBe(expected);
  });
});
