import { read, send } from '../api/client';
import { newKey } from '../api/key';
import type { Printer, PrintJob } from './shop';

/** How often it is asked how the print jobs are, and after how many times whether there is a printer, in milliseconds. */
const pollMs = 5_000;
const polls = 12;

/**
 * The store's printers as the till uses them. No answer is no news: what can't be asked now is asked again, and a till
 * without a printer prints from the browser.
 */
export class Printing {
  readonly #store: string;
  readonly #printed = new Set<string>();
  #ready = $state(false);
  #trouble = $state.raw<PrintJob>();
  #turn = 0;

  constructor(store: string) {
    this.#store = store;
  }

  /** Whether the store has a printer. */
  get ready(): boolean {
    return this.#ready;
  }

  /** The oldest job that did not come out, of those that need a person or whose printer can't. */
  get trouble(): PrintJob | undefined {
    return this.#trouble;
  }

  /** Asks again and again until the answer is called. */
  watch(): () => void {
    void this.look();
    const poll = setInterval(() => void this.look(), pollMs);
    return () => clearInterval(poll);
  }

  async look(): Promise<void> {
    try {
      if (this.#turn++ % polls === 0) {
        const { items } = await read<{ items: Printer[] }>('/v1/printers', { store_id: this.#store, limit: 1 });
        this.#ready = items.length > 0;
      }
      if (this.#ready) {
        const { items } = await read<{ items: PrintJob[] }>('/v1/print-jobs', {
          store_id: this.#store,
          state: 'queued,unknown,waiting,failed',
        });
        this.#trouble = items.findLast((job) => job.needs_person || job.trouble !== undefined);
      }
    } catch {
      // Asked again at the next turn.
    }
  }

  /** Prints a receipt: itself the first time, copies after that. */
  async print(number: string): Promise<void> {
    const copy = this.#printed.has(number);
    const key = copy ? newKey() : `receipt-${number}`;
    await send('POST', '/v1/print-jobs', { key, body: { receipt_number: number, copy } });
    this.#printed.add(number);
  }

  /** Prints the X or Z report of a shift. The key stands for one press of the button. */
  async printReport(shift: string, key: string): Promise<void> {
    await send('POST', `/v1/shifts/${shift}/print-jobs`, { key });
  }

  /** Says what became of a job. */
  async settle(job: PrintJob, action: 'retry' | 'printed' | 'discard'): Promise<void> {
    await send('POST', `/v1/print-jobs/${job.id}/${action}`);
    this.#trouble = undefined;
    await this.look();
  }
}
