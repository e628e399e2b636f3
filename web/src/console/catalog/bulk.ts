import { dictionary } from '../../i18n/dictionary';
import { formatMoney, parseMoney } from '../../format/money';
import { locale } from '../../i18n/locale.svelte';
import type { BulkChange, BulkEdit, Category, Store } from '../shapes';
import { named, words } from './words';

/** How a price is changed, as a person says it. */
export type PriceWay = 'set' | 'raise' | 'lower' | 'raisePercent' | 'lowerPercent';

/** A bulk edit as it stands in the form; empty is what stays. */
export interface BulkDraft {
  category_id: string;
  status: '' | 'active' | 'archived';
  tax_class: '' | 'standard' | 'exempt' | 'zero';
  way: '' | PriceWay;
  /** An amount or a percentage as typed. */
  value: string;
  step: string;
  stores: string[];
}

/** In a choice of categories, that a product gets none. */
export const noCategory = 'none';

/** A percentage as typed in hundredths of a percent: 2.5 is 250. Null for what is none. */
export function parsePercent(text: string): number | null {
  const found = /^(\d{1,4})(?:\.(\d{1,2}))?\s*%?$/.exec(text.trim());
  return found ? Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0')) : null;
}

/** What is sent, or null when the amount is none. Prices are changed in stores of one currency. */
export function changeOf(draft: BulkDraft, currency: string): BulkChange | null {
  const change: BulkChange = {};
  if (draft.category_id !== '') {
    change.category_id = draft.category_id === noCategory ? '' : draft.category_id;
  }
  if (draft.status !== '') {
    change.status = draft.status;
  }
  if (draft.tax_class !== '') {
    change.tax_class = draft.tax_class;
  }
  if (draft.way !== '') {
    const percent = draft.way === 'raisePercent' || draft.way === 'lowerPercent';
    const value = percent ? parsePercent(draft.value) : parseMoney(draft.value, currency);
    if (value === null) {
      return null;
    }
    const down = draft.way === 'lower' || draft.way === 'lowerPercent';
    change.price = {
      store_ids: draft.stores,
      mode: percent ? 'percent' : draft.way === 'set' ? 'set' : 'add',
      value: down ? -value : value,
      step: draft.way === 'set' ? 1 : Number(draft.step),
    };
  }
  return change;
}

const say = dictionary({
  ko: {
    category: (name: string) => `카테고리 → ${name}`,
    none: '없음',
    tax: (kind: string) => `과세 → ${kind}`,
    archived: '보관',
    active: '다시 판매',
    set: (amount: string) => `가격 ${amount}`,
    more: (amount: string) => `가격 ${amount} 올림`,
    less: (amount: string) => `가격 ${amount} 내림`,
  },
  en: {
    category: (name) => `Category → ${name}`,
    none: 'none',
    tax: (kind) => `Tax → ${kind}`,
    archived: 'Archived',
    active: 'Sold again',
    set: (amount) => `Price ${amount}`,
    more: (amount) => `Price up by ${amount}`,
    less: (amount) => `Price down by ${amount}`,
  },
});

/** What a bulk edit did, in words. */
export function bulkWords(edit: BulkEdit, categories: readonly Category[], stores: readonly Store[]): string {
  const parts: string[] = [];
  if (edit.category_id !== undefined) {
    const category = categories.find(({ id }) => id === edit.category_id);
    parts.push(say.category(category ? named(category) : say.none));
  }
  if (edit.status) {
    parts.push(say[edit.status]);
  }
  if (edit.tax_class) {
    parts.push(say.tax(words[edit.tax_class]));
  }
  if (edit.price) {
    const { mode, value, store_ids } = edit.price;
    const places = stores.filter(({ id }) => store_ids.includes(id));
    const amount =
      mode === 'percent'
        ? `${Math.abs(value) / 100}%`
        : formatMoney(Math.abs(value), places[0]?.currency ?? 'KRW', locale.current);
    const said = mode === 'set' ? say.set(amount) : value < 0 ? say.less(amount) : say.more(amount);
    parts.push([said, ...places.map(({ name }) => name)].join(' · '));
  }
  return parts.join(', ');
}
