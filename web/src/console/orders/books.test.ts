import { describe, expect, it } from 'vitest';
import type { Posting, Transfer } from '../shapes';
import { balanceSheet } from './books';

function transfer(debit: string, credit: string, amount: number, asset = 'KRW'): Transfer {
  return {
    debit: { code: debit, name: debit },
    credit: { code: credit, name: credit },
    asset,
    unit: asset === 'KRW' ? 'money' : 'units',
    amount,
  };
}

function posting(...transfers: Transfer[]): Posting {
  return {
    id: 'pst_1',
    kind: 'sale',
    name: '판매',
    at: '2026-11-23T01:00:00Z',
    subject_id: 'ord_1',
    staff_id: 'stf_1',
    transfers,
  };
}

describe('balanceSheet', () => {
  it('sums both sides of each account over a sale and its refund', () => {
    const [won] = balanceSheet([
      posting(transfer('drawer', 'revenue', 9091), transfer('drawer', 'tax', 909)),
      posting(transfer('revenue', 'drawer', 4546)),
    ]);
    expect(won?.accounts).toEqual([
      { code: 'drawer', name: 'drawer', debit: 10000, credit: 4546 },
      { code: 'revenue', name: 'revenue', debit: 4546, credit: 9091 },
      { code: 'tax', name: 'tax', debit: 0, credit: 909 },
    ]);
    expect([won?.debit, won?.credit]).toEqual([14546, 14546]);
  });

  it('never adds units to money', () => {
    const sheets = balanceSheet([
      posting(transfer('drawer', 'revenue', 5000), transfer('sold', 'stock', 2, 'U:var_1')),
    ]);
    expect(sheets.map(({ asset, unit, debit }) => [asset, unit, debit])).toEqual([
      ['KRW', 'money', 5000],
      ['U:var_1', 'units', 2],
    ]);
  });

  it('has nothing to show without transfers', () => {
    expect(balanceSheet([])).toEqual([]);
  });
});
