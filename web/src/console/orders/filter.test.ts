import { describe, expect, it } from 'vitest';
import { asked, isPart, readFilter, wholly, writeDays, type OrderFilter } from './filter';

const today = '2026-11-23';
const usual: OrderFilter = { from: today, to: today, status: '', query: '', ...wholly };

describe('readFilter', () => {
  const rows: [name: string, address: string, expected: OrderFilter][] = [
    ['without words it is all of today', '', usual],
    [
      'days, status and search are read',
      'from=2026-11-01&to=2026-11-07&status=refunded&query=12',
      {
        ...usual,
        from: '2026-11-01',
        to: '2026-11-07',
        status: 'refunded',
        query: '12',
      },
    ],
    ['one day alone is the whole span', 'from=2026-11-01', { ...usual, from: '2026-11-01', to: '2026-11-01' }],
    ['the last day alone is the whole span', 'to=2026-11-01', { ...usual, from: '2026-11-01', to: '2026-11-01' }],
    [
      'days the wrong way round are turned',
      'from=2026-11-07&to=2026-11-01',
      {
        ...usual,
        from: '2026-11-01',
        to: '2026-11-07',
      },
    ],
    ['a day that does not exist counts as not said', 'from=2026-02-30', usual],
    ['an unknown status counts as not said', 'status=lost', usual],
    [
      'what a figure is made of is read',
      'product=prd_1&about=라떼&since=2026-11-23T01:00:00Z&till=soon',
      { ...usual, product: 'prd_1', about: '라떼', since: '2026-11-23T01:00:00Z' },
    ],
    ['spaces around the search are nothing', 'query=+12+', { ...usual, query: '12' }],
  ];
  it.each(rows)('%s', (_name, address, expected) => {
    expect(readFilter(new URLSearchParams(address), today)).toEqual(expected);
  });
});

describe('isPart', () => {
  it('is what the server is asked for beyond days, status and search', () => {
    expect(isPart({ ...usual, query: '12', status: 'paid', about: '라떼' })).toBe(false);
    const part = { ...usual, staff: 'stf_1' };
    expect(isPart(part)).toBe(true);
    expect(asked(part)).toEqual({
      from: today,
      to: today,
      product_id: '',
      staff_id: 'stf_1',
      tender_id: '',
      since: '',
      till: '',
    });
  });
});

describe('writeDays', () => {
  it('leaves today out of the address and keeps other days in it', () => {
    expect(writeDays({ from: today, to: today }, today)).toEqual({ from: '', to: '' });
    expect(writeDays({ from: '2026-11-22', to: '2026-11-22' }, today)).toEqual({
      from: '2026-11-22',
      to: '2026-11-22',
    });
  });
});
