import { describe, expect, it } from 'vitest';
import { formatRate, rowsOf } from './receipt';

describe('rowsOf', () => {
  it('draws each role as what it is', () => {
    expect(
      rowsOf([
        { role: 'notice', left: '재발행' },
        { role: 'call', left: '주문번호', right: '12' },
        { role: 'rule' },
        { role: 'strong', left: '아메리카노', right: '4,500원' },
        { role: 'soft', left: '· HOT' },
        { role: 'number', left: 'AB12-1-000123' },
      ]),
    ).toEqual([
      { kind: 'notice', text: '재발행' },
      { kind: 'call', label: '주문번호', value: '12' },
      { kind: 'rule' },
      { kind: 'pair', label: '아메리카노', value: '4,500원', weight: 'strong' },
      { kind: 'pair', label: '· HOT', value: '', weight: 'soft' },
      { kind: 'number', text: 'AB12-1-000123' },
    ]);
  });
});

describe('formatRate', () => {
  it('writes millionths as percent without zeros that say nothing', () => {
    expect([100_000, 88_750, 62_500, 0].map(formatRate)).toEqual(['10%', '8.875%', '6.25%', '0%']);
  });
});
