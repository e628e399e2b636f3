import { dictionary } from '../../i18n/dictionary';

/** What the kinds of tender are called. */
export const kinds = dictionary({
  ko: { cash: '현금', card: '카드', other: '기타' },
  en: { cash: 'Cash', card: 'Card', other: 'Other' },
});
