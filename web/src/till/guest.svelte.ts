import { read, send } from '../api/client';
import type { components } from '../api/schema';
import { coalesced } from '../live/coalesce';
import { follow } from '../live/live';
import { unitPrice, type Cart } from './cart';
import { counted } from './choice';
import type { Sold } from './shop';

type Scene = components['schemas']['DisplayScene'];
type Shown = components['schemas']['DisplayView'];

/** How often the guest's display is told something new at most, in milliseconds. */
const tellEveryMs = 200;

/**
 * What the guest sees of an order that grows, or of what was just paid. A line costs what is left of it after all
 * discounts, as soon as the server has said that, so that the lines add up to the total.
 */
export function sceneOf(
  cart: Cart,
  quote: { lines: readonly { net: number }[] } | null,
  total: number,
  currency: string,
  sold: Pick<Sold, 'receipt' | 'change'> | null,
): Scene {
  if (sold) {
    const received = sold.receipt.tenders.reduce((sum, tender) => sum + tender.amount, 0);
    return {
      state: 'paid',
      currency: sold.receipt.currency,
      lines: [],
      total: sold.receipt.totals.total,
      received,
      change: sold.change,
      call_number: sold.receipt.call_number,
    };
  }
  const lines = cart.lines.map((line, index) => ({
    name: [line.product.name, line.variant.name].filter(Boolean).join(' '),
    name_en: [line.product.name_en ?? line.product.name, line.variant.name].filter(Boolean).join(' '),
    detail: counted(line.options)
      .map(({ option, count }) => (count > 1 ? `${option.name} ×${count}` : option.name))
      .join(' · '),
    quantity: line.quantity,
    amount: quote?.lines[index]?.net ?? unitPrice(line) * line.quantity,
    ...(line.grams > 0 && { grams: line.grams, kilo_price: line.variant.price }),
  }));
  return { state: lines.length > 0 ? 'order' : 'idle', currency, lines, total };
}

/** The display on the guest's side of this till. It is told what happens; that it can't be is no reason to sell slower. */
export class Guest {
  #scene: Scene | undefined;
  #asking = $state(false);
  #phone = $state('');
  readonly #telling = coalesced(() => this.#tell(), tellEveryMs);

  /** Whether the guest is asked for a phone number. */
  get asking(): boolean {
    return this.#asking;
  }

  /** The eight digits after 010 that the guest has typed; empty until then. */
  get phone(): string {
    return this.#phone;
  }

  /** Listens for what the guest types on this till's display, until the answer is called. */
  listen(till: string): () => void {
    const stop = follow(`display:${till}`, async () => {
      if (this.#asking) {
        try {
          this.#phone = (await read<Shown>('/v1/display')).phone;
        } catch {
          // Read again with the next hint, or when the number is asked for again.
        }
      }
    });
    return () => {
      stop();
      this.#telling.stop();
    };
  }

  show(scene: Scene): void {
    this.#scene = scene;
    this.#telling.call();
  }

  /** Begins to ask the guest for a number, or takes the keypad and the number off. */
  ask(asking: boolean): void {
    this.#asking = asking;
    this.#phone = '';
    this.#telling.call();
  }

  async #tell(): Promise<void> {
    if (this.#scene) {
      try {
        await send('PUT', '/v1/display', { body: { ...this.#scene, ask_phone: this.#asking } });
      } catch {
        // The next change tells it again.
      }
    }
  }
}
