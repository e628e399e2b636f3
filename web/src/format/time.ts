import type { Locale } from '../i18n/locale.svelte';

const tags: Record<Locale, string> = { ko: 'ko-KR', en: 'en-US' };

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(locale: Locale, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, zone, options]);
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(tags[locale], { ...options, timeZone: zone });
    formats.set(key, format);
  }
  return format;
}

/** Writes the time of day in the store's zone: 19:42, in both languages. */
export function formatTime(instant: string | Date, zone: string, locale: Locale): string {
  return formatOf(locale, zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(instant));
}

/** Writes the day in the store's zone, with the year only when it is not the year of now: 11월 23일 (월), Mon, Nov 23. */
export function formatDate(instant: string | Date, zone: string, locale: Locale, now: Date = new Date()): string {
  const date = new Date(instant);
  const year = formatOf('en', zone, { year: 'numeric' });
  const sameYear = year.format(date) === year.format(now);
  const day = formatOf(locale, zone, {
    year: sameYear ? undefined : 'numeric',
    month: locale === 'ko' ? 'long' : 'short',
    day: 'numeric',
  }).format(date);
  const weekday = formatOf(locale, zone, { weekday: 'short' }).format(date);
  return locale === 'ko' ? `${day} (${weekday})` : `${weekday}, ${day}`;
}

/** Writes a business date ("2026-11-23"), which has no zone: it is a day of the store's book. */
export function formatBusinessDate(date: string, locale: Locale, now: Date = new Date()): string {
  return formatDate(`${date}T00:00:00Z`, 'UTC', locale, now);
}

/** Writes day and time in the store's zone: 11월 23일 (월) 19:42. */
export function formatDateTime(instant: string | Date, zone: string, locale: Locale, now: Date = new Date()): string {
  return `${formatDate(instant, zone, locale, now)} ${formatTime(instant, zone, locale)}`;
}
