/** One banknote that a customer may hand over. */
export interface Note {
  /** In minor units. */
  minor: number;
  /** The letter that adds it, by its place on the keyboard. */
  code: string;
  key: string;
}

const letters = ['S', 'D', 'F', 'G'];

const notes: Record<string, number[]> = {
  KRW: [1_000, 5_000, 10_000, 50_000],
  USD: [1_00, 5_00, 10_00, 20_00],
};

/** The notes of a currency, from small to large, with their letters. Other currencies have none. */
export function notesOf(currency: string): Note[] {
  return (notes[currency] ?? []).map((minor, index) => ({
    minor,
    key: letters[index]!,
    code: `Key${letters[index]!}`,
  }));
}

/** What is received: nothing typed means exactly what is due. */
export function receivedOf(digits: string, due: number): number {
  return digits === '' ? due : Number(digits);
}
