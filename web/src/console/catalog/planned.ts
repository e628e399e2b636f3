import type { Locale } from '../../i18n/locale.svelte';
import { formatBusinessDate } from '../../format/time';

/** A day, or a minute of it, as the server writes it: 2026-11-25 or 2026-11-25T15:00. Nothing is no end. */
export function joined(date: string, time: string): string {
  return date !== '' && time !== '' ? `${date}T${time}` : date;
}

/** The two fields of the form: the day, and the time when there is one. */
export function parted(moment: string): [date: string, time: string] {
  const [date = '', time = ''] = moment.split('T');
  return [date, time];
}

/** Writes a day, or a minute of it, for people. */
export function momentIn(moment: string, locale: Locale, now?: Date): string {
  const [date, time] = parted(moment);
  return [formatBusinessDate(date, locale, now), time].filter(Boolean).join(' ');
}
