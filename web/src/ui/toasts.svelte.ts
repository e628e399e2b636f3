/** One short word about what just happened, with at most one way to answer it. */
export interface Toast {
  id: number;
  kind: 'plain' | 'problem';
  text: string;
  action?: { label: string; run: () => void };
}

/** A word stays this long, in milliseconds; one that can be answered or needs reading stays longer. */
const shortMs = 4_000;
const longMs = 9_000;

/** No more are shown at once; the oldest gives way. */
const most = 3;

class Toasts {
  #list = $state<Toast[]>([]);
  #last = 0;

  get list(): readonly Toast[] {
    return this.#list;
  }

  /** Says what happened. */
  say(text: string, action?: Toast['action']): void {
    this.#add({ id: ++this.#last, kind: 'plain', text, action });
  }

  /** Says what did not work and what to do. */
  warn(text: string): void {
    this.#add({ id: ++this.#last, kind: 'problem', text });
  }

  dismiss(id: number): void {
    this.#list = this.#list.filter((toast) => toast.id !== id);
  }

  #add(toast: Toast): void {
    this.#list = [...this.#list, toast].slice(-most);
    setTimeout(() => this.dismiss(toast.id), toast.action || toast.kind === 'problem' ? longMs : shortMs);
  }
}

export const toasts = new Toasts();
