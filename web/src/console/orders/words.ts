import { dictionary } from '../../i18n/dictionary';
import type { OrderStatus } from '../shapes';

/** What more than one page says about orders. */
export const words = dictionary({
  ko: {
    paid: '결제 완료',
    partly_refunded: '일부 환불',
    refunded: '전부 환불',
    eat_in: '매장',
    takeaway: '포장',
    call: (number: string) => `${number}번`,
  },
  en: {
    paid: 'Paid',
    partly_refunded: 'Partly refunded',
    refunded: 'Refunded',
    eat_in: 'Eat in',
    takeaway: 'Takeaway',
    call: (number) => `No. ${number}`,
  },
});

/** How a status looks: what was paid back in part still has something left to do or to look at. */
export const statusKinds = { paid: 'done', partly_refunded: 'waits', refunded: 'idle' } as const satisfies Record<
  OrderStatus,
  string
>;
