import { untrack } from 'svelte';
import { connection } from '../api/connection.svelte';
import { ApiUnreachable } from '../api/problem';
import type { Page } from './server';

/** Reads again by itself when the connection is back. */
function whenBack(failure: () => unknown, again: () => void): void {
  $effect(() => {
    if (connection.online && untrack(failure) instanceof ApiUnreachable) {
      untrack(again);
    }
  });
}

/**
 * Something that a page shows. It is read when the page appears and again whenever a filter, or anything else that is
 * read before the first wait, changes; an answer to an older question is thrown away. Made while a component begins.
 */
export class Resource<Value> {
  #value = $state.raw<Value>();
  #error = $state.raw<unknown>();
  #loading = $state(true);
  #turn = $state(0);

  get value(): Value | undefined {
    return this.#value;
  }

  get error(): unknown {
    return this.#error;
  }

  get loading(): boolean {
    return this.#loading;
  }

  /** A load that gives null has nothing to read. */
  constructor(load: () => Promise<Value> | null) {
    $effect(() => {
      void this.#turn;
      const asked = load();
      let current = true;
      this.#loading = asked !== null;
      if (asked === null) {
        this.#value = undefined;
      }
      asked?.then(
        (value) => current && this.set(value),
        (error: unknown) => current && this.#fail(error),
      );
      return () => {
        current = false;
      };
    });
    whenBack(
      () => this.#error,
      () => this.reload(),
    );
  }

  reload(): void {
    this.#turn++;
  }

  /** Takes what a change answered, without reading again. */
  set(value: Value): void {
    this.#value = value;
    this.#error = undefined;
    this.#loading = false;
  }

  #fail(error: unknown): void {
    this.#error = error;
    this.#loading = false;
  }
}

/** A list that is read page by page, under the same rules as Resource. */
export class Pages<Item> {
  readonly #load: (cursor: string) => Promise<Page<Item>>;
  #items = $state.raw<Item[]>([]);
  #next = $state('');
  #error = $state.raw<unknown>();
  #loading = $state(true);
  #fetching = $state(false);
  #turn = $state(0);

  get items(): readonly Item[] {
    return this.#items;
  }

  /** Where the next page begins; empty when there is none. */
  get next(): string {
    return this.#next;
  }

  get error(): unknown {
    return this.#error;
  }

  get loading(): boolean {
    return this.#loading;
  }

  /** Whether one more page is on its way. */
  get fetching(): boolean {
    return this.#fetching;
  }

  constructor(load: (cursor: string) => Promise<Page<Item>>) {
    this.#load = load;
    $effect(() => {
      void this.#turn;
      const asked = load('');
      let current = true;
      this.#loading = true;
      asked.then(
        (page) => current && this.#begin(page),
        (error: unknown) => current && this.#fail(error),
      );
      return () => {
        current = false;
      };
    });
    whenBack(
      () => this.#error,
      () => this.reload(),
    );
  }

  reload(): void {
    this.#turn++;
  }

  /** Reads one more page. A list that began anew in the meantime doesn't take it. */
  async more(): Promise<void> {
    const before = this.#items;
    this.#fetching = true;
    try {
      const page = await this.#load(this.#next);
      if (this.#items === before) {
        this.#items = [...before, ...page.items];
        this.#next = page.next_cursor;
      }
    } catch (error) {
      if (this.#items === before) {
        this.#fail(error);
      }
    } finally {
      this.#fetching = false;
    }
  }

  #begin(page: Page<Item>): void {
    this.#items = page.items;
    this.#next = page.next_cursor;
    this.#error = undefined;
    this.#loading = false;
  }

  #fail(error: unknown): void {
    this.#error = error;
    this.#loading = false;
  }
}
