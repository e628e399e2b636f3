import { dictionary } from '../i18n/dictionary';

const names = dictionary({
  ko: { owner: '점주', manager: '매니저', cashier: '캐셔', support: '상담', auditor: '감사' },
  en: { owner: 'Owner', manager: 'Manager', cashier: 'Cashier', support: 'Support', auditor: 'Auditor' },
});

/** The roles that there are, the widest first. */
export const roles = ['owner', 'manager', 'cashier', 'support', 'auditor'] as const;

/** A role as it stands on screen. */
export function roleName(role: string): string {
  return (names as Record<string, string>)[role] ?? role;
}
