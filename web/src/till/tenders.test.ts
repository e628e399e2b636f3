import { describe, expect, it } from 'vitest';
import { card, cash, closed, voucher } from './fixture';
import { addPart, beside, changeOf, favourite, leftToPay, remember, remembered } from './tenders';

describe('a payment of several parts', () => {
  it('takes all that is left when nothing was typed', () => {
    const parts = addPart(addPart([], card, 6000, 10_000), cash, null, 10_000);
    expect(parts.map(({ amount }) => amount)).toEqual([6000, 4000]);
    expect(leftToPay(parts, 10_000)).toBe(0);
  });

  it('takes no more than is left of a tender without change', () => {
    expect(addPart([], card, 12_000, 10_000)).toEqual([{ tender: card, amount: 10_000 }]);
  });

  it('gives change for what was handed over beyond what is left', () => {
    const parts = addPart([], voucher, 15_000, 10_000);
    expect(changeOf(parts, 10_000)).toBe(5000);
    expect(leftToPay(parts, 10_000)).toBe(0);
  });

  it('adds the same tender to what was handed over of it', () => {
    const parts = addPart(addPart([], cash, 1000, 10_000), cash, 5000, 10_000);
    expect(parts).toEqual([{ tender: cash, amount: 6000 }]);
  });

  it('takes nothing when everything is paid', () => {
    const paid = addPart([], card, null, 10_000);
    expect(addPart(paid, cash, 5000, 10_000)).toEqual(paid);
  });
});

describe('the large key', () => {
  const all = [card, cash, voucher, closed];

  it('is the organisation’s first tender before anything was sold', () => {
    expect(favourite(all, [], '')).toBe(card);
  });

  it('is what paid most of the last sales', () => {
    expect(favourite(all, ['tnd_1', 'tnd_2', 'tnd_1'], '')).toBe(cash);
  });

  it('is the one that was chosen', () => {
    expect(favourite(all, ['tnd_1', 'tnd_1'], voucher.id)).toBe(voucher);
  });

  it('is none that is no longer taken', () => {
    expect(favourite(all, [closed.id, closed.id], closed.id)).toBe(card);
  });

  it('has cash beside it, or card when it is cash itself', () => {
    expect(beside(all, card)).toBe(cash);
    expect(beside(all, cash)).toBe(card);
    expect(beside([cash], cash)).toBeUndefined();
  });

  it('forgets what was long ago', () => {
    let uses: string[] = [];
    for (let sale = 0; sale < 2 * remembered; sale++) {
      uses = remember(uses, `tnd_${sale}`);
    }
    expect(uses).toHaveLength(remembered);
    expect(uses[0]).toBe(`tnd_${2 * remembered - 1}`);
  });
});
