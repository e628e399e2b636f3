import type { Option, OptionGroup } from './shop';

/** How many of each option are chosen, by its id. What is not chosen is not in it. */
export type Choice = ReadonlyMap<string, number>;

/** What is chosen before anyone chose; never what is sold out. */
export function presetChoice(groups: readonly OptionGroup[]): Choice {
  const options = groups.flatMap((group) => group.options);
  return new Map(options.filter((option) => option.default && !option.sold_out).map((option) => [option.id, 1]));
}

export function countIn(group: OptionGroup, choice: Choice): number {
  return group.options.reduce((count, option) => count + (choice.get(option.id) ?? 0), 0);
}

/**
 * Presses an option: chosen becomes not chosen and the other way round. Where one at most may be chosen, the new one
 * takes the other's place; where more may be, one too many changes nothing.
 */
export function pressOption(group: OptionGroup, choice: Choice, option: Option): Choice {
  const next = new Map(choice);
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
  return next.set(option.id, 1);
}

/** How many of a chosen option there may be, with the others of its group as they are. */
export function mostOf(group: OptionGroup, choice: Choice, option: Option): number {
  return group.max - countIn(group, choice) + (choice.get(option.id) ?? 0);
}

/** Takes so many of an option; none takes it out. */
export function setCount(choice: Choice, option: Option, count: number): Choice {
  const next = new Map(choice);
  if (count > 0) {
    return next.set(option.id, count);
  }
  next.delete(option.id);
  return next;
}

/** The first group of which too few are chosen. */
export function unfinishedGroup(groups: readonly OptionGroup[], choice: Choice): OptionGroup | undefined {
  return groups.find((group) => countIn(group, choice) < group.min);
}

/** The chosen options in the order of the menu, each as often as it is chosen. */
export function chosenOptions(groups: readonly OptionGroup[], choice: Choice): Option[] {
  const options = groups.flatMap((group) => group.options);
  return options.flatMap((option) => Array<Option>(choice.get(option.id) ?? 0).fill(option));
}

/** Options with how often each is among the chosen ones, in their order. */
export function counted(options: readonly Option[]): { option: Option; count: number }[] {
  const counts = new Map<string, { option: Option; count: number }>();
  for (const option of options) {
    const known = counts.get(option.id);
    counts.set(option.id, { option, count: (known?.count ?? 0) + 1 });
  }
  return [...counts.values()];
}
