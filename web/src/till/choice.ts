import type { Option, OptionGroup } from './shop';

/** The ids of the chosen options. */
export type Choice = ReadonlySet<string>;

/** What is chosen before anyone chose; never what is sold out. */
export function presetChoice(groups: readonly OptionGroup[]): Choice {
  const options = groups.flatMap((group) => group.options);
  return new Set(options.filter((option) => option.default && !option.sold_out).map((option) => option.id));
}

export function countIn(group: OptionGroup, choice: Choice): number {
  return group.options.filter((option) => choice.has(option.id)).length;
}

/**
 * Presses an option: chosen becomes not chosen and the other way round. Where one at most may be chosen, the new one
 * takes the other's place; where more may be, one too many changes nothing.
 */
export function pressOption(group: OptionGroup, choice: Choice, option: Option): Choice {
  const next = new Set(choice);
  if (next.has(option.id)) {
    if (!(group.min === 1 && group.max === 1)) {
      next.delete(option.id);
    }
    return next;
  }
  if (group.max === 1) {
    for (const other of group.options) {
      next.delete(other.id);
    }
  } else if (countIn(group, choice) >= group.max) {
    return choice;
  }
  return next.add(option.id);
}

/** The first group of which too few are chosen. */
export function unfinishedGroup(groups: readonly OptionGroup[], choice: Choice): OptionGroup | undefined {
  return groups.find((group) => countIn(group, choice) < group.min);
}

/** The chosen options in the order of the menu. */
export function chosenOptions(groups: readonly OptionGroup[], choice: Choice): Option[] {
  return groups.flatMap((group) => group.options.filter((option) => choice.has(option.id)));
}
