import { currencyDigits } from '../format/money';

/** A cell: text, or a number that stays one in the spreadsheet. */
export type Cell = string | number;

/** Marks the text as UTF-8, or Excel reads Korean as garbage. */
const byteOrderMark = '\uFEFF';

/** What a spreadsheet takes for the beginning of a formula (OWASP, CSV Injection). */
const formula = /^[=+\-@\t\r]/;

function written(cell: Cell): string {
  if (typeof cell === 'number') {
    return String(cell);
  }
  const harmless = formula.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/**
 * Writes a table as comma-separated values (RFC 4180) that Excel opens in Korean. A text that a spreadsheet would run
 * as a formula gets an apostrophe before it; numbers stay numbers.
 */
export function toCsv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return byteOrderMark + [header, ...rows].map((row) => row.map(written).join(',') + '\r\n').join('');
}

/** An amount as a plain number in the currency's main unit: 4500 won, 4.5 dollars. */
export function major(minor: number, currency: string): number {
  return minor / 10 ** currencyDigits(currency);
}

/** Hands a file to the reader. */
export function save(name: string, content: BlobPart, type: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
