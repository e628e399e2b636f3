import { afterEach, describe, expect, it, vi } from 'vitest';
import { connection } from './connection.svelte';
import { ApiProblem, ApiUnreachable } from './problem';
import { request } from './request';

// Not parallel: every row replaces the one global fetch.
describe('request', () => {
  afterEach(() => vi.unstubAllGlobals());

  function answering(fetcher: typeof fetch): Promise<Response> {
    vi.stubGlobal('fetch', fetcher);
    return request(new Request('http://shop.test/v1/orders'));
  }

  it('says in which language the reader reads', async () => {
    let language: string | null = null;
    await answering(async (input) => {
      language = (input as Request).headers.get('Accept-Language');
      return new Response('{}');
    });
    expect(language).toBe('ko');
  });

  it('calls a failed fetch unreachable and remembers that the line is down', async () => {
    await expect(answering(() => Promise.reject(new TypeError('failed')))).rejects.toBeInstanceOf(ApiUnreachable);
    expect(connection.online).toBe(false);
  });

  it('calls a refusal a problem and knows that the line is up', async () => {
    const refused = async (): Promise<Response> =>
      new Response('{"code":"x.y"}', { status: 409, headers: { 'Content-Type': 'application/problem+json' } });
    await expect(answering(refused)).rejects.toBeInstanceOf(ApiProblem);
    expect(connection.online).toBe(true);
  });

  it('passes on that the caller gave up, which is no failure of the line', async () => {
    const abort = new AbortController();
    abort.abort();
    vi.stubGlobal('fetch', () => Promise.reject(new DOMException('aborted', 'AbortError')));
    await expect(request(new Request('http://shop.test/', { signal: abort.signal }))).rejects.toBeInstanceOf(
      DOMException,
    );
    expect(connection.online).toBe(true);
  });
});
