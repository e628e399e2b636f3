/** Parts per million as people read them: 125000 is 12.5. */
export function percentOf(ppm: number): string {
  return String(Number((ppm / 10_000).toFixed(4)));
}

/** What was typed as a percentage, in parts per million; null for what is none, or has more than four digits behind. */
export function ppmOf(text: string): number | null {
  const match = /^(\d{1,3})(?:[.,](\d{1,4}))?$/.exec(text.trim());
  if (!match) {
    return null;
  }
  const ppm = Number(match[1]) * 10_000 + Number((match[2] ?? '').padEnd(4, '0'));
  return ppm <= 1_000_000 ? ppm : null;
}
