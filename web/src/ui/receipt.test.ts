import { describe, expect, it } from 'vitest';
import { formatRate, layoutReceipt, type Receipt, type ReceiptRow } from './receipt';
import { sampleReceipt } from './sample';

function lines(rows: ReceiptRow[]): string[] {
  return rows.map((row) => {
    switch (row.kind) {
      case 'call':
        return `[${row.label} ${row.value}]`;
      case 'rule':
        return '--';
      case 'pair':
        return `${row.label} | ${row.value}`.trimEnd();
      default:
        return row.text;
    }
  });
}

function layout(changes: Partial<Receipt>): string[] {
  return lines(layoutReceipt({ ...sampleReceipt, ...changes }));
}

describe('layoutReceipt', () => {
  it('lays out a sale as a person reads it', () => {
    expect(layout({})).toEqual([
      '[주문번호 12]',
      '단골커피 성수점',
      '영수증',
      '--',
      '상호 | (주)단골',
      '사업자등록번호 | 120-81-47521',
      '대표 | 김단골',
      '전화 | 02-1234-5678',
      '서울 성동구 연무장길 7',
      '--',
      '거래일시 | 2026년 11월 23일 (월) 19:42',
      '계산대 | 계산대 1 · 이서연',
      '--',
      '아메리카노 라지 | 10,000원',
      '5,000원 × 2 |',
      '· HOT, 연하게 |',
      '· 샷 추가 | 500원',
      '* 쌀 4kg | 20,800원',
      '· 마감 할인 | −1,000원',
      '--',
      '소계 | 30,800원',
      '할인 | −1,000원',
      '과세물품가액 | 9,091원',
      '부가세 | 909원',
      '면세물품가액 | 19,800원',
      '합계 | 29,800원',
      '--',
      '현금 | 30,000원',
      '거스름돈 | 200원',
      '--',
      '* 표시는 부가세 면세 품목이에요.',
      '교환·환불은 7일 안에 영수증과 함께 오시면 도와드려요.',
      'AB12-1-000123',
    ]);
  });

  it('leaves out what says nothing', () => {
    const plain = layout({ change: 0, notes: [], totals: { ...sampleReceipt.totals, discount: 0, exempt: 0 } });
    expect(plain.join('\n')).not.toMatch(/거스름돈|^할인|소계|면세물품가액/m);
  });

  it('names taxes that were added one by one, above the total', () => {
    const rows = layout({
      language: 'en',
      currency: 'USD',
      tax_mode: 'exclusive',
      totals: {
        ...sampleReceipt.totals,
        subtotal: 1000,
        discount: 0,
        tax: 89,
        taxes: [
          { name: 'NY State', rate_ppm: 40000, amount: 40 },
          { name: 'NYC', rate_ppm: 48750, amount: 49 },
        ],
        total: 1089,
      },
    });
    expect(rows).toContain('Americano 라지 | $100.00');
    const from = rows.indexOf('Subtotal | $10.00');
    expect(rows.slice(from, from + 4)).toEqual([
      'Subtotal | $10.00',
      'NY State 4% | $0.40',
      'NYC 4.875% | $0.49',
      'Total | $10.89',
    ]);
  });

  it('gives a refund no call number, and the number it gives back from', () => {
    const rows = layout({
      kind: 'refund',
      call_number: '',
      refunded: { number: 'AB12-1-000100', issued_at: '2026-11-20T03:00:00Z', business_date: '2026-11-20' },
    });
    expect(rows[0]).toBe('단골커피 성수점');
    expect(rows).toContain('원거래 번호 | AB12-1-000100');
    expect(rows).toContain('환불 합계 | 29,800원');
  });
});

describe('formatRate', () => {
  it('writes millionths as percent without empty digits', () => {
    expect([formatRate(100000), formatRate(88750)]).toEqual(['10%', '8.875%']);
  });
});
