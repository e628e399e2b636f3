import { describe, expect, it } from 'vitest';
import { phoneText, typed } from './phone';

describe('a guest’s number', () => {
  it('stands in its groups from the first digit on', () => {
    expect(['', '12', '12345678'].map(phoneText)).toEqual(['010-____-____', '010-12__-____', '010-1234-5678']);
  });
  it('takes eight digits and no more, and gives them back one by one', () => {
    expect(typed('1234567', '8')).toBe('12345678');
    expect(typed('12345678', '9')).toBe('12345678');
    expect(typed('12', '')).toBe('1');
    expect(typed('', '')).toBe('');
  });
});
