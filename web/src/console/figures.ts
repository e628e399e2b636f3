import { currencyDigits, formatNumber } from '../format/money';
import type { Locale } from '../i18n/locale.svelte';

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

/** What was sold in one hour of a store's clock. */
export interface Hour {
  hour: number;
  orders: number;
  amount: number;
}

/** One place on the hour axis: what was sold then, and in the same hour a week before. */
export interface HourPair {
  hour: number;
  orders: number;
  now: number;
  before: number;
}

/**
 * Lays two days beside each other, hour by hour, from the first hour in which either sold to the last. A business day
 * begins at its cut-over hour and runs past midnight, so hours before it stand at the end.
 */
export function pairHours(now: readonly Hour[], before: readonly Hour[], cutoverHour: number): HourPair[] {
  const position = (hour: number): number => (hour - cutoverHour + 24) % 24;
  const places = [...now, ...before].filter((hour) => hour.orders > 0).map((hour) => position(hour.hour));
  if (places.length === 0) {
    return [];
  }
  const first = Math.min(...places);
  const count = Math.max(...places) - first + 1;
  return Array.from({ length: count }, (_, index) => {
    const hour = (first + index + cutoverHour) % 24;
    const sold = now.find((other) => other.hour === hour);
    return {
      hour,
      orders: sold?.orders ?? 0,
      now: sold?.amount ?? 0,
      before: before.find((other) => other.hour === hour)?.amount ?? 0,
    };
  });
}

/** What was sold before an hour of the business day began: the part of a day that can be compared while it goes on. */
export function soldBefore(hours: readonly Hour[], hour: number, cutoverHour: number): number {
  const position = (of: number): number => (of - cutoverHour + 24) % 24;
  return hours.filter((other) => position(other.hour) < position(hour)).reduce((sum, other) => sum + other.amount, 0);
}

/** Writes a signed count of units: +12, −3, 0. */
export function formatSigned(count: number, locale: Locale): string {
  const sign = count > 0 ? '+' : count < 0 ? '−' : '';
  return sign + formatNumber(Math.abs(count), locale);
}
