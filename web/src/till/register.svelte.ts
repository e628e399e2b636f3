import { send } from '../api/client';
import { newKey } from '../api/key';
import { ApiProblem } from '../api/problem';
import type { Receipt } from '../ui/receipt';
import {
  add,
  askedBasket,
  cartFrom,
  emptyCart,
  mostUnits,
  setDiscounts,
  setQuantity,
  sum,
  takenOf,
  unmeasured,
  type Cart,
  type Given,
  type Measured,
} from './cart';
import type { Choice } from './choice';
import { leftOf } from './menu';
import type { Kept, Outbox, Outcome } from './outbox.svelte';
import type {
  Approval,
  CashReceiptAsked,
  HeldOrder,
  Service,
  OptionGroup,
  Product,
  Quote,
  QuoteRequest,
  Refunded,
  Practised,
  SaleRequest,
  Shown,
  Sold,
  Variant,
} from './shop';
import { preferences } from './preferences.svelte';
import type { Part } from './tenders';
import type { Terminal } from './terminal.svelte';

/** How long the order rests before the server is asked what it costs, in milliseconds. */
const quoteAfterMs = 120;

/** How someone who approves proves who they are. */
export type Approver = { login: string; password: string } | { staff_id: string; pin: string };

/** The order at the counter: what stands in it, what it costs, and how its payment goes. */
export class Register {
  #cart = $state.raw<Cart>(emptyCart);
  #selected = $state<number | null>(null);
  #quoted = $state.raw<{ cart: Cart; quote: Quote } | null>(null);
  #refusal = $state.raw<{ cart: Cart; error: unknown } | null>(null);
  #approval = $state.raw<{ hash: string; approval: Approval } | null>(null);
  /** The order that is being set aside: sent again, it keeps its key, so that it is held once. */
  #holding: { cart: Cart; key: string } | null = null;
  #paying = $state.raw<Kept | null>(null);
  #unknown = $state(false);
  #sold = $state.raw<Shown | null>(null);
  #lastReceipt = $state.raw<Receipt | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #terminal: Terminal;
  readonly #outbox: Outbox;

  constructor(terminal: Terminal, outbox: Outbox) {
    this.#terminal = terminal;
    this.#outbox = outbox;
  }

  get cart(): Cart {
    return this.#cart;
  }

  get currency(): string {
    return this.#terminal.shelf?.currency ?? this.#terminal.pairing?.store.currency ?? 'KRW';
  }

  /** The key of the line that + and − change. */
  get selected(): number | null {
    return this.#selected;
  }

  /** What the server says that this order costs; null until it has. */
  get quote(): Quote | null {
    return this.#quoted?.cart === this.#cart ? this.#quoted.quote : null;
  }

  /** The yes of someone who may take off more, when it is for just what is quoted now. */
  get approval(): Approval | null {
    return this.quote && this.#approval?.hash === this.quote.hash ? this.#approval.approval : null;
  }

  /** Whether someone else has to allow the discounts before this order can be paid. */
  get needsApproval(): boolean {
    return !preferences.training && this.quote?.needs_approval === true && this.approval === null;
  }

  /** Why the server can't say what this order costs. */
  get refusal(): unknown {
    return this.#refusal?.cart === this.#cart ? this.#refusal.error : null;
  }

