import type { components } from '../api/schema';
import { formatMoney, formatNumber } from '../format/money';
import { formatBusinessDate, formatDate, formatTime } from '../format/time';
import type { Locale } from '../i18n/locale.svelte';
import type { ReceiptRow } from './receipt';

/** An X or Z report. Amounts are minor units of its one currency. */
export type Report = components['schemas']['ShiftReport'];

/** A receipt that came after the Z report. */
export type Late = components['schemas']['ClosingLateView'];

const labels = {
  ko: {
    x: '중간정산 (X)',
    z: '마감정산 (Z)',
    number: 'Z 번호',
    day: '영업일',
    store: '점포',
    till: '계산대',
    worker: '근무자',
    opened: '시작',
    closed: '마감',
    printed: '출력',
    gross: '총매출',
    discount: '할인',
    refunded: '반품/환불',
    net: '순매출',
    taxable: '과세 공급가액',
    tax: '부가세',
    addedTax: '세금',
    exempt: '면세',
    zeroRated: '영세율',
    taxIncluded: '공급대가',
    tenders: '결제수단별',
    float: '준비금',
    cashIn: '입금',
    cashOut: '출금',
    cashSales: '현금 매출',
    cashRefunds: '현금 환불',
    changeGiven: '현금 외 결제의 거스름돈',
    expected: '시재 예상액',
    counted: '실제 시재',
    difference: '과부족',
    taken: '금고로 옮긴 현금',
    left: '서랍에 남긴 현금',
    first: '첫 영수증',
    last: '마지막 영수증',
    held: '보류한 주문 (다음 근무로)',
    average: '객단가',
    seal: '장부 봉인',
    after: '마감 뒤 거래',
    sale: '판매',
    refund: '환불',
    count: (count: string) => `${count}건`,
  },
  en: {
    x: 'X report',
    z: 'Z report',
    number: 'Z no.',
    day: 'Business day',
    store: 'Store',
    till: 'Till',
    worker: 'On shift',
    opened: 'Opened',
    closed: 'Closed',
    printed: 'Printed',
    gross: 'Gross sales',
    discount: 'Discounts',
    refunded: 'Refunds',
    net: 'Net sales',
    taxable: 'Taxable supply',
    tax: 'VAT',
    addedTax: 'Tax',
    exempt: 'Exempt',
    zeroRated: 'Zero-rated',
    taxIncluded: 'Tax included',
    tenders: 'By tender',
    float: 'Float',
    cashIn: 'Cash in',
    cashOut: 'Cash out',
    cashSales: 'Cash sales',
    cashRefunds: 'Cash refunds',
    changeGiven: 'Change for other tenders',
    expected: 'Expected cash',
    counted: 'Counted cash',
    difference: 'Over or short',
    taken: 'Moved to the safe',
    left: 'Left in the drawer',
    first: 'First receipt',
    last: 'Last receipt',
    held: 'Held orders, carried over',
    average: 'Average sale',
    seal: 'Seal of the books',
    after: 'After the Z report',
    sale: 'Sale',
    refund: 'Refund',
    count: (count: string) => `${count}×`,
  },
};

type Tender = Report['tenders'][number];

/** The tenders of each line, in the order in which the lines first appear. Old reports have no lines, only names. */
function byLine(report: Report): Tender[][] {
  const lines = new Map<string, Tender[]>();
  for (const tender of report.tenders) {
    const line = tender.line || tender.name;
    lines.set(line, [...(lines.get(line) ?? []), tender]);
  }
  return [...lines.values()];
}

