const gramsOfKilogram = 1000;

/** Writes grams as receipts do: 350 is 0.350 kg. */
export function formatWeight(grams: number): string {
  return `${(grams / gramsOfKilogram).toFixed(3)} kg`;
}

/** What so many grams come to at the price of a kilogram, in whole minor units, a half rounded up, as the server does. */
export function weigh(kiloPrice: number, grams: number): number {
  return Math.round((kiloPrice * grams) / gramsOfKilogram);
}
