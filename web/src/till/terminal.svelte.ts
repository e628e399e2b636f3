import { read, send } from '../api/client';
import { ApiProblem } from '../api/problem';
import { follow, hangUp } from '../live/live';
import { revisionOf, Shelf } from './menu';
import type { Availability, Discount, Menu, OnHand, Pairing, Session, SoldOutRequest, Tender, TillStaff } from './shop';

/** What this device can do now. */
export type Phase = 'starting' | 'unpaired' | 'signed-out' | 'ready' | 'failed';

/** How often it is asked anyway what has changed in other hands, in milliseconds: a hint may have been missed. */
const askEveryMs = 60_000;

/** Who this device is, who stands at it, and what it sells. */
export class Terminal {
  #phase = $state<Phase>('starting');
  #pairing = $state.raw<Pairing | null>(null);
  #session = $state.raw<Session | null>(null);
  #shelf = $state.raw<Shelf | null>(null);
  #tenders = $state.raw<readonly Tender[]>([]);
  #discounts = $state.raw<readonly Discount[]>([]);
  #error = $state.raw<unknown>(null);
  #timer: ReturnType<typeof setInterval> | undefined;
  #soonest: ReturnType<typeof setTimeout> | undefined;
  #unfollow = (): void => {};

  get phase(): Phase {
    return this.#phase;
  }

  get pairing(): Pairing | null {
    return this.#pairing;
  }

  get session(): Session | null {
    return this.#session;
  }

  /** What is sold here; null until it was read for the first time. */
  get shelf(): Shelf | null {
    return this.#shelf;
  }

  /** What the organisation is paid with; empty until it was read for the first time. */
  get tenders(): readonly Tender[] {
    return this.#tenders;
  }

  /** The discounts that can be given here now. */
  get discounts(): readonly Discount[] {
    return this.#discounts;
  }

  /** Why the till can't start, or can't read what it sells. */
  get error(): unknown {
    return this.#error;
  }

  get mayRefund(): boolean {
    return this.#session?.permissions.includes('sale.refund') ?? false;
  }

  get maySoldOut(): boolean {
    return this.#session?.permissions.includes('catalog.sold_out') ?? false;
  }

  get mayWork(): boolean {
    return this.#session?.permissions.includes('shift.work') ?? false;
  }

  /** Asks who this device is and who is signed in. */
  async start(): Promise<void> {
    this.#phase = 'starting';
    this.#error = null;
    try {
      this.#pairing = await orNobody(read<Pairing>('/v1/device'));
      if (!this.#pairing) {
        this.#phase = 'unpaired';
        return;
      }
      this.#session = await orNobody(read<Session>('/v1/session'));
      if (!this.#session) {
        this.#phase = 'signed-out';
        return;
      }
      this.#begin();
    } catch (error) {
      this.#error = error;
      this.#phase = 'failed';
    }
  }

  /** Makes this device the till that the code was made for. */
  async pair(code: string): Promise<void> {
    await send('POST', '/v1/pairings', { body: { code } });
    await this.start();
  }

  async signIn(login: string, password: string): Promise<void> {
    this.#session = await send<Session>('POST', '/v1/sessions', { body: { login, password } });
    this.#begin();
  }

  /** Who can be chosen at this till: who may sell here and has a PIN. */
  async staff(): Promise<readonly TillStaff[]> {
    return (await read<{ items: TillStaff[] }>('/v1/till-staff')).items;
  }

  /** Goes on as someone else. The order on the screen stays. */
  async switchTo(staffId: string, pin: string): Promise<void> {
    this.#session = await send<Session>('POST', '/v1/sessions/pin', { body: { staff_id: staffId, pin } });
    this.#begin();
  }

  async signOut(): Promise<void> {
    await send('DELETE', '/v1/session');
    this.stop();
    this.#session = null;
    this.#phase = 'signed-out';
  }

  /** Looks whether a refusal means that the session or the pairing has ended, and goes where it can be renewed. */
  heed(error: unknown): void {
    if (error instanceof ApiProblem && error.status === 401) {
      this.stop();
      void this.start();
    }
  }

  async readMenu(): Promise<void> {
    const store = this.#pairing?.store.id;
    if (!store) {
      return;
    }
    try {
      this.#show(new Shelf(await read<Menu>(`/v1/stores/${store}/menu`)));
      this.#error = null;
      this.#tenders = (await read<{ items: Tender[] }>('/v1/tenders')).items;
      await this.#readDiscounts();
    } catch (error) {
      this.#error = error;
      this.heed(error);
    }
  }

  /** Asks what has changed, and reads the menu again only when it has. */
  async refresh(): Promise<void> {
    const shelf = this.#shelf;
    const store = this.#pairing?.store.id;
    if (!shelf || !store) {
      return this.readMenu();
    }
    try {
      const now = await read<Availability>(`/v1/stores/${store}/availability`);
      if (revisionOf(now) !== shelf.revision) {
        return await this.readMenu();
      }
      this.#show((this.#shelf ?? shelf).offering(now));
      await this.#readDiscounts();
    } catch (error) {
      this.heed(error);
    }
  }

  /** Asks whether something was changed about this device, such as a display that shows its order. */
  async #readPairing(): Promise<void> {
    try {
      this.#pairing = await read<Pairing>('/v1/device');
    } catch (error) {
      this.heed(error);
    }
  }

  /** Says that something is sold out in this store, or is sold again. */
  async changeSoldOut(change: SoldOutRequest): Promise<void> {
    const store = this.#pairing?.store.id ?? '';
    const now = await send<Availability>('PUT', `/v1/stores/${store}/sold-out`, { body: change });
    if (this.#shelf) {
      this.#show(this.#shelf.offering(now));
    }
  }

  /** Takes the counts that came with an answer. */
  count(counts: readonly OnHand[]): void {
    this.#shelf = this.#shelf?.counted(counts) ?? null;
  }

  stop(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#soonest);
    this.#unfollow();
    hangUp();
  }

  async #readDiscounts(): Promise<void> {
    const { items } = await read<{ items: Discount[] }>('/v1/discounts');
    const currency = this.#shelf?.currency;
    this.#discounts = items.filter((one) => one.active && (!one.currency || one.currency === currency));
  }

  /** Shows a shelf, and looks again when the first of what is sold out is sold again. */
  #show(shelf: Shelf): void {
    this.#shelf = shelf;
    clearTimeout(this.#soonest);
    if (shelf.soonestEnd !== undefined) {
      const waitMs = Math.max(1_000, shelf.soonestEnd - Date.now());
      this.#soonest = setTimeout(() => void this.refresh(), Math.min(waitMs, 24 * 60 * 60_000));
    }
  }

  #begin(): void {
    this.#phase = 'ready';
    this.stop();
    this.#timer = setInterval(() => {
      void this.refresh();
      void this.#readPairing();
    }, askEveryMs);
    void this.readMenu();
    this.#unfollow = follow(`menu:${this.#pairing?.store.id}`, () => this.refresh());
  }
}

/** Gives null where the answer is that nobody is known: not paired, or not signed in. */
async function orNobody<Answer>(asked: Promise<Answer>): Promise<Answer | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) {
      return null;
    }
    throw error;
  }
}
