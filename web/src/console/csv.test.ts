import { describe, expect, it } from 'vitest';
import { major, toCsv, type Cell } from './csv';

function line(cells: Cell[]): string {
  return toCsv([], [cells]).split('\r\n')[1]!;
}

describe('toCsv', () => {
  it('begins with the mark by which Excel knows UTF-8, and ends every line with CR LF', () => {
    expect(toCsv(['주문', '금액'], [['12', 4500]])).toBe('\uFEFF주문,금액\r\n12,4500\r\n');
  });

  const rows: [name: string, cell: Cell, expected: string][] = [
    ['plain text stays as it is', '아메리카노', '아메리카노'],
    ['a comma needs quotes', '라떼, ICE', '"라떼, ICE"'],
    ['quotes are doubled', '5" 접시', '"5"" 접시"'],
    ['a line break needs quotes', '한 줄\n두 줄', '"한 줄\n두 줄"'],
    ['an equals sign begins no formula', '=1+1', "'=1+1"],
    ['a plus begins no formula', '+82 2 123', "'+82 2 123"],
    ['a minus begins no formula', '-cmd', "'-cmd"],
    ['an at sign begins no formula', '@SUM(A1)', "'@SUM(A1)"],
    ['a tab begins no formula', '\t=1', "'\t=1"],
    ['a formula with a comma is quoted too', '=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
    ['a negative number stays a number', -1000, '-1000'],
  ];
  it.each(rows)('%s', (_name, cell, expected) => {
    expect(line([cell])).toBe(expected);
  });
});

describe('major', () => {
  it('gives won as they are and cents as dollars', () => {
    expect([major(4500, 'KRW'), major(450, 'USD')]).toEqual([4500, 4.5]);
  });
});
