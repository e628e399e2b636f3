import { read, send } from '../api/client';
import { newKey } from '../api/key';
import type { components } from '../api/schema';
import type { Report } from '../ui/receipt';
import type { Count } from './count';

type Schemas = components['schemas'];

export type Current = Schemas['ClosingCurrentView'];
type Detail = Schemas['ClosingDetailView'];

/** This till's drawer: the shift that is open at it, and what can be done with it. */
export class Drawer {
  #now = $state.raw<Current | null>(null);
  /** The last request that may not have arrived: sent again, it keeps its key, so that it happens once. */
  #sent: { request: string; key: string } | null = null;

  /** How the till stands; null until it was read for the first time. */
  get now(): Current | null {
    return this.#now;
  }

  async read(): Promise<Current> {
    this.#now = await read<Current>('/v1/shifts/current');
    return this.#now;
  }

  async open(float: number, counts: readonly Count[]): Promise<void> {
    await this.#send('/v1/shifts', { float, counts });
    await this.read();
  }

  async move(kind: 'in' | 'out', place: 'safe' | 'other', amount: number, reason: string): Promise<void> {
    await this.#send(`/v1/shifts/${this.#now?.shift?.id}/cash-movements`, { kind, place, amount, reason });
    await this.read();
  }

  /** Closes the shift and gives its Z report. */
  async close(counted: number, counts: readonly Count[], takenOut: number): Promise<Report> {
    const path = `/v1/shifts/${this.#now?.shift?.id}/close`;
    const { report } = await this.#send(path, { counted, counts, taken_out: takenOut });
    await this.read();
    return report;
  }

  /** Closes the store's business day. */
  async closeDay(): Promise<void> {
    const day = this.#now?.business_day;
    if (day) {
      await send('POST', `/v1/business-days/${day.id}/close`);
      await this.read();
    }
  }

  async #send(path: string, body: object): Promise<Detail> {
    const request = path + JSON.stringify(body);
    if (this.#sent?.request !== request) {
      this.#sent = { request, key: newKey() };
    }
    const answer = await send<Detail>('POST', path, { body, key: this.#sent.key });
    this.#sent = null;
    return answer;
  }
}
