import { daysOf, isDay, type Days } from '../dates';
import type { OrderStatus } from '../shapes';

export const statuses: readonly OrderStatus[] = ['paid', 'partly_refunded', 'refunded'];

/** Which orders are shown, as the address says it. */
export interface OrderFilter extends Days {
  status: OrderStatus | '';
  query: string;
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
  };
}

/** How days stand in the address: not at all when it is today's business day, so that the link stays "today". */
export function writeDays(days: Days, today: string): { from: string; to: string } {
  return days.from === today && days.to === today ? { from: '', to: '' } : { from: days.from, to: days.to };
}