/** Lays a report out as rows, in the order in which Korean retail reads it; what is zero and rare is left out. */
export function layoutReport(
  report: Report,
  after: readonly Late[] = [],
  locale: Locale = report.language,
): ReceiptRow[] {
  const say = labels[locale];
  const zone = report.time_zone;
  const rows: ReceiptRow[] = [];
  const rule = (): void => void rows.push({ kind: 'rule' });
  const pair = (label: string, value: string, weight: 'plain' | 'soft' | 'strong' | 'total' = 'plain'): void =>
    void rows.push({ kind: 'pair', label, value, weight });
  const money = (minor: number): string => formatMoney(minor, report.currency, locale);
  const amount = (label: string, minor: number, weight: 'plain' | 'soft' | 'strong' = 'plain'): void =>
    pair(label, money(minor), weight);
  const rare = (label: string, minor: number): void => {
    if (minor !== 0) {
      amount(label, minor, 'soft');
    }
  };
  const counted = (label: string, count: number): string => `${label} (${say.count(formatNumber(count, locale))})`;
  const moment = (at: string): string => `${formatDate(at, zone, locale)} ${formatTime(at, zone, locale)}`;
  const closed = report.kind === 'z';

  rows.push({ kind: 'heading', text: closed ? say.z : say.x });
  if (closed) {
    pair(say.number, String(report.number), 'strong');
  }
  pair(say.day, formatBusinessDate(report.business_date, locale));
  pair(say.store, report.store);
  pair(say.till, report.till);
  const workers = report.closed_by && report.closed_by !== report.opened_by ? `, ${report.closed_by}` : '';
  pair(say.worker, report.opened_by + workers);
  pair(say.opened, moment(report.opened_at), 'soft');
  pair(closed ? say.closed : say.printed, moment(report.issued_at), 'soft');
  rule();

  amount(counted(say.gross, report.sales), report.gross);
  amount(say.discount, -report.discount);
  amount(counted(say.refunded, report.refunds), -report.refunded);
  pair(say.net, money(report.net), 'total');
  rare(say.taxable, report.taxable_supply);
  rare(report.tax_mode === 'exclusive' ? say.addedTax : say.tax, report.tax);
  rare(say.taxIncluded, report.tax_included);
  amount(say.exempt, report.exempt, 'soft');
  rare(say.zeroRated, report.zero_rated);
  rule();

  pair(say.tenders, '', 'strong');
  for (const tenders of byLine(report)) {
    const [only] = tenders;
    const sum = (of: (tender: Tender) => number): number => tenders.reduce((all, tender) => all + of(tender), 0);
    amount(
      counted(
        only!.line || only!.name,
        sum((tender) => tender.count),
      ),
      sum((tender) => tender.net),
    );
    if (tenders.length > 1) {
      for (const tender of tenders) {
        amount(counted(`· ${tender.name}`, tender.count), tender.net, 'soft');
      }
    }
  }
  rule();

  amount(say.float, report.float);
  for (const [kind, label, sign] of [
    ['in', say.cashIn, 1],
    ['out', say.cashOut, -1],
  ] as const) {
    amount(label, sign * (kind === 'in' ? report.cash_in : report.cash_out));
    for (const move of report.movements.filter((one) => one.kind === kind)) {
      amount(`· ${move.reason}`, sign * move.amount, 'soft');
    }
  }
  amount(say.cashSales, report.cash_sales);
  amount(say.cashRefunds, -report.cash_refunds);
  rare(say.changeGiven, -(report.change_given ?? 0));
  amount(say.expected, report.expected, 'strong');
  if (closed) {
    amount(say.counted, report.counted, 'strong');
    for (const { value, count } of report.counts.filter((one) => one.count > 0)) {
      pair(`· ${money(value)} × ${formatNumber(count, locale)}`, money(value * count), 'soft');
    }
    pair(say.difference, (report.difference > 0 ? '+' : '') + money(report.difference), 'total');
    amount(say.taken, report.taken_out, 'soft');
    amount(say.left, report.left, 'soft');
  }
  rule();

  pair(say.first, report.first_receipt || '–', 'soft');
  pair(say.last, report.last_receipt || '–', 'soft');
  amount(say.average, report.average);
  if (report.held_orders > 0) {
    pair(say.held, say.count(formatNumber(report.held_orders, locale)));
  }
  if (report.seal) pair(say.seal, report.seal, 'soft');
  if (after.length > 0) {
    rule();
    pair(say.after, say.count(formatNumber(after.length, locale)), 'strong');
    for (const late of after) {
      const minor = late.kind === 'refund' ? -late.total : late.total;
      pair(`${formatTime(late.issued_at, zone, locale)} ${late.number} ${say[late.kind]}`, money(minor), 'soft');
    }
  }
  return rows;
}
