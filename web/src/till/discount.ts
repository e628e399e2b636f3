import { formatMoney } from '../format/money';
import { locale } from '../i18n/locale.svelte';
import type { Given } from './cart';
import { nameIn } from './menu';
import type { Quote } from './shop';

/** A rate as it is read: 125000 parts per million are 12.5%. Nothing for none. */
export function rateOf(ppm: number): string {
  return ppm === 0 ? '' : `${Number((ppm / 10_000).toFixed(4))}%`;
}

/** What is taken off a line by its own discounts and their rounding; what belongs to the order is left out. */
export function ownOff(discounts: Quote['lines'][number]['discounts']): number {
  return discounts.reduce((sum, one) => sum + (one.kind.startsWith('line') ? one.amount : 0), 0);
}

/** How a discount is written in one line: its name, and what it takes off. */
export function written(currency: string): (given: Given) => string {
  return (given) =>
    `${nameIn(locale.current, given)} ${rateOf(given.percent_ppm) || formatMoney(given.amount, currency, locale.current)}`;
}
