import type { StockItem } from '../shapes';

/** How much is left, as a filter says it. */
export const levels = ['all', 'tracked', 'low', 'zero'] as const;
export type Level = (typeof levels)[number];

/** So many units or fewer are low. */
const lowUnits = 5;

export function isLevel(text: string): text is Level {
  return (levels as readonly string[]).includes(text);
}

/** Whether an item belongs to a level. What is not counted has none. */
export function levelOf({ tracked, on_hand }: Pick<StockItem, 'tracked' | 'on_hand'>, level: Level): boolean {
  switch (level) {
    case 'all':
      return true;
    case 'tracked':
      return tracked;
    case 'low':
      return tracked && on_hand <= lowUnits;
    case 'zero':
      return tracked && on_hand <= 0;
  }
}
