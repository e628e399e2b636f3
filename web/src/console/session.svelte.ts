import { read, send } from '../api/client';
import { ApiProblem } from '../api/problem';
import type { SignedIn, Store } from './shapes';

const storeKey = 'dangol.console.store';

/** The stores that can be chosen among; a person who works in more sees the first ones. */
async function readStores(): Promise<Store[]> {
  return (await read<{ items: Store[] }>('/v1/stores', { limit: 200 })).items;
}

/** Who is signed in on this browser, what they may, and which store they look at. */
class ConsoleSession {
  #who = $state.raw<SignedIn | null>(null);
  #stores = $state.raw<Store[]>([]);
  #state = $state<'asking' | 'failed' | 'out' | 'in'>('asking');
  #error = $state.raw<unknown>();
  #ended = $state(false);
  #store = $state('');

  get state(): 'asking' | 'failed' | 'out' | 'in' {
    return this.#state;
  }

  /** Why it could not be asked who is signed in. */
  get error(): unknown {
    return this.#error;
  }

  /** Whether someone was signed in here until the session ended by itself. */
  get ended(): boolean {
    return this.#ended;
  }

  get who(): SignedIn | null {
    return this.#who;
  }

  /** The stores that the person may see. */
  get stores(): readonly Store[] {
    return this.#stores;
  }

  may(permission: string): boolean {
    return this.#who?.permissions.includes(permission) ?? false;
  }

  /** Whether the person has business here: who only sells has none. */
  get welcome(): boolean {
    return ['books.read', 'stock.read', 'stock.count', 'device.read'].some((permission) => this.may(permission));
  }

  /** The store that is meant when an address names none or one that can't be seen: the last one looked at. */
  store(id: string | null): Store | undefined {
    const wanted = id ?? this.#store;
    return this.#stores.find((store) => store.id === wanted) ?? this.#stores[0];
  }

  /** Remembers which store is looked at. */
  look(store: string): void {
    this.#store = store;
    localStorage.setItem(storeKey, store);
  }

  /** Asks who is signed in. */
  async restore(): Promise<void> {
    this.#state = 'asking';
    this.#store = localStorage.getItem(storeKey) ?? '';
    try {
      await this.#enter(await read<SignedIn>('/v1/session'));
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) {
        this.#state = 'out';
        return;
      }
      this.#error = error;
      this.#state = 'failed';
    }
  }

  /** Signs in; a refusal is thrown with the server's sentence. */
  async signIn(login: string, password: string): Promise<void> {
    await this.#enter(await send<SignedIn>('POST', '/v1/sessions', { body: { login, password } }));
  }

  async signOut(): Promise<void> {
    await send('DELETE', '/v1/session');
    this.#leave(false);
  }

  /** Takes the stores as they are now, after one was added or changed. */
  setStores(stores: Store[]): void {
    this.#stores = stores;
  }

  /** The server says that the session is over. */
  end(): void {
    if (this.#state === 'in') {
      this.#leave(true);
    }
  }

  async #enter(who: SignedIn): Promise<void> {
    this.#stores = who.permissions.includes('place.read') ? await readStores() : [];
    this.#who = who;
    this.#ended = false;
    this.#state = 'in';
  }

  #leave(ended: boolean): void {
    this.#who = null;
    this.#stores = [];
    this.#ended = ended;
    this.#state = 'out';
  }
}

export const session = new ConsoleSession();
