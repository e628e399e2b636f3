/** A barcode scanner types faster than a person: the longest time from one key to the next, in milliseconds. */
const fastMs = 50;

/** On a busy machine a key of a scan may be noticed this late, in milliseconds. */
const lateMs = 200;

/** Shorter bursts are a person's: the shortest barcode in shops, EAN-8, has eight digits, shops' own have four. */
const shortest = 4;

const longest = 64;

/**
 * Tells a scanner that types like a keyboard from the person at the keyboard, by the time between keys. It keeps no
 * clock of its own: each key comes with its time.
 */
export class Scanner {
  #keys: { key: string; at: number }[] = [];

  /**
   * Takes one key with its time in milliseconds. The Enter that ends a scan gives what may have been scanned: first with
   * the keys before that came late, which may be the scan's or a person's, then without them.
   */
  take(key: string, at: number): readonly string[] | null {
    if (key.length === 1) {
      this.#keys = [...this.#keys, { key, at }].slice(-longest);
      return null;
    }
    if (key !== 'Enter') {
      return null;
    }
    const inTime = at - (this.#keys.at(-1)?.at ?? 0) <= lateMs;
    const codes = [this.#burst(lateMs), this.#burst(fastMs)];
    this.#keys = [];
    return inTime && codes[1]!.length >= shortest ? [...new Set(codes)] : null;
  }

  /** The last keys of which each followed the one before within the gap. */
  #burst(gapMs: number): string {
    const keys = this.#keys;
    let from = keys.length - 1;
    while (from > 0 && keys[from]!.at - keys[from - 1]!.at <= gapMs) {
      from--;
    }
    return keys
      .slice(Math.max(from, 0))
      .map((one) => one.key)
      .join('');
  }
}

interface Typed {
  field: HTMLInputElement | HTMLTextAreaElement;
  before: string;
}

/** What the field that has the focus holds before a key reaches it. */
function typedInto(element: Element | null): Typed | null {
  const isField = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
  return isField ? { field: element, before: element.value } : null;
}

/**
 * Listens for scans wherever the focus is. Of what may have been scanned it takes what is known, else the surest, and
 * takes it out of the field into which it was typed before it calls onscan. Gives the function that ends the listening.
 */
export function listenForScans(isKnown: (code: string) => boolean, onscan: (code: string) => void): () => void {
  const scanner = new Scanner();
  let typed: (Typed | null)[] = [];

  const listen = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) {
      return;
    }
    const codes = scanner.take(event.key, event.timeStamp);
    if (codes !== null) {
      event.preventDefault();
      event.stopImmediatePropagation();
      const code = codes.find(isKnown) ?? codes.at(-1)!;
      const first = typed.at(-code.length);
      if (first) {
        first.field.value = first.before;
        first.field.dispatchEvent(new Event('input', { bubbles: true }));
      }
      onscan(code);
    }
    if (event.key === 'Enter') {
      typed = [];
    } else if (event.key.length === 1) {
      typed = [...typed, typedInto(document.activeElement)].slice(-longest);
    }
  };
  addEventListener('keydown', listen, { capture: true });
  return () => removeEventListener('keydown', listen, { capture: true });
}
