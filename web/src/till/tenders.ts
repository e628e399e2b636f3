import type { Slip } from '../ui/slip';
import type { Tender } from './shop';

/** One part of a payment: what is handed over of a tender, in minor units. */
export interface Part {
  tender: Tender;
  amount: number;
  /** Of a card. */
  slip?: Slip;
}

/** The tenders that the till takes, in the organisation's order. */
export function taken(tenders: readonly Tender[]): Tender[] {
  return tenders.filter((tender) => tender.active);
}

/** What the parts leave to pay; never below zero. */
export function leftToPay(parts: readonly Part[], due: number): number {
  return Math.max(0, due - handed(parts));
}

/** What goes back in cash. */
export function changeOf(parts: readonly Part[], due: number): number {
  return Math.max(0, handed(parts) - due);
}

function handed(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + part.amount, 0);
}

/**
 * Adds what is handed over of a tender: the typed amount, or all that is left. Only a tender that gives change can be more
 * than that. The same tender again is the same part.
 */
export function addPart(parts: readonly Part[], tender: Tender, typed: number | null, due: number): Part[] {
  const left = leftToPay(parts, due);
  const amount = tender.gives_change ? (typed ?? left) : Math.min(typed ?? left, left);
  if (left === 0 || amount <= 0) {
    return [...parts];
  }
  const at = parts.findIndex((part) => part.tender.id === tender.id);
  return at < 0
    ? [...parts, { tender, amount }]
    : parts.map((part, index) => (index === at ? { tender, amount: part.amount + amount } : part));
}

/** How many sales back the till remembers what was paid with. */
export const remembered = 60;

/** What the till remembers after a sale that was paid with a tender. */
export function remember(uses: readonly string[], tenderId: string): string[] {
  return [tenderId, ...uses].slice(0, remembered);
}

/**
 * The tender of the large key: the chosen one, otherwise the one that paid most of this till's last sales. A till that
 * has not sold yet begins with the organisation's first.
 */
export function favourite(tenders: readonly Tender[], uses: readonly string[], chosen: string): Tender | undefined {
  const usable = taken(tenders);
  const count = (tender: Tender): number => uses.filter((id) => id === tender.id).length;
  const most = Math.max(0, ...usable.map(count));
  return usable.find((tender) => tender.id === chosen) ?? usable.find((tender) => count(tender) === most);
}

/** The tender of the key beside the large one: cash, or card when that is the large one. */
export function beside(tenders: readonly Tender[], first: Tender | undefined): Tender | undefined {
  const usable = taken(tenders).filter((tender) => tender.id !== first?.id);
  return (
    usable.find((tender) => tender.kind === 'cash') ?? usable.find((tender) => tender.kind === 'card') ?? usable[0]
  );
}
