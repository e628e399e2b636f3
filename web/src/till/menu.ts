import type { Locale } from '../i18n/locale.svelte';
import type { Availability, Category, Menu, OnHand, OptionGroup, Product, Variant } from './shop';

interface Named {
  name: string;
  name_en?: string;
}

/** The name in the staff's language, where there is one. */
export function nameIn(locale: Locale, named: Named): string {
  return locale === 'en' && named.name_en ? named.name_en : named.name;
}

const firstSyllable = 0xac00;
const lastSyllable = 0xd7a3;
const syllablesPerInitial = 588;
const initials = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ';

/** The initial consonants of a word: 아메리카노 is ㅇㅁㄹㅋㄴ. What is no Korean syllable stays as it is. */
export function initialsOf(text: string): string {
  return Array.from(text, (letter) => {
    const code = letter.codePointAt(0)!;
    return code >= firstSyllable && code <= lastSyllable
      ? initials[Math.floor((code - firstSyllable) / syllablesPerInitial)]
      : letter;
  }).join('');
}

function normalised(text: string): string {
  return text.normalize('NFC').toLowerCase().replace(/\s+/g, '');
}

interface Entry {
  product: Product;
  words: string;
  initials: string;
}

/** No more are found at once: who sees this many types another letter. */
const mostFound = 120;

/** Another one means that the menu has changed: the catalogue, or a price that holds for a while. */
export function revisionOf({ revision, prices }: Pick<Menu, 'revision' | 'prices'>): string {
  return `${revision} ${prices}`;
}

/** What the store sells now, arranged for finding. */
export class Shelf {
  readonly currency: string;
  /** Only categories that have products, in the shop's order. */
  readonly categories: readonly Category[];
  readonly #menu: Menu;
  readonly #entries: Entry[];
  readonly #barcodes = new Map<string, { product: Product; variant: Variant }>();
  readonly #variants = new Map<string, { product: Product; variant: Variant }>();
  readonly #groups: Map<string, OptionGroup>;

  constructor(menu: Menu) {
    this.#menu = menu;
    this.currency = menu.currency;
    this.#groups = new Map(menu.option_groups.map((group) => [group.id, group]));
    this.#entries = menu.products.map((product) => {
      const words = [product.name, product.name_en ?? '', ...product.variants.flatMap((v) => [v.name, v.sku])];
      return { product, words: normalised(words.join('\n')), initials: initialsOf(normalised(product.name)) };
    });
    for (const product of menu.products) {
      for (const variant of product.variants) {
        this.#variants.set(variant.id, { product, variant });
        for (const barcode of variant.barcodes) {
          this.#barcodes.set(barcode, { product, variant });
        }
      }
    }
    const used = new Set(menu.products.map((product) => product.category_id));
    this.categories = menu.categories.filter((category) => used.has(category.id)).sort((a, b) => a.sort - b.sort);
  }

  get empty(): boolean {
    return this.#menu.products.length === 0;
  }

  /** The products of a category; an empty id means those that have none. */
  inCategory(id: string): Product[] {
    return this.#menu.products.filter((product) => product.category_id === id);
  }

  /** Finds products by a part of a name or SKU, by initial consonants, or by a whole barcode. */
  find(query: string): Product[] {
    const wanted = normalised(query);
    if (wanted === '') {
      return [];
    }
    const scanned = this.#barcodes.get(query.trim());
    if (scanned) {
      return [scanned.product];
    }
    const byInitials = [...wanted].every((letter) => initials.includes(letter));
    return this.#entries
      .filter((entry) => (byInitials ? entry.initials : entry.words).includes(wanted))
      .slice(0, mostFound)
      .map((entry) => entry.product);
  }

  barcode(code: string): { product: Product; variant: Variant } | undefined {
    return this.#barcodes.get(code);
  }

  product(id: string): Product | undefined {
    return this.#menu.products.find((product) => product.id === id);
  }

  variant(id: string): { product: Product; variant: Variant } | undefined {
    return this.#variants.get(id);
  }

  groupsOf(product: Product): OptionGroup[] {
    return product.option_groups.flatMap((id) => this.#groups.get(id) ?? []);
  }

  get products(): readonly Product[] {
    return this.#menu.products;
  }

  get groups(): readonly OptionGroup[] {
    return this.#menu.option_groups;
  }

  get revision(): string {
    return revisionOf(this.#menu);
  }

  /** When the first of what is sold out is sold again; undefined when nobody has said a time. */
  get soonestEnd(): number | undefined {
    const ends = this.#menu.products.flatMap((product) =>
      product.variants.flatMap((variant) => (variant.sold_out?.ends_at ? [Date.parse(variant.sold_out.ends_at)] : [])),
    );
    return ends.length > 0 ? Math.min(...ends) : undefined;
  }

  /** The same shelf as it is offered now. */
  offering(now: Availability): Shelf {
    const variants = new Map(now.sold_out.map(({ variant_id, day, ends_at }) => [variant_id, { day, ends_at }]));
    const options = new Set(now.sold_out.map((one) => one.option_id));
    const products = this.#menu.products.map((product) => ({
      ...product,
      variants: product.variants.map((variant) => ({ ...variant, sold_out: variants.get(variant.id) })),
    }));
    const option_groups = this.#menu.option_groups.map((group) => ({
      ...group,
      options: group.options.map((option) => ({ ...option, sold_out: options.has(option.id) })),
    }));
    return new Shelf({ ...this.#menu, products, option_groups }).counted(now.on_hand);
  }

  /** The same shelf with newer counts. */
  counted(counts: readonly OnHand[]): Shelf {
    const onHand = new Map(counts.map((count) => [count.variant_id, count.on_hand]));
    const products = this.#menu.products.map((product) =>
      product.variants.some((variant) => onHand.has(variant.id))
        ? {
            ...product,
            variants: product.variants.map((v) => ({ ...v, on_hand: onHand.get(v.id) ?? v.on_hand })),
          }
        : product,
    );
    return new Shelf({ ...this.#menu, products });
  }
}

/** How many units can still be put into the order; none while it is sold out, null when they aren't counted. */
export function leftOf(variant: Variant, inOrder: number): number | null {
  if (variant.sold_out) {
    return 0;
  }
  return variant.tracked ? Math.max(0, variant.on_hand - inOrder) : null;
}
