import { remember } from './tenders';

const storageKey = 'dangol.till.tenders';

/** Which tender paid most of each of this till's last sales, the latest first; kept on the device. */
class Uses {
  #list = $state.raw<readonly string[]>([]);

  get list(): readonly string[] {
    return this.#list;
  }

  restore(): void {
    const found: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]');
    this.#list = Array.isArray(found) ? found.filter((id) => typeof id === 'string') : [];
  }

  add(tenderId: string): void {
    this.#list = remember(this.#list, tenderId);
    localStorage.setItem(storageKey, JSON.stringify(this.#list));
  }
}

export const uses = new Uses();
