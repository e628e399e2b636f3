import type { components } from '../api/schema';

/** A receipt as it was issued. Amounts are minor units of its one currency; options are for one unit of their line. */
export type Receipt = components['schemas']['OrderShownDocument'];

/** An X or Z report. Amounts are minor units of its one currency. */
export type Report = components['schemas']['ShiftShownReport'];

/** A row of paper as the server lays it out. */
type LaidOut = components['schemas']['PaperRow'];

/** One row of the paper, from top to bottom. */
export type ReceiptRow =
  | { kind: 'call'; label: string; value: string }
  | { kind: 'heading'; text: string }
  | { kind: 'text'; text: string }
  | { kind: 'notice'; text: string }
  | { kind: 'rule' }
  | { kind: 'pair'; label: string; value: string; weight: 'plain' | 'soft' | 'strong' | 'total' | 'large' }
  | { kind: 'number'; text: string };

/** Writes a rate in millionths as percent: 88750 is 8.875%. */
export function formatRate(ratePpm: number): string {
  return `${Number((ratePpm / 10_000).toFixed(4))}%`;
}

/** What the printer would get, row by row: the server lays receipts and reports out once for paper and screen. */
export function rowsOf(paper: readonly LaidOut[]): ReceiptRow[] {
  return paper.map(({ role, left = '', right = '' }): ReceiptRow => {
    switch (role) {
      case 'call':
        return { kind: 'call', label: left, value: right };
      case 'rule':
        return { kind: 'rule' };
      case 'heading':
      case 'text':
      case 'notice':
      case 'number':
        return { kind: role, text: left };
      default:
        return { kind: 'pair', label: left, value: right, weight: role };
    }
  });
}
