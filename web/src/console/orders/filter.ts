import { daysOf, isDay, type Days } from '../dates';
import type { OrderStatus } from '../shapes';

export const statuses: readonly OrderStatus[] = ['paid', 'partly_refunded', 'refunded'];

/** Which orders are shown, as the address says it. */
export interface OrderFilter extends Days {
  status: OrderStatus | '';
  query: string;
  /** What a figure of the report is made of: ids, a span of time, and in words what it is. */
  product: string;
  staff: string;
  tender: string;
  since: string;
  till: string;
  about: string;
}

/**
 * Reads the filter from the address. What makes no sense counts as not said, days that stand the wrong way round are
 * turned, and without days it is today's business day.
 */
export function readFilter(query: URLSearchParams, today: string): OrderFilter {
  const usual = daysOf('today', today);
  const from = query.get('from') ?? '';
  const to = query.get('to') ?? '';
  const days = [
    isDay(from) ? from : isDay(to) ? to : usual.from,
    isDay(to) ? to : isDay(from) ? from : usual.to,
  ].sort();
  return {
    from: days[0]!,
    to: days[1]!,
    status: statuses.find((status) => status === query.get('status')) ?? '',
    query: (query.get('query') ?? '').trim(),
    product: query.get('product') ?? '',
    staff: query.get('staff') ?? '',
    tender: query.get('tender') ?? '',
    since: instant(query.get('since')),
    till: instant(query.get('till')),
    about: query.get('about') ?? '',
  };
}

/** An instant that exists, or nothing. */
function instant(text: string | null): string {
  return text !== null && !Number.isNaN(Date.parse(text)) ? text : '';
}

/** What the server is asked for, beside the store, the status and what was typed. */
export function asked({ from, to, product, staff, tender, since, till }: OrderFilter): Record<string, string> {
  return { from, to, product_id: product, staff_id: staff, tender_id: tender, since, till };
}

/** Whether only what one figure of the report is made of is shown. */
export function isPart({ product, staff, tender, since, till }: OrderFilter): boolean {
  return [product, staff, tender, since, till].some((value) => value !== '');
}

/** The filters that take that away. */
export const wholly = { product: '', staff: '', tender: '', since: '', till: '', about: '' } as const;

/** How days stand in the address: not at all when it is today's business day, so that the link stays "today". */
export function writeDays(days: Days, today: string): { from: string; to: string } {
  return days.from === today && days.to === today ? { from: '', to: '' } : { from: days.from, to: days.to };
}
