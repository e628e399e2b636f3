import { dictionary } from '../../i18n/dictionary';

/** By what sales are broken down, in the order of the tabs. */
export const dimensions = ['store', 'product', 'category', 'tender', 'staff', 'discount', 'day'] as const;
export type Dimension = (typeof dimensions)[number];

/** What more than one part of the report says. */
export const words = dictionary({
  ko: {
    store: '매장별',
    product: '상품별',
    category: '카테고리별',
    tender: '결제수단별',
    staff: '직원별',
    discount: '할인별',
    day: '영업일별',
    nounStore: '매장',
    nounProduct: '상품',
    nounCategory: '카테고리',
    nounTender: '결제수단',
    nounStaff: '직원',
    nounDiscount: '할인',
    nounDay: '영업일',
    noCategory: '카테고리 없음',
    more: (percent: string) => `${percent}% 늘었어요`,
    less: (percent: string) => `${percent}% 줄었어요`,
    same: '그대로예요',
    fresh: '새로 생겼어요',
  },
  en: {
    store: 'By store',
    product: 'By product',
    category: 'By category',
    tender: 'By tender',
    staff: 'By staff',
    discount: 'By discount',
    day: 'By day',
    nounStore: 'Store',
    nounProduct: 'Product',
    nounCategory: 'Category',
    nounTender: 'Tender',
    nounStaff: 'Staff',
    nounDiscount: 'Discount',
    nounDay: 'Business day',
    noCategory: 'No category',
    more: (percent) => `${percent}% more`,
    less: (percent) => `${percent}% less`,
    same: 'The same',
    fresh: 'New',
  },
});

/** What one part is called. */
export function nounOf(by: Dimension): string {
  const nouns = {
    store: words.nounStore,
    product: words.nounProduct,
    category: words.nounCategory,
    tender: words.nounTender,
    staff: words.nounStaff,
    discount: words.nounDiscount,
    day: words.nounDay,
  };
  return nouns[by];
}