  /** The total that is shown: the server's, until it arrives the till's own sum. */
  get total(): number {
    return this.quote?.totals.total ?? sum(this.#cart);
  }

  /** Whether a payment is on its way, or its result not known yet. */
  get paying(): boolean {
    return this.#paying !== null;
  }

  get resultUnknown(): boolean {
    return this.#unknown;
  }

  /** The sale that was just made. */
  get sold(): Shown | null {
    return this.#sold;
  }

  get lastReceipt(): Receipt | null {
    return this.#lastReceipt;
  }

  /** How many units can still be added; null when they aren't counted. */
  left(variant: Variant): number | null {
    return leftOf(variant, takenOf(this.#cart, variant.id));
  }

  /** Puts units into the order. It says false, and changes nothing, when there aren't so many. */
  put(
    product: Product,
    variant: Variant,
    groups: readonly OptionGroup[],
    choice: Choice,
    quantity = 1,
    measured: Measured = unmeasured,
  ): boolean {
    const left = this.left(variant);
    if (left !== null && left < quantity * Math.max(1, measured.grams)) {
      return false;
    }
    this.#sold = null;
    const { cart, key } = add(this.#cart, product, variant, groups, choice, quantity, measured);
    this.#selected = key;
    this.#replace(cart);
    return true;
  }

  /** Changes how many units a line has; a piece that was weighed stays one. It says false when there aren't so many. */
  step(key: number, by: number): boolean {
    const line = this.#cart.lines.find((candidate) => candidate.key === key);
    if (!line || line.quantity + by > (line.grams > 0 ? 1 : mostUnits)) {
      return line !== undefined;
    }
    const left = this.left(line.variant);
    if (by > 0 && left !== null && left < by) {
      return false;
    }
    this.#replace(setQuantity(this.#cart, key, line.quantity + by));
    return true;
  }

  remove(key: number): void {
    this.#replace(setQuantity(this.#cart, key, 0));
  }

  clear(): void {
    this.#replace(emptyCart);
  }

  /** Replaces what is taken off a line, or with no line, off the order as a whole. */
  discount(key: number | null, discounts: readonly Given[]): void {
    this.#replace(setDiscounts(this.#cart, key, discounts));
  }

  /** How this order is taken; empty when this till asks nobody. */
  get service(): Service | '' {
    return preferences.service === '' ? '' : (this.#cart.service ?? preferences.service);
  }

  serve(service: Service): void {
    this.#replace({ ...this.#cart, service });
  }

  /** Sets the order aside under a name, and begins the next one. */
  async hold(name: string): Promise<void> {
    const cart = this.#cart;
    const body = { ...askedBasket(cart, preferences.service), name };
    if (this.#holding?.cart !== cart) {
      this.#holding = { cart, key: newKey() };
    }
    await send('POST', '/v1/held-orders', { body, key: this.#holding.key });
    if (this.#cart === cart) {
      this.#replace(emptyCart);
    }
  }

  /** Goes on with a held order, and says how many of its lines and options are not sold any more. */
  async recall(held: HeldOrder): Promise<number> {
    const shelf = this.#terminal.shelf;
    if (!shelf) {
      throw new Error('an order is recalled only when it is known what is sold');
    }
    const { basket } = await send<HeldOrder>('POST', `/v1/held-orders/${held.id}/recall`, { key: newKey() });
    const { cart, gone } = cartFrom(basket, shelf, this.#terminal.discounts);
    this.#replace(cart);
    return gone;
  }

  /** Has someone who proves who they are allow the discounts of what is quoted now. */
  async approve(approver: Approver): Promise<void> {
    const quote = this.quote;
    if (quote) {
      const body = { ...askedBasket(this.#cart, preferences.service), approver };
      const approval = await send<Approval>('POST', '/v1/approvals', { body, key: newKey() });
      this.#approval = { hash: quote.hash, approval };
    }
  }

  /** Puts an order back as it was. */
  restore(cart: Cart): void {
    this.#replace(cart);
  }

  select(key: number | null): void {
    this.#selected = key;
  }

  /** Asks again what the order costs. */
  requote(): void {
    this.#replace({ ...this.#cart });
  }

  /**
   * Sells the order for what is handed over. The outcome says what became of it; an unknown one is kept, and nothing may
   * be charged again for it.
   */
  async pay(parts: readonly Part[], receipt?: CashReceiptAsked): Promise<Outcome<Shown>> {
    const quote = this.quote;
    if (!quote) {
      throw new Error('an order is paid only when its total is known');
    }
    const body: SaleRequest = {
      ...askedBasket(this.#cart, preferences.service),
      approval_id: this.approval?.id,
      tenders: parts.map(({ tender, amount, slip }) => ({ tender_id: tender.id, amount, slip })),
      cash_receipt: receipt,
      expected_total: quote.totals.total,
    };
    if (preferences.training) {
      return this.#practise(body);
    }
    const entry: Kept = {
      key: newKey(),
      at: Date.now(),
      kind: 'sale',
      path: '/v1/checkouts',
      body: JSON.stringify(body),
      amount: quote.totals.total,
      currency: quote.currency,
      unsure: false,
      refusal: '',
    };
    this.#paying = entry;
    try {
      const outcome = await this.#outbox.submit<Sold>(entry);
      if (outcome.kind === 'done') {
        this.#finish(outcome.answer);
      } else if (outcome.kind === 'unknown') {
        this.#unknown = true;
      } else {
        this.#paying = null;
        this.#terminal.heed(outcome.problem);
        void this.#terminal.readMenu();
      }
      return outcome;
    } catch (error) {
      this.#paying = null;
      throw error;
    }
  }

  /** Does as if it were sold: the server keeps nothing of it, and so does the outbox. */
  async #practise(body: SaleRequest): Promise<Outcome<Shown>> {
    try {
      const answer = await send<Practised>('POST', '/v1/practice-sales', { body });
      this.#sold = answer;
      this.#replace(emptyCart);
      return { kind: 'done', answer };
    } catch (error) {
      if (error instanceof ApiProblem) {
        this.#terminal.heed(error);
        return { kind: 'refused', problem: error };
      }
      throw error;
    }
  }

  /** Leaves the kept sale to the outbox and begins the next order. */
  goOn(): void {
    this.#paying = null;
    this.#unknown = false;
    this.#replace(emptyCart);
  }

  /** Hears what became of something kept. It says whether someone stands before it and sees it anyway. */
  settled(entry: Kept, outcome: Outcome<unknown>): boolean {
    const awaited = this.#paying?.key === entry.key;
    if (outcome.kind === 'done' && entry.kind === 'sale') {
      const sold = outcome.answer as Sold;
      if (awaited) {
        this.#finish(sold);
      } else {
        this.#lastReceipt = sold.receipt;
        this.#terminal.count(sold.on_hand);
      }
    } else if (outcome.kind === 'done') {
      this.refunded(outcome.answer as Refunded);
    } else if (awaited && outcome.kind === 'refused') {
      this.#paying = null;
      this.#unknown = false;
      void this.#outbox.forget(entry.key);
      this.#refusal = { cart: this.#cart, error: outcome.problem };
    }
    return awaited;
  }

  /** Takes over what a refund changed. */
  refunded(refund: Refunded): void {
    this.#lastReceipt = refund.receipt;
    this.#terminal.count(refund.on_hand);
  }

  /** Leaves the sale that was just made. */
  next(): void {
    this.#sold = null;
  }

  #finish(sold: Sold): void {
    this.#paying = null;
    this.#unknown = false;
    this.#sold = sold;
    this.#lastReceipt = sold.receipt;
    this.#terminal.count(sold.on_hand);
    this.#replace(emptyCart);
  }

  #replace(cart: Cart): void {
    this.#cart = cart;
    if (!cart.lines.some((line) => line.key === this.#selected)) {
      this.#selected = cart.lines.at(-1)?.key ?? null;
    }
    clearTimeout(this.#timer);
    if (cart.lines.length > 0) {
      this.#timer = setTimeout(() => void this.#ask(cart), quoteAfterMs);
    }
  }

  async #ask(cart: Cart): Promise<void> {
    const body: QuoteRequest = {
      store_id: this.#terminal.pairing?.store.id ?? '',
      ...askedBasket(cart, preferences.service),
    };
    try {
      const quote = await send<Quote>('POST', '/v1/quotes', { body });
      this.#quoted = { cart, quote };
    } catch (error) {
      this.#refusal = { cart, error };
      if (error instanceof ApiProblem) {
        this.#terminal.heed(error);
      }
    }
  }
}
