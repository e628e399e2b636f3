import { describe, expect, it } from 'vitest';
import { Scanner } from './scanner';

/** Types the keys with the given gap and tells what each scan may have been. */
function type(text: string, gap: number, scanner = new Scanner(), from = 1_000): string[] {
  const keys = [...text].map((key) => (key === '\n' ? 'Enter' : key));
  return keys.flatMap((key, index) => scanner.take(key, from + index * gap) ?? []);
}

describe('Scanner', () => {
  const rows: [name: string, text: string, gap: number, expected: string[]][] = [
    ['digits that come fast and end in Enter are a scan', '8801234567893\n', 10, ['8801234567893']],
    ['letters and dashes are read too', 'AB12-1-000123\n', 15, ['AB12-1-000123']],
    ['the same keys from a person are none', '8801234567893\n', 120, []],
    ['a person who types as fast as people can is none', '8801234567893\n', 60, []],
    ['a burst that is too short is none', '123\n', 5, []],
    ['a burst without Enter is none', '8801234567893', 5, []],
    ['Enter alone is none', '\n', 5, []],
    ['two scans in a row are two', '11112222\n33334444\n', 8, ['11112222', '33334444']],
  ];
  it.each(rows)('%s', (_name, text, gap, expected) => {
    expect(type(text, gap)).toEqual(expected);
  });

  it('leaves out what a person had typed before the scan', () => {
    const scanner = new Scanner();
    type('라떼', 300, scanner);
    expect(type('8801234567893\n', 10, scanner, 5_000)).toEqual(['8801234567893']);
  });

  it('gives both readings when a person typed just before the scan', () => {
    const scanner = new Scanner();
    type('라떼', 120, scanner);
    expect(type('88012345\n', 10, scanner, 1_240)).toEqual(['라떼88012345', '88012345']);
  });

  it('gives both readings when a key of the scan was noticed late', () => {
    const scanner = new Scanner();
    scanner.take('8', 1_000);
    expect(type('801234567893\n', 10, scanner, 1_150)).toEqual(['8801234567893', '801234567893']);
  });

  it('is no scan when the Enter comes from a person after the burst', () => {
    const scanner = new Scanner();
    type('8801234567893', 10, scanner);
    expect(scanner.take('Enter', 9_000)).toBeNull();
  });

  it('passes over Shift and other keys that write nothing', () => {
    const scanner = new Scanner();
    const keys = ['Shift', 'A', 'Shift', 'B', '1', '2', 'Enter'];
    const codes = keys.map((key, index) => scanner.take(key, 1_000 + index * 5));
    expect(codes.at(-1)).toEqual(['AB12']);
  });
});
