import { request } from './request';

type Query = Record<string, string | number | boolean | undefined>;

/** Reads from the server. Filters that are undefined or empty are left out. */
export async function read<Answer>(path: string, query: Query = {}): Promise<Answer> {
  const address = new URL(path, location.origin);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') {
      address.searchParams.set(name, String(value));
    }
  }
  return answer(new Request(address));
}

/**
 * Asks the server to change something. What moves value carries a key, and asking again with the same key and the same
 * body does it once. A body that is text already is sent as it is, byte for byte. Patience is how long an answer is waited
 * for, in milliseconds.
 */
export async function send<Answer>(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  { body, key, version, patience }: { body?: unknown; key?: string; version?: string; patience?: number } = {},
): Promise<Answer> {
  const headers = new Headers();
  if (key !== undefined) {
    headers.set('Idempotency-Key', key);
  }
  if (version !== undefined) {
    headers.set('If-Match', version);
  }
  let payload: BodyInit | undefined;
  if (body instanceof FormData || body instanceof Blob) {
    payload = body;
  } else if (body !== undefined) {
    headers.set('Content-Type', 'application/json');
    payload = typeof body === 'string' ? body : JSON.stringify(body);
  }
  return answer(new Request(new URL(path, location.origin), { method, headers, body: payload }), patience);
}

async function answer<Answer>(asked: Request, patience?: number): Promise<Answer> {
  const response = await request(asked, patience);
  return response.status === 204 ? (undefined as Answer) : await response.json();
}
