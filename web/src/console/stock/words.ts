import { dictionary } from '../../i18n/dictionary';
import type { StockMovement } from '../shapes';

export type MovementKind = StockMovement['kind'];
export type Pool = StockMovement['pool'];

/** What moves units, and where they lie, in the shop's words. */
export const stockWords = dictionary({
  ko: {
    receive: '입고',
    adjust: '조정',
    waste: '폐기',
    allocate: '몫 나누기',
    sale: '판매',
    return: '반품',
    import: '파일로 넣음',
    import_undo: '가져오기 되돌림',
    count: '실사',
    send: '보냄',
    arrive: '받음',
    till: '매장 몫',
    web: '온라인 몫',
    floor: '매장',
    location: '위치',
    units: (count: string) => `${count}개`,
  },
  en: {
    receive: 'Received',
    adjust: 'Adjusted',
    waste: 'Wasted',
    allocate: 'Allotted',
    sale: 'Sold',
    return: 'Returned',
    import: 'From a file',
    import_undo: 'Import undone',
    count: 'Counted',
    send: 'Sent',
    arrive: 'Arrived',
    till: 'for the tills',
    web: 'for the web',
    floor: 'Sales floor',
    location: 'Location',
    units: (count) => count,
  },
});

/** A location's name; the sales floor has none of its own. */
export function placeName(location: string): string {
  return location === '' ? stockWords.floor : location;
}

/** A variant as people say it. */
export function variantName(of: { product_name: string; variant_name: string }): string {
  return [of.product_name, of.variant_name].filter(Boolean).join(' ');
}
