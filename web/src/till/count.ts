/** How many notes or coins of one value there are. */
export interface Count {
  value: number;
  count: number;
}

/** What was typed as the number of notes or coins of each value. */
export type Typed = Record<number, string>;

/** Reads what was typed, without what is empty or no number. */
export function countsOf(typed: Typed): Count[] {
  return Object.entries(typed)
    .map(([value, count]) => ({ value: Number(value), count: Number(count) }))
    .filter(({ count }) => Number.isSafeInteger(count) && count > 0)
    .sort((one, other) => other.value - one.value);
}

/** What the notes and coins come to, in minor units. */
export function sumOf(typed: Typed): number {
  return countsOf(typed).reduce((sum, { value, count }) => sum + value * count, 0);
}
