import { dictionary } from '../../i18n/dictionary';
import type { Taxation } from '../shapes';

const names = dictionary({
  ko: {
    general: '일반과세자',
    simplified: '간이과세자',
    simplified_invoicing: '간이과세자 (세금계산서 발급)',
    exempt: '면세사업자',
  },
  en: {
    general: 'General taxpayer',
    simplified: 'Simplified taxpayer',
    simplified_invoicing: 'Simplified taxpayer (issues tax invoices)',
    exempt: 'Exempt from VAT',
  },
});

export const taxations: readonly Taxation[] = ['general', 'simplified', 'simplified_invoicing', 'exempt'];

/** A merchant's taxation (과세유형) as it stands on screen. */
export function taxationName(taxation: string): string {
  return (names as Record<string, string>)[taxation] ?? taxation;
}
