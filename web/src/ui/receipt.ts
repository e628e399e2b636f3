import type { components } from '../api/schema';
import { formatMoney } from '../format/money';
import { formatDate, formatTime } from '../format/time';
import type { Locale } from '../i18n/locale.svelte';

/** A receipt as it was issued. Amounts are minor units of its one currency; options are for one unit of their line. */
export type Receipt = components['schemas']['OrderDocument'];

/** One row of the paper, from top to bottom. */
export type ReceiptRow =
  | { kind: 'call'; label: string; value: string }
  | { kind: 'heading'; text: string }
  | { kind: 'text'; text: string }
  | { kind: 'rule' }
  | { kind: 'pair'; label: string; value: string; weight: 'plain' | 'soft' | 'strong' | 'total' }
  | { kind: 'number'; text: string };

const labels = {
  ko: {
    call: '주문번호',
    merchant: '상호',
    registration: '사업자등록번호',
    representative: '대표',
    phone: '전화',
    number: '영수증 번호',
    original: '원거래 번호',
    issued: '거래일시',
    register: '계산대',
    cashier: '담당',
    subtotal: '소계',
    discount: '할인',
    taxable: '과세물품가액',
    vat: '부가세',
    taxIncluded: '공급대가',
    exempt: '면세물품가액',
    zeroRated: '영세율물품가액',
    total: '합계',
    refunded: '환불 합계',
    change: '거스름돈',
    exemptMark: '* 표시는 부가세 면세 품목이에요.',
  },
  en: {
    call: 'Order',
    merchant: 'Sold by',
    registration: 'Business no.',
    representative: 'Representative',
    phone: 'Phone',
    number: 'Receipt no.',
    original: 'Original receipt',
    issued: 'Date',
    register: 'Register',
    cashier: 'Cashier',
    subtotal: 'Subtotal',
    discount: 'Discount',
    taxable: 'Taxable supply',
    vat: 'VAT',
    taxIncluded: 'Tax included',
    exempt: 'Tax-exempt supply',
    zeroRated: 'Zero-rated supply',
    total: 'Total',
    refunded: 'Total refunded',
    change: 'Change',
    exemptMark: '* exempt from VAT',
  },
} satisfies Record<Locale, Record<string, string>>;

/** Writes a rate in millionths as percent: 88750 is 8.875%. */
export function formatRate(ratePpm: number): string {
  return `${Number((ratePpm / 10_000).toFixed(4))}%`;
}

/**
 * Lays a receipt out as rows, the same for screen and paper. Rows that say nothing (no discount, no change, no exempt
 * goods) are left out. Inclusive tax is one line inside the total; taxes that were added stand one by one above it.
 */
export function layoutReceipt(receipt: Receipt): ReceiptRow[] {
  const locale = receipt.language;
  const say = labels[locale];
  const money = (minor: number): string => formatMoney(minor, receipt.currency, locale);
  const rows: ReceiptRow[] = [];
  const pair = (label: string, value: string, weight: 'plain' | 'soft' | 'strong' | 'total' = 'soft'): void => {
    rows.push({ kind: 'pair', label, value, weight });
  };
  const fact = (label: string, value: string): void => {
    if (value !== '') {
      pair(label, value);
    }
  };
  const named = (name = '', english = ''): string => (locale === 'en' && english !== '' ? english : name);
  const optionName = (option: Receipt['lines'][number]['options'][number]): string =>
    named(option.name, option.name_en) + (option.quantity > 1 ? ` ×${option.quantity}` : '');
  const amount = (label: string, minor: number, weight: 'plain' | 'soft' = 'soft'): void => {
    if (minor !== 0) {
      pair(label, money(minor), weight);
    }
  };
  const rule = (): void => {
    rows.push({ kind: 'rule' });
  };

  if (receipt.call_number !== '') {
    rows.push({ kind: 'call', label: say.call, value: receipt.call_number });
  }
  rows.push({ kind: 'heading', text: receipt.store.name || receipt.merchant.name });
  rows.push({ kind: 'text', text: receipt.title });
  rule();

  fact(say.merchant, receipt.merchant.name);
  fact(say.registration, receipt.merchant.registration_number);
  fact(say.representative, receipt.merchant.representative);
  fact(say.phone, receipt.store.phone || receipt.merchant.phone);
  const address = receipt.store.address || receipt.merchant.address;
  if (address !== '') {
    rows.push({ kind: 'text', text: address });
  }
  rule();

  const zone = receipt.store.time_zone;
  const issued = new Date(receipt.issued_at);
  pair(say.issued, `${formatDate(issued, zone, locale, neverThisYear)} ${formatTime(issued, zone, locale)}`);
  fact(say.register, [receipt.register, receipt.cashier].filter(Boolean).join(' · '));
  if (receipt.refunded) {
    pair(say.original, receipt.refunded.number);
  }
  rule();

  for (const line of receipt.lines) {
    const name = [named(line.name, line.name_en), line.variant].filter(Boolean).join(' ');
    pair((line.exempt ? '* ' : '') + name, money(line.amount), 'strong');
    if (line.quantity !== 1) {
      pair(`${money(line.unit_price)} × ${line.quantity}`, '');
    }
    const free = line.options.filter((option) => option.amount === 0).map(optionName);
    if (free.length > 0) {
      pair(`· ${free.join(', ')}`, '');
    }
    for (const option of line.options.filter((one) => one.amount !== 0)) {
      pair(`· ${optionName(option)}`, money(option.amount));
    }
    for (const discount of line.discounts) {
      pair(`· ${discount.name}`, money(-Math.abs(discount.amount)));
    }
  }
  rule();

  const { totals } = receipt;
  const added = receipt.tax_mode === 'exclusive';
  if (totals.discount !== 0 || added) {
    amount(say.subtotal, totals.subtotal);
    amount(say.discount, -Math.abs(totals.discount));
    for (const discount of totals.discounts) {
      amount(`· ${discount.name}`, -discount.amount);
    }
  }
  if (added) {
    for (const tax of totals.taxes) {
      amount(`${tax.name} ${formatRate(tax.rate_ppm)}`, tax.amount);
    }
  } else {
    amount(say.taxable, totals.taxable_supply);
    amount(say.vat, totals.tax);
    amount(say.taxIncluded, totals.tax_included);
    amount(say.exempt, totals.exempt);
    amount(say.zeroRated, totals.zero_rated);
  }
  pair(receipt.kind === 'refund' ? say.refunded : say.total, money(totals.total), 'total');
  rule();

  for (const tender of receipt.tenders) {
    pair(tender.name, money(tender.amount), 'plain');
    for (const detail of tender.details ?? []) {
      pair(`· ${detail}`, '');
    }
  }
  amount(say.change, receipt.change, 'plain');

  rule();

  const marks = receipt.lines.some((line) => line.exempt) ? [say.exemptMark] : [];
  for (const text of [...marks, ...receipt.notes]) {
    rows.push({ kind: 'text', text });
  }
  rows.push({ kind: 'number', text: receipt.number });
  return rows;
}

/** A receipt is kept for years, so its date always names the year. */
const neverThisYear = new Date(0);
