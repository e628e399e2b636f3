import { dictionary } from '../../i18n/dictionary';
import type { PrintJob } from '../shapes';

export const states = dictionary({
  ko: {
    queued: '대기',
    leased: '프린터 확인 중',
    sent: '인쇄 중',
    confirmed: '인쇄됨',
    unknown: '확인 필요',
    waiting: '오래됨',
    failed: '인쇄 불가',
    discarded: '취소',
  },
  en: {
    queued: 'Queued',
    leased: 'Asking the printer',
    sent: 'Printing',
    confirmed: 'Printed',
    unknown: 'Needs a look',
    waiting: 'Too old',
    failed: 'Can’t be printed',
    discarded: 'Not needed',
  },
});

export const stateKinds = {
  queued: 'waits',
  leased: 'active',
  sent: 'active',
  confirmed: 'done',
  unknown: 'stopped',
  waiting: 'stopped',
  failed: 'stopped',
  discarded: 'idle',
} as const satisfies Record<PrintJob['state'], string>;

/** What is not over. */
export const openStates = 'queued,leased,sent,unknown,waiting,failed';
