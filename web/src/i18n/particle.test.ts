import { describe, expect, it } from 'vitest';
import { withParticle, type Particle } from './particle';

describe('withParticle', () => {
  const rows: [name: string, word: string, particle: Particle, expected: string][] = [
    ['a word that ends in a vowel takes the short form', '라떼', '을/를', '라떼를'],
    ['a word that ends in a consonant takes the long form', '물', '을/를', '물을'],
    ['ㄹ before 로 counts as a vowel', '서울', '으로/로', '서울로'],
    ['other consonants before 으로 do not', '현금', '으로/로', '현금으로'],
    ['a digit is read in Korean: 3 is 삼', '3', '은/는', '3은'],
    ['a digit is read in Korean: 2 is 이', '주문 12', '이/가', '주문 12가'],
    ['a Latin letter is read by its name: L is 엘', 'XL', '이/가', 'XL이'],
    ['another Latin letter ends in a vowel', 'A', '과/와', 'A와'],
    ['what follows the last letter is passed over', '아메리카노(ICE)', '을/를', '아메리카노(ICE)를'],
    ['an empty word takes the short form', '', '은/는', '는'],
  ];
  it.each(rows)('%s', (_name, word, particle, expected) => {
    expect(withParticle(word, particle)).toBe(expected);
  });
});
