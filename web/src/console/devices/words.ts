import { dictionary } from '../../i18n/dictionary';
import type { Device } from '../shapes';

export const words = dictionary({
  ko: { waiting: '연결 기다림', paired: '연결됨', revoked: '연결 끊음' },
  en: { waiting: 'Waiting to be connected', paired: 'Connected', revoked: 'Disconnected' },
});

export const stateKinds = { waiting: 'waits', paired: 'done', revoked: 'idle' } as const satisfies Record<
  Device['state'],
  string
>;
