import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { coalesced } from './coalesce';

describe('coalesced', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('works at once, then once more for all that came within the span', async () => {
    const work = vi.fn(async () => {});
    const { call } = coalesced(work, 1_000);
    call();
    expect(work).toHaveBeenCalledTimes(1);
    call();
    call();
    await vi.advanceTimersByTimeAsync(999);
    expect(work).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(work).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(work).toHaveBeenCalledTimes(2);
  });

  it('never works twice at a time', async () => {
    let finish = (): void => {};
    const work = vi.fn(() => new Promise<void>((done) => (finish = done)));
    const { call } = coalesced(work, 100);
    call();
    call();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(work).toHaveBeenCalledTimes(1);
    finish();
    await vi.advanceTimersByTimeAsync(100);
    expect(work).toHaveBeenCalledTimes(2);
  });

  it('does nothing any more once it was stopped', async () => {
    const work = vi.fn(async () => {});
    const { call, stop } = coalesced(work, 100);
    call();
    call();
    stop();
    await vi.advanceTimersByTimeAsync(1_000);
    call();
    expect(work).toHaveBeenCalledTimes(1);
  });
});
