import { describe, expect, it } from 'vitest';
import { notesOf, receivedOf } from './cash';

describe('cash', () => {
  it('has the notes of Korea', () => {
    expect(notesOf('KRW').map((note) => [note.key, note.minor])).toEqual([
      ['S', 1000],
      ['D', 5000],
      ['F', 10000],
      ['G', 50000],
    ]);
  });

  it('counts dollars in cents', () => {
    expect(notesOf('USD').map((note) => note.minor)).toEqual([100, 500, 1000, 2000]);
  });

  it('has no notes for a currency that it doesn’t know', () => {
    expect(notesOf('JPY')).toEqual([]);
  });

  it('takes nothing typed for exactly what is due', () => {
    expect([receivedOf('', 4500), receivedOf('5000', 4500), receivedOf('0', 4500)]).toEqual([4500, 5000, 0]);
  });
});
