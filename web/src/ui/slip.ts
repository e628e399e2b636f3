import type { components } from '../api/schema';

/** A card slip as it is sent. */
export type Slip = components['schemas']['CheckoutSlipInput'];

/** What stays the same from slip to slip of one terminal. */
export type SlipDefaults = Pick<Slip, 'issuer' | 'acquirer' | 'merchant_number' | 'tid' | 'van'>;

/** The amount in won from which a payment can be split into months. */
export const installmentsFrom = 50_000;

const months = [2, 3, 4, 5, 6, 9, 10, 12, 18, 24];

/** The months that can be chosen for an amount; none when it can only be paid at once. */
export function monthsOf(amount: number, currency: string): number[] {
  return currency === 'KRW' && amount >= installmentsFrom ? months : [];
}

/** A slip that is to be filled in, with what the last one said of the terminal. */
export function beginSlip(last: SlipDefaults = {}): Slip {
  const { merchant_number = '', tid = '', van = '' } = last;
  return { approval_number: '', installments: 0, merchant_number, tid, van, issuer: '', acquirer: '', card_number: '' };
}

/** Whether the slip says what it must. */
export function isFilled(slip: Slip): boolean {
  return /^[0-9A-Za-z]{4,20}$/.test(slip.approval_number.trim());
}
