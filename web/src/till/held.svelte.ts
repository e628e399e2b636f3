import { read, send } from '../api/client';
import { newKey } from '../api/key';
import type { HeldOrder } from './shop';

/** The orders that the store has set aside. */
export class HeldOrders {
  #items = $state.raw<readonly HeldOrder[]>([]);

  /** The oldest first. */
  get items(): readonly HeldOrder[] {
    return this.#items;
  }

  async read(): Promise<void> {
    const { items } = await read<{ items: HeldOrder[] }>('/v1/held-orders');
    this.#items = items;
  }

  async discard(held: HeldOrder): Promise<void> {
    await send('POST', `/v1/held-orders/${held.id}/discard`, { key: newKey() });
    await this.read();
  }
}
