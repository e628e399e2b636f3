import { describe, expect, it } from 'vitest';
import { chosenOptions, counted, mostOf, presetChoice, pressOption, setCount, unfinishedGroup } from './choice';
import { cafeMenu } from './fixture';

describe('choosing options', () => {
  const groups = cafeMenu.option_groups;
  const [temperature, extra] = groups as [(typeof groups)[0], (typeof groups)[0]];

  function press(...ids: string[]): string[] {
    let choice = presetChoice(groups);
    for (const id of ids) {
      const group = groups.find((candidate) => candidate.options.some((option) => option.id === id))!;
      choice = pressOption(
        group,
        choice,
        group.options.find((option) => option.id === id)!,
      );
    }
    return chosenOptions(groups, choice).map((option) => option.id);
  }

  const rows: [name: string, pressed: string[], expected: string[]][] = [
    ['begins with what is preset', [], ['opt_ice']],
    ['lets one of a single group take the other’s place', ['opt_hot'], ['opt_hot']],
    ['keeps the one that must be chosen when it is pressed again', ['opt_ice'], ['opt_ice']],
    ['adds and removes where more may be chosen', ['opt_shot', 'opt_light', 'opt_shot'], ['opt_ice', 'opt_light']],
    [
      'takes no more than the group’s maximum',
      ['opt_shot', 'opt_syrup', 'opt_light'],
      ['opt_ice', 'opt_shot', 'opt_syrup'],
    ],
  ];
  it.each(rows)('%s', (_name, pressed, expected) => {
    expect(press(...pressed)).toEqual(expected);
  });

  it('does not begin with what is sold out', () => {
    const options = temperature.options.map((option) => ({ ...option, sold_out: option.default }));
    expect(presetChoice([{ ...temperature, options }]).size).toBe(0);
  });

  it('takes several of one option, up to what the others of its group leave', () => {
    const [shot, light] = ['opt_shot', 'opt_light'].map((id) => extra.options.find((option) => option.id === id)!);
    const alone = setCount(presetChoice(groups), shot!, 2);
    expect(counted(chosenOptions([extra], alone))).toEqual([{ option: shot, count: 2 }]);
    expect(mostOf(extra, alone, shot!)).toBe(extra.max);
    expect(pressOption(extra, alone, light!)).toBe(alone);
    expect(setCount(alone, shot!, 0).has('opt_shot')).toBe(false);
  });

  it('names the group of which too few are chosen', () => {
    expect(unfinishedGroup(groups, new Map())).toBe(temperature);
    expect(unfinishedGroup(groups, new Map([['opt_hot', 1]]))).toBeUndefined();
    expect(unfinishedGroup([extra], new Map())).toBeUndefined();
  });
});
