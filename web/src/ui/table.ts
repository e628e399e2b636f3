/** A column of a table. The title is also what names the value when rows stand as cards on a phone. */
export interface Column<Key extends string> {
  key: Key;
  title: string;
  /** Numbers stand at the end, so that their digits line up. */
  align?: 'start' | 'end';
  sortable?: boolean;
  /** What a card shows as its heading. */
  heading?: boolean;
  /** Left out of the cards on a phone. */
  desktopOnly?: boolean;
}

/** By which column the rows are sorted. */
export interface Sort<Key extends string> {
  key: Key;
  descending: boolean;
}

/** What pressing a column's title makes of the present sort: first downward, then upward. */
export function nextSort<Key extends string>(current: Sort<Key> | undefined, key: Key): Sort<Key> {
  return { key, descending: current?.key === key ? !current.descending : true };
}
