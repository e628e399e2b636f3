import type { ImportProblem } from '../shapes';

/** The problems of a file that have all the words that were typed, wherever they stand: row, column or message. */
export function findProblems(problems: readonly ImportProblem[], query: string): ImportProblem[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return problems.filter(({ row, column, message }) => {
    const text = `${row} ${column} ${message}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
