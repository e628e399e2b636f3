/** The digits that a guest types after 010. */
export const phoneDigits = 8;

/** Writes what was typed so far as a Korean mobile number, with a place for each digit that is missing. */
export function phoneText(typed: string): string {
  const digits = typed.padEnd(phoneDigits, '_');
  return `010-${digits.slice(0, 4)}-${digits.slice(4)}`;
}

/** Types one more digit, or takes the last one off with an empty one. */
export function typed(before: string, digit: string): string {
  return digit === '' ? before.slice(0, -1) : (before + digit).slice(0, phoneDigits);
}
