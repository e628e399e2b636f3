import * as client from '../api/client';
import { ApiProblem } from '../api/problem';
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

/** A list that is never long, such as stores or categories, read to its end. */
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
