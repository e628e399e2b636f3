import { formatDateTime, formatTime } from '../format/time';
import type { Locale } from '../i18n/locale.svelte';
import type { SoldOutRequest, Variant } from './shop';
import { say } from './sold-out-words';

/** When what is sold out is sold again: when somebody says so, with the next business day, or at a time. */
export type Until = 'cleared' | 'day' | 'time';

/** The next moment at which the clock of this device shows a time of day, such as 14:30. */
export function nextAt(time: string, now: Date): Date {
  const [hours, minutes] = time.split(':').map(Number);
  const at = new Date(now);
  at.setHours(hours!, minutes, 0, 0);
  if (at <= now) {
    at.setDate(at.getDate() + 1);
  }
  return at;
}

/** What the server is told of an item's end. */
export function ending(until: Until, time: string, now: Date): Pick<SoldOutRequest, 'until' | 'ends_at'> {
  return until === 'time' ? { until, ends_at: nextAt(time, now).toISOString() } : { until };
}

/** Says whether something is sold, and if not until when. */
export function stateOf(soldOut: Variant['sold_out'], zone: string, locale: Locale, now: Date = new Date()): string {
  if (!soldOut) {
    return say.selling;
  }
  if (soldOut.ends_at) {
    const soon = Date.parse(soldOut.ends_at) - now.getTime() < 12 * 60 * 60_000;
    return say.untilTime((soon ? formatTime : formatDateTime)(soldOut.ends_at, zone, locale));
  }
  return soldOut.day ? say.untilDay : say.soldOut;
}
