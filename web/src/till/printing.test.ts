import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Printing } from './printing.svelte';

interface Asked {
  path: string;
  key: string | null;
  body: string;
}

const job = (id: string, needsPerson: boolean, trouble?: object): object => ({
  id,
  needs_person: needsPerson,
  trouble,
});

// Not parallel: every row replaces the one global fetch.
describe('Printing', () => {
  let asked: Asked[];
  let printers: object[];
  let jobs: object[];
  let lost: boolean;

  beforeEach(() => {
    vi.stubGlobal('location', new URL('http://shop.test/till'));
    asked = [];
    printers = [{ id: 'ptr_1' }];
    jobs = [];
    lost = false;
    vi.stubGlobal('fetch', async (request: Request) => {
      const path = new URL(request.url).pathname;
      asked.push({ path, key: request.headers.get('Idempotency-Key'), body: await request.text() });
      if (lost) {
        throw new TypeError('lost');
      }
      return Response.json({ items: path === '/v1/printers' ? printers : jobs, next_cursor: '' });
    });
  });
  afterEach(() => vi.unstubAllGlobals());

  it('prints the receipt itself once, and copies after that', async () => {
    const printing = new Printing('sto_1');
    await printing.print('AB12-1-000001');
    await printing.print('AB12-1-000001');
    const [first, second] = asked;
    expect(first).toMatchObject({ path: '/v1/print-jobs', key: 'receipt-AB12-1-000001' });
    expect(JSON.parse(first?.body ?? '')).toEqual({ receipt_number: 'AB12-1-000001', copy: false });
    expect(JSON.parse(second?.body ?? '')).toEqual({ receipt_number: 'AB12-1-000001', copy: true });
    expect(second?.key).not.toBe(first?.key);
  });

  it('asks under the same key again when the answer was lost', async () => {
    const printing = new Printing('sto_1');
    lost = true;
    await expect(printing.print('AB12-1-000001')).rejects.toThrow();
    lost = false;
    await printing.print('AB12-1-000001');
    expect(asked.map(({ key }) => key)).toEqual(['receipt-AB12-1-000001', 'receipt-AB12-1-000001']);
  });

  it('prints the report of a shift under the key of the press', async () => {
    await new Printing('sto_1').printReport('shf_1', 'press');
    expect(asked).toEqual([{ path: '/v1/shifts/shf_1/print-jobs', key: 'press', body: '' }]);
  });

  it('shows the oldest job that is in trouble, and none that is only on its way', async () => {
    const printing = new Printing('sto_1');
    jobs = [job('newest', true), job('on its way', false), job('oldest', false, { code: 'print.paper', message: '' })];
    await printing.look();
    expect(printing.trouble?.id).toBe('oldest');
    jobs = [job('on its way', false)];
    await printing.look();
    expect(printing.trouble).toBeUndefined();
  });

  it('asks for no jobs in a store without a printer', async () => {
    printers = [];
    const printing = new Printing('sto_1');
    await printing.look();
    expect(printing.ready).toBe(false);
    expect(asked.map(({ path }) => path)).toEqual(['/v1/printers']);
  });

  it('keeps what it knows while nothing answers', async () => {
    const printing = new Printing('sto_1');
    jobs = [job('one', true)];
    await printing.look();
    lost = true;
    await printing.look();
    expect(printing.trouble?.id).toBe('one');
  });
});
