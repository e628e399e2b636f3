import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { send } from '../api/client';
import { ApiProblem, ApiUnreachable } from '../api/problem';

/**
 * A request that moves value, frozen before it is sent for the first time: the same key and the same bytes until the
 * server's answer is known.
 */
export interface Kept {
  key: string;
  /** When it was frozen, in milliseconds since 1970. Requests are sent in this order. */
  at: number;
  kind: 'sale' | 'refund';
  path: string;
  body: string;
  /** For the person who asks what is kept: the amount, in minor units of the currency. */
  amount: number;
  currency: string;
  /** An attempt went out and no answer came, so it may have happened already. */
  unsure: boolean;
  /** What the server said when it refused; empty as long as it hasn't. */
  refusal: string;
}

/** What became of a request. Unknown is kept and asked again. */
export type Outcome<Answer> =
  | { kind: 'done'; answer: Answer }
  | { kind: 'refused'; problem: ApiProblem }
  | { kind: 'unknown'; error: ApiProblem | ApiUnreachable };

interface Schema extends DBSchema {
  kept: { key: string; value: Kept };
}

/** The pauses between attempts in milliseconds; the last one repeats. */
const pausesMs = [2_000, 4_000, 8_000, 15_000, 30_000];

/**
 * Whether a refusal says for certain that nothing happened. Who is not signed in, or not allowed any more, has learned
 * nothing about an attempt that went out before.
 */
function isFinal(problem: ApiProblem, unsure: boolean): boolean {
  if (problem.retryable || problem.status === 408 || problem.status === 425) {
    return false;
  }
  return !(unsure && (problem.status === 401 || problem.status === 403));
}

function inOrder(entries: readonly Kept[]): Kept[] {
  return entries.toSorted((a, b) => a.at - b.at || a.key.localeCompare(b.key));
}

/** Keeps what this till asked of the server until the answer is known, through reloads and lost connections. */
export class Outbox {
  #entries = $state.raw<readonly Kept[]>([]);
  #database: IDBPDatabase<Schema> | null = null;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #flushing = false;
  readonly #inFlight = new Set<string>();
  readonly #onsettled: (entry: Kept, outcome: Outcome<unknown>) => void;

  /** Onsettled hears of every answer to a request that nobody waits for any more. */
  constructor(onsettled: (entry: Kept, outcome: Outcome<unknown>) => void) {
    this.#onsettled = onsettled;
  }

  /** What is kept, oldest first: waiting for an answer, or refused and not yet seen to. */
  get entries(): readonly Kept[] {
    return this.#entries;
  }

  get waiting(): number {
    return this.#entries.filter((entry) => entry.refusal === '').length;
  }

  /** Reads what an earlier run left, and begins to send it. */
  async open(name = 'dangol-till'): Promise<void> {
    this.#database = await openDB<Schema>(name, 1, {
      upgrade: (database) => void database.createObjectStore('kept', { keyPath: 'key' }),
    });
    const kept = await this.#database.getAll('kept');
    // An earlier run may have ended after sending, before it heard: each of them counts as sent.
    this.#entries = inOrder(kept.map((entry) => ({ ...entry, unsure: true })));
    this.#schedule(0);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#database?.close();
    this.#database = null;
  }

  /**
   * Keeps a request and sends it once. Refused, it is forgotten, because the person stands before it; without an answer
   * it stays and is sent again by itself. It throws when the device can't store it: then nothing was sent.
   */
  async submit<Answer>(entry: Omit<Kept, 'unsure' | 'refusal'>): Promise<Outcome<Answer>> {
    const kept: Kept = { ...entry, unsure: false, refusal: '' };
    await this.#put(kept);
    const outcome = await this.#attempt<Answer>(kept);
    if (outcome.kind === 'unknown') {
      this.#schedule(this.#nextPause());
    } else {
      await this.#drop(kept.key);
    }
    return outcome;
  }

  /** Sends again what waits, now. */
  async flush(): Promise<void> {
    if (this.#flushing) {
      return;
    }
    this.#flushing = true;
    clearTimeout(this.#timer);
    try {
      for (const entry of this.#entries.filter((one) => one.refusal === '')) {
        if (this.#inFlight.has(entry.key)) {
          continue;
        }
        const outcome = await this.#attempt(entry);
        if (outcome.kind === 'unknown') {
          if (outcome.error instanceof ApiUnreachable) {
            break;
          }
          continue;
        }
        if (outcome.kind === 'done') {
          await this.#drop(entry.key);
        } else {
          await this.#put({ ...entry, refusal: outcome.problem.message });
        }
        this.#onsettled(entry, outcome);
      }
    } finally {
      this.#flushing = false;
    }
    if (this.waiting > 0) {
      this.#schedule(this.#nextPause());
    } else {
      this.#failures = 0;
    }
  }

  /** Sends a refused request again, with the same key. */
  async retry(key: string): Promise<void> {
    const entry = this.#entries.find((one) => one.key === key);
    if (entry) {
      await this.#put({ ...entry, refusal: '' });
      await this.flush();
    }
  }

  /** Forgets a refused request, which a person has seen to. What still waits for an answer is never forgotten. */
  async forget(key: string): Promise<void> {
    if (this.#entries.some((one) => one.key === key && one.refusal !== '')) {
      await this.#drop(key);
    }
  }

  async #attempt<Answer>(entry: Kept): Promise<Outcome<Answer>> {
    this.#inFlight.add(entry.key);
    try {
      const answer = await send<Answer>('POST', entry.path, { body: entry.body, key: entry.key });
      this.#failures = 0;
      return { kind: 'done', answer };
    } catch (error) {
      if (error instanceof ApiProblem && isFinal(error, entry.unsure)) {
        return { kind: 'refused', problem: error };
      }
      await this.#put({ ...entry, unsure: true });
      if (error instanceof ApiProblem || error instanceof ApiUnreachable) {
        return { kind: 'unknown', error };
      }
      return { kind: 'unknown', error: new ApiUnreachable('no readable answer', { cause: error }) };
    } finally {
      this.#inFlight.delete(entry.key);
    }
  }

  #nextPause(): number {
    const pause = pausesMs[Math.min(this.#failures, pausesMs.length - 1)]!;
    this.#failures++;
    return pause;
  }

  #schedule(pauseMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), pauseMs);
  }

  async #put(entry: Kept): Promise<void> {
    await this.#opened().put('kept', entry);
    const others = this.#entries.filter((other) => other.key !== entry.key);
    this.#entries = inOrder([...others, entry]);
  }

  async #drop(key: string): Promise<void> {
    await this.#opened().delete('kept', key);
    this.#entries = this.#entries.filter((entry) => entry.key !== key);
  }

  #opened(): IDBPDatabase<Schema> {
    if (!this.#database) {
      throw new Error('the outbox is not open');
    }
    return this.#database;
  }
}
