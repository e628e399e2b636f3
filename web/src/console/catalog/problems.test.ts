import { describe, expect, it } from 'vitest';
import { findProblems } from './problems';

const problems = [
  { row: 2, column: '가격', code: 'catalog.range', message: '가격을 숫자로 적어 주세요.' },
  { row: 12, column: 'Barcode', code: 'catalog.barcode', message: '확인 숫자가 맞지 않아요.' },
];

describe('findProblems', () => {
  const rows: [name: string, query: string, expected: number[]][] = [
    ['nothing typed shows all', ' ', [2, 12]],
    ['a row is found by its number', '12', [12]],
    ['a column is found in any case', 'barcode', [12]],
    ['a message is found by a word', '숫자로', [2]],
    ['all words must stand there', '가격 12', []],
  ];
  it.each(rows)('%s', (_name, query, expected) => {
    expect(findProblems(problems, query).map(({ row }) => row)).toEqual(expected);
  });
});
