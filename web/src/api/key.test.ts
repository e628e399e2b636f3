import { describe, expect, it } from 'vitest';
import { newKey } from './key';

describe('newKey', () => {
  it('is a UUID of version 7', () => {
    expect(newKey()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('begins with the time, so that a later key sorts later', () => {
    const early = newKey(Date.UTC(2026, 10, 23));
    expect(early < newKey(Date.UTC(2026, 10, 24))).toBe(true);
    expect(Number.parseInt(early.replaceAll('-', '').slice(0, 12), 16)).toBe(Date.UTC(2026, 10, 23));
  });

  it('is another one each time', () => {
    expect(new Set(Array.from({ length: 1000 }, () => newKey(0))).size).toBe(1000);
  });
});
