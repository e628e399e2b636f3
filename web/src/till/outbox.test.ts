import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Outbox, type Kept, type Outcome } from './outbox.svelte';

interface Asked {
  key: string | null;
  body: string;
}

const problem = (status: number): Response =>
  new Response(JSON.stringify({ detail: '재고가 부족해요.', code: 'stock.short' }), {
    status,
    headers: { 'Content-Type': 'application/problem+json' },
  });

const sale = (key: string, at = 1): Omit<Kept, 'unsure' | 'refusal'> => ({
  key,
  at,
  kind: 'sale',
  path: '/v1/checkouts',
  body: `{"sale":"${key}"}`,
  amount: 4500,
  currency: 'KRW',
});

// Not parallel: every row replaces the one global fetch.
describe('Outbox', () => {
  let answers: (() => Promise<Response>)[];
  let asked: Asked[];
  let settled: [Kept, Outcome<unknown>][];
  let opened: Outbox[];
  let database = 0;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    vi.stubGlobal('location', new URL('http://shop.test/till'));
    answers = [];
    asked = [];
    settled = [];
    opened = [];
    database++;
    vi.stubGlobal('fetch', async (request: Request) => {
      asked.push({ key: request.headers.get('Idempotency-Key'), body: await request.text() });
      return (answers.shift() ?? (() => Promise.resolve(new Response('{"ok":true}'))))();
    });
  });
  afterEach(() => {
    opened.forEach((outbox) => outbox.close());
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const lost = (): Promise<Response> => Promise.reject(new TypeError('lost'));
  const refused = (status: number) => (): Promise<Response> => Promise.resolve(problem(status));

  async function open(): Promise<Outbox> {
    const outbox = new Outbox((entry, outcome) => settled.push([entry, outcome]));
    opened.push(outbox);
    await outbox.open(`till-${database}`);
    return outbox;
  }

  it('forgets what was answered', async () => {
    const outbox = await open();
    expect(await outbox.submit(sale('a'))).toEqual({ kind: 'done', answer: { ok: true } });
    expect(outbox.entries).toEqual([]);
  });

  it('forgets what was refused while the person stands before it', async () => {
    const outbox = await open();
    answers = [refused(409)];
    expect(await outbox.submit(sale('a'))).toMatchObject({ kind: 'refused', problem: { code: 'stock.short' } });
    expect(outbox.entries).toEqual([]);
  });

  it('keeps what got no answer, and after a reload sends the same key and the same bytes', async () => {
    const before = await open();
    answers = [lost];
    expect(await before.submit(sale('a'))).toMatchObject({ kind: 'unknown' });
    expect(before.waiting).toBe(1);
    before.close();

    const after = await open();
    await after.flush();
    expect(asked).toEqual([
      { key: 'a', body: '{"sale":"a"}' },
      { key: 'a', body: '{"sale":"a"}' },
    ]);
    expect(after.entries).toEqual([]);
    expect(settled.map(([entry, outcome]) => [entry.key, outcome.kind])).toEqual([['a', 'done']]);
  });

  it('counts what an earlier run left as sent, so that a lost session is no answer to it', async () => {
    const before = await open();
    let answer: (response: Response) => void = () => {};
    answers = [() => new Promise((resolve) => (answer = resolve))];
    const unheard = before.submit(sale('a'));
    await vi.waitFor(() => expect(asked).toHaveLength(1));

    const after = await open();
    answers = [refused(401)];
    await after.flush();
    expect(after.waiting).toBe(1);
    answer(new Response('{}'));
    await unheard;
  });

  it('sends again by itself after a pause', async () => {
    const outbox = await open();
    answers = [lost];
    await outbox.submit(sale('a'));
    await vi.advanceTimersByTimeAsync(2_000);
    await vi.waitFor(() => expect(outbox.waiting).toBe(0));
    expect(asked).toHaveLength(2);
  });

  const unsettled: [name: string, status: number][] = [
    ['a busy server has not decided', 503],
    ['a server that failed inside has not decided', 500],
    ['too many attempts is not a decision', 429],
  ];
  it.each(unsettled)('%s', async (_name, status) => {
    const outbox = await open();
    answers = [refused(status)];
    expect(await outbox.submit(sale('a'))).toMatchObject({ kind: 'unknown' });
    expect(outbox.entries).toMatchObject([{ key: 'a', unsure: true }]);
  });

  it('takes a lost session for an answer only when nothing had gone out before', async () => {
    const outbox = await open();
    answers = [refused(401), lost, refused(401)];
    expect(await outbox.submit(sale('a'))).toMatchObject({ kind: 'refused' });
    await outbox.submit(sale('b'));
    await outbox.flush();
    expect(outbox.entries).toMatchObject([{ key: 'b', refusal: '' }]);
  });

  it('keeps a late refusal for a person, who may send it again or forget it', async () => {
    const outbox = await open();
    answers = [lost, refused(409)];
    await outbox.submit(sale('a'));
    await outbox.forget('a');
    expect(outbox.waiting).toBe(1);
    await outbox.flush();
    expect(outbox.entries).toMatchObject([{ key: 'a', refusal: '재고가 부족해요.' }]);
    expect(outbox.waiting).toBe(0);

    answers = [refused(409)];
    await outbox.retry('a');
    expect(asked.map((request) => request.key)).toEqual(['a', 'a', 'a']);
    await outbox.forget('a');
    expect(outbox.entries).toEqual([]);
  });

  it('sends in order, and one that the server can’t decide does not hold up the next', async () => {
    const outbox = await open();
    answers = [lost, lost];
    await outbox.submit(sale('later', 2));
    await outbox.submit(sale('early', 1));
    asked = [];
    answers = [refused(500)];
    await outbox.flush();
    expect(asked.map((request) => request.key)).toEqual(['early', 'later']);
    expect(outbox.entries.map((entry) => entry.key)).toEqual(['early']);
  });

  it('does not try the rest while the line is down', async () => {
    const outbox = await open();
    answers = [lost, lost, lost];
    await outbox.submit(sale('a', 1));
    await outbox.submit(sale('b', 2));
    asked = [];
    await outbox.flush();
    expect(asked.map((request) => request.key)).toEqual(['a']);
  });
});
