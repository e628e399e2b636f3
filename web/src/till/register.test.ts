import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sampleReceipt } from '../ui/sample';
import { cafeMenu, cash } from './fixture';
import { Outbox } from './outbox.svelte';
import { Register } from './register.svelte';
import { Terminal } from './terminal.svelte';

vi.mock('../live/live', () => ({ follow: () => () => {}, hangUp: () => {} }));

type Answer = (request: Request, body: string) => Promise<Response>;

const json = (value: unknown, status = 200): Response =>
  new Response(JSON.stringify(value), { status, headers: { 'Content-Type': 'application/json' } });

const none = new Map<string, number>();

// Not parallel: every row replaces the one global fetch.
describe('Register', () => {
  let answers: Record<string, Answer>;
  let bodies: Record<string, unknown[]>;
  let terminal: Terminal;
  let outbox: Outbox;
  let register: Register;
  let database = 0;

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    vi.stubGlobal('location', new URL('http://shop.test/till'));
    bodies = {};
    answers = {
      '/v1/device': async () => json({ device: { id: 'dev_1' }, store: { id: 'sto_1', currency: 'KRW' } }),
      '/v1/session': async () => json({ staff: {}, permissions: ['sale.make'] }),
      '/v1/stores/sto_1/menu': async () => json(cafeMenu),
      '/v1/tenders': async () => json({ items: [cash] }),
      '/v1/discounts': async () => json({ items: [] }),
      '/v1/quotes': async (_request, body) => json(quoteOf(body)),
      '/v1/checkouts': async () =>
        json({ receipt: sampleReceipt, change: 500, on_hand: [{ variant_id: 'var_note', on_hand: 2 }] }),
    };
    vi.stubGlobal('fetch', async (request: Request) => {
      const path = new URL(request.url).pathname;
      const body = await request.text();
      if (body !== '') {
        (bodies[path] ??= []).push(JSON.parse(body));
      }
      return answers[path]!(request, body);
    });
    terminal = new Terminal();
    await terminal.start();
    await vi.waitFor(() => expect(terminal.shelf).not.toBeNull());
    outbox = new Outbox((entry, outcome) => void register.settled(entry, outcome));
    await outbox.open(`register-${++database}`);
    register = new Register(terminal, outbox);
  });
  afterEach(() => {
    terminal.stop();
    outbox.close();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('notices a display that is added while it sells', async () => {
    answers['/v1/stores/sto_1/availability'] = async () =>
      json({ revision: terminal.shelf?.revision, sold_out: [], on_hand: [] });
    answers['/v1/device'] = async () =>
      json({ device: { id: 'dev_1' }, store: { id: 'sto_1', currency: 'KRW' }, has_display: true });
    expect(terminal.pairing?.has_display).toBeFalsy();
    vi.advanceTimersByTime(60_000);
    await vi.waitFor(() => expect(terminal.pairing?.has_display).toBe(true));
  });

  function quoteOf(body: string): unknown {
    const lines = (JSON.parse(body) as { lines: { quantity: number }[] }).lines;
    const total = lines.reduce((sum, line) => sum + line.quantity * 3000, 0);
    return {
      currency: 'KRW',
      hash: `hash of ${body}`,
      needs_approval: body.includes('percent_ppm'),
      lines: lines.map(() => ({ total: 3000 })),
      totals: { subtotal: total, discount: 0, tax: 0, total },
    };
  }

  function putNote(): boolean {
    const { product, variant } = terminal.shelf!.variant('var_note')!;
    return register.put(product, variant, [], none);
  }

  async function quoted(): Promise<void> {
    await vi.advanceTimersByTimeAsync(200);
    await vi.waitFor(() => expect(register.quote).not.toBeNull());
  }

  const lost: Answer = () => Promise.reject(new TypeError('lost'));

  it('shows its own sum at once and the server’s total when it comes', async () => {
    putNote();
    expect(register.total).toBe(3200);
    await quoted();
    expect(register.total).toBe(3000);
  });

  it('does not show a total that was said of another order', async () => {
    putNote();
    await quoted();
    putNote();
    expect(register.quote).toBeNull();
    expect(register.total).toBe(6400);
  });

  it('takes no more units than there are', () => {
    expect([putNote(), putNote(), putNote(), putNote()]).toEqual([true, true, true, false]);
    expect(register.step(1, 1)).toBe(false);
    expect(register.cart.lines[0]?.quantity).toBe(3);
  });

  it('puts a line back that was taken out', () => {
    putNote();
    const before = register.cart;
    register.remove(1);
    expect(register.selected).toBeNull();
    register.restore(before);
    expect(register.cart.lines).toHaveLength(1);
    expect(register.selected).toBe(1);
  });

  it('sells for what the server said, empties the order and takes the new counts', async () => {
    putNote();
    await quoted();
    expect(await register.pay([{ tender: cash, amount: 3500 }])).toMatchObject({ kind: 'done' });
    expect(bodies['/v1/checkouts']).toEqual([
      {
        lines: [{ variant_id: 'var_note', quantity: 1, options: [], discounts: [] }],
        discounts: [],
        tenders: [{ tender_id: 'tnd_1', amount: 3500 }],
        expected_total: 3000,
      },
    ]);
    expect(register.sold?.change).toBe(500);
    expect(register.cart.lines).toEqual([]);
    expect(terminal.shelf!.variant('var_note')!.variant.on_hand).toBe(2);
  });

  it('takes an approval for just the order that was approved', async () => {
    answers['/v1/approvals'] = async () => json({ id: 'apv_1', approved_by: 'stf_2' }, 201);
    putNote();
    register.discount(1, [{ id: '', name: '단골 손님', percent_ppm: 200_000, amount: 0 }]);
    await quoted();
    expect(register.needsApproval).toBe(true);
    await register.approve({ login: 'manager', password: 'secret' });
    expect(register.needsApproval).toBe(false);
    expect(bodies['/v1/approvals']).toEqual([
      {
        lines: [
          {
            variant_id: 'var_note',
            quantity: 1,
            options: [],
            discounts: [{ percent_ppm: 200_000, name: '단골 손님' }],
          },
        ],
        discounts: [],
        approver: { login: 'manager', password: 'secret' },
      },
    ]);
    await register.pay([{ tender: cash, amount: 3000 }]);
    expect(bodies['/v1/checkouts']?.[0]).toMatchObject({ approval_id: 'apv_1' });
    putNote();
    register.discount(1, [{ id: '', name: '단골 손님', percent_ppm: 300_000, amount: 0 }]);
    await quoted();
    expect(register.needsApproval).toBe(true);
  });

  it('keeps the order when the sale is refused', async () => {
    answers['/v1/checkouts'] = async () => json({ detail: '재고가 부족해요.', code: 'stock.short' }, 409);
    putNote();
    await quoted();
    expect(await register.pay([{ tender: cash, amount: 3000 }])).toMatchObject({
      kind: 'refused',
      problem: { code: 'stock.short' },
    });
    expect(register.paying).toBe(false);
    expect(register.cart.lines).toHaveLength(1);
  });

  it('says that the result is unknown, and finishes the sale when the answer comes after all', async () => {
    answers['/v1/checkouts'] = lost;
    putNote();
    await quoted();
    await register.pay([{ tender: cash, amount: 3000 }]);
    expect(register.resultUnknown).toBe(true);

    answers['/v1/checkouts'] = async () => json({ receipt: sampleReceipt, change: 0, on_hand: [] });
    await outbox.flush();
    expect(register.resultUnknown).toBe(false);
    expect(register.sold?.receipt.number).toBe(sampleReceipt.number);
  });

  it('lets the next order begin while the last one is kept', async () => {
    answers['/v1/checkouts'] = lost;
    putNote();
    await quoted();
    await register.pay([{ tender: cash, amount: 3000 }]);
    register.goOn();
    expect(register.cart.lines).toEqual([]);
    expect(outbox.waiting).toBe(1);

    answers['/v1/checkouts'] = async () => json({ receipt: sampleReceipt, change: 0, on_hand: [] });
    await outbox.flush();
    expect(register.sold).toBeNull();
    expect(register.lastReceipt?.number).toBe(sampleReceipt.number);
  });

  it('says why there is no total, and asks again when told to', async () => {
    answers['/v1/quotes'] = lost;
    putNote();
    await vi.advanceTimersByTimeAsync(200);
    await vi.waitFor(() => expect(register.refusal).not.toBeNull());
    answers['/v1/quotes'] = async (_request, body) => json(quoteOf(body));
    register.requote();
    await quoted();
    expect(register.refusal).toBeNull();
  });

  it('goes back to signing in when the session has ended, and keeps the order', async () => {
    answers['/v1/quotes'] = async () => json({ detail: '로그인해 주세요.', code: 'auth.sign_in' }, 401);
    answers['/v1/session'] = async () => json({ code: 'auth.sign_in' }, 401);
    putNote();
    await vi.advanceTimersByTimeAsync(200);
    await vi.waitFor(() => expect(terminal.phase).toBe('signed-out'));
    expect(register.cart.lines).toHaveLength(1);
  });
});
