import { formatMoney } from '../../format/money';
import { dictionary } from '../../i18n/dictionary';
import { locale } from '../../i18n/locale.svelte';
import { session } from '../session.svelte';
import type { Category, OptionGroup } from '../shapes';
import { currencyOf, type Change } from './product';
import { named, words } from './words';

const said = dictionary({
  ko: {
    none: '없음',
    yes: '예',
    no: '아니요',
    values: '옵션 값',
    name: '이름',
    name_en: '영어 이름',
    handle: '상품 코드',
    description: '설명',
    category_id: '카테고리',
    kind: '종류',
    sold_by: '판매 방식',
    least_price: '최소 금액',
    most_price: '최대 금액',
    status: '상태',
    axes: '나누는 기준',
    option_groups: '옵션',
    sku: 'SKU',
    tracked: '재고 세기',
    tax_class: '과세',
    barcodes: '바코드',
    prices: '가격',
    recipe: '레시피',
  },
  en: {
    none: 'none',
    yes: 'yes',
    no: 'no',
    values: 'Option values',
    name: 'Name',
    name_en: 'English name',
    handle: 'Product code',
    description: 'Description',
    category_id: 'Category',
    kind: 'Kind',
    sold_by: 'Sold by',
    least_price: 'Lowest amount',
    most_price: 'Highest amount',
    status: 'Status',
    axes: 'Split by',
    option_groups: 'Options',
    sku: 'SKU',
    tracked: 'Stock is counted',
    tax_class: 'Tax',
    barcodes: 'Barcode',
    prices: 'Price',
    recipe: 'Recipe',
  },
});

type What = Pick<Change, 'field' | 'variant' | 'store'>;

/** What changed: the field, and of which variant in which store. */
export function changeLabel({ field, variant, store }: What): string {
  const place = session.stores.find(({ id }) => id === store)?.name;
  return [(said as Record<string, string>)[field] ?? field, variant, place].filter(Boolean).join(' · ');
}

/** A value of a change as people read it. */
export function changeValue(
  { field, store }: What,
  value: string,
  categories: readonly Category[],
  groups: readonly OptionGroup[],
): string {
  if (value === '') {
    return field === 'prices' ? words.notSold : said.none;
  }
  switch (field) {
    case 'prices': {
      const currency = session.stores.find(({ id }) => id === store)?.currency ?? 'KRW';
      return formatMoney(Number(value), currency, locale.current);
    }
    case 'tracked':
      return value === 'true' ? said.yes : said.no;
    case 'category_id': {
      const category = categories.find(({ id }) => id === value);
      return category ? named(category) : said.none;
    }
    case 'option_groups':
      return value
        .split(', ')
        .map((id) => groups.find((group) => group.id === id))
        .map((group) => (group ? named(group) : ''))
        .filter(Boolean)
        .join(', ');
    case 'least_price':
    case 'most_price':
      return value === '0' ? said.none : formatMoney(Number(value), currencyOf(session.stores), locale.current);
    case 'kind':
    case 'sold_by':
    case 'status':
    case 'tax_class':
      return (words as unknown as Record<string, string>)[value] ?? value;
    default:
      return value;
  }
}
