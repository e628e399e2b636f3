/** How much is left, as a filter says it. */
export const levels = ['all', 'tracked', 'low', 'zero', 'web'] as const;
export type Level = (typeof levels)[number];

export function isLevel(text: string): text is Level {
  return (levels as readonly string[]).includes(text);
}
