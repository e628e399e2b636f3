import * as client from '../api/client';
import { ApiProblem } from '../api/problem';
import { request } from '../api/request';
import { save } from './csv';
import { session } from './session.svelte';

/** One page of a list. */
export interface Page<Item> {
  items: Item[];
  next_cursor: string;
}

/** Reads from the server; an ended session leads to signing in. */
export function read<Answer>(...asked: Parameters<typeof client.read>): Promise<Answer> {
  return watched(client.read<Answer>(...asked));
}

/** Asks the server to change something; an ended session leads to signing in. */
export function send<Answer>(...asked: Parameters<typeof client.send>): Promise<Answer> {
  return watched(client.send<Answer>(...asked));
}

/** A list that the server gives whole, such as the categories. */
export async function readWhole<Item>(path: string): Promise<Item[]> {
  return (await read<Page<Item>>(path)).items;
}

/** A list that is never long, such as the stores, read to its end. */
export async function readAll<Item>(path: string, query: Record<string, string> = {}): Promise<Item[]> {
  const items: Item[] = [];
  let cursor = '';
  for (let pages = 0; pages < maxPages; pages++) {
    const page = await read<Page<Item>>(path, { ...query, cursor, limit: 200 });
    items.push(...page.items);
    cursor = page.next_cursor;
    if (cursor === '') {
      break;
    }
  }
  return items;
}

const maxPages = 50;

/** Fetches a file and hands it to the reader. Filters that are empty are left out. */
export async function download(path: string, query: Record<string, string>, name: string): Promise<void> {
  const address = new URL(path, location.origin);
  address.search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '')).toString();
  const response = await watched(request(new Request(address), filePatienceMs));
  save(name, await response.blob(), response.headers.get('Content-Type') ?? 'application/octet-stream');
}

/** How long a file is waited for, in milliseconds. */
export const filePatienceMs = 120_000;

async function watched<Answer>(asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) {
      session.end();
    }
    throw error;
  }
}
