/** A barcode scanner types faster than a person: the longest time per key over a whole code, in milliseconds. */
const keyMs = 40;

/** A single key of a scan may come this late when the machine is busy; a longer gap begins anew. In milliseconds. */
const gapMs = 100;

/** Shorter bursts are a person's: the shortest barcode in shops, EAN-8, has eight digits, shops' own have four. */
const shortest = 4;

const longest = 64;

/**
 * Tells a scanner that types like a keyboard from the person at the keyboard, by the time between keys. It keeps no
 * clock of its own: each key comes with its time.
 */
export class Scanner {
  #code = '';
  #first = 0;
  #last = 0;

  /** Whether the key that came last may belong to a scan that began before it. */
  get busy(): boolean {
    return this.#code.length > 1;
  }

  /** Takes one key with its time in milliseconds; gives the code when the key is the Enter that ends a scan. */
  take(key: string, at: number): string | null {
    if (key.length !== 1 && key !== 'Enter') {
      return null;
    }
    const follows = at - this.#last <= gapMs;
    this.#last = at;
    if (key === 'Enter') {
      const code = this.#code;
      this.#code = '';
      const fast = follows && at - this.#first <= keyMs * code.length;
      return fast && code.length >= shortest ? code : null;
    }
    if (!follows) {
      this.#code = '';
      this.#first = at;
    }
    this.#code = (this.#code + key).slice(-longest);
    return null;
  }
}

function isField(element: Element | null): element is HTMLInputElement | HTMLTextAreaElement {
  return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
}

/**
 * Listens for scans wherever the focus is. What a scan typed into a field is taken out of it again. Gives the function
 * that ends the listening.
 */
export function listenForScans(onscan: (code: string) => void): () => void {
  const scanner = new Scanner();
  let before: { field: HTMLInputElement | HTMLTextAreaElement; value: string } | null = null;

  const listen = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) {
      return;
    }
    const code = scanner.take(event.key, event.timeStamp);
    if (code !== null) {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (before) {
        before.field.value = before.value;
        before.field.dispatchEvent(new Event('input', { bubbles: true }));
      }
      before = null;
      onscan(code);
      return;
    }
    if (!scanner.busy) {
      const field = document.activeElement;
      before = isField(field) ? { field, value: field.value } : null;
    }
  };
  addEventListener('keydown', listen, { capture: true });
  return () => removeEventListener('keydown', listen, { capture: true });
}
