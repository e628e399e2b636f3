import { dictionary } from '../../i18n/dictionary';
import { formatMoney } from '../../format/money';
import { locale } from '../../i18n/locale.svelte';
import type { ImportStatus, Product, Store } from '../shapes';

/** What more than one page says about the catalogue. */
export const words = dictionary({
  ko: {
    active: '판매 중',
    archived: '보관함',
    goods: '상품',
    food: '음식·음료',
    service: '서비스',
    unit: '수량',
    open_price: '금액 입력 (시가)',
    weight: '무게',
    askedFor: '금액 입력',
    standard: '과세',
    exempt: '면세',
    zero: '영세율',
    notSold: '안 팔아요',
    from: (price: string) => `${price}부터`,
    checked: '검사 마침',
    refused: '고칠 곳이 있어요',
    applying: '넣는 중',
    applied: '넣었어요',
    undoing: '되돌리는 중',
    undone: '되돌렸어요',
  },
  en: {
    active: 'On sale',
    archived: 'Archived',
    goods: 'Goods',
    food: 'Food and drinks',
    service: 'Service',
    unit: 'Unit',
    open_price: 'Open price',
    weight: 'Weight',
    askedFor: 'entered at the till',
    standard: 'Taxed',
    exempt: 'Exempt',
    zero: 'Zero-rated',
    notSold: 'Not sold',
    from: (price) => `from ${price}`,
    checked: 'Checked',
    refused: 'Needs correction',
    applying: 'Being imported',
    applied: 'Imported',
    undoing: 'Being undone',
    undone: 'Undone',
  },
});

export const importKinds = {
  checked: 'waits',
  refused: 'stopped',
  applying: 'waits',
  applied: 'done',
  undoing: 'waits',
  undone: 'idle',
} as const satisfies Record<ImportStatus, string>;

/** A product's name in the reader's language. */
export function named(of: { name: string; name_en: string }): string {
  return locale.current === 'en' && of.name_en ? of.name_en : of.name;
}

/** What a product costs in a store, and from how much when its variants differ; without a store, in the first. */
export function priceOf(product: Product, stores: readonly Store[], store: string): string {
  const chosen = stores.filter(({ id }) => store === '' || id === store);
  for (const { id, currency } of chosen) {
    const amounts = product.variants
      .filter(({ status }) => status === 'active')
      .flatMap(({ prices }) => prices.filter(({ store_id }) => store_id === id).map(({ amount }) => amount));
    if (amounts.length > 0 && product.sold_by === 'open_price') {
      return words.askedFor;
    }
    if (amounts.length > 0) {
      const kilo = product.sold_by === 'weight' ? '/kg' : '';
      const lowest = formatMoney(Math.min(...amounts), currency, locale.current) + kilo;
      return Math.min(...amounts) === Math.max(...amounts) ? lowest : words.from(lowest);
    }
  }
  return words.notSold;
}
