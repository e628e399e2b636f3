/** The number of units that a text says, or null when it says none. */
export function unitsOf(typed: string, least = 1): number | null {
  const text = typed.trim();
  if (!/^\d{1,9}$/.test(text)) {
    return null;
  }
  const units = Number(text);
  return units >= least ? units : null;
}
