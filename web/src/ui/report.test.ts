import { expect, test } from 'vitest';
import { layoutReport, type Report } from './report';

const report: Report = {
  kind: 'z',
  held_orders: 2,
  number: 12,
  business_date: '2026-11-23',
  store: '단골커피 홍대점',
  time_zone: 'Asia/Seoul',
  till: '계산대 1',
  opened_by: '이하나',
  closed_by: '김단골',
  opened_at: '2026-11-23T00:00:00Z',
  issued_at: '2026-11-23T13:00:00Z',
  currency: 'KRW',
  tax_mode: 'inclusive',
  language: 'ko',
  sales: 3,
  gross: 24000,
  discount: 0,
  refunds: 1,
  refunded: 12000,
  net: 12000,
  taxable_supply: 10909,
  tax: 1091,
  exempt: 0,
  zero_rated: 0,
  tax_included: 0,
  total: 12000,
  tenders: [
    {
      tender_id: 'tnd_1',
      kind: 'cash',
      name: '현금',
      line: '현금',
      count: 3,
      taken: 24000,
      change: 0,
      refunded: 12000,
      net: 12000,
    },
  ],
  float: 100000,
  cash_in: 30000,
  cash_out: 5500,
  cash_sales: 24000,
  cash_refunds: 12000,
  change_given: 0,
  expected: 136500,
  counted: 136400,
  difference: -100,
  counts: [
    { value: 50000, count: 2 },
    { value: 100, count: 0 },
  ],
  taken_out: 36400,
  left: 100000,
  movements: [
    { kind: 'in', place: 'safe', amount: 30000, reason: '잔돈', staff: '이하나', at: '2026-11-23T05:00:00Z' },
    { kind: 'out', place: 'other', amount: 5500, reason: '우유 구입', staff: '이하나', at: '2026-11-23T06:00:00Z' },
  ],
  first_receipt: 'AB12-1-000003',
  last_receipt: 'AB12-1-000006',
  average: 8000,
};

function lines(...asked: Parameters<typeof layoutReport>): string[] {
  return layoutReport(...asked).map((row) =>
    row.kind === 'pair' ? `${row.label}: ${row.value}` : row.kind === 'heading' ? row.text : row.kind,
  );
}

test('a Z report reads in the order of Korean retail', () => {
  const names = lines(report).map((line) => line.split(':')[0]);
  expect(names.filter((name) => name !== 'rule')).toEqual([
    '마감정산 (Z)',
    'Z 번호',
    '영업일',
    '점포',
    '계산대',
    '근무자',
    '시작',
    '마감',
    '총매출 (3건)',
    '할인',
    '반품/환불 (1건)',
    '순매출',
    '과세 공급가액',
    '부가세',
    '면세',
    '결제수단별',
    '현금 (3건)',
    '준비금',
    '입금',
    '· 잔돈',
    '출금',
    '· 우유 구입',
    '현금 매출',
    '현금 환불',
    '시재 예상액',
    '실제 시재',
    '· 50,000원 × 2',
    '과부족',
    '금고로 옮긴 현금',
    '서랍에 남긴 현금',
    '첫 영수증',
    '마지막 영수증',
    '객단가',
    '보류한 주문 (다음 근무로)',
  ]);
});

test('what is missing from the drawer has a minus, and what is too much a plus', () => {
  expect(lines(report)).toContain('과부족: −100원');
  expect(lines({ ...report, difference: 500 })).toContain('과부족: +500원');
});

test('an X report says nothing of a count', () => {
  const x = lines({ ...report, kind: 'x' });
  expect(x[0]).toBe('중간정산 (X)');
  expect(x.some((line) => line.startsWith('실제 시재') || line.startsWith('과부족'))).toBe(false);
});

test('receipts after the Z report are listed below it', () => {
  const late = { number: 'AB12-1-000009', kind: 'refund' as const, issued_at: '2026-11-23T13:30:00Z', total: 4000 };
  expect(lines(report, [late], 'en').slice(-2)).toEqual([
    'After the Z report: 1×',
    '22:30 AB12-1-000009 Refund: −₩4,000',
  ]);
});
