/** A pair of Korean particles, written as after a final consonant and after a vowel. */
export type Particle = '은/는' | '이/가' | '을/를' | '과/와' | '으로/로';

const firstSyllable = 0xac00;
const lastSyllable = 0xd7a3;
const finals = 28;
const finalRieul = 8;

/** Digits as they are read aloud: 영 일 이 삼 사 오 육 칠 팔 구. The value is the final's index, 0 for none. */
const digitFinals = [21, finalRieul, 0, 16, 0, 0, 1, finalRieul, finalRieul, 0];

/** Latin letters whose Korean names end in a consonant: L (엘), M (엠), N (엔), R (알). */
const letterFinals: Record<string, number> = { l: finalRieul, m: 16, n: 4, r: finalRieul };

function finalOf(word: string): number {
  const last = word.replace(/[^\p{L}\p{N}]+$/u, '').at(-1) ?? '';
  const code = last.codePointAt(0) ?? 0;
  if (code >= firstSyllable && code <= lastSyllable) {
    return (code - firstSyllable) % finals;
  }
  if (last >= '0' && last <= '9') {
    return digitFinals[Number(last)] ?? 0;
  }
  return letterFinals[last.toLowerCase()] ?? 0;
}

/** Gives the word with the particle that fits its last sound: 라떼를, 물을, 서울로. */
export function withParticle(word: string, particle: Particle): string {
  const [afterConsonant, afterVowel] = particle.split('/') as [string, string];
  const final = finalOf(word);
  const vowelForm = final === 0 || (particle === '으로/로' && final === finalRieul);
  return word + (vowelForm ? afterVowel : afterConsonant);
}
