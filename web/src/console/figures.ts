import { currencyDigits, formatNumber } from '../format/money';
import type { Locale } from '../i18n/locale.svelte';
import { addDays, type Days } from './dates';

const tags: Record<Locale, string> = { ko: 'ko-KR', en: 'en-US' };

/** An amount without its unit, short enough to stand above a bar: 7,700, 12.3만, 1.2억; 7.7K, 123K in English. */
export function formatShort(minor: number, currency: string, locale: Locale): string {
  const amount = minor / 10 ** currencyDigits(currency);
  if (locale === 'ko' && amount < 10_000) {
    return formatNumber(Math.round(amount), locale);
  }
  return amount.toLocaleString(tags[locale], { notation: 'compact', maximumFractionDigits: 1 });
}

/** How one amount stands to another: which way it went, and by how many percent of the other. */
export interface Comparison {
  way: 'more' | 'less' | 'same';
  /** Whole percent; null when there is nothing to compare with. */
  percent: number | null;
}

export function compare(now: number, before: number): Comparison {
  const way = now > before ? 'more' : now < before ? 'less' : 'same';
  return { way, percent: before > 0 ? Math.round((Math.abs(now - before) / before) * 100) : null };
}

/** What was sold in one hour. */
export interface Hour {
  begins: string;
  hour: number;
  amount: number;
}

/** One place on an axis: what was sold then, null when it is still to come, and what was sold then the period before. */
export interface Pair {
  /** The hour as an instant, or the day. */
  at: string;
  now: number | null;
  before: number | null;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * Lays two days beside each other, hour by hour, from the first hour in which either sold to the last. Of a day that goes
 * on, the hours after the given instant are still to come.
 */
export function pairHours(
  now: readonly Hour[],
  before: readonly Hour[],
  apartDays: number,
  until: Date | null,
): Pair[] {
  const sold = new Map(now.map((hour) => [Date.parse(hour.begins), hour.amount]));
  const soldBefore = new Map(before.map((hour) => [Date.parse(hour.begins) + apartDays * dayMs, hour.amount]));
  const hours = [...sold.keys(), ...soldBefore.keys()];
  if (hours.length === 0) {
    return [];
  }
  const first = Math.min(...hours);
  const count = Math.min(48, (Math.max(...hours) - first) / hourMs + 1);
  return Array.from({ length: count }, (_, index) => {
    const begins = first + index * hourMs;
    const ahead = until !== null && begins > until.getTime();
    return {
      at: new Date(begins).toISOString(),
      now: ahead ? null : (sold.get(begins) ?? 0),
      before: soldBefore.get(begins) ?? 0,
    };
  });
}

/** What was sold on one business day. */
export interface Day {
  date: string;
  gross: number;
}

/** Lays the days of two periods beside each other, the first beside the first. */
export function pairDays(
  days: Days,
  now: readonly Day[],
  beforeDays: Days,
  before: readonly Day[],
  today: string,
): Pair[] {
  const sold = new Map(now.map((day) => [day.date, day.gross]));
  const soldBefore = new Map(before.map((day) => [day.date, day.gross]));
  const pairs: Pair[] = [];
  let earlier = beforeDays.from;
  for (let date = days.from; date <= days.to && pairs.length < mostDays; date = addDays(date, 1)) {
    pairs.push({
      at: date,
      now: date > today ? null : (sold.get(date) ?? 0),
      before: earlier <= beforeDays.to ? (soldBefore.get(earlier) ?? 0) : null,
    });
    earlier = addDays(earlier, 1);
  }
  return pairs;
}

/** More days than this can't be told apart in a chart. */
const mostDays = 400;

/** How many days lie between two days. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs);
}

/** Writes a signed count of units: +12, −3, 0. */
export function formatSigned(count: number, locale: Locale): string {
  const sign = count > 0 ? '+' : count < 0 ? '−' : '';
  return sign + formatNumber(Math.abs(count), locale);
}
